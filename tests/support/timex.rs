//! The measure of TempEval-3 for temporal expressions: expressions are paired one to one by overlap, exact ones first.

use serde_json::Value;

#[derive(Debug, Clone, Copy, Default)]
pub struct Score {
    gold: usize,
    predicted: usize,
    overlapping: usize,
    same_value: usize,
    gold_days: usize,
    predicted_days: usize,
    same_day: usize,
}

struct Item {
    start: u64,
    end: u64,
    value: String,
    day: bool,
}

fn items(list: &Value) -> Vec<Item> {
    let read = |item: &Value| {
        let value = normal(item["value"].as_str().unwrap_or(""));
        let day = item["type"] == "DATE"
            && value.len() == 10
            && value.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        Item {
            start: item["start"].as_u64().unwrap_or(0),
            end: item["end"].as_u64().unwrap_or(0),
            value,
            day,
        }
    };
    list.as_array().into_iter().flatten().map(read).collect()
}

/// Upper case; weeks with two digits.
fn normal(value: &str) -> String {
    let value = value.trim().to_uppercase();
    match value.split_once("-W") {
        Some((head, tail)) if tail.len() == 1 && tail.as_bytes()[0].is_ascii_digit() => {
            format!("{head}-W0{tail}")
        }
        _ => value,
    }
}

fn f1(hits: usize, predicted: usize, gold: usize) -> f64 {
    200.0 * hits as f64 / (predicted + gold).max(1) as f64
}

impl Score {
    pub fn add(&mut self, gold: &Value, predicted: &Value) {
        let (gold, predicted) = (items(gold), items(predicted));
        let mut pairs: Vec<(bool, u64, u64, usize, usize)> = Vec::new();
        for (i, g) in gold.iter().enumerate() {
            for (j, p) in predicted.iter().enumerate() {
                let overlap = g.end.min(p.end).saturating_sub(g.start.max(p.start));
                if overlap > 0 {
                    pairs.push(((g.start, g.end) != (p.start, p.end), u64::MAX - overlap, g.start, i, j));
                }
            }
        }
        pairs.sort_unstable();
        let (mut used_gold, mut used) = (vec![false; gold.len()], vec![false; predicted.len()]);
        for (.., i, j) in pairs {
            if used_gold[i] || used[j] {
                continue;
            }
            (used_gold[i], used[j]) = (true, true);
            let same = gold[i].value == predicted[j].value && !gold[i].value.is_empty();
            self.overlapping += 1;
            self.same_value += usize::from(same);
            self.same_day += usize::from(same && gold[i].day && predicted[j].day);
        }
        self.gold += gold.len();
        self.predicted += predicted.len();
        self.gold_days += gold.iter().filter(|g| g.day).count();
        self.predicted_days += predicted.iter().filter(|p| p.day).count();
    }

    pub fn relaxed(&self) -> f64 {
        f1(self.overlapping, self.predicted, self.gold)
    }

    pub fn value(&self) -> f64 {
        f1(self.same_value, self.predicted, self.gold)
    }

    pub fn day(&self) -> f64 {
        f1(self.same_day, self.predicted_days, self.gold_days)
    }
}

impl std::fmt::Display for Score {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "relaxed {:.2}, value {:.2}, day {:.2}", self.relaxed(), self.value(), self.day())
    }
}

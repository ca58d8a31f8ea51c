//! Numbers in figures and words, with the words that hedge them: "some two dozen", "1,200", "2.5 million",
//! "at least a dozen", "more than 30", "dozens".
//!
//! Owns value and hedge. Leaves to `mention` what is counted, and whether "2019" is a count or a year; ordinals,
//! clock times and dates in figures are not numbers here.

use super::{At, Document};

/// How a number is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hedge {
    /// As it stands.
    Exact,
    /// "at least", "more than", "over", "or more".
    AtLeast,
    /// "up to", "as many as", "fewer than".
    UpTo,
    /// "about", "some", "nearly", "or so".
    About,
    /// No number is said: "dozens", "several", "hundreds". The value is the least that the word can mean.
    Vague,
}

/// A number in a sentence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number {
    /// The number's own words: "two dozen".
    pub at: At,
    /// With its hedge: "some two dozen".
    pub hedged: At,
    pub value: f64,
    pub hedge: Hedge,
}

/// The numbers of a sentence, in order. "10 to 12" are two.
pub fn find(document: &Document, sentence: usize) -> Vec<Number> {
    let count = document.sentences[sentence].tokens.len();
    let words: Vec<String> = (0..count).map(|t| document.word(sentence, t).to_lowercase()).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut numbers = Vec::new();
    let mut first = 0;
    while first < count {
        let Some((value, end, vague)) = number(&words, first) else {
            first += 1;
            continue;
        };
        let (start, before) = hedge_before(&words[..first]);
        let (stop, after) = hedge_after(&words, end);
        let hedge = if vague { Hedge::Vague } else { before.or(after).unwrap_or(Hedge::Exact) };
        numbers.push(Number {
            at: At { sentence, first, end },
            hedged: At { sentence, first: start, end: stop },
            value,
            hedge,
        });
        first = stop;
    }
    numbers
}

/// The number that begins at a word: value, end, whether it only says "some".
fn number(words: &[&str], first: usize) -> Option<(f64, usize, bool)> {
    if let Some(value) = VAGUE.iter().find(|v| v.0 == words[first]).map(|v| v.1) {
        return Some((value, first + 1, true));
    }
    if let ["half", "a", "dozen", ..] = words[first..] {
        return Some((6.0, first + 3, false));
    }
    if let ["a", "couple", ..] = words[first..] {
        return Some((2.0, first + 2, true));
    }
    if matches!(words[first], "a" | "an") {
        let scale = words.get(first + 1).and_then(|w| scale(w))?;
        return scaled(words, first + 2, scale);
    }
    let (value, end) = match figure(words[first]) {
        Some(value) => (value, first + 1),
        None => small(words, first)?,
    };
    scaled(words, end, value)
}

/// Takes the scale words and smaller parts that follow: "two | hundred and five", "2.5 | million".
fn scaled(words: &[&str], from: usize, value: f64) -> Option<(f64, usize, bool)> {
    let (mut total, mut current, mut end) = (0.0, value, from);
    while let Some(word) = words.get(end) {
        if let Some(scale) = scale(word) {
            current *= scale;
            end += 1;
            if scale >= 1000.0 {
                (total, current) = (total + current, 0.0);
            }
            continue;
        }
        let joined = end + usize::from(*word == "and");
        let spelled = end > from && figure(words[from.saturating_sub(1)]).is_none();
        match small(words, joined) {
            Some((more, after)) if spelled && more < 100.0 => {
                current += more;
                end = after;
            }
            _ => break,
        }
    }
    Some((total + current, end, false))
}

/// A number below a hundred in words, hyphens and all.
fn small(words: &[&str], first: usize) -> Option<(f64, usize)> {
    let index = |word: &str| UNITS.iter().position(|&u| u == word);
    let word = *words.get(first)?;
    if let Some(unit) = index(word) {
        return Some((unit as f64, first + 1));
    }
    let ten = 10.0 * (TENS.iter().position(|&t| t == word)? + 2) as f64;
    let next = first + 1 + usize::from(words.get(first + 1).is_some_and(|w| matches!(*w, "-" | "‑" | "‐")));
    match words.get(next).and_then(|w| index(w)) {
        Some(unit) if (1..10).contains(&unit) => Some((ten + unit as f64, next + 1)),
        _ => Some((ten, first + 1)),
    }
}

/// The words for 0 to 19, each at its value.
pub const UNITS: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
/// The words for 20 to 90, in tens.
pub const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const VAGUE: [(&str, f64); 7] = [
    ("dozens", 24.0),
    ("scores", 40.0),
    ("hundreds", 200.0),
    ("thousands", 2000.0),
    ("several", 3.0),
    ("millions", 2e6),
    ("numerous", 3.0),
];

fn scale(word: &str) -> Option<f64> {
    Some(match word {
        "dozen" => 12.0,
        "score" => 20.0,
        "hundred" => 100.0,
        "thousand" | "k" => 1e3,
        "lakh" => 1e5,
        "million" | "mn" | "m" => 1e6,
        "crore" => 1e7,
        "billion" | "bn" => 1e9,
        "trillion" | "tn" => 1e12,
        _ => return None,
    })
}

/// "12", "1,200", "2.5": digits, commas between groups of three, one decimal point.
fn figure(word: &str) -> Option<f64> {
    if !word.starts_with(|c: char| c.is_ascii_digit()) || word.len() > 24 {
        return None;
    }
    let (whole, fraction) = word.split_once('.').unwrap_or((word, "0"));
    let groups: Vec<&str> = whole.split(',').collect();
    let grouped =
        groups.len() == 1 || groups[0].len() <= 3 && groups[1..].iter().all(|g| matches!(g.len(), 2 | 3));
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if !grouped || !groups.iter().all(|g| digits(g)) || !digits(fraction) {
        return None;
    }
    format!("{}.{fraction}", groups.concat()).parse().ok()
}

/// The longest hedge that ends the words: where it begins, and what it says.
fn hedge_before(words: &[&str]) -> (usize, Option<Hedge>) {
    const HEDGES: [(&[&str], Hedge); 30] = [
        (&["at", "least"], Hedge::AtLeast),
        (&["more", "than"], Hedge::AtLeast),
        (&["no", "less", "than"], Hedge::AtLeast),
        (&["no", "fewer", "than"], Hedge::AtLeast),
        (&["not", "less", "than"], Hedge::AtLeast),
        (&["upwards", "of"], Hedge::AtLeast),
        (&["upward", "of"], Hedge::AtLeast),
        (&["well", "over"], Hedge::AtLeast),
        (&["over"], Hedge::AtLeast),
        (&["above"], Hedge::AtLeast),
        (&["exceeding"], Hedge::AtLeast),
        (&["minimum", "of"], Hedge::AtLeast),
        (&["up", "to"], Hedge::UpTo),
        (&["as", "many", "as"], Hedge::UpTo),
        (&["as", "much", "as"], Hedge::UpTo),
        (&["at", "most"], Hedge::UpTo),
        (&["no", "more", "than"], Hedge::UpTo),
        (&["not", "more", "than"], Hedge::UpTo),
        (&["fewer", "than"], Hedge::UpTo),
        (&["less", "than"], Hedge::UpTo),
        (&["about"], Hedge::About),
        (&["around"], Hedge::About),
        (&["some"], Hedge::About),
        (&["roughly"], Hedge::About),
        (&["approximately"], Hedge::About),
        (&["estimated"], Hedge::About),
        (&["nearly"], Hedge::About),
        (&["almost"], Hedge::About),
        (&["close", "to"], Hedge::About),
        (&["an", "estimated"], Hedge::About),
    ];
    let longest = HEDGES.iter().filter(|(h, _)| words.ends_with(h)).max_by_key(|(h, _)| h.len());
    longest.map_or((words.len(), None), |(h, hedge)| (words.len() - h.len(), Some(*hedge)))
}

/// "30 or so", "30 or more", "30 plus", "30+".
fn hedge_after(words: &[&str], end: usize) -> (usize, Option<Hedge>) {
    match words[end..] {
        ["or", "so", ..] => (end + 2, Some(Hedge::About)),
        ["or", "more", ..] => (end + 2, Some(Hedge::AtLeast)),
        ["plus" | "+", ..] => (end + 1, Some(Hedge::AtLeast)),
        _ => (end, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, f64, Hedge)]) {
        let document = Document::new("", text);
        let numbers = find(&document, 0);
        let found: Vec<_> = numbers.iter().map(|n| (document.phrase(n.hedged), n.value, n.hedge)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn figures() {
        check("Shells killed 1,200 people", &[("1,200", 1200.0, Hedge::Exact)]);
        check("It cost 2.5 million euros", &[("2.5 million", 2.5e6, Hedge::Exact)]);
        check("between 10 and 12 men", &[("10", 10.0, Hedge::Exact), ("12", 12.0, Hedge::Exact)]);
        check("The 3rd attack at 5:30 hit room 4B", &[]);
        check("some $3bn", &[("3bn", 3e9, Hedge::Exact)]);
    }

    #[test]
    fn words() {
        check("Twenty-five boats sank", &[("Twenty-five", 25.0, Hedge::Exact)]);
        check("two hundred and five men", &[("two hundred and five", 205.0, Hedge::Exact)]);
        check("three thousand four hundred tents", &[("three thousand four hundred", 3400.0, Hedge::Exact)]);
        check(
            "a hundred tents, half a dozen cars",
            &[("a hundred", 100.0, Hedge::Exact), ("half a dozen", 6.0, Hedge::Exact)],
        );
        check("one soldier and two officers", &[("one", 1.0, Hedge::Exact), ("two", 2.0, Hedge::Exact)]);
    }

    #[test]
    fn hedges() {
        check("Some two dozen fled", &[("Some two dozen", 24.0, Hedge::About)]);
        check("At least a dozen died", &[("At least a dozen", 12.0, Hedge::AtLeast)]);
        check("no fewer than 30 homes", &[("no fewer than 30", 30.0, Hedge::AtLeast)]);
        check("no more than 30 homes", &[("no more than 30", 30.0, Hedge::UpTo)]);
        check(
            "as many as forty, 30 or so",
            &[("as many as forty", 40.0, Hedge::UpTo), ("30 or so", 30.0, Hedge::About)],
        );
        check(
            "dozens of men and several women",
            &[("dozens", 24.0, Hedge::Vague), ("several", 3.0, Hedge::Vague)],
        );
    }
}

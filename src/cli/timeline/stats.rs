//! Counts by day, kind and country, drawn as bars.

use super::super::style::line;
use crate::store::timeline::TimelineRow;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Characters of the longest bar.
const BAR_MAX: usize = 50;
/// Bars of one chart; more days are gathered in months, more kinds and countries are left out.
const BARS_MAX: usize = 31;

pub fn draw(rows: &[TimelineRow]) -> String {
    let mut out = format!("{} events\n", rows.len());
    chart(&mut out, days(rows));
    chart(&mut out, ("by kind", most(count(rows.iter().map(|r| Some(r.kind.as_str()))))));
    chart(&mut out, ("by country", most(count(rows.iter().map(|r| r.country.as_deref())))));
    out
}

fn count<'a>(values: impl Iterator<Item = Option<&'a str>>) -> BTreeMap<&'a str, usize> {
    let mut counts = BTreeMap::new();
    for value in values {
        *counts.entry(value.unwrap_or("unknown")).or_default() += 1;
    }
    counts
}

/// By day while the days fit, else by month, else by year.
fn days(rows: &[TimelineRow]) -> (&'static str, Vec<(&str, usize)>) {
    for (title, length) in [("by day", 10), ("by month", 7)] {
        let counts = count(rows.iter().map(|r| r.date_start.as_deref().and_then(|d| d.get(..length))));
        if counts.len() <= BARS_MAX {
            return (title, counts.into_iter().collect());
        }
    }
    (
        "by year",
        count(rows.iter().map(|r| r.date_start.as_deref().and_then(|d| d.get(..4)))).into_iter().collect(),
    )
}

fn most(counts: BTreeMap<&str, usize>) -> Vec<(&str, usize)> {
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    counts.truncate(BARS_MAX);
    counts
}

fn chart(out: &mut String, (title, bars): (&str, Vec<(&str, usize)>)) {
    let highest = bars.iter().map(|(_, n)| *n).max().unwrap_or(0).max(1);
    let width = bars.iter().map(|(name, _)| line(name).chars().count()).max().unwrap_or(0);
    let _ = writeln!(out, "\n{title}");
    for (name, n) in bars {
        let bar = "█".repeat((n * BAR_MAX).div_ceil(highest));
        let _ = writeln!(out, "  {:width$}  {bar} {n}", line(name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_in_proportion() {
        let mut out = String::new();
        chart(&mut out, ("by kind", vec![("attack", 100), ("meeting", 50), ("aid", 1)]));
        let lengths: Vec<usize> = out.lines().skip(2).map(|l| l.matches('█').count()).collect();
        assert_eq!(lengths, [50, 25, 1]);
    }
}

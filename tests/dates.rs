//! Dates: the table of expressions, the TimeML corpora and the event gold where they are at hand, and hostile text.
//!
//! `shared/dates/score.py` computes the figures of the corpora from the files that this test leaves in the target's tmp folder.

use chrono::NaiveDate;
use dateline::lexicon::Country;
use dateline::lexicon::calendar::Calendar;
use dateline::mention::{Context, TimexType, Unit, When, when};
use dateline::text::{Document, Field};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

#[path = "support/timex.rs"]
mod timex;

fn context(published: &str, country: Option<&str>) -> Context {
    Context {
        published: published[..10].parse().unwrap_or_else(|e| panic!("{published}: {e}")),
        published_at: None,
        country: country.and_then(Country::new),
        home: None,
    }
}

fn read(title: &str, text: &str, published: &str) -> (Document, Vec<When>) {
    let document = Document::new(title, text);
    let found = when::find(&document, Calendar::embedded(), &context(published, None));
    (document, found)
}

fn name(kind: TimexType) -> &'static str {
    match kind {
        TimexType::Date => "DATE",
        TimexType::Time => "TIME",
        TimexType::Duration => "DURATION",
        TimexType::Set => "SET",
    }
}

/// The folder of shared corpora: DATELINE_SHARED, or `shared` beside the crate or one of its parents.
fn shared() -> Option<PathBuf> {
    let named = std::env::var_os("DATELINE_SHARED").map(PathBuf::from);
    let beside = || {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .map(|a| a.join("shared"))
            .find(|p| p.join("dates").is_dir())
    };
    named.or_else(beside)
}

fn lines(folder: &str, file: &str) -> Option<Vec<Value>> {
    let text = std::fs::read_to_string(shared()?.join(folder).join(file)).ok()?;
    Some(text.lines().map(|l| serde_json::from_str(l).expect("a line of the corpus")).collect())
}

/// Predictions in the shape that the scorer reads; offsets in code points.
fn predict(gold: &Value) -> Value {
    let text = gold["text"].as_str().expect("text");
    let (document, found) = read("", text, gold["dct"].as_str().expect("dct"));
    let points = |byte: usize| text[..byte].chars().count();
    let timex: Vec<Value> = found
        .iter()
        .map(|w| {
            let quote = &document.field(Field::Text)[w.span.start..w.span.end];
            json!({"start": points(w.span.start), "end": points(w.span.end), "text": quote, "type": name(w.kind), "value": w.value})
        })
        .collect();
    json!({"doc": gold["doc"], "timex": timex})
}

fn measure(corpora: &[&str]) -> Option<timex::Score> {
    let mut score = timex::Score::default();
    for corpus in corpora {
        let gold = lines("dates", &format!("{corpus}.jsonl"))?;
        let predicted: Vec<Value> = gold.iter().map(predict).collect();
        let written: Vec<String> = predicted.iter().map(Value::to_string).collect();
        std::fs::write(
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{corpus}.pred.jsonl")),
            written.join("\n"),
        )
        .expect("the tmp folder");
        gold.iter().zip(&predicted).for_each(|(g, p)| score.add(&g["timex"], &p["timex"]));
    }
    eprintln!("{corpora:?}: {score}");
    Some(score)
}

#[test]
fn corpora_score_as_they_did() {
    let (Some(timebank), Some(aquaint), Some(both)) =
        (measure(&["timebank"]), measure(&["aquaint"]), measure(&["timebank", "aquaint"]))
    else {
        eprintln!("the TimeML corpora are not at hand: skipped");
        return;
    };
    assert!(timebank.relaxed() >= 92.0 && timebank.value() >= 81.0, "{timebank}");
    assert!(aquaint.relaxed() >= 92.0 && aquaint.value() >= 78.0, "{aquaint}");
    assert!(both.day() >= 92.0, "{both}");
}

/// Whether some expression of the document gives exactly these days, or counts publication from them ("three days after the attack").
fn dated(gold: &Value, found: &[When], published: NaiveDate) -> bool {
    let (start, end) = (gold["date"]["start"].as_str(), gold["date"]["end"].as_str());
    let counted_back = found.iter().filter_map(|w| w.anchored.as_ref()?.shift).any(|(by, unit)| {
        let days = match unit {
            Unit::Day => i64::from(by),
            Unit::Week => i64::from(by) * 7,
            _ => return false,
        };
        start == end
            && published.checked_sub_signed(chrono::Duration::days(days)).map(|d| d.to_string()).as_deref()
                == start
    });
    counted_back
        || found
            .iter()
            .filter_map(|w| w.resolved)
            .any(|i| Some(i.start.to_string().as_str()) == start && Some(i.end.to_string().as_str()) == end)
}

#[test]
fn event_dates_are_found() {
    let (mut right, mut all) = (0, 0);
    for file in ["articles", "items", "entries", "core", "seed"] {
        let Some(documents) = lines("gold/dev", &format!("{file}.jsonl")) else {
            eprintln!("the event gold is not at hand: skipped");
            return;
        };
        for gold in &documents {
            let (title, text) = (gold["title"].as_str().unwrap_or(""), gold["text"].as_str().unwrap_or(""));
            let published = gold["published"].as_str().expect("published");
            let (_, found) = read(title, text, published);
            let events = gold["events"].as_array().expect("events");
            for event in events.iter().filter(|e| e["date"].is_object() && e["implicit"] != json!(true)) {
                all += 1;
                let hit = dated(event, &found, context(published, None).published);
                right += usize::from(hit);
                if !hit {
                    let mention = event["mentions"][0]["start"].as_u64().unwrap_or(0) as usize;
                    let around: String = text.chars().skip(mention.saturating_sub(120)).take(300).collect();
                    eprintln!(
                        "miss {published} {} {}: {around}",
                        event["date"]["start"], event["date"]["end"]
                    );
                }
            }
        }
    }
    let share = 100.0 * f64::from(right as u32) / f64::from(all.max(1));
    eprintln!("event dates: {right} of {all}, {share:.1} %");
    assert!(share >= 93.0, "{share}");
}

/// What a line of the table says of the expression in brackets: value and days; of a line without brackets: that there is none.
fn told(published: &str, line: &str) -> (String, String) {
    let text = line.replace(['[', ']'], "");
    let (document, found) = read("", &text, published);
    let Some(open) = line.find('[') else {
        let all: Vec<&str> =
            found.iter().map(|w| &document.field(Field::Text)[w.span.start..w.span.end]).collect();
        return (if all.is_empty() { "none".to_owned() } else { all.join(", ") }, "-".to_owned());
    };
    let close = line.find(']').expect("a closing bracket") - 1;
    let Some(when) = found.iter().find(|w| w.span.start == open && w.span.end == close) else {
        let all: Vec<&str> =
            found.iter().map(|w| &document.field(Field::Text)[w.span.start..w.span.end]).collect();
        return (format!("not found among {all:?}"), "-".to_owned());
    };
    let days = when.resolved.map_or("-".to_owned(), |i| {
        if i.start == i.end { i.start.to_string() } else { format!("{}/{}", i.start, i.end) }
    });
    (when.value.clone(), days)
}

#[test]
fn expressions_mean_what_the_table_says() {
    let table = include_str!("data/dates.tsv");
    let (mut wrong, mut count) = (Vec::new(), 0);
    for line in table.lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [published, text, value, days] = columns[..] else { panic!("four columns: {line}") };
        let (has_value, has_days) = told(published, text);
        count += 1;
        if (has_value.as_str(), has_days.as_str()) != (value, days) {
            wrong.push(format!("{published}\t{text}\t{has_value}\t{has_days}"));
        }
    }
    assert!(count >= 300, "{count} expressions");
    assert!(wrong.is_empty(), "{} differ; they are:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn figures_follow_the_outlet() {
    let text = "Signed on 2/12/2022 and 25/12/2021.";
    let document = Document::new("", text);
    for (country, expected) in [(Some("US"), "2022-02-12"), (Some("GB"), "2022-12-02"), (None, "2022-12-02")]
    {
        let found = when::find(&document, Calendar::embedded(), &context("2022-12-05", country));
        let values: Vec<&str> = found.iter().map(|w| w.value.as_str()).collect();
        assert_eq!(values, [expected, "2021-12-25"], "{country:?}");
    }
}

#[test]
fn a_headline_and_some_sentences() {
    let (document, found) = read(
        "Ministers to discuss truce on Friday",
        "They spoke on Monday. They left on Tuesday.",
        "2022-12-07",
    );
    let values: Vec<&str> = found.iter().map(|w| w.value.as_str()).collect();
    assert_eq!(values, ["2022-12-09", "2022-12-05", "2022-12-06"]);
    let last = document.sentences.len() - 1;
    let some = when::find_in(&document, Calendar::embedded(), &context("2022-12-07", None), last..last + 1);
    assert_eq!(some, found[2..]);
    assert!(when::find_in(&document, Calendar::embedded(), &context("2022-12-07", None), 7..9).is_empty());
}

#[test]
fn a_weekday_in_a_name_is_no_date() {
    let days = |text: &str| read("", text, "2022-12-07").1.len();
    assert_eq!(days("Hundreds marched in memory of Bloody Sunday."), 0);
    assert_eq!(days("The Sunday Times reported the deal."), 0);
    assert_eq!(days("The talks began on Sunday, The Times reported."), 1);
}

#[test]
fn what_an_expression_is_counted_from() {
    let (document, found) =
        read("", "Three days after the attack on the embassy, the group spoke.", "2022-12-05");
    let anchored = found[0].anchored.clone().expect("anchored");
    assert_eq!(anchored.shift, Some((3, Unit::Day)));
    assert_eq!(document.phrase(anchored.anchor.expect("words")), "the attack");
}

#[test]
fn nothing_panics() {
    let long = "the last ".repeat(20_000);
    let hostile = [
        "",
        " ",
        ".",
        "May",
        "the",
        "the end of",
        "at",
        "2",
        "1/2/",
        "2022-",
        "31 February 2022",
        "99999999999999999999 years ago",
        "4294967295 years ago",
        "2999-12-31 a century later",
        "4,294,967,295 weeks",
        "’90s",
        "'",
        "1000000000 days after 9999-12-31",
        "İstanbul on Friday",
        "a few",
        "½",
        "2½ years",
        "1 1/2",
        "from 3",
        "for a third",
        "for a 99th night",
        "Dec. 99",
        "Feb. 30",
        "three days after",
        "the day before the day before the day before yesterday",
        &long,
    ];
    let again = [
        "the day before ",
        "since ",
        "two days after ",
        "6am ",
        "the week of ",
        "another ",
        "zero hundred ",
        "the end of ",
        "about ",
        "1/",
        "May ",
        "2 to ",
        "Friday ",
        "more than ",
        "early ",
        "a few ",
        "9 ",
        "of the ",
        "' ",
        "eve of ",
        "Christmas ",
        "12.",
        "for a third ",
    ];
    let repeated: Vec<String> = again.iter().map(|words| words.repeat(10_000)).collect();
    for text in repeated.iter().map(String::as_str) {
        read("", text, "2022-12-05");
    }
    for text in hostile {
        for published in ["1000-01-01", "2022-12-05", "2999-12-31"] {
            read(text, text, published);
        }
    }
}

//! The hard names of `data/places/names.tsv`, each in a sentence of its own, with what it means there.

use chrono::NaiveDate;
use dateline::lexicon::places::Gazetteer;
use dateline::mention::{Context, place};
use dateline::text::Document;

/// What a sentence's bracketed words were taken for, in the words of the table.
fn check(gazetteer: &Gazetteer, marked: &str) -> String {
    let start = marked.find('[').expect("a bracket");
    let end = marked.find(']').expect("a bracket") - 1;
    let document = Document::new("", &marked.replace(['[', ']'], ""));
    let published = NaiveDate::from_ymd_opt(2024, 3, 1).expect("a day");
    let context = Context { published, published_at: None, country: None, home: None };
    let places = place::find(&document, gazetteer, &context);
    let Some(place) = places.iter().find(|p| p.span.start < end && start < p.span.end) else {
        return "no".to_owned();
    };
    let country = place.country.map_or("--".to_owned(), |c| c.to_string());
    if place.demonym {
        format!("demonym {country}")
    } else {
        format!("{} {}", place.admin1.as_ref().unwrap_or(&country), place.name)
    }
}

#[test]
fn hard_names() {
    let gazetteer = Gazetteer::load().expect("the embedded gazetteer");
    let table = include_str!("data/places/names.tsv").lines().filter(|l| !l.starts_with('#'));
    let rows: Vec<(&str, &str)> =
        table.map(|l| l.split_once('\t').expect("a sentence and its meaning")).collect();
    let wrong: Vec<String> = rows
        .iter()
        .map(|(sentence, expected)| (sentence, expected, check(&gazetteer, sentence)))
        .filter(|(_, expected, got)| got != *expected)
        .map(|(sentence, expected, got)| format!("{sentence}\n    expected {expected}, got {got}"))
        .collect();
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
    assert!(rows.len() >= 150, "{} rows", rows.len());
}

/// Whatever the text, it is read to its end, in a time that grows as it does.
#[test]
fn any_text_is_read() {
    let gazetteer = Gazetteer::load().expect("the embedded gazetteer");
    let published = NaiveDate::from_ymd_opt(2024, 3, 1).expect("a day");
    let context = Context { published, published_at: None, country: None, home: Some((0.0, 0.0)) };
    let pieces = [
        "",
        "'",
        "St. ",
        "al-",
        "the village of Xy ",
        "Paris, ",
        "U.S.",
        "é́ʼ",
        "\u{200b}İ",
        "ß ǅ ﬁ",
        "Á\u{301}-\u{2019}s ",
        "SWAT ",
        "New York ",
        "١٢ ",
        "(\n\n",
        "KABUL (",
        "a.B.c.D.",
        "Mr. ",
        "de la ",
        "-",
        "\u{1F600}",
        "Washington, D.C., ",
        "and ",
    ];
    for first in pieces {
        for second in pieces {
            let text = format!("{first}{second}").repeat(40);
            for place in place::find(&Document::new(&text[..], &text), &gazetteer, &context) {
                assert!((-90.0..=90.0).contains(&place.latitude), "{text}");
            }
        }
        let long = first.repeat(40_000);
        place::find(&Document::new("", &long), &gazetteer, &context);
    }
}

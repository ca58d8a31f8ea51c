//! The table of actor phrases: a phrase in a sentence, and who it is.

use chrono::NaiveDate;
use dateline::lexicon::actors::Actors;
use dateline::lexicon::places::Gazetteer;
use dateline::mention::{Actor, Context, actor, place};
use dateline::text::{Document, Field, Span};
use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;

fn lexicon() -> &'static Actors {
    static LEXICON: OnceLock<Actors> = OnceLock::new();
    LEXICON.get_or_init(|| Actors::load(&[]).expect("the shipped lexicon"))
}

fn gazetteer() -> &'static Gazetteer {
    static GAZETTEER: OnceLock<Gazetteer> = OnceLock::new();
    GAZETTEER.get_or_init(|| Gazetteer::load().expect("the shipped gazetteer"))
}

fn context(published: NaiveDate) -> Context {
    Context { published, published_at: None, country: None, home: None }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Conjuncts {
    First,
    All,
}

/// The actors that the bracketed phrase of a text denotes.
fn read(marked: &str, published: NaiveDate, conjuncts: Conjuncts) -> Vec<Actor> {
    let start = marked.find('[').expect("an opening bracket");
    let end = marked.find(']').expect("a closing bracket") - 1;
    let text = marked.replace(['[', ']'], "");
    let document = Document::new("", &text);
    let places = place::find(&document, gazetteer(), &context(published));
    let found = actor::find(&document, lexicon(), &places, &context(published));
    let sentence = document.sentence_at(Field::Text, start).expect("a sentence");
    let at = document.tokens_in(sentence, Span { start, end }).expect("tokens");
    let tree = document.tree(sentence);
    let outward = |token: &usize| tree.heads[*token].is_none_or(|head| head < at.first || head >= at.end);
    let heads: Vec<usize> = (at.first..at.end).filter(outward).collect();
    if conjuncts == Conjuncts::All {
        return heads.first().map(|&head| found.at_heads(sentence, head)).unwrap_or_default();
    }
    let actor = heads.iter().rev().find_map(|&head| found.at_head(sentence, head));
    actor.into_iter().collect()
}

fn told(actors: &[Actor]) -> String {
    let each: Vec<String> = actors
        .iter()
        .map(|actor| {
            let country = actor.country.map_or("-".to_owned(), |country| country.to_string());
            format!("{}\t{}\t{}", actor.name, actor.kind.name(), country)
        })
        .collect();
    each.join("; ")
}

#[test]
fn phrases_denote_actors() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/actors.tsv");
    let table = fs::read_to_string(path).expect("the table");
    let mut day = NaiveDate::from_ymd_opt(2023, 6, 15).expect("a day");
    let (mut rows, mut wrong) = (0, Vec::new());
    for line in table.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(date) = line.strip_prefix('@') {
            day = date.parse().expect("a day");
            continue;
        }
        let (marked, expected) = line.split_once('\t').expect("a tab");
        rows += 1;
        let found = told(&read(marked, day, Conjuncts::First));
        if found != expected {
            wrong.push(format!("{marked}\n   expected {expected}\n   found    {found}"));
        }
    }
    assert!(rows >= 200, "{rows} rows");
    assert!(wrong.is_empty(), "{} of {rows} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// The names of everybody that a phrase joins.
fn check_joined(marked: &str, expected: &[&str]) {
    let day = NaiveDate::from_ymd_opt(2023, 6, 15).expect("a day");
    let found = read(marked, day, Conjuncts::All);
    let names: Vec<&str> = found.iter().map(|actor| actor.name.as_str()).collect();
    assert_eq!(names, expected, "{marked}");
}

#[test]
fn joined_phrases_are_several_actors() {
    check_joined(
        "[Russian and Ukrainian officials] met on Monday.",
        &["Russian officials", "Ukrainian officials"],
    );
    check_joined(
        "[Japan, South Korea and Australia] signed the pact.",
        &["Japan", "South Korea", "Australia"],
    );
    check_joined("[Putin and Lukashenko] met in Minsk.", &["Putin", "Lukashenko"]);
    check_joined(
        "Armenia shelled Azerbaijan on Monday. [Both sides] met on Friday.",
        &["Armenia", "Azerbaijan"],
    );
    check_joined("[Soldiers, police and militants] died in the clash.", &["Soldiers", "police", "militants"]);
    check_joined("The fire killed [two guards and a civilian].", &["guards", "civilian"]);
    check_joined("[Gunmen] fled.", &["Gunmen"]);
}

#[test]
fn any_text_is_read_without_a_fault() {
    let day = NaiveDate::from_ymd_opt(2023, 6, 15).expect("a day");
    for text in [
        "",
        "(",
        "U.S.",
        "’s",
        "É (É) É",
        "the the the (THE)",
        "A-B-C (ABC) its their who",
        "\u{301}\u{2019}s Iran",
        "Ünïted Nàtiöns’ (UN)’s",
    ] {
        let document = Document::new(text, text);
        let places = place::find(&document, gazetteer(), &context(day));
        let found = actor::find(&document, lexicon(), &places, &context(day));
        for sentence in 0..document.sentences.len() + 1 {
            let tokens = document.sentences.get(sentence).map_or(1, |sentence| sentence.tokens.len() + 1);
            for token in 0..tokens {
                let all = found.at_heads(sentence, token);
                assert!(all.iter().all(|actor| actor.at.first < actor.at.end), "{text}");
            }
            assert!(found.actors(sentence).len() <= tokens, "{text}");
        }
    }
}

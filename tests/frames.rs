//! Who did it, to whom, and how many died: the sides of an event, by the forms in which English tells them.

use dateline::event::assemble;
use dateline::event::{Event, Role};
use dateline::lexicon::Lexicon;
use dateline::mention::{self, Context};
use dateline::text::Document;
use std::sync::LazyLock;

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::load(&[]).expect("sound files"));

fn events(title: &str, text: &str) -> Vec<Event> {
    let document = Document::new(title, text);
    let published = "2024-03-14".parse().expect("a day");
    let context = Context { published, published_at: None, country: None, home: None };
    let mentions = mention::find(&document, &LEXICON, &context);
    assemble::assemble(&document, &mentions, &LEXICON, &context)
}

/// The first event of the kind has these sources and targets and this toll.
fn check(text: &str, kind: &str, sources: &[&str], targets: &[&str], killed: Option<u32>) {
    let all = events("", text);
    let event = all.iter().find(|event| event.kind == kind);
    let event = event.unwrap_or_else(|| panic!("no {kind} in: {text}"));
    let names = |role: Role| -> Vec<&str> {
        event.actors.iter().filter(|a| a.role == role).map(|a| a.name.as_str()).collect()
    };
    assert_eq!(names(Role::Source), sources, "sources of: {text}");
    assert_eq!(names(Role::Target), targets, "targets of: {text}");
    assert_eq!(event.killed, killed, "killed in: {text}");
}

#[test]
fn sides_of_attacks() {
    check(
        "Syrian shelling kills nine villagers near the front.",
        "attack",
        &["Syria"],
        &["villagers"],
        Some(9),
    );
    check("Three Iranian missiles struck the port of Haifa.", "attack", &["Iran"], &["port of Haifa"], None);
    check(
        "A clash between smugglers and border guards led to the death of four people.",
        "attack",
        &["smugglers"],
        &["border guards"],
        Some(4),
    );
    check("Gunmen shoot and kill seven farmers.", "attack", &["Gunmen"], &["farmers"], Some(7));
    check(
        "Rebels shelled the town of Goma, killing six soldiers and a civilian.",
        "attack",
        &["Rebels"],
        &["town of Goma", "soldiers"],
        Some(7),
    );
}

#[test]
fn sides_of_meetings_and_arrests() {
    check(
        "In a meeting with the Japanese foreign minister, President Emmanuel Macron praised the deal.",
        "meeting",
        &["Japanese foreign minister", "Emmanuel Macron"],
        &[],
        None,
    );
    check("Police said two men had been arrested in Lyon.", "arrest", &["Police"], &["men"], None);
}

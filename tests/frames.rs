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
        &["town of Goma", "soldiers", "civilian"],
        Some(7),
    );
}

#[test]
fn those_who_are_named_together_share_a_side() {
    check(
        "Two guards were gunned down in Cali by soldiers and police on Monday.",
        "attack",
        &["soldiers", "police"],
        &["guards"],
        Some(2),
    );
}

#[test]
fn what_is_presupposed_stands_under_denials_and_wishes() {
    let told = |text: &str, kind: &str| events("", text).iter().filter(|event| event.kind == kind).count();
    assert_eq!(told("Schools report no panic in consequence of the March 4 bombings in Lima.", "attack"), 1);
    assert_eq!(told("The mayor urged calm in the wake of the bombings in Lyon.", "attack"), 1);
    assert_eq!(told("The Security Council called an emergency meeting to discuss the raid.", "meeting"), 1);
    assert_eq!(told("The president called for an emergency meeting of the Security Council.", "meeting"), 0);
    assert_eq!(told("There were no bombings in Lima in the week of the truce.", "attack"), 0);
    assert_eq!(
        told("The general said the army will under no circumstances withdraw from Goma.", "withdrawal"),
        0
    );
    assert_eq!(told("The general said the army will withdraw from Goma on Friday.", "withdrawal"), 1);
}

#[test]
fn a_day_before_a_deed_does_not_count_it() {
    let count = |text: &str| events("", text)[0].count;
    assert_eq!(count("The March 4 bombings in Lima killed nine people."), 1);
    assert_eq!(count("Four bombings in Lima killed nine people."), 4);
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

#[test]
fn sides_behind_buildings_and_words() {
    check("Dozens of teachers protest in Quito.", "protest", &["teachers"], &[], None);
    check(
        "Four people were killed in a shooting at a school in Recife.",
        "attack",
        &[],
        &["people"],
        Some(4),
    );
    check(
        "Norway will send an additional ten howitzers and ammunition to Ukraine.",
        "aid",
        &["Norway"],
        &["Ukraine"],
        None,
    );
    check(
        "Police arrested a former teacher in Lyon on Monday. Marc Dubois was arrested at his home.",
        "arrest",
        &["Police"],
        &["Marc Dubois"],
        None,
    );
}

/// The first event of the kind was in this place.
fn check_place(text: &str, kind: &str, place: &str, country: Option<&str>) {
    let all = events("", text);
    let event = all.iter().find(|event| event.kind == kind);
    let event = event.unwrap_or_else(|| panic!("no {kind} in: {text}"));
    let found = event.place.as_ref().map(|place| (place.name.as_str(), place.country));
    let (name, at) = found.unwrap_or_else(|| panic!("no place in: {text}"));
    assert_eq!((name, at.as_ref().map(|at| at.code())), (place, country), "place of: {text}");
}

#[test]
fn places_of_events() {
    // What holds what, and the narrower name.
    check_place(
        "Gunfire broke out in Peru's southern city of Arequipa on Friday.",
        "attack",
        "Arequipa",
        Some("PE"),
    );
    // Where a delegation is sent, they meet.
    check_place(
        "France sent a delegation to Chad to discuss the release of the hostages.",
        "meeting",
        "Chad",
        Some("TD"),
    );
    // A word stands for the name before.
    check_place(
        "Militants stormed Bata. The city was recaptured by the army on Tuesday.",
        "capture",
        "Bata",
        Some("GQ"),
    );
    // Police act at home; where a firm is based is no scene.
    check_place(
        "Spanish police arrested the head of a Lisbon-based trading firm on Tuesday.",
        "arrest",
        "Spain",
        Some("ES"),
    );
    // A site that no gazetteer has.
    check_place("Troops seized the Marovka steel plant on Sunday.", "capture", "Marovka steel plant", None);
    check_place("The two presidents met at the White House on Sunday.", "meeting", "White House", Some("US"));
}

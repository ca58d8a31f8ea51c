//! Files of actors with a mistake are refused with file, line and reason; without one they replace what was there.

use chrono::NaiveDate;
use dateline::lexicon::ActorKind;
use dateline::lexicon::actors::Actors;
use dateline::lexicon::actors::words::Words;
use std::time::Instant;

/// What is wrong with a user's file, a line for each problem.
fn problems(content: &str) -> String {
    match Actors::load(&[("mine.toml".to_owned(), content.to_owned())]) {
        Ok(_) => String::new(),
        Err(problems) => problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
    }
}

/// The file must be refused at a line, for a reason that holds the words.
fn check(content: &str, line: usize, reason: &str) {
    let told = problems(content);
    let wanted = format!("mine.toml:{line}: ");
    assert!(
        told.lines().any(|problem| problem.starts_with(&wanted) && problem.contains(reason)),
        "wanted line {line} with `{reason}`, found:\n{told}"
    );
}

#[test]
fn mistakes_are_refused() {
    check("[group]\n\"Sons of Rain\" = {}\n\"Sons of Rain\" = {}\n", 3, "duplicate key");
    check(
        "[group]\n\"Rain\" = {}\n[organisation]\n\"Rain\" = { kind = \"ngo\" }\n",
        4,
        "stands in this file already, on line 2",
    );
    check(
        "[group]\n\n\"Sons of Rain\" = { kind = \"army\" }\n",
        3,
        "`army` is no kind of actor; the kinds are government",
    );
    check("[organisation]\n\"Rain Bureau\" = {}\n", 2, "has no kind");
    check("[group]\n\"Sons of Rain\" = { country = \"Rainland\" }\n", 2, "`Rainland` is no country");
    check(
        "[group]\n\"Sons of Rain\" = { aliases = [\"Boko Haram\"] }\n",
        2,
        "also `Boko Haram` (groups-africa-west-north.toml:",
    );
    check(
        "[group]\n\"A B\" = { aliases = [\"C D\"] }\n\"E F\" = { aliases = [\"c-d\"] }\n",
        3,
        "`c-d` names `E F` and also `A B` (mine.toml:2)",
    );
    check("[group]\n\"Sons of Rain\" = { aliases = [\"…\"] }\n", 2, "a name without a letter");
    check("[group]\n\"Sons of Rain\" = { colour = \"red\" }\n", 2, "unknown field `colour`");
    check("[gruop]\n\"Sons of Rain\" = {}\n", 1, "unknown field `gruop`");
    check(
        "[[roles]]\nkind = \"military\"\nsort = \"person\"\nwords = [\"lancer\",\n  \"lancer\"]\n",
        5,
        "the role `lancer` stands in this file already, on line 4",
    );
    check(
        "[[roles]]\nkind = \"military\"\nsort = \"thing\"\nwords = [\"lancer\"]\n",
        3,
        "`thing` is no sort of role",
    );
    check("[[roles]]\nkind = \"milit\"\nsort = \"person\"\nwords = [\"lancer\"]\n", 2, "`milit` is no kind");
    check("[capital]\nRUS = [\"Moscow\"]\n", 2, "`RUS` is no country");
    check("[group\n", 1, "");
}

#[test]
fn roles_in_time_must_be_in_order() {
    let person = |roles: &str| format!("[person]\n\"Ada Moor\" = {{ roles = [\n{roles}\n] }}\n");
    check(
        &person(
            "{ office = \"mayor\", from = 2001-01-01, until = 2005-01-01 },\n{ office = \"president\", from = 2004-06-01 },",
        ),
        4,
        "the role `president` from 2004-06-01 begins before the role `mayor` ends",
    );
    check(
        &person("{ office = \"mayor\", from = 2001-01-01 },\n{ office = \"queen\", from = 2004-06-01 },"),
        4,
        "must not overlap",
    );
    check(
        &person("{ office = \"mayor\", from = 2001-01-01, until = 2000-01-01 },"),
        3,
        "`until` must be later than `from`",
    );
    check(&person("{ office = \"mayor\", from = 10:00:00 },"), 3, "`from` is no day");
    check(&person("{ office = \"mayor\", kind = \"boss\", from = 2001-01-01 },"), 3, "`boss` is no kind");
    assert_eq!(
        problems(&person(
            "{ office = \"mayor\", from = 2001-01-01, until = 2005-01-01 },\n{ office = \"president\", from = 2005-01-01 },"
        )),
        ""
    );
}

#[test]
fn every_mistake_is_told_at_once() {
    let told = problems(
        "[group]\n\"A B\" = { kind = \"x\" }\n\"C D\" = { country = \"y\" }\n\"E F\" = { kind = \"z\" }\n",
    );
    assert_eq!(told.lines().count(), 3, "{told}");
}

fn kind_of(actors: &Actors, text: &str, day: NaiveDate) -> Option<ActorKind> {
    let words = Words::new(text);
    let hit = actors.name_at(&words, 0, |_| false)?;
    (hit.length == words.len()).then(|| actors.get(hit.id).kind_on(day))
}

#[test]
fn a_later_file_replaces_by_name() {
    let day = NaiveDate::from_ymd_opt(2024, 1, 1).expect("a day");
    let load = |files: &[&str]| {
        let files: Vec<(String, String)> = files
            .iter()
            .enumerate()
            .map(|(i, content)| (format!("{i}.toml"), (*content).to_owned()))
            .collect();
        Actors::load(&files).expect("a lexicon without mistakes")
    };
    let shipped = load(&[]);
    assert_eq!(kind_of(&shipped, "Boko Haram", day), Some(ActorKind::ArmedGroup));
    assert_eq!(kind_of(&shipped, "Sons of Rain", day), None);
    let one = "[group]\n\"Boko Haram\" = { kind = \"criminal\" }\n\"Sons of Rain\" = {}\n";
    let two = "[group]\n\"Sons of Rain\" = { kind = \"party\", aliases = [\"Rain Sons\"] }\n[[roles]]\nkind = \"police\"\nsort = \"person\"\nwords = [\"lancer\", \"soldier\"]\n";
    let mine = load(&[one, two]);
    assert_eq!(kind_of(&mine, "Boko Haram", day), Some(ActorKind::Criminal));
    assert_eq!(kind_of(&mine, "Sons of Rain", day), Some(ActorKind::Party));
    assert_eq!(kind_of(&mine, "Rain Sons", day), Some(ActorKind::Party));
    for word in ["lancers", "soldiers"] {
        assert_eq!(mine.role_at_end(&[word]).map(|(role, _)| role.kind), Some(ActorKind::Police), "{word}");
    }
    assert_eq!(mine.len(), shipped.len() + 1);
}

#[test]
fn roles_in_time_decide_the_kind() {
    let actors = Actors::load(&[]).expect("the shipped lexicon");
    let on = |year, month, date| NaiveDate::from_ymd_opt(year, month, date).expect("a day");
    assert_eq!(kind_of(&actors, "Taliban", on(2021, 8, 14)), Some(ActorKind::ArmedGroup));
    assert_eq!(kind_of(&actors, "Taliban", on(2021, 8, 15)), Some(ActorKind::Government));
    assert_eq!(kind_of(&actors, "Angela Merkel", on(2021, 12, 7)), Some(ActorKind::Government));
    assert_eq!(kind_of(&actors, "Angela Merkel", on(2021, 12, 8)), Some(ActorKind::Civilian));
    assert_eq!(kind_of(&actors, "Imran Khan", on(2023, 5, 9)), Some(ActorKind::Party));
}

#[test]
fn names_keep_their_case_where_it_tells() {
    let actors = Actors::load(&[]).expect("the shipped lexicon");
    let day = NaiveDate::from_ymd_opt(2024, 1, 1).expect("a day");
    for (text, known) in [
        ("ISIS", true),
        ("Isis", true),
        ("isis", false),
        ("WHO", true),
        ("Who", false),
        ("LeT", true),
        ("Let", false),
        ("NATO", true),
        ("Nato", true),
        ("al-shabaab", false),
        ("al-Shabaab", true),
        ("AL-SHABAAB", true),
        ("U.N.", true),
    ] {
        assert_eq!(kind_of(&actors, text, day).is_some(), known, "{text}");
    }
}

#[test]
fn the_shipped_lexicon_is_of_the_promised_size() {
    let actors = Actors::load(&[]).expect("the shipped lexicon");
    let day = NaiveDate::from_ymd_opt(2013, 1, 1).expect("a day");
    let groups =
        actors.iter().filter(|named| !named.person && named.kind_on(day) == ActorKind::ArmedGroup).count();
    let people = actors.iter().filter(|named| named.person).count();
    let others = actors.len() - groups - people;
    assert!(
        groups >= 300 && people >= 400 && others >= 120,
        "{groups} groups, {people} people, {others} others"
    );
}

#[test]
fn loading_takes_no_time() {
    let mut best = f64::MAX;
    for _ in 0..5 {
        let start = Instant::now();
        let actors = Actors::load(&[]).expect("the shipped lexicon");
        best = best.min(start.elapsed().as_secs_f64());
        assert!(!actors.is_empty());
    }
    // Five times what a free machine needs: the tests of a crate run side by side.
    assert!(best < 0.1, "{best} s");
}

//! The timeline database, through the library's door: stories, events, revisions, the file itself.

#[path = "support/timeline.rs"]
mod support;

use chrono::{DateTime, NaiveDate, Utc};
use dateline::event::{Basis, Event, EventActor, EventDate, EventPlace, Quote, Role, Status};
use dateline::feed::Learned;
use dateline::lexicon::{ActorKind, Country};
use dateline::mention::{Interval, Precision};
use dateline::store::timeline::Filter;
use dateline::store::{Added, Reading, Store, Verdict};
use dateline::story::Story;
use dateline::text::{Field, Span};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    format!("{text}Z").parse().unwrap()
}

fn story(feed: &str, path: &str, title: &str, text: &str, seen: &str) -> Story {
    support::story(feed, path, title, text, at(seen))
}

/// An attack in Herat on one day, told by the story's first sentence.
fn attack(quote: &str, on: &str, killed: u32) -> Event {
    let on = day(on);
    Event {
        kind: "attack".into(),
        subtype: Some("bombing".into()),
        status: Status::Occurred,
        date: Some(EventDate {
            interval: Interval { start: on, end: on },
            precision: Precision::Day,
            basis: Basis::Relative,
        }),
        place: Some(EventPlace {
            name: "Herat".into(),
            country: Country::new("AF"),
            admin1: Some("AF-HER".into()),
            coordinates: Some((34.35, 62.2)),
            geonameid: Some(1140026),
        }),
        actors: vec![EventActor {
            role: Role::Target,
            name: "worshippers".into(),
            canonical_name: None,
            kind: ActorKind::Civilian,
            country: None,
        }],
        killed: Some(killed),
        injured: None,
        count: 1,
        people: None,
        plover: Some("ASSAULT".into()),
        cameo: Some("183".into()),
        confidence: 0.8,
        mentions: Vec::new(),
        quote: Quote { field: Field::Text, span: Span { start: 0, end: quote.len() }, text: quote.into() },
    }
}

fn commit(store: &mut Store, feed: &str, readings: &[Reading], now: &str) -> Added {
    let learned = Learned { etag: Some(format!("\"{now}\"")), ..Learned::default() };
    support::commit(store, feed, at(now), &learned, readings)
}

fn new_store(feeds: &[&str]) -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = support::open(&folder.path().join("timeline.db"), feeds.iter().copied());
    (folder, store)
}

const BLAST: &str = "A bomb tore through a crowded mosque in Herat on Friday, killing 12 worshippers.";

#[test]
fn the_same_poll_twice_adds_nothing() {
    let (_folder, mut store) = new_store(&["a"]);
    let s = story("a", "1", "Blast in Herat", BLAST, "2024-03-01T10:00:00");
    let readings = [Reading::new(s.clone(), Some(vec![attack(BLAST, "2024-03-01", 12)]))];
    assert_eq!(store.judge("a", &[Reading::new(s.clone(), None)]).unwrap(), [Verdict::New]);
    let added = commit(&mut store, "a", &readings, "2024-03-01T10:00:00");
    assert_eq!((added.new_stories, added.new_events.len()), (1, 1));
    assert_eq!(store.judge("a", &[Reading::new(s, None)]).unwrap(), [Verdict::Unchanged]);
    let again = commit(&mut store, "a", &readings, "2024-03-01T11:00:00");
    assert_eq!(again, Added::default());
    assert_eq!(store.learned("a").unwrap().etag.as_deref(), Some("\"2024-03-01T11:00:00\""));
}

#[test]
fn two_outlets_tell_one_event_and_the_toll_grows() {
    let (_folder, mut store) = new_store(&["a", "b"]);
    let first = story("a", "1", "Blast in Herat", BLAST, "2024-03-01T10:00:00");
    commit(
        &mut store,
        "a",
        &[Reading::new(first, Some(vec![attack(BLAST, "2024-03-01", 12)]))],
        "2024-03-01T10:00:00",
    );
    let words = "At least 15 worshippers died when a bomb exploded inside a mosque in Herat on Friday.";
    let second = story("b", "x", "Herat mosque bombing", words, "2024-03-02T08:00:00");
    let added = commit(
        &mut store,
        "b",
        &[Reading::new(second, Some(vec![attack(words, "2024-03-01", 15)]))],
        "2024-03-02T08:00:00",
    );
    assert_eq!((added.new_events.len(), added.revised_events.len()), (0, 1), "{added:?}");
    let rows = store.timeline(&Filter::default()).unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].killed, rows[0].report_count, rows[0].feed_count), (Some(15), 2, 2));
    assert!(rows[0].confidence > 0.9);
}

#[test]
fn a_search_finds_the_words_that_stand() {
    let (folder, mut store) = new_store(&["a"]);
    let reading = |title: &str, text: &str, seen: &str| {
        Reading::new(story("a", "1", title, text, seen), Some(vec![attack(text, "2024-03-01", 12)]))
    };
    let leak = "A gas leak, and no bomb, tore through a mosque in Herat on Friday, killing 12 worshippers.";
    for (title, text, at) in
        [("Blast in Herat", BLAST, "2024-03-01T10:00:00"), ("Gas leak in Herat", leak, "2024-03-01T12:00:00")]
    {
        commit(&mut store, "a", &[reading(title, text, at)], at);
        assert!(store.is_behind());
        assert_eq!(store.verify().unwrap().problems, Vec::<String>::new());
        while store.catch_up().unwrap() {}
        assert!(!store.is_behind());
    }
    let reader = rusqlite::Connection::open(folder.path().join("timeline.db")).unwrap();
    for (words, expected) in [("crowded", 0), ("leak AND worshipper", 1), ("mosques", 1)] {
        let sql = "SELECT count(*) FROM story_search WHERE story_search MATCH ?1";
        let found: i64 = reader.query_row(sql, [words], |r| r.get(0)).unwrap();
        assert_eq!(found, expected, "{words}");
    }
    assert_eq!(store.verify().unwrap().problems, Vec::<String>::new());
}

#[test]
fn an_edited_story_is_a_revision_and_its_withdrawn_claim_shows() {
    let (_folder, mut store) = new_store(&["a"]);
    let first = story("a", "1", "Blast in Herat", BLAST, "2024-03-01T10:00:00");
    commit(
        &mut store,
        "a",
        &[Reading::new(first, Some(vec![attack(BLAST, "2024-03-01", 12)]))],
        "2024-03-01T10:00:00",
    );
    let words = "Correction: the explosion in Herat was a gas leak.";
    let edited = story("a", "1", "Gas leak in Herat", words, "2024-03-01T12:00:00");
    assert_eq!(store.judge("a", &[Reading::new(edited.clone(), None)]).unwrap(), [Verdict::Revised]);
    let added = commit(&mut store, "a", &[Reading::new(edited, Some(Vec::new()))], "2024-03-01T12:00:00");
    assert_eq!((added.new_stories, added.revised_stories), (0, 1));
    let rows = store.timeline(&Filter::default()).unwrap();
    assert_eq!((rows[0].status.as_str(), rows[0].report_count), ("retracted", 0));
}

#[test]
fn a_second_writer_is_refused_and_readers_are_not() {
    let (folder, store) = new_store(&["a"]);
    let path = folder.path().join("timeline.db");
    let second = Store::open_writer(&path).unwrap_err().to_string();
    assert!(second.contains("another dateline process"), "{second}");
    assert!(Store::open_reader(&path).is_ok());
    drop(store);
    assert!(Store::open_writer(&path).is_ok());
    assert!(Store::open_reader(&folder.path().join("other.db")).is_err());
}

/// Ten reports over five days: what was believed when, and which report changed it.
#[test]
fn the_account_of_a_growing_story_reads_well() {
    let (_folder, mut store) = new_store(&["gazette", "herald", "wire"]);
    let reports: [(&str, &str, &str, &str, u32); 10] = [
        (
            "gazette",
            "2024-03-01T14:00:00",
            "Blast at mosque in Herat",
            "A bomb exploded inside a mosque in Herat on Friday, killing at least 4 worshippers.",
            4,
        ),
        (
            "herald",
            "2024-03-01T16:00:00",
            "Explosion rocks Herat mosque",
            "At least 7 worshippers were killed when a bomb exploded in a mosque in Herat during Friday prayers.",
            7,
        ),
        (
            "wire",
            "2024-03-01T18:00:00",
            "Mosque bombing in Herat kills 9",
            "A bomb in a crowded mosque killed 9 worshippers in the Afghan city of Herat on Friday, a doctor said.",
            9,
        ),
        (
            "gazette",
            "2024-03-02T08:00:00",
            "Toll of Herat mosque bombing rises",
            "The number of worshippers killed by Friday's bomb in a Herat mosque rose to 12.",
            12,
        ),
        (
            "herald",
            "2024-03-02T12:00:00",
            "Twelve dead in Herat mosque",
            "Hospital officials in Herat said 12 worshippers died in the bomb explosion at the mosque on Friday.",
            12,
        ),
        (
            "wire",
            "2024-03-02T20:00:00",
            "Herat buries victims of mosque bomb",
            "Families in Herat buried victims of the mosque bomb that killed 13 worshippers on Friday.",
            13,
        ),
        (
            "gazette",
            "2024-03-03T09:00:00",
            "Group claims Herat mosque bomb",
            "A militant group said it planted the bomb that killed 13 worshippers in a Herat mosque on Friday.",
            13,
        ),
        (
            "herald",
            "2024-03-04T09:00:00",
            "Herat mosque bomb: what is known",
            "The bomb in the Herat mosque on Friday killed 14 worshippers, the governor said.",
            14,
        ),
        (
            "wire",
            "2024-03-05T09:00:00",
            "Two die of wounds after Herat bomb",
            "Two wounded worshippers died, bringing the dead of Friday's mosque bomb in Herat to 16.",
            16,
        ),
        (
            "gazette",
            "2024-03-05T18:00:00",
            "Herat mosque bomb toll now 16",
            "Officials in Herat confirmed 16 worshippers dead in the bomb explosion at the mosque on Friday.",
            16,
        ),
    ];
    for (i, (feed, at, title, text, killed)) in reports.iter().enumerate() {
        let story = story(feed, &format!("s{i}"), title, text, at);
        commit(&mut store, feed, &[Reading::new(story, Some(vec![attack(text, "2024-03-01", *killed)]))], at);
    }
    let rows = store.timeline(&Filter::default()).unwrap();
    assert_eq!(rows.len(), 1, "one event: {rows:#?}");
    let history = store.history(&rows[0].event_id).unwrap();
    let told: Vec<String> = history
        .iter()
        .map(|h| {
            format!(
                "{} {} killed {} ({})",
                h.recorded_at,
                h.feed.as_deref().unwrap_or(""),
                h.killed.unwrap_or(0),
                h.change.split(", ").next().unwrap_or("")
            )
        })
        .collect();
    assert_eq!(told[0], "2024-03-01T14:00:00Z gazette killed 4 (first report)");
    assert_eq!(told[1], "2024-03-01T16:00:00Z herald killed 7 (killed: 4 -> 7)");
    assert_eq!(told[8], "2024-03-05T09:00:00Z wire killed 16 (killed: 14 -> 16)");
    let last = history.last().unwrap();
    assert_eq!(
        (last.killed, last.killed_low, last.killed_high, last.report_count),
        (Some(16), Some(4), Some(16), 10)
    );
    // The timeline as it stood agrees with the history at every moment.
    for h in &history {
        let filter = Filter { as_of: Some(h.recorded_at.parse().unwrap()), ..Filter::default() };
        assert_eq!(store.timeline(&filter).unwrap()[0].killed, h.killed, "{}", h.recorded_at);
    }
}

/// Everything that the tables hold, but for the times at which it was recorded.
fn dump(path: &std::path::Path) -> Vec<String> {
    let c = rusqlite::Connection::open(path).unwrap();
    let mut lines = Vec::new();
    for view in ["timeline", "timeline_report", "timeline_actor", "timeline_truce"] {
        let mut statement = c.prepare(&format!("SELECT * FROM {view}")).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let cells: Vec<String> = (0..columns).map(|i| format!("{:?}", row.get_ref(i).unwrap())).collect();
            lines.push(cells.join("|"));
        }
    }
    lines
}

#[test]
fn the_same_input_replayed_gives_the_same_timeline() {
    let run = || {
        let (folder, mut store) = new_store(&["a", "b"]);
        for (i, feed) in ["a", "b", "a", "b"].iter().enumerate() {
            let words = format!("{BLAST} Report number {i}.");
            let s = story(feed, &i.to_string(), "Blast in Herat", &words, "2024-03-01T10:00:00");
            let mut truce = attack("The truce signed in Herat was broken.", "2024-02-27", 0);
            (truce.kind, truce.subtype, truce.killed) = ("ceasefire".into(), Some("violated".into()), None);
            let events = vec![attack(BLAST, "2024-03-01", 12 + i as u32), truce];
            commit(&mut store, feed, &[Reading::new(s, Some(events))], "2024-03-01T10:00:00");
        }
        drop(store);
        dump(&folder.path().join("timeline.db"))
    };
    let first = run();
    assert!(first.len() > 8, "{first:#?}");
    assert_eq!(first, run());
}

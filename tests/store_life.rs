//! The life of what is on the timeline, through the store's door: what is planned happens, a truce is agreed, broken
//! and ended, papers correct and retract, a newer extractor reads again and may be stopped, and a process dies.

#[path = "support/timeline.rs"]
mod support;

use chrono::{DateTime, NaiveDate, Utc};
use dateline::event::{Basis, Event, EventActor, EventDate, EventPlace, Quote, Role, Status};
use dateline::feed::Learned;
use dateline::lexicon::{ActorKind, Country};
use dateline::mention::{Interval, Precision};
use dateline::store::timeline::{Filter, TimelineRow};
use dateline::store::{Reading, Store};
use dateline::text::{Field, Span};

struct Timeline {
    folder: tempfile::TempDir,
    store: Store,
}

fn open(folder: &tempfile::TempDir) -> Store {
    support::open(&folder.path().join("timeline.db"), ["wire"])
}

impl Timeline {
    fn new() -> Timeline {
        let folder = tempfile::tempdir().unwrap();
        Timeline { store: open(&folder), folder }
    }

    /// The process dies and another opens the file.
    fn restart(self) -> Timeline {
        let Timeline { folder, store } = self;
        drop(store);
        Timeline { store: open(&folder), folder }
    }

    /// Commits a story under its address, new or edited.
    fn tell(&mut self, at: &str, path: &str, text: &str, events: Vec<Event>) {
        let at: DateTime<Utc> = format!("{at}:00Z").parse().unwrap();
        let title = text.split(['.', ',']).next().unwrap();
        let story = support::story("wire", path, title, text, at);
        support::commit(
            &mut self.store,
            "wire",
            at,
            &Learned::default(),
            &[Reading::new(story, Some(events))],
        );
    }

    /// The timeline, which is in order whatever has happened to it.
    fn rows(&self) -> Vec<TimelineRow> {
        assert_eq!(self.store.verify().unwrap().problems, Vec::<String>::new());
        self.store.timeline(&Filter::default()).unwrap()
    }

    fn query(&self, sql: &str) -> Vec<String> {
        let reader = rusqlite::Connection::open(self.folder.path().join("timeline.db")).unwrap();
        let mut statement = reader.prepare(sql).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }
}

fn event(kind: &str, subtype: &str, on: &str, parties: [&str; 2], quote: &str) -> Event {
    let on: NaiveDate = on.parse().unwrap();
    let party = |name: &str| EventActor {
        role: Role::Source,
        name: name.into(),
        canonical_name: Some(name.into()),
        kind: ActorKind::ArmedGroup,
        country: Country::new("SD"),
    };
    Event {
        kind: kind.into(),
        subtype: Some(subtype.into()),
        status: Status::Occurred,
        date: Some(EventDate {
            interval: Interval { start: on, end: on },
            precision: Precision::Day,
            basis: Basis::Relative,
        }),
        place: Some(EventPlace {
            name: "Khartoum".into(),
            country: Country::new("SD"),
            admin1: Some("SD-KH".into()),
            coordinates: Some((15.55, 32.53)),
            geonameid: Some(379_252),
        }),
        actors: parties.into_iter().map(party).collect(),
        killed: None,
        injured: None,
        count: 1,
        people: None,
        plover: None,
        cameo: None,
        confidence: 0.8,
        mentions: Vec::new(),
        quote: Quote { field: Field::Text, span: Span { start: 0, end: quote.len() }, text: quote.into() },
    }
}

const ARMY: [&str; 2] = ["Sudanese army", "Rapid Support Forces"];
const SOUTH: [&str; 2] = ["Northern Front", "River Movement"];

#[test]
fn what_was_planned_has_occurred_when_it_is_reported() {
    let mut timeline = Timeline::new();
    let quote = "Envoys of the army and the paramilitaries are to meet in Khartoum on Thursday.";
    let planned = Event { status: Status::Planned, ..event("meeting", "talks", "2024-03-07", ARMY, quote) };
    timeline.tell("2024-03-05T10:00", "1", quote, vec![planned]);
    assert_eq!(timeline.rows()[0].status, "planned");
    let quote = "Envoys of the army and the paramilitaries met in Khartoum on Thursday for two hours.";
    timeline.tell("2024-03-07T18:00", "2", quote, vec![event("meeting", "talks", "2024-03-07", ARMY, quote)]);
    let rows = timeline.rows();
    assert_eq!(rows.len(), 1, "{rows:#?}");
    assert_eq!((rows[0].status.as_str(), rows[0].report_count), ("occurred", 2));
    let history = timeline.store.history(&rows[0].event_id).unwrap();
    assert!(history[1].change.contains("status: planned -> occurred"), "{}", history[1].change);
    // Who plans a meeting when this one is over means another.
    let quote = "Envoys of the army and the paramilitaries are to meet in Khartoum again next week.";
    let next = Event { status: Status::Planned, ..event("meeting", "talks", "2024-03-14", ARMY, quote) };
    timeline.tell("2024-03-09T10:00", "3", quote, vec![next]);
    assert_eq!(timeline.rows().len(), 2);
}

#[test]
fn the_acts_of_a_truce_are_linked_and_an_ended_one_is_not_agreed_again() {
    let mut timeline = Timeline::new();
    let acts = [
        ("2024-03-01", "agreed", ARMY, "The army and the paramilitaries agreed to a truce from Friday."),
        ("2024-03-03", "started", ARMY, "A truce took hold in Khartoum at dawn, residents said."),
        ("2024-03-05", "violated", ARMY, "Shells fell on the market in breach of the truce."),
        ("2024-03-09", "ended", ARMY, "The paramilitaries declared the truce over."),
        ("2024-03-20", "agreed", ARMY, "Mediators announced another pause in the fighting for Ramadan."),
        ("2024-03-21", "agreed", SOUTH, "Two rebel movements of the south laid down their arms."),
    ];
    for (number, (on, subtype, parties, quote)) in acts.into_iter().enumerate() {
        let told = event("ceasefire", subtype, on, parties, quote);
        let place = if parties == SOUTH { None } else { told.place.clone() };
        let mut told = Event { place, ..told };
        if parties == SOUTH {
            told.actors.iter_mut().for_each(|a| a.country = Country::new("SS"));
        }
        timeline.tell(&format!("{on}T20:00"), &number.to_string(), quote, vec![told]);
    }
    let lives = timeline.query(
        "SELECT group_concat(subtype, ' ') FROM (SELECT truce_id, subtype FROM timeline_truce ORDER BY date_start)
        GROUP BY truce_id ORDER BY length(group_concat(subtype, ' ')) DESC",
    );
    assert_eq!(lives, ["agreed started violated ended", "agreed", "agreed"]);
}

#[test]
fn a_correction_and_a_retraction_show_and_what_stood_before_can_be_read() {
    let mut timeline = Timeline::new();
    let quote = "A bomb at the market in Khartoum killed 12 people on Friday, police said.";
    let told = |killed: u32, quote: &str| {
        let attack = event("attack", "bombing", "2024-03-01", ARMY, quote);
        Event { killed: Some(killed), ..attack }
    };
    timeline.tell("2024-03-01T10:00", "1", quote, vec![told(12, quote)]);
    let corrected = "Correction: a bomb at the market in Khartoum killed 7 people on Friday, police said.";
    timeline.tell("2024-03-01T12:00", "1", corrected, vec![told(7, corrected)]);
    let rows = timeline.rows();
    assert_eq!((rows.len(), rows[0].killed, rows[0].report_count), (1, Some(7), 1), "{rows:#?}");
    let uid = rows[0].event_id.clone();
    let retracted = "This report about the market in Khartoum has been withdrawn; there was no explosion.";
    timeline.tell("2024-03-01T15:00", "1", retracted, Vec::new());
    assert_eq!(timeline.rows()[0].status, "retracted");
    let at = |time: &str| {
        let as_of = Some(format!("2024-03-01T{time}:00Z").parse().unwrap());
        let row = timeline.store.timeline(&Filter { as_of, ..Filter::default() }).unwrap().remove(0);
        (row.status, row.killed)
    };
    assert_eq!(at("11:00"), ("occurred".to_owned(), Some(12)));
    assert_eq!(at("13:00"), ("occurred".to_owned(), Some(7)));
    assert_eq!(at("15:00").0, "retracted");
    let changes: Vec<String> = timeline.store.history(&uid).unwrap().into_iter().map(|h| h.change).collect();
    assert_eq!(changes.len(), 3, "{changes:#?}");
    assert!(changes[1].contains("killed: 12 -> 7"), "{changes:#?}");
    assert!(changes[2].starts_with("retracted"), "{changes:#?}");
    let withdrawn: Vec<_> = timeline.store.reports(&uid).unwrap().into_iter().map(|r| r.withdrawn).collect();
    assert_eq!(withdrawn, [Some("edited".to_owned()), Some("edited".to_owned())]);
}

/// Ten stories read by version 1; version 2 finds a toll in each.
#[test]
fn reading_again_can_be_stopped_and_goes_on_where_it_was() {
    const TOWNS: [&str; 10] = ["Ana", "Baro", "Cadi", "Dolo", "Elen", "Faro", "Gana", "Hosa", "Inde", "Juba"];
    const COUNTRIES: [&str; 10] = ["SD", "ML", "NE", "TD", "NG", "KE", "ET", "SO", "MZ", "SS"];
    let mut timeline = Timeline::new();
    let told = |town: &str, killed| {
        let quote = format!("Gunmen attacked the village of {town} on Friday.");
        let mut told = event("attack", "shooting", "2024-03-01", [town, "villagers"], &quote);
        let place = told.place.as_mut().unwrap();
        place.name = town.into();
        place.geonameid = None;
        place.admin1 = None;
        let number = TOWNS.iter().position(|t| *t == town).unwrap() as f64;
        place.coordinates = Some((number * 3.0, 30.0));
        place.country = Country::new(COUNTRIES[number as usize]);
        told.actors.clear();
        Event { killed, ..told }
    };
    for town in TOWNS {
        let event = told(town, None);
        let text = event.quote.text.clone();
        timeline.tell("2024-03-01T10:00", town, &text, vec![event]);
    }
    assert_eq!(timeline.rows().len(), TOWNS.len());
    let revisions = "SELECT CAST(count(*) AS TEXT) FROM event_revision";
    assert_eq!(timeline.query(revisions), ["10"]);
    let again = |store: &mut Store, limit| {
        let now = "2024-04-01T10:00:00Z".parse().unwrap();
        let unread = store.unread(2, None, 0, limit).unwrap();
        let readings: Vec<_> = unread
            .into_iter()
            .map(|unread| {
                let town = unread.story.key.rsplit('/').next().unwrap().to_owned();
                // The last two stay as they were read before.
                let killed = (!matches!(town.as_str(), "Inde" | "Juba")).then_some(5);
                (unread, vec![told(&town, killed)])
            })
            .collect();
        (readings.len(), store.reread(&readings, 2, now).unwrap().len())
    };
    assert_eq!(again(&mut timeline.store, 4), (4, 4));
    let mut timeline = timeline.restart();
    assert_eq!(again(&mut timeline.store, 100), (6, 4), "neither again what was read nor what says the same");
    assert_eq!(again(&mut timeline.store, 100), (0, 0));
    assert_eq!(timeline.query(revisions), ["18"], "one more revision where something changed");
    let rows = timeline.rows();
    assert_eq!((rows.len(), rows.iter().filter(|r| r.killed == Some(5)).count()), (10, 8));
    assert_eq!(timeline.store.verify().unwrap().problems, Vec::<String>::new());
}

const LONG: &str = "Shells fell on the market of the old town on Friday while families queued for bread, and the \
    wounded were carried on doors to the one hospital that still has a generator, a doctor there said by telephone.";

/// What finds near copies is written behind the commits: a process that dies before must find them all the same.
#[test]
fn copies_are_found_after_a_crash() {
    let mut timeline = Timeline::new();
    timeline.tell("2024-03-01T10:00", "1", LONG, Vec::new());
    let mut timeline = timeline.restart();
    let copy = format!("{LONG} Reporting by our own correspondent.");
    timeline.tell("2024-03-01T11:00", "2", &copy, Vec::new());
    assert_eq!(timeline.query("SELECT CAST(same_as AS TEXT) FROM story WHERE id = 2"), ["1"]);
}

/// A file of an older version, whose indexes a migration has emptied: they are made again.
#[test]
fn what_an_older_version_stored_is_met_again() {
    let mut timeline = Timeline::new();
    let quote = "Gunmen killed 9 people at the ferry in Khartoum on Friday.";
    let told = |quote: &str| {
        let attack = event("attack", "shooting", "2024-03-01", ARMY, quote);
        Event { killed: Some(9), ..attack }
    };
    timeline.tell("2024-03-01T10:00", "1", &format!("{quote} {LONG}"), vec![told(quote)]);
    let Timeline { folder, store } = timeline;
    drop(store);
    rusqlite::Connection::open(folder.path().join("timeline.db"))
        .unwrap()
        .execute_batch(
            "DELETE FROM story_band; DELETE FROM story_sketch; DELETE FROM event_block;
            UPDATE written_band SET story = 1; UPDATE unindexed SET newest = 1",
        )
        .unwrap();
    let mut timeline = Timeline { store: open(&folder), folder };
    assert!(timeline.store.is_behind());
    while timeline.store.catch_up().unwrap() {}
    assert!(!timeline.store.is_behind());
    let copy = format!("{quote} {LONG} Reporting by our own correspondent.");
    timeline.tell("2024-03-01T11:00", "2", &copy, vec![told(quote)]);
    assert_eq!(timeline.query("SELECT CAST(same_as AS TEXT) FROM story WHERE id = 2"), ["1"]);
    let rows = timeline.rows();
    assert_eq!((rows.len(), rows[0].report_count), (1, 2), "{rows:#?}");
}

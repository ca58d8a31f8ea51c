//! Which reports are one event, through the store's door: neighbouring kinds, landmarks, chance agreement, and
//! events that a later story shows to be one.

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
    _folder: tempfile::TempDir,
    store: Store,
    stories: usize,
}

impl Timeline {
    fn new() -> Timeline {
        let folder = tempfile::tempdir().unwrap();
        let store = support::open(&folder.path().join("timeline.db"), ["wire"]);
        Timeline { _folder: folder, store, stories: 0 }
    }

    /// Commits a story that tells one event in its text.
    fn tell(&mut self, at: &str, event: Event) {
        let seen_at: DateTime<Utc> = format!("{at}:00Z").parse().unwrap();
        self.stories += 1;
        let (path, title) = (self.stories.to_string(), format!("Story {}", self.stories));
        let story = support::story("wire", &path, &title, &event.quote.text, seen_at);
        let readings = [Reading::new(story, Some(vec![event]))];
        support::commit(&mut self.store, "wire", seen_at, &Learned::default(), &readings);
    }

    fn rows(&self) -> Vec<TimelineRow> {
        self.store.timeline(&Filter::default()).unwrap()
    }
}

fn event(kind: &str, subtype: Option<&str>, on: Option<(&str, Basis)>, quote: &str) -> Event {
    let date = on.map(|(day, basis)| {
        let day: NaiveDate = day.parse().unwrap();
        EventDate { interval: Interval { start: day, end: day }, precision: Precision::Day, basis }
    });
    Event {
        kind: kind.into(),
        subtype: subtype.map(str::to_owned),
        status: Status::Occurred,
        date,
        place: None,
        actors: Vec::new(),
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

fn herat() -> Option<EventPlace> {
    Some(EventPlace {
        name: "Herat".into(),
        country: Country::new("AF"),
        admin1: Some("AF-HER".into()),
        coordinates: Some((34.35, 62.2)),
        geonameid: Some(1_140_026),
    })
}

fn country(name: &str, code: &str) -> Option<EventPlace> {
    let country = Country::new(code);
    Some(EventPlace { name: name.into(), country, admin1: None, coordinates: None, geonameid: None })
}

const FRIDAY: Option<(&str, Basis)> = Some(("2024-03-01", Basis::Relative));

/// One story knows the town, one the wounded; only the third, which knows both, shows that they tell one blast.
fn two_blasts(timeline: &mut Timeline) {
    let quote = "A bomb tore through a crowded mosque, killing a dozen.";
    timeline.tell(
        "2024-03-01T14:00",
        Event { place: herat(), killed: Some(12), ..event("attack", Some("bombing"), FRIDAY, quote) },
    );
    let quote = "Thirty people were treated for burns after explosives went off in the west of the country.";
    timeline.tell(
        "2024-03-01T15:00",
        Event {
            place: country("Afghanistan", "AF"),
            injured: Some(30),
            ..event("attack", Some("bombing"), FRIDAY, quote)
        },
    );
}

fn both_told_as_one(timeline: &mut Timeline) {
    let quote = "The blast at the Herat mosque killed 12 and wounded 30.";
    timeline.tell(
        "2024-03-01T16:00",
        Event {
            place: herat(),
            killed: Some(12),
            injured: Some(30),
            ..event("attack", Some("bombing"), FRIDAY, quote)
        },
    );
}

#[test]
fn kind_day_and_country_alone_make_no_identity() {
    let mut timeline = Timeline::new();
    two_blasts(&mut timeline);
    assert_eq!(timeline.rows().len(), 2, "{:#?}", timeline.rows());
}

#[test]
fn a_later_story_shows_that_two_events_are_one() {
    let mut timeline = Timeline::new();
    two_blasts(&mut timeline);
    both_told_as_one(&mut timeline);
    let rows = timeline.rows();
    let standing: Vec<&TimelineRow> = rows.iter().filter(|r| r.status == "occurred").collect();
    assert_eq!(standing.len(), 1, "{rows:#?}");
    let one = standing[0];
    assert_eq!((one.killed, one.injured, one.report_count), (Some(12), Some(30), 3));
    let younger = rows.iter().find(|r| r.status == "retracted").expect("the younger event");
    let last = timeline.store.history(&younger.event_id).unwrap().pop().unwrap();
    assert_eq!(last.change, format!("the same event as {}", one.event_id));
    let withdrawn: Vec<_> =
        timeline.store.reports(&younger.event_id).unwrap().into_iter().map(|r| r.withdrawn).collect();
    assert_eq!(withdrawn, [Some("merged".to_owned())]);
    let moved = &timeline.store.reports(&one.event_id).unwrap()[2];
    assert!(moved.decision.starts_with(&format!("moved from {}", younger.event_id)), "{}", moved.decision);
    // Who asks for an earlier moment sees both.
    let before = Filter { as_of: Some("2024-03-01T15:30:00Z".parse().unwrap()), ..Filter::default() };
    let before = timeline.store.timeline(&before).unwrap();
    assert!(before.len() == 2 && before.iter().all(|r| r.status == "occurred"));
    assert_eq!(timeline.store.verify().unwrap().problems, Vec::<String>::new());
}

#[test]
fn a_missile_that_strikes_nobody_is_a_test_to_one_paper_and_an_attack_to_the_other() {
    let mut timeline = Timeline::new();
    let quote = "The army fired a ballistic missile into the sea east of the peninsula on Friday.";
    timeline.tell(
        "2024-03-01T10:00",
        Event { place: country("North Korea", "KP"), ..event("attack", Some("shelling"), FRIDAY, quote) },
    );
    let quote = "Friday's missile test was the third this year, the ministry said.";
    timeline.tell(
        "2024-03-01T12:00",
        Event {
            place: country("North Korea", "KP"),
            ..event("mobilization", Some("weapons-test"), FRIDAY, quote)
        },
    );
    assert_eq!(timeline.rows().len(), 1, "{:#?}", timeline.rows());
    // Where the missile killed, it was no test.
    let mut timeline = Timeline::new();
    let quote = "A missile killed three soldiers at a base on Friday.";
    timeline.tell(
        "2024-03-01T10:00",
        Event {
            place: country("North Korea", "KP"),
            killed: Some(3),
            ..event("attack", Some("airstrike"), FRIDAY, quote)
        },
    );
    let quote = "Friday's missile test was the third this year, the ministry said.";
    timeline.tell(
        "2024-03-01T12:00",
        Event {
            place: country("North Korea", "KP"),
            ..event("mobilization", Some("weapons-test"), FRIDAY, quote)
        },
    );
    assert_eq!(timeline.rows().len(), 2, "{:#?}", timeline.rows());
}

/// A feed that dates an old story anew, or a look back: the town and a high, exact toll tell which attack it is.
#[test]
fn a_landmark_is_known_again_whatever_its_date() {
    let told = |killed: u32, on: &'static str| {
        let quote = format!("At least {killed} people died when gunmen attacked a fair in the city.");
        let on = Some((on, Basis::Relative));
        Event { place: herat(), killed: Some(killed), ..event("attack", Some("shooting"), on, &quote) }
    };
    for (killed, events) in [(59, 1), (58, 1), (60, 2), (12, 2)] {
        let mut timeline = Timeline::new();
        timeline.tell("2024-03-02T10:00", told(if killed == 58 { 59 } else { killed }, "2024-03-01"));
        timeline.tell("2024-05-10T10:00", told(killed, "2024-05-09"));
        assert_eq!(timeline.rows().len(), events, "{killed}");
    }
}

#[test]
fn an_arrest_is_known_again_by_who_is_arrested() {
    let told = |on, person: &str, quote: &str| {
        let (role, kind) = (Role::Target, ActorKind::Unknown);
        let held = EventActor { role, name: person.into(), canonical_name: None, kind, country: None };
        Event { actors: vec![held], ..event("arrest", None, on, quote) }
    };
    for (name, events) in [("Lovell", 1), ("Norwood", 2)] {
        let mut timeline = Timeline::new();
        let quote = "Officers led Ada Lovell from her house after an inquiry of two years.";
        timeline.tell("2024-03-01T10:00", told(FRIDAY, "Ada Lovell", quote));
        let quote = format!("Prosecutors say that {name} sold forged tickets to thousands of pensioners.");
        timeline.tell("2024-03-02T10:00", told(None, &format!("Ada {name}"), &quote));
        assert_eq!(timeline.rows().len(), events, "{name}: {:#?}", timeline.rows());
    }
}

/// One paper's date is misread; what both lead with in the same hours, in one town and in like words, is one event.
#[test]
fn what_two_stories_lead_with_is_one_event_though_one_date_is_old() {
    let told = |on, killed, quote| Event {
        place: herat(),
        killed: Some(killed),
        ..event("attack", Some("bombing"), on, quote)
    };
    let alike = "A truck bomb tore through the market of Herat and killed at least 14 people.";
    let other = "Buried that autumn with his two sons, the old baker is mourned by his neighbours.";
    for (quote, events) in [(alike, 1), (other, 2)] {
        let mut timeline = Timeline::new();
        let first = "A truck bomb tore through the gate of the market in Herat, killing 12 people.";
        timeline.tell("2024-03-01T10:00", told(FRIDAY, 12, first));
        timeline.tell("2024-03-01T16:00", told(Some(("2023-11-13", Basis::Relative)), 14, quote));
        assert_eq!(timeline.rows().len(), events, "{:#?}", timeline.rows());
    }
}

/// Each of two launches is told with its day and without one; what has no day must not make one launch of them.
#[test]
fn reports_without_a_date_do_not_join_two_days() {
    let told = |on| {
        let quote = "North Korea fired a ballistic missile over the islands and into the ocean.";
        Event {
            place: country("North Korea", "KP"),
            ..event("mobilization", Some("weapons-test"), on, quote)
        }
    };
    let second = Some(("2024-03-18", Basis::Relative));
    let tellings = [
        ("2024-03-01T10:00", FRIDAY),
        ("2024-03-02T10:00", None),
        ("2024-03-18T10:00", second),
        ("2024-03-19T10:00", None),
    ];
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2], [3, 1, 2, 0]] {
        let mut timeline = Timeline::new();
        for (at, on) in order.map(|i| tellings[i]) {
            timeline.tell(at, told(on));
        }
        let standing = timeline.rows().into_iter().filter(|r| r.status == "occurred");
        assert_eq!(standing.map(|r| r.report_count).collect::<Vec<_>>(), [2, 2], "{order:?}");
    }
}

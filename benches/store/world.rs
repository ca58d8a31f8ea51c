//! Plausible stories and events, the same at every run.
//!
//! Owns their spread: words, countries, towns, parties and kinds are skewed as in the news, and every third event was
//! told before. Leaves what is done with them to the measurements.

#[path = "../../tests/support/timeline.rs"]
mod timeline;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use dateline::event::{Basis, Event, EventActor, EventDate, EventPlace, Quote, Role, Status};
use dateline::feed::Learned;
use dateline::lexicon::{ActorKind, Country};
use dateline::mention::{Interval, Precision};
use dateline::store::{Reading, Store};
use dateline::story::Story;
use dateline::text::{Field, Span};
use std::path::Path;

const FEEDS: usize = 200;
/// Stories of one poll.
pub const BATCH: usize = 20;

/// A generator of repeatable choices (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % sides as u64) as usize
    }

    /// Small numbers often, large ones seldom: how countries, towns and parties are spread.
    fn skewed(&mut self, sides: usize) -> usize {
        let a = self.roll(sides);
        let b = self.roll(sides);
        a.min(b).min(self.roll(sides))
    }

    /// Each half as often as those of half its rank: how words are spread in a text (Zipf's law).
    fn rank(&mut self, sides: usize) -> usize {
        let share = self.roll(1 << 30) as f64 / (1 << 30) as f64;
        (sides as f64).powf(share) as usize
    }
}

/// Words that the papers know.
const WORDS: usize = 60_000;

/// The words that any text is full of, and that say nothing: the first ranks.
const EMPTY_WORDS: &str = "the of and to in a for that was with on his he from had it after are not were their which \
    they been would but has its have will this who be by as at is an or said also more about when into than other some \
    could over there them him her all out one up no if what so last";

const CONSONANTS: &[u8] = b"bdfghjklmnprstvwyzcq";
const VOWELS: &[u8] = b"aeiou";
const ENDINGS: [&str; 4] = ["", "s", "ed", "ing"];

/// A word of no language: words of other numbers begin otherwise, as those of a language do.
fn word(number: usize) -> String {
    let mut n = number;
    let mut word = String::new();
    loop {
        word.push(char::from(CONSONANTS[n % CONSONANTS.len()]));
        word.push(char::from(VOWELS[n / CONSONANTS.len() % VOWELS.len()]));
        n /= CONSONANTS.len() * VOWELS.len();
        if n == 0 {
            break;
        }
    }
    word + ENDINGS[number % ENDINGS.len()]
}

fn text(dice: &mut Dice, words: usize) -> String {
    let empty: Vec<&str> = EMPTY_WORDS.split_whitespace().collect();
    let mut text = String::new();
    for i in 0..words {
        if i > 0 {
            text.push_str(if i % 17 == 0 { ". " } else { " " });
        }
        match dice.rank(WORDS) {
            4_998..5_000 => text.push_str("embassy guard"),
            5_000..5_006 => text.push_str(if dice.roll(8) == 0 { "embassy gunfire" } else { "embassy" }),
            8_000..8_008 => text.push_str("gunfire"),
            rank => match empty.get(rank) {
                Some(word) => text.push_str(word),
                None => text.push_str(&word(rank)),
            },
        }
    }
    text
}

const KINDS: [(&str, &str); 7] = [
    ("attack", "bombing"),
    ("attack", "shooting"),
    ("meeting", "talks"),
    ("arrest", ""),
    ("protest", "demonstration"),
    ("ceasefire", "violated"),
    ("ceasefire", "ended"),
];

/// The more often in the news, the earlier.
const COUNTRIES: &str = "US UA RU IL AF CN GB IN FR SY PK IR DE TR IQ YE NG SD MM ET ML SO KP KR JP SA EG LB \
    VE CO MX BR HT PH ID TH BD LK CD CF CM BF NE TD LY TN DZ MA KE UG RS PL GR IT ES NL SE AU CA ZA";

fn country(number: usize) -> Option<Country> {
    COUNTRIES.split(' ').nth(number % 60).and_then(Country::new)
}

/// Who is named often, of whom the documented queries ask; the others have names of no language.
fn party(number: usize) -> String {
    match number {
        FIRST_PARTY => "Taliban".into(),
        n => format!("{} forces", word(n)),
    }
}

/// Parties that make news.
const PARTIES: usize = 4_000;
const FIRST_PARTY: usize = 504;

fn any_party(dice: &mut Dice) -> usize {
    match dice.roll(100) {
        0 => FIRST_PARTY,
        _ => 500 + dice.skewed(PARTIES),
    }
}

/// Towns of a country that make news: so few that many stories tell the same event, or as many as there are.
const FEW_TOWNS: usize = 25;
const ALL_TOWNS: usize = 1_200;

fn event(dice: &mut Dice, day: NaiveDate, quote: &str, towns: usize) -> Event {
    let (kind, subtype) = KINDS[dice.skewed(KINDS.len())];
    let (nation, town) = (dice.skewed(60), dice.skewed(towns));
    let role = |role, n: usize| EventActor {
        role,
        name: party(n),
        canonical_name: Some(party(n)),
        kind: ActorKind::Military,
        country: country(n % 60),
    };
    Event {
        kind: kind.into(),
        subtype: (!subtype.is_empty()).then(|| subtype.into()),
        status: Status::Occurred,
        date: (dice.roll(8) > 0).then_some(EventDate {
            interval: Interval { start: day, end: day },
            precision: Precision::Day,
            basis: Basis::Relative,
        }),
        place: Some(EventPlace {
            name: format!("{}{}", word(nation * 1_301 + town), word(town)),
            country: country(nation),
            admin1: Some(format!("X-{nation}-{}", town % 7)),
            coordinates: Some((
                nation as f64 - 30.0 + (town % 40) as f64 * 0.3,
                nation as f64 * 2.0 + (town / 40) as f64 * 0.3,
            )),
            geonameid: Some((nation * 10_000 + town) as u32),
        }),
        actors: vec![role(Role::Source, any_party(dice)), role(Role::Target, any_party(dice))],
        killed: (kind == "attack").then(|| dice.skewed(60) as u32),
        injured: None,
        count: 1,
        people: None,
        plover: Some("ASSAULT".into()),
        cameo: Some("190".into()),
        confidence: 0.5 + dice.roll(50) as f32 / 100.0,
        mentions: Vec::new(),
        quote: Quote { field: Field::Text, span: Span { start: 0, end: quote.len() }, text: quote.into() },
    }
}

/// Stories, some of whose events another story has told already.
pub struct World {
    dice: Dice,
    number: usize,
    told: Vec<Event>,
    /// Of one story; 0: every third tells one.
    events: usize,
    towns: usize,
}

impl World {
    pub fn new(from: usize, events: usize) -> World {
        let towns = if events == 0 { FEW_TOWNS } else { ALL_TOWNS };
        World { dice: Dice(0xDA7E + from as u64), number: from, told: Vec::new(), events, towns }
    }

    pub fn reading(&mut self, feed: &str, at: DateTime<Utc>) -> Reading {
        self.number += 1;
        let words = 120 + self.dice.skewed(300);
        let body = text(&mut self.dice, words);
        let events = match self.events {
            0 if self.dice.roll(10) < 3 => 1,
            events => events,
        };
        let quotes: Vec<&str> = body.split(". ").collect();
        let events = (0..events).map(|n| self.event(at, quotes[n % quotes.len()])).collect();
        let path = format!("{}/{}", at.format("%Y/%m/%d"), self.number);
        let title = text(&mut self.dice, 9);
        let story = Story { body: body.clone(), ..timeline::story(feed, &path, &title, quotes[0], at) };
        Reading::new(story, Some(events))
    }

    /// What one poll brings: its feed, its time, its stories.
    pub fn poll(&mut self, number: usize) -> (String, DateTime<Utc>, Vec<Reading>) {
        let (feed, at) = (feed_name(number), when(number * BATCH));
        let readings = (0..BATCH).map(|_| self.reading(&feed, at)).collect();
        (feed, at, readings)
    }

    /// Two of three events are new.
    fn event(&mut self, at: DateTime<Utc>, quote: &str) -> Event {
        if self.dice.roll(3) == 0 && !self.told.is_empty() {
            let mut event = self.told[self.dice.roll(self.told.len())].clone();
            event.killed = event.killed.map(|k| k + self.dice.roll(3) as u32);
            return event;
        }
        let day = at.date_naive() - Days::new(self.dice.roll(3) as u64);
        let event = event(&mut self.dice, day, quote, self.towns);
        self.told.push(event.clone());
        if self.told.len() > 400 {
            self.told.remove(0);
        }
        event
    }
}

pub fn feed_name(number: usize) -> String {
    format!("paper{}", number % FEEDS)
}

/// Opens a file with the feeds of the world.
pub fn open(path: &Path) -> Store {
    let names: Vec<String> = (0..FEEDS).map(feed_name).collect();
    timeline::open(path, names.iter().map(String::as_str))
}

pub fn commit(store: &mut Store, feed: &str, readings: &[Reading], at: DateTime<Utc>) {
    timeline::commit(store, feed, at, &Learned::default(), readings);
}

fn beginning() -> DateTime<Utc> {
    "2021-03-01T00:00:00Z".parse().expect("a time")
}

/// 128 seconds from one story to the next: a quarter of a million a year.
pub fn when(number: usize) -> DateTime<Utc> {
    beginning() + TimeDelta::seconds(SECONDS_A_STORY * number as i64)
}

pub const SECONDS_A_STORY: i64 = 128;

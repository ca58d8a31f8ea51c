//! When two stories tell the same event.
//!
//! Owns the decision: what is compared, what each agreement and conflict weighs, and the words that explain
//! it. Leaves to `store` where candidates are looked up and to `belief` what is believed of an event that
//! several stories tell.
//!
//! Conservative: a wrong merge hides an event, a missed one only shows it twice. So a conflict (other kind,
//! dates that cannot meet, another country, towns far apart) refuses, and agreement must come from several
//! sides: the same day in the same country is not enough where attacks are daily.

use super::{Basis, Event, EventActor, EventDate, EventPlace, Status};
use crate::lexicon::Country;
use crate::mention::{Interval, Precision};
use crate::text::Field;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::LazyLock;

/// One telling of an event by one story.
#[derive(Debug, Clone, PartialEq)]
pub struct Telling {
    pub event: Event,
    pub story: i64,
    pub feed: i64,
    /// Copies of one text are one source: the story that told it first.
    pub source: i64,
    /// When the story was published, or first seen.
    pub told_at: DateTime<Utc>,
    /// The story's headline.
    pub headline: String,
}

/// Characters of the text in which a story says what it is about.
const LEAD_CHARS: usize = 500;

impl Telling {
    /// Whether the story is about this event: it stands in the headline or the lead. The quote's position is in
    /// characters.
    fn leads(&self) -> bool {
        let quote = &self.event.quote;
        quote.field == Field::Title || quote.span.start < LEAD_CHARS
    }
}

/// The score from which a telling joins an event.
pub const JOIN: f32 = 2.0;

/// How well a telling fits an event, and why.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Comparison {
    pub score: f32,
    /// A conflict that no agreement outweighs.
    pub refused: bool,
    pub reasons: Vec<String>,
}

impl Comparison {
    pub fn joins(&self) -> bool {
        !self.refused && self.score >= JOIN
    }

    fn add(&mut self, weight: f32, why: impl Into<String>) {
        if weight == 0.0 {
            return;
        }
        self.score += weight;
        self.reasons.push(format!("{} {weight:+.1}", why.into()));
    }

    fn refuse(&mut self, why: impl Into<String>) {
        self.refused = true;
        self.reasons.push(format!("{}: refused", why.into()));
    }
}

/// A new telling, ready to be compared with many known events.
#[derive(Debug, Clone)]
pub struct Newcomer<'a> {
    telling: &'a Telling,
    words: BTreeMap<String, f32>,
}

impl Newcomer<'_> {
    pub fn new(telling: &Telling) -> Newcomer<'_> {
        Newcomer { telling, words: weighted_words(telling) }
    }
}

/// Compares a new telling with the tellings of a known event.
pub fn compare(known: &[Telling], newcomer: &Newcomer) -> Comparison {
    let new = newcomer.telling;
    let mut comparison = Comparison::default();
    let Some(first) = known.first() else {
        comparison.refuse("no telling stands");
        return comparison;
    };
    if first.event.kind != new.event.kind {
        comparison.refuse("another kind");
        return comparison;
    }
    if let Some(same) = known.iter().find(|k| k.story == new.story) {
        told_apart(&mut comparison, &same.event, &new.event);
    }
    comparison.add(rarity(new), "such events are rare");
    compare_subtypes(&mut comparison, known, new);
    compare_dates(&mut comparison, known, new);
    compare_places(&mut comparison, known, new);
    if comparison.refused {
        return comparison;
    }
    compare_actors(&mut comparison, known, new);
    compare_tolls(&mut comparison, known, new);
    compare_words(&mut comparison, known, newcomer);
    comparison
}

/// One story that seems to tell two events of a kind may tell one of them twice, unless it gives them other days,
/// places or tolls.
fn told_apart(comparison: &mut Comparison, a: &Event, b: &Event) {
    fn differ<T: PartialEq>(a: Option<T>, b: Option<T>) -> bool {
        matches!((a, b), (Some(a), Some(b)) if a != b)
    }
    let day = |e: &Event| e.date.as_ref().filter(|d| d.basis != Basis::Publication).map(|d| d.interval);
    let place = |e: &Event| e.place.as_ref().map(|p| plain(&p.name));
    let many = a.count > 1 || b.count > 1;
    if many
        || differ(day(a), day(b))
        || differ(place(a), place(b))
        || differ(a.killed, b.killed)
        || differ(a.injured, b.injured)
        || differ(a.subtype.as_ref(), b.subtype.as_ref())
    {
        comparison.refuse("the story tells both apart");
    } else {
        comparison.add(-0.8, "the story tells them as two");
    }
}

/// Two reports of one day and country are the sooner one event, the rarer its kind. Attacks, arrests, meetings
/// and protests happen daily in many countries; a country tests a missile or frees captives a few times a year.
fn rarity(new: &Telling) -> f32 {
    match (new.event.kind.as_str(), new.event.subtype.as_deref()) {
        (_, Some("weapons-test" | "ramming" | "chemical" | "assassination")) => 0.6,
        ("release" | "abduction" | "capture" | "ceasefire", _) => 0.4,
        ("sanction" | "agreement" | "withdrawal", _) => 0.2,
        _ => 0.0,
    }
}

/// Ways of attack that one paper calls by one name and another by the other.
const KINDRED: &[&[&str]] = &[
    &["bombing", "suicide-bombing", "arson"],
    &["airstrike", "shelling", "bombing"],
    &["shooting", "clash", "raid", "assassination", "execution"],
    &["stabbing", "assault", "assassination"],
    &["ramming", "assault"],
    &["visit", "talks", "summit"],
    &["session", "talks"],
    &["call", "talks"],
    &["demonstration", "riot"],
    &["deployment", "exercise"],
    &["agreed", "started"],
    &["agreed", "extended"],
];

fn compare_subtypes(comparison: &mut Comparison, known: &[Telling], new: &Telling) {
    let Some(subtype) = new.event.subtype.as_deref() else { return };
    let others: BTreeSet<&str> = known.iter().filter_map(|k| k.event.subtype.as_deref()).collect();
    if others.is_empty() {
        return;
    }
    if others.contains(subtype) {
        comparison.add(0.4, format!("both {subtype}"));
    } else if others.iter().any(|o| KINDRED.iter().any(|k| k.contains(o) && k.contains(&subtype))) {
        comparison.add(0.0, "kindred subtypes");
    } else if new.event.kind == "ceasefire" {
        comparison.refuse("another act of a truce");
    } else {
        comparison.add(-1.0, "other subtypes");
    }
}

/// Days that a publication day may be off from the day it reports: the news breaks past midnight, or
/// elsewhere.
const SLACK_DAYS: i64 = 1;
/// An event without a date was told at most so long after another telling of it.
const UNDATED_DAYS: i64 = 10;

fn compare_dates(comparison: &mut Comparison, known: &[Telling], new: &Telling) {
    let told = new.told_at.date_naive();
    // The best agreement with any telling: an event's own tellings may differ by a day.
    let best = known
        .iter()
        .map(|k| date_fit(k, new, told))
        .max_by(|a, b| a.0.unwrap_or(f32::MIN).total_cmp(&b.0.unwrap_or(f32::MIN)));
    match best {
        Some((Some(weight), why)) => comparison.add(weight, why),
        Some((None, why)) => comparison.refuse(why),
        None => {}
    }
}

/// A week, by which a relative date may be early.
const WEEK_DAYS: i64 = 7;

/// Days of other tellings with which a date can meet, as one interval with the slack and two days a week off:
/// every telling dated otherwise is refused.
pub fn days_to_meet(date: &EventDate) -> (Interval, [NaiveDate; 2]) {
    let Interval { start, end } = date.interval;
    let (slack, week) = (TimeDelta::days(SLACK_DAYS), TimeDelta::days(WEEK_DAYS));
    let earlier = |by| start.checked_sub_signed(by).unwrap_or(start);
    let later = |by| end.checked_add_signed(by).unwrap_or(end);
    (Interval { start: earlier(slack), end: later(slack) }, [earlier(week), later(week)])
}

fn date_fit(known: &Telling, new: &Telling, told: NaiveDate) -> (Option<f32>, &'static str) {
    let apart = (told - known.told_at.date_naive()).num_days().abs();
    let (a, b) = match (&known.event.date, &new.event.date) {
        (Some(a), Some(b)) => (a, b),
        (None, None) if apart <= UNDATED_DAYS => return (Some(0.2), "told in the same days, without a date"),
        (None, None) => return (None, "told at other times, without a date"),
        (Some(date), None) | (None, Some(date)) => {
            let undated = if known.event.date.is_none() { known.told_at.date_naive() } else { told };
            let before = (undated - date.interval.end).num_days();
            return match before {
                -1..=3 => (Some(0.4), "one without a date, told in those days"),
                -40..=UNDATED_DAYS => (Some(-0.4), "one without a date"),
                _ => (None, "one without a date, told at another time"),
            };
        }
    };
    let gap =
        (a.interval.start - b.interval.end).num_days().max((b.interval.start - a.interval.end).num_days());
    let exact = a.precision == Precision::Day && b.precision == Precision::Day;
    if gap > 0 {
        let counted = [a.basis, b.basis].iter().any(|b| *b != Basis::Stated);
        let reported = [a.basis, b.basis].contains(&Basis::Publication);
        return match gap {
            // News is mostly told the day after.
            1 if reported && exact => (Some(0.7), "told the day after"),
            SLACK_DAYS if counted && exact => (Some(0.3), "the day before or after"),
            WEEK_DAYS if exact && (week_early(a, b, new, known) || week_early(b, a, known, new)) => {
                (Some(0.5), "the same weekday, counted from the day before it")
            }
            _ => (None, "dates that do not meet"),
        };
    }
    match (exact, coarser(a.precision, b.precision)) {
        (true, _) if a.interval == b.interval => (Some(1.2), "the same day"),
        (true, _) => (Some(0.8), "days that overlap"),
        (false, Precision::Week) => (Some(0.7), "the same week"),
        (false, Precision::Month) => (Some(0.2), "the same month"),
        (false, _) => (Some(-0.5), "the same year"),
    }
}

/// A story of Monday evening that says "early on Tuesday", where it is Tuesday already, seems to mean the week
/// before: the date is a week early, and the true one is the day of telling or the next.
fn week_early(early: &EventDate, late: &EventDate, one: &Telling, other: &Telling) -> bool {
    let teller = if one.event.date.as_ref() == Some(early) { one } else { other };
    let ahead = (late.interval.start - teller.told_at.date_naive()).num_days();
    early.basis == Basis::Relative && early.interval.start < late.interval.start && (0..=1).contains(&ahead)
}

fn coarser(a: Precision, b: Precision) -> Precision {
    a.max(b)
}

/// Kilometres between two names of one place: a village and its town, a base and its city.
const NEAR_KM: f64 = 40.0;
/// Kilometres from which two places are two.
const FAR_KM: f64 = 120.0;

fn compare_places(comparison: &mut Comparison, known: &[Telling], new: &Telling) {
    let Some(place) = &new.event.place else { return };
    let best = known
        .iter()
        .filter_map(|k| Some((k, k.event.place.as_ref()?)))
        .map(|(k, p)| match place_fit(p, place) {
            (None, _) if place_is_party(place, k) || place_is_party(p, new) => {
                (Some(-0.6), "at either party's")
            }
            fit => fit,
        })
        .max_by(|a, b| a.0.unwrap_or(f32::MIN).total_cmp(&b.0.unwrap_or(f32::MIN)));
    match best {
        Some((Some(weight), why)) => comparison.add(weight, why),
        Some((None, why)) => comparison.refuse(why),
        None => {}
    }
}

/// What crosses a border (a missile, a visit, a raid) is put by one paper where it began and by another where
/// it ended, so a place in the country of one of the other telling's actors is no conflict.
fn place_is_party(place: &EventPlace, other: &Telling) -> bool {
    place.country.is_some_and(|c| other.event.actors.iter().any(|a| a.country == Some(c)))
}

/// The countries that a telling names, as a place or as an actor's.
fn countries(event: &Event) -> impl Iterator<Item = Country> + '_ {
    let place = event.place.iter().filter_map(|p| p.country);
    place.chain(event.actors.iter().filter_map(|a| a.country))
}

/// A country named as such, or a place known by its country only.
fn is_whole_country(place: &EventPlace) -> bool {
    place.admin1.is_none() && place.country.is_some()
}

fn place_fit(a: &EventPlace, b: &EventPlace) -> (Option<f32>, &'static str) {
    if let (Some(x), Some(y)) = (a.country, b.country)
        && x != y
    {
        return (None, "another country");
    }
    let same_name = plain(&a.name) == plain(&b.name) || (a.geonameid.is_some() && a.geonameid == b.geonameid);
    match (is_whole_country(a), is_whole_country(b)) {
        (true, true) if same_name => return (Some(0.4), "the same country"),
        (true, _) | (_, true) if !same_name => return (Some(0.3), "a place in the same country"),
        _ => {}
    }
    if same_name {
        return (Some(1.5), "the same place");
    }
    let distance = match (a.coordinates, b.coordinates) {
        (Some(a), Some(b)) => Some(kilometres(a, b)),
        _ => None,
    };
    let same_region = a.admin1.is_some() && a.admin1 == b.admin1;
    match distance {
        Some(km) if km <= NEAR_KM => (Some(1.0), "places close by"),
        Some(km) if same_region && km <= FAR_KM => (Some(0.5), "places in the same region"),
        Some(km) if km > FAR_KM => (Some(-2.5), "places far apart"),
        _ if same_region => (Some(0.4), "places in the same region"),
        _ => (Some(-1.0), "other places"),
    }
}

/// The great-circle distance between two points in degrees.
pub fn kilometres(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (lat1, lat2) = (a.0.to_radians(), b.0.to_radians());
    let half = |x: f64| (x / 2.0).sin().powi(2);
    let h = half(lat2 - lat1) + lat1.cos() * lat2.cos() * half((b.1 - a.1).to_radians());
    2.0 * 6371.0 * h.clamp(0.0, 1.0).sqrt().asin()
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The names by which an actor may be found again: canonical, else as named.
pub fn actor_key(actor: &EventActor) -> String {
    plain(actor.canonical_name.as_deref().unwrap_or(&actor.name))
}

fn compare_actors(comparison: &mut Comparison, known: &[Telling], new: &Telling) {
    let theirs: Vec<&EventActor> = known.iter().flat_map(|k| &k.event.actors).collect();
    let ours = &new.event.actors;
    let their_keys: HashSet<String> = theirs.iter().map(|a| actor_key(a)).collect();
    let shared: BTreeSet<String> = ours.iter().map(actor_key).filter(|k| their_keys.contains(k)).collect();
    let ours_in: HashSet<Country> = countries(&new.event).collect();
    let theirs_in: HashSet<Country> = known.iter().flat_map(|k| countries(&k.event)).collect();
    match shared.len() {
        0 if !ours_in.is_empty() && !theirs_in.is_empty() => {
            let common = ours_in.intersection(&theirs_in).count();
            if common == 0 {
                comparison.add(-1.2, "actors of other countries");
            } else if common >= 2 {
                comparison.add(0.8, "actors of the same two countries");
            } else {
                comparison.add(0.3, "actors of the same country");
            }
        }
        0 => {
            let named = |a: &EventActor| a.canonical_name.is_some();
            if ours.iter().any(named) && theirs.iter().any(|a| named(a)) {
                comparison.add(-0.7, "other actors");
            }
        }
        1 => comparison.add(0.8, "one actor in common"),
        _ => comparison.add(1.5, "actors in common"),
    }
}

fn compare_tolls(comparison: &mut Comparison, known: &[Telling], new: &Telling) {
    let counts = |get: fn(&Event) -> Option<u32>| {
        (known.iter().filter_map(|k| get(&k.event)).collect::<Vec<_>>(), get(&new.event))
    };
    for (what, (theirs, ours)) in [
        ("killed", counts(|e| e.killed)),
        ("injured", counts(|e| e.injured)),
        ("people", counts(|e| e.people)),
    ] {
        let Some(ours) = ours else { continue };
        let Some(nearest) = theirs.into_iter().min_by_key(|t| t.abs_diff(ours)) else { continue };
        let (low, high) = (nearest.min(ours), nearest.max(ours));
        match (low, high) {
            (0, 0) => comparison.add(0.2, format!("nobody {what}")),
            _ if low == high && high >= 3 => comparison.add(1.0, format!("the same number {what}")),
            _ if low == high => comparison.add(0.5, format!("the same number {what}")),
            _ if high <= low * 2 || high - low <= 2 => comparison.add(0.1, format!("like numbers {what}")),
            _ => comparison.add(-0.8, format!("other numbers {what}")),
        }
    }
    let counted = |n: u32| n > 1;
    if known.iter().all(|k| counted(k.event.count) != counted(new.event.count)) {
        comparison.add(-1.0, "one counts several happenings together");
    }
}

/// Words of the quotes that say nothing of what happened.
static EMPTY_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    HashSet::from([
        "the",
        "and",
        "for",
        "that",
        "with",
        "was",
        "were",
        "has",
        "have",
        "had",
        "from",
        "his",
        "her",
        "its",
        "their",
        "they",
        "this",
        "which",
        "who",
        "after",
        "said",
        "been",
        "but",
        "not",
        "are",
        "would",
        "will",
        "people",
        "also",
        "into",
        "than",
        "when",
        "about",
        "more",
        "one",
        "two",
        "there",
        "what",
        "says",
        "over",
        "out",
        "while",
        "where",
        "all",
        "other",
        "could",
        "during",
        "before",
        "according",
        "told",
        "year",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ])
});

/// The words of a quote that carry meaning, cut to their stems.
pub fn content_words(quote: &str) -> BTreeSet<String> {
    quote.split(|c: char| !c.is_alphanumeric()).filter_map(stem).collect()
}

/// The first six letters in lower case, so that inflection matters less; None for an empty word.
fn stem(word: &str) -> Option<String> {
    let lower = word.to_lowercase();
    let short = lower.chars().count() < 3 && !lower.starts_with(|c: char| c.is_ascii_digit());
    (!short && !EMPTY_WORDS.contains(lower.as_str())).then(|| lower.chars().take(6).collect())
}

/// The meaning words of a telling with their weights: of its quote, and of the headline where the story is about
/// the event. Names and numbers tell events apart better than other words.
fn weighted_words(telling: &Telling) -> BTreeMap<String, f32> {
    let mut weights = BTreeMap::new();
    let headline = if telling.leads() { telling.headline.as_str() } else { "" };
    for text in [telling.event.quote.text.as_str(), headline] {
        for (position, word) in text.split(|c: char| !c.is_alphanumeric()).enumerate() {
            let Some(stem) = stem(word) else { continue };
            let first = word.chars().next();
            let name = position > 0 && first.is_some_and(|c| c.is_uppercase() || c.is_ascii_digit());
            let weight: &mut f32 = weights.entry(stem).or_insert(1.0);
            if name {
                *weight = 2.0;
            }
        }
    }
    weights
}

fn compare_words(comparison: &mut Comparison, known: &[Telling], newcomer: &Newcomer) {
    let Newcomer { telling: new, words: ours } = newcomer;
    if ours.len() < 3 {
        return;
    }
    let weight = |words: &BTreeMap<String, f32>| words.values().sum::<f32>();
    let best = known
        .iter()
        .map(weighted_words)
        .filter(|theirs| theirs.len() >= 3)
        .map(|theirs| {
            let shared: f32 = ours.iter().filter_map(|(word, w)| theirs.get(word).map(|v| w.min(*v))).sum();
            // The Dice coefficient, so that a long quote does not hold every short one.
            2.0 * shared / (weight(ours) + weight(&theirs))
        })
        .fold(None, |best: Option<f32>, x| Some(best.map_or(x, |b| b.max(x))));
    if let Some(share) = best {
        let weight = (share * 4.0 - 0.6).clamp(-0.6, 2.2);
        comparison.add(weight, format!("{:.0} % of the words in common", share * 100.0));
    }
    if new.leads() && known.iter().any(Telling::leads) {
        comparison.add(0.4, "what both stories are about");
    }
}

/// A planned event that is reported as over is the same event.
pub fn status_of(tellings: &[Telling]) -> Status {
    if tellings.iter().any(|t| t.event.status == Status::Occurred) {
        Status::Occurred
    } else {
        Status::Planned
    }
}

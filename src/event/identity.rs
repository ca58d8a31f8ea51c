//! When two stories tell the same event.
//!
//! Owns the decision: what is compared, what each agreement and conflict weighs, and the words that explain
//! it. Leaves to `store` where candidates are looked up and to `belief` what is believed of an event that
//! several stories tell.
//!
//! Conservative: a wrong merge hides an event, a missed one only shows it twice. So a conflict (other kind,
//! dates that cannot meet, another country, towns far apart) refuses, and agreement must be about something that
//! other events of the kind, day and country would not share: a town, a number, a name, the words.
//!
//! `kin` knows which kinds neighbour each other, `dates` which days can be one, `words` what is said alike, `one` when
//! two events turn out to be one.

use super::{Event, EventActor, EventPlace, Status};
use crate::lexicon::Country;
use crate::text::Field;
use chrono::{DateTime, Utc};
use std::borrow::Cow;
use std::sync::Arc;

mod dates;
mod kin;
mod known;
mod one;
mod reason;
mod words;

pub use dates::{Meeting, days_to_meet, seems_misdated, week_later};
pub use kin::{landmark, names};
pub use known::Known;
pub use one::{BRIDGES, are_one};
pub use words::content_words;

use reason::Reason;

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
pub const LEAD_CHARS: usize = 500;

impl Telling {
    /// Whether the story is about this event: it stands in the headline or the lead. The quote's position is in
    /// characters.
    fn leads(&self) -> bool {
        let quote = &self.event.quote;
        quote.field == Field::Title || quote.span.start < LEAD_CHARS
    }
}

/// The score from which a telling joins an event.
pub const JOIN: f32 = 1.5;

/// How well a telling fits an event, and why.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Comparison {
    pub score: f32,
    /// A conflict that no agreement outweighs.
    pub refused: bool,
    reasons: Vec<Reason>,
    /// Something agrees that other events of the kind, day and country would not share.
    specific: bool,
}

impl Comparison {
    pub fn joins(&self) -> bool {
        !self.refused && self.score >= JOIN
    }

    /// Why, in words, with the weight of each reason.
    pub fn reasons(&self) -> String {
        let reasons: Vec<String> = self.reasons.iter().map(Reason::to_string).collect();
        reasons.join("; ")
    }

    fn add(&mut self, weight: f32, why: impl Into<Cow<'static, str>>) {
        if weight == 0.0 {
            return;
        }
        self.score += weight;
        self.reasons.push(Reason::Weighs(why.into(), weight));
    }

    /// What was seen and weighs nothing.
    fn note(&mut self, why: &'static str) {
        self.reasons.push(Reason::Seen(why));
    }

    fn refuse(&mut self, why: &'static str) {
        self.refused = true;
        self.reasons.push(Reason::Refuses(why));
    }
}

/// Compares a new telling with the tellings of a known event.
pub fn compare(known: &[Arc<Known>], new: &Known) -> Comparison {
    let mut comparison = Comparison::default();
    if known.is_empty() {
        comparison.refuse("no telling stands");
        return comparison;
    }
    kin::compare_kinds(&mut comparison, known, new);
    if comparison.refused {
        return comparison;
    }
    if let Some(same) = known.iter().find(|k| k.story == new.story) {
        told_apart(&mut comparison, same, new);
    }
    let rarest = known.iter().map(|k| k.rarity).fold(new.rarity, f32::max);
    comparison.add(rarest, "such events are rare");
    kin::compare_subtypes(&mut comparison, known, new);
    let day = dates::compare(&mut comparison, known, new);
    compare_places(&mut comparison, known, new);
    if known.iter().any(|k| dates::planned_after_it_was(k, new) || dates::planned_after_it_was(new, k)) {
        comparison.refuse("planned when the other was over");
    }
    if comparison.refused {
        return comparison;
    }
    let is_rare = rarest >= RARE;
    let in_one_country = known.iter().any(|k| k.countries.iter().any(|c| new.countries.contains(c)));
    comparison.specific |= is_rare && in_one_country && day >= TOLD_WITHIN_A_DAY;
    let vague = day <= dates::LONG;
    let repeated = vague || !is_rare && kin::is_daily(new);
    compare_actors(&mut comparison, known, new, repeated);
    compare_tolls(&mut comparison, known, new);
    let alike = words::compare(&mut comparison, known, new, vague);
    if let Some(why) = another_day(known, new, alike) {
        comparison.refuse(why);
    }
    if !comparison.specific {
        comparison.refuse("nothing but kind, days and country in common");
    }
    comparison
}

/// Where no date tells days apart: whether the telling is more likely of another day. A war brings such news daily, so
/// what is told without a date joins what is told in the same days; later only by the same toll or the same words.
fn another_day(known: &[Arc<Known>], new: &Known, alike: f32) -> Option<&'static str> {
    let apart = dates::apart_undated(known, new)?;
    let tolls = || known.iter().filter_map(|k| k.event.killed);
    let ours = new.event.killed;
    let same_toll = ours.is_some_and(|n| n >= TELLING_TOLL && tolls().any(|t| t == n));
    let other_toll = ours.is_some() && tolls().next().is_some() && !tolls().any(|t| Some(t) == ours);
    if apart > dates::NEWS_DAYS {
        let joined = same_toll || alike >= words::LATE_ALIKE && !other_toll;
        return (!joined).then_some("told days apart, without a date");
    }
    let serial = apart > 0 && kin::is_daily(new) && other_toll && alike < words::SAID_ALIKE;
    serial.then_some("another toll on another day, without a date")
}

/// Dead by whose number an event is known again.
const TELLING_TOLL: u32 = 3;

/// Kinds so rare that a country hardly has two in a day.
const RARE: f32 = 0.5;
/// What dates weigh that are the same day, or that day and the day of its news.
const TOLD_WITHIN_A_DAY: f32 = 0.7;
/// One story that seems to tell two events of a kind may tell one of them twice, unless it gives them other days,
/// places or tolls.
fn told_apart(comparison: &mut Comparison, a: &Known, b: &Known) {
    fn differ<T: PartialEq>(a: Option<T>, b: Option<T>) -> bool {
        matches!((a, b), (Some(a), Some(b)) if a != b)
    }
    let (one, other) = (&a.event, &b.event);
    let places = places_meet(a, b);
    let many = one.count > 1 || other.count > 1;
    if many
        || dates::told_apart(a, b)
        || places.is_some_and(|(fit, _)| fit.is_none_or(|weight| weight <= -1.0))
        || differ(one.killed, other.killed)
        || differ(one.injured, other.injured)
        || !kin::subtypes_meet(a, b)
    {
        comparison.refuse("the story tells both apart");
    } else {
        comparison.add(-0.8, "the story tells them as two");
    }
}

/// Kilometres between two names of one place: a village and its town, a base and its city.
const NEAR_KM: f64 = 40.0;
/// What places weigh that are one town or close by.
const ONE_PLACE: f32 = 1.0;
/// Kilometres from which two places are two.
const FAR_KM: f64 = 120.0;

fn compare_places(comparison: &mut Comparison, known: &[Arc<Known>], new: &Known) {
    let best = known
        .iter()
        .filter_map(|k| places_meet(k, new))
        .max_by(|a, b| a.0.unwrap_or(f32::MIN).total_cmp(&b.0.unwrap_or(f32::MIN)));
    match best {
        Some((Some(weight), why)) => {
            comparison.specific |= weight >= ONE_PLACE;
            comparison.add(weight, why);
        }
        Some((None, why)) => comparison.refuse(why),
        None => {}
    }
}

/// How well the places of two tellings fit, no weight where they cannot be of one event; None where either has none.
fn places_meet(one: &Known, other: &Known) -> Option<(Option<f32>, &'static str)> {
    let (p, q) = one.event.place.as_ref().zip(other.event.place.as_ref())?;
    let daily = || kin::is_daily(one) && kin::is_daily(other);
    let at_a_party = || place_is_party(q, one) || place_is_party(p, other);
    let distance = || Some(one.at?.kilometres(other.at?));
    Some(match place_fit(p, q, one.place == other.place, distance) {
        (None, _) if (p.country != q.country || !daily()) && at_a_party() => {
            (Some(-0.6), "at either party's")
        }
        (None, why) if p.country == q.country => (Some(FAR_APART), why),
        fit => fit,
    })
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

/// What it weighs that two places of one country lie far apart: one of them is often only near the words.
const FAR_APART: f32 = -1.5;

fn place_fit(
    a: &EventPlace,
    b: &EventPlace,
    called_alike: bool,
    kilometres: impl FnOnce() -> Option<f64>,
) -> (Option<f32>, &'static str) {
    if let (Some(x), Some(y)) = (a.country, b.country)
        && x != y
    {
        return (None, "another country");
    }
    let same_name = called_alike || (a.geonameid.is_some() && a.geonameid == b.geonameid);
    match (is_whole_country(a), is_whole_country(b)) {
        (true, true) if same_name => return (Some(0.4), "the same country"),
        (true, _) | (_, true) if !same_name => return (Some(0.3), "a place in the same country"),
        _ => {}
    }
    if same_name {
        return (Some(1.5), "the same place");
    }
    let same_region = a.admin1.is_some() && a.admin1 == b.admin1;
    match kilometres() {
        Some(km) if km <= NEAR_KM => (Some(ONE_PLACE), "places close by"),
        Some(km) if same_region && km <= FAR_KM => (Some(0.5), "places in the same region"),
        Some(km) if km > FAR_KM => (None, "places far apart"),
        _ if same_region => (Some(0.4), "places in the same region"),
        _ => (Some(-1.5), "other places"),
    }
}

/// The great-circle distance between two points in degrees.
pub fn kilometres(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (lat1, lat2) = (a.0.to_radians(), b.0.to_radians());
    let half = |x: f64| (x / 2.0).sin().powi(2);
    let h = half(lat2 - lat1) + lat1.cos() * lat2.cos() * half((b.1 - a.1).to_radians());
    2.0 * EARTH_KM * h.clamp(0.0, 1.0).sqrt().asin()
}

/// A point on the globe, ready to be measured from.
#[derive(Debug, Clone, Copy)]
struct Point([f64; 3]);

impl Point {
    fn of((latitude, longitude): (f64, f64)) -> Point {
        let (latitude, longitude) = (latitude.to_radians(), longitude.to_radians());
        let from_axis = latitude.cos();
        Point([from_axis * longitude.cos(), from_axis * longitude.sin(), latitude.sin()])
    }

    /// The great-circle distance.
    fn kilometres(self, other: Point) -> f64 {
        let chord = self.0.iter().zip(other.0).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
        2.0 * EARTH_KM * (chord / 2.0).min(1.0).asin()
    }
}

/// The radius of the globe.
const EARTH_KM: f64 = 6371.0;

fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The names by which an actor may be found again: canonical, else as named.
pub fn actor_key(actor: &EventActor) -> String {
    plain(actor.canonical_name.as_deref().unwrap_or(&actor.name))
}

/// Who is named, by name or by country: `police` and `a man` are in half of all stories.
fn is_named(actor: &EventActor) -> bool {
    actor.canonical_name.is_some() || actor.country.is_some()
}

/// What it weighs that both name a person whom the lexicon does not know: few events have one such in common.
const A_PERSON: f32 = 1.2;

fn compare_actors(comparison: &mut Comparison, known: &[Arc<Known>], new: &Known, repeated: bool) {
    let theirs = || known.iter().flat_map(|k| &k.actors);
    let shared = |named: bool| {
        let mut shared: Vec<u64> = new.actors.iter().filter(|a| a.named == named).map(|a| a.key).collect();
        shared.retain(|key| theirs().any(|a| a.key == *key));
        shared.sort_unstable();
        shared.dedup();
        shared.len()
    };
    let (named, unnamed) = (shared(true), shared(false));
    let in_countries = !new.countries.is_empty() && known.iter().any(|k| !k.countries.is_empty());
    let is_theirs = |country: &&Country| known.iter().any(|k| k.countries.contains(country));
    match named {
        0 if in_countries => match new.countries.iter().filter(is_theirs).count() {
            0 => comparison.add(-1.2, "actors of other countries"),
            1 => comparison.add(0.3, "actors of the same country"),
            _ => {
                comparison.specific |= !repeated;
                comparison.add(0.8, "actors of the same two countries");
            }
        },
        0 => {
            if new.actors.iter().any(|a| a.canonical) && theirs().any(|a| a.canonical) {
                comparison.add(-0.7, "other actors");
            }
        }
        count => {
            // Who fights a war attacks every day; who meets meets again within a year.
            comparison.specific |= !repeated;
            let (weight, why) =
                if count == 1 { (0.8, "one actor in common") } else { (1.5, "actors in common") };
            comparison.add(weight, why);
        }
    }
    if known.iter().any(|k| k.names_a_person_of(new) || new.names_a_person_of(k)) {
        comparison.specific = true;
        comparison.add(A_PERSON, "a person in common");
    } else if unnamed > 0 {
        comparison.add(0.2, "actors called alike");
    }
}

fn compare_tolls(comparison: &mut Comparison, known: &[Arc<Known>], new: &Known) {
    type Counted = fn(&Event) -> Option<u32>;
    let counts: [(&str, Counted); 3] =
        [("killed", |e| e.killed), ("injured", |e| e.injured), ("people", |e| e.people)];
    for (what, get) in counts {
        let Some(ours) = get(&new.event) else { continue };
        let theirs = known.iter().filter_map(|k| get(&k.event));
        let Some(nearest) = theirs.min_by_key(|t| t.abs_diff(ours)) else { continue };
        let (low, high) = (nearest.min(ours), nearest.max(ours));
        match (low, high) {
            (0, 0) => comparison.add(0.2, format!("nobody {what}")),
            _ if low == high && high >= 3 => {
                comparison.specific = true;
                comparison.add(1.0, format!("the same number {what}"));
            }
            _ if low == high => comparison.add(0.5, format!("the same number {what}")),
            _ if what == "killed" && known.iter().any(|k| kin::share_landmark(&k.event, &new.event)) => {
                comparison.add(1.0, "nearly the same high number killed");
            }
            _ if high <= low * 2 || high - low <= 2 => comparison.add(0.1, format!("like numbers {what}")),
            _ => comparison.add(-0.8, format!("other numbers {what}")),
        }
    }
    let counted = |n: u32| n > 1;
    if known.iter().all(|k| counted(k.event.count) != counted(new.event.count)) {
        comparison.add(-1.0, "one counts several happenings together");
    }
}

/// A planned event that is reported as over is the same event.
pub fn status_of<'a>(tellings: impl IntoIterator<Item = &'a Telling>) -> Status {
    if tellings.into_iter().any(|t| t.event.status == Status::Occurred) {
        Status::Occurred
    } else {
        Status::Planned
    }
}

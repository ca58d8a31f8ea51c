//! Chooses which place a name means, with the whole document in view.
//!
//! Owns the weights: how large a place is, what holds it ("X, Y"), what else the document speaks of, where the outlet is at home. One sense
//! a document: a name that is told with its country once means that place throughout.

use super::guard::Verdict;
use super::scan::{Candidate, Gap, Kind, Line};
use crate::lexicon::Country;
use crate::lexicon::places::{EntryId, Gazetteer, Level, distance_km};
use crate::mention::Context;
use std::collections::HashMap;

/// All weights are in units of the logarithm of a population: a point makes up for a factor of 2.7 in size.
///
/// For the place that the lexicon says a bare name means.
const SENSE: f32 = 2.0;
/// For a place in the country, and in the first-level unit, of which all the rest of the document speaks.
const COUNTRY: f32 = 10.0;
const UNIT: f32 = 9.0;
/// The rest of the document counts for less where it is but a mention or two.
const FEW: f32 = 0.4;
/// For a place near the outlet's home: (within km, points).
const HOME: [(f64, f32); 3] = [(60.0, 10.0), (200.0, 7.0), (500.0, 3.0)];
/// For a place in the outlet's home country.
const HOME_COUNTRY: f32 = 2.0;

/// How near the middle of a unit the town lies after which it is named.
const SEAT_KM: f64 = 60.0;
/// A town of so many people is named with its country alone.
const CITY: u32 = 100_000;

/// For each candidate that stands in "X, Y" with a Y that holds it: the X and the Y that fit best.
pub fn parents(
    lines: &[Line],
    candidates: &[Candidate],
    gazetteer: &Gazetteer,
) -> Vec<Option<(EntryId, EntryId)>> {
    let mut found = vec![None; candidates.len()];
    // Right to left, so that Y of "X, Y, Z" is settled by its Z first.
    for i in (0..candidates.len().saturating_sub(1)).rev() {
        let (inner, outer) = (&candidates[i], &candidates[i + 1]);
        let beside = inner.line == outer.line
            && inner.end == outer.first
            && inner.kind != Kind::Demonym
            && outer.kind != Kind::Demonym;
        if !beside {
            continue;
        }
        let gap = lines[inner.line].tokens[inner.end - 1].gap;
        if gap != Gap::Comma && !(gap == Gap::Space && outer.kind != Kind::Name) {
            continue;
        }
        // "Russia, U.S. officials say" is no Russia in America: what has a meaning of its own keeps it before a mere country, unless
        // the country has a city of the name ("Tripoli, Lebanon").
        let sense = gazetteer.sense(&inner.key);
        let clings = |x: EntryId, y: EntryId| {
            let entry = gazetteer.get(x);
            let city = entry.level != Level::City || (entry.population >= CITY && outer.kind == Kind::Name);
            sense.is_some_and(|s| s != x) && gazetteer.get(y).level == Level::Country && !city
        };
        let settled: Option<(EntryId, EntryId)> = found[i + 1];
        let mut best: Option<(f32, EntryId, EntryId)> = None;
        for (y, y_main) in &outer.options {
            if settled.is_some_and(|(chosen, _)| chosen != *y) {
                continue;
            }
            for (x, x_main) in &inner.options {
                if !gazetteer.contains(*y, *x) || clings(*x, *y) {
                    continue;
                }
                let sense = gazetteer.sense(&outer.key) == Some(*y);
                let score = size(*x, gazetteer)
                    + if *x_main { 1.0 } else { 0.0 }
                    + if *y_main { 1.0 } else { 0.0 }
                    + if sense { 1.0 } else { 0.0 };
                if best.is_none_or(|(most, _, _)| score > most) {
                    best = Some((score, *x, *y));
                }
            }
        }
        found[i] = best.map(|(_, x, y)| (x, y));
    }
    found
}

/// For each candidate that stands in "X, Y" where Y is a state or province without an X on record: the Y, which then stands for both.
pub fn elsewhere(
    lines: &[Line],
    candidates: &[Candidate],
    parents: &[Option<(EntryId, EntryId)>],
    gazetteer: &Gazetteer,
) -> Vec<Option<EntryId>> {
    let mut found = vec![None; candidates.len()];
    for i in 0..candidates.len().saturating_sub(1) {
        let (inner, outer) = (&candidates[i], &candidates[i + 1]);
        let line = &lines[inner.line];
        let beside = inner.line == outer.line
            && inner.end == outer.first
            && line.tokens[inner.end - 1].gap == Gap::Comma;
        if !beside || inner.kind != Kind::Name || outer.kind == Kind::Demonym || parents[i].is_some() {
            continue;
        }
        let town = inner.options.iter().all(|(id, _)| gazetteer.get(*id).level >= Level::District);
        let listed = line.after(outer.end).is_some_and(|t| matches!(line.word(t), "and" | "or"));
        if town && !listed {
            found[i] =
                outer.options.iter().map(|(id, _)| *id).find(|id| gazetteer.get(*id).level == Level::Unit);
        }
    }
    found
}

/// How much is said of a place in news by its mere size, in units of the logarithm of its population.
fn size(id: EntryId, gazetteer: &Gazetteer) -> f32 {
    let entry = gazetteer.get(id);
    match entry.level {
        Level::Country => 17.0,
        Level::Region | Level::Water => 16.0,
        Level::Unit if gazetteer.names_units(entry.country) => 13.0,
        Level::Unit => 12.0,
        Level::District => 9.0,
        Level::City => (entry.population.max(500) as f32).ln() + if entry.capital { 2.0 } else { 0.0 },
    }
}

/// What the document speaks of.
#[derive(Default)]
struct Focus {
    countries: HashMap<Country, f32>,
    units: HashMap<EntryId, f32>,
    all: f32,
}

impl Focus {
    fn gather(chosen: &[Option<EntryId>], institutions: &[Country], gazetteer: &Gazetteer) -> Focus {
        let mut focus = Focus { all: institutions.len() as f32, ..Focus::default() };
        for country in institutions {
            *focus.countries.entry(*country).or_default() += 1.0;
        }
        for id in chosen.iter().flatten() {
            focus.all += 1.0;
            if let Some(country) = gazetteer.get(*id).country {
                *focus.countries.entry(country).or_default() += 1.0;
            }
            if let Some(unit) = gazetteer.unit(*id) {
                *focus.units.entry(unit).or_default() += 1.0;
            }
        }
        focus
    }

    /// The share of the document's other mentions that lie in the country and in the unit of a place.
    fn shares(&self, id: EntryId, own: f32, own_id: Option<EntryId>, gazetteer: &Gazetteer) -> (f32, f32) {
        let rest = self.all - own;
        if rest < 0.5 {
            return (0.0, 0.0);
        }
        let of = own_id.map(|o| gazetteer.get(o).country);
        let country = gazetteer.get(id).country;
        let mut in_country = country.and_then(|c| self.countries.get(&c)).copied().unwrap_or(0.0);
        if of == Some(country) {
            in_country -= own;
        }
        let unit = gazetteer.unit(id);
        let mut in_unit = unit.and_then(|u| self.units.get(&u)).copied().unwrap_or(0.0);
        if own_id.and_then(|o| gazetteer.unit(o)) == unit {
            in_unit -= own;
        }
        (in_country.max(0.0) / (rest + FEW), in_unit.max(0.0) / (rest + FEW))
    }
}

/// What the text itself tells of the whereabouts.
pub struct Told<'a> {
    /// From `parents`.
    pub parents: &'a [Option<(EntryId, EntryId)>],
    /// From `elsewhere`.
    pub elsewhere: &'a [Option<EntryId>],
    pub institutions: &'a [Country],
}

/// The place of every candidate, with how sure it is (0 to 1); None for those that `keep` does not name.
pub fn resolve(
    candidates: &[Candidate],
    verdicts: &[Verdict],
    keep: &[bool],
    told: &Told,
    gazetteer: &Gazetteer,
    context: &Context,
) -> Vec<Option<(EntryId, f32)>> {
    let Told { parents, elsewhere, institutions } = *told;
    let mut groups: HashMap<(&str, bool), Vec<usize>> = HashMap::new();
    for (i, candidate) in candidates.iter().enumerate().filter(|(i, _)| keep[*i]) {
        groups.entry((&candidate.key, verdicts[i].unit)).or_default().push(i);
    }
    let mut order: Vec<_> = groups.into_iter().collect();
    order.sort_unstable_by_key(|(_, members)| members[0]);
    let mut chosen: Vec<Option<EntryId>> = vec![None; candidates.len()];
    let mut sure = vec![0.0; candidates.len()];
    for _ in 0..3 {
        let focus = Focus::gather(&chosen, institutions, gazetteer);
        for ((_, unit), members) in &order {
            let stated = members.iter().find_map(|i| parents[*i]).map(|(x, _)| x);
            let own = members.len() as f32;
            let first = members[0];
            let choice = match stated {
                Some(id) => Some((id, 1.0)),
                None => {
                    let town = members.iter().any(|i| verdicts[*i].town);
                    let weigh = Weigh {
                        candidate: &candidates[first],
                        unit: *unit,
                        town,
                        focus: &focus,
                        own,
                        now: chosen[first],
                        gazetteer,
                        context,
                    };
                    weigh.best()
                }
            };
            for i in members {
                let mine = parents[*i].map(|(x, _)| (x, 1.0)).or(elsewhere[*i].map(|y| (y, 0.5))).or(choice);
                chosen[*i] = mine.map(|(id, _)| id);
                sure[*i] = mine.map_or(0.0, |(_, sure)| sure);
            }
        }
        // The holder in "X, Y" is the Y that holds X.
        for i in 0..candidates.len().saturating_sub(1) {
            if let (Some((_, y)), true) = (parents[i], keep[i + 1]) {
                chosen[i + 1] = Some(y);
                sure[i + 1] = 1.0;
            }
        }
    }
    chosen.into_iter().zip(sure).map(|(id, sure)| id.map(|id| (id, sure))).collect()
}

struct Weigh<'a> {
    candidate: &'a Candidate,
    unit: bool,
    town: bool,
    focus: &'a Focus,
    /// How many mentions of this name the focus counts.
    own: f32,
    now: Option<EntryId>,
    gazetteer: &'a Gazetteer,
    context: &'a Context,
}

impl Weigh<'_> {
    fn best(&self) -> Option<(EntryId, f32)> {
        let mut scores: Vec<(f32, EntryId)> =
            self.candidate.options.iter().map(|(id, main)| (self.score(*id, *main), *id)).collect();
        scores.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let (top, id) = *scores.first()?;
        let lead = scores.get(1).map_or(f32::INFINITY, |second| top - second.0);
        Some((id, 1.0 - 0.5 / (1.0 + lead.max(0.0))))
    }

    /// Whether a town of this name lies in a unit of the name, or by its middle.
    fn town_within(&self, unit: EntryId) -> bool {
        let gazetteer = self.gazetteer;
        let outer = gazetteer.get(unit);
        self.candidate.options.iter().any(|(id, _)| {
            let town = gazetteer.get(*id);
            town.level == Level::City
                && (gazetteer.contains(unit, *id)
                    || (town.country == outer.country && gazetteer.distance_km(unit, *id) < SEAT_KM))
        })
    }

    fn score(&self, id: EntryId, main: bool) -> f32 {
        let gazetteer = self.gazetteer;
        let entry = gazetteer.get(id);
        let mut score = size(id, gazetteer);
        if !main {
            score -= 3.0;
        }
        if gazetteer.sense(&self.candidate.key) == Some(id) && !self.unit {
            score += SENSE;
        }
        let is_unit = matches!(entry.level, Level::Unit | Level::District);
        if self.unit && is_unit {
            score += 8.0;
        } else if self.town && is_unit {
            score -= 4.0;
        } else if is_unit && !self.unit && self.town_within(id) {
            score -= 5.0; // a bare name is the city
        }
        let (country, unit) =
            self.focus.shares(id, if self.now.is_some() { self.own } else { 0.0 }, self.now, gazetteer);
        score += COUNTRY * country + UNIT * unit;
        if let Some(home) = self.context.home {
            let km = distance_km(home, (f64::from(entry.latitude), f64::from(entry.longitude)));
            score += HOME.iter().find(|(within_km, _)| km < *within_km).map_or(0.0, |(_, points)| *points);
        }
        if entry.country.is_some() && entry.country == self.context.country {
            score += HOME_COUNTRY;
        }
        score
    }
}

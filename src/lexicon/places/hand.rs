//! Reads the hand-written names (`config/lexicon/places.toml`): regions and seas, news spellings, default senses, abbreviations,
//! demonyms.
//!
//! Owns the checks of that file: every problem is told with its line. Leaves the mass of places to `data`.
//!
//! A target is written `SY` (country), `US-TX` (ISO 3166-2 unit), `YE/Al Hudaydah` or `US-TX/Paris` (the largest place so named there),
//! `GeoNames id` in digits, or the name of a region of the file itself.

use super::fold::fold;
use super::{Entry, Gazetteer, Level, Names};
use crate::lexicon::{Country, Problem};
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

type Table = BTreeMap<Spanned<String>, Vec<Spanned<String>>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hand {
    never: Vec<Spanned<String>>,
    people: People,
    institutions: BTreeMap<Spanned<String>, Vec<String>>,
    region: Vec<Region>,
    names: Table,
    exact: Table,
    abbreviations: Table,
    demonyms: Table,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct People {
    given: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Region {
    name: Spanned<String>,
    /// Left out where it lies in several countries, or in none.
    #[serde(default)]
    country: Option<Spanned<String>>,
    /// Latitude, longitude.
    at: Spanned<(f32, f32)>,
    #[serde(default)]
    geonameid: u32,
    #[serde(default)]
    water: bool,
    #[serde(default)]
    aliases: Vec<Spanned<String>>,
}

/// Adds a file's names to the gazetteer. `names` must be filed already, for targets are looked up.
pub fn read(file: &str, text: &str, gazetteer: &mut Gazetteer) -> Result<(), Vec<Problem>> {
    let hand: Hand = toml::from_str(text).map_err(|e| {
        let line = e.span().map_or(1, |s| line_at(text, s.start));
        vec![Problem { file: file.to_owned(), line, message: e.message().to_owned() }]
    })?;
    let mut reader = Reader { file, text, gazetteer, problems: Vec::new(), seen: BTreeMap::new() };
    reader.regions(&hand.region);
    reader.table(&hand.names, Use::Name);
    reader.table(&hand.exact, Use::Exact);
    reader.table(&hand.abbreviations, Use::Abbreviation);
    reader.table(&hand.demonyms, Use::Demonym);
    reader.never(&hand.never);
    reader.institutions(&hand.institutions);
    let problems = reader.problems;
    gazetteer.given.extend(hand.people.given.iter().map(|name| super::hash(&fold(name))));
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

fn line_at(text: &str, byte: usize) -> usize {
    1 + text.bytes().take(byte).filter(|b| *b == b'\n').count()
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Use {
    Name,
    Exact,
    Abbreviation,
    Demonym,
    Never,
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    gazetteer: &'a mut Gazetteer,
    problems: Vec<Problem>,
    /// Each spelling and the byte where it was first given.
    seen: BTreeMap<(Use, String), usize>,
}

impl Reader<'_> {
    fn problem(&mut self, byte: usize, message: String) {
        let line = line_at(self.text, byte);
        self.problems.push(Problem { file: self.file.to_owned(), line, message });
    }

    /// False, with a problem, where the spelling is empty or was given before.
    fn fresh(&mut self, usage: Use, spelling: &Spanned<String>) -> bool {
        let key = if matches!(usage, Use::Name | Use::Never) {
            fold(spelling.as_ref())
        } else {
            spelling.as_ref().clone()
        };
        let byte = spelling.span().start;
        if key.is_empty() {
            self.problem(byte, format!("\"{}\" has no letters", spelling.as_ref()));
            return false;
        }
        if let Some(first) = self.seen.insert((usage, key), byte) {
            let line = line_at(self.text, first);
            self.problem(byte, format!("\"{}\" was given before, in line {line}", spelling.as_ref()));
            return false;
        }
        true
    }

    fn regions(&mut self, regions: &[Region]) {
        let mut names = Names::default();
        for region in regions {
            let country = match &region.country {
                None => None,
                Some(code) => {
                    match Country::new(code.as_ref()).filter(|c| self.gazetteer.countries.contains_key(c)) {
                        Some(country) => Some(country),
                        None => {
                            self.problem(
                                code.span().start,
                                format!("no country has the code \"{}\"", code.as_ref()),
                            );
                            continue;
                        }
                    }
                }
            };
            let (latitude, longitude) = *region.at.as_ref();
            if !(-90.0..=90.0).contains(&latitude) || !(-180.0..=180.0).contains(&longitude) {
                self.problem(
                    region.at.span().start,
                    format!("no point has latitude {latitude}, longitude {longitude}"),
                );
                continue;
            }
            let name = region.name.as_ref();
            let Ok(name_len) = u8::try_from(name.len()) else {
                self.problem(region.name.span().start, "a name has at most 255 bytes".to_owned());
                continue;
            };
            let entry = self.gazetteer.entries.len() as u32;
            self.gazetteer.entries.push(Entry {
                name_start: self.gazetteer.text.len() as u32,
                name_len,
                level: if region.water { Level::Water } else { Level::Region },
                capital: false,
                country,
                unit: None,
                geonameid: region.geonameid,
                latitude,
                longitude,
                population: 0,
            });
            self.gazetteer.text.push_str(name);
            for spelling in std::iter::once(&region.name).chain(&region.aliases) {
                if self.fresh(Use::Name, spelling) {
                    names.add(&fold(spelling.as_ref()), entry, false);
                    self.gazetteer.senses.insert(super::hash(&fold(spelling.as_ref())), entry);
                }
            }
        }
        self.gazetteer.file(names);
    }

    fn table(&mut self, table: &Table, usage: Use) {
        let mut names = Names::default();
        let mut rows: Vec<_> = table.iter().collect();
        rows.sort_by_key(|(target, _)| target.span().start);
        for (target, spellings) in rows {
            let Some(entry) = self.target(target.as_ref()) else {
                self.problem(
                    target.span().start,
                    format!("nothing in the gazetteer is \"{}\"", target.as_ref()),
                );
                continue;
            };
            for spelling in spellings {
                if !self.fresh(usage, spelling) {
                    continue;
                }
                let word = spelling.as_ref();
                let main = usage == Use::Name && std::ptr::eq(spelling, &spellings[0]);
                if main
                    && matches!(self.gazetteer.entries[entry as usize].level, Level::Country | Level::City)
                {
                    self.rename(entry, word);
                }
                match usage {
                    Use::Name => {
                        names.add(&fold(word), entry, false);
                        self.gazetteer.senses.insert(super::hash(&fold(word)), entry);
                    }
                    Use::Exact => drop(self.gazetteer.exact.insert(word.clone(), entry)),
                    Use::Abbreviation => drop(self.gazetteer.abbreviations.insert(word.clone(), entry)),
                    Use::Demonym => self.demonym(word, entry),
                    Use::Never => {}
                }
            }
        }
        self.gazetteer.file(names);
    }

    /// The first spelling of a country or town is the name by which it is shown.
    fn rename(&mut self, entry: u32, name: &str) {
        let Ok(name_len) = u8::try_from(name.len()) else { return };
        let entry = &mut self.gazetteer.entries[entry as usize];
        (entry.name_start, entry.name_len) = (self.gazetteer.text.len() as u32, name_len);
        self.gazetteer.text.push_str(name);
    }

    /// Takes names away again, but not those that the file itself gives.
    fn never(&mut self, names: &[Spanned<String>]) {
        for name in names {
            let folded = fold(name.as_ref());
            let key = super::hash(&folded);
            if self.seen.contains_key(&(Use::Name, folded)) {
                self.problem(name.span().start, format!("\"{}\" is a name above", name.as_ref()));
            } else if self.fresh(Use::Never, name) {
                self.gazetteer.names.remove(&key);
            }
        }
    }

    fn institutions(&mut self, table: &BTreeMap<Spanned<String>, Vec<String>>) {
        for (code, words) in table {
            match Country::new(code.as_ref()) {
                Some(country) => {
                    self.gazetteer.institutions.extend(words.iter().map(|w| (super::hash(w), country)));
                }
                None => self.problem(code.span().start, format!("\"{}\" is no country code", code.as_ref())),
            }
        }
    }

    /// Files a demonym; those in -an, -i, -er, -in and -ot also with the plural's s ("Israelis", "Londoners").
    fn demonym(&mut self, word: &str, entry: u32) {
        self.gazetteer.demonyms.insert(word.to_owned(), entry);
        if ["an", "i", "er", "in", "ot"].iter().any(|ending| word.ends_with(ending)) {
            self.gazetteer.demonyms.entry(format!("{word}s")).or_insert(entry);
        }
    }

    fn target(&self, target: &str) -> Option<u32> {
        let gazetteer = &*self.gazetteer;
        if let Ok(geonameid) = target.parse::<u32>() {
            return gazetteer.entries.iter().position(|e| e.geonameid == geonameid).map(|i| i as u32);
        }
        let (within, place) = match target.split_once('/') {
            Some((within, place)) => (within, Some(place)),
            None => (target, None),
        };
        let country =
            Country::new(within.get(..2)?).filter(|_| within.len() == 2 || within.as_bytes()[2] == b'-');
        let unit = gazetteer.units.iter().position(|u| within.len() > 2 && &*u.iso == within);
        match (place, country) {
            (None, Some(country)) if within.len() == 2 => gazetteer.countries.get(&country).copied(),
            (None, Some(_)) if unit.is_some() => unit.map(|u| gazetteer.units[u].entry),
            (None, _) => gazetteer.senses.get(&super::hash(&fold(target))).copied(),
            (Some(place), Some(country)) => {
                if within.len() > 2 && unit.is_none() {
                    return None;
                }
                let fits = |e: &Entry| {
                    e.country == Some(country) && (unit.is_none() || e.unit.map(usize::from) == unit)
                };
                let all = gazetteer.candidates(&fold(place)).iter().map(|c| c & super::ENTRY);
                all.filter(|c| {
                    fits(&gazetteer.entries[*c as usize])
                        && gazetteer.entries[*c as usize].level >= Level::City
                })
                .max_by_key(|c| gazetteer.entries[*c as usize].population)
            }
            _ => None,
        }
    }
}

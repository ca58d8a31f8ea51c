//! The gazetteer: countries, their first- and second-level units, towns, regions and seas, with the names by which news calls them.
//!
//! Owns which places exist, what they are called, and where they lie. Leaves to `mention::place` which of them a text means.
//! Nothing here is a shape: containment is by the units on record, and a large thing is one point in its middle.
//!
//! Sources: see NOTICE. A unit without a code on record has no ISO 3166-2 code there, or none in the source.

pub mod data;
pub mod fold;
pub mod hand;

use super::{Country, Problem};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// What sort of thing an entry is; ordered so that towns come after what holds them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    Country,
    /// First-level unit: state, province, governorate, oblast.
    Unit,
    /// Second-level unit: county, district.
    District,
    City,
    Region,
    Water,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    name_start: u32,
    name_len: u8,
    pub level: Level,
    /// The capital of its country.
    pub capital: bool,
    pub country: Option<Country>,
    /// Index of the first-level unit in which it lies, or which it is.
    unit: Option<u16>,
    /// 0 where it is not known.
    pub geonameid: u32,
    pub latitude: f32,
    pub longitude: f32,
    /// To two digits; 0 where it is not known.
    pub population: u32,
}

#[derive(Debug)]
struct Unit {
    iso: Box<str>,
    entry: u32,
}

/// An index into the entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(u32);

/// A name's entry carries this bit where the name is not the main one.
const ALIAS: u32 = 1 << 31;
const ENTRY: u32 = ALIAS - 1;

/// The keys are hashes already.
#[derive(Default)]
pub struct Ready(u64);

impl Hasher for Ready {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxhash_rust::xxh3::xxh3_64(bytes);
    }
    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

type Hashed<V> = HashMap<u64, V, BuildHasherDefault<Ready>>;

/// Names are kept by the hash of their folded form: among half a million names, a false hit is a matter of 1 in 10^13.
fn hash(folded: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64(folded.as_bytes())
}

#[derive(Debug, Default)]
pub struct Gazetteer {
    text: String,
    entries: Vec<Entry>,
    units: Vec<Unit>,
    countries: HashMap<Country, u32>,
    capitals: HashMap<Country, u32>,
    /// Folded name -> where its entries stand in `list`.
    names: Hashed<(u32, u16)>,
    list: Vec<u32>,
    /// First word of a name -> the most words that such a name has.
    first_words: Hashed<u8>,
    /// Folded name -> what it means by default.
    senses: Hashed<u32>,
    /// Written exactly so, with neither case nor dots folded ("US", "U.S").
    exact: HashMap<String, u32>,
    /// Meant only after a comma or with a dot ("Ky", "KY").
    abbreviations: HashMap<String, u32>,
    demonyms: HashMap<String, u32>,
    /// Words that only one country's news uses ("RCMP"), as written.
    institutions: Hashed<Country>,
    english: std::collections::HashSet<u64, BuildHasherDefault<Ready>>,
    given: std::collections::HashSet<u64, BuildHasherDefault<Ready>>,
    surnames: std::collections::HashSet<u64, BuildHasherDefault<Ready>>,
}

/// Names on their way into the gazetteer.
#[derive(Default)]
struct Names {
    pairs: Vec<(u64, u32)>,
    first: Vec<(u64, u8)>,
}

impl Names {
    fn add(&mut self, folded: &str, entry: u32, alias: bool) {
        if folded.is_empty() {
            return;
        }
        let count = folded.bytes().filter(|b| *b == b' ').count() + 1;
        let first = folded.split(' ').next().unwrap_or(folded);
        self.first.push((hash(first), count.min(8) as u8));
        self.pairs.push((hash(folded), if alias { entry | ALIAS } else { entry }));
    }
}

impl Gazetteer {
    /// Unpacks what is compiled in: 2 MB, some 100 ms. Every mistake in the hand-written part is reported.
    pub fn load() -> Result<Gazetteer, Vec<Problem>> {
        Self::load_with("config/lexicon/places.toml", include_str!("../../config/lexicon/places.toml"))
    }

    /// As `load`, with other hand-written names (`file` is only their name in problems).
    pub fn load_with(file: &str, hand: &str) -> Result<Gazetteer, Vec<Problem>> {
        let damaged = || {
            let message = "the embedded gazetteer is damaged; make it anew with make_gazetteer.py".to_owned();
            vec![Problem { file: "config/data/gazetteer.tsv.zst".to_owned(), line: 1, message }]
        };
        let (mut gazetteer, names) = data::read().ok_or_else(damaged)?;
        gazetteer.file(names);
        hand::read(file, hand, &mut gazetteer)?;
        Ok(gazetteer)
    }

    fn file(&mut self, mut names: Names) {
        names.pairs.sort_unstable();
        names.pairs.dedup();
        self.names.reserve(names.pairs.len());
        for group in names.pairs.chunk_by(|a, b| a.0 == b.0) {
            let key = group[0].0;
            let start = self.list.len() as u32;
            let older = self.names.get(&key).copied().unwrap_or((0, 0));
            self.list.extend_from_within(older.0 as usize..older.0 as usize + older.1 as usize);
            for (_, entry) in group {
                // A name that is the main one of its entry and an alias, too, is the main one; the sort put that first.
                let known = self.list[start as usize..].iter().any(|e| e & ENTRY == entry & ENTRY);
                if !known {
                    self.list.push(*entry);
                }
            }
            self.names.insert(key, (start, (self.list.len() - start as usize).min(u16::MAX as usize) as u16));
        }
        for (first, count) in names.first {
            let most = self.first_words.entry(first).or_insert(0);
            *most = (*most).max(count);
        }
    }

    fn candidates(&self, folded: &str) -> &[u32] {
        match self.names.get(&hash(folded)) {
            Some((start, count)) => &self.list[*start as usize..*start as usize + *count as usize],
            None => &[],
        }
    }

    /// Every entry with this name (folded by `fold::fold`), and whether it is its main name.
    pub fn named(&self, folded: &str) -> impl Iterator<Item = (EntryId, bool)> + '_ {
        self.candidates(folded).iter().map(|c| (EntryId(c & ENTRY), c & ALIAS == 0))
    }

    /// The most words of a name that begins with this folded word; 0 where none does.
    pub fn words_after(&self, first_folded: &str) -> usize {
        self.first_words.get(&hash(first_folded)).copied().unwrap_or(0) as usize
    }

    /// What a bare folded name means by default, where the lexicon says so.
    pub fn sense(&self, folded: &str) -> Option<EntryId> {
        self.senses.get(&hash(folded)).copied().map(EntryId)
    }

    /// A name that is one only as written ("US", "U.S", "UAE").
    pub fn exact(&self, written: &str) -> Option<EntryId> {
        self.exact.get(written).copied().map(EntryId)
    }

    /// A postal or press abbreviation of a unit ("Ky", "KY"), without its last dot.
    pub fn abbreviation(&self, written: &str) -> Option<EntryId> {
        self.abbreviations.get(written).copied().map(EntryId)
    }

    /// What a demonym belongs to: a country ("Israeli"), or a unit or region ("Chechen", "Texan").
    pub fn demonym(&self, written: &str) -> Option<EntryId> {
        self.demonyms.get(written).copied().map(EntryId)
    }

    /// The country of a demonym: "Israeli", "Israelis", "French".
    pub fn country_of_demonym(&self, word: &str) -> Option<Country> {
        self.get(self.demonym(word)?).country
    }

    /// The country that a name means: "United States", "U.S.", "Britain".
    pub fn country_named(&self, name: &str) -> Option<Country> {
        let exact = self.exact(name.trim_end_matches('.'));
        let folded = fold::fold(name);
        let sense = exact.or_else(|| self.sense(&folded));
        let named = || self.named(&folded).map(|(id, _)| id).find(|id| self.get(*id).level == Level::Country);
        let entry = self.get(sense.filter(|id| self.get(*id).level == Level::Country).or_else(named)?);
        entry.country
    }

    pub fn get(&self, id: EntryId) -> &Entry {
        &self.entries[id.0 as usize]
    }

    pub fn name(&self, id: EntryId) -> &str {
        let entry = self.get(id);
        let start = entry.name_start as usize;
        &self.text[start..start + entry.name_len as usize]
    }

    /// The ISO 3166-2 code of the first-level unit that holds the entry, or that it is.
    pub fn unit_code(&self, id: EntryId) -> Option<&str> {
        let code = &*self.units[self.get(id).unit? as usize].iso;
        (!code.is_empty()).then_some(code)
    }

    /// The first-level unit that holds the entry, or that it is.
    pub fn unit(&self, id: EntryId) -> Option<EntryId> {
        Some(EntryId(self.units[self.get(id).unit? as usize].entry))
    }

    /// The entry of a country.
    pub fn country(&self, country: Country) -> Option<EntryId> {
        self.countries.get(&country).copied().map(EntryId)
    }

    pub fn country_name(&self, country: Country) -> Option<&str> {
        self.country(country).map(|id| self.name(id))
    }

    pub fn capital(&self, country: Country) -> Option<EntryId> {
        self.capitals.get(&country).copied().map(EntryId)
    }

    /// The great-circle distance of two entries' points.
    pub fn distance_km(&self, a: EntryId, b: EntryId) -> f64 {
        distance_km(point(self.get(a)), point(self.get(b)))
    }

    /// Whether `outer` holds `inner`: a country or a unit what lies in it; a district or a region of one country the towns near its middle.
    pub fn contains(&self, outer: EntryId, inner: EntryId) -> bool {
        let (a, b) = (self.get(outer), self.get(inner));
        if outer == inner {
            return false;
        }
        match a.level {
            Level::Country => a.country == b.country,
            Level::Unit => a.unit == b.unit && b.level > Level::Unit,
            Level::District => {
                a.unit == b.unit && b.level == Level::City && distance_km(point(a), point(b)) <= DISTRICT_KM
            }
            Level::Region => {
                b.level == Level::City
                    && a.country.is_some()
                    && a.country == b.country
                    && distance_km(point(a), point(b)) <= REGION_KM
            }
            Level::City | Level::Water => false,
        }
    }

    /// The country whose institution a word names, as written: "RCMP", "Taoiseach".
    pub fn institution(&self, word: &str) -> Option<Country> {
        self.institutions.get(&hash(word)).copied()
    }

    /// Whether English-language news names a country's first-level units without saying what they are ("in Ohio", "in Queensland").
    pub fn names_units(&self, country: Option<Country>) -> bool {
        country.is_some_and(|c| ["US", "CA", "AU", "GB", "IN"].contains(&c.code()))
    }

    /// Whether a folded one-word name is also an English word written small ("reading", "mobile").
    pub fn is_english(&self, folded: &str) -> bool {
        self.english.contains(&hash(folded))
    }

    /// Whether a folded word is a given name ("jordan", "florence").
    pub fn is_given_name(&self, folded: &str) -> bool {
        self.given.contains(&hash(folded))
    }

    /// Whether a folded one-word place name is a common surname, too ("houston").
    pub fn is_surname(&self, folded: &str) -> bool {
        self.surnames.contains(&hash(folded))
    }
}

/// Half the width of a large second-level unit.
const DISTRICT_KM: f64 = 60.0;
/// Half the width of a region that is worth naming after a town ("Upton, Cheshire").
const REGION_KM: f64 = 80.0;

fn point(entry: &Entry) -> (f64, f64) {
    (f64::from(entry.latitude), f64::from(entry.longitude))
}

/// The great-circle distance of two points (latitude, longitude in degrees), in kilometres.
pub fn distance_km(a: (f64, f64), b: (f64, f64)) -> f64 {
    const EARTH_RADIUS_KM: f64 = 6371.0088;
    let (lat1, lon1, lat2, lon2) = (a.0.to_radians(), a.1.to_radians(), b.0.to_radians(), b.1.to_radians());
    let h =
        ((lat2 - lat1) / 2.0).sin().powi(2) + lat1.cos() * lat2.cos() * ((lon2 - lon1) / 2.0).sin().powi(2);
    2.0 * EARTH_RADIUS_KM * h.min(1.0).sqrt().asin()
}

//! Reads the embedded table of places (`config/data/gazetteer.tsv.zst`, made by `make_gazetteer.py` beside it) into entries and names.
//!
//! Owns the format of that file. Leaves the hand-written names to `hand`, and what a name means in a text to `mention::place`.

use super::fold::fold;
use super::{Entry, Gazetteer, Level, Names, Unit};
use crate::lexicon::Country;

const PACKED: &[u8] = include_bytes!("../../../config/data/gazetteer.tsv.zst");

/// The unpacked table is about 6 MB; anything above this is not ours.
const UNPACKED_MAX_BYTES: usize = 32 << 20;

/// Words for the kind of a unit. A unit answers to its name without them, too ("Kherson Oblast": "Kherson").
pub const UNIT_WORDS: [&str; 40] = [
    "province",
    "governorate",
    "oblast",
    "region",
    "state",
    "county",
    "district",
    "prefecture",
    "department",
    "municipality",
    "parish",
    "raion",
    "division",
    "territory",
    "canton",
    "voivodeship",
    "republic",
    "emirate",
    "krai",
    "departamento",
    "provincia",
    "regional",
    "autonomous",
    "departement",
    "kabupaten",
    "ilcesi",
    "township",
    "borough",
    "sheng",
    "shi",
    "wilayat",
    "wilaya",
    "muhafazat",
    "shahrestan",
    "ostan",
    "estado",
    "area",
    "of",
    "the",
    "de",
];

/// Reads everything; None where the embedded bytes are damaged.
pub(super) fn read() -> Option<(Gazetteer, Names)> {
    let text = String::from_utf8(zstd::bulk::decompress(PACKED, UNPACKED_MAX_BYTES).ok()?).ok()?;
    let mut reader = Reader::default();
    for line in text.lines() {
        reader.line(&text, line)?;
    }
    for (country, geonameid) in std::mem::take(&mut reader.capitals) {
        let entries = &mut reader.gazetteer.entries;
        let at = *reader.gazetteer.countries.get(&country)? as usize;
        if let Some(i) = entries[at..].iter().position(|e| e.level == Level::City && e.geonameid == geonameid)
        {
            entries[at + i].capital = true;
            reader.gazetteer.capitals.insert(country, (at + i) as u32);
        }
    }
    reader.gazetteer.text = text;
    Some((reader.gazetteer, reader.names))
}

#[derive(Default)]
struct Reader {
    gazetteer: Gazetteer,
    names: Names,
    country: Option<Country>,
    capitals: Vec<(Country, u32)>,
}

impl Reader {
    fn line(&mut self, text: &str, line: &str) -> Option<()> {
        let fields: Vec<&str> = line.split('\t').collect();
        match (*fields.first()?, fields.len()) {
            ("C", 9) => {
                self.country = Some(Country::new(fields[1])?);
                self.capitals.push((self.country?, fields[7].parse().ok()?));
                let population = fields[6].parse().ok()?;
                self.gazetteer.countries.insert(self.country?, self.gazetteer.entries.len() as u32);
                self.entry(text, Level::Country, &fields[2..6], population, None)?;
                self.aliases(fields[3], fields[8], false);
            }
            ("A", 8) => {
                let unit = Unit { iso: fields[2].into(), entry: self.gazetteer.entries.len() as u32 };
                self.gazetteer.units.push(unit);
                let unit = Some((self.gazetteer.units.len() - 1) as u16);
                self.entry(text, Level::Unit, &fields[3..7], 0, unit)?;
                self.aliases(fields[4], fields[7], true);
            }
            ("B", 6) => {
                let unit = (self.gazetteer.units.len() as u16).checked_sub(1);
                self.entry(text, Level::District, &fields[1..5], 0, unit)?;
                self.aliases(fields[2], fields[5], true);
            }
            ("P", 7) => {
                let unit = (self.gazetteer.units.len() as u16).checked_sub(1);
                let population = fields[5].parse().ok()?;
                self.entry(text, Level::City, &fields[1..5], population, unit)?;
                self.aliases(fields[2], fields[6], false);
            }
            ("W", 2) => self.gazetteer.english = fields[1].split(' ').map(super::hash).collect(),
            ("G", 2) => self.gazetteer.given = fields[1].split(' ').map(super::hash).collect(),
            ("S", 2) => self.gazetteer.surnames = fields[1].split(' ').map(super::hash).collect(),
            _ => return None,
        }
        Some(())
    }

    /// One entry from its four fields in a row: geonameid, name, latitude, longitude.
    fn entry(
        &mut self,
        text: &str,
        level: Level,
        fields: &[&str],
        population: u32,
        unit: Option<u16>,
    ) -> Option<()> {
        let [geonameid, name, latitude, longitude] = *fields else { return None };
        self.gazetteer.entries.push(Entry {
            name_start: (name.as_ptr() as usize - text.as_ptr() as usize) as u32,
            name_len: u8::try_from(name.len()).ok()?,
            level,
            capital: false,
            country: self.country,
            unit,
            geonameid: if geonameid.is_empty() { 0 } else { geonameid.parse().ok()? },
            latitude: latitude.parse().ok()?,
            longitude: longitude.parse().ok()?,
            population,
        });
        Some(())
    }

    /// Files the last entry under its name and its other spellings; a unit also under its name without the word for its kind.
    fn aliases(&mut self, name: &str, others: &str, unit: bool) {
        let entry = self.gazetteer.entries.len() as u32 - 1;
        for (i, spelling) in std::iter::once(name).chain(others.split('|')).enumerate() {
            if spelling.is_empty() {
                continue;
            }
            let folded = fold(spelling);
            if unit {
                let bare: Vec<&str> = folded.split(' ').filter(|w| !UNIT_WORDS.contains(w)).collect();
                let bare = bare.join(" ");
                if bare != folded && bare.len() > 2 {
                    self.names.add(&bare, entry, true);
                }
            } else if let Some(rest) = folded.strip_prefix("al ") {
                self.names.add(rest, entry, true); // "Al Hasakah": "Hasakah"
            }
            self.names.add(&folded, entry, i > 0);
        }
    }
}

//! Decides whether a candidate is a place where it stands.
//!
//! Owns the evidence of the neighbourhood, as points that say something about English: "in Reading" is a place, "reading" elsewhere
//! speaks against it, "Mr Reading" and "Paris Hilton" are people. Leaves which Reading to `resolve`.

use super::hearsay::{Hearsay, could_be_surname};
use super::scan::{Candidate, Gap, Kind, Line, Shape, biggest};
use super::words::{Kinds, kinds};
use crate::lexicon::Country;
use crate::lexicon::places::fold::fold_word;
use crate::lexicon::places::{EntryId, Gazetteer, Level, distance_km};
use std::collections::HashSet;

/// A candidate with this many points is a place.
pub const ENOUGH: i32 = 3;
/// A candidate with so many points is one beyond doubt, and lends them to its likes elsewhere in the document.
const CERTAIN: i32 = 5;
/// A candidate with so many points is a place even where somebody in the document bears its name.
const UNDENIABLE: i32 = 9;
/// What a namesake costs.
const NAMESAKE: i32 = 4;
/// How near the outlet's home a town is a local one.
const LOCAL_KM: f64 = 80.0;

/// What was learned of one candidate.
#[derive(Debug, Clone, Copy, Default)]
pub struct Verdict {
    pub points: i32,
    /// Within the name of an organisation, or before a role ("Kabul police").
    pub nested: bool,
    pub dateline: bool,
    /// A unit is meant ("Kherson region", "province of Idlib").
    pub unit: bool,
    /// A town is meant ("Gaza City", "the city of Idlib").
    pub town: bool,
}

/// Whether a token belongs to a candidate, and to one that is known beyond its county.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taken {
    No,
    Small,
    Large,
}

/// Judges every candidate. `parents[i]`: whether candidate i stands in "X, Y" with Y a place that holds it.
pub fn judge(
    lines: &[Line],
    candidates: &[Candidate],
    parents: &[bool],
    hearsay: &Hearsay,
    gazetteer: &Gazetteer,
    home: Option<(f64, f64)>,
) -> Vec<Verdict> {
    let mut taken: Vec<Vec<Taken>> = lines.iter().map(|l| vec![Taken::No; l.tokens.len()]).collect();
    for candidate in candidates {
        let large = biggest(&candidate.options, gazetteer).is_some_and(|id| {
            gazetteer.get(id).level <= Level::Unit || gazetteer.get(id).population >= 300_000
        });
        let by = if large { Taken::Large } else { Taken::Small };
        taken[candidate.line][candidate.first..candidate.end].fill(by);
    }
    let verdict = |(i, candidate): (usize, &Candidate)| {
        let near =
            Near { line: &lines[candidate.line], taken: &taken[candidate.line], candidate, gazetteer, home };
        near.verdict(parents[i], hearsay)
    };
    let mut verdicts: Vec<Verdict> = candidates.iter().enumerate().map(verdict).collect();
    let with_points = |verdicts: &[Verdict], least: i32| -> HashSet<&str> {
        let fitting = candidates.iter().zip(verdicts).filter(|(_, v)| v.points >= least);
        fitting.map(|(c, _)| c.key.as_str()).collect()
    };
    let undeniable = with_points(&verdicts, UNDENIABLE);
    for (candidate, verdict) in candidates.iter().zip(&mut verdicts) {
        let named = candidate.kind == Kind::Name && hearsay.people.contains(candidate.key.as_str());
        if named && !undeniable.contains(candidate.key.as_str()) {
            verdict.points -= NAMESAKE;
        }
    }
    let certain = with_points(&verdicts, CERTAIN);
    for (candidate, verdict) in candidates.iter().zip(&mut verdicts) {
        if verdict.points < ENOUGH && certain.contains(candidate.key.as_str()) {
            verdict.points += 4;
        }
    }
    enumerations(lines, candidates, &mut verdicts);
    verdicts
}

/// "in Homs, Hama and Idlib": what is joined to a place by a comma or "and" is one as well, from left to right and back.
fn enumerations(lines: &[Line], candidates: &[Candidate], verdicts: &mut [Verdict]) {
    /// What a place lends to what it is joined to, and what it must have itself.
    const LENT: i32 = 4;
    let pairs: Vec<usize> =
        (1..candidates.len()).filter(|i| joined(lines, &candidates[i - 1], &candidates[*i])).collect();
    let steps = pairs.iter().map(|i| (i - 1, *i)).chain(pairs.iter().rev().map(|i| (*i, i - 1)));
    for (from, to) in steps {
        if verdicts[from].points > ENOUGH && verdicts[to].points < ENOUGH {
            verdicts[to].points += LENT;
        }
    }
}

fn joined(lines: &[Line], a: &Candidate, b: &Candidate) -> bool {
    if a.line != b.line || a.kind == Kind::Demonym || b.kind == Kind::Demonym {
        return false;
    }
    let line = &lines[a.line];
    let gap = line.tokens[a.end - 1].gap;
    match b.first.checked_sub(a.end) {
        Some(0) => gap == Gap::Comma,
        Some(1) => {
            matches!(gap, Gap::Space | Gap::Comma)
                && line.tokens[a.end].gap == Gap::Space
                && matches!(line.word(a.end), "and" | "or" | "to")
        }
        _ => false,
    }
}

/// A candidate and what stands beside it.
struct Near<'a> {
    line: &'a Line<'a>,
    taken: &'a [Taken],
    candidate: &'a Candidate,
    gazetteer: &'a Gazetteer,
    home: Option<(f64, f64)>,
}

impl Near<'_> {
    fn verdict(&self, parent: bool, hearsay: &Hearsay) -> Verdict {
        let candidate = self.candidate;
        let mut verdict = Verdict { dateline: self.is_dateline(), ..Verdict::default() };
        self.kinds_beside(&mut verdict);
        if candidate.kind != Kind::Name {
            let firm = self.line.after(candidate.end).is_some_and(|a| self.is_brand(a));
            let other =
                firm || candidate.kind == Kind::Demonym && (self.is_language() || self.is_person(hearsay));
            verdict.points = if other { 0 } else { CERTAIN };
            return verdict;
        }
        let single = candidate.end == candidate.first + 1;
        verdict.points = self.prior(single)
            + 8 * i32::from(parent)
            + 6 * i32::from(verdict.dateline)
            + 3 * i32::from(verdict.unit || verdict.town)
            + 2 * i32::from(verdict.nested)
            + self.hyphen()
            + self.preposition()
            + self.apposition()
            + self.person(single)
            + self.chain(&verdict);
        if single && hearsay.small.contains(candidate.key.as_str()) {
            verdict.points -= 6;
        }
        verdict
    }

    /// How likely the name is a place wherever it stands.
    fn prior(&self, single: bool) -> i32 {
        let gazetteer = self.gazetteer;
        let key = self.candidate.key.as_str();
        let Some(id) = biggest(&self.candidate.options, gazetteer) else { return 0 };
        let entry = gazetteer.get(id);
        let main = self.candidate.options.iter().any(|(other, main)| *other == id && *main);
        let mut points = match entry.level {
            Level::Country | Level::Region | Level::Water => 6,
            _ if gazetteer.sense(key).is_some() => 6,
            // "X County" says it itself; the bare name of a district is rather its town, or somebody's.
            Level::District if key.rsplit(' ').next().is_some_and(|w| kinds(w).is(Kinds::UNIT)) => 3,
            Level::District if main && entry.country.is_some_and(|c| matches!(c.code(), "GB" | "IE")) => 4,
            Level::District => -1,
            Level::Unit if !main => 2,
            Level::Unit if gazetteer.names_units(entry.country) => 6,
            Level::Unit => 3,
            Level::City if entry.capital => 4,
            Level::City => match entry.population {
                1_000_000.. => 4,
                300_000.. => 3,
                100_000.. => 2,
                20_000.. => 0,
                _ => -1,
            },
        };
        if !single {
            points += 3;
        } else if gazetteer.sense(key).is_none()
            && matches!(entry.level, Level::Unit | Level::District | Level::City)
        {
            let large = entry.level == Level::City && entry.population >= 100_000;
            points -= match gazetteer.is_english(key) {
                true if large => 1,
                true => 3,
                false => 0,
            };
            points -= i32::from(!main && entry.level == Level::City);
            points -= 2 * i32::from(key.len() <= 3);
            let famous = entry.level == Level::City && entry.population >= 1_000_000;
            points -= if famous { 1 } else { 2 } * i32::from(gazetteer.is_given_name(key));
            points -= i32::from(!famous && gazetteer.is_surname(key));
            if main && entry.level == Level::City && self.is_foreign(key, entry.country) {
                points += if entry.population >= 20_000 { 2 } else { 1 };
            }
        }
        if self.near_home() {
            points += 3;
        }
        if self.line.title_case || (self.line.tokens[self.candidate.first].first && single) {
            points -= 1; // the capital tells nothing
        }
        points
    }

    /// A name from beyond the English-speaking countries that is neither a word nor a name in English means little else than its place.
    fn is_foreign(&self, key: &str, country: Option<Country>) -> bool {
        const SPEAKING: [&str; 8] = ["US", "GB", "CA", "AU", "NZ", "IE", "ZA", "JM"];
        let g = self.gazetteer;
        let name = g.is_given_name(key) || g.is_surname(key) || g.is_english(key);
        key.len() >= 5 && !name && !country.is_some_and(|c| SPEAKING.contains(&c.code()))
    }

    /// A local paper's own towns need no preposition.
    fn near_home(&self) -> bool {
        let point = |id: EntryId| {
            let entry = self.gazetteer.get(id);
            (f64::from(entry.latitude), f64::from(entry.longitude))
        };
        let near =
            |home| self.candidate.options.iter().any(|(id, _)| distance_km(home, point(*id)) < LOCAL_KM);
        self.home.is_some_and(near)
    }

    fn folded(&self, token: usize) -> String {
        let mut folded = String::new();
        fold_word(self.line.word(token), false, &mut folded);
        folded
    }

    fn kinds(&self, token: usize) -> Kinds {
        kinds(&self.folded(token))
    }

    fn is_brand(&self, token: usize) -> bool {
        self.line.is_capital(token) && self.kinds(token).is(Kinds::BRAND)
    }

    /// "D-Charleston" of a legislator, "Houston-based".
    fn hyphen(&self) -> i32 {
        let (line, candidate) = (self.line, self.candidate);
        let party = candidate.first > 0
            && line.tokens[candidate.first - 1].gap == Gap::Hyphen
            && matches!(line.word(candidate.first - 1), "D" | "R" | "I" | "DFL" | "Dem" | "Rep");
        let based = candidate.end < line.tokens.len()
            && line.tokens[candidate.end - 1].gap == Gap::Hyphen
            && matches!(line.word(candidate.end), "based" | "born" | "area" | "bound");
        5 * i32::from(party || based)
    }

    /// "in", "near", "from", "northern", "captured", "the town of" before the name.
    fn preposition(&self) -> i32 {
        let line = self.line;
        let Some(before) = line.before(self.candidate.first) else { return 0 };
        let word = self.folded(before);
        let found = kinds(&word);
        if found.is(Kinds::LOCATIVE) {
            return 4;
        }
        if found.is(Kinds::COMPASS) {
            return 3;
        }
        if found.is(Kinds::RELATION) {
            let noun = line.before(before).map(|b| self.kinds(b)).unwrap_or_default();
            let whole =
                Kinds::SETTLEMENT.either(Kinds::CONTROL).either(Kinds::LOCATIVE).either(Kinds::COMPASS);
            let of = word == "of" && noun.is(whole);
            return if of { 4 } else { 2 };
        }
        // "a Danbury mason": a name before a common noun is a place's more often than anybody's.
        let attributive =
            || line.after(self.candidate.end).is_some_and(|a| line.tokens[a].shape == Shape::Lower);
        let before_noun = matches!(word.as_str(), "a" | "an") && attributive();
        if found.is(Kinds::MOVE) { 3 } else { 2 * i32::from(before_noun) }
    }

    /// "Derhachi, a city in the north".
    fn apposition(&self) -> i32 {
        let (line, end) = (self.line, self.candidate.end);
        let article = |t: usize| matches!(line.word(t), "a" | "an" | "the");
        if line.tokens[end - 1].gap != Gap::Comma || end >= line.tokens.len() || !article(end) {
            return 0;
        }
        let noun = |t: usize| line.tokens[t].shape == Shape::Lower && self.kinds(t).is(Kinds::SETTLEMENT);
        let within =
            (end + 1..line.tokens.len().min(end + 5)).take_while(|t| line.tokens[t - 1].gap == Gap::Space);
        4 * i32::from(within.into_iter().any(noun))
    }

    /// "KABUL (Reuters) -", "Kabul, Afghanistan --" at the head of a paragraph.
    fn is_dateline(&self) -> bool {
        /// Beyond these many words a story has begun.
        const HEAD_WORDS: usize = 60;
        let (line, candidate) = (self.line, self.candidate);
        let first = candidate.first;
        let starts = line.tokens[first].first && first < HEAD_WORDS;
        let opens = first == 0 || (starts && line.tokens[first - 1].gap == Gap::Break);
        let upper = (first..candidate.end).all(|t| line.tokens[t].shape == Shape::Upper);
        // "DETROIT The maker of ...": capitals open a sentence that goes on in small letters.
        let long = candidate.end_byte - candidate.start_byte > 3;
        let small = line.tokens.get(candidate.end).is_some_and(|t| t.shape != Shape::Upper);
        let bare = upper && starts && long && small;
        if candidate.kind == Kind::Demonym || !(opens || bare) {
            return false;
        }
        if bare && candidate.kind == Kind::Name {
            return true;
        }
        let rest = line.text.get(candidate.end_byte..).unwrap_or("");
        let head: String = rest.chars().take(60).collect();
        let marks = ["--", " - ", " – ", " — ", "(Reuters)", "(AP)", "(AFP)"];
        let mark = marks.iter().filter_map(|m| head.find(m)).min();
        let near = if upper { 50 } else { 3 };
        mark.is_some_and(|at| at <= near || head.starts_with(" (") && at < 12)
            || (upper && head.starts_with(','))
    }

    /// What follows and goes before as common words: units, towns, bodies.
    fn kinds_beside(&self, verdict: &mut Verdict) {
        let (line, candidate) = (self.line, self.candidate);
        if let Some(after) = line.after(candidate.end) {
            let word = self.folded(after);
            let found = kinds(&word);
            verdict.unit = found.is(Kinds::UNIT) || (found.is(Kinds::GOVERNOR) && self.has_unit());
            verdict.town = matches!(word.as_str(), "city" | "town" | "village");
            verdict.nested = found.is(Kinds::BODY);
        }
        let of = line.before(candidate.first).filter(|b| line.word(*b).eq_ignore_ascii_case("of"));
        if let Some(b) = of.and_then(|of| line.before(of)) {
            let found = self.kinds(b);
            verdict.unit |= found.is(Kinds::UNIT) || found.is(Kinds::GOVERNOR);
            verdict.town |= found.is(Kinds::SETTLEMENT) && !found.is(Kinds::UNIT);
            verdict.nested |= line.is_capital(b) && found.is(Kinds::BODY);
        }
        verdict.unit &= !verdict.town;
    }

    fn has_unit(&self) -> bool {
        self.candidate.options.iter().any(|(id, _)| self.gazetteer.get(*id).level == Level::Unit)
    }

    /// "speaks English", "in French": a language is no place.
    fn is_language(&self) -> bool {
        if self.candidate.kind != Kind::Demonym {
            return false;
        }
        let Some(before) = self.line.before(self.candidate.first) else { return false };
        let word = self.folded(before);
        let noun = |a: usize| {
            let joins =
                matches!(self.line.word(a), "and" | "or" | "to" | "in" | "on" | "with" | "but" | "by" | "at");
            self.line.tokens[a].shape != Shape::Number && !joins
        };
        kinds(&word).is(Kinds::LANGUAGE)
            || (word == "in" && !self.line.after(self.candidate.end).is_some_and(noun))
    }

    /// People: "Mr Reading", "Sheila D. Dublin", "Paris Hilton", "Henry said".
    fn person(&self, single: bool) -> i32 {
        let (line, candidate) = (self.line, self.candidate);
        let key = candidate.key.as_str();
        let mut points = self.after_title_or_given_name();
        let given = single && self.gazetteer.is_given_name(key);
        if let Some(after) = line.after(candidate.end).filter(|_| single) {
            let surname = line.is_capital(after)
                && !line.title_case
                && could_be_surname(line, after, self.gazetteer)
                && self.taken[after] != Taken::Large;
            if given && surname {
                points -= 7;
            }
            let country = biggest(&candidate.options, self.gazetteer)
                .is_some_and(|id| self.gazetteer.get(id).level == Level::Country);
            let name_too = given || self.gazetteer.is_surname(key);
            if name_too && !country && self.kinds(after).is(Kinds::SPEECH) {
                points -= 2;
            }
        }
        if given && line.tokens.get(candidate.end).is_some_and(|t| t.shape == Shape::Initial) {
            points -= 5;
        }
        // "St. Paul's" is a church or a school.
        let saint = key.strip_prefix("saint ").is_some_and(|name| self.gazetteer.is_given_name(name));
        if saint && line.tokens[candidate.end - 1].gap == Gap::Possessive {
            points -= 5;
        }
        points
    }

    /// A demonym that is a surname here ("Monica French", later "French said"), or the second half of a people's name
    /// ("African-American", "Native American").
    fn is_person(&self, hearsay: &Hearsay) -> bool {
        let (line, candidate) = (self.line, self.candidate);
        let said = || line.after(candidate.end).is_some_and(|a| self.kinds(a).is(Kinds::SPEECH));
        let before = candidate.first.checked_sub(1);
        let half = before.is_some_and(|b| match line.tokens[b].gap {
            Gap::Hyphen => line.is_capital(b) && self.gazetteer.demonym(line.word(b)).is_some(),
            Gap::Space => line.word(b) == "Native",
            _ => false,
        });
        half || self.after_title_or_given_name() < 0
            || (hearsay.people.contains(candidate.key.as_str()) && said())
    }

    fn after_title_or_given_name(&self) -> i32 {
        let line = self.line;
        let Some(at) = self.candidate.first.checked_sub(1) else { return 0 };
        let gap = line.tokens[at].gap;
        // "Muqtada al-Sadr": a name's article, where no place is on record with it.
        if gap == Gap::Hyphen && matches!(line.word(at), "al" | "el") && at > 0 && line.is_capital(at - 1) {
            return -5;
        }
        if !line.is_capital(at) && line.tokens[at].shape != Shape::Initial
            || !matches!(gap, Gap::Space | Gap::Dot)
        {
            return 0;
        }
        let before = self.folded(at);
        let found = kinds(&before);
        if found.is(Kinds::TITLE) {
            return -8;
        }
        if gap == Gap::Dot {
            let initials = line.tokens[at].shape == Shape::Initial && at > 0 && line.is_capital(at - 1);
            return -7 * i32::from(initials);
        }
        let name =
            self.gazetteer.is_given_name(&before) && !found.is(Kinds::UNIT) && self.taken[at] == Taken::No;
        -7 * i32::from(name && !line.title_case)
    }

    /// Capitalised neighbours make it part of another name; streets are no places.
    fn chain(&self, verdict: &Verdict) -> i32 {
        let (line, candidate) = (self.line, self.candidate);
        let mut points = 0;
        if let Some(after) = line.after(candidate.end) {
            let found = self.kinds(after);
            let explained = self.taken[after] != Taken::No || verdict.nested || verdict.unit || verdict.town;
            let harmless = Kinds::DAY.either(Kinds::TITLE);
            if line.is_capital(after) && found.is(Kinds::STREET) {
                points -= 8;
            } else if self.is_brand(after) {
                points -= 9;
            } else if line.tokens[after].shape == Shape::Capital
                && !line.title_case
                && !explained
                && !found.is(harmless)
            {
                points -= 3;
            }
        }
        if let Some(before) = line.before(candidate.first) {
            let open = line.is_capital(before)
                && !line.title_case
                && !line.tokens[before].first
                && self.taken[before] == Taken::No;
            if open && !self.kinds(before).is(Kinds::DIRECTION) {
                points -= 3;
            }
        }
        points
    }
}

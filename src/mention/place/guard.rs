//! Decides whether a candidate is a place where it stands.
//!
//! Owns the evidence of the neighbourhood, as points that say something about English: "in Reading" is a place, "reading" elsewhere
//! speaks against it, "Mr Reading" and "Paris Hilton" are people. Leaves which Reading to `resolve`.

use super::scan::{Candidate, Gap, Kind, Line, Shape, biggest};
use crate::lexicon::Country;
use crate::lexicon::places::fold::fold_word;
use crate::lexicon::places::{EntryId, Gazetteer, Level, distance_km};
use std::collections::HashSet;

/// A candidate with this many points is a place.
pub const ENOUGH: i32 = 3;
/// A candidate with so many points is one beyond doubt, and lends them to its likes elsewhere in the document.
const CERTAIN: i32 = 5;

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

/// What the whole document says about names.
pub struct Hearsay {
    /// Folded words that the document also writes small.
    small: HashSet<String>,
    /// Folded first and last words of people's names.
    people: HashSet<String>,
    /// The countries whose institutions the document names ("RCMP", "Taoiseach"), one for each such word, three at most.
    pub institutions: Vec<Country>,
}

impl Hearsay {
    pub fn gather(lines: &[Line], candidates: &[Candidate], gazetteer: &Gazetteer) -> Hearsay {
        let keys: HashSet<&str> = candidates
            .iter()
            .filter(|c| c.kind == Kind::Name && c.end == c.first + 1)
            .map(|c| c.key.as_str())
            .collect();
        let mut hearsay = Hearsay { small: HashSet::new(), people: HashSet::new(), institutions: Vec::new() };
        let mut folded = String::new();
        let mut seen = HashSet::new();
        for line in lines {
            for at in 0..line.tokens.len() {
                let word = line.word(at);
                if line.is_capital(at)
                    && hearsay.institutions.len() < 3
                    && let Some(country) = gazetteer.institution(word)
                    && seen.insert(word)
                {
                    hearsay.institutions.push(country);
                }
                if line.tokens[at].shape == Shape::Lower {
                    if word.len() > 2 && keys.contains(word) {
                        hearsay.small.insert(word.to_owned());
                    }
                } else if let Some(last) = person(line, at, gazetteer) {
                    for part in [at, last] {
                        folded.clear();
                        fold_word(line.word(part), false, &mut folded);
                        if keys.contains(folded.as_str()) {
                            hearsay.people.insert(folded.clone());
                        }
                    }
                }
            }
        }
        hearsay
    }
}

/// The last token of a person's name that begins here: a title or a given name, initials, a capitalised word.
fn person(line: &Line, at: usize, gazetteer: &Gazetteer) -> Option<usize> {
    if !line.is_capital(at) || line.title_case {
        return None;
    }
    let mut folded = String::new();
    fold_word(line.word(at), false, &mut folded);
    let titled = is_title(&folded);
    if !titled && !gazetteer.is_given_name(&folded) {
        return None;
    }
    let mut last = None;
    for next in at + 1..(at + 4).min(line.tokens.len()) {
        let gap = line.tokens[next - 1].gap;
        let initial = line.tokens[next - 1].shape == Shape::Initial || (titled && next == at + 1);
        if !(gap == Gap::Space || gap == Gap::Dot && initial) || line.tokens[next].shape == Shape::Lower {
            break;
        }
        if line.is_capital(next) {
            let word = line.word(next).to_lowercase();
            if is_body(&word)
                || is_title(&word)
                || is_unit(&word)
                || is_day(&word)
                || gazetteer.demonym(line.word(next)).is_some()
            {
                break;
            }
            last = Some(next);
        }
    }
    last
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
    let mut taken: Vec<Vec<bool>> = lines.iter().map(|l| vec![false; l.tokens.len()]).collect();
    for candidate in candidates {
        taken[candidate.line][candidate.first..candidate.end].fill(true);
    }
    let mut verdicts: Vec<Verdict> = candidates
        .iter()
        .enumerate()
        .map(|(i, candidate)| {
            let near = Near {
                line: &lines[candidate.line],
                taken: &taken[candidate.line],
                candidate,
                gazetteer,
                home,
            };
            near.verdict(parents[i], hearsay)
        })
        .collect();
    let certain: HashSet<&str> = candidates
        .iter()
        .zip(&verdicts)
        .filter(|(_, v)| v.points >= CERTAIN)
        .map(|(c, _)| c.key.as_str())
        .collect();
    for (candidate, verdict) in candidates.iter().zip(&mut verdicts) {
        if verdict.points < ENOUGH && certain.contains(candidate.key.as_str()) {
            verdict.points += 3;
        }
    }
    enumerations(lines, candidates, &mut verdicts);
    verdicts
}

/// "in Homs, Hama and Idlib": what is joined to a place by a comma or "and" is one as well.
fn enumerations(lines: &[Line], candidates: &[Candidate], verdicts: &mut [Verdict]) {
    for i in 1..candidates.len() {
        let (a, b) = (&candidates[i - 1], &candidates[i]);
        if a.line != b.line || a.kind == Kind::Demonym {
            continue;
        }
        let line = &lines[a.line];
        let joined = match b.first.checked_sub(a.end) {
            Some(0) => line.tokens[a.end - 1].gap == Gap::Comma,
            Some(1) => {
                matches!(line.tokens[a.end - 1].gap, Gap::Space | Gap::Comma)
                    && line.tokens[a.end].gap == Gap::Space
                    && matches!(line.word(a.end), "and" | "or" | "to")
            }
            _ => false,
        };
        if joined && verdicts[i - 1].points >= CERTAIN && verdicts[i].points < ENOUGH {
            verdicts[i].points += 3;
        }
    }
}

struct Near<'a> {
    line: &'a Line<'a>,
    taken: &'a [bool],
    candidate: &'a Candidate,
    gazetteer: &'a Gazetteer,
    home: Option<(f64, f64)>,
}

impl Near<'_> {
    fn verdict(&self, parent: bool, hearsay: &Hearsay) -> Verdict {
        let candidate = self.candidate;
        let mut verdict = Verdict { dateline: self.is_dateline(), ..Verdict::default() };
        self.kinds_beside(&mut verdict);
        if matches!(candidate.kind, Kind::Exact | Kind::Abbreviation | Kind::Demonym) {
            let company = self
                .line
                .after(candidate.end)
                .is_some_and(|a| self.line.is_capital(a) && is_brand(self.line.word(a)));
            verdict.points = if self.language() || company { 0 } else { CERTAIN };
            return verdict;
        }
        let key = candidate.key.as_str();
        let single = candidate.end == candidate.first + 1;
        let mut points = self.prior(single);
        points += 8 * i32::from(parent)
            + 6 * i32::from(verdict.dateline)
            + 3 * i32::from(verdict.unit || verdict.town);
        points += 2 * i32::from(verdict.nested) + self.hyphen();
        points += self.preposition();
        if single {
            points -=
                6 * i32::from(hearsay.small.contains(key)) + 4 * i32::from(hearsay.people.contains(key));
        }
        points += self.person(single) + self.chain(&verdict);
        verdict.points = points;
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
            Level::District if key.rsplit(' ').next().is_some_and(is_unit) => 3,
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
        } else if gazetteer.sense(key).is_none() {
            let large = entry.level == Level::City && entry.population >= 100_000;
            points -= if !gazetteer.is_english(key) {
                0
            } else if large {
                1
            } else {
                3
            };
            points -= i32::from(!main && entry.level == Level::City)
                + 2 * i32::from(gazetteer.is_given_name(key))
                + i32::from(gazetteer.is_surname(key));
            points -= 2 * i32::from(key.len() <= 3);
        }
        if self.near_home() {
            points += 3;
        }
        if self.line.title_case || (self.line.tokens[self.candidate.first].first && single) {
            points -= 1; // the capital tells nothing
        }
        points
    }

    /// A local paper's own towns need no preposition.
    fn near_home(&self) -> bool {
        const LOCAL_KM: f64 = 80.0;
        let point = |id: EntryId| {
            let entry = self.gazetteer.get(id);
            (f64::from(entry.latitude), f64::from(entry.longitude))
        };
        self.home.is_some_and(|home| {
            self.candidate.options.iter().any(|(id, _)| distance_km(home, point(*id)) < LOCAL_KM)
        })
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

    fn folded(&self, token: usize) -> String {
        let mut folded = String::new();
        fold_word(self.line.word(token), false, &mut folded);
        folded
    }

    /// "in", "near", "from", "northern", "downtown" before the name.
    fn preposition(&self) -> i32 {
        let Some(before) = self.line.before(self.candidate.first) else { return 0 };
        let word = self.line.word(before).to_lowercase();
        match word.as_str() {
            "in" | "near" | "at" | "from" | "outside" | "around" | "toward" | "towards" | "across"
            | "throughout" | "inside" | "into" => 4,
            "northern" | "southern" | "eastern" | "western" | "central" | "downtown" | "northeastern"
            | "northwestern" | "southeastern" | "southwestern" | "nearby" | "neighboring"
            | "neighbouring" | "upstate" | "mainland" | "north" | "south" | "east" | "west" => 3,
            // "a Danbury mason": a name before a common noun is a place's more often than anybody's
            "a" | "an"
                if self
                    .line
                    .after(self.candidate.end)
                    .is_some_and(|a| self.line.tokens[a].shape == Shape::Lower) =>
            {
                2
            }
            "to" | "of" | "through" | "between" | "via" | "over" | "leave" | "left" | "visited" | "visit"
            | "within" | "for" => 2,
            _ => 0,
        }
    }

    /// "KABUL (Reuters) -", "Kabul, Afghanistan --" at the head of a paragraph.
    fn is_dateline(&self) -> bool {
        let (line, candidate) = (self.line, self.candidate);
        let opens = candidate.first == 0
            || (line.tokens[candidate.first].first
                && line.tokens[candidate.first - 1].gap == Gap::Break
                && candidate.first < 60);
        let upper = (candidate.first..candidate.end).all(|t| line.tokens[t].shape == Shape::Upper);
        // "DETROIT The maker of ...": capitals open a sentence that goes on in small letters
        let bare = upper
            && line.tokens[candidate.first].first
            && candidate.first < 60
            && candidate.end_byte - candidate.start_byte > 3
            && line.tokens.get(candidate.end).is_some_and(|t| t.shape != Shape::Upper);
        if candidate.kind == Kind::Demonym || !(opens || bare) {
            return false;
        }
        if bare && matches!(candidate.kind, Kind::Name) {
            return true;
        }
        let rest = line.text.get(candidate.end_byte..).unwrap_or("");
        let head: String = rest.chars().take(60).collect();
        let mark = ["--", " - ", " – ", " — ", "(Reuters)", "(AP)", "(AFP)"]
            .iter()
            .filter_map(|m| head.find(m))
            .min();
        mark.is_some_and(|at| at <= if upper { 50 } else { 3 } || head.starts_with(" (") && at < 12)
            || (upper && head.starts_with(','))
    }

    /// What follows and goes before as common words: units, towns, bodies, streets.
    fn kinds_beside(&self, verdict: &mut Verdict) {
        let (line, candidate) = (self.line, self.candidate);
        if let Some(after) = line.after(candidate.end) {
            let word = line.word(after).to_lowercase();
            verdict.unit = is_unit(&word);
            verdict.town = matches!(word.as_str(), "city" | "town" | "village");
            verdict.nested = is_body(&word);
        }
        let mut before = line.before(candidate.first);
        if before.is_some_and(|b| line.word(b).eq_ignore_ascii_case("of")) {
            before = before.and_then(|b| line.before(b));
            if let Some(b) = before {
                let word = line.word(b).to_lowercase();
                verdict.unit |= is_unit(&word) || word == "governor";
                verdict.town |= matches!(
                    word.as_str(),
                    "city" | "town" | "village" | "mayor" | "suburb" | "port" | "capital" | "outskirts"
                );
                verdict.nested |= line.is_capital(b) && is_body(&word);
            }
        }
        if verdict.town {
            verdict.unit = false;
        }
    }

    /// "speaks English", "in French": a language is no place.
    fn language(&self) -> bool {
        if self.candidate.kind != Kind::Demonym {
            return false;
        }
        let before = self.line.before(self.candidate.first).map(|b| self.line.word(b).to_lowercase());
        let after = self.line.after(self.candidate.end).is_some_and(|a| {
            self.line.tokens[a].shape == Shape::Lower
                && !matches!(self.line.word(a), "and" | "or" | "to" | "in" | "on" | "with" | "but")
        });
        match before.as_deref() {
            Some("in") => !after,
            Some(
                "speak" | "speaks" | "speaking" | "spoke" | "spoken" | "learn" | "learning" | "fluent"
                | "teaching" | "taught",
            ) => true,
            _ => false,
        }
    }

    /// People: "Mr Reading", "Sheila D. Dublin", "Paris Hilton", "Henry said".
    fn person(&self, single: bool) -> i32 {
        let (line, candidate) = (self.line, self.candidate);
        let key = candidate.key.as_str();
        let mut points = 0;
        let beside = |gap: Gap| candidate.first > 0 && line.tokens[candidate.first - 1].gap == gap;
        if beside(Gap::Space) || beside(Gap::Dot) {
            let at = candidate.first - 1;
            let before = self.folded(at);
            let dotted = beside(Gap::Dot);
            if line.is_capital(at) && is_title(&before) {
                points -= 8;
            } else if dotted && line.tokens[at].shape == Shape::Initial && at > 0 && line.is_capital(at - 1) {
                points -= 7;
            } else if !dotted
                && line.is_capital(at)
                && !self.taken[at]
                && !line.title_case
                && self.gazetteer.is_given_name(&before)
                && !is_unit(&before)
            {
                points -= 7;
            }
        }
        let given = single && self.gazetteer.is_given_name(key);
        if let Some(after) = line.after(candidate.end).filter(|_| single) {
            let word = self.folded(after);
            let named = line.is_capital(after) && !line.title_case;
            let office = is_body(&word) || is_unit(&word) || is_title(&word) || is_day(&word);
            let other = self.taken[after]
                && !self.gazetteer.is_surname(&word)
                && !self.gazetteer.is_given_name(&word);
            if named && given && !other && !office {
                points -= 7;
            }
            let named_too = given || self.gazetteer.is_surname(key);
            if named_too && is_speech(&word) {
                points -= 2;
            }
        }
        // "St. Paul's" is a church or a school
        if key.starts_with("saint ")
            && line.tokens[candidate.end - 1].gap == Gap::Possessive
            && self.gazetteer.is_given_name(&key[6..])
        {
            points -= 5;
        }
        if given && candidate.end < line.tokens.len() && line.tokens[candidate.end].shape == Shape::Initial {
            points -= 5;
        }
        points
    }

    /// Capitalised neighbours make it part of another name; streets are no places.
    fn chain(&self, verdict: &Verdict) -> i32 {
        let (line, candidate) = (self.line, self.candidate);
        let mut points = 0;
        if let Some(after) = line.after(candidate.end) {
            let word = line.word(after).to_lowercase();
            if line.is_capital(after) && is_street(&word) {
                points -= 8;
            } else if line.is_capital(after) && is_brand(line.word(after)) {
                points -= 6;
            } else if line.tokens[after].shape == Shape::Capital
                && !is_day(&word)
                && !line.title_case
                && !self.taken[after]
                && !verdict.nested
                && !verdict.unit
                && !verdict.town
            {
                points -= if is_title(&self.folded(after)) { 0 } else { 3 };
            }
        }
        if let Some(before) = line.before(candidate.first) {
            let open = line.is_capital(before)
                && !line.title_case
                && !line.tokens[before].first
                && !self.taken[before];
            let word = line.word(before).to_lowercase();
            if open && !is_direction(&word) {
                points -= 3;
            }
        }
        points
    }
}

fn is_direction(word: &str) -> bool {
    matches!(
        word,
        "north"
            | "south"
            | "east"
            | "west"
            | "northern"
            | "southern"
            | "eastern"
            | "western"
            | "central"
            | "downtown"
            | "greater"
            | "the"
            | "in"
            | "from"
            | "at"
            | "near"
            | "northeast"
            | "northwest"
            | "southeast"
            | "southwest"
            | "upper"
            | "lower"
            | "of"
            | "inner"
    )
}

fn is_day(word: &str) -> bool {
    matches!(
        word,
        "monday"
            | "tuesday"
            | "wednesday"
            | "thursday"
            | "friday"
            | "saturday"
            | "sunday"
            | "january"
            | "february"
            | "march"
            | "april"
            | "may"
            | "june"
            | "july"
            | "august"
            | "september"
            | "october"
            | "november"
            | "december"
    )
}

/// Papers, airlines and firms keep a place's name wherever they are.
fn is_brand(word: &str) -> bool {
    matches!(
        word,
        "Airlines"
            | "Airways"
            | "Times"
            | "Post"
            | "Herald"
            | "Tribune"
            | "Journal"
            | "Gazette"
            | "Chronicle"
            | "Inquirer"
            | "Globe"
            | "Express"
            | "Holdings"
            | "Inc"
            | "Ltd"
            | "LLC"
            | "Corp"
            | "Motors"
            | "Idol"
            | "Records"
    )
}

/// Titles that stand before a person's name.
fn is_title(word: &str) -> bool {
    matches!(
        word,
        "mr" | "mrs"
            | "ms"
            | "miss"
            | "dr"
            | "sir"
            | "lord"
            | "lady"
            | "sen"
            | "senator"
            | "rep"
            | "gov"
            | "judge"
            | "justice"
            | "sgt"
            | "capt"
            | "captain"
            | "lt"
            | "gen"
            | "general"
            | "col"
            | "colonel"
            | "cpl"
            | "maj"
            | "major"
            | "rev"
            | "reverend"
            | "prof"
            | "professor"
            | "officer"
            | "detective"
            | "deputy"
            | "sergeant"
            | "lieutenant"
            | "coach"
            | "father"
            | "sister"
            | "brother"
            | "pastor"
            | "bishop"
            | "archbishop"
            | "pope"
            | "king"
            | "queen"
            | "prince"
            | "princess"
            | "sheikh"
            | "president"
            | "minister"
            | "chairman"
            | "councilman"
            | "councilwoman"
            | "commissioner"
            | "superintendent"
            | "principal"
            | "inspector"
            | "constable"
            | "trooper"
            | "attorney"
            | "lawyer"
            | "actor"
            | "actress"
            | "singer"
            | "director"
            | "mayor"
            | "chancellor"
            | "ambassador"
    )
}

/// Bodies and roles that are named after a place: "Kabul police", "Mansfield City Council", "the Texas governor".
fn is_body(word: &str) -> bool {
    matches!(
        word,
        "police"
            | "university"
            | "college"
            | "school"
            | "schools"
            | "hospital"
            | "council"
            | "airport"
            | "court"
            | "government"
            | "office"
            | "department"
            | "fire"
            | "board"
            | "city"
            | "county"
            | "public"
            | "high"
            | "community"
            | "state"
            | "national"
            | "regional"
            | "international"
            | "central"
            | "district"
            | "chamber"
            | "authority"
            | "authorities"
            | "officials"
            | "official"
            | "residents"
            | "resident"
            | "area"
            | "mayor"
            | "governor"
            | "senator"
            | "sheriff"
            | "army"
            | "stadium"
            | "times"
            | "post"
            | "herald"
            | "news"
            | "daily"
            | "tribune"
            | "journal"
            | "star"
            | "church"
            | "cathedral"
            | "museum"
            | "library"
            | "theatre"
            | "theater"
            | "metropolitan"
            | "municipal"
            | "township"
            | "civic"
            | "industrial"
            | "medical"
            | "prison"
            | "jail"
            | "bank"
            | "airlines"
            | "parliament"
            | "assembly"
            | "legislature"
            | "senate"
            | "house"
            | "supreme"
            | "democrat"
            | "republican"
            | "representative"
            | "president"
            | "prime"
            | "foreign"
            | "embassy"
            | "ambassador"
            | "native"
            | "man"
            | "woman"
            | "couple"
            | "family"
            | "company"
            | "suburb"
            | "region"
            | "province"
            | "street"
            | "road"
            | "bridge"
            | "port"
            | "harbor"
            | "harbour"
            | "railway"
            | "station"
            | "association"
            | "institute"
            | "festival"
            | "conference"
            | "summit"
            | "agreement"
            | "accord"
            | "treaty"
            | "talks"
            | "attacks"
            | "attack"
            | "bombing"
            | "shooting"
            | "massacre"
            | "law"
            | "campus"
            | "branch"
            | "bureau"
            | "division"
            | "first"
            | "second"
    )
}

fn is_unit(word: &str) -> bool {
    matches!(
        word,
        "province"
            | "governorate"
            | "oblast"
            | "region"
            | "state"
            | "county"
            | "district"
            | "prefecture"
            | "department"
            | "parish"
            | "raion"
            | "municipality"
            | "territory"
            | "canton"
            | "voivodeship"
            | "emirate"
            | "krai"
            | "republic"
    )
}

fn is_street(word: &str) -> bool {
    matches!(
        word,
        "street"
            | "st"
            | "avenue"
            | "ave"
            | "road"
            | "rd"
            | "drive"
            | "dr"
            | "lane"
            | "ln"
            | "boulevard"
            | "blvd"
            | "highway"
            | "hwy"
            | "parkway"
            | "court"
            | "way"
            | "place"
            | "terrace"
            | "crescent"
            | "trail"
            | "pike"
    )
}

fn is_speech(word: &str) -> bool {
    matches!(
        word,
        "said"
            | "says"
            | "told"
            | "added"
            | "asked"
            | "was"
            | "is"
            | "had"
            | "has"
            | "testified"
            | "wrote"
            | "noted"
            | "explained"
            | "who"
            | "also"
            | "and"
            | "did"
            | "does"
            | "would"
            | "will"
            | "went"
            | "called"
    )
}

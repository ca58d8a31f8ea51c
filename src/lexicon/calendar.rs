//! The calendar words of English news, and the feasts that it dates by.
//!
//! Owns vocabulary (`config/lexicon/calendar.toml`) and on which day a feast falls in a year. Leaves to `mention::when` what a
//! combination of such words means in a text.

use super::Problem;
use chrono::{Datelike, Days, NaiveDate};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::OnceLock;

mod feast;

const SOURCE: &str = include_str!("../../config/lexicon/calendar.toml");
const FILE: &str = "config/lexicon/calendar.toml";

/// What one word can say about time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    Number(u32),
    Ordinal(u32),
    Month(u32),
    /// "Sept": a dot may follow.
    MonthShort(u32),
    /// Monday is 1.
    Weekday(u32),
    WeekdayShort(u32),
    /// "Mondays".
    Weekdays(u32),
    Unit(Unit, Plural),
    /// Time of day, as TIMEX3 codes it.
    Part(&'static str, Plural),
    Season(&'static str, Plural),
    /// "seventies": 70.
    Decade(u32),
    /// "weekly": the TIMEX3 value of the SET.
    Frequency(&'static str),
    /// Minutes east of Greenwich.
    Zone(i32),
    Role(Role),
    /// PRESENT_REF, PAST_REF, FUTURE_REF.
    Reference(&'static str),
}

pub type Plural = bool;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Night,
    Weekend,
    Week,
    Fortnight,
    Month,
    Quarter,
    Year,
    Decade,
    Century,
}

/// A word's part in the grammar, named by its commonest form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    The,
    A,
    Last,
    Next,
    This,
    That,
    These,
    Past,
    Previous,
    Following,
    Coming,
    Same,
    Current,
    Latest,
    Recent,
    Earlier,
    Later,
    Ago,
    Before,
    After,
    Early,
    Late,
    Mid,
    End,
    Start,
    Of,
    In,
    On,
    At,
    By,
    For,
    To,
    From,
    Since,
    Until,
    Through,
    During,
    Within,
    Between,
    And,
    Or,
    Each,
    About,
    Nearly,
    Over,
    Under,
    More,
    Less,
    Than,
    Least,
    Most,
    Up,
    As,
    No,
    Not,
    Only,
    Few,
    Couple,
    Some,
    Half,
    Another,
    Additional,
    Dozens,
    Yesterday,
    Today,
    Tomorrow,
    Tonight,
    Overnight,
    Now,
    Time,
    Local,
    Straight,
    Noon,
    Future,
    Rest,
    Midnight,
    Clock,
    Fiscal,
    Period,
    Full,
    Old,
    Long,
    Eve,
    Ending,
    BeginningOn,
    Once,
    Person,
}

/// How the day of a feast is found.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Rule {
    /// Month and day.
    Fixed([u32; 2]),
    /// Month, weekday (Monday is 1), which of them (-1: the last).
    Nth([i32; 3]),
    /// Days from the fourth Thursday of November.
    Thanksgiving(i32),
    /// Days from Easter Sunday of the western churches.
    Easter(i32),
    /// Days from Easter Sunday of the eastern churches.
    Orthodox(i32),
    /// Month and day of the Islamic year.
    Hijri([u32; 2]),
    /// Days from the Jewish new year of that autumn.
    RoshHashanah(i32),
    /// Days from the first day of Passover.
    Passover(i32),
    /// One day in history.
    Once(NaiveDate),
    /// A table, a day a year.
    Days(Vec<NaiveDate>),
}

/// A day, or a run of days, with a name.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feast {
    names: Vec<String>,
    rule: Rule,
    #[serde(default = "one")]
    pub length: u32,
    /// Of these one must follow; empty where the name alone will do.
    #[serde(default)]
    before: Vec<String>,
}

fn one() -> u32 {
    1
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Hijri {
    first_day: NaiveDate,
    long_months: Vec<u16>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cues {
    ahead: HashSet<String>,
    planned: HashSet<String>,
    opens: HashSet<String>,
    behind: HashSet<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct YearLead {
    strong: HashSet<String>,
    weak: HashSet<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Counts {
    nouns: HashSet<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ages {
    nouns: HashSet<String>,
}

/// The file as it stands.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    numbers: BTreeMap<String, u32>,
    ordinals: BTreeMap<String, u32>,
    months: BTreeMap<String, u32>,
    months_short: BTreeMap<String, u32>,
    weekdays: BTreeMap<String, u32>,
    weekdays_short: BTreeMap<String, u32>,
    units: BTreeMap<Unit, [String; 2]>,
    parts: BTreeMap<String, Vec<String>>,
    seasons: BTreeMap<String, Vec<String>>,
    decades: BTreeMap<String, u32>,
    frequencies: BTreeMap<String, String>,
    zones: BTreeMap<String, i32>,
    roles: BTreeMap<Role, Vec<String>>,
    references: BTreeMap<String, Vec<String>>,
    cues: Cues,
    year_lead: YearLead,
    counts: Counts,
    ages: Ages,
    hijri: Hijri,
    feast: Vec<Feast>,
}

/// Which way a word makes its clause look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cue {
    Ahead,
    /// Looks ahead before "to", or before a preposition and the date.
    Planned,
    /// "opens Friday": the present tense of what is planned.
    Opens,
    Behind,
}

/// The calendar as loaded.
#[derive(Debug)]
pub struct Calendar {
    words: HashMap<String, Word>,
    longest: usize,
    cues: HashMap<String, Cue>,
    year_strong: HashSet<String>,
    year_weak: HashSet<String>,
    counted: HashSet<String>,
    aged: HashSet<String>,
    hijri: Hijri,
    feasts: Vec<Feast>,
    /// First word of a feast's name -> (the whole name, feast), longest name first.
    feast_names: HashMap<String, Vec<(String, usize)>>,
}

/// TIMEX3 codes are few: the word carries the static string.
fn code(name: &str) -> Option<&'static str> {
    const CODES: [&str; 20] = [
        "MO", "MI", "AF", "EV", "NI", "SP", "SU", "FA", "WI", "PT1H", "P1D", "P1W", "P2W", "P1M", "P3M",
        "P1Y", "present", "past", "future", "",
    ];
    CODES.iter().find(|c| **c == name).copied()
}

impl Calendar {
    /// The calendar compiled in; made at the first call.
    pub fn embedded() -> &'static Calendar {
        static CALENDAR: OnceLock<Calendar> = OnceLock::new();
        // A test loads the same text: what is compiled in cannot fail.
        CALENDAR.get_or_init(|| Calendar::parse(SOURCE).unwrap_or_else(|p| unreachable!("{p}")))
    }

    /// Reads the text of a calendar file.
    ///
    /// # Errors
    /// A text that is not TOML, lacks a table, or names what the grammar does not know.
    pub fn parse(text: &str) -> Result<Calendar, Problem> {
        let problem = |line, message| Problem { file: FILE.to_owned(), line, message };
        let data: Data = toml::from_str(text).map_err(|e| {
            let line = e.span().map_or(0, |s| text[..s.start].matches('\n').count() + 1);
            problem(line, e.message().to_owned())
        })?;
        let words = words(&data).map_err(|message| problem(0, message))?;
        let longest = words.keys().map(String::len).max().unwrap_or(0);
        let mut feast_names: HashMap<String, Vec<(String, usize)>> = HashMap::new();
        for (i, feast) in data.feast.iter().enumerate() {
            for name in &feast.names {
                let first = name.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
                feast_names.entry(first.to_owned()).or_default().push((name.clone(), i));
            }
        }
        for names in feast_names.values_mut() {
            names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        }
        let mut cues = HashMap::new();
        let Cues { ahead, planned, opens, behind } = data.cues;
        for (set, cue) in
            [(behind, Cue::Behind), (planned, Cue::Planned), (opens, Cue::Opens), (ahead, Cue::Ahead)]
        {
            cues.extend(set.into_iter().map(|word| (word, cue)));
        }
        Ok(Calendar {
            words,
            longest,
            cues,
            year_strong: data.year_lead.strong,
            year_weak: data.year_lead.weak,
            counted: data.counts.nouns,
            aged: data.ages.nouns,
            hijri: data.hijri,
            feasts: data.feast,
            feast_names,
        })
    }

    /// What a word, in lower case, can say about time.
    pub fn word(&self, lower: &str) -> Option<Word> {
        if lower.len() > self.longest { None } else { self.words.get(lower).copied() }
    }

    pub fn cue(&self, lower: &str) -> Option<Cue> {
        self.cues.get(lower).copied()
    }

    /// Whether a bare number of four digits after this word is a year: always, or where nothing speaks against it.
    pub fn leads_year(&self, lower: &str) -> (bool, bool) {
        (self.year_strong.contains(lower), self.year_weak.contains(lower))
    }

    /// Whether "today's" before this word means the age that we live in.
    pub fn has_an_age(&self, lower: &str) -> bool {
        self.aged.contains(lower)
    }

    /// Whether a number before this word counts something.
    pub fn is_counted(&self, lower: &str) -> bool {
        self.counted.contains(lower)
    }

    pub fn starts_feast(&self, lower: &str) -> bool {
        self.feast_names.contains_key(lower)
    }

    /// The longest feast name at the start of a text in lower case whose first word is given:
    /// (feast, bytes of the name). Names end where a word ends.
    pub fn feast(&self, first: &str, lower: &str) -> Option<(usize, usize)> {
        let names = self.feast_names.get(first)?;
        let ends = |n: usize| !lower[n..].starts_with(|c: char| c.is_alphanumeric());
        let found = names.iter().filter(|(name, _)| lower.starts_with(name.as_str()) && ends(name.len()));
        found
            .filter(|(name, feast)| {
                let before = &self.feasts[*feast].before;
                let rest = lower[name.len()..].trim_start_matches(|c: char| !c.is_alphanumeric());
                let next = rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
                before.is_empty() || before.iter().any(|w| w == next)
            })
            .map(|(name, feast)| (*feast, name.len()))
            .next()
    }

    /// The first day of a feast in a year, and how many days it lasts; None where it has none in that year.
    pub fn day_of(&self, feast: usize, year: i32) -> Option<(NaiveDate, u32)> {
        let feast = self.feasts.get(feast)?;
        Some((feast::day(&feast.rule, &self.hijri, year)?, feast.length.max(1)))
    }

    /// The day of a feast that happened once.
    pub fn once(&self, feast: usize) -> Option<NaiveDate> {
        match self.feasts.get(feast)?.rule {
            Rule::Once(day) => Some(day),
            _ => None,
        }
    }
}

/// What a table of numbers makes of each.
type Make = fn(u32) -> Word;

fn words(data: &Data) -> Result<HashMap<String, Word>, String> {
    let known =
        |name: &str| code(name).ok_or_else(|| format!("{name} is no TIMEX3 code that the grammar knows"));
    let mut words: HashMap<String, Word> = HashMap::new();
    let mut add = |name: &str, word: Word| {
        words.entry(name.to_owned()).or_insert(word);
    };
    let numbers: [(_, Make); 7] = [
        (&data.numbers, Word::Number),
        (&data.ordinals, Word::Ordinal),
        (&data.months, Word::Month),
        (&data.months_short, Word::MonthShort),
        (&data.weekdays, Word::Weekday),
        (&data.weekdays_short, Word::WeekdayShort),
        (&data.decades, Word::Decade),
    ];
    for (table, make) in numbers {
        table.iter().for_each(|(name, n)| add(name, make(*n)));
    }
    for (name, n) in &data.weekdays {
        add(&format!("{name}s"), Word::Weekdays(*n));
    }
    for (unit, [singular, plural]) in &data.units {
        add(singular, Word::Unit(*unit, false));
        add(plural, Word::Unit(*unit, true));
    }
    for (name, list) in &data.parts {
        let code = known(name)?;
        list.iter().for_each(|w| add(w, Word::Part(code, w.ends_with("ings") || w.ends_with("noons"))));
    }
    for (name, list) in &data.seasons {
        let code = known(name)?;
        list.iter().for_each(|w| add(w, Word::Season(code, w.ends_with('s'))));
    }
    for (name, value) in &data.frequencies {
        add(name, Word::Frequency(known(value)?));
    }
    data.zones.iter().for_each(|(name, minutes)| add(name, Word::Zone(*minutes)));
    for (name, list) in &data.references {
        let value = match name.as_str() {
            "present" => "PRESENT_REF",
            "past" => "PAST_REF",
            "future" => "FUTURE_REF",
            other => return Err(format!("references.{other}: present, past or future")),
        };
        list.iter().for_each(|w| add(w, Word::Reference(value)));
    }
    for (role, list) in &data.roles {
        list.iter().for_each(|w| add(w, Word::Role(*role)));
    }
    Ok(words)
}

/// The `which`th such weekday of a month, from its end where negative.
fn nth(year: i32, month: u32, weekday: u32, which: i32) -> Option<NaiveDate> {
    let first = NaiveDate::from_ymd_opt(year, month, 1)?;
    let ahead = (weekday + 6 - first.weekday().num_days_from_monday()) % 7;
    let days = first.checked_add_days(Days::new(u64::from(ahead)))?;
    let found = days.iter_weeks().take_while(|d| d.month() == month);
    if which > 0 { found.skip(which as usize - 1).take(1).next() } else { found.last() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, year: i32, expected: &str) {
        let calendar = Calendar::parse(SOURCE).expect("the embedded calendar");
        let first = name.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        let (feast, length) = calendar.feast(first, name).expect(name);
        assert_eq!(length, name.len(), "{name}");
        assert_eq!(
            calendar.day_of(feast, year).map(|(day, _)| day.to_string()),
            Some(expected.to_owned()),
            "{name} {year}"
        );
    }

    #[test]
    fn feasts_fall_on_their_days() {
        check("christmas eve", 2022, "2022-12-24");
        check("thanksgiving", 2022, "2022-11-24");
        check("black friday", 2022, "2022-11-25");
        check("memorial day", 2023, "2023-05-29");
        check("easter sunday", 2024, "2024-03-31");
        check("good friday", 2023, "2023-04-07");
        check("orthodox easter", 2023, "2023-04-16");
        check("ramadan", 2023, "2023-03-23");
        check("eid al-fitr", 2024, "2024-04-10");
        check("eid al-adha", 2021, "2021-07-20");
        check("ashura", 2022, "2022-08-08");
        check("rosh hashanah", 2023, "2023-09-16");
        check("yom kippur", 1973, "1973-10-06");
        check("simchat torah", 2023, "2023-10-07");
        check("passover", 2024, "2024-04-23");
        check("purim", 2022, "2022-03-17");
        check("lunar new year", 2023, "2023-01-22");
    }

    #[test]
    fn a_name_that_is_a_date_needs_its_event() {
        let calendar = Calendar::embedded();
        assert!(calendar.feast("october", "october 7 attack on").is_some());
        assert!(calendar.feast("october", "october 7 meeting").is_none());
    }

    #[test]
    fn a_bad_file_is_told_with_its_line() {
        let problem = Calendar::parse("[numbers]\none = \"x\"\n").expect_err("a string is no number");
        assert_eq!(problem.line, 2);
        assert!(Calendar::parse(&SOURCE.replace("MO = [", "QQ = [")).is_err());
    }
}

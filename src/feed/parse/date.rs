//! The dates that feeds write, wrong as they are.
//!
//! Owns RFC 3339, RFC 2822 and their many misspellings, with time zones by name and months in the larger
//! European languages. Leaves the question whether a date is to be believed to `story::read`.
//!
//! A time without a zone is taken for UTC; a date without a time for midnight. Both guesses are at most half
//! a day off, where no date at all is worse.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeZone};

/// Longer texts are not dates.
const DATE_MAX_BYTES: usize = 80;

pub fn parse(text: &str) -> Option<DateTime<FixedOffset>> {
    let text = text.trim();
    if text.len() > DATE_MAX_BYTES || text.is_empty() {
        return None;
    }
    if text.bytes().all(|b| b.is_ascii_digit()) && matches!(text.len(), 9 | 10 | 13) {
        return epoch(text);
    }
    numeric(text).or_else(|| worded(text))
}

/// Seconds or milliseconds since 1970.
fn epoch(digits: &str) -> Option<DateTime<FixedOffset>> {
    let number: i64 = digits.parse().ok()?;
    let seconds = if digits.len() == 13 { number / 1000 } else { number };
    DateTime::from_timestamp(seconds, 0).map(|utc| utc.fixed_offset())
}

/// Year first: `2003-06-03T09:39:21Z`, `2003-06-03 09:39:21 +0200`, `20030603`, `2003-06`, `2003`.
fn numeric(text: &str) -> Option<DateTime<FixedOffset>> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (date, rest) = if digits == 8 {
        text.split_at(8)
    } else if digits == 4 {
        text.split_at(
            text.find(|c: char| !c.is_ascii_digit() && !matches!(c, '-' | '/' | '.')).unwrap_or(text.len()),
        )
    } else {
        return None;
    };
    let date = if digits == 8 {
        NaiveDate::parse_from_str(date, "%Y%m%d").ok()?
    } else {
        let mut parts = date.split(['-', '/', '.']);
        let year = parts.next()?.parse().ok()?;
        let month = parts.next().map_or(Some(1), |p| p.parse().ok())?;
        let day = parts.next().map_or(Some(1), |p| p.parse().ok())?;
        NaiveDate::from_ymd_opt(year, month, day)?
    };
    let rest = rest.trim_start_matches(['T', 't', ' ', ',']).trim_start();
    let clock_ends =
        rest.find(|c: char| !c.is_ascii_digit() && !matches!(c, ':' | '.')).unwrap_or(rest.len());
    let (clock, zone_text) = rest.split_at(clock_ends);
    if clock.is_empty() {
        return zoned(date, NaiveTime::MIN, None);
    }
    let mut words = zone_text.split_whitespace();
    let mut time = time(clock)?;
    let mut offset = None;
    for word in words.by_ref() {
        match half_day(time, word) {
            Some(shifted) => time = shifted,
            None => offset = offset.or_else(|| zone(word)),
        }
    }
    zoned(date, time, offset)
}

/// Day and month by name in any order: `Tue, 3 June 2003 09:39:21 CEST`, `June 3, 2003, 9:39 pm`,
/// `Tue Jun  3 09:39:21 GMT 2003`, `03-Jun-03`.
fn worded(text: &str) -> Option<DateTime<FixedOffset>> {
    let (mut day, mut month, mut year, mut clock, mut offset) = (None, None, None, None, None);
    let dashed = text.split_whitespace().map(|w| w.trim_matches([',', '.', ';', '(', ')']));
    for word in dashed.flat_map(date_parts).filter(|w| !w.is_empty()) {
        if word.contains(':') && word.starts_with(|c: char| c.is_ascii_digit()) {
            let ends =
                word.find(|c: char| !c.is_ascii_digit() && !matches!(c, ':' | '.')).unwrap_or(word.len());
            clock = clock.or(time(&word[..ends]));
            let tail = &word[ends..];
            match clock.and_then(|t| half_day(t, tail)) {
                Some(shifted) => clock = Some(shifted),
                None => offset = offset.or_else(|| zone(tail)),
            }
        } else if let Ok(number) =
            word.trim_end_matches(|c: char| c.is_alphabetic() || c == 'º').parse::<i32>()
            && !word.starts_with(['+', '-'])
        {
            match number {
                1..=31 if day.is_none() => day = Some(number as u32),
                1000..=9999 => year = Some(number),
                // Two-digit years as RFC 2822 reads them.
                0..=49 if year.is_none() => year = Some(2000 + number),
                50..=99 if year.is_none() => year = Some(1900 + number),
                _ => {}
            }
        } else if let Some(shifted) = clock.and_then(|t| half_day(t, word)) {
            clock = Some(shifted);
        } else if let Some(number) = month_name(word) {
            // The last one: a weekday before it may look like a month (`mar. 3 juin`).
            month = Some(number);
        } else {
            offset = offset.or_else(|| zone(word));
        }
    }
    zoned(NaiveDate::from_ymd_opt(year?, month?, day?)?, clock.unwrap_or(NaiveTime::MIN), offset)
}

/// `03-Jun-2003` is three words; `GMT-0200` and `-0200` are one.
fn date_parts(word: &str) -> impl Iterator<Item = &str> {
    let dashed = word.starts_with(|c: char| c.is_ascii_digit()) && !word.contains(':');
    word.split(move |c| dashed && c == '-')
}

/// `9:39`, `09:39:21`, `09:39:21.5`; 24:00 is the beginning of a day, as feeds use it.
fn time(text: &str) -> Option<NaiveTime> {
    let mut parts = text.split([':', '.']);
    let hour: u32 = parts.next()?.parse().ok()?;
    let minute = parts.next().map_or(Some(0), |p| p.parse().ok())?;
    let second: u32 = parts.next().filter(|p| !p.is_empty()).map_or(Some(0), |p| p.parse().ok())?;
    NaiveTime::from_hms_opt(hour % 24, minute, second.min(59)).filter(|_| hour <= 24)
}

fn half_day(time: NaiveTime, word: &str) -> Option<NaiveTime> {
    use chrono::Timelike;
    let word: String = word.chars().filter(|c| *c != '.').collect();
    match word.to_ascii_lowercase().as_str() {
        "am" if time.hour() == 12 => time.with_hour(0),
        "pm" if time.hour() < 12 => time.with_hour(time.hour() + 12),
        "am" | "pm" => Some(time),
        _ => None,
    }
}

fn zoned(date: NaiveDate, time: NaiveTime, offset: Option<FixedOffset>) -> Option<DateTime<FixedOffset>> {
    let offset = offset.or(FixedOffset::east_opt(0))?;
    offset.from_local_datetime(&date.and_time(time)).single()
}

/// Offsets in minutes of zone names as news feeds use them. `IST` and `CST` have several owners; India and
/// North America write most.
const ZONES: &[(&str, i32)] = &[
    ("z", 0),
    ("ut", 0),
    ("utc", 0),
    ("gmt", 0),
    ("wet", 0),
    ("west", 60),
    ("bst", 60),
    ("cet", 60),
    ("mez", 60),
    ("cest", 120),
    ("mesz", 120),
    ("eet", 120),
    ("eest", 180),
    ("sast", 120),
    ("cat", 120),
    ("eat", 180),
    ("wat", 60),
    ("msk", 180),
    ("trt", 180),
    ("idt", 180),
    ("irst", 210),
    ("gst", 240),
    ("pkt", 300),
    ("ist", 330),
    ("npt", 345),
    ("bdt", 360),
    ("wib", 420),
    ("ict", 420),
    ("hkt", 480),
    ("sgt", 480),
    ("pht", 480),
    ("awst", 480),
    ("wita", 480),
    ("jst", 540),
    ("kst", 540),
    ("wit", 540),
    ("acst", 570),
    ("aest", 600),
    ("acdt", 630),
    ("aedt", 660),
    ("nzst", 720),
    ("nzdt", 780),
    ("brt", -180),
    ("art", -180),
    ("clt", -240),
    ("ast", -240),
    ("adt", -180),
    ("nst", -210),
    ("est", -300),
    ("edt", -240),
    ("et", -300),
    ("cst", -360),
    ("cdt", -300),
    ("mst", -420),
    ("mdt", -360),
    ("pst", -480),
    ("pdt", -420),
    ("akst", -540),
    ("akdt", -480),
    ("hst", -600),
];

/// `+0200`, `+02:00`, `GMT+0200`, `UTC+2`, `CEST`, `Z`.
fn zone(word: &str) -> Option<FixedOffset> {
    let word = word.trim_matches(['(', ')', ',', '[', ']']);
    let sign_at = word.find(['+', '-', '\u{2212}']);
    let (name, offset) = sign_at.map_or((word, None), |at| (&word[..at], Some(&word[at..])));
    let base = match name {
        "" => 0,
        name => ZONES.iter().find(|(zone, _)| name.eq_ignore_ascii_case(zone))?.1,
    };
    let Some(offset) = offset else {
        return if name.is_empty() { None } else { FixedOffset::east_opt(base * 60) };
    };
    let digits: String = offset.chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes): (i32, i32) = match digits.len() {
        1 | 2 => (digits.parse().ok()?, 0),
        3 => (digits[..1].parse().ok()?, digits[1..].parse().ok()?),
        4 => (digits[..2].parse().ok()?, digits[2..].parse().ok()?),
        _ => return None,
    };
    let minutes = (hours * 60 + minutes) * if offset.starts_with('+') { 1 } else { -1 };
    FixedOffset::east_opt((base + minutes) * 60)
}

/// Beginnings of month names in English, German, French, Spanish, Portuguese, Italian, Dutch, Polish, Turkish
/// and Russian; the first that fits wins.
const MONTHS: &[(u32, &[&str])] = &[
    (1, &["jan", "jän", "ene", "gen", "sty", "oca", "янв"]),
    (2, &["feb", "fév", "fev", "lut", "şub", "sub", "фев"]),
    (3, &["mar", "mär", "maa", "mrt", "мар"]),
    (4, &["apr", "avr", "abr", "kwi", "nis", "апр"]),
    (5, &["may", "mai", "mei", "mag", "maj", "мая", "май"]),
    (6, &["jun", "juin", "giu", "cze", "haz", "июн"]),
    (7, &["jul", "juil", "lug", "lip", "tem", "июл"]),
    (8, &["aug", "aoû", "aou", "ago", "sie", "ağu", "авг"]),
    (9, &["sep", "set", "wrz", "eyl", "сен"]),
    (10, &["oct", "okt", "out", "ott", "paź", "eki", "окт"]),
    (11, &["nov", "lis", "kas", "ноя"]),
    (12, &["dec", "dez", "déc", "dic", "gru", "ara", "дек"]),
];

fn month_name(word: &str) -> Option<u32> {
    let word = word.to_lowercase();
    MONTHS.iter().find(|(_, names)| names.iter().any(|n| word.starts_with(n))).map(|(month, _)| *month)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let found = parse(text).map_or("none".to_string(), |d| d.to_rfc3339());
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn as_the_standards_write_them() {
        check("2003-06-03T09:39:21Z", "2003-06-03T09:39:21+00:00");
        check("2003-06-03T09:39:21.520+02:00", "2003-06-03T09:39:21+02:00");
        check("Tue, 03 Jun 2003 09:39:21 GMT", "2003-06-03T09:39:21+00:00");
        check("Tue, 3 Jun 2003 09:39:21 -0430", "2003-06-03T09:39:21-04:30");
        check("3 Jun 2003 09:39 +0000", "2003-06-03T09:39:00+00:00");
    }

    #[test]
    fn as_feeds_write_them() {
        check("2003-06-03 09:39:21", "2003-06-03T09:39:21+00:00");
        check("2003-06-03 09:39:21 +0530", "2003-06-03T09:39:21+05:30");
        check("2003-06-03T09:39:21+0200", "2003-06-03T09:39:21+02:00");
        check("2003-06-03 09:39 PM", "2003-06-03T21:39:00+00:00");
        check("2003-06-03", "2003-06-03T00:00:00+00:00");
        check("20030603", "2003-06-03T00:00:00+00:00");
        check("2003-06", "2003-06-01T00:00:00+00:00");
        check("2003", "2003-01-01T00:00:00+00:00");
        check("1054633161", "2003-06-03T09:39:21+00:00");
        check("1054633161000", "2003-06-03T09:39:21+00:00");
        check("Tue, 03 Jun 2003 09:39:21 CEST", "2003-06-03T09:39:21+02:00");
        check("Tue, 03 Jun 2003 09:39:21 GMT+0200", "2003-06-03T09:39:21+02:00");
        check("Tue, 03 Jun 2003 09:39:21 GMT-02:00", "2003-06-03T09:39:21-02:00");
        check("Tue, 03 Jun 2003 09:39:21 UTC+2", "2003-06-03T09:39:21+02:00");
        check("Thursday, 3 June 03 24:10:00 EST", "2003-06-03T00:10:00-05:00");
        check("Wed, 03 Jun 2003 9:39:21 EDT", "2003-06-03T09:39:21-04:00");
        check("June 3, 2003, 9:39 pm", "2003-06-03T21:39:00+00:00");
        check("June 3rd, 2003 12:05am PST", "2003-06-03T00:05:00-08:00");
        check("Tue Jun  3 09:39:21 GMT 2003", "2003-06-03T09:39:21+00:00");
        check("03-Jun-2003 09:39:21", "2003-06-03T09:39:21+00:00");
        check("mar., 3 juin 2003 09:39:21 +0200", "2003-06-03T09:39:21+02:00");
        check("Di, 03 Dez 2003 09:39:21 MEZ", "2003-12-03T09:39:21+01:00");
    }

    #[test]
    fn what_is_no_date() {
        for text in [
            "",
            "yesterday",
            "2003-13-01",
            "99 Jun 2003",
            "12:30",
            "Jun 2003",
            "-",
            "+",
            "2003-02-30",
            "é2003",
        ] {
            check(text, "none");
        }
        check(&"9".repeat(10_000), "none");
    }
}

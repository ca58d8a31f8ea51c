//! Five-field schedules as in crontab(5), on top of the `cron` crate.
//!
//! Owns what users know and the crate does not: no seconds, Sunday is 0 or 7, a day of the month and a
//! weekday given together mean either. And the change of clocks: a time that is skipped in spring is taken at
//! the first moment after the gap; a time that comes twice in autumn is taken the first time.

use super::CadenceError;
use chrono::{DateTime, Duration, LocalResult, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use std::str::FromStr;

const NICKNAMES: [(&str, &str); 7] = [
    ("@hourly", "0 * * * *"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@weekly", "0 0 * * 0"),
    ("@monthly", "0 0 1 * *"),
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
];
const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
/// Clocks are moved by at most this much; looked through in quarters of an hour.
const GAP_MAX_QUARTERS: i32 = 8;

/// A schedule; equal where its text is.
#[derive(Debug, Clone)]
pub struct Cron {
    text: String,
    /// One schedule, or two where day and weekday are both restricted: either will do.
    schedules: Vec<cron::Schedule>,
}

impl PartialEq for Cron {
    fn eq(&self, other: &Cron) -> bool {
        self.text == other.text
    }
}

impl Cron {
    pub fn parse(text: &str) -> Result<Cron, CadenceError> {
        let nickname = NICKNAMES.iter().find(|(name, _)| text.trim().eq_ignore_ascii_case(name));
        let expanded = nickname.map_or(text, |(_, fields)| fields);
        let fields: Vec<&str> = expanded.split_whitespace().collect();
        let [minute, hour, day, month, weekday] = fields[..] else {
            return Err(CadenceError::Fields { text: text.to_owned(), count: fields.len() });
        };
        check(minute, "minute", "minutes are 0 to 59", |field| format!("0 {field} * * * *"))?;
        check(hour, "hour", "hours are 0 to 23", |field| format!("0 0 {field} * * *"))?;
        check(day, "day of the month", "days are 1 to 31", |field| format!("0 0 0 {field} * *"))?;
        check(month, "month", "months are 1 to 12 or jan to dec", |field| format!("0 0 0 1 {field} *"))?;
        let weekdays = weekdays(weekday)?;
        let schedule = |day: &str, weekday: &str| {
            cron::Schedule::from_str(&format!("0 {minute} {hour} {day} {month} {weekday}"))
                .map_err(|_| CadenceError::Never(text.to_owned()))
        };
        let schedules = if day.starts_with('*') || weekdays == "*" {
            vec![schedule(day, &weekdays)?]
        } else {
            vec![schedule(day, "*")?, schedule("*", &weekdays)?]
        };
        let cron = Cron { text: text.to_owned(), schedules };
        match cron.next(Tz::UTC, DateTime::UNIX_EPOCH + Duration::days(20_000)) {
            Some(_) => Ok(cron),
            None => Err(CadenceError::Never(text.to_owned())),
        }
    }

    /// The first time after `now`; the fields are read on the clock of `zone`.
    pub fn next(&self, zone: Tz, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let local = now.with_timezone(&zone).naive_local();
        // The clock may have been put back since the slot before, so look from a little earlier.
        let from = (local - Duration::hours(3)).and_utc();
        let first = |schedule: &cron::Schedule| {
            schedule.after(&from).map(|slot| in_zone(zone, slot.naive_utc())).find(|time| *time > now)
        };
        self.schedules.iter().filter_map(first).min()
    }
}

/// A time on the wall clock of a zone, as an instant.
fn in_zone(zone: Tz, wall: NaiveDateTime) -> DateTime<Utc> {
    for quarter in 0..=GAP_MAX_QUARTERS {
        let later = wall + Duration::minutes(15 * i64::from(quarter));
        match zone.from_local_datetime(&later) {
            LocalResult::Single(time) | LocalResult::Ambiguous(time, _) => {
                // The first moment after a gap is its end, not as far beyond it as the slot lay within it.
                let back = if quarter == 0 { Duration::zero() } else { beyond_gap(zone, later) };
                return time.with_timezone(&Utc) - back;
            }
            LocalResult::None => {}
        }
    }
    wall.and_utc()
}

/// How far a wall-clock time lies beyond the end of the gap before it, in whole minutes.
fn beyond_gap(zone: Tz, wall: NaiveDateTime) -> Duration {
    let minutes = (1..=15).take_while(|minutes| {
        !matches!(zone.from_local_datetime(&(wall - Duration::minutes(*minutes))), LocalResult::None)
    });
    Duration::minutes(minutes.last().unwrap_or(0))
}

fn check(
    field: &str,
    name: &'static str,
    advice: &str,
    whole: impl Fn(&str) -> String,
) -> Result<(), CadenceError> {
    match cron::Schedule::from_str(&whole(field)) {
        Ok(_) => Ok(()),
        Err(_) => Err(CadenceError::Field { field: field.to_owned(), name, advice: advice.to_owned() }),
    }
}

/// The weekday field with numbers as crontab has them (0 and 7 are Sunday), as names for the crate.
fn weekdays(field: &str) -> Result<String, CadenceError> {
    let wrong = || CadenceError::Field {
        field: field.to_owned(),
        name: "weekday",
        advice: "weekdays are 0 to 7 (Sunday is 0 and 7) or sun to sat".to_owned(),
    };
    if field == "*" || field == "?" {
        return Ok("*".to_owned());
    }
    let day = |text: &str| -> Option<usize> {
        let lower = text.to_ascii_lowercase();
        DAYS.iter()
            .position(|day| lower == *day || (lower.len() > 3 && lower.starts_with(day)))
            .or_else(|| text.parse().ok().filter(|number| *number <= 7))
    };
    let mut days = [false; 7];
    for part in field.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, step.parse().ok().filter(|step| *step > 0).ok_or_else(wrong)?),
            None => (part, 1),
        };
        let (first, last) = match range.split_once('-') {
            _ if range == "*" => (0, 6),
            Some((first, last)) => (day(first).ok_or_else(wrong)?, day(last).ok_or_else(wrong)?),
            None if step > 1 => (day(range).ok_or_else(wrong)?, 6),
            None => (day(range).ok_or_else(wrong)?, day(range).ok_or_else(wrong)?),
        };
        // A range may run over the week's end: fri-mon.
        let last = if last < first { last + 7 } else { last };
        for number in (first..=last).step_by(step) {
            days[number % 7] = true;
        }
    }
    let names: Vec<&str> = (0..7).filter(|number| days[*number]).map(|number| DAYS[number]).collect();
    Ok(if names.len() == 7 { "*".to_owned() } else { names.join(",") })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `times` are the next polls after `from`, all in UTC.
    fn check_times(text: &str, zone: Tz, from: &str, times: &[&str]) {
        let cron = Cron::parse(text).expect(text);
        let mut now: DateTime<Utc> = from.parse().expect("a time");
        for expected in times {
            now = cron.next(zone, now).expect("a next time");
            assert_eq!(now.format("%Y-%m-%dT%H:%M").to_string(), *expected, "{text} in {zone}");
        }
    }

    #[test]
    fn five_fields_are_read_as_crontab_reads_them() {
        let from = "2026-11-24T12:00:00Z"; // a Tuesday
        check_times("*/15 * * * *", Tz::UTC, from, &["2026-11-24T12:15", "2026-11-24T12:30"]);
        check_times(
            "30 9 * * 1-5",
            Tz::UTC,
            from,
            &["2026-11-25T09:30", "2026-11-26T09:30", "2026-11-27T09:30", "2026-11-30T09:30"],
        );
        check_times("0 0 * * 0", Tz::UTC, from, &["2026-11-29T00:00", "2026-12-06T00:00"]);
        check_times("0 0 * * 7", Tz::UTC, from, &["2026-11-29T00:00"]);
        check_times("0 6 * * SAT,sun", Tz::UTC, from, &["2026-11-28T06:00", "2026-11-29T06:00"]);
        check_times(
            "0 6 * * fri-mon",
            Tz::UTC,
            from,
            &[
                "2026-11-27T06:00",
                "2026-11-28T06:00",
                "2026-11-29T06:00",
                "2026-11-30T06:00",
                "2026-12-04T06:00",
            ],
        );
        check_times("0 0 1 jan *", Tz::UTC, from, &["2027-01-01T00:00"]);
        check_times("@hourly", Tz::UTC, from, &["2026-11-24T13:00"]);
        check_times("@weekly", Tz::UTC, from, &["2026-11-29T00:00"]);
    }

    #[test]
    fn a_day_and_a_weekday_together_mean_either() {
        check_times(
            "0 0 13 * 5",
            Tz::UTC,
            "2026-11-01T00:00:00Z",
            &["2026-11-06T00:00", "2026-11-13T00:00", "2026-11-20T00:00"],
        );
        check_times(
            "0 0 1 * 3",
            Tz::UTC,
            "2026-11-24T00:00:00Z",
            &["2026-11-25T00:00", "2026-12-01T00:00", "2026-12-02T00:00"],
        );
    }

    #[test]
    fn fields_are_read_on_the_clock_of_the_zone() {
        check_times("0 9 * * *", Tz::Asia__Karachi, "2026-11-24T12:00:00Z", &["2026-11-25T04:00"]);
        check_times("0 9 * * *", Tz::America__New_York, "2026-07-01T00:00:00Z", &["2026-07-01T13:00"]);
    }

    #[test]
    fn a_time_that_is_skipped_is_taken_after_the_gap() {
        // Clocks go from 02:00 to 03:00 on 29 March 2026.
        check_times(
            "30 2 * * *",
            Tz::Europe__Berlin,
            "2026-03-28T12:00:00Z",
            &["2026-03-29T01:00", "2026-03-30T00:30"],
        );
        // Lord Howe goes forward by half an hour only.
        check_times(
            "15 2 * * *",
            Tz::Australia__Lord_Howe,
            "2026-10-03T00:00:00Z",
            &["2026-10-03T15:30", "2026-10-04T15:15"],
        );
    }

    #[test]
    fn a_time_that_comes_twice_is_taken_once() {
        // Clocks go from 03:00 back to 02:00 on 25 October 2026.
        check_times(
            "30 2 * * *",
            Tz::Europe__Berlin,
            "2026-10-24T12:00:00Z",
            &["2026-10-25T00:30", "2026-10-26T01:30"],
        );
        check_times(
            "30 1 * * *",
            Tz::America__New_York,
            "2026-11-01T00:00:00Z",
            &["2026-11-01T05:30", "2026-11-02T06:30"],
        );
    }

    #[test]
    fn what_is_wrong_is_said_with_what_would_be_right() {
        let message = |text: &str| Cron::parse(text).expect_err(text).to_string();
        assert!(message("* * * *").contains("has 4 fields"));
        assert!(message("0 0 * * * *").contains("has 6 fields"));
        assert!(message("61 * * * *").contains("minutes are 0 to 59"));
        assert!(message("0 25 * * *").contains("hours are 0 to 23"));
        assert!(message("0 0 32 * *").contains("days are 1 to 31"));
        assert!(message("0 0 * nov-dez *").contains("months are"));
        assert!(message("0 0 * * 8").contains("weekdays are"));
        assert!(message("0 0 * * */0").contains("weekdays are"));
        assert!(message("0 0 30 2 *").contains("never comes"));
        assert!(message("@nightly").contains("has 1 fields"));
    }
}

//! What users write for days, places and numbers; every refusal says what would do.

use chrono::{DateTime, Days, NaiveDate, Utc};

/// A day, stated or counted back from today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    Stated(NaiveDate),
    Ago(u64),
}

impl Day {
    pub fn on(self, today: NaiveDate) -> NaiveDate {
        match self {
            Day::Stated(day) => day,
            Day::Ago(days) => today.checked_sub_days(Days::new(days)).unwrap_or(NaiveDate::MIN),
        }
    }
}

pub fn day(text: &str) -> Result<Day, String> {
    let counted = |unit: char, days: u64| {
        let number = text.strip_suffix(unit)?.parse::<u32>().ok()?;
        Some(Day::Ago(u64::from(number) * days))
    };
    match text {
        "today" => Ok(Day::Ago(0)),
        "yesterday" => Ok(Day::Ago(1)),
        _ => stated(text)
            .map(Day::Stated)
            .or_else(|| counted('d', 1))
            .or_else(|| counted('w', 7))
            .ok_or_else(|| "write a day as 2024-03-31, today, yesterday, 7d or 4w".to_owned()),
    }
}

/// Four digits, two, two: chrono alone would also take `24-3-1`.
fn stated(text: &str) -> Option<NaiveDate> {
    (text.len() == 10).then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok())?
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment(pub DateTime<Utc>);

pub fn moment(text: &str) -> Result<Moment, String> {
    let end_of_day = stated(text).and_then(|day| day.and_hms_opt(23, 59, 59)).map(|t| t.and_utc());
    end_of_day
        .or_else(|| DateTime::parse_from_rfc3339(text).ok().map(|t| t.with_timezone(&Utc)))
        .map(Moment)
        .ok_or_else(|| "write a time as 2024-03-31 or 2024-03-31T12:00:00Z".to_owned())
}

pub fn country(text: &str) -> Result<String, String> {
    match text.len() == 2 && text.chars().all(|c| c.is_ascii_alphabetic()) {
        true => Ok(text.to_ascii_uppercase()),
        false => Err("write a country as its two-letter code (ISO 3166-1), such as AF or UA".to_owned()),
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near {
    pub latitude: f64,
    pub longitude: f64,
    pub km: f64,
}

pub fn near(text: &str) -> Result<Near, String> {
    let numbers: Vec<f64> = text.split(',').filter_map(|n| n.trim().parse().ok()).collect();
    match numbers[..] {
        [latitude, longitude, km]
            if text.split(',').count() == 3
                && latitude.abs() <= 90.0
                && longitude.abs() <= 180.0
                && (0.0..=20_040.0).contains(&km) =>
        {
            Ok(Near { latitude, longitude, km })
        }
        _ => Err("write latitude, longitude and kilometres with commas, such as 34.5,69.2,50".to_owned()),
    }
}

pub fn share(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|share| (0.0..=1.0).contains(share))
        .ok_or_else(|| "write a number from 0 to 1, such as 0.7".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_stated_or_counted() {
        let today = NaiveDate::from_ymd_opt(2024, 3, 1).unwrap();
        let on = |text: &str| day(text).map(|d| d.on(today).to_string());
        assert_eq!(on("2024-02-29").as_deref(), Ok("2024-02-29"));
        assert_eq!(on("yesterday").as_deref(), Ok("2024-02-29"));
        assert_eq!(on("2w").as_deref(), Ok("2024-02-16"));
        for wrong in ["", "2023-02-29", "24-3-1", "soon", "-7d", "7", "99999999999d", "d"] {
            assert!(on(wrong).is_err(), "{wrong}");
        }
        assert!(on("4000000000d").is_ok());
    }

    #[test]
    fn places_are_in_range() {
        assert_eq!(near("-34.5, 69.2,50"), Ok(Near { latitude: -34.5, longitude: 69.2, km: 50.0 }));
        for wrong in
            ["", "1,2", "91,0,1", "0,181,1", "0,0,-1", "a,b,c", "1,2,3,4", "1,2,x,3", "NaN,0,1", "0,0,inf"]
        {
            assert!(near(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn other_words_are_refused_with_what_would_do() {
        assert_eq!(country("af").as_deref(), Ok("AF"));
        assert!(country("Afghanistan").unwrap_err().contains("two-letter"));
        assert!(share("1.5").is_err() && share("NaN").is_err());
        assert!(moment("2024-03-31T12:00:00+02:00").is_ok() && moment("noon").is_err());
    }
}

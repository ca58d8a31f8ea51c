//! What the headers of an answer say: validators as they are, waits as seconds.
//!
//! Owns the reading of Cache-Control, Expires and Retry-After (RFC 9110, 9111). Validators are kept byte for
//! byte and never understood.

use chrono::{DateTime, Utc};
use reqwest::header::HeaderMap;

use crate::feed::parse::date;

/// No wait is believed beyond this, seconds: 31 days.
const WAIT_MAX_S: u64 = 31 * 86_400;

/// A header as text; bytes that are not UTF-8 cannot be sent back as they are, so such a header counts as
/// absent.
pub fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = std::str::from_utf8(headers.get(name)?.as_bytes()).ok()?;
    Some(value.to_string()).filter(|v| !v.is_empty())
}

/// What the server's clock says.
pub fn date(headers: &HeaderMap) -> Option<DateTime<Utc>> {
    date::parse(&text(headers, "date")?).map(|date| date.to_utc())
}

/// How long the server wants to be left alone. Freshness holds for answers that are one (200, 304) and for
/// those that ask for patience; `Retry-After` for the latter.
pub fn wait_s(headers: &HeaderMap, status: u16, now: DateTime<Utc>) -> Option<u64> {
    let patience = matches!(status, 429 | 503);
    if !patience && !matches!(status, 200 | 304) {
        return None;
    }
    let date = date(headers).unwrap_or(now);
    let fresh = max_age_s(headers).or_else(|| {
        let expires = date::parse(&text(headers, "expires")?)?.to_utc();
        u64::try_from((expires - date).num_seconds()).ok()
    });
    let retry = text(headers, "retry-after").filter(|_| patience).and_then(|value| {
        value.trim().parse().ok().or_else(|| {
            let at = date::parse(&value)?.to_utc();
            u64::try_from((at - date).num_seconds()).ok()
        })
    });
    fresh.max(retry).filter(|s| *s > 0).map(|s| s.min(WAIT_MAX_S))
}

/// `max-age`; `no-cache` and `no-store` make it void. What is no number counts as absent.
fn max_age_s(headers: &HeaderMap) -> Option<u64> {
    let mut found = None;
    for value in headers.get_all("cache-control") {
        let Ok(value) = value.to_str() else { continue };
        for directive in value.split(',') {
            let (name, argument) = directive.split_once('=').unwrap_or((directive, ""));
            match name.trim().to_ascii_lowercase().as_str() {
                "max-age" => found = found.or(argument.trim().trim_matches('"').parse().ok()),
                "no-cache" | "no-store" if argument.is_empty() => return Some(0),
                _ => {}
            }
        }
    }
    found
}

/// The value of `Authorization: Basic` (RFC 7617).
pub fn basic(user: &str, password: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::from("Basic ");
    for group in format!("{user}:{password}").as_bytes().chunks(3) {
        let bits =
            group.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * place)) as usize & 63];
            out.push(if place <= group.len() { letter as char } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(status: u16, headers: &[(&'static str, &'static str)], expected: Option<u64>) {
        let map: HeaderMap = headers.iter().map(|(n, v)| (n.parse().unwrap(), v.parse().unwrap())).collect();
        let now = DateTime::parse_from_rfc3339("2025-06-03T10:00:00Z").unwrap().to_utc();
        assert_eq!(wait_s(&map, status, now), expected, "{status} {headers:?}");
    }

    #[test]
    fn rule_12_max_age_and_expires() {
        check(200, &[("cache-control", "public, Max-Age=600")], Some(600));
        check(304, &[("cache-control", "max-age=\"600\"")], Some(600));
        check(429, &[("cache-control", "max-age=600")], Some(600));
        check(404, &[("cache-control", "max-age=600")], None);
        check(
            200,
            &[("cache-control", "max-age=600"), ("expires", "Tue, 03 Jun 2025 12:00:00 GMT")],
            Some(600),
        );
        // Measured against the server's own clock, which is an hour behind ours.
        let date = ("date", "Tue, 03 Jun 2025 09:00:00 GMT");
        check(200, &[date, ("expires", "Tue, 03 Jun 2025 09:30:00 GMT")], Some(1800));
        check(200, &[("expires", "Tue, 03 Jun 2025 10:30:00 GMT")], Some(1800));
        for nonsense in
            ["max-age=-5", "max-age=soon", "max-age", "no-cache, max-age=600", "max-age=0", "s-maxage=900"]
        {
            check(200, &[("cache-control", nonsense)], None);
        }
        check(200, &[("expires", "0")], None);
        check(200, &[("expires", "Mon, 02 Jun 2025 09:30:00 GMT")], None);
        check(200, &[("cache-control", "max-age=99999999999")], Some(WAIT_MAX_S));
    }

    #[test]
    fn rule_13_retry_after_in_both_forms() {
        check(429, &[("retry-after", "120")], Some(120));
        check(503, &[("retry-after", " 120 ")], Some(120));
        check(503, &[("retry-after", "Tue, 03 Jun 2025 10:02:00 GMT")], Some(120));
        check(200, &[("retry-after", "120")], None);
        check(429, &[("retry-after", "soon")], None);
        check(429, &[("retry-after", "120"), ("cache-control", "max-age=600")], Some(600));
    }

    #[test]
    fn basic_credentials() {
        assert_eq!(basic("Aladdin", "open sesame"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assert_eq!(basic("a", "bc"), "Basic YTpiYw==");
        assert_eq!(basic("a", "b"), "Basic YTpi");
    }
}

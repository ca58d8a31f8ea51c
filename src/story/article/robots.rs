//! robots.txt (RFC 9309), for article pages; feeds are published to be polled.
//!
//! Owns the rules of a site and how long they are remembered.

use std::collections::HashMap;
use std::sync::Mutex;

use chrono::{DateTime, Duration, Utc};
use url::Url;

use crate::feed::fetch::{FetchError, Fetcher};

/// The name that a site may address us by.
const PRODUCT: &str = "dateline";
/// RFC 9309 asks that 500 KiB at least are read and rules are kept for 24 hours at most.
const READ_MAX_BYTES: usize = 500 * 1024;
const KEPT_HOURS: i64 = 24;
const SITES_MAX: usize = 2_000;

/// The rules of the sites that were asked, for a day.
#[derive(Default)]
pub struct Robots {
    sites: Mutex<HashMap<String, (DateTime<Utc>, Rules)>>,
}

impl Robots {
    pub async fn allow(&self, fetcher: &Fetcher, url: &Url, now: DateTime<Utc>) -> bool {
        let site = url.origin().ascii_serialization();
        let known = self.lock().get(&site).filter(|(at, _)| now - *at < Duration::hours(KEPT_HOURS)).cloned();
        let rules = match known {
            Some((_, rules)) => rules,
            None => {
                let rules = ask(fetcher, url).await;
                let mut sites = self.lock();
                if sites.len() >= SITES_MAX {
                    sites.clear();
                }
                sites.insert(site, (now, rules.clone()));
                rules
            }
        };
        rules.allow(&url[url::Position::BeforePath..url::Position::AfterQuery])
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, (DateTime<Utc>, Rules)>> {
        self.sites.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// A site without the file lets everybody in; one that cannot be asked, nobody.
async fn ask(fetcher: &Fetcher, url: &Url) -> Rules {
    let Ok(address) = url.join("/robots.txt") else { return Rules::none() };
    match fetcher.page(&address).await {
        Ok(page) => {
            let most = page.body.len().min(READ_MAX_BYTES);
            Rules::parse(&String::from_utf8_lossy(&page.body[..most]))
        }
        Err(FetchError::Status { status: 400..=499, .. }) => Rules::default(),
        Err(_) => Rules::none(),
    }
}

/// Patterns with whether they allow; the longest that fits decides.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Rules(Vec<(String, bool)>);

impl Rules {
    fn none() -> Rules {
        Rules(vec![("/".to_string(), false)])
    }

    /// The rules of all groups that name us, else of those for everybody.
    fn parse(text: &str) -> Rules {
        let (mut ours, mut everybody) = (Vec::new(), Vec::new());
        let (mut named_us, mut for_us, mut for_all, mut in_names) = (false, false, false, false);
        for line in text.trim_start_matches('\u{feff}').lines() {
            let line = line.split('#').next().unwrap_or_default();
            let Some((key, value)) = line.split_once(':') else { continue };
            let value = value.trim();
            match key.trim().to_ascii_lowercase().as_str() {
                "user-agent" => {
                    if !in_names {
                        (for_us, for_all, in_names) = (false, false, true);
                    }
                    let product = value.split(['/', ' ']).next().unwrap_or_default();
                    for_us |= product.eq_ignore_ascii_case(PRODUCT);
                    for_all |= value == "*";
                    named_us |= for_us;
                }
                key @ ("allow" | "disallow") => {
                    in_names = false;
                    let rule = (value.to_string(), key == "allow");
                    if value.is_empty() {
                        continue;
                    }
                    if for_all {
                        everybody.push(rule.clone());
                    }
                    if for_us {
                        ours.push(rule);
                    }
                }
                _ => {}
            }
        }
        Rules(if named_us { ours } else { everybody })
    }

    fn allow(&self, path: &str) -> bool {
        let fitting = self.0.iter().filter(|(pattern, _)| fits(pattern, path));
        fitting.max_by_key(|(pattern, allows)| (pattern.len(), *allows)).is_none_or(|(_, allows)| *allows)
    }
}

/// `*` stands for anything, `$` for the end. Greedy from left to right, so linear for each star.
fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, ends) = pattern.strip_suffix('$').map_or((pattern, false), |p| (p, true));
    let mut parts = pattern.split('*');
    let Some(mut rest) = path.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return !ends || rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if ends && parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, allowed: &[&str], refused: &[&str]) {
        let rules = Rules::parse(text);
        for path in allowed {
            assert!(rules.allow(path), "{path} of {text:?}");
        }
        for path in refused {
            assert!(!rules.allow(path), "{path} of {text:?}");
        }
    }

    #[test]
    fn rules_as_rfc_9309_has_them() {
        check("", &["/", "/a"], &[]);
        check("User-agent: *\nDisallow: /", &[], &["/", "/a?b"]);
        check("User-agent: *\nDisallow:", &["/a"], &[]);
        check(
            "user-agent: other\ndisallow: /\n\nUser-Agent: *\nDisallow: /p # private",
            &["/a"],
            &["/p", "/private/x"],
        );
        check("User-agent: *\nDisallow: /\nUser-agent: Dateline/2.0\nDisallow: /x", &["/a"], &["/x/1"]);
        check(
            "User-agent: a\nUser-agent: dateline\nDisallow: /x\nUser-agent: b\nDisallow: /",
            &["/a"],
            &["/x"],
        );
        check(
            "User-agent: *\nDisallow: /a\nAllow: /a/b\nDisallow: /*.pdf$\nDisallow: /q*z",
            &["/a/b/c", "/f.pdf?x", "/q"],
            &["/a/c", "/d/f.pdf", "/q12z3"],
        );
        check("User-agent: *\nDisallow: /a\nAllow: /a", &["/a"], &[]);
        assert!(!Rules::none().allow("/"));
    }
}

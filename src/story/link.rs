//! The canonical address of a story: what stays equal when the same article is linked in different ways.
//!
//! Owns which parts of a link say nothing about the article. Leaves fetching to `feed::fetch`; a page's own
//! `link rel=canonical` comes from `story::article` and passes through here too.

use url::Url;

/// Query parameters that say where a reader came from, not what is read. The prefixes of web analytics
/// (utm: Urchin and Google Analytics; at: AT Internet, used by the BBC; pk, mtm: Matomo; ns: comScore), click
/// identifiers of advertising networks, and the source marks that publishers add to their own feeds.
const TRACKING_PREFIXES: &[&str] =
    &["utm_", "at_", "pk_", "mtm_", "ns_", "wt.", "hsa_", "oly_", "_hs", "traffic_"];
const TRACKING: &[&str] = &[
    "fbclid",
    "gclid",
    "dclid",
    "gbraid",
    "wbraid",
    "msclkid",
    "twclid",
    "yclid",
    "igshid",
    "mc_cid",
    "mc_eid",
    "cmpid",
    "cmp",
    "icid",
    "ito",
    "ncid",
    "ocid",
    "partner",
    "smid",
    "sref",
    "xtor",
    "spm",
    "s_cid",
    "srnd",
    "rss",
    "feedtype",
    "feedname",
    "src",
    "ref",
    "referrer",
    "source",
    "campaign",
    "intcmp",
    "guccounter",
    "guce_referrer",
    "guce_referrer_sig",
    "taid",
    "tpcc",
    "maca",
    "wtmc",
    "outputtype",
    "amp",
];

/// Redirectors whose target stands in the link itself: host suffix and the parameters that may hold it.
const REDIRECTORS: &[(&str, &[&str])] = &[
    ("google.com", &["url", "q"]),
    ("bing.com", &["url"]),
    ("facebook.com", &["u"]),
    ("l.facebook.com", &["u"]),
    ("t.umblr.com", &["z"]),
    ("feedproxy.google.com", &["url"]),
    ("news.yahoo.com", &["url"]),
    ("out.reddit.com", &["url"]),
    ("redirect.viglink.com", &["u"]),
];

/// Archives hold the original address after their own.
const ARCHIVES: &[&str] = &["web.archive.org", "archive.org", "webcitation.org"];

/// Links wrapped in links are followed only so deep.
const MAX_DEPTH: usize = 4;

/// The canonical form of a link; None where it is no web address.
pub fn canonical(link: &str) -> Option<String> {
    canonical_at(link.trim(), 0)
}

fn canonical_at(link: &str, depth: usize) -> Option<String> {
    let mut url = Url::parse(link).ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    if depth < MAX_DEPTH
        && let Some(inner) = wrapped(&url)
        && let Some(canonical) = canonical_at(&inner, depth + 1)
    {
        return Some(canonical);
    }
    let host = plain_host(url.host_str()?);
    url.set_host(Some(&host)).ok()?;
    // Every publisher that serves one scheme answers for the other.
    let _ = url.set_scheme("https");
    if url.port() == Some(80) {
        let _ = url.set_port(None);
    }
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_fragment(None);
    clean_query(&mut url);
    let path = plain_path(url.path());
    url.set_path(&path);
    Some(url.into())
}

/// The address inside a redirector's or an archive's link.
fn wrapped(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    let is = |name: &str| host == name || host.strip_suffix(name).is_some_and(|h| h.ends_with('.'));
    if let Some((_, names)) = REDIRECTORS.iter().find(|(suffix, _)| is(suffix)) {
        let inner = url.query_pairs().find(|(k, v)| names.contains(&k.as_ref()) && v.starts_with("http"));
        return inner.map(|(_, v)| v.into_owned());
    }
    if ARCHIVES.iter().any(|a| is(a)) {
        let whole = url.as_str();
        let after_host = whole.get(whole.find(host)? + host.len()..)?;
        let at = after_host.find("http://").or_else(|| after_host.find("https://"))?;
        return after_host.get(at..).map(str::to_owned);
    }
    // The cache of accelerated pages: /c/s/host/path or /v/s/host/path; without /s/ the page was http.
    if host.ends_with(".cdn.ampproject.org") {
        let mut parts = url.path().trim_start_matches('/').splitn(2, '/');
        let (_, rest) = (parts.next()?, parts.next()?);
        return Some(format!("https://{}", rest.strip_prefix("s/").unwrap_or(rest)));
    }
    None
}

/// Hosts of one publisher that serve the same pages for phones, as accelerated pages, or as feeds.
fn plain_host(host: &str) -> String {
    let mut host = host.to_ascii_lowercase();
    for prefix in ["www.", "m.", "mobile.", "amp.", "edition.", "rss.", "feeds."] {
        if let Some(rest) = host.strip_prefix(prefix)
            && rest.contains('.')
        {
            host = rest.to_owned();
        }
    }
    host
}

fn clean_query(url: &mut Url) {
    let kept: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(name, _)| {
            let name = name.to_ascii_lowercase();
            !TRACKING.contains(&name.as_str()) && !TRACKING_PREFIXES.iter().any(|p| name.starts_with(p))
        })
        .map(|(k, v)| (k.into_owned(), v.into_owned()))
        .collect();
    if kept.is_empty() {
        url.set_query(None);
    } else {
        url.query_pairs_mut().clear().extend_pairs(kept);
    }
}

fn plain_path(path: &str) -> String {
    let mut path = path.trim_end_matches('/');
    for suffix in ["/amp", ".amp", "/index.html", "/index.php", "/index.htm"] {
        path = path.strip_suffix(suffix).unwrap_or(path);
    }
    match path.strip_prefix("/amp/") {
        Some(rest) => format!("/{rest}"),
        None => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(link: &str, expected: &str) {
        assert_eq!(canonical(link).as_deref(), Some(expected), "{link}");
    }

    #[test]
    fn what_says_nothing_of_the_article_goes() {
        let plain = "https://news.example/world/2024/bridge-reopens";
        for link in [
            "http://www.news.example/world/2024/bridge-reopens/",
            "https://news.example/world/2024/bridge-reopens?utm_source=rss&utm_medium=feed#top",
            "https://m.news.example/world/2024/bridge-reopens?at_medium=RSS&at_campaign=x",
            "https://amp.news.example/world/2024/bridge-reopens.amp",
            "https://news.example/amp/world/2024/bridge-reopens",
            "https://news.example/world/2024/bridge-reopens/amp/",
            "http://news.example:80/world/2024/bridge-reopens/index.html",
            "https://news-example.cdn.ampproject.org/c/s/news.example/world/2024/bridge-reopens",
            "https://www.google.com/url?q=https%3A%2F%2Fnews.example%2Fworld%2F2024%2Fbridge-reopens&sa=D",
            "https://web.archive.org/web/20240102030405/http://www.news.example/world/2024/bridge-reopens",
        ] {
            check(link, plain);
        }
    }

    #[test]
    fn what_names_the_article_stays() {
        check("https://news.example/story.php?id=77&utm_source=x", "https://news.example/story.php?id=77");
        check("https://news.example/?p=12", "https://news.example/?p=12");
        check("https://news.example", "https://news.example/");
        check("https://news.example/A/b%20c?q=1+2", "https://news.example/A/b%20c?q=1+2");
    }

    #[test]
    fn other_schemes_are_no_address() {
        for link in ["", "tag:news.example,2024:1", "mailto:a@b.example", "javascript:alert(1)", "not a link"]
        {
            assert_eq!(canonical(link), None, "{link}");
        }
    }

    #[test]
    fn links_wrapped_without_end_are_cut_off() {
        let mut link = "https://news.example/a".to_owned();
        for _ in 0..50 {
            let inner: String = url::form_urlencoded::byte_serialize(link.as_bytes()).collect();
            link = format!("https://www.google.com/url?q={inner}");
            if link.len() > 100_000 {
                break;
            }
        }
        assert!(canonical(&link).is_some());
    }
}

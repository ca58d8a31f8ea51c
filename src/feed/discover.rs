//! The feeds that a web page names.
//!
//! Owns where pages hide their feeds. Nothing is guessed and nothing is asked for: only what the page says.

use std::collections::HashSet;

use dom_query::Document;
use url::Url;

use super::fetch::{FetchError, Fetcher, Page};
use super::opml::Listed;
use super::parse::{self, Limits};
use super::{clean, markup};

const TYPES: &[&str] = &[
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/feed+json",
    "application/json",
];
const FOUND_MAX: usize = 100;
/// Pages nest less deeply.
const DEPTH_MAX: usize = 500;

/// Fetches an address and lists the feeds there: itself, where it is one.
pub async fn discover(fetcher: &Fetcher, url: &Url) -> Result<Vec<Listed>, FetchError> {
    Ok(found(&fetcher.page(url).await?))
}

/// The feeds that a fetched page is or names, in the order of the page.
pub fn found(page: &Page) -> Vec<Listed> {
    let host = page.url.host_str().unwrap_or_default();
    if let Ok(parsed) =
        parse::read(&page.body, page.content_type.as_deref(), Some(&page.url), Limits::default())
    {
        let title = parsed.title.filter(|t| !t.trim().is_empty()).unwrap_or_else(|| host.to_string());
        return vec![Listed { title: title.trim().to_string(), url: page.url.clone() }];
    }
    let text = clean::clean(&page.body, page.content_type.as_deref()).text;
    if markup::nests_deeper(&text, DEPTH_MAX) {
        return Vec::new();
    }
    let document = Document::from(text.as_ref());
    let base = document.select("base[href]").attr("href").and_then(|b| page.url.join(&b).ok());
    let base = base.unwrap_or_else(|| page.url.clone());
    let page_title = document.select("head > title").text().trim().to_string();
    let mut seen = HashSet::new();
    let mut feeds = Vec::new();
    for link in document.select("link[href], a[href][type]").iter().take(10_000) {
        let kind = link.attr_or("type", "").trim().to_ascii_lowercase();
        let relation = link.attr_or("rel", "").to_ascii_lowercase();
        let names_feed = relation.split_whitespace().any(|r| r == "feed");
        let is_alternate = link.is("a") || relation.split_whitespace().any(|r| r == "alternate");
        let is_feed = names_feed || is_alternate && TYPES.iter().any(|t| kind.starts_with(t));
        // The JSON of WordPress is its programming interface.
        if !is_feed || kind == "application/json" && link.attr_or("href", "").contains("wp-json") {
            continue;
        }
        let Ok(mut url) = base.join(link.attr_or("href", "").trim()) else { continue };
        url.set_fragment(None);
        if !matches!(url.scheme(), "http" | "https") || !seen.insert(url.clone()) {
            continue;
        }
        let own = link.attr_or("title", "").trim().to_string();
        let title = [own, page_title.clone(), host.to_string()].into_iter().find(|t| !t.is_empty());
        feeds.push(Listed { title: title.unwrap_or_default(), url });
        if feeds.len() == FOUND_MAX {
            break;
        }
    }
    feeds
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, expected: &[(&str, &str)]) {
        let url = Url::parse("https://news.example/world/").unwrap();
        let page = Page { url, body: body.as_bytes().to_vec(), content_type: Some("text/html".to_string()) };
        let found = found(&page);
        let found: Vec<_> = found.iter().map(|f| (f.title.as_str(), f.url.as_str())).collect();
        assert_eq!(found, expected, "{body}");
    }

    #[test]
    fn pages_name_their_feeds() {
        check(
            "<html><head><title>Bay Post</title><link rel='stylesheet' href='x.css'>
             <link rel='Alternate' type='application/rss+xml' title='Top' href='/rss?a=1&amp;b=2'>
             <link rel='alternate' type='application/atom+xml' href='atom.xml'>
             <link rel='alternate' type='application/rss+xml' title='Again' href='/rss?a=1&amp;b=2#x'>
             <link rel='alternate' type='application/json' href='/wp-json/wp/v2/posts/1'>
             <link rel='alternate' hreflang='fr' href='/fr/'><a type='application/rss+xml' href='//other.example/f'>f</a>",
            &[
                ("Top", "https://news.example/rss?a=1&b=2"),
                ("Bay Post", "https://news.example/world/atom.xml"),
                ("Bay Post", "https://other.example/f"),
            ],
        );
        check(
            "<html><base href='/deep/'><link rel='feed' href='f.json'>",
            &[("news.example", "https://news.example/deep/f.json")],
        );
        check("<html><link rel=alternate type=application/rss+xml href='javascript:x'><p>no feed", &[]);
    }

    #[test]
    fn a_feed_is_found_at_its_own_address() {
        check("<rss><channel><title>Bay</title></channel></rss>", &[("Bay", "https://news.example/world/")]);
    }
}

//! The text of an article from its page.
//!
//! Owns asking for the page, as far as its site lets robots in, and finding the article in it. A page that
//! cannot be had costs nothing but itself: the story keeps what its feed says. Leaves the limits and the
//! addresses that may be reached to `feed::fetch`.

use chrono::{DateTime, Utc};
use dom_smoothie::{Config, Readability};
use url::Url;

use super::html;
use crate::feed::fetch::{FetchError, Fetcher};
use crate::feed::{clean, markup};

mod robots;

pub use robots::Robots;

/// Pages beyond this are not articles.
const PAGE_MAX_BYTES: usize = 4 * 1024 * 1024;
const ELEMENTS_MAX: usize = 50_000;
/// Finding an article recurses; pages nest less deeply than this.
const DEPTH_MAX: usize = 500;
/// A shorter text is a notice about cookies or a paywall, not an article.
const TEXT_MIN_CHARS: usize = 250;

/// Why a story stays with what its feed says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArticleError {
    #[error("only http and https pages are fetched")]
    Scheme,
    #[error("the site's robots.txt keeps this page from us")]
    Robots,
    #[error("{0}")]
    Fetch(#[from] FetchError),
    #[error("no article was found in the page")]
    NoArticle,
}

/// Fetches a page and finds its article, as plain text.
pub async fn fetch(
    fetcher: &Fetcher,
    robots: &Robots,
    url: &Url,
    now: DateTime<Utc>,
) -> Result<String, ArticleError> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(ArticleError::Scheme);
    }
    if !robots.allow(fetcher, url, now).await {
        return Err(ArticleError::Robots);
    }
    let page = fetcher.page(url).await?;
    // Where a redirect has led to another site, that site has a say too.
    if page.url.origin() != url.origin() && !robots.allow(fetcher, &page.url, now).await {
        return Err(ArticleError::Robots);
    }
    if page.body.len() > PAGE_MAX_BYTES {
        return Err(ArticleError::NoArticle);
    }
    let text = clean::clean(&page.body, page.content_type.as_deref()).text.into_owned();
    let found = tokio::task::spawn_blocking(move || extract(&text, &page.url)).await;
    found.ok().flatten().ok_or(ArticleError::NoArticle)
}

/// The article in a page, as plain text; None where there is none worth reading.
pub fn extract(page: &str, url: &Url) -> Option<String> {
    if markup::nests_deeper(page, DEPTH_MAX) {
        return None;
    }
    let config = Config { max_elements_to_parse: ELEMENTS_MAX, disable_json_ld: true, ..Config::default() };
    let mut readability = Readability::new(page, Some(url.as_str()), Some(config)).ok()?;
    let article = readability.parse().ok()?;
    let text = html::text(&article.content);
    (text.chars().count() >= TEXT_MIN_CHARS).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_article_is_found_and_the_rest_is_not() {
        let paragraph = "The harbour master said that both ferries had left before noon, that nobody was hurt, and that the inquiry would begin on Monday. ";
        let page = format!(
            "<html><head><title>Ferries</title><script>var x = 'inquiry';</script></head><body><nav><a href='/'>Home</a> <a href='/sport'>Sport</a></nav>
             <article><h1>Ferries leave early</h1><p>{paragraph}</p><p>{paragraph}</p><p>{paragraph}</p></article>
             <footer>All rights reserved</footer></body></html>"
        );
        let url = Url::parse("https://news.example/ferries").unwrap();
        let text = extract(&page, &url).unwrap();
        assert!(
            text.contains("both ferries had left") && !text.contains("Sport") && !text.contains("rights"),
            "{text}"
        );
        assert_eq!(extract("<html><body><p>We value your privacy.</p></body></html>", &url), None);
        assert_eq!(extract("", &url), None);
        assert_eq!(extract(&"<div>".repeat(40_000), &url), None);
        extract(&"<div>".repeat(DEPTH_MAX), &url);
    }
}

//! The text of an article from its page.
//!
//! Owns asking for the page, as far as its site lets robots in, and finding the article in it. A page that
//! cannot be had costs nothing but itself: the story keeps what its feed says. Leaves the limits and the
//! addresses that may be reached to `feed::fetch`.

use chrono::{DateTime, Utc};
use dom_smoothie::{Config, Readability};
use std::collections::HashSet;
use url::Url;

use super::{Story, html};
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

/// Letters from which a word says what a story is about.
const WORD_MIN_CHARS: usize = 4;
/// Of these words of headline and summary an article repeats at least so many; a notice about cookies, copyrights or
/// other news repeats none.
const REPEATED_MIN: f32 = 0.1;

/// Whether a page's text is the article of the story: longer than what the feed says, and about the same.
pub fn is_of(text: &str, story: &Story) -> bool {
    let words = |text: &str| -> HashSet<String> {
        let long = |word: &&str| word.chars().count() >= WORD_MIN_CHARS;
        text.split(|c: char| !c.is_alphanumeric()).filter(long).map(str::to_lowercase).collect()
    };
    let (said, told) = (words(&format!("{} {}", story.title, story.summary)), words(text));
    let repeated = said.iter().filter(|word| told.contains(*word)).count();
    text.len() > story.text().len() && repeated as f32 >= REPEATED_MIN * said.len() as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    fn check_is_of(title: &str, summary: &str, text: &str, expected: bool) {
        let story = Story {
            feed: "wire".into(),
            key: "1".into(),
            link: None,
            url: None,
            title: title.into(),
            summary: summary.into(),
            body: String::new(),
            author: None,
            language: None,
            published_at: None,
            updated_at: None,
            seen_at: DateTime::UNIX_EPOCH,
            published_day: NaiveDate::default(),
        };
        assert_eq!(is_of(text, &story), expected, "{title} | {summary} | {text}");
    }

    #[test]
    fn a_page_that_says_nothing_of_the_story_is_not_its_article() {
        let (title, summary) = ("Ferries leave early", "Both ferries left the harbour before noon.");
        let article = "The harbour master said that the ferries had left on time, and that nobody was hurt.";
        let notice =
            "All rights reserved. Nothing on this site may be published elsewhere without a written permit.";
        check_is_of(title, summary, article, true);
        check_is_of(title, summary, notice, false);
        check_is_of(title, summary, "Ferries left.", false);
        check_is_of("", "", article, true);
    }

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

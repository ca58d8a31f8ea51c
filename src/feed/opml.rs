//! Lists of feeds: OPML in and out, and the TOML that a configuration takes.
//!
//! Owns the form of both lists. Leaves reading the configuration to `config` and writing files to `cli`.

use std::collections::HashSet;

use url::Url;

use super::markup::{Event, Reader, escape};

/// Lists hold no more feeds than this.
const FEEDS_MAX: usize = 100_000;
const NAME_MAX_CHARS: usize = 60;

/// A feed in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub title: String,
    pub url: Url,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpmlError {
    #[error("this is no OPML: its first element is <{0}>")]
    NotOpml(String),
    #[error("this is no OPML: it holds no markup")]
    NoMarkup,
    #[error("the list names no feed")]
    Empty,
}

/// The feeds of an OPML list in their order, folders opened, each address once. Lenient like the feed parser.
pub fn import(text: &str) -> Result<Vec<Listed>, OpmlError> {
    let mut reader = Reader::new(text);
    let mut root = false;
    let mut seen = HashSet::new();
    let mut feeds = Vec::new();
    while let Some(event) = reader.event() {
        let Event::Start(tag) = event else { continue };
        if !root && !tag.name.eq_ignore_ascii_case("opml") {
            return Err(OpmlError::NotOpml(tag.name.to_string()));
        }
        root = true;
        let Some(url) = tag.attribute("xmlUrl").and_then(|u| Url::parse(u.trim()).ok()) else { continue };
        if !matches!(url.scheme(), "http" | "https") || !seen.insert(url.clone()) {
            continue;
        }
        let title = ["title", "text"].iter().find_map(|n| tag.attribute(n).filter(|t| !t.trim().is_empty()));
        let title =
            title.map_or_else(|| url.host_str().unwrap_or_default().to_string(), |t| t.trim().to_string());
        feeds.push(Listed { title, url });
        if feeds.len() == FEEDS_MAX {
            break;
        }
    }
    match (root, feeds.is_empty()) {
        (false, _) => Err(OpmlError::NoMarkup),
        (true, true) => Err(OpmlError::Empty),
        _ => Ok(feeds),
    }
}

/// An OPML 2.0 list.
pub fn export(title: &str, feeds: &[Listed]) -> String {
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n  <head>\n    <title>{}</title>\n  </head>\n  <body>\n",
        escape(title)
    );
    for feed in feeds {
        let attribute = |text: &str| escape(text).replace('"', "&quot;");
        let title = attribute(&feed.title);
        out.push_str(&format!(
            "    <outline type=\"rss\" text=\"{title}\" title=\"{title}\" xmlUrl=\"{}\"/>\n",
            attribute(feed.url.as_str())
        ));
    }
    out.push_str("  </body>\n</opml>\n");
    out
}

/// `[[feed]]` blocks for a configuration. Names are made from the titles; none is one of `taken`, none repeats.
pub fn toml_blocks(feeds: &[Listed], taken: &[&str]) -> String {
    let mut names: HashSet<String> = taken.iter().map(|name| name.to_string()).collect();
    let quoted = |text: &str| toml::Value::String(text.to_string()).to_string();
    let mut blocks = Vec::new();
    for feed in feeds {
        let base = name(feed);
        let mut name = base.clone();
        let mut number = 1;
        while !names.insert(name.clone()) {
            number += 1;
            name = format!("{base}-{number}");
        }
        blocks.push(format!("[[feed]]\nname = {}\nurl = {}\n", quoted(&name), quoted(feed.url.as_str())));
    }
    blocks.join("\n")
}

/// A short name out of a title: lower case, words joined by hyphens.
fn name(feed: &Listed) -> String {
    let words = |text: &str| {
        let lower = text.to_lowercase();
        let words: Vec<&str> =
            lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
        words.join("-").chars().take(NAME_MAX_CHARS).collect::<String>().trim_matches('-').to_string()
    };
    let name = words(&feed.title);
    if name.is_empty() { words(feed.url.host_str().unwrap_or("feed")) } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(title: &str, url: &str) -> Listed {
        Listed { title: title.to_string(), url: Url::parse(url).unwrap() }
    }

    #[test]
    fn a_list_with_folders_and_faults() {
        let text = "<?xml version='1.0'?><opml version='1.0'><head><title>Mine</title></head><body>
            <outline text='Politics'><outline text='Bay & Hill' xmlUrl='https://bay.example/rss?a=1&amp;b=2'/>
            <outline title='Twice' xmlUrl='https://bay.example/rss?a=1&amp;b=2'/></outline>
            <outline type='rss' xmlUrl=' https://hill.example/atom '><outline text='no address'/>
            <outline text='odd' xmlUrl='file:///etc/passwd'/></body></opml>";
        let expected = [
            listed("Bay & Hill", "https://bay.example/rss?a=1&b=2"),
            listed("hill.example", "https://hill.example/atom"),
        ];
        assert_eq!(import(text).unwrap(), expected);
        assert_eq!(import("<rss/>"), Err(OpmlError::NotOpml("rss".to_string())));
        assert_eq!(import("hello"), Err(OpmlError::NoMarkup));
        assert_eq!(import("<opml><body/></opml>"), Err(OpmlError::Empty));
    }

    #[test]
    fn what_goes_out_comes_in_again() {
        let feeds = [
            listed("A \"quoted\" <title> & more", "https://a.example/?x=1&y=2"),
            listed("Zweite", "https://b.example/feed"),
        ];
        assert_eq!(import(&export("dateline & co", &feeds)).unwrap(), feeds);
    }

    #[test]
    fn blocks_have_names_of_their_own() {
        let feeds = [
            listed("The \"Bay\" Post!", "https://a.example/"),
            listed("the bay post", "https://b.example/"),
            listed("…", "https://c.example/"),
        ];
        let blocks = toml_blocks(&feeds, &["the-bay-post"]);
        let names: Vec<&str> = blocks.lines().filter_map(|l| l.strip_prefix("name = ")).collect();
        assert_eq!(names, ["\"the-bay-post-2\"", "\"the-bay-post-3\"", "\"c-example\""]);
        let read: toml::Table = blocks.parse().unwrap();
        assert_eq!(read["feed"].as_array().unwrap().len(), 3);
    }
}

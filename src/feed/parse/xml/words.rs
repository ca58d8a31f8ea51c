//! The words of the feed dialects: namespaces, elements, attributes.
//!
//! Owns which element is which field, and with which rank where several say the same. Leaves walking the
//! document to `xml`.

use crate::feed::markup::Tag;

/// The namespaces that matter. RSS, Atom and no namespace at all are one: publishers mix them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Space {
    Core,
    Content,
    Dublin,
    Terms,
    Syndication,
    Media,
    Itunes,
    Feedburner,
    Rdf,
    Xhtml,
    Other,
}

impl Space {
    /// By address; the address of every version and misspelling shares its beginning.
    pub fn of_address(address: &str) -> Space {
        let address = address.trim().trim_start_matches("https://").trim_start_matches("http://");
        let address = address.trim_start_matches("www.").to_ascii_lowercase();
        let known = [
            ("purl.org/rss/1.0/modules/content", Space::Content),
            ("purl.org/rss/1.0/modules/syndication", Space::Syndication),
            ("purl.org/rss/1.0/modules/dcterms", Space::Terms),
            ("purl.org/rss/1.0/modules", Space::Other),
            ("purl.org/dc/elements", Space::Dublin),
            ("purl.org/dc/terms", Space::Terms),
            ("purl.org/dc/1", Space::Dublin),
            ("search.yahoo.com/mrss", Space::Media),
            ("itunes.com/dtds", Space::Itunes),
            ("rssnamespace.org/feedburner", Space::Feedburner),
            ("w3.org/1999/02/22-rdf-syntax-ns", Space::Rdf),
            ("w3.org/1999/xhtml", Space::Xhtml),
            ("w3.org/2005/atom", Space::Core),
            ("purl.org/atom", Space::Core),
            ("purl.org/rss", Space::Core),
            ("purl.org/net/rss", Space::Core),
            ("my.netscape.com", Space::Core),
            ("channel.netscape.com", Space::Core),
            ("backend.userland.com", Space::Core),
            ("blogs.law.harvard.edu/tech/rss", Space::Core),
            ("cyber.law.harvard.edu/rss", Space::Core),
            ("cyber.harvard.edu/rss", Space::Core),
            ("rssboard.org/rss-spec", Space::Core),
        ];
        known.iter().find(|(start, _)| address.starts_with(start)).map_or(Space::Other, |(_, space)| *space)
    }

    /// By the customary prefix, where nothing was declared.
    pub fn of_prefix(prefix: &str) -> Space {
        match prefix {
            "" | "rss" | "atom" | "a10" | "atom10" => Space::Core,
            "content" => Space::Content,
            "dc" => Space::Dublin,
            "dcterms" => Space::Terms,
            "sy" => Space::Syndication,
            "media" => Space::Media,
            "itunes" => Space::Itunes,
            "feedburner" => Space::Feedburner,
            "rdf" => Space::Rdf,
            "xhtml" => Space::Xhtml,
            _ => Space::Other,
        }
    }
}

/// The fields that texts are taken for, with a rank each: of several that fit, the highest wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Title(u8),
    Summary(u8),
    Content(u8),
    Author(u8),
    Published(u8),
    Updated(u8),
    Link(u8),
    Id,
    Category,
    Language,
    Ttl,
    UpdatePeriod,
    UpdateFrequency,
    Hour,
    Day,
}

/// How the text of an element is to be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Html,
    Plain,
    Base64,
}

/// An element directly within a channel or an Atom feed.
pub fn channel_field(space: Space, local: &str) -> Option<Field> {
    let field = match (space, local) {
        (Space::Core, "title") => Field::Title(5),
        (Space::Dublin, "title") => Field::Title(2),
        (Space::Core | Space::Dublin, "language") => Field::Language,
        (Space::Core, "ttl") => Field::Ttl,
        (Space::Syndication, "updateperiod") => Field::UpdatePeriod,
        (Space::Syndication, "updatefrequency") => Field::UpdateFrequency,
        _ => return None,
    };
    Some(field)
}

/// An element directly within an item or entry.
pub fn entry_field(space: Space, local: &str) -> Option<Field> {
    let field = match (space, local) {
        (Space::Core, "title") => Field::Title(5),
        (Space::Dublin, "title") => Field::Title(3),
        (Space::Media | Space::Itunes, "title") => Field::Title(1),
        (Space::Core, "description" | "summary") => Field::Summary(5),
        (Space::Dublin, "description") => Field::Summary(3),
        (Space::Terms, "abstract") | (Space::Itunes, "summary") => Field::Summary(2),
        (Space::Media, "description") | (Space::Itunes, "subtitle") => Field::Summary(1),
        (Space::Content, "encoded") => Field::Content(6),
        (Space::Core, "content" | "encoded") => Field::Content(5),
        (Space::Xhtml, "body" | "div") | (Space::Core, "body" | "fulltext" | "fullitem") => Field::Content(4),
        (Space::Dublin, "creator" | "author") => Field::Author(4),
        (Space::Itunes, "author") => Field::Author(2),
        (Space::Core, "pubdate" | "published") => Field::Published(5),
        (Space::Core, "issued") => Field::Published(4),
        (Space::Core | Space::Dublin, "date") | (Space::Terms, "issued") => Field::Published(3),
        (Space::Core | Space::Terms, "created") => Field::Published(2),
        (Space::Core, "updated") => Field::Updated(5),
        (Space::Core | Space::Terms, "modified") => Field::Updated(4),
        (Space::Core, "lastbuilddate") => Field::Updated(2),
        (Space::Feedburner, "origlink") => Field::Link(6),
        (Space::Core, "link") => Field::Link(4),
        (Space::Core, "guid" | "id") => Field::Id,
        (Space::Core, "category") | (Space::Dublin, "subject") => Field::Category,
        (Space::Dublin, "language") => Field::Language,
        _ => return None,
    };
    Some(field)
}

/// How the text of a field is to be read. RSS texts are HTML; Atom says what they are, and 0.3 says it in
/// its own way.
pub fn kind_of(field: Field, atom: bool, tag: &Tag<'_>) -> Kind {
    if !matches!(field, Field::Title(_) | Field::Summary(_) | Field::Content(_)) {
        return Kind::Plain;
    }
    if tag.attribute("mode").is_some_and(|m| m.trim().eq_ignore_ascii_case("base64")) {
        return Kind::Base64;
    }
    let stated = tag.attribute("type").map(|t| t.trim().to_ascii_lowercase());
    match stated.as_deref() {
        None | Some("") if atom => Kind::Plain,
        None | Some("") => Kind::Html,
        Some("text" | "text/plain" | "plain") => Kind::Plain,
        Some(kind) if kind.contains("html") || kind.contains("xml") || kind.starts_with("text/") => {
            Kind::Html
        }
        Some(kind) if kind.contains('/') && tag.attribute("mode").is_none() && atom => Kind::Base64,
        Some(_) => Kind::Html,
    }
}

/// The dialect by its root element; empty where it is none.
pub fn format_of(local: &str, tag: &Tag<'_>) -> String {
    let version =
        tag.attribute("version").map(|v| v.trim().to_string()).filter(|v| !v.is_empty() && v.len() < 9);
    let mentions = |word: &str| tag.attributes().any(|(_, value)| value.contains(word));
    match local {
        "rss" => format!("RSS {}", version.as_deref().unwrap_or("2.0")),
        "channel" => "RSS".to_string(),
        "rdf" if mentions("netscape.com") => "RSS 0.90".to_string(),
        "rdf" => "RSS 1.0".to_string(),
        "feed" | "entry"
            if mentions("purl.org/atom") || version.as_deref().is_some_and(|v| v.starts_with("0.")) =>
        {
            "Atom 0.3".to_string()
        }
        "feed" | "entry" => "Atom 1.0".to_string(),
        _ => String::new(),
    }
}

/// Lower case in a buffer of the caller; empty for names that are too long to be known.
pub fn lowered<'b>(name: &str, buffer: &'b mut [u8; 24]) -> &'b str {
    let Some(buffer) = buffer.get_mut(..name.len()) else { return "" };
    buffer.copy_from_slice(name.as_bytes());
    buffer.make_ascii_lowercase();
    std::str::from_utf8(buffer).unwrap_or_default()
}

/// `sy:updatePeriod` in seconds.
pub fn period_s(word: &str) -> Option<u64> {
    let days = match word.to_ascii_lowercase().as_str() {
        "hourly" => return Some(3600),
        "daily" => 1,
        "weekly" => 7,
        "monthly" => 30,
        "yearly" => 365,
        _ => return None,
    };
    Some(days * 86_400)
}

/// An hour of `skipHours`; midnight is written 24 too.
pub fn hour(word: &str) -> Option<u8> {
    word.parse::<u8>().ok().filter(|h| *h <= 24).map(|h| h % 24)
}

/// A day of `skipDays`; 0 is Monday.
pub fn weekday(word: &str) -> Option<u8> {
    word.parse::<chrono::Weekday>().ok().map(|d| d.num_days_from_monday() as u8)
}

/// A person as RSS writes one: `jo@example.org (Jo Doe)`, `Jo Doe <jo@example.org>`, or just a name.
pub fn person(text: &str) -> String {
    let address = |t: &str| t.contains('@') && !t.contains(char::is_whitespace);
    for (open, close) in [('(', ')'), ('<', '>')] {
        if let Some((before, after)) = text.split_once(open) {
            let inner = after.split(close).next().unwrap_or_default().trim();
            let before = before.trim();
            if address(before) && !inner.is_empty() {
                return inner.to_string();
            }
            if address(inner) && !before.is_empty() {
                return before.trim_matches('"').to_string();
            }
        }
    }
    text.trim().to_string()
}

/// Base64 as Atom may carry it, white space and all; nothing where it is not text in the end.
pub fn base64(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut held, mut bits) = (0u32, 0);
    for byte in text.bytes().filter(|b| !b.is_ascii_whitespace() && *b != b'=') {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        held = held << 6 | u32::from(six);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
        }
    }
    String::from_utf8(bytes).ok()
}

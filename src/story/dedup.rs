//! When two entries are one story, and when two stories are copies of one text.
//!
//! Owns the comparison only: keys, hashes, sketches. Leaves to `store` where known stories are looked up.
//!
//! Identity within a feed degrades step by step, because feeds break every promise that they make about ids:
//! the entry's key; where a key repeats within one poll, key and link, then title too; where a key is new,
//! the canonical address, unless several entries share it; at last the same words at the same time.
//!
//! Copies at other addresses are found by their words: equal normalised text, or a MinHash sketch over
//! two-word shingles (Broder 1997), 64 minima in 16 bands of 4: two texts of Jaccard similarity 0.7 share a
//! band with probability 0.99, of 0.2 with 0.025. Copies also keep their headline more often than not, so the
//! headline is a band of its own. A candidate counts at an estimated similarity of 0.4, which cut, corrected and
//! topped-up copies exceed and different articles on one topic do not.

use super::Story;
use chrono::{DateTime, Utc};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// Minima of a sketch.
const MINIMA: usize = 64;
/// Minima that make one band key.
const ROWS: usize = 4;
/// Band keys of a sketch, without the headline's.
pub const BANDS: usize = MINIMA / ROWS;
/// Headlines of fewer words are rubrics ("World news", "Live updates").
const MIN_TITLE_WORDS: usize = 4;
/// Estimated Jaccard similarity from which two texts are copies.
const NEAR: f64 = 0.4;
/// The same for short texts, where a template makes half of the words.
const NEAR_SHORT: f64 = 0.7;
/// Texts of fewer shingles are short.
const SHORT_SHINGLES: usize = 64;
/// Texts of fewer shingles are compared only as a whole.
const MIN_SHINGLES: usize = 12;
/// Only so many words of a text are sketched.
const MAX_WORDS: usize = 20_000;
/// A key that comes back with other words this much later names another item.
const SAME_ITEM_HOURS: i64 = 36;

/// A text in lower case, its words separated by single spaces, without punctuation: what is compared.
pub fn normal(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len() + 1);
    add_normal(&mut out, text);
    string(out)
}

/// Bytes that were put together from whole letters.
fn string(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
}

fn add_normal(out: &mut Vec<u8>, text: &str) {
    let start = out.len();
    // Whether a word is open, and an apostrophe that belongs to it if the word goes on: "don't", not "dogs'".
    let (mut open, mut apostrophe) = (false, false);
    let part = |out: &mut Vec<u8>, open: bool, apostrophe: bool| {
        if apostrophe {
            out.push(b'\'');
        } else if !open && out.len() > start {
            out.push(b' ');
        }
    };
    let mut rest = text;
    while let Some(first) = rest.bytes().next() {
        // Letters and digits of ASCII are taken by the run: they are most of what there is.
        let run = rest.bytes().position(|b| !b.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let taken = if run > 0 {
            part(out, open, apostrophe);
            out.extend(rest.as_bytes()[..run].iter().map(u8::to_ascii_lowercase));
            (open, apostrophe) = (true, false);
            run
        } else {
            let letter = if first.is_ascii() { first as char } else { rest.chars().next().unwrap_or(' ') };
            if letter.is_alphanumeric() {
                part(out, open, apostrophe);
                for letter in letter.to_lowercase() {
                    out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                }
                (open, apostrophe) = (true, false);
            } else {
                apostrophe = matches!(letter, '\'' | '\u{2019}') && open && !apostrophe;
                open = apostrophe;
            }
            letter.len_utf8()
        };
        rest = &rest[taken..];
    }
}

/// The words of a normal text.
fn words(normal: &str) -> impl Iterator<Item = &str> {
    // Words are short: looking at one byte after the other is faster than a search for the space.
    let mut rest = normal;
    std::iter::from_fn(move || {
        let end = rest.bytes().position(|b| b == b' ').unwrap_or(rest.len());
        let word = &rest[..end];
        rest = rest.get(end + 1..).unwrap_or("");
        (!word.is_empty()).then_some(word)
    })
}

/// The normal words of a story, title and text: what its hash and its sketch are made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// Title and text, a line break between them.
    both: String,
    title_end: usize,
}

impl Words {
    pub fn of(title: &str, text: &str) -> Words {
        let mut both = Vec::with_capacity(title.len() + text.len() + 2);
        add_normal(&mut both, title);
        let title_end = both.len();
        both.push(b'\n');
        add_normal(&mut both, text);
        Words { both: string(both), title_end }
    }

    /// Equal for texts that differ in case, spacing or punctuation.
    pub fn hash(&self) -> u64 {
        xxh3_64(self.both.as_bytes())
    }

    /// None for a story too short to be compared by parts.
    pub fn sketch(&self) -> Option<Sketch> {
        let (title, text) = (&self.both[..self.title_end], &self.both[self.title_end + 1..]);
        let mut nearest = Nearest { distances: [i32::MAX; MINIMA], shingles: 0 };
        for field in [title, text] {
            let mut last: Option<u64> = None;
            for word in words(field).take(MAX_WORDS) {
                let word = xxh3_64(word.as_bytes());
                if let Some(first) = last {
                    nearest.add(mixed(first.rotate_left(1) ^ word));
                }
                last = Some(word);
            }
        }
        let named = words(title).count() >= MIN_TITLE_WORDS;
        (nearest.shingles >= MIN_SHINGLES).then(|| Sketch {
            minima: nearest.distances.map(|distance| distance as u32 ^ SIGN),
            shingles: nearest.shingles,
            title: named.then(|| xxh3_64(title.as_bytes())),
        })
    }
}

/// The hash of a story's words.
pub fn text_hash(title: &str, text: &str) -> u64 {
    Words::of(title, text).hash()
}

/// The MinHash sketch of a story's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sketch {
    minima: [u32; MINIMA],
    shingles: usize,
    title: Option<u64>,
}

/// One step of splitmix64: every bit of the result depends on every bit of the number.
const fn mixed(number: u64) -> u64 {
    let z = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The points of the hash space whose nearest shingle (the least `hash XOR point`) is a minimum. Any shingle is
/// as likely to be nearest as any other, which is all that MinHash asks of its permutations, and a point costs two
/// instructions a shingle where a hash of its own costs ten. The points of each half are spread evenly, so that
/// those of one band seldom find the same shingle.
const POINTS: [i32; MINIMA] = {
    let mut points = [0; MINIMA];
    let mut i = 0;
    while i < MINIMA {
        let spread = ((i % (MINIMA / 2)) as u32) << 27;
        points[i] = ((spread | (mixed(i as u64) >> 37) as u32) ^ SIGN) as i32;
        i += 1;
    }
    points
};

/// Distances are compared as signed numbers with this bit turned, which orders them alike: a processor of the oldest
/// kind that we are built for has an instruction for no other.
const SIGN: u32 = 1 << 31;

/// The distance of the nearest shingle so far to each of the points.
struct Nearest {
    distances: [i32; MINIMA],
    shingles: usize,
}

impl Nearest {
    fn add(&mut self, shingle: u64) {
        self.shingles += 1;
        let halves = [shingle as i32, (shingle >> 32) as i32];
        let distances = self.distances.chunks_exact_mut(MINIMA / 2).zip(POINTS.chunks_exact(MINIMA / 2));
        for (half, (distances, points)) in halves.into_iter().zip(distances) {
            for (distance, point) in distances.iter_mut().zip(points) {
                *distance = (*distance).min(half ^ point);
            }
        }
    }
}

impl Sketch {
    /// Keys that two similar stories are likely to share one of.
    pub fn bands(&self) -> Vec<u64> {
        let band = |band: usize| {
            let mut bytes = [0; ROWS * 4];
            for row in 0..ROWS {
                bytes[row * 4..][..4].copy_from_slice(&self.minima[row * BANDS + band].to_le_bytes());
            }
            xxh3_64_with_seed(&bytes, band as u64)
        };
        (0..BANDS).map(band).chain(self.title).collect()
    }

    /// One byte of each minimum: enough to estimate the similarity.
    pub fn bytes(&self) -> [u8; MINIMA] {
        self.minima.map(|m| m as u8)
    }

    /// The estimated Jaccard similarity to a stored sketch. Bytes agree by chance once in 256.
    pub fn similarity(&self, stored: &[u8]) -> f64 {
        if stored.len() != MINIMA {
            return 0.0;
        }
        let equal = self.bytes().iter().zip(stored).filter(|(a, b)| a == b).count();
        let share = equal as f64 / MINIMA as f64;
        ((share - 1.0 / 256.0) / (1.0 - 1.0 / 256.0)).max(0.0)
    }

    /// Whether a story of this similarity is a copy, before the texts themselves are looked at.
    pub fn accepts(&self, similarity: f64, same_title: bool) -> bool {
        let short = self.is_short() && !same_title;
        similarity >= if short { NEAR_SHORT } else { NEAR }
    }

    /// Short stories must also agree in their numbers (`numbers_agree`): bulletins made from a template
    /// (earthquakes, scores, weather) differ in nothing else.
    pub fn is_short(&self) -> bool {
        self.shingles < SHORT_SHINGLES
    }
}

/// Whether two titles are equal but for case and punctuation.
pub fn same_words(a: &str, b: &str) -> bool {
    normal(a) == normal(b)
}

/// Whether one of two texts holds all numbers of the other: a cut copy loses some, a template changes them.
pub fn numbers_agree(a: &str, b: &str) -> bool {
    fn numbers(normal: &str) -> HashSet<&str> {
        words(normal).filter(|w| w.bytes().any(|c| c.is_ascii_digit())).collect()
    }
    let (a, b) = (normal(a), normal(b));
    let (a, b) = (numbers(&a), numbers(&b));
    a.is_subset(&b) || b.is_subset(&a)
}

/// What identifies one entry among those of its poll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub key: String,
    /// The address names this item alone, so that it may stand for a key that changed. An item that the
    /// document repeats is still one.
    pub address_identifies: bool,
}

/// The identities of the entries of one poll, in order.
pub fn identities<'a>(stories: impl IntoIterator<Item = &'a Story> + Clone) -> Vec<Identity> {
    let mut by_key: HashMap<Cow<str>, Vec<&Story>> = HashMap::new();
    // Of each address the title of one item, and whether there are others.
    let mut by_address: HashMap<&str, (&str, bool)> = HashMap::new();
    for story in stories.clone() {
        by_key.entry(plain_key(&story.key)).or_default().push(story);
        if let Some(url) = &story.url {
            let (title, several) = by_address.entry(url).or_insert((&story.title, false));
            *several |= *title != story.title;
        }
    }
    stories
        .into_iter()
        .map(|story| {
            let key = plain_key(&story.key);
            let same_key = &by_key[&key];
            let repeats = same_key.iter().any(|s| s.url != story.url || s.title != story.title);
            let key = if repeats { longer_key(&key, story) } else { key.into_owned() };
            let key = if repeats && same_key.iter().any(|s| s.url == story.url && s.title != story.title) {
                format!("{key}\n{}", story.title)
            } else {
                key
            };
            let url = story.url.as_deref().unwrap_or("");
            let address_identifies =
                by_address.get(url).is_some_and(|(_, several)| !several) && has_path(url);
            Identity { key, address_identifies }
        })
        .collect()
}

/// The key with the link: for feeds that give one id to different items.
pub fn longer_key(key: &str, story: &Story) -> String {
    let link = story.url.as_deref().or(story.link.as_deref()).unwrap_or(&story.title);
    format!("{key}\n{link}")
}

/// Ids that are addresses differ by scheme from day to day.
fn plain_key(key: &str) -> Cow<'_, str> {
    let key = key.trim();
    match key.strip_prefix("http://") {
        Some(rest) => format!("https://{rest}").into(),
        None => key.into(),
    }
}

/// A front page names no article. `url` is a canonical address.
fn has_path(url: &str) -> bool {
    let Some((_, rest)) = url.split_once("://") else { return false };
    let rest = rest.split('#').next().unwrap_or_default();
    rest.contains('?') || rest.find('/').is_some_and(|at| at + 1 < rest.len())
}

/// A story that is already known, as far as identity needs it.
#[derive(Debug, Clone, PartialEq)]
pub struct Earlier {
    pub url: Option<String>,
    pub title: String,
    pub published_at: Option<DateTime<Utc>>,
}

/// Whether a known key now stands for another item: another address, other words and another time.
pub fn key_reused(known: &Earlier, story: &Story) -> bool {
    known.url.is_some()
        && story.url.is_some()
        && known.url != story.url
        && !titles_alike(&known.title, &story.title)
        && !published_together(known, story)
}

/// Whether a known address still stands for the same article: the title or the time says so. A page that is
/// filled anew every day under one address is a new story each day.
pub fn same_page(known: &Earlier, story: &Story) -> bool {
    titles_alike(&known.title, &story.title)
        || known.published_at.is_none()
        || story.published_at.is_none()
        || published_together(known, story)
}

/// Whether the times are equal.
pub fn same_time(known: &Earlier, story: &Story) -> bool {
    known.published_at == story.published_at.map(|t| t.with_timezone(&Utc))
}

fn published_together(known: &Earlier, story: &Story) -> bool {
    match (known.published_at, story.published_at) {
        (Some(a), Some(b)) => (b.with_timezone(&Utc) - a).num_minutes().abs() <= SAME_ITEM_HOURS * 60,
        _ => false,
    }
}

/// Half of the words of the shorter title stand in the longer one.
pub fn titles_alike(a: &str, b: &str) -> bool {
    let (a, b) = (normal(a), normal(b));
    let a: HashSet<&str> = words(&a).collect();
    let b: HashSet<&str> = words(&b).collect();
    let shared = a.intersection(&b).count();
    shared * 2 >= a.len().min(b.len()).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    fn story(key: &str, url: &str, title: &str) -> Story {
        Story {
            feed: "paper".into(),
            key: key.into(),
            link: Some(url.into()),
            url: Some(url.into()),
            title: title.into(),
            summary: String::new(),
            body: String::new(),
            author: None,
            language: None,
            published_at: None,
            updated_at: None,
            seen_at: DateTime::UNIX_EPOCH,
            published_day: NaiveDate::default(),
        }
    }

    #[test]
    fn texts_are_compared_by_their_words() {
        for (text, expected) in [
            ("  The  Mayor\u{2019}s \"plan\"\u{2014}again! ", "the mayor's plan again"),
            ("rock 'n' roll, dogs' day", "rock n roll dogs day"),
            ("ÉCOLE 3.5%", "école 3 5"),
            ("''' --- '''", ""),
        ] {
            assert_eq!(normal(text), expected, "{text}");
        }
        assert_eq!(text_hash("A b", "c"), text_hash("a  B!", "C."));
        assert_ne!(text_hash("a b", "c"), text_hash("a", "b c"));
    }

    #[test]
    fn keys_that_repeat_grow_until_they_tell_apart() {
        let keys = |stories: &[Story]| identities(stories).into_iter().map(|i| i.key).collect::<Vec<_>>();
        let (a, b) = ("https://p.example/a", "https://p.example/b");
        assert_eq!(keys(&[story("1", a, "A"), story("2", b, "B")]), ["1", "2"]);
        assert_eq!(keys(&[story("1", a, "A"), story("1", b, "B")]), [format!("1\n{a}"), format!("1\n{b}")]);
        let same_link = keys(&[story("1", a, "A"), story("1", a, "B")]);
        assert_ne!(same_link[0], same_link[1]);
        assert_eq!(keys(&[story("1", a, "A"), story("1", a, "A")]), ["1", "1"]);
        assert_eq!(keys(&[story("http://p.example/a", a, "A")]), ["https://p.example/a"]);
    }

    #[test]
    fn an_address_that_several_entries_share_identifies_none() {
        let of =
            |stories: &[Story]| identities(stories).iter().map(|i| i.address_identifies).collect::<Vec<_>>();
        let (page, front) = ("https://p.example/live", "https://p.example/");
        assert_eq!(of(&[story("1", page, "A")]), [true]);
        assert_eq!(of(&[story("1", page, "A"), story("2", page, "B")]), [false, false]);
        assert_eq!(of(&[story("1", page, "A"), story("2", page, "A")]), [true, true]);
        assert_eq!(of(&[story("1", front, "A")]), [false]);
    }

    #[test]
    fn bulletins_from_one_template_are_not_copies() {
        let a = "A quake of magnitude 4.1 struck 12 km from the coast at a depth of 10 km, the centre said.";
        let b = "A quake of magnitude 5.3 struck 40 km from the coast at a depth of 10 km, the centre said.";
        assert!(!numbers_agree(a, b));
        assert!(numbers_agree(a, "A quake of magnitude 4.1 struck 12 km from the coast."));
    }

    #[test]
    fn a_huge_text_is_cut_off() {
        let text = "word ".repeat(200_000);
        let sketch = Words::of("", &text).sketch().unwrap();
        assert_eq!(sketch.shingles, MAX_WORDS - 1);
    }
}

//! RSS 0.9x to 2.0, RSS 1.0 (RDF), Atom 0.3 and 1.0: which element says what.
//!
//! Owns the vocabulary and its namespaces, language and base as they are inherited. One walk over the events
//! of `markup`; entries are taken wherever they stand, since end tags go astray. Titles and texts come out as
//! HTML: plain text is escaped, inline markup written out.

use std::borrow::Cow;
use std::rc::Rc;

use url::Url;

use super::{Kept, Limits, ParseError, absolute, cut, date};
use crate::feed::Parsed;
use crate::feed::markup::{Event, Reader, Tag};

mod draft;
mod words;

use draft::{Draft, Taken, offer};
use words::{
    Field, Kind, Space, channel_field, entry_field, format_of, hour, kind_of, lowered, period_s, weekday,
};

/// The longest wait that a document may ask for, seconds: a week. More is taken for a mistake.
const WAIT_MAX_S: u64 = 7 * 86_400;

pub fn read(text: &str, base: Option<&Url>, limits: Limits) -> Result<Parsed, ParseError> {
    let mut walk = Walk::new(base, limits);
    let mut reader = Reader::new(text);
    while let Some(event) = reader.event() {
        match event {
            Event::Start(tag) => walk.start(tag)?,
            Event::Text(text) => walk.text(&text),
            Event::End(name) => walk.end(name, reader.mended().cut),
        }
    }
    let Some(root) = walk.root.take() else { return Err(ParseError::NoMarkup) };
    let mut parsed = walk.parsed;
    if parsed.format.is_empty() {
        return Err(ParseError::NotAFeed(root));
    }
    walk.kept.finish(&mut parsed);
    let author = walk.feed.author.map(|a| a.1);
    for entry in &mut parsed.entries {
        entry.author = entry.author.take().or_else(|| author.clone());
    }
    parsed.title = walk.feed.title.map(|t| t.1);
    parsed.language = walk.feed.language.or(parsed.language);
    parsed.wait_s = walk.wait.seconds();
    parsed.repaired.extend(reader.mended().words().map(str::to_string));
    Ok(parsed)
}

/// Where the walk stands: what the children of an open element may mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Root,
    Channel,
    Entry,
    /// `media:group` and `media:content`.
    Media,
    SkipHours,
    SkipDays,
    /// Within a text that is being taken.
    Inside,
    /// Nothing here is ours.
    Elsewhere,
}

struct Frame {
    place: Place,
    language: Option<Rc<str>>,
    base: Option<Rc<Url>>,
    /// How many prefixes were declared outside of this element.
    spaces: usize,
}

/// What the feed asks about the time between polls.
#[derive(Default)]
struct Wait {
    ttl_min: Option<u64>,
    period_s: Option<u64>,
    frequency: Option<u64>,
}

impl Wait {
    fn seconds(&self) -> Option<u64> {
        let ttl = self.ttl_min.map(|m| m.saturating_mul(60));
        let period = self.period_s.map(|p| p / self.frequency.unwrap_or(1).clamp(1, 1000));
        ttl.max(period).filter(|s| *s > 0).map(|s| s.min(WAIT_MAX_S))
    }
}

struct Walk<'a> {
    limits: Limits,
    frames: Vec<Frame>,
    spaces: Vec<(&'a str, Space)>,
    root: Option<String>,
    document_base: Option<Rc<Url>>,
    atom: bool,
    feed: Draft,
    entry: Option<Draft>,
    entry_depth: usize,
    taken: Option<Taken>,
    wait: Wait,
    kept: Kept,
    parsed: Parsed,
}

impl<'a> Walk<'a> {
    fn new(base: Option<&Url>, limits: Limits) -> Walk<'a> {
        Walk {
            limits,
            frames: Vec::new(),
            spaces: Vec::new(),
            root: None,
            document_base: base.map(|b| Rc::new(b.clone())),
            atom: false,
            feed: Draft::default(),
            entry: None,
            entry_depth: 0,
            taken: None,
            wait: Wait::default(),
            kept: Kept::new(limits),
            parsed: Parsed::default(),
        }
    }

    fn start(&mut self, tag: Tag<'a>) -> Result<(), ParseError> {
        let parent = self.frames.last();
        let mut frame = Frame {
            place: Place::Elsewhere,
            language: parent.and_then(|f| f.language.clone()),
            base: parent.map_or_else(|| self.document_base.clone(), |f| f.base.clone()),
            spaces: self.spaces.len(),
        };
        let parent = parent.map(|f| f.place);
        if let Some(taken) = &mut self.taken {
            taken.open(tag, self.limits);
            frame.place = Place::Inside;
            self.frames.push(frame);
            return Ok(());
        }
        if tag.has_attributes() {
            self.inherit(&tag, &mut frame);
        }
        let (space, local) = self.resolve(tag.name);
        let mut lower = [0u8; 24];
        let local = lowered(local, &mut lower);
        if self.root.is_none() {
            self.root = Some(tag.name.to_string());
            if local == "html" {
                return Err(ParseError::WebPage);
            }
        }
        if self.parsed.format.is_empty() {
            self.parsed.format = format_of(local, &tag);
            self.atom = self.parsed.format.starts_with("Atom");
        }
        // An entry may stand anywhere, since end tags go astray; one inside another means that an end tag is
        // missing. A document of one Atom entry is a feed too.
        frame.place = if space == Space::Core && matches!(local, "item" | "entry") {
            self.begin_entry(&tag, &frame);
            Place::Entry
        } else {
            self.place(parent, space, local, &tag, &frame)
        };
        self.frames.push(frame);
        Ok(())
    }

    fn begin_entry(&mut self, tag: &Tag<'a>, frame: &Frame) {
        self.finish_entry();
        let about = tag.attribute("rdf:about").and_then(|a| absolute(&a, frame.base.as_deref()));
        self.entry = Some(Draft {
            id: about.clone(),
            link: about.map(|a| (0, a)),
            inherited_language: frame.language.clone(),
            ..Draft::default()
        });
        self.entry_depth = self.frames.len() + 1;
    }

    /// Takes the namespaces, the language and the base that an element declares.
    fn inherit(&mut self, tag: &Tag<'a>, frame: &mut Frame) {
        for (name, value) in tag.attributes() {
            if let Some(prefix) = name.strip_prefix("xmlns") {
                self.spaces.push((prefix.trim_start_matches(':'), Space::of_address(&value)));
            } else if name.eq_ignore_ascii_case("xml:lang") {
                frame.language = Some(value.trim()).filter(|l| !l.is_empty()).map(Rc::from);
            } else if name.eq_ignore_ascii_case("xml:base") {
                let joined = match &frame.base {
                    Some(base) => base.join(&value).ok(),
                    None => Url::parse(&value).ok(),
                };
                frame.base = joined.map(Rc::new).or(frame.base.take());
            }
        }
    }

    fn resolve<'t>(&self, name: &'t str) -> (Space, &'t str) {
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        let declared = self.spaces.iter().rev().find(|(p, _)| *p == prefix).map(|(_, space)| *space);
        // A default namespace that nobody knows says nothing about plain RSS elements.
        match declared {
            Some(Space::Other) if prefix.is_empty() => (Space::Core, local),
            Some(space) => (space, local),
            None => (Space::of_prefix(&prefix.to_ascii_lowercase()), local),
        }
    }

    /// What the children of this element may be; begins to take its text where it is a field.
    fn place(
        &mut self,
        parent: Option<Place>,
        space: Space,
        local: &str,
        tag: &Tag<'a>,
        frame: &Frame,
    ) -> Place {
        match (parent, space, local) {
            (None | Some(Place::Root), _, "feed" | "channel") => {
                self.parsed.language = frame.language.as_deref().map(str::to_string);
                Place::Channel
            }
            (None, ..) | (Some(Place::Root), _, "rss" | "rdf") => Place::Root,
            (Some(Place::Channel), Space::Core, "skiphours") => Place::SkipHours,
            (Some(Place::Channel), Space::Core, "skipdays") => Place::SkipDays,
            (Some(Place::Channel | Place::Entry), Space::Core, "author") => {
                self.take(Field::Author(5), Kind::Plain, tag, frame);
                Place::Elsewhere
            }
            (Some(Place::Entry | Place::Media), Space::Media, "group" | "content") => Place::Media,
            (Some(parent), ..) => {
                let field = match parent {
                    Place::Channel => channel_field(space, local),
                    Place::Entry => entry_field(space, local),
                    Place::Media => entry_field(space, local).filter(|_| space == Space::Media),
                    Place::SkipHours => (local == "hour").then_some(Field::Hour),
                    Place::SkipDays => (local == "day").then_some(Field::Day),
                    _ => None,
                };
                match field {
                    Some(Field::Link(4)) => self.link(tag, frame),
                    Some(Field::Category) if tag.attribute("term").is_some() => self.category(tag),
                    Some(field) => {
                        let kind = kind_of(field, self.atom, tag);
                        self.take(field, kind, tag, frame);
                    }
                    None => {}
                }
                Place::Elsewhere
            }
        }
    }

    fn take(&mut self, field: Field, kind: Kind, tag: &Tag<'a>, frame: &Frame) {
        self.taken = Some(Taken {
            field,
            kind,
            depth: self.frames.len() + 1,
            text: String::new(),
            inline: false,
            language: frame.language.clone(),
            permalink: tag.attribute("ispermalink").is_none_or(|p| !p.trim().eq_ignore_ascii_case("false")),
        });
    }

    /// `<link>text</link>` of RSS, `<link href rel>` of Atom.
    fn link(&mut self, tag: &Tag<'a>, frame: &Frame) {
        let Some(href) = tag.attribute("href") else {
            return self.take(Field::Link(4), Kind::Plain, tag, frame);
        };
        let rel = tag.attribute("rel").unwrap_or(Cow::Borrowed("alternate"));
        let is_page = tag.attribute("type").is_none_or(|t| t.contains("html"));
        let rank = match rel.trim().rsplit('/').next().unwrap_or_default() {
            "alternate" | "" if is_page => 4,
            "alternate" | "" => 3,
            "related" | "via" => 1,
            _ => return,
        };
        if let (Some(draft), Some(link)) = (&mut self.entry, absolute(&href, frame.base.as_deref())) {
            offer(&mut draft.link, rank, link);
        }
    }

    fn category(&mut self, tag: &Tag<'a>) {
        let name = tag.attribute("label").filter(|l| !l.trim().is_empty()).or_else(|| tag.attribute("term"));
        if let (Some(draft), Some(name)) = (&mut self.entry, name) {
            draft.category(name.trim());
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(taken) = &mut self.taken {
            taken.push(text, self.limits);
        }
    }

    fn end(&mut self, name: &str, cut: bool) {
        let depth = self.frames.len();
        let Some(frame) = self.frames.pop() else { return };
        self.spaces.truncate(frame.spaces);
        if cut {
            // An entry that was cut short would come back under another identity when it is whole.
            (self.taken, self.entry) = (None, None);
            return;
        }
        match self.taken.take() {
            Some(taken) if taken.depth == depth => self.give(taken, &frame),
            Some(mut taken) => {
                taken.close(name, self.limits);
                self.taken = Some(taken);
            }
            None if frame.place == Place::Entry && self.entry_depth == depth => self.finish_entry(),
            None => {}
        }
    }

    fn finish_entry(&mut self) {
        if let Some(draft) = self.entry.take() {
            self.kept.push(draft.finish());
        }
    }

    /// Puts a taken text where it belongs.
    fn give(&mut self, taken: Taken, frame: &Frame) {
        let in_entry = self.entry.is_some();
        let draft = self.entry.as_mut().unwrap_or(&mut self.feed);
        let (field, permalink, language) = (taken.field, taken.permalink, taken.language.clone());
        if let Field::Title(rank) | Field::Summary(rank) | Field::Content(rank) = field {
            let mut html = taken.html();
            // Escaping has made it longer.
            cut(&mut html, self.limits.field_max_bytes);
            if html.trim().is_empty() {
                return;
            }
            match field {
                Field::Title(_) => offer(&mut draft.title, rank, html),
                Field::Summary(_) => offer(&mut draft.summary, rank, html),
                _ => offer(&mut draft.content, rank, html),
            }
            // The language of the text counts, or that of the title where the text says nothing.
            draft.text_language = match field {
                Field::Title(_) => draft.text_language.take().or(language),
                _ => language.or(draft.text_language.take()),
            };
            return;
        }
        let text = if matches!(field, Field::Author(_)) { taken.person() } else { taken.plain() };
        if text.is_empty() {
            return;
        }
        match field {
            Field::Author(rank) => offer(&mut draft.author, rank, text),
            Field::Published(rank) => {
                date::parse(&text).into_iter().for_each(|d| offer(&mut draft.published, rank, d))
            }
            Field::Updated(rank) => {
                date::parse(&text).into_iter().for_each(|d| offer(&mut draft.updated, rank, d))
            }
            Field::Link(rank) => absolute(&text, frame.base.as_deref())
                .into_iter()
                .for_each(|l| offer(&mut draft.link, rank, l)),
            Field::Id => {
                if permalink && Url::parse(&text).is_ok_and(|u| matches!(u.scheme(), "http" | "https")) {
                    offer(&mut draft.link, 2, text.clone());
                }
                draft.id.get_or_insert(text);
            }
            Field::Category => draft.category(&text),
            Field::Language => {
                draft.language.get_or_insert(text);
            }
            _ if in_entry => {}
            Field::Ttl => self.wait.ttl_min = text.parse().ok(),
            Field::UpdateFrequency => self.wait.frequency = text.parse().ok(),
            Field::UpdatePeriod => self.wait.period_s = period_s(&text),
            Field::Hour => {
                self.parsed.skip_hours.extend(hour(&text).filter(|h| !self.parsed.skip_hours.contains(h)))
            }
            Field::Day => {
                self.parsed.skip_days.extend(weekday(&text).filter(|d| !self.parsed.skip_days.contains(d)))
            }
            _ => {}
        }
    }
}

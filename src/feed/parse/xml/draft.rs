//! Texts and entries while they are read.
//!
//! Owns how the pieces of one text become HTML or a plain value, and how ranked values become an entry.

use std::borrow::Cow;
use std::rc::Rc;

use chrono::{DateTime, FixedOffset};

use super::words::{Field, Kind, base64, person};
use crate::feed::Entry;
use crate::feed::markup::{Event, Reader, Tag, escape};
use crate::feed::parse::{Limits, cut};

const CATEGORIES_MAX: usize = 64;

/// A text that is being taken.
pub struct Taken {
    pub field: Field,
    pub kind: Kind,
    /// Depth of its element.
    pub depth: usize,
    /// Text until the first inner tag, markup from then on.
    pub text: String,
    pub inline: bool,
    pub language: Option<Rc<str>>,
    pub permalink: bool,
}

pub type Ranked<T> = Option<(u8, T)>;

impl Taken {
    pub fn push(&mut self, text: &str, limits: Limits) {
        // Beyond the limit nothing is kept; `cut` ends the text on a character.
        if self.text.len() <= limits.field_max_bytes {
            self.text.push_str(&if self.inline { escape(text) } else { Cow::Borrowed(text) });
            cut(&mut self.text, limits.field_max_bytes);
        }
    }

    /// A tag inside a text: from here on the text is markup.
    pub fn open(&mut self, tag: Tag<'_>, limits: Limits) {
        if !self.inline {
            self.text = escape(&self.text).into_owned();
            self.inline = true;
        }
        if self.text.len() >= limits.field_max_bytes {
            return;
        }
        let local = tag.name.rsplit(':').next().unwrap_or(tag.name);
        self.text.push('<');
        self.text.push_str(local);
        for (name, value) in
            tag.attributes().filter(|(n, _)| matches!(*n, "href" | "src" | "alt" | "title" | "class"))
        {
            self.text.push_str(&format!(
                " {name}=\"{}\"",
                value.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
            ));
        }
        self.text.push('>');
        cut(&mut self.text, limits.field_max_bytes);
    }

    pub fn close(&mut self, name: &str, limits: Limits) {
        if self.text.len() < limits.field_max_bytes {
            self.text.push_str("</");
            self.text.push_str(name.rsplit(':').next().unwrap_or(name));
            self.text.push('>');
        }
    }

    pub fn html(self) -> String {
        match self.kind {
            _ if self.inline => self.text,
            Kind::Html => self.text,
            Kind::Plain => escape(&self.text).into_owned(),
            Kind::Base64 => base64(&self.text).unwrap_or_default(),
        }
    }

    /// The text without markup and with single spaces: for names, dates, addresses.
    pub fn plain(&self) -> String {
        if !self.inline {
            return folded(&self.text);
        }
        let mut all = String::new();
        let mut reader = Reader::new(&self.text);
        while let Some(event) = reader.event() {
            if let Event::Text(text) = event {
                all.push_str(&text);
                all.push(' ');
            }
        }
        folded(&all)
    }

    /// A name: of a person with elements of its own (Atom) or in one line (RSS).
    pub fn person(&self) -> String {
        if !self.inline {
            return person(&folded(&self.text));
        }
        let (mut name, mut email, mut within) = (String::new(), String::new(), "");
        let mut reader = Reader::new(&self.text);
        while let Some(event) = reader.event() {
            match event {
                Event::Start(tag) => within = tag.name,
                Event::Text(text) if within == "name" => name.push_str(&text),
                Event::Text(text) if within == "email" => email.push_str(&text),
                Event::Text(_) => {}
                Event::End(_) => within = "",
            }
        }
        let name = folded(&name);
        if name.is_empty() { folded(&email) } else { name }
    }
}

/// An entry, or the feed itself, while it is read.
#[derive(Default)]
pub struct Draft {
    pub title: Ranked<String>,
    pub summary: Ranked<String>,
    pub content: Ranked<String>,
    pub author: Ranked<String>,
    pub published: Ranked<DateTime<FixedOffset>>,
    pub updated: Ranked<DateTime<FixedOffset>>,
    pub link: Ranked<String>,
    pub id: Option<String>,
    pub language: Option<String>,
    /// `xml:lang` of the summary or the content.
    pub text_language: Option<Rc<str>>,
    /// `xml:lang` where the entry begins.
    pub inherited_language: Option<Rc<str>>,
    pub categories: Vec<String>,
}

pub fn offer<T>(slot: &mut Ranked<T>, rank: u8, value: T) {
    if slot.as_ref().is_none_or(|(held, _)| rank > *held) {
        *slot = Some((rank, value));
    }
}

impl Draft {
    pub fn category(&mut self, name: &str) {
        if self.categories.len() < CATEGORIES_MAX && !self.categories.iter().any(|c| c == name) {
            self.categories.push(name.to_string());
        }
    }

    pub fn finish(self) -> Entry {
        fn value<T>(ranked: Ranked<T>) -> Option<T> {
            ranked.map(|(_, value)| value)
        }
        Entry {
            key: String::new(),
            id: self.id,
            link: value(self.link),
            title: value(self.title),
            summary: value(self.summary),
            content: value(self.content),
            author: value(self.author).filter(|a| !a.is_empty()),
            language: self
                .text_language
                .map(|l| l.to_string())
                .or(self.language)
                .or(self.inherited_language.map(|l| l.to_string())),
            categories: self.categories,
            published: value(self.published),
            updated: value(self.updated),
        }
    }
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

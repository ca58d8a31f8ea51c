//! JSON Feed 1.0 and 1.1.
//!
//! Owns the names of JSON Feed. Lenient where publishers are careless: a number serves as an id, one author
//! as a list, a missing version does not matter where there are items. Items are made into entries while the
//! document is read, and what nobody asked for is never kept, so a hostile document costs no more memory
//! than its own size.

use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use url::Url;

use super::{Kept, Limits, ParseError, absolute, cut, date};
use crate::feed::markup::escape;
use crate::feed::{Entry, Parsed};

/// Names and tags of one item that are kept.
const NAMES_MAX: usize = 64;

pub fn read(text: &str, base: Option<&Url>, limits: Limits) -> Result<Parsed, ParseError> {
    let mut reader = serde_json::Deserializer::from_str(text);
    // serde_json refuses nesting beyond 128 by itself.
    let mut document =
        Reading(limits).deserialize(&mut reader).map_err(|e| ParseError::Json(e.to_string()))?;
    let Some(kept) = document.items.take() else {
        return Err(ParseError::Json("it has no list of items".to_string()));
    };
    let version = document.take("version").unwrap_or_default();
    let number = version.rsplit('/').next().filter(|v| v.starts_with(|c: char| c.is_ascii_digit()));
    let mut parsed = Parsed {
        format: format!("JSON Feed {}", number.unwrap_or("without version")),
        title: document.take("title").map(|t| escape(&t).into_owned()),
        language: document.take("language"),
        ..Parsed::default()
    };
    kept.finish(&mut parsed);
    let home = document.take("home_page_url").and_then(|u| Url::parse(&u).ok());
    let author = document.names();
    for entry in &mut parsed.entries {
        entry.link = entry.link.take().and_then(|l| absolute(&l, home.as_ref().or(base)));
        entry.author = entry.author.take().or_else(|| author.clone());
    }
    Ok(parsed)
}

/// The texts of the document or of one item, by name; everything else is passed over.
#[derive(Default)]
struct Object {
    texts: Vec<(&'static str, String)>,
    authors: Vec<String>,
    tags: Vec<String>,
    items: Option<Kept>,
}

const TEXTS: &[&str] = &[
    "version",
    "title",
    "language",
    "home_page_url",
    "id",
    "url",
    "external_url",
    "summary",
    "content_html",
    "content_text",
    "date_published",
    "date_modified",
];

impl Object {
    fn take(&mut self, name: &str) -> Option<String> {
        let at = self.texts.iter().position(|(n, _)| *n == name)?;
        Some(self.texts.swap_remove(at).1)
    }

    fn names(&self) -> Option<String> {
        (!self.authors.is_empty()).then(|| self.authors.join(", "))
    }

    fn entry(mut self, limits: Limits) -> Entry {
        let limited = |text: Option<String>| {
            text.map(|mut t| {
                cut(&mut t, limits.field_max_bytes);
                t
            })
        };
        let mut plain = |name| limited(self.take(name).map(|t| escape(&t).into_owned()));
        let (title, summary, text) = (plain("title"), plain("summary"), plain("content_text"));
        Entry {
            key: String::new(),
            id: self.take("id"),
            link: self.take("url").or_else(|| self.take("external_url")),
            title,
            summary,
            content: limited(self.take("content_html")).or(text),
            author: self.names(),
            language: self.take("language"),
            published: self.take("date_published").and_then(|d| date::parse(&d)),
            updated: self.take("date_modified").and_then(|d| date::parse(&d)),
            categories: self.tags,
        }
    }
}

/// Reads an [`Object`]; a value of another shape is an empty one.
#[derive(Clone, Copy)]
struct Reading(Limits);

impl<'de> DeserializeSeed<'de> for Reading {
    type Value = Object;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Object, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reading {
    type Value = Object;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
        let mut object = Object::default();
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "items" => object.items = map.next_value_seed(Items(self.0))?,
                "authors" | "author" => {
                    let Names(names) = map.next_value()?;
                    if object.authors.is_empty() {
                        object.authors = names;
                    }
                }
                "tags" => object.tags = map.next_value::<Names>()?.0,
                name => match TEXTS.iter().find(|t| **t == name) {
                    Some(known) => {
                        let Names(texts) = map.next_value()?;
                        object.texts.extend(texts.into_iter().next().map(|text| (*known, text)));
                    }
                    None => drop(map.next_value::<IgnoredAny>()?),
                },
            }
        }
        Ok(object)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Object, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Object::default())
    }

    fn visit_str<E>(self, _: &str) -> Result<Object, E> {
        Ok(Object::default())
    }

    fn visit_unit<E>(self) -> Result<Object, E> {
        Ok(Object::default())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Object, E> {
        Ok(Object::default())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Object, E> {
        Ok(Object::default())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Object, E> {
        Ok(Object::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Object, E> {
        Ok(Object::default())
    }
}

/// Reads the list of items into entries.
struct Items(Limits);

impl<'de> DeserializeSeed<'de> for Items {
    type Value = Option<Kept>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Option<Kept>, D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Items {
    type Value = Option<Kept>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a list of items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Option<Kept>, A::Error> {
        let mut kept = Kept::new(self.0);
        while let Some(item) = list.next_element_seed(Reading(self.0))? {
            if !item.texts.is_empty() {
                kept.push(item.entry(self.0));
            }
        }
        Ok(Some(kept))
    }
}

/// Texts wherever they are: one text or number, a list of them, an object with a `name`.
struct Names(Vec<String>);

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Names, D::Error> {
        from.deserialize_any(NamesVisitor)
    }
}

struct NamesVisitor;

impl<'de> Visitor<'de> for NamesVisitor {
    type Value = Names;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E>(self, text: &str) -> Result<Names, E> {
        let text = text.trim();
        Ok(Names(if text.is_empty() { Vec::new() } else { vec![text.to_string()] }))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Names, E> {
        Ok(Names(vec![number.to_string()]))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Names, E> {
        Ok(Names(vec![number.to_string()]))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Names, E> {
        Ok(Names(vec![number.to_string()]))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Names, E> {
        Ok(Names(Vec::new()))
    }

    fn visit_unit<E>(self) -> Result<Names, E> {
        Ok(Names(Vec::new()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Names, A::Error> {
        let mut all = Vec::new();
        while all.len() < NAMES_MAX {
            match list.next_element::<Names>()? {
                Some(Names(names)) => all.extend(names),
                None => return Ok(Names(all)),
            }
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Names(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Names, A::Error> {
        let mut found = Names(Vec::new());
        while let Some(key) = map.next_key::<String>()? {
            if key == "name" {
                found = map.next_value()?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

//! The shape of a file of actors, as TOML has it.
//!
//! Owns names and types of the fields. Leaves to `check` what the values must be.

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use std::collections::BTreeMap;
use toml::Spanned;
use toml::value::Datetime;

#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Armed groups by name.
    #[serde(default)]
    pub group: BTreeMap<Spanned<String>, Entry>,
    /// Bodies of every other kind, by name.
    #[serde(default)]
    pub organisation: BTreeMap<Spanned<String>, Entry>,
    #[serde(default)]
    pub person: BTreeMap<Spanned<String>, Entry>,
    /// Words for people and bodies.
    #[serde(default)]
    pub roles: Vec<Roles>,
    /// Nouns that neither act nor suffer.
    #[serde(default)]
    pub nobody: Vec<String>,
    /// The names of the seat of government, by country code.
    #[serde(default)]
    pub capital: BTreeMap<Spanned<String>, Vec<String>>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub kind: Option<Spanned<String>>,
    pub country: Option<Spanned<String>>,
    #[serde(default)]
    pub aliases: Vec<Alias>,
    /// Words of which a document must hold one before the name itself is taken for this actor.
    #[serde(default)]
    pub needs: Vec<String>,
    #[serde(default)]
    pub roles: Vec<Spanned<Term>>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    pub office: String,
    pub kind: Option<Spanned<String>>,
    pub from: Datetime,
    pub until: Option<Datetime>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roles {
    pub kind: Spanned<String>,
    pub sort: Spanned<String>,
    pub words: Vec<Spanned<String>>,
}

/// `"text"`, or `{ text = "...", needs = ["...", ...] }`.
#[derive(Debug)]
pub struct Alias {
    pub text: String,
    pub needs: Vec<String>,
}

impl<'de> Deserialize<'de> for Alias {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Alias, D::Error> {
        deserializer.deserialize_any(AliasVisitor)
    }
}

struct AliasVisitor;

impl<'de> Visitor<'de> for AliasVisitor {
    type Value = Alias;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a string, or { text = \"...\", needs = [\"...\"] }")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Alias, E> {
        Ok(Alias { text: text.to_owned(), needs: Vec::new() })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Alias, A::Error> {
        let (mut text, mut needs) = (None, None);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "text" => text = Some(map.next_value()?),
                "needs" => needs = Some(map.next_value()?),
                _ => return Err(de::Error::unknown_field(&key, &["text", "needs"])),
            }
        }
        Ok(Alias {
            text: text.ok_or_else(|| de::Error::missing_field("text"))?,
            needs: needs.ok_or_else(|| de::Error::missing_field("needs"))?,
        })
    }
}

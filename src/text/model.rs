//! The model file: the tagger's and the parser's weights, compiled into the program.
//!
//! Owns the format, its checksum and the one loaded copy. Leaves writing to the `treebank` program and the
//! meaning of the weights to `tag` and `network`. The file has a licence of its own, see NOTICE.
//!
//! Little-endian: magic, version, XXH3 of what follows; the dictionary; the tagger's rows; the edits that make lemmas; the shape of the
//! network; the keys of its vocabularies; embeddings as bytes with a scale a row; dense parts as 16-bit
//! numbers with a scale a part.

use super::depend::{Parse, Parser};
use super::inventory::Tag;
use super::lemma::{Edit, Lemmas};
use super::network::{Network, Part, Shape};
use super::tag::{Known, Row, Tagger};
use super::vocabulary::{Embeddings, TABLES, Vocabulary};
use super::word::Form;
use std::sync::LazyLock;
use xxhash_rust::xxh3::xxh3_64;

pub const MAGIC: &[u8; 4] = b"DLEN";
pub const VERSION: u32 = 3;

/// Everything that reading syntax takes.
#[derive(Debug)]
pub struct Model {
    pub tagger: Tagger,
    pub parser: Parser,
    pub lemmas: Lemmas,
}

static EMBEDDED: LazyLock<Model> = LazyLock::new(|| {
    let bytes = include_bytes!("../../config/data/english.model");
    match Model::read(bytes) {
        Ok(model) => model,
        // The bytes are part of the program, and a test reads them: only a damaged executable comes here.
        Err(error) => {
            panic!("the language model compiled into this program is damaged ({error}): reinstall it")
        }
    }
});

/// The model of this program; loaded at the first call.
pub fn embedded() -> &'static Model {
    &EMBEDDED
}

/// Why bytes are not a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    #[error("not a language model of version {VERSION}")]
    Foreign,
    #[error("its checksum does not match")]
    Checksum,
    #[error("it ends early or holds numbers out of range")]
    Malformed,
}

impl Model {
    /// Tags and tree of a sentence, given its words.
    pub fn parse<'a>(&self, words: impl Iterator<Item = &'a str> + Clone) -> Parse {
        self.parse_all(std::iter::once(words)).pop().unwrap_or_default()
    }

    /// Tags and trees of sentences, faster than of one after the other: the tagger's guess, then the parser, which
    /// corrects it in context.
    pub fn parse_all<'a, Words>(&self, sentences: impl Iterator<Item = Words>) -> Vec<Parse>
    where
        Words: Iterator<Item = &'a str> + Clone,
    {
        let tagged = |words| {
            let forms = Form::sentence(words);
            let tags = self.tagger.tag(&forms);
            (forms, tags)
        };
        self.parser.parse_all(&sentences.map(tagged).collect::<Vec<_>>())
    }

    pub fn read(bytes: &[u8]) -> Result<Model, ModelError> {
        let mut reader = Reader { rest: bytes };
        let magic = reader.take(4).ok_or(ModelError::Foreign)?;
        if magic != MAGIC || reader.u32() != Some(VERSION) {
            return Err(ModelError::Foreign);
        }
        let sum = reader.take(8).ok_or(ModelError::Foreign)?;
        if xxh3_64(reader.rest).to_le_bytes() != sum {
            return Err(ModelError::Checksum);
        }
        reader.model().ok_or(ModelError::Malformed)
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    fn u8(&mut self) -> Option<u8> {
        Some(self.take(1)?[0])
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    fn f32(&mut self) -> Option<f32> {
        Some(f32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    /// A count of things that take at least `least` bytes each.
    fn count(&mut self, least: usize) -> Option<usize> {
        let count = self.u32()? as usize;
        (count.checked_mul(least)? <= self.rest.len()).then_some(count)
    }

    fn tag(&mut self) -> Option<(u8, bool)> {
        let byte = self.u8()?;
        let tag = byte & 0x7F;
        (usize::from(tag) < Tag::ALL.len()).then_some((tag, byte & 0x80 != 0))
    }

    fn model(&mut self) -> Option<Model> {
        let tagger = self.tagger()?;
        let lemmas = self.lemmas()?;
        let parser = self.parser()?;
        self.rest.is_empty().then_some(Model { tagger, parser, lemmas })
    }

    fn tagger(&mut self) -> Option<Tagger> {
        let count = self.count(5)?;
        let mut known = Vec::with_capacity(count);
        for _ in 0..count {
            let norm = self.u32()?;
            let (tag, certain) = self.tag()?;
            known.push(Known { norm, tag, certain });
        }
        let count = self.count(5)?;
        let mut rows: Vec<(u32, Row)> = Vec::with_capacity(count);
        for _ in 0..count {
            let key = self.u32()?;
            let pairs = usize::from(self.u8()?);
            if pairs > Tag::ALL.len() {
                return None;
            }
            let mut row = Vec::with_capacity(pairs);
            for _ in 0..pairs {
                let (tag, _) = self.tag()?;
                row.push((tag, self.u8()? as i8));
            }
            rows.push((key, row));
        }
        Some(Tagger::new(&known, &rows))
    }

    fn lemmas(&mut self) -> Option<Lemmas> {
        let count = self.count(2)?;
        let mut edits = Vec::with_capacity(count);
        for _ in 0..count {
            let (cut, length) = (self.u8()?, self.u8()?);
            let add = std::str::from_utf8(self.take(usize::from(length))?).ok()?.to_owned();
            edits.push(Edit { cut, add });
        }
        let count = self.count(5)?;
        let mut entries = Vec::with_capacity(count);
        for _ in 0..count {
            let (key, choice) = (self.u32()?, self.u8()?);
            if usize::from(choice) >= edits.len() {
                return None;
            }
            entries.push((key, choice));
        }
        Some(Lemmas::new(&entries, edits))
    }

    fn parser(&mut self) -> Option<Parser> {
        let mut sizes = [0usize; 4];
        for size in &mut sizes {
            *size = self.u32()? as usize;
        }
        let [input, width, arc, label] = sizes;
        let shape = Shape { input, width, arc, label };
        if !shape.is_sound() {
            return None;
        }
        let mut keys: [Vec<u32>; 4] = Default::default();
        for list in &mut keys {
            let count = self.count(4)?;
            for _ in 0..count {
                list.push(self.u32()?);
            }
        }
        let mut embeddings: [Embeddings; TABLES] = Default::default();
        for (table, rows) in embeddings.iter_mut().zip(Vocabulary::rows(&keys)) {
            table.rows.reserve_exact(rows * input);
            table.scales.reserve_exact(rows);
            for _ in 0..rows {
                table.scales.push(self.f32()?);
                table.rows.extend(self.take(input)?.iter().map(|&b| b as i8));
            }
        }
        let mut dense = Vec::with_capacity(shape.dense());
        for part in Part::ALL {
            let (rows, columns) = shape.size(part);
            let scale = self.f32()?;
            let numbers = self.take(2 * rows * columns)?.chunks_exact(2);
            dense.extend(numbers.map(|b| f32::from(i16::from_le_bytes([b[0], b[1]])) * scale));
        }
        let network = Network::new(shape, dense);
        Some(Parser { vocabulary: Vocabulary::new(&keys), embeddings, network })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedded_model_loads() {
        embedded();
    }

    #[test]
    fn sentences_do_not_mind_their_company() {
        let long = "the gunmen who attacked a market in the north , ".repeat(40);
        let sentences =
            ["Gunmen attacked a market .", "", &long, "No .", "He gave her a book", "Police said 12 died ."];
        let words = || sentences.iter().map(|sentence| sentence.split_whitespace());
        let together = embedded().parse_all(words());
        let alone: Vec<Parse> = words().map(|words| embedded().parse(words)).collect();
        assert_eq!(together, alone);
        assert!(alone.iter().zip(words()).all(|(parse, words)| parse.heads.len() == words.count()));
    }

    #[test]
    fn damage_is_found() {
        let mut bytes = include_bytes!("../../config/data/english.model").to_vec();
        assert_eq!(Model::read(b"no").err(), Some(ModelError::Foreign));
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        assert_eq!(Model::read(&bytes).err(), Some(ModelError::Checksum));
        bytes.truncate(last);
        let sum = xxh3_64(&bytes[16..]).to_le_bytes();
        bytes[8..16].copy_from_slice(&sum);
        assert_eq!(Model::read(&bytes).err(), Some(ModelError::Malformed));
    }
}

//! What a token is to the parser's network: a row of each table, and the sum of their embeddings.
//!
//! Owns which words and affixes have rows, and the embeddings, a byte a number. Leaves what is made of them to
//! `network`.

use super::inventory::Tag;
use super::matrix::kernel;
use super::tag::{Table, fetch};
use super::word::{Form, SHAPES, mix};

/// Tables of embeddings: word, prefix, three suffixes, shape, tag.
pub const TABLES: usize = 6;
/// The first row of a table is for what it does not know, the second for the root.
pub const UNKNOWN: u32 = 0;
const ROOT: u32 = 1;
/// How many rows of a table stand before those of its keys.
pub const RESERVED: usize = 2;

/// The rows of the tables that describe a token.
pub type Ids = [u32; TABLES];

/// Which words and affixes have rows of their own.
#[derive(Debug)]
pub struct Vocabulary {
    words: Table,
    prefixes: Table,
    suffixes3: Table,
    suffixes2: Table,
}

impl Vocabulary {
    /// Of the keys of the four open tables (words, prefixes, suffixes of three, of two letters).
    pub fn new(keys: &[Vec<u32>; 4]) -> Vocabulary {
        let [words, prefixes, suffixes3, suffixes2] = keys.each_ref().map(|k| Table::new(k.iter().copied()));
        Vocabulary { words, prefixes, suffixes3, suffixes2 }
    }

    /// The rows of each table, given the number of keys of the open ones.
    pub fn rows(keys: &[Vec<u32>; 4]) -> [usize; TABLES] {
        let open = keys.each_ref().map(|k| k.len() + RESERVED);
        [open[0], open[1], open[2], open[3], SHAPES + RESERVED, Tag::ALL.len() + RESERVED]
    }

    /// What describes the root, which stands before the first token.
    pub const ROOT_IDS: Ids = [ROOT; TABLES];

    pub fn ids(&self, form: &Form, tag: Tag) -> Ids {
        let row = |table: &Table, key| table.find(key).map_or(UNKNOWN, |i| (i + RESERVED) as u32);
        [
            row(&self.words, form.norm),
            row(&self.prefixes, form.prefix),
            row(&self.suffixes3, form.suffix3),
            row(&self.suffixes2, form.suffix2),
            u32::from(form.shape) + RESERVED as u32,
            tag as u32 + RESERVED as u32,
        ]
    }
}

/// The different ones among the tokens, and where each token stands among those: words recur within a text.
pub fn distinct(tokens: &[Ids]) -> (Vec<Ids>, Vec<usize>) {
    let mut slots = vec![usize::MAX; (2 * tokens.len()).next_power_of_two()];
    let mut found: Vec<Ids> = Vec::with_capacity(tokens.len());
    let place = |ids: &Ids| {
        let mut slot = mix(ids[0], ids[4] << 16 | ids[5]) as usize;
        loop {
            slot &= slots.len() - 1;
            match slots[slot] {
                usize::MAX => {
                    slots[slot] = found.len();
                    found.push(*ids);
                    return found.len() - 1;
                }
                place if found[place] == *ids => return place,
                _ => slot += 1,
            }
        }
    };
    let places = tokens.iter().map(place).collect();
    (found, places)
}

/// A table of embeddings, in bytes: a row is so many times its scale.
#[derive(Debug, Default)]
pub struct Embeddings {
    pub rows: Vec<i8>,
    pub scales: Vec<f32>,
}

/// The sum of the embeddings of each token, `width` a token.
pub fn embed(tables: &[Embeddings; TABLES], ids: &[Ids], width: usize) -> Vec<f32> {
    let mut out = vec![0.0; ids.len() * width];
    for (at, line) in out.chunks_exact_mut(width).enumerate() {
        // The tables are too large for the near caches.
        for (table, &id) in ids.get(at + AHEAD).into_iter().flat_map(|ids| tables.iter().zip(ids)) {
            table.rows[id as usize * width..][..width].chunks(64).for_each(|line| fetch(&line[0]));
        }
        for (table, &id) in tables.iter().zip(&ids[at]) {
            add_scaled(line, &table.rows[id as usize * width..][..width], table.scales[id as usize]);
        }
    }
    out
}

/// So many tokens before they are read, embeddings are asked for.
const AHEAD: usize = 4;

kernel! {
    /// out += x scale.
    fn add_scaled / add_scaled_body(out: &mut [f32], x: &[i8], scale: f32)
}

#[inline(always)]
fn add_scaled_body<const FMA: bool, const R: usize>(out: &mut [f32], x: &[i8], scale: f32) {
    for (out, &x) in out.iter_mut().zip(x) {
        *out += f32::from(x) * scale;
    }
}

//! The tagger: one Penn tag a token, left to right, by a linear model over hashed features.
//!
//! Owns the features and the decision. Leaves training to the `treebank` program, and the file that the
//! weights come from to `model`. Words that the treebanks tag in one way only are looked up (the tag
//! dictionary); the rest are scored (averaged perceptron, Collins 2002).

use super::inventory::Tag;
use super::word::{Form, mix};

/// How many features describe a decision.
pub const FEATURES: usize = 24;

/// The class of a word that the dictionary does not hold.
pub const UNKNOWN: u8 = 255;

/// What the dictionary says of a word: its commonest tag, and whether that is the only one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    pub norm: u32,
    pub tag: u8,
    pub certain: bool,
}

/// A feature's weights: pairs of a tag's number and a weight.
pub type Row = Vec<(u8, i8)>;

/// The compiled model.
#[derive(Debug)]
pub struct Tagger {
    known: Table,
    certain: Vec<(u8, bool)>,
    /// Where the row of a feature begins in `weights`, times `LONGEST`, plus how long it is there.
    features: Table,
    /// Rows, filled up with weights of nothing: by fours, so that the next step is foreseen more often.
    weights: Vec<[(u8, i8); 4]>,
}

/// A row is shorter than so many fours.
const LONGEST: usize = 16;

/// More than there are tags, so that a number of so many bits needs no check.
const TAGS_MAX: usize = 64;
const _: () = assert!(Tag::ALL.len() <= TAGS_MAX && TAGS_MAX / 4 <= LONGEST);

impl Tagger {
    pub fn new(known: &[Known], rows: &[(u32, Row)]) -> Tagger {
        let mut weights = Vec::new();
        let mut starts = Vec::with_capacity(rows.len());
        for (key, row) in rows {
            let fours =
                row.chunks(4).map(|some| std::array::from_fn(|i| some.get(i).copied().unwrap_or((0, 0))));
            starts.push((*key, (weights.len() * LONGEST + fours.len()) as u32));
            weights.extend(fours);
        }
        Tagger {
            known: Table::new(known.iter().map(|k| k.norm)),
            certain: known.iter().map(|k| (k.tag, k.certain)).collect(),
            features: Table::of(starts.into_iter()),
            weights,
        }
    }

    /// The class of a word and whether it is certain.
    pub fn class(&self, norm: u32) -> (u8, bool) {
        self.known.find(norm).map_or((UNKNOWN, false), |i| self.certain[i])
    }

    /// Tags a sentence.
    pub fn tag(&self, forms: &[Form]) -> Vec<Tag> {
        let classes: Vec<(u8, bool)> = forms.iter().map(|f| self.class(f.norm)).collect();
        let context = Context { forms, classes: &classes };
        let mut tags: Vec<u8> = Vec::with_capacity(forms.len());
        for (i, &class) in classes.iter().enumerate() {
            let tag = match class {
                (tag, true) => tag,
                _ => self.decide(&context, i, &tags),
            };
            tags.push(tag);
        }
        tags.into_iter().map(|t| Tag::ALL[usize::from(t)]).collect()
    }

    fn decide(&self, context: &Context, i: usize, before: &[u8]) -> u8 {
        // Asked for first, found then, added last: the memory can look for all of them at once.
        let keys = context.features(i, before);
        keys.iter().for_each(|&key| self.features.fetch(key));
        let rows = keys.map(|key| self.features.find(key).map(|row| (row / LONGEST, row % LONGEST)));
        rows.iter().flatten().for_each(|&(start, _)| fetch(&self.weights[start]));
        // Rows by turns, since a sum waits for the last one of its tag.
        let mut turns = [[0i16; TAGS_MAX]; 4];
        for ((start, length), turn) in rows.into_iter().flatten().zip((0..4).cycle()) {
            let scores = &mut turns[turn];
            for &(tag, weight) in self.weights[start..][..length].as_flattened() {
                scores[usize::from(tag) % TAGS_MAX] += i16::from(weight);
            }
        }
        let scores: [i32; Tag::ALL.len()] =
            std::array::from_fn(|tag| turns.iter().map(|scores| i32::from(scores[tag])).sum());
        best(&scores)
    }
}

/// The first of the highest.
pub fn best(scores: &[i32]) -> u8 {
    let mut top = 0;
    for (i, score) in scores.iter().enumerate() {
        if *score > scores[top] {
            top = i;
        }
    }
    top as u8
}

/// What a decision is made from.
pub struct Context<'a> {
    pub forms: &'a [Form],
    /// Of each word: its class, and whether it is certain.
    pub classes: &'a [(u8, bool)],
}

impl Context<'_> {
    /// The features of token `i` whose predecessors have the tags `before`.
    pub fn features(&self, i: usize, before: &[u8]) -> [u32; FEATURES] {
        let form = |at: Option<usize>| at.and_then(|at| self.forms.get(at));
        let class =
            |at: Option<usize>| at.and_then(|at| self.classes.get(at)).map_or(250, |c| u32::from(c.0));
        let norm = |at| form(at).map_or(1, |f| f.norm);
        let tag = |at: Option<usize>| at.map_or(200, |at| u32::from(before[at]));
        let (back1, back2, next1, next2) = (i.checked_sub(1), i.checked_sub(2), Some(i + 1), Some(i + 2));
        let this = &self.forms[i];
        let shape = u32::from(this.shape);
        let (t1, t2) = (tag(back1), tag(back2));
        let (c0, c1, c2) = (class(Some(i)), class(next1), class(next2));
        let suffix = |at| form(at).map_or(2, |f| f.suffix3);
        let pairs = [
            (this.norm, 0),
            (this.norm, shape + 1),
            (this.suffix2, shape),
            (this.suffix3, 0),
            (this.suffix4, shape),
            (this.prefix, 0),
            (shape, c0),
            (t1, t2),
            (t1, this.norm),
            (mix(t1, t2), this.norm),
            (mix(t1, shape), this.suffix3),
            (mix(t1, c0), c1),
            (norm(back1), 0),
            (norm(back1), this.norm),
            (norm(back2), t1),
            (norm(next1), 0),
            (norm(next1), this.norm),
            (norm(next2), c1),
            (mix(c0, c1), c2),
            (mix(t1, t2), mix(c0, c1)),
            (suffix(back1), t1),
            (suffix(next1), c0),
            (mix(t1, this.suffix2), c1),
            (form(next1).map_or(99, |f| u32::from(f.shape)), mix(shape, c1)),
        ];
        let mut keys = [0; FEATURES];
        for (template, (key, &(a, b))) in keys.iter_mut().zip(&pairs).enumerate() {
            *key = mix(a.wrapping_add(template as u32 * 0x9E37_79B1), b);
        }
        keys
    }
}

/// Tells the memory that something will be read soon.
#[inline(always)]
pub fn fetch<T>(what: &T) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a prefetch reads nothing, and every machine of this kind has it.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(what).cast());
    }
}

/// Finds what stands for a number: open addressing, at most two thirds full. Built once, then only read.
#[derive(Debug)]
pub struct Table {
    slots: Vec<(u32, u32)>,
    shift: u32,
}

impl Table {
    /// Each key stands for its place among the keys.
    pub fn new(keys: impl Iterator<Item = u32>) -> Table {
        let keys: Vec<(u32, u32)> = keys.zip(0..).collect();
        Table::of(keys.into_iter())
    }

    /// Pairs of a key and what it stands for, which is less than `u32::MAX`.
    fn of(pairs: impl ExactSizeIterator<Item = (u32, u32)>) -> Table {
        let bits = (pairs.len() * 3 / 2).next_power_of_two().trailing_zeros().max(4);
        let mut table = Table { slots: vec![(0, u32::MAX); 1 << bits], shift: 32 - bits };
        for (key, value) in pairs {
            let mut slot = table.home(key);
            while table.slots[slot].1 != u32::MAX {
                slot = (slot + 1) & (table.slots.len() - 1);
            }
            table.slots[slot] = (key, value);
        }
        table
    }

    fn home(&self, key: u32) -> usize {
        (key.wrapping_mul(0x9E37_79B1) >> self.shift) as usize
    }

    /// Asks for what `find` will look at.
    pub fn fetch(&self, key: u32) {
        fetch(&self.slots[self.home(key)]);
    }

    pub fn find(&self, key: u32) -> Option<usize> {
        let mut slot = self.home(key);
        loop {
            let (stored, index) = self.slots[slot];
            if index == u32::MAX {
                return None;
            }
            if stored == key {
                return Some(index as usize);
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }
}

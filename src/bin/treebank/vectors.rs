//! Word vectors that others counted from much more text than the treebanks hold.
//!
//! Owns the reading of their file: a word and its numbers a line, the commonest word first (the text form of
//! GloVe, Pennington et al. 2014), and the list of its commonest words. Leaves to `parser` how vectors enter the network.

use dateline::text::language::WORD_MIN_BYTES;
use dateline::text::word::Form;
use std::collections::{BTreeSet, HashSet};

/// So many of the commonest words are taken; each takes a row of the model.
const WORDS_MAX: usize = 32_000;

/// The vectors, scaled so that the mean square of their numbers is one.
pub struct Vectors {
    /// The normal forms of the words, none twice.
    pub norms: Vec<u32>,
    pub width: usize,
    /// `width` a word.
    pub values: Vec<f32>,
}

impl Vectors {
    pub fn none() -> Vectors {
        Vectors { norms: Vec::new(), width: 0, values: Vec::new() }
    }

    /// `Err` names the line that is not a word and its vector.
    pub fn read(path: &str) -> Result<Vectors, String> {
        let content = std::fs::read_to_string(path).map_err(|e| format!("reading {path}: {e}"))?;
        let mut vectors = Vectors::none();
        let mut seen = HashSet::new();
        for (number, line) in content.lines().enumerate() {
            if vectors.norms.len() == WORDS_MAX {
                break;
            }
            vectors.add(line, &mut seen).ok_or_else(|| format!("{path}:{}: {line}", number + 1))?;
        }
        let squares: f64 = vectors.values.iter().map(|&v| f64::from(v) * f64::from(v)).sum();
        let scale = (vectors.values.len().max(1) as f64 / squares.max(1e-9)).sqrt() as f32;
        vectors.values.iter_mut().for_each(|v| *v *= scale);
        Ok(vectors)
    }

    fn add(&mut self, line: &str, seen: &mut HashSet<u32>) -> Option<()> {
        let mut fields = line.split(' ');
        let norm = Form::new(fields.next()?, false, false).norm;
        let values = fields.map(|f| f.parse::<f32>().ok()).collect::<Option<Vec<f32>>>()?;
        if values.is_empty() || self.width > 0 && self.width != values.len() {
            return None;
        }
        self.width = values.len();
        // Figures are reduced: of 1990 and 1991 the first, which is the commoner, stands for both.
        if seen.insert(norm) {
            self.norms.push(norm);
            self.values.extend(values);
        }
        Some(())
    }
}

/// Of so many of the commonest words, those that `text::language` may need: of letters, and long enough to tell.
const LISTED_MAX: usize = 60_000;

/// Writes the list of words that `text::language` reads: the hashes of their normal forms, sorted.
pub fn list(out: &str, path: &str) -> Result<(), String> {
    let content = std::fs::read_to_string(path).map_err(|e| format!("reading {path}: {e}"))?;
    let words = content.lines().take(LISTED_MAX).filter_map(|line| line.split(' ').next());
    let words = words.filter(|w| w.len() >= WORD_MIN_BYTES && w.chars().all(char::is_alphabetic));
    let norms: BTreeSet<u32> = words.map(|w| Form::new(w, false, false).norm).collect();
    let bytes: Vec<u8> = norms.iter().flat_map(|norm| norm.to_le_bytes()).collect();
    std::fs::write(out, bytes).map_err(|e| format!("writing {out}: {e}"))
}

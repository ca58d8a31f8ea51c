//! The part of a word's embedding that comes from vectors counted elsewhere: vector x matrix, the matrix learned.
//!
//! Owns that product, forward and backward, and the folding of both parts into the one table that the model
//! holds. A word that the treebanks lack is so known by the company it keeps in other text, in the same
//! space as the words that they teach.

use crate::random::Random;
use crate::vectors::Vectors;
use dateline::text::matrix::{Size, View, multiply_add};
use dateline::text::vocabulary::{RESERVED, UNKNOWN};
use std::collections::HashMap;

pub struct Projection {
    width: usize,
    input: usize,
    values: Vec<f32>,
    /// Which vector a normal form has.
    rows: HashMap<u32, u32>,
    norms: Vec<u32>,
    /// width x input.
    pub weights: Vec<f32>,
}

impl Projection {
    /// A random matrix on `vectors`; `input` is the width of an embedding.
    pub fn new(vectors: Vectors, input: usize, random: &mut Random) -> Projection {
        let Vectors { norms, width, values } = vectors;
        let limit = 0.25 / (width.max(1) as f32).sqrt();
        let weights = (0..width * input).map(|_| (random.unit() * 2.0 - 1.0) * limit).collect();
        let rows = norms.iter().zip(0..).map(|(&norm, row)| (norm, row)).collect();
        Projection { width, input, values, rows, norms, weights }
    }

    pub fn row(&self, norm: u32) -> Option<u32> {
        self.rows.get(&norm).copied()
    }

    /// The vectors of a sentence's words, zeros where there is none.
    pub fn gather(&self, rows: &[Option<u32>]) -> Vec<f32> {
        let mut out = vec![0.0; rows.len() * self.width];
        for (at, row) in rows.iter().enumerate() {
            if let Some(row) = row {
                let vector = &self.values[*row as usize * self.width..][..self.width];
                out[at * self.width..][..self.width].copy_from_slice(vector);
            }
        }
        out
    }

    /// Adds the product of gathered vectors and the matrix to the embeddings.
    pub fn add(&self, gathered: &[f32], embeddings: &mut [f32]) {
        let rows = embeddings.len() / self.input;
        multiply_add(
            embeddings,
            self.input,
            View::new(gathered, self.width),
            View::new(&self.weights, self.input),
            Size { rows, inner: self.width, columns: self.input },
        );
    }

    /// Adds the matrix's derivative, given those of the embeddings.
    pub fn back(&self, gathered: &[f32], d: &[f32], gradient: &mut [f32]) {
        let rows = d.len() / self.input;
        let mut turned = vec![0.0; gathered.len()];
        for r in 0..rows {
            for k in 0..self.width {
                turned[k * rows + r] = gathered[r * self.width + k];
            }
        }
        multiply_add(
            gradient,
            self.input,
            View::new(&turned, rows),
            View::new(d, self.input),
            Size { rows: self.width, inner: rows, columns: self.input },
        );
    }

    /// Puts the products into the table of words, and rows for the words that only the vectors know after its
    /// end: those get what an unknown word has, too.
    pub fn fold(&self, keys: &mut Vec<u32>, table: &mut Vec<f32>) {
        let unknown = table[UNKNOWN as usize * self.input..][..self.input].to_vec();
        let taught: HashMap<u32, usize> = keys.iter().zip(RESERVED..).map(|(&k, row)| (k, row)).collect();
        for (&norm, vector) in self.norms.iter().zip(0..) {
            let row = match taught.get(&norm) {
                Some(&row) => row,
                None => {
                    keys.push(norm);
                    table.extend(&unknown);
                    table.len() / self.input - 1
                }
            };
            self.add(&self.gather(&[Some(vector)]), &mut table[row * self.input..][..self.input]);
        }
    }
}

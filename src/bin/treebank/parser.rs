//! Trains the parser's network: Adam over batches, in a fixed order on a fixed number of threads.
//!
//! Owns the vocabulary, the schedule and the optimiser. Derivatives are in `gradient`. Deterministic: each
//! thread has its own part of a batch and its own chance, and the parts are added in order.

use crate::conllu::Gold;
use crate::gradient::{Dropout, Example, Gradient, Parameters, Pass, Transposed};
use crate::projection::Projection;
use crate::random::Random;
use crate::vectors::Vectors;
use dateline::text::inventory::Tag;
use dateline::text::network::{Network, Part, Shape};
use dateline::text::vocabulary::{TABLES, UNKNOWN, Vocabulary};
use dateline::text::word::Form;
use std::collections::BTreeMap;

/// How training goes.
#[derive(Clone, Copy)]
pub struct Plan {
    pub shape: Shape,
    pub epochs: usize,
    pub rate: f32,
    pub batch_tokens: usize,
    pub dropout: Dropout,
}

const THREADS: usize = 2;
const BETA1: f32 = 0.9;
const BETA2: f32 = 0.98;
const NORM_MAX: f32 = 5.0;

/// A sentence with the tags that the parser will see at use.
pub struct Tagged<'a> {
    pub gold: &'a Gold,
    pub forms: Vec<Form>,
    pub tags: Vec<Tag>,
}

pub struct Trained {
    pub keys: [Vec<u32>; 4],
    pub parameters: Parameters,
}

/// Random parameters.
pub fn fresh(shape: Shape, rows: [usize; TABLES], seed: u64) -> Parameters {
    let mut random = Random::new(seed);
    let mut uniform = |count: usize, limit: f32| -> Vec<f32> {
        (0..count).map(|_| (random.unit() * 2.0 - 1.0) * limit).collect()
    };
    let tables = rows.map(|rows| uniform(rows * shape.input, 0.15));
    let mut dense = Vec::with_capacity(shape.dense());
    for part in Part::ALL {
        let (rows, columns) = shape.size(part);
        if rows > 1 {
            let fan = match part {
                Part::Input(_) | Part::Recurrent(..) => rows + shape.width,
                _ => rows + columns,
            };
            dense.extend(uniform(rows * columns, (6.0 / fan as f32).sqrt()));
        } else {
            let gate = |k: usize| (k / shape.width) % 4;
            dense.extend((0..columns).map(|k| match part {
                Part::Bias(_) if gate(k) == 1 => 1.0, // remember at first
                _ => 0.0,
            }));
        }
    }
    Parameters { network: Network::new(shape, dense), tables }
}

/// The words and affixes that were seen often enough to have a row, and how often.
fn keys(sentences: &[Tagged]) -> ([Vec<u32>; 4], Vec<u32>) {
    let mut counts: [BTreeMap<u32, u32>; 4] = Default::default();
    for form in sentences.iter().flat_map(|s| &s.forms) {
        for (count, key) in counts.iter_mut().zip([form.norm, form.prefix, form.suffix3, form.suffix2]) {
            *count.entry(key).or_default() += 1;
        }
    }
    let least = [2, 4, 4, 4];
    let words = counts[0].values().copied().filter(|&n| n >= least[0]).collect();
    let mut i = 0;
    let keys = counts.map(|count| {
        i += 1;
        count.into_iter().filter(|&(_, n)| n >= least[i - 1]).map(|(k, _)| k).collect()
    });
    (keys, words)
}

/// `report` is called after each epoch with its number and the mean loss.
pub fn train(
    sentences: &[Tagged],
    vectors: Vectors,
    plan: &Plan,
    report: &mut dyn FnMut(usize, f64),
) -> Trained {
    let (mut keys, counts) = keys(sentences);
    let vocabulary = Vocabulary::new(&keys);
    let mut parameters = fresh(plan.shape, Vocabulary::rows(&keys), 11);
    let mut projection = Projection::new(vectors, plan.shape.input, &mut Random::new(13));
    let examples: Vec<Example> = sentences.iter().map(|s| example(s, &vocabulary, &projection)).collect();
    let batches_per_epoch =
        batches(&examples, &(0..examples.len()).collect::<Vec<_>>(), plan.batch_tokens).len();
    let mut adam = Adam::new(&parameters, &projection, plan.epochs * batches_per_epoch, plan.rate);
    let mut gradients: Vec<Gradient> =
        (0..THREADS).map(|_| Gradient::new(&parameters, &projection)).collect();
    let mut randoms: Vec<Random> = (0..THREADS).map(|t| Random::new(100 + t as u64)).collect();
    let mut shuffle = Random::new(5);
    let mut order: Vec<usize> = (0..examples.len()).collect();
    for epoch in 0..plan.epochs {
        shuffle.shuffle(&mut order);
        let (mut loss, mut tokens) = (0.0, 0);
        for batch in batches(&examples, &order, plan.batch_tokens) {
            let transposed = Transposed::new(&parameters.network);
            let pass = Pass {
                parameters: &parameters,
                projection: &projection,
                transposed: &transposed,
                dropout: plan.dropout,
            };
            std::thread::scope(|scope| {
                for (t, (gradient, random)) in gradients.iter_mut().zip(&mut randoms).enumerate() {
                    let (pass, examples, counts) = (&pass, &examples, &counts);
                    scope.spawn(move || {
                        gradient.clear(plan.shape.input);
                        for &i in batch.iter().skip(t).step_by(THREADS) {
                            pass.run(&forget(&examples[i], counts, random), random, gradient);
                        }
                    });
                }
            });
            let (first, rest) = gradients.split_at_mut(1);
            for other in rest {
                first[0].absorb(other, plan.shape.input);
            }
            loss += first[0].loss;
            tokens += first[0].tokens;
            adam.step(&mut parameters, &mut projection, &first[0]);
            parameters.network.refresh();
        }
        report(epoch, loss / tokens as f64);
    }
    projection.fold(&mut keys[0], &mut parameters.tables[0]);
    Trained { keys, parameters }
}

fn example(sentence: &Tagged, vocabulary: &Vocabulary, projection: &Projection) -> Example {
    let mut ids = vec![Vocabulary::ROOT_IDS];
    ids.extend(sentence.forms.iter().zip(&sentence.tags).map(|(f, &t)| vocabulary.ids(f, t)));
    let mut vectors = vec![None];
    vectors.extend(sentence.forms.iter().map(|f| projection.row(f.norm)));
    let mut heads = vec![0];
    heads.extend(sentence.gold.heads.iter().map(|h| h.map_or(0, |h| h + 1)));
    let mut labels = vec![0];
    labels.extend(sentence.gold.labels.iter().map(|&l| l as u8));
    let mut tags = vec![0];
    tags.extend(sentence.gold.tags.iter().map(|&t| t as u8));
    Example { ids, vectors, heads, labels, tags }
}

/// Replaces some words, the rarer the likelier, by the unknown one, so that its embedding is learned, alone and
/// beside the word's vector.
fn forget(example: &Example, counts: &[u32], random: &mut Random) -> Example {
    let mut ids = example.ids.clone();
    for ids in ids.iter_mut().skip(1) {
        if let Some(&count) = ids[0].checked_sub(2).and_then(|row| counts.get(row as usize))
            && random.unit() < 0.5 / (0.5 + count as f32)
        {
            ids[0] = UNKNOWN;
        }
    }
    Example {
        ids,
        vectors: example.vectors.clone(),
        heads: example.heads.clone(),
        labels: example.labels.clone(),
        tags: example.tags.clone(),
    }
}

/// Cuts the order into runs of about so many tokens.
fn batches<'a>(examples: &[Example], order: &'a [usize], tokens: usize) -> Vec<&'a [usize]> {
    let mut batches = Vec::new();
    let (mut start, mut size) = (0, 0);
    for (at, &i) in order.iter().enumerate() {
        size += examples[i].ids.len();
        if size >= tokens {
            batches.push(&order[start..=at]);
            (start, size) = (at + 1, 0);
        }
    }
    if start < order.len() {
        batches.push(&order[start..]);
    }
    batches
}

/// Adam (Kingma and Ba 2015); rows of embeddings move only when touched. The rate falls linearly to nothing.
struct Adam {
    dense: (Vec<f32>, Vec<f32>),
    projection: (Vec<f32>, Vec<f32>),
    tables: [(Vec<f32>, Vec<f32>); TABLES],
    step: usize,
    steps: usize,
    rate: f32,
}

impl Adam {
    fn new(parameters: &Parameters, projection: &Projection, steps: usize, rate: f32) -> Adam {
        let zeros = |n: usize| (vec![0.0; n], vec![0.0; n]);
        Adam {
            dense: zeros(parameters.network.dense.len()),
            projection: zeros(projection.weights.len()),
            tables: parameters.tables.each_ref().map(|t| zeros(t.len())),
            step: 0,
            steps,
            rate,
        }
    }

    fn step(&mut self, parameters: &mut Parameters, projection: &mut Projection, gradient: &Gradient) {
        self.step += 1;
        let left = 1.0 - (self.step as f32 / self.steps as f32).min(1.0);
        let warm = (self.step as f32 / 200.0).min(1.0);
        let rate = self.rate * warm * left.max(0.01);
        let fix1 = 1.0 - BETA1.powi(self.step as i32);
        let fix2 = 1.0 - BETA2.powi(self.step as i32);
        let norm = gradient.dense.iter().map(|&g| f64::from(g) * f64::from(g)).sum::<f64>().sqrt() as f32;
        let tokens = gradient.tokens.max(1) as f32;
        let shrink = (1.0 / tokens).min(NORM_MAX / norm.max(1e-9));
        let update = |w: &mut [f32], g: &[f32], m: &mut [f32], v: &mut [f32]| {
            for k in 0..w.len() {
                let g = g[k] * shrink;
                m[k] = BETA1 * m[k] + (1.0 - BETA1) * g;
                v[k] = BETA2 * v[k] + (1.0 - BETA2) * g * g;
                w[k] -= rate * (m[k] / fix1) / ((v[k] / fix2).sqrt() + 1e-8);
            }
        };
        update(&mut parameters.network.dense, &gradient.dense, &mut self.dense.0, &mut self.dense.1);
        let (m, v) = &mut self.projection;
        update(&mut projection.weights, &gradient.projection, m, v);
        let width = parameters.network.shape.input;
        for t in 0..TABLES {
            let mut rows = gradient.touched[t].clone();
            rows.sort_unstable();
            rows.dedup();
            for row in rows {
                let r = row as usize * width..(row as usize + 1) * width;
                let (m, v) = &mut self.tables[t];
                update(
                    &mut parameters.tables[t][r.clone()],
                    &gradient.tables[t][r.clone()],
                    &mut m[r.clone()],
                    &mut v[r],
                );
            }
        }
    }
}

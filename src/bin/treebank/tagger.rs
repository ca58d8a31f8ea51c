//! Trains the tagger: the dictionary of known words, and an averaged perceptron over the features of `text::tag`.
//!
//! Owns the learning. The features and the decision are those of the program itself. Deterministic: the
//! same sentences give the same model, bit for bit.

use crate::conllu::Gold;
use crate::random::Random;
use dateline::text::inventory::Tag;
use dateline::text::tag::{Context, Known, Row, UNKNOWN};
use dateline::text::word::Form;
use std::collections::BTreeMap;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A feature counts only once so many updates have touched it (Goldberg and Elhadad 2011): keeps the model
/// small and the rare features out.
const UPDATES_MIN: u32 = 4;
/// A word is certain from so many sightings on, all with one tag.
const CERTAIN_MIN: u32 = 40;

/// Feature keys are hashes already.
#[derive(Default)]
pub struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for &b in bytes {
            self.0 = (self.0 << 8) | u64::from(b);
        }
    }
    fn write_u32(&mut self, key: u32) {
        self.0 = u64::from(key).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

#[derive(Clone, Copy)]
struct Weight {
    tag: u8,
    value: f32,
    total: f64,
    stamp: u32,
}

#[derive(Default)]
struct Feature {
    updates: u32,
    weights: Vec<Weight>,
}

struct Sample {
    forms: Vec<Form>,
    tags: Vec<u8>,
}

/// What training yields: the arguments of `Tagger::new`.
pub struct Trained {
    pub known: Vec<Known>,
    pub rows: Vec<(u32, Row)>,
}

pub fn train(sentences: &[&Gold], rounds: usize) -> Trained {
    let samples: Vec<Sample> = sentences
        .iter()
        .map(|gold| Sample {
            forms: Form::sentence(gold.words.iter().map(String::as_str)),
            tags: gold.tags.iter().map(|&t| t as u8).collect(),
        })
        .collect();
    let known = dictionary(&samples);
    let classes: HashMap<u32, (u8, bool), BuildHasherDefault<Identity>> =
        known.iter().map(|k| (k.norm, (k.tag, k.certain))).collect();
    let mut learner = Learner::default();
    let mut order: Vec<usize> = (0..samples.len()).collect();
    let mut random = Random::new(7);
    for _ in 0..rounds {
        random.shuffle(&mut order);
        for &s in &order {
            learner.sentence(&samples[s], &classes);
        }
    }
    Trained { known, rows: learner.finish() }
}

fn dictionary(samples: &[Sample]) -> Vec<Known> {
    let mut counts: BTreeMap<u32, BTreeMap<u8, u32>> = BTreeMap::new();
    for sample in samples {
        for (form, &tag) in sample.forms.iter().zip(&sample.tags) {
            *counts.entry(form.norm).or_default().entry(tag).or_default() += 1;
        }
    }
    let mut known = Vec::new();
    for (norm, tags) in counts {
        let total: u32 = tags.values().sum();
        let (&tag, &top) = tags.iter().max_by_key(|&(t, n)| (*n, std::cmp::Reverse(*t))).expect("a tag");
        if total >= 3 {
            known.push(Known { norm, tag, certain: total >= CERTAIN_MIN && top == total });
        }
    }
    known
}

#[derive(Default)]
struct Learner {
    features: HashMap<u32, Feature, BuildHasherDefault<Identity>>,
    step: u32,
}

impl Learner {
    fn sentence(
        &mut self,
        sample: &Sample,
        classes: &HashMap<u32, (u8, bool), BuildHasherDefault<Identity>>,
    ) {
        let of = |f: &Form| classes.get(&f.norm).copied().unwrap_or((UNKNOWN, false));
        let classes: Vec<(u8, bool)> = sample.forms.iter().map(of).collect();
        let context = Context { forms: &sample.forms, classes: &classes };
        let mut tags: Vec<u8> = Vec::with_capacity(sample.forms.len());
        for (i, &class) in classes.iter().enumerate() {
            if let (tag, true) = class {
                tags.push(tag);
                continue;
            }
            self.step += 1;
            let keys = context.features(i, &tags);
            let mut scores = [0f32; Tag::ALL.len()];
            for key in &keys {
                if let Some(feature) = self.features.get(key).filter(|f| f.updates >= UPDATES_MIN) {
                    for w in &feature.weights {
                        scores[usize::from(w.tag)] += w.value;
                    }
                }
            }
            let guess =
                (0..scores.len()).fold(0, |top, t| if scores[t] > scores[top] { t } else { top }) as u8;
            let gold = sample.tags[i];
            if guess != gold {
                for key in keys {
                    let step = self.step;
                    let feature = self.features.entry(key).or_default();
                    feature.updates += 1;
                    feature.add(gold, 1.0, step);
                    feature.add(guess, -1.0, step);
                }
            }
            tags.push(guess);
        }
    }

    /// Averaged weights in eight bits.
    fn finish(self) -> Vec<(u32, Row)> {
        let step = f64::from(self.step.max(1));
        let mut rows: Vec<(u32, Vec<(u8, f64)>)> = Vec::new();
        for (key, feature) in self.features {
            if feature.updates < UPDATES_MIN {
                continue;
            }
            let mean = |w: &Weight| (w.total + f64::from(w.value) * (step - f64::from(w.stamp))) / step;
            rows.push((key, feature.weights.iter().map(|w| (w.tag, mean(w))).collect()));
        }
        rows.sort_by_key(|r| r.0);
        let mut sizes: Vec<f64> = rows.iter().flat_map(|r| r.1.iter().map(|w| w.1.abs())).collect();
        sizes.sort_by(f64::total_cmp);
        let largest = sizes.get(sizes.len().saturating_sub(1 + sizes.len() / 2000)).copied().unwrap_or(1.0);
        let scale = 127.0 / largest.max(1e-6);
        rows.into_iter()
            .filter_map(|(key, weights)| {
                let mut row: Row = weights
                    .into_iter()
                    .map(|(tag, w)| (tag, (w * scale).round().clamp(-127.0, 127.0) as i8))
                    .filter(|w| w.1 != 0)
                    .collect();
                row.sort_unstable();
                (!row.is_empty()).then_some((key, row))
            })
            .collect()
    }
}

impl Feature {
    fn add(&mut self, tag: u8, change: f32, step: u32) {
        match self.weights.iter_mut().find(|w| w.tag == tag) {
            Some(w) => {
                w.total += f64::from(w.value) * f64::from(step - w.stamp);
                w.stamp = step;
                w.value += change;
            }
            None => self.weights.push(Weight { tag, value: change, total: 0.0, stamp: step }),
        }
    }
}

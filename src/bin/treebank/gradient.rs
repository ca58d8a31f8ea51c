//! The backward pass of `text::network`: what each parameter should change for the loss to fall.
//!
//! Owns derivatives and dropout. Leaves to `parser` how the parameters then move.

use crate::projection::Projection;
use crate::random::Random;
use dateline::text::matrix::{LANES, Size, View, multiply_add, pack};
use dateline::text::network::{LABEL_COLUMNS, LAYERS, Memory, Network, Part, TAG_COLUMNS};
use dateline::text::vocabulary::{Ids, TABLES};

/// One training sentence; row 0 is the root.
pub struct Example {
    pub ids: Vec<Ids>,
    /// Of the words, in the projection's vectors.
    pub vectors: Vec<Option<u32>>,
    pub heads: Vec<usize>,
    pub labels: Vec<u8>,
    pub tags: Vec<u8>,
}

/// What is learned, but for the projection.
pub struct Parameters {
    pub network: Network,
    /// The tables of embeddings, row by row.
    pub tables: [Vec<f32>; TABLES],
}

impl Parameters {
    /// The sum of the embeddings of each token.
    fn embed(&self, ids: &[Ids]) -> Vec<f32> {
        let width = self.network.shape.input;
        let mut out = vec![0.0; ids.len() * width];
        for (line, ids) in out.chunks_exact_mut(width).zip(ids) {
            for (table, &id) in self.tables.iter().zip(ids) {
                for (o, e) in line.iter_mut().zip(&table[id as usize * width..][..width]) {
                    *o += e;
                }
            }
        }
        out
    }
}

/// Summed derivatives of a batch.
pub struct Gradient {
    pub tables: [Vec<f32>; TABLES],
    /// The rows of each table that the batch touched, with repeats.
    pub touched: [Vec<u32>; TABLES],
    pub dense: Vec<f32>,
    pub projection: Vec<f32>,
    pub loss: f64,
    pub tokens: usize,
}

/// How much tags weigh in the loss, against one for heads and one for relations.
const TAG_SHARE: f32 = 0.5;

/// Shares of values that are dropped.
#[derive(Clone, Copy)]
pub struct Dropout {
    pub input: f32,
    pub state: f32,
    pub role: f32,
}

impl Gradient {
    pub fn new(parameters: &Parameters, projection: &Projection) -> Gradient {
        Gradient {
            tables: parameters.tables.each_ref().map(|t| vec![0.0; t.len()]),
            touched: Default::default(),
            dense: vec![0.0; parameters.network.dense.len()],
            projection: vec![0.0; projection.weights.len()],
            loss: 0.0,
            tokens: 0,
        }
    }

    pub fn clear(&mut self, width: usize) {
        for (table, touched) in self.tables.iter_mut().zip(&mut self.touched) {
            for &row in touched.iter() {
                table[row as usize * width..][..width].fill(0.0);
            }
            touched.clear();
        }
        self.dense.fill(0.0);
        self.projection.fill(0.0);
        self.loss = 0.0;
        self.tokens = 0;
    }

    /// Adds another batch's part.
    pub fn absorb(&mut self, other: &Gradient, width: usize) {
        for t in 0..TABLES {
            // A row is added once, however often it was touched.
            let mut rows = other.touched[t].clone();
            rows.sort_unstable();
            rows.dedup();
            for row in rows {
                let at = row as usize * width;
                for (a, b) in self.tables[t][at..at + width].iter_mut().zip(&other.tables[t][at..at + width])
                {
                    *a += b;
                }
                self.touched[t].push(row);
            }
        }
        for (mine, theirs) in [(&mut self.dense, &other.dense), (&mut self.projection, &other.projection)] {
            for (a, b) in mine.iter_mut().zip(theirs) {
                *a += b;
            }
        }
        self.loss += other.loss;
        self.tokens += other.tokens;
    }
}

/// Zeroes some values and scales the rest; returns what each was multiplied by.
fn drop(values: &mut [f32], share: f32, random: &mut Random) -> Vec<f32> {
    let keep = 1.0 / (1.0 - share);
    values
        .iter_mut()
        .map(|v| {
            let factor = if share > 0.0 && random.unit() < share { 0.0 } else { keep };
            *v *= factor;
            factor
        })
        .collect()
}

fn scale(values: &mut [f32], factors: &[f32]) {
    for (v, f) in values.iter_mut().zip(factors) {
        *v *= f;
    }
}

fn transpose(x: &[f32], stride: usize, rows: usize, columns: usize) -> Vec<f32> {
    let mut out = vec![0.0; rows * columns];
    for r in 0..rows {
        for c in 0..columns {
            out[c * rows + r] = x[r * stride + c];
        }
    }
    out
}

/// Softmax in place, less one at `gold`; the loss.
fn cross_entropy(line: &mut [f32], gold: usize) -> f64 {
    let high = line.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for v in line.iter_mut() {
        *v = (*v - high).exp();
        sum += *v;
    }
    for v in line.iter_mut() {
        *v /= sum;
    }
    let loss = -f64::from(line[gold].max(1e-12)).ln();
    line[gold] -= 1.0;
    loss
}

/// The transposed weight matrices, packed, made once a batch.
pub struct Transposed(Vec<(Part, Vec<f32>)>);

impl Transposed {
    pub fn new(network: &Network) -> Transposed {
        let matrices = Part::ALL.iter().filter(|&&p| network.shape.size(p).0 > 1);
        Transposed(
            matrices
                .map(|&p| {
                    let (rows, columns) = network.shape.size(p);
                    let turned = transpose(network.part(p), columns, rows, columns);
                    let mut packed = vec![0.0; turned.len()];
                    pack(&turned, rows, &mut packed);
                    (p, packed)
                })
                .collect(),
        )
    }

    fn get(&self, part: Part) -> &[f32] {
        &self.0.iter().find(|(p, _)| *p == part).expect("a matrix").1
    }
}

/// Forward and backward for one sentence; adds to the gradient.
pub struct Pass<'a> {
    pub parameters: &'a Parameters,
    pub projection: &'a Projection,
    pub transposed: &'a Transposed,
    pub dropout: Dropout,
}

impl Pass<'_> {
    pub fn run(&self, example: &Example, random: &mut Random, gradient: &mut Gradient) {
        let n = &self.parameters.network;
        let rows = example.ids.len();
        let mut x0 = self.parameters.embed(&example.ids);
        let vectors = self.projection.gather(&example.vectors);
        self.projection.add(&vectors, &mut x0);
        let drop0 = drop(&mut x0, self.dropout.input, random);
        let mut memories: Vec<Memory> = Vec::with_capacity(LAYERS);
        let mut undropped = Vec::with_capacity(LAYERS);
        let mut drops = Vec::with_capacity(LAYERS);
        for layer in 0..LAYERS {
            let mut memory = n.layer(memories.last().map_or(&x0, |below| &below.out), &[rows], layer);
            undropped.push(memory.out.clone());
            drops.push(drop(&mut memory.out, self.dropout.state, random));
            memories.push(memory);
        }
        let last = &memories[LAYERS - 1].out;
        let mut roles = n.roles(last);
        let role_drops = drop(&mut roles, self.dropout.role, random);

        let mut d_roles = vec![0.0; roles.len()];
        self.arcs(example, &roles, &mut d_roles, gradient);
        self.labels(example, &roles, &mut d_roles, gradient);
        let (arc, stride) = (n.shape.arc, n.shape.roles());
        scale(&mut d_roles, &role_drops);
        for (line, values) in d_roles.chunks_exact_mut(stride).zip(roles.chunks_exact(stride)) {
            for (d, v) in line[..2 * arc].iter_mut().zip(values) {
                if *v <= 0.0 {
                    *d = 0.0;
                }
            }
        }
        let mut d = self.linear(last, &d_roles, Part::Roles, Part::RolesBias, gradient);
        for layer in (0..LAYERS).rev() {
            if layer == 0 {
                for (d, t) in d.iter_mut().zip(self.tags(example, &memories[0].out, gradient)) {
                    *d += t;
                }
            }
            scale(&mut d, &drops[layer]);
            let (below, above) = memories.split_at_mut(layer);
            above[0].out = std::mem::take(&mut undropped[layer]);
            d = self.layer(below.last().map_or(&x0, |below| &below.out), &mut above[0], &d, layer, gradient);
        }
        let mut d0 = d;
        scale(&mut d0, &drop0);
        self.projection.back(&vectors, &d0, &mut gradient.projection);
        let width = n.shape.input;
        for (ids, line) in example.ids.iter().zip(d0.chunks_exact(width)) {
            for (t, &id) in ids.iter().enumerate() {
                gradient.touched[t].push(id);
                for (g, d) in gradient.tables[t][id as usize * width..][..width].iter_mut().zip(line) {
                    *g += d;
                }
            }
        }
        gradient.tokens += rows - 1;
    }

    /// Backward of `Network::linear`: adds to the gradient, returns the derivative of the input.
    fn linear(&self, x: &[f32], d: &[f32], weights: Part, bias: Part, gradient: &mut Gradient) -> Vec<f32> {
        let (inner, columns) = self.parameters.network.shape.size(weights);
        let rows = d.len() / columns;
        let g = &mut gradient.dense[self.parameters.network.shape.range(bias)];
        for line in d.chunks_exact(columns) {
            for (g, d) in g.iter_mut().zip(line) {
                *g += d;
            }
        }
        let x_t = transpose(x, inner, rows, inner);
        let range = self.parameters.network.shape.range(weights);
        multiply_add(
            &mut gradient.dense[range],
            columns,
            View::new(&x_t, rows),
            View::new(d, columns),
            Size { rows: inner, inner: rows, columns },
        );
        let mut out = vec![0.0; rows * inner];
        multiply_add(
            &mut out,
            inner,
            View::new(d, columns),
            View::packed(self.transposed.get(weights), columns),
            Size { rows, inner: columns, columns: inner },
        );
        out
    }

    fn arcs(&self, example: &Example, roles: &[f32], d_roles: &mut [f32], gradient: &mut Gradient) {
        let n = &self.parameters.network;
        let (arc, stride, rows) = (n.shape.arc, n.shape.roles(), example.ids.len());
        let queries = n.queries(roles);
        let (mut scores, columns) = n.arcs(roles, &queries);
        scores[..columns].fill(0.0);
        for d in 1..rows {
            let line = &mut scores[d * columns..][..columns];
            line[rows..].fill(0.0);
            line[d] = -1e9;
            gradient.loss += cross_entropy(&mut line[..rows], example.heads[d]);
        }
        let mut d_queries = vec![0.0; rows * arc];
        let size = Size { rows, inner: rows, columns: arc };
        multiply_add(&mut d_queries, arc, View::new(&scores, columns), View::new(roles, stride), size);
        let scores_t = transpose(&scores, columns, rows, rows);
        multiply_add(d_roles, stride, View::new(&scores_t, rows), View::new(&queries, arc), size);
        let dependants: Vec<f32> =
            roles.chunks_exact(stride).flat_map(|line| line[arc..2 * arc].iter().copied()).collect();
        let d_dependants = self.linear(&dependants, &d_queries, Part::Arc, Part::ArcBias, gradient);
        for (line, d) in d_roles.chunks_exact_mut(stride).zip(d_dependants.chunks_exact(arc)) {
            for (a, b) in line[arc..2 * arc].iter_mut().zip(d) {
                *a += b;
            }
        }
    }

    fn labels(&self, example: &Example, roles: &[f32], d_roles: &mut [f32], gradient: &mut Gradient) {
        let n = &self.parameters.network;
        let (label, stride, rows) = (n.shape.label, n.shape.roles(), example.ids.len());
        let meetings = n.meetings(roles, &example.heads);
        let mut logits = n.linear(&meetings, Part::Label, Part::LabelBias);
        logits[..LABEL_COLUMNS].fill(0.0);
        for d in 1..rows {
            let line = &mut logits[d * LABEL_COLUMNS..][..LABEL_COLUMNS];
            gradient.loss += cross_entropy(line, usize::from(example.labels[d]));
        }
        let d_meetings = self.linear(&meetings, &logits, Part::Label, Part::LabelBias, gradient);
        let at = 2 * n.shape.arc;
        for d in 1..rows {
            for k in 0..label {
                if meetings[d * label + k] > 0.0 {
                    d_roles[example.heads[d] * stride + at + k] += d_meetings[d * label + k];
                    d_roles[d * stride + at + label + k] += d_meetings[d * label + k];
                }
            }
        }
    }

    /// The tags' part of the loss; the derivative of the first layer's states.
    fn tags(&self, example: &Example, states: &[f32], gradient: &mut Gradient) -> Vec<f32> {
        let mut logits = self.parameters.network.linear(states, Part::Tags, Part::TagsBias);
        logits[..TAG_COLUMNS].fill(0.0);
        for d in 1..example.ids.len() {
            let line = &mut logits[d * TAG_COLUMNS..][..TAG_COLUMNS];
            gradient.loss += f64::from(TAG_SHARE) * cross_entropy(line, usize::from(example.tags[d]));
            for value in line {
                *value *= TAG_SHARE;
            }
        }
        self.linear(states, &logits, Part::Tags, Part::TagsBias, gradient)
    }

    /// Backward of a recurrent layer; `memory.out` is undropped, and the gates become their derivatives.
    fn layer(
        &self,
        x: &[f32],
        memory: &mut Memory,
        d_out: &[f32],
        layer: usize,
        gradient: &mut Gradient,
    ) -> Vec<f32> {
        let width = self.parameters.network.shape.width;
        for direction in 0..2 {
            self.direction(memory, d_out, layer, direction, gradient);
        }
        debug_assert_eq!(memory.gates.len() / (8 * width) * 2 * width, memory.out.len());
        self.linear(x, &memory.gates, Part::Input(layer), Part::Bias(layer), gradient)
    }

    fn direction(
        &self,
        memory: &mut Memory,
        d_out: &[f32],
        layer: usize,
        direction: usize,
        gradient: &mut Gradient,
    ) {
        let width = self.parameters.network.shape.width;
        let stride = 8 * width;
        let rows = memory.gates.len() / stride;
        let part = Part::Recurrent(layer, direction);
        let transposed = self.transposed.get(part);
        let cells = &memory.cells[direction];
        let mut d_hidden = vec![0.0; width];
        let mut d_cell = vec![0.0; width];
        for step in (0..rows).rev() {
            let row = if direction == 1 { rows - 1 - step } else { step };
            let before = if direction == 1 { row + 1 } else { row.wrapping_sub(1) };
            let gate = &mut memory.gates[row * stride + direction * 4 * width..][..4 * width];
            for k in 0..width {
                let (i, f, o, g) = (gate[k], gate[width + k], gate[2 * width + k], gate[3 * width + k]);
                let dh = d_out[row * 2 * width + direction * width + k] + d_hidden[k];
                let tc = cells[row * width + k].tanh();
                let last = if step > 0 { cells[before * width + k] } else { 0.0 };
                let dc = dh * o * (1.0 - tc * tc) + d_cell[k];
                d_cell[k] = dc * f;
                gate[k] = dc * g * i * (1.0 - i);
                gate[width + k] = dc * last * f * (1.0 - f);
                gate[2 * width + k] = dh * tc * o * (1.0 - o);
                gate[3 * width + k] = dc * i * (1.0 - g * g);
            }
            d_hidden.fill(0.0);
            let size = Size { rows: 1, inner: 4 * width, columns: width };
            multiply_add(
                &mut d_hidden,
                width,
                View::new(gate, 4 * width),
                View::packed(transposed, 4 * width),
                size,
            );
        }
        // d recurrent += (previous states)^T d gates, over the steps that had a previous state.
        if rows < 2 {
            return;
        }
        let (first_state, first_gate) = if direction == 1 { (1, 0) } else { (0, 1) };
        let states = &memory.out[first_state * 2 * width + direction * width..];
        let states_t = transpose(states, 2 * width, rows - 1, width);
        let range = self.parameters.network.shape.range(part);
        multiply_add(
            &mut gradient.dense[range],
            4 * width,
            View::new(&states_t, rows - 1),
            View::new(&memory.gates[first_gate * stride + direction * 4 * width..], stride),
            Size { rows: width, inner: rows - 1, columns: 4 * width },
        );
    }
}

const _: () = assert!(LABEL_COLUMNS.is_multiple_of(LANES));

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parser::fresh;
    use crate::vectors::Vectors;
    use dateline::text::network::Shape;

    /// How far each parameter is moved, on the root mean square, to see how the loss changes.
    const STEP: f32 = 3e-3;

    /// One kind of parameter moved along its derivative, to both sides: how steeply the loss rises, which should be
    /// the derivative's length, and that length.
    fn slope(numbers: &[f32], derivative: &[f32], mut loss: impl FnMut(&[f32]) -> f64) -> [f64; 2] {
        let length = derivative.iter().map(|d| d * d).sum::<f32>().sqrt();
        let step = STEP * (numbers.len() as f32).sqrt();
        let [down, up] = [-step, step].map(|step| {
            let moved = numbers.iter().zip(derivative).map(|(number, d)| number + step * d / length);
            loss(&moved.collect::<Vec<f32>>())
        });
        [(up - down) / (2.0 * f64::from(step)), f64::from(length)]
    }

    /// That of each part of the network, of each table, of the projection.
    fn slopes(parameters: &mut Parameters, projection: &mut Projection, example: &Example) -> Vec<[f64; 2]> {
        let none = Dropout { input: 0.0, state: 0.0, role: 0.0 };
        let run = |parameters: &Parameters, projection: &Projection| {
            let mut gradient = Gradient::new(parameters, projection);
            let transposed = Transposed::new(&parameters.network);
            let pass = Pass { parameters, projection, transposed: &transposed, dropout: none };
            pass.run(example, &mut Random::new(1), &mut gradient);
            gradient
        };
        let gradient = run(parameters, projection);
        let mut slopes = Vec::new();
        for part in Part::ALL {
            let range = parameters.network.shape.range(part);
            let kept = parameters.network.dense[range.clone()].to_vec();
            let mut put = |numbers: &[f32]| {
                parameters.network.dense[range.clone()].copy_from_slice(numbers);
                parameters.network.refresh();
                run(parameters, projection).loss
            };
            slopes.push(slope(&kept, &gradient.dense[range.clone()], &mut put));
            put(&kept);
        }
        for (table, derivative) in gradient.tables.iter().enumerate() {
            let kept = parameters.tables[table].clone();
            let mut put = |numbers: &[f32]| {
                parameters.tables[table].copy_from_slice(numbers);
                run(parameters, projection).loss
            };
            slopes.push(slope(&kept, derivative, &mut put));
            put(&kept);
        }
        let kept = projection.weights.clone();
        let mut put = |numbers: &[f32]| {
            projection.weights.copy_from_slice(numbers);
            run(parameters, projection).loss
        };
        slopes.push(slope(&kept, &gradient.projection, &mut put));
        put(&kept);
        slopes
    }

    /// Every kind of parameter: the derivative is the slope of the loss. Weights and states in whole numbers move in
    /// steps of their own, which stir the loss; so both are means over networks that differ by a hair.
    #[test]
    fn derivatives_are_slopes() {
        const NETWORKS: u32 = 128;
        let shape = Shape { input: 16, width: 16, arc: 16, label: 16 };
        let mut parameters = fresh(shape, [6; TABLES], 5);
        let values = (0..8).map(|i| i as f32 / 4.0 - 1.0).collect();
        let vectors = Vectors { norms: vec![7, 9], width: 4, values };
        let mut projection = Projection::new(vectors, shape.input, &mut Random::new(4));
        let example = Example {
            ids: vec![
                [1; TABLES],
                [2, 3, 4, 5, 2, 3],
                [0, 2, 2, 3, 4, 2],
                [5, 4, 3, 2, 3, 3],
                [2, 2, 5, 2, 2, 5],
            ],
            vectors: vec![None, Some(1), None, Some(0), None],
            heads: vec![0, 2, 0, 4, 2],
            labels: vec![0, 3, 46, 7, 30],
            tags: vec![0, 5, 17, 3, 40],
        };
        let kept = parameters.network.dense.clone();
        let mut random = Random::new(11);
        let mut sums = vec![[0.0; 2]; Part::ALL.len() + TABLES + 1];
        for _ in 0..NETWORKS {
            for (value, kept) in parameters.network.dense.iter_mut().zip(&kept) {
                *value = kept + (random.unit() - 0.5) * 0.1;
            }
            parameters.network.refresh();
            let slopes = slopes(&mut parameters, &mut projection, &example);
            sums.as_flattened_mut()
                .iter_mut()
                .zip(slopes.as_flattened())
                .for_each(|(sum, slope)| *sum += slope);
        }
        for (at, sums) in sums.into_iter().enumerate() {
            let [slope, length] = sums.map(|sum| sum / f64::from(NETWORKS));
            let of =
                Part::ALL.get(at).map_or("a table or the projection".to_owned(), |part| format!("{part:?}"));
            assert!(
                (slope - length).abs() < 4e-3 + 0.1 * length,
                "{of}: the loss rises by {slope}, not {length}"
            );
        }
    }
}

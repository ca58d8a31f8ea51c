//! The steps of a recurrent layer: a long short-term memory that reads sentences in one direction.
//!
//! Owns the cell. A step waits for the one before it, so several sentences go side by side: their steps fill each
//! other's waits, and the weights, which do not fit the nearest cache, are loaded once for all of them. What a
//! sentence comes to does not depend on its company. Leaves products to `matrix` and the layers to `network`.

use super::matrix::{Quad, TILE, Whole, fused, kernel, raise, scale, sum_tile};

/// The buffers of one direction of a recurrent layer; rows are tokens, sentence after sentence.
pub struct Cells<'a> {
    /// In: the input's part of the four gates (input, forget, output, candidate), `gates_stride` a row,
    /// beginning at `gates_at`. Out: the gates.
    pub gates: &'a mut [f32],
    pub gates_stride: usize,
    pub gates_at: usize,
    /// Out: the cells, `width` a row.
    pub cells: &'a mut [f32],
    /// Out: the hidden states, `out_stride` a row, beginning at `out_at`.
    pub out: &'a mut [f32],
    pub out_stride: usize,
    pub out_at: usize,
}

kernel! {
    /// Runs one direction of a layer over sentences of these lengths, the longest first.
    pub fn recur / recur_body(buffers: Cells, weights: &Whole, width: usize, lengths: &[usize], backwards: bool)
}

#[inline(always)]
fn recur_body<const FMA: bool, const R: usize>(
    buffers: Cells,
    weights: &Whole,
    width: usize,
    lengths: &[usize],
    backwards: bool,
) {
    let Cells { gates, gates_stride, gates_at, cells, out, out_stride, out_at } = buffers;
    // States lie between -1 and 1.
    let scale = scale(1.0);
    let units: Vec<f32> = weights.units(scale).collect();
    let mut start = 0;
    (0..weights.blocks()).for_each(|block| weights.fetch(block));
    for lengths in lengths.chunks(TILE) {
        let mut states = vec![Quad::default(); TILE * width / 4];
        let mut sums = vec![0i32; TILE * 4 * width];
        let mut memory = vec![0f32; TILE * width];
        for step in 0..lengths[0] {
            let active = lengths.partition_point(|&length| length > step);
            if step > 0 {
                sum_tile::<FMA>((&states, active), weights, 0..weights.blocks(), &mut sums, 4 * width);
            }
            let mut first = start;
            for (place, &length) in lengths[..active].iter().enumerate() {
                let row = first + if backwards { length - 1 - step } else { step };
                first += length;
                let memory = &mut memory[place * width..][..width];
                let hidden = &mut out[row * out_stride + out_at..][..width];
                let gates = &mut gates[row * gates_stride + gates_at..][..4 * width];
                advance::<FMA>(gates, &sums[place * 4 * width..][..4 * width], &units, memory, hidden);
                cells[row * width..][..width].copy_from_slice(memory);
                let states = states[place * width / 4..][..width / 4].as_flattened_mut();
                for (state, &value) in states.iter_mut().zip(&*hidden) {
                    *state = raise(value * scale);
                }
            }
        }
        start += lengths.iter().sum::<usize>();
    }
}

/// One step of one sentence: from its gates' two parts to its next memory and state.
#[inline(always)]
fn advance<const FMA: bool>(
    gates: &mut [f32],
    sums: &[i32],
    units: &[f32],
    memory: &mut [f32],
    hidden: &mut [f32],
) {
    // Loop after loop: what is within one does not wait for one another.
    let width = memory.len();
    let (sigmoids, candidates) = gates.split_at_mut(3 * width);
    for ((gate, &sum), unit) in sigmoids.iter_mut().zip(sums).zip(units) {
        *gate = sigmoid::<FMA>(*gate + sum as f32 * unit);
    }
    for ((gate, &sum), unit) in candidates.iter_mut().zip(&sums[3 * width..]).zip(&units[3 * width..]) {
        *gate = tanh::<FMA>(*gate + sum as f32 * unit);
    }
    let (input, rest) = sigmoids.split_at(width);
    let (forget, output) = rest.split_at(width);
    let (output, candidates, hidden) = (&output[..width], &candidates[..width], &mut hidden[..width]);
    for k in 0..width {
        memory[k] = forget[k] * memory[k] + input[k] * candidates[k];
        hidden[k] = output[k] * tanh::<FMA>(memory[k]);
    }
}

#[inline(always)]
fn sigmoid<const FMA: bool>(x: f32) -> f32 {
    0.5 + 0.5 * tanh::<FMA>(0.5 * x)
}

/// tanh to about seven digits: a rational function, as in Eigen.
#[inline(always)]
fn tanh<const FMA: bool>(x: f32) -> f32 {
    let x = x.clamp(-7.9, 7.9);
    let s = x * x;
    let f = |a, b| fused::<FMA>(a, s, b);
    let mut p = f(-2.760_768_5e-16, 2.000_188e-13);
    p = f(p, -8.604_672e-11);
    p = f(p, 5.122_297e-8);
    p = f(p, 1.485_722_4e-5);
    p = f(p, 6.372_619e-4);
    p = f(p, 4.893_524_6e-3);
    let mut q = f(1.198_258_4e-6, 1.185_347_1e-4);
    q = f(q, 2.268_434_6e-3);
    q = f(q, 4.893_525e-3);
    x * p / q
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tanh_is_near() {
        for i in -200..200 {
            let x = i as f32 / 20.0;
            assert!((tanh::<false>(x) - x.tanh()).abs() < 2e-6, "{x}");
        }
    }
}

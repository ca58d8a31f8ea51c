//! The arithmetic of the parser's network: matrix products, in `f32` and in whole numbers.
//!
//! Owns speed. Each kernel is written once and compiled for three instruction sets, chosen at run time;
//! leaves to `network` what is multiplied and why, and the steps of a recurrent layer to `recur`. Matrices are
//! row-major slices.

use super::tag::fetch;
use std::mem::MaybeUninit;
use std::ops::Range;

/// Columns come in multiples of this.
pub const LANES: usize = 16;

/// Compiles a kernel for AVX-512, for AVX2 with fused multiply-add, and for any machine.
macro_rules! kernel {
    ($(#[$doc:meta])* $sight:vis fn $name:ident / $body:ident ($($arg:ident : $type:ty),* $(,)?)) => {
        $(#[$doc])*
        $sight fn $name($($arg: $type),*) {
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx512f,avx2,fma")]
                fn wide($($arg: $type),*) { $body::<true, 8>($($arg),*) }
                #[target_feature(enable = "avx2,fma")]
                fn narrow($($arg: $type),*) { $body::<true, 4>($($arg),*) }
                if is_x86_feature_detected!("avx512f") {
                    // SAFETY: the instructions that `wide` was compiled for were found on this machine.
                    return unsafe { wide($($arg),*) };
                }
                if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                    // SAFETY: the instructions that `narrow` was compiled for were found on this machine.
                    return unsafe { narrow($($arg),*) };
                }
            }
            $body::<false, 4>($($arg),*)
        }
    };
}
pub(super) use kernel;

/// A matrix within a slice: `stride` floats from one row to the next.
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub data: &'a [f32],
    pub stride: usize,
    /// From one block of `LANES` columns to the next.
    block: usize,
}

impl<'a> View<'a> {
    /// Row by row.
    pub fn new(data: &'a [f32], stride: usize) -> View<'a> {
        View { data, stride, block: LANES }
    }

    /// What `pack` made of a matrix of so many rows.
    pub fn packed(data: &'a [f32], rows: usize) -> View<'a> {
        View { data, stride: LANES, block: rows * LANES }
    }
}

/// A matrix of weights, block by block of columns: so a product reads it from one end to the other, while rows that
/// lie a power of two apart would push each other out of the nearest cache. `out` is as large as `weights`.
pub fn pack(weights: &[f32], columns: usize, out: &mut [f32]) {
    let rows = weights.len() / columns;
    for (column, block) in (0..columns).step_by(LANES).zip(out.chunks_exact_mut(rows * LANES)) {
        for (line, row) in block.chunks_exact_mut(LANES).zip(weights.chunks_exact(columns)) {
            line.copy_from_slice(&row[column..column + LANES]);
        }
    }
}

/// How large a product is: out is rows x columns, the inner dimension is summed over.
#[derive(Clone, Copy)]
pub struct Size {
    pub rows: usize,
    pub inner: usize,
    pub columns: usize,
}

kernel! {
    /// out += x w. `columns` is a multiple of `LANES`.
    pub fn multiply_add / multiply_add_body(out: &mut [f32], stride: usize, x: View, w: View, size: Size)
}

#[inline(always)]
pub fn fused<const FMA: bool>(a: f32, b: f32, c: f32) -> f32 {
    if FMA { a.mul_add(b, c) } else { a * b + c }
}

#[inline(always)]
fn multiply_add_body<const FMA: bool, const R: usize>(
    out: &mut [f32],
    stride: usize,
    x: View,
    w: View,
    size: Size,
) {
    // A sum over nothing adds nothing, and its matrix has no columns to point at.
    if size.inner == 0 {
        return;
    }
    // Columns outermost: a block of the weights stays in the nearest cache while all rows pass it.
    for column in (0..size.columns).step_by(LANES) {
        let w = View { data: &w.data[column / LANES * w.block..], ..w };
        let mut row = 0;
        while row + R <= size.rows {
            tile::<FMA, R>(out, stride, x, w, size.inner, row, column);
            row += R;
        }
        // The last rows together, not one by one: a lone row waits for each of its sums.
        match size.rows - row {
            1 => tile::<FMA, 1>(out, stride, x, w, size.inner, row, column),
            2 => tile::<FMA, 2>(out, stride, x, w, size.inner, row, column),
            3 => tile::<FMA, 3>(out, stride, x, w, size.inner, row, column),
            4 => tile::<FMA, 4>(out, stride, x, w, size.inner, row, column),
            5 => tile::<FMA, 5>(out, stride, x, w, size.inner, row, column),
            6 => tile::<FMA, 6>(out, stride, x, w, size.inner, row, column),
            7 => tile::<FMA, 7>(out, stride, x, w, size.inner, row, column),
            _ => {}
        }
    }
}

// Plain counted loops are what the compiler turns into vectors.
#[inline(always)]
fn tile<const FMA: bool, const R: usize>(
    out: &mut [f32],
    stride: usize,
    x: View,
    w: View,
    inner: usize,
    row: usize,
    column: usize,
) {
    let mut sums = [[0f32; LANES]; R];
    let lines: [&[f32]; R] = std::array::from_fn(|r| &x.data[(row + r) * x.stride..][..inner]);
    for (k, weights) in w.data.chunks(w.stride).take(inner).enumerate() {
        let weights: &[f32; LANES] = weights[..LANES].try_into().expect("a block");
        for r in 0..R {
            let value = lines[r][k];
            for c in 0..LANES {
                sums[r][c] = fused::<FMA>(value, weights[c], sums[r][c]);
            }
        }
    }
    for (r, sums) in sums.iter().enumerate() {
        let line = &mut out[(row + r) * stride + column..][..LANES];
        for (o, s) in line.iter_mut().zip(sums) {
            *o += s;
        }
    }
}

/// What one instruction multiplies: the weights of two rows in eight columns.
type Pairs = [[i16; 2]; VECTOR];
const VECTOR: usize = 8;

/// The weights of two rows in a block of columns.
pub type Line = [Pairs; LANES / VECTOR];

/// So many rows pass a block of weights together: more sums would not fit the registers.
pub const TILE: usize = 4;

/// A matrix of weights in whole numbers, in blocks of `LANES` columns. Within a block stands a line for each pair of
/// rows, the two of a column side by side, since whole numbers are multiplied in pairs: twice as many at once as
/// floats, in half the memory. Sums of whole numbers are the same on every machine.
#[derive(Debug, Clone, Default)]
pub struct Whole {
    lines: Vec<Line>,
    columns: usize,
    /// Pairs of rows.
    pairs: usize,
    /// What the weight 1 stands for.
    pub unit: f32,
    /// The largest number that may be multiplied by the weights without a sum that overflows.
    pub top: f32,
}

/// Bits of a weight without its sign; what is left of 31 is for the other factor and for the count of the sum.
const WEIGHT_BITS: u32 = 12;

impl Whole {
    /// Of weights row by row; rows in an even number, columns in a multiple of a block.
    pub fn new(weights: &[f32], columns: usize) -> Whole {
        let rows = weights.len() / columns;
        let most = weights.iter().fold(0f32, |most, w| most.max(w.abs())).max(1e-20);
        let unit = most / ((1 << WEIGHT_BITS) - 1) as f32;
        let top = 2f32.powi((31 - WEIGHT_BITS - rows.next_power_of_two().trailing_zeros()).min(14) as i32);
        let mut lines = Vec::with_capacity(weights.len() / LANES / 2);
        for column in (0..columns).step_by(LANES) {
            for row in (0..rows).step_by(2) {
                let whole = |row: usize, v: usize, c: usize| {
                    round(weights[row * columns + column + v * VECTOR + c] / unit)
                };
                let pair = |v, c| [whole(row, v, c), whole(row + 1, v, c)];
                lines.push(std::array::from_fn(|v| std::array::from_fn(|c| pair(v, c))));
            }
        }
        Whole { lines, columns, pairs: rows / 2, unit, top: top - 1.0 }
    }

    /// How many blocks of columns there are.
    pub fn blocks(&self) -> usize {
        self.columns / LANES
    }

    /// Asks for a block that will be read soon.
    #[inline(always)]
    pub fn fetch(&self, block: usize) {
        let lines = self.lines.chunks_exact(self.pairs).nth(block);
        lines.into_iter().flatten().for_each(fetch);
    }
}

/// bias + x w, for so many rows of x, which is taken in whole numbers, each row in a unit of its own.
pub fn multiply_whole(bias: &[f32], x: View, rows: usize, w: &Whole) -> Vec<f32> {
    let length = rows * w.columns;
    let mut out = Vec::with_capacity(length);
    write_whole(&mut out.spare_capacity_mut()[..length], bias, x, w);
    // SAFETY: all columns of all rows were written.
    unsafe { out.set_len(length) };
    out
}

kernel! {
    /// Writes all of `out`, `w.columns` a row.
    fn write_whole / write_whole_body(out: &mut [MaybeUninit<f32>], bias: &[f32], x: View, w: &Whole)
}

#[inline(always)]
fn write_whole_body<const FMA: bool, const R: usize>(
    out: &mut [MaybeUninit<f32>],
    bias: &[f32],
    x: View,
    w: &Whole,
) {
    let rows = out.len() / w.columns;
    let mut whole = vec![[0i16; 2]; rows * w.pairs];
    let mut units = vec![0f32; rows];
    for ((row, unit), whole) in units.iter_mut().enumerate().zip(whole.chunks_exact_mut(w.pairs)) {
        let line = &x.data[row * x.stride..][..2 * w.pairs];
        let most = line.iter().fold(1e-20f32, |most, v| most.max(v.abs()));
        let scale = w.top / most;
        *unit = w.unit / scale;
        for (whole, &x) in whole.as_flattened_mut().iter_mut().zip(line) {
            *whole = round(x * scale);
        }
    }
    for (block, bias) in bias.as_chunks::<LANES>().0.iter().enumerate() {
        // The next block, while this one is worked on.
        w.fetch(block + 1);
        let tiles = whole.chunks(TILE * w.pairs).zip(units.chunks(TILE)).zip((0..).step_by(TILE));
        for ((tile, units), first) in tiles {
            let mut sums = [[0; LANES]; TILE];
            sum_tile::<FMA>((tile, units.len()), w, block..block + 1, sums.as_flattened_mut(), LANES);
            for ((sums, unit), row) in sums.iter().zip(units).zip(first..) {
                let line = &mut out[row * w.columns + block * LANES..][..LANES];
                for ((o, &s), b) in line.iter_mut().zip(sums).zip(bias) {
                    o.write(b + s as f32 * unit);
                }
            }
        }
    }
}

/// The nearest whole number, of two the even one, of what is within 16 bits: in a float as large as this one, the last
/// bits count ones. A cast would have to look for what is out of bounds.
#[inline(always)]
pub fn round(x: f32) -> i16 {
    (x + 12_582_912.0).to_bits() as i16
}

/// The products of rows, at most `TILE` and so many as told, with blocks of columns; `stride` sums a row. Fewer rows
/// pass more blocks at once, if there are as many.
#[inline(always)]
pub fn sum_tile<const FMA: bool>(
    (rows, count): (&[[i16; 2]], usize),
    w: &Whole,
    blocks: Range<usize>,
    sums: &mut [i32],
    stride: usize,
) {
    let mut block = blocks.start;
    while block < blocks.end {
        let (lines, sums) = (&w.lines[block * w.pairs..], &mut sums[(block - blocks.start) * LANES..]);
        block += match (count, blocks.end - block) {
            (1, 4..) => sum_blocks::<FMA, 1, 4>(rows, w.pairs, lines, sums, stride),
            (2, 2..) => sum_blocks::<FMA, 2, 2>(rows, w.pairs, lines, sums, stride),
            (1, _) => sum_blocks::<FMA, 1, 1>(rows, w.pairs, lines, sums, stride),
            (2, _) => sum_blocks::<FMA, 2, 1>(rows, w.pairs, lines, sums, stride),
            (3, _) => sum_blocks::<FMA, 3, 1>(rows, w.pairs, lines, sums, stride),
            _ => sum_blocks::<FMA, TILE, 1>(rows, w.pairs, lines, sums, stride),
        };
    }
}

/// As `sum_tile`, of `R` rows with the first `B` blocks; returns `B`.
#[inline(always)]
fn sum_blocks<const FMA: bool, const R: usize, const B: usize>(
    rows: &[[i16; 2]],
    pairs: usize,
    lines: &[Line],
    sums: &mut [i32],
    stride: usize,
) -> usize {
    let (rows, lines) = (&rows[..R * pairs], &lines[..B * pairs]);
    let sums = &mut sums[..(R - 1) * stride + B * LANES];
    #[cfg(target_arch = "x86_64")]
    if FMA {
        // SAFETY: only kernels that were compiled for AVX2 are fused.
        unsafe { sum_blocks_avx2::<R, B>(rows, pairs, lines, sums, stride) };
        return B;
    }
    for (row, sums) in rows.chunks_exact(pairs).zip(sums.chunks_mut(stride)) {
        for (block, sums) in lines.chunks_exact(pairs).zip(sums.chunks_exact_mut(LANES)) {
            sums.fill(0);
            for (value, line) in row.iter().zip(block) {
                let [a, b] = value.map(i32::from);
                for (sum, pair) in sums.iter_mut().zip(line.as_flattened()) {
                    *sum += i32::from(pair[0]) * a + i32::from(pair[1]) * b;
                }
            }
        }
    }
    B
}

/// As the loops of `sum_blocks`, in one instruction for eight pairs, which the compiler does not find by itself.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline]
fn sum_blocks_avx2<const R: usize, const B: usize>(
    rows: &[[i16; 2]],
    pairs: usize,
    lines: &[Line],
    sums: &mut [i32],
    stride: usize,
) {
    use std::arch::x86_64::{
        _mm256_add_epi32, _mm256_loadu_si256, _mm256_madd_epi16, _mm256_set1_epi32, _mm256_setzero_si256,
        _mm256_storeu_si256,
    };
    const VECTORS: usize = LANES / VECTOR;
    assert!(rows.len() == R * pairs && lines.len() == B * pairs);
    assert!(sums.len() == (R - 1) * stride + B * LANES);
    let zero = _mm256_setzero_si256();
    let mut totals = [[[zero; VECTORS]; B]; R];
    for pair in 0..pairs {
        let mut line = [[zero; VECTORS]; B];
        for (b, line) in line.iter_mut().enumerate() {
            for (v, vector) in line.iter_mut().enumerate() {
                // SAFETY: `lines` was measured above, a vector is one of the halves of a line, and this load asks for
                // no alignment.
                *vector = unsafe {
                    let line = lines.as_ptr().add(b * pairs + pair);
                    _mm256_loadu_si256(line.cast::<Pairs>().add(v).cast())
                };
            }
        }
        for (r, totals) in totals.iter_mut().enumerate() {
            // SAFETY: `rows` was measured above; two numbers of 16 bits are one of 32.
            let value = unsafe { rows.as_ptr().add(r * pairs + pair).cast::<i32>().read_unaligned() };
            let value = _mm256_set1_epi32(value);
            for (total, line) in totals.as_flattened_mut().iter_mut().zip(line.as_flattened()) {
                *total = _mm256_add_epi32(*total, _mm256_madd_epi16(value, *line));
            }
        }
    }
    for (r, totals) in totals.iter().enumerate() {
        for (v, total) in totals.as_flattened().iter().enumerate() {
            // SAFETY: `sums` was measured above, and this store asks for no alignment.
            unsafe { _mm256_storeu_si256(sums.as_mut_ptr().add(r * stride + v * VECTOR).cast(), *total) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn product_of_any_size() {
        for rows in [1, 2, 3, 9, 17] {
            let (inner, columns) = (5, 48);
            let x: Vec<f32> = (0..rows * inner).map(|i| (i % 7) as f32 - 3.0).collect();
            let w: Vec<f32> = (0..inner * columns).map(|i| (i % 5) as f32 - 2.0).collect();
            let mut out = vec![1.0; rows * columns];
            multiply_add(
                &mut out,
                columns,
                View::new(&x, inner),
                View::new(&w, columns),
                Size { rows, inner, columns },
            );
            for r in 0..rows {
                for c in 0..columns {
                    let plain: f32 = (0..inner).map(|k| x[r * inner + k] * w[k * columns + c]).sum();
                    assert_eq!(out[r * columns + c], 1.0 + plain);
                }
            }
        }
    }

    #[test]
    fn whole_numbers_are_near() {
        let (inner, columns) = (32, 48);
        let w: Vec<f32> = (0..inner * columns).map(|i| (i % 23) as f32 / 11.0 - 1.0).collect();
        let whole = Whole::new(&w, columns);
        for rows in [1, 2, 3, 4, 5, 6, 13] {
            let x: Vec<f32> = (0..rows * inner).map(|i| (i % 9) as f32 * 3.0 - 11.0).collect();
            let bias = vec![0.5; columns];
            let out = multiply_whole(&bias, View::new(&x, inner), rows, &whole);
            for (i, sum) in out.iter().enumerate() {
                let (r, c) = (i / columns, i % columns);
                let plain: f32 = (0..inner).map(|k| x[r * inner + k] * w[k * columns + c]).sum();
                assert!((sum - 0.5 - plain).abs() < 0.1, "{r} {c}: {sum} {plain}");
            }
            let mut plain = vec![MaybeUninit::new(0.0); rows * columns];
            write_whole_body::<false, 4>(&mut plain, &bias, View::new(&x, inner), &whole);
            // SAFETY: all were numbers from the beginning.
            let plain: Vec<f32> = plain.into_iter().map(|value| unsafe { value.assume_init() }).collect();
            assert_eq!(plain, out, "the same on every machine");
        }
    }

    #[test]
    fn no_sum_of_whole_numbers_overflows() {
        for inner in [2, 96, 128, 1024] {
            let whole = Whole::new(&vec![-3.0; inner * LANES], LANES);
            let out = multiply_whole(&[0.0; LANES], View::new(&vec![-7.0; inner], inner), 1, &whole);
            assert!(out.iter().all(|sum| (sum / (21 * inner) as f32 - 1.0).abs() < 1e-3), "{out:?}");
        }
    }

    #[test]
    fn a_sum_over_nothing_adds_nothing() {
        let mut out = vec![1.0_f32; 2 * LANES];
        let size = Size { rows: 1, inner: 0, columns: 2 * LANES };
        multiply_add(&mut out, 2 * LANES, View::new(&[], 0), View::new(&[], 2 * LANES), size);
        assert_eq!(out, vec![1.0; 2 * LANES]);
    }
}

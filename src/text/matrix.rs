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

/// What one instruction multiplies: the weights of four rows in eight columns.
type Quads = [[i8; 4]; VECTOR];
const VECTOR: usize = 8;

/// The weights of four rows in a block of columns.
pub type Line = [Quads; LANES / VECTOR];

/// So many rows pass a block of weights together: more sums would not fit the registers.
pub const TILE: usize = 4;

/// The largest weight, and the largest number that is multiplied by weights: four products of such a number, raised by
/// `ZERO`, with a weight are summed within 16 bits.
const TOP: f32 = 63.0;

/// Numbers are raised by so much before they are multiplied, since the instruction takes one factor without a sign.
const ZERO: f32 = 64.0;

/// A matrix of weights in whole numbers of seven bits, in blocks of `LANES` columns. Within a block stands a line for
/// every four rows, the four of a column side by side, as the instruction takes them: four times as many at once as
/// floats, in a quarter of the memory. Sums of whole numbers are the same on every machine.
#[derive(Debug, Clone, Default)]
pub struct Whole {
    lines: Vec<Line>,
    columns: usize,
    /// Fours of rows.
    quads: usize,
    /// What a sum begins with: it takes back that the numbers were raised.
    offsets: Vec<i32>,
    /// What the whole number 1 stands for, by column.
    units: Vec<f32>,
}

/// Four numbers of a row, in whole numbers.
pub type Quad = [u8; 4];

/// How a number of a row becomes whole, given that none is larger than this one.
#[inline(always)]
pub fn scale(most: f32) -> f32 {
    TOP / most
}

/// A number that was scaled, as it is multiplied.
#[inline(always)]
pub fn raise(x: f32) -> u8 {
    nearest(x + ZERO) as u8
}

/// The nearest whole number, of two the even one, of what is within 16 bits: in a float as large as this one, the last
/// bits count ones. A cast would have to look for what is out of bounds.
#[inline(always)]
fn nearest(x: f32) -> i16 {
    (x + 12_582_912.0).to_bits() as i16
}

impl Whole {
    /// Of weights row by row; rows in a multiple of eight, columns in a multiple of a block.
    pub fn new(weights: &[f32], columns: usize) -> Whole {
        let quads = weights.len() / columns / 4;
        let mut most = vec![1e-20f32; columns];
        for row in weights.chunks_exact(columns) {
            for (most, w) in most.iter_mut().zip(row) {
                *most = most.max(w.abs());
            }
        }
        let mut offsets = vec![0; columns];
        let mut lines = Vec::with_capacity(weights.len() / LANES / 4);
        for column in (0..columns).step_by(LANES) {
            for rows in weights.chunks_exact(4 * columns) {
                let mut line: Line = Default::default();
                for (c, quad) in line.as_flattened_mut().iter_mut().enumerate() {
                    let c = column + c;
                    *quad =
                        std::array::from_fn(|row| nearest(rows[row * columns + c] * scale(most[c])) as i8);
                    offsets[c] -= ZERO as i32 * quad.iter().map(|&w| i32::from(w)).sum::<i32>();
                }
                lines.push(line);
            }
        }
        Whole { lines, columns, quads, offsets, units: most.iter().map(|most| most / TOP).collect() }
    }

    /// How many blocks of columns there are.
    pub fn blocks(&self) -> usize {
        self.columns / LANES
    }

    /// What a sum stands for, by column, if the numbers multiplied were scaled by this.
    pub fn units(&self, scale: f32) -> impl Iterator<Item = f32> {
        self.units.iter().map(move |unit| unit / scale)
    }

    /// Asks for a block that will be read soon.
    #[inline(always)]
    pub fn fetch(&self, block: usize) {
        let lines = self.lines.chunks_exact(self.quads).nth(block);
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
    let mut whole = vec![Quad::default(); rows * w.quads];
    let mut units = vec![0f32; rows];
    for ((row, unit), whole) in units.iter_mut().enumerate().zip(whole.chunks_exact_mut(w.quads)) {
        let line = &x.data[row * x.stride..][..4 * w.quads];
        let scale = scale(line.iter().fold(1e-20f32, |most, v| most.max(v.abs())));
        *unit = 1.0 / scale;
        for (whole, &x) in whole.as_flattened_mut().iter_mut().zip(line) {
            *whole = raise(x * scale);
        }
    }
    let columns = bias.as_chunks::<LANES>().0.iter().zip(w.units.as_chunks::<LANES>().0);
    for (block, (bias, by_column)) in columns.enumerate() {
        // The next block, while this one is worked on.
        w.fetch(block + 1);
        let tiles = whole.chunks(TILE * w.quads).zip(units.chunks(TILE)).zip((0..).step_by(TILE));
        for ((tile, units), first) in tiles {
            let mut sums = [[0; LANES]; TILE];
            sum_tile::<FMA>((tile, units.len()), w, block..block + 1, sums.as_flattened_mut(), LANES);
            for ((sums, unit), row) in sums.iter().zip(units).zip(first..) {
                let line = &mut out[row * w.columns + block * LANES..][..LANES];
                for (((o, &s), b), column) in line.iter_mut().zip(sums).zip(bias).zip(by_column) {
                    o.write(b + s as f32 * (unit * column));
                }
            }
        }
    }
}

/// The products of rows, at most `TILE` and so many as told, with blocks of columns; `stride` sums a row. Fewer rows
/// pass more blocks at once, if there are as many.
#[inline(always)]
pub fn sum_tile<const FMA: bool>(
    (rows, count): (&[Quad], usize),
    w: &Whole,
    blocks: Range<usize>,
    sums: &mut [i32],
    stride: usize,
) {
    let mut block = blocks.start;
    while block < blocks.end {
        let sums = &mut sums[(block - blocks.start) * LANES..];
        block += match (count, blocks.end - block) {
            (1, 4..) => sum_blocks::<FMA, 1, 4>(rows, w, block, sums, stride),
            (2, 2..) => sum_blocks::<FMA, 2, 2>(rows, w, block, sums, stride),
            (1, _) => sum_blocks::<FMA, 1, 1>(rows, w, block, sums, stride),
            (2, _) => sum_blocks::<FMA, 2, 1>(rows, w, block, sums, stride),
            (3, _) => sum_blocks::<FMA, 3, 1>(rows, w, block, sums, stride),
            _ => sum_blocks::<FMA, TILE, 1>(rows, w, block, sums, stride),
        };
    }
}

/// As `sum_tile`, of `R` rows with `B` blocks from this one on; returns `B`.
#[inline(always)]
fn sum_blocks<const FMA: bool, const R: usize, const B: usize>(
    rows: &[Quad],
    w: &Whole,
    block: usize,
    sums: &mut [i32],
    stride: usize,
) -> usize {
    let (quads, rows) = (w.quads, &rows[..R * w.quads]);
    let (lines, offsets) = (&w.lines[block * quads..][..B * quads], &w.offsets[block * LANES..][..B * LANES]);
    let sums = &mut sums[..(R - 1) * stride + B * LANES];
    #[cfg(target_arch = "x86_64")]
    if FMA {
        // SAFETY: only kernels that were compiled for AVX2 are fused.
        unsafe { sum_blocks_avx2::<R, B>(rows, lines, offsets, sums, stride) };
        return B;
    }
    for (row, sums) in rows.chunks_exact(quads).zip(sums.chunks_mut(stride)) {
        sums[..B * LANES].copy_from_slice(offsets);
        for (lines, sums) in lines.chunks_exact(quads).zip(sums.chunks_exact_mut(LANES)) {
            for (x, line) in row.iter().zip(lines) {
                for (sum, w) in sums.iter_mut().zip(line.as_flattened()) {
                    *sum += x.iter().zip(w).map(|(&x, &w)| i32::from(x) * i32::from(w)).sum::<i32>();
                }
            }
        }
    }
    B
}

/// As the loops of `sum_blocks`, in instructions for eight fours, which the compiler does not find by itself.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline]
fn sum_blocks_avx2<const R: usize, const B: usize>(
    rows: &[Quad],
    lines: &[Line],
    offsets: &[i32],
    sums: &mut [i32],
    stride: usize,
) {
    use std::arch::x86_64::{
        _mm256_add_epi16, _mm256_add_epi32, _mm256_loadu_si256, _mm256_madd_epi16, _mm256_maddubs_epi16,
        _mm256_set1_epi16, _mm256_set1_epi32, _mm256_setzero_si256, _mm256_storeu_si256,
    };
    const VECTORS: usize = LANES / VECTOR;
    let quads = rows.len() / R;
    // Two lines are summed in 16 bits, and only then in 32.
    assert!(quads.is_multiple_of(2) && rows.len() == R * quads && lines.len() == B * quads);
    assert!(offsets.len() == B * LANES && sums.len() == (R - 1) * stride + B * LANES);
    let (zero, ones) = (_mm256_setzero_si256(), _mm256_set1_epi16(1));
    let mut totals = [[[zero; VECTORS]; B]; R];
    for totals in &mut totals {
        for (v, total) in totals.as_flattened_mut().iter_mut().enumerate() {
            // SAFETY: `offsets` was measured above, and this load asks for no alignment.
            *total = unsafe { _mm256_loadu_si256(offsets.as_ptr().add(v * VECTOR).cast()) };
        }
    }
    for quad in (0..quads).step_by(2) {
        let mut pair = [[[zero; VECTORS]; B]; 2];
        for (half, line) in pair.iter_mut().enumerate() {
            for (b, line) in line.iter_mut().enumerate() {
                for (v, vector) in line.iter_mut().enumerate() {
                    // SAFETY: `lines` was measured above, a vector is one of the halves of a line, and this load asks
                    // for no alignment.
                    *vector = unsafe {
                        let line = lines.as_ptr().add(b * quads + quad + half);
                        _mm256_loadu_si256(line.cast::<Quads>().add(v).cast())
                    };
                }
            }
        }
        for (r, totals) in totals.iter_mut().enumerate() {
            let x = [0, 1].map(|half| {
                // SAFETY: `rows` was measured above; four numbers of 8 bits are one of 32.
                let quad =
                    unsafe { rows.as_ptr().add(r * quads + quad + half).cast::<i32>().read_unaligned() };
                _mm256_set1_epi32(quad)
            });
            let [first, second] = &pair;
            let lines = first.as_flattened().iter().zip(second.as_flattened());
            for (total, (first, second)) in totals.as_flattened_mut().iter_mut().zip(lines) {
                let products = [_mm256_maddubs_epi16(x[0], *first), _mm256_maddubs_epi16(x[1], *second)];
                let sums = _mm256_madd_epi16(_mm256_add_epi16(products[0], products[1]), ones);
                *total = _mm256_add_epi32(*total, sums);
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
    fn whole_numbers_are_summed_exactly() {
        let (inner, columns) = (32, 48);
        // The largest of each row and column stands at its beginning, so that the unit is 1.
        let number = |i: usize, first: bool| if first { TOP } else { (i * 37 % 127) as f32 - TOP };
        let w: Vec<f32> = (0..inner * columns).map(|i| number(i, i < columns)).collect();
        let whole = Whole::new(&w, columns);
        for rows in [1, 2, 3, 4, 5, 6, 13] {
            let x: Vec<f32> = (0..rows * inner).map(|i| number(i + 5, i % inner == 0)).collect();
            let bias = vec![0.5; columns];
            let out = multiply_whole(&bias, View::new(&x, inner), rows, &whole);
            for (i, sum) in out.iter().enumerate() {
                let (r, c) = (i / columns, i % columns);
                let plain: f32 = (0..inner).map(|k| x[r * inner + k] * w[k * columns + c]).sum();
                assert_eq!(*sum, 0.5 + plain, "{r} {c}");
            }
            let mut plain = vec![MaybeUninit::new(0.0); rows * columns];
            write_whole_body::<false, 4>(&mut plain, &bias, View::new(&x, inner), &whole);
            // SAFETY: all were numbers from the beginning.
            let plain: Vec<f32> = plain.into_iter().map(|value| unsafe { value.assume_init() }).collect();
            assert_eq!(plain, out, "the same on every machine");
        }
    }

    #[test]
    fn fractions_are_near() {
        let (inner, columns) = (128, 16);
        let w: Vec<f32> = (0..inner * columns).map(|i| (i as f32 * 0.7).sin()).collect();
        let x: Vec<f32> = (0..inner).map(|i| (i as f32 * 1.3).cos() * 1e-3).collect();
        let out = multiply_whole(&[0.0; 16], View::new(&x, inner), 1, &Whole::new(&w, columns));
        for (c, sum) in out.iter().enumerate() {
            let plain: f32 = (0..inner).map(|k| x[k] * w[k * columns + c]).sum();
            // Each factor is off by less than one part in 126 of the largest.
            assert!((sum - plain).abs() < 2e-3 / 126.0 * (inner as f32).sqrt(), "{c}: {sum} {plain}");
        }
    }

    #[test]
    fn no_sum_of_whole_numbers_overflows() {
        for (inner, sign) in [(8, -1.0), (96, -1.0), (128, 1.0), (1024, -1.0), (1024, 1.0)] {
            let whole = Whole::new(&vec![-3.0; inner * LANES], LANES);
            let out = multiply_whole(&[0.0; LANES], View::new(&vec![sign * 7.0; inner], inner), 1, &whole);
            assert!(
                out.iter().all(|sum| (sum / (-sign * (21 * inner) as f32) - 1.0).abs() < 1e-3),
                "{out:?}"
            );
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

//! The arithmetic of the parser's network: a matrix product and the cell of a recurrent layer, in `f32`.
//!
//! Owns speed. Each kernel is written once and compiled for three instruction sets, chosen at run time;
//! leaves to `network` what is multiplied and why. Matrices are row-major slices.

/// Columns come in multiples of this.
pub const LANES: usize = 16;

/// Compiles a kernel for AVX-512, for AVX2 with fused multiply-add, and for any machine.
macro_rules! kernel {
    ($(#[$doc:meta])* pub fn $name:ident / $body:ident ($($arg:ident : $type:ty),* $(,)?)) => {
        $(#[$doc])*
        pub fn $name($($arg: $type),*) {
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
fn fused<const FMA: bool>(a: f32, b: f32, c: f32) -> f32 {
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

/// What one instruction multiplies: the weights of two rows in eight columns, or the sums of eight columns.
type Pairs = [[i16; 2]; VECTOR];
type Sums = [i32; VECTOR];
const VECTOR: usize = 8;

/// A matrix of weights in whole numbers, in blocks of `V` times eight columns. Within a block stands a line for each
/// pair of rows, the two of a column side by side, since whole numbers are multiplied in pairs: twice as many at once
/// as floats, in half the memory. Sums of whole numbers are the same on every machine.
#[derive(Debug, Clone, Default)]
pub struct Whole<const V: usize> {
    lines: Vec<[Pairs; V]>,
    columns: usize,
    /// Pairs of rows.
    pairs: usize,
    /// What the weight 1 stands for.
    unit: f32,
    /// The largest number that may be multiplied by the weights without a sum that overflows.
    top: f32,
}

/// Recurrent weights: one row of states at a time passes them.
pub type Recurrent = Whole<8>;
/// Weights that several rows pass at once.
pub type Dense = Whole<2>;

/// Bits of a weight without its sign; what is left of 31 is for the other factor and for the count of the sum.
const WEIGHT_BITS: u32 = 12;

impl<const V: usize> Whole<V> {
    /// Of weights row by row; rows in an even number, columns in a multiple of a block.
    pub fn new(weights: &[f32], columns: usize) -> Whole<V> {
        let rows = weights.len() / columns;
        let most = weights.iter().fold(0f32, |most, w| most.max(w.abs())).max(1e-20);
        let unit = most / ((1 << WEIGHT_BITS) - 1) as f32;
        let top = 2f32.powi((31 - WEIGHT_BITS - rows.next_power_of_two().trailing_zeros()).min(14) as i32);
        let mut lines = Vec::with_capacity(weights.len() / VECTOR / V / 2);
        for column in (0..columns).step_by(VECTOR * V) {
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

    /// The lines of each block of columns.
    fn blocks(&self) -> std::slice::ChunksExact<'_, [Pairs; V]> {
        self.lines.chunks_exact(self.pairs)
    }
}

/// So many rows pass a block of weights together.
const TILE: usize = 4;

kernel! {
    /// out += x w, `w.columns` a row; x is taken in whole numbers, each row in a unit of its own.
    pub fn multiply_whole / multiply_whole_body(out: &mut [f32], x: View, w: &Dense)
}

#[inline(always)]
fn multiply_whole_body<const FMA: bool, const R: usize>(out: &mut [f32], x: View, w: &Dense) {
    let rows = out.len() / w.columns;
    // Of a tile's rows side by side; the last tile may hold rows of nothing.
    let mut values = vec![[[0i16; 2]; TILE]; w.pairs * rows.div_ceil(TILE)];
    let mut units = vec![0f32; rows];
    let mut whole = vec![0i16; 2 * w.pairs];
    for (row, unit) in units.iter_mut().enumerate() {
        let line = &x.data[row * x.stride..][..2 * w.pairs];
        let most = line.iter().fold(1e-20f32, |most, v| most.max(v.abs()));
        let scale = w.top / most;
        *unit = w.unit / scale;
        for (whole, &x) in whole.iter_mut().zip(line) {
            *whole = round(x * scale);
        }
        let tile = &mut values[row / TILE * w.pairs..][..w.pairs];
        for (values, &pair) in tile.iter_mut().zip(whole.as_chunks::<2>().0) {
            values[row % TILE] = pair;
        }
    }
    for (lines, column) in w.blocks().zip((0..).step_by(LANES)) {
        for (tile, first) in values.chunks_exact(w.pairs).zip((0..).step_by(TILE)) {
            let sums = sum_pairs::<FMA, TILE, 2>(tile, lines);
            for ((sums, unit), row) in sums.iter().zip(&units[first..]).zip(first..) {
                let line = &mut out[row * w.columns + column..][..LANES];
                for (o, &s) in line.iter_mut().zip(sums.as_flattened()) {
                    *o += s as f32 * unit;
                }
            }
        }
    }
}

/// The nearest whole number, of two the even one, of what is within 16 bits: in a float as large as this one, the last
/// bits count ones. A cast would have to look for what is out of bounds.
#[inline(always)]
fn round(x: f32) -> i16 {
    (x + 12_582_912.0).to_bits() as i16
}

/// The products of `R` rows of whole numbers with a block of columns.
#[inline(always)]
fn sum_pairs<const FMA: bool, const R: usize, const V: usize>(
    values: &[[[i16; 2]; R]],
    lines: &[[Pairs; V]],
) -> [[Sums; V]; R] {
    #[cfg(target_arch = "x86_64")]
    if FMA {
        // SAFETY: only kernels that were compiled for AVX2 are fused.
        return unsafe { sum_pairs_avx2(values, lines) };
    }
    let mut sums = [[[0; VECTOR]; V]; R];
    for (values, line) in values.iter().zip(lines) {
        for (sums, value) in sums.iter_mut().zip(values) {
            let [a, b] = value.map(i32::from);
            for (sum, pair) in sums.as_flattened_mut().iter_mut().zip(line.as_flattened()) {
                *sum += i32::from(pair[0]) * a + i32::from(pair[1]) * b;
            }
        }
    }
    sums
}

/// As the loops of `sum_pairs`, in one instruction for eight pairs, which the compiler does not find by itself.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline]
fn sum_pairs_avx2<const R: usize, const V: usize>(
    values: &[[[i16; 2]; R]],
    lines: &[[Pairs; V]],
) -> [[Sums; V]; R] {
    use std::arch::x86_64::{
        __m256i, _mm256_add_epi32, _mm256_loadu_si256, _mm256_madd_epi16, _mm256_set1_epi32,
        _mm256_setzero_si256, _mm256_storeu_si256,
    };
    let mut totals = [[_mm256_setzero_si256(); V]; R];
    for (values, line) in values.iter().zip(lines) {
        // SAFETY: eight pairs of 16 bits are 256 bits, and this load asks for no alignment.
        let line: [__m256i; V] =
            line.each_ref().map(|pairs| unsafe { _mm256_loadu_si256(std::ptr::from_ref(pairs).cast()) });
        for (totals, &[a, b]) in totals.iter_mut().zip(values) {
            let value = _mm256_set1_epi32(i32::from(b) << 16 | i32::from(a as u16));
            for (total, pairs) in totals.iter_mut().zip(line) {
                *total = _mm256_add_epi32(*total, _mm256_madd_epi16(value, pairs));
            }
        }
    }
    let mut sums = [[[0; VECTOR]; V]; R];
    for (sums, total) in sums.as_flattened_mut().iter_mut().zip(totals.as_flattened()) {
        // SAFETY: eight numbers are 256 bits, and this store asks for no alignment.
        unsafe { _mm256_storeu_si256(std::ptr::from_mut(sums).cast(), *total) };
    }
    sums
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

/// The buffers of one direction of a recurrent layer; rows are tokens.
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
    /// Runs one direction of a long short-term memory layer.
    pub fn recur / recur_body(buffers: Cells, recurrent: &Recurrent, width: usize, rows: usize, backwards: bool)
}

#[inline(always)]
fn recur_body<const FMA: bool, const R: usize>(
    buffers: Cells,
    recurrent: &Recurrent,
    width: usize,
    rows: usize,
    backwards: bool,
) {
    let Cells { gates, gates_stride, gates_at, cells, out, out_stride, out_at } = buffers;
    let zeros = vec![0.0; width];
    let mut states = vec![[[0i16; 2]; 1]; width / 2];
    // States lie between -1 and 1.
    let unit = recurrent.unit / recurrent.top;
    for step in 0..rows {
        let row = if backwards { rows - 1 - step } else { step };
        let before = if backwards { row + 1 } else { row.wrapping_sub(1) };
        let gate = &mut gates[row * gates_stride + gates_at..][..4 * width];
        if step > 0 {
            for (gate, lines) in gate.chunks_exact_mut(4 * LANES).zip(recurrent.blocks()) {
                let [sums] = sum_pairs::<FMA, 1, 8>(&states, lines);
                for (gate, &sum) in gate.iter_mut().zip(sums.as_flattened()) {
                    *gate += sum as f32 * unit;
                }
            }
        }
        let (sigmoids, candidates) = gate.split_at_mut(3 * width);
        for g in sigmoids.iter_mut() {
            *g = 0.5 + 0.5 * tanh::<FMA>(0.5 * *g);
        }
        for g in candidates.iter_mut() {
            *g = tanh::<FMA>(*g);
        }
        let (input, rest) = sigmoids.split_at(width);
        let (forget, output) = rest.split_at(width);
        let (output, candidates) = (&output[..width], &candidates[..width]);
        // The row's cells and the last step's, which lie before or behind it.
        let (here, last) = match (step, backwards) {
            (0, _) => (&mut cells[row * width..][..width], &zeros[..]),
            (_, false) => {
                let (last, here) = cells[before * width..][..2 * width].split_at_mut(width);
                (here, &*last)
            }
            (_, true) => {
                let (here, last) = cells[row * width..][..2 * width].split_at_mut(width);
                (here, &*last)
            }
        };
        let hidden = &mut out[row * out_stride + out_at..][..width];
        for k in 0..width {
            let cell = forget[k] * last[k] + input[k] * candidates[k];
            here[k] = cell;
            hidden[k] = output[k] * tanh::<FMA>(cell);
        }
        for (state, value) in states.as_flattened_mut().as_flattened_mut().iter_mut().zip(hidden) {
            *state = round(*value * recurrent.top);
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
        let whole = Dense::new(&w, columns);
        for rows in [1, 2, 3, 4, 5, 6, 13] {
            let x: Vec<f32> = (0..rows * inner).map(|i| (i % 9) as f32 * 3.0 - 11.0).collect();
            let mut out = vec![0.5; rows * columns];
            multiply_whole(&mut out, View::new(&x, inner), &whole);
            for (i, sum) in out.iter().enumerate() {
                let (r, c) = (i / columns, i % columns);
                let plain: f32 = (0..inner).map(|k| x[r * inner + k] * w[k * columns + c]).sum();
                assert!((sum - 0.5 - plain).abs() < 0.1, "{r} {c}: {sum} {plain}");
            }
            let mut plain = vec![0.5; rows * columns];
            multiply_whole_body::<false, 4>(&mut plain, View::new(&x, inner), &whole);
            assert_eq!(plain, out, "the same on every machine");
        }
    }

    #[test]
    fn no_sum_of_whole_numbers_overflows() {
        for inner in [2, 96, 128, 1024] {
            let whole = Dense::new(&vec![-3.0; inner * LANES], LANES);
            let mut out = vec![0.0; LANES];
            multiply_whole(&mut out, View::new(&vec![-7.0; inner], inner), &whole);
            assert!(out.iter().all(|sum| (sum / (21 * inner) as f32 - 1.0).abs() < 1e-3), "{out:?}");
        }
    }

    #[test]
    fn tanh_is_near() {
        for i in -200..200 {
            let x = i as f32 / 20.0;
            assert!((tanh::<false>(x) - x.tanh()).abs() < 2e-6, "{x}");
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

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
                fn wide($($arg: $type),*) { $body::<true, 4, 64>($($arg),*) }
                #[target_feature(enable = "avx2,fma")]
                fn narrow($($arg: $type),*) { $body::<true, 4, 16>($($arg),*) }
                if is_x86_feature_detected!("avx512f") {
                    // SAFETY: the instructions that `wide` was compiled for were found on this machine.
                    return unsafe { wide($($arg),*) };
                }
                if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                    // SAFETY: the instructions that `narrow` was compiled for were found on this machine.
                    return unsafe { narrow($($arg),*) };
                }
            }
            $body::<false, 4, 16>($($arg),*)
        }
    };
}

/// A matrix within a slice: `stride` floats from one row to the next.
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub data: &'a [f32],
    pub stride: usize,
}

impl<'a> View<'a> {
    pub fn new(data: &'a [f32], stride: usize) -> View<'a> {
        View { data, stride }
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
fn multiply_add_body<const FMA: bool, const R: usize, const C: usize>(
    out: &mut [f32],
    stride: usize,
    x: View,
    w: View,
    size: Size,
) {
    // Columns outermost: a block of the weights stays in the nearest cache while all rows pass it.
    let mut column = 0;
    while column + C <= size.columns {
        block::<FMA, R, C>(out, stride, x, w, size, column);
        column += C;
    }
    while column + LANES <= size.columns {
        block::<FMA, R, LANES>(out, stride, x, w, size, column);
        column += LANES;
    }
}

#[inline(always)]
fn block<const FMA: bool, const R: usize, const C: usize>(
    out: &mut [f32],
    stride: usize,
    x: View,
    w: View,
    size: Size,
    column: usize,
) {
    let mut row = 0;
    while row + R <= size.rows {
        tile::<FMA, R, C>(out, stride, x, w, size.inner, row, column);
        row += R;
    }
    while row < size.rows {
        tile::<FMA, 1, C>(out, stride, x, w, size.inner, row, column);
        row += 1;
    }
}

#[inline(always)]
#[expect(
    clippy::needless_range_loop,
    reason = "plain counted loops are what the compiler turns into vectors"
)]
fn tile<const FMA: bool, const R: usize, const C: usize>(
    out: &mut [f32],
    stride: usize,
    x: View,
    w: View,
    inner: usize,
    row: usize,
    column: usize,
) {
    let mut sums = [[0f32; C]; R];
    let lines: [&[f32]; R] = std::array::from_fn(|r| &x.data[(row + r) * x.stride..][..inner]);
    for k in 0..inner {
        let weights: &[f32; C] = w.data[k * w.stride + column..][..C].try_into().expect("C long");
        for r in 0..R {
            let value = lines[r][k];
            for c in 0..C {
                sums[r][c] = fused::<FMA>(value, weights[c], sums[r][c]);
            }
        }
    }
    for (r, sums) in sums.iter().enumerate() {
        let line = &mut out[(row + r) * stride + column..][..C];
        for (o, s) in line.iter_mut().zip(sums) {
            *o += s;
        }
    }
}

/// The upper half of an `f32` (bfloat16): recurrent weights, which every step reads anew, must be small.
pub type Half = u16;

/// Columns of a block of halves; four widths are a multiple of it.
const HALF_COLUMNS: usize = 4 * LANES;

/// To the nearest half.
pub fn halve(value: f32) -> Half {
    let bits = value.to_bits();
    (bits.wrapping_add(0x7FFF + (bits >> 16 & 1)) >> 16) as Half
}

/// out += x w for one row and a block of columns of halves.
#[inline(always)]
fn half_row<const FMA: bool>(out: &mut [f32], x: &[f32], w: &[Half], stride: usize, column: usize) {
    let mut sums = [0f32; HALF_COLUMNS];
    for (k, &value) in x.iter().enumerate() {
        let weights: &[Half; HALF_COLUMNS] =
            w[k * stride + column..][..HALF_COLUMNS].try_into().expect("long");
        for c in 0..HALF_COLUMNS {
            sums[c] = fused::<FMA>(value, f32::from_bits(u32::from(weights[c]) << 16), sums[c]);
        }
    }
    for (o, s) in out.iter_mut().zip(&sums) {
        *o += s;
    }
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
    /// Runs one direction of a long short-term memory layer: `recurrent` is width x 4 width.
    pub fn recur / recur_body(buffers: Cells, recurrent: &[Half], width: usize, rows: usize, backwards: bool)
}

#[inline(always)]
fn recur_body<const FMA: bool, const R: usize, const C: usize>(
    buffers: Cells,
    recurrent: &[Half],
    width: usize,
    rows: usize,
    backwards: bool,
) {
    let Cells { gates, gates_stride, gates_at, cells, out, out_stride, out_at } = buffers;
    for step in 0..rows {
        let row = if backwards { rows - 1 - step } else { step };
        let before = if backwards { row + 1 } else { row.wrapping_sub(1) };
        let gate = &mut gates[row * gates_stride + gates_at..][..4 * width];
        if step > 0 {
            let hidden = &out[before * out_stride + out_at..][..width];
            for (block, column) in gate.chunks_exact_mut(HALF_COLUMNS).zip((0..).step_by(HALF_COLUMNS)) {
                half_row::<FMA>(block, hidden, recurrent, 4 * width, column);
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
        for k in 0..width {
            let last = if step > 0 { cells[before * width + k] } else { 0.0 };
            let cell = forget[k] * last + input[k] * candidates[k];
            cells[row * width + k] = cell;
            out[row * out_stride + out_at + k] = output[k] * tanh::<FMA>(cell);
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
    fn tanh_is_near() {
        for i in -200..200 {
            let x = i as f32 / 20.0;
            assert!((tanh::<false>(x) - x.tanh()).abs() < 2e-6, "{x}");
        }
    }
}

//! Logistic regression with a ridge, by Newton's method: deterministic, and exact for some hundred columns.
//!
//! Owns the arithmetic. Knows no names.

/// Steps until the weights stand still.
const STEPS_MAX: usize = 40;
const STILL: f64 = 1e-6;

/// One case: its values by column (those that are not nought), and whether it is so.
#[derive(Debug, Clone)]
pub struct Case {
    /// The document, so that its cases are left out together.
    pub document: u64,
    pub values: Vec<(usize, f64)>,
    /// How much it counts.
    pub weight: f64,
    pub is: bool,
}

/// The likelihood of a case under the weights.
pub fn likelihood(weights: &[f64], case: &Case) -> f64 {
    let sum: f64 = case.values.iter().map(|&(column, value)| weights[column] * value).sum();
    1.0 / (1.0 + (-sum).exp())
}

/// The weights that fit best; `ridge` holds each column's back from its prior of nought.
pub fn fit<'c>(cases: impl Iterator<Item = &'c Case> + Clone, ridge: &[f64]) -> Vec<f64> {
    let size = ridge.len();
    let mut weights = vec![0.0; size];
    for _ in 0..STEPS_MAX {
        let mut slope: Vec<f64> = (0..size).map(|i| -ridge[i] * weights[i]).collect();
        let mut curve = vec![0.0; size * size];
        for i in 0..size {
            curve[i * size + i] = ridge[i] + 1e-9;
        }
        for case in cases.clone() {
            let likely = likelihood(&weights, case);
            let error = case.weight * (f64::from(u8::from(case.is)) - likely);
            let spread = case.weight * likely * (1.0 - likely);
            for &(i, a) in &case.values {
                slope[i] += error * a;
                for &(j, b) in &case.values {
                    curve[i * size + j] += spread * a * b;
                }
            }
        }
        let step = solve(&mut curve, slope);
        let moved = step.iter().fold(0.0, |most: f64, s| most.max(s.abs()));
        // A long step overshoots where the cases are nearly separable.
        let scale = if moved > 4.0 { 4.0 / moved } else { 1.0 };
        for (weight, s) in weights.iter_mut().zip(step) {
            *weight += scale * s;
        }
        if moved < STILL {
            break;
        }
    }
    weights
}

/// Solves a positive definite system by Cholesky's decomposition, in place.
fn solve(matrix: &mut [f64], mut right: Vec<f64>) -> Vec<f64> {
    let size = right.len();
    for i in 0..size {
        for j in 0..=i {
            let sum: f64 = (0..j).map(|k| matrix[i * size + k] * matrix[j * size + k]).sum();
            let rest = matrix[i * size + j] - sum;
            matrix[i * size + j] = if i == j { rest.max(1e-12).sqrt() } else { rest / matrix[j * size + j] };
        }
    }
    for i in 0..size {
        let sum: f64 = (0..i).map(|k| matrix[i * size + k] * right[k]).sum();
        right[i] = (right[i] - sum) / matrix[i * size + i];
    }
    for i in (0..size).rev() {
        let sum: f64 = (i + 1..size).map(|k| matrix[k * size + i] * right[k]).sum();
        right[i] = (right[i] - sum) / matrix[i * size + i];
    }
    right
}

/// Into how many parts the documents are dealt, each judged by weights fitted on the others.
const PARTS: u64 = 5;

/// The likelihood of every case under weights that never saw its document.
pub fn held_out(cases: &[Case], ridge: &[f64]) -> Vec<f64> {
    let mut likely = vec![0.0; cases.len()];
    for part in 0..PARTS {
        let seen = cases.iter().filter(|case| case.document % PARTS != part);
        let weights = fit(seen, ridge);
        for (case, likely) in cases.iter().zip(&mut likely) {
            if case.document % PARTS == part {
                *likely = likelihood(&weights, case);
            }
        }
    }
    likely
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_between_two_heaps_is_found() {
        let cases: Vec<Case> = (0..40_u32)
            .map(|n| {
                let x = f64::from(n % 10) - 4.5;
                Case { document: (n / 10).into(), values: vec![(0, 1.0), (1, x)], weight: 1.0, is: x > 0.5 }
            })
            .collect();
        let weights = fit(cases.iter(), &[0.01, 0.01]);
        assert!(weights[1] > 1.0, "{weights:?}");
        assert!(cases.iter().all(|case| (likelihood(&weights, case) > 0.5) == case.is));
        let likely = held_out(&cases, &[0.01, 0.01]);
        assert!(cases.iter().zip(likely).all(|(case, likely)| (likely > 0.5) == case.is));
    }
}

//! Logistic regression with a ridge, by Newton's method: deterministic, and exact for some hundred columns. Of two
//! (is it so?) and of many (which is it? the conditional logit).
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

/// One choice of which exactly one is right: the values of each by column.
#[derive(Debug, Clone)]
pub struct Choice {
    pub document: u64,
    pub offers: Vec<Vec<(usize, f64)>>,
    pub right: usize,
}

/// How likely each offer is under the weights.
pub fn shares(weights: &[f64], choice: &Choice) -> Vec<f64> {
    let sum =
        |values: &Vec<(usize, f64)>| values.iter().map(|&(column, value)| weights[column] * value).sum();
    let sums: Vec<f64> = choice.offers.iter().map(sum).collect();
    let most = sums.iter().copied().fold(f64::MIN, f64::max);
    let powers: Vec<f64> = sums.iter().map(|sum| (sum - most).exp()).collect();
    let all: f64 = powers.iter().sum();
    powers.into_iter().map(|power| power / all).collect()
}

/// The weights under which the right offers are likeliest.
pub fn fit_choices<'c>(choices: impl Iterator<Item = &'c Choice> + Clone, ridge: &[f64]) -> Vec<f64> {
    newton(ridge, |weights, slope, curve| {
        let size = ridge.len();
        for choice in choices.clone() {
            let shares = shares(weights, choice);
            let mut mean: std::collections::BTreeMap<usize, f64> = Default::default();
            for (n, (values, share)) in choice.offers.iter().zip(&shares).enumerate() {
                let is = f64::from(u8::from(n == choice.right));
                for &(i, a) in values {
                    slope[i] += (is - share) * a;
                    *mean.entry(i).or_default() += share * a;
                    for &(j, b) in values {
                        curve[i * size + j] += share * a * b;
                    }
                }
            }
            for (&i, a) in &mean {
                for (&j, b) in &mean {
                    curve[i * size + j] -= a * b;
                }
            }
        }
    })
}

/// The likelihood of a case under the weights.
pub fn likelihood(weights: &[f64], case: &Case) -> f64 {
    let sum: f64 = case.values.iter().map(|&(column, value)| weights[column] * value).sum();
    1.0 / (1.0 + (-sum).exp())
}

/// The weights that fit best; `ridge` holds each column's back from its prior of nought.
pub fn fit<'c>(cases: impl Iterator<Item = &'c Case> + Clone, ridge: &[f64]) -> Vec<f64> {
    newton(ridge, |weights, slope, curve| {
        let size = ridge.len();
        for case in cases.clone() {
            let likely = likelihood(weights, case);
            let error = case.weight * (f64::from(u8::from(case.is)) - likely);
            let spread = case.weight * likely * (1.0 - likely);
            for &(i, a) in &case.values {
                slope[i] += error * a;
                for &(j, b) in &case.values {
                    curve[i * size + j] += spread * a * b;
                }
            }
        }
    })
}

/// Newton's method from nought; `add` adds what the cases say to the slope and the curve at some weights.
fn newton(ridge: &[f64], add: impl Fn(&[f64], &mut [f64], &mut [f64])) -> Vec<f64> {
    let size = ridge.len();
    let mut weights = vec![0.0; size];
    for _ in 0..STEPS_MAX {
        let mut slope: Vec<f64> = (0..size).map(|i| -ridge[i] * weights[i]).collect();
        let mut curve = vec![0.0; size * size];
        for i in 0..size {
            curve[i * size + i] = ridge[i] + 1e-9;
        }
        add(&weights, &mut slope, &mut curve);
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

/// How likely every choice's offers are under weights that never saw its document.
pub fn choices_held_out(choices: &[Choice], ridge: &[f64]) -> Vec<Vec<f64>> {
    let mut likely = vec![Vec::new(); choices.len()];
    for part in 0..PARTS {
        let weights = fit_choices(choices.iter().filter(|choice| choice.document % PARTS != part), ridge);
        for (choice, likely) in choices.iter().zip(&mut likely) {
            if choice.document % PARTS == part {
                *likely = shares(&weights, choice);
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

    #[test]
    fn of_many_the_one_that_has_the_mark_is_chosen() {
        let choices: Vec<Choice> = (0..30_u32)
            .map(|n| {
                let right = n as usize % 3;
                let offer = |i: usize| vec![(0, f64::from(u8::from(i == right))), (1, (n % 5).into())];
                Choice { document: n.into(), offers: (0..3).map(offer).collect(), right }
            })
            .collect();
        let weights = fit_choices(choices.iter(), &[0.01, 0.01]);
        assert!(weights[0] > 1.0 && weights[1].abs() < 1e-6, "{weights:?}");
        let likely = choices_held_out(&choices, &[0.01, 0.01]);
        assert!(choices.iter().zip(likely).all(|(choice, likely)| likely[choice.right] > 0.8));
    }
}

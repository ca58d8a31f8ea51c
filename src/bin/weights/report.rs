//! How well fitted weights hold on documents that they never saw.
//!
//! Owns the figures that are printed.

use super::logistic::{Case, Choice};

/// Prints what a model gets right at the even chance, and the table of its likelihoods against what is so.
pub fn print(name: &str, cases: &[Case], likely: &[f64]) {
    let chosen: Vec<(f64, bool)> = likely.iter().copied().zip(cases.iter().map(|case| case.is)).collect();
    let count = |test: &dyn Fn(&(f64, bool)) -> bool| chosen.iter().filter(|c| test(c)).count() as f64;
    let hit = count(&|(likely, is)| *likely >= 0.5 && *is);
    let (found, all) = (count(&|(likely, _)| *likely >= 0.5), count(&|(_, is)| *is));
    let loss: f64 = chosen
        .iter()
        .map(|(likely, is)| -(if *is { *likely } else { 1.0 - likely }).max(1e-9).ln())
        .sum::<f64>()
        / chosen.len().max(1) as f64;
    println!(
        "{name}: {} cases, {all} so; left out: precision {:.1} recall {:.1} F1 {:.1} log loss {loss:.3}",
        cases.len(),
        100.0 * hit / found.max(1.0),
        100.0 * hit / all.max(1.0),
        200.0 * hit / (found + all).max(1.0)
    );
    for tenth in 0..10 {
        let (low, high) = (f64::from(tenth) / 10.0, f64::from(tenth + 1) / 10.0);
        let inside = |likely: &f64| *likely >= low && (*likely < high || tenth == 9);
        let (here, so) = (count(&|(likely, _)| inside(likely)), count(&|(likely, is)| inside(likely) && *is));
        if here > 0.0 {
            println!("  {low:.1} to {high:.1}: {here:4} cases, {:3.0} % so", 100.0 * so / here);
        }
    }
}

/// Prints how often the likeliest offer is the right one. `without`: choices that were not offered the right one.
pub fn print_choices(name: &str, choices: &[Choice], likely: &[Vec<f64>], without: usize) {
    let first = |shares: &Vec<f64>| {
        (0..shares.len()).fold(0, |best, i| if shares[i] > shares[best] { i } else { best })
    };
    let right = choices.iter().zip(likely).filter(|(choice, shares)| first(shares) == choice.right).count();
    let loss: f64 =
        choices.iter().zip(likely).map(|(choice, shares)| -shares[choice.right].max(1e-9).ln()).sum();
    let count = choices.len();
    println!(
        "{name}: {count} choices, left out: right in {:.1} %, log loss {:.3}; {without} were not offered what is right",
        100.0 * right as f64 / count.max(1) as f64,
        loss / count.max(1) as f64
    );
}

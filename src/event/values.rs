//! The values of features, which stand under their names.
//!
//! Owns how a value is set. Which features there are is for the files that weigh.

/// A condition as a value.
pub fn yes(condition: bool) -> f32 {
    f32::from(u8::from(condition))
}

/// The names of one list, then those of another; `N` is how many they are together.
pub const fn names<const N: usize>(own: &[&'static str], more: &[&'static str]) -> [&'static str; N] {
    let mut names = [""; N];
    let mut i = 0;
    while i < N {
        names[i] = if i < own.len() { own[i] } else { more[i - own.len()] };
        i += 1;
    }
    names
}

/// The place of a name in a list: found while the program is compiled, where a name that is not there is an error.
macro_rules! at {
    ($name:literal) => {
        const { crate::event::values::place(&NAMES, $name) }
    };
}
pub(crate) use at;

pub const fn place(names: &[&str], name: &str) -> usize {
    let mut i = 0;
    while !is_same(names[i].as_bytes(), name.as_bytes()) {
        i += 1;
    }
    i
}

const fn is_same(a: &[u8], b: &[u8]) -> bool {
    let mut i = 0;
    while i < a.len() && i < b.len() && a[i] == b[i] {
        i += 1;
    }
    i == a.len() && i == b.len()
}

/// Sets a feature to a value, or leaves it where it is higher already.
pub fn set(values: &mut [f32], place: usize, value: f32) {
    values[place] = values[place].max(value);
}

/// Joins what speaks for the same thing told twice.
pub fn join(old: &mut [f32], new: &[f32]) {
    for (old, new) in old.iter_mut().zip(new) {
        *old = old.max(*new);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_higher_value_stands() {
        let mut values = [0.0, 0.5];
        const NAMES: [&str; 2] = ["a", "b"];
        set(&mut values, at!("b"), 0.25);
        set(&mut values, at!("a"), yes(true));
        assert_eq!(values, [1.0, 0.5]);
        join(&mut values, &[0.0, 2.0]);
        assert_eq!(values, [1.0, 2.0]);
    }
}

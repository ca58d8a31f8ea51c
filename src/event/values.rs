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

/// Sets a feature to a value, or leaves it where it is higher already.
pub fn set(names: &[&str], values: &mut [f32], name: &str, value: f32) {
    if value == 0.0 {
        return;
    }
    let place = names.iter().position(|known| known.len() == name.len() && *known == name);
    debug_assert!(place.is_some(), "{name} is no feature");
    if let Some(place) = place {
        values[place] = values[place].max(value);
    }
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
        set(&["a", "b"], &mut values, "b", 0.25);
        set(&["a", "b"], &mut values, "a", yes(true));
        assert_eq!(values, [1.0, 0.5]);
        join(&mut values, &[0.0, 2.0]);
        assert_eq!(values, [1.0, 2.0]);
    }
}

//! What the models see of a word: its normal form, its ends, its shape.
//!
//! Owns the reduction of a written word to numbers, the same at training and at use. Leaves to `tag` and
//! `depend` what the numbers mean.
//!
//! A sentence that is all capitals, or a headline In Title Case, tells nothing by its capitals: its words are
//! seen lower-cased with shapes that claim nothing, and the models are trained on such copies too.

/// The shape of a word, a small number.
pub type Shape = u8;

/// Shapes run from 0 to this, exclusive.
pub const SHAPES: usize = 14;

/// A word as the models see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    /// Of the normal form: lower case, figures reduced, quotes straight.
    pub norm: u32,
    pub prefix: u32,
    pub suffix2: u32,
    pub suffix3: u32,
    pub suffix4: u32,
    pub shape: Shape,
}

/// Mixes two numbers into one; the same on every machine.
pub fn mix(a: u32, b: u32) -> u32 {
    let wide = (u64::from(a) << 32 | u64::from(b)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let folded = (wide ^ (wide >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (folded >> 32) as u32
}

/// Of bytes; the same on every machine.
pub fn hash(bytes: &[u8]) -> u32 {
    let mut h = 0xCBF2_9CE4_8422_2325_u64;
    for &b in bytes {
        h = (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01B3);
    }
    ((h ^ (h >> 31)).wrapping_mul(0x94D0_49BB_1331_11EB) >> 32) as u32
}

/// Whether the capitals of these words carry no information.
pub fn is_caseless<'a>(words: impl Iterator<Item = &'a str>) -> bool {
    let (mut upper, mut title, mut lower) = (0, 0, 0);
    for (i, word) in words.enumerate() {
        let mut letters = word.chars().filter(|c| c.is_alphabetic());
        let Some(first) = letters.next() else { continue };
        match (first.is_uppercase(), letters.next()) {
            (true, Some(second)) if second.is_uppercase() => upper += 1,
            (true, Some(_)) => title += usize::from(i > 0),
            (true, None) => {}
            (false, _) => lower += usize::from(!HEADLINE_SMALL.contains(&word)),
        }
    }
    let all_capitals = upper >= 2 && title + lower == 0;
    let headline = title >= 3 && lower * 8 <= title;
    all_capitals || headline
}

/// Words that headlines in title case leave small.
const HEADLINE_SMALL: &[&str] = &[
    "a", "after", "against", "amid", "an", "and", "as", "at", "but", "by", "for", "from", "in", "into", "is",
    "it", "its", "of", "off", "on", "or", "out", "over", "s", "the", "to", "up", "vs", "with", "’s", "'s",
    "n't",
];

/// The longest word looked at, in bytes; what is longer is seen by its beginning.
const WORD_MAX_BYTES: usize = 48;

impl Form {
    /// `first` says that the word opens its sentence, where a capital means little.
    pub fn new(word: &str, first: bool, caseless: bool) -> Form {
        let mut buffer = [0u8; 4 * WORD_MAX_BYTES];
        let mut length = 0;
        let mut chars = 0;
        for c in word.chars().take(WORD_MAX_BYTES) {
            chars += 1;
            let c = match c {
                '0'..='9' => '0',
                '“' | '”' | '«' | '»' => '"',
                '‘' | '’' | '`' => '\'',
                '—' | '–' | '―' => '—',
                c if c.is_ascii() => c.to_ascii_lowercase(),
                c => c.to_lowercase().next().unwrap_or(c),
            };
            length += c.encode_utf8(&mut buffer[length..]).len();
        }
        let norm = &buffer[..length];
        let suffix = |n: usize| {
            let mut start = length;
            for _ in 0..n {
                start = norm[..start].iter().rposition(|&b| b & 0xC0 != 0x80).unwrap_or(0);
            }
            mix(n as u32, hash(&norm[start..]))
        };
        let shape = shape(word, first, caseless);
        let key = if chars == 4 && norm == b"0000" && matches!(&word[..2], "19" | "20") {
            hash(b"!year")
        } else {
            hash(norm)
        };
        let head =
            norm.iter().enumerate().filter(|&(_, b)| b & 0xC0 != 0x80).nth(3).map_or(length, |(i, _)| i);
        Form {
            norm: key,
            prefix: mix(9, hash(&norm[..head])),
            suffix2: suffix(2),
            suffix3: suffix(3),
            suffix4: suffix(4),
            shape,
        }
    }

    /// The forms of a sentence.
    pub fn sentence<'a>(words: impl Iterator<Item = &'a str> + Clone) -> Vec<Form> {
        let caseless = is_caseless(words.clone());
        let mut opened = false;
        words
            .map(|word| {
                let first = !opened;
                opened |= word.starts_with(char::is_alphanumeric);
                Form::new(word, first, caseless)
            })
            .collect()
    }
}

fn shape(word: &str, first: bool, caseless: bool) -> Shape {
    let (mut letters, mut upper, mut digits, mut other) = (0, 0, 0, 0);
    let mut initial = false;
    for (i, c) in word.chars().take(WORD_MAX_BYTES).enumerate() {
        if c.is_alphabetic() {
            letters += 1;
            upper += usize::from(c.is_uppercase());
            initial |= i == 0 && c.is_uppercase();
        } else if c.is_numeric() {
            digits += 1;
        } else {
            other += 1;
        }
    }
    match (letters, digits) {
        (0, 0) => 0,
        (0, _) if other == 0 => 1,
        (0, _) => 2,
        (_, d) if d > 0 => 3,
        _ if caseless => 4,
        _ if upper == 0 && other > 0 => 5,
        _ if upper == 0 => 6,
        _ if upper == letters && letters == 1 => 7 + u8::from(first),
        _ if upper == letters => 9,
        _ if initial && upper == 1 => 10 + u8::from(first),
        _ if initial => 12,
        _ => 13,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_that_say_nothing() {
        let check = |text: &str, expected| assert_eq!(is_caseless(text.split(' ')), expected, "{text}");
        check("GUERRILLAS ATTACKED A BARRACKS IN THE NORTH .", true);
        check("Rebels Seize Key Border Town as Talks Stall", true);
        check("President Smith met Prime Minister Brown in Paris .", false);
        check("The NATO chief spoke .", false);
    }

    #[test]
    fn equal_to_the_model() {
        assert_eq!(Form::new("1984", false, false).norm, Form::new("2031", false, false).norm);
        assert_eq!(Form::new("“", false, false), Form::new("\"", false, false));
        assert_eq!(Form::new("ATTACK", false, true), Form::new("Attack", false, true));
        assert_ne!(Form::new("Attack", false, false).shape, Form::new("attack", false, false).shape);
        Form::new(&"é".repeat(500), true, false);
    }
}

//! Bytes to code points: people and other programs count characters, we count bytes.

/// Turns byte offsets of one string into offsets in Unicode code points.
#[derive(Debug)]
pub struct CodePoints<'a> {
    text: &'a str,
    /// Code points before every 256th byte; empty where every character is one byte.
    before: Vec<usize>,
}

const STRIDE: usize = 256;

impl<'a> CodePoints<'a> {
    pub fn new(text: &'a str) -> CodePoints<'a> {
        if text.is_ascii() {
            return CodePoints { text, before: Vec::new() };
        }
        let mut before = Vec::with_capacity(text.len() / STRIDE + 1);
        let mut count = 0;
        for (at, byte) in text.bytes().enumerate() {
            if at % STRIDE == 0 {
                before.push(count);
            }
            count += usize::from(starts_character(byte));
        }
        CodePoints { text, before }
    }

    /// The code points before a byte; an offset beyond the end counts as the end.
    pub fn at(&self, byte: usize) -> usize {
        let byte = byte.min(self.text.len());
        if self.before.is_empty() {
            return byte;
        }
        let block = (byte / STRIDE).min(self.before.len() - 1);
        let rest = &self.text.as_bytes()[block * STRIDE..byte];
        self.before[block] + rest.iter().filter(|&&byte| starts_character(byte)).count()
    }
}

fn starts_character(byte: u8) -> bool {
    byte & 0b1100_0000 != 0b1000_0000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_points_are_counted_as_the_string_counts_them() {
        for text in ["", "plain", "naïve café — “quoted”", &"é漢a".repeat(300)] {
            let points = CodePoints::new(text);
            for (count, (byte, _)) in text.char_indices().enumerate() {
                assert_eq!(points.at(byte), count, "{text:?} at {byte}");
            }
            assert_eq!(points.at(text.len() + 9), text.chars().count());
        }
    }
}

//! The words of a text as the lexicon of actors compares them: lower case, no accents, no apostrophes, initials
//! joined.
//!
//! Owns folding and the number of nouns. Independent of the tokens of `text`, so that "al-Shabab", "al Shabab" and
//! "Al-Shabab's" begin with the same two words, and "U.S." is the word "us".

use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// The folded words of one string, with where they stand in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    buffer: String,
    items: Vec<Item>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Item {
    folded: (u32, u32),
    start: u32,
    end: u32,
    capital: bool,
    inner: bool,
    upper: bool,
    hyphen: bool,
}

impl Words {
    /// Cuts a string into words. Linear in its length.
    pub fn new(text: &str) -> Words {
        let mut words =
            Words { buffer: String::with_capacity(text.len()), items: Vec::with_capacity(text.len() / 5) };
        let mut chars = text.char_indices().peekable();
        while let Some(&(start, first)) = chars.peek() {
            if !first.is_alphanumeric() {
                chars.next();
                continue;
            }
            words.read(text, start);
            let end = words.items.last().map_or(start + first.len_utf8(), |item| item.end as usize);
            while chars.next_if(|&(at, _)| at < end).is_some() {}
        }
        words
    }

    /// Reads the word that starts at a byte.
    fn read(&mut self, text: &str, start: usize) {
        let from = self.buffer.len();
        let mut end = start;
        let mut letters = 0;
        let mut capitals = 0;
        let mut initials = true;
        let mut chars = text[start..].char_indices().peekable();
        while let Some((offset, c)) = chars.next() {
            let at = start + offset;
            if c.is_alphanumeric() {
                letters += usize::from(c.is_alphabetic());
                capitals += usize::from(c.is_uppercase());
                fold_into(c, &mut self.buffer);
                end = at + c.len_utf8();
                continue;
            }
            let next = chars.peek().map(|&(_, next)| next);
            if is_combining_mark(c) {
                end = at + c.len_utf8();
            } else if is_apostrophe(c) && next.is_some_and(char::is_alphabetic) {
                if is_possessive(&text[at + c.len_utf8()..]) {
                    break;
                }
                initials = false;
            } else if c == '.'
                && initials
                && is_initial(text, start, at)
                && next.is_some_and(|n| n.is_uppercase())
            {
                // "U.S. Army" is two words, "U.S.A" one: what follows the dot must be one letter again.
                let rest = &text[at + 1..];
                let mut following = rest.chars();
                following.next();
                if following.next().is_some_and(char::is_alphanumeric) {
                    break;
                }
            } else {
                break;
            }
        }
        self.items.push(Item {
            folded: (from as u32, self.buffer.len() as u32),
            start: start as u32,
            end: end as u32,
            capital: text[start..].chars().next().is_some_and(|c| c.is_uppercase() || c.is_numeric()),
            inner: text[start..end].chars().skip(1).any(char::is_uppercase),
            upper: letters == capitals,
            hyphen: text[..start].ends_with(['-', '‐', '‑']),
        });
    }

    pub fn len(&self) -> usize {
        self.items.len()
    }

    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    pub fn folded(&self, word: usize) -> &str {
        let (start, end) = self.items[word].folded;
        &self.buffer[start as usize..end as usize]
    }

    /// The bytes of a word in the string.
    pub fn span(&self, word: usize) -> (usize, usize) {
        let item = self.items[word];
        (item.start as usize, item.end as usize)
    }

    /// Whether a hyphen stands right before the word.
    pub fn follows_hyphen(&self, word: usize) -> bool {
        self.items[word].hyphen
    }

    /// Whether the word begins with a capital letter or a digit.
    pub fn is_capital(&self, word: usize) -> bool {
        self.items[word].capital
    }

    /// Whether a letter after the first is a capital.
    pub fn has_inner_capital(&self, word: usize) -> bool {
        self.items[word].inner
    }

    /// Whether every letter is a capital; true of numbers.
    pub fn is_upper(&self, word: usize) -> bool {
        self.items[word].upper
    }

    /// The folded words joined by blanks.
    pub fn joined(&self) -> String {
        (0..self.len()).map(|word| self.folded(word)).collect::<Vec<_>>().join(" ")
    }
}

/// Whether the dot at a byte follows a single letter of the word, as in "U.S.".
fn is_initial(text: &str, start: usize, dot: usize) -> bool {
    let mut before = text[start..dot].chars().rev();
    before.next().is_some_and(char::is_uppercase) && before.next().is_none_or(|c| c == '.')
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{2bc}' | '\u{2bb}' | '`')
}

fn is_possessive(after: &str) -> bool {
    let mut chars = after.chars();
    matches!(chars.next(), Some('s' | 'S')) && !chars.next().is_some_and(char::is_alphanumeric)
}

/// Lower case without accents; letters that have no decomposition are replaced as news agencies spell them.
fn fold_into(c: char, buffer: &mut String) {
    if c.is_ascii() {
        buffer.push(c.to_ascii_lowercase());
        return;
    }
    match c {
        'ø' | 'Ø' => buffer.push('o'),
        'ł' | 'Ł' => buffer.push('l'),
        'đ' | 'Đ' => buffer.push('d'),
        'ı' => buffer.push('i'),
        'ß' => buffer.push_str("ss"),
        'æ' | 'Æ' => buffer.push_str("ae"),
        'œ' | 'Œ' => buffer.push_str("oe"),
        _ => decompose_canonical(c, |part| {
            if !is_combining_mark(part) {
                buffer.extend(part.to_lowercase());
            }
        }),
    }
}

/// A string folded as words are, its words joined by blanks.
pub fn fold(text: &str) -> String {
    Words::new(text).joined()
}

/// What a folded noun may be the plural of, by the regular rules of English and "-men", "children", "wives".
pub fn singulars(word: &str) -> impl Iterator<Item = String> {
    let mut found: [Option<String>; 2] = [None, None];
    if let Some(stem) = word.strip_suffix("men") {
        found[0] = Some(format!("{stem}man"));
    } else if let Some(stem) = word.strip_suffix("children") {
        found[0] = Some(format!("{stem}child"));
    } else if let Some(stem) = word.strip_suffix("ves") {
        found[0] = Some(format!("{stem}fe"));
        found[1] = Some(format!("{stem}ve"));
    } else if let Some(stem) = word.strip_suffix("ies") {
        found[0] = Some(format!("{stem}y"));
        found[1] = Some(format!("{stem}ie"));
    } else if word.ends_with('s') && !word.ends_with("ss") && word.len() > 2 {
        found[0] = Some(word[..word.len() - 1].to_owned());
        if let Some(stem) = word.strip_suffix("es") {
            found[1] = Some(stem.to_owned());
        }
    }
    found.into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let words = Words::new(text);
        let found: Vec<&str> = (0..words.len()).map(|word| words.folded(word)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn words_are_folded() {
        check("Al-Shabaab's men", &["al", "shabaab", "s", "men"]);
        check("the U.S. Army", &["the", "us", "army"]);
        check("U.S.-backed", &["us", "backed"]);
        check("Kata’ib Hezbollah", &["kataib", "hezbollah"]);
        check("Türkiye’s Erdoğan", &["turkiye", "s", "erdogan"]);
        check("J.D. Vance met S. Jaishankar.", &["jd", "vance", "met", "s", "jaishankar"]);
        check("pro-Łódź; Ørsted", &["pro", "lodz", "orsted"]);
        check("", &[]);
        check("… — '", &[]);
        check("People's Army", &["people", "s", "army"]);
        check("M23/AFC", &["m23", "afc"]);
    }

    #[test]
    fn spans_lie_on_the_words() {
        let text = "In Tigré, U.N.’s envoy";
        let words = Words::new(text);
        let found: Vec<&str> = (0..words.len())
            .map(|word| {
                let (start, end) = words.span(word);
                &text[start..end]
            })
            .collect();
        assert_eq!(found, ["In", "Tigré", "U.N", "s", "envoy"]);
    }

    #[test]
    fn plurals_have_singulars() {
        for (plural, singular) in [
            ("gunmen", "gunman"),
            ("schoolchildren", "schoolchild"),
            ("wives", "wife"),
            ("ministries", "ministry"),
            ("witnesses", "witness"),
            ("soldiers", "soldier"),
            ("forces", "force"),
        ] {
            assert!(singulars(plural).any(|word| word == singular), "{plural}");
        }
        assert_eq!(singulars("mass").count(), 0);
    }
}

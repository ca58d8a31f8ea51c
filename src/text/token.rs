//! Cuts a sentence into tokens in the manner of the Universal Dependencies English treebanks.
//!
//! Owns where a token begins and ends: punctuation stands alone, clitics ("n't", "'s") are tokens, hyphenated
//! words are three, abbreviations keep their full stop, links and dates are one. Leaves sentence boundaries
//! to `sentence`. Every byte is looked at a bounded number of times.

use super::{Span, Token};

/// Prefixes that stay joined to their word ("pro-government", "re-elected"); other hyphens part words.
const PREFIXES: &[&str] = &[
    "anti", "co", "counter", "cross", "e", "ex", "inter", "intra", "mid", "mini", "multi", "non", "over",
    "post", "pre", "pro", "re", "semi", "sub", "trans", "un", "under",
];

/// Abbreviations that keep their full stop, in lower case and without it.
pub(super) const ABBREVIATIONS: &[&str] = &[
    "adm", "al", "approx", "apr", "assn", "assoc", "atty", "aug", "ave", "bldg", "blvd", "brig", "bros",
    "ca", "capt", "cf", "cmdr", "co", "col", "comdr", "corp", "cpl", "dec", "dept", "dist", "div", "dr",
    "drs", "ed", "eq", "est", "etc", "feb", "fig", "figs", "fr", "fri", "ft", "gen", "gov", "govt", "hon",
    "inc", "insp", "intl", "jan", "jr", "jul", "jun", "lt", "ltd", "maj", "mar", "messrs", "mfg", "mgr",
    "mr", "mrs", "ms", "msgr", "mt", "nos", "nov", "oct", "op", "ph", "plc", "pp", "pres", "prof", "pvt",
    "rd", "rep", "reps", "rev", "sat", "sec", "sen", "sens", "sep", "sept", "sgt", "sr", "st", "supt", "tel",
    "thu", "thurs", "tues", "univ", "viz", "vol", "vols", "vs", "wed",
];

/// Units and hours that part from the figure before them ("10am", "35mm").
const UNITS: &[&str] = &[
    "am", "pm", "a.m", "p.m", "km", "kms", "kg", "kgs", "mm", "cm", "m", "k", "bn", "mn", "tn", "ft", "lb",
    "lbs", "mph", "kph", "hr", "hrs", "min", "mins", "gb", "mb", "tb", "mw", "gw", "kw", "percent", "yr",
    "yrs", "x", "million", "billion", "trillion", "pc", "gmt", "usd",
];

/// Words that are two tokens, with the length of the first in bytes.
const FUSED: &[(&str, usize)] = &[
    ("alot", 1),
    ("arent", 3),
    ("cannot", 3),
    ("cant", 2),
    ("couldnt", 5),
    ("didnt", 3),
    ("doesnt", 4),
    ("dont", 2),
    ("gimme", 3),
    ("gonna", 3),
    ("gotta", 3),
    ("hadnt", 3),
    ("hasnt", 3),
    ("havent", 4),
    ("isnt", 2),
    ("lemme", 3),
    ("lotta", 3),
    ("outta", 3),
    ("shouldnt", 6),
    ("thats", 4),
    ("wanna", 3),
    ("wasnt", 3),
    ("werent", 4),
    ("wouldnt", 5),
];

/// Faces drawn with marks, which are one token; only these few, since marks mostly mean what they say.
const FACES: &[&str] = &[":-)", ":-(", ";-)", ":-D", ":-P", ":)", ":(", ";)", ":D", ":P"];

/// The tokens of the sentence that spans `span` of `text`.
pub fn tokenise(text: &str, span: Span) -> Vec<Token> {
    let mut tokens = Vec::with_capacity((span.end - span.start) / 5 + 1);
    let sentence = &text[span.start..span.end];
    let last_end = span.start + sentence.trim_end().len();
    let mut start = None;
    for (at, c) in sentence.char_indices() {
        match (c.is_whitespace() || is_invisible(c), start) {
            (false, None) => start = Some(at),
            (true, Some(from)) => {
                chunk(text, span.start + from, span.start + at, last_end, &mut tokens);
                start = None;
            }
            _ => {}
        }
    }
    if let Some(from) = start {
        chunk(text, span.start + from, span.end, last_end, &mut tokens);
    }
    tokens
}

/// Zero-width and direction marks separate nothing that a reader sees, but stand for a gap between tokens.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{ad}')
        || c.is_control()
}

/// Cuts one run of visible characters.
fn chunk(text: &str, start: usize, end: usize, sentence_end: usize, tokens: &mut Vec<Token>) {
    if let Some(link) = link_end(&text[start..end]) {
        push(tokens, start, start + link);
        return pieces(text, start + link, end, sentence_end, tokens);
    }
    pieces(text, start, end, sentence_end, tokens);
}

fn push(tokens: &mut Vec<Token>, start: usize, end: usize) {
    if start < end {
        tokens.push(Token { span: Span { start, end } });
    }
}

/// The length of the link or mail address that the chunk is, without the punctuation that closes it.
fn link_end(chunk: &str) -> Option<usize> {
    let bytes = chunk.as_bytes();
    let scheme = has_scheme(chunk) || chunk.starts_with("www.");
    let mail = || {
        let at = bytes.iter().position(|&b| b == b'@').filter(|&at| at > 0);
        // Archives shorten addresses: "jo...@example.org".
        at.is_some_and(|at| {
            bytes[at + 1..].contains(&b'.')
                && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'.')
        }) && bytes[0].is_ascii_alphanumeric()
    };
    if !scheme && !mail() {
        return None;
    }
    Some(chunk.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '"', '\'', '”', '’', ']', '>']).len())
}

fn has_scheme(chunk: &str) -> bool {
    chunk.starts_with("http://") || chunk.starts_with("https://")
}

/// The length of the face that stands at the end of a chunk, or before the mark that closes it. It needs room before it: "(as said:)"
/// shows none.
fn face(rest: &str, before: Option<char>) -> usize {
    if before.is_some_and(char::is_alphanumeric) {
        return 0;
    }
    let fits = |face: &&&str| {
        rest.strip_prefix(**face).is_some_and(|tail| tail.is_empty() || matches!(tail, "." | "," | "!" | ")"))
    };
    FACES.iter().find(fits).map_or(0, |face| face.len())
}

/// "the 80's": a plural of two figures. The length in bytes, or 0.
fn plural_figures(rest: &str) -> usize {
    let b = rest.as_bytes();
    let plural = b.len() >= 2 && b[0].is_ascii_digit() && b[1].is_ascii_digit();
    let tail = rest.get(2..).unwrap_or("");
    let quote = tail.chars().next().filter(|c| matches!(c, '\'' | '’')).map_or(0, char::len_utf8);
    let ends = |tail: &str| !tail.starts_with(|c: char| c.is_alphanumeric());
    match tail.get(quote..).and_then(|t| t.strip_prefix('s')) {
        Some(after) if plural && quote > 0 && ends(after) => 3 + quote,
        _ => 0,
    }
}

/// The token loop within a chunk: words, figures, runs of one punctuation mark, single marks.
fn pieces(text: &str, start: usize, end: usize, sentence_end: usize, tokens: &mut Vec<Token>) {
    let mut at = start;
    while at < end {
        let rest = &text[at..end];
        let Some(c) = rest.chars().next() else { return };
        let next = rest[c.len_utf8()..].chars().next();
        let length = if c == 'h' && has_scheme(rest) {
            link_end(rest).unwrap_or(1)
        } else if at == start && c.is_ascii_digit() && plural_figures(rest) > 0 {
            plural_figures(rest)
        } else if matches!(c, 'w' | 'W') && rest[1..] == *"/" && at == start {
            2
        } else if is_word(c) {
            let length = word_length(text, at, end, sentence_end);
            word(text, at, at + length, tokens);
            at += length;
            continue;
        } else if matches!(c, '\'' | '’' | '‘') && decade(rest) > 0 {
            decade(rest)
        } else if matches!(c, '\'' | '’') && clitic_length(rest) > 0 && at > start {
            clitic_length(rest)
        } else if at == start
            && next.is_some_and(|n| match c {
                '-' | '+' | '.' => n.is_ascii_digit(),
                '#' | '@' => n.is_alphabetic(),
                _ => false,
            })
        {
            1 + word_length(text, at + 1, end, sentence_end)
        } else if matches!(c, ':' | ';') && face(rest, text[start..at].chars().next_back()) > 0 {
            face(rest, text[start..at].chars().next_back())
        } else if matches!(c, '!' | '?') {
            rest.bytes().take_while(|b| matches!(b, b'!' | b'?')).count()
        } else if matches!(
            c,
            '.' | '-' | '$' | '*' | '=' | '_' | '~' | '—' | '–' | '…' | '`' | '\'' | '+' | '<' | '>'
        ) {
            rest.chars().take_while(|&r| r == c).count() * c.len_utf8()
        } else {
            c.len_utf8()
        };
        push(tokens, at, at + length);
        at += length;
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&c) || c == '_' || c == '\u{200d}'
}

/// "'90s", "'em": an apostrophe that belongs to what follows. The length in bytes, or 0.
fn decade(rest: &str) -> usize {
    let quote = rest.chars().next().map_or(0, char::len_utf8);
    let tail = &rest.as_bytes()[quote..];
    let digits = tail.iter().take_while(|b| b.is_ascii_digit()).count();
    let end = digits + usize::from(tail.get(digits) == Some(&b's'));
    let ends = !tail.get(end).is_some_and(u8::is_ascii_alphanumeric);
    if digits == 2 && ends { quote + end } else { 0 }
}

/// "'s" after a bracket or a figure. The length in bytes, or 0.
fn clitic_length(rest: &str) -> usize {
    let quote = rest.chars().next().map_or(0, char::len_utf8);
    match &rest.as_bytes()[quote..] {
        [b's' | b'S'] => quote + 1,
        [b's' | b'S', next, ..] if next.is_ascii() && !next.is_ascii_alphanumeric() => quote + 1,
        _ => 0,
    }
}

/// How far the word at `at` reaches, in bytes: letters and figures with the marks that hold them together.
fn word_length(text: &str, at: usize, end: usize, sentence_end: usize) -> usize {
    let rest = &text[at..end];
    let mut chars = rest.char_indices().peekable();
    let mut previous = ' ';
    let mut hyphens = 0;
    let mut numeric = true; // figures and hyphens only, so far
    while let Some((i, c)) = chars.next() {
        let next = chars.peek().map(|&(_, n)| n);
        let inside = is_word(c)
            || next.is_some_and(|n| match c {
                '.' => is_word(n) && joins_full_stop(&rest[..i], &rest[i + 1..]),
                ',' => previous.is_ascii_digit() && n.is_ascii_digit() && three_digits(&rest[i + 1..]),
                ':' => previous.is_ascii_digit() && n.is_ascii_digit(),
                '\'' | '’' => previous.is_alphabetic() && n.is_alphabetic(),
                '/' => {
                    previous.is_ascii_digit() && n.is_ascii_digit() || short_slash(&rest[..i], &rest[i + 1..])
                }
                '&' => previous.is_uppercase() && n.is_uppercase(),
                '@' => is_word(n),
                '*' => previous.is_alphabetic() && (n.is_alphabetic() || n == '*'),
                '-' | '‑' | '‐' => {
                    hyphens += 1;
                    is_word(n) && joins_hyphen(&rest[..i], &rest[i + c.len_utf8()..], hyphens, numeric)
                }
                _ => false,
            });
        if !inside {
            let dollars = c == '$' && i <= 3 && rest[..i].chars().all(|u| u.is_ascii_uppercase());
            if dollars && next.is_some_and(|n| n.is_ascii_digit()) {
                return i + 1;
            }
            let stop = c == '.' && keeps_full_stop(&rest[..i], at + i + 1 == sentence_end, next);
            return i + usize::from(stop);
        }
        previous = c;
        numeric &= c.is_ascii_digit() || c == '-';
    }
    rest.len()
}

/// A full stop within a chunk: "2.5", "U.S.", "example.com"; but "end.Next" are two words.
fn joins_full_stop(before: &str, after: &str) -> bool {
    let stem = before.rsplit(['.', '-']).next().unwrap_or(before);
    let lower_then_capital = stem.len() > 1
        && stem.chars().all(|c| c.is_lowercase())
        && after.chars().next().is_some_and(char::is_uppercase);
    !lower_then_capital
}

fn three_digits(after: &str) -> bool {
    let digits = after.bytes().take(4).take_while(u8::is_ascii_digit).count();
    digits == 3
}

/// "w/o", "b/c": one letter before the slash and few after; but "he/she" are three tokens.
fn short_slash(before: &str, after: &str) -> bool {
    before.len() == 1
        && matches!(before, "w" | "b" | "c" | "l" | "W" | "B")
        && after.bytes().take(3).take_while(u8::is_ascii_alphanumeric).count() <= 1
}

/// Whether a hyphen holds its two sides together: known prefixes, telephone numbers, dates in figures.
fn joins_hyphen(before: &str, after: &str, nth: usize, numeric: bool) -> bool {
    if numeric {
        let head = before.rsplit('-').next().unwrap_or(before);
        let digits = after.bytes().take(9).take_while(u8::is_ascii_digit).count();
        let further = after.as_bytes().get(digits) == Some(&b'-')
            && after.as_bytes().get(digits + 1).is_some_and(u8::is_ascii_digit);
        return !head.is_empty()
            && (nth > 1 && digits > 0 || further || head.len() == 3 && digits == 4)
            && !after.as_bytes().get(digits).is_some_and(u8::is_ascii_alphabetic);
    }
    if nth > 1 || before.len() > 8 {
        return false;
    }
    let lower = before.to_lowercase();
    PREFIXES.binary_search(&lower.as_str()).is_ok() && after.chars().next().is_some_and(char::is_alphabetic)
}

/// Whether the full stop after `stem` belongs to it.
fn keeps_full_stop(stem: &str, ends_sentence: bool, next: Option<char>) -> bool {
    if next.is_some_and(|n| {
        !matches!(n, ',' | ';' | ':' | '?' | '!' | '\'' | '’' | ')' | '"' | '”' | '-' | '—' | '–' | '/' | ']')
    }) {
        return false;
    }
    let tail = stem.rsplit(['-', '/', '\'', '’']).next().unwrap_or(stem);
    let mut chars = tail.chars();
    let (Some(first), second) = (chars.next(), chars.next()) else { return false };
    match second {
        None => first.is_uppercase() && !ends_sentence,
        Some(_) if tail.contains('.') => {
            first.is_alphabetic() && tail.split('.').all(|part| part.chars().count() <= 2)
        }
        Some(_) if tail.len() > 6 => false,
        Some(_) => {
            let lower = tail.to_lowercase();
            (lower == "no" && !ends_sentence && first.is_uppercase())
                || ABBREVIATIONS.binary_search(&lower.as_str()).is_ok()
                    && !(ends_sentence
                        && matches!(
                            lower.as_str(),
                            "sat" | "al" | "mar" | "fr" | "op" | "sun" | "wed" | "fig" | "est"
                        ))
        }
    }
}

/// Pushes a word, parted from its clitic or unit.
fn word(text: &str, start: usize, end: usize, tokens: &mut Vec<Token>) {
    let whole = &text[start..end];
    let at = clitic_start(whole).or_else(|| unit_start(whole)).unwrap_or(0);
    if at > 0 {
        push(tokens, start, start + at);
    }
    push(tokens, start + at, end);
}

/// Where the clitic of a word begins: "did|n't", "he|'s", "can|not".
fn clitic_start(word: &str) -> Option<usize> {
    if word.len() > 64 {
        return None;
    }
    if let Some(quote) = word.rfind(['\'', '’']) {
        let width = word[quote..].chars().next().map_or(1, char::len_utf8);
        let tail = word[quote + width..].to_ascii_lowercase();
        if tail == "t" && quote > 1 && matches!(word.as_bytes()[quote - 1], b'n' | b'N') {
            return Some(quote - 1);
        }
        return (quote > 0 && matches!(tail.as_str(), "s" | "m" | "re" | "ve" | "ll" | "d")).then_some(quote);
    }
    if !(4..=8).contains(&word.len()) {
        return None;
    }
    let lower = word.to_ascii_lowercase();
    FUSED.iter().find(|(fused, _)| *fused == lower).map(|&(_, at)| at)
}

/// Where the unit after a figure begins: "10|am", "2.5|bn".
fn unit_start(word: &str) -> Option<usize> {
    let figures = word.bytes().take_while(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b':')).count();
    if figures == 0 || figures == word.len() || word.len() - figures > 8 {
        return None;
    }
    let figures = word[..figures].trim_end_matches('.').len();
    let unit = word[figures..].trim_end_matches('.').to_ascii_lowercase();
    UNITS.contains(&unit.as_str()).then_some(figures)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let tokens = tokenise(text, Span { start: 0, end: text.len() });
        let found: Vec<&str> = tokens.iter().map(|t| &text[t.span.start..t.span.end]).collect();
        assert_eq!(found.join(" "), expected, "{text}");
    }

    #[test]
    fn lists_are_sorted() {
        assert!(PREFIXES.is_sorted() && ABBREVIATIONS.is_sorted());
    }

    #[test]
    fn words_and_marks() {
        check("Gunmen killed 12, police said.", "Gunmen killed 12 , police said .");
        check("(\"It's over,\" he didn't say!)", "( \" It 's over , \" he did n't say ! )");
        check("We can’t and cannot — wait...", "We ca n’t and can not — wait ...");
        check("the army's and the rebels' men", "the army 's and the rebels ' men");
    }

    #[test]
    fn abbreviations_keep_their_stop() {
        check(
            "Lt. Gen. A. B. Smith Jr. left the U.S. on Dec. 2.",
            "Lt. Gen. A. B. Smith Jr. left the U.S. on Dec. 2 .",
        );
        check("at 5 p.m.", "at 5 p.m.");
        check("Acme Inc., of the U.K., e.g. a Ph.D. here", "Acme Inc. , of the U.K. , e.g. a Ph.D. here");
        check("It was plan B.", "It was plan B .");
    }

    #[test]
    fn figures() {
        check("$1,200.50 or 5% at 10am, 9/11, 3:30pm", "$ 1,200.50 or 5 % at 10 am , 9/11 , 3:30 pm");
        check("US$5m, 2.5bn, 1990s, the '90s, 20th", "US$ 5 m , 2.5 bn , 1990s , the '90s , 20th");
        check("713-853-3989 and 10-12 and 2022-12-05", "713-853-3989 and 10 - 12 and 2022-12-05");
    }

    #[test]
    fn hyphens_and_slashes() {
        check("pro-government Al-Shabab co-founder", "pro-government Al - Shabab co-founder");
        check("a 24-year-old and/or 5-day", "a 24 - year - old and / or 5 - day");
    }

    #[test]
    fn links() {
        check(
            "see https://example.org/a-b?c=d. Or me@example.org, now",
            "see https://example.org/a-b?c=d . Or me@example.org , now",
        );
        check(
            "[https://example.org/x?a=1&b=2] or jo...@example.org.",
            "[ https://example.org/x?a=1&b=2 ] or jo...@example.org .",
        );
    }

    #[test]
    fn web_manners() {
        check("Thanks :-) see you :P or not!:(", "Thanks :-) see you :P or not ! :(");
        check("Two points (as said:) and one: (this)", "Two points ( as said : ) and one : ( this )");
        check("in the 80's, 2003's end w/ that", "in the 80's , 2003 's end w/ that");
        check("They cant say thats alot", "They ca nt say that s a lot");
    }
}

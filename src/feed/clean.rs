//! Bytes of any encoding -> text that a reader can walk.
//!
//! Owns the choice of the encoding and the removal of characters that no feed may hold. Leaves broken markup
//! to `markup`, and what the words mean to `parse`.
//!
//! The order is: byte order mark, the shape of UTF-16 and UTF-32, text that is valid UTF-8 (a document in
//! another encoding is so by accident only in theory), the HTTP charset, the XML declaration, a guess.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// How far into a document its declaration is looked for, bytes.
const DECLARATION_MAX_BYTES: usize = 1024;
/// How much of a document the guess looks at, bytes; more changes no guess and costs time.
const GUESS_MAX_BYTES: usize = 256 * 1024;

/// The text of a document, and in plain words what had to be decided or dropped.
#[derive(Debug, PartialEq)]
pub struct Cleaned<'a> {
    pub text: Cow<'a, str>,
    pub repaired: Vec<String>,
}

/// Never fails: what cannot be read becomes U+FFFD, and `repaired` says so.
pub fn clean<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Cleaned<'a> {
    let mut repaired = Vec::new();
    let mut text = decode(bytes, content_type, &mut repaired);
    if text.bytes().any(is_forbidden) {
        text = Cow::Owned(text.chars().filter(|c| !u8::try_from(*c).is_ok_and(is_forbidden)).collect());
        repaired.push("control characters dropped".to_string());
    }
    if text.contains(is_c1) {
        text = Cow::Owned(text.chars().map(|c| if is_c1(c) { windows_1252(c) } else { c }).collect());
        repaired.push("characters of Windows-1252 read as such".to_string());
    }
    Cleaned { text, repaired }
}

/// Control characters that nobody writes: they are punctuation of Windows-1252, mislabelled.
fn is_c1(c: char) -> bool {
    ('\u{80}'..='\u{9f}').contains(&c)
}

/// What a byte of Windows-1252 that was taken for a character means.
pub fn windows_1252(c: char) -> char {
    let byte = u8::try_from(u32::from(c)).unwrap_or(b'?');
    encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next().unwrap_or(c)
}

/// Characters that XML 1.0 forbids even when escaped.
fn is_forbidden(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r')
}

fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>, repaired: &mut Vec<String>) -> Cow<'a, str> {
    if let Some(text) = utf_32(bytes) {
        return Cow::Owned(text);
    }
    let wide = match bytes {
        [0, b'<' | b'{' | b'[', ..] => Some(UTF_16BE),
        [b'<' | b'{' | b'[', 0, ..] => Some(UTF_16LE),
        _ => None,
    };
    if let Some((encoding, _)) = Encoding::for_bom(bytes).or(wide.map(|e| (e, 0))) {
        let (text, _, broken) = encoding.decode(bytes);
        return noted(text, broken, encoding, repaired);
    }
    let http = content_type.and_then(charset).and_then(label);
    let declared = declaration(bytes).and_then(|name| label(&name));
    if let Ok(text) = std::str::from_utf8(bytes) {
        // Seven-bit encodings hide behind ASCII bytes; only a label can tell them.
        let escaped = bytes.contains(&0x1b) || text.contains("~{");
        let seven_bit = http.or(declared).filter(|e| escaped && !e.is_ascii_compatible());
        let Some(encoding) = seven_bit else {
            if let Some(claimed) = http.or(declared).filter(|e| *e != UTF_8 && !text.is_ascii()) {
                repaired.push(format!("read as UTF-8, though {} is claimed", claimed.name()));
            }
            return Cow::Borrowed(text);
        };
        let (text, _, broken) = encoding.decode(bytes);
        return noted(text, broken, encoding, repaired);
    }
    let claimed = [http, declared].into_iter().flatten().filter(|e| *e != UTF_16BE && *e != UTF_16LE);
    for encoding in claimed.clone() {
        if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
            return text;
        }
    }
    // UTF-8 with a few bad bytes stays UTF-8 when the good sequences outnumber the bad ones.
    let (mut good, mut bad) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    if good > bad {
        return noted(String::from_utf8_lossy(bytes), true, UTF_8, repaired);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(&bytes[..bytes.len().min(GUESS_MAX_BYTES)], true);
    let encoding = detector.guess(None, Utf8Detection::Deny);
    repaired.push(format!("encoding guessed: {}", encoding.name()));
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    noted(text, broken, encoding, repaired)
}

fn noted<'a>(
    text: Cow<'a, str>,
    broken: bool,
    encoding: &'static Encoding,
    repaired: &mut Vec<String>,
) -> Cow<'a, str> {
    if broken {
        repaired.push(format!("bytes that are not {} replaced", encoding.name()));
    }
    text
}

/// An encoding by any name that feeds use; Python's spelling with underscores too.
fn label(name: &str) -> Option<&'static Encoding> {
    Encoding::for_label(name.as_bytes()).or_else(|| Encoding::for_label(name.replace('_', "-").as_bytes()))
}

/// `charset` of a content type: `text/xml; charset="iso-8859-1"`.
fn charset(content_type: &str) -> Option<&str> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches(['"', '\'']))
    })
}

/// The `encoding` of an XML declaration, or the charset that a web page names in a `meta` element, in any
/// encoding that agrees with ASCII on ASCII.
fn declaration(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(DECLARATION_MAX_BYTES)]);
    let Some(start) = head.find("<?xml") else {
        let meta = head.to_ascii_lowercase();
        let value = &meta[meta.find("charset=")? + "charset=".len()..];
        let value = value.trim_start_matches(['"', '\'']);
        return value.split(['"', '\'', '>', ';', ' ', '/']).next().map(str::to_string);
    };
    let declaration = &head[start..start + head[start..].find('>')?];
    let value = declaration[declaration.find("encoding")? + "encoding".len()..].trim_start();
    let value = value.strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split(quote).next().map(str::to_string)
}

/// UTF-32 by its mark or by the shape of its first character; no library here reads it.
fn utf_32(bytes: &[u8]) -> Option<String> {
    let (read, skip): (fn([u8; 4]) -> u32, usize) = match bytes {
        [0, 0, 0xfe, 0xff, ..] => (u32::from_be_bytes, 4),
        [0xff, 0xfe, 0, 0, ..] => (u32::from_le_bytes, 4),
        [0, 0, 0, b'<' | b'{', ..] => (u32::from_be_bytes, 0),
        [b'<' | b'{', 0, 0, 0, ..] => (u32::from_le_bytes, 0),
        _ => return None,
    };
    let units = bytes[skip..].chunks_exact(4).map(|c| read([c[0], c[1], c[2], c[3]]));
    Some(units.map(|unit| char::from_u32(unit).unwrap_or('\u{fffd}')).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], content_type: Option<&str>, text: &str, repaired: &[&str]) {
        let cleaned = clean(bytes, content_type);
        assert_eq!(cleaned.text, text, "{bytes:?}");
        assert_eq!(cleaned.repaired, repaired, "{text}");
    }

    #[test]
    fn encodings_in_their_order() {
        check("<r>né</r>".as_bytes(), None, "<r>né</r>", &[]);
        check(b"\xef\xbb\xbf<r/>", None, "<r/>", &[]);
        let wide: Vec<u8> = "<r>é</r>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        check(&wide, None, "<r>é</r>", &[]);
        check(&[&[0xff, 0xfe], &wide[..]].concat(), Some("text/xml; charset=utf-8"), "<r>é</r>", &[]);
        let wide: Vec<u8> = "<r>é</r>".encode_utf16().flat_map(u16::to_be_bytes).collect();
        check(&wide, Some("text/xml"), "<r>é</r>", &[]);
        let wider: Vec<u8> = "<r>é</r>".chars().flat_map(|c| (c as u32).to_be_bytes()).collect();
        check(&wider, None, "<r>é</r>", &[]);
        check(b"<r>caf\xe9</r>", Some("text/xml; charset=ISO-8859-1"), "<r>café</r>", &[]);
        check(b"<r>\xc1</r>", Some("application/xml;charset='windows-1251'"), "<r>Б</r>", &[]);
        let declared = b"<?xml version='1.0' encoding='koi8-r'?><r>\xc1</r>";
        check(declared, None, "<?xml version='1.0' encoding='koi8-r'?><r>а</r>", &[]);
        check(b"<r>\x1b$B%K\x1b(B</r>", Some("text/xml; charset=iso-2022-jp"), "<r>ニ</r>", &[]);
    }

    #[test]
    fn web_pages_and_mislabelled_punctuation() {
        check(
            b"<html><meta charset=\"windows-1251\"><p>\xc1",
            None,
            "<html><meta charset=\"windows-1251\"><p>Б",
            &[],
        );
        let mislabelled = "characters of Windows-1252 read as such";
        check("<r>don\u{92}t</r>".as_bytes(), None, "<r>don’t</r>", &[mislabelled]);
    }

    #[test]
    fn false_claims_and_broken_bytes_are_told() {
        let claim = "read as UTF-8, though windows-1252 is claimed";
        check("<r>né</r>".as_bytes(), Some("text/xml; charset=iso-8859-1"), "<r>né</r>", &[claim]);
        let bad = b"<r>\xc3\xa9\xc3\xa8\xc3\xa0 \xff</r>";
        check(
            bad,
            Some("text/xml; charset=utf-8"),
            "<r>éèà \u{fffd}</r>",
            &["bytes that are not UTF-8 replaced"],
        );
        let text = clean(
            "<r>Привет, это новости</r>"
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect::<Vec<_>>()
                .as_slice(),
            None,
        )
        .text
        .into_owned();
        let (old, _, _) = encoding_rs::WINDOWS_1251.encode(&text);
        check(&old, None, &text, &["encoding guessed: windows-1251"]);
        check(b"<r>a\x00b\x08\tc</r>", None, "<r>ab\tc</r>", &["control characters dropped"]);
        check(b"", None, "", &[]);
    }
}

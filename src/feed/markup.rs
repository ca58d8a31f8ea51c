//! A forgiving walk over XML that people wrote by hand: balanced events out of unbalanced text.
//!
//! Owns tags, attributes, entities, CDATA and the mending of what is wrong with them. Leaves the encoding to
//! `clean`, and the meaning of elements to whoever walks. One pass, never recursive, linear in the text:
//! nothing is expanded (entities of a DOCTYPE stay unknown) and nothing outside is fetched.
//!
//! What is mended: a bare `&` or `<` is text; an end tag closes whatever stands open inside its element; an
//! end tag that matches nothing is dropped; at the end of a document that was cut short all is closed;
//! elements nested deeper than [`DEPTH_MAX`] lose their tags and keep their text.

use std::borrow::Cow;

use super::clean::windows_1252;

/// How deep elements may nest.
pub const DEPTH_MAX: usize = 128;

/// Every `Start` has its `End`, properly nested.
#[derive(Debug, PartialEq)]
pub enum Event<'a> {
    Start(Tag<'a>),
    Text(Cow<'a, str>),
    End(&'a str),
}

/// A start tag; the attributes are read only when asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tag<'a> {
    pub name: &'a str,
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    /// Names as written, values with their entities resolved. An attribute without a value has an empty one.
    pub fn attributes(&self) -> impl Iterator<Item = (&'a str, Cow<'a, str>)> + use<'a> {
        let mut rest = self.attributes;
        std::iter::from_fn(move || {
            rest =
                rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '/' | '"' | '\'' | '='));
            let name_ends =
                rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '/')).unwrap_or(rest.len());
            if name_ends == 0 {
                return None;
            }
            let (name, after) = rest.split_at(name_ends);
            let Some(value) = after.trim_start().strip_prefix('=').map(str::trim_start) else {
                rest = after;
                return Some((name, Cow::Borrowed("")));
            };
            let (value, after) = match value.chars().next().filter(|c| matches!(c, '"' | '\'')) {
                Some(quote) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
                None => value.split_at(value.find(char::is_whitespace).unwrap_or(value.len())),
            };
            rest = after;
            Some((name, unescape(value, &mut Mended::default())))
        })
    }

    pub fn attribute(&self, name: &str) -> Option<Cow<'a, str>> {
        if self.attributes.is_empty() {
            return None;
        }
        self.attributes().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    pub fn has_attributes(&self) -> bool {
        !self.attributes.is_empty()
    }
}

/// What had to be mended so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mended {
    pub ampersands: bool,
    /// Named entities that only HTML knows.
    pub html_entities: bool,
    pub stray_brackets: bool,
    pub tags: bool,
    pub depth: bool,
    /// The document ended inside an element.
    pub cut: bool,
}

impl Mended {
    /// In plain words.
    pub fn words(&self) -> impl Iterator<Item = &'static str> {
        [
            (self.ampersands, "bare & taken as text"),
            (self.html_entities, "named entities of HTML resolved"),
            (self.stray_brackets, "bare < taken as text"),
            (self.tags, "mismatched or unclosed tags balanced"),
            (self.depth, "elements nested more than 128 deep flattened"),
            (self.cut, "document cut short: its end is missing"),
        ]
        .into_iter()
        .filter_map(|(mended, words)| mended.then_some(words))
    }
}

pub struct Reader<'a> {
    text: &'a str,
    at: usize,
    open: Vec<&'a str>,
    /// Elements open beyond [`DEPTH_MAX`], whose tags are not reported.
    buried: usize,
    /// How many of the innermost open elements are to be reported closed next.
    closing: usize,
    mended: Mended,
}

impl<'a> Reader<'a> {
    pub fn new(text: &'a str) -> Reader<'a> {
        Reader { text, at: 0, open: Vec::new(), buried: 0, closing: 0, mended: Mended::default() }
    }

    pub fn mended(&self) -> Mended {
        self.mended
    }

    /// How many elements are open.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// The next event; None at the end of the document.
    pub fn event(&mut self) -> Option<Event<'a>> {
        loop {
            if self.closing > 0 {
                self.closing -= 1;
                return self.open.pop().map(Event::End);
            }
            let rest = &self.text[self.at..];
            if rest.is_empty() {
                if self.open.is_empty() {
                    return None;
                }
                self.mended.cut = true;
                self.closing = self.open.len();
                continue;
            }
            if !rest.starts_with('<') {
                let text = &rest[..rest.find('<').unwrap_or(rest.len())];
                self.at += text.len();
                return Some(Event::Text(unescape(text, &mut self.mended)));
            }
            if let Some(event) = self.bracket(rest) {
                return Some(event);
            }
        }
    }

    /// Whatever begins with `<`; nothing when it is to be skipped.
    fn bracket(&mut self, rest: &'a str) -> Option<Event<'a>> {
        if let Some(inside) = rest.strip_prefix("<![CDATA[") {
            let length = inside.find("]]>");
            self.at = length.map_or(self.text.len(), |l| self.at + "<![CDATA[]]>".len() + l);
            return Some(Event::Text(Cow::Borrowed(&inside[..length.unwrap_or(inside.len())])));
        }
        if let Some(inside) = rest.strip_prefix("<!--") {
            self.at = inside.find("-->").map_or(self.text.len(), |l| self.at + "<!---->".len() + l);
            return None;
        }
        if rest.starts_with("<?") || rest.starts_with("<!") {
            self.at += skipped(rest);
            return None;
        }
        if let Some(inside) = rest.strip_prefix("</") {
            let length = inside.find(['>', '<']).unwrap_or(inside.len());
            let closed = inside[length..].starts_with('>');
            self.at += "</".len() + length + usize::from(closed);
            self.mended.tags |= !closed;
            self.end(inside[..length].trim());
            return None;
        }
        if !rest[1..]
            .starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | ':') || !c.is_ascii())
        {
            self.mended.stray_brackets = true;
            let length = 1 + rest[1..].find('<').unwrap_or(rest.len() - 1);
            self.at += length;
            return Some(Event::Text(unescape(&rest[..length], &mut self.mended)));
        }
        self.start(rest)
    }

    fn start(&mut self, rest: &'a str) -> Option<Event<'a>> {
        let Some((inside, length)) = tag_inside(rest) else {
            // The document ends within this tag: nothing of it can be trusted.
            self.mended.cut = true;
            self.at = self.text.len();
            return None;
        };
        self.at += length;
        self.mended.tags |= !rest[..length].ends_with('>');
        let (inside, empty) = inside.strip_suffix('/').map_or((inside, false), |i| (i, true));
        let name_ends = inside.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(inside.len());
        if self.open.len() >= DEPTH_MAX {
            self.mended.depth = true;
            self.buried += usize::from(!empty);
            return None;
        }
        let (name, attributes) = inside.split_at(name_ends);
        self.open.push(name);
        self.closing = usize::from(empty);
        Some(Event::Start(Tag { name, attributes: attributes.trim() }))
    }

    fn end(&mut self, name: &str) {
        if self.buried > 0 {
            self.buried -= 1;
            return;
        }
        match self.open.iter().rev().position(|open| open.eq_ignore_ascii_case(name)) {
            Some(above) => {
                self.closing = above + 1;
                self.mended.tags |= above > 0;
            }
            None => self.mended.tags = true,
        }
    }
}

/// The length of a processing instruction, or of a declaration such as DOCTYPE with its internal subset.
fn skipped(rest: &str) -> usize {
    if rest.starts_with("<?") {
        return rest.find('>').map_or(rest.len(), |l| l + 1);
    }
    match rest.find(['>', '[']) {
        Some(l) if rest[l..].starts_with('[') => {
            let subset_ends = rest[l..].find(']').map(|m| l + m);
            subset_ends.and_then(|m| rest[m..].find('>').map(|n| m + n + 1)).unwrap_or(rest.len())
        }
        Some(l) => l + 1,
        None => rest.len(),
    }
}

/// What stands between `<` and `>`, and the length of the whole tag. A quote that is never closed ends with
/// the tag, a tag that is never closed ends before the next one.
fn tag_inside(rest: &str) -> Option<(&str, usize)> {
    let mut quote = None;
    let mut after_equals = false;
    let mut bracket_in_quote = None;
    for (i, byte) in rest.bytes().enumerate().skip(1) {
        match (quote, byte) {
            (None, b'>') => return Some((&rest[1..i], i + 1)),
            (None, b'<') => return Some((&rest[1..i], i)),
            (None, b'"' | b'\'') if after_equals => (quote, bracket_in_quote) = (Some(byte), None),
            (Some(open), _) if byte == open => quote = None,
            (Some(_), b'>') => bracket_in_quote = bracket_in_quote.or(Some(i)),
            (Some(_), b'<') => {
                if let Some(end) = bracket_in_quote {
                    return Some((&rest[1..end], end + 1));
                }
            }
            _ => {}
        }
        after_equals = byte == b'=' || after_equals && byte.is_ascii_whitespace();
    }
    bracket_in_quote.map(|end| (&rest[1..end], end + 1))
}

/// The longest entity name, `CounterClockwiseContourIntegral`, has 31 letters.
const ENTITY_MAX_BYTES: usize = 32;

/// Resolves character references and the named entities of XML and HTML; leaves everything else as it is.
fn unescape<'a>(text: &'a str, mended: &mut Mended) -> Cow<'a, str> {
    let Some(first) = text.find('&') else { return Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    let mut rest = &text[first..];
    while let Some(after) = rest.strip_prefix('&') {
        let name_ends =
            after.bytes().take(ENTITY_MAX_BYTES).position(|b| !b.is_ascii_alphanumeric() && b != b'#');
        let name = name_ends.filter(|end| after.as_bytes()[*end] == b';').map(|end| &after[..end]);
        let resolved = match name {
            Some(name) => {
                let known = reference(name, &mut out);
                let of_xml = name.starts_with('#') || matches!(name, "amp" | "lt" | "gt" | "quot" | "apos");
                mended.html_entities |= known && !of_xml;
                known
            }
            None => false,
        };
        if resolved {
            rest = &after[name.map_or(0, str::len) + 1..];
        } else {
            mended.ampersands = true;
            out.push('&');
            rest = after;
        }
        let plain = rest.find('&').unwrap_or(rest.len());
        out.push_str(&rest[..plain]);
        rest = &rest[plain..];
    }
    Cow::Owned(out)
}

/// Appends what `&name;` stands for. Numbers 128 to 159 mean Windows-1252, as in HTML; a number that is no
/// character at all stands for nothing.
fn reference(name: &str, out: &mut String) -> bool {
    let Some(number) = name.strip_prefix('#') else {
        return quick_xml::escape::resolve_html5_entity(name).map(|text| out.push_str(text)).is_some();
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => number.parse(),
    };
    match code {
        Ok(code @ 0x80..=0x9f) => out.extend(char::from_u32(code).map(windows_1252)),
        Ok(code) => {
            out.extend(char::from_u32(code).filter(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r')))
        }
        Err(_) => return false,
    }
    true
}

/// Makes plain text safe to stand in markup.
pub fn escape(text: &str) -> Cow<'_, str> {
    quick_xml::escape::partial_escape(text)
}

/// HTML elements that hold nothing or end by themselves.
const UNNESTED: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr", "p", "li", "dt", "dd", "tr", "td", "th", "option",
];

/// Whether elements of a web page nest deeper than this, as far as one can tell without building it. What
/// builds it takes time in proportion to the depth, or recurses.
pub fn nests_deeper(page: &str, most: usize) -> bool {
    let mut depth = 0usize;
    for part in page.split('<').skip(1) {
        let closes = part.starts_with('/');
        let name = part.trim_start_matches('/');
        let name = &name[..name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len())];
        let nests = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && !UNNESTED.iter().any(|u| name.eq_ignore_ascii_case(u));
        match (nests, closes) {
            (true, true) => depth = depth.saturating_sub(1),
            (true, false) => depth += 1,
            _ => {}
        }
        if depth > most {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The events as one line: `<name>`, `text`, `</name>`.
    fn check(text: &str, expected: &str, mended: &[&str]) {
        let mut reader = Reader::new(text);
        let mut line = String::new();
        while let Some(event) = reader.event() {
            match event {
                Event::Start(tag) => {
                    line.push_str(&format!("<{}", tag.name));
                    tag.attributes().for_each(|(n, v)| line.push_str(&format!(" {n}={v}")));
                    line.push('>');
                }
                Event::Text(text) => line.push_str(&text),
                Event::End(name) => line.push_str(&format!("</{name}>")),
            }
        }
        assert_eq!(line, expected, "{text}");
        assert_eq!(reader.mended().words().collect::<Vec<_>>(), mended, "{text}");
    }

    #[test]
    fn sound_markup_passes_as_it_is() {
        check("<a b='1' c = \"x > y\"><d/>t</a>", "<a b=1 c=x > y><d></d>t</a>", &[]);
        check(
            "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY e 'x'>]><!-- <b> --><a><![CDATA[<b>&amp;]]></a>",
            "<a><b>&amp;</a>",
            &[],
        );
        check("<a>&lt;p&gt; &amp;amp; &#233;&#x20ac;</a>", "<a><p> &amp; é€</a>", &[]);
        check("<a>&nbsp;&eacute;</a>", "<a>\u{a0}é</a>", &["named entities of HTML resolved"]);
        check("<a>&#147;&#0;&#x1F600;</a>", "<a>\u{201c}😀</a>", &[]);
    }

    #[test]
    fn broken_markup_is_mended() {
        let (amp, bracket, tags) =
            ("bare & taken as text", "bare < taken as text", "mismatched or unclosed tags balanced");
        let cut = "document cut short: its end is missing";
        check("<a>R&D, q&a; &nosuch;</a>", "<a>R&D, q&a; &nosuch;</a>", &[amp]);
        check("<a>1 < 2 <3</a>", "<a>1 < 2 <3</a>", &[bracket]);
        check("<a><b><br>x</b></a>", "<a><b><br>x</br></b></a>", &[tags]);
        check("<a>x</b>y</a></a>", "<a>xy</a>", &[tags]);
        check("<A>x</a>", "<A>x</A>", &[]);
        check("<a><b>x</b", "<a><b>x</b></a>", &[tags, cut]);
        check("<a><b>x</b><c d='1", "<a><b>x</b></a>", &[cut]);
        check("<a><b c=\"x>y</b><d>z</d></a>", "<a><b c=x>y</b><d>z</d></a>", &[]);
        check("<a><b <c>x</c></b></a>", "<a><b><c>x</c></b></a>", &[tags]);
        check("<a b=c d e='f'/>", "<a b=c d= e=f></a>", &[]);
        check("<![CDATA[x", "x", &[]);
        check("", "", &[]);
    }

    #[test]
    fn deep_pages_are_recognised() {
        let page = format!(
            "<html><head><meta><link></head><body>{}</body></html>",
            "<div><p>1 < 2<img></div>".repeat(900)
        );
        assert!(!nests_deeper(&page, 10));
        assert!(nests_deeper(&format!("<html>{}", "<DIV class=x>".repeat(20)), 10));
    }

    #[test]
    fn deep_nesting_keeps_its_text_and_its_balance() {
        let text = format!("<r>{}x{}<z>y</z></r>", "<g>".repeat(5000), "</g>".repeat(5000));
        let mut reader = Reader::new(&text);
        let (mut deepest, mut seen) = (0, String::new());
        while let Some(event) = reader.event() {
            deepest = deepest.max(reader.depth());
            match event {
                Event::Text(text) => seen.push_str(&text),
                Event::Start(tag) if tag.name == "z" => assert_eq!(reader.depth(), 2),
                _ => {}
            }
        }
        assert_eq!((deepest, seen.as_str()), (DEPTH_MAX, "xy"));
        assert!(reader.mended().depth && !reader.mended().cut);
    }
}

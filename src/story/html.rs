//! Markup to plain text.
//!
//! Owns how HTML of a feed reads as text: paragraphs are parted by a blank line, list items and line breaks
//! by a newline, white space is folded, scripts and captions are dropped. Leaves finding the article within
//! a whole page to `article`.

use dom_query::{Document, NodeRef};

/// Elements whose words are not the story's.
const SILENT: [&str; 12] = [
    "script", "style", "noscript", "template", "iframe", "object", "svg", "figure", "form", "button",
    "select", "head",
];

/// Elements that begin and end a paragraph.
const BLOCKS: [&str; 22] = [
    "p",
    "div",
    "section",
    "article",
    "header",
    "footer",
    "blockquote",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "table",
    "tr",
    "pre",
    "dl",
    "dt",
    "dd",
    "hr",
];

/// The text of a fragment that may or may not be HTML. Markup that was escaped twice is read twice.
pub fn text(markup: &str) -> String {
    let once = strip(markup);
    if looks_like_markup(&once) { strip(&once) } else { once }
}

/// The same, on one line: for titles and names.
pub fn line(markup: &str) -> String {
    text(markup).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// True where a tag or an entity of common HTML stands in the text.
fn looks_like_markup(text: &str) -> bool {
    const SIGNS: [&str; 13] = [
        "</p>",
        "</a>",
        "</div>",
        "<br>",
        "<br/>",
        "<br />",
        "<img ",
        "</b>",
        "</strong>",
        "&amp;",
        "&#",
        "&quot;",
        "&nbsp;",
    ];
    (text.contains('<') || text.contains('&')) && SIGNS.iter().any(|sign| text.contains(sign))
}

/// HTML's own parsing rules cost time in proportion to tags times open tags. Beyond this many tags the
/// markup is not read but cut out, so that a hostile page costs no more than its length.
const TAGS_MAX: usize = 5_000;

fn strip(markup: &str) -> String {
    let mut writer = Writer::default();
    if markup.bytes().filter(|&byte| byte == b'<').count() > TAGS_MAX {
        walk(&Document::from(without_tags(markup)), &mut writer);
    } else if markup.contains('<') || markup.contains('&') {
        walk(&Document::from(markup), &mut writer);
    } else {
        writer.paragraphs(markup);
    }
    writer.out
}

/// Each run from `<` to `>` becomes a space.
fn without_tags(markup: &str) -> String {
    let mut out = String::with_capacity(markup.len() / 2);
    for (index, part) in markup.split('<').enumerate() {
        let words = if index == 0 { part } else { part.split_once('>').map_or("", |(_, words)| words) };
        out.push_str(words);
        out.push(' ');
    }
    out
}

/// Visits the nodes in order without recursion: nesting is the feed's, the stack is ours.
fn walk(document: &Document, writer: &mut Writer) {
    let root = document.root();
    let mut node = root;
    loop {
        let silent = enter(&node, writer);
        if !silent && let Some(child) = node.first_child() {
            node = child;
            continue;
        }
        loop {
            leave(&node, writer);
            if node.id == root.id {
                return;
            }
            if let Some(next) = node.next_sibling() {
                node = next;
                break;
            }
            match node.parent() {
                Some(parent) => node = parent,
                None => return,
            }
        }
    }
}

/// True where the node's children are not to be read.
fn enter(node: &NodeRef, writer: &mut Writer) -> bool {
    if node.is_text() {
        writer.words(&node.text());
        return true;
    }
    let Some(name) = node.node_name() else { return false };
    match name.as_ref() {
        "br" => writer.break_line("\n"),
        "li" => writer.break_line("\n"),
        "td" | "th" => writer.words(" "),
        name if BLOCKS.contains(&name) => writer.break_line("\n\n"),
        name => return SILENT.contains(&name),
    }
    false
}

fn leave(node: &NodeRef, writer: &mut Writer) {
    if node.node_name().is_some_and(|name| BLOCKS.contains(&name.as_ref())) {
        writer.break_line("\n\n");
    }
}

/// Folds white space as it writes.
#[derive(Default)]
struct Writer {
    out: String,
    /// What stands between what was written and what comes next.
    gap: &'static str,
}

impl Writer {
    fn words(&mut self, text: &str) {
        let text = text.trim_start_matches('\u{feff}');
        if text.starts_with(char::is_whitespace) && self.gap.is_empty() {
            self.gap = " ";
        }
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let (words, more) = rest.split_at(folded_end(rest));
            if !self.out.is_empty() {
                self.out.push_str(self.gap);
            }
            self.out.push_str(words);
            self.gap = " ";
            rest = more.trim_start();
        }
        if !text.is_empty() && !text.ends_with(char::is_whitespace) {
            self.gap = "";
        }
    }

    fn break_line(&mut self, gap: &'static str) {
        if gap.len() > self.gap.len() || self.gap == " " {
            self.gap = gap;
        }
    }

    /// Text without markup: its own blank lines are its paragraphs.
    fn paragraphs(&mut self, text: &str) {
        for line in text.lines() {
            if line.trim().is_empty() {
                self.break_line("\n\n");
            } else {
                self.words(line);
                self.gap = " ";
            }
        }
    }
}

/// Where the first words of a text end between which stands one space each: they are taken together.
fn folded_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'!'..=b'~' => at += 1,
            b' ' if bytes.get(at + 1).is_some_and(u8::is_ascii_graphic) => at += 1,
            _ => match text[at..].chars().next() {
                Some(letter) if !letter.is_whitespace() => at += letter.len_utf8(),
                _ => break,
            },
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(markup: &str, expected: &str) {
        assert_eq!(text(markup), expected, "{markup:?}");
    }

    #[test]
    fn markup_reads_as_paragraphs() {
        check("plain  words", "plain words");
        check("one\nline\n\nand another", "one line\n\nand another");
        check(" a \u{a0} b\u{a0}c\td  é ü\u{b}e \u{1}f ", "a b c d é ü e \u{1}f");
        check("<p>First.</p><p>Second <b>bold</b>, third.</p>", "First.\n\nSecond bold, third.");
        check("a<br>b", "a\nb");
        check("<ul><li>one</li><li>two</li></ul>after", "one\ntwo\n\nafter");
        check("wor<i>d</i> <b> next </b>end", "word next end");
    }

    #[test]
    fn entities_are_characters() {
        check("AT&amp;T &#8217;s caf&eacute;", "AT&T ’s café");
        check("1 &lt; 2", "1 < 2");
    }

    #[test]
    fn markup_that_was_escaped_twice_is_read_twice() {
        check("&lt;p&gt;Rebels &amp;amp; troops&lt;/p&gt;", "Rebels & troops");
    }

    #[test]
    fn scripts_and_captions_are_not_the_story() {
        check("<script>var x = 1;</script><p>Text</p><figure>Photo: someone</figure>", "Text");
    }

    #[test]
    fn titles_are_one_line() {
        assert_eq!(line("<p>Two</p>\n<p>parts</p>"), "Two parts");
    }

    #[test]
    fn deep_nesting_costs_no_more_than_its_length() {
        let deep = format!("{}core{}", "<div>".repeat(50_000), "</div>".repeat(50_000));
        check(&deep, "core");
        let shallow = format!("{}core{}", "<div>".repeat(2_000), "</div>".repeat(2_000));
        check(&shallow, "core");
    }
}

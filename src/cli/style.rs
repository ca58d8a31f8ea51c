//! How things look on a terminal: tables that fit it, colour where there is one, and nothing from a feed that
//! could steer it.

use comfy_table::{Attribute, Cell, Color, ContentArrangement, Table, presets};
use std::io::IsTerminal;

/// Width of a table where the output is no terminal.
const WIDTH_ELSEWHERE: u16 = 160;

/// A table with a header line and no frame.
pub fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(header.iter().map(|title| Cell::new(title).add_attribute(Attribute::Bold)));
    if !std::io::stdout().is_terminal() {
        table.set_width(WIDTH_ELSEWHERE).force_no_tty();
    }
    table
}

/// A cell of plain text.
pub fn cell(text: impl AsRef<str>) -> Cell {
    Cell::new(line(text.as_ref()))
}

pub fn coloured(text: impl AsRef<str>, color: Color) -> Cell {
    cell(text).fg(color)
}

/// Text on one line, without anything that a terminal would obey: control characters, escapes, and the marks
/// that change the direction of writing.
pub fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' | '\r' | '\t' => out.push(' '),
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            letter if letter.is_control() => {}
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_headline_cannot_steer_the_terminal() {
        assert_eq!(line("Red \u{1b}[31malert\u{7}\nnow\u{202e}"), "Red [31malert now");
    }

    proptest! {
        #[test]
        fn no_text_leaves_a_control_character(text in any::<String>()) {
            prop_assert!(!line(&text).chars().any(char::is_control));
        }
    }
}

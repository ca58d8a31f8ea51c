//! A TOML document read field by field, every problem kept with its place.
//!
//! Owns positions, types and unknown keys. Leaves what the fields mean to `config`.

use super::Problem;
use std::collections::BTreeSet;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// How far a misspelt key may be from the one that was meant (Jaro-Winkler, 1 is equal).
const NEAR_ENOUGH: f64 = 0.75;

pub struct Reader<'a> {
    file: &'a str,
    source: &'a str,
    /// Where each line begins.
    lines: Vec<usize>,
    pub problems: Vec<Problem>,
    /// Every option that was asked for: its table and its key.
    pub options: BTreeSet<(&'static str, &'static str)>,
}

/// One table of the document, and which of its keys the program knows.
pub struct Table<'a> {
    /// `network`, `feed`; empty for the root.
    path: &'static str,
    table: &'a DeTable<'a>,
    span: Range<usize>,
    known: Vec<&'static str>,
}

/// A value and where it stands.
pub struct Found<T> {
    pub value: T,
    pub span: Range<usize>,
}

impl<'a> Reader<'a> {
    pub fn new(file: &'a str, source: &'a str) -> Reader<'a> {
        let ends = source.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(ends).collect();
        Reader { file, source, lines, problems: Vec::new(), options: BTreeSet::new() }
    }

    /// A problem of a whole line.
    pub fn problem_on_line(&mut self, line: usize, field: &str, message: impl Into<String>) {
        let start = self.lines.get(line.saturating_sub(1)).copied().unwrap_or(self.source.len());
        self.problem(start..start, field, message);
    }

    pub fn problem(&mut self, span: Range<usize>, field: &str, message: impl Into<String>) {
        let before = &self.source.as_bytes()[..span.start.min(self.source.len())];
        let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        self.problems.push(Problem {
            file: self.file.to_owned(),
            line: self.line(span.start),
            column: String::from_utf8_lossy(&before[line_start..]).chars().count() + 1,
            field: field.to_owned(),
            message: message.into(),
        });
    }

    /// The line, from 1, of a place in the document.
    pub fn line(&self, at: usize) -> usize {
        self.lines.partition_point(|&start| start <= at).max(1)
    }

    pub fn root<'t>(&self, table: &'t DeTable<'t>) -> Table<'t> {
        Table { path: "", table, span: 0..0, known: Vec::new() }
    }

    /// A key's value, if it is there; marks the key as known.
    fn get<'t>(
        &mut self,
        table: &mut Table<'t>,
        key: &'static str,
    ) -> Option<(&'t DeValue<'t>, Range<usize>)> {
        table.known.push(key);
        self.options.insert((table.path, key));
        table.table.get(key).map(|value| (value.get_ref(), value.span()))
    }

    fn typed<'t, T>(
        &mut self,
        table: &mut Table<'t>,
        key: &'static str,
        expected: &str,
        read: impl Fn(&'t DeValue<'t>) -> Option<T>,
    ) -> Option<Found<T>> {
        let (value, span) = self.get(table, key)?;
        match read(value) {
            Some(value) => Some(Found { value, span }),
            None => {
                let message = format!("is {}; expected {expected}", describe(value));
                self.problem(span, &table.name(key), message);
                None
            }
        }
    }

    pub fn text<'t>(&mut self, table: &mut Table<'t>, key: &'static str) -> Option<Found<&'t str>> {
        self.typed(table, key, "text in quotes", DeValue::as_str)
    }

    /// Text that must mean something: `read` says what is wrong with it.
    pub fn parsed<'t, T>(
        &mut self,
        table: &mut Table<'t>,
        key: &'static str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let found = self.text(table, key)?;
        match read(found.value) {
            Ok(value) => Some(value),
            Err(message) => {
                self.problem(found.span, &table.name(key), message);
                None
            }
        }
    }

    pub fn boolean<'t>(&mut self, table: &mut Table<'t>, key: &'static str) -> Option<bool> {
        self.typed(table, key, "true or false", DeValue::as_bool).map(|found| found.value)
    }

    pub fn integer<'t>(
        &mut self,
        table: &mut Table<'t>,
        key: &'static str,
        range: Range<u64>,
    ) -> Option<u64> {
        let found = self.typed(table, key, "a whole number", |value| {
            let digits = value.as_integer()?;
            i128::from_str_radix(&digits.as_str().replace('_', ""), digits.radix()).ok()
        })?;
        match u64::try_from(found.value).ok().filter(|number| range.contains(number)) {
            Some(number) => Some(number),
            None => {
                let message = format!(
                    "is {}; expected a number from {} to {}",
                    found.value,
                    range.start,
                    range.end - 1
                );
                self.problem(found.span, &table.name(key), message);
                None
            }
        }
    }

    /// A list of texts, each read by `read`.
    pub fn list<'t, T>(
        &mut self,
        table: &mut Table<'t>,
        key: &'static str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Option<Vec<T>> {
        let found = self.typed(table, key, "a list in brackets", DeValue::as_array)?;
        let mut items = Vec::new();
        for item in found.value.iter() {
            let result = match item.get_ref().as_str() {
                Some(text) => read(text),
                None => Err(format!("is {}; expected text in quotes", describe(item.get_ref()))),
            };
            match result {
                Ok(value) => items.push(value),
                Err(message) => self.problem(item.span(), &table.name(key), message),
            }
        }
        Some(items)
    }

    /// A table of texts, such as headers.
    pub fn pairs<'t>(&mut self, table: &mut Table<'t>, key: &'static str) -> Vec<(String, String)> {
        let Some(found) = self.typed(table, key, "a table such as { Name = \"value\" }", DeValue::as_table)
        else {
            return Vec::new();
        };
        let mut pairs = Vec::new();
        for (name, value) in found.value.iter() {
            match value.get_ref().as_str() {
                Some(text) => pairs.push((name.get_ref().to_string(), text.to_owned())),
                None => {
                    let field = format!("{}.{}", table.name(key), name.get_ref());
                    self.problem(value.span(), &field, "expected text in quotes");
                }
            }
        }
        pairs
    }

    pub fn table<'t>(&mut self, table: &mut Table<'t>, key: &'static str) -> Option<Table<'t>> {
        let found = self.typed(table, key, "a table", DeValue::as_table)?;
        Some(Table { path: key, table: found.value, span: found.span, known: Vec::new() })
    }

    /// An array of tables: `[[key]]`.
    pub fn tables<'t>(&mut self, table: &mut Table<'t>, key: &'static str) -> Vec<Table<'t>> {
        let expected = format!("one or more [[{key}]] tables");
        let Some(found) = self.typed(table, key, &expected, DeValue::as_array) else { return Vec::new() };
        let mut tables = Vec::new();
        for item in found.value.iter() {
            match item.get_ref().as_table() {
                Some(inner) => {
                    tables.push(Table { path: key, table: inner, span: item.span(), known: Vec::new() })
                }
                None => self.problem(item.span(), key, format!("expected a [[{key}]] table")),
            }
        }
        tables
    }

    /// Says which keys nobody asked for, and which was probably meant.
    pub fn finish<'t>(&mut self, table: Table<'t>) {
        for (key, _) in table.table.iter() {
            let name = key.get_ref().as_ref();
            if table.known.contains(&name) {
                continue;
            }
            let nearest = table
                .known
                .iter()
                .map(|known| (strsim::jaro_winkler(known, name), known))
                .max_by(|a, b| a.0.total_cmp(&b.0))
                .filter(|(nearness, _)| *nearness >= NEAR_ENOUGH);
            let advice = match nearest {
                Some((_, known)) => format!("unknown option; did you mean `{known}`?"),
                None => format!("unknown option; this table knows: {}", table.known.join(", ")),
            };
            let field =
                if table.path.is_empty() { name.to_owned() } else { format!("{}.{name}", table.path) };
            self.problem(key.span(), &field, advice);
        }
    }
}

impl Table<'_> {
    pub fn name(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// Where the table begins, for problems that concern it as a whole.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    pub fn span_of(&self, key: &str) -> Range<usize> {
        self.table.get(key).map_or(self.span.clone(), |value| value.span())
    }

    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }
}

fn describe(value: &DeValue) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

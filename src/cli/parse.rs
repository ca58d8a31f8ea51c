//! `dateline parse`: what would be read from feed files.

use super::Exit;
use crate::feed::{Parsed, fetch, parse};
use clap::Args;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub struct Arguments {
    /// The Content-Type that a server would have sent, such as `text/xml; charset=iso-8859-1`
    #[arg(long, value_name = "TYPE")]
    content_type: Option<String>,
    /// The address that relative links are relative to
    #[arg(long, value_name = "URL")]
    base: Option<url::Url>,
    /// Feed files; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

pub fn run(arguments: Arguments) -> Exit {
    let mut exit = Exit::Fine;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for path in &arguments.files {
        let result = read(path).and_then(|bytes| {
            parse::read(
                &bytes,
                arguments.content_type.as_deref(),
                arguments.base.as_ref(),
                parse::Limits::default(),
            )
            .map_err(|error| error.to_string())
        });
        let object = match result {
            Ok(parsed) => describe(path, &parsed),
            Err(error) => {
                exit = Exit::Some;
                json!({"file": path, "format": null, "title": null, "language": null, "repaired": [],
                       "error": error, "entries": []})
            }
        };
        if writeln!(out, "{object}").is_err() {
            return Exit::Some;
        }
    }
    exit
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let limit = fetch::Options::default().body_max_bytes;
    let read = if path == Path::new("-") {
        std::io::stdin().lock().take(limit + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(limit + 1).read_to_end(&mut bytes))
    };
    read.map_err(|error| error.to_string())?;
    if bytes.len() as u64 > limit {
        return Err(format!("is larger than {limit} bytes"));
    }
    Ok(bytes)
}

fn describe(path: &Path, parsed: &Parsed) -> Value {
    let entries: Vec<Value> = parsed
        .entries
        .iter()
        .map(|entry| {
            json!({
                "key": entry.key, "id": entry.id, "link": entry.link, "title": entry.title,
                "summary": entry.summary, "content": entry.content, "author": entry.author,
                "language": entry.language, "categories": entry.categories,
                "published": entry.published.map(|time| time.to_rfc3339()),
                "updated": entry.updated.map(|time| time.to_rfc3339()),
            })
        })
        .collect();
    json!({
        "file": path, "format": parsed.format, "title": parsed.title, "language": parsed.language,
        "repaired": parsed.repaired, "error": null, "entries": entries,
    })
}

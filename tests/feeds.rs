//! Documents that others wrote: the expectations of the feedparser project, and feeds as publishers served
//! them. Skipped where the shared data is absent.

use std::collections::BTreeMap;
use std::path::PathBuf;

use dateline::feed::parse::{self, Limits};
use dateline::feed::{Entry, Parsed};
use dateline::story::html;
use serde_json::Value;
use url::Url;

/// The folder of the shared feeds: `DATELINE_SHARED`, or `shared` beside the crate or one of its parents.
fn shared() -> Option<PathBuf> {
    let named = std::env::var_os("DATELINE_SHARED").map(PathBuf::from);
    let crate_root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let beside = crate_root.ancestors().map(|a| a.join("shared")).find(|s| s.join("feeds").is_dir());
    let found = named.or(beside).map(|s| s.join("feeds")).filter(|f| f.is_dir());
    if found.is_none() {
        eprintln!("skipped: no shared feeds (set DATELINE_SHARED)");
    }
    found
}

fn lines(name: &str) -> Vec<Value> {
    let Some(folder) = shared() else { return Vec::new() };
    let text = std::fs::read_to_string(folder.join(name)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn base64(text: &str) -> Vec<u8> {
    let (mut out, mut held, mut bits) = (Vec::new(), 0u32, 0);
    for byte in text.bytes().filter(|b| *b != b'=') {
        let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        held = held << 6 | letters.iter().position(|l| *l == byte).unwrap() as u32;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((held >> bits) as u8);
        }
    }
    out
}

/// Groups that say nothing about stories: sanitised markup, and CDF, which nobody has served since 2001.
const GROUPS_LEFT_OUT: &[&str] = &["wellformed/sanitize", "wellformed/cdf"];

/// Expectations that this program does not share, by the end of the document's path.
const WAIVED: &[(&str, &str)] = &[
    (
        "base/http_entry_id_base_docuri.xml",
        "an id is a name, kept as written; feedparser resolves it as an address",
    ),
    ("base/http_entry_link_base_content_location.xml", "relative links hold for the address that answered"),
    ("lang/http_content_language_entry_title_inherit.xml", "the parser is given no Content-Language"),
    (
        "rss/item_image_link_conflict.xml",
        "host names are written in lower case; feedparser keeps the capitals",
    ),
    ("rss/item_description_not_a_doctype.xml", "reading HTML ends a false comment where a browser does"),
];

/// Our value for a field of feedparser's; None where we have no such field.
fn ours(field: &str, parsed: &Parsed) -> Option<String> {
    let mut path = field.strip_prefix("entries.")?.splitn(2, '.');
    let entry: Option<&Entry> = parsed.entries.get(path.next()?.parse::<usize>().ok()?);
    let words = |f: fn(&Entry) -> &Option<String>| entry.and_then(|e| f(e).clone()).unwrap_or_default();
    let markup = |f| folded(&html::text(&words(f)));
    let value = match path.next()? {
        "title" | "title_detail.value" => markup(|e| &e.title),
        "summary" | "description" | "summary_detail.value" => {
            let summary = markup(|e| &e.summary);
            if summary.is_empty() { markup(|e| &e.content) } else { summary }
        }
        "content.0.value" => {
            let content = markup(|e| &e.content);
            if content.is_empty() { markup(|e| &e.summary) } else { content }
        }
        "link" | "links.0.href" => words(|e| &e.link),
        "id" | "guid" => words(|e| &e.id),
        "author" | "author_detail.name" | "authors.0.name" => words(|e| &e.author),
        "language" | "content.0.language" | "summary_detail.language" | "title_detail.language" => {
            words(|e| &e.language)
        }
        _ => return None,
    };
    Some(value)
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn met(field: &str, ours: &str, expected: &str) -> bool {
    if field.contains("author") {
        // feedparser keeps the mail address beside the name.
        return !ours.is_empty() && (expected.contains(ours) || ours.contains(expected));
    }
    ours == expected || ours == folded(&html::text(expected)) || ours == folded(expected)
}

#[test]
fn expectations_of_feedparser() {
    let documents = lines("conformance.jsonl");
    if documents.is_empty() {
        return;
    }
    let (mut with_entries, mut whole, mut asked, mut kept) = (0, 0, 0, 0);
    let mut wrong = Vec::new();
    let mut by_group: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    for document in &documents {
        let text = |name: &str| document[name].as_str().unwrap_or_default().to_string();
        let (path, group) = (text("path"), text("group"));
        let base = Url::parse(&format!("http://127.0.0.1:8097/{path}")).unwrap();
        let body = base64(&text("body_base64"));
        let parsed = parse::read(&body, Some(&text("content_type")), Some(&base), Limits::default());
        if GROUPS_LEFT_OUT.contains(&group.as_str()) {
            continue;
        }
        let entries = document["n_entries"].as_u64().unwrap() as usize;
        let parsed = parsed.unwrap_or_default();
        if entries > 0 {
            with_entries += 1;
            whole += usize::from(parsed.entries.len() >= entries);
            if parsed.entries.len() < entries {
                wrong.push(format!("{path}: {} of {entries} entries", parsed.entries.len()));
            }
        }
        for assert in document["asserts"].as_array().unwrap() {
            let field = assert["field"].as_str().unwrap();
            let Some(expected) = assert["value"].as_str() else { continue };
            let Some(ours) = ours(field, &parsed) else { continue };
            if WAIVED.iter().any(|(waived, _)| path.ends_with(waived)) {
                continue;
            }
            let met = met(field, &ours, expected);
            asked += 1;
            kept += usize::from(met);
            let counts = by_group.entry(group.clone()).or_default();
            counts.0 += u32::from(met);
            counts.1 += 1;
            if !met {
                wrong.push(format!("{path}: {field}\n    expected {expected:?}\n    have     {ours:?}"));
            }
        }
    }
    println!("{}", wrong.join("\n"));
    println!("{by_group:?}");
    println!("{whole} of {with_entries} documents with every entry; {kept} of {asked} expectations met");
    assert!(whole * 100 >= with_entries * 98, "entries");
    assert!(kept * 100 >= asked * 95, "expectations");
}

#[test]
fn feeds_as_publishers_served_them() {
    let index = lines("index.jsonl");
    let (mut with_items, mut whole) = (0, 0);
    for line in &index {
        let file = line["file"].as_str().unwrap();
        let items = line["n_items"].as_u64().unwrap() as usize;
        let bytes = std::fs::read(shared().unwrap().join(file)).unwrap();
        let parsed = parse::read(&bytes, None, None, Limits::default());
        if items == 0 {
            continue;
        }
        with_items += 1;
        let found = parsed.as_ref().map_or(0, |p| p.entries.len());
        whole += usize::from(found >= items);
        if found < items {
            println!("{file}: {found} of {items} items, {:?}", parsed.map(|p| p.repaired));
        }
    }
    println!("{whole} of {with_items} files with every item");
    assert!(whole * 100 >= with_items * 99);
}

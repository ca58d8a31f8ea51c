//! What holds for every document, however broken.

use std::collections::HashSet;

use dateline::feed::markup::{Event, Reader};
use dateline::feed::parse::{self, Limits};
use dateline::feed::{clean, opml};
use url::Url;

/// What holds for every document, however broken.
pub fn check(bytes: &[u8]) {
    let limits = Limits { entries_max: 20, field_max_bytes: 500 };
    let base = Url::parse("https://base.example/a/b").unwrap();
    let read = || parse::read(bytes, Some("text/xml; charset=windows-1252"), Some(&base), limits);
    let parsed = read();
    assert_eq!(parsed, read(), "the same document reads the same");
    if let Ok(parsed) = &parsed {
        let keys: HashSet<&str> = parsed.entries.iter().map(|e| e.key.as_str()).collect();
        assert_eq!(keys.len(), parsed.entries.len(), "keys tell entries apart");
        assert!(!keys.contains("") && parsed.entries.len() <= limits.entries_max);
        for entry in &parsed.entries {
            let texts = [&entry.title, &entry.summary, &entry.content];
            assert!(texts.into_iter().flatten().all(|t| t.len() <= limits.field_max_bytes));
        }
    }
    let cleaned = clean::clean(bytes, None);
    let mut reader = Reader::new(&cleaned.text);
    let mut open = Vec::new();
    while let Some(event) = reader.event() {
        match event {
            Event::Start(tag) => {
                assert!(tag.attributes().count() <= cleaned.text.len());
                open.push(tag.name);
            }
            Event::End(name) => assert_eq!(open.pop(), Some(name), "ends match"),
            Event::Text(_) => {}
        }
    }
    assert!(open.is_empty(), "all is closed in the end");
    let _ = opml::import(&cleaned.text);
}

//! Forty news sentences of our own and the trees that the program gives them, in columns that a person can
//! check: word, tag, lemma, relation, head. A line with "!" says what is wrong with the tree below it.
//!
//! `DATELINE_UPDATE_GOLDEN=1 cargo test --test text_trees` writes the file anew, remarks kept.

use dateline::text::Document;
use std::fmt::Write;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/trees.txt");

/// The columns of every sentence of a text.
fn columns(text: &str) -> String {
    let document = Document::new("", text);
    let mut out = String::new();
    for s in 0..document.sentences.len() {
        let tree = document.tree(s);
        for t in 0..tree.heads.len() {
            let head = tree.heads[t].map_or("-".to_owned(), |h| format!("{} {}", h + 1, document.word(s, h)));
            let line = format!(
                "{:>3} {:<16} {:<6} {:<16} {:<13} {head}",
                t + 1,
                document.word(s, t),
                document.tag(s, t).name(),
                tree.lemmas[t],
                tree.labels[t].name(),
            );
            writeln!(out, "{}", line.trim_end()).expect("writing to a string");
        }
    }
    out
}

#[test]
fn trees_of_news_sentences() {
    let golden = std::fs::read_to_string(PATH).expect("the golden file");
    let mut made = String::new();
    let mut sentences = 0;
    for line in golden.lines() {
        if let Some(text) = line.strip_prefix("# ") {
            if sentences > 0 {
                made.push('\n');
            }
            sentences += 1;
            let remarks = golden.split(line).nth(1).unwrap_or("").lines().skip(1);
            writeln!(made, "{line}").expect("writing to a string");
            for remark in remarks.take_while(|l| l.starts_with('!')) {
                writeln!(made, "{remark}").expect("writing to a string");
            }
            made.push_str(&columns(text));
        }
    }
    if std::env::var_os("DATELINE_UPDATE_GOLDEN").is_some() {
        std::fs::write(PATH, &made).expect("writing the golden file");
    }
    let golden = std::fs::read_to_string(PATH).expect("the golden file");
    assert!(sentences >= 40);
    for (number, (old, new)) in golden.lines().zip(made.lines()).enumerate() {
        assert_eq!(new, old, "line {} of {PATH}", number + 1);
    }
    assert_eq!(golden.lines().count(), made.lines().count());
}

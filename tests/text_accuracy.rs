//! The figures of the tagger, parser and segmenter on the development treebanks, where those are at hand.

use dateline::text::language::is_english;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of the treebanks: `DATELINE_SHARED`, or a `shared` folder beside the project or above it.
fn treebanks() -> Option<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let above = root.ancestors().map(|folder| folder.join("shared")).find(|folder| folder.is_dir());
    let shared = std::env::var_os("DATELINE_SHARED").map(PathBuf::from).or(above)?;
    Some(shared.join("treebanks")).filter(|folder| folder.is_dir())
}

/// Holds the figures of a development treebank against their floors, where it is at hand.
fn check(command: &str, file: &str, floors: &[(&str, f64)]) {
    match treebanks() {
        Some(folder) => hold(command, &folder.join(file), floors),
        None => eprintln!("skipped: no shared/treebanks here"),
    }
}

/// Runs `treebank COMMAND FILE` and holds each figure against its floor.
fn hold(command: &str, path: &Path, floors: &[(&str, f64)]) {
    let output = Command::new(env!("CARGO_BIN_EXE_treebank"))
        .args([command.as_ref(), path.as_os_str()])
        .output()
        .expect("treebank runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let figures: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    for (name, floor) in floors {
        let value = figures[name].as_f64().expect("a figure");
        assert!(value >= *floor, "{}: {name} is {value}, was at least {floor}", path.display());
    }
}

#[test]
fn trees_of_web_english() {
    check("evaluate", "en_ewt-ud-dev.conllu", &EWT);
}

#[test]
fn trees_of_many_genres() {
    check("evaluate", "en_gum-ud-dev.conllu", &GUM);
}

const EWT: [(&str, f64); 5] =
    [("tag", 93.8), ("uas", 87.5), ("las", 83.8), ("subject_f1", 93.4), ("object_f1", 89.0)];
const GUM: [(&str, f64); 5] =
    [("tag", 95.2), ("uas", 88.0), ("las", 84.1), ("subject_f1", 93.6), ("object_f1", 89.0)];

/// Short headlines, which the treebanks lack, in trees made by hand.
#[test]
fn trees_of_headlines() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/headlines.conllu");
    hold("evaluate", &path, &[("uas", 83.0), ("subject_f1", 78.0), ("object_f1", 80.0)]);
}

/// The first eight words of a line that holds a sentence's text, if it has so many.
fn opening(line: &str) -> Option<String> {
    let words: Vec<&str> = line.strip_prefix("# text = ")?.split(' ').take(8).collect();
    (words.len() == 8).then(|| words.join(" "))
}

/// Of the sentences of English treebanks, their first eight words.
#[test]
fn short_english_is_english() {
    let Some(folder) = treebanks() else { return eprintln!("skipped: no shared/treebanks here") };
    for file in ["en_gum-ud-dev.conllu", "en_ewt-ud-dev.conllu"] {
        let content = std::fs::read_to_string(folder.join(file)).expect("a treebank");
        let texts: Vec<String> = content.lines().filter_map(opening).collect();
        let passed = texts.iter().filter(|text| is_english(text)).count();
        assert!(passed * 1000 >= texts.len() * 995, "{file}: {passed} of {}", texts.len());
    }
}

#[test]
fn sentences_and_tokens() {
    check("segment", "en_gum-ud-dev.conllu", &[("token_f1", 99.5), ("sentence_f1", 93.0)]);
    check("segment", "en_ewt-ud-dev.conllu", &[("token_f1", 99.0), ("sentence_f1", 90.0)]);
}

//! The figures of the tagger, parser and segmenter on the development treebanks, where those are at hand.

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
    [("tag", 93.8), ("uas", 87.5), ("las", 83.5), ("subject_f1", 93.4), ("object_f1", 87.8)];
const GUM: [(&str, f64); 5] =
    [("tag", 95.2), ("uas", 88.0), ("las", 83.9), ("subject_f1", 93.6), ("object_f1", 88.0)];

/// Short headlines, which the treebanks lack, in trees made by hand.
#[test]
fn trees_of_headlines() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/headlines.conllu");
    hold("evaluate", &path, &[("uas", 83.0), ("subject_f1", 78.0), ("object_f1", 80.0)]);
}

#[test]
fn sentences_and_tokens() {
    check("segment", "en_gum-ud-dev.conllu", &[("token_f1", 99.5), ("sentence_f1", 93.0)]);
    check("segment", "en_ewt-ud-dev.conllu", &[("token_f1", 99.0), ("sentence_f1", 90.0)]);
}

//! Trains and measures the embedded tagger and parser.
//!
//! Owns the command line of the second binary. Not part of the installed program.

mod conllu;
mod evaluate;
mod gradient;
mod headline;
mod lemmas;
mod pack;
mod parser;
mod projection;
mod random;
mod segment;
mod tagger;
mod train;
mod vectors;

use dateline::text::model::{Model, embedded};

const USAGE: &str = "usage: treebank train --out MODEL [--vectors VECTORS] FILE.conllu...
       treebank evaluate [--model MODEL] FILE.conllu...   tags and trees on gold tokens
       treebank segment FILE.conllu...    sentence and token boundaries
       treebank words --out WORDS VECTORS    the list of common words that tells English apart";

fn main() -> std::process::ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("treebank: {message}");
            std::process::ExitCode::from(2)
        }
    }
}

fn run(arguments: &[&str]) -> Result<(), String> {
    match arguments {
        ["train", "--out", model, "--vectors", vectors, files @ ..] if !files.is_empty() => {
            train::train(model, Some(vectors), files)
        }
        ["train", "--out", model, files @ ..] if !files.is_empty() => train::train(model, None, files),
        ["evaluate", "--model", model, files @ ..] if !files.is_empty() => {
            let bytes = std::fs::read(model).map_err(|e| format!("reading {model}: {e}"))?;
            let model = Model::read(&bytes).map_err(|e| format!("reading {model}: {e}"))?;
            print_figures(&model, files)
        }
        ["evaluate", files @ ..] if !files.is_empty() => print_figures(embedded(), files),
        ["words", "--out", out, vectors] => vectors::list(out, vectors),
        ["segment", files @ ..] if !files.is_empty() => {
            for file in files {
                let (sentence, token) = segment::measure(&conllu::read(file)?);
                println!("{{\"file\":{file:?},\"sentence_f1\":{sentence:.2},\"token_f1\":{token:.2}}}");
            }
            Ok(())
        }
        _ => Err(USAGE.to_owned()),
    }
}

fn print_figures(model: &Model, files: &[&str]) -> Result<(), String> {
    for file in files {
        let gold = conllu::read(file)?;
        println!("{}", evaluate::evaluate(&gold, model).json());
    }
    Ok(())
}

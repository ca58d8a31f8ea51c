//! Fits the weights by which candidates are believed and joined, and events dated, placed and peopled
//! (`config/lexicon/confidence.toml`), on annotated news.
//!
//! Owns the command line of the third binary. Not part of the installed program.

mod annotated;
mod logistic;
mod report;
mod table;

use annotated::Annotated;
use dateline::lexicon::Lexicon;

const USAGE: &str = "usage: weights list FILE.jsonl...             the candidates of documents, to be judged
       weights fit --out TOML FILE.jsonl...   fits the weights, prints how well they hold on documents left out
the examples and rejects of the kinds are learnt from as well
documents: {id, published, title, text} with either
  events    [{kind, date, place, source, target, mentions: [{s, trigger}]}] and sentences [[start, end]]: every
            event is annotated
  judged    [{in, start, kind, event: number or null, date: {start, end} or null}]: what `list` printed is judged";

fn main() -> std::process::ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("weights: {message}");
            std::process::ExitCode::from(2)
        }
    }
}

fn run(arguments: &[&str]) -> Result<(), String> {
    let lexicon = Lexicon::load(&[]).map_err(|problems| format!("{problems:?}"))?;
    match arguments {
        ["list", files @ ..] if !files.is_empty() => {
            for file in files {
                for document in annotated::read(file)? {
                    println!("{}", annotated::list(&document, &lexicon)?);
                }
            }
            Ok(())
        }
        ["fit", "--out", out, files @ ..] if !files.is_empty() => {
            let mut documents: Vec<Annotated> = annotated::proofs(&lexicon)?;
            for file in files {
                for document in annotated::read(file)? {
                    documents.push(annotated::weigh(&document, &lexicon)?);
                }
            }
            let toml = table::fit(&documents);
            std::fs::write(out, toml).map_err(|e| format!("writing {out}: {e}"))
        }
        _ => Err(USAGE.to_owned()),
    }
}

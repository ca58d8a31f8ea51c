//! Trains and measures the embedded tagger and parser.
//!
//! Owns the command line of the second binary. Not part of the installed program.

mod conllu;
mod segment;

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
        ["segment", files @ ..] if !files.is_empty() => {
            for file in files {
                let (sentence, token) = segment::measure(&conllu::read(file)?, 40);
                println!("{{\"file\":{file:?},\"sentence_f1\":{sentence:.2},\"token_f1\":{token:.2}}}");
            }
            Ok(())
        }
        _ => Err("usage: treebank segment FILE.conllu...".to_owned()),
    }
}

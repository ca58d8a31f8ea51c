//! A kind of the user's own: the sample file stands beside the built-in kinds, and proves its examples and rejects.

use dateline::event::assemble;
use dateline::lexicon::Lexicon;
use dateline::mention::{self, Context};
use dateline::text::Document;
use std::process::{Command, Stdio};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/config/examples/disaster.toml");

#[test]
fn the_sample_kind_proves_its_examples_and_rejects() {
    let text = std::fs::read_to_string(SAMPLE).expect("the sample");
    let lexicon = Lexicon::load(&[("disaster.toml".to_owned(), text)]).expect("a sound file");
    assert_eq!(lexicon.kinds.all().len(), 14);
    let kind = lexicon.kinds.all().iter().find(|kind| kind.name == "disaster").expect("the kind");
    assert!(kind.examples.len() >= 15 && kind.rejects.len() >= 15);
    let published = "2024-03-14".parse().expect("a day");
    let context = Context { published, published_at: None, country: None, home: None };
    let mut wrong = Vec::new();
    for (texts, wanted) in [(&kind.examples, true), (&kind.rejects, false)] {
        for text in texts {
            let document = Document::new("", text);
            let mentions = mention::find(&document, &lexicon, &context);
            let events = assemble::assemble(&document, &mentions, &lexicon, &context);
            if events.iter().any(|event| event.kind == "disaster") != wanted {
                wrong.push(format!("{}: {text}", if wanted { "missed" } else { "wrongly found" }));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_program_takes_a_kind_by_option() {
    use std::io::Write;
    let mut program = Command::new(env!("CARGO_BIN_EXE_dateline"))
        .args(["extract", "--lexicon", SAMPLE])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program");
    let line = r#"{"id": 1, "published": "2024-03-14", "text": "A powerful cyclone hit the coast of Mozambique on Tuesday."}"#;
    writeln!(program.stdin.take().expect("a pipe"), "{line}").expect("written");
    let out = program.wait_with_output().expect("an end");
    let found: serde_json::Value = serde_json::from_slice(&out.stdout).expect("JSON");
    let event = &found["events"][0];
    assert_eq!(event["kind"], "disaster");
    assert_eq!(event["subtype"], "storm");
    assert_eq!(event["date"]["start"], "2024-03-12");
    assert_eq!(event["place"]["country"], "MZ");
    assert_eq!(found["events"].as_array().map(Vec::len), Some(1));
}

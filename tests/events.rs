//! The proof that each kind's file carries: its examples tell such an event, its rejects do not.

use dateline::event::Event;
use dateline::event::assemble;
use dateline::lexicon::Lexicon;
use dateline::mention::{self, Context};
use dateline::text::Document;
use std::sync::LazyLock;

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::load(&[]).expect("sound files"));

fn events(title: &str, text: &str, published: &str) -> Vec<Event> {
    let document = Document::new(title, text);
    let published = published.parse().expect("a day");
    let context = Context { published, published_at: None, country: None, home: None };
    let mentions = mention::find(&document, &LEXICON, &context);
    assemble::assemble(&document, &mentions, &LEXICON, &context)
}

#[test]
fn kinds_prove_their_examples_and_rejects() {
    let mut wrong = Vec::new();
    for kind in LEXICON.kinds.all() {
        assert!(kind.examples.len() >= 15 && kind.rejects.len() >= 15, "{}: too few examples", kind.name);
        for (texts, wanted) in [(&kind.examples, true), (&kind.rejects, false)] {
            for text in texts {
                let found = events("", text, "2024-03-14").iter().any(|event| event.kind == kind.name);
                if found != wanted {
                    wrong.push(format!(
                        "{}: {}: {text}",
                        kind.name,
                        if wanted { "missed" } else { "wrongly found" }
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

//! The training recipe: lemmas, tagger, then the parser on tags such as the tagger will give it.
//!
//! Owns the order of things and the settings. Deterministic: the same files give the same model, bit for bit.

use crate::conllu::{self, Gold};
use crate::gradient::Dropout;
use crate::parser::{self, Plan, Tagged};
use crate::vectors::Vectors;
use crate::{headline, lemmas, pack, tagger};
use dateline::text::network::Shape;
use dateline::text::tag::Tagger;
use dateline::text::word::Form;

const TAGGER_ROUNDS: usize = 8;
/// The parser learns on tags that a tagger gave to sentences it had not seen: the data in so many parts.
const FOLDS: usize = 4;

const PLAN: Plan = Plan {
    shape: Shape { input: 128, width: 64, arc: 96, label: 96 },
    epochs: 24,
    rate: 3e-3,
    batch_tokens: 400,
    dropout: Dropout { input: 0.25, state: 0.33, role: 0.25 },
};

/// `vectors` is a file of word vectors for the parser to begin with.
pub fn train(out: &str, vectors: Option<&str>, files: &[&str]) -> Result<(), String> {
    let vectors = vectors.map_or_else(|| Ok(Vectors::none()), Vectors::read)?;
    let mut gold = Vec::new();
    for file in files {
        gold.extend(conllu::read(file)?);
    }
    for (i, sentence) in gold.iter_mut().enumerate() {
        sentence.origin = i;
    }
    gold.extend(headline::copies(&gold));
    let all: Vec<&Gold> = gold.iter().collect();
    let lemmas = lemmas::train(&all);
    let tagger = tagger::train(&all, TAGGER_ROUNDS);
    eprintln!("tagger: {} words, {} features", tagger.known.len(), tagger.rows.len());
    let tagged = jackknife(&all);
    let parser =
        parser::train(&tagged, vectors, &PLAN, &mut |epoch, loss| eprintln!("epoch {epoch}: loss {loss:.4}"));
    let bytes = pack::pack(&tagger, &lemmas, &parser);
    eprintln!("{out}: {} bytes", bytes.len());
    std::fs::write(out, bytes).map_err(|e| format!("writing {out}: {e}"))
}

/// Tags every sentence by a tagger that was trained on the other parts.
fn jackknife<'a>(gold: &[&'a Gold]) -> Vec<Tagged<'a>> {
    let taggers: Vec<Tagger> = std::thread::scope(|scope| {
        let fold = |k| {
            let others: Vec<&Gold> = gold.iter().filter(|g| g.origin % FOLDS != k).copied().collect();
            let trained = tagger::train(&others, TAGGER_ROUNDS);
            Tagger::new(&trained.known, &trained.rows)
        };
        let threads: Vec<_> = (0..FOLDS).map(|k| scope.spawn(move || fold(k))).collect();
        threads.into_iter().filter_map(|t| t.join().ok()).collect()
    });
    let tagged = gold.iter().map(|&gold| {
        let forms = Form::sentence(gold.words.iter().map(String::as_str));
        let tags = taggers[gold.origin % FOLDS].tag(&forms);
        Tagged { gold, forms, tags }
    });
    tagged.collect()
}

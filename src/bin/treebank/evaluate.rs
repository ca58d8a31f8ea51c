//! Measures tags and trees against a treebank: gold tokens, predicted tags, no punctuation.
//!
//! Owns the figures. Segmentation is measured in `segment`.

use crate::conllu::Gold;
use crate::segment::f1;
use dateline::text::Label;
use dateline::text::model::Model;

/// In percent.
#[derive(Debug, Clone, Copy)]
pub struct Figures {
    pub tokens: usize,
    pub tag: f64,
    pub uas: f64,
    pub las: f64,
    pub subject_f1: f64,
    pub object_f1: f64,
}

pub fn evaluate(sentences: &[Gold], model: &Model) -> Figures {
    let (mut tokens, mut tags, mut heads, mut both) = (0, 0, 0, 0);
    let mut roles = [[0usize; 3]; 2];
    for gold in sentences {
        let found = model.parse(gold.words.iter().map(String::as_str));
        for i in 0..gold.words.len() {
            for (role, counts) in
                [Label::is_nominal_subject as fn(Label) -> bool, is_object].iter().zip(&mut roles)
            {
                let mine = role(found.labels[i]) && found.heads[i].is_some_and(|h| gold.verbs[h]);
                let theirs = role(gold.labels[i]) && gold.heads[i].is_some_and(|h| gold.verbs[h]);
                counts[0] += usize::from(mine);
                counts[1] += usize::from(theirs);
                counts[2] += usize::from(mine && theirs && found.heads[i] == gold.heads[i]);
            }
            if gold.puncts[i] {
                continue;
            }
            tokens += 1;
            tags += usize::from(found.tags[i] == gold.tags[i]);
            heads += usize::from(found.heads[i] == gold.heads[i]);
            both += usize::from(found.heads[i] == gold.heads[i] && found.labels[i] == gold.labels[i]);
        }
    }
    let share = |n: usize| 100.0 * n as f64 / tokens.max(1) as f64;
    let [subject_f1, object_f1] = roles.map(|[found, gold, hits]| f1(found, gold, hits));
    Figures { tokens, tag: share(tags), uas: share(heads), las: share(both), subject_f1, object_f1 }
}

fn is_object(label: Label) -> bool {
    label == Label::Obj
}

impl Figures {
    pub fn json(&self) -> String {
        format!(
            "{{\"tokens\":{},\"tag\":{:.2},\"uas\":{:.2},\"las\":{:.2},\"subject_f1\":{:.2},\"object_f1\":{:.2}}}",
            self.tokens, self.tag, self.uas, self.las, self.subject_f1, self.object_f1
        )
    }
}

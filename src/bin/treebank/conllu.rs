//! Reads CoNLL-U: gold tokens, tags, trees, and the text as it stood.
//!
//! Owns the format. Leaves to the other files what is learned or measured from it.

use dateline::text::{Label, Tag};

/// One gold sentence.
#[derive(Debug, Clone, Default)]
pub struct Gold {
    /// Which sentence of the training data this is or was made from.
    pub origin: usize,
    /// A document or paragraph begins here.
    pub opens_paragraph: bool,
    pub words: Vec<String>,
    /// No white space follows the word.
    pub glued: Vec<bool>,
    pub lemmas: Vec<String>,
    pub tags: Vec<Tag>,
    pub verbs: Vec<bool>,
    pub puncts: Vec<bool>,
    /// The head's index; None for the root.
    pub heads: Vec<Option<usize>>,
    pub labels: Vec<Label>,
}

/// The sentences of a file; `Err` names the line that is not CoNLL-U.
pub fn read(path: &str) -> Result<Vec<Gold>, String> {
    let content = std::fs::read_to_string(path).map_err(|e| format!("reading {path}: {e}"))?;
    let mut sentences = Vec::new();
    let mut gold = Gold::default();
    let mut multiword = (0, false);
    // The last sentence may lack the empty line behind it.
    for (number, line) in content.lines().chain([""]).enumerate() {
        if line.starts_with("# newdoc") || line.starts_with("# newpar") {
            gold.opens_paragraph = true;
        } else if line.is_empty() {
            if gold.heads.iter().flatten().any(|&head| head >= gold.words.len()) {
                return Err(format!("{path}:{}: a head beyond the end of its sentence", number + 1));
            }
            if !gold.words.is_empty() {
                sentences.push(std::mem::take(&mut gold));
            }
        } else if !line.starts_with('#') {
            add_token(&mut gold, line, &mut multiword)
                .ok_or_else(|| format!("{path}:{}: {line}", number + 1))?;
        }
    }
    Ok(sentences)
}

fn add_token(gold: &mut Gold, line: &str, multiword: &mut (usize, bool)) -> Option<()> {
    let columns: Vec<&str> = line.split('\t').collect();
    let [id, form, lemma, upos, penn, _, head, relation, _, misc] = columns[..] else { return None };
    let glued = misc.split('|').any(|m| m == "SpaceAfter=No");
    if let Some((_, last)) = id.split_once('-') {
        *multiword = (last.parse().ok()?, glued);
        return Some(());
    }
    if id.contains('.') {
        return Some(()); // an empty node of the enhanced graph
    }
    let id: usize = id.parse().ok()?;
    let glued = match id.cmp(&multiword.0) {
        std::cmp::Ordering::Less => true,
        std::cmp::Ordering::Equal => multiword.1,
        std::cmp::Ordering::Greater => glued,
    };
    if id >= multiword.0 {
        *multiword = (0, false);
    }
    gold.words.push(form.to_owned());
    gold.glued.push(glued);
    gold.lemmas.push(lemma.to_owned());
    gold.tags.push(Tag::from_penn(penn));
    gold.verbs.push(upos == "VERB");
    gold.puncts.push(upos == "PUNCT");
    gold.heads.push(head.parse::<usize>().ok()?.checked_sub(1));
    gold.labels.push(Label::from_relation(relation));
    Some(())
}

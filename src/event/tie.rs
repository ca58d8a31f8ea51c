//! How a trigger stands in the tree to another word of its sentence: a date, a place, somebody, the main verb.
//!
//! Owns the relations that are told apart; what each is worth is learnt by those who weigh. "On Tuesday the court
//! granted more time in the murder case": the date is the granting's, and the murder hangs deep below it.

use super::dating::says;
use super::reading::Reading;
use super::values::yes;
use crate::lexicon::kinds::cue::Cue;
use crate::text::Label;

/// The names of the relations, in the order of `Tie`.
pub const NAMES: [&str; 22] = [
    "tie-direct",
    "tie-above",
    "tie-subject",
    "tie-object",
    "tie-oblique",
    "tie-modifier",
    "tie-deep",
    "tie-deeper",
    "tie-matter",
    "tie-after",
    "tie-during",
    "tie-relative",
    "tie-adverbial",
    "tie-infinitive",
    "tie-complement",
    "tie-participle",
    "tie-conjunct",
    "tie-light",
    "tie-saying",
    "tie-divided",
    "tie-near",
    "tie-verb-between",
];

/// Which of the relations hold.
pub type Tie = [bool; NAMES.len()];

/// Words from a trigger to what stands close.
const NEAR_WORDS: usize = 3;

/// The tie of a trigger to the sentence's main word.
pub fn to_root(reading: &Reading, head: usize) -> Tie {
    reading.root().map_or([false; NAMES.len()], |root| of(reading, head, root))
}

/// The tie of a trigger to another word.
pub fn of(reading: &Reading, head: usize, token: usize) -> Tie {
    let up: Vec<usize> = reading.upward(head).collect();
    // Where the ways up from both meet.
    let Some(meet) = reading.upward(token).find(|t| up.contains(t)) else { return [false; NAMES.len()] };
    let own = up.iter().take_while(|&&t| t != meet);
    let other = || reading.upward(token).skip(1).take_while(|&t| t != meet);
    let top = own.clone().last().copied();
    let nouns = own.clone().filter(|&&t| !reading.is_verb(t) && t != head).count();
    let has = |labels: &[Label]| own.clone().any(|&t| labels.contains(&reading.label(t)));
    let is_top = |labels: &[Label]| top.is_some_and(|top| labels.contains(&reading.label(top)));
    let case = |words: &[&str]| {
        own.clone().any(|&t| {
            reading.children(t).iter().any(|&c| {
                matches!(reading.label(c), Label::Case | Label::Mark) && words.contains(&reading.word(c))
            })
        })
    };
    let (first, last) = (head.min(token), head.max(token));
    let verb_between = (first + 1..last).any(|t| {
        reading.is_verb(t) && !matches!(reading.label(t), Label::Aux | Label::AuxPass | Label::Amod)
    });
    let divided = token != meet && other().any(|t| reading.opens_clause(t) || reading.is_verb(t));
    [
        meet == head && token != head && !divided,
        meet == token && token != head,
        is_top(&[Label::Nsubj, Label::NsubjPass]),
        is_top(&[Label::Obj]),
        is_top(&[Label::Obl, Label::OblAgent]),
        matches!(reading.label(head), Label::Compound | Label::Amod | Label::NmodPoss | Label::Nmod),
        nouns == 1,
        nouns > 1,
        case(&["about", "over", "into", "of", "for", "on", "regarding", "concerning", "with", "from", "to"]),
        case(&["after", "following", "since"]),
        case(&["in", "during", "at", "amid", "as", "while", "when"]),
        has(&[Label::AclRelcl]),
        has(&[Label::Advcl]),
        has(&[Label::Xcomp]),
        has(&[Label::Ccomp, Label::Csubj]),
        has(&[Label::Acl]),
        has(&[Label::Conj, Label::Parataxis]),
        meet != head && reading.kinds.is_cue(Cue::Happenings, reading.lemma(meet)),
        meet != head && says(reading, meet, token),
        divided,
        last - first <= NEAR_WORDS && !verb_between,
        verb_between,
    ]
}

/// Sets the last of the values, which are those of the ties.
pub fn put(tie: &Tie, values: &mut [f32]) {
    let first = values.len() - tie.len();
    for (value, holds) in values[first..].iter_mut().zip(tie) {
        *value = value.max(yes(*holds));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::Lexicon;
    use crate::text::Document;

    fn relations(text: &str, trigger: &str, date: &str) -> Vec<&'static str> {
        let lexicon = Lexicon::load(&[]).unwrap();
        let document = Document::new("", text);
        let reading = Reading::new(&document, 0, &lexicon.kinds);
        let find = |word: &str| reading.words.iter().position(|w| w == word).unwrap();
        let tie = of(&reading, find(trigger), find(date));
        NAMES.into_iter().zip(tie).filter_map(|(name, holds)| holds.then_some(name)).collect()
    }

    #[test]
    fn a_date_of_the_deed_itself() {
        let found = relations("Rebels attacked the town on Monday.", "attacked", "monday");
        assert!(found.contains(&"tie-direct"), "{found:?}");
    }

    #[test]
    fn a_date_of_another_verb() {
        let text = "The court granted the police on Monday more time in their inquiry into the murder.";
        let found = relations(text, "murder", "monday");
        assert!(found.contains(&"tie-matter") && !found.contains(&"tie-direct"), "{found:?}");
        let found = relations("A town that rebels had attacked held a vote on Monday.", "attacked", "monday");
        assert!(found.contains(&"tie-relative"), "{found:?}");
    }

    #[test]
    fn a_date_of_a_light_verb() {
        let found = relations("The attack took place on Monday.", "attack", "monday");
        assert!(found.contains(&"tie-subject") && found.contains(&"tie-light"), "{found:?}");
    }
}

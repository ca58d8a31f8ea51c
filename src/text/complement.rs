//! What words decide by themselves, whatever the network says: a last word on objects, and on tags that the tree belies.
//!
//! Owns five short classes of verbs and what follows from each, what is never an object (days, and whoever is told
//! something), and the few corrections of tags and of relative "that". The treebanks hold too few examples for the network to learn what a grammar says in a line.

use super::depend::Parse;
use super::inventory::{Label, Tag};
use super::word::{Form, hash};
use std::collections::HashMap;
use std::sync::LazyLock;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// What follows says what the subject is: "became president".
    Becoming,
    /// What follows the object says what the object is: "called him a traitor", "was called a traitor".
    Naming,
    /// Whoever is moved to something is not the object, where a clause says to what: "urged them to leave".
    Moving,
    /// Nor is whoever is told something, be it a clause or not said: "told reporters that", "told her". What is told is
    /// the object: "told a story".
    Telling,
    /// Nor are those who are only ever spoken to: "reminded the court".
    Addressing,
}

static CLASSES: LazyLock<HashMap<u32, Class>> = LazyLock::new(|| {
    let classes = [
        (Class::Becoming, "become becomes became becoming remain remains remained remaining"),
        (
            Class::Naming,
            "call calls called calling name names named naming declare declares declared declaring proclaim \
             proclaims proclaimed proclaiming consider considers considered considering dub dubs dubbed dubbing \
             deem deems deemed deeming",
        ),
        (
            Class::Moving,
            "allow allows allowed allowing urge urges urged urging persuade persuades persuaded persuading cause \
             causes caused causing promise promises promised promising",
        ),
        (Class::Telling, "tell tells told telling ask asks asked asking"),
        (
            Class::Addressing,
            "remind reminds reminded reminding convince convinces convinced convincing assure assures assured \
             assuring reassure reassures reassured reassuring notify notifies notified notifying inform informs \
             informed informing advise advises advised advising trust trusts trusted trusting email emails emailed \
             emailing",
        ),
    ];
    let words = classes.iter().flat_map(|&(class, words)| words.split(' ').map(move |word| (word, class)));
    words.map(|(word, class)| (hash(word.as_bytes()), class)).collect()
});

/// What is told, where no clause says it; whoever else stands behind "tell" is told it.
static TOLD: LazyLock<Vec<u32>> = LazyLock::new(|| {
    hashes(
        "truth story stories joke jokes lie lies tale tales difference time fortune secret secrets it that this these \
         what which anything something everything nothing things thing more much news facts version",
    )
});

static TELL: LazyLock<Vec<u32>> = LazyLock::new(|| hashes("tell tells told telling"));

/// Nouns of time, which stand without a preposition behind "last", "every" and the like; days of the week do anyway.
static TIMES: LazyLock<Vec<u32>> = LazyLock::new(|| {
    hashes(
        "time times day days night nights morning evening afternoon week weeks weekend month months year years",
    )
});
static DAYS: LazyLock<Vec<u32>> = LazyLock::new(|| {
    hashes("monday tuesday wednesday thursday friday saturday sunday yesterday today tomorrow tonight")
});
static TURNS: LazyLock<Vec<u32>> = LazyLock::new(|| hashes("last next every this each all"));
/// Verbs that a time may be the object of: "spent the night", "marked the day".
static SPENDING: LazyLock<Vec<u32>> = LazyLock::new(|| {
    hashes(
        "spend spends spent spending pass passed waste wasted mark marks marked marking celebrate celebrates \
         celebrated celebrating enjoy enjoyed have has had take takes took save saved see saw seen make made begin \
         began start started remember love loved hate hated end ended be is was",
    )
});

fn hashes(words: &str) -> Vec<u32> {
    words.split(' ').map(|word| hash(word.as_bytes())).collect()
}

/// "Rose on Wednesday", "said last night": a day is no object, but of what is done to days.
fn settle_times(forms: &[Form], parse: &mut Parse) {
    for t in 0..forms.len() {
        let Some(verb) = parse.heads[t].filter(|_| parse.labels[t] == Label::Obj) else { continue };
        let turn = |c: usize| {
            parse.heads[c] == Some(t)
                && matches!(parse.labels[c], Label::Det | Label::Amod)
                && TURNS.contains(&forms[c].norm)
        };
        let timed =
            DAYS.contains(&forms[t].norm) || TIMES.contains(&forms[t].norm) && (0..t).rev().take(3).any(turn);
        if timed && !SPENDING.contains(&forms[verb].norm) {
            parse.labels[t] = Label::OblUnmarked;
        }
    }
}

/// "Reports that he has read": in a relative clause "that" is no conjunction, but its subject where it has none, else
/// its object.
fn settle_relatives(forms: &[Form], parse: &mut Parse) {
    let that = hash(b"that");
    for t in 0..forms.len() {
        let relative = |&verb: &usize| parse.labels[verb] == Label::AclRelcl && t < verb;
        if forms[t].norm != that || parse.labels[t] != Label::Mark {
            continue;
        }
        let Some(verb) = parse.heads[t].filter(relative) else { continue };
        let has = |wanted: fn(Label) -> bool| {
            (0..forms.len()).any(|c| parse.heads[c] == Some(verb) && wanted(parse.labels[c]))
        };
        let passive = has(|label| label == Label::AuxPass);
        parse.labels[t] = match has(|label| label.is_subject()) {
            false if passive => Label::NsubjPass,
            false => Label::Nsubj,
            true if !has(|label| label == Label::Obj) && !passive => Label::Obj,
            true => continue,
        };
        parse.tags[t] = Tag::Wdt;
    }
}

/// Corrects the relations of a sentence's objects, and tags that the tree belies.
pub fn settle(forms: &[Form], parse: &mut Parse) {
    name_verbs(parse);
    name_nouns(parse);
    settle_times(forms, parse);
    settle_relatives(forms, parse);
    for (verb, form) in forms.iter().enumerate() {
        let Some(&class) = CLASSES.get(&form.norm).filter(|_| parse.tags[verb].is_verb()) else { continue };
        let children: Vec<usize> = (0..forms.len()).filter(|&t| parse.heads[t] == Some(verb)).collect();
        let find = |label: Label, parse: &Parse| {
            children.iter().copied().find(|&t| t > verb && parse.labels[t] == label)
        };
        let object = find(Label::Obj, parse);
        match class {
            Class::Becoming => relabel(parse, object, Label::Xcomp),
            Class::Naming => {
                let named = find(Label::Iobj, parse);
                relabel(parse, named, Label::Obj);
                if named.is_some() || is_passive(parse, verb, &children) {
                    relabel(parse, object, Label::Xcomp);
                }
            }
            Class::Moving | Class::Telling | Class::Addressing => {
                let clause = find(Label::Ccomp, parse).or(find(Label::Xcomp, parse)).is_some();
                let someone = |t: usize| parse.tags[t] == Tag::Prp || parse.tags[t].is_proper();
                let tells = TELL.contains(&form.norm);
                let hears = |t: usize| tells && !TOLD.contains(&forms[t].norm);
                let told = match class {
                    Class::Addressing => true,
                    Class::Telling => clause || object.is_some_and(|t| someone(t) || hears(t)),
                    _ => clause,
                };
                if told && find(Label::Iobj, parse).is_none() {
                    relabel(parse, object, Label::Iobj);
                }
            }
        }
    }
}

/// "Britain froze the assets", "the ministry detains and expels two guards": what has a subject or an object as only
/// verbs have is one, though a tagger that has not seen it takes it for a noun. Such words in the singular are mostly
/// irregular pasts, those in the plural presents.
fn name_verbs(parse: &mut Parse) {
    for verb in 0..parse.tags.len() {
        let has = |labels: &[Label], behind: bool| {
            (0..parse.heads.len()).any(|t| {
                parse.heads[t] == Some(verb) && labels.contains(&parse.labels[t]) && (t > verb) == behind
            })
        };
        let subject = has(&[Label::Nsubj], false);
        let object = has(&[Label::Obj], true);
        match parse.tags[verb] {
            Tag::Nn if subject && object && !has(&[Label::Cop], false) => parse.tags[verb] = Tag::Vbd,
            Tag::Nns if (subject || object) && !has(&OF_NOUNS, false) => {
                parse.tags[verb] = Tag::Vbz;
            }
            _ => {}
        }
    }
}

/// What stands before a noun, and before no verb.
const OF_NOUNS: [Label; 8] = [
    Label::Cop,
    Label::Det,
    Label::Amod,
    Label::Nummod,
    Label::NmodPoss,
    Label::Compound,
    Label::Case,
    Label::Flat,
];

/// "Aleppo rebels": what stands in a compound or a name is no preposition.
fn name_nouns(parse: &mut Parse) {
    for (tag, label) in parse.tags.iter_mut().zip(&parse.labels) {
        if *tag == Tag::In && matches!(label, Label::Compound | Label::Flat | Label::NmodPoss) {
            *tag = Tag::Nnp;
        }
    }
}

fn relabel(parse: &mut Parse, token: Option<usize>, label: Label) {
    if let Some(token) = token {
        parse.labels[token] = label;
    }
}

/// A participle with a passive subject or auxiliary, or one that describes a noun ("a man called").
fn is_passive(parse: &Parse, verb: usize, children: &[usize]) -> bool {
    parse.tags[verb] == Tag::Vbn
        && (parse.labels[verb] == Label::Acl
            || children
                .iter()
                .any(|&t| matches!(parse.labels[t], Label::AuxPass | Label::NsubjPass | Label::CsubjPass)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_subject_and_object_is_a_verb() {
        let mut parse = Parse {
            tags: vec![Tag::Nnp, Tag::Nn, Tag::Nns],
            heads: vec![Some(1), None, Some(1)],
            labels: vec![Label::Nsubj, Label::Root, Label::Obj],
        };
        name_verbs(&mut parse);
        assert_eq!(parse.tags, [Tag::Nnp, Tag::Vbd, Tag::Nns]);
        // "Chad detains and expels envoys", and "Chad's detains", which is none.
        let mut parse = Parse {
            tags: vec![Tag::Nnp, Tag::Nns, Tag::Cc, Tag::Nns, Tag::Nns],
            heads: vec![Some(1), None, Some(3), Some(1), Some(3)],
            labels: vec![Label::Nsubj, Label::Root, Label::Cc, Label::Conj, Label::Obj],
        };
        name_verbs(&mut parse);
        assert_eq!(parse.tags, [Tag::Nnp, Tag::Vbz, Tag::Cc, Tag::Vbz, Tag::Nns]);
        parse.tags[1] = Tag::Nns;
        parse.labels[0] = Label::NmodPoss;
        name_verbs(&mut parse);
        assert_eq!(parse.tags[1], Tag::Nns);
    }

    #[test]
    fn a_day_is_no_object() {
        use Label::{Nsubj, Obj, OblUnmarked, Root};
        let (prices, friday) = (("Prices", Tag::Nns, Nsubj), ("Friday", Tag::Nnp, Obj));
        check(&[prices, ("rose", Tag::Vbd, Root), friday], 1, &[Nsubj, Root, OblUnmarked]);
        check(&[prices, ("marked", Tag::Vbd, Root), friday], 1, &[Nsubj, Root, Obj]);
    }

    #[test]
    fn that_in_a_relative_clause() {
        use Label::{AclRelcl, Mark, Nsubj, Obj, Root};
        let mut parse = Parse {
            tags: vec![Tag::Nns, Tag::In, Tag::Prp, Tag::Vbd],
            heads: vec![None, Some(3), Some(3), Some(0)],
            labels: vec![Root, Mark, Nsubj, AclRelcl],
        };
        settle(&Form::sentence(["reports", "that", "he", "read"].into_iter()), &mut parse);
        assert_eq!(parse.labels, [Root, Obj, Nsubj, AclRelcl]);
        assert_eq!(parse.tags[1], Tag::Wdt);
    }

    /// The labels of a sentence in which everything hangs on the verb.
    fn check(words: &[(&str, Tag, Label)], verb: usize, expected: &[Label]) {
        let mut parse = Parse {
            tags: words.iter().map(|w| w.1).collect(),
            heads: (0..words.len()).map(|t| (t != verb).then_some(verb)).collect(),
            labels: words.iter().map(|w| w.2).collect(),
        };
        settle(&Form::sentence(words.iter().map(|w| w.0)), &mut parse);
        assert_eq!(parse.labels, expected);
    }

    #[test]
    fn what_someone_becomes_or_is_called() {
        use Label::{AuxPass, Iobj, Nsubj, NsubjPass, Obj, Root, Xcomp};
        let (she, leader) = (("She", Tag::Prp, Nsubj), ("leader", Tag::Nn, Obj));
        check(&[she, ("became", Tag::Vbd, Root), leader], 1, &[Nsubj, Root, Xcomp]);
        check(
            &[she, ("called", Tag::Vbd, Root), ("him", Tag::Prp, Iobj), ("traitor", Tag::Nn, Obj)],
            1,
            &[Nsubj, Root, Obj, Xcomp],
        );
        check(&[she, ("called", Tag::Vbd, Root), ("meeting", Tag::Nn, Obj)], 1, &[Nsubj, Root, Obj]);
        check(
            &[("She", Tag::Prp, NsubjPass), ("was", Tag::Vbd, AuxPass), ("named", Tag::Vbn, Root), leader],
            2,
            &[NsubjPass, AuxPass, Root, Xcomp],
        );
    }

    #[test]
    fn who_is_told() {
        use Label::{Ccomp, Iobj, Nsubj, Obj, Root, Xcomp};
        let he = ("He", Tag::Prp, Nsubj);
        let told = ("told", Tag::Vbd, Root);
        let left = ("left", Tag::Vbd, Ccomp);
        check(&[he, told, ("reporters", Tag::Nns, Obj), left], 1, &[Nsubj, Root, Iobj, Ccomp]);
        check(&[he, told, ("her", Tag::Prp, Obj)], 1, &[Nsubj, Root, Iobj]);
        check(&[he, told, ("story", Tag::Nn, Obj)], 1, &[Nsubj, Root, Obj]);
        check(&[he, told, ("reporters", Tag::Nns, Obj)], 1, &[Nsubj, Root, Iobj]);
        let (urged, rebels) = (("urged", Tag::Vbd, Root), ("rebels", Tag::Nns, Obj));
        check(&[he, urged, rebels, ("leave", Tag::Vb, Xcomp)], 1, &[Nsubj, Root, Iobj, Xcomp]);
        check(&[he, urged, ("restraint", Tag::Nn, Obj)], 1, &[Nsubj, Root, Obj]);
    }
}

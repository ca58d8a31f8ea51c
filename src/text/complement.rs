//! Verbs that decide by themselves what the nouns after them are: a last word on objects.
//!
//! Owns five short classes of verbs and what follows from each. The treebanks hold too few examples of the rarer
//! ones for the network to learn what a grammar says in a line.

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
    /// Nor is whoever is told something, be it a clause or not said: "told reporters that", "told her". Other
    /// nouns are objects: "told a story".
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

/// Corrects the relations of a sentence's objects, and the tag of what has one.
pub fn settle(forms: &[Form], parse: &mut Parse) {
    name_verbs(parse);
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
                let told = match class {
                    Class::Addressing => true,
                    Class::Telling => clause || object.is_some_and(someone),
                    _ => clause,
                };
                if told && find(Label::Iobj, parse).is_none() {
                    relabel(parse, object, Label::Iobj);
                }
            }
        }
    }
}

/// "Britain froze the assets": what has a subject and an object behind it is a verb, though a tagger that has not seen
/// it takes it for a noun. Such words are mostly irregular pasts.
fn name_verbs(parse: &mut Parse) {
    for verb in 0..parse.tags.len() {
        let has = |label: Label, behind: bool| {
            (0..parse.heads.len())
                .any(|t| parse.heads[t] == Some(verb) && parse.labels[t] == label && (t > verb) == behind)
        };
        if parse.tags[verb] == Tag::Nn
            && has(Label::Nsubj, false)
            && has(Label::Obj, true)
            && !has(Label::Cop, false)
        {
            parse.tags[verb] = Tag::Vbd;
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
        let (urged, rebels) = (("urged", Tag::Vbd, Root), ("rebels", Tag::Nns, Obj));
        check(&[he, urged, rebels, ("leave", Tag::Vb, Xcomp)], 1, &[Nsubj, Root, Iobj, Xcomp]);
        check(&[he, urged, ("restraint", Tag::Nn, Obj)], 1, &[Nsubj, Root, Obj]);
    }
}

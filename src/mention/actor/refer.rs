//! Whom a pronoun or an empty phrase ("the group") means: the nearest fitting actor, subjects first, in the sentence
//! and the one or two before it.
//!
//! Owns the search and what fits. Leaves reading phrases to `phrase`. A pronoun that nothing fits denotes nobody.

use super::{Found, Gender, Noun};
use crate::lexicon::ActorKind;
use crate::lexicon::actors::words::fold;
use crate::text::{At, Label, Tag};

/// How many sentences back an antecedent may stand.
const SENTENCES_BACK: usize = 2;

/// What a referring word asks of its antecedent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asks {
    Person(Option<Gender>),
    Plural,
    Thing,
    Country,
    Body,
}

impl Asks {
    fn fits(self, noun: &Noun) -> bool {
        let body = noun.role.is_some_and(|role| !role.is_person()) || (noun.named && !noun.person);
        match self {
            Asks::Person(gender) => {
                noun.person
                    && !noun.plural
                    && (gender.is_none() || noun.gender.is_none() || gender == noun.gender)
            }
            Asks::Plural => noun.plural && (noun.role.is_some() || noun.named),
            Asks::Thing => body && !(noun.plural && noun.role.is_some_and(|role| role.is_person())),
            // "the Canadian government ... which the country signed"
            Asks::Country => {
                is_country(noun)
                    || body && noun.actor.kind == ActorKind::Government && noun.actor.country.is_some()
            }
            Asks::Body => noun.named && !noun.person && !is_country(noun),
        }
    }
}

fn is_country(noun: &Noun) -> bool {
    noun.named
        && noun.role.is_none()
        && noun.actor.kind == ActorKind::Government
        && noun.actor.country.is_some()
}

/// Whom a personal or possessive pronoun means.
pub fn pronoun(found: &Found, sentence: usize, token: usize) -> Option<Noun> {
    let word = found.word(sentence, token).to_lowercase();
    let asks = match word.as_str() {
        "he" | "him" | "his" | "himself" => Asks::Person(Some(Gender::Male)),
        "she" | "her" | "hers" | "herself" => Asks::Person(Some(Gender::Female)),
        "they" | "them" | "their" | "theirs" | "themselves" => Asks::Plural,
        "it" | "its" | "itself" => Asks::Thing,
        _ => return None,
    };
    if word == "it" && is_expletive(found, sentence, token) {
        return None;
    }
    let governor = found.document.head(sentence, token);
    let oblique = matches!(word.as_str(), "him" | "her" | "them" | "it")
        && found.document.tag(sentence, token) == Tag::Prp
        && !matches!(found.document.label(sentence, token), Label::Nsubj | Label::NsubjPass);
    let fits = |noun: &Noun| {
        // "Khan attacked him": him is not Khan.
        let coargument = || {
            noun.actor.at.sentence == sentence
                && noun.actor.head < found.document.sentences[sentence].tokens.len()
                && found.document.head(sentence, noun.actor.head) == governor
        };
        asks.fits(noun) && !(oblique && governor.is_some() && coargument())
    };
    let antecedent = search(found, sentence, token, fits)?;
    Some(placed(antecedent, At { sentence, first: token, end: token + 1 }, token))
}

/// "It emerged that", "it rained": a subject that means nothing.
fn is_expletive(found: &Found, sentence: usize, token: usize) -> bool {
    if found.document.label(sentence, token) == Label::Expl {
        return true;
    }
    let tree = found.document.tree(sentence);
    tree.heads[token].is_some_and(|verb| {
        tree.children(verb)
            .any(|child| matches!(tree.labels[child], Label::Csubj | Label::Ccomp) && child > verb)
            && matches!(
                tree.lemmas[verb].as_str(),
                "be" | "seem" | "appear" | "emerge" | "happen" | "turn" | "remain"
            )
    })
}

/// "the militants who attacked the post": who means the militants.
pub fn relative(found: &Found, sentence: usize, token: usize, depth: usize) -> Option<Noun> {
    let tree = found.document.tree(sentence);
    let mut clause = token;
    for _ in 0..tree.heads.len().min(8) {
        let head = tree.heads[clause]?;
        if matches!(tree.labels[clause], Label::AclRelcl | Label::Acl) {
            return found.noun_at(sentence, head, depth + 1);
        }
        clause = head;
    }
    None
}

/// "the militant organisation, the League of Dawn": a role is called by the known name that stands in apposition.
pub fn named(found: &Found, sentence: usize, noun: &Noun) -> Option<Noun> {
    noun.role.filter(|_| !noun.plural)?;
    let tree = found.document.tree(sentence);
    let head = Some(noun.actor.head).filter(|&head| head < tree.heads.len())?;
    let known = tree.children(head).find_map(|child| {
        let apposed = tree.labels[child] == Label::Appos && child >= noun.actor.at.end;
        let name = found.story.name_at(sentence, child).filter(|_| apposed)?;
        let person = found.lexicon.get(name.id).person;
        (person == noun.person).then_some(child)
    })?;
    super::phrase::read(found, sentence, known, None)
}

/// "Jacob Gardner, a bar owner who was charged": who is described beside his name.
pub fn apposed(found: &Found, sentence: usize, noun: &Noun) -> Option<Noun> {
    let tree = found.document.tree(sentence);
    let head = Some(noun.actor.head).filter(|&head| head < tree.heads.len() && !noun.named)?;
    if !matches!(tree.labels[head], Label::Appos | Label::List)
        || found.document.tag(sentence, head) != Tag::Nn
    {
        return None;
    }
    let name = tree.heads[head].filter(|&name| name < noun.actor.at.first)?;
    let person = super::phrase::read(found, sentence, name, None)?;
    (person.named && person.person && person.actor.at.end <= noun.actor.at.first).then_some(person)
}

/// What an empty phrase with a determiner means: "the group", "the country", "the movement".
pub fn definite(found: &Found, sentence: usize, noun: &Noun) -> Option<Noun> {
    noun.role?;
    let at = noun.actor.at;
    if noun.plural || noun.actor.canonical.is_some() {
        return None;
    }
    // "the group", "the insurgent group": no more than the word itself.
    let phrase = fold(found.document.phrase(at));
    let words: Vec<&str> = phrase.split(' ').collect();
    if found.lexicon.role_at_end(&words).is_none_or(|(_, length)| length != words.len()) {
        return None;
    }
    let asks = match fold(found.word(sentence, noun.actor.head)).as_str() {
        "country" | "nation" | "kingdom" | "republic" | "regime" => Asks::Country,
        "group" | "organisation" | "organization" | "movement" | "network" | "outfit" | "bloc"
        | "alliance" | "militia" | "agency" | "cartel" | "gang" | "party" | "faction" => Asks::Body,
        _ => return None,
    };
    let determiner = at.first.checked_sub(1).map(|token| found.word(sentence, token).to_lowercase());
    if !matches!(determiner.as_deref(), Some("the" | "this" | "that")) {
        return None;
    }
    let antecedent = search(found, sentence, noun.actor.head, |candidate| {
        asks.fits(candidate) && candidate.actor.at != at && suits(noun, candidate)
    })?;
    Some(placed(antecedent, at, noun.actor.head))
}

/// "the party" is no armed group; "the group" may be anything.
fn suits(noun: &Noun, candidate: &Noun) -> bool {
    let kind = noun.actor.kind;
    let loose = matches!(
        kind,
        ActorKind::Unknown | ActorKind::Government | ActorKind::ArmedGroup | ActorKind::Criminal
    );
    loose || kind == candidate.actor.kind
}

/// "both sides", "the two countries": the two that the sentence or one before it named last.
pub fn both(found: &Found, sentence: usize, token: usize) -> Option<Vec<Noun>> {
    let noun = fold(found.word(sentence, token));
    let countries =
        matches!(noun.as_str(), "countries" | "nations" | "neighbours" | "neighbors" | "governments");
    if !countries && !matches!(noun.as_str(), "sides" | "parties" | "groups" | "foes" | "rivals" | "factions")
    {
        return None;
    }
    let counts = (token.saturating_sub(3)..token).any(|before| {
        matches!(found.word(sentence, before).to_lowercase().as_str(), "both" | "two" | "warring")
    });
    if !counts {
        return None;
    }
    let field = found.document.sentences[sentence].field;
    for back in 0..=SENTENCES_BACK {
        let earlier =
            sentence.checked_sub(back).filter(|&earlier| found.document.sentences[earlier].field == field)?;
        let mut two: Vec<Noun> = Vec::new();
        for noun in found.nouns(earlier).iter().filter(|noun| back > 0 || noun.actor.head < token) {
            let fits = if countries { is_country(noun) } else { is_country(noun) || Asks::Body.fits(noun) };
            if fits && two.iter().all(|known| known.actor.canonical != noun.actor.canonical) {
                two.push(noun.clone());
            }
        }
        if two.len() == 2 {
            return Some(two);
        }
    }
    None
}

fn search(found: &Found, sentence: usize, before: usize, fits: impl Fn(&Noun) -> bool) -> Option<Noun> {
    let here: Vec<&Noun> = found
        .nouns(sentence)
        .iter()
        .filter(|noun| noun.actor.at.end <= before && noun.actor.head < before)
        .collect();
    let subject = here.iter().rev().find(|noun| noun.subject && fits(noun));
    if let Some(noun) = subject.or_else(|| here.iter().rev().find(|noun| fits(noun))) {
        return Some((*noun).clone());
    }
    let field = found.document.sentences[sentence].field;
    for back in 1..=SENTENCES_BACK {
        let earlier =
            sentence.checked_sub(back).filter(|&earlier| found.document.sentences[earlier].field == field)?;
        let nouns = found.nouns(earlier);
        if let Some(noun) = nouns
            .iter()
            .find(|noun| noun.subject && fits(noun))
            .or_else(|| nouns.iter().find(|noun| fits(noun)))
        {
            return Some(noun.clone());
        }
    }
    None
}

fn placed(mut noun: Noun, at: At, head: usize) -> Noun {
    noun.actor.at = at;
    noun.actor.head = head;
    noun
}

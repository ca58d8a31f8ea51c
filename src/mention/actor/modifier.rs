//! What stands in a phrase beside its head: countries, known bodies, allies.
//!
//! Owns which of them lend the actor a country or a kind: "Ukrainian", "Kharkiv" and "Hamas" do, the ally in
//! "US-backed" and "pro-Russian" does not.

use super::phrase::clean;
use super::story::Toponym;
use super::{Actor, Found};
use crate::lexicon::Country;
use crate::lexicon::actors::Id;
use crate::text::{At, Label};

/// What follows the hyphen after an ally or a backer: "US-backed".
const ALLIED: &[&str] = &[
    "backed",
    "linked",
    "led",
    "aligned",
    "allied",
    "affiliated",
    "supported",
    "funded",
    "trained",
    "sponsored",
    "inspired",
    "friendly",
    "armed",
    "financed",
    "equipped",
    "supplied",
    "controlled",
    "held",
    "occupied",
    "installed",
    "brokered",
    "mediated",
    "leaning",
    "loyal",
    "owned",
    "made",
    "built",
    "registered",
    "flagged",
    "bound",
];

/// What stands before an ally or an enemy in one token: "pro-Russian".
const STANCES: &[&str] = &["pro-", "anti-", "non-"];

/// The parts of a phrase that are not its head.
pub struct Modifiers {
    pub country: Option<Country>,
    /// A known body that stands in the phrase: "Hamas" in "Hamas fighters".
    pub body: Option<Id>,
    /// An ally was named, and so a proxy is meant: "US-backed".
    pub allied: bool,
}

/// Country, body and allies named in a phrase.
pub fn modifiers(found: &Found, core: At, head: usize, whole: At) -> Modifiers {
    let mut modifiers = Modifiers { country: None, body: None, allied: false };
    let span = At { first: whole.first, ..core };
    for token in span.first..span.end {
        let word = found.word(core.sentence, token).to_lowercase();
        modifiers.allied |= STANCES.iter().any(|stance| word.starts_with(stance)) && word != "pro-government";
    }
    for toponym in found.toponyms_in(span) {
        if is_ally(found, toponym.at) {
            modifiers.allied = true;
        } else if toponym.at.first <= head {
            modifiers.country = toponym.country.or(modifiers.country);
        }
    }
    for name in found.story.names(core.sentence) {
        let inside = name.at.first >= span.first && name.at.end <= span.end && name.at.first <= head;
        if !inside {
            continue;
        }
        if is_ally(found, name.at) {
            modifiers.allied = true;
        } else if !found.lexicon.get(name.id).person {
            modifiers.body = Some(name.id);
        }
    }
    modifiers
}

/// Whether a name is only whom the actor sides with: "US-backed", "pro-Russian".
pub fn is_ally(found: &Found, at: At) -> bool {
    let tokens = found.document.sentences[at.sentence].tokens.len();
    let word = |token: usize| found.word(at.sentence, token).to_lowercase();
    let stance = STANCES.iter().any(|stance| word(at.first).starts_with(stance));
    let before = at.first.checked_sub(1).map(word);
    let prefixed = before.is_some_and(|before| {
        STANCES.iter().any(|stance| before == *stance)
            || before == "-" && at.first >= 2 && matches!(word(at.first - 2).as_str(), "pro" | "anti" | "non")
    });
    let hyphen = at.end + 1 < tokens
        && matches!(word(at.end).as_str(), "-" | "–")
        && ALLIED.contains(&word(at.end + 1).as_str());
    let last = word(at.end - 1);
    let fused = last.rsplit_once('-').is_some_and(|(_, end)| ALLIED.contains(&end));
    stance || prefixed || hyphen || fused
}

/// The token that "of" ties to a head: "government of Ukraine".
pub fn of_object(found: &Found, sentence: usize, head: usize, end: usize) -> Option<usize> {
    let tree = found.document.tree(sentence);
    tree.children(head).find(|&child| {
        child >= end
            && child < end + 6
            && tree.labels[child] == Label::Nmod
            && tree
                .children(child)
                .any(|case| tree.labels[case] == Label::Case && found.word(sentence, case) == "of")
    })
}

/// "Russian and Ukrainian officials": an actor for each country.
pub fn coordinated_countries(found: &Found, actor: &Actor) -> Option<Vec<Actor>> {
    let at = actor.at;
    let toponyms: Vec<&Toponym> = found
        .toponyms_in(at)
        .filter(|toponym| toponym.at.end <= actor.head && !is_ally(found, toponym.at))
        .collect();
    let joined = |pair: &[&Toponym]| {
        (pair[0].at.end..pair[1].at.first)
            .all(|token| matches!(found.word(at.sentence, token), "and" | "," | "&"))
            && pair[0].at.end < pair[1].at.first
    };
    if toponyms.len() < 2 || !toponyms.windows(2).all(joined) {
        return None;
    }
    let last = toponyms.last()?.at.end;
    let rest = found.document.phrase(At { first: last, ..at });
    // A delegation is its country's; officials and soldiers are people of their own.
    let stands_for = ["delegation", "delegations", "delegates", "negotiators", "sides", "governments"];
    let whole = rest.rsplit(' ').next().is_some_and(|last| stands_for.contains(&last));
    let each = toponyms.iter().map(|toponym| Actor {
        name: match whole {
            true => toponym.name.clone(),
            false => format!("{} {}", found.document.phrase(toponym.at), clean(rest)),
        },
        country: toponym.country,
        canonical: whole.then(|| toponym.name.clone()),
        ..actor.clone()
    });
    Some(each.collect())
}

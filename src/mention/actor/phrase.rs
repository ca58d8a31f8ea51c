//! One noun phrase into an actor: name, kind and country from the known names, nationalities, places and role
//! words that it is composed of.
//!
//! Owns composition: country or nationality or place with a role noun, titles before names, bodies with their
//! members, "X-backed" and "pro-X" as allies that give no country. Leaves pronouns and definite references to
//! `refer`.

use super::bounds::{Bounds, bounds};
use super::story::{self, Introduced, Toponym};
use super::{Actor, Found, Gender, Noun};
use crate::lexicon::actors::words::{Words, fold};
use crate::lexicon::actors::{Id, Role};
use crate::lexicon::{ActorKind, Country};
use crate::mention::PlaceClass;
use crate::text::{At, Label, Tag};

/// Heads that count what follows "of": the actor is what is counted.
const QUANTITIES: &[&str] = &[
    "dozens",
    "hundreds",
    "thousands",
    "scores",
    "tens",
    "number",
    "handful",
    "majority",
    "lot",
    "lots",
    "group",
    "groups",
    "crowd",
    "crowds",
    "couple",
    "pair",
    "team",
    "millions",
    "some",
    "many",
    "most",
    "several",
    "all",
    "none",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "half",
    "part",
    "rest",
    "series",
    "wave",
    "waves",
    "mob",
    "gang",
    "kind",
    "type",
    "third",
    "both",
    "each",
    "dozen",
    "body",
    "bodies",
];

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

/// Reads the phrase that a token heads; without a depth, references are left as they stand. None where it denotes
/// nobody.
pub fn read(found: &Found, sentence: usize, head: usize, depth: Option<usize>) -> Option<Noun> {
    if let Some(counted) = counted(found, sentence, head) {
        return match depth {
            Some(depth) => found.noun_at(sentence, counted, depth + 1),
            None => read(found, sentence, counted, None),
        };
    }
    let tag = found.document.tag(sentence, head);
    let known = found.story.name_at(sentence, head).copied();
    let toponym = found.story.toponym_at(sentence, head);
    if known.is_none() && toponym.is_none() {
        let word = found.word(sentence, head);
        let nominal = matches!(tag, Tag::Nn | Tag::Nns | Tag::Nnp | Tag::Nnps | Tag::Fw)
            || matches!(tag, Tag::Jj | Tag::Vbn | Tag::Vbg | Tag::Cd) && is_role(found, word)
            || mistagged_end(found, sentence, head).is_some();
        if !nominal || found.lexicon.is_nobody(&fold(word)) || !word.chars().any(char::is_alphabetic) {
            return None;
        }
    }
    let mut reach = bounds(found, sentence, head);
    if let Some(end) = mistagged_end(found, sentence, reach.core.end) {
        (reach.core.end, reach.whole.end) = (end, end);
    }
    if let Some(name) = known
        && name.at.end >= reach.core.end
    {
        return Some(from_name(found, head, name.id, name.at));
    }
    // "spokesman" as the head of "spokesman Khalid Omar": the name that ends the phrase is meant.
    let tail =
        found.story.names(sentence).iter().find(|name| name.at.end == reach.core.end && name.at.first > head);
    if let Some(name) = tail.filter(|name| found.lexicon.get(name.id).person) {
        return Some(from_name(found, head, name.id, name.at));
    }
    if let Some(toponym) = toponym
        && toponym.at.end >= reach.core.end
        && is_ally(found, toponym.at)
    {
        return None;
    }
    if let Some(toponym) = toponym
        && toponym.at.end >= reach.core.end
        && !ends_a_name(found, reach.core, toponym)
    {
        return Some(from_place(found, head, toponym, reach));
    }
    let mut noun = compose(found, head, reach);
    if depth.is_some() {
        owned(found, reach, &mut noun);
    }
    Some(noun)
}

/// "Hamas fighters crossed": a word for people right after a known name or a nationality is a noun, whatever its tag,
/// where its ending allows no verb.
fn mistagged_end(found: &Found, sentence: usize, end: usize) -> Option<usize> {
    let before = end.checked_sub(1)?;
    let named = found.story.name_at(sentence, before).is_some_and(|name| name.at.end == end)
        || found
            .story
            .toponym_at(sentence, before)
            .is_some_and(|toponym| toponym.demonym && toponym.at.end == end);
    if !named || end >= found.document.sentences[sentence].tokens.len() {
        return None;
    }
    let word = fold(found.word(sentence, end));
    let noun = NOUN_ENDINGS.iter().any(|ending| word.ends_with(ending));
    (noun && found.lexicon.role_at_end(&[&word]).is_some_and(|(role, _)| role.is_person())).then_some(end + 1)
}

/// Endings of plurals that are no verbs.
const NOUN_ENDINGS: &[&str] =
    &["fighters", "ists", "men", "women", "ants", "ents", "soldiers", "rebels", "officials", "officers"];

/// "dozens of militants": the token that is counted.
fn counted(found: &Found, sentence: usize, head: usize) -> Option<usize> {
    let word = found.word(sentence, head).to_lowercase();
    if !QUANTITIES.contains(&word.as_str()) {
        return None;
    }
    let tree = found.document.tree(sentence);
    let of = |child: &usize| {
        matches!(tree.labels[*child], Label::Nmod | Label::Obl)
            && tree
                .children(*child)
                .any(|case| tree.labels[case] == Label::Case && found.word(sentence, case) == "of")
    };
    tree.children(head).find(of).filter(|&child| child > head)
}

fn is_role(found: &Found, word: &str) -> bool {
    found.lexicon.role_at_end(&[&fold(word)]).is_some()
}

/// A person's surname that is also a town: "Ahmed Kabul". True where the phrase is a name of several words that
/// the place ends, and the place is not the whole of it.
fn ends_a_name(found: &Found, core: At, toponym: &Toponym) -> bool {
    let before = toponym.at.first.checked_sub(1);
    core.first < toponym.at.first
        && before.is_some_and(|token| found.document.tag(core.sentence, token) == Tag::Nnp)
        && !toponym.demonym
        && found.story.person(&fold(found.word(core.sentence, toponym.at.end - 1))).is_some()
}

fn from_name(found: &Found, head: usize, id: Id, at: At) -> Noun {
    let named = found.lexicon.get(id);
    let name = match found.story.person(&fold(found.document.phrase(at))) {
        // "Lavrov" is called by the full name that the story gave him.
        Some(person) if named.person && person.id == Some(id) => person.name.clone(),
        _ => clean(found.document.phrase(at)),
    };
    let actor = Actor {
        at,
        head,
        name,
        canonical: Some(named.name.clone()),
        kind: named.kind_on(found.day),
        country: named.country,
    };
    let plural = !named.person;
    Noun {
        actor,
        role: None,
        person: named.person,
        plural,
        gender: None,
        named: true,
        subject: is_subject(found, at.sentence, head),
    }
}

/// A country, a capital or another place that acts, or its people.
fn from_place(found: &Found, head: usize, toponym: &Toponym, reach: Bounds) -> Noun {
    let sentence = toponym.at.sentence;
    let text = found.document.phrase(toponym.at);
    let mut kind = ActorKind::Unknown;
    let mut name = clean(text);
    let mut canonical = None;
    let mut plural = false;
    if toponym.demonym {
        let counted = reach.whole.first < toponym.at.first
            && matches!(
                found.word(sentence, reach.whole.first).to_lowercase().as_str(),
                "a" | "an" | "one" | "two" | "three" | "four" | "five"
            );
        let people = (text.ends_with('s') && !text.ends_with("ss")) || text.ends_with("men") || counted;
        if people {
            (kind, plural) = (ActorKind::Civilian, !counted);
        } else {
            // "Israeli strikes" are Israel's.
            kind = ActorKind::Government;
            name = toponym.name.clone();
            canonical = Some(toponym.name.clone());
        }
    } else if toponym.class == PlaceClass::Country {
        kind = ActorKind::Government;
        canonical = Some(toponym.name.clone());
    } else if is_capital(found, toponym) {
        kind = ActorKind::Government;
    }
    let at = if toponym.demonym { reach.core } else { toponym.at };
    let person = kind == ActorKind::Civilian;
    Noun {
        actor: Actor { at, head, name, canonical, kind, country: toponym.country },
        role: None,
        person,
        plural,
        gender: None,
        named: true,
        subject: is_subject(found, sentence, head),
    }
}

fn is_capital(found: &Found, toponym: &Toponym) -> bool {
    toponym.class == PlaceClass::City
        && toponym.country.is_some()
        && found.lexicon.capital(&fold(&toponym.name)) == toponym.country
}

/// The parts of a phrase that are not its head.
struct Modifiers {
    country: Option<Country>,
    /// A known body that stands in the phrase: "Hamas" in "Hamas fighters".
    body: Option<Id>,
    /// An ally was named, and so a proxy is meant: "US-backed".
    allied: bool,
}

fn compose(found: &Found, head: usize, reach: Bounds) -> Noun {
    let core = reach.core;
    let text = found.document.phrase(core);
    let words = Words::new(text);
    let folded: Vec<&str> = (0..words.len()).map(|word| words.folded(word)).collect();
    let (title, tail) = split_title(found, &words, &folded);
    if let (Some((title, length)), Some(tail)) = (title, tail) {
        return titled(found, head, reach, (title, &folded[..tail], length), &text[words.span(tail).0..]);
    }
    let modifiers = modifiers(found, core, head, reach.whole);
    let role = found
        .lexicon
        .role_at_end(&folded)
        .map(|(role, length)| (within(found, role, &folded, length), length));
    if let Some((role, length)) = role {
        return by_role(found, head, reach, (role, &folded, length), modifiers);
    }
    proper(found, head, reach, text, &folded, modifiers)
}

/// "Iranian Foreign Minister Javad Zarif": the role at the front, and the word at which the name begins.
fn split_title(found: &Found, words: &Words, folded: &[&str]) -> (Option<(Role, usize)>, Option<usize>) {
    for split in (1..folded.len()).rev() {
        let named = (split..folded.len()).all(|word| {
            words.is_capital(word) || folded[word].len() <= 3 || word > split && words.follows_hyphen(word)
        });
        if !named || !words.is_capital(split) && folded.len() - split < 2 {
            continue;
        }
        if let Some((role, length)) = found.lexicon.role_at_end(&folded[..split])
            && role.is_person()
            && found.lexicon.role_at_end(&folded[split..]).is_none()
        {
            return (Some((role, length)), Some(split));
        }
    }
    (None, None)
}

/// A role's kind within its compound: an officer of the police is police, a leader of the opposition a party's.
fn within(found: &Found, role: Role, folded: &[&str], length: usize) -> Role {
    if !role.inherits() || length >= folded.len() {
        return role;
    }
    match found.lexicon.role_at_end(&folded[..folded.len() - length]) {
        Some((outer, _)) if outer.kind != ActorKind::Unknown && outer.kind != ActorKind::Civilian => {
            Role { kind: outer.kind, sort: role.sort }
        }
        _ => role,
    }
}

/// A person with a title before the name.
fn titled(
    found: &Found,
    head: usize,
    reach: Bounds,
    (role, before, length): (Role, &[&str], usize),
    name: &str,
) -> Noun {
    let role = within(found, role, before, length);
    let modifiers = modifiers(found, reach.core, head, reach.whole);
    let mut noun = by_role(found, head, reach, (role, before, length), modifiers);
    noun.actor.name = clean(name);
    noun.actor.canonical = None;
    noun.person = true;
    noun.plural = false;
    noun.named = true;
    let surname = fold(name);
    let surname = surname.rsplit(' ').next().unwrap_or("");
    if let Some(person) = found.story.person(surname) {
        introduce(found, &mut noun, person);
    } else if let Some(id) = found.lexicon.office_holder(surname, found.day)
        && matches!(role.kind, ActorKind::Government | ActorKind::Military | ActorKind::Igo)
        && !name.contains(' ')
    {
        let named = found.lexicon.get(id);
        if noun.actor.country.is_none() || noun.actor.country == named.country {
            noun.actor.canonical = Some(named.name.clone());
            noun.actor.kind = named.kind_on(found.day);
            noun.actor.country = named.country;
        }
    }
    noun
}

/// Fills in what the story said when it introduced somebody.
fn introduce(found: &Found, noun: &mut Noun, person: &Introduced) {
    let name = noun.actor.name.as_str();
    if person.name.ends_with(name) || person.name.split(' ').next() == Some(name) {
        noun.actor.name.clone_from(&person.name);
    }
    if let Some(id) = person.id {
        let named = found.lexicon.get(id);
        noun.actor.canonical = Some(named.name.clone());
        noun.actor.kind = named.kind_on(found.day);
        noun.actor.country = named.country.or(noun.actor.country);
        return;
    }
    if noun.actor.kind == ActorKind::Unknown
        && let Some(kind) = person.kind
    {
        noun.actor.kind = kind;
    }
    noun.actor.country = noun.actor.country.or(person.country);
}

/// A phrase whose head is a word for people or bodies.
fn by_role(
    found: &Found,
    head: usize,
    reach: Bounds,
    (role, folded, length): (Role, &[&str], usize),
    modifiers: Modifiers,
) -> Noun {
    let sentence = reach.core.sentence;
    let last = folded.last().copied().unwrap_or("");
    let plural = is_plural(found, sentence, head, last);
    let mut name = clean(found.document.phrase(reach.core));
    let mut country = modifiers.country;
    let mut body = modifiers.body;
    if let Some(object) = of_object(found, sentence, head, reach.core.end) {
        let known = found.story.name_at(sentence, object);
        let toponym = found.story.toponym_at(sentence, object);
        let at = known.map(|name| name.at).or(toponym.map(|toponym| toponym.at));
        country = country
            .or(known.and_then(|name| found.lexicon.get(name.id).country))
            .or(toponym.and_then(|t| t.country));
        body = body.or(known.map(|name| name.id).filter(|&id| !found.lexicon.get(id).person));
        if let Some(at) = at
            && reach.core.end < at.end
        {
            name = format!("{name} of {}", clean(found.document.phrase(at)));
        }
    }
    let mut kind = role.kind;
    let mut canonical = None;
    if let Some(id) = body {
        let named = found.lexicon.get(id);
        let body_kind = named.kind_on(found.day);
        country = named.country.or(country);
        let own = matches!(
            folded[folded.len().saturating_sub(length)..].first(),
            Some(&"fighter" | &"fighters" | &"militant" | &"militants")
        );
        if (role.inherits() || own) && body_kind != ActorKind::Unknown {
            kind = body_kind;
            if (plural || !role.is_person()) && fights(kind) {
                canonical = Some(named.name.clone());
            }
        }
    } else if modifiers.allied && role.inherits() && role.kind == ActorKind::Military {
        // Whom another power backs is no regular army.
        kind = ActorKind::ArmedGroup;
    } else if role.is_person() && kind == ActorKind::Government && canonical.is_none() {
        canonical = holder(found, folded, length, country, plural);
    }
    let actor = Actor { at: reach.core, head, name, canonical, kind, country };
    let gender = gender(last);
    Noun {
        actor,
        role: Some(role),
        person: role.is_person(),
        plural,
        gender,
        named: body.is_some(),
        subject: is_subject(found, sentence, head),
    }
}

fn fights(kind: ActorKind) -> bool {
    matches!(kind, ActorKind::ArmedGroup | ActorKind::Military | ActorKind::Police | ActorKind::Criminal)
}

/// "the Russian foreign minister" is whoever holds the office on the story's day.
fn holder(
    found: &Found,
    folded: &[&str],
    length: usize,
    country: Option<Country>,
    plural: bool,
) -> Option<String> {
    let country = country.filter(|_| !plural)?;
    let office = folded[folded.len().checked_sub(length)?..].join(" ").replace("defense", "defence");
    let former =
        folded.iter().any(|word| matches!(*word, "former" | "ex" | "late" | "deposed" | "ousted" | "exiled"));
    let id = if former { None } else { found.lexicon.holder_of(&office, country, found.day) }?;
    Some(found.lexicon.get(id).name.clone())
}

/// A phrase without a role word: a name that nobody listed, or a thing.
fn proper(
    found: &Found,
    head: usize,
    reach: Bounds,
    text: &str,
    folded: &[&str],
    modifiers: Modifiers,
) -> Noun {
    let sentence = reach.core.sentence;
    let name = clean(found.document.phrase(reach.core));
    let capital = text.chars().next().is_some_and(char::is_uppercase);
    let proper = capital && matches!(found.document.tag(sentence, head), Tag::Nnp | Tag::Nnps);
    let plural = is_plural(found, sentence, head, folded.last().copied().unwrap_or(""));
    let actor = Actor {
        at: reach.core,
        head,
        name,
        canonical: None,
        kind: ActorKind::Unknown,
        country: modifiers.country,
    };
    let mut noun = Noun {
        actor,
        role: None,
        person: false,
        plural,
        gender: None,
        named: proper,
        subject: is_subject(found, sentence, head),
    };
    if !proper {
        return noun;
    }
    let last = folded.last().copied().unwrap_or("");
    if let Some(person) = found.story.person(last) {
        noun.person = true;
        introduce(found, &mut noun, person);
        if noun.actor.kind == ActorKind::Unknown {
            apposition(found, &mut noun);
        }
    } else if let Some(long) = found.story.long_form(&folded.join(" ")) {
        noun.plural = true;
        noun.actor.canonical = Some(match long.id {
            Some(id) => found.lexicon.get(id).name.clone(),
            None => long.name.clone(),
        });
        noun.actor.kind = long
            .id
            .map(|id| found.lexicon.get(id).kind_on(found.day))
            .or(long.kind)
            .unwrap_or(ActorKind::Unknown);
        noun.actor.country =
            long.id.and_then(|id| found.lexicon.get(id).country).or(long.country).or(noun.actor.country);
    } else if let Some(kind) = story::kind_of_name(text, found.lexicon) {
        noun.actor.kind = kind;
    } else {
        noun.person = folded.len() > 1 && modifiers.country.is_none();
        apposition(found, &mut noun);
    }
    noun
}

/// "Omar Haid, a police officer": the apposition says what the name is.
fn apposition(found: &Found, noun: &mut Noun) {
    let sentence = noun.actor.at.sentence;
    let tree = found.document.tree(sentence);
    let Some(appos) = tree.children(noun.actor.head).find(|&child| tree.labels[child] == Label::Appos) else {
        return;
    };
    if appos < noun.actor.at.end
        || found.story.name_at(sentence, appos).is_some()
        || found.story.toponym_at(sentence, appos).is_some()
    {
        return;
    }
    let reach = bounds(found, sentence, appos);
    let said = compose(found, appos, reach);
    if said.role.is_some() {
        noun.actor.kind = said.actor.kind;
        noun.actor.country = noun.actor.country.or(said.actor.country);
        noun.person |= said.person;
    }
}

/// Country, body and allies named in a phrase.
fn modifiers(found: &Found, core: At, head: usize, whole: At) -> Modifiers {
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
fn is_ally(found: &Found, at: At) -> bool {
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
fn of_object(found: &Found, sentence: usize, head: usize, end: usize) -> Option<usize> {
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

/// "its embassy" is named by its owner.
fn owned(found: &Found, reach: Bounds, noun: &mut Noun) {
    let sentence = reach.core.sentence;
    let owner =
        (reach.whole.first..reach.core.first).find(|&token| found.document.tag(sentence, token) == Tag::PrpS);
    let Some(owner) = owner.filter(|_| is_office_or_body(found, sentence, noun.actor.head)) else { return };
    if let Some(owner) = super::refer::pronoun(found, sentence, owner) {
        let mark = if owner.plural && owner.actor.name.ends_with('s') { "'" } else { "'s" };
        noun.actor.name = format!("{}{mark} {}", owner.actor.name, noun.actor.name);
        noun.actor.country = noun.actor.country.or(owner.actor.country);
    }
}

/// "its embassy" is nothing without its owner; "his wife" is a wife.
fn is_office_or_body(found: &Found, sentence: usize, head: usize) -> bool {
    found.lexicon.role_at_end(&[&fold(found.word(sentence, head))]).is_some_and(|(role, _)| !role.is_person())
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
    let each = toponyms.iter().map(|toponym| Actor {
        name: format!("{} {}", found.document.phrase(toponym.at), clean(rest)),
        country: toponym.country,
        canonical: None,
        ..actor.clone()
    });
    Some(each.collect())
}

fn is_subject(found: &Found, sentence: usize, head: usize) -> bool {
    matches!(found.document.label(sentence, head), Label::Nsubj | Label::NsubjPass | Label::NsubjOuter)
}

fn is_plural(found: &Found, sentence: usize, head: usize, folded: &str) -> bool {
    if NOUN_ENDINGS
        .iter()
        .any(|ending| folded.ends_with(ending) && (ending.ends_with('s') || ending.ends_with("men")))
    {
        return true;
    }
    matches!(found.document.tag(sentence, head), Tag::Nns | Tag::Nnps)
        || matches!(folded, "police" | "people" | "staff" | "personnel" | "military")
}

fn gender(folded: &str) -> Option<Gender> {
    const FEMALE: &[&str] = &[
        "girl",
        "mother",
        "sister",
        "daughter",
        "wife",
        "queen",
        "princess",
        "actress",
        "lady",
        "mrs",
        "ms",
        "aunt",
        "grandmother",
        "niece",
        "schoolgirl",
        "widow",
        "nun",
        "empress",
    ];
    const MALE: &[&str] = &[
        "boy",
        "father",
        "brother",
        "son",
        "husband",
        "king",
        "prince",
        "actor",
        "mr",
        "uncle",
        "grandfather",
        "nephew",
        "schoolboy",
        "monk",
        "priest",
        "emperor",
        "sheikh",
        "imam",
    ];
    if folded.ends_with("woman") || FEMALE.contains(&folded) {
        Some(Gender::Female)
    } else if folded.ends_with("man") || MALE.contains(&folded) {
        Some(Gender::Male)
    } else {
        None
    }
}

/// A name in one line, without quotation marks and doubled blanks.
fn clean(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").replace(['"', '“', '”'], "")
}

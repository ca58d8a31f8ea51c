//! Who took part in an event, and on which side: what the arguments of its mentions say, weighed with everybody else
//! whom its sentences name.
//!
//! Owns the rule by which one mention's people stand for the event's, and the choice. What speaks for somebody is in
//! `offer`; whom a token denotes, in `mention::actor`.

pub mod offer;

use super::candidate::{Candidate, Scope};
use super::reading::Reading;
use super::{EventActor, Role, confidence, join};
use crate::lexicon::ActorKind;
use crate::lexicon::kinds::{Kind, Sides};
use crate::mention::Actor;

/// How many actors of one role an event keeps.
const ACTORS_MAX: usize = 8;

/// Likelihood from which somebody is taken to have done it, and to have suffered it: missing half of those who had a
/// part is worse than an odd one too many. Each is half of what precision and recall then come to together, which is
/// where taking one more gains as much as it costs.
const TOOK_PART: [f32; 2] = [0.34, 0.28];

/// The event's sources and targets.
pub fn actors(
    scope: &Scope,
    readings: &[Reading],
    candidates: &[Candidate],
    group: &[usize],
) -> Vec<EventActor> {
    let kind = scope.kind(&candidates[group[0]].trigger);
    let mut found: Vec<EventActor> = Vec::new();
    let offers = offer::offers(scope, readings, candidates, group);
    // A kind of the user's own has no weights: its people are those of the rule.
    let weights = scope.models.knows(&kind.name).then(|| confidence::of_people(&scope.models, &kind.name));
    let likely: Vec<[f32; 2]> = offers
        .iter()
        .map(|offer| match &weights {
            Some([source, target]) => {
                let of = |role, section| {
                    let words = confidence::of_words(&scope.models, section, &offer.words);
                    confidence::likelihood(confidence::sum(role, &offer.values) + words)
                };
                [of(source, "source-words"), of(target, "target-words")]
            }
            None => offer.by_rule(),
        })
        .collect();
    for (place, role) in [Role::Source, Role::Target].into_iter().enumerate() {
        if role == Role::Target && kind.sides == Sides::One {
            continue;
        }
        for (offer, likely) in offers.iter().zip(&likely) {
            let rival = if kind.sides == Sides::One { 0.0 } else { likely[1 - place] };
            if likely[place] < TOOK_PART[place] || rival > likely[place] {
                continue;
            }
            let actor = &offer.actor;
            let known = |a: &EventActor| {
                a.role == role
                    && (same_actor(a, actor) || is_vaguer((&a.name, a.kind), (&actor.name, actor.kind)))
            };
            // "Esteban", then "Esteban Santiago": the fuller name.
            if let Some(short) = found.iter_mut().find(|a| {
                a.role == role
                    && a.kind == actor.kind
                    && a.name.starts_with(char::is_uppercase)
                    && actor.name.strip_prefix(&a.name).is_some_and(|rest| rest.starts_with(' '))
            }) {
                short.name.clone_from(&actor.name);
                continue;
            }
            let room = found.iter().filter(|a| a.role == role).count() < ACTORS_MAX;
            if room && !found.iter().any(known) {
                found.push(EventActor {
                    role,
                    name: actor.name.clone(),
                    canonical_name: actor.canonical.clone(),
                    kind: actor.kind,
                    country: actor.country,
                });
            }
        }
    }
    found
}

/// The people that the arguments of the mentions denote, the better telling before the other.
fn by_rule(scope: &Scope, members: &[&Candidate], kind: &Kind) -> Vec<(Role, Actor)> {
    let mut found = Vec::new();
    for role in [Role::Source, Role::Target] {
        let of = |m: &&&Candidate| match role {
            Role::Source => !m.sources.is_empty(),
            Role::Target => !m.targets.is_empty(),
        };
        let list = |m: &Candidate| match role {
            Role::Source => m.sources.clone(),
            Role::Target => m.targets.clone(),
        };
        let mut chosen: Vec<Actor> = match kind.sides {
            Sides::One => members.iter().flat_map(|m| list(m)).filter(is_party).collect(),
            // The attack itself tells better who did it than "three people were killed" does.
            Sides::Two => {
                let told: Vec<&&Candidate> = members.iter().filter(of).collect();
                let own = || told.iter().filter(|m| !join::is_consequence(m));
                let first = own().next().or(told.first()).map(|m| list(m)).unwrap_or_default();
                // "Gunmen attacked ... the Front claimed the attack": a name tells more than a word for anybody.
                let named = own().map(|m| list(m)).find(|list| list.iter().any(may_stand_behind));
                // "A man was held ... police arrested Joseph Cole": the name of the one who is described.
                let bare = is_described(&first);
                let called = own().map(|m| list(m)).find(|list| bare && is_called(list));
                let named = named.filter(|_| role == Role::Source && is_vague(&first)).or(called);
                let mut chosen = match named {
                    Some(named) => named,
                    None => first,
                };
                // "shelled the village, killing two soldiers": the people are told beside what was struck.
                let things = !is_called(&chosen) && chosen.iter().all(|a| a.kind == ActorKind::Unknown);
                if role == Role::Target && things {
                    let sentence = told.first().map(|m| m.trigger.at.sentence);
                    let beside = told.iter().filter(|m| Some(m.trigger.at.sentence) == sentence);
                    chosen.extend(beside.flat_map(|m| list(m)).filter(is_victim));
                }
                chosen
            }
        };
        if role == Role::Source && chosen.is_empty() && kind.name == "protest" {
            chosen = protesters(scope, members);
        }
        if role == Role::Target && kind.name == "protest" {
            // "Protests against a bill": a protest is against somebody, or against what is somebody's.
            chosen.retain(|a| {
                a.kind != ActorKind::Unknown || a.name.chars().next().is_some_and(char::is_uppercase)
            });
        }
        found.extend(chosen.into_iter().map(|actor| (role, actor)));
    }
    found
}

/// Who may meet or agree: people, bodies and names, not common things.
fn is_party(actor: &Actor) -> bool {
    actor.kind != ActorKind::Unknown || actor.name.contains(char::is_uppercase)
}

/// Those whom a sentence of the event calls its protesters.
fn protesters(scope: &Scope, members: &[&Candidate]) -> Vec<Actor> {
    let called = |s: usize| {
        (0..scope.document.sentences[s].tokens.len()).find_map(|t| {
            let word = scope.document.word(s, t).to_lowercase();
            let protester =
                matches!(word.as_str(), "protesters" | "protestors" | "demonstrators" | "marchers");
            protester.then(|| scope.mentions.actors.at_heads(s, t)).filter(|found| !found.is_empty())
        })
    };
    members.iter().find_map(|member| called(member.trigger.at.sentence)).unwrap_or_default()
}

/// Words for anybody who does such things, without a name: "gunmen", "a bomber".
fn is_vague(actors: &[Actor]) -> bool {
    let common = |a: &Actor| {
        matches!(a.kind, ActorKind::Unknown | ActorKind::ArmedGroup | ActorKind::Criminal)
            && !a.name.contains(char::is_uppercase)
    };
    !actors.is_empty() && actors.iter().all(common)
}

/// One person who is told by a common noun: "a teenage girl", "a former soldier".
fn is_described(actors: &[Actor]) -> bool {
    let [actor] = actors else { return false };
    let last = actor.name.rsplit(' ').next().unwrap_or("");
    actor.canonical.is_none()
        && is_one(&actor.name)
        && last.chars().all(char::is_lowercase)
        && !matches!(actor.kind, ActorKind::Government | ActorKind::ArmedGroup | ActorKind::Igo)
}

/// A name or noun in the singular.
fn is_one(name: &str) -> bool {
    let last = name.rsplit(' ').next().unwrap_or("");
    !last.ends_with('s') && !matches!(last, "people" | "men" | "women" | "children" | "police")
}

/// One person or more by name.
fn is_called(actors: &[Actor]) -> bool {
    let called = |a: &Actor| {
        matches!(a.kind, ActorKind::Unknown | ActorKind::Civilian | ActorKind::Media) && is_full_name(&a.name)
    };
    !actors.is_empty() && actors.iter().all(called)
}

/// A known body that sends out such people.
fn may_stand_behind(actor: &Actor) -> bool {
    actor.canonical.is_some() && matches!(actor.kind, ActorKind::ArmedGroup | ActorKind::Criminal)
}

/// People of whom more is said than that they are people.
fn is_victim(actor: &Actor) -> bool {
    let last = actor.name.rsplit(' ').next().unwrap_or("").to_lowercase();
    let bare = matches!(
        last.as_str(),
        "people" | "others" | "persons" | "dozens" | "hundreds" | "one" | "two" | "three" | "four" | "five"
    );
    !bare
        && matches!(
            actor.kind,
            ActorKind::Civilian | ActorKind::Military | ActorKind::Police | ActorKind::Media
        )
}

/// "Police" beside "Kabul police", "a man" beside "the suspect" or a name: the same people, told with less or other
/// words than one that is known.
pub fn is_vaguer(known: (&str, ActorKind), new: (&str, ActorKind)) -> bool {
    let words = |name: &str| name.to_lowercase().split(' ').map(str::to_owned).collect::<Vec<String>>();
    let old = words(known.0);
    let within = words(new.0).iter().all(|word| old.contains(word));
    let one = |(name, kind): (&str, ActorKind)| is_one(name) && kind != ActorKind::Government;
    let described = |name: &str| !name.contains(char::is_uppercase);
    let person = matches!(known.1, ActorKind::Unknown | ActorKind::Civilian | ActorKind::Criminal);
    within
        || described(new.0)
            && one(new)
            && person
            && (one(known) && described(known.0) || is_full_name(known.0))
}

/// "Marc Dubois".
fn is_full_name(name: &str) -> bool {
    let words: Vec<&str> = name.split(' ').collect();
    words.len() > 1 && words.iter().all(|word| word.chars().next().is_some_and(char::is_uppercase))
}

fn same_actor(known: &EventActor, new: &Actor) -> bool {
    // "Obama" is the President Obama told before.
    let titled = |long: &str, short: &str| {
        long.strip_suffix(short).is_some_and(|rest| rest.ends_with(' '))
            && short.chars().next().is_some_and(char::is_uppercase)
            && known.kind == new.kind
    };
    known.name.eq_ignore_ascii_case(&new.name)
        || titled(&known.name, &new.name)
        || (known.canonical_name.is_some() && known.canonical_name == new.canonical)
}

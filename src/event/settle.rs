//! What a group of mentions says together: the event's date, place, people, numbers and words.
//!
//! Owns the choice among what the mentions say. The earlier and more exact telling wins.

use super::candidate::{Candidate, Scope};
use super::dating::offer::Dates;
use super::reality::Reality;
use super::{Basis, Event, EventActor, EventDate, EventMention, Quote, Role, Status, scene};
use super::{count, join};
use crate::lexicon::ActorKind;
use crate::lexicon::kinds::{Kind, Sides};
use crate::mention::Actor;
use crate::text::Field;

/// How many actors of one role an event keeps.
const ACTORS_MAX: usize = 8;

pub fn settle(scope: &Scope, candidates: &[Candidate], group: &[usize], dates: &Dates) -> Event {
    let members: Vec<&Candidate> = group.iter().map(|&i| &candidates[i]).collect();
    let best = strongest(&members);
    let kind = scope.kind(&members[0].trigger);
    let status = status(&members);
    let date = dates.choose(scope, candidates, group, status);
    let harms = count::harm_of(&kind.name).is_none() && kind.sides == Sides::Two && kind.plover == "ASSAULT";
    let subtype = subtype(&members);
    // Who telephones is in two places.
    let call = subtype.as_deref() == Some("call");
    let score = members.iter().map(|m| m.score).fold(0.0, f32::max);
    Event {
        kind: kind.name.clone(),
        subtype,
        status,
        date,
        place: if call { None } else { scene::place(scope, &members, &kind.name) },
        actors: actors(scope, &members, kind),
        killed: if harms { killed(&members) } else { None },
        injured: members.iter().find_map(|m| m.counts.injured).filter(|_| harms),
        count: members.iter().map(|m| m.count).max().unwrap_or(1),
        people: members.iter().find_map(|m| m.counts.people),
        plover: Some(kind.plover.clone()).filter(|code| !code.is_empty()),
        cameo: Some(kind.cameo.clone()).filter(|code| !code.is_empty()),
        confidence: score,
        mentions: members.iter().map(|m| mention(scope, m)).collect(),
        quote: quote(scope, best),
    }
}

/// The mention that tells most: in the lead rather than the title, with more said.
fn strongest<'c>(members: &[&'c Candidate]) -> &'c Candidate {
    let said = |c: &Candidate| {
        let some = |condition: bool| u32::from(condition);
        2 * some(!c.title)
            + 2 * some(c.date.is_some())
            + some(c.place.is_some())
            + some(!c.sources.is_empty())
            + some(!c.targets.is_empty())
            + some(c.counts.killed.is_some())
    };
    let mut best = members[0];
    for member in &members[1..] {
        if said(member) > said(best) {
            best = member;
        }
    }
    best
}

/// Planned or occurred, as most of the members have it.
pub fn status(members: &[&Candidate]) -> Status {
    let planned = members.iter().filter(|m| m.judgement.reality == Reality::Planned).count();
    let occurred = members.iter().filter(|m| m.judgement.reality == Reality::Occurred).count();
    let first = members.iter().find(|m| !matches!(m.judgement.reality, Reality::Unreal(_)));
    if planned > 0 && (first.is_some_and(|m| m.judgement.reality == Reality::Planned) || planned > occurred) {
        Status::Planned
    } else {
        Status::Occurred
    }
}

/// The first toll that is told; with what the same sentence adds to it ("two guards were also killed").
fn killed(members: &[&Candidate]) -> Option<u32> {
    let first = members.iter().find(|m| m.counts.killed.is_some())?;
    let mut sum = first.counts.killed?;
    for member in members {
        let added = member.trigger.at.sentence == first.trigger.at.sentence
            && member.trigger.head != first.trigger.head
            && member.counts.more;
        sum = sum.saturating_add(member.counts.killed.filter(|_| added).unwrap_or(0));
    }
    Some(sum)
}

fn subtype(members: &[&Candidate]) -> Option<String> {
    let mut votes: Vec<(&str, usize)> = Vec::new();
    for subtype in members.iter().filter_map(|m| m.subtype.as_deref()) {
        match votes.iter_mut().find(|(name, _)| *name == subtype) {
            Some((_, count)) => *count += 1,
            None => votes.push((subtype, 1)),
        }
    }
    // The more special of two that agree.
    for (special, general) in [
        ("suicide-bombing", "bombing"),
        ("summit", "talks"),
        ("visit", "talks"),
        ("violated", "agreed"),
        ("ended", "agreed"),
        ("extended", "agreed"),
        ("started", "agreed"),
    ] {
        if votes.iter().any(|(name, _)| *name == special) {
            votes.retain(|(name, _)| *name != general);
        }
    }
    let most = votes.iter().map(|(_, count)| *count).max()?;
    votes.into_iter().find(|(_, count)| *count == most).map(|(name, _)| name.to_owned())
}

fn actors(scope: &Scope, members: &[&Candidate], kind: &Kind) -> Vec<EventActor> {
    let mut found: Vec<EventActor> = Vec::new();
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
        for actor in chosen {
            let known = |a: &EventActor| same_actor(a, &actor);
            let room = found.iter().filter(|a| a.role == role).count() < ACTORS_MAX;
            if room && !found.iter().any(known) {
                found.push(EventActor {
                    role,
                    name: actor.name,
                    canonical_name: actor.canonical,
                    kind: actor.kind,
                    country: actor.country,
                });
            }
        }
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
    let singular =
        !last.ends_with('s') && !matches!(last, "people" | "men" | "women" | "children" | "police");
    actor.canonical.is_none()
        && singular
        && last.chars().all(char::is_lowercase)
        && !matches!(actor.kind, ActorKind::Government | ActorKind::ArmedGroup | ActorKind::Igo)
}

/// One person or more by name.
fn is_called(actors: &[Actor]) -> bool {
    let called = |a: &Actor| {
        let words: Vec<&str> = a.name.split(' ').collect();
        words.len() > 1
            && matches!(a.kind, ActorKind::Unknown | ActorKind::Civilian | ActorKind::Media)
            && words.iter().all(|word| word.chars().next().is_some_and(char::is_uppercase))
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

fn mention(scope: &Scope, member: &Candidate) -> EventMention {
    let at = member.trigger.at;
    let field = scope.document.sentences[at.sentence].field;
    EventMention { field, span: scope.document.span(at), trigger: scope.document.phrase(at).to_owned() }
}

fn quote(scope: &Scope, best: &Candidate) -> Quote {
    let s = best.trigger.at.sentence;
    let sentence = &scope.document.sentences[s];
    let field: Field = sentence.field;
    Quote { field, span: sentence.span, text: scope.document.quote(s).to_owned() }
}

/// Whether a date was given, not supposed.
pub fn is_given(date: &EventDate) -> bool {
    date.basis != Basis::Publication
}

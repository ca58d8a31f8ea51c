//! When it happened: which of the text's dates belongs to a trigger, and when the publication day does.
//!
//! Owns what the tree says of a mention; `offer` chooses among all that the story says of an event. Leaves to `mention::when` what an expression denotes.

pub mod offer;

use super::candidate::{Candidate, Scope};
use super::reading::Reading;
use super::reality::{Judgement, Reality, Tense};
use super::{Basis, EventDate};
use crate::lexicon::kinds::cue::Cue;
use crate::mention::{Interval, Precision, TimexType, Trigger, Unit, When};
use crate::text::{Label, Tag};
use chrono::{Days, Months, NaiveDate};

/// Steps up the tree that a date may stand from the clause that it dates.
const PENALTY_MAX: u32 = 9;

/// A longer duration tells how long, not when.
const DURATION_DAYS_MAX: i64 = 31;

/// The date that the sentence gives a trigger; None where it gives none.
pub fn in_sentence<'w>(
    reading: &Reading,
    head: usize,
    verbal: bool,
    whens: impl Iterator<Item = &'w When>,
) -> Option<(&'w When, EventDate)> {
    whens
        .filter(|when| when.at.sentence == reading.sentence)
        .filter_map(|when| date_of(when).map(|date| (when, date)))
        .filter_map(|(when, date)| distance(reading, head, verbal, when).map(|d| (d, when, date)))
        .min_by_key(|(d, when, _)| (*d, when.at.first.abs_diff(head)))
        .map(|(_, when, date)| (when, date))
}

/// The only date of a sentence that tells only one thing belongs to it, wherever the tree hangs it.
pub fn alone<'w>(reading: &Reading, whens: impl Iterator<Item = &'w When>) -> Option<(&'w When, EventDate)> {
    let mut here = whens
        .filter(|when| when.at.sentence == reading.sentence)
        .filter_map(|when| date_of(when).map(|date| (when, date)));
    let (when, date) = here.next()?;
    let token = anchor(reading, when);
    let other = names_other(reading, token, usize::MAX) || counts_back(reading, token);
    let said = reading.head(token).is_some_and(|verb| says(reading, verb, token));
    (here.next().is_none() && !other && !said).then_some((when, date))
}

/// A sentence's only date that no trigger has by the tree goes to the trigger before it, if no verb of another
/// matter stands between: "bombings took place in the capital last month". Marks who has a date beside it.
pub fn adopt(reading: &Reading, scope: &Scope, candidates: &mut [Candidate]) {
    let here =
        scope.mentions.whens.iter().enumerate().filter(|(_, when)| when.at.sentence == reading.sentence);
    let usable: Vec<(usize, EventDate)> = here.filter_map(|(i, when)| Some((i, date_of(when)?))).collect();
    if let [(index, date)] = usable.as_slice() {
        let when = &scope.mentions.whens[*index];
        let token = anchor(reading, when);
        let taken = candidates.iter().any(|candidate| candidate.when == Some(*index));
        let counted = candidates.iter().any(|candidate| counts_from(when, &candidate.trigger));
        let other = names_other(reading, token, usize::MAX) || counts_back(reading, token);
        let told = |t: usize| {
            !reading.is_verb(t)
                || reading.kinds.is_cue(Cue::Happenings, reading.lemma(t))
                || matches!(reading.label(t), Label::Aux | Label::AuxPass | Label::Amod)
        };
        let before = candidates.iter_mut().filter(|candidate| {
            candidate.date.is_none()
                && candidate.trigger.at.end <= when.at.first
                && (candidate.trigger.at.end..when.at.first).all(told)
        });
        if let (false, Some(nearest)) = (taken || counted || other, before.max_by_key(|c| c.trigger.at.end)) {
            nearest.date = Some(date.clone());
            nearest.when = Some(*index);
        }
    }
    for candidate in candidates {
        candidate.date_beside = usable.iter().any(|(index, _)| candidate.when != Some(*index));
    }
}

/// What an expression denotes as a date; durations, habits and hours of no day denote none.
pub fn date_of(when: &When) -> Option<EventDate> {
    if when.kind == TimexType::Set || when.anchored.is_some() && when.resolved.is_none() {
        return None;
    }
    let interval = when.resolved?;
    let days = (interval.end - interval.start).num_days();
    if when.kind == TimexType::Duration && days > DURATION_DAYS_MAX {
        return None;
    }
    let precision = when.precision?;
    let basis = if when.relative { Basis::Relative } else { Basis::Stated };
    Some(EventDate { interval, precision, basis })
}

/// The token of an expression by which the tree holds it.
fn anchor(reading: &Reading, when: &When) -> usize {
    (when.at.first..when.at.end.min(reading.len()))
        .find(|&t| reading.head(t).is_none_or(|head| head < when.at.first || head >= when.at.end))
        .unwrap_or(when.at.first)
}

/// How far a date stands from a trigger; None where a clause divides them.
fn distance(reading: &Reading, head: usize, verbal: bool, when: &When) -> Option<u32> {
    let token = anchor(reading, when);
    if names_other(reading, token, head) || counts_back(reading, token) {
        return None;
    }
    if reading.is_under(token, head) {
        let between = reading.upward(token).take_while(|&t| t != head);
        let edges = between
            .filter(|&t| t != token && reading.opens_clause(t) && !is_timely(reading, t))
            .count() as u32;
        return (edges == 0).then_some(0);
    }
    // "last week, in which they carried out eight attacks"
    if reading.is_under(head, token) {
        return Some(1);
    }
    let up: Vec<usize> = reading.upward(head).collect();
    let mut cost = 1;
    let from = reading.upward(token).skip(1).find(|t| up.contains(t))?;
    // The date must not stand in a clause of its own below their common head.
    let divided = reading
        .upward(token)
        .skip(1)
        .take_while(|&t| t != from)
        .any(|t| reading.opens_clause(t) || reading.is_verb(t));
    if divided {
        return None;
    }
    for &t in up.iter().take_while(|&&t| t != from) {
        cost += 1;
        match reading.label(t) {
            Label::AclRelcl | Label::Parataxis => return None,
            Label::Acl if verbal || t != head => return None,
            Label::Ccomp if says(reading, from, token) => return None,
            Label::Advcl if !shares_time(reading, t) => return None,
            Label::Advcl | Label::Xcomp if !verbal && is_aim(reading, t) => return None,
            Label::Conj if reading.is_verb(t) && token > t => return None,
            Label::Conj if reading.is_verb(t) && token > from => return None,
            Label::Nmod | Label::Obl if divides(reading, t) => return None,
            _ => {}
        }
    }
    (cost <= PENALTY_MAX).then_some(cost)
}

/// "the February 1 coup", "last week's vote": the date names something else.
fn names_other(reading: &Reading, token: usize, head: usize) -> bool {
    let modifies = matches!(
        reading.label(token),
        Label::Compound | Label::NmodPoss | Label::Amod | Label::Nummod | Label::NmodDesc
    );
    modifies && reading.head(token).is_some_and(|noun| noun != head && !reading.is_verb(noun))
}

/// "the first since 2017": the date ends a span in which nothing happened.
fn counts_back(reading: &Reading, token: usize) -> bool {
    let case = reading
        .children(token)
        .iter()
        .any(|&c| matches!(reading.word(c), "since" | "until" | "till" | "than"));
    case || matches!(reading.before(token, 1), "since" | "until" | "than")
}

/// "a treaty signed in 2015", "talks beginning next week": the participle tells when the noun happens.
fn is_timely(reading: &Reading, verb: usize) -> bool {
    matches!(reading.label(verb), Label::Acl | Label::AclRelcl)
        && matches!(
            reading.lemma(verb),
            "begin"
                | "start"
                | "last"
                | "run"
                | "schedule"
                | "hold"
                | "date"
                | "sign"
                | "reach"
                | "launch"
                | "carry"
                | "impose"
                | "plan"
                | "stage"
                | "conduct"
                | "occur"
                | "happen"
                | "take"
                | "erupt"
                | "break"
                | "follow"
                | "agree"
                | "declare"
                | "announce"
                | "set"
        )
}

/// "police said on Monday that ...": the date is that of saying.
pub(super) fn says(reading: &Reading, verb: usize, token: usize) -> bool {
    reading.head(token) == Some(verb)
        && matches!(
            reading.lemma(verb),
            "say"
                | "tell"
                | "announce"
                | "confirm"
                | "report"
                | "claim"
                | "state"
                | "add"
                | "warn"
                | "reveal"
                | "admit"
        )
}

/// A participle clause happens with its head; "after" and "before" do not.
fn shares_time(reading: &Reading, verb: usize) -> bool {
    !reading.children(verb).iter().any(|&c| {
        matches!(reading.label(c), Label::Mark | Label::Case | Label::Advmod)
            && matches!(
                reading.word(c),
                "after" | "before" | "since" | "because" | "although" | "though" | "until" | "if" | "once"
            )
    })
}

/// "to review the situation": what an aim speaks of has a time of its own.
fn is_aim(reading: &Reading, verb: usize) -> bool {
    reading.tag(verb) == Tag::Vb
        && reading.children(verb).iter().any(|&c| reading.word(c) == "to")
        && !reading.kinds.is_cue(Cue::Happenings, reading.lemma(verb))
}

/// "attacks since February", "have been arrested since June": from then to the publication day.
pub fn since<'w>(
    reading: &Reading,
    judgement: &Judgement,
    mut whens: impl Iterator<Item = &'w When>,
    published: NaiveDate,
) -> Option<EventDate> {
    let lasting = matches!(judgement.tense, Tense::Perfect | Tense::Pluperfect) || judgement.bare_plural;
    let first = reading.words.iter().any(|w| matches!(w.as_str(), "first" | "second" | "third" | "latest"));
    if !lasting || first || judgement.circumstance && !judgement.bare_plural {
        return None;
    }
    whens.find_map(|when| {
        let token = anchor(reading, when);
        let opens = when.at.sentence == reading.sentence
            && (reading.before(when.at.first, 1) == "since"
                || reading.children(token).iter().any(|&c| reading.word(c) == "since"));
        let start = date_of(when)?.interval.start;
        let recent = opens && start <= published && (published - start).num_days() < 366;
        recent.then_some(EventDate {
            interval: Interval { start, end: published },
            precision: Precision::Day,
            basis: Basis::Relative,
        })
    })
}

/// A preposition that sets a noun apart from the time of its verb.
fn divides(reading: &Reading, token: usize) -> bool {
    matches!(
        reading.case(token).unwrap_or(""),
        "after"
            | "following"
            | "since"
            | "before"
            | "despite"
            | "from"
            | "until"
            | "over"
            | "about"
            | "because"
            | "due"
            | "like"
    )
}

/// "Three days after the attack, officials said": a lead's main clause stands at the publication day, so that the
/// attack can be counted back from it.
pub fn counted_back(reading: &Reading, trigger: &Trigger, scope: &Scope) -> Option<EventDate> {
    if !reading.is_title() && reading.sentence != scope.text_start {
        return None;
    }
    scope.mentions.whens.iter().filter(|when| when.at.sentence == reading.sentence).find_map(|when| {
        let anchored = when.anchored.as_ref()?;
        let (amount, unit) = anchored.shift?;
        let anchor = anchored.anchor?;
        let holds = anchor.first < trigger.at.end && trigger.at.first < anchor.end;
        let main = reading.head(reading.clause_of(self::anchor(reading, when))).is_none();
        (holds && main).then(|| shifted(&publication(scope.published), -amount, unit))?
    })
}

/// Whether an expression is counted from the trigger itself.
pub fn counts_from(when: &When, trigger: &Trigger) -> bool {
    let anchor = when.anchored.as_ref().and_then(|anchored| anchored.anchor);
    anchor.is_some_and(|at| {
        at.sentence == trigger.at.sentence && at.first < trigger.at.end && trigger.at.first < at.end
    })
}

/// A date counted from another ("three days after the attack").
pub fn shifted(base: &EventDate, amount: i32, unit: Unit) -> Option<EventDate> {
    let day = base.interval.start;
    let (moved, precision) = match unit {
        Unit::Hour => (day, Precision::Day),
        Unit::Day => (add_days(day, i64::from(amount))?, Precision::Day),
        Unit::Week => (add_days(day, 7 * i64::from(amount))?, Precision::Day),
        Unit::Month => (add_months(day, amount)?, Precision::Day),
        Unit::Year => (add_months(day, amount.checked_mul(12)?)?, Precision::Day),
    };
    Some(EventDate { interval: Interval { start: moved, end: moved }, precision, basis: Basis::Relative })
}

fn add_days(day: NaiveDate, by: i64) -> Option<NaiveDate> {
    let days = Days::new(by.unsigned_abs());
    if by < 0 { day.checked_sub_days(days) } else { day.checked_add_days(days) }
}

fn add_months(day: NaiveDate, by: i32) -> Option<NaiveDate> {
    let months = Months::new(by.unsigned_abs());
    if by < 0 { day.checked_sub_months(months) } else { day.checked_add_months(months) }
}

/// Whether a trigger with no date of its own breaks the news of the publication day.
pub fn breaks_news(judgement: &Judgement, story: &StoryShape, title: bool, ordinal: usize) -> bool {
    if judgement.reality != Reality::Occurred || judgement.circumstance {
        return false;
    }
    let lead = title || ordinal == 0;
    if judgement.background {
        return false;
    }
    let fresh = match judgement.tense {
        Tense::Present => true,
        Tense::Perfect => lead || story.short,
        Tense::Past => (lead || story.short) && (!story.present_lead || judgement.attributed),
        Tense::None => lead || story.short,
        Tense::Pluperfect | Tense::Future => false,
    };
    let near = judgement.depth <= 1;
    if story.brief { fresh && near } else { lead && fresh && judgement.depth == 0 }
}

/// How the story tells: what decides whether a report is today's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoryShape {
    /// No more than a few sentences: a feed item or a line of a chronicle.
    pub brief: bool,
    /// At most two sentences.
    pub short: bool,
    /// The first sentence is in the present tense, so that the past is background.
    pub present_lead: bool,
    /// The title asks or explains, so that what it speaks of is known already.
    pub asks: bool,
}

/// The publication day as a date.
pub fn publication(day: NaiveDate) -> EventDate {
    EventDate {
        interval: Interval { start: day, end: day },
        precision: Precision::Day,
        basis: Basis::Publication,
    }
}

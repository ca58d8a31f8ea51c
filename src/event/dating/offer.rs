//! The dates that a story offers for an event, weighed against each other: those of its own sentences, those of the
//! sentences around, the publication day, and none.
//!
//! Owns what is offered and what speaks for each offer. Which date the tree gives a mention is the parent's; the
//! weights are data (`config/lexicon/confidence.toml`), fitted on annotated news.

use super::{anchor, counts_back, date_of, names_other, publication, says};
use crate::event::candidate::{Candidate, Scope};
use crate::event::confidence;
use crate::event::reading::Reading;
use crate::event::reality::{Reality, Tense};
use crate::event::tie::{self, Tie};
use crate::event::values::{self, at, set, yes};
use crate::event::{Basis, EventDate, Status};
use crate::mention::{Interval, Precision};
use crate::text::Field;
use chrono::NaiveDate;

/// A date told this many sentences before or behind every mention of an event is not offered for it, but for those
/// of the title and the lead.
const BEFORE_MAX: usize = 6;
const BEHIND_MAX: usize = 3;

const OWN_NAMES: [&str; 67] = [
    "own",
    "own-first",
    "own-share",
    "own-day",
    "own-verb",
    "beside",
    "beside-first",
    "beside-day",
    "beside-alone",
    "beside-said",
    "beside-of-another-noun",
    "beside-taken",
    "beside-taken-by-kin",
    "before",
    "before-far",
    "before-last",
    "before-last-definite",
    "before-last-past",
    "before-taken",
    "before-taken-by-kin",
    "before-said",
    "behind",
    "behind-far",
    "behind-taken",
    "behind-taken-by-kin",
    "in-title",
    "in-lead",
    "in-lead-taken",
    "in-lead-taken-by-kin",
    "week",
    "month",
    "year",
    "relative",
    "to-come",
    "to-come-and-planned",
    "of-today",
    "of-the-week",
    "of-the-month",
    "long-ago",
    "since",
    "counted-back",
    "refines-own",
    "refined-by-own",
    "refined-by-other",
    "today",
    "today-planned",
    "today-beside-own",
    "today-beside-own-day",
    "today-others",
    "today-leads",
    "none",
    "none-planned",
    "none-beside-own",
    "none-beside-own-day",
    "none-past",
    "none-perfect",
    "none-pluperfect",
    "none-no-tense",
    "none-circumstance",
    "none-background",
    "none-definite",
    "none-bare-plural",
    "none-verb",
    "none-brief",
    "none-late",
    "none-counted",
    "none-dated-story",
];

const SIZE: usize = OWN_NAMES.len() + tie::NAMES.len();

/// Those of the ties stand last.
const NAMES: [&str; SIZE] = values::names(&OWN_NAMES, &tie::NAMES);

pub fn feature_names() -> &'static [&'static str] {
    &NAMES
}

/// A date that an event may have, with what speaks for it, in the order of the names.
#[derive(Debug, Clone)]
pub struct Offer {
    pub date: Option<EventDate>,
    /// The publication day, whether or not an expression names it too.
    pub today: bool,
    pub values: [f32; SIZE],
}

/// A date that the story tells, and how.
struct Told {
    date: EventDate,
    index: usize,
    sentence: usize,
    title: bool,
    /// The only one of its sentence.
    alone: bool,
    /// The time of saying: "police said on Monday that".
    said: bool,
    /// "the February 1 coup", "since Monday": it dates something else.
    of_another: bool,
    /// How each token of its sentence stands to it; of sentences that were read.
    ties: Vec<Tie>,
}

/// The dates of a story, read once for all its events.
pub struct Dates(Vec<Told>);

impl Dates {
    /// `readings`: of the sentences that hold triggers; the others are not read for this.
    pub fn of(scope: &Scope, readings: &[Reading]) -> Dates {
        let whens = &scope.mentions.whens;
        let mut told: Vec<Told> = Vec::new();
        for (index, when) in whens.iter().enumerate() {
            let Some(date) = date_of(when) else { continue };
            let sentence = when.at.sentence;
            let place = readings.binary_search_by_key(&sentence, |reading| reading.sentence);
            let reading = place.ok().map(|place| &readings[place]);
            let (said, of_another) = reading.map_or((false, false), |reading| {
                let token = anchor(reading, when);
                let said = reading.head(token).is_some_and(|verb| says(reading, verb, token));
                (said, names_other(reading, token, usize::MAX) || counts_back(reading, token))
            });
            let title = scope.document.sentences[sentence].field == Field::Title;
            let alone = true;
            let ties = reading.map_or(Vec::new(), |reading| {
                let token = anchor(reading, when);
                (0..reading.len()).map(|head| tie::of(reading, head, token)).collect()
            });
            told.push(Told { date, index, sentence, title, alone, said, of_another, ties });
        }
        let count = |sentence| told.iter().filter(|told| told.sentence == sentence).count();
        let alone: Vec<bool> = told.iter().map(|told| count(told.sentence) == 1).collect();
        for (told, alone) in told.iter_mut().zip(alone) {
            told.alone = alone;
        }
        Dates(told)
    }

    /// The likeliest date of an event that the candidates of a group tell; None where no date is likelier.
    pub fn choose(
        &self,
        scope: &Scope,
        candidates: &[Candidate],
        group: &[usize],
        status: Status,
    ) -> Option<EventDate> {
        let (offers, worths) = self.weighed(scope, candidates, group, status);
        // Of equals the first: offers stand in the order of the text.
        let mut best = 0;
        for (place, worth) in worths.iter().enumerate() {
            if *worth > worths[best] {
                best = place;
            }
        }
        offers[best].date.clone()
    }

    /// How likely a mention by itself is of which days; what is missing to 1 is for no date.
    pub fn spread(&self, scope: &Scope, candidates: &[Candidate], index: usize) -> Vec<(Interval, f32)> {
        let planned = candidates[index].judgement.reality == Reality::Planned;
        let status = if planned { Status::Planned } else { Status::Occurred };
        let (offers, worths) = self.weighed(scope, candidates, &[index], status);
        let most = worths.iter().copied().fold(f32::MIN, f32::max);
        let powers: Vec<f32> = worths.iter().map(|worth| (worth - most).exp()).collect();
        let all: f32 = powers.iter().sum();
        let share = |(offer, power): (&Offer, f32)| Some((offer.date.as_ref()?.interval, power / all));
        offers.iter().zip(powers).filter_map(share).collect()
    }

    /// The offers, and what each is worth.
    fn weighed(
        &self,
        scope: &Scope,
        candidates: &[Candidate],
        group: &[usize],
        status: Status,
    ) -> (Vec<Offer>, Vec<f32>) {
        let today = confidence::today(&candidates[lead(candidates, group)], scope);
        let offers = self.offers(scope, candidates, group, status);
        let worth = |offer: &Offer| {
            confidence::dated(&scope.models, &offer.values) + if offer.today { today } else { 0.0 }
        };
        let worths = offers.iter().map(worth).collect();
        (offers, worths)
    }

    /// Every date that the event may have, each once, and none.
    pub fn offers(
        &self,
        scope: &Scope,
        candidates: &[Candidate],
        group: &[usize],
        status: Status,
    ) -> Vec<Offer> {
        let event = Event::of(scope, candidates, group, status);
        let mut offers: Vec<Offer> = Vec::new();
        for told in &self.0 {
            if let Some(values) = event.weigh(told) {
                offer(&mut offers, told.date.clone(), values);
            }
        }
        for member in &event.members {
            // Dates that no single expression gives: "since June", "three days after the attack".
            let since = member.date.as_ref().filter(|_| member.when.is_none());
            for (place, date) in [(at!("since"), since), (at!("counted-back"), member.counted_back.as_ref())]
            {
                if let Some(date) = date {
                    let mut values = event.of_date(date);
                    set(&mut values, place, 1.0);
                    set(&mut values, at!("own"), 1.0);
                    set(&mut values, at!("own-share"), 1.0);
                    set(&mut values, at!("own-first"), yes(std::ptr::eq(*member, event.first)));
                    set(&mut values, at!("own-day"), yes(date.precision == Precision::Day));
                    offer(&mut offers, date.clone(), values);
                }
            }
        }
        let today = publication(scope.published);
        offer(&mut offers, today.clone(), event.of_today());
        for offer in &mut offers {
            offer.today = offer.date.as_ref().is_some_and(|date| date.interval == today.interval);
        }
        // What is planned lies ahead, what occurred does not; a day is left for the clocks of the world.
        let ahead = |date: &EventDate| date.interval.end >= scope.published;
        let begun = |date: &EventDate| {
            scope.published.succ_opt().is_none_or(|tomorrow| date.interval.start <= tomorrow)
        };
        let fits = |date: &EventDate| if event.planned { ahead(date) } else { begun(date) };
        offers.retain(|offer| offer.date.as_ref().is_some_and(fits));
        refine(&mut offers);
        offers.push(Offer { date: None, today: false, values: event.of_none() });
        offers
    }
}

/// The member by which an event is judged: the first that is not only supposed.
pub fn lead(candidates: &[Candidate], group: &[usize]) -> usize {
    let real = |&&i: &&usize| !matches!(candidates[i].judgement.reality, Reality::Unreal(_));
    *group.iter().find(real).unwrap_or(&group[0])
}

/// The same days offered twice are one offer, with all that speaks for either.
fn offer(offers: &mut Vec<Offer>, date: EventDate, values: [f32; SIZE]) {
    let known = |offer: &&mut Offer| offer.date.as_ref().is_some_and(|known| known.interval == date.interval);
    match offers.iter_mut().find(known) {
        Some(offer) => {
            values::join(&mut offer.values, &values);
        }
        None => offers.push(Offer { date: Some(date), today: false, values }),
    }
}

/// "The port fell on 3 May" says more exactly what "the fall of the port in May" says too.
fn refine(offers: &mut [Offer]) {
    let spans: Vec<Option<(Interval, bool)>> = offers
        .iter()
        .map(|offer| Some((offer.date.as_ref()?.interval, offer.values[at!("own")] > 0.0)))
        .collect();
    let within = |a: &Interval, b: &Interval| a != b && b.start <= a.start && a.end <= b.end;
    for (offer, here) in offers.iter_mut().zip(&spans) {
        let Some((here, own)) = here else { continue };
        let others = || spans.iter().flatten();
        set(
            &mut offer.values,
            at!("refines-own"),
            yes(others().any(|(other, own)| *own && within(here, other))),
        );
        let finer = |theirs: bool| *own && others().any(|(other, own)| *own == theirs && within(other, here));
        set(&mut offer.values, at!("refined-by-own"), yes(finer(true)));
        set(&mut offer.values, at!("refined-by-other"), yes(finer(false)));
    }
}

/// What is asked of an event, once for all offers.
struct Event<'a> {
    members: Vec<&'a Candidate>,
    first: &'a Candidate,
    planned: bool,
    published: NaiveDate,
    brief: bool,
    dated_story: bool,
    text_start: usize,
    /// The last date told before the event's first mention in the text.
    last_before: Option<usize>,
    /// Expressions that candidates of other events have by the tree: of the same kind, and of any.
    taken_by_kin: Vec<usize>,
    taken: Vec<usize>,
}

impl<'a> Event<'a> {
    fn of(scope: &Scope, candidates: &'a [Candidate], group: &[usize], status: Status) -> Event<'a> {
        let members: Vec<&Candidate> = group.iter().map(|&i| &candidates[i]).collect();
        let first = &candidates[lead(candidates, group)];
        let strange = candidates
            .iter()
            .enumerate()
            .filter(|(i, other)| !group.contains(i) && other.score >= confidence::ACCEPT);
        let taken: Vec<(usize, bool)> = strange
            .filter_map(|(_, other)| Some((other.when?, other.trigger.kind == first.trigger.kind)))
            .collect();
        let begins = members.iter().filter(|m| !m.title).map(|m| m.trigger.at).min();
        let whens = &scope.mentions.whens;
        let before = |index: &usize| {
            let at = whens[*index].at;
            begins.is_some_and(|begins| {
                at.sentence >= scope.text_start && (at.sentence, at.end) <= (begins.sentence, begins.first)
            })
        };
        Event {
            first,
            planned: status == Status::Planned,
            published: scope.published,
            brief: scope.shape.brief,
            dated_story: scope.dated,
            text_start: scope.text_start,
            last_before: (0..whens.len()).filter(|i| date_of(&whens[*i]).is_some()).rfind(before),
            taken_by_kin: taken.iter().filter(|(_, kin)| *kin).map(|(when, _)| *when).collect(),
            taken: taken.into_iter().map(|(when, _)| when).collect(),
            members,
        }
    }

    /// What speaks for a date that the text tells; None where it stands too far off.
    fn weigh(&self, told: &Told) -> Option<[f32; SIZE]> {
        let mut values = self.of_date(&told.date);
        let mut near = false;
        let mut put = |place: usize, condition: bool| set(&mut values, place, yes(condition));
        let own: Vec<&&Candidate> = self.members.iter().filter(|m| m.when == Some(told.index)).collect();
        let dated = self.members.iter().filter(|m| m.date.is_some()).count();
        let day = told.date.precision == Precision::Day;
        let taken = self.taken.contains(&told.index);
        let kin = self.taken_by_kin.contains(&told.index);
        if !own.is_empty() {
            near = true;
            put(at!("own"), true);
            put(at!("own-first"), self.first.when == Some(told.index));
            put(at!("own-day"), day);
            put(at!("own-verb"), own.iter().any(|m| m.verbal));
        }
        let here = |m: &&&Candidate| m.trigger.at.sentence == told.sentence && m.when != Some(told.index);
        if own.is_empty() && self.members.iter().any(|m| here(&m)) {
            near = true;
            put(at!("beside"), true);
            put(at!("beside-first"), self.first.trigger.at.sentence == told.sentence);
            put(at!("beside-day"), day);
            put(at!("beside-alone"), told.alone);
            put(at!("beside-said"), told.said);
            put(at!("beside-of-another-noun"), told.of_another);
            put(at!("beside-taken"), taken);
            put(at!("beside-taken-by-kin"), kin);
        }
        let in_text = || self.members.iter().filter(|m| !m.title).map(|m| m.trigger.at.sentence);
        let before = in_text().filter_map(|s| s.checked_sub(told.sentence)).filter(|&apart| apart > 0).min();
        let behind = in_text().filter_map(|s| told.sentence.checked_sub(s)).filter(|&apart| apart > 0).min();
        let apart = own.is_empty() && in_text().all(|s| s != told.sentence) && !told.title;
        if let Some(by) = before.filter(|&by| apart && by <= BEFORE_MAX) {
            near = true;
            put(at!("before"), by == 1);
            put(at!("before-far"), by > 1);
            let last = self.last_before == Some(told.index);
            put(at!("before-last"), last);
            put(at!("before-last-definite"), last && self.first.judgement.definite);
            put(at!("before-last-past"), last && self.first.judgement.tense == Tense::Past);
            put(at!("before-taken"), taken);
            put(at!("before-taken-by-kin"), kin);
            put(at!("before-said"), told.said);
        }
        if let Some(by) = behind.filter(|&by| apart && by <= BEHIND_MAX) {
            near = true;
            put(at!("behind"), by == 1);
            put(at!("behind-far"), by > 1);
            put(at!("behind-taken"), taken);
            put(at!("behind-taken-by-kin"), kin);
        }
        if own.is_empty() && told.title && self.members.iter().all(|m| !m.title) {
            near = true;
            put(at!("in-title"), true);
        }
        if apart && told.sentence == self.text_start {
            near = true;
            put(at!("in-lead"), true);
            put(at!("in-lead-taken"), taken);
            put(at!("in-lead-taken-by-kin"), kin);
        }
        set(&mut values, at!("own-share"), own.len() as f32 / dated.max(1) as f32);
        // Of the mentions in its sentence, those that the tree gives it; else the first.
        let here: Vec<&&Candidate> =
            self.members.iter().filter(|m| m.trigger.at.sentence == told.sentence).collect();
        let bound = if own.is_empty() { &here[..here.len().min(1)] } else { &own[..] };
        for tie in bound.iter().filter_map(|m| told.ties.get(m.trigger.head)) {
            tie::put(tie, &mut values);
        }
        near.then_some(values)
    }

    /// What a date says by itself.
    fn of_date(&self, date: &EventDate) -> [f32; SIZE] {
        let mut values = [0.0; SIZE];
        let mut put = |place: usize, condition: bool| set(&mut values, place, yes(condition));
        let Interval { start, end } = date.interval;
        let (to_come, gone) = (start > self.published, end < self.published);
        let age = (self.published - end).num_days();
        put(at!("week"), date.precision == Precision::Week);
        put(at!("month"), date.precision == Precision::Month);
        put(at!("year"), date.precision == Precision::Year);
        put(at!("relative"), date.basis == Basis::Relative);
        put(at!("to-come"), to_come);
        put(at!("to-come-and-planned"), to_come && self.planned);
        put(at!("of-today"), start == self.published && end == self.published);
        put(at!("of-the-week"), gone && age <= 7);
        put(at!("of-the-month"), gone && age > 7 && age <= 31);
        put(at!("long-ago"), gone && age > 366);
        values
    }

    fn has_own(&self) -> (bool, bool) {
        let own = || self.members.iter().filter_map(|m| m.date.as_ref().or(m.counted_back.as_ref()));
        (own().next().is_some(), own().any(|date| date.precision == Precision::Day))
    }

    fn of_today(&self) -> [f32; SIZE] {
        let mut values = [0.0; SIZE];
        let mut put = |place: usize, condition: bool| set(&mut values, place, yes(condition));
        let (own, own_day) = self.has_own();
        put(at!("today"), true);
        put(at!("today-planned"), self.planned);
        put(at!("today-beside-own"), own);
        put(at!("today-beside-own-day"), own_day);
        let other = |m: &&&Candidate| !std::ptr::eq(**m, self.first);
        put(at!("today-others"), self.members.iter().filter(other).any(|m| m.breaks_news));
        put(
            at!("today-leads"),
            self.members.iter().any(|m| m.title) && self.members.iter().any(|m| !m.title),
        );
        values
    }

    fn of_none(&self) -> [f32; SIZE] {
        let mut values = [0.0; SIZE];
        let mut put = |place: usize, condition: bool| set(&mut values, place, yes(condition));
        let (own, own_day) = self.has_own();
        let judgement = &self.first.judgement;
        put(at!("none"), true);
        put(at!("none-planned"), self.planned);
        put(at!("none-beside-own"), own);
        put(at!("none-beside-own-day"), own_day);
        put(at!("none-past"), judgement.tense == Tense::Past);
        put(at!("none-perfect"), judgement.tense == Tense::Perfect);
        put(at!("none-pluperfect"), judgement.tense == Tense::Pluperfect);
        put(at!("none-no-tense"), judgement.tense == Tense::None);
        put(at!("none-circumstance"), judgement.circumstance);
        put(at!("none-background"), judgement.background);
        put(at!("none-definite"), judgement.definite);
        put(at!("none-bare-plural"), judgement.bare_plural);
        put(at!("none-verb"), self.first.verbal);
        put(at!("none-brief"), self.brief);
        put(at!("none-late"), !self.first.title && self.first.ordinal > 2);
        put(at!("none-counted"), self.first.count > 1);
        put(at!("none-dated-story"), self.dated_story);
        values
    }
}

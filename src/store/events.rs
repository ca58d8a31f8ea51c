//! Events: where a report belongs, and what the timeline shows from then on.
//!
//! Owns the rows of `event`, `event_revision`, `event_actor`, `report`, `withdrawal` and the blocks that find
//! candidates. Leaves the decisions to `event::identity` and `event::belief`.

use super::{Doing, Error, Result, names};
use crate::event::Event;
use crate::event::belief::Belief;
use crate::event::identity::{self, Comparison, Known, Meeting, Telling};
use blocks::{to_search, to_write};
use chrono::{DateTime, Utc};
use rows::{Report, in_characters, insert_event, insert_report, insert_revision};
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

mod account;
mod blocks;
mod current;
mod merge;
mod rows;
mod truces;

pub(crate) use account::Lately;

/// Candidates that are compared in all.
const CANDIDATES_LIMIT: usize = 64;
/// Candidates of one block: the newest.
const CANDIDATES_OF_BLOCK: usize = 24;

/// A story as the reports of its events see it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Teller<'a> {
    pub id: i64,
    pub revision: i64,
    pub title: &'a str,
    pub text: &'a str,
    /// Makes event identities that a replay makes again: the address, or feed and key.
    pub identity: &'a str,
    pub extractor: u32,
    pub now: DateTime<Utc>,
}

/// What reading one story did to the timeline.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Placed {
    /// Uids of events that it opened.
    pub opened: Vec<String>,
    /// Uids of events that it changed or confirmed.
    pub revised: Vec<String>,
}

const TELLER: &str = "SELECT feed, coalesce(same_as, id),
    min(coalesce(published_at, first_seen_at), first_seen_at) FROM story WHERE id = ?1";

/// Whether any telling of an event has a date that can meet another's: most candidates fall here, before their
/// tellings are read.
const MEETS: &str = "SELECT EXISTS (SELECT 1 FROM report WHERE event = ?1 AND (date_start IS NULL
    OR (date_start <= ?3 AND date_end >= ?2) OR date_end BETWEEN ?4 AND ?5 OR date_start BETWEEN ?6 AND ?7
    OR (date_end < ?8 AND quote_start < ?9)))";
const INSERT_BLOCK: &str = "INSERT OR IGNORE INTO event_block (block, event) VALUES (?1, ?2)";

const UID: &str = "SELECT uid FROM event WHERE id = ?1";

const WITHDRAW: &str = "INSERT INTO withdrawal (report, recorded_at, reason) VALUES (?1, ?2, ?3)";

/// The last account, when no telling stands any more.
const RETRACT: &str = "INSERT INTO event_revision (event, recorded_at, report, change, kind, subtype, status,
    date_start, date_end, date_precision, date_basis, place, admin1, country, latitude, longitude, geonameid,
    source_actors, target_actors, killed, killed_low, killed_high, injured, injured_low, injured_high,
    occurrences, people, summary, report_count, story_count, feed_count, source_count, confidence, plover,
    cameo, first_reported_at, last_reported_at)
    SELECT event, ?2, NULL, ?3, kind, subtype, 'retracted', date_start,
    date_end, date_precision, date_basis, place, admin1, country, latitude, longitude, geonameid,
    source_actors, target_actors, killed, killed_low, killed_high, injured, injured_low, injured_high,
    occurrences, people, summary, 0, 0, 0, 0, 0.0, plover, cameo, first_reported_at, last_reported_at
    FROM event_revision WHERE id = (SELECT current FROM event WHERE id = ?1)";

/// Places the events of one reading. Reports of the same story that are told again in the same way stay as
/// they are; those that are not told any more are withdrawn.
pub(super) fn place(
    c: &Connection,
    lately: &mut Lately,
    teller: Teller,
    events: &[Event],
    edited: bool,
) -> Result<Placed> {
    let mut placed = Placed::default();
    let mut standing = rows::of_story(c, teller.id)?;
    let (feed, source, told_at) = c
        .prepare_cached(TELLER)
        .and_then(|mut s| s.query_row([teller.id], |r| Ok((r.get(0)?, r.get(1)?, r.get::<_, String>(2)?))))
        .doing("reading who tells an event")?;
    let told_at = names::read_time(&told_at)?;
    let mut new: Vec<Arc<Known>> = Vec::new();
    for event in events {
        let telling = Telling {
            event: rows::as_stored(in_characters(teller, event)),
            story: teller.id,
            feed,
            source,
            told_at,
            headline: teller.title.to_owned(),
        };
        match standing.iter().position(|r| same_claim(&r.telling.event, &telling.event)) {
            Some(kept) => drop(standing.remove(kept)),
            None => new.push(Arc::new(Known::new(telling))),
        }
    }
    let reason = if edited { "edited" } else { "reread" };
    for Report { id, .. } in &standing {
        c.prepare_cached(WITHDRAW)
            .and_then(|mut s| s.execute((id, names::time(&teller.now), reason)))
            .doing("withdrawing a report")?;
    }
    for Report { event, .. } in &standing {
        lately.forget(*event);
    }
    let mut touched: BTreeMap<i64, &Telling> = standing.iter().map(|r| (r.event, &r.telling)).collect();
    for telling in new {
        let choice = match told_before(&standing, &telling) {
            Some((event, why)) => Choice { event: Some(event), others: Vec::new(), decision: why },
            None => choose(c, lately, &telling)?,
        };
        let account = match choice.event {
            Some(event) => lately.read(c, event)?,
            None => Arc::default(),
        };
        let (mut change, after) = account.with(&telling);
        let event = match choice.event {
            Some(event) => event,
            None => {
                let (event, uid) = open(c, teller, &telling.event, after.belief())?;
                placed.opened.push(uid);
                event
            }
        };
        let report = insert_report(c, teller, event, &telling, &choice.decision)?;
        index(c, event, &telling)?;
        if let Some(withdrawn) = touched.get(&event) {
            // A correction: what changes is what the same story said before.
            let before = account.with(&Arc::new(Known::new((*withdrawn).clone()))).1;
            change = after.change_from(&before);
        }
        revise(c, event, Some(report), change, after.belief(), teller.now, &mut placed)?;
        lately.keep(event, after);
        if telling.event.kind == truces::KIND {
            truces::link(c, event, &telling)?;
        }
        let stands = choice
            .others
            .into_iter()
            .try_fold(event, |event, other| merge::bridge(c, lately, teller, event, other, &mut placed))?;
        touched.remove(&event);
        touched.remove(&stands);
    }
    for (event, withdrawn) in touched {
        let account = lately.read(c, event)?;
        let change = account.change_from(&account.with(&Arc::new(Known::new(withdrawn.clone()))).1);
        revise(c, event, None, change, account.belief(), teller.now, &mut placed)?;
    }
    Ok(placed)
}

/// Whether two readings of one story make the same claim in the same words.
fn same_claim(a: &Event, b: &Event) -> bool {
    let key = |e: &Event| {
        (
            e.kind.clone(),
            e.subtype.clone(),
            e.status,
            e.date.clone(),
            e.place.as_ref().map(|p| (p.name.clone(), p.country, p.geonameid)),
            (e.killed, e.injured, e.count, e.people),
            e.quote.text.clone(),
        )
    };
    key(a) == key(b) && a.actors == b.actors
}

/// The event of a withdrawn report of the same story that a new one tells in other words.
fn told_before(withdrawn: &[Report], new: &Telling) -> Option<(i64, String)> {
    let words = |t: &Telling| identity::content_words(&t.event.quote.text);
    let ours = words(new);
    withdrawn
        .iter()
        .filter(|r| r.telling.event.kind == new.event.kind)
        .map(|r| {
            let theirs = words(&r.telling);
            let shared = ours.intersection(&theirs).count();
            (shared as f32 / ours.len().min(theirs.len()).max(1) as f32, r.event)
        })
        .filter(|(share, _)| *share >= 0.5)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, event)| (event, "the same story told it before in other words".to_owned()))
}

/// Where a telling belongs.
struct Choice {
    /// The known event that it fits best; None opens a new one.
    event: Option<i64>,
    /// The next best events that it may be of too: they may be one with the best.
    others: Vec<i64>,
    /// Why, or why not the nearest.
    decision: String,
}

/// Events beside the best that a telling may show to be one with it.
const OTHERS_MAX: usize = 8;
/// Events beside these that refuse the telling, and may be one with the best by what others tell.
const REFUSING_MAX: usize = 8;

/// The known event that a telling fits best, and why; or none, and why not the nearest.
fn choose(c: &Connection, lately: &mut Lately, telling: &Known) -> Result<Choice> {
    let candidates = blocks::events(c, to_search(telling), CANDIDATES_OF_BLOCK)?;
    let mut compared: Vec<(i64, Comparison)> = Vec::new();
    let mut refusing: Vec<(i64, Comparison)> = Vec::new();
    for event in candidates.into_iter().rev().take(CANDIDATES_LIMIT) {
        if !lately.holds(event) && !dates_meet(c, event, telling)? {
            continue;
        }
        let known = lately.read(c, event)?;
        if !known.may_meet(telling) {
            continue;
        }
        let comparison = identity::compare(known.tellings(), telling);
        match comparison.refused {
            false => compared.push((event, comparison)),
            true if comparison.score > 0.0 => refusing.push((event, comparison)),
            true => {}
        }
    }
    // The best first; of equals the elder, so that it gathers them.
    for events in [&mut compared, &mut refusing] {
        events.sort_by(|(a, x), (b, y)| y.score.total_cmp(&x.score).then(a.cmp(b)));
    }
    let Some((event, best)) = compared.first() else {
        let decision = "new; no event of its kind, time and place".to_owned();
        return Ok(Choice { event: None, others: Vec::new(), decision });
    };
    let reasons = best.reasons();
    if !best.joins() {
        let decision = format!("new; nearest {} at {:.1}: {reasons}", uid(c, *event)?, best.score);
        return Ok(Choice { event: None, others: Vec::new(), decision });
    }
    let others = compared[1..]
        .iter()
        .filter(|(_, c)| c.score >= identity::BRIDGES)
        .take(OTHERS_MAX)
        .chain(refusing.iter().take(REFUSING_MAX))
        .map(|(event, _)| *event);
    let decision = format!("joined at {:.1}: {reasons}", best.score);
    Ok(Choice { event: Some(*event), others: others.collect(), decision })
}

fn dates_meet(c: &Connection, event: i64, telling: &Telling) -> Result<bool> {
    let Some(Meeting { days, week_early, week_late, misdated_before }) = identity::days_to_meet(telling)
    else {
        return Ok(true);
    };
    let bounds = (
        event,
        names::day(days.start),
        names::day(days.end),
        names::day(week_early.start),
        names::day(week_early.end),
        names::day(week_late.start),
        names::day(week_late.end),
        misdated_before.map(names::day),
        identity::LEAD_CHARS as i64,
    );
    c.prepare_cached(MEETS)
        .and_then(|mut s| s.query_row(bounds, |r| r.get(0)))
        .doing("comparing the dates of events")
}

pub(super) fn uid(c: &Connection, event: i64) -> Result<String> {
    c.prepare_cached(UID).and_then(|mut s| s.query_row([event], |r| r.get(0))).doing("reading an event")
}

fn index(c: &Connection, event: i64, telling: &Telling) -> Result<()> {
    let what = "indexing an event";
    let mut statement = c.prepare_cached(INSERT_BLOCK).doing(what)?;
    for block in to_write(telling).iter().flat_map(|blocks| blocks.all()) {
        statement.execute((block, event)).doing(what)?;
    }
    Ok(())
}

/// Writes where an event is looked up, from its rows.
pub(super) fn index_again(c: &Connection, event: i64) -> Result<()> {
    for Report { telling, .. } in rows::of_event(c, event)? {
        index(c, event, &telling)?;
        if telling.event.kind == truces::KIND {
            truces::index(c, event, &telling)?;
        }
    }
    Ok(())
}

/// Opens an event with its first account. Its uid is made from the story that tells it first, so that a replay makes it
/// again.
fn open(c: &Connection, teller: Teller, event: &Event, belief: Option<&Belief>) -> Result<(i64, String)> {
    let belief = belief.ok_or_else(|| Error::Value("an event that no report tells".into()))?;
    let place = format!("{:?} {}", event.quote.field, event.quote.span.start);
    for attempt in 0.. {
        let seed = format!("{}\n{}\n{}\n{place}\n{attempt}", teller.identity, teller.revision, event.kind);
        let uid = format!("{:016x}", xxh3_64(seed.as_bytes()));
        if let Some(event) = insert_event(c, &uid, belief, teller.now)? {
            return Ok((event, uid));
        }
    }
    unreachable!("an endless range ends only by return")
}

/// Appends a revision where what is believed of an event has changed; an empty `change` says that it has not.
fn revise(
    c: &Connection,
    event: i64,
    report: Option<i64>,
    change: String,
    belief: Option<&Belief>,
    now: DateTime<Utc>,
    placed: &mut Placed,
) -> Result<()> {
    let what = "writing a revision";
    let revision = match belief {
        Some(_) if change.is_empty() => return Ok(()),
        Some(belief) => insert_revision(c, event, report, &change, belief, now)?,
        None => {
            let change = "retracted: no story tells it any more";
            c.prepare_cached(RETRACT)
                .and_then(|mut s| s.execute((event, names::time(&now), change)))
                .doing(what)?;
            c.last_insert_rowid()
        }
    };
    let new = match belief {
        Some(belief) => current::show_new(c, event, revision, belief)?,
        None => false,
    };
    if !new {
        current::show(c, event, revision)?;
    }
    let uid = uid(c, event)?;
    if !placed.opened.contains(&uid) && !placed.revised.contains(&uid) {
        placed.revised.push(uid);
    }
    Ok(())
}

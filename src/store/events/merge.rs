//! Two events that turn out to be one: the reports of the younger are told again under the elder.
//!
//! Append only, as all of the timeline: what stood under the younger event is withdrawn, its last revision says
//! which event it is, and a reader of an earlier day sees both. Leaves to `event::identity` whether they are one.

use super::super::{Doing, Result, names};
use super::account::Account;
use super::blocks::to_write;
use super::rows::{self, Report, insert_revision};
use super::{INSERT_BLOCK, Lately, Placed, RETRACT, Teller, WITHDRAW, current, truces, uid};
use crate::event::identity;
use rusqlite::Connection;

/// Reports of one event that are compared and moved; one of more is no duplicate but a story of its own.
const REPORTS_MAX: usize = 40;

const TELL_AGAIN: &str =
    "INSERT INTO report (event, story, story_revision, recorded_at, extractor, kind, subtype,
    status, date_start, date_end, date_precision, date_basis, place, admin1, country, latitude, longitude,
    geonameid, killed, injured, occurrences, people, plover, cameo, actors, confidence, field, quote_start,
    quote_end, quote, mentions, decision)
    SELECT ?2, story, story_revision, ?3, extractor, kind, subtype, status, date_start, date_end,
    date_precision, date_basis, place, admin1, country, latitude, longitude, geonameid, killed, injured,
    occurrences, people, plover, cameo, actors, confidence, field, quote_start, quote_end, quote, mentions, ?4
    FROM report WHERE id = ?1";
const FORGET_BLOCK: &str = "DELETE FROM event_block WHERE block = ?1 AND event = ?2";

/// Joins `other` with `event`, which a new telling has just joined that may be of `other` too, where their tellings
/// allow it. Returns the event under which both now stand.
pub(super) fn bridge(
    c: &Connection,
    lately: &mut Lately,
    teller: Teller,
    event: i64,
    other: i64,
    placed: &mut Placed,
) -> Result<i64> {
    let (own, others) = (lately.read(c, event)?, lately.read(c, other)?);
    let (ours, theirs) = (own.tellings(), others.tellings());
    // The acts of a truce are linked to one another, so they stay as they are.
    let is_truce = ours.iter().chain(theirs).any(|t| t.event.kind == truces::KIND);
    if is_truce || ours.len() > REPORTS_MAX || theirs.len() > REPORTS_MAX {
        return Ok(event);
    }
    let Some(why) = identity::are_one(ours, theirs) else { return Ok(event) };
    let (elder, younger) = (event.min(other), event.max(other));
    let (kept, gone) = if elder == event { (own, others) } else { (others, own) };
    let reports = rows::of_event(c, younger)?;
    lately.forget(younger);
    let newest = move_reports(c, teller, elder, younger, &reports, &why)?;
    let both = Account::new(kept.tellings().iter().chain(gone.tellings()).cloned().collect());
    account(c, teller, (elder, younger), newest, (&kept, &both), placed)?;
    lately.keep(elder, both);
    Ok(elder)
}

/// Returns the last report as it is told again.
fn move_reports(
    c: &Connection,
    teller: Teller,
    elder: i64,
    younger: i64,
    moved: &[Report],
    why: &str,
) -> Result<Option<i64>> {
    let what = "moving the reports of an event";
    let now = names::time(&teller.now);
    let decision = format!("moved from {}, which is the same event at {why}", uid(c, younger)?);
    let mut newest = None;
    for report in moved {
        c.prepare_cached(TELL_AGAIN)
            .and_then(|mut s| s.execute((report.id, elder, &now, &decision)))
            .doing(what)?;
        newest = Some(c.last_insert_rowid());
        c.prepare_cached(WITHDRAW).and_then(|mut s| s.execute((report.id, &now, "merged"))).doing(what)?;
        for block in to_write(&report.telling).iter().flat_map(|blocks| blocks.all()) {
            c.prepare_cached(FORGET_BLOCK).and_then(|mut s| s.execute((block, younger))).doing(what)?;
            c.prepare_cached(INSERT_BLOCK).and_then(|mut s| s.execute((block, elder))).doing(what)?;
        }
    }
    Ok(newest)
}

/// The last account of the younger event, and the new one of the elder.
fn account(
    c: &Connection,
    teller: Teller,
    (elder, younger): (i64, i64),
    newest: Option<i64>,
    (before, after): (&Account, &Account),
    placed: &mut Placed,
) -> Result<()> {
    let what = "writing what two events are as one";
    let (elder_uid, younger_uid) = (uid(c, elder)?, uid(c, younger)?);
    let now = names::time(&teller.now);
    c.prepare_cached(RETRACT)
        .and_then(|mut s| s.execute((younger, &now, format!("the same event as {elder_uid}"))))
        .doing(what)?;
    let last = c.last_insert_rowid();
    current::show(c, younger, last)?;
    if let Some(new) = after.belief() {
        let change = [format!("{younger_uid} is the same event"), after.change_from(before)].join(", ");
        let revision = insert_revision(c, elder, newest, change.trim_end_matches(", "), new, teller.now)?;
        current::show(c, elder, revision)?;
    }
    placed.opened.retain(|uid| *uid != younger_uid);
    placed.revised.retain(|uid| *uid != younger_uid);
    placed.revised.push(younger_uid);
    if !placed.opened.contains(&elder_uid) && !placed.revised.contains(&elder_uid) {
        placed.revised.push(elder_uid);
    }
    Ok(())
}

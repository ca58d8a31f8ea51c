//! What the timeline shows of an event now, copied beside its history when a revision becomes the current one.
//!
//! Owns the columns of `event` that repeat its current revision, and `current_actor`. What has not changed is not
//! written again: most revisions count one more report, and every index that they leave alone is a page less to write.
//! Leaves the revisions to `rows`.

use super::super::{Doing, Result, names};
use crate::event::belief::Belief;
use rusqlite::Connection;

/// A new event was written with its account.
const SHOW_NEW: &str = "UPDATE event SET current = ?2 WHERE id = ?1 AND current IS NULL";

const SHOW_NEW_ACTOR: &str =
    "INSERT INTO current_actor (event, position, role, name, canonical_name, kind, country,
    event_kind, event_date) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";

/// What no index holds.
const SHOW: &str = "UPDATE event SET current = ?2, (date_end, date_precision, place, admin1, source_actors,
    target_actors, injured, occurrences, summary, report_count, story_count, feed_count, source_count, confidence,
    plover, cameo, first_reported_at, last_reported_at) =
    (SELECT date_end, date_precision, place, admin1, source_actors,
    target_actors, injured, occurrences, summary, report_count, story_count, feed_count, source_count, confidence,
    plover, cameo, first_reported_at, last_reported_at FROM event_revision WHERE id = ?2) WHERE id = ?1";

/// What indexes hold.
const SHOW_KEYS: &str =
    "UPDATE event SET (kind, subtype, status, date_start, country, latitude, longitude, killed) =
    (SELECT kind, subtype, status, date_start, country, latitude, longitude, killed
    FROM event_revision WHERE id = ?2) WHERE id = ?1
    AND (kind, subtype, status, date_start, country, latitude, longitude, killed) IS NOT
    (SELECT kind, subtype, status, date_start, country, latitude, longitude, killed
    FROM event_revision WHERE id = ?2)";

const SHOW_ACTORS: &str =
    "INSERT INTO current_actor (event, position, role, name, canonical_name, kind, country,
    event_kind, event_date)
    SELECT ?1, actor.position, actor.role, actor.name, actor.canonical_name, actor.kind, actor.country,
    revision.kind, revision.date_start
    FROM event_revision AS revision JOIN event_actor AS actor ON actor.revision = revision.id
    WHERE revision.id = ?2
    ON CONFLICT (event, position) DO UPDATE SET role = excluded.role, name = excluded.name,
    canonical_name = excluded.canonical_name, kind = excluded.kind, country = excluded.country,
    event_kind = excluded.event_kind, event_date = excluded.event_date
    WHERE (role, name, canonical_name, kind, country, event_kind, event_date) IS NOT
    (excluded.role, excluded.name, excluded.canonical_name, excluded.kind, excluded.country,
    excluded.event_kind, excluded.event_date)";

/// Asked first, because it is seldom so, and the question is much cheaper than to delete nothing.
const MORE_ACTORS: &str = "SELECT EXISTS (SELECT 1 FROM current_actor WHERE event = ?1
    AND position > coalesce((SELECT max(position) FROM event_actor WHERE revision = ?2), -1))";
const HIDE_ACTORS: &str = "DELETE FROM current_actor WHERE event = ?1
    AND position > coalesce((SELECT max(position) FROM event_actor WHERE revision = ?2), -1)";

const DOING: &str = "showing what is believed of an event now";

/// Makes the first revision of an event, which was written with its account, the one that the timeline shows; whether it
/// was the first.
pub(super) fn show_new(c: &Connection, event: i64, revision: i64, b: &Belief) -> Result<bool> {
    let new = c.prepare_cached(SHOW_NEW).and_then(|mut s| s.execute((event, revision))).doing(DOING)? == 1;
    if !new {
        return Ok(false);
    }
    let day = b.date.as_ref().map(|d| names::day(d.interval.start));
    let mut statement = c.prepare_cached(SHOW_NEW_ACTOR).doing(DOING)?;
    for (position, a) in b.actors.iter().enumerate() {
        let country = a.country.map(|c| c.to_string());
        let (role, kind) = (a.role.name(), a.kind.name());
        let columns =
            (event, position as i64, role, &a.name, &a.canonical_name, kind, country, &b.kind, &day);
        statement.execute(columns).doing(DOING)?;
    }
    Ok(true)
}

/// Makes a later revision the one that the timeline shows of its event.
pub(super) fn show(c: &Connection, event: i64, revision: i64) -> Result<()> {
    let run = |sql| c.prepare_cached(sql).and_then(|mut s| s.execute((event, revision))).doing(DOING);
    run(SHOW)?;
    run(SHOW_KEYS)?;
    let more = c.prepare_cached(MORE_ACTORS).and_then(|mut s| s.query_row((event, revision), |r| r.get(0)));
    if more.doing("looking for actors of an earlier account")? {
        run(HIDE_ACTORS)?;
    }
    run(SHOW_ACTORS).map(drop)
}

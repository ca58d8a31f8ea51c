//! Events: where a report belongs, and what the timeline shows from then on.
//!
//! Owns the rows of `event`, `event_revision`, `event_actor`, `report`, `withdrawal` and the blocks that find
//! candidates. Leaves the decisions to `event::identity` and `event::belief`.

use super::{Doing, Error, Result, names};
use crate::event::belief::{self, Belief};
use crate::event::identity::{self, Comparison, Telling, actor_key};
use crate::event::{Event, EventActor, EventDate, EventMention, EventPlace, Quote};
use crate::lexicon::Country;
use crate::mention::{Interval, Precision};
use crate::text::{Field, Span};
use chrono::{DateTime, Datelike, Utc};
use rusqlite::{Connection, Row, named_params};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use xxhash_rust::xxh3::xxh3_64;

/// Newest candidates of one block that are looked at.
const BLOCK_LIMIT: usize = 24;
/// Candidates that are compared in all.
const CANDIDATES_LIMIT: usize = 64;
/// Tellings of one event that are compared with a new one and settled: the newest.
const TELLINGS_LIMIT: i64 = 400;
/// Days of one block.
const BLOCK_DAYS: i64 = 4;

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

const TELLINGS: &str = "SELECT report.id, report.*, story.feed AS feed,
    coalesce(story.same_as, story.id) AS source,
    min(coalesce(story.published_at, story.first_seen_at), story.first_seen_at) AS told_at
    FROM report JOIN story ON story.id = report.story
    WHERE report.event = ?1 AND NOT EXISTS (SELECT 1 FROM withdrawal WHERE withdrawal.report = report.id)
    ORDER BY report.id DESC LIMIT ?2";

const OF_STORY: &str = "SELECT report.id, report.*, story.feed AS feed,
    coalesce(story.same_as, story.id) AS source,
    min(coalesce(story.published_at, story.first_seen_at), story.first_seen_at) AS told_at
    FROM report JOIN story ON story.id = report.story
    WHERE report.story = ?1 AND NOT EXISTS (SELECT 1 FROM withdrawal WHERE withdrawal.report = report.id)
    ORDER BY report.id";

const BLOCK: &str = "SELECT event FROM event_block WHERE block = ?1 ORDER BY event DESC LIMIT ?2";
const INSERT_BLOCK: &str = "INSERT OR IGNORE INTO event_block (block, event) VALUES (?1, ?2)";

const INSERT_EVENT: &str = "INSERT INTO event (uid, created_at) VALUES (?1, ?2) ON CONFLICT (uid) DO NOTHING";
const SET_CURRENT: &str = "UPDATE event SET current = ?2 WHERE id = ?1";
const UID: &str = "SELECT uid FROM event WHERE id = ?1";

const INSERT_REPORT: &str = "INSERT INTO report (event, story, story_revision, recorded_at, extractor, kind,
    subtype, status, date_start, date_end, date_precision, date_basis, place, admin1, country, latitude,
    longitude, geonameid, killed, injured, occurrences, people, plover, cameo, actors, confidence, field,
    quote_start, quote_end, quote, mentions, decision)
    VALUES (:event, :story, :story_revision, :recorded_at, :extractor, :kind, :subtype, :status, :date_start,
    :date_end, :date_precision, :date_basis, :place, :admin1, :country, :latitude, :longitude, :geonameid,
    :killed, :injured, :occurrences, :people, :plover, :cameo, :actors, :confidence, :field, :quote_start,
    :quote_end, :quote, :mentions, :decision)";

const WITHDRAW: &str = "INSERT INTO withdrawal (report, recorded_at, reason) VALUES (?1, ?2, ?3)";

const INSERT_REVISION: &str = "INSERT INTO event_revision (event, recorded_at, report, change, kind, subtype,
    status, date_start, date_end, date_precision, date_basis, place, admin1, country, latitude, longitude,
    geonameid, source_actors, target_actors, killed, killed_low, killed_high, injured, injured_low,
    injured_high, occurrences, people, summary, report_count, story_count, feed_count, source_count,
    confidence, plover, cameo, first_reported_at, last_reported_at)
    VALUES (:event, :recorded_at, :report, :change, :kind, :subtype, :status, :date_start, :date_end,
    :date_precision, :date_basis, :place, :admin1, :country, :latitude, :longitude, :geonameid,
    :source_actors, :target_actors, :killed, :killed_low, :killed_high, :injured, :injured_low, :injured_high,
    :occurrences, :people, :summary, :report_count, :story_count, :feed_count, :source_count, :confidence,
    :plover, :cameo, :first_reported_at, :last_reported_at)";

/// The last account, when no telling stands any more.
const RETRACT: &str = "INSERT INTO event_revision (event, recorded_at, report, change, kind, subtype, status,
    date_start, date_end, date_precision, date_basis, place, admin1, country, latitude, longitude, geonameid,
    source_actors, target_actors, killed, killed_low, killed_high, injured, injured_low, injured_high,
    occurrences, people, summary, report_count, story_count, feed_count, source_count, confidence, plover,
    cameo, first_reported_at, last_reported_at)
    SELECT event, ?2, NULL, 'retracted: no story tells it any more', kind, subtype, 'retracted', date_start,
    date_end, date_precision, date_basis, place, admin1, country, latitude, longitude, geonameid,
    source_actors, target_actors, killed, killed_low, killed_high, injured, injured_low, injured_high,
    occurrences, people, summary, 0, 0, 0, 0, 0.0, plover, cameo, first_reported_at, last_reported_at
    FROM event_revision WHERE id = (SELECT current FROM event WHERE id = ?1)";

const INSERT_ACTOR: &str = "INSERT INTO event_actor (revision, position, role, name, canonical_name, kind,
    country) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

/// Places the events of one reading. Reports of the same story that are told again in the same way stay as
/// they are; those that are not told any more are withdrawn.
pub(super) fn place(c: &Connection, teller: Teller, events: &[Event], edited: bool) -> Result<Placed> {
    let mut placed = Placed::default();
    let mut standing = tellings_of_story(c, teller.id)?;
    let (feed, source, told_at) = c
        .prepare_cached(TELLER)
        .and_then(|mut s| s.query_row([teller.id], |r| Ok((r.get(0)?, r.get(1)?, r.get::<_, String>(2)?))))
        .doing("reading who tells an event")?;
    let told_at = names::read_time(&told_at)?;
    let mut new: Vec<Telling> = Vec::new();
    for event in events {
        let telling =
            Telling { event: in_characters(teller, event), story: teller.id, feed, source, told_at };
        match standing.iter().position(|(_, _, t)| same_claim(&t.event, &telling.event)) {
            Some(kept) => drop(standing.remove(kept)),
            None => new.push(telling),
        }
    }
    let reason = if edited { "edited" } else { "reread" };
    for (report, _, _) in &standing {
        c.prepare_cached(WITHDRAW)
            .and_then(|mut s| s.execute((report, names::time(&teller.now), reason)))
            .doing("withdrawing a report")?;
    }
    let mut touched: BTreeMap<i64, Telling> =
        standing.iter().map(|(_, event, telling)| (*event, telling.clone())).collect();
    for telling in new {
        let (event, decision) = match told_before(&standing, &telling) {
            Some((event, why)) => (Some(event), why),
            None => choose(c, &telling)?,
        };
        let event = match event {
            Some(event) => event,
            None => {
                let (event, uid) = open(c, teller, &telling.event)?;
                placed.opened.push(uid);
                event
            }
        };
        let report = insert_report(c, teller, event, &telling, &decision)?;
        index(c, event, &telling)?;
        revise(c, event, Some(report), &telling, teller.now, &mut placed)?;
        touched.remove(&event);
    }
    for (event, withdrawn) in touched {
        revise(c, event, None, &withdrawn, teller.now, &mut placed)?;
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
fn told_before(withdrawn: &[(i64, i64, Telling)], new: &Telling) -> Option<(i64, String)> {
    let words = |t: &Telling| identity::content_words(&t.event.quote.text);
    let ours = words(new);
    withdrawn
        .iter()
        .filter(|(_, _, t)| t.event.kind == new.event.kind)
        .map(|(_, event, t)| {
            let theirs = words(t);
            let shared = ours.intersection(&theirs).count();
            (shared as f32 / ours.len().min(theirs.len()).max(1) as f32, *event)
        })
        .filter(|(share, _)| *share >= 0.5)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, event)| (event, "the same story told it before in other words".to_owned()))
}

/// The known event that a telling fits best, and why; or none, and why not the nearest.
fn choose(c: &Connection, telling: &Telling) -> Result<(Option<i64>, String)> {
    let mut candidates: BTreeSet<i64> = BTreeSet::new();
    let what = "looking for events that may be the same";
    let mut statement = c.prepare_cached(BLOCK).doing(what)?;
    for block in blocks_to_search(telling) {
        let rows = statement.query_map((block, BLOCK_LIMIT as i64), |r| r.get(0)).doing(what)?;
        for event in rows {
            candidates.insert(event.doing(what)?);
        }
    }
    let mut best: Option<(i64, Comparison)> = None;
    for event in candidates.into_iter().rev().take(CANDIDATES_LIMIT) {
        let known = tellings(c, event)?;
        let comparison = identity::compare(&known, telling);
        let better =
            best.as_ref().is_none_or(|(_, b)| (comparison.joins(), comparison.score) > (b.joins(), b.score));
        if !comparison.refused && better {
            best = Some((event, comparison));
        }
    }
    Ok(match best {
        Some((event, comparison)) if comparison.joins() => {
            (Some(event), format!("joined at {:.1}: {}", comparison.score, comparison.reasons.join(", ")))
        }
        Some((event, comparison)) => {
            let uid = uid(c, event)?;
            let reasons = comparison.reasons.join(", ");
            (None, format!("new; nearest {uid} at {:.1}: {reasons}", comparison.score))
        }
        None => (None, "new; no event of its kind, time and place".to_owned()),
    })
}

pub(super) fn uid(c: &Connection, event: i64) -> Result<String> {
    c.prepare_cached(UID).and_then(|mut s| s.query_row([event], |r| r.get(0))).doing("reading an event")
}

/// Where an event can be met again: kind with country or actor, in bins of days.
fn anchors(event: &Event) -> BTreeSet<String> {
    let mut anchors: BTreeSet<String> = BTreeSet::new();
    if let Some(place) = &event.place {
        match place.country {
            Some(country) => anchors.insert(format!("in {country}")),
            None => anchors.insert(format!("at {}", place.name.to_lowercase())),
        };
    }
    for actor in event.actors.iter().filter(|a| a.canonical_name.is_some()).take(3) {
        anchors.insert(format!("by {}", actor_key(actor)));
    }
    for country in event.actors.iter().filter_map(|a| a.country).take(3) {
        anchors.insert(format!("in {country}"));
    }
    if anchors.is_empty() {
        // Nothing but words: the two longest of the quote stand for it.
        let mut words: Vec<String> = identity::content_words(&event.quote.text).into_iter().collect();
        words.sort_by_key(|w| std::cmp::Reverse(w.chars().count()));
        anchors.extend(words.into_iter().take(3).map(|w| format!("word {w}")));
    }
    anchors
}

fn block(kind: &str, anchor: &str, bin: &str, number: i64) -> i64 {
    xxh3_64(format!("{kind}\n{anchor}\n{bin}{number}").as_bytes()) as i64
}

fn bins(first: i64, last: i64) -> std::ops::RangeInclusive<i64> {
    first.div_euclid(BLOCK_DAYS)..=last.div_euclid(BLOCK_DAYS)
}

fn day_number(day: chrono::NaiveDate) -> i64 {
    i64::from(day.num_days_from_ce())
}

/// Months of a wide interval that are indexed.
const MAX_MONTHS: i64 = 12;

fn months(interval: &Interval) -> std::ops::RangeInclusive<i64> {
    let month = |d: chrono::NaiveDate| i64::from(d.year()) * 12 + i64::from(d.month0());
    let first = month(interval.start);
    first..=month(interval.end).min(first + MAX_MONTHS)
}

/// An interval of at most a week stands in bins of days, a wider one in months, an undated event in the days
/// in which it was told.
fn blocks_to_write(telling: &Telling) -> Vec<i64> {
    let kind = &telling.event.kind;
    let mut blocks = Vec::new();
    for anchor in anchors(&telling.event) {
        match &telling.event.date {
            Some(date) if is_narrow(date) => {
                let (first, last) = (day_number(date.interval.start), day_number(date.interval.end));
                blocks.extend(bins(first, last).map(|n| block(kind, &anchor, "day", n)));
            }
            Some(date) => blocks.extend(months(&date.interval).map(|n| block(kind, &anchor, "month", n))),
            None => {
                let told = day_number(telling.told_at.date_naive());
                blocks.extend(bins(told, told).map(|n| block(kind, &anchor, "told", n)));
            }
        }
    }
    blocks
}

fn is_narrow(date: &EventDate) -> bool {
    (date.interval.end - date.interval.start).num_days() <= 7
        && matches!(date.precision, Precision::Day | Precision::Week)
}

fn blocks_to_search(telling: &Telling) -> Vec<i64> {
    let kind = &telling.event.kind;
    let told = day_number(telling.told_at.date_naive());
    let mut blocks = Vec::new();
    for anchor in anchors(&telling.event) {
        let mut search = |bin: &str, numbers: std::ops::RangeInclusive<i64>| {
            blocks.extend(numbers.map(|n| block(kind, &anchor, bin, n)));
        };
        match &telling.event.date {
            Some(date) => {
                let (first, last) = (day_number(date.interval.start), day_number(date.interval.end));
                let last = last.min(first + 35);
                search("day", bins(first - 1, last + 1));
                search("month", months(&date.interval));
                search("told", bins(last - 1, last + 11));
            }
            None => {
                search("told", bins(told - 10, told + 10));
                search("day", bins(told - 10, told + 1));
            }
        }
    }
    blocks
}

fn index(c: &Connection, event: i64, telling: &Telling) -> Result<()> {
    let what = "indexing an event";
    let mut statement = c.prepare_cached(INSERT_BLOCK).doing(what)?;
    for block in blocks_to_write(telling) {
        statement.execute((block, event)).doing(what)?;
    }
    Ok(())
}

/// Opens an event. Its uid is made from the story that tells it first, so that a replay makes it again.
fn open(c: &Connection, teller: Teller, event: &Event) -> Result<(i64, String)> {
    let what = "opening an event";
    let place = format!("{:?} {}", event.quote.field, event.quote.span.start);
    for attempt in 0.. {
        let seed = format!("{}\n{}\n{}\n{place}\n{attempt}", teller.identity, teller.revision, event.kind);
        let uid = format!("{:016x}", xxh3_64(seed.as_bytes()));
        let inserted = c
            .prepare_cached(INSERT_EVENT)
            .and_then(|mut s| s.execute((&uid, names::time(&teller.now))))
            .doing(what)?;
        if inserted == 1 {
            return Ok((c.last_insert_rowid(), uid));
        }
    }
    unreachable!("an endless range ends only by return")
}

/// Positions in code points instead of bytes: what every reader of the database counts in.
fn in_characters(teller: Teller, event: &Event) -> Event {
    let convert = |field: Field, span: Span| {
        let text = match field {
            Field::Title => teller.title,
            Field::Text => teller.text,
        };
        let count = |end: usize| text.char_indices().take_while(|(at, _)| *at < end.min(text.len())).count();
        let start = count(span.start);
        Span { start, end: start.max(count(span.end)) }
    };
    let mut event = event.clone();
    event.quote.span = convert(event.quote.field, event.quote.span);
    for mention in &mut event.mentions {
        mention.span = convert(mention.field, mention.span);
    }
    event
}

#[derive(Serialize, Deserialize)]
struct ActorRow {
    role: String,
    name: String,
    canonical_name: Option<String>,
    kind: String,
    country: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct MentionRow {
    #[serde(rename = "in")]
    field: String,
    start: usize,
    end: usize,
    trigger: String,
}

fn json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|e| Error::Value(e.to_string()))
}

fn actors_json(actors: &[EventActor]) -> Result<String> {
    let rows: Vec<ActorRow> = actors
        .iter()
        .map(|a| ActorRow {
            role: a.role.name().to_owned(),
            name: a.name.clone(),
            canonical_name: a.canonical_name.clone(),
            kind: a.kind.name().to_owned(),
            country: a.country.map(|c| c.to_string()),
        })
        .collect();
    json(&rows)
}

fn mentions_json(mentions: &[EventMention]) -> Result<String> {
    let rows: Vec<MentionRow> = mentions
        .iter()
        .map(|m| MentionRow {
            field: names::field(m.field).to_owned(),
            start: m.span.start,
            end: m.span.end,
            trigger: m.trigger.clone(),
        })
        .collect();
    json(&rows)
}

fn insert_report(
    c: &Connection,
    teller: Teller,
    event: i64,
    telling: &Telling,
    decision: &str,
) -> Result<i64> {
    let e = &telling.event;
    let (date, place) = (e.date.as_ref(), e.place.as_ref());
    let coordinates = place.and_then(|p| p.coordinates);
    c.prepare_cached(INSERT_REPORT)
        .and_then(|mut s| {
            s.execute(named_params! {
                ":event": event,
                ":story": telling.story,
                ":story_revision": teller.revision,
                ":recorded_at": names::time(&teller.now),
                ":extractor": teller.extractor,
                ":kind": e.kind,
                ":subtype": e.subtype,
                ":status": e.status.name(),
                ":date_start": date.map(|d| names::day(d.interval.start)),
                ":date_end": date.map(|d| names::day(d.interval.end)),
                ":date_precision": date.map_or("unknown", |d| d.precision.name()),
                ":date_basis": date.map(|d| d.basis.name()),
                ":place": place.map(|p| &p.name),
                ":admin1": place.and_then(|p| p.admin1.as_ref()),
                ":country": place.and_then(|p| p.country).map(|c| c.to_string()),
                ":latitude": coordinates.map(|c| c.0),
                ":longitude": coordinates.map(|c| c.1),
                ":geonameid": place.and_then(|p| p.geonameid),
                ":killed": e.killed,
                ":injured": e.injured,
                ":occurrences": e.count,
                ":people": e.people,
                ":plover": e.plover,
                ":cameo": e.cameo,
                ":actors": actors_json(&e.actors).unwrap_or_default(),
                ":confidence": rounded(e.confidence),
                ":field": names::field(e.quote.field),
                ":quote_start": e.quote.span.start as i64,
                ":quote_end": e.quote.span.end as i64,
                ":quote": e.quote.text,
                ":mentions": mentions_json(&e.mentions).unwrap_or_default(),
                ":decision": decision,
            })
        })
        .doing("writing a report")?;
    Ok(c.last_insert_rowid())
}

/// Three decimals: an `f32` widened to the database's 64 bits would read 0.8999999761581421.
fn rounded(confidence: f32) -> f64 {
    (f64::from(confidence) * 1000.0).round() / 1000.0
}

/// Settles what is believed of an event and appends a revision where that has changed.
fn revise(
    c: &Connection,
    event: i64,
    report: Option<i64>,
    newest: &Telling,
    now: DateTime<Utc>,
    placed: &mut Placed,
) -> Result<()> {
    let what = "writing a revision";
    let rows = standing_tellings(c, event)?;
    let all: Vec<Telling> = rows.iter().map(|(_, _, t)| t.clone()).collect();
    let revision = match belief::settle(&all) {
        Some(new) => {
            let before: Vec<Telling> = match report {
                Some(report) => {
                    rows.iter().filter(|(r, _, _)| *r != report).map(|(_, _, t)| t.clone()).collect()
                }
                None => all.iter().cloned().chain([newest.clone()]).collect(),
            };
            let change = match belief::settle(&before) {
                Some(old) => belief::change(&old, &new),
                None => "first report".to_owned(),
            };
            if change.is_empty() {
                return Ok(());
            }
            insert_revision(c, event, report, &change, &new, now)?
        }
        None => {
            c.prepare_cached(RETRACT).and_then(|mut s| s.execute((event, names::time(&now)))).doing(what)?;
            c.last_insert_rowid()
        }
    };
    c.prepare_cached(SET_CURRENT).and_then(|mut s| s.execute((event, revision))).doing(what)?;
    let uid = uid(c, event)?;
    if !placed.opened.contains(&uid) && !placed.revised.contains(&uid) {
        placed.revised.push(uid);
    }
    Ok(())
}

fn insert_revision(
    c: &Connection,
    event: i64,
    report: Option<i64>,
    change: &str,
    b: &Belief,
    now: DateTime<Utc>,
) -> Result<i64> {
    let what = "writing a revision";
    let (date, place) = (b.date.as_ref(), b.place.as_ref());
    let coordinates = place.and_then(|p| p.coordinates);
    let actors = |role| {
        let names: Vec<&str> = b.actors.iter().filter(|a| a.role == role).map(|a| a.name.as_str()).collect();
        (!names.is_empty()).then(|| names.join("; "))
    };
    c.prepare_cached(INSERT_REVISION)
        .and_then(|mut s| {
            s.execute(named_params! {
                ":event": event,
                ":recorded_at": names::time(&now),
                ":report": report,
                ":change": change,
                ":kind": b.kind,
                ":subtype": b.subtype,
                ":status": b.status.name(),
                ":date_start": date.map(|d| names::day(d.interval.start)),
                ":date_end": date.map(|d| names::day(d.interval.end)),
                ":date_precision": date.map_or("unknown", |d| d.precision.name()),
                ":date_basis": date.map(|d| d.basis.name()),
                ":place": place.map(|p| &p.name),
                ":admin1": place.and_then(|p| p.admin1.as_ref()),
                ":country": place.and_then(|p| p.country).map(|c| c.to_string()),
                ":latitude": coordinates.map(|c| c.0),
                ":longitude": coordinates.map(|c| c.1),
                ":geonameid": place.and_then(|p| p.geonameid),
                ":source_actors": actors(crate::event::Role::Source),
                ":target_actors": actors(crate::event::Role::Target),
                ":killed": b.killed.map(|k| k.number),
                ":killed_low": b.killed.map(|k| k.low),
                ":killed_high": b.killed.map(|k| k.high),
                ":injured": b.injured.map(|k| k.number),
                ":injured_low": b.injured.map(|k| k.low),
                ":injured_high": b.injured.map(|k| k.high),
                ":occurrences": b.occurrences,
                ":people": b.people,
                ":summary": b.summary,
                ":report_count": b.reports as i64,
                ":story_count": b.stories as i64,
                ":feed_count": b.feeds as i64,
                ":source_count": b.sources as i64,
                ":confidence": rounded(b.confidence),
                ":plover": b.plover,
                ":cameo": b.cameo,
                ":first_reported_at": names::time(&b.first_reported_at),
                ":last_reported_at": names::time(&b.last_reported_at),
            })
        })
        .doing(what)?;
    let revision = c.last_insert_rowid();
    let mut statement = c.prepare_cached(INSERT_ACTOR).doing(what)?;
    for (position, a) in b.actors.iter().enumerate() {
        statement
            .execute((
                revision,
                position as i64,
                a.role.name(),
                &a.name,
                &a.canonical_name,
                a.kind.name(),
                a.country.map(|c| c.to_string()),
            ))
            .doing(what)?;
    }
    Ok(revision)
}

fn tellings(c: &Connection, event: i64) -> Result<Vec<Telling>> {
    Ok(standing_tellings(c, event)?.into_iter().map(|(_, _, t)| t).collect())
}

/// Report, event and telling of every report of an event that stands.
fn standing_tellings(c: &Connection, event: i64) -> Result<Vec<(i64, i64, Telling)>> {
    let what = "reading the reports of an event";
    let mut statement = c.prepare_cached(TELLINGS).doing(what)?;
    let mut rows = statement.query((event, TELLINGS_LIMIT)).doing(what)?;
    let mut tellings = Vec::new();
    while let Some(row) = rows.next().doing(what)? {
        tellings.push(read_telling(row)?);
    }
    tellings.reverse();
    Ok(tellings)
}

fn tellings_of_story(c: &Connection, story: i64) -> Result<Vec<(i64, i64, Telling)>> {
    let what = "reading the reports of a story";
    let mut statement = c.prepare_cached(OF_STORY).doing(what)?;
    let mut rows = statement.query([story]).doing(what)?;
    let mut tellings = Vec::new();
    while let Some(row) = rows.next().doing(what)? {
        tellings.push(read_telling(row)?);
    }
    Ok(tellings)
}

fn read_telling(row: &Row) -> Result<(i64, i64, Telling)> {
    fn get<T: rusqlite::types::FromSql>(row: &Row, column: &'static str) -> Result<T> {
        row.get(column).doing("reading a report")
    }
    let text = |column| get::<String>(row, column);
    let country = |code: Option<String>| code.and_then(|c| Country::new(&c));
    let date = match get::<Option<String>>(row, "date_start")? {
        Some(start) => Some(EventDate {
            interval: Interval { start: names::read_day(&start)?, end: names::read_day(&text("date_end")?)? },
            precision: names::read_precision(&text("date_precision")?)?,
            basis: names::read_basis(&text("date_basis")?)?,
        }),
        None => None,
    };
    let latitude: Option<f64> = get(row, "latitude")?;
    let longitude: Option<f64> = get(row, "longitude")?;
    let place = match get::<Option<String>>(row, "place")? {
        Some(name) => Some(EventPlace {
            name,
            country: country(get(row, "country")?),
            admin1: get(row, "admin1")?,
            coordinates: latitude.zip(longitude),
            geonameid: get(row, "geonameid")?,
        }),
        None => None,
    };
    let actors: Vec<ActorRow> =
        serde_json::from_str(&text("actors")?).map_err(|e| Error::Value(e.to_string()))?;
    let actors = actors
        .into_iter()
        .map(|a| {
            Ok(EventActor {
                role: names::read_role(&a.role)?,
                name: a.name,
                canonical_name: a.canonical_name,
                kind: names::read_actor_kind(&a.kind)?,
                country: country(a.country),
            })
        })
        .collect::<Result<_>>()?;
    let position = |column| Ok::<_, Error>(get::<i64>(row, column)? as usize);
    let event = Event {
        kind: text("kind")?,
        subtype: get(row, "subtype")?,
        status: names::read_status(&text("status")?)?,
        date,
        place,
        actors,
        killed: get(row, "killed")?,
        injured: get(row, "injured")?,
        count: get(row, "occurrences")?,
        people: get(row, "people")?,
        plover: get(row, "plover")?,
        cameo: get(row, "cameo")?,
        confidence: get::<f64>(row, "confidence")? as f32,
        // Identity and belief do not look at the mentions; they stay in the row.
        mentions: Vec::new(),
        quote: Quote {
            field: names::read_field(&text("field")?)?,
            span: Span { start: position("quote_start")?, end: position("quote_end")? },
            text: text("quote")?,
        },
    };
    let telling = Telling {
        event,
        story: get(row, "story")?,
        feed: get(row, "feed")?,
        source: get(row, "source")?,
        told_at: names::read_time(&text("told_at")?)?,
    };
    Ok((get(row, "id")?, get(row, "event")?, telling))
}

//! Reports and revisions as rows, and back.
//!
//! Owns which column holds what. Leaves what is written, and when, to `events`.

use super::super::{Doing, Error, Result, names};
use super::Teller;
use super::account::TELLINGS;
use crate::event::belief::Belief;
use crate::event::identity::Telling;
use crate::event::{Event, EventActor, EventDate, EventMention, EventPlace, Quote, Role};
use crate::lexicon::Country;
use crate::mention::Interval;
use crate::text::{Field, Span};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row, named_params};
use serde::{Deserialize, Serialize};

/// The newest tellings of one event: those that are compared with a new one, and settled.
const OF_EVENT: &str = "SELECT report.id, report.event, report.story, story.feed,
    coalesce(story.same_as, story.id),
    min(coalesce(story.published_at, story.first_seen_at), story.first_seen_at), report.kind, report.subtype,
    report.status, report.date_start, report.date_end, report.date_precision, report.date_basis, report.place,
    report.admin1, report.country, report.latitude, report.longitude, report.geonameid, report.killed,
    report.injured, report.occurrences, report.people, report.plover, report.cameo, report.actors,
    report.confidence, report.field, report.quote_start, report.quote_end, report.quote, story.title
    FROM report JOIN story ON story.id = report.story
    WHERE report.event = ?1 AND NOT EXISTS (SELECT 1 FROM withdrawal WHERE withdrawal.report = report.id)
    ORDER BY report.id DESC LIMIT ?2";

/// The same columns, by story.
const OF_STORY: &str = "SELECT report.id, report.event, report.story, story.feed,
    coalesce(story.same_as, story.id),
    min(coalesce(story.published_at, story.first_seen_at), story.first_seen_at), report.kind, report.subtype,
    report.status, report.date_start, report.date_end, report.date_precision, report.date_basis, report.place,
    report.admin1, report.country, report.latitude, report.longitude, report.geonameid, report.killed,
    report.injured, report.occurrences, report.people, report.plover, report.cameo, report.actors,
    report.confidence, report.field, report.quote_start, report.quote_end, report.quote, story.title
    FROM report JOIN story ON story.id = report.story
    WHERE report.story = ?1 AND NOT EXISTS (SELECT 1 FROM withdrawal WHERE withdrawal.report = report.id)
    ORDER BY report.id";

const INSERT_REPORT: &str = "INSERT INTO report (event, story, story_revision, recorded_at, extractor, kind,
    subtype, status, date_start, date_end, date_precision, date_basis, place, admin1, country, latitude,
    longitude, geonameid, killed, injured, occurrences, people, plover, cameo, actors, confidence, field,
    quote_start, quote_end, quote, mentions, decision)
    VALUES (:event, :story, :story_revision, :recorded_at, :extractor, :kind, :subtype, :status, :date_start,
    :date_end, :date_precision, :date_basis, :place, :admin1, :country, :latitude, :longitude, :geonameid,
    :killed, :injured, :occurrences, :people, :plover, :cameo, :actors, :confidence, :field, :quote_start,
    :quote_end, :quote, :mentions, :decision)";

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

/// An event with its first account, so that no index has to be written twice; without its revision, which refers to it.
const INSERT_EVENT: &str = "INSERT INTO event (uid, created_at, kind, subtype, status, date_start, date_end,
    date_precision, place, admin1, country, latitude, longitude, source_actors, target_actors, killed, injured,
    occurrences, summary, report_count, story_count, feed_count, source_count, confidence, plover, cameo,
    first_reported_at, last_reported_at)
    VALUES (:uid, :created_at, :kind, :subtype, :status, :date_start, :date_end, :date_precision, :place, :admin1,
    :country, :latitude, :longitude, :source_actors, :target_actors, :killed, :injured, :occurrences, :summary,
    :report_count, :story_count, :feed_count, :source_count, :confidence, :plover, :cameo, :first_reported_at,
    :last_reported_at) ON CONFLICT (uid) DO NOTHING";

const INSERT_ACTOR: &str = "INSERT INTO event_actor (revision, position, role, name, canonical_name, kind,
    country) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

/// Positions in code points instead of bytes: what every reader of the database counts in.
pub(super) fn in_characters(teller: Teller, event: &Event) -> Event {
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

/// An event as it will be read from its row.
pub(super) fn as_stored(event: Event) -> Event {
    Event { confidence: rounded(event.confidence) as f32, ..event }
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

pub(super) fn insert_report(
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

/// The names of those in one role, as the timeline shows them.
fn names_of(b: &Belief, role: Role) -> Option<String> {
    let names: Vec<&str> = b.actors.iter().filter(|a| a.role == role).map(|a| a.name.as_str()).collect();
    (!names.is_empty()).then(|| names.join("; "))
}

/// Writes a new event; None where there is one of this uid.
pub(super) fn insert_event(c: &Connection, uid: &str, b: &Belief, now: DateTime<Utc>) -> Result<Option<i64>> {
    let (date, place) = (b.date.as_ref(), b.place.as_ref());
    let coordinates = place.and_then(|p| p.coordinates);
    let inserted = c
        .prepare_cached(INSERT_EVENT)
        .and_then(|mut s| {
            s.execute(named_params! {
                ":uid": uid,
                ":created_at": names::time(&now),
                ":kind": b.kind,
                ":subtype": b.subtype,
                ":status": b.status.name(),
                ":date_start": date.map(|d| names::day(d.interval.start)),
                ":date_end": date.map(|d| names::day(d.interval.end)),
                ":date_precision": date.map_or("unknown", |d| d.precision.name()),
                ":place": place.map(|p| &p.name),
                ":admin1": place.and_then(|p| p.admin1.as_ref()),
                ":country": place.and_then(|p| p.country).map(|c| c.to_string()),
                ":latitude": coordinates.map(|c| c.0),
                ":longitude": coordinates.map(|c| c.1),
                ":source_actors": names_of(b, Role::Source),
                ":target_actors": names_of(b, Role::Target),
                ":killed": b.killed.map(|k| k.number),
                ":injured": b.injured.map(|k| k.number),
                ":occurrences": b.occurrences,
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
        .doing("opening an event")?;
    Ok((inserted == 1).then(|| c.last_insert_rowid()))
}

pub(super) fn insert_revision(
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
                ":source_actors": names_of(b, Role::Source),
                ":target_actors": names_of(b, Role::Target),
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

/// A stored report.
#[derive(Debug, Clone)]
pub(super) struct Report {
    pub id: i64,
    pub event: i64,
    pub telling: Telling,
}

/// The reports of an event that stand, in the order in which they came.
pub(super) fn of_event(c: &Connection, event: i64) -> Result<Vec<Report>> {
    let mut reports = read_all(c, OF_EVENT, (event, TELLINGS as i64))?;
    reports.reverse();
    Ok(reports)
}

/// The reports of a story that stand.
pub(super) fn of_story(c: &Connection, story: i64) -> Result<Vec<Report>> {
    read_all(c, OF_STORY, [story])
}

fn read_all(c: &Connection, sql: &str, of: impl rusqlite::Params) -> Result<Vec<Report>> {
    let what = "reading reports";
    let mut statement = c.prepare_cached(sql).doing(what)?;
    let mut rows = statement.query(of).doing(what)?;
    let mut reports = Vec::new();
    while let Some(row) = rows.next().doing(what)? {
        reports.push(read_report(row)?);
    }
    Ok(reports)
}

/// The columns of a row, one after the other.
struct Columns<'a> {
    row: &'a Row<'a>,
    next: usize,
}

impl Columns<'_> {
    fn take<T: rusqlite::types::FromSql>(&mut self) -> Result<T> {
        self.next += 1;
        self.row.get(self.next - 1).doing("reading a report")
    }

    fn word<T>(&mut self, read: fn(&str) -> Result<T>) -> Result<T> {
        read(&self.take::<String>()?)
    }
}

fn read_report(row: &Row) -> Result<Report> {
    let mut c = Columns { row, next: 0 };
    Ok(Report {
        id: c.take()?,
        event: c.take()?,
        telling: Telling {
            story: c.take()?,
            feed: c.take()?,
            source: c.take()?,
            told_at: c.word(names::read_time)?,
            event: read_event(&mut c)?,
            headline: c.take()?,
        },
    })
}

fn read_event(c: &mut Columns) -> Result<Event> {
    Ok(Event {
        kind: c.take()?,
        subtype: c.take()?,
        status: c.word(names::read_status)?,
        date: read_date(c)?,
        place: read_place(c)?,
        killed: c.take()?,
        injured: c.take()?,
        count: c.take()?,
        people: c.take()?,
        plover: c.take()?,
        cameo: c.take()?,
        actors: read_actors(&c.take::<String>()?)?,
        confidence: c.take::<f64>()? as f32,
        // Identity and belief do not look at the mentions; they stay in the row.
        mentions: Vec::new(),
        quote: Quote {
            field: c.word(names::read_field)?,
            span: Span { start: c.take::<i64>()? as usize, end: c.take::<i64>()? as usize },
            text: c.take()?,
        },
    })
}

fn read_date(c: &mut Columns) -> Result<Option<EventDate>> {
    let (start, end): (Option<String>, Option<String>) = (c.take()?, c.take()?);
    let (precision, basis): (String, Option<String>) = (c.take()?, c.take()?);
    let (Some(start), Some(end), Some(basis)) = (start, end, basis) else { return Ok(None) };
    Ok(Some(EventDate {
        interval: Interval { start: names::read_day(&start)?, end: names::read_day(&end)? },
        precision: names::read_precision(&precision)?,
        basis: names::read_basis(&basis)?,
    }))
}

fn read_place(c: &mut Columns) -> Result<Option<EventPlace>> {
    let (name, admin1): (Option<String>, Option<String>) = (c.take()?, c.take()?);
    let country: Option<String> = c.take()?;
    let (latitude, longitude): (Option<f64>, Option<f64>) = (c.take()?, c.take()?);
    let geonameid = c.take()?;
    let country = country.and_then(|code| Country::new(&code));
    let coordinates = latitude.zip(longitude);
    Ok(name.map(|name| EventPlace { name, country, admin1, coordinates, geonameid }))
}

fn read_actors(json: &str) -> Result<Vec<EventActor>> {
    let rows: Vec<ActorRow> = serde_json::from_str(json).map_err(|e| Error::Value(e.to_string()))?;
    let actor = |a: ActorRow| {
        Ok(EventActor {
            role: names::read_role(&a.role)?,
            name: a.name,
            canonical_name: a.canonical_name,
            kind: names::read_actor_kind(&a.kind)?,
            country: a.country.and_then(|code| Country::new(&code)),
        })
    };
    rows.into_iter().map(actor).collect()
}

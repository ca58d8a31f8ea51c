-- What is believed now of an event stands in its own row, beside its history: a question to the timeline of today reads
-- one row an event, by indexes that know nothing of superseded accounts. The writer copies it from the new revision in
-- the statement that makes that the current one; `verify` compares the two.

ALTER TABLE event ADD COLUMN kind TEXT;
ALTER TABLE event ADD COLUMN subtype TEXT;
ALTER TABLE event ADD COLUMN status TEXT;
ALTER TABLE event ADD COLUMN date_start TEXT;
ALTER TABLE event ADD COLUMN date_end TEXT;
ALTER TABLE event ADD COLUMN date_precision TEXT;
ALTER TABLE event ADD COLUMN place TEXT;
ALTER TABLE event ADD COLUMN admin1 TEXT;
ALTER TABLE event ADD COLUMN country TEXT;
ALTER TABLE event ADD COLUMN latitude REAL;
ALTER TABLE event ADD COLUMN longitude REAL;
ALTER TABLE event ADD COLUMN source_actors TEXT;
ALTER TABLE event ADD COLUMN target_actors TEXT;
ALTER TABLE event ADD COLUMN killed INTEGER;
ALTER TABLE event ADD COLUMN injured INTEGER;
ALTER TABLE event ADD COLUMN occurrences INTEGER;
ALTER TABLE event ADD COLUMN summary TEXT;
ALTER TABLE event ADD COLUMN report_count INTEGER;
ALTER TABLE event ADD COLUMN story_count INTEGER;
ALTER TABLE event ADD COLUMN feed_count INTEGER;
ALTER TABLE event ADD COLUMN source_count INTEGER;
ALTER TABLE event ADD COLUMN confidence REAL;
ALTER TABLE event ADD COLUMN plover TEXT;
ALTER TABLE event ADD COLUMN cameo TEXT;
ALTER TABLE event ADD COLUMN first_reported_at TEXT;
ALTER TABLE event ADD COLUMN last_reported_at TEXT;

UPDATE event SET (kind, subtype, status, date_start, date_end, date_precision, place, admin1, country, latitude,
    longitude, source_actors, target_actors, killed, injured, occurrences, summary, report_count, story_count, feed_count,
    source_count, confidence, plover, cameo, first_reported_at, last_reported_at) =
    (SELECT kind, subtype, status, date_start, date_end, date_precision, place, admin1, country, latitude,
    longitude, source_actors, target_actors, killed, injured, occurrences, summary, report_count, story_count, feed_count,
    source_count, confidence, plover, cameo, first_reported_at, last_reported_at
    FROM event_revision WHERE event_revision.id = event.current);

-- Of one country, of one kind, of some days. The counts by day, kind, country and week read the last two alone. An event
-- is in them from its first account on: its row is written a moment before that.
CREATE INDEX event_by_country ON event (country, date_start) WHERE country IS NOT NULL;
CREATE INDEX event_by_kind ON event (kind, date_start, country, status, killed) WHERE kind IS NOT NULL;
CREATE INDEX event_by_date ON event (date_start, kind, country, status, latitude, longitude);
-- The acts of truces.
CREATE INDEX event_by_subtype ON event (subtype, date_start) WHERE subtype IS NOT NULL;

-- The history is asked for by day and country, or by when it was recorded and what became of it.
DROP INDEX event_revision_by_country;
DROP INDEX event_revision_by_kind;
DROP INDEX event_revision_by_date;
CREATE INDEX event_revision_by_date ON event_revision (date_start, country);
DROP INDEX event_revision_by_record;
CREATE INDEX event_revision_by_record ON event_revision (recorded_at, status);

-- Who takes part in an event as it is believed now, with its kind and day: everything that names one actor is read
-- from the newest on, and no more of it than is asked for.
CREATE TABLE current_actor (
    event INTEGER NOT NULL REFERENCES event (id),
    position INTEGER NOT NULL,
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    canonical_name TEXT,
    kind TEXT NOT NULL,
    country TEXT,
    event_kind TEXT NOT NULL,
    event_date TEXT,
    PRIMARY KEY (event, position)
) STRICT, WITHOUT ROWID;
INSERT INTO current_actor (event, position, role, name, canonical_name, kind, country, event_kind, event_date)
SELECT event.id, actor.position, actor.role, actor.name, actor.canonical_name, actor.kind, actor.country, event.kind,
    event.date_start
FROM event JOIN event_actor AS actor ON actor.revision = event.current ORDER BY event.id, actor.position;
CREATE INDEX current_actor_by_canonical_name ON current_actor (canonical_name, event_date)
    WHERE canonical_name IS NOT NULL;
DROP INDEX event_actor_by_canonical_name;

-- How many entries a feed has shown: the writer counts them as they come.
ALTER TABLE feed ADD COLUMN stories INTEGER NOT NULL DEFAULT 0;
UPDATE feed SET stories = (SELECT count(*) FROM sighting WHERE sighting.feed = feed.id);

DROP VIEW timeline;
CREATE VIEW timeline AS
SELECT
    uid AS event_id,
    kind,
    subtype,
    status,
    date_start,
    date_end,
    date_precision,
    place,
    admin1,
    country,
    latitude,
    longitude,
    source_actors,
    target_actors,
    killed,
    injured,
    occurrences,
    summary,
    report_count,
    story_count,
    feed_count,
    confidence,
    plover,
    cameo,
    first_reported_at,
    last_reported_at
FROM event;

DROP VIEW timeline_actor;
CREATE VIEW timeline_actor AS
SELECT
    event.uid AS event_id,
    actor.role,
    actor.name,
    actor.canonical_name,
    actor.kind AS actor_kind,
    actor.country,
    actor.event_kind,
    actor.event_date
FROM current_actor AS actor
JOIN event ON event.id = actor.event;

DROP VIEW timeline_truce;
CREATE VIEW timeline_truce AS
SELECT
    first.uid AS truce_id,
    event.uid AS event_id,
    event.subtype,
    event.status,
    event.date_start,
    event.date_end,
    event.date_precision,
    event.place,
    event.country,
    event.source_actors,
    event.summary
FROM truce
JOIN event AS first ON first.id = truce.truce
JOIN event ON event.id = truce.event;

-- The story that changed an account is looked up only by queries that ask for it: joins would be made for all.
DROP VIEW timeline_history;
CREATE VIEW timeline_history AS
SELECT
    event.uid AS event_id,
    revision.id AS revision,
    revision.recorded_at,
    revision.change,
    revision.kind,
    revision.subtype,
    revision.status,
    revision.date_start,
    revision.date_end,
    revision.date_precision,
    revision.date_basis,
    revision.place,
    revision.admin1,
    revision.country,
    revision.latitude,
    revision.longitude,
    revision.source_actors,
    revision.target_actors,
    revision.killed,
    revision.killed_low,
    revision.killed_high,
    revision.injured,
    revision.injured_low,
    revision.injured_high,
    revision.occurrences,
    revision.summary,
    revision.report_count,
    revision.story_count,
    revision.feed_count,
    revision.source_count,
    revision.confidence,
    revision.plover,
    revision.cameo,
    revision.first_reported_at,
    revision.last_reported_at,
    (SELECT report.story FROM report WHERE report.id = revision.report) AS story_id,
    (SELECT feed.name FROM report JOIN story ON story.id = report.story JOIN feed ON feed.id = story.feed
        WHERE report.id = revision.report) AS feed,
    (SELECT story.title FROM report JOIN story ON story.id = report.story
        WHERE report.id = revision.report) AS title,
    (SELECT story.url FROM report JOIN story ON story.id = report.story WHERE report.id = revision.report) AS url,
    (SELECT report.quote FROM report WHERE report.id = revision.report) AS quote
FROM event_revision AS revision
JOIN event ON event.id = revision.event;

DROP VIEW feed_health;
CREATE VIEW feed_health AS
SELECT
    feed.name AS feed,
    feed.url,
    feed.state,
    feed.last_poll_at,
    feed.last_success_at,
    feed.next_poll_at,
    feed.failures,
    feed.last_error,
    feed.stories,
    (SELECT count(*) FROM sighting WHERE sighting.feed = feed.id
        AND sighting.first_seen_at >= strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-7 days')) AS stories_7d,
    (SELECT count(DISTINCT report.event) FROM sighting JOIN report ON report.story = sighting.story
        WHERE sighting.feed = feed.id
        AND sighting.first_seen_at >= strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-7 days')) AS events_7d
FROM feed;

-- Today's schema, version 12. Generated from migrations/; the test `schema_is_as_written`
-- compares it and writes it anew when DATELINE_BLESS is set.

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

CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,               -- the public identity; made from the first report, so replays agree
    created_at TEXT NOT NULL,
    current INTEGER REFERENCES event_revision (id) -- the newest revision
, kind TEXT, subtype TEXT, status TEXT, date_start TEXT, date_end TEXT, date_precision TEXT, place TEXT, admin1 TEXT, country TEXT, latitude REAL, longitude REAL, source_actors TEXT, target_actors TEXT, killed INTEGER, injured INTEGER, occurrences INTEGER, summary TEXT, report_count INTEGER, story_count INTEGER, feed_count INTEGER, source_count INTEGER, confidence REAL, plover TEXT, cameo TEXT, first_reported_at TEXT, last_reported_at TEXT) STRICT;

CREATE TABLE event_actor (
    revision INTEGER NOT NULL REFERENCES event_revision (id),
    position INTEGER NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('source', 'target')),
    name TEXT NOT NULL,                     -- as the reports name it
    canonical_name TEXT,
    kind TEXT NOT NULL CHECK (kind = 'government' OR kind = 'military' OR kind = 'police' OR kind = 'armed-group'
        OR kind = 'party' OR kind = 'civilian' OR kind = 'igo' OR kind = 'ngo' OR kind = 'media'
        OR kind = 'business' OR kind = 'criminal' OR kind = 'unknown'),
    country TEXT,
    PRIMARY KEY (revision, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE event_block (
    block INTEGER NOT NULL,
    event INTEGER NOT NULL,
    PRIMARY KEY (block, event)
) STRICT, WITHOUT ROWID;

CREATE TABLE event_revision (
    id INTEGER PRIMARY KEY,
    event INTEGER NOT NULL REFERENCES event (id),
    recorded_at TEXT NOT NULL,
    report INTEGER REFERENCES report (id),  -- the report that changed it
    change TEXT NOT NULL,                   -- what changed, in words
    kind TEXT NOT NULL,
    subtype TEXT,
    status TEXT NOT NULL CHECK (status = 'occurred' OR status = 'planned' OR status = 'retracted'),
    date_start TEXT,
    date_end TEXT,
    date_precision TEXT NOT NULL CHECK (date_precision = 'day' OR date_precision = 'week' OR date_precision = 'month'
        OR date_precision = 'year' OR date_precision = 'unknown'),
    date_basis TEXT CHECK (date_basis = 'stated' OR date_basis = 'relative' OR date_basis = 'publication'),
    place TEXT,
    admin1 TEXT,                            -- ISO 3166-2
    country TEXT,                           -- ISO 3166-1 alpha-2
    latitude REAL,
    longitude REAL,
    geonameid INTEGER,
    source_actors TEXT,                     -- names, '; ' between them
    target_actors TEXT,
    killed INTEGER,                         -- the latest credible number
    killed_low INTEGER,                     -- the range over all standing reports
    killed_high INTEGER,
    injured INTEGER,
    injured_low INTEGER,
    injured_high INTEGER,
    occurrences INTEGER NOT NULL,           -- how many happenings the reports count together
    people INTEGER,                         -- arrested, abducted, released or taking part
    summary TEXT NOT NULL,                  -- the sentence that says it best
    report_count INTEGER NOT NULL,
    story_count INTEGER NOT NULL,
    feed_count INTEGER NOT NULL,
    source_count INTEGER NOT NULL,          -- independent ones: the copies of one text are one source
    confidence REAL NOT NULL,
    plover TEXT,
    cameo TEXT,
    first_reported_at TEXT NOT NULL,
    last_reported_at TEXT NOT NULL,
    CHECK ((date_start IS NULL) = (date_precision = 'unknown')),
    CHECK ((date_start IS NULL) = (date_end IS NULL)),
    CHECK (date_start <= date_end)
) STRICT;

CREATE VIRTUAL TABLE event_search USING fts5 (
    summary, place, source_actors, target_actors, content = 'event_revision', content_rowid = 'id',
    tokenize = 'porter unicode61 remove_diacritics 2'
);

CREATE TABLE feed (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,              -- the key in the configuration
    url TEXT NOT NULL,                      -- as configured
    title TEXT,                             -- as the feed calls itself
    state TEXT NOT NULL DEFAULT 'active'    -- removed: no longer in the configuration; its stories stay
        CHECK (state IN ('active', 'paused', 'gone', 'removed', 'quarantined')),
    moved_to TEXT,                          -- where confirmed permanent redirects lead
    moving_to TEXT,                         -- a permanent redirect seen once
    validators_url TEXT,                    -- the address that etag and last_modified belong to
    etag TEXT,
    last_modified TEXT,
    body_hash INTEGER,                      -- of the last good answer, decoded
    next_poll_at TEXT,
    not_before TEXT,                        -- the server's own demand
    last_poll_at TEXT,
    last_success_at TEXT,
    last_status INTEGER,                    -- of the last HTTP answer
    wait_seconds INTEGER,                   -- how long the document asks us to wait between polls
    skip_hours TEXT NOT NULL DEFAULT '[]',  -- JSON: hours of the day (UTC) in which it asks not to be polled
    skip_days TEXT NOT NULL DEFAULT '[]',   -- JSON: days of the week, 0 is Monday
    failures INTEGER NOT NULL DEFAULT 0,    -- in a row
    last_error TEXT,
    unfinished_polls INTEGER NOT NULL DEFAULT 0 -- begun and not ended: the process died in them
, stories INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE TABLE poll (
    id INTEGER PRIMARY KEY,
    feed INTEGER NOT NULL REFERENCES feed (id),
    started_at TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome = 'fresh' OR outcome = 'unchanged' OR outcome = 'waiting' OR outcome = 'gone'
        OR outcome = 'failed'),
    status INTEGER,                         -- of the last HTTP answer
    bytes INTEGER NOT NULL,                 -- of the decoded body
    entries INTEGER NOT NULL,
    new_stories INTEGER NOT NULL,
    milliseconds INTEGER NOT NULL,
    error TEXT
) STRICT;

CREATE TABLE report (
    id INTEGER PRIMARY KEY,
    event INTEGER NOT NULL REFERENCES event (id),
    story INTEGER NOT NULL REFERENCES story (id),
    story_revision INTEGER NOT NULL,        -- which text of the story
    recorded_at TEXT NOT NULL,
    extractor INTEGER NOT NULL,             -- its version
    kind TEXT NOT NULL,
    subtype TEXT,
    status TEXT NOT NULL CHECK (status IN ('occurred', 'planned')),
    date_start TEXT,
    date_end TEXT,
    date_precision TEXT NOT NULL CHECK (date_precision = 'day' OR date_precision = 'week' OR date_precision = 'month'
        OR date_precision = 'year' OR date_precision = 'unknown'),
    date_basis TEXT CHECK (date_basis = 'stated' OR date_basis = 'relative' OR date_basis = 'publication'),
    place TEXT,
    admin1 TEXT,
    country TEXT,
    latitude REAL,
    longitude REAL,
    geonameid INTEGER,
    killed INTEGER,
    injured INTEGER,
    occurrences INTEGER NOT NULL,
    people INTEGER,
    plover TEXT,
    cameo TEXT,
    actors TEXT NOT NULL,                   -- JSON: [{"role", "name", "canonical_name", "kind", "country"}]
    confidence REAL NOT NULL,
    field TEXT NOT NULL CHECK (field IN ('title', 'text')), -- where the quote stands
    quote_start INTEGER NOT NULL,           -- in characters (Unicode code points) of the field
    quote_end INTEGER NOT NULL,
    quote TEXT NOT NULL,
    mentions TEXT NOT NULL,                 -- JSON: [{"in", "start", "end", "trigger"}], in characters
    decision TEXT NOT NULL                  -- why it joined this event, or opened a new one
) STRICT;

CREATE TABLE sighting (
    feed INTEGER NOT NULL REFERENCES feed (id),
    entry_key TEXT NOT NULL,                -- the entry's identity within the feed
    story INTEGER NOT NULL REFERENCES story (id),
    link TEXT,                              -- as the feed has it
    text_hash INTEGER NOT NULL,             -- of the text as this feed last gave it
    first_seen_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    PRIMARY KEY (feed, entry_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE story (
    id INTEGER PRIMARY KEY,
    feed INTEGER NOT NULL REFERENCES feed (id), -- the feed that gave the text
    url TEXT,                               -- canonical
    published_at TEXT,
    published_offset_minutes INTEGER,       -- the publisher's distance from UTC at published_at
    published_day TEXT NOT NULL,            -- in the publisher's time zone: what relative dates count from
    updated_at TEXT,                        -- as the feed says
    first_seen_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    same_as INTEGER REFERENCES story (id),  -- the first story that told it: a copy or near-copy
    revision INTEGER NOT NULL DEFAULT 1,    -- counts the edits; earlier texts are in story_revision
    extractor INTEGER,                      -- version of the extractor that read this text; NULL: unread
    text_hash INTEGER NOT NULL,             -- of the normalised words
    language TEXT,                          -- BCP 47
    author TEXT,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    body TEXT NOT NULL                      -- empty where the feed gives no more than the summary
) STRICT;

CREATE TABLE story_band (
    band INTEGER NOT NULL,
    story INTEGER NOT NULL,
    PRIMARY KEY (band, story)
) STRICT, WITHOUT ROWID;

CREATE TABLE story_revision (
    id INTEGER PRIMARY KEY,
    story INTEGER NOT NULL REFERENCES story (id),
    revision INTEGER NOT NULL,
    updated_at TEXT,
    replaced_at TEXT NOT NULL,              -- when the next text was seen
    text_hash INTEGER NOT NULL,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (story, revision)
) STRICT;

CREATE VIRTUAL TABLE story_search USING fts5 (
    title, text, content = 'story_text', content_rowid = 'id',
    tokenize = 'porter unicode61 remove_diacritics 2'
);

CREATE TABLE story_sketch (
    story INTEGER PRIMARY KEY REFERENCES story (id),
    seen_day TEXT NOT NULL,
    minima BLOB NOT NULL                    -- one byte of each of the 64 minima
) STRICT;

CREATE TABLE truce (
    event INTEGER PRIMARY KEY REFERENCES event (id),
    truce INTEGER NOT NULL REFERENCES event (id)
) STRICT;

CREATE TABLE unindexed (
    name TEXT PRIMARY KEY CHECK (name IN ('story', 'event')),
    newest INTEGER NOT NULL                 -- rows up to this id are not indexed; 0: all are
) STRICT;

CREATE TABLE "withdrawal" (
    report INTEGER PRIMARY KEY REFERENCES report (id),
    recorded_at TEXT NOT NULL,
    -- The paper edited the claim away, a later extractor does not find it, or its event is another.
    reason TEXT NOT NULL CHECK (reason IN ('edited', 'reread', 'merged'))
) STRICT;

CREATE TABLE written_band (
    story INTEGER NOT NULL
) STRICT;

CREATE INDEX current_actor_by_canonical_name ON current_actor (canonical_name, event_date)
    WHERE canonical_name IS NOT NULL;

CREATE INDEX event_by_country ON event (country, date_start) WHERE country IS NOT NULL;

CREATE INDEX event_by_date ON event (date_start, kind, country, status, latitude, longitude);

CREATE INDEX event_by_kind ON event (kind, date_start, country, status, killed) WHERE kind IS NOT NULL;

CREATE INDEX event_by_subtype ON event (subtype, date_start) WHERE subtype IS NOT NULL;

CREATE INDEX event_revision_by_date ON event_revision (date_start, country);

CREATE INDEX event_revision_by_event ON event_revision (event, recorded_at);

CREATE INDEX event_revision_by_record ON event_revision (recorded_at, status);

CREATE INDEX poll_by_feed ON poll (feed, started_at);

CREATE INDEX poll_by_time ON poll (started_at);

CREATE INDEX report_by_event ON report (event);

CREATE INDEX report_by_story ON report (story);

CREATE INDEX sighting_by_story ON sighting (story, feed);

CREATE INDEX sighting_by_time ON sighting (feed, first_seen_at);

CREATE INDEX story_by_original ON story (same_as) WHERE same_as IS NOT NULL;

CREATE INDEX story_by_text ON story (text_hash);

CREATE INDEX story_by_url ON story (url) WHERE url IS NOT NULL;

CREATE INDEX truce_by_first ON truce (truce);

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

CREATE VIEW story_text AS
SELECT id, title, iif(body = '', summary, body) AS text FROM story;

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

CREATE VIEW timeline_report AS
SELECT
    event.uid AS event_id,
    report.story AS story_id,
    feed.name AS feed,
    story.published_at,
    story.title,
    story.url,
    report.kind,
    report.status,
    report.date_start,
    report.date_end,
    report.date_precision,
    report.place,
    report.country,
    report.killed,
    report.injured,
    report.quote,
    report.confidence
FROM report
JOIN event ON event.id = report.event
JOIN story ON story.id = report.story
JOIN feed ON feed.id = story.feed
WHERE NOT EXISTS (SELECT 1 FROM withdrawal WHERE withdrawal.report = report.id);

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

CREATE TRIGGER event_identity_kept BEFORE UPDATE OF id, uid, created_at ON event
BEGIN SELECT RAISE (ABORT, 'the identity of an event never changes'); END;

CREATE TRIGGER event_never_deleted BEFORE DELETE ON event
BEGIN SELECT RAISE (ABORT, 'the timeline is append-only'); END;

CREATE TRIGGER event_actor_kept BEFORE UPDATE ON event_actor
BEGIN SELECT RAISE (ABORT, 'the timeline is append-only'); END;

CREATE TRIGGER event_actor_never_deleted BEFORE DELETE ON event_actor
BEGIN SELECT RAISE (ABORT, 'the timeline is append-only'); END;

CREATE TRIGGER event_revision_kept BEFORE UPDATE ON event_revision
BEGIN SELECT RAISE (ABORT, 'the timeline is append-only'); END;

CREATE TRIGGER event_revision_never_deleted BEFORE DELETE ON event_revision
BEGIN SELECT RAISE (ABORT, 'the timeline is append-only'); END;

CREATE TRIGGER report_kept BEFORE UPDATE ON report
BEGIN SELECT RAISE (ABORT, 'the timeline is append-only'); END;

CREATE TRIGGER report_never_deleted BEFORE DELETE ON report
BEGIN SELECT RAISE (ABORT, 'the timeline is append-only'); END;

CREATE TRIGGER sighting_never_deleted BEFORE DELETE ON sighting
BEGIN SELECT RAISE (ABORT, 'sightings are never deleted: they are the evidence of the timeline'); END;

CREATE TRIGGER story_never_deleted BEFORE DELETE ON story
BEGIN SELECT RAISE (ABORT, 'stories are never deleted: they are the evidence of the timeline'); END;

CREATE TRIGGER story_search_update AFTER UPDATE OF title, summary, body ON story
WHEN EXISTS (SELECT 1 FROM story_search_docsize WHERE id = old.id)
BEGIN
    INSERT INTO story_search (story_search, rowid, title, text)
    VALUES ('delete', old.id, old.title, iif(old.body = '', old.summary, old.body));
    INSERT INTO story_search (rowid, title, text)
    VALUES (new.id, new.title, iif(new.body = '', new.summary, new.body));
END;

CREATE TRIGGER story_revision_kept BEFORE UPDATE ON story_revision
BEGIN SELECT RAISE (ABORT, 'story_revision is append-only'); END;

CREATE TRIGGER story_revision_never_deleted BEFORE DELETE ON story_revision
BEGIN SELECT RAISE (ABORT, 'story_revision is append-only'); END;

CREATE TRIGGER truce_kept BEFORE UPDATE ON truce
BEGIN SELECT RAISE (ABORT, 'the timeline is append-only'); END;

CREATE TRIGGER truce_never_deleted BEFORE DELETE ON truce
BEGIN SELECT RAISE (ABORT, 'the timeline is append-only'); END;

CREATE TRIGGER withdrawal_kept BEFORE UPDATE ON withdrawal
BEGIN SELECT RAISE (ABORT, 'the timeline is append-only'); END;

CREATE TRIGGER withdrawal_never_deleted BEFORE DELETE ON withdrawal
BEGIN SELECT RAISE (ABORT, 'the timeline is append-only'); END;


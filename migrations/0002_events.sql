-- Events, their revisions, and the reports that they rest on.
--
-- Append only: a report and a revision, once written, are never altered or deleted, and triggers refuse it.
-- A correction, a new toll, one more report is a new revision; the newest is the current one.

-- One happening.
CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,               -- the public identity; made from the first report, so replays agree
    created_at TEXT NOT NULL,
    current INTEGER REFERENCES event_revision (id) -- the newest revision
) STRICT;

-- What the timeline shows of an event, as believed from recorded_at on.
CREATE TABLE event_revision (
    id INTEGER PRIMARY KEY,
    event INTEGER NOT NULL REFERENCES event (id),
    recorded_at TEXT NOT NULL,
    report INTEGER REFERENCES report (id),  -- the report that changed it
    change TEXT NOT NULL,                   -- what changed, in words
    kind TEXT NOT NULL,
    subtype TEXT,
    status TEXT NOT NULL CHECK (status IN ('occurred', 'planned', 'retracted')),
    date_start TEXT,
    date_end TEXT,
    date_precision TEXT NOT NULL CHECK (date_precision IN ('day', 'week', 'month', 'year', 'unknown')),
    date_basis TEXT CHECK (date_basis IN ('stated', 'relative', 'publication')),
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
CREATE INDEX event_revision_by_event ON event_revision (event, recorded_at);
CREATE INDEX event_revision_by_country ON event_revision (country, date_start);
CREATE INDEX event_revision_by_kind ON event_revision (kind, date_start);
CREATE INDEX event_revision_by_date ON event_revision (date_start);
CREATE INDEX event_revision_by_record ON event_revision (recorded_at);

-- Who took part, by revision.
CREATE TABLE event_actor (
    revision INTEGER NOT NULL REFERENCES event_revision (id),
    position INTEGER NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('source', 'target')),
    name TEXT NOT NULL,                     -- as the reports name it
    canonical_name TEXT,
    kind TEXT NOT NULL CHECK (kind IN ('government', 'military', 'police', 'armed-group', 'party', 'civilian',
        'igo', 'ngo', 'media', 'business', 'criminal', 'unknown')),
    country TEXT,
    PRIMARY KEY (revision, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_actor_by_name ON event_actor (name);
CREATE INDEX event_actor_by_canonical_name ON event_actor (canonical_name) WHERE canonical_name IS NOT NULL;

-- One telling of an event by one story: what it claims, and the words that claim it.
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
    date_precision TEXT NOT NULL CHECK (date_precision IN ('day', 'week', 'month', 'year', 'unknown')),
    date_basis TEXT CHECK (date_basis IN ('stated', 'relative', 'publication')),
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
CREATE INDEX report_by_event ON report (event);
CREATE INDEX report_by_story ON report (story);
CREATE INDEX report_by_time ON report (recorded_at);

-- A report that no longer stands: the paper edited the claim away, or a later extractor does not find it.
CREATE TABLE withdrawal (
    report INTEGER PRIMARY KEY REFERENCES report (id),
    recorded_at TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (reason IN ('edited', 'reread'))
) STRICT;

-- Ceasefire events that belong to the life of one truce; the truce is named by its first event.
CREATE TABLE truce (
    event INTEGER PRIMARY KEY REFERENCES event (id),
    truce INTEGER NOT NULL REFERENCES event (id)
) STRICT;
CREATE INDEX truce_by_first ON truce (truce);

-- Where to look for an event that a new report may tell again: hashes of kind, time and place or actor.
CREATE TABLE event_block (
    block INTEGER NOT NULL,
    event INTEGER NOT NULL,
    PRIMARY KEY (block, event)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER event_identity_kept BEFORE UPDATE OF id, uid, created_at ON event
BEGIN SELECT RAISE (ABORT, 'the identity of an event never changes'); END;
CREATE TRIGGER event_never_deleted BEFORE DELETE ON event
BEGIN SELECT RAISE (ABORT, 'the timeline is append-only'); END;
CREATE TRIGGER event_revision_kept BEFORE UPDATE ON event_revision
BEGIN SELECT RAISE (ABORT, 'the timeline is append-only'); END;
CREATE TRIGGER event_revision_never_deleted BEFORE DELETE ON event_revision
BEGIN SELECT RAISE (ABORT, 'the timeline is append-only'); END;
CREATE TRIGGER event_actor_kept BEFORE UPDATE ON event_actor
BEGIN SELECT RAISE (ABORT, 'the timeline is append-only'); END;
CREATE TRIGGER event_actor_never_deleted BEFORE DELETE ON event_actor
BEGIN SELECT RAISE (ABORT, 'the timeline is append-only'); END;
CREATE TRIGGER report_kept BEFORE UPDATE ON report
BEGIN SELECT RAISE (ABORT, 'the timeline is append-only'); END;
CREATE TRIGGER report_never_deleted BEFORE DELETE ON report
BEGIN SELECT RAISE (ABORT, 'the timeline is append-only'); END;
CREATE TRIGGER withdrawal_kept BEFORE UPDATE ON withdrawal
BEGIN SELECT RAISE (ABORT, 'the timeline is append-only'); END;
CREATE TRIGGER withdrawal_never_deleted BEFORE DELETE ON withdrawal
BEGIN SELECT RAISE (ABORT, 'the timeline is append-only'); END;
CREATE TRIGGER truce_kept BEFORE UPDATE ON truce
BEGIN SELECT RAISE (ABORT, 'the timeline is append-only'); END;
CREATE TRIGGER truce_never_deleted BEFORE DELETE ON truce
BEGIN SELECT RAISE (ABORT, 'the timeline is append-only'); END;

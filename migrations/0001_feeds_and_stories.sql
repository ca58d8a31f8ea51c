-- Feeds, what each poll did, stories, and where each story was seen.
--
-- Times are UTC text `YYYY-MM-DDTHH:MM:SSZ`, days `YYYY-MM-DD`: both sort as text, and date() and strftime()
-- work on them. Hashes are signed 64-bit integers.

-- One configured feed and what was learned about it. Options live in the configuration file, never here.
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
) STRICT;

-- The log of polls, one row each; kept for a configurable time.
CREATE TABLE poll (
    id INTEGER PRIMARY KEY,
    feed INTEGER NOT NULL REFERENCES feed (id),
    started_at TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('fresh', 'unchanged', 'waiting', 'gone', 'failed')),
    status INTEGER,                         -- of the last HTTP answer
    bytes INTEGER NOT NULL,                 -- of the decoded body
    entries INTEGER NOT NULL,
    new_stories INTEGER NOT NULL,
    milliseconds INTEGER NOT NULL,
    error TEXT
) STRICT;
CREATE INDEX poll_by_feed ON poll (feed, started_at);
CREATE INDEX poll_by_time ON poll (started_at);

-- One article. The same address seen in several feeds is one story with several sightings; the same words at
-- another address are a story of their own whose same_as names the first. The long texts stand last so that
-- a query which does not want them does not read them.
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
CREATE INDEX story_by_url ON story (url) WHERE url IS NOT NULL;
CREATE INDEX story_by_text ON story (text_hash);
CREATE INDEX story_by_extractor ON story (extractor);
CREATE INDEX story_by_day ON story (published_day);
CREATE INDEX story_by_original ON story (same_as) WHERE same_as IS NOT NULL;

-- The earlier texts of an edited story.
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

-- One story in one feed.
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
CREATE INDEX sighting_by_story ON sighting (story, feed);
CREATE INDEX sighting_by_time ON sighting (feed, first_seen_at);

-- Near-duplicates: 16 band keys of each recent story, and the minima that verify a candidate.
-- Kept for a window only; both tables may be emptied at any time without loss to the timeline.
CREATE TABLE story_sketch (
    story INTEGER PRIMARY KEY REFERENCES story (id),
    seen_day TEXT NOT NULL,
    minima BLOB NOT NULL                    -- one byte of each of the 64 minima
) STRICT;
CREATE INDEX story_sketch_by_day ON story_sketch (seen_day);
CREATE TABLE story_band (
    band INTEGER NOT NULL,
    story INTEGER NOT NULL,
    PRIMARY KEY (band, story)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER story_revision_kept BEFORE UPDATE ON story_revision
BEGIN SELECT RAISE (ABORT, 'story_revision is append-only'); END;
CREATE TRIGGER story_revision_never_deleted BEFORE DELETE ON story_revision
BEGIN SELECT RAISE (ABORT, 'story_revision is append-only'); END;
CREATE TRIGGER story_never_deleted BEFORE DELETE ON story
BEGIN SELECT RAISE (ABORT, 'stories are never deleted: they are the evidence of the timeline'); END;
CREATE TRIGGER sighting_never_deleted BEFORE DELETE ON sighting
BEGIN SELECT RAISE (ABORT, 'sightings are never deleted: they are the evidence of the timeline'); END;

-- What a commit writes is counted in pages: these changes make a new story touch fewer of them.

-- No query looks for these.
DROP INDEX report_by_time;
DROP INDEX event_actor_by_name;
DROP INDEX story_by_day;

-- Counts by day, kind and country read these indexes alone, without the rows.
DROP INDEX event_revision_by_kind;
CREATE INDEX event_revision_by_kind ON event_revision (kind, date_start, country, status, killed, event);
DROP INDEX event_revision_by_date;
CREATE INDEX event_revision_by_date ON event_revision (date_start, kind, country, latitude, longitude, event);

-- Blocks count their days in the first bits now, so that those of the days that are in the news stand side by side.
DELETE FROM event_block;

-- What finds near copies and events told again is made anew for what was stored before this version: a batch at a
-- time, the newest first, when the program has nothing else to do.
CREATE TABLE unindexed (
    name TEXT PRIMARY KEY CHECK (name IN ('story', 'event')),
    newest INTEGER NOT NULL                 -- rows up to this id are not indexed; 0: all are
) STRICT;
INSERT INTO unindexed (name, newest)
SELECT 'story', coalesce((SELECT min(story) - 1 FROM story_sketch), (SELECT max(id) FROM story), 0);
INSERT INTO unindexed (name, newest) SELECT 'event', coalesce(max(id), 0) FROM event;
UPDATE written_band SET story = max(story, (SELECT newest FROM unindexed WHERE name = 'story'));

-- A batch of new words is held in memory as a whole: of more stories now.
INSERT INTO story_search (story_search, rank) VALUES ('hashsize', 16777216);
INSERT INTO event_search (event_search, rank) VALUES ('hashsize', 16777216);

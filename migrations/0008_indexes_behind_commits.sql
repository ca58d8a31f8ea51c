-- The search indexes and the bands of near-duplicates are written in batches a moment after the commits that they
-- belong to, because each new story touches as many of their pages as all other tables together do.

-- Up to which story `story_band` is written; the program keeps the bands of later ones in memory and makes them
-- again from the texts when it starts.
CREATE TABLE written_band (
    story INTEGER NOT NULL
) STRICT;
INSERT INTO written_band (story) VALUES (0);

-- Sketches are made in another way now; old ones would not find new copies. A story joins no copy of a story that was
-- stored before.
DELETE FROM story_band;
DELETE FROM story_sketch;
-- Sketches are forgotten in the order of their stories, which is that of their days.
DROP INDEX story_sketch_by_day;

-- The same for the blocks, whose keys now count days in their last bits so that the blocks of some days are one range.
DELETE FROM event_block;

-- A batch of new words is held in memory as a whole, 4 MB of it, and written as one piece: fewer pieces to merge.
INSERT INTO story_search (story_search, rank) VALUES ('hashsize', 4194304);
INSERT INTO event_search (event_search, rank) VALUES ('hashsize', 4194304);

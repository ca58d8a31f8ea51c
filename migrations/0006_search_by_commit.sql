-- New stories and revisions are put into the search indexes by the program, once a commit, instead of by triggers.
--
-- FTS5 writes a piece of its index whenever a statement opens a savepoint, which every statement with triggers
-- does: one piece a row, and the merging of so many pieces cost more than everything else that a commit does.
-- What is not indexed yet are the rows after the newest indexed one. Only an edited story still needs a trigger,
-- because its old words must be taken out; a story that is not indexed yet has none in the index.

DROP TRIGGER story_search_insert;
DROP TRIGGER event_search_insert;
DROP TRIGGER story_search_update;

CREATE TRIGGER story_search_update AFTER UPDATE OF title, summary, body ON story
WHEN EXISTS (SELECT 1 FROM story_search_docsize WHERE id = old.id)
BEGIN
    INSERT INTO story_search (story_search, rowid, title, text)
    VALUES ('delete', old.id, old.title, iif(old.body = '', old.summary, old.body));
    INSERT INTO story_search (rowid, title, text)
    VALUES (new.id, new.title, iif(new.body = '', new.summary, new.body));
END;

-- More pieces are merged at a time: each word is copied less often on its way.
INSERT INTO story_search (story_search, rank) VALUES ('automerge', 8);
INSERT INTO event_search (event_search, rank) VALUES ('automerge', 8);

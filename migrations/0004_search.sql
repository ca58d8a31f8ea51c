-- Full-text search over stories and events (FTS5, English stems, diacritics ignored).
--
--     SELECT story.title, story.url FROM story_search JOIN story ON story.id = story_search.rowid
--     WHERE story_search MATCH 'embassy AND (attack OR gunfire)' ORDER BY rank LIMIT 10;
--
-- Both are external-content indexes: the words are stored once, in the tables; snippet() and highlight() work.
-- A story is indexed by its title and its longest text only, because the summary repeats the body's opening.
-- Events are indexed by revision, which is never altered, so that nothing has to be taken out again; the view
-- a search joins the revision to `event.current`, so that each event shows once.

CREATE VIEW story_text AS
SELECT id, title, iif(body = '', summary, body) AS text FROM story;

CREATE VIRTUAL TABLE story_search USING fts5 (
    title, text, content = 'story_text', content_rowid = 'id',
    tokenize = 'porter unicode61 remove_diacritics 2'
);

CREATE TRIGGER story_search_insert AFTER INSERT ON story
BEGIN
    INSERT INTO story_search (rowid, title, text)
    VALUES (new.id, new.title, iif(new.body = '', new.summary, new.body));
END;

CREATE TRIGGER story_search_update AFTER UPDATE OF title, summary, body ON story
BEGIN
    INSERT INTO story_search (story_search, rowid, title, text)
    VALUES ('delete', old.id, old.title, iif(old.body = '', old.summary, old.body));
    INSERT INTO story_search (rowid, title, text)
    VALUES (new.id, new.title, iif(new.body = '', new.summary, new.body));
END;

CREATE VIRTUAL TABLE event_search USING fts5 (
    summary, place, source_actors, target_actors, content = 'event_revision', content_rowid = 'id',
    tokenize = 'porter unicode61 remove_diacritics 2'
);

CREATE TRIGGER event_search_insert AFTER INSERT ON event_revision
BEGIN
    INSERT INTO event_search (rowid, summary, place, source_actors, target_actors)
    VALUES (new.id, new.summary, new.place, new.source_actors, new.target_actors);
END;

INSERT INTO story_search (story_search) VALUES ('rebuild');
INSERT INTO event_search (event_search) VALUES ('rebuild');

-- From an actor to its event by way of the revision: SQLite finds that by keys, where the first form of the view
-- had to search for the event whose current revision it is.

DROP VIEW timeline_actor;

CREATE VIEW timeline_actor AS
SELECT
    event.uid AS event_id,
    actor.role,
    actor.name,
    actor.canonical_name,
    actor.kind AS actor_kind,
    actor.country
FROM event_actor AS actor
JOIN event_revision AS revision ON revision.id = actor.revision
JOIN event ON event.id = revision.event AND event.current = revision.id;

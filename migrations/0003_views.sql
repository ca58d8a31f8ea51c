-- The public views. Their columns are a contract: new ones may be appended, none is renamed or moved.

-- One row an event: what is believed now.
CREATE VIEW timeline AS
SELECT
    event.uid AS event_id,
    revision.kind,
    revision.subtype,
    revision.status,
    revision.date_start,
    revision.date_end,
    revision.date_precision,
    revision.place,
    revision.admin1,
    revision.country,
    revision.latitude,
    revision.longitude,
    revision.source_actors,
    revision.target_actors,
    revision.killed,
    revision.injured,
    revision.occurrences,
    revision.summary,
    revision.report_count,
    revision.story_count,
    revision.feed_count,
    revision.confidence,
    revision.plover,
    revision.cameo,
    revision.first_reported_at,
    revision.last_reported_at
FROM event_revision AS revision
JOIN event ON event.id = revision.event AND event.current = revision.id;

-- One row a report that stands: which story says what, in which words.
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

-- One row an actor of a current revision.
CREATE VIEW timeline_actor AS
SELECT
    event.uid AS event_id,
    actor.role,
    actor.name,
    actor.canonical_name,
    actor.kind AS actor_kind,
    actor.country
FROM event_actor AS actor
JOIN event ON event.current = actor.revision;

-- Every revision: what was believed when, what changed, and which story changed it.
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
    report.story AS story_id,
    feed.name AS feed,
    story.title,
    story.url,
    report.quote
FROM event_revision AS revision
JOIN event ON event.id = revision.event
LEFT JOIN report ON report.id = revision.report
LEFT JOIN story ON story.id = report.story
LEFT JOIN feed ON feed.id = story.feed;

-- One row a ceasefire event: the truce that it belongs to, and what became of it.
CREATE VIEW timeline_truce AS
SELECT
    first.uid AS truce_id,
    event.uid AS event_id,
    revision.subtype,
    revision.status,
    revision.date_start,
    revision.date_end,
    revision.date_precision,
    revision.place,
    revision.country,
    revision.source_actors,
    revision.summary
FROM truce
JOIN event AS first ON first.id = truce.truce
JOIN event ON event.id = truce.event
JOIN event_revision AS revision ON revision.id = event.current;

-- How each feed fares.
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
    (SELECT count(*) FROM sighting WHERE sighting.feed = feed.id) AS stories,
    (SELECT count(*) FROM sighting WHERE sighting.feed = feed.id
        AND sighting.first_seen_at >= strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-7 days')) AS stories_7d,
    (SELECT count(DISTINCT report.event) FROM sighting JOIN report ON report.story = sighting.story
        WHERE sighting.feed = feed.id
        AND sighting.first_seen_at >= strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-7 days')) AS events_7d
FROM feed;

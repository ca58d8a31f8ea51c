//! The schema as an interface: its golden text, the columns of the views, the triggers that keep the timeline.

use dateline::store::Store;
use rusqlite::Connection;
use std::path::Path;

fn database() -> (tempfile::TempDir, Connection) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("timeline.db");
    drop(Store::open_writer(&path).unwrap());
    let connection = Connection::open(path).unwrap();
    (folder, connection)
}

fn schema(c: &Connection) -> String {
    let mut statement = c
        .prepare(
            "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND tbl_name NOT LIKE '%\\_search\\_%' ESCAPE '\\'
            ORDER BY CASE type WHEN 'table' THEN 0 WHEN 'index' THEN 1 WHEN 'view' THEN 2 ELSE 3 END, tbl_name, name",
        )
        .unwrap();
    let rows = statement.query_map([], |r| r.get::<_, String>(0)).unwrap();
    let version: i64 = c.query_row("PRAGMA user_version", [], |r| r.get(0)).unwrap();
    let mut text = format!(
        "-- Today's schema, version {version}. Generated from migrations/; the test `schema_is_as_written`\n-- compares it and writes it anew when DATELINE_BLESS is set.\n\n"
    );
    for sql in rows {
        text.push_str(&sql.unwrap());
        text.push_str(";\n\n");
    }
    text
}

#[test]
fn schema_is_as_written() {
    let (_folder, c) = database();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schema.sql");
    let now = schema(&c);
    if std::env::var_os("DATELINE_BLESS").is_some() {
        std::fs::write(&path, &now).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(written, now, "run this test with DATELINE_BLESS=1 and read the difference");
}

/// The contract: these columns, in this order, for ever. New ones may follow.
const VIEWS: &[(&str, &str)] = &[
    (
        "timeline",
        "event_id, kind, subtype, status, date_start, date_end, date_precision, place, admin1, country, latitude, \
         longitude, source_actors, target_actors, killed, injured, occurrences, summary, report_count, story_count, \
         feed_count, confidence, plover, cameo, first_reported_at, last_reported_at",
    ),
    (
        "timeline_report",
        "event_id, story_id, feed, published_at, title, url, kind, status, date_start, date_end, date_precision, \
         place, country, killed, injured, quote, confidence",
    ),
    ("timeline_actor", "event_id, role, name, canonical_name, actor_kind, country, event_kind, event_date"),
    (
        "timeline_truce",
        "truce_id, event_id, subtype, status, date_start, date_end, date_precision, place, country, source_actors, \
         summary",
    ),
    ("timeline_history", "event_id, revision, recorded_at"),
    (
        "feed_health",
        "feed, url, state, last_poll_at, last_success_at, next_poll_at, failures, last_error, stories, stories_7d, \
         events_7d",
    ),
];

#[test]
fn views_keep_their_columns() {
    let (_folder, c) = database();
    for (view, columns) in VIEWS {
        let statement = c.prepare(&format!("SELECT * FROM {view}")).unwrap();
        let found = statement.column_names().collect::<Vec<_>>().join(", ");
        assert!(found.starts_with(columns), "{view}: {found}");
    }
}

#[test]
fn all_tables_are_strict() {
    let (_folder, c) = database();
    let loose: i64 = c
        .query_row(
            "SELECT count(*) FROM pragma_table_list WHERE type = 'table' AND NOT strict AND name NOT LIKE 'sqlite%'
            AND name NOT LIKE '%search%'",
            [],
            |r| r.get(0),
        )
        .unwrap();
    assert_eq!(loose, 0);
}

/// One row of each table that holds the timeline.
const ROWS: &str = "PRAGMA foreign_keys = OFF;
    INSERT INTO feed (name, url) VALUES ('a', 'https://a.example/');
    INSERT INTO story (feed, published_day, first_seen_at, last_seen_at, text_hash, title, summary, body)
        VALUES (1, '2024-01-01', '2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z', 1, 't', 's', '');
    INSERT INTO story_revision (story, revision, replaced_at, text_hash, title, summary, body)
        VALUES (1, 1, '2024-01-01T00:00:00Z', 1, 't', 's', '');
    INSERT INTO sighting (feed, entry_key, story, text_hash, first_seen_at, last_seen_at)
        VALUES (1, 'k', 1, 1, '2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z');
    INSERT INTO event (uid, created_at) VALUES ('e', '2024-01-01T00:00:00Z');
    INSERT INTO report (event, story, story_revision, recorded_at, extractor, kind, status, date_precision,
        occurrences, actors, confidence, field, quote_start, quote_end, quote, mentions, decision)
        VALUES (1, 1, 1, '2024-01-01T00:00:00Z', 1, 'attack', 'occurred', 'unknown', 1, '[]', 0.5, 'text', 0, 1,
        'q', '[]', 'new');
    INSERT INTO event_revision (event, recorded_at, change, kind, status, date_precision, occurrences, summary,
        report_count, story_count, feed_count, source_count, confidence, first_reported_at, last_reported_at)
        VALUES (1, '2024-01-01T00:00:00Z', 'first report', 'attack', 'occurred', 'unknown', 1, 'q', 1, 1, 1, 1,
        0.5, '2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z');
    INSERT INTO event_actor (revision, position, role, name, kind) VALUES (1, 0, 'source', 'n', 'unknown');
    INSERT INTO withdrawal (report, recorded_at, reason) VALUES (1, '2024-01-01T00:00:00Z', 'edited');
    INSERT INTO truce (event, truce) VALUES (1, 1);";

#[test]
fn what_stood_on_the_timeline_is_never_altered() {
    let (_folder, c) = database();
    c.execute_batch(ROWS).unwrap();
    for refused in [
        "UPDATE event_revision SET killed = 5",
        "DELETE FROM event_revision",
        "UPDATE report SET quote = 'other'",
        "DELETE FROM report",
        "UPDATE event SET uid = 'other'",
        "DELETE FROM event",
        "UPDATE event_actor SET name = 'other'",
        "DELETE FROM event_actor",
        "UPDATE withdrawal SET reason = 'reread'",
        "DELETE FROM withdrawal",
        "UPDATE truce SET truce = 2",
        "DELETE FROM truce",
        "UPDATE story_revision SET title = 'other'",
        "DELETE FROM story_revision",
        "DELETE FROM story",
        "DELETE FROM sighting",
    ] {
        assert!(c.execute(refused, []).is_err(), "{refused}");
    }
}

/// Checks that a migration wrote anew hold, and let pass what they should.
#[test]
fn a_word_that_no_enumeration_has_is_refused() {
    let (_folder, c) = database();
    let write = |rows: &str| {
        c.execute_batch("BEGIN").unwrap();
        let written = c.execute_batch(rows);
        c.execute_batch("ROLLBACK").unwrap();
        written
    };
    write(ROWS).unwrap();
    let poll = |outcome: &str| {
        format!(
            "{ROWS} INSERT INTO poll (feed, started_at, outcome, bytes, entries, new_stories, milliseconds)
            VALUES (1, '2024-01-01T00:00:00Z', '{outcome}', 0, 0, 0, 0)"
        )
    };
    write(&poll("failed")).unwrap();
    let based = |basis: &str| {
        ROWS.replace("(event, recorded_at, change,", "(event, date_basis, recorded_at, change,").replace(
            "VALUES (1, '2024-01-01T00:00:00Z', 'first",
            &format!("VALUES (1, {basis}, '2024', 'first"),
        )
    };
    write(&based("'publication'")).unwrap();
    for rows in [
        poll("lost"),
        based("'guess'"),
        ROWS.replace("'unknown', 1, '[]'", "'someday', 1, '[]'"),
        ROWS.replace("'unknown', 1, 'q'", "'someday', 1, 'q'"),
        ROWS.replace("'occurred', 'unknown', 1, 'q'", "'rumoured', 'unknown', 1, 'q'"),
        ROWS.replace("'n', 'unknown'", "'n', 'alien'"),
    ] {
        let refused = write(&rows).expect_err(&rows).to_string();
        assert!(refused.contains("CHECK constraint failed"), "{refused}");
    }
}

/// A file of the version before the current account stood beside the history.
#[test]
fn what_an_older_version_stored_is_shown_by_the_views_of_today() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("timeline.db");
    let c = Connection::open(&path).unwrap();
    for number in 1..=9 {
        let found = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations")).unwrap();
        let prefix = format!("{number:04}_");
        let migration = found.flatten().find(|f| f.file_name().to_str().unwrap().starts_with(&prefix));
        c.execute_batch(&std::fs::read_to_string(migration.unwrap().path()).unwrap()).unwrap();
    }
    c.execute_batch(ROWS).unwrap();
    c.execute_batch(
        "INSERT INTO event_revision (event, recorded_at, change, kind, subtype, status, date_start, date_end,
            date_precision, country, killed, occurrences, summary, report_count, story_count, feed_count, source_count,
            confidence, first_reported_at, last_reported_at)
            VALUES (1, '2024-01-02T00:00:00Z', 'killed: unknown -> 3', 'attack', 'bombing', 'occurred', '2024-01-01',
            '2024-01-01', 'day', 'AF', 3, 1, 's', 0, 0, 0, 0, 0.7, '2024-01-01T00:00:00Z', '2024-01-02T00:00:00Z');
        INSERT INTO event_actor (revision, position, role, name, canonical_name, kind)
            VALUES (2, 0, 'source', 'The Taliban', 'Taliban', 'armed-group');
        UPDATE event SET current = 2;
        UPDATE story SET revision = 2;
        PRAGMA application_id = 0x64746c6e; PRAGMA user_version = 9;",
    )
    .unwrap();
    drop(c);
    let mut store = Store::open_writer(&path).unwrap();
    while store.catch_up().unwrap() {}
    assert_eq!(store.verify().unwrap().problems, Vec::<String>::new());
    let c = Connection::open(&path).unwrap();
    let read = |sql: &str| -> String { c.query_row(sql, [], |row| row.get(0)).unwrap() };
    let shown =
        read("SELECT concat_ws(' ', kind, subtype, date_start, country, killed, confidence) FROM timeline");
    assert_eq!(shown, "attack bombing 2024-01-01 AF 3 0.7");
    let actor =
        read("SELECT concat_ws(' ', event_id, role, name, event_kind, event_date) FROM timeline_actor");
    assert_eq!(actor, "e source The Taliban attack 2024-01-01");
    assert_eq!(read("SELECT concat_ws(' ', feed, stories) FROM feed_health"), "a 1");
}

//! Brings a file to today's schema, one transaction a step, and refuses what it does not know.
//!
//! Owns the order of `migrations/` and the file's identity (`application_id`, `user_version`). Leaves what
//! the tables mean to the comments in the migrations.

use super::{Doing, Error, Result};
use rusqlite::Connection;
use std::path::Path;

/// "dtln": tells `file` and this program whose database it is.
pub const APPLICATION_ID: i64 = 0x6474_6c6e;

/// Forward only; a merged one is never edited.
const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/0001_feeds_and_stories.sql"),
    include_str!("../../migrations/0002_events.sql"),
    include_str!("../../migrations/0003_views.sql"),
    include_str!("../../migrations/0004_search.sql"),
    include_str!("../../migrations/0005_actor_view.sql"),
    include_str!("../../migrations/0006_search_by_commit.sql"),
    include_str!("../../migrations/0007_merged_events.sql"),
    include_str!("../../migrations/0008_indexes_behind_commits.sql"),
    include_str!("../../migrations/0009_fewer_pages.sql"),
    include_str!("../../migrations/0010_current_accounts.sql"),
    include_str!("../../migrations/0011_checks_without_lists.sql"),
    include_str!("../../migrations/0012_unused_index.sql"),
];

/// The schema that this program writes.
pub fn version() -> i64 {
    MIGRATIONS.len() as i64
}

/// Migrates to today's schema. Two processes may try at once: the version is read inside the transaction.
pub(super) fn up(connection: &mut Connection, path: &Path) -> Result<()> {
    refuse_strangers(connection, path)?;
    for (number, sql) in (1..).zip(MIGRATIONS) {
        let transaction = connection
            .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
            .doing("taking the write lock to migrate")?;
        if pragma(&transaction, "user_version")? < number {
            transaction.execute_batch(sql).doing("migrating the schema")?;
            transaction
                .pragma_update(None, "application_id", APPLICATION_ID)
                .and_then(|()| transaction.pragma_update(None, "user_version", number))
                .doing("recording the schema version")?;
            transaction.commit().doing("committing a migration")?;
        }
    }
    Ok(())
}

/// An empty database of today's schema: what `verify` compares with.
pub(super) fn empty() -> Result<Connection> {
    let mut connection = Connection::open_in_memory().doing("making an empty schema")?;
    up(&mut connection, Path::new(":memory:"))?;
    Ok(connection)
}

/// For readers: the file must be ours and of today's schema.
pub(super) fn check(connection: &Connection, path: &Path) -> Result<()> {
    refuse_strangers(connection, path)?;
    let found = pragma(connection, "user_version")?;
    match found {
        0 => Err(Error::Missing { path: path.to_owned() }),
        _ if found < version() => Err(Error::Older { path: path.to_owned(), found, known: version() }),
        _ => Ok(()),
    }
}

fn refuse_strangers(connection: &Connection, path: &Path) -> Result<()> {
    let found = pragma(connection, "application_id")?;
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .doing("reading the schema")?;
    if found != APPLICATION_ID && tables > 0 {
        return Err(Error::Foreign { path: path.to_owned(), found });
    }
    let found = pragma(connection, "user_version")?;
    if found > version() {
        return Err(Error::Newer { path: path.to_owned(), found, known: version() });
    }
    Ok(())
}

fn pragma(connection: &Connection, name: &str) -> Result<i64> {
    connection.pragma_query_value(None, name, |row| row.get(0)).doing("reading the file's identity")
}

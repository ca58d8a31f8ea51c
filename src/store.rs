//! The timeline database: the only room with SQL.
//!
//! Owns the file: its schema, its lock, what is written in one transaction, and the readers of the timeline.
//! Leaves to `story::dedup` and `event::identity` when two tellings are one, and to `clock` what time it is:
//! `now` is always passed in.
//!
//! One writer per file, held by a lock that dies with the process; any number of readers, of any program. A
//! reader in a long transaction or a user who holds the write lock makes the writer wait, never lose a story.

use rusqlite::{Connection, OpenFlags, config::DbConfig};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

pub mod commit;
mod copies;
pub mod events;
pub mod evidence;
pub mod feeds;
mod memory;
pub mod migrate;
mod names;
mod refill;
mod search;
pub mod stories;
pub mod timeline;
pub mod upkeep;

pub use commit::{Added, NewEvent, Reading};
pub use feeds::{Health, Known, Outcome, PollRecord};
pub use stories::Verdict;

/// How long SQLite itself waits for a lock before it reports it busy.
const BUSY_TIMEOUT_S: u64 = 10;
/// The same for the writer, which tries again by itself and has to hear in between that it is to stop.
const WRITER_BUSY_TIMEOUT_S: u64 = 1;
/// How many times a busy write is tried again: ten minutes in all, after which the caller may poll again
/// later; nothing is lost, because what a poll learned is written with its stories or not at all.
const BUSY_RETRIES: u32 = 600;
/// Of these, after how many it is said again.
const BUSY_SAID_EVERY: u32 = 60;
/// The write-ahead log is copied back into the file at this many pages of 4 KB: a page that many commits have
/// written is copied once.
const CHECKPOINT_PAGES: u32 = 16_000;

/// What can go wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{path}: {doing}: {source}")]
    Io { path: PathBuf, doing: &'static str, source: std::io::Error },
    #[error("{path}: there is no timeline yet; `dateline poll` or `dateline run` makes one")]
    Missing { path: PathBuf },
    #[error("{path}: is a database of another program (application id {found:#x}); name another file")]
    Foreign { path: PathBuf, found: i64 },
    #[error(
        "{path}: was written by a newer dateline (schema {found}; this program knows {known}); upgrade dateline"
    )]
    Newer { path: PathBuf, found: i64, known: i64 },
    #[error(
        "{path}: has an older schema ({found} of {known}); run `dateline poll` or `dateline run` once to migrate it"
    )]
    Older { path: PathBuf, found: i64, known: i64 },
    #[error("{path}: another dateline process ({holder}) writes to it; stop that one first")]
    Locked { path: PathBuf, holder: String },
    #[error("the database stayed locked by another program; close the transaction that holds it")]
    Busy,
    #[error("the program is to stop; what was not written is asked for again at the next start")]
    Stopping,
    #[error("{doing}: {source}")]
    Sql { doing: &'static str, source: rusqlite::Error },
    #[error("the database holds a value that this program cannot read: {0}")]
    Value(String),
    #[error("cannot search for {text:?}: {reason}; put words with marks in double quotes")]
    Search { text: String, reason: String },
    #[error("no such feed in the database: {0}")]
    NoFeed(String),
    #[error("no such event: {0}")]
    NoEvent(String),
    #[error("{0}")]
    Corrupt(String),
    #[error(transparent)]
    Undone(Arc<Error>),
}

impl Error {
    /// The file itself is damaged: whatever is written now may make it worse.
    pub fn is_damage(&self) -> bool {
        use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
        match self {
            Error::Corrupt(_) => true,
            Error::Undone(cause) => cause.is_damage(),
            Error::Sql { source, .. } => {
                matches!(source.sqlite_error_code(), Some(DatabaseCorrupt | NotADatabase))
            }
            _ => false,
        }
    }

    /// Only a person can mend it: trying again later is in vain.
    pub fn is_lasting(&self) -> bool {
        self.is_damage()
            || matches!(
                self,
                Error::Foreign { .. } | Error::Newer { .. } | Error::Locked { .. } | Error::Missing { .. }
            )
    }
}

pub type Result<T> = std::result::Result<T, Error>;

const PROBE: &str = "UPDATE feed SET name = name WHERE id = (SELECT min(id) FROM feed)";

/// Says what was being done when SQLite failed.
pub(crate) trait Doing<T> {
    fn doing(self, what: &'static str) -> Result<T>;
}

impl<T> Doing<T> for rusqlite::Result<T> {
    fn doing(self, doing: &'static str) -> Result<T> {
        self.map_err(|source| Error::Sql { doing, source })
    }
}

/// An open timeline.
#[derive(Debug)]
pub struct Store {
    pub(crate) connection: Connection,
    path: PathBuf,
    /// Held by the writer for as long as it lives; None for readers.
    lock: Option<File>,
    memory: memory::Memory,
    /// Several writes are committed together.
    grouped: bool,
    /// Something stored is not indexed for search yet.
    behind: bool,
    /// Whether a write may still wait for a lock that another program holds.
    impatient: Arc<AtomicBool>,
}

impl Store {
    /// Opens the timeline to write, makes or migrates it where needed. Errors where another dateline writes
    /// to it, or where the file belongs to a newer version or another program.
    pub fn open_writer(path: &Path) -> Result<Store> {
        let lock = take_lock(path)?;
        let mut connection = Connection::open(path).doing("opening the database")?;
        configure(&connection)?;
        migrate::up(&mut connection, path)?;
        // The log stays beside the file after a stop: a reader who may not write in this directory could
        // not open the file otherwise.
        connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
            .doing("keeping the write-ahead log")?;
        connection
            .busy_timeout(Duration::from_secs(WRITER_BUSY_TIMEOUT_S))
            .doing("setting the busy timeout")?;
        let memory = memory::Memory::load(&connection)?;
        let behind = search::is_behind(&connection)? || refill::is_left(&connection)?;
        let (path, impatient) = (path.to_owned(), Arc::default());
        Ok(Store { connection, path, lock: Some(lock), memory, grouped: false, behind, impatient })
    }

    /// Opens the timeline to read, beside a running writer or without one.
    pub fn open_reader(path: &Path) -> Result<Store> {
        if !path.exists() {
            return Err(Error::Missing { path: path.to_owned() });
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).doing("opening the database")?;
        configure_any(&connection)?;
        migrate::check(&connection, path)?;
        let (path, memory, impatient) = (path.to_owned(), memory::Memory::default(), Arc::default());
        Ok(Store { connection, path, lock: None, memory, grouped: false, behind: false, impatient })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Set it to make writes give up a lock that another program holds, because the process is to stop.
    pub fn impatience(&self) -> Arc<AtomicBool> {
        self.impatient.clone()
    }

    /// Whether the file can be written: writes a feed as it is.
    pub fn probe(&mut self) -> Result<()> {
        self.write(|c, _| c.execute(PROBE, []).doing("trying whether the database can be written").map(drop))
    }

    /// Gives back the memory of the pages that were read; those that are needed again are mostly in the system's own
    /// cache.
    pub fn give_back(&self) -> Result<()> {
        self.connection.execute_batch("PRAGMA shrink_memory").doing("giving back the memory of what was read")
    }

    /// Copies the write-ahead log back into the file and empties it where no reader is in the way. Called
    /// when the writer is idle and when it stops.
    pub fn checkpoint(&self) -> Result<()> {
        self.connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .doing("checkpointing the write-ahead log")
    }
}

/// The process that writes to the file at `path` now, in words; None where none does.
pub fn writer_of(path: &Path) -> Option<String> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let file = File::open(name).ok()?;
    match file.try_lock_shared() {
        Err(std::fs::TryLockError::WouldBlock) => {
            Some(std::io::read_to_string(&file).unwrap_or_default().trim().to_owned())
        }
        _ => None,
    }
}

/// The size in bytes of the write-ahead log of the file at `path`: a reader that holds a transaction makes it grow.
pub fn log_bytes(path: &Path) -> u64 {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    std::fs::metadata(name).map(|m| m.len()).unwrap_or(0)
}

impl Drop for Store {
    fn drop(&mut self) {
        if self.lock.is_some() {
            // A reader in the way is no reason to complain: the log is read again at the next start.
            let _ = self.checkpoint();
        }
    }
}

fn configure(connection: &Connection) -> Result<()> {
    let set = |name: &str, value: &dyn rusqlite::ToSql| {
        connection.pragma_update(None, name, value).doing("configuring the connection")
    };
    configure_any(connection)?;
    set("journal_mode", &"WAL")?;
    // A power cut may lose the last commits, never damage the file; what is lost is polled again, because
    // the validators are lost with it.
    set("synchronous", &"NORMAL")?;
    set("foreign_keys", &true)?;
    set("wal_autocheckpoint", &CHECKPOINT_PAGES)?;
    // Every commit that has moved pages looks at all that are in the cache; the system keeps the others in memory.
    // A larger one also makes the service grow for as long as the timeline does.
    set("cache_size", &-8_192)?; // KiB
    set("temp_store", &"MEMORY")?;
    Ok(())
}

/// What writers and readers need alike.
fn configure_any(connection: &Connection) -> Result<()> {
    connection.busy_timeout(Duration::from_secs(BUSY_TIMEOUT_S)).doing("setting the busy timeout")?;
    // Plans that do not depend on the values of parameters: without this SQLite plans a cached statement anew
    // each time that it is given a value, which costs more than most of our statements.
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .doing("keeping the query plans stable")?;
    connection.set_prepared_statement_cache_capacity(256);
    Ok(())
}

/// Takes the writer's lock: a file beside the database, because closing any handle of the database file
/// itself would drop SQLite's own locks.
fn take_lock(path: &Path) -> Result<File> {
    use std::io::{Read, Seek, Write};
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let lock_path = PathBuf::from(name);
    let io = |doing| {
        let path = lock_path.clone();
        move |source| Error::Io { path, doing, source }
    };
    let mut file = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&lock_path)
        .map_err(io("opening the lock file (the directory must exist and be writable)"))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(std::fs::TryLockError::WouldBlock) => {
            let mut holder = String::new();
            let _ = file.read_to_string(&mut holder);
            return Err(Error::Locked { path: path.to_owned(), holder: holder.trim().to_owned() });
        }
        Err(std::fs::TryLockError::Error(e)) => return Err(io("locking")(e)),
    }
    file.set_len(0).map_err(io("writing the lock file"))?;
    file.rewind().map_err(io("writing the lock file"))?;
    writeln!(file, "process {}", std::process::id()).map_err(io("writing the lock file"))?;
    Ok(file)
}

fn is_busy(error: &Error) -> bool {
    use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked};
    matches!(error, Error::Sql { source, .. }
        if matches!(source.sqlite_error_code(), Some(DatabaseBusy | DatabaseLocked)))
}

/// Waits for the write lock and tries again while another program holds it, unless the process is to stop.
fn patiently<T>(path: &Path, impatient: &AtomicBool, mut attempt: impl FnMut() -> Result<T>) -> Result<T> {
    for tried in 0..BUSY_RETRIES {
        match attempt() {
            Err(e) if is_busy(&e) => {
                if impatient.load(Ordering::Relaxed) {
                    break;
                }
                if tried % BUSY_SAID_EVERY == 0 {
                    let path = path.display();
                    tracing::warn!(%path, "the database is locked by another program; waiting");
                }
            }
            other => return other,
        }
    }
    Err(Error::Busy)
}

impl Store {
    /// Runs `work` in one transaction that takes the write lock at once, so that it can fail for being busy
    /// only at its start; waits and tries again while another program holds the lock. In a group it is a part of
    /// the group's transaction that can fail alone.
    pub(crate) fn write<T>(
        &mut self,
        mut work: impl FnMut(&Connection, &mut memory::Memory) -> Result<T>,
    ) -> Result<T> {
        let Store { connection, memory, path, grouped, impatient, .. } = self;
        let mark = memory.mark();
        let mut part = |c: &Connection, memory: &mut memory::Memory| {
            memory.take_back(mark);
            work(c, memory)
        };
        let result = if *grouped {
            let savepoint = connection.savepoint().doing("beginning a part of a transaction");
            savepoint.and_then(|savepoint| {
                let value = part(&savepoint, memory)?;
                savepoint.commit().doing("ending a part of a transaction").map(|()| value)
            })
        } else {
            patiently(path, impatient, || {
                let transaction = connection
                    .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
                    .doing("taking the write lock")?;
                let value = part(&transaction, memory)?;
                transaction.commit().doing("committing").map(|()| value)
            })
        };
        if result.is_err() {
            memory.take_back(mark);
        }
        result
    }

    /// Runs `work` so that all that it writes is committed at once, each write whole or not at all. What it was
    /// told of its writes holds only if this returns without error: tell nobody before.
    pub fn together(&mut self, work: impl FnOnce(&mut Store)) -> Result<()> {
        let connection = &self.connection;
        let run = |sql| connection.execute_batch(sql).doing("committing several polls together");
        patiently(&self.path, &self.impatient, || run("BEGIN IMMEDIATE"))?;
        let mark = self.memory.mark();
        self.grouped = true;
        work(self);
        self.grouped = false;
        let result = self.connection.execute_batch("COMMIT").doing("committing several polls together");
        if result.is_err() {
            let _ = self.connection.execute_batch("ROLLBACK");
            self.memory.take_back(mark);
        }
        result
    }
}

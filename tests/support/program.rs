//! The real program, run in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

pub struct Program {
    folder: tempfile::TempDir,
}

impl Program {
    /// A folder with this configuration.
    pub fn new(config: &str) -> Program {
        let program = Program { folder: tempfile::tempdir().expect("a temporary folder") };
        program.configure(config);
        program
    }

    pub fn configure(&self, config: &str) {
        std::fs::write(self.path("dateline.toml"), config).expect("a writable folder");
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dateline"));
        command.args(arguments).current_dir(self.folder.path());
        command.env_remove("DATELINE_CONFIG").env_remove("DATELINE_LOG");
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the program starts")
    }

    /// Starts a command that goes on, with more in its environment; what it says is kept in `log`.
    pub fn start(&self, arguments: &[&str], environment: &[(String, String)], log: &str) -> Child {
        let log = std::fs::File::create(self.path(log)).expect("a writable folder");
        let copy = log.try_clone().expect("a second handle");
        self.command(arguments)
            .envs(environment.iter().cloned())
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(copy)
            .spawn()
            .expect("the program starts")
    }

    pub fn query<T: rusqlite::types::FromSql>(&self, sql: &str) -> Vec<T> {
        query(&self.path("timeline.db"), sql)
    }
}

/// The first column of a query, as any reader of the file would ask it.
pub fn query<T: rusqlite::types::FromSql>(path: &Path, sql: &str) -> Vec<T> {
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
    let connection = rusqlite::Connection::open_with_flags(path, flags).expect("a readable timeline");
    let mut statement = connection.prepare(sql).expect("a right query");
    let rows = statement.query_map([], |row| row.get(0)).expect("an answer");
    rows.collect::<Result<_, _>>().expect("readable rows")
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

//! `[monitor]`: where metrics and health can be asked for, if anywhere.

use super::feeds::resolve;
use super::reader::{Reader, Table};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Where the monitor listens: on this machine alone, because whoever asks needs no password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listen {
    Address(SocketAddr),
    Socket(PathBuf),
}

pub fn read(reader: &mut Reader, table: Option<Table>, folder: &Path) -> Option<Listen> {
    let mut table = table?;
    let listen = reader.parsed(&mut table, "listen", |text| listen(text, folder));
    reader.finish(table);
    listen
}

fn listen(text: &str, folder: &Path) -> Result<Listen, String> {
    if let Some(path) = text.strip_prefix("unix:") {
        return resolve(path, folder).map(Listen::Socket);
    }
    match text.parse::<SocketAddr>() {
        Ok(address) if address.ip().is_loopback() => Ok(Listen::Address(address)),
        Ok(_) => {
            Err("is no address of this machine alone; use 127.0.0.1, [::1] or a socket, and a proxy with a \
                      password for others"
                .to_owned())
        }
        Err(_) => {
            Err("expected an address such as \"127.0.0.1:9187\" or \"unix:/run/dateline/monitor.sock\""
                .to_owned())
        }
    }
}

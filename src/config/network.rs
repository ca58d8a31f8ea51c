//! `[network]`: how the program behaves towards the servers of others, and its limits.

use super::feeds::{allow, resolve};
use super::reader::{Reader, Table};
use crate::feed::fetch::Options;
use std::path::Path;

pub fn read(reader: &mut Reader, table: Option<Table>, folder: &Path) -> Option<Options> {
    let mut options = Options::default();
    let Some(mut table) = table else { return Some(options) };
    let t = &mut table;
    options.allow = allow(reader, t);
    options.contact = reader.parsed(t, "contact", contact);
    options.proxy = reader.parsed(t, "proxy", proxy);
    options.ca_file = reader.parsed(t, "ca_file", |text| resolve(text, folder));
    set(&mut options.connect_timeout_s, reader.integer(t, "connect_timeout_s", 1..601));
    set(&mut options.idle_timeout_s, reader.integer(t, "idle_timeout_s", 1..601));
    set(&mut options.total_timeout_s, reader.integer(t, "total_timeout_s", 1..3_601));
    set(&mut options.body_max_bytes, reader.integer(t, "body_max_bytes", 1_024..1_073_741_825));
    set(&mut options.entries_max, reader.integer(t, "entries_max", 1..1_000_001));
    set(&mut options.redirects_max, reader.integer(t, "redirects_max", 0..11));
    set(&mut options.concurrent_max, reader.integer(t, "concurrent_max", 1..1_025));
    set(&mut options.host_gap_s, reader.integer(t, "host_gap_s", 0..3_601));
    reader.finish(table);
    Some(options)
}

fn set(option: &mut u64, value: Option<u64>) {
    if let Some(value) = value {
        *option = value;
    }
}

/// What goes into `User-Agent`, so that a feed's owner can write to us.
fn contact(text: &str) -> Result<String, String> {
    let ok = (text.contains('@') || text.contains("://"))
        && text.is_ascii()
        && !text.chars().any(char::is_control);
    if ok && text.len() <= 200 {
        Ok(text.to_owned())
    } else {
        Err("expected an address that a feed's owner can write to, such as \"mailto:desk@example.org\""
            .to_owned())
    }
}

fn proxy(text: &str) -> Result<String, String> {
    let schemes = ["http://", "https://", "socks5://", "socks5h://"];
    if schemes.iter().any(|scheme| text.starts_with(scheme)) && text.parse::<url::Url>().is_ok() {
        Ok(text.to_owned())
    } else {
        Err(format!("expected an address that begins with one of {}", schemes.join(", ")))
    }
}

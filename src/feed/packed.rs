//! What is remembered of a feed that rests, in few bytes: one process may hold a hundred thousand of them.
//!
//! Owns the packed form of [`Learned`], without loss. Leaves what the fields mean to `learn`.

use super::{Learned, State};
use chrono::{DateTime, Utc};

/// A [`Learned`] of a fifth of its size; what is asked for of all feeds at once can be read as it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Packed {
    pub state: State,
    /// Failures in a row.
    pub failures: u32,
    /// Polls begun and not ended.
    pub unfinished: u32,
    pub next_poll_at: Option<DateTime<Utc>>,
    /// The other fields, one after the other, as `pack` writes them and `unpack` reads them.
    rest: Box<[u8]>,
}

impl Packed {
    /// `address` is the feed's own: validators mostly belong to it, and it is not kept twice.
    pub fn new(learned: &Learned, address: &str) -> Packed {
        let mut out = Writer(Vec::with_capacity(192));
        let own = learned.validators_url.as_deref() == Some(address);
        out.number(u64::from(own));
        out.text(learned.validators_url.as_deref().filter(|_| !own));
        for text in [
            &learned.moved_to,
            &learned.moving_to,
            &learned.etag,
            &learned.last_modified,
            &learned.title,
            &learned.last_error,
        ] {
            out.text(text.as_deref());
        }
        for time in [learned.last_poll_at, learned.last_success_at, learned.not_before] {
            out.time(time);
        }
        for number in [learned.body_hash, learned.last_status.map(u64::from), learned.wait_s] {
            out.optional(number);
        }
        out.bytes(&learned.skip_hours);
        out.bytes(&learned.skip_days);
        Packed {
            state: learned.state,
            failures: learned.failures,
            unfinished: learned.unfinished,
            next_poll_at: learned.next_poll_at,
            rest: out.0.into_boxed_slice(),
        }
    }

    /// `address` is the one that it was packed with.
    pub fn unpack(&self, address: &str) -> Learned {
        let mut rest = Reader(&self.rest);
        let own = rest.number() == 1;
        let other = rest.text();
        // In the order in which `new` writes them.
        Learned {
            state: self.state,
            validators_url: if own { Some(address.to_owned()) } else { other },
            moved_to: rest.text(),
            moving_to: rest.text(),
            etag: rest.text(),
            last_modified: rest.text(),
            title: rest.text(),
            last_error: rest.text(),
            last_poll_at: rest.time(),
            last_success_at: rest.time(),
            not_before: rest.time(),
            body_hash: rest.optional(),
            last_status: rest.optional().map(|status| status as u16),
            wait_s: rest.optional(),
            skip_hours: rest.bytes().to_vec(),
            skip_days: rest.bytes().to_vec(),
            next_poll_at: self.next_poll_at,
            failures: self.failures,
            unfinished: self.unfinished,
        }
    }
}

struct Writer(Vec<u8>);

impl Writer {
    /// Seven bits a byte, the lowest first; the eighth says that more follow.
    fn number(&mut self, mut number: u64) {
        while number >= 128 {
            self.0.push(number as u8 | 128);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    fn text(&mut self, text: Option<&str>) {
        self.number(u64::from(text.is_some()));
        if let Some(text) = text {
            self.bytes(text.as_bytes());
        }
    }

    fn optional(&mut self, number: Option<u64>) {
        self.number(u64::from(number.is_some()));
        if let Some(number) = number {
            self.number(number);
        }
    }

    fn time(&mut self, time: Option<DateTime<Utc>>) {
        self.optional(time.map(|time| time.timestamp() as u64));
        if let Some(time) = time {
            self.number(u64::from(time.timestamp_subsec_nanos()));
        }
    }
}

/// Reads what a `Writer` has written; beyond its end everything is zero.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn number(&mut self) -> u64 {
        let (mut number, mut shift) = (0, 0);
        while let Some((byte, rest)) = self.0.split_first() {
            self.0 = rest;
            number |= u64::from(byte & 127) << shift;
            shift += 7;
            if *byte < 128 {
                break;
            }
        }
        number
    }

    fn bytes(&mut self) -> &'a [u8] {
        let length = self.number() as usize;
        let (bytes, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        bytes
    }

    fn text(&mut self) -> Option<String> {
        (self.number() == 1).then(|| String::from_utf8_lossy(self.bytes()).into_owned())
    }

    fn optional(&mut self) -> Option<u64> {
        (self.number() == 1).then(|| self.number())
    }

    fn time(&mut self) -> Option<DateTime<Utc>> {
        let seconds = self.optional()? as i64;
        DateTime::from_timestamp(seconds, self.number() as u32)
    }
}

//! Feeds that chance has broken: a fuzzer that needs no other tool.
//!
//! Sound documents are cut, doubled, spliced and strewn with the pieces that parsers trip over. It runs for
//! two seconds in the tests, and for `DATELINE_FUZZ_S` seconds on request:
//! `DATELINE_FUZZ_S=3600 cargo test --release --test feeds_mutated`. A failure prints the seed of its
//! document; `DATELINE_FUZZ_SEED` begins there.

use std::time::{Duration, Instant};

#[path = "support/chance.rs"]
mod chance;
#[path = "support/processor.rs"]
mod processor;
#[path = "support/sound.rs"]
mod sound;

use chance::Chance;

const SEEDS: &[&[u8]] = &[
    include_bytes!("data/feeds/rss.xml"),
    include_bytes!("data/feeds/rdf.xml"),
    include_bytes!("data/feeds/atom.xml"),
    include_bytes!("data/feeds/atom03.xml"),
    include_bytes!("data/feeds/feed.json"),
    include_bytes!("data/feeds/podcast.xml"),
];

/// What parsers trip over.
const PIECES: &[&[u8]] = &[
    b"<",
    b">",
    b"</",
    b"/>",
    b"&",
    b"&#",
    b"&#x",
    b"&#55296;",
    b"&nbsp;",
    b"]]>",
    b"<![CDATA[",
    b"<!--",
    b"-->",
    b"<!DOCTYPE x [",
    b"<?xml version='1.0' encoding='utf-16'?>",
    b"<?",
    b"\"",
    b"'",
    b"=",
    b" xmlns=''",
    b" xmlns:a='b'",
    b" xml:lang='xx'",
    b" xml:base='http://['",
    b"<item>",
    b"</item>",
    b"<entry>",
    b"</channel>",
    b"<title>",
    b"</title>",
    b"<link>",
    b"<guid>",
    b"<content type='xhtml'>",
    b" mode='base64'",
    b"<author>",
    b"\0",
    b"\xff",
    b"\xc3",
    b"\xe2\x82",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\x1b$B",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\\u",
    b"\\ud800",
    b"1e999",
    b"-0",
    b"null",
    b"\r\n",
    b"\xc2\x85",
    b"24:61:99",
    b"99999999999",
];

/// A piece of a document, at most 200 bytes.
fn range(chance: &mut Chance, length: usize) -> std::ops::Range<usize> {
    let start = chance.below(length + 1);
    start..start + chance.below((length - start).min(200) + 1)
}

fn document(seed: u64) -> Vec<u8> {
    let mut chance = Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut bytes = SEEDS[chance.below(SEEDS.len())].to_vec();
    for _ in 0..1 + chance.below(8) {
        let at = chance.below(bytes.len() + 1);
        match chance.below(8) {
            0 => drop(bytes.drain(range(&mut chance, bytes.len()))),
            1 => {
                let piece = bytes[range(&mut chance, bytes.len())].to_vec();
                bytes.splice(at..at, piece.repeat(1 + chance.below(40)));
            }
            2 => {
                let other = SEEDS[chance.below(SEEDS.len())];
                bytes.splice(at..at, other[range(&mut chance, other.len())].iter().copied());
            }
            3 => bytes.truncate(at),
            4 if at < bytes.len() => bytes[at] ^= 1 << chance.below(8),
            5 => {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                bytes = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            }
            _ => {
                let piece = PIECES[chance.below(PIECES.len())];
                bytes.splice(at..at, piece.repeat(1 + chance.below(3)));
            }
        }
    }
    bytes
}

#[test]
fn no_document_breaks_the_reader() {
    let number = |name: &str| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let duration = Duration::from_secs(number("DATELINE_FUZZ_S").unwrap_or(2));
    let begun = Instant::now();
    let first = number("DATELINE_FUZZ_SEED").unwrap_or(1);
    let mut seed = first;
    while begun.elapsed() < duration || seed == first {
        let bytes = document(seed);
        let spent = processor::spent();
        let sound = std::panic::catch_unwind(|| sound::check(&bytes)).is_ok();
        let spent = (processor::spent() - spent).as_secs_f64();
        assert!(sound && spent < 5.0, "seed {seed}, {spent:.1} s: {}", String::from_utf8_lossy(&bytes));
        seed += 1;
    }
    println!("{} documents", seed - first);
}

//! Any bytes, cleaned and parsed. From the project's folder, for an hour:
//!
//!     cargo +nightly fuzz run feeds fuzz/corpus fuzz/seeds -- \
//!         -max_total_time=3600 -max_len=20000 -timeout=20 -dict=fuzz/feeds.dict
//!
//! `fuzz/seeds` holds what it begins with; what it finds goes to `fuzz/corpus`, which is not kept.

#![no_main]

#[path = "../../tests/support/sound.rs"]
mod sound;

libfuzzer_sys::fuzz_target!(
    // The fuzzer's own hook ends the process at any panic, also at those of feed-rs that the parser expects and
    // catches; one that is not caught still reaches the fuzzer, which ends the process then.
    init: std::panic::set_hook(Box::new(|panic| {
        if panic.location().is_some_and(|place| !place.file().contains("feed-rs")) {
            eprintln!("{panic}");
        }
    })),
    |bytes: &[u8]| sound::check(bytes)
);

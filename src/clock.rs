//! The only place that asks for the time. Everything else is told: `now` is passed in.

use chrono::{DateTime, SubsecRound, Utc};
use std::time::Instant;

/// The wall clock, in whole seconds: the resolution of every time that is stored or shown.
pub fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(0)
}

/// The monotonic clock, for measuring how long something took.
pub fn ticks() -> Instant {
    Instant::now()
}

//! Why a comparison came out as it did.
//!
//! Owns how a reason reads. A new telling is compared with some sixty events and the reasons of one are read, so they
//! are put into words no sooner.

use std::borrow::Cow;
use std::fmt;

/// One thing that two tellings have in common or not.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Reason {
    /// With what it weighs.
    Weighs(Cow<'static, str>, f32),
    /// The share of common words, with what it weighs.
    Words(f32, f32),
    /// Seen, and weighs nothing.
    Seen(&'static str),
    /// A conflict that no agreement outweighs.
    Refuses(&'static str),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Reason::Weighs(why, weight) => write!(f, "{why} {weight:+.1}"),
            Reason::Words(share, weight) => {
                write!(f, "{:.0} % of the words in common {weight:+.1}", share * 100.0)
            }
            Reason::Seen(why) => f.write_str(why),
            Reason::Refuses(why) => write!(f, "{why}: refused"),
        }
    }
}

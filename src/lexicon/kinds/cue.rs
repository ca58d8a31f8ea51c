//! The names of the word lists in `config/lexicon/cues.toml`.
//!
//! Owns the names. What a cue does to a happening is for `event::reality` to say.

/// A list of cue words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cue {
    Wishes,
    Undone,
    Plans,
    Pursuits,
    AlwaysPursuits,
    Lifted,
    States,
    Beginnings,
    Happenings,
    Possibilities,
    Harmless,
    PlanNouns,
    UnrealAdjectives,
    PlannedAdjectives,
    Ready,
    Sayings,
    Circumstances,
    Telling,
    Denials,
    Others,
    Explains,
    Attempts,
    Preventions,
}

impl Cue {
    pub const ALL: &'static [(Cue, &'static str)] = &[
        (Cue::Wishes, "wishes"),
        (Cue::Undone, "undone"),
        (Cue::Plans, "plans"),
        (Cue::Pursuits, "pursuits"),
        (Cue::AlwaysPursuits, "always-pursuits"),
        (Cue::Lifted, "lifted"),
        (Cue::States, "states"),
        (Cue::Beginnings, "beginnings"),
        (Cue::Happenings, "happenings"),
        (Cue::Possibilities, "possibilities"),
        (Cue::Harmless, "harmless"),
        (Cue::PlanNouns, "plan-nouns"),
        (Cue::UnrealAdjectives, "unreal-adjectives"),
        (Cue::PlannedAdjectives, "planned-adjectives"),
        (Cue::Ready, "ready"),
        (Cue::Sayings, "sayings"),
        (Cue::Circumstances, "circumstances"),
        (Cue::Telling, "telling"),
        (Cue::Denials, "denials"),
        (Cue::Others, "others"),
        (Cue::Explains, "explains"),
        (Cue::Attempts, "attempts"),
        (Cue::Preventions, "preventions"),
    ];

    /// Its bit among the cues of a word.
    pub fn bit(self) -> u32 {
        1 << self as u32
    }
}

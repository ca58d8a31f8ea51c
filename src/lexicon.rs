//! What the program knows: event kinds, actors, places, calendar words. Loaded and checked at start, all or
//! nothing, from files that are compiled in and from the user's own.
//!
//! Owns vocabulary and its checks. Leaves to `mention` where a word stands and what it means there.

pub mod actors;
pub mod calendar;
pub mod kinds;
pub mod places;

/// Everything that the program knows.
#[derive(Debug)]
pub struct Lexicon {
    pub kinds: kinds::Kinds,
    pub actors: actors::Actors,
    pub places: places::Gazetteer,
    pub calendar: &'static calendar::Calendar,
}

impl Lexicon {
    /// The built-in files and the user's own (name, content): a file with `[[trigger]]` tables describes an event
    /// kind, any other holds actors.
    ///
    /// # Errors
    /// Every fault of every file.
    pub fn load(user_files: &[(String, String)]) -> Result<Lexicon, Vec<Problem>> {
        let (of_kinds, of_actors): (Vec<_>, Vec<_>) =
            user_files.iter().cloned().partition(|(_, text)| describes_kind(text));
        let mut problems = Vec::new();
        let kinds = kinds::Kinds::load(&of_kinds).map_err(|faults| problems.extend(faults)).ok();
        let actors = actors::Actors::load(&of_actors).map_err(|faults| problems.extend(faults)).ok();
        let places = places::Gazetteer::load().map_err(|faults| problems.extend(faults)).ok();
        match (kinds, actors, places) {
            (Some(kinds), Some(actors), Some(places)) => {
                Ok(Lexicon { kinds, actors, places, calendar: calendar::Calendar::embedded() })
            }
            _ => Err(problems),
        }
    }
}

fn describes_kind(text: &str) -> bool {
    text.lines().any(|line| line.trim_start().starts_with("[[trigger]]"))
}

/// An ISO 3166-1 alpha-2 code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

impl Country {
    /// Two ASCII letters, in either case; anything else is None.
    pub fn new(code: &str) -> Option<Country> {
        match code.as_bytes() {
            [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => {
                Some(Country([a.to_ascii_uppercase(), b.to_ascii_uppercase()]))
            }
            _ => None,
        }
    }

    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("ZZ")
    }
}

impl std::fmt::Debug for Country {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl std::fmt::Display for Country {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

/// What sort of body an actor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ActorKind {
    Government,
    Military,
    Police,
    ArmedGroup,
    Party,
    Civilian,
    Igo,
    Ngo,
    Media,
    Business,
    Criminal,
    Unknown,
}

impl ActorKind {
    pub const ALL: [ActorKind; 12] = [
        ActorKind::Government,
        ActorKind::Military,
        ActorKind::Police,
        ActorKind::ArmedGroup,
        ActorKind::Party,
        ActorKind::Civilian,
        ActorKind::Igo,
        ActorKind::Ngo,
        ActorKind::Media,
        ActorKind::Business,
        ActorKind::Criminal,
        ActorKind::Unknown,
    ];

    /// The name in data files, in the database and in output.
    pub fn name(self) -> &'static str {
        match self {
            ActorKind::Government => "government",
            ActorKind::Military => "military",
            ActorKind::Police => "police",
            ActorKind::ArmedGroup => "armed-group",
            ActorKind::Party => "party",
            ActorKind::Civilian => "civilian",
            ActorKind::Igo => "igo",
            ActorKind::Ngo => "ngo",
            ActorKind::Media => "media",
            ActorKind::Business => "business",
            ActorKind::Criminal => "criminal",
            ActorKind::Unknown => "unknown",
        }
    }

    pub fn from_name(name: &str) -> Option<ActorKind> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// What is wrong in a lexicon file, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    pub file: String,
    /// Counted from 1; 0 where the fault belongs to no line.
    pub line: usize,
    pub message: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

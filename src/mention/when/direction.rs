//! Which way the clause around a date looks: back, ahead, or it does not say.
//!
//! Owns tense and its cues, read from the words alone: the nearest cue before the date within the clause decides, else the nearest after it.
//! Leaves what follows from it to each family of dates.

use super::piece::Kind;
use super::reader::Reader;
use crate::lexicon::calendar::{Cue, Role};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Behind,
    Ahead,
    Unknown,
}

/// How far a cue may stand from its date, in pieces.
const REACH: usize = 16;

impl Reader<'_> {
    /// The direction of the clause in which `start..end` stands.
    pub fn direction(&self, start: usize, end: usize) -> Direction {
        match self.direction_before(start) {
            Direction::Unknown => self.direction_after(end),
            known => known,
        }
    }

    /// Whether a modal stands shortly before.
    pub fn says_will(&self, start: usize) -> bool {
        (start.saturating_sub(REACH)..start)
            .rev()
            .take_while(|k| !self.pieces[k + 1].opens)
            .any(|k| matches!(self.raw(k), "will" | "shall"))
    }

    fn direction_before(&self, start: usize) -> Direction {
        // "as soon as Tuesday", "as early as next week".
        let back = |n: usize| start.checked_sub(n).map(|k| self.raw(k).to_lowercase()).unwrap_or_default();
        if back(1) == "as" && matches!(back(2).as_str(), "soon" | "early") && back(3) == "as" {
            return Direction::Ahead;
        }
        // A rule or a post that is "effective Feb. 1" begins then.
        if back(1) == "effective" {
            return Direction::Ahead;
        }
        let put_off = ["postpone", "delay", "defer", "extend", "adjourn"];
        if back(1) == "until" && put_off.iter().any(|stem| back(2).starts_with(stem)) {
            return Direction::Ahead;
        }
        let mut i = start;
        let mut participle = false;
        for _ in 0..REACH {
            if self.pieces.get(i).is_none_or(|p| p.opens) || i == 0 {
                break;
            }
            i -= 1;
            match self.pieces[i].kind {
                Kind::Mark(';' | ':' | '(' | ')') => break,
                Kind::Mark(_) | Kind::Digits(..) => continue,
                _ => {}
            }
            let word = self.raw(i).to_lowercase();
            if matches!(word.as_str(), "that" | "which" | "who" | "because" | "while" | "but" | "where")
                && i + 1 < start
            {
                return Direction::Unknown;
            }
            match self.cue_at(i, &word, start) {
                Some(Direction::Ahead) => return Direction::Ahead,
                Some(Direction::Behind) if auxiliary(&word) || !participle => {
                    // "to be held", "will have left": what makes the participle decides.
                    if self.infinitive(i) {
                        return Direction::Ahead;
                    }
                    if auxiliary(&word) || !self.bare_participle(i) {
                        return Direction::Behind;
                    }
                    participle = true;
                }
                _ => {}
            }
        }
        if participle { Direction::Behind } else { Direction::Unknown }
    }

    fn direction_after(&self, end: usize) -> Direction {
        for i in end..end + REACH {
            let Some(piece) = self.get(i) else { break };
            match piece.kind {
                Kind::Mark(';' | ':' | '(' | ')') => break,
                Kind::Mark(_) | Kind::Digits(..) => continue,
                _ => {}
            }
            let word = self.raw(i).to_lowercase();
            if let Some(direction) = self.cue_at(i, &word, usize::MAX) {
                if direction == Direction::Behind && self.infinitive(i) {
                    return Direction::Ahead;
                }
                // "On Friday the government planned to pay" tells what was so on Friday.
                if direction == Direction::Ahead && past_form(&word) && !self.is_being(i) {
                    return Direction::Behind;
                }
                return direction;
            }
        }
        Direction::Unknown
    }

    /// What one word says of the direction.
    fn cue_at(&self, i: usize, word: &str, date: usize) -> Option<Direction> {
        match self.calendar.cue(word) {
            Some(Cue::Ahead) => Some(Direction::Ahead),
            Some(Cue::Opens) => Some(Direction::Ahead),
            Some(Cue::Planned) => {
                if self.had_been(i) || self.marked(i, word) {
                    return Some(Direction::Behind);
                }
                if self.as_planned(i) {
                    return None;
                }
                let to = self.pieces.get(i + 1).is_some_and(|p| p.is(Role::To) && !p.opens);
                let verb =
                    self.pieces.get(i + 2).is_some_and(|p| !p.capital && !p.is(Role::The) && !p.is(Role::A));
                // "scheduled for Friday", "due on Monday": only prepositions between.
                let near = date != usize::MAX
                    && matches!(word, "scheduled" | "due" | "slated" | "planned" | "set" | "expected")
                    && (i + 1 < date || word == "due")
                    && (i + 1..date).all(|k| {
                        matches!(
                            self.pieces[k].role(),
                            Some(Role::For | Role::On | Role::In | Role::By | Role::To)
                        )
                    });
                let plans = date != usize::MAX && matches!(word, "scheduled" | "slated" | "planned");
                if to && verb || near || plans {
                    Some(Direction::Ahead)
                } else {
                    past_form(word).then_some(Direction::Behind)
                }
            }
            Some(Cue::Behind) => Some(Direction::Behind),
            None => {
                let title = self.title
                    && word == "to"
                    && self.pieces.get(i + 1).is_some_and(|p| !p.capital && p.word().is_none());
                if title { Some(Direction::Ahead) } else { past_form(word).then_some(Direction::Behind) }
            }
        }
    }

    /// Whether "to", "will" or "would" with "be" or "have" makes the participle.
    fn infinitive(&self, i: usize) -> bool {
        let back = |n: usize| {
            i.checked_sub(n)
                .filter(|k| !self.pieces[k + 1].opens)
                .map(|k| self.raw(k).to_lowercase())
                .unwrap_or_default()
        };
        matches!(back(1).as_str(), "be" | "have")
            && matches!(back(2).as_str(), "to" | "will" | "ll" | "shall")
    }

    /// "is scheduled", "are expected".
    fn is_being(&self, i: usize) -> bool {
        i.checked_sub(1).is_some_and(|k| {
            matches!(self.raw(k).to_lowercase().as_str(), "is" | "are" | "be" | "been" | "s" | "re")
        })
    }

    /// "had been scheduled": what was planned lies behind.
    fn had_been(&self, i: usize) -> bool {
        i.checked_sub(2).is_some_and(|k| {
            self.raw(k).eq_ignore_ascii_case("had") && self.raw(k + 1).eq_ignore_ascii_case("been")
        })
    }

    /// "the record set on Aug. 6": whoever set it has done so.
    fn marked(&self, i: usize, word: &str) -> bool {
        word == "set"
            && i.checked_sub(1).is_some_and(|k| {
                matches!(self.raw(k).to_lowercase().as_str(), "record" | "records" | "high" | "low" | "mark")
            })
    }

    /// "as planned", "as previously agreed" tells of a plan that came true.
    fn as_planned(&self, i: usize) -> bool {
        let adverb = i.checked_sub(1).is_some_and(|k| self.raw(k).ends_with("ly"));
        i.checked_sub(1 + usize::from(adverb)).is_some_and(|k| self.raw(k).eq_ignore_ascii_case("as"))
    }

    /// A form in -ed right before a noun or after "the" is an adjective as often as a verb ("the armed group"): it is weak.
    fn bare_participle(&self, i: usize) -> bool {
        let before = i.checked_sub(1).map(|k| self.raw(k).to_lowercase()).unwrap_or_default();
        matches!(before.as_str(), "the" | "a" | "an" | "of" | "by" | "its" | "their" | "his" | "her" | "be")
    }
}

fn auxiliary(word: &str) -> bool {
    matches!(word, "was" | "were" | "had" | "did" | "said")
}

fn past_form(word: &str) -> bool {
    // Of the words in -eed few are past forms: "succeed", "need", "feed" are not.
    let double = word.ends_with("eed")
        && !matches!(word, "agreed" | "disagreed" | "freed" | "decreed" | "guaranteed" | "refereed");
    word.len() > 3 && word.ends_with("ed") && !double && !matches!(word, "united" | "hundred")
}

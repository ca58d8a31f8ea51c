//! When a verb or noun says that it happens, by its form.
//!
//! Owns the reading of verb groups. What a tense means for the story is for `dating` to say.

use super::reading::Reading;
use super::reality::Tense;
use crate::text::{Label, Tag};

/// The tense of a verb group.
pub fn tense_of(reading: &Reading, verb: usize) -> Tense {
    let mut have = None;
    let mut be = None;
    for aux in reading.auxiliaries(verb) {
        match reading.word(aux) {
            "will" | "'ll" | "’ll" | "shall" => return Tense::Future,
            "has" | "have" | "'ve" | "’ve" => have = Some(Tense::Perfect),
            "had" => have = Some(Tense::Pluperfect),
            "is" | "are" | "am" | "'re" | "’re" => be = Some(Tense::Present),
            "was" | "were" => be = Some(Tense::Past),
            _ => {}
        }
    }
    if let Some(tense) = have.or(be) {
        return tense;
    }
    match reading.tag(verb) {
        Tag::Vbz | Tag::Vbp => Tense::Present,
        Tag::Vbd => Tense::Past,
        _ => match (reading.label(verb), reading.head(verb)) {
            (Label::Conj | Label::Xcomp | Label::Advcl, Some(head))
                if reading.is_verb(head) && head != verb =>
            {
                shallow_tense(reading, head)
            }
            _ => Tense::None,
        },
    }
}

/// As `tense_of`, without following the tree further.
fn shallow_tense(reading: &Reading, verb: usize) -> Tense {
    let aux = reading.auxiliaries(verb).find_map(|aux| match reading.word(aux) {
        "will" | "shall" => Some(Tense::Future),
        "has" | "have" => Some(Tense::Perfect),
        "had" => Some(Tense::Pluperfect),
        "is" | "are" => Some(Tense::Present),
        "was" | "were" => Some(Tense::Past),
        _ => None,
    });
    aux.unwrap_or(match reading.tag(verb) {
        Tag::Vbz | Tag::Vbp => Tense::Present,
        Tag::Vbd => Tense::Past,
        _ => Tense::None,
    })
}

/// A noun has the time of the verb that it stands under.
pub fn tense_of_noun(reading: &Reading, noun: usize) -> Tense {
    match reading.upward(noun).skip(1).find(|&t| reading.is_verb(t)) {
        Some(verb) => match tense_of(reading, verb) {
            Tense::Future => Tense::None,
            tense => tense,
        },
        None => Tense::None,
    }
}

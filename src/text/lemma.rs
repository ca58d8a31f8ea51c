//! The dictionary form of a word, from the word and its tag.
//!
//! Owns the irregular verbs and nouns (a list of common knowledge) and the use of the edits that training
//! found for the regular ones: how the longest known ending of a word changes. Leaves the tag to `tag`.

use super::inventory::Tag;
use super::tag::Table;
use super::word::{hash, mix};
use std::sync::LazyLock;

/// Base form, then the irregular past tense and participle forms.
const VERBS: &str = "\
arise arose arisen|awake awoke awoken|be was were been am is are 's 'm 're|bear bore borne|beat beaten|become became|\
beget begot begotten|begin began begun|bend bent|bereave bereft|beseech besought|bind bound|bite bit bitten|\
bleed bled|blow blew blown|break broke broken|breed bred|bring brought|build built|burn burnt|buy bought|\
catch caught|choose chose chosen|cling clung|come came|creep crept|deal dealt|dig dug|do did done does|\
draw drew drawn|dream dreamt|drink drank drunk|drive drove driven|dwell dwelt|eat ate eaten|fall fell fallen|\
feed fed|feel felt|fight fought|find found|flee fled|fling flung|fly flew flown|forbid forbade forbidden|\
foresee foresaw foreseen|forget forgot forgotten|forgive forgave forgiven|forgo forwent forgone|\
forsake forsook forsaken|freeze froze frozen|get got gotten|give gave given|go went gone goes|grind ground|\
grow grew grown|hang hung|have had has 've 'd|hear heard|hide hid hidden|hold held|keep kept|kneel knelt|\
know knew known|lay laid|lead led|leap leapt|learn learnt|leave left|lend lent|lie lay lain|light lit|lose lost|\
make made|mean meant|meet met|mislead misled|mistake mistook mistaken|mow mown|outdo outdid outdone|\
overcome overcame|overhear overheard|override overrode overridden|overrun overran|oversee oversaw overseen|\
overtake overtook overtaken|overthrow overthrew overthrown|partake partook partaken|pay paid|plead pled|\
prove proven|rebuild rebuilt|redo redid redone|repay repaid|rethink rethought|retake retook retaken|\
rewrite rewrote rewritten|rid rid|ride rode ridden|ring rang rung|rise rose risen|run ran|saw sawn|say said|\
see saw seen|seek sought|sell sold|send sent|sew sewn|shake shook shaken|shear shorn|shed shed|shine shone|\
shoot shot|show shown|shrink shrank shrunk|sing sang sung|sink sank sunk|sit sat|slay slew slain|sleep slept|\
slide slid|sling slung|smell smelt|sneak snuck|sow sown|speak spoke spoken|speed sped|spell spelt|spend spent|\
spill spilt|spin spun|spit spat|spoil spoilt|spring sprang sprung|stand stood|steal stole stolen|stick stuck|\
sting stung|stink stank stunk|strew strewn|stride strode stridden|strike struck stricken|string strung|\
strive strove striven|swear swore sworn|sweep swept|swell swollen|swim swam swum|swing swung|take took taken|\
teach taught|tear tore torn|tell told|think thought|throw threw thrown|tread trod trodden|undergo underwent undergone|\
understand understood|undertake undertook undertaken|undo undid undone|unwind unwound|uphold upheld|\
wake woke woken|wear wore worn|weave wove woven|weep wept|win won|wind wound|withdraw withdrew withdrawn|\
withhold withheld|withstand withstood|wring wrung|write wrote written|\
bet|bid|broadcast|burst|cast|cost|cut|forecast|hit|hurt|let|offset|put|quit|read|reset|rid|set|shut|slit|split|\
spread|thrust|shell shelled shelling|spell spelled spelling|swell swelled swelling|quell quelled quelling|\
smell smelled smelling|yell yelled yelling|fell felled felling|raid raided raiding|\
trail trailed trailing|cancel cancelled cancelling|travel travelled travelling|\
label labelled labelling|model modelled modelling|signal signalled signalling|fuel fuelled fuelling|\
counsel counselled counselling|marshal marshalled marshalling|quarrel quarrelled quarrelling|\
channel channelled channelling|rival rivalled rivalling|total totalled totalling|tunnel tunnelled tunnelling|\
upset|wed|die dying|tie tying|lie lying|vie vying|can ca|will wo 'll|shall sha|would 'd";

/// Singular, then the irregular plural.
const NOUNS: &str = "\
man men|woman women|child children|person people|foot feet|tooth teeth|goose geese|mouse mice|louse lice|\
ox oxen|knife knives|life lives|wife wives|half halves|leaf leaves|loaf loaves|shelf shelves|thief thieves|\
wolf wolves|calf calves|elf elves|hoof hooves|crisis crises|analysis analyses|basis bases|thesis theses|\
hypothesis hypotheses|oasis oases|phenomenon phenomena|criterion criteria|bacterium bacteria|medium media|\
memorandum memoranda|alumnus alumni|nucleus nuclei|radius radii|stimulus stimuli|cactus cacti|fungus fungi|\
index indices|matrix matrices|appendix appendices|bus buses|gas gases|virus viruses|lens lenses|quiz quizzes|\
series|species|means|headquarters|barracks|crossroads|news|politics|economics|mathematics|physics|athletics|\
police|aircraft|spacecraft|sheep|deer|offspring|gallows|mumps|measles";

/// The longest ending that edits are keyed by, in bytes.
pub const ENDING_MAX_BYTES: usize = 6;
/// Words longer than this are their own lemma.
const WORD_MAX_BYTES: usize = 40;

/// How a form becomes its lemma: so many bytes off the end, and these on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    pub cut: u8,
    pub add: String,
}

impl Edit {
    /// The edit between an ASCII form and its lemma.
    pub fn between(form: &str, lemma: &str) -> Edit {
        let shared = form.bytes().zip(lemma.bytes()).take_while(|(a, b)| a == b).count();
        Edit { cut: (form.len() - shared) as u8, add: lemma[shared..].to_owned() }
    }

    fn apply(&self, form: &str) -> Option<String> {
        let kept = form.len().checked_sub(usize::from(self.cut))?;
        Some(format!("{}{}", form.get(..kept)?, self.add))
    }
}

/// The compiled edits: of whole words and of endings.
#[derive(Debug)]
pub struct Lemmas {
    keys: Table,
    choice: Vec<u8>,
    edits: Vec<Edit>,
}

/// The key of a whole word (`whole`) or an ending under a tag.
pub fn key(part: &str, whole: bool, tag: Tag) -> u32 {
    mix(hash(part.as_bytes()), 2 * tag as u32 + u32::from(whole))
}

/// Whether words of this tag are inflected at all.
pub fn is_inflected(tag: Tag) -> bool {
    tag.is_verb() || matches!(tag, Tag::Md | Tag::Nns | Tag::Jjr | Tag::Jjs | Tag::Rbr | Tag::Rbs)
}

impl Lemmas {
    /// Of pairs of a key and the index of its edit.
    pub fn new(entries: &[(u32, u8)], edits: Vec<Edit>) -> Lemmas {
        Lemmas {
            keys: Table::new(entries.iter().map(|e| e.0)),
            choice: entries.iter().map(|e| e.1).collect(),
            edits,
        }
    }

    /// The lemma: in lower case, but proper nouns keep their spelling.
    pub fn lemma(&self, word: &str, tag: Tag) -> String {
        if tag.is_proper() || tag == Tag::Fw {
            return word.to_owned();
        }
        let lower = word.to_lowercase().replace('’', "'");
        if lower.len() > WORD_MAX_BYTES || !lower.is_ascii() {
            return lower;
        }
        match tag {
            _ if lower == "n't" => "not".to_owned(),
            Tag::Prp => pronoun(&lower),
            Tag::In | Tag::Dt if lower == "an" => "a".to_owned(),
            _ if !is_inflected(tag) => lower,
            _ => irregular(&lower, tag).or_else(|| self.regular(&lower, tag)).unwrap_or(lower),
        }
    }

    fn regular(&self, lower: &str, tag: Tag) -> Option<String> {
        let edit = |key| self.keys.find(key).map(|i| &self.edits[usize::from(self.choice[i])]);
        let whole = std::iter::once(key(lower, true, tag));
        let longest = ENDING_MAX_BYTES.min(lower.len());
        let endings = (1..=longest).rev().map(|n| key(&lower[lower.len() - n..], false, tag));
        whole.chain(endings).find_map(edit)?.apply(lower)
    }
}

fn irregular(lower: &str, tag: Tag) -> Option<String> {
    let table = if tag == Tag::Nns { &*NOUN_FORMS } else { &*VERB_FORMS };
    table.binary_search_by(|(form, _)| (*form).cmp(lower)).ok().map(|i| table[i].1.to_owned())
}

static VERB_FORMS: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| forms(VERBS));
static NOUN_FORMS: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| forms(NOUNS));

/// (form, base), sorted by form; the first of equal forms stands.
fn forms(list: &'static str) -> Vec<(&'static str, &'static str)> {
    let entry = |entry: &'static str| {
        let base = entry.split(' ').next().unwrap_or(entry);
        entry.split(' ').map(move |form| (form, base))
    };
    let mut forms: Vec<(&str, &str)> = list.split('|').flat_map(entry).collect();
    forms.sort_by_key(|entry| entry.0);
    forms.dedup_by_key(|entry| entry.0);
    forms
}

fn pronoun(lower: &str) -> String {
    match lower {
        "i" | "me" => "I",
        "him" => "he",
        "her" => "she",
        "us" | "'s" => "we",
        "them" | "'em" => "they",
        other => other,
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(word: &str, tag: Tag, expected: &str) {
        assert_eq!(crate::text::model::embedded().lemmas.lemma(word, tag), expected);
    }

    #[test]
    fn verbs() {
        for (word, tag, lemma) in [
            ("struck", Tag::Vbd, "strike"),
            ("Killed", Tag::Vbn, "kill"),
            ("bombing", Tag::Vbg, "bomb"),
            ("stormed", Tag::Vbd, "storm"),
            ("seizing", Tag::Vbg, "seize"),
            ("shelled", Tag::Vbd, "shell"),
            ("stabbed", Tag::Vbn, "stab"),
            ("attacks", Tag::Vbz, "attack"),
            ("denies", Tag::Vbz, "deny"),
            ("clashes", Tag::Vbz, "clash"),
            ("met", Tag::Vbd, "meet"),
            ("raided", Tag::Vbd, "raid"),
            ("is", Tag::Vbz, "be"),
        ] {
            check(word, tag, lemma);
        }
    }

    #[test]
    fn others() {
        check("gunmen", Tag::Nns, "gunman");
        check("strikes", Tag::Nns, "strike");
        check("casualties", Tag::Nns, "casualty");
        check("Reuters", Tag::Nnp, "Reuters");
        check("them", Tag::Prp, "they");
        check("Élysée", Tag::Nn, "élysée");
    }
}

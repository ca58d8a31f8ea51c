//! The company that a mention keeps: what the story's other mentions, each as likely as it is by itself, say of one.
//!
//! Owns those features. A visit that a story tells in its lead is no supposition three sentences on, and a "raid"
//! beside a surer "arrest" is part of it. What a mention is by itself is for `confidence`, which weighs both.

use super::candidate::Candidate;
use super::values::{at, yes};
use crate::text::At;
use std::collections::HashMap;

const NAMES: [&str; 22] = [
    "bias",
    "alone",
    "kin-most",
    "kin-mean",
    "kin-sum",
    "word-most",
    "word-mean",
    "no-word",
    "rival-most",
    "rival-mean",
    "no-rival",
    "twin-most",
    "no-twin",
    "overlap-most",
    "no-overlap",
    "lead-most",
    "no-lead",
    "near-most",
    "definite-kin",
    "definite-no-kin",
    "noun-kin",
    "share",
];

pub fn feature_names() -> &'static [&'static str] {
    &NAMES
}

/// No likelihood by itself is taken for surer than this, as a logarithm of the odds.
const SURE: f32 = 9.0;

/// A mention as the others see it.
#[derive(Debug, Clone)]
pub struct Member {
    pub at: At,
    pub kind: usize,
    pub lemma: String,
    pub verbal: bool,
    pub definite: bool,
    /// In the first two sentences of the text.
    pub leads: bool,
    /// How likely it tells an event, by itself.
    pub alone: f32,
}

impl Member {
    pub fn of(candidate: &Candidate) -> Member {
        Member {
            at: candidate.trigger.at,
            kind: candidate.trigger.kind,
            lemma: candidate.lemma.clone(),
            verbal: candidate.verbal,
            definite: candidate.judgement.definite,
            leads: !candidate.title && candidate.ordinal <= 1,
            alone: candidate.score,
        }
    }
}

/// Likelihoods of some mentions, of which one can be taken out.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    count: usize,
    sum: f32,
    most: f32,
    second: f32,
}

impl Tally {
    fn add(&mut self, likely: f32) {
        self.count += 1;
        self.sum += likely;
        if likely > self.most {
            (self.most, self.second) = (likely, self.most);
        } else {
            self.second = self.second.max(likely);
        }
    }

    fn of(likely: impl Iterator<Item = f32>) -> Tally {
        let mut tally = Tally::default();
        likely.for_each(|likely| tally.add(likely));
        tally
    }

    /// Without one of those that were added.
    fn without(self, likely: f32) -> Tally {
        let most = if likely < self.most { self.most } else { self.second };
        Tally { count: self.count - 1, sum: (self.sum - likely).max(0.0), most, second: 0.0 }
    }

    fn mean(self) -> f32 {
        if self.count == 0 { 0.0 } else { self.sum / self.count as f32 }
    }
}

/// The features of every mention, in the order of the names. The mentions stand in the order of the text.
pub fn features(members: &[Member]) -> Vec<[f32; NAMES.len()]> {
    let mut kinds: HashMap<usize, Tally> = HashMap::new();
    let mut leads: HashMap<usize, Tally> = HashMap::new();
    let mut words: HashMap<(usize, &str), Tally> = HashMap::new();
    for member in members {
        let kind = member.kind;
        kinds.entry(kind).or_default().add(member.alone);
        words.entry((kind, &member.lemma)).or_default().add(member.alone);
        if member.leads {
            leads.entry(kind).or_default().add(member.alone);
        }
    }
    let all = Tally::of(members.iter().map(|member| member.alone));
    let weigh = |member: &Member| {
        let (kind, alone) = (member.kind, member.alone);
        let kin = kinds[&kind].without(alone);
        let word = words[&(kind, member.lemma.as_str())].without(alone);
        let lead = leads.get(&kind).copied().unwrap_or_default();
        let lead = if member.leads { lead.without(alone) } else { lead };
        let mut values = [0.0; NAMES.len()];
        values[at!("bias")] = 1.0;
        values[at!("alone")] = (alone / (1.0 - alone)).ln().clamp(-SURE, SURE);
        values[at!("kin-most")] = kin.most;
        values[at!("kin-mean")] = kin.mean();
        values[at!("kin-sum")] = kin.sum.ln_1p();
        values[at!("word-most")] = word.most;
        values[at!("word-mean")] = word.mean();
        values[at!("no-word")] = yes(word.count == 0);
        values[at!("lead-most")] = lead.most;
        values[at!("no-lead")] = yes(lead.count == 0);
        values[at!("definite-kin")] = if member.definite { kin.most } else { 0.0 };
        values[at!("definite-no-kin")] = yes(member.definite && kin.count == 0);
        values[at!("noun-kin")] = if member.verbal { 0.0 } else { kin.most };
        values[at!("share")] = kin.sum / (1.0 + all.without(alone).sum);
        beside(members, member, &mut values);
        values
    };
    members.iter().map(weigh).collect()
}

/// What the same sentence and the two around it tell beside.
fn beside(members: &[Member], member: &Member, values: &mut [f32; NAMES.len()]) {
    let (kind, here) = (member.kind, member.at);
    let start = members.partition_point(|other| other.at.sentence + 1 < here.sentence);
    let end = members.partition_point(|other| other.at.sentence <= here.sentence + 1);
    let others = || members[start..end].iter().filter(|other| !std::ptr::eq(*other, member));
    let tally = |keep: &dyn Fn(&Member) -> bool| Tally::of(others().filter(|o| keep(o)).map(|o| o.alone));
    let same = |other: &Member| other.at.sentence == here.sentence;
    let rival = tally(&|other| same(other) && other.kind != kind);
    let twin = tally(&|other| same(other) && other.kind == kind);
    let overlap = tally(&|other| same(other) && other.at.first < here.end && here.first < other.at.end);
    let near = tally(&|other| !same(other) && other.kind == kind);
    values[at!("rival-most")] = rival.most;
    values[at!("rival-mean")] = rival.mean();
    values[at!("no-rival")] = yes(rival.count == 0);
    values[at!("twin-most")] = twin.most;
    values[at!("no-twin")] = yes(twin.count == 0);
    values[at!("overlap-most")] = overlap.most;
    values[at!("no-overlap")] = yes(overlap.count == 0);
    values[at!("near-most")] = near.most;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_taken_out_of_many() {
        let tally = Tally::of([0.25, 0.75, 0.5].into_iter());
        let rest = tally.without(0.75);
        assert_eq!((rest.count, rest.sum, rest.most), (2, 0.75, 0.5));
        assert_eq!(tally.without(0.25).most, 0.75);
        assert_eq!(Tally::of([0.5].into_iter()).without(0.5).mean(), 0.0);
        let twice = Tally::of([0.5, 0.5].into_iter());
        assert_eq!(twice.without(0.5).most, 0.5, "another is as likely");
    }
}

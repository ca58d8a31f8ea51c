//! The forms of an English verb or noun, from its dictionary form.
//!
//! Owns spelling only. A form too many does no harm (nobody writes it), so the rules are generous.

/// Verbs whose past or participle follows no rule, and verbs that double their last letter.
const IRREGULAR: &[(&str, &[&str])] = &[
    ("arise", &["arose", "arisen"]),
    ("be", &["is", "are", "was", "were", "been", "being", "am"]),
    ("beat", &["beaten"]),
    ("begin", &["began", "begun", "beginning"]),
    ("blow", &["blew", "blown"]),
    ("break", &["broke", "broken"]),
    ("bring", &["brought"]),
    ("burn", &["burnt"]),
    ("catch", &["caught"]),
    ("come", &["came"]),
    ("cut", &["cutting"]),
    ("dig", &["dug", "digging"]),
    ("draw", &["drew", "drawn"]),
    ("drive", &["drove", "driven"]),
    ("fall", &["fell", "fallen"]),
    ("fight", &["fought"]),
    ("flee", &["fled"]),
    ("fly", &["flew", "flown"]),
    ("freeze", &["froze", "frozen"]),
    ("give", &["gave", "given"]),
    ("go", &["went", "gone"]),
    ("hang", &["hung"]),
    ("have", &["has", "had", "having"]),
    ("hit", &["hitting"]),
    ("hold", &["held"]),
    ("kidnap", &["kidnapped", "kidnapping"]),
    ("lay", &["laid"]),
    ("lead", &["led"]),
    ("leave", &["left"]),
    ("lend", &["lent"]),
    ("let", &["letting"]),
    ("make", &["made"]),
    ("meet", &["met"]),
    ("overrun", &["overran", "overrunning"]),
    ("pay", &["paid"]),
    ("put", &["putting"]),
    ("retake", &["retook", "retaken"]),
    ("send", &["sent"]),
    ("set", &["setting"]),
    ("shake", &["shook", "shaken"]),
    ("shoot", &["shot"]),
    ("sit", &["sat", "sitting"]),
    ("slay", &["slew", "slain"]),
    ("speak", &["spoke", "spoken"]),
    ("strike", &["struck", "stricken"]),
    ("take", &["took", "taken"]),
    ("throw", &["threw", "thrown"]),
    ("win", &["won", "winning"]),
    ("withdraw", &["withdrew", "withdrawn"]),
];

/// Regular verbs of one stressed last syllable, whose last consonant doubles.
const DOUBLING: &[&str] = &[
    "ban", "grab", "nab", "ram", "rob", "slap", "snap", "stab", "stop", "swap", "mop", "plan", "club",
    "drop", "airdrop", "commit", "admit", "gas", "spar", "chat", "ship", "scrap", "trap", "whip", "zap",
    "pin",
];

/// The dictionary form and what a verb becomes of it.
pub fn verb(lemma: &str) -> Vec<String> {
    let mut forms = vec![lemma.to_owned(), third_person(lemma)];
    let irregular = IRREGULAR.iter().find(|(base, _)| *base == lemma);
    let given = irregular.map_or(&[][..], |(_, forms)| forms);
    forms.extend(given.iter().map(|form| (*form).to_owned()));
    if !given.iter().any(|form| form.ends_with("ing")) {
        forms.push(doubled(lemma) + "ing");
    }
    if irregular.is_none() || given.iter().all(|form| form.ends_with("ing")) {
        forms.push(past(lemma));
    }
    if lemma.ends_with('l') && !lemma.ends_with("ll") {
        forms.extend([format!("{lemma}led"), format!("{lemma}ling")]);
    }
    forms.sort();
    forms.dedup();
    forms
}

/// The singular and the plural.
pub fn noun(singular: &str) -> Vec<String> {
    let plural = match singular {
        _ if singular.ends_with("man") => format!("{}en", &singular[..singular.len() - 2]),
        _ if singular.ends_with("s") && !singular.ends_with("ss") => return vec![singular.to_owned()],
        _ => third_person(singular),
    };
    vec![singular.to_owned(), plural]
}

fn ends_in_consonant_y(word: &str) -> bool {
    let mut back = word.chars().rev();
    back.next() == Some('y') && back.next().is_some_and(|c| !"aeiou".contains(c))
}

fn third_person(word: &str) -> String {
    if ends_in_consonant_y(word) {
        return format!("{}ies", &word[..word.len() - 1]);
    }
    let hissing = ["s", "x", "z", "ch", "sh", "o"].iter().any(|end| word.ends_with(end));
    format!("{word}{}", if hissing { "es" } else { "s" })
}

fn past(lemma: &str) -> String {
    if ends_in_consonant_y(lemma) {
        return format!("{}ied", &lemma[..lemma.len() - 1]);
    }
    if lemma.ends_with('e') {
        return format!("{lemma}d");
    }
    doubled(lemma) + "ed"
}

/// The stem before "ed" and "ing".
fn doubled(lemma: &str) -> String {
    if DOUBLING.contains(&lemma) {
        return lemma.chars().chain(lemma.chars().last()).collect();
    }
    if lemma.ends_with('e') && !lemma.ends_with("ee") && !lemma.ends_with("ye") {
        return lemma[..lemma.len() - 1].to_owned();
    }
    lemma.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_take_their_forms() {
        let check = |forms: Vec<String>, wanted: &[&str]| {
            for form in wanted {
                assert!(forms.iter().any(|f| f == form), "{form} is missing in {forms:?}");
            }
        };
        check(verb("attack"), &["attack", "attacks", "attacked", "attacking"]);
        check(verb("seize"), &["seizes", "seized", "seizing"]);
        check(verb("stab"), &["stabs", "stabbed", "stabbing"]);
        check(verb("shoot"), &["shot", "shooting", "shoots"]);
        check(verb("flee"), &["flees", "fled", "fleeing"]);
        check(verb("deploy"), &["deploys", "deployed"]);
        check(verb("occupy"), &["occupies", "occupied", "occupying"]);
        check(verb("expel"), &["expelled", "expelling", "expels"]);
        check(verb("hit"), &["hits", "hitting"]);
        check(noun("clash"), &["clash", "clashes"]);
        check(noun("treaty"), &["treaties"]);
        check(noun("talks"), &["talks"]);
    }
}

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
    ("keep", &["kept"]),
    ("kidnap", &["kidnapped", "kidnapping"]),
    ("lay", &["laid"]),
    ("lead", &["led"]),
    ("leave", &["left"]),
    ("lend", &["lent"]),
    ("let", &["letting"]),
    ("lose", &["lost"]),
    ("make", &["made"]),
    ("meet", &["met"]),
    ("mow", &["mowed", "mown"]),
    ("overrun", &["overran", "overrunning"]),
    ("pay", &["paid"]),
    ("put", &["putting"]),
    ("retake", &["retook", "retaken"]),
    ("ring", &["rang", "rung"]),
    ("send", &["sent"]),
    ("set", &["setting"]),
    ("shake", &["shook", "shaken"]),
    ("shoot", &["shot"]),
    ("sink", &["sank", "sunk"]),
    ("sit", &["sat", "sitting"]),
    ("slay", &["slew", "slain"]),
    ("speak", &["spoke", "spoken"]),
    ("strike", &["struck", "stricken"]),
    ("take", &["took", "taken"]),
    ("throw", &["threw", "thrown"]),
    ("win", &["won", "winning"]),
    ("withdraw", &["withdrew", "withdrawn"]),
];

/// Regular verbs of several syllables whose last is stressed, so that their last consonant doubles.
const DOUBLING: &[&str] = &["airdrop", "admit", "commit", "confer", "deter", "refer", "transfer", "transmit"];

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

/// "Gun", "stab", "plan": one vowel between consonants, of which the last doubles.
fn is_one_short_syllable(lemma: &str) -> bool {
    let vowel = |c: char| "aeiou".contains(c);
    let mut back = lemma.chars().rev();
    let end = back.next().is_some_and(|c| !vowel(c) && !"wxy".contains(c));
    end && back.next().is_some_and(vowel) && back.clone().next().is_some() && back.all(|c| !vowel(c))
}

/// The stem before "ed" and "ing".
fn doubled(lemma: &str) -> String {
    if DOUBLING.contains(&lemma) || is_one_short_syllable(lemma) {
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
        check(verb("gun"), &["gunned", "gunning"]);
        check(verb("beat"), &["beating", "beaten"]);
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

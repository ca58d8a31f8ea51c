//! Finds how many people were killed, injured, arrested, abducted, released or are missing.
//!
//! Owns the number and its hedge ("at least 12", "up to 300"). Leaves to `event` which happening the number
//! belongs to. Works on words, so that a wrong tree costs nothing.

use super::{Harm, Qualifier, Toll};
use crate::text::number::{TENS, UNITS};
use crate::text::{At, Document};

/// Words that carry a harm, and whether the number may stand before them, after them.
const HARMS: &[(&str, Harm, bool, bool)] = &[
    ("kill", Harm::Killed, false, true),
    ("kills", Harm::Killed, false, true),
    ("killed", Harm::Killed, true, true),
    ("killing", Harm::Killed, false, true),
    ("dead", Harm::Killed, true, true),
    ("death", Harm::Killed, false, false),
    ("die", Harm::Killed, true, false),
    ("dies", Harm::Killed, true, false),
    ("died", Harm::Killed, true, false),
    ("deaths", Harm::Killed, true, false),
    ("fatalities", Harm::Killed, true, false),
    ("fatally", Harm::Killed, true, true),
    ("slain", Harm::Killed, true, false),
    ("slew", Harm::Killed, false, true),
    ("slaying", Harm::Killed, false, true),
    ("gunned", Harm::Killed, true, true),
    ("gunning", Harm::Killed, false, true),
    ("murder", Harm::Killed, false, true),
    ("murdered", Harm::Killed, true, true),
    ("murdering", Harm::Killed, false, true),
    ("massacre", Harm::Killed, false, true),
    ("massacred", Harm::Killed, true, true),
    ("massacring", Harm::Killed, false, true),
    ("slaughtered", Harm::Killed, true, true),
    ("slaughtering", Harm::Killed, false, true),
    ("assassinated", Harm::Killed, true, true),
    ("lynched", Harm::Killed, true, true),
    ("beheaded", Harm::Killed, true, true),
    ("beheading", Harm::Killed, false, true),
    ("execute", Harm::Killed, false, true),
    ("executes", Harm::Killed, false, true),
    ("executed", Harm::Killed, true, true),
    ("executing", Harm::Killed, false, true),
    ("injured", Harm::Injured, true, true),
    ("injures", Harm::Injured, false, true),
    ("injure", Harm::Injured, false, true),
    ("injuring", Harm::Injured, false, true),
    ("injuries", Harm::Injured, true, false),
    ("wounded", Harm::Injured, true, true),
    ("wounds", Harm::Injured, false, true),
    ("wounding", Harm::Injured, false, true),
    ("wound", Harm::Injured, false, true),
    ("hurt", Harm::Injured, true, true),
    ("hurting", Harm::Injured, false, true),
    ("arrested", Harm::Arrested, true, true),
    ("arrest", Harm::Arrested, false, true),
    ("arrests", Harm::Arrested, true, true),
    ("detained", Harm::Arrested, true, true),
    ("detain", Harm::Arrested, false, true),
    ("detains", Harm::Arrested, false, true),
    ("detaining", Harm::Arrested, false, true),
    ("arresting", Harm::Arrested, false, true),
    ("kidnapped", Harm::Abducted, true, true),
    ("abducted", Harm::Abducted, true, true),
    ("kidnap", Harm::Abducted, false, true),
    ("abduct", Harm::Abducted, false, true),
    ("kidnaps", Harm::Abducted, false, true),
    ("abducts", Harm::Abducted, false, true),
    ("kidnapping", Harm::Abducted, false, true),
    ("abducting", Harm::Abducted, false, true),
    ("released", Harm::Released, true, true),
    ("freed", Harm::Released, true, true),
    ("release", Harm::Released, false, true),
    ("releases", Harm::Released, false, true),
    ("free", Harm::Released, false, true),
    ("frees", Harm::Released, false, true),
    ("releasing", Harm::Released, false, true),
    ("freeing", Harm::Released, false, true),
    ("missing", Harm::Missing, true, false),
];

/// How far from its harm word a number may stand, in words.
const REACH: usize = 12;

/// Every toll in the given sentences.
pub fn find(document: &Document, sentences: &[usize]) -> Vec<Toll> {
    let mut found = Vec::new();
    for &s in sentences {
        in_sentence(document, s, &mut found);
    }
    found
}

fn in_sentence(document: &Document, s: usize, found: &mut Vec<Toll>) {
    let count = document.sentences[s].tokens.len();
    let lower: Vec<String> = (0..count).map(|t| document.word(s, t).to_lowercase()).collect();
    let words: Vec<&str> = lower.iter().map(String::as_str).collect();
    for (t, word) in words.iter().enumerate() {
        let Some((_, harm, before, after)) = HARMS.iter().find(|(form, ..)| form == word) else { continue };
        let passive = passive(&words, t);
        // "Fatally shot four men": the people stand behind the verb.
        let next = words.get(t + 1 + usize::from(*word == "fatally"));
        let before = *before || is_put_to_death(&words, t);
        let left = before && (passive || !is_participle(word) || next.is_none_or(|w| !opens_people(w)));
        let mut numbers = Vec::new();
        if left {
            numbers = numbers_before(&words, t);
        }
        // "shot dead two men", but "the dead included three".
        let after = *after && (*word != "dead" || t > 0 && words[t - 1].starts_with("sho"));
        if numbers.is_empty() && after && !(passive && left) {
            numbers = numbers_after(&words, t);
        }
        if numbers.is_empty() && toll_of(&words, t) {
            numbers = numbers_after(&words, t);
        }
        for (first, end, number, qualifier) in numbers {
            let who = words.get(end).filter(|w| w.chars().all(char::is_alphabetic)).map(|w| (*w).to_owned());
            let at = At { sentence: s, first, end };
            found.push(Toll { at, harm: *harm, number, qualifier, who, head: t });
        }
    }
    death_toll(&words, s, found);
}

/// "the death toll rose to 243", "a death toll of 12".
fn death_toll(words: &[&str], s: usize, found: &mut Vec<Toll>) {
    for t in 1..words.len() {
        if matches!(words[t], "toll" | "tolls") && words[t - 1] == "death" {
            let near = numbers_after(words, t).into_iter().next();
            // "The death toll in the city, where it shook, rose to 85."
            let far = || {
                let end = (t + 2 * REACH).min(words.len());
                numbers_between(words, t + 1, end).into_iter().find(|n| {
                    n.0 > 1
                        && words[n.0 - 1] == "to"
                        && matches!(
                            words[n.0 - 2],
                            "rose" | "rises" | "risen" | "rise" | "climbs" | "climbed"
                        )
                })
            };
            if let Some((first, end, number, qualifier)) = near.or_else(far) {
                let at = At { sentence: s, first, end };
                found.push(Toll { at, harm: Harm::Killed, number, qualifier, who: None, head: t });
            }
        }
    }
}

/// "Clubbed six herders to death"; not "sentenced two men to death".
fn is_put_to_death(words: &[&str], t: usize) -> bool {
    let judged = |w: &&str| matches!(*w, "sentenced" | "sentence" | "sentences" | "sentencing" | "condemned");
    words[t] == "death"
        && t > 0
        && words[t - 1] == "to"
        && !words[t.saturating_sub(REACH)..t].iter().any(judged)
}

/// "the deaths of 12", "death toll".
fn toll_of(words: &[&str], t: usize) -> bool {
    matches!(words[t], "death" | "deaths" | "injuries" | "fatalities") && words.get(t + 1) == Some(&"of")
}

fn is_participle(word: &str) -> bool {
    word.ends_with("ed") || matches!(word, "hurt" | "slain" | "fatally")
}

fn opens_people(word: &str) -> bool {
    number_of(word).is_some()
        || matches!(
            word,
            "at" | "more"
                | "about"
                | "around"
                | "nearly"
                | "up"
                | "over"
                | "some"
                | "a"
                | "an"
                | "the"
                | "dozens"
                | "hundreds"
                | "several"
        )
}

/// Whether a form of "be" or "left" stands shortly before.
fn passive(words: &[&str], t: usize) -> bool {
    words[t.saturating_sub(4)..t].iter().any(|w| {
        matches!(
            *w,
            "is" | "are"
                | "was"
                | "were"
                | "been"
                | "being"
                | "be"
                | "left"
                | "leave"
                | "leaves"
                | "leaving"
                | "got"
        )
    })
}

type Number = (usize, usize, u32, Qualifier);

/// The numbers of the counted people before a harm word, those that are added together; parts are left out.
fn numbers_before(words: &[&str], t: usize) -> Vec<Number> {
    let mut start = t.saturating_sub(REACH + 6);
    for i in (start..t).rev() {
        let boundary = matches!(
            words[i],
            ";" | "." | ":" | "—" | "–" | "while" | "after" | "when" | "as" | "that" | "\"" | "”"
        ) || HARMS.iter().any(|(form, ..)| *form == words[i]);
        if boundary {
            start = i + 1;
            break;
        }
    }
    let mut all = numbers_between(words, start, t);
    // "All four are well and no deaths were told": the denial stands alone.
    if let Some(none) = all.last().copied().filter(|n| words[n.0] == "no") {
        all = vec![none];
    }
    // In "12 people, including 3 children, were killed" only the whole counts.
    let whole: Vec<Number> = match all.iter().position(|n| is_part(words, start, n.0)) {
        Some(0) | None => all,
        Some(at) => all[..at].to_vec(),
    };
    joined(words, whole)
}

/// The numbers after a harm word, up to the next harm word or clause.
fn numbers_after(words: &[&str], t: usize) -> Vec<Number> {
    let mut end = (t + 1 + REACH).min(words.len());
    for i in t + 1..end {
        let boundary = matches!(
            words[i],
            ";" | "."
                | ":"
                | "—"
                | "–"
                | "in"
                | "on"
                | "during"
                | "when"
                | "after"
                | "while"
                | "at"
                | "near"
                | "by"
                | "since"
                | "who"
                | "from"
                | "including"
                | "with"
                | "as"
                | "for"
                | "that"
                | "\""
                | "”"
        ) && !(words[i] == "at" && words.get(i + 1) == Some(&"least"))
            || HARMS.iter().any(|(form, ..)| *form == words[i]);
        if boundary {
            end = i;
            break;
        }
    }
    // "wounding 5 others", "and 20 others are injured": the verb that follows takes its own number.
    let mut numbers = joined(words, numbers_between(words, t + 1, end));
    let single = numbers.last().and_then(|last| one_more(words, last.1, end));
    numbers.extend(single);
    numbers
}

/// "three soldiers and a civilian": the article counts one, of people and not of things.
fn one_more(words: &[&str], start: usize, end: usize) -> Option<Number> {
    let and = (start..end).find(|&i| words[i] == "and")?;
    let article = and + 1;
    let counted = end.checked_sub(1).filter(|&last| last > article && last <= article + 4)?;
    let person = PERSONS.iter().any(|ending| words[counted].ends_with(ending));
    (matches!(words[article], "a" | "an") && person).then_some((article, article + 1, 1, Qualifier::Exact))
}

/// Words and endings of words for one person.
const PERSONS: &[&str] = &[
    "man",
    "woman",
    "child",
    "boy",
    "girl",
    "baby",
    "civilian",
    "soldier",
    "officer",
    "guard",
    "er",
    "or",
    "ist",
    "student",
    "militant",
    "insurgent",
    "agent",
    "priest",
    "nun",
    "monk",
    "rebel",
    "victim",
    "official",
];

/// Numbers are added only where "and" or a comma joins them.
fn joined(words: &[&str], numbers: Vec<Number>) -> Vec<Number> {
    let mut kept: Vec<Number> = Vec::new();
    for number in numbers {
        let linked = kept.last().is_none_or(|last| {
            let between = &words[last.1..number.0];
            between.len() <= 8 && between.iter().any(|w| matches!(*w, "and" | "," | "&"))
        });
        if linked {
            kept.push(number);
        }
    }
    kept
}

fn is_part(words: &[&str], start: usize, at: usize) -> bool {
    words[start.max(at.saturating_sub(4))..at].iter().any(|w| {
        matches!(*w, "including" | "among" | "them" | "include" | "includes" | "least" | "most")
            && *w != "least"
    })
}

/// Years, ages, calibres, distances and money are no people.
fn numbers_between(words: &[&str], start: usize, end: usize) -> Vec<Number> {
    let mut found = Vec::new();
    let mut t = start;
    while t < end {
        let Some((next, number)) = number_at(words, t, end) else {
            t += 1;
            continue;
        };
        let after = words.get(next).copied().unwrap_or("");
        let before = t.checked_sub(1).map_or("", |i| words[i]);
        let other = matches!(
            after,
            "%" | "percent"
                | "years"
                | "year"
                | "months"
                | "days"
                | "day"
                | "hours"
                | "km"
                | "kilometres"
                | "kilometers"
                | "miles"
                | "metres"
                | "weeks"
                | "houses"
                | "homes"
                | "vehicles"
                | "cars"
                | "dollars"
                | "am"
                | "pm"
                | "times"
                | "others"
                | "more"
        ) && !matches!(after, "others" | "more")
            || matches!(before, "$" | "€" | "£" | "aged" | "age" | "#" | "article" | "since" | "in" | "on")
            || (1900..2100).contains(&number)
                && words[t].len() == 4
                && !words[t].contains(',')
                && !after.ends_with('s')
            || is_age(words, t, next)
            || matches!(
                before,
                "january"
                    | "february"
                    | "march"
                    | "april"
                    | "may"
                    | "june"
                    | "july"
                    | "august"
                    | "september"
                    | "october"
                    | "november"
                    | "december"
            )
            || matches!(
                after,
                "january"
                    | "february"
                    | "march"
                    | "april"
                    | "june"
                    | "july"
                    | "august"
                    | "september"
                    | "october"
                    | "november"
                    | "december"
                    | "-year-old"
            );
        if !other {
            found.push((t, next, number, qualifier(words, t)));
        }
        t = next.max(t + 1);
    }
    found
}

/// "Khan, 22, of the town": figures between commas are an age; so are those of "13-year-old".
fn is_age(words: &[&str], t: usize, next: usize) -> bool {
    let figures = words[t].len() <= 2 && words[t].bytes().all(|b| b.is_ascii_digit());
    let after = |n: usize| words.get(next + n).copied().unwrap_or("");
    let years = after(0).contains("year-old") || (after(0) == "-" && after(1).starts_with("year"));
    years || (figures && t > 0 && words[t - 1] == "," && after(0) == ",")
}

fn qualifier(words: &[&str], at: usize) -> Qualifier {
    let before = |n: usize| at.checked_sub(n).map_or("", |i| words[i]);
    match (before(2), before(1)) {
        ("at", "least") | ("more", "than") | (_, "over") => Qualifier::AtLeast,
        ("up", "to") => Qualifier::UpTo,
        (_, "about" | "around" | "nearly" | "some" | "approximately" | "roughly" | "almost") => {
            Qualifier::About
        }
        _ => Qualifier::Exact,
    }
}

/// A number in figures or words at `t`: where it ends and its value.
fn number_at(words: &[&str], t: usize, end: usize) -> Option<(usize, u32)> {
    if words[t] == "no"
        && matches!(words.get(t + 1), Some(&"one" | &"casualties" | &"injuries" | &"deaths" | &"fatalities"))
    {
        return Some((t + 1, 0));
    }
    let mut value = number_of(words[t])?;
    let mut next = t + 1;
    while next < end {
        match (words[next], words.get(next + 1)) {
            ("hundred", _) if value < 100 => value = value.saturating_mul(100),
            ("thousand", _) if value < 1_000 => value = value.saturating_mul(1_000),
            ("million", _) if value < 1_000 => value = value.saturating_mul(1_000_000),
            ("dozen", _) if value < 100 => value = value.saturating_mul(12),
            ("-", Some(unit)) if (20..100).contains(&value) && value % 10 == 0 => match number_of(unit) {
                Some(unit) if unit < 10 => {
                    value += unit;
                    next += 1;
                }
                _ => break,
            },
            (unit, _)
                if (20..100).contains(&value) && value % 10 == 0 && words[t].parse::<u32>().is_err() =>
            {
                match number_of(unit) {
                    Some(small) if (1..10).contains(&small) && unit.parse::<u32>().is_err() => value += small,
                    _ => break,
                }
            }
            _ => break,
        }
        next += 1;
    }
    Some((next, value))
}

/// The value of one word: "12", "1,200", "twelve", "thirty-eight".
pub fn number_of(word: &str) -> Option<u32> {
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        let digits: String = word.chars().filter(|c| *c != ',').collect();
        return digits.parse().ok();
    }
    if let Some(unit) = UNITS.iter().position(|unit| *unit == word) {
        return Some(unit as u32);
    }
    if let Some(ten) = TENS.iter().position(|ten| *ten == word) {
        return Some(20 + 10 * ten as u32);
    }
    let (ten, unit) = word.split_once('-')?;
    let ten = TENS.iter().position(|t| *t == ten)?;
    let unit = UNITS.iter().position(|u| *u == unit).filter(|u| (1..10).contains(u))?;
    Some(20 + 10 * ten as u32 + unit as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tolls_are_read_from_words() {
        let check = |text: &str, wanted: &[(Harm, u32)]| {
            let document = Document::new("", text);
            let all: Vec<usize> = (0..document.sentences.len()).collect();
            let found: Vec<(Harm, u32)> = find(&document, &all).iter().map(|t| (t.harm, t.number)).collect();
            assert_eq!(found, wanted, "{text}");
        };
        check("Gunmen killed 12 villagers.", &[(Harm::Killed, 12)]);
        check("Two guards fatally shot three drivers.", &[(Harm::Killed, 3)]);
        check("Five traders were fatally stabbed.", &[(Harm::Killed, 5)]);
        check("Raiders clubbed six herders to death.", &[(Harm::Killed, 6)]);
        check("A judge sentenced two men to death.", &[]);
        check("Eight guards were killed and 13 others injured.", &[(Harm::Killed, 8), (Harm::Injured, 13)]);
        check("The blast left at least 40 dead.", &[(Harm::Killed, 40)]);
        check("Fourteen people, including five children, were killed.", &[(Harm::Killed, 14)]);
        check(
            "A bomb hit a bus, killing two drivers and three guards.",
            &[(Harm::Killed, 2), (Harm::Killed, 3)],
        );
        check("Police arrested thirty-one marchers.", &[(Harm::Arrested, 31)]);
        check("Dozens were killed.", &[]);
        check("The rebels released 2,000 prisoners.", &[(Harm::Released, 2000)]);
        check("Six died in 2014.", &[(Harm::Killed, 6)]);
    }
}

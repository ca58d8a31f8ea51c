//! The hand-written names: mistakes are refused with file, line and reason; and the questions that other rooms ask of the gazetteer.

use dateline::lexicon::Country;
use dateline::lexicon::places::fold::fold;
use dateline::lexicon::places::{EntryId, Gazetteer, Level};

/// A lexicon of these lines after the tables that must be there: the problems, as "line: message".
fn problems(lines: &str) -> Vec<String> {
    let start = "never = [\"North\"]\ninstitutions = { US = [\"FBI\"] }\nexact = {}\nabbreviations = {}\npeople = { given = [] }\n";
    let text = format!("{start}{lines}");
    match Gazetteer::load_with("names.toml", &text) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.iter().map(|p| p.to_string()).collect(),
    }
}

#[track_caller]
fn check(lines: &str, expected: &[&str]) {
    assert_eq!(problems(lines), expected, "{lines}");
}

#[test]
fn mistakes_are_told_with_their_line() {
    let region = "\n[[region]]\nname = \"Sahel\"\nat = [15.0, 0.0]\n";
    check(&format!("demonyms = {{}}\n[names]\nSY = [\"Syria\"]\n{region}"), &[]);
    check(
        &format!("demonyms = {{}}\n[names]\nXX = [\"Nowhere\"]\n{region}"),
        &["names.toml:8: nothing in the gazetteer is \"XX\""],
    );
    check(
        &format!("demonyms = {{}}\n[names]\n\"YE/Atlantis\" = [\"Atlantis\"]\n{region}"),
        &["names.toml:8: nothing in the gazetteer is \"YE/Atlantis\""],
    );
    check(
        &format!("demonyms = {{}}\n[names]\nSY = [\"Syria\"]\nIQ = [\"Iraq\", \"syria\"]\n{region}"),
        &["names.toml:9: \"syria\" was given before, in line 8"],
    );
    check(
        &format!("names = {{}}\n[demonyms]\nIL = [\"Israeli\"]\nPS = [\"Israeli\"]\n{region}"),
        &["names.toml:9: \"Israeli\" was given before, in line 8"],
    );
    check(
        "names = {}\ndemonyms = {}\n[[region]]\nname = \"Sahel\"\ncountry = \"QQ\"\nat = [15.0, 0.0]\n",
        &["names.toml:10: no country has the code \"QQ\""],
    );
    check(
        "names = {}\ndemonyms = {}\n[[region]]\nname = \"Sahel\"\nat = [115.0, 0.0]\n",
        &["names.toml:10: no point has latitude 115, longitude 0"],
    );
    check(
        &format!("demonyms = {{}}\n[names]\nSY = [\"North\"]\n{region}"),
        &["names.toml:1: \"North\" is a name above"],
    );
    check(
        &format!("demonyms = {{}}\n[names]\nSY = [\"...\"]\n{region}"),
        &["names.toml:8: \"...\" has no letters"],
    );
    let told = problems("demonyms = {}\nnames = {}\n[[region]]\nname = \"Sahel\"\nplace = [15.0, 0.0]\n");
    assert!(told[0].starts_with("names.toml:") && told[0].contains("place"), "{told:?}");
}

#[test]
fn the_gazetteer_answers() {
    let gazetteer = Gazetteer::load().expect("the embedded gazetteer");
    let country = |code: &str| Country::new(code);
    for (name, code) in [
        ("United States", "US"),
        ("U.S.", "US"),
        ("Britain", "GB"),
        ("Ivory Coast", "CI"),
        ("Syria", "SY"),
        ("Georgia", "GE"),
        ("Democratic Republic of the Congo", "CD"),
        ("south korea", "KR"),
    ] {
        assert_eq!(gazetteer.country_named(name), country(code), "{name}");
    }
    assert_eq!(gazetteer.country_named("Paris"), None);
    for (word, code) in [
        ("Israeli", "IL"),
        ("Israelis", "IL"),
        ("French", "FR"),
        ("Somalis", "SO"),
        ("Chechen", "RU"),
        ("Texan", "US"),
    ] {
        assert_eq!(gazetteer.country_of_demonym(word), country(code), "{word}");
    }
    assert_eq!(gazetteer.country_of_demonym("Martian"), None);
    let capital = |code: &str| gazetteer.capital(country(code)?).map(|id| gazetteer.name(id));
    for (code, name) in [
        ("UA", "Kyiv"),
        ("US", "Washington"),
        ("AF", "Kabul"),
        ("YE", "Sanaa"),
        ("KZ", "Astana"),
        ("GB", "London"),
    ] {
        assert_eq!(capital(code), Some(name), "{code}");
    }
    assert_eq!(country("TR").and_then(|c| gazetteer.country_name(c)), Some("Turkey"));
    let find = |name: &str, level: Level, code: &str| -> EntryId {
        let folded = fold(name);
        let fits =
            |id: &EntryId| gazetteer.get(*id).level == level && gazetteer.get(*id).country == country(code);
        let all = gazetteer.named(&folded).map(|(id, _)| id).filter(fits);
        all.max_by_key(|id| gazetteer.get(*id).population).expect("an entry")
    };
    let (texas, austin) = (find("Texas", Level::Unit, "US"), find("Austin", Level::City, "US"));
    assert!(gazetteer.contains(texas, find("Houston", Level::City, "US")));
    assert!(gazetteer.contains(find("United States", Level::Country, "US"), texas));
    assert!(!gazetteer.contains(texas, texas) && !gazetteer.contains(austin, texas));
    assert_eq!(gazetteer.unit_code(find("Lviv", Level::City, "UA")), Some("UA-46"));
    let km = gazetteer.distance_km(find("Kyiv", Level::City, "UA"), find("Lviv", Level::City, "UA"));
    assert!((440.0..500.0).contains(&km), "{km}");
}

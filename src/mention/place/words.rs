//! English words whose company tells a place from a person, a firm or a street.
//!
//! Owns the vocabulary of the guard, one set of kinds a word. Leaves the points to `guard`.

use std::collections::HashMap;
use std::sync::LazyLock;

/// A set of kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Kinds(u16);

impl Kinds {
    pub const DIRECTION: Kinds = Kinds(1);
    pub const DAY: Kinds = Kinds(1 << 1);
    pub const BRAND: Kinds = Kinds(1 << 2);
    pub const TITLE: Kinds = Kinds(1 << 3);
    pub const BODY: Kinds = Kinds(1 << 4);
    pub const UNIT: Kinds = Kinds(1 << 5);
    pub const STREET: Kinds = Kinds(1 << 6);
    pub const SPEECH: Kinds = Kinds(1 << 7);
    pub const SETTLEMENT: Kinds = Kinds(1 << 8);
    pub const LOCATIVE: Kinds = Kinds(1 << 9);
    pub const COMPASS: Kinds = Kinds(1 << 10);
    pub const RELATION: Kinds = Kinds(1 << 11);
    pub const MOVE: Kinds = Kinds(1 << 12);
    pub const LANGUAGE: Kinds = Kinds(1 << 13);
    pub const GOVERNOR: Kinds = Kinds(1 << 14);
    pub const CONTROL: Kinds = Kinds(1 << 15);

    pub fn is(self, kind: Kinds) -> bool {
        self.0 & kind.0 != 0
    }

    pub fn either(self, other: Kinds) -> Kinds {
        Kinds(self.0 | other.0)
    }
}

/// The kinds of a word in small letters.
pub fn kinds(word: &str) -> Kinds {
    WORDS.get(word).copied().unwrap_or_default()
}

static WORDS: LazyLock<HashMap<&'static str, Kinds>> = LazyLock::new(|| {
    let mut words: HashMap<&'static str, Kinds> = HashMap::new();
    for (kind, list) in LISTS {
        for word in list.split_whitespace() {
            let kinds = words.entry(word).or_default();
            *kinds = kinds.either(*kind);
        }
    }
    words
});

/// Each kind with its words.
const LISTS: &[(Kinds, &str)] = &[
    // may stand with a capital before a place without being of its name
    (Kinds::DIRECTION, "
    north south east west northern southern eastern western central downtown greater the in from at near
    northeast northwest southeast southwest upper lower of inner
    "),
    // days and months
    (Kinds::DAY, "
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july
    august september october november december
    "),
    // papers, airlines and firms keep a place's name wherever they are
    (Kinds::BRAND, "
    airlines airways times post herald tribune journal gazette chronicle inquirer globe express holdings
    inc ltd llc corp motors idol records
    "),
    // stand before a person's name
    (Kinds::TITLE, "
    mr mrs ms miss dr sir lord lady sen senator rep gov judge justice sgt capt captain lt gen general
    col colonel cpl maj major rev reverend prof professor officer detective deputy sergeant lieutenant
    coach father sister brother pastor bishop archbishop pope king queen prince princess sheikh
    president minister chairman councilman councilwoman commissioner superintendent principal inspector
    constable trooper attorney lawyer actor actress singer director mayor chancellor ambassador
    secretary imam ayatollah mullah maulana maulvi dame mp ret retired private specialist corporal
    ensign commander admiral brigadier marshal congressman congresswoman senators
    "),
    // bodies, roles and things that are named after a place: "Kabul police", "the Texas governor"
    (Kinds::BODY, "
    police university college school schools hospital council airport court government office department
    fire board city county public high community state national regional international central district
    chamber authority authorities officials official residents resident area mayor governor senator
    sheriff army stadium times post herald news daily tribune journal star church cathedral museum
    library theatre theater metropolitan municipal township civic industrial medical prison jail bank
    airlines parliament assembly legislature senate house supreme democrat republican representative
    president prime foreign embassy ambassador native man woman couple family company suburb region
    province street road bridge port harbor harbour railway station association institute festival
    conference summit agreement accord treaty talks attacks attack bombing shooting massacre law campus
    branch bureau division first second forces defense defence border delegation diplomat diplomats
    forum
    "),
    // kinds of unit: "Kherson region", "province of Idlib"
    (Kinds::UNIT, "
    province governorate oblast region state county district prefecture department parish raion
    municipality territory canton voivodeship emirate krai republic counties provinces districts
    governorates
    "),
    // streets are no places
    (Kinds::STREET, "
    street st avenue ave road rd drive dr lane ln boulevard blvd highway hwy parkway court way place
    terrace crescent trail pike
    "),
    // what people do right after their name
    (Kinds::SPEECH, "
    said says told added asked was is had has testified wrote noted explained who also and did does
    would will went called
    "),
    // "the town of Adwa", "the resort of Sochi", "the villages of Foua and Kafraya"
    (Kinds::SETTLEMENT, "
    city cities town towns village villages neighborhood neighbourhood neighborhoods neighbourhoods
    suburb suburbs enclave resort port mayor capital outskirts hamlet settlement settlements commune
    municipality locality community oasis stronghold bastion
    "),
    // prepositions that are followed by places
    (Kinds::LOCATIVE, "
    in near at off from outside around toward towards across throughout inside into
    "),
    // small adjectives before places
    (Kinds::COMPASS, "
    northern southern eastern western central downtown northeastern northwestern southeastern
    southwestern nearby neighboring neighbouring upstate mainland north south east west
    "),
    // words between what happens and where
    (Kinds::RELATION, "
    to of through between via over within for on against
    "),
    // verbs whose object is a place
    (Kinds::MOVE, "
    leave left visited visit captured capture seized seize recaptured recapture retook retake bombed
    bomb shelled shell entered enter reached reach stormed storm besieged besiege attacked attack
    occupied occupy liberated liberate overran struck hit bombarded evacuated evacuate pounded
    "),
    // verbs of which a language is the object
    (Kinds::LANGUAGE, "
    speak speaks speaking spoke spoken learn learning fluent teaching taught
    "),
    // what is had or done of a place: "control of Derhachi", "the siege of Homs"
    (Kinds::CONTROL, "
    control capture recapture siege fall battle bombing bombardment shelling liberation seizure occupation evacuation storming streets
    "),
    // offices of a first-level unit: "New York Gov.", "the Kandahar governor"
    (Kinds::GOVERNOR, "
    gov governor legislature lawmakers statehouse
    "),
];

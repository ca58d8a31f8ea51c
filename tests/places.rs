//! Measures places against the toponym corpora beside the project (TR-News, LGL), where they are at hand, and keeps the measure
//! from falling. `shared/places/score.py` computes the same figures from the files that this test leaves in the target's tmp folder.

use chrono::NaiveDate;
use dateline::lexicon::places::fold::fold;
use dateline::lexicon::places::{Gazetteer, Level, distance_km};
use dateline::mention::{Context, Place, place};
use dateline::text::Document;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

fn gazetteer() -> &'static Gazetteer {
    static GAZETTEER: OnceLock<Gazetteer> = OnceLock::new();
    GAZETTEER.get_or_init(|| Gazetteer::load().unwrap_or_else(|problems| panic!("{problems:#?}")))
}

/// The folder of shared corpora: DATELINE_SHARED, or `shared` beside the crate or one of its parents.
fn shared() -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os("DATELINE_SHARED") {
        return Some(PathBuf::from(folder));
    }
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|a| a.join("shared"))
        .find(|p| p.join("places").is_dir())
}

fn corpus(name: &str) -> Option<Vec<Value>> {
    let path = shared()?.join("places").join(name);
    let text = std::fs::read_to_string(path).ok()?;
    Some(text.lines().map(|l| serde_json::from_str(l).expect("a line of the corpus")).collect())
}

fn context(home: Option<(f64, f64)>) -> Context {
    Context {
        published: NaiveDate::from_ymd_opt(2016, 1, 1).expect("a day"),
        published_at: None,
        country: None,
        home,
    }
}

/// The percentages that an evaluation of toponyms reports.
#[derive(Debug, Default)]
struct Score {
    overlap_f1: f64,
    end_to_end_f1: f64,
    country: f64,
}

/// True positives need an overlap and at most 161 km; gold without a point needs the overlap alone.
fn score(documents: &[(Vec<Value>, Vec<Place>, String)]) -> Score {
    let (mut gold_n, mut found_n, mut overlap, mut near, mut countries, mut country_right) =
        (0, 0, 0, 0, 0, 0);
    for (gold, found, text) in documents {
        gold_n += gold.len();
        found_n += found.len();
        let mut pairs = Vec::new();
        for (i, g) in gold.iter().enumerate() {
            let (gs, ge) = (g["start"].as_i64().expect("start"), g["end"].as_i64().expect("end"));
            for (j, p) in found.iter().enumerate() {
                let (ps, pe) = code_points(text, p);
                let o = ge.min(pe) - gs.max(ps);
                if o > 0 {
                    pairs.push((-o, ((ge - gs) - (pe - ps)).abs(), i, j));
                }
            }
        }
        pairs.sort();
        let (mut used_g, mut used_p) = (vec![false; gold.len()], vec![false; found.len()]);
        for (_, _, i, j) in pairs {
            if used_g[i] || used_p[j] {
                continue;
            }
            (used_g[i], used_p[j]) = (true, true);
            overlap += 1;
            let (g, p) = (&gold[i], &found[j]);
            near += usize::from(match (g["lat"].as_f64(), g["lon"].as_f64()) {
                (Some(lat), Some(lon)) => {
                    let same = g["geonameid"]
                        .as_str()
                        .is_some_and(|id| p.geonameid.is_some_and(|q| q.to_string() == id));
                    same || distance_km((lat, lon), (p.latitude, p.longitude)) <= 161.0
                }
                _ => true,
            });
            if let (Some(a), Some(b)) = (g["country"].as_str(), p.country) {
                countries += 1;
                country_right += usize::from(a == b.code());
            }
        }
    }
    let f1 = |hits: usize| 200.0 * hits as f64 / (gold_n + found_n) as f64;
    Score {
        overlap_f1: f1(overlap),
        end_to_end_f1: f1(near),
        country: 100.0 * country_right as f64 / countries as f64,
    }
}

fn code_points(text: &str, place: &Place) -> (i64, i64) {
    let start = text[..place.span.start].chars().count() as i64;
    (start, start + text[place.span.start..place.span.end].chars().count() as i64)
}

fn check(name: &str, homes: Option<&HashMap<String, (f64, f64)>>, least: Score) {
    let Some(corpus) = corpus(&format!("{name}.jsonl")) else {
        eprintln!("skipped: no shared corpora");
        return;
    };
    let mut lines = String::new();
    let mut all = Vec::new();
    for document in corpus {
        let text = document["text"].as_str().expect("text").to_owned();
        let home = homes.and_then(|h| h.get(document["source"].as_str()?)).copied();
        let found = place::find(&Document::new("", &text), gazetteer(), &context(home));
        let toponyms: Vec<Value> = found
            .iter()
            .map(|p| {
                let (start, end) = code_points(&text, p);
                json!({"start": start, "end": end, "text": &text[p.span.start..p.span.end], "lat": p.latitude, "lon": p.longitude, "demonym": p.demonym,
                    "country": p.country.map(|c| c.code().to_owned()), "geonameid": p.geonameid.map(|g| g.to_string()), "name": p.name, "admin1": p.admin1, "score": p.score})
            })
            .collect();
        lines += &format!("{}\n", json!({"doc": document["doc"], "toponyms": toponyms}));
        let gold = document["toponyms"].as_array().expect("toponyms").clone();
        all.push((gold, found, text));
    }
    let file = format!("{name}{}.jsonl", if homes.is_some() { "-home" } else { "" });
    std::fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join(file), lines).expect("written");
    let score = score(&all);
    eprintln!("{name}, home {}: {score:.1?}", homes.is_some());
    assert!(score.overlap_f1 >= least.overlap_f1, "{name}: {score:?}");
    assert!(score.end_to_end_f1 >= least.end_to_end_f1, "{name}: {score:?}");
    assert!(score.country >= least.country, "{name}: {score:?}");
}

#[test]
fn tr_news() {
    check("trnews", None, Score { overlap_f1: 91.0, end_to_end_f1: 85.0, country: 95.5 });
}

#[test]
fn lgl_without_the_outlet() {
    check("lgl", None, Score { overlap_f1: 82.0, end_to_end_f1: 71.0, country: 95.0 });
}

/// Where the papers of LGL are at home.
fn homes() -> HashMap<String, (f64, f64)> {
    let g = gazetteer();
    let mut homes = HashMap::new();
    for line in include_str!("data/places/homes.tsv").lines().filter(|l| !l.starts_with('#')) {
        let [outlet, town, unit] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let folded = fold(town);
        let ids = g
            .named(&folded)
            .map(|(id, _)| id)
            .filter(|id| g.unit_code(*id) == Some(unit) && g.get(*id).level == Level::City);
        let id = ids.max_by_key(|id| g.get(*id).population).unwrap_or_else(|| panic!("no {town} in {unit}"));
        homes.insert(outlet.to_owned(), (f64::from(g.get(id).latitude), f64::from(g.get(id).longitude)));
    }
    homes
}

#[test]
fn lgl_with_the_outlet() {
    check("lgl", Some(&homes()), Score { overlap_f1: 85.0, end_to_end_f1: 81.0, country: 98.0 });
}

/// The places of the annotated events: how many are found by their words, and with the right country.
#[test]
fn places_of_annotated_events() {
    let Some(folder) = shared().map(|s| s.join("gold/dev")).filter(|f| f.is_dir()) else {
        eprintln!("skipped: no shared corpora");
        return;
    };
    let (mut all, mut found, mut right) = (0, 0, 0);
    for name in ["articles", "items", "entries", "core"] {
        let text = std::fs::read_to_string(folder.join(format!("{name}.jsonl"))).expect("a corpus");
        for document in text.lines().map(|l| serde_json::from_str::<Value>(l).expect("a line of the corpus"))
        {
            let (title, text) =
                (document["title"].as_str().unwrap_or(""), document["text"].as_str().expect("text"));
            let parsed = Document::new(title, text);
            let places = place::find(&parsed, gazetteer(), &context(None));
            for event in document["events"].as_array().expect("events") {
                let Some(name) = event["place"]["name"].as_str() else { continue };
                all += 1;
                let words = |p: &&Place| {
                    let written = parsed.phrase(p.at);
                    !p.demonym && (name.contains(written) || written.contains(name))
                };
                let fitting: Vec<&Place> = places.iter().filter(words).collect();
                found += usize::from(!fitting.is_empty());
                let country = event["place"]["country"].as_str();
                let ok = fitting.iter().any(|p| p.country.as_ref().map(|c| c.code()) == country);
                right += usize::from(ok);
                if !ok {
                    let got: Vec<String> =
                        fitting.iter().map(|p| format!("{},{:?}", p.name, p.country)).collect();
                    eprintln!("{}: {name}, {country:?}: {got:?}", document["id"]);
                }
            }
        }
    }
    eprintln!("places of events: {found} of {all} found, {right} with the right country");
    assert!(found * 100 >= all * 85, "{found} of {all}");
    assert!(right * 100 >= all * 85, "{right} of {all}");
}

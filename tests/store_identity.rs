//! Stories that tell the same event share it on the timeline, in whatever order they come. Measured on clusters
//! of news articles that are not part of the project; skipped where they are absent.

use chrono::{DateTime, Utc};
use dateline::event::{Event, assemble};
use dateline::feed::{Feed, Learned};
use dateline::lexicon::Lexicon;
use dateline::mention::{self, Context};
use dateline::store::{Outcome, PollRecord, Reading, Store};
use dateline::story::{Story, article};
use dateline::text::Document;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Clusters whose event is of a kind that the timeline holds: missile and satellite launches, shootings, attacks,
/// arrests, captives freed, ships seized under sanctions.
const OURS: &[&str] = &[
    "north_Korea_hokkaido_missile",
    "north_Korea_Launches_satellite",
    "las_vegas_shooting",
    "truck_attack_in_nice",
    "boko_haram_21_schoolgirls_freed",
    "Benghazi_US_consulate_attack",
    "police_arrest_alleged_nigerian_prince_email_scammer_in_louisiana",
    "rihanna_calls_for_an_end_to_gun_violence_after_death_of_her_cousin_in_barbados",
    "NewYearsEveSexualAssaultsGermany",
    "israel_indicts_palestinian_teenage_girl_who_punched_soldier_army",
];

struct Article {
    cluster: String,
    story: Story,
    events: Vec<Event>,
}

fn shared() -> Option<PathBuf> {
    let named = std::env::var_os("DATELINE_SHARED").map(PathBuf::from);
    let above = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|p| p.join("shared"));
    named.into_iter().chain(above).find(|p| p.is_dir())
}

fn articles() -> Option<Vec<Article>> {
    let lines = std::fs::read_to_string(shared()?.join("stories/clusters.jsonl")).ok()?;
    let lexicon = Lexicon::load(&[]).ok()?;
    let read = |line: &str| {
        let v: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| v[key].as_str().unwrap_or_default().to_owned();
        let at: DateTime<Utc> = format!("{}Z", text("published")).parse().unwrap();
        let mut story = Story {
            feed: "papers".into(),
            key: text("id"),
            link: None,
            url: Some(format!("https://papers.example/{}", text("id"))),
            title: text("title"),
            summary: text("description"),
            body: String::new(),
            author: None,
            language: None,
            published_at: Some(at.into()),
            updated_at: None,
            seen_at: at,
            published_day: at.date_naive(),
        };
        // As from a feed whose pages are fetched.
        let page = text("text");
        if article::is_of(&page, &story) {
            story.body = page;
        }
        let context =
            Context { published: story.published_day, published_at: None, country: None, home: None };
        let document = Document::new(&story.title, story.text());
        let mentions = mention::find(&document, &lexicon, &context);
        let events = assemble::assemble(&document, &mentions, &lexicon, &context);
        Article { cluster: text("event"), story, events }
    };
    Some(lines.lines().map(read).collect())
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Score {
    precision: f64,
    recall: f64,
    b_cubed_precision: f64,
    b_cubed_recall: f64,
}

/// Commits the articles in an order and compares which stories share events with which share a cluster.
fn score(articles: &[Article], order: &[usize], explain: bool) -> Score {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("timeline.db");
    let mut store = Store::open_writer(&path).unwrap();
    store.sync_feeds(&[Feed::new("papers", "https://papers.example/".parse().unwrap())]).unwrap();
    let learned = Learned::default();
    for &i in order {
        let Article { story, events, .. } = &articles[i];
        let poll = PollRecord {
            feed: "papers",
            started_at: story.seen_at,
            outcome: Outcome::Fresh,
            status: Some(200),
            bytes: 0,
            entries: 1,
            milliseconds: 0,
            error: None,
            learned: &learned,
        };
        let reading = Reading::new(story.clone(), Some(events.clone()));
        store.commit(&poll, &[reading], 1, story.seen_at).unwrap();
    }
    let reader = rusqlite::Connection::open(&path).unwrap();
    let mut statement = reader
        .prepare("SELECT report.event, sighting.entry_key FROM report JOIN sighting USING (story)")
        .unwrap();
    let mut by_event: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
    let rows = statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?))).unwrap();
    for row in rows {
        let (event, story): (i64, String) = row.unwrap();
        by_event.entry(event).or_default().insert(story);
    }
    let ours: Vec<&Article> = articles.iter().filter(|a| OURS.contains(&a.cluster.as_str())).collect();
    let index: BTreeMap<&str, usize> =
        ours.iter().enumerate().map(|(i, a)| (a.story.key.as_str(), i)).collect();
    let mut shares = vec![BTreeSet::new(); ours.len()];
    for (event, stories) in &by_event {
        let members: Vec<usize> = stories.iter().filter_map(|s| index.get(s.as_str()).copied()).collect();
        for &a in &members {
            for &b in &members {
                if shares[a].insert(b) && a < b && explain && ours[a].cluster != ours[b].cluster {
                    eprintln!("wrong: {event} {} | {}", ours[a].story.title, ours[b].story.title);
                }
            }
        }
    }
    let (mut hits, mut said, mut true_pairs) = (0.0, 0.0, 0.0);
    let (mut b_precision, mut b_recall) = (0.0, 0.0);
    let mut by_cluster: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for a in 0..ours.len() {
        shares[a].insert(a);
        let same: BTreeSet<usize> = (0..ours.len()).filter(|&b| ours[a].cluster == ours[b].cluster).collect();
        let right = shares[a].intersection(&same).count() as f64;
        b_precision += right / shares[a].len() as f64;
        b_recall += right / same.len() as f64;
        hits += right - 1.0;
        said += shares[a].len() as f64 - 1.0;
        true_pairs += same.len() as f64 - 1.0;
        let count = by_cluster.entry(&ours[a].cluster).or_default();
        *count = (count.0 + right as u32 - 1, count.1 + same.len() as u32 - 1);
    }
    if explain {
        for (cluster, (found, of)) in by_cluster {
            eprintln!("{} of {} pairs of {cluster}", found / 2, of / 2);
        }
    }
    let n = ours.len() as f64;
    Score {
        precision: hits / said,
        recall: hits / true_pairs,
        b_cubed_precision: b_precision / n,
        b_cubed_recall: b_recall / n,
    }
}

/// A generator of repeatable choices (xorshift), for shuffling.
fn shuffled(count: usize, mut seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    for i in (1..count).rev() {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        order.swap(i, (seed % (i as u64 + 1)) as usize);
    }
    order
}

#[test]
fn stories_of_one_event_share_it_whatever_their_order() {
    let Some(articles) = articles() else {
        eprintln!("skipped: no shared corpus");
        return;
    };
    let mut order: Vec<usize> = (0..articles.len()).collect();
    order.sort_by_key(|&i| articles[i].story.seen_at);
    let in_time = score(&articles, &order, true);
    eprintln!("in the order of time: {in_time:?}");
    assert!(in_time.precision >= 0.95 && in_time.recall >= 0.65, "{in_time:?}");
    // One story of a cluster of seven is six pairs of 382: a single order may differ by one such story.
    let mut apart = 0.0;
    for seed in 1..=3 {
        let score = score(&articles, &shuffled(articles.len(), 0x9E37 * seed), false);
        eprintln!("shuffled: {score:?}");
        assert!(score.precision >= 0.95, "{score:?}");
        let by = (score.recall - in_time.recall).abs();
        assert!(by <= 0.03, "{score:?} against {in_time:?}");
        apart += by / 3.0;
    }
    assert!(apart <= 0.02, "{apart} on average against {in_time:?}");
}

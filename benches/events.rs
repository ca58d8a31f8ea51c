//! From text to events: sentences a second on one core, feed items a second on all cores.
//!
//! The texts are our own, told in the lengths and the mixture of news: conflict beside sport, markets and weather.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dateline::event::assemble;
use dateline::lexicon::Lexicon;
use dateline::mention::{self, Context};
use dateline::text::Document;
use rayon::prelude::*;
use std::hint::black_box;

/// Headline and summary.
const ITEMS: &[(&str, &str)] = &[
    (
        "Gunmen kill nine at market in northern town",
        "Armed men on motorcycles opened fire on shoppers in the town of Kaura Namoda on Sunday, killing nine people and wounding at least 14 others, police and residents said. No group has claimed the attack.",
    ),
    (
        "Minister flies to Muscat for talks on border",
        "The foreign minister arrived in Muscat on Tuesday for two days of talks with his counterpart over the disputed crossing, which has been shut since a clash between patrols in March.",
    ),
    (
        "Late goal sends home side through",
        "A header in stoppage time gave the hosts a 2-1 win and a place in the last eight, where they will meet the holders next Wednesday.",
    ),
    (
        "Shares slip as oil climbs",
        "Stocks fell for a third day as investors weighed dearer oil and a profit warning from the country's largest lender. The main index closed 0.8 percent lower.",
    ),
    (
        "Army and rebels trade blame after truce breaks",
        "A ceasefire that the two sides agreed last week collapsed within hours, with each accusing the other of shelling villages along the river. At least six civilians were killed, aid workers said.",
    ),
    (
        "Heavy rain closes roads in the south",
        "Two days of rain have closed roads and schools across three districts. Forecasters expect the weather to clear by the weekend.",
    ),
    (
        "Thousands march against pension plan",
        "Teachers and nurses led a march through the capital on Saturday against a plan to raise the age at which they can retire. Organisers put the crowd at 40,000; police said it was half that.",
    ),
    (
        "New museum opens in old station",
        "The hall, empty for thirty years, now shows 600 paintings by artists from the region. Entry is free on Mondays.",
    ),
    (
        "Court frees editor held since January",
        "A judge ordered the release on bail of the editor of a weekly paper, who was arrested in January over a report on army contracts. Prosecutors said they would appeal.",
    ),
    (
        "Phone maker trims its forecast",
        "The company blamed slow demand and said that it would cut spending. Analysts had hoped for better from the new model.",
    ),
];

fn events(lexicon: &Lexicon, title: &str, text: &str) -> usize {
    let published = chrono::NaiveDate::from_ymd_opt(2024, 3, 14).expect("a day");
    let context = Context { published, published_at: None, country: None, home: None };
    let document = Document::new(title, text);
    let mentions = mention::find(&document, lexicon, &context);
    assemble::assemble(&document, &mentions, lexicon, &context).len()
}

/// One article a file of the shared folder's annotated news, where it is at hand: the texts that targets are set on.
fn articles() -> Vec<(String, String)> {
    let root = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let Some(shared) = root.ancestors().map(|f| f.join("shared/gold/dev")).find(|f| f.is_dir()) else {
        return Vec::new();
    };
    ["entries", "core", "items", "articles"]
        .iter()
        .filter_map(|set| std::fs::read_to_string(shared.join(format!("{set}.jsonl"))).ok())
        .flat_map(|lines| lines.lines().map(str::to_owned).collect::<Vec<_>>())
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(&line).ok())
        .map(|value| {
            let field = |key: &str| value[key].as_str().unwrap_or("").to_owned();
            (field("title"), field("text"))
        })
        .collect()
}

fn sentences<'t>(texts: impl Iterator<Item = (&'t str, &'t str)>) -> u64 {
    texts.map(|(title, text)| Document::new(title, text).sentences.len() as u64).sum()
}

fn bench(c: &mut Criterion) {
    let lexicon = Lexicon::load(&[]).expect("sound files");
    let mut group = c.benchmark_group("events");
    group.sample_size(20);
    group.throughput(Throughput::Elements(sentences(ITEMS.iter().copied())));
    group.bench_function("own items, sentences on one core", |b| {
        b.iter(|| ITEMS.iter().map(|(title, text)| events(&lexicon, black_box(title), text)).sum::<usize>());
    });
    let articles = articles();
    if !articles.is_empty() {
        let pairs = || articles.iter().map(|(title, text)| (title.as_str(), text.as_str()));
        group.throughput(Throughput::Elements(sentences(pairs())));
        group.bench_function("annotated news, sentences on one core", |b| {
            b.iter(|| pairs().map(|(title, text)| events(&lexicon, black_box(title), text)).sum::<usize>());
        });
    }
    let many: Vec<(&str, &str)> = ITEMS.iter().copied().cycle().take(1000).collect();
    group.throughput(Throughput::Elements(many.len() as u64));
    group.bench_function("own items, items on all cores", |b| {
        b.iter(|| {
            many.par_iter().map(|(title, text)| events(&lexicon, black_box(title), text)).sum::<usize>()
        });
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);

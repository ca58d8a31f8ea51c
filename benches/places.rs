//! How fast places are found and resolved, and how fast the gazetteer loads: `cargo bench --bench places`.

use chrono::NaiveDate;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dateline::lexicon::places::Gazetteer;
use dateline::mention::{Context, place};
use dateline::text::Document;
use std::hint::black_box;

/// A story of our own with the density of names of agency copy.
const STORY: &str = "KHARKIV, Ukraine (Reuters) - Russian shells hit two villages near Kupiansk on Monday, killing at least three people, the \
regional governor said. Police in Lviv and Odesa closed streets after warnings from Kyiv. The defence ministry in Moscow did not comment. \
Talks in Geneva between American and Iranian envoys ended without a statement, and a delegation from Doha left for Washington. \
In Sudan, residents of El Fasher told aid workers that markets had been empty for a week. Hospitals across North Darfur reported \
shortages of fuel. Officials at the port of Hodeidah in western Yemen said that two ships had left for Djibouti. A spokesman for the \
interior ministry in Baghdad said that gunmen had attacked a checkpoint outside Baquba, northeast of the capital. The Springfield, \
Illinois, company that made the pumps declined to answer questions, and its lawyers asked for more time.\n\n";

fn context() -> Context {
    Context {
        published: NaiveDate::from_ymd_opt(2024, 5, 6).expect("a day"),
        published_at: None,
        country: None,
        home: None,
    }
}

fn places(c: &mut Criterion) {
    let gazetteer = Gazetteer::load().expect("the embedded gazetteer");
    let documents: Vec<Document> = (0..20).map(|i| Document::new("", &STORY.repeat(1 + i % 5))).collect();
    let bytes: usize = documents.iter().map(|d| d.field(dateline::text::Field::Text).len()).sum();
    let context = context();
    let mut group = c.benchmark_group("places");
    group.throughput(Throughput::Bytes(bytes as u64));
    group.bench_function("find", |b| {
        b.iter(|| {
            documents.iter().map(|d| place::find(black_box(d), &gazetteer, &context).len()).sum::<usize>()
        });
    });
    group.finish();
    c.bench_function("places/load", |b| b.iter(|| Gazetteer::load().expect("the embedded gazetteer")));
}

criterion_group!(benches, places);
criterion_main!(benches);

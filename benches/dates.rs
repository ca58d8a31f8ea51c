//! Characters of news a second that are read for dates, documents made beforehand, on one core.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dateline::lexicon::calendar::Calendar;
use dateline::mention::{Context, when};
use dateline::text::Document;
use std::hint::black_box;

const PARAGRAPH: &str = "Gunmen on motorcycles attacked a police post outside the northern town on Friday night, killing at least four \
    officers, the provincial governor said on Saturday. It was the third such raid since August, when the army ended a two-month \
    operation in the hills. The interior minister will visit the area next week. \"We have lost brave men, and those who sent the killers \
    will answer for it,\" he told reporters in the capital. Talks between the two sides broke down in March 2021 after 18 months; a \
    ceasefire signed on 2 May 2019 had held for less than a year. Traders reopened their shops by noon.\n\n";

fn dates(criterion: &mut Criterion) {
    let text = PARAGRAPH.repeat(20);
    let document = Document::new("", &text);
    let context = Context {
        published: chrono::NaiveDate::from_ymd_opt(2022, 12, 5).expect("a day"),
        published_at: None,
        country: None,
        home: None,
    };
    let mut group = criterion.benchmark_group("dates");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("find", |b| {
        b.iter(|| when::find(black_box(&document), Calendar::embedded(), &context))
    });
    group.finish();
}

criterion_group!(benches, dates);
criterion_main!(benches);

//! Tokens a second, on one core: segmentation, tags alone, tags and trees, the whole document.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dateline::text::Document;
use dateline::text::model::embedded;
use dateline::text::word::Form;
use std::hint::black_box;

/// Ordinary news sentences of ordinary lengths.
const TEXT: &str = "\
Gunmen opened fire on a crowded market in the north of the country on Friday, killing at least 12 people and \
wounding dozens more, police and witnesses said. No group immediately claimed responsibility for the attack, but \
officials blamed militants who have fought the government for more than a decade. The president, who was on a visit \
to Paris, condemned the \"cowardly\" assault and promised that those behind it would be found. It was the third such \
attack in a month. Residents said the attackers arrived on motorcycles shortly after noon, when hundreds of \
shoppers had come from nearby villages to buy food. \"They shot at everyone they saw,\" said one trader, who asked not \
to be named for fear of reprisals. The army later said that its troops had pursued the gunmen into the hills and \
killed five of them. Aid groups, which have warned of hunger in the region, said they would suspend their work there \
until the roads are safe. Talks between the two sides broke down in March after the rebels refused to lay down their \
arms, and a ceasefire that neighbouring states had brokered in January has never been observed. The foreign minister \
is due to meet his counterpart in Geneva next week.";

fn text(c: &mut Criterion) {
    let document = Document::new("", TEXT);
    let sentences: Vec<Vec<&str>> = (0..document.sentences.len())
        .map(|s| (0..document.sentences[s].tokens.len()).map(|t| document.word(s, t)).collect())
        .collect();
    let tokens = sentences.iter().map(Vec::len).sum::<usize>();
    let model = embedded();
    let mut group = c.benchmark_group("text");
    group.throughput(Throughput::Elements(tokens as u64));
    group.bench_function("segment", |b| b.iter(|| Document::new("", black_box(TEXT))));
    group.bench_function("tag", |b| {
        b.iter(|| {
            for words in &sentences {
                black_box(model.tagger.tag(&Form::sentence(words.iter().copied())));
            }
        });
    });
    group.bench_function("tag and parse", |b| {
        b.iter(|| black_box(model.parse_all(sentences.iter().map(|words| words.iter().copied()))));
    });
    group.bench_function("tag and parse one by one", |b| {
        b.iter(|| {
            for words in &sentences {
                black_box(model.parse(words.iter().copied()));
            }
        });
    });
    group.bench_function("document with trees", |b| {
        b.iter(|| {
            let document = Document::new("", black_box(TEXT));
            document.read(0..document.sentences.len());
            for s in 0..document.sentences.len() {
                black_box(document.tree(s));
            }
        });
    });
    group.finish();
}

criterion_group!(benches, text);
criterion_main!(benches);

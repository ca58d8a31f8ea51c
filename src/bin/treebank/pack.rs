//! Writes the model file that `text::model` reads.
//!
//! Owns quantisation: embeddings to a byte with a scale a row, dense parts to 16 bits with a scale a part.

use crate::{lemmas, parser, tagger};
use dateline::text::model::{MAGIC, VERSION};
use dateline::text::network::Part;
use dateline::text::vocabulary::TABLES;
use xxhash_rust::xxh3::xxh3_64;

pub fn pack(tagger: &tagger::Trained, lemmas: &lemmas::Trained, parser: &parser::Trained) -> Vec<u8> {
    let mut body = Vec::new();
    write_tagger(tagger, &mut body);
    write_lemmas(lemmas, &mut body);
    write_parser(parser, &mut body);
    let mut file = MAGIC.to_vec();
    file.extend(VERSION.to_le_bytes());
    file.extend(xxh3_64(&body).to_le_bytes());
    file.extend(body);
    file
}

fn number(value: usize, out: &mut Vec<u8>) {
    out.extend((value as u32).to_le_bytes());
}

fn write_tagger(tagger: &tagger::Trained, out: &mut Vec<u8>) {
    number(tagger.known.len(), out);
    for known in &tagger.known {
        out.extend(known.norm.to_le_bytes());
        out.push(known.tag | if known.certain { 0x80 } else { 0 });
    }
    number(tagger.rows.len(), out);
    for (key, row) in &tagger.rows {
        out.extend(key.to_le_bytes());
        out.push(row.len() as u8);
        for &(tag, weight) in row {
            out.push(tag);
            out.push(weight as u8);
        }
    }
}

fn write_lemmas(lemmas: &lemmas::Trained, out: &mut Vec<u8>) {
    number(lemmas.edits.len(), out);
    for edit in &lemmas.edits {
        out.push(edit.cut);
        out.push(edit.add.len() as u8);
        out.extend(edit.add.as_bytes());
    }
    number(lemmas.entries.len(), out);
    for &(key, choice) in &lemmas.entries {
        out.extend(key.to_le_bytes());
        out.push(choice);
    }
}

fn write_parser(trained: &parser::Trained, out: &mut Vec<u8>) {
    let network = &trained.parameters.network;
    let shape = network.shape;
    for size in [shape.input, shape.width, shape.arc, shape.label] {
        number(size, out);
    }
    for keys in &trained.keys {
        number(keys.len(), out);
        for key in keys {
            out.extend(key.to_le_bytes());
        }
    }
    for table in 0..TABLES {
        for row in trained.parameters.tables[table].chunks_exact(shape.input) {
            let scale = scale(row, 127.0);
            out.extend(scale.to_le_bytes());
            out.extend(row.iter().map(|v| (v / scale).round() as i8 as u8));
        }
    }
    for part in Part::ALL {
        let values = network.part(part);
        let scale = scale(values, 32767.0);
        out.extend(scale.to_le_bytes());
        for v in values {
            out.extend(((v / scale).round() as i16).to_le_bytes());
        }
    }
}

fn scale(values: &[f32], top: f32) -> f32 {
    values.iter().fold(0f32, |most, v| most.max(v.abs())).max(1e-20) / top
}

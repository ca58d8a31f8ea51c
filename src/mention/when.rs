//! Temporal expressions of a document (TIMEX3), resolved against publication and against each other.
//!
//! Owns the walk over the text and what an expression becomes. The grammar is in the files beneath, a family each; vocabulary is in
//! `lexicon::calendar`. Leaves to `event` which happening a date belongs to, and the date of an event that an expression is counted from.
//!
//! Reading order decides: the first rule that fits takes its words, and the walk goes on behind them. Time is linear in the text.

mod amount;
mod deictic;
mod direction;
mod explicit;
mod hour;
mod moment;
mod period;
mod piece;
mod reader;

use super::{Anchored, Context, When};
use crate::lexicon::calendar::Calendar;
use crate::text::{At, Document, Field, Span};
use moment::Moment;
use piece::Piece;
use reader::{Found, Memory, Reader};
use std::ops::Range;

/// The expressions of a document, in order.
pub fn find(document: &Document, calendar: &Calendar, context: &Context) -> Vec<When> {
    find_in(document, calendar, context, 0..document.sentences.len())
}

/// The expressions of some sentences, in order. What stands before them is not read: "that day" may stay open.
pub fn find_in(
    document: &Document,
    calendar: &Calendar,
    context: &Context,
    sentences: Range<usize>,
) -> Vec<When> {
    let mut all = Vec::new();
    let (mut first, end) = (sentences.start, sentences.end.min(document.sentences.len()));
    while first < end {
        let field = document.sentences[first].field;
        let last = (first..end).take_while(|s| document.sentences[*s].field == field).last().unwrap_or(first);
        read_field(document, calendar, context, field, first..last + 1, &mut all);
        first = last + 1;
    }
    all
}

fn read_field(
    document: &Document,
    calendar: &Calendar,
    context: &Context,
    field: Field,
    range: Range<usize>,
    all: &mut Vec<When>,
) {
    let text = document.field(field);
    let starts: Vec<usize> = document.sentences[range.clone()].iter().map(|s| s.span.start).collect();
    let (start, end) =
        (document.sentences[range.start].span.start, document.sentences[range.end - 1].span.end);
    let pieces = piece::cut(text, start, end, &starts, calendar);
    let mut reader = Reader {
        text,
        title: field == Field::Title,
        pieces: &pieces,
        calendar,
        published: context.published,
        country: context.country,
        memory: Memory::default(),
        base: 0,
        depth: Default::default(),
    };
    let mut i = 0;
    while i < pieces.len() {
        let Some(mut found) = reader.read(i) else {
            i += 1;
            continue;
        };
        i = found.end.max(i + 1);
        let also = std::mem::take(&mut found.also);
        let relative = found.relative;
        keep(document, &mut reader, &found, field, all);
        for (start, end, moment) in also {
            i = i.max(end);
            keep(document, &mut reader, &Found { relative, ..Found::new(start, end, moment) }, field, all);
        }
    }
}

fn keep(document: &Document, reader: &mut Reader, found: &Found, field: Field, all: &mut Vec<When>) {
    remember(reader, found);
    if let Some(when) = build(document, reader.pieces, found, field) {
        all.push(when);
    }
}

/// What later expressions may be counted from.
fn remember(reader: &mut Reader, found: &Found) {
    match &found.moment {
        Moment::Quarter(..) | Moment::SomeQuarter(_) if !found.compared => {
            reader.memory.account = Some(found.moment.clone())
        }
        _ => {}
    }
    if found.moment.days().is_some() {
        reader.memory.last = Some(found.moment.clone());
    }
    if let Moment::Day(d) | Moment::Time(d, _) = found.moment {
        reader.memory.day_in_sentence = Some((found.start, d));
    }
}

fn build(document: &Document, pieces: &[Piece], found: &Found, field: Field) -> Option<When> {
    let span =
        Span { start: pieces.get(found.start)?.start, end: pieces.get(found.end.checked_sub(1)?)?.end };
    let at = at(document, field, span)?;
    let covered = found.covers.as_ref().unwrap_or(&found.moment).days();
    let kind = found.moment.kind();
    let anchored = found.anchor.as_ref().map(|shift| Anchored {
        shift: shift.by,
        anchor: shift.anchor.and_then(|(first, end)| {
            document_span(pieces, first, end)
                .and_then(|s| self::at(document, field, s))
                .filter(|a| a.sentence == at.sentence)
        }),
    });
    Some(When {
        at,
        span,
        kind,
        value: found.moment.value(),
        modifier: found.modifier,
        resolved: covered.map(|(interval, _)| interval),
        precision: covered.map(|(_, precision)| precision),
        relative: found.relative,
        anchored,
    })
}

fn document_span(pieces: &[Piece], first: usize, end: usize) -> Option<Span> {
    Some(Span { start: pieces.get(first)?.start, end: pieces.get(end.checked_sub(1)?)?.end })
}

/// The tokens of a span, in the sentence that holds its start.
fn at(document: &Document, field: Field, span: Span) -> Option<At> {
    let sentence = document.sentence_at(field, span.start)?;
    document.tokens_in(sentence, span)
}

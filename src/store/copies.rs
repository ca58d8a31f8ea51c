//! Copies of one text at other addresses: where they are looked up.
//!
//! Owns `story_sketch`, `story_band` and the bands of the newest stories. Leaves to `story::dedup` when a text is
//! a copy of another.
//!
//! Every story has some seventeen band keys that are spread over the whole table: written with the story, they
//! would touch as many pages, which is more than everything else that a new story costs. So a commit writes the
//! sketch only; its bands are kept in memory, where copies are looked up first, and are written in sorted batches
//! when the writer has nothing else to do. Those of a process that died are made again from the texts.

use super::{Doing, Result, Store, names};
use crate::story::Story;
use crate::story::dedup::{self, Sketch, Words};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension};
use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

/// Stories whose bands are written in one transaction.
const BATCH: usize = 2_048;
/// Candidates that one band key names at most.
const CANDIDATES: usize = 8;

const ORIGINAL_BY_TEXT: &str =
    "SELECT coalesce(same_as, id) FROM story WHERE text_hash = ?1 ORDER BY id LIMIT 1";

/// The stories of each band of a sketch, with the band's place in it; of each the newest first: a copy follows its
/// original within days. One statement, because most bands have no story and each question has its price.
static BY_BANDS: LazyLock<String> = LazyLock::new(|| {
    let of = |place: usize| {
        let band = place + 1;
        format!(
            "SELECT {place}, story FROM (SELECT story FROM story_band WHERE band = ?{band} ORDER BY story DESC \
             LIMIT {CANDIDATES})"
        )
    };
    (0..=dedup::BANDS).map(of).collect::<Vec<_>>().join(" UNION ALL ")
});

const SKETCH: &str = "SELECT minima, coalesce(story.same_as, story.id), title, iif(body = '', summary, body)
    FROM story_sketch JOIN story ON story.id = story_sketch.story WHERE story_sketch.story = ?1";

const INSERT_SKETCH: &str = "INSERT INTO story_sketch (story, seen_day, minima) VALUES (?1, ?2, ?3)";

const RESKETCH: &str = "INSERT OR IGNORE INTO story_sketch (story, seen_day, minima) VALUES (?1, ?2, ?3)";
const STORED: &str =
    "SELECT id, substr(first_seen_at, 1, 10), title, iif(body = '', summary, body) FROM story
    WHERE id <= ?1 AND id > ?1 - ?2 AND first_seen_at >= ?3 ORDER BY id DESC";

const INSERT_BAND: &str = "INSERT OR IGNORE INTO story_band (band, story) VALUES (?1, ?2)";
const WRITTEN: &str = "SELECT story FROM written_band";
const SET_WRITTEN: &str = "UPDATE written_band SET story = ?1";
const UNWRITTEN: &str = "SELECT story, title, iif(body = '', summary, body) FROM story_sketch
    JOIN story ON story.id = story_sketch.story WHERE story_sketch.story > ?1 ORDER BY story_sketch.story";

/// Of the oldest sketches those that are too old, their bands written.
const OLD_SKETCHES: &str = "SELECT story, title, iif(body = '', summary, body)
    FROM (SELECT story, seen_day FROM story_sketch ORDER BY story LIMIT ?2) AS oldest
    JOIN story ON story.id = oldest.story
    WHERE seen_day < ?1 AND oldest.story <= (SELECT story FROM written_band)";
const FORGET_BAND: &str = "DELETE FROM story_band WHERE band = ?1 AND story = ?2";
const FORGET_SKETCH: &str = "DELETE FROM story_sketch WHERE story = ?1";

/// The bands of stories that are not in `story_band` yet, in the order in which the stories came.
#[derive(Debug)]
pub(crate) struct Recent {
    entries: VecDeque<Entry>,
    /// The number of the first entry; numbers grow for ever.
    first: u64,
    /// Of each band the number of its newest entry.
    newest: HashMap<u64, u64, BuildHasherDefault<AsItIs>>,
}

/// The hash of a band is the band: it is one already.
#[derive(Debug, Default, Clone, Copy)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[derive(Debug)]
struct Entry {
    band: u64,
    story: i64,
    /// The number of the entry before it with the same band; one that is gone or zero is none.
    earlier: u64,
}

impl Default for Recent {
    fn default() -> Recent {
        Recent { entries: VecDeque::new(), first: 1, newest: HashMap::default() }
    }
}

impl Recent {
    fn add(&mut self, story: i64, bands: Vec<u64>) {
        for band in bands {
            let number = self.end();
            let earlier = self.newest.insert(band, number).unwrap_or(0);
            self.entries.push_back(Entry { band, story, earlier });
        }
    }

    /// The number of the next entry.
    pub fn end(&self) -> u64 {
        self.first + self.entries.len() as u64
    }

    /// Forgets the entries from this number on: those of a transaction that failed.
    pub fn take_back(&mut self, end: u64) {
        while self.end() > end {
            let Some(Entry { band, earlier, .. }) = self.entries.pop_back() else { return };
            if earlier >= self.first {
                self.newest.insert(band, earlier);
            } else {
                self.newest.remove(&band);
            }
        }
    }

    /// Forgets the oldest entries.
    fn drop_first(&mut self, count: usize) {
        for Entry { band, .. } in self.entries.drain(..count) {
            if self.newest.get(&band) == Some(&self.first) {
                self.newest.remove(&band);
            }
            self.first += 1;
        }
    }

    /// The stories of one band, the newest first.
    fn stories(&self, band: u64) -> impl Iterator<Item = i64> {
        let mut number = self.newest.get(&band).copied().unwrap_or(0);
        std::iter::from_fn(move || {
            let index = number.checked_sub(self.first)?;
            let entry = self.entries.get(index as usize)?;
            number = entry.earlier;
            Some(entry.story)
        })
    }

    /// The entries of the oldest stories, about `BATCH` of them: none until there are as many.
    fn batch(&self) -> usize {
        let least = BATCH * dedup::BANDS;
        let Some(last) = self.entries.get(least) else { return 0 };
        least + self.entries.range(least..).take_while(|e| e.story == last.story).count()
    }

    /// What a file holds that its last writer had no time to write.
    pub fn load(c: &Connection) -> Result<Recent> {
        let what = "reading what finds copies of stories";
        let mut recent = Recent::default();
        let written: i64 = c.query_row(WRITTEN, [], |row| row.get(0)).doing(what)?;
        let mut statement = c.prepare(UNWRITTEN).doing(what)?;
        let mut rows = statement.query([written]).doing(what)?;
        while let Some(row) = rows.next().doing(what)? {
            let (title, text): (String, String) = (row.get(1).doing(what)?, row.get(2).doing(what)?);
            if let Some(sketch) = Words::of(&title, &text).sketch() {
                recent.add(row.get(0).doing(what)?, sketch.bands());
            }
        }
        Ok(recent)
    }
}

/// Keeps what finds the copies of a story that was just written.
pub(super) fn remember(
    c: &Connection,
    recent: &mut Recent,
    id: i64,
    story: &Story,
    sketch: &Sketch,
) -> Result<()> {
    let day = names::day(story.seen_at.date_naive());
    c.prepare_cached(INSERT_SKETCH)
        .and_then(|mut s| s.execute((id, day, sketch.bytes().as_slice())))
        .doing("writing a story's sketch")?;
    recent.add(id, sketch.bands());
    Ok(())
}

/// Writes what finds the copies of stories that were stored before that was made as it is made now: of those up to an
/// id, first seen at a time or later, the newest `limit`. Returns the oldest of them.
pub(super) fn remember_again(c: &Connection, newest: i64, since: &str, limit: i64) -> Result<Option<i64>> {
    let what = "writing what finds copies of older stories";
    let mut statement = c.prepare_cached(STORED).doing(what)?;
    let mut rows = statement.query((newest, limit, since)).doing(what)?;
    let (mut sketches, mut bands) = (c.prepare_cached(RESKETCH).doing(what)?, Vec::new());
    let mut oldest = None;
    while let Some(row) = rows.next().doing(what)? {
        let (id, day): (i64, String) = (row.get(0).doing(what)?, row.get(1).doing(what)?);
        let (title, text): (String, String) = (row.get(2).doing(what)?, row.get(3).doing(what)?);
        oldest = Some(id);
        let Some(sketch) = Words::of(&title, &text).sketch() else { continue };
        sketches.execute((id, day, sketch.bytes().as_slice())).doing(what)?;
        bands.extend(sketch.bands().into_iter().map(|band| (band as i64, id)));
    }
    bands.sort_unstable();
    let mut statement = c.prepare_cached(INSERT_BAND).doing(what)?;
    for band in bands {
        statement.execute(band).doing(what)?;
    }
    Ok(oldest)
}

/// The stories that share a band, so many of each: those in memory, which are the newest, and then those written.
fn candidates(c: &Connection, recent: &Recent, bands: &[u64]) -> rusqlite::Result<Vec<i64>> {
    let mut left = [CANDIDATES; dedup::BANDS + 1];
    let mut candidates = Vec::new();
    let mut statement = c.prepare_cached(&BY_BANDS)?;
    for (place, band) in bands.iter().enumerate() {
        let before = candidates.len();
        candidates.extend(recent.stories(*band).take(CANDIDATES));
        left[place] -= candidates.len() - before;
        statement.raw_bind_parameter(place + 1, *band as i64)?;
    }
    // A story without a headline has one band less.
    for place in bands.len()..=dedup::BANDS {
        statement.raw_bind_parameter(place + 1, rusqlite::types::Null)?;
    }
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        let place = row.get::<_, i64>(0)? as usize;
        if left[place] > 0 {
            left[place] -= 1;
            candidates.push(row.get(1)?);
        }
    }
    candidates.sort_unstable();
    candidates.dedup();
    Ok(candidates)
}

/// The first story that told the text of a story that is not written yet.
pub(super) fn original(
    c: &Connection,
    recent: &Recent,
    story: &Story,
    hash: u64,
    sketch: &Sketch,
) -> Result<Option<i64>> {
    let what = "looking for copies of a story";
    let exact = c
        .prepare_cached(ORIGINAL_BY_TEXT)
        .and_then(|mut s| s.query_row([hash as i64], |row| row.get(0)).optional())
        .doing(what)?;
    if exact.is_some() {
        return Ok(exact);
    }
    let candidates = candidates(c, recent, &sketch.bands()).doing(what)?;
    let mut best: Option<(f64, i64)> = None;
    let mut by_id = c.prepare_cached(SKETCH).doing(what)?;
    for candidate in candidates {
        let row = by_id
            .query_row([candidate], |row| {
                Ok((
                    row.get::<_, Vec<u8>>(0)?,
                    row.get(1)?,
                    row.get::<_, String>(2)?,
                    row.get::<_, String>(3)?,
                ))
            })
            .optional()
            .doing(what)?;
        let Some((minima, original, title, text)) = row else { continue };
        let similarity = sketch.similarity(&minima);
        let accepted = sketch.accepts(similarity, dedup::same_words(&title, &story.title))
            && (!sketch.is_short() || dedup::numbers_agree(&text, story.text()));
        if accepted && best.is_none_or(|(s, _)| similarity > s) {
            best = Some((similarity, original));
        }
    }
    Ok(best.map(|(_, original)| original))
}

impl Store {
    /// Writes the bands of the oldest stories that are still in memory, where there are enough of them; whether
    /// there were.
    pub(super) fn write_bands(&mut self) -> Result<bool> {
        let what = "writing what finds copies of stories";
        let count = self.memory.recent.batch();
        if count == 0 {
            return Ok(false);
        }
        let batch = self.memory.recent.entries.range(..count);
        let last = batch.clone().map(|e| e.story).max();
        let mut rows: Vec<(i64, i64)> = batch.map(|e| (e.band as i64, e.story)).collect();
        rows.sort_unstable();
        self.write(|c, _| {
            let mut statement = c.prepare_cached(INSERT_BAND).doing(what)?;
            for row in &rows {
                statement.execute(*row).doing(what)?;
            }
            c.prepare_cached(SET_WRITTEN).and_then(|mut s| s.execute([last])).doing(what).map(drop)
        })?;
        self.memory.recent.drop_first(count);
        Ok(true)
    }

    /// Empties the near-duplicate index of stories last seen before `before`, at most `limit` of them, so
    /// that the write lock is never held for long; returns how many.
    pub fn forget_sketches(&mut self, before: DateTime<Utc>, limit: usize) -> Result<usize> {
        let what = "trimming the near-duplicate index";
        self.write(|c, _| {
            let day = names::day(before.date_naive());
            let mut statement = c.prepare_cached(OLD_SKETCHES).doing(what)?;
            let old: Vec<(i64, String, String)> = statement
                .query_map((&day, limit as i64), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
                .and_then(Iterator::collect)
                .doing(what)?;
            let mut forget_band = c.prepare_cached(FORGET_BAND).doing(what)?;
            for (story, title, text) in &old {
                for band in Words::of(title, text).sketch().map(|s| s.bands()).unwrap_or_default() {
                    forget_band.execute((band as i64, story)).doing(what)?;
                }
                c.prepare_cached(FORGET_SKETCH).and_then(|mut s| s.execute([story])).doing(what)?;
            }
            Ok(old.len())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stories(recent: &Recent, band: u64) -> Vec<i64> {
        recent.stories(band).collect()
    }

    #[test]
    fn bands_in_memory_name_the_newest_story_first_and_forget_from_both_ends() {
        let mut recent = Recent::default();
        recent.add(1, vec![7, 8]);
        recent.add(2, vec![7, 9]);
        let end = recent.end();
        recent.add(3, vec![7, 8, 9]);
        assert_eq!(stories(&recent, 7), [3, 2, 1]);
        assert_eq!(stories(&recent, 8), [3, 1]);
        recent.take_back(end);
        assert_eq!(stories(&recent, 7), [2, 1]);
        assert_eq!(stories(&recent, 8), [1]);
        recent.drop_first(2);
        assert_eq!(stories(&recent, 7), [2]);
        assert!(stories(&recent, 8).is_empty());
        recent.take_back(recent.first);
        assert!(stories(&recent, 7).is_empty());
        assert!(recent.newest.is_empty());
        recent.add(4, vec![7]);
        assert_eq!(stories(&recent, 7), [4]);
    }
}

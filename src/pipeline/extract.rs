//! Text to mentions and events: the middle of the recipe, without network, clock or database.

use crate::event::{Event, assemble};
use crate::lexicon::{Country, Lexicon};
use crate::mention::{self, Context, Place, When, place, when};
use crate::story::Story;
use crate::text::{self, Document};

/// The version of what is found in a text. Every change that can change a result raises it, so that stored
/// stories can be read again.
pub const EXTRACTOR: u32 = 6;

/// The temporal expressions of a document.
pub fn dates(document: &Document, lexicon: &Lexicon, context: &Context) -> Vec<When> {
    when::find(document, lexicon.calendar, context)
}

/// The toponyms of a document.
pub fn places(document: &Document, lexicon: &Lexicon, context: &Context) -> Vec<Place> {
    place::find(document, &lexicon.places, context)
}

/// The events of a document.
pub fn events(document: &Document, lexicon: &Lexicon, context: &Context) -> Vec<Event> {
    let mentions = mention::find(document, lexicon, context);
    assemble::assemble(document, &mentions, lexicon, context)
}

/// The events that a story tells; none where it is not in English. `country` is the outlet's.
pub fn read(story: &Story, country: Option<&str>, lexicon: &Lexicon) -> Vec<Event> {
    if !is_english(story) {
        return Vec::new();
    }
    let context = Context {
        published: story.published_day,
        published_at: story.published_at,
        country: country.and_then(Country::new),
        home: None,
    };
    events(&Document::new(&story.title, story.text()), lexicon, &context)
}

/// Feeds often claim a language that their stories are not in, so the words are asked as well.
fn is_english(story: &Story) -> bool {
    let mut sample = String::with_capacity(story.title.len() + story.text().len().min(600) + 1);
    sample.push_str(&story.title);
    sample.push('\n');
    sample.extend(story.text().chars().take(600));
    text::language::is_english(&sample)
}

//! stub
use crate::event::Event; use crate::lexicon::Lexicon; use crate::story::Story;
pub const EXTRACTOR: u32 = 1;
pub fn read(_story: &Story, _country: Option<&str>, _lexicon: &Lexicon) -> Vec<Event> { Vec::new() }

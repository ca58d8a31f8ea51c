//! stub
#[derive(Debug, clap::Args)] pub struct Arguments {#[command(flatten)]
    lexicon: super::LexiconOption,}
pub fn run(a: Arguments) -> super::Exit { let _=a.lexicon.load(); super::Exit::Fine }

//! stub
use crate::store::timeline::TimelineRow;
use super::{DatabaseOption, Exit, fail, style};
use crate::store::{Store, timeline::Filter};
#[derive(Debug, clap::Args)] pub struct Arguments {#[command(flatten)] database: DatabaseOption}
pub fn run(a: Arguments) -> Exit {
 let rows = a.database.path().and_then(|p| Store::open_reader(&p).map_err(|e| e.to_string())).and_then(|s| s.timeline(&Filter::default()).map_err(|e| e.to_string()));
 match rows { Ok(rows) => { println!("{}", table(&rows)); Exit::Fine }, Err(e) => fail(e) } }
pub fn table(rows: &[TimelineRow]) -> String {
    let mut table = style::table(&["date", "kind", "place", "summary"]);
    for row in rows { table.add_row(vec![style::cell(row.date_start.clone().unwrap_or_default()), style::cell(&row.kind), style::cell(row.place.clone().unwrap_or_default()), style::cell(&row.summary)]); }
    table.trim_fmt()
}

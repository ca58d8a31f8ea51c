//! `docs/database.md` is true: it names every view, column and table of the schema. Every query on it and in the README
//! runs, and none of them reads a big table from end to end.

use dateline::store::Store;
use rusqlite::Connection;

fn page(name: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    std::fs::read_to_string(path).unwrap()
}

fn queries(page: &str) -> Vec<String> {
    let blocks = page.split("```sql").skip(1);
    blocks.map(|block| block.split("```").next().unwrap().trim().to_owned()).collect()
}

fn database() -> (tempfile::TempDir, Connection) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("timeline.db");
    drop(Store::open_writer(&path).unwrap());
    let connection = Connection::open(path).unwrap();
    (folder, connection)
}

#[test]
fn every_documented_query_runs_by_an_index() {
    let (_folder, c) = database();
    for name in ["docs/database.md", "README.md"] {
        let queries = queries(&page(name));
        assert!(queries.len() >= 12, "{} queries in {name}", queries.len());
        queries.iter().for_each(|sql| runs_by_an_index(&c, sql));
    }
}

fn runs_by_an_index(c: &Connection, sql: &str) {
    let mut statement =
        c.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap_or_else(|e| panic!("{sql}: {e}"));
    let plan: Vec<String> = statement.query_map([], |r| r.get(3)).unwrap().map(Result::unwrap).collect();
    eprintln!("{}\n    {}", sql.lines().next().unwrap(), plan.join("\n    "));
    for step in &plan {
        let small = step.split(' ').nth(1) == Some("feed");
        let scans = step.starts_with("SCAN") && !step.contains("VIRTUAL TABLE");
        assert!(small || !scans, "{sql}\n{}", plan.join("\n"));
        assert!(!step.contains("AUTOMATIC"), "{sql}\n{}", plan.join("\n"));
    }
    let mut statement = c.prepare(sql).unwrap();
    let mut rows = statement.query([]).unwrap();
    while rows.next().unwrap().is_some() {}
}

#[test]
fn every_view_column_and_table_is_documented() {
    let (_folder, c) = database();
    let page = page("docs/database.md");
    let names = |sql: &str| -> Vec<String> {
        let mut statement = c.prepare(sql).unwrap();
        statement.query_map([], |r| r.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let inner = "name NOT GLOB '*_search_*' AND name NOT LIKE 'sqlite%'";
    for table in names(&format!("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND {inner}"))
    {
        assert!(page.contains(&format!("`{table}`")) || page.contains(&format!("### {table}\n")), "{table}");
    }
    for view in names("SELECT name FROM sqlite_schema WHERE type = 'view' AND name <> 'story_text'") {
        let section = page.split(&format!("### {view}\n")).nth(1).unwrap_or_else(|| panic!("{view}"));
        let section = section.split("\n#").next().unwrap();
        for column in names(&format!("SELECT name FROM pragma_table_info('{view}')")) {
            assert!(section.contains(&format!("`{column}`")), "{view}.{column}");
        }
    }
}

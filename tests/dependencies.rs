//! The review of the dependencies names every one, and none that is gone.

use std::collections::BTreeSet;

#[test]
fn the_table_of_dependencies_is_whole() {
    let manifest: toml::Table = include_str!("../Cargo.toml").parse().expect("a manifest");
    let used: BTreeSet<&str> =
        manifest["dependencies"].as_table().expect("dependencies").keys().map(String::as_str).collect();
    let rows = include_str!("../docs/dependencies.md").lines().filter_map(|line| line.strip_prefix("| "));
    let named: BTreeSet<&str> =
        rows.skip(2).filter_map(|row| row.split(" | ").next()).flat_map(|names| names.split(", ")).collect();
    assert_eq!(used, named);
}

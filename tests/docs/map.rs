//! The map of the code in ARCHITECTURE.md and `src/` are the same.
//!
//! A row of the table below "Code map" has rooms in its first cell, by their paths below `src/`; a folder ends with a slash. Code in
//! small letters in the second cell names rooms inside them.

use std::collections::BTreeSet;

use super::{everything_below, none, read};

/// A row: its rooms, and what is named beside them.
#[derive(Debug, PartialEq)]
struct Row {
    rooms: Vec<String>,
    named: Vec<String>,
}

#[test]
fn the_map_shows_every_room_and_no_other() {
    let sources: Vec<String> =
        everything_below("src/").into_iter().filter_map(|path| path.strip_prefix("src/").map(str::to_owned)).collect();
    let rows = rows(&read("ARCHITECTURE.md"));
    assert!(rows.len() > 8, "ARCHITECTURE.md: no table below `## Code map`");
    none(&differences(&sources, &rows));
}

/// What the map has and `src/` has not, and the other way round. `sources` are paths below `src/`; folders end with a slash.
fn differences(sources: &[String], rows: &[Row]) -> Vec<String> {
    let mut faults = Vec::new();
    for Row { rooms, named } in rows {
        for room in rooms {
            if !sources.contains(room) {
                faults.push(format!("the map has `{room}`, and src/ has not"));
            }
        }
        for name in named {
            let inside = rooms.iter().any(|room| {
                let below = sources.iter().filter_map(|path| path.strip_prefix(room.as_str()));
                below.flat_map(|path| path.split('/')).any(|part| stem(part) == stem(name))
            });
            if !inside && !sources.iter().any(|path| stem(path.trim_end_matches('/')) == stem(name)) {
                faults.push(format!("the map names `{name}` beside {rooms:?}, and there is no such room"));
            }
        }
    }
    for path in sources.iter().filter(|path| !matches!(path.as_str(), "lib.rs" | "main.rs")) {
        let (folder, name) = path.trim_end_matches('/').rsplit_once('/').unwrap_or(("", path));
        let own = rows.iter().any(|row| row.rooms.contains(path));
        let above = |row: &&Row| row.rooms.iter().any(|room| room.ends_with('/') && path.starts_with(room.as_str()));
        // Files are covered by the row of their folder, and so are folders in folders of the emulator.
        let small = !path.ends_with('/') || path.starts_with("emulator/") && folder.contains('/');
        let named = rows.iter().filter(above).any(|row| small || row.named.iter().any(|word| stem(word) == stem(name)));
        if !own && !named {
            faults.push(format!("src/{path} is not on the map"));
        }
    }
    faults
}

fn stem(name: &str) -> &str {
    name.trim_end_matches('/').trim_end_matches(".rs")
}

fn rows(text: &str) -> Vec<Row> {
    let map = text.split("\n## Code map\n").nth(1).unwrap_or_default();
    let map = map.split("\n## ").next().unwrap_or_default();
    let room = regex::Regex::new("`([a-z][a-z_/.]*)`").expect("a pattern");
    let of = |cell: &str| room.captures_iter(cell).map(|found| found[1].to_owned()).collect::<Vec<_>>();
    let rows = map.lines().filter(|line| line.starts_with("| `")).filter_map(|line| line[1..].split_once(" | "));
    rows.map(|(rooms, rest)| Row { rooms: of(rooms), named: of(rest) }).collect()
}

#[test]
fn a_room_that_is_missing_on_either_side_is_said() {
    let rows = rows(
        "\n## Code map\n\n| room | what |\n| --- | --- |\n| `a/` | `b` reads, `C` is a type |\n| `gone/` | |\n\n## Next\n",
    );
    assert_eq!(rows[0], Row { rooms: vec!["a/".to_owned()], named: vec!["b".to_owned()] });
    let sources = ["a/", "a/b.rs", "a/c/", "a/c/d.rs", "new.rs", "lib.rs"].map(str::to_owned);
    let said: BTreeSet<String> = differences(&sources, &rows).into_iter().collect();
    let expected =
        ["src/a/c/ is not on the map", "src/new.rs is not on the map", "the map has `gone/`, and src/ has not"];
    assert_eq!(said, expected.map(str::to_owned).into());
}

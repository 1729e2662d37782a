//! What a document has of the program or the data is fresh: tables, COVERAGE.md, the program in Rust.
//!
//! A table stands between `<!-- table: NAME -->` and `<!-- end of table -->`; [`TABLES`] says what it is made of. A `rust` block below
//! `<!-- code: FILE -->` is what that file of the tests has between its first comment and its test.

use std::{fmt::Write as _, ops::Range};

use clap::ValueEnum as _;
use strum::VariantArray as _;
use touchmark::{
    emulator::{Access, Config},
    model::{credential::AccountRole, suite::Suite},
    spec,
};

use super::{RENEW, documents, none, read, renewing, write};

/// A table by its name, and what makes it.
const TABLES: &[(&str, fn() -> String)] = &[("roles", roles), ("suites", suites), ("demo-accounts", demo_accounts)];

const END: &str = "<!-- end of table -->";

#[test]
fn every_table_is_fresh() {
    let renewing = renewing();
    let mut faults = Vec::new();
    let mut seen = Vec::new();
    for document in documents() {
        let mut text = document.text.clone();
        for name in marked(&document.text, "table") {
            let Some((_, fresh)) = TABLES.iter().find(|(known, _)| *known == name) else {
                faults.push(format!("{}: nothing makes a table `{name}`", document.path));
                continue;
            };
            seen.push(name.clone());
            match body(&text, &format!("<!-- table: {name} -->\n"), END) {
                None => faults.push(format!("{}: the table `{name}` has no `{END}`", document.path)),
                Some(range) if text[range.clone()] != fresh() => {
                    text.replace_range(range, &fresh());
                    faults.push(format!("{}: the table `{name}` is not fresh\n  {RENEW}", document.path));
                }
                Some(_) => {}
            }
        }
        if renewing.is_some() {
            write(&document.path, &text);
        }
    }
    let unused = TABLES.iter().filter(|(name, _)| !seen.iter().any(|seen| seen == name));
    faults.extend(unused.map(|(name, _)| format!("the table `{name}` stands in no document")));
    if renewing.is_none() {
        none(&faults);
    }
}

#[test]
fn the_account_of_what_is_covered_is_that_of_the_data() {
    let renewing = renewing();
    let fresh = spec::account(&spec::embedded().expect("no faults"));
    if renewing.is_some() {
        write("COVERAGE.md", &fresh);
        return;
    }
    assert!(read("COVERAGE.md") == fresh, "COVERAGE.md is not fresh\n  {RENEW}");
}

#[test]
fn the_table_of_what_is_covered_stands_once() {
    let head = "| section of the guide |";
    let found: Vec<String> = documents().into_iter().filter(|d| d.text.contains(head)).map(|d| d.path).collect();
    assert_eq!((found, read("COVERAGE.md").matches(head).count()), (Vec::new(), 1));
}

#[test]
fn every_program_in_a_document_is_that_of_a_test() {
    let renewing = renewing();
    let mut faults = Vec::new();
    for document in documents() {
        let mut text = document.text.clone();
        let files = marked(&document.text, "code");
        if text.matches("```rust\n").count() != files.len() {
            faults.push(format!("{}: a rust block without `<!-- code: FILE -->` above it", document.path));
        }
        for file in files {
            let source = read(&file);
            let program = source.split_once("\n\n").map_or("", |(_, rest)| rest);
            let program = program.split("\n#[test]").next().unwrap_or_default();
            match body(&text, &format!("<!-- code: {file} -->\n```rust\n"), "```\n") {
                None => faults.push(format!("{}: no rust block follows `<!-- code: {file} -->`", document.path)),
                Some(range) if text[range.clone()] != *program => {
                    text.replace_range(range, program);
                    faults.push(format!("{}: not what {file} has\n  {RENEW}", document.path));
                }
                Some(_) => {}
            }
        }
        if renewing.is_some() {
            write(&document.path, &text);
        }
    }
    if renewing.is_none() {
        none(&faults);
    }
}

/// The names in markers of a kind, in their order.
fn marked(text: &str, kind: &str) -> Vec<String> {
    let names = text.lines().filter_map(|line| line.strip_prefix(&format!("<!-- {kind}: "))?.strip_suffix(" -->"));
    names.map(str::to_owned).collect()
}

/// What stands between two texts.
fn body(text: &str, start: &str, end: &str) -> Option<Range<usize>> {
    let from = text.find(start)? + start.len();
    Some(from..from + text[from..].find(end)?)
}

// --- What tables are made of ---

/// A table of Markdown. Bars inside cells are escaped.
fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut out = format!("| {} |\n|{}\n", head.join(" | "), " --- |".repeat(head.len()));
    for row in rows {
        assert_eq!(row.len(), head.len(), "{row:?}");
        let cells = row.iter().map(|cell| cell.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|"));
        let _ = writeln!(out, "| {} |", cells.collect::<Vec<_>>().join(" | "));
    }
    out
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

/// A text up to its full stop.
fn cell(text: impl ToString) -> String {
    text.to_string().trim_end_matches('.').to_owned()
}

fn roles() -> String {
    table(
        &["role", "what the account has"],
        AccountRole::given().map(|role| vec![code(role.word()), cell(role.meaning())]),
    )
}

fn suites() -> String {
    let help =
        |suite: &Suite| suite.to_possible_value().and_then(|value| value.get_help().map(cell)).unwrap_or_default();
    table(&["suite", "what it tests"], Suite::VARIANTS.iter().map(|suite| vec![code(suite.word()), help(suite)]))
}

fn demo_accounts() -> String {
    let rows = Config::demo().accounts.into_iter().map(|account| {
        let access = match account.command {
            Access::Full => "full",
            Access::ReadOnly => "read-only",
            Access::Deny => "none",
        };
        vec![code(&account.client_id), code(&account.client_secret), access.to_owned()]
    });
    table(&["client id", "secret", "access to the command API"], rows)
}

#[test]
fn a_table_has_a_row_for_each_row() {
    let made = table(&["a", "b"], [vec!["x|y".to_owned(), "two\n  lines".to_owned()]]);
    assert_eq!(made, "| a | b |\n| --- | --- |\n| x\\|y | two lines |\n");
    let text = format!("<!-- table: t -->\n{made}{END}\n");
    assert_eq!(marked(&text, "table"), ["t"]);
    assert_eq!(body(&text, "<!-- table: t -->\n", END).map(|range| text[range].to_owned()), Some(made));
}

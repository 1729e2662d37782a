//! What the tables of documents are made of: options, roles, suites, accounts, fixtures, words of the spec data.
//!
//! In: the program and the embedded data. Out: tables of Markdown.

use std::{collections::BTreeMap, fmt::Write as _};

use clap::ValueEnum as _;
use touchmark::{
    commands::option_list,
    emulator::{Access, Config},
    model::{credential::AccountRole, suite::Suite},
    spec,
    vocabulary::{self, Entry},
};

/// What makes a table.
type Made = fn() -> String;

/// A table by its name, and what makes it.
pub(super) const TABLES: &[(&str, Made)] = &[
    ("options", options),
    ("roles", roles),
    ("suites", suites),
    ("fixtures", fixtures),
    ("demo-accounts", demo_accounts),
    ("peers", peers),
    ("types", || words("type", "a text that is", vocabulary::types())),
    ("expectations", || words("word", "holds when", vocabulary::expectations())),
    ("predicates", predicates),
    ("queries", || words("query", "selects", vocabulary::queries())),
];

/// A table of Markdown. Bars inside cells are escaped.
pub(super) fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
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

fn options() -> String {
    let rows = option_list().into_iter().map(|row| {
        let flag = row.flag.map(|flag| row.value.map_or(flag.clone(), |value| format!("{flag} {value}")));
        let words: Vec<String> = row.choices.iter().map(|(word, _)| code(word)).collect();
        let help = if words.is_empty() { row.help } else { format!("{}. One of {}", row.help, words.join(", ")) };
        let optional = |text: Option<String>| text.map(|text| code(&text)).unwrap_or_default();
        vec![optional(flag), optional(row.key), optional(row.variable), help, optional(row.default)]
    });
    table(&["option", "key in the file", "in the environment", "meaning", "default"], rows)
}

fn roles() -> String {
    let rows = AccountRole::given().map(|role| vec![code(role.word()), cell(role.meaning())]);
    table(&["role", "what the account is"], rows)
}

fn suites() -> String {
    let help =
        |suite: &Suite| suite.to_possible_value().and_then(|value| value.get_help().map(cell)).unwrap_or_default();
    table(
        &["suite", "what it tests"],
        Suite::value_variants().iter().map(|suite| vec![code(suite.word()), help(suite)]),
    )
}

fn fixtures() -> String {
    let spec = spec::embedded().expect("no faults");
    let rows = spec.fixtures.iter().map(|(name, fixture)| {
        let found: Vec<String> = fixture.found_by.iter().map(|id| code(id)).collect();
        let missing = fixture.hint.clone().unwrap_or_default();
        vec![code(name), cell(&fixture.says), found.join(", "), missing]
    });
    table(&["fixture", "what it is", "found by", "where it is missing"], rows)
}

/// What others test, with the attacks that are like it or the reason why none is.
fn peers() -> String {
    let attacks = spec::embedded().expect("no faults").attacks;
    let mut rows: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for attack in &attacks.rows {
        let id = code(&format!("{}/{}", attack.layer.word(), attack.id));
        attack.like.iter().for_each(|name| rows.entry(name.clone()).or_default().push(id.clone()));
    }
    rows.extend(attacks.peers.into_iter().map(|(name, reason)| (name, vec![format!("none: {reason}")])));
    let of = |suite: &str| rows.keys().filter(|name| name.starts_with(suite)).count();
    assert_eq!((of("Http11Probe "), of("HTTP Garden "), rows.len()), (215, 48, 263));
    table(&["there", "here"], rows.into_iter().map(|(name, attacks)| vec![name, attacks.join(", ")]))
}

fn demo_accounts() -> String {
    let rows = Config::demo().accounts.into_iter().map(|account| {
        let access = match account.command {
            Access::Full => "full",
            Access::ReadOnly => "read-only",
            Access::Deny => "none",
        };
        vec![code(&account.client_id), code(&account.client_secret), access.to_owned(), code(account.role.word())]
    });
    table(&["client id", "secret", "access to the command API", "role"], rows)
}

fn words(name: &str, meaning: &str, entries: Vec<Entry>) -> String {
    table(&[name, meaning], entries.into_iter().map(|entry| vec![code(&entry.notation), cell(entry.meaning)]))
}

fn predicates() -> String {
    let rows = vocabulary::predicates().into_iter();
    let rows = rows.map(|entry| vec![code(&entry.notation), entry.takes.to_owned(), cell(entry.meaning)]);
    table(&["predicate", "takes", "holds when"], rows)
}

#[test]
fn a_table_has_a_row_for_each_row() {
    let made = table(&["a", "b"], [vec!["x|y".to_owned(), "two\n  lines".to_owned()]]);
    assert_eq!(made, "| a | b |\n| --- | --- |\n| x\\|y | two lines |\n");
}

//! What the tables of documents are made of: options, roles, suites, accounts.
//!
//! In: the program. Out: tables of Markdown.

use std::fmt::Write as _;

use clap::ValueEnum as _;
use strum::VariantArray as _;
use touchmark::{
    emulator::{Access, Config},
    model::{credential::AccountRole, suite::Suite},
};

/// A table by its name, and what makes it.
pub(super) const TABLES: &[(&str, fn() -> String)] =
    &[("roles", roles), ("suites", suites), ("demo-accounts", demo_accounts)];

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

fn roles() -> String {
    let rows = AccountRole::given().map(|role| vec![code(role.word()), cell(role.meaning())]);
    table(&["role", "what the account is"], rows)
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
        vec![code(&account.client_id), code(&account.client_secret), access.to_owned(), code(account.role.word())]
    });
    table(&["client id", "secret", "access to the command API", "role"], rows)
}

#[test]
fn a_table_has_a_row_for_each_row() {
    let made = table(&["a", "b"], [vec!["x|y".to_owned(), "two\n  lines".to_owned()]]);
    assert_eq!(made, "| a | b |\n| --- | --- |\n| x\\|y | two lines |\n");
}

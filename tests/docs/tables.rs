//! What a document has of the program or the data is fresh: tables, COVERAGE.md, the program in Rust.
//!
//! A table stands between `<!-- table: NAME -->` and `<!-- end of table -->`; `made` has what each is made of. A `rust` block below
//! `<!-- code: FILE -->` is what that file of the tests has between its first comment and its test.

use std::{collections::BTreeSet, ops::Range};

use touchmark::spec;

use super::{RENEW, documents, made::TABLES, none, read, renewing, write};

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
fn every_key_of_the_spec_format_stands_in_its_document() {
    fn keys(value: &serde_json::Value, all: &mut BTreeSet<String>) {
        match value {
            serde_json::Value::Object(members) => {
                let own = members.get("properties").and_then(serde_json::Value::as_object);
                all.extend(own.into_iter().flat_map(|own| own.keys().cloned()));
                members.values().for_each(|member| keys(member, all));
            }
            serde_json::Value::Array(items) => items.iter().for_each(|item| keys(item, all)),
            _ => {}
        }
    }
    let mut all = BTreeSet::new();
    spec::ShapeOf::ALL.iter().for_each(|shape| keys(&spec::to_json_schema(*shape), &mut all));
    assert!(all.len() > 80, "{all:?}");
    let code = regex::Regex::new("`[^`\n]+`").expect("a pattern");
    let text = read("docs/spec-format.md");
    let word = regex::Regex::new("[a-z_]+").expect("a pattern");
    let written: BTreeSet<&str> =
        code.find_iter(&text).flat_map(|code| word.find_iter(code.as_str())).map(|word| word.as_str()).collect();
    let missing: Vec<String> = all
        .iter()
        .filter(|key| !written.contains(key.as_str()))
        .map(|key| format!("docs/spec-format.md: there is nothing of the key `{key}`"))
        .collect();
    none(&missing);
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

#[test]
fn a_table_stands_between_its_markers() {
    let text = format!("<!-- table: t -->\n| a |\n{END}\n");
    assert_eq!(marked(&text, "table"), ["t"]);
    assert_eq!(body(&text, "<!-- table: t -->\n", END).map(|range| &text[range]), Some("| a |\n"));
}

//! What the README shows is what the program prints.
//!
//! A fenced block below `<!-- output: NAME -->` is the output of the command in the `sh` block above it. Ports, times and counts of
//! requests differ from run to run and are not compared. With `TOUCHMARK_README=write` in the environment the blocks are written anew.

use std::{fs, path::PathBuf};

use crate::support::{Cli, variable};

const FENCE: &str = "```";

#[test]
fn every_output_in_the_readme_is_real() {
    let text = fs::read_to_string(readme()).expect("a README");
    let names: Vec<&str> =
        text.lines().filter_map(|line| line.strip_prefix("<!-- output: ")?.strip_suffix(" -->")).collect();
    names.iter().for_each(|name| readme_block(name));
    assert_eq!(
        text.matches("output: ").count(),
        names.len(),
        "a marker stands alone on its line: <!-- output: NAME -->"
    );
}

#[test]
fn the_table_of_what_is_covered_is_that_of_the_data() {
    let text = fs::read_to_string(readme()).expect("a README");
    let (start, end) = ("<!-- table: coverage -->\n", "<!-- end of table -->");
    let from = text.find(start).expect("the start of the table") + start.len();
    let to = from + text[from..].find(end).expect("the end of the table");
    let fresh = touchmark::spec::coverage(&touchmark::spec::embedded().expect("no faults"));
    if variable("TOUCHMARK_README").is_some_and(|word| word == "write") {
        fs::write(readme(), format!("{}{fresh}{}", &text[..from], &text[to..])).expect("the README can be written");
        return;
    }
    assert!(text[from..to] == fresh, "README.md: the table is not that of `touchmark spec export --format markdown`");
}

#[test]
fn the_account_of_what_is_covered_is_that_of_the_data() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("COVERAGE.md");
    let fresh = touchmark::spec::account(&touchmark::spec::embedded().expect("no faults"));
    if variable("TOUCHMARK_README").is_some_and(|word| word == "write") {
        fs::write(path, fresh).expect("COVERAGE.md can be written");
        return;
    }
    let text = fs::read_to_string(path).unwrap_or_default();
    assert!(text == fresh, "COVERAGE.md is not fresh: touchmark spec export --format account > COVERAGE.md");
}

/// Compares one block with what its command prints.
#[track_caller]
fn readme_block(name: &str) {
    let text = fs::read_to_string(readme()).expect("a README");
    let block = Block::of(&text, name).unwrap_or_else(|fault| panic!("README.md, output `{name}`: {fault}"));
    let arguments: Vec<&str> = block.command.split_whitespace().skip(1).collect();
    let ran = Cli::new().run(&arguments);
    assert!(!ran.stdout.is_empty(), "{}\n{}", block.command, ran.stderr);
    if variable("TOUCHMARK_README").is_some_and(|word| word == "write") {
        let fresh = format!("{}{}{}", &text[..block.from], ran.stdout, &text[block.to..]);
        fs::write(readme(), fresh).expect("the README can be written");
        return;
    }
    let (shown, printed) = (settled(&text[block.from..block.to]), settled(&ran.stdout));
    assert!(
        shown == printed,
        "README.md, output `{name}`: `{}` prints something else now\n--- README.md\n{shown}\n--- printed\n{printed}\n\
         write it anew with TOUCHMARK_README=write cargo test --test main docs",
        block.command
    );
}

/// Where a block stands, and the command that it is the output of.
#[derive(Debug, PartialEq)]
struct Block<'a> {
    command: &'a str,
    from: usize,
    to: usize,
}

impl<'a> Block<'a> {
    fn of(text: &'a str, name: &str) -> Result<Self, String> {
        let marker = format!("<!-- output: {name} -->\n");
        let at = text.find(&marker).ok_or("there is no such marker")?;
        let below = at + marker.len();
        if !text[below..].starts_with(FENCE) {
            return Err("a fenced block must follow the marker at once".to_owned());
        }
        let from = below + text[below..].find('\n').ok_or("the block has no end")? + 1;
        let to = from + text[from..].find(FENCE).ok_or("the block has no end")?;
        let opening = format!("{FENCE}sh\n");
        let above = text[..at].rfind(&opening).ok_or("no sh block stands above it")? + opening.len();
        let commands = text[above..].split(FENCE).next().unwrap_or_default().trim();
        if !commands.starts_with("touchmark ") || commands.contains(['\n', '\'', '"']) {
            return Err(format!("the sh block above it must be one plain touchmark command, not `{commands}`"));
        }
        Ok(Self { command: commands, from, to })
    }
}

/// A text without what differs from run to run.
fn settled(text: &str) -> String {
    let patterns = [
        (r"127\.0\.0\.1:\d+", "127.0.0.1:[PORT]"),
        (r"\d+ requests? in \d+\.\d s", "[N] requests in [T] s"),
        (r"\b1[789]\d{8}\b", "[EPOCH]"),
        (r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}", "[DATE]"),
    ];
    patterns.iter().fold(text.to_owned(), |text, (pattern, with)| {
        regex::Regex::new(pattern).expect("a pattern").replace_all(&text, *with).into_owned()
    })
}

fn readme() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("README.md")
}

#[test]
fn a_block_is_found_below_its_marker_with_the_command_above_it() {
    let text = "```sh\ntouchmark spec check\n```\n\nwords\n\n<!-- output: a -->\n```text\none\ntwo\n```\n";
    let block = Block::of(text, "a").expect("a block");
    assert_eq!((block.command, &text[block.from..block.to]), ("touchmark spec check", "one\ntwo\n"));
    for (text, fault) in [
        ("", "there is no such marker"),
        ("<!-- output: a -->\n\n```text\n```\n", "a fenced block must follow the marker at once"),
        ("<!-- output: a -->\n```text\n```\n", "no sh block stands above it"),
    ] {
        assert_eq!(Block::of(text, "a"), Err(fault.to_owned()));
    }
    let two = "```sh\ntouchmark a\ntouchmark b\n```\n<!-- output: a -->\n```text\n```\n";
    assert!(Block::of(two, "a").is_err());
}

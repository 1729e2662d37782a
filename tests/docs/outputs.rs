//! What a document shows as output is what the program prints.
//!
//! A fenced block below `<!-- output: NAME -->` is the output of the command in the `sh` block above it. Ports, times and counts of
//! requests differ from run to run and are not compared.

use crate::support::Cli;

use super::{RENEW, documents, read, renewing, write};

const FENCE: &str = "```";

#[test]
fn every_output_in_a_document_is_real() {
    let renewing = renewing();
    let mut found = 0;
    for document in documents() {
        let text = &document.text;
        let names: Vec<&str> =
            text.lines().filter_map(|line| line.strip_prefix("<!-- output: ")?.strip_suffix(" -->")).collect();
        let markers = text.matches("<!-- output: ").count();
        assert_eq!(markers, names.len(), "{}: a marker stands alone on its line: <!-- output: NAME -->", document.path);
        names.iter().for_each(|name| compare(&document.path, name, renewing.is_some()));
        found += names.len();
    }
    assert!(found > 0, "the README shows a finding");
}

/// Compares one block with what its command prints, or writes it anew.
#[track_caller]
fn compare(path: &str, name: &str, renew: bool) {
    let text = read(path);
    let block = Block::of(&text, name).unwrap_or_else(|fault| panic!("{path}, output `{name}`: {fault}"));
    let arguments: Vec<&str> = block.command.split_whitespace().skip(1).collect();
    let ran = Cli::new().run(&arguments);
    assert!(!ran.stdout.is_empty(), "{}\n{}", block.command, ran.stderr);
    if renew {
        write(path, &format!("{}{}{}", &text[..block.from], ran.stdout, &text[block.to..]));
        return;
    }
    let (shown, printed) = (settled(&text[block.from..block.to]), settled(&ran.stdout));
    assert!(
        shown == printed,
        "{path}, output `{name}`: `{}` prints something else now\n--- {path}\n{shown}\n--- printed\n{printed}\n{RENEW}",
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

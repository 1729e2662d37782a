//! One law for each reader of bytes from outside, a room for each kind of bytes.
//!
//! In: any bytes. Out: whether the innermost check of a law was made, or a panic that names the law that does not hold. The fuzz targets
//! in `fuzz/` and the replay of `corpus/` in `tests/corpus.rs` call the same functions; the replay has a canary for each law, an input
//! with which that check must be made. Nothing here goes on the network or reads a clock.

use std::{str, sync::LazyLock};

use crate::spec::Spec;

mod answers;
mod documents;
mod files;
mod guide;
mod media;
mod words;

pub use crate::decode::archive::law::{archive_event, archive_state};
pub use answers::{answer, journal};
pub use documents::{json, xml, xsd};
pub use files::{config, known_gaps, report};
pub use guide::{openapi, spec};
pub use media::{brcs, javascript, zip};
pub use words::{query, time, variables};

/// A law: any bytes go in, and it panics where it does not hold. It gives back whether the bytes led to its innermost check: a law that
/// never gets there checks nothing.
pub type Law = fn(&[u8]) -> bool;

/// Every law by the name that its fuzz target and its folder of `corpus/` have.
pub const TARGETS: [(&str, Law); 18] = [
    ("answer", answer),
    ("archive_event", archive_event),
    ("archive_state", archive_state),
    ("brcs", brcs),
    ("config", config),
    ("javascript", javascript),
    ("journal", journal),
    ("json", json),
    ("known_gaps", known_gaps),
    ("openapi", openapi),
    ("query", query),
    ("report", report),
    ("spec", spec),
    ("time", time),
    ("variables", variables),
    ("xml", xml),
    ("xsd", xsd),
    ("zip", zip),
];

static SPEC: LazyLock<Spec> =
    LazyLock::new(|| crate::spec::embedded().expect("a test keeps the embedded spec data free of faults"));

/// A fault such as `12: what is wrong`, where the file has a line 12.
fn in_a_line_of(text: &str, fault: &str) {
    let line = fault.split_once(": ").and_then(|(line, _)| line.parse::<usize>().ok());
    let lines = text.matches('\n').count() + 1;
    assert!(line.is_some_and(|line| (1..=lines).contains(&line)), "no line of the file is named: {fault:?}");
    assert_eq!(fault.lines().count(), 1, "a fault of several lines: {fault:?}");
}

/// Readers of text get only what is UTF-8; other bytes are refused or replaced before them.
fn text(data: &[u8]) -> Option<&str> {
    str::from_utf8(data).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "no line of the file is named")]
    fn a_fault_without_a_line_breaks_the_law() {
        in_a_line_of("one line", "2: something");
    }
}

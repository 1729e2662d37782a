//! What the laws share: the spec data, and what holds of every fault and every text.

use std::{io::Write as _, str, sync::LazyLock};

use flate2::{
    Compression,
    write::{DeflateEncoder, GzEncoder, ZlibEncoder},
};

use crate::spec::Spec;

pub(super) static SPEC: LazyLock<Spec> =
    LazyLock::new(|| crate::spec::embedded().expect("a test keeps the embedded spec data free of faults"));

/// A fault such as `12: what is wrong`, where the file has a line 12.
pub(super) fn in_a_line_of(text: &str, fault: &str) {
    let line = fault.split_once(": ").and_then(|(line, _)| line.parse::<usize>().ok());
    let lines = text.matches('\n').count() + 1;
    assert!(line.is_some_and(|line| (1..=lines).contains(&line)), "no line of the file is named: {fault:?}");
    assert_eq!(fault.lines().count(), 1, "a fault of several lines: {fault:?}");
}

/// A fault for people is one line, with something in it.
pub(super) fn one_line(says: &str) {
    assert!(!says.trim().is_empty() && says.lines().count() == 1, "a fault of no line or several: {says:?}");
}

/// Readers of text get only what is UTF-8; other bytes are refused or replaced before them.
pub(super) fn text(data: &[u8]) -> Option<&str> {
    str::from_utf8(data).ok()
}

/// Bytes as a gzip file.
pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::default());
    out.write_all(bytes).and_then(|()| out.finish()).expect("memory takes everything")
}

/// Bytes as zlib has them.
pub(super) fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut out = ZlibEncoder::new(Vec::new(), Compression::best());
    out.write_all(bytes).and_then(|()| out.finish()).expect("memory takes everything")
}

/// Bytes as bare deflate.
pub(super) fn bare(bytes: &[u8]) -> Vec<u8> {
    let mut out = DeflateEncoder::new(Vec::new(), Compression::fast());
    out.write_all(bytes).and_then(|()| out.finish()).expect("memory takes everything")
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

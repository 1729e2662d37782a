//! `touchmark judge --against`: what became of the gaps of an earlier report.
//!
//! In: the earlier report as a file, and the later one. Out: what is fixed, new and the same, and an exit code: 1 where a gap is new.

use std::path::Path;

use super::{Failure, exit, files::read_at_most, print, replay::read_report};
use crate::report::{Against, Report};

/// The most bytes of a report.
const REPORT_BYTES_MAX: u64 = 256 << 20;

/// The report in a file; none where it is something else, such as a journal.
pub(super) fn report(path: &Path) -> Option<Report> {
    read(path).ok()
}

/// Reads a report of bounded size. The error says what is wrong with the file.
pub(super) fn read(path: &Path) -> Result<Report, String> {
    let bytes = read_at_most(path, REPORT_BYTES_MAX, "are read")?;
    if !bytes.starts_with(b"{") {
        return Err("not a report: it does not begin with `{`".to_owned());
    }
    read_report(std::str::from_utf8(&bytes).map_err(|_| "it is no UTF-8 text")?)
}

/// Prints what became of the gaps of the earlier report.
pub(super) fn run(before: &Path, now: &Report) -> Result<u8, Failure> {
    let old = read(before).map_err(|says| {
        Failure::usage(format!("--against {}: {says}\n  name the report.json of an earlier run", before.display()))
    })?;
    let against = Against::of(&old, now);
    print(&against.text());
    Ok(if against.is_worse() { exit::GAPS } else { exit::CONFORMANT })
}

//! A report as JSON: the whole value, which `replay` and other programs read.
//!
//! In: a report. Out: `report.json`, indented.

use super::Report;

pub(super) fn render(report: &Report) -> String {
    // Our own shapes have string keys only, so writing them cannot fail.
    serde_json::to_string_pretty(report).unwrap_or_default() + "\n"
}

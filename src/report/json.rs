//! A report as JSON: the whole value, which `replay` and other programs read, and its schema.
//!
//! In: a report. Out: `report.json`, indented; and the JSON Schema that every one of them keeps.

use serde_json::Value;

use super::Report;

pub(super) fn render(report: &Report) -> String {
    // Our own shapes have string keys only, so writing them cannot fail.
    serde_json::to_string_pretty(report).unwrap_or_default() + "\n"
}

/// The JSON Schema of `report.json`, made of the shape. A test keeps `specs/format/report.json` fresh.
#[must_use]
pub fn schema() -> Value {
    schemars::schema_for!(Report).to_value()
}

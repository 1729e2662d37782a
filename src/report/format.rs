//! What a report can be written as. A format is a variant here, with its arm, and a file of its own.
//!
//! In: a report and a format. Out: its text.

use super::{Report, json, text};

/// What a report is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Plain text for a terminal or a log.
    Text,
    /// The whole report, for programs.
    Json,
}

/// Writes a report.
#[must_use]
pub fn render(report: &Report, format: Format) -> String {
    match format {
        Format::Text => text::render(report),
        Format::Json => json::render(report),
    }
}

//! What a report can be written as. A format is a variant here, with its arm, and a file of its own.
//!
//! In: a report and a format. Out: its text, which is sound whatever a target said.

use strum::{EnumString, IntoStaticStr, VariantArray};

use super::{Report, ctrf, html, json, junit, markdown, sarif, text};

/// What a report is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Format {
    /// Plain text for a terminal or a log.
    Text,
    /// The whole report, for programs.
    Json,
    /// JUnit's XML, as Jenkins, GitLab and most servers of continuous integration read it.
    Junit,
    /// SARIF 2.1.0 with every verdict.
    Sarif,
    /// SARIF 2.1.0 with what somebody has to look at, for GitHub's code scanning, which takes every result for an alert.
    CodeScanning,
    /// One page for a browser, which needs nothing else.
    Html,
    /// A page of Markdown, for a summary or a comment.
    Markdown,
    /// The Common Test Report Format.
    Ctrf,
}

impl Format {
    /// The word used in options.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// What the name of such a file ends with, after a full stop.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Json => "json",
            Self::Junit => "junit.xml",
            Self::Sarif => "sarif",
            Self::CodeScanning => "code-scanning.sarif",
            Self::Html => "html",
            Self::Markdown => "md",
            Self::Ctrf => "ctrf.json",
        }
    }
}

/// Writes a report.
#[must_use]
pub fn render(report: &Report, format: Format) -> String {
    render_at(report, format, None)
}

/// Writes a report. SARIF wants a file for each result; `file` is one of the reader's repository, percent-coded, and that of the spec data
/// otherwise.
#[must_use]
pub fn render_at(report: &Report, format: Format, file: Option<&str>) -> String {
    match format {
        Format::Text => text::render(report),
        Format::Json => json::render(report),
        Format::Junit => junit::render(report),
        Format::Sarif => sarif::render(report, sarif::Results::All, file),
        Format::CodeScanning => sarif::render(report, sarif::Results::Alerts, file),
        Format::Html => html::render(report),
        Format::Markdown => markdown::render(report),
        Format::Ctrf => ctrf::render(report),
    }
}

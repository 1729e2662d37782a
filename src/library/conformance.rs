//! What a target was found to do: the report as a value that a test looks at.

use std::fmt;

use crate::{
    model::verdict::Verdict,
    report::{Format, Gap, Report, Summary, render, verdict_in_words},
};

/// What a target, or an answer, was found to do.
///
/// It prints as the console of `touchmark certify` does: each gap with the page of the guide, what was expected, what came, and the line for
/// a shell that shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Conformance {
    report: Report,
}

impl Conformance {
    pub(super) fn of(report: Report) -> Self {
        Self { report }
    }

    /// Whether nothing was found that the guide forbids, every `must` that was asked for could be tested, and there was something to test.
    #[must_use]
    pub fn is_conformant(&self) -> bool {
        self.exit_code() == 0
    }

    /// The exit code of `touchmark certify`: 0 conformant, 1 gaps, 3 a `must`, or everything, could not be tested, 5 a fault of Touchmark.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        self.report.exit_code()
    }

    /// What is done otherwise than the guide says, warnings included; [`Gap::counts`] tells them from one another.
    #[must_use]
    pub fn gaps(&self) -> &[Gap] {
        &self.report.gaps
    }

    /// Whether a requirement, or one whose id begins so, is not kept.
    #[must_use]
    pub fn has_gap(&self, id: &str) -> bool {
        self.report.gaps.iter().any(|gap| gap.requirement.starts_with(id))
    }

    /// The verdict of a requirement; none where it was not asked for.
    #[must_use]
    pub fn verdict_of(&self, id: &str) -> Option<Verdict> {
        self.report.requirements.iter().find(|row| *row.id == *id).map(|row| row.verdict)
    }

    /// The count of requirements with each verdict.
    #[must_use]
    pub fn counts(&self) -> &Summary {
        &self.report.summary
    }

    /// The count of requests that were sent.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.report.run.requests
    }

    /// All of it, as `report.json` has it.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// All of it, written as JSON, JUnit, HTML or anything else that [`Format`] has.
    #[must_use]
    pub fn written_as(&self, format: Format) -> String {
        render(&self.report, format)
    }

    /// Whether it conforms, in a line.
    #[must_use]
    pub fn in_words(&self) -> String {
        verdict_in_words(&self.report)
    }
}

impl fmt::Display for Conformance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written_as(Format::Text))
    }
}

//! What several parts of a page need: the verdicts in their order, their words and counts, and that something is left out.
//!
//! In: a report. Out: words, numbers and lines.

use maud::{Markup, html};

use crate::{
    model::verdict::Verdict,
    report::{Report, text::plural},
};

/// The most characters of a text on one line.
pub(super) const LINE_CHARS_MAX: usize = 300;

/// The verdicts, in the order in which they are shown.
pub(super) const VERDICTS: [Verdict; 6] =
    [Verdict::Fail, Verdict::Error, Verdict::Warn, Verdict::Inconclusive, Verdict::NotApplicable, Verdict::Pass];

pub(super) fn count(report: &Report, verdict: Verdict) -> usize {
    let s = &report.summary;
    match verdict {
        Verdict::Pass => s.pass,
        Verdict::Warn => s.warn,
        Verdict::Fail => s.fail,
        Verdict::Inconclusive => s.inconclusive,
        Verdict::NotApplicable => s.not_applicable,
        Verdict::Error => s.error,
    }
}

pub(super) fn words(verdict: Verdict) -> &'static str {
    if verdict == Verdict::NotApplicable { "not applicable" } else { verdict.word() }
}

/// That something is left out, where it is.
pub(super) fn left_out(count: usize, noun: &str) -> Markup {
    html! { @if count > 0 { p { (plural(count, noun)) " left out for want of room; report.json has everything." } } }
}

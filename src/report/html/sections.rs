//! The smaller parts of a page: what was not tested and why, readings, outliers, observations, what is left, and how it was tested.
//!
//! In: a report. Out: a section each, with a bound of its own; nothing where there is nothing to say.

use std::collections::HashMap;

use maud::{Markup, html};

use super::shared::{LINE_CHARS_MAX, left_out};
use crate::{
    model::verdict::Verdict,
    report::{
        Report, RequirementRow,
        text::{self, plural},
        visible::{on_one_line, visible},
    },
};

/// The parts of a page by the id of each, in their order.
pub(super) const PARTS: [(&str, &str); 10] = [
    ("gaps", "Gaps"),
    ("map", "Sections"),
    ("requirements", "Requirements"),
    ("untested", "Not tested"),
    ("readings", "Readings"),
    ("unlike", "Outliers"),
    ("observations", "Observations"),
    ("time", "Timeline"),
    ("left", "Left behind"),
    ("run", "The run"),
];

/// The most rows of a list.
const ROWS_MAX: usize = 100;

/// The most ids behind a reason.
const IDS_MAX: usize = 5;

/// The most characters of each of them.
const ID_CHARS_MAX: usize = 120;

/// The most things that are still at the target.
const LEFT_MAX: usize = 25;

/// Why requirements were not tested: reasons with their requirements, those with the most first.
pub(super) struct Reasons<'a> {
    all: Vec<(&'a str, Vec<&'a RequirementRow>)>,
    numbers: HashMap<&'a str, usize>,
}

impl Reasons<'_> {
    /// The number of a row's reason, where the page has it.
    pub(super) fn number(&self, row: &RequirementRow) -> Option<usize> {
        untested(row).and_then(|reason| self.numbers.get(reason).copied())
    }
}

fn untested(row: &RequirementRow) -> Option<&str> {
    let is = matches!(row.verdict, Verdict::Inconclusive | Verdict::Error | Verdict::NotApplicable);
    is.then(|| row.reason.as_deref().unwrap_or("no reason"))
}

pub(super) fn reasons(report: &Report) -> Reasons<'_> {
    let mut by_reason: HashMap<&str, Vec<&RequirementRow>> = HashMap::new();
    for row in &report.requirements {
        if let Some(reason) = untested(row) {
            by_reason.entry(reason).or_default().push(row);
        }
    }
    let mut all: Vec<_> = by_reason.into_iter().collect();
    all.sort_by_key(|(reason, rows)| {
        (rows[0].verdict == Verdict::NotApplicable, std::cmp::Reverse(rows.len()), *reason)
    });
    let numbers = all.iter().take(ROWS_MAX).enumerate().map(|(number, (reason, _))| (*reason, number)).collect();
    Reasons { all, numbers }
}

pub(super) fn not_tested(reasons: &Reasons<'_>) -> Markup {
    html! {
        @if !reasons.all.is_empty() {
            section id="untested" {
                h2 { "Not tested" }
                table {
                    thead { tr { th scope="col" { "requirements" } th scope="col" { "why" } th scope="col" { "to act" } } }
                    tbody {
                        @for (number, (reason, rows)) in reasons.all.iter().take(ROWS_MAX).enumerate() {
                            tr id={ "r" (number) } {
                                td { (rows.len()) }
                                td {
                                    (on_one_line(reason, LINE_CHARS_MAX))
                                    @for row in rows.iter().take(IDS_MAX) { br; small { (on_one_line(&row.id, ID_CHARS_MAX)) } }
                                    @if rows.len() > IDS_MAX { br; small { "and " (rows.len() - IDS_MAX) " more" } }
                                }
                                td { @match rows[0].blame { Some(blame) => (blame.word()), None => "nobody" } }
                            }
                        }
                    }
                }
                (left_out(reasons.all.len().saturating_sub(ROWS_MAX), "reason"))
            }
        }
    }
}

pub(super) fn readings(report: &Report) -> Markup {
    let topics = text::readings(report);
    html! {
        @if !topics.is_empty() {
            section id="readings" {
                h2 { "Where the guide leaves it open" }
                table {
                    thead { tr { th scope="col" { "topic" } th scope="col" { "the target follows" } } }
                    tbody {
                        @for (topic, readings) in topics.iter().take(ROWS_MAX) {
                            tr {
                                td { (on_one_line(topic, LINE_CHARS_MAX)) }
                                td { (on_one_line(&readings.iter().copied().collect::<Vec<_>>().join(", "), LINE_CHARS_MAX)) }
                            }
                        }
                    }
                }
                (left_out(topics.len().saturating_sub(ROWS_MAX), "topic"))
            }
        }
    }
}

pub(super) fn unlike(report: &Report) -> Markup {
    html! {
        @if !report.unlike.is_empty() {
            section id="unlike" {
                h2 { "Unlike the rest" }
                p { "Where the guide leaves it open, and the target departs from its own habit." }
                table {
                    thead { tr { th scope="col" { "topic" } th scope="col" { "usually" } th scope="col" { "but" } } }
                    tbody {
                        @for row in report.unlike.iter().take(ROWS_MAX) {
                            tr {
                                td { (on_one_line(&row.topic, LINE_CHARS_MAX)) }
                                td { (on_one_line(&row.usual, LINE_CHARS_MAX)) " (" (row.count) ")" }
                                td {
                                    @for other in row.others.iter().take(IDS_MAX) {
                                        div { (on_one_line(&other.reading, LINE_CHARS_MAX)) ": " code { (on_one_line(&other.requirement, LINE_CHARS_MAX)) } }
                                    }
                                    @if row.others.len() > IDS_MAX { div { "and " (row.others.len() - IDS_MAX) " more" } }
                                }
                            }
                        }
                    }
                }
                (left_out(report.unlike.len().saturating_sub(ROWS_MAX), "topic"))
            }
        }
    }
}

pub(super) fn observations(report: &Report) -> Markup {
    html! {
        @if !report.observations.is_empty() {
            section id="observations" {
                h2 { "Seen, and no gap" }
                details {
                    summary { (plural(report.observations.len(), "observation")) }
                    table {
                        thead { tr { th scope="col" { "at" } th scope="col" { "what" } th scope="col" { "answers" } } }
                        tbody {
                            @for row in report.observations.iter().take(ROWS_MAX) {
                                tr {
                                    td { (on_one_line(&row.requirement, LINE_CHARS_MAX)) }
                                    td { (on_one_line(&row.what, LINE_CHARS_MAX)) br; small { (on_one_line(&row.place, LINE_CHARS_MAX)) } }
                                    td { (row.count) }
                                }
                            }
                        }
                    }
                    (left_out(report.observations.len().saturating_sub(ROWS_MAX), "observation"))
                }
            }
        }
    }
}

pub(super) fn left(report: &Report) -> Markup {
    html! {
        @if !report.left.is_empty() {
            section id="left" {
                h2 { "Still at the target" }
                @for row in report.left.iter().take(LEFT_MAX) {
                    p { (on_one_line(&row.what, LINE_CHARS_MAX)) }
                    @if !row.curl.is_empty() { pre { code { (on_one_line(&row.curl, 2_000)) } } }
                }
                (left_out(report.left.len().saturating_sub(LEFT_MAX), "thing"))
            }
        }
    }
}

pub(super) fn facts(report: &Report) -> Markup {
    let run = &report.run;
    let list =
        |words: Vec<&str>| if words.is_empty() { "all".to_owned() } else { on_one_line(&words.join(", "), 1_000) };
    html! {
        section id="run" {
            h2 { "The run" }
            dl {
                dt { "guide" } dd { (report.guide.title) ", edition " (report.guide.edition) }
                dt { "spec data" } dd { code { (report.guide.digest) } }
                dt { "seed" } dd { (run.seed) }
                @if !run.word.is_empty() { dt { "word in names" } dd { code { (visible(&run.word)) } } }
                dt { "requests" } dd { (run.requests) }
                @if run.duration_ms > 0 { dt { "took" } dd { (run.duration_ms / 1_000) " s" } }
                dt { "allowed" } dd { (run.allow) }
                dt { "pace" } dd { (run.rate) }
                @if let Some(budget) = &run.budget { dt { "budget" } dd { (budget) } }
                dt { "asked for" } dd { (list(run.only.iter().map(String::as_str).collect())) }
                dt { "suites" } dd { (list(run.suites.iter().map(|suite| suite.word()).collect())) }
                @if !run.emulator.is_empty() {
                    dt { "emulator" } dd { (list(run.emulator.iter().map(String::as_str).collect())) }
                }
                @if let Some(row) = &report.sequences {
                    dt { "sequences" }
                    dd {
                        (row.sequences) " of commands: " (row.pairs) " of " (row.pairs_of) " ordered pairs, " (row.accepted) " of "
                        (row.commands) " commands accepted, the longest of " (row.longest)
                    }
                }
            }
        }
    }
}

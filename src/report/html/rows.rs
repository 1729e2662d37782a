//! The requirements of a page: the guide's sections as a map coloured by verdict, and a table for each of them.
//!
//! In: a report, which gaps the page has, and how much room there is. Out: rows in the order of the guide. A section has a table of its own,
//! so that a browser lays out only those that are looked at.

use std::{cmp::Reverse, collections::BTreeMap};

use maud::{Markup, PreEscaped, html};

use super::{
    gaps::Numbers,
    sections::Reasons,
    shared::{LINE_CHARS_MAX, VERDICTS, count, left_out, words},
};
use crate::{
    model::verdict::Verdict,
    report::{Report, RequirementRow, visible::on_one_line},
};

/// Which rows have the statement of their requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Statements {
    /// All.
    All,
    /// Those that are neither kept nor beside the point.
    Findings,
    /// None.
    Nowhere,
}

/// Sections by page, then by title.
type Sections<'a> = BTreeMap<(u32, &'a str), Vec<&'a RequirementRow>>;

/// The sections of the guide, by the page that most of their requirements cite; standards beside it come last.
fn by_section(report: &Report) -> Sections<'_> {
    let mut by_title: BTreeMap<&str, Vec<&RequirementRow>> = BTreeMap::new();
    for row in &report.requirements {
        by_title.entry(&row.section).or_default().push(row);
    }
    by_title.into_iter().map(|(title, rows)| ((page(&rows), title), rows)).collect()
}

fn page(rows: &[&RequirementRow]) -> u32 {
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    for row in rows {
        *counts.entry(row.page).or_default() += 1;
    }
    let most = counts.into_iter().max_by_key(|(page, count)| (*count, Reverse(*page)));
    most.map(|(page, _)| page).filter(|page| *page > 0).unwrap_or(u32::MAX)
}

pub(super) fn map(report: &Report) -> Markup {
    html! {
        section id="map" {
            h2 { "Sections of the guide" }
            ul class="map" {
                @for (number, ((page, section), rows)) in by_section(report).iter().enumerate() {
                    @let counts = VERDICTS.map(|verdict| rows.iter().filter(|row| row.verdict == verdict).count());
                    @let worst = VERDICTS.iter().zip(counts).find(|(_, count)| *count > 0).map_or("", |(verdict, _)| verdict.word());
                    li class=(worst) {
                        a href={ "#s" (number) } { (on_one_line(section, LINE_CHARS_MAX)) }
                        @if *page < u32::MAX { span class="quiet" { " p. " (page) } }
                        (bar(&counts))
                        small {
                            @for (at, (verdict, count)) in VERDICTS.iter().zip(counts).filter(|(_, count)| *count > 0).enumerate() {
                                @if at > 0 { ", " }
                                (count) " " (words(*verdict))
                            }
                        }
                    }
                }
            }
        }
    }
}

fn bar(counts: &[usize; 6]) -> Markup {
    let all = counts.iter().sum::<usize>().max(1);
    let start = |number: usize| counts[..number].iter().sum::<usize>() * 1_000 / all;
    html! {
        svg viewBox="0 0 1000 5" preserveAspectRatio="none" aria-hidden="true" {
            @for (number, verdict) in VERDICTS.iter().enumerate().filter(|(number, _)| counts[*number] > 0) {
                // The least of a section can still be seen.
                @let width = (counts[number] * 1_000 / all).max(4);
                rect class=(verdict.word()) x=(start(number)) width=(width) height="5" {}
            }
        }
    }
}

pub(super) fn rows(
    report: &Report,
    statements: Statements,
    shown: &Numbers<'_>,
    reasons: &Reasons<'_>,
    bytes_max: usize,
) -> Markup {
    let mut written = String::new();
    let mut missing = 0;
    for (number, ((_, section), rows)) in by_section(report).iter().enumerate() {
        let mut body = String::new();
        for row in rows {
            let one = line(row, statements, shown, reasons);
            if written.len() + body.len() + one.len() + 600 > bytes_max {
                missing += 1;
            } else {
                body.push_str(&one);
            }
        }
        if !body.is_empty() {
            let title = on_one_line(section, LINE_CHARS_MAX);
            let table = html! {
                section class="group" id={ "s" (number) } {
                    h3 { (title) }
                    table class="rows" {
                        thead { tr { th scope="col" { "verdict" } th scope="col" { "requirement" } th scope="col" { "level, page" } } }
                        tbody { (PreEscaped(body)) }
                    }
                }
            };
            written.push_str(&table.0);
        }
    }
    html! {
        section id="requirements" {
            h2 { "Requirements" }
            p class="printed" { "Printed without those that are kept or not applicable." }
            form id="filter" hidden {
                label { "Filter by id, statement or level" input id="search" type="search" autocomplete="off" spellcheck="false"; }
                fieldset {
                    legend { "Verdicts" }
                    @for verdict in VERDICTS {
                        label { input type="checkbox" value=(letter(verdict)) checked; (words(verdict)) " (" (count(report, verdict)) ")" }
                    }
                }
                output id="shown" for="search" {}
            }
            @if statements != Statements::All {
                p { "Statements are left out for want of room; `touchmark spec show` prints them." }
            }
            (PreEscaped(written))
            (left_out(missing, "requirement"))
        }
    }
}

fn line(row: &RequirementRow, statements: Statements, shown: &Numbers<'_>, reasons: &Reasons<'_>) -> String {
    let found = !matches!(row.verdict, Verdict::Pass | Verdict::NotApplicable);
    let wanted = match statements {
        Statements::All => true,
        Statements::Findings => found,
        Statements::Nowhere => false,
    };
    let statement = wanted && !row.says.is_empty();
    let more = match (shown.number(&row.id), reasons.number(row)) {
        (Some(gap), _) => Some(format!("#g{gap}")),
        (None, Some(reason)) => Some(format!("#r{reason}")),
        (None, None) => None,
    };
    let word = words(row.verdict);
    html! {
        tr class=(letter(row.verdict)) {
            td { @if let Some(more) = more { a href=(more) { (word) } } @else { (word) } }
            td {
                (on_one_line(&row.id, LINE_CHARS_MAX))
                @if statement { small { (on_one_line(&row.says, LINE_CHARS_MAX)) } }
                @if row.known.is_some() { small { "known gap" } }
            }
            td { (row.level) @if row.page > 0 { " " (row.page) } }
        }
    }
    .0
}

/// The class of a row, short since it stands in each.
fn letter(verdict: Verdict) -> &'static str {
    &verdict.word()[..1]
}

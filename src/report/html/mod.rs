//! A report as one page for a browser that needs nothing else: no network, no script to be read, no colour to be understood.
//!
//! In: a report. Out: a page of less than two megabytes. Every text of a target is text, by the writer that escapes it and by a policy that
//! runs the page's own script and no other. What does not fit is counted, gaps before statements.

mod chart;
mod gaps;
mod rows;
mod sections;
mod shared;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

use super::{
    Report,
    text::verdict,
    visible::{on_one_line, visible},
};
use gaps::Numbers;
use rows::Statements;
use shared::{LINE_CHARS_MAX, VERDICTS, count, words};

/// The most bytes of a page.
const BYTES_MAX: usize = 1_950_000;

/// The share of a page, in hundredths, that rows may take before gaps are written.
const ROWS_SHARE_MAX: usize = 90;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The report as a page.
pub(super) fn render(report: &Report) -> String {
    let reasons = sections::reasons(report);
    let after = html! {
        (sections::not_tested(&reasons))
        (sections::readings(report))
        (sections::unlike(report))
        (sections::observations(report))
        (chart::timeline(report))
        (sections::left(report))
        (sections::facts(report))
    };
    let map = rows::map(report);
    let room = BYTES_MAX.saturating_sub(STYLE.len() + SCRIPT.len() + after.0.len() + map.0.len() + 8_000);
    let write = |statements: Statements, shown: &Numbers, bytes_max: usize| {
        rows::rows(report, statements, shown, &reasons, bytes_max)
    };
    let bare = write(Statements::Nowhere, &Numbers::all(report), room * ROWS_SHARE_MAX / 100);
    let (gaps, shown) = gaps::gaps(report, room.saturating_sub(bare.0.len()));
    let left = room.saturating_sub(gaps.0.len());
    let rows = [Statements::All, Statements::Findings]
        .into_iter()
        .map(|statements| write(statements, &shown, usize::MAX))
        .find(|rows| rows.0.len() <= left)
        .unwrap_or_else(|| write(Statements::Nowhere, &shown, left));
    let page = page(report, &html! { (gaps) (map) (rows) (after) }).0;
    // Facts of the run are texts of others, too, where a report was read.
    visible(&page).into_owned()
}

fn page(report: &Report, content: &Markup) -> Markup {
    let says = on_one_line(&verdict(report), LINE_CHARS_MAX);
    let target = on_one_line(&report.target.url, LINE_CHARS_MAX);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                title { "Touchmark: " (says) ", " (target) }
                link rel="icon" href="data:,";
                style { (PreEscaped(STYLE)) }
            }
            body {
                a class="skip" href="#gaps" { "To the gaps" }
                header {
                    h1 { (capital(&says)) }
                    p {
                        code { (target) }
                        @if let Some(version) = &report.target.api_version { ", API " (visible(version)) }
                        ", against " (report.guide.title) " (API " (report.guide.api_version) ")"
                    }
                    (counts(report))
                    nav aria-label="Parts of the report" {
                        ul {
                            @for (id, name) in sections::PARTS {
                                @if content.0.contains(&format!("id=\"{id}\"")) {
                                    li { a href={ "#" (id) } { (name) } }
                                }
                            }
                        }
                    }
                }
                main { (content) }
                footer { p class="quiet" { (report.tool.name) " " (report.tool.version) } }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
}

fn counts(report: &Report) -> Markup {
    html! {
        ul class="counts" {
            @for verdict in VERDICTS {
                li class=(verdict.word()) { b { (count(report, verdict)) } (words(verdict)) }
            }
        }
    }
}

/// What a browser may run and load: our style and our script, by their digests.
fn policy() -> String {
    let digest = |text: &str| STANDARD.encode(Sha256::digest(text));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; img-src data:; base-uri 'none'; form-action 'none'",
        digest(STYLE),
        digest(SCRIPT)
    )
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

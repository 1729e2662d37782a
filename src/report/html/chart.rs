//! The timeline of a page: the rate used, the slowest answers, and how long effects took to come over the feed.
//!
//! In: a report. Out: a chart each, and the same numbers as a table.

use maud::{Markup, html};

use crate::report::{Report, Timeline, TimelineStep};

/// The height of a chart, in its own units.
const HEIGHT: u64 = 100;

/// What a chart shows of a step.
type Value = fn(&TimelineStep) -> u64;

pub(super) fn timeline(report: &Report) -> Markup {
    let Some(timeline) = &report.timeline else { return html! {} };
    let has_lag = timeline.steps.iter().any(|step| step.lag_ms.is_some());
    let lag: Value = |step| step.lag_ms.unwrap_or(0);
    html! {
        section id="time" {
            h2 { "Timeline" }
            p {
                (timeline.steps.len()) " steps of " (length(timeline.step_ms)) "; the pace asked for was " (report.run.rate) "."
                @if let Some(lag) = &report.feed_lag {
                    " " (lag.count) " effects of commands came over the feed: p50 " (lag.p50_ms) " ms, p99 " (lag.p99_ms)
                    " ms, max " (lag.max_ms) " ms."
                }
            }
            (chart("rate", "Requests in a step", "", timeline, |step| step.requests))
            (chart("slowest", "Slowest answer in a step", " ms", timeline, |step| step.slowest_ms))
            @if has_lag { (chart("lag", "Longest lag of the feed in a step", " ms", timeline, lag)) }
            details {
                summary { "As a table" }
                table {
                    thead {
                        tr {
                            th scope="col" { "from" } th scope="col" { "requests" } th scope="col" { "slowest answer" }
                            @if has_lag { th scope="col" { "lag of the feed" } }
                        }
                    }
                    tbody {
                        @for (number, step) in (0_u64..).zip(&timeline.steps) {
                            tr {
                                td { (length(number * timeline.step_ms)) } td { (step.requests) } td { (step.slowest_ms) " ms" }
                                @if has_lag { td { @if let Some(lag_ms) = step.lag_ms { (lag_ms) " ms" } } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn chart(class: &str, name: &str, unit: &str, timeline: &Timeline, value: Value) -> Markup {
    let most = timeline.steps.iter().map(value).max().unwrap_or(0).max(1);
    let says = format!("{name}: at most {most}{unit}");
    html! {
        figure {
            svg class={ "chart " (class) } role="img" aria-label=(says) preserveAspectRatio="none"
                viewBox={ "0 0 " (timeline.steps.len() * 10) " " (HEIGHT) } {
                @for (number, step) in timeline.steps.iter().enumerate() {
                    @let height = (value(step) * HEIGHT).div_ceil(most);
                    @if height > 0 { rect x=(number * 10) y=(HEIGHT - height) width="9" height=(height) {} }
                }
            }
            figcaption aria-hidden="true" { (says) }
        }
    }
}

fn length(ms: u64) -> String {
    match ms {
        0..=999 => format!("{ms} ms"),
        1_000..=119_999 => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
        _ => format!("{} min {} s", ms / 60_000, ms % 60_000 / 1_000),
    }
}

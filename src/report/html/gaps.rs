//! The gaps of a page: what was asked, expected and got, with request and answer, the difference marked, and the lines that show it.
//!
//! In: a report and how much room there is. Out: as many gaps as fit, those first that count, and which those are.

use std::collections::HashMap;

use maud::{Markup, html};

use super::shared::{LINE_CHARS_MAX, left_out};
use crate::report::{
    Gap, Report, Shown,
    standing::citation,
    text::warns,
    visible::{cut, on_one_line, visible},
};

/// The most characters of what was expected or came.
const TEXT_CHARS_MAX: usize = 2_000;

/// The shortest text that is marked in an answer, in bytes.
const MARKED_BYTES_MIN: usize = 3;

/// The numbers of the gaps that a page has.
pub(super) struct Numbers<'a>(HashMap<&'a str, usize>);

impl<'a> Numbers<'a> {
    /// As if all were there.
    pub(super) fn all(report: &'a Report) -> Self {
        Self(in_order(report).into_iter().enumerate().map(|(number, gap)| (gap.requirement.as_str(), number)).collect())
    }

    pub(super) fn number(&self, id: &str) -> Option<usize> {
        self.0.get(id).copied()
    }
}

/// What counts first, warnings, then what is known.
fn in_order(report: &Report) -> Vec<&Gap> {
    let mut gaps: Vec<&Gap> = report.gaps.iter().collect();
    gaps.sort_by_key(|gap| (gap.known.is_some(), !gap.counts()));
    gaps
}

pub(super) fn gaps(report: &Report, bytes_max: usize) -> (Markup, Numbers<'_>) {
    let mut written = String::new();
    let mut shown = HashMap::new();
    let all = in_order(report);
    for gap in &all {
        let one = article(shown.len(), gap);
        if written.len() + one.0.len() > bytes_max {
            break;
        }
        written.push_str(&one.0);
        shown.insert(gap.requirement.as_str(), shown.len());
    }
    let content = html! {
        section id="gaps" {
            h2 { "Gaps" }
            @if all.is_empty() { p { "The target does nothing otherwise than the guide says, as far as was tested." } }
            (maud::PreEscaped(written))
            (left_out(all.len() - shown.len(), "gap"))
        }
    };
    (content, Numbers(shown))
}

fn article(number: usize, gap: &Gap) -> Markup {
    let (class, word) = match (&gap.known, warns(gap)) {
        (Some(_), _) => ("gap known", "known"),
        (None, true) => ("gap warn", "warn"),
        (None, false) => ("gap", "fail"),
    };
    let (expected, got) = difference(&cut(&gap.expected, TEXT_CHARS_MAX), &cut(&gap.got, TEXT_CHARS_MAX));
    let values = quoted(&gap.got);
    html! {
        article class=(class) id={ "g" (number) } {
            h3 { (word) ": " code { (on_one_line(&gap.requirement, LINE_CHARS_MAX)) } }
            p { (visible(&gap.says)) " " span class="quiet" { (citation(&gap.section, gap.page)) " (" (gap.level) ")" } }
            dl {
                dt { "expected" } dd { (expected) }
                dt { "got" } dd { (got) }
                @if let Some(why) = &gap.known { dt { "known" } dd { (visible(why)) } }
                dt { "to act" } dd { (gap.blame.word()) }
                @for (name, holds) in &gap.needs { dt { code { (name) } } dd { (visible(holds)) } }
            }
            @if !gap.curl.is_empty() { (lines("Shows it in a shell", &gap.curl, number)) }
            (lines("Sends and judges it again", &gap.replay, number))
            (message("Request", &gap.request, &[]))
            (message("Answer", &gap.response, &values))
        }
    }
}

/// Lines to be copied.
fn lines(what: &str, text: &str, number: usize) -> Markup {
    html! {
        div {
            small { (what) } " "
            button type="button" class="copy" hidden aria-label={ "Copy: " (what) ", gap " (number + 1) } { "Copy" }
        }
        pre { code { (visible(text)) } }
    }
}

/// A request or an answer, with what is wrong in it marked.
fn message(what: &str, message: &Shown, values: &[&str]) -> Markup {
    html! {
        @if !message.line.is_empty() {
            details open[message.headers.len() < 40] {
                summary { (what) ": " code { (on_one_line(&message.line, LINE_CHARS_MAX)) } }
                pre {
                    @for (name, value) in &message.headers { (visible(name)) ": " (marked(value, values)) "\n" }
                    @if !message.body.is_empty() { "\n" (marked(&message.body, values)) }
                }
            }
        }
    }
}

/// The texts between backticks.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).filter(|value| value.len() >= MARKED_BYTES_MIN).collect()
}

/// A text in which the first place of the first value that stands in it is marked.
fn marked(text: &str, values: &[&str]) -> Markup {
    let place = values.iter().find_map(|value| text.find(value).map(|at| at..at + value.len()));
    let place = place.unwrap_or(text.len()..text.len());
    html! {
        (visible(&text[..place.start]))
        @if !place.is_empty() { mark { (visible(&text[place.clone()])) } (visible(&text[place.end..])) }
    }
}

/// Two texts, with the part marked in which they differ where most of them is the same.
fn difference(one: &str, other: &str) -> (Markup, Markup) {
    let start: usize = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    let back = |text: &str| text[start..].chars().rev().collect::<Vec<char>>();
    let end: usize = back(one).iter().zip(&back(other)).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    let alike = (start + end) * 3 >= one.len().max(other.len());
    let part = |text: &str| {
        html! {
            @if alike {
                (visible(&text[..start])) mark { (visible(&text[start..text.len() - end])) } (visible(&text[text.len() - end..]))
            } @else { (visible(text)) }
        }
    };
    (part(one), part(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_marked() {
        let check = |one: &str, other: &str, a: &str, b: &str| {
            let (first, second) = difference(one, other);
            assert_eq!((first.0.as_str(), second.0.as_str()), (a, b));
        };
        check("`5` once", "`7` once", "`<mark>5</mark>` once", "`<mark>7</mark>` once");
        check("äb", "äbc", "äb<mark></mark>", "äb<mark>c</mark>");
        check("abc", "x<y", "abc", "x&lt;y");
        assert_eq!(marked("<a>2019</a>", &["zz", "2019"]).0, "&lt;a&gt;<mark>2019</mark>&lt;/a&gt;");
        assert_eq!(quoted("`one` and `ab` or `three`"), ["one", "three"]);
    }
}

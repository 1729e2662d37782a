//! A report as a page of Markdown for a summary or a comment: at most 100 lines and 60 KiB.
//!
//! In: a report. Out: the verdict, the counts, the gaps, what was not tested and why, the readings. What does not fit is counted. Texts of a
//! target are written so that no renderer takes them for anything but text.

use std::collections::BTreeMap;

use super::{
    Gap, Report, RequirementRow,
    standing::{Standing, citation},
    text::{plural, readings, verdict, warns},
    visible::{cut, on_one_line, visible},
};
use crate::model::verdict::Verdict;

/// The most lines.
const LINES_MAX: usize = 100;

/// The most bytes.
const BYTES_MAX: usize = 60 * 1024;

/// The most gaps with a row of their own.
const GAPS_MAX: usize = 25;

/// The most gaps with the lines that show them.
const IN_FULL_MAX: usize = 3;

/// The most reasons why something was not tested.
const REASONS_MAX: usize = 10;

/// The most topics of readings.
const TOPICS_MAX: usize = 15;

/// The most characters of a text in a table.
const CELL_CHARS_MAX: usize = 160;

/// The most lines that show a gap.
const CURL_LINES_MAX: usize = 5;

/// The most characters of such a line.
const LINES_CHARS_MAX: usize = 1_500;

/// The report as Markdown.
pub(super) fn render(report: &Report) -> String {
    let mut page = Page::default();
    page.line(&format!("## Touchmark: {}", text(&verdict(report), CELL_CHARS_MAX)));
    page.line("");
    let api =
        report.target.api_version.as_deref().map(|version| format!(" (API {})", code(version))).unwrap_or_default();
    page.line(&format!(
        "{}{api} against {} (API {}), {}, seed {}.",
        code(&report.target.url),
        text(&report.guide.title, CELL_CHARS_MAX),
        text(&report.guide.api_version, CELL_CHARS_MAX),
        plural(usize::try_from(report.run.requests).unwrap_or(usize::MAX), "request"),
        report.run.seed
    ));
    page.line("");
    let s = &report.summary;
    page.line("| pass | warn | fail | inconclusive | not applicable | error |");
    page.line("| ---: | ---: | ---: | ---: | ---: | ---: |");
    page.line(&format!(
        "| {} | {} | {} | {} | {} | {} |",
        s.pass, s.warn, s.fail, s.inconclusive, s.not_applicable, s.error
    ));
    gaps(&mut page, report);
    not_tested(&mut page, report);
    followed(&mut page, report);
    page.end()
}

fn gaps(page: &mut Page, report: &Report) {
    if report.gaps.is_empty() {
        return;
    }
    // What counts comes first.
    let mut all: Vec<&Gap> = report.gaps.iter().collect();
    all.sort_by_key(|gap| (!gap.counts(), gap.known.is_some()));
    page.heading("Gaps");
    page.line("| verdict | requirement | where | expected | got |");
    page.line("| --- | --- | --- | --- | --- |");
    for gap in all.iter().take(GAPS_MAX) {
        let word = match (&gap.known, warns(gap)) {
            (Some(_), _) => "known",
            (None, true) => "warn",
            (None, false) => "**fail**",
        };
        page.line(&format!(
            "| {word} | {} | {} | {} | {} |",
            code(&gap.requirement),
            text(&citation(&gap.section, gap.page), CELL_CHARS_MAX),
            code(&gap.expected),
            code(&gap.got)
        ));
    }
    if let Some(more @ 1..) = all.len().checked_sub(GAPS_MAX) {
        page.line("");
        page.line(&format!("{} in the whole report.", plural(more, "further gap")));
    }
    for gap in all.iter().filter(|gap| gap.counts() && !gap.curl.is_empty()).take(IN_FULL_MAX) {
        page.line("");
        page.line(&format!("{}: {}", code(&gap.requirement), text(&gap.says, CELL_CHARS_MAX)));
        page.line("");
        // Indented, so that no line of it can end the block.
        for line in gap.curl.lines().take(CURL_LINES_MAX).chain([gap.replay.as_str()]) {
            page.line(&format!("    {}", visible(&cut(line, LINES_CHARS_MAX))));
        }
    }
}

fn not_tested(page: &mut Page, report: &Report) {
    let mut reasons: BTreeMap<&str, Vec<&RequirementRow>> = BTreeMap::new();
    for row in &report.requirements {
        if matches!(row.verdict, Verdict::Inconclusive | Verdict::Error) {
            reasons.entry(row.reason.as_deref().unwrap_or("no reason")).or_default().push(row);
        }
    }
    if reasons.is_empty() {
        return;
    }
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by_key(|(reason, rows)| (std::cmp::Reverse(rows.len()), *reason));
    page.heading("Not tested");
    page.line("| requirements | of them `must` | who has to act | why | such as |");
    page.line("| ---: | ---: | --- | --- | --- |");
    for (reason, rows) in reasons.iter().take(REASONS_MAX) {
        let open = rows.iter().filter(|row| Standing::of(row).fails()).count();
        let blame = rows[0].blame.map_or("", |blame| blame.word());
        page.line(&format!("| {} | {open} | {blame} | {} | {} |", rows.len(), code(reason), code(&rows[0].id)));
    }
    let rest: usize = reasons.iter().skip(REASONS_MAX).map(|(_, rows)| rows.len()).sum();
    if rest > 0 {
        page.line("");
        page.line(&format!("{} for other reasons.", plural(rest, "further requirement")));
    }
}

fn followed(page: &mut Page, report: &Report) {
    let topics = readings(report);
    if topics.is_empty() {
        return;
    }
    page.heading("Where the guide leaves it open");
    page.line("| topic | the target follows |");
    page.line("| --- | --- |");
    let (shown, rest) = (topics.iter().take(TOPICS_MAX), topics.len().saturating_sub(TOPICS_MAX));
    for (topic, readings) in shown {
        let readings: Vec<String> = readings.iter().take(5).map(|reading| code(reading)).collect();
        page.line(&format!("| {} | {} |", code(topic), readings.join(", ")));
    }
    if rest > 0 {
        page.line("");
        page.line(&format!("{} in the whole report.", plural(rest, "further topic")));
    }
}

/// Lines, as long as there is room for them and for the last one.
#[derive(Default)]
struct Page {
    out: String,
    lines: usize,
    left_out: usize,
}

impl Page {
    fn heading(&mut self, words: &str) {
        self.line("");
        self.line(&format!("### {words}"));
        self.line("");
    }

    fn line(&mut self, line: &str) {
        // The last two lines say what is missing.
        if self.left_out > 0 || self.lines + 3 > LINES_MAX || self.out.len() + line.len() + 200 > BYTES_MAX {
            self.left_out += 1;
            return;
        }
        self.out.push_str(line);
        self.out.push('\n');
        self.lines += 1;
    }

    fn end(mut self) -> String {
        if self.left_out > 0 {
            self.out
                .push_str(&format!("\n{} left out; the whole report has everything.\n", plural(self.left_out, "line")));
        }
        self.out
    }
}

/// A text of a target: no renderer finds markup, a link, a mention or the end of a cell in it.
fn code(words: &str) -> String {
    format!("<code>{}</code>", text(words, CELL_CHARS_MAX))
}

/// A text on one line, cut, with all that Markdown or HTML could take for markup as a character reference.
fn text(words: &str, chars_max: usize) -> String {
    let mut out = String::new();
    let words = on_one_line(words, chars_max);
    let mut before = ' ';
    let mut chars = words.chars().peekable();
    while let Some(c) = chars.next() {
        let behind = chars.peek().copied().unwrap_or(' ');
        let inside = before.is_ascii_alphanumeric() && behind.is_ascii_alphanumeric();
        match c {
            // These mean nothing inside a line.
            ' ' | ',' | '/' | '-' | '(' | ')' | ';' | '=' | '\'' | '%' | '?' => out.push(c),
            // These mean nothing inside a word, unless it is an address.
            '_' if inside => out.push(c),
            '.' if before.is_ascii_digit() || (inside && !before.eq_ignore_ascii_case(&'w')) => out.push(c),
            c if c.is_ascii_punctuation() => out.push_str(&format!("&#{};", u32::from(c))),
            c => out.push(c),
        }
        before = c;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_target_is_markup() {
        for (words, written) in [
            ("a|b`c`\n# d", "a&#124;b&#96;c&#96; &#35; d"),
            ("<img src=x onerror=y>", "&#60;img src=x onerror=y&#62;"),
            ("[a](b) @c http://d *e* _f_", "&#91;a&#93;(b) &#64;c http&#58;//d &#42;e&#42; &#95;f&#95;"),
            (r"\|", "&#92;&#124;"),
            ("get_api 1.2 www.a __b", "get_api 1.2 www&#46;a &#95;&#95;b"),
        ] {
            assert_eq!(text(words, 100), written);
        }
    }
}

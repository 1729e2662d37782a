//! A report as plain text for a terminal or a log.
//!
//! In: a report. Out: text without colour; meaning is never carried by colour alone.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use super::{Gap, Report, RequirementRow, UnlikeRow, standing::group, visible::visible};
use crate::{
    model::{suite::Suite, verdict::Verdict},
    spec::Level,
};

/// Reasons why requirements could not be tested that are shown before the rest is counted.
const REASONS_SHOWN_MAX: usize = 12;

/// Gaps of fuzzing that are shown before the rest is counted.
const FUZZ_SHOWN_MAX: usize = 20;

/// What the budget left out that is shown before it is counted, one by one or by what it is about.
const LEFT_OUT_SHOWN_MAX: usize = 40;

/// The report as text.
pub(super) fn render(report: &Report) -> String {
    let mut out = String::new();
    let most = if report.run.suites.contains(&Suite::Fuzz) { FUZZ_SHOWN_MAX } else { usize::MAX };
    for gap in report.gaps.iter().take(most) {
        out.push_str(&self::gap(gap));
        out.push('\n');
    }
    if let Some(more @ 1..) = report.gaps.len().checked_sub(most) {
        let _ = writeln!(out, "{}: see `gaps` in report.json\n", plural(more, "further gap"));
    }
    write_not_tested(&mut out, report);
    write_left_out(&mut out, report);
    write_readings(&mut out, report);
    write_unlike(&mut out, report);
    if !report.observations.is_empty() {
        let count = report.observations.len();
        let _ =
            writeln!(out, "{}, none of them a gap: see `observations` in report.json\n", plural(count, "observation"));
    }
    if let Some(lag) = &report.feed_lag {
        let effects = plural(lag.count, "effect");
        let _ = writeln!(
            out,
            "{effects} of commands came over the feed: p50 {} ms, p99 {} ms, max {} ms\n",
            lag.p50_ms, lag.p99_ms, lag.max_ms
        );
    }
    for left in &report.left {
        let _ = writeln!(out, "still at the target: {}", left.what);
        let _ = writeln!(out, "  take away {}\n", left.curl);
    }
    if let Some(count) = report.skeletons {
        let kinds = if count == 1 { "1 kind".to_owned() } else { format!("{count} kinds") };
        let _ = writeln!(out, "{kinds} of answers to what no library sends\n");
    }
    if let Some(row) = &report.sequences {
        let _ = writeln!(
            out,
            "{}: {} of {} ordered pairs of commands, {} % of {} accepted, the longest of {}\n",
            plural(row.sequences, "sequence"),
            row.pairs,
            row.pairs_of,
            row.accepted * 100 / row.commands.max(1),
            plural(row.commands, "command"),
            row.longest,
        );
    }
    let s = &report.summary;
    let _ = writeln!(
        out,
        "{} pass, {} warn, {} fail, {} inconclusive, {} not applicable, {} error",
        s.pass, s.warn, s.fail, s.inconclusive, s.not_applicable, s.error
    );
    let _ = writeln!(out, "{}", verdict(report));
    // A terminal obeys what a target may have said.
    visible(&out).into_owned()
}

/// A number with its noun.
#[must_use]
pub fn plural(count: usize, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

/// What the verdicts come to, in one line.
#[must_use]
pub fn verdict(report: &Report) -> String {
    let known = report.gaps.iter().filter(|gap| gap.known.is_some()).count();
    let but = if known > 0 { format!(", with {}", plural(known, "known gap")) } else { String::new() };
    match report.exit_code() {
        0 if !(report.run.only.is_empty() && report.run.suites.is_empty()) => {
            format!("conformant in the {} asked for{but}", plural(report.requirements.len(), "requirement"))
        }
        0 => format!("conformant with {} (API {}){but}", report.guide.title, report.guide.api_version),
        1 => {
            let count = report.gaps.iter().filter(|gap| gap.counts()).count();
            format!("not conformant: {}{but}{}", plural(count, "gap"), left_out(report, ", and "))
        }
        3 if report.is_empty() => {
            let all = plural(report.requirements.len(), "requirement");
            format!("nothing was tested of the {all} asked for{}", left_out(report, ": "))
        }
        3 if !report.left_out.is_empty() => {
            format!("nothing failed in what was tested{but}{}", left_out(report, ", but "))
        }
        3 => format!("nothing failed, but not every `must` could be tested{but}"),
        _ => "the harness itself failed; the verdicts marked `error` say how".to_owned(),
    }
}

/// That the budget left something out, where it did.
fn left_out(report: &Report, before: &str) -> String {
    match (report.left_out.len(), &report.run.budget) {
        (0, _) => String::new(),
        (count, budget) => format!(
            "{before}the budget of {} left out {count} of {}",
            budget.as_deref().unwrap_or("the run"),
            plural(report.requirements.len(), "requirement")
        ),
    }
}

/// Whether a gap is a warning.
pub(super) fn warns(gap: &Gap) -> bool {
    gap.verdict == Verdict::Warn || gap.level == Level::Should.word()
}

/// A gap in lines.
pub(super) fn gap(gap: &Gap) -> String {
    let mut out = String::new();
    let word = if warns(gap) { "WARN" } else { "FAIL" };
    let _ = writeln!(out, "{word} {}", gap.requirement);
    let _ = match gap.page {
        // What is asked by a standard beside the guide.
        0 => writeln!(out, "  standard  {} ({})", gap.section, gap.level),
        page => writeln!(out, "  guide     {}, p. {page} ({})", gap.section, gap.level),
    };
    let mut row = |name: &str, text: &str| {
        let _ = writeln!(out, "  {name:<9} {text}");
    };
    row("statement", &gap.says);
    row("expected", &gap.expected);
    row("got", &gap.got);
    if let Some(why) = &gap.known {
        row("known", why);
    }
    if !gap.needs.is_empty() {
        row("needs", &gap.needs.iter().map(|(name, holds)| format!("{name}: {holds}")).collect::<Vec<_>>().join("; "));
    }
    if !gap.curl.is_empty() {
        row("curl", &gap.curl.replace('\n', "\n            "));
    }
    row("replay", &gap.replay);
    out
}

/// Requirements that could not be tested, by the reason: one thing to do may settle many.
fn write_not_tested(out: &mut String, report: &Report) {
    let mut reasons: BTreeMap<&str, Vec<&RequirementRow>> = BTreeMap::new();
    for row in &report.requirements {
        if matches!(row.verdict, Verdict::Inconclusive | Verdict::Error) {
            reasons.entry(row.reason.as_deref().unwrap_or("no reason")).or_default().push(row);
        }
    }
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by_key(|(reason, rows)| (std::cmp::Reverse(rows.len()), *reason));
    for (reason, rows) in reasons.iter().take(REASONS_SHOWN_MAX) {
        let blame = rows[0].blame.map_or("", |blame| blame.word());
        let _ = writeln!(out, "{} could not be tested ({blame}): {reason}", plural(rows.len(), "requirement"));
        let _ = writeln!(out, "  such as {}", rows[0].id);
    }
    let rest: usize = reasons.iter().skip(REASONS_SHOWN_MAX).map(|(_, rows)| rows.len()).sum();
    if rest > 0 {
        let _ = writeln!(out, "{} more could not be tested; report.json has the reasons", plural(rest, "requirement"));
    }
    if !reasons.is_empty() {
        out.push('\n');
    }
}

/// What the budget left out: one by one, or by what it is about where it is much.
fn write_left_out(out: &mut String, report: &Report) {
    if report.left_out.is_empty() {
        return;
    }
    let _ = writeln!(out, "{}; `left_out` in report.json has the ids:", left_out(report, ""));
    if report.left_out.len() <= LEFT_OUT_SHOWN_MAX {
        report.left_out.iter().for_each(|id| _ = writeln!(out, "  {id}"));
    } else {
        let mut groups: BTreeMap<&str, usize> = BTreeMap::new();
        report.left_out.iter().for_each(|id| *groups.entry(group(id)).or_default() += 1);
        groups.iter().take(LEFT_OUT_SHOWN_MAX).for_each(|(name, count)| _ = writeln!(out, "  {count:>5} of {name}"));
        let rest: usize = groups.values().skip(LEFT_OUT_SHOWN_MAX).sum();
        if rest > 0 {
            let _ = writeln!(out, "  {rest:>5} of others");
        }
    }
    out.push('\n');
}

/// The readings that the target follows, by topic.
pub(super) fn readings(report: &Report) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut topics: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in &report.requirements {
        if let (Some(topic), Some(reading)) = (&row.topic, &row.reading) {
            topics.entry(topic).or_default().insert(reading);
        }
    }
    topics
}

fn write_readings(out: &mut String, report: &Report) {
    let topics = readings(report);
    if topics.is_empty() {
        return;
    }
    let _ = writeln!(out, "where the guide leaves it open, the target follows:");
    for (topic, readings) in topics {
        let _ = writeln!(out, "  {topic:<28} {}", readings.into_iter().collect::<Vec<_>>().join(", "));
    }
    out.push('\n');
}

/// Where the target departs from its own habit.
fn write_unlike(out: &mut String, report: &Report) {
    if report.unlike.is_empty() {
        return;
    }
    let _ = writeln!(out, "unlike the rest, where the guide leaves it open:");
    for row in &report.unlike {
        for (reading, ids) in by_reading(row) {
            let _ = writeln!(
                out,
                "  {}: {} {reading}, while {} {}",
                row.topic,
                plural(ids.len(), "requirement"),
                row.count,
                row.usual
            );
            for id in ids {
                let _ = writeln!(out, "    {id}");
            }
        }
    }
    out.push('\n');
}

fn by_reading(row: &UnlikeRow) -> BTreeMap<&str, Vec<&str>> {
    let mut readings: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for one in &row.others {
        readings.entry(&one.reading).or_default().push(&one.requirement);
    }
    readings
}

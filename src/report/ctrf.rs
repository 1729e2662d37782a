//! A report in the Common Test Report Format, version 0.0.0.
//!
//! In: a report. Out: a test for each requirement, with its verdict as `rawStatus`. What keeps the exit code from being 0 has `failed`.

use serde::Serialize;
use serde_json::{Value, json};

use super::{
    Gap, Report, RequirementRow,
    standing::{Standing, gaps_by_id, group},
    text,
    visible::{cut, on_one_line, visible},
};

/// The most characters of a message.
const MESSAGE_CHARS_MAX: usize = 1_000;

/// The most characters of a trace.
const TRACE_CHARS_MAX: usize = 8_000;

/// The most bytes of all traces; tests after that have their message alone.
const TRACES_BYTES_MAX: usize = 16 * 1024 * 1024;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Test {
    name: String,
    status: &'static str,
    duration: u64,
    suite: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<String>,
    raw_status: &'static str,
    tags: Vec<String>,
    extra: Value,
}

#[derive(Serialize, Default)]
struct Counts {
    tests: usize,
    passed: usize,
    failed: usize,
    skipped: usize,
    pending: usize,
    other: usize,
    suites: usize,
    start: i64,
    stop: i64,
    duration: u64,
}

/// The report as JSON.
pub(super) fn render(report: &Report) -> String {
    let gaps = gaps_by_id(report);
    let mut room = TRACES_BYTES_MAX;
    let tests: Vec<Test> =
        report.requirements.iter().map(|row| test(row, gaps.get(row.id.as_str()).copied(), &mut room)).collect();
    let start = report.timeline.as_ref().map_or(0, |timeline| timeline.from_ms);
    let mut counts = Counts {
        tests: tests.len(),
        start,
        stop: start.saturating_add_unsigned(report.run.duration_ms),
        duration: report.run.duration_ms,
        ..Counts::default()
    };
    let mut suites: Vec<&str> = report.requirements.iter().map(|row| group(&row.id)).collect();
    suites.dedup();
    counts.suites = suites.len();
    for test in &tests {
        *match test.status {
            "passed" => &mut counts.passed,
            "failed" => &mut counts.failed,
            "skipped" => &mut counts.skipped,
            _ => &mut counts.other,
        } += 1;
    }
    let whole = json!({
        "reportFormat": "CTRF",
        "specVersion": "0.0.0",
        "generatedBy": format!("{} {}", report.tool.name, report.tool.version),
        "results": {
            "tool": { "name": report.tool.name, "version": report.tool.version },
            "summary": counts,
            "tests": tests,
            "environment": {
                "appName": on_one_line(&report.target.url, MESSAGE_CHARS_MAX),
                "appVersion": on_one_line(report.target.api_version.as_deref().unwrap_or("unknown"), MESSAGE_CHARS_MAX),
                "extra": {
                    "guide": report.guide.title,
                    "apiVersion": report.guide.api_version,
                    "specs": report.guide.digest,
                    "seed": report.run.seed,
                    "allow": report.run.allow,
                    "exitCode": report.exit_code(),
                },
            },
        },
    });
    // Our own shapes have string keys only, so writing them cannot fail.
    serde_json::to_string_pretty(&whole).unwrap_or_default() + "\n"
}

fn test(row: &RequirementRow, gap: Option<&Gap>, room: &mut usize) -> Test {
    let status = match Standing::of(row) {
        Standing::Kept | Standing::Warned => "passed",
        standing if standing.fails() => "failed",
        Standing::Untested => "other",
        _ => "skipped",
    };
    let message = match (gap, &row.reason) {
        (Some(Gap { known: Some(why), .. }), _) => Some(format!("known gap: {why}")),
        (Some(gap), _) => Some(format!("expected {}; got {}", gap.expected, gap.got)),
        (None, reason) => reason.clone(),
    };
    let trace = gap.map(|gap| visible(&cut(&text::gap(gap), TRACE_CHARS_MAX)).into_owned()).filter(|trace| {
        let fits = trace.len() <= *room;
        *room = room.saturating_sub(trace.len());
        fits
    });
    Test {
        name: on_one_line(&row.id, MESSAGE_CHARS_MAX),
        status,
        duration: 0,
        suite: group(&row.id).split('/').map(|word| on_one_line(word, MESSAGE_CHARS_MAX)).collect(),
        message: message.map(|message| on_one_line(&message, MESSAGE_CHARS_MAX)),
        trace,
        raw_status: row.verdict.word(),
        tags: vec![row.level.clone()],
        extra: json!({ "section": row.section, "page": row.page, "reading": row.reading, "known": row.known }),
    }
}

//! Reports that are made: every verdict at every level, known or not, with one text of a target in all places that a target writes.

use std::collections::BTreeMap;

use touchmark::{
    model::verdict::{Blame, Lag, Verdict},
    report::{
        Departure, Gap, GuideSeal, LeftRow, ObservationRow, Report, RequirementRow, RunFacts, SCHEMA_VERSION, Shown,
        Summary, Target, Timeline, TimelineStep, Tool, UnlikeRow,
    },
};

const VERDICTS: [Verdict; 8] = [
    Verdict::Pass,
    Verdict::Fail,
    Verdict::Pass,
    Verdict::Warn,
    Verdict::Inconclusive,
    Verdict::NotApplicable,
    Verdict::Pass,
    Verdict::Error,
];

const LEVELS: [&str; 3] = ["must", "should", "ambiguous"];

/// A report of so many requirements, in which a target says `hostile` wherever it can.
pub(super) fn report(count: usize, hostile: &str) -> Report {
    let requirements: Vec<RequirementRow> = (0..count).map(|number| row(number, hostile)).collect();
    let mut summary = Summary::default();
    for row in &requirements {
        *match row.verdict {
            Verdict::Pass => &mut summary.pass,
            Verdict::Warn => &mut summary.warn,
            Verdict::Fail => &mut summary.fail,
            Verdict::Inconclusive => &mut summary.inconclusive,
            Verdict::NotApplicable => &mut summary.not_applicable,
            Verdict::Error => &mut summary.error,
        } += 1;
    }
    let gaps = requirements.iter().filter(|row| matches!(row.verdict, Verdict::Fail | Verdict::Warn));
    let text = || hostile.to_owned();
    Report {
        schema_version: SCHEMA_VERSION,
        tool: Tool { name: "touchmark".to_owned(), version: "0.1.0".to_owned() },
        guide: GuideSeal {
            title: "A guide".to_owned(),
            edition: "1".to_owned(),
            api_version: "1.22.2".to_owned(),
            digest: "0".repeat(64),
        },
        target: Target { url: "https://support.example.com".to_owned(), api_version: Some(text()) },
        run: RunFacts {
            seed: 7,
            word: String::new(),
            cases: 1,
            requests: 12_345,
            duration_ms: 61_042,
            allow: "read".to_owned(),
            rate: "20/s".to_owned(),
            suites: Vec::new(),
            only: vec!["command/".to_owned()],
            emulator: Vec::new(),
            budget: None,
            failed_first: Vec::new(),
        },
        summary,
        sequences: None,
        gaps: gaps.map(|row| gap(row, hostile)).collect(),
        observations: vec![ObservationRow { requirement: "a/b".to_owned(), what: text(), place: text(), count: 3 }],
        unlike: vec![UnlikeRow {
            topic: "topic".to_owned(),
            usual: text(),
            count: 9,
            others: vec![Departure { requirement: "a/b".into(), reading: text() }],
        }],
        left_out: Vec::new(),
        left: vec![LeftRow { what: text(), curl: text() }],
        feed_lag: Some(Lag { count: 3, p50_ms: 5, p99_ms: 9, max_ms: 9 }),
        skeletons: None,
        timeline: Some(Timeline {
            from_ms: 1_733_270_400_000,
            step_ms: 2_000,
            steps: (0..30).map(|n| TimelineStep { requests: n, slowest_ms: 900 - n, lag_ms: Some(n) }).collect(),
        }),
        requirements,
    }
}

/// One in ten is known; ids of what comes from the target's document have its words in them.
fn row(number: usize, hostile: &str) -> RequirementRow {
    let verdict = VERDICTS[number % VERDICTS.len()];
    let endpoint = format!("chapter{}/endpoint_{}", number % 7, number % 83);
    let word: String =
        if number % 20 == 4 { hostile.chars().take(12).collect() } else { "logged_in_reps/rep".to_owned() };
    let id = format!("{endpoint}/response/{word}/element_{number:05}");
    let known = (number % 10 == 3 || number % 50 == 1).then(|| id.as_str().into());
    let untested = matches!(verdict, Verdict::Inconclusive | Verdict::Error | Verdict::NotApplicable);
    RequirementRow {
        known: known.filter(|_| matches!(verdict, Verdict::Fail | Verdict::Warn | Verdict::Inconclusive)),
        id: id.as_str().into(),
        endpoint: endpoint.as_str().into(),
        says: "`logged_in_reps/rep/element` is in every accepted answer of the command".to_owned(),
        level: LEVELS[number % LEVELS.len()].to_owned(),
        verdict,
        topic: number.is_multiple_of(9).then(|| format!("topic-{}", number % 40)),
        reading: number.is_multiple_of(9).then(|| hostile.to_owned()),
        section: format!("Section {} of the guide", number % 83),
        page: u32::try_from(number % 83).expect("small"),
        observations: 3,
        reason: untested.then(|| format!("reason {}: {hostile}", number % 13)),
        blame: Some(Blame::Target),
    }
}

fn gap(row: &RequirementRow, hostile: &str) -> Gap {
    let text = || hostile.to_owned();
    let shown =
        |line: &str| Shown { line: line.to_owned(), headers: vec![("x-said".to_owned(), text())], body: text() };
    Gap {
        requirement: row.id.clone(),
        level: row.level.clone(),
        verdict: row.verdict,
        section: row.section.clone(),
        page: row.page,
        says: row.says.clone(),
        expected: format!("`{hostile}` once"),
        got: format!("`{hostile}x` once"),
        blame: Blame::Target,
        known: row.known.as_ref().map(|_| format!("agreed: {hostile}")),
        request: shown("GET /api/command?action=get_logged_in_reps"),
        response: shown("200"),
        curl: format!("curl -sS -i 'https://support.example.com/{hostile}'"),
        needs: BTreeMap::from([("BT_CLIENT_ID".to_owned(), "client id".to_owned())]),
        replay: format!("touchmark replay report.json {}", row.id),
    }
}

/// The verdict of a requirement.
pub(super) fn verdict_of(report: &Report, id: &str) -> Verdict {
    report.requirements.iter().find(|row| row.id == id).map(|row| row.verdict).expect("a requirement")
}

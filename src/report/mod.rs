//! What people and machines read of a run.
//!
//! In: the spec, a run and its circumstances. Out: a [`Report`], which the listeners of this room turn into text. Nothing here
//! decides a verdict; counts are made from the same list that is shown.

mod console;
mod curl;
mod journal;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use console::{plural, to_text};
pub use journal::{JOURNAL_VERSION, JournalHead, read_broken_off, read_journal, to_line};

use crate::{
    judge::Judged,
    model::{
        exchange::{Exchange, Outcome},
        record::Record,
        suite::Suite,
        verdict::{Blame, Observation, Verdict},
    },
    spec::{Level, Requirement, Spec},
};

/// What a target is called when it is the emulator of this program.
pub const EMBEDDED: &str = "embedded";

/// Version of the report's shape.
pub const SCHEMA_VERSION: u32 = 1;

/// The most characters of a body that a report shows.
const BODY_SHOWN_MAX: usize = 4_000;

/// What a run says, as `report.json` has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Version of this shape.
    pub schema_version: u32,
    /// What made the report.
    pub tool: Tool,
    /// What was tested against.
    pub guide: GuideSeal,
    /// What was tested.
    pub target: Target,
    /// How it was tested.
    pub run: RunFacts,
    /// How many requirements have each verdict.
    pub summary: Summary,
    /// Every requirement that was asked for, by id.
    pub requirements: Vec<RequirementRow>,
    /// What the target does otherwise than the guide says.
    pub gaps: Vec<Gap>,
    /// What was seen that is no gap.
    pub observations: Vec<ObservationRow>,
}

/// What made the report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
}

/// What was tested against.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuideSeal {
    /// Title of the guide.
    pub title: String,
    /// Its edition.
    pub edition: String,
    /// API version that it describes.
    pub api_version: String,
    /// SHA-256 of the spec data.
    pub digest: String,
}

/// What was tested.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Its URL; `embedded` for the emulator of this program.
    pub url: String,
    /// API version that it names.
    pub api_version: Option<String>,
}

/// How it was tested.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunFacts {
    /// Seed of every drawn value.
    pub seed: u64,
    /// Cases of each property.
    pub cases: u32,
    /// Requests that were sent.
    pub requests: u64,
    /// Wall time, in milliseconds.
    pub duration_ms: u64,
    /// What might be touched.
    pub allow: String,
    /// Pace, as it was asked for.
    pub rate: String,
    /// Suites that were asked for; empty for all.
    pub suites: Vec<Suite>,
    /// Id prefixes that were asked for; empty for all.
    pub only: Vec<String>,
    /// Deliberate defects and readings of the embedded emulator.
    pub emulator: Vec<String>,
}

/// How many requirements have each verdict.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names are the verdicts")]
pub struct Summary {
    pub pass: usize,
    pub warn: usize,
    pub fail: usize,
    pub inconclusive: usize,
    pub not_applicable: usize,
    pub error: usize,
}

/// A requirement and its verdict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequirementRow {
    /// Id.
    pub id: String,
    /// Level.
    pub level: String,
    /// Verdict.
    pub verdict: Verdict,
    /// The topic of its readings.
    pub topic: Option<String>,
    /// The reading that the target follows.
    pub reading: Option<String>,
    /// Title of the guide's section.
    pub section: String,
    /// Page of the guide.
    pub page: u32,
    /// How many exchanges or occurrences were judged.
    pub observations: usize,
    /// Why it is not a pass.
    pub reason: Option<String>,
    /// Who has to act when it is not a pass.
    pub blame: Option<Blame>,
}

/// A requirement that the target does not keep, with what shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    /// Id of the requirement.
    pub requirement: String,
    /// Its level.
    pub level: String,
    /// Title of the guide's section.
    pub section: String,
    /// Page of the guide.
    pub page: u32,
    /// What the guide asks, in our words.
    pub says: String,
    /// What was expected of the answer.
    pub expected: String,
    /// What came.
    pub got: String,
    /// Who has to act.
    pub blame: Blame,
    /// Why the gap is known and accepted, when it is.
    pub known: Option<String>,
    /// What was sent.
    pub request: Shown,
    /// What came back.
    pub response: Shown,
    /// A command line that shows it.
    pub curl: String,
    /// A command line that sends it again.
    pub replay: String,
}

/// A request or an answer, cut to a length that can be read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    /// Request line or status line, or why there is none.
    pub line: String,
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: String,
}

/// Something seen that is no gap.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObservationRow {
    /// Id of the requirement or endpoint.
    pub requirement: String,
    /// What was seen.
    pub what: String,
    /// Where it stood.
    #[serde(rename = "where")]
    pub place: String,
    /// In how many answers.
    pub count: usize,
}

/// What a report needs to know besides what was judged.
#[derive(Debug, Clone)]
pub struct Circumstances {
    /// What was tested.
    pub target: Target,
    /// Scheme, host and port for command lines.
    pub base: String,
    /// How it was tested.
    pub run: RunFacts,
    /// Path of the report, for the replay lines.
    pub report_path: String,
    /// Id prefixes of known gaps, with the reason.
    pub known: BTreeMap<String, String>,
}

/// Makes the report.
#[must_use]
pub fn build(
    spec: &Spec,
    selected: &[&Requirement],
    judged: &Judged,
    records: &[Record],
    around: Circumstances,
) -> Report {
    let mut summary = Summary::default();
    let mut requirements = Vec::new();
    let mut gaps = Vec::new();
    for requirement in selected {
        let finding = &judged.findings[&requirement.id];
        summary.add(finding.verdict);
        requirements.push(RequirementRow {
            id: requirement.id.clone(),
            level: requirement.level.word().to_owned(),
            verdict: finding.verdict,
            topic: requirement.topic.clone(),
            reading: finding.reading.clone(),
            section: requirement.section.clone(),
            page: requirement.page,
            observations: finding.observations,
            reason: finding.reason.clone(),
            blame: finding.blame,
        });
        if let (Verdict::Fail | Verdict::Warn, Some(evidence)) = (finding.verdict, &finding.evidence) {
            let exchange = records.get(evidence.record).and_then(|record| record.exchanges.get(evidence.exchange));
            gaps.push(Gap {
                requirement: requirement.id.clone(),
                level: requirement.level.word().to_owned(),
                section: requirement.section.clone(),
                page: requirement.page,
                says: requirement.says.clone(),
                expected: evidence.expected.clone(),
                got: evidence.got.clone(),
                blame: finding.blame.unwrap_or(Blame::Target),
                known: around.known.iter().find(|(id, _)| requirement.id.starts_with(*id)).map(|(_, why)| why.clone()),
                request: exchange.map(request).unwrap_or_else(nothing),
                response: exchange.map(response).unwrap_or_else(nothing),
                curl: exchange.map(|exchange| curl::line(&around.base, exchange)).unwrap_or_default(),
                replay: replay(&around, requirement),
            });
        }
    }
    Report {
        schema_version: SCHEMA_VERSION,
        tool: Tool { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
        guide: GuideSeal {
            title: spec.guide.title.clone(),
            edition: spec.guide.edition.clone(),
            api_version: spec.guide.api_version.to_string(),
            digest: spec.digest.clone(),
        },
        target: around.target,
        run: around.run,
        summary,
        requirements,
        gaps,
        observations: judged.observations.iter().map(observation).collect(),
    }
}

/// The line that sends a gap again. What may be touched on a named target is said again by whoever types it.
fn replay(around: &Circumstances, requirement: &Requirement) -> String {
    let named = around.target.url != EMBEDDED && around.run.allow != "read";
    let allow = if named { format!(" --allow {}", around.run.allow) } else { String::new() };
    format!("touchmark replay {} {}{allow}", curl::quote(&around.report_path), requirement.id)
}

fn observation(seen: &Observation) -> ObservationRow {
    ObservationRow {
        requirement: seen.requirement.clone(),
        what: seen.what.clone(),
        place: seen.place.clone(),
        count: seen.count,
    }
}

impl Summary {
    fn add(&mut self, verdict: Verdict) {
        *self.slot(verdict) += 1;
    }

    fn slot(&mut self, verdict: Verdict) -> &mut usize {
        match verdict {
            Verdict::Pass => &mut self.pass,
            Verdict::Warn => &mut self.warn,
            Verdict::Fail => &mut self.fail,
            Verdict::Inconclusive => &mut self.inconclusive,
            Verdict::NotApplicable => &mut self.not_applicable,
            Verdict::Error => &mut self.error,
        }
    }
}

impl Report {
    /// The exit code of `certify`: 0 conformant, 1 gaps, 3 a must could not be tested, 5 our own fault.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        let must = Level::Must.word();
        let untold = |row: &&RequirementRow| row.verdict == Verdict::Inconclusive && row.level == must;
        if self.summary.error > 0 {
            5
        } else if self.gaps.iter().any(|gap| gap.known.is_none() && gap.level != Level::Should.word()) {
            1
        } else if self.requirements.iter().any(|row| untold(&row)) {
            3
        } else {
            0
        }
    }
}

fn shown(text: &str) -> String {
    match text.char_indices().nth(BODY_SHOWN_MAX) {
        Some((at, _)) => format!("{}… ({} bytes in all)", &text[..at], text.len()),
        None => text.to_owned(),
    }
}

fn request(exchange: &Exchange) -> Shown {
    let request = &exchange.request;
    let mut headers = vec![("authorization".to_owned(), request.credential.in_words(request.account))];
    headers.extend(request.headers.clone());
    Shown { line: format!("{} {}", request.method, shown(&request.target())), headers, body: shown(&request.body) }
}

fn response(exchange: &Exchange) -> Shown {
    match &exchange.outcome {
        Outcome::Answer(answer) => {
            Shown { line: answer.status.to_string(), headers: answer.headers.clone(), body: shown(&answer.body) }
        }
        Outcome::Nothing(nothing) => {
            Shown { line: format!("no answer: {}", nothing.says), headers: Vec::new(), body: String::new() }
        }
    }
}

fn nothing() -> Shown {
    Shown { line: String::new(), headers: Vec::new(), body: String::new() }
}

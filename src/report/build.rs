//! A report from what was judged.
//!
//! In: the selected requirements, their findings and the records that show them. Out: a [`Report`]. Texts of requests and answers are
//! cut to a length that can be read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    EMBEDDED, Gap, GuideSeal, LeftRow, ObservationRow, Report, RequirementRow, RunFacts, SCHEMA_VERSION, SequencesRow,
    Shown, Summary, Target, Tool, UnlikeRow, curl,
    curl::Connection,
    known::{Excuse, known},
    script,
    timeline::timeline,
    unlike::unlike_the_rest,
};
use crate::{
    judge::Judged,
    model::{
        case::{Class, Role},
        exchange::{Exchange, Outcome, Request, Sent},
        record::Record,
        verdict::{Blame, Evidence, Finding, Left, Observation, SequenceFacts, Verdict},
    },
    spec::{Requirement, Spec},
};

/// The most characters of a body that a report shows.
const BODY_SHOWN_MAX: usize = 4_000;

/// What a report needs to know besides what was judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Circumstances {
    /// What was tested.
    pub target: Target,
    /// Scheme, host and port for command lines.
    pub base: String,
    /// How the target is reached from a command line.
    pub reach: Connection,
    /// How it was tested.
    pub run: RunFacts,
    /// Path of the report, for the replay lines.
    pub report_path: String,
    /// Id prefixes of known gaps, with the reason.
    pub known: BTreeMap<String, String>,
    /// Whether what is unlike the rest is a warning.
    pub strict: bool,
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
    let is_left_out = |one: &&&Requirement| judged.findings[&one.id].left_out;
    let left_out: Vec<_> = selected.iter().filter(is_left_out).map(|one| one.id.clone()).collect();
    // What the rest does is not known of a part of it.
    let unlike = if left_out.is_empty() { unlike_the_rest(selected, &judged.findings) } else { Vec::new() };
    let known = known(selected, &judged.findings, &around.known);
    for requirement in selected {
        let warned = if around.strict { departure(&unlike, requirement, records) } else { None };
        let finding = warned.as_ref().unwrap_or(&judged.findings[&requirement.id]);
        summary.add(finding.verdict);
        requirements.push(RequirementRow {
            id: requirement.id.clone(),
            endpoint: requirement.endpoint.clone(),
            says: requirement.says.clone(),
            level: requirement.level.word().to_owned(),
            verdict: finding.verdict,
            topic: requirement.topic.clone(),
            reading: finding.reading.clone(),
            section: requirement.section.clone(),
            page: requirement.page,
            observations: finding.observations,
            reason: finding.reason.clone(),
            blame: finding.blame,
            known: known.get(&requirement.id).map(|known| known.gap.clone()),
        });
        if let (Verdict::Fail | Verdict::Warn, Some(evidence)) = (finding.verdict, &finding.evidence) {
            let exchange = records.get(evidence.record).and_then(|record| record.exchanges.get(evidence.exchange));
            let lines = script::lines(&around.base, &around.reach, records, evidence.record, evidence.exchange);
            gaps.push(Gap {
                requirement: requirement.id.clone(),
                level: requirement.level.word().to_owned(),
                verdict: finding.verdict,
                section: requirement.section.clone(),
                page: requirement.page,
                says: requirement.says.clone(),
                expected: evidence.expected.clone(),
                got: evidence.got.clone(),
                blame: finding.blame.unwrap_or(Blame::Target),
                known: known.get(&requirement.id).map(|Excuse { reason, .. }| reason.clone()),
                request: exchange.map(request).unwrap_or_else(nothing),
                response: exchange.map(response).unwrap_or_else(nothing),
                curl: lines.text,
                needs: lines.needs,
                replay: replay(&around, requirement),
            });
        }
    }
    let left = judged.left.iter().map(|left| still_there(left, &around)).collect();
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
        sequences: judged.sequences.as_ref().map(sequences),
        skeletons: judged.skeletons,
        requirements,
        gaps,
        observations: judged.observations.iter().map(observation).collect(),
        unlike,
        left_out,
        left,
        feed_lag: judged.lag,
        timeline: timeline(records, &judged.lags),
    }
}

fn sequences(facts: &SequenceFacts) -> SequencesRow {
    let SequenceFacts { sequences, pairs, pairs_of, commands, accepted, longest } = *facts;
    SequencesRow { sequences, pairs, pairs_of, commands, accepted, longest }
}

/// The warning of a requirement that is unlike the rest of its topic, with the answer that shows it.
fn departure(unlike: &[UnlikeRow], requirement: &Requirement, records: &[Record]) -> Option<Finding> {
    let (row, one) = unlike.iter().find_map(|row| {
        let one = row.others.iter().find(|one| one.requirement == requirement.id)?;
        Some((row, one))
    })?;
    let of_it = |record: &Record| record.case.purpose.requirement() == Some(&requirement.id);
    let record = records.iter().rposition(of_it)?;
    let exchange = records[record].exchanges.iter().rposition(|exchange| exchange.role == Role::Probe)?;
    let expected = format!("`{}`, as in {} requirements of the topic {}", row.usual, row.count, row.topic);
    let mut finding = Finding::fail(Evidence { expected, got: format!("`{}`", one.reading), record, exchange });
    finding.verdict = Verdict::Warn;
    finding.reading = Some(one.reading.clone());
    finding.reason = Some("unlike the rest of its topic".to_owned());
    Some(finding)
}

fn still_there(left: &Left, around: &Circumstances) -> LeftRow {
    let line = |request: &Request| curl::line(&around.base, &around.reach, request);
    LeftRow { what: left.what.clone(), curl: left.ends.as_ref().map(line).unwrap_or_default() }
}

/// The line that sends a gap again. What may be touched on a named target is said again by whoever types it.
fn replay(around: &Circumstances, requirement: &Requirement) -> String {
    let more = [Class::Write, Class::Disrupt].iter().any(|class| class.word() == around.run.allow);
    let named = around.target.url != EMBEDDED && more;
    let allow = if named { format!(" --allow {}", around.run.allow) } else { String::new() };
    let reach = &around.reach.replay;
    format!("touchmark replay {} {}{allow}{reach}", curl::quote(&around.report_path), curl::quote(&requirement.id))
}

fn observation(seen: &Observation) -> ObservationRow {
    ObservationRow {
        requirement: seen.requirement.clone(),
        what: seen.what.clone(),
        place: seen.place.clone(),
        count: seen.count,
    }
}

fn shown(text: &str) -> String {
    match text.char_indices().nth(BODY_SHOWN_MAX) {
        Some((at, _)) => format!("{}… ({} bytes in all)", &text[..at], text.len()),
        None => text.to_owned(),
    }
}

fn request(exchange: &Exchange) -> Shown {
    let Sent::Http(request) = &exchange.sent;
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

//! Whether a request of fuzzing that was refused changed something at the target, and which findings of fuzzing do not stand.
//!
//! In: cases of fuzzing and their answers. Out: the change: the lawful request behind the refused one is answered otherwise than the
//! one before, but for numbers and times. A finding does not stand where those answers change by themselves, and neither does a stack trace
//! that lawful answers have, too.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    model::{
        case::Role,
        draft::Draft,
        exchange::{Answer, Exchange},
        id::RequirementId,
        record::Record,
        suite::Suite,
        verdict::{Blame, Finding, Verdict},
    },
    spec::{Requirement, Spec},
    vocabulary::{Heard, NO_TRACE},
};

/// What is asked of what is refused.
pub(super) const NO_EFFECT: &str = "what is refused changes nothing";

/// What was expected, what came, and in which exchange, where something that was refused had an effect.
pub(super) fn effect(record: &Record, all: &[Heard<'_>]) -> Option<(String, String, usize)> {
    let before = all.iter().find(|heard| heard.exchange.step == 0 && heard.accepted())?;
    let (place, after) = all.iter().enumerate().rfind(|(_, heard)| is_behind(record, &heard.exchange))?;
    let refused =
        |heard: &Heard<'_>| !is_lawful(record, heard.exchange.step) && (heard.refused() || heard.turned_away());
    if !after.accepted() || !all.iter().any(refused) {
        return None;
    }
    let (before, after) = (lasting(before.answer()?), lasting(after.answer()?));
    let (gone, come): (Vec<_>, Vec<_>) = (before.difference(&after).collect(), after.difference(&before).collect());
    let (gone, come) = (gone.first(), come.first());
    let got = match (gone, come) {
        (None, None) => return None,
        (Some(gone), Some(come)) => format!("`{gone}` became `{come}` in the answer to the lawful request"),
        (Some(gone), None) => format!("`{gone}` is gone from the answer to the lawful request"),
        (None, Some(come)) => format!("`{come}` came into the answer to the lawful request"),
    };
    Some((NO_EFFECT.to_owned(), got, place))
}

/// Whether a step sends what the first one sends.
fn is_lawful(record: &Record, step: usize) -> bool {
    let draft = |step: usize| -> Option<&Draft> { record.case.steps.get(step).map(|step| &step.draft) };
    draft(step) == draft(0)
}

/// Whether an exchange is the lawful one behind what is odd.
fn is_behind(record: &Record, exchange: &Exchange) -> bool {
    exchange.step > 0 && is_lawful(record, exchange.step)
}

/// The parts of an answer in any order, without what may change by itself: words with a digit in them.
fn lasting(answer: &Answer) -> BTreeSet<String> {
    let word = |word: &str| match word.bytes().any(|byte| byte.is_ascii_digit()) {
        true => "#".to_owned(),
        false => word.to_owned(),
    };
    let parts = answer.body.split(['<', ',', '\n']).map(|part| {
        let words: Vec<String> = part.split([' ', 'T', ':', '-', '.', '=', '"', '/']).map(word).collect();
        words.join(" ").trim().to_owned()
    });
    parts.filter(|part| !part.is_empty()).collect()
}

/// Takes back what the run shows to be no gap.
pub(super) fn taken_back(
    spec: &Spec,
    selected: &[&Requirement],
    records: &[Record],
    findings: &mut BTreeMap<RequirementId, Finding>,
) {
    let mut moves: BTreeMap<&str, Option<String>> = BTreeMap::new();
    for requirement in selected.iter().filter(|requirement| requirement.suite == Suite::Fuzz) {
        let Some(finding) = findings.get_mut(&requirement.id) else { continue };
        let found = matches!(finding.verdict, Verdict::Fail | Verdict::Warn);
        let Some(evidence) = finding.evidence.as_ref().filter(|_| found) else { continue };
        let reason = match evidence.expected.as_str() {
            NO_EFFECT => {
                let endpoint = requirement.endpoint.as_str();
                moves.entry(endpoint).or_insert_with(|| moves_by_itself(spec, endpoint, records)).clone()
            }
            NO_TRACE => in_lawful_answers(spec, records, &evidence.got),
            _ => None,
        };
        if let Some(reason) = reason {
            *finding = Finding::inconclusive(reason, Blame::Target);
        }
    }
}

fn is_fuzz(spec: &Spec, record: &Record) -> bool {
    let requirement = record.case.purpose.requirement().and_then(|id| spec.requirements.get(id));
    requirement.is_some_and(|requirement| requirement.suite == Suite::Fuzz)
}

/// Why an effect shows nothing where the answers of an endpoint change by themselves: a lawful request, and the next one with nothing odd
/// between them, are answered in two ways; or nobody saw whether they do.
fn moves_by_itself(spec: &Spec, endpoint: &str, records: &[Record]) -> Option<String> {
    let mut odd: Vec<(i64, i64)> = Vec::new();
    let mut lawful: Vec<(i64, bool, &Answer)> = Vec::new();
    for record in records.iter().filter(|record| is_fuzz(spec, record)) {
        for exchange in &record.exchanges {
            let ends_ms = exchange.at_ms.saturating_add_unsigned(exchange.took_ms);
            match is_lawful(record, exchange.step) {
                false => odd.push((exchange.at_ms, ends_ms)),
                true if exchange.endpoint.as_str() == endpoint => {
                    lawful.extend(exchange.answer().map(|answer| (exchange.at_ms, exchange.step > 0, answer)));
                }
                true => {}
            }
        }
    }
    odd.sort_unstable();
    lawful.sort_by_key(|(at_ms, ..)| *at_ms);
    let mut pairs = 0;
    for two in lawful.windows(2) {
        let [(from_ms, true, before), (to_ms, false, after)] = two else { continue };
        let next = odd.partition_point(|(_, ends_ms)| ends_ms < from_ms);
        if odd.get(next).is_some_and(|(at_ms, _)| at_ms < to_ms) {
            continue;
        }
        pairs += 1;
        if lasting(before) != lasting(after) {
            return Some("something changed after what was refused, but it also changes by itself".to_owned());
        }
    }
    let unseen = "something changed after what was refused, and nobody saw whether it also changes by itself";
    (pairs == 0).then(|| unseen.to_owned())
}

/// Why a text shows nothing that also stands in an answer to a lawful request.
fn in_lawful_answers(spec: &Spec, records: &[Record], got: &str) -> Option<String> {
    let trace = spec.attacks.traces.iter().find(|trace| got.starts_with(&format!("`{trace}`")))?;
    let lawful = |record: &&Record, exchange: &Exchange| exchange.role == Role::Control || !is_fuzz(spec, record);
    let has = |exchange: &Exchange| exchange.answer().is_some_and(|answer| answer.body.contains(trace.as_str()));
    let stands = records.iter().any(|record| record.exchanges.iter().any(|one| lawful(&record, one) && has(one)));
    stands.then(|| format!("`{trace}` stands in answers to lawful requests, too"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(one: &str, other: &str, same: bool) {
        let of = |body: &str| lasting(&Answer::of(200, Vec::new(), body.as_bytes().to_vec(), None));
        assert_eq!(of(one) == of(other), same, "{one} {other}");
    }

    #[test]
    fn numbers_times_and_order_may_change() {
        check("<a n=\"1\">x</a>", "<a n=\"23\">x</a>", true);
        check("<a>2026-11-30T04:05:06Z</a>", "<a>2026-12-01T00:00:00Z</a>", true);
        check("<a>1</a><b>x</b>", "<b>x</b><a>2</a>", true);
        check("<a>x</a>", "<a>y</a>", false);
        check("<a>x</a>", "<a>x</a><b/>", false);
        check("{\"a\":\"x\",\"n\":1}", "{\"a\":\"x\",\"n\":2}", true);
    }
}

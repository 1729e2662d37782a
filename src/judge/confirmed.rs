//! Faults that were found in an answer, and what the answers of the same case say that was played again.
//!
//! In: findings about all answers, and the records, among them those of cases that were played again to confirm a fault. Out: the findings
//! that are confirmed; any other is inconclusive. What only many answers show together is no matter of one answer and stays as it is.

use std::collections::BTreeMap;

use crate::{
    model::{
        case::{CONFIRM, Purpose},
        id::RequirementId,
        record::Record,
        verdict::{Blame, Finding, Verdict},
    },
    spec::{Demand, Requirement},
};

/// Lets findings stand that are confirmed. `alone` judges a requirement by one record.
pub(super) fn confirmed(
    selected: &[&Requirement],
    records: &[Record],
    findings: &mut BTreeMap<RequirementId, Finding>,
    alone: impl Fn(&Requirement, &Record) -> Verdict,
) {
    let mut attempts: BTreeMap<&str, Vec<&Record>> = BTreeMap::new();
    for record in records {
        if let Purpose::Flow { name, tag } = &record.case.purpose
            && name == CONFIRM
            && let Some((key, _)) = tag.rsplit_once('/')
        {
            attempts.entry(key).or_default().push(record);
        }
    }
    if attempts.is_empty() {
        return;
    }
    for requirement in selected.iter().filter(|requirement| !matches!(requirement.demand, Demand::Steps(_))) {
        let Some(finding) = findings.get_mut(&requirement.id) else { continue };
        let evidence = finding.evidence.as_ref().filter(|_| finding.verdict == Verdict::Fail);
        let Some(record) = evidence.and_then(|evidence| records.get(evidence.record)) else { continue };
        let Some(attempts) = attempts.get(record.case.key().as_str()) else { continue };
        if alone(requirement, record) != Verdict::Fail {
            continue;
        }
        let (mut failed, mut held) = (1, 0);
        for record in attempts {
            match alone(requirement, record) {
                Verdict::Fail => failed += 1,
                _ if record.lost().is_some() => {}
                _ => held += 1,
            }
        }
        let of = attempts.len() + 1;
        let reason = format!("the fault stood in {failed} of {of} answers to the same request");
        if held > 0 {
            *finding = Finding::inconclusive(reason, Blame::Target);
        } else if failed < of {
            *finding = Finding::inconclusive(format!("{reason}, and the others were lost"), Blame::Network);
        }
    }
}

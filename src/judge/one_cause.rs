//! One cause, one finding.
//!
//! In: the findings, and what each requirement rests on. Out: the findings in which each fault stands once.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    model::{
        id::RequirementId,
        verdict::{Blame, Finding, Verdict},
    },
    spec::{Requirement, matching},
};

/// What rests on something that fails is not reported: its failure would be the same fault once more. Where two rest on each other,
/// the one whose id comes first is reported. A warning hides warnings, and never a failure.
pub(super) fn one_cause_one_finding(
    selected: &[&Requirement],
    findings: &mut BTreeMap<RequirementId, Finding>,
) -> Vec<RequirementId> {
    let failing: BTreeMap<&str, &Requirement> = selected
        .iter()
        .filter(|r| matches!(findings[&r.id].verdict, Verdict::Fail | Verdict::Warn))
        .map(|r| (r.id.as_str(), *r))
        .collect();
    let causes: BTreeMap<&str, BTreeSet<&str>> = failing
        .values()
        .map(|r| {
            let matched = r.rests_on.iter().flat_map(|pattern| matching(&failing, pattern));
            let mild = findings[&r.id].verdict == Verdict::Warn;
            let causes = matched.filter(|(id, _)| r.id != *id && (mild || findings[*id].verdict == Verdict::Fail));
            (r.id.as_str(), causes.map(|(id, _)| id).collect())
        })
        .collect();
    let all: BTreeMap<&str, BTreeSet<&str>> = causes.keys().map(|id| (*id, reached(id, &causes))).collect();
    let mut masked = Vec::new();
    for (id, reached) in &all {
        let mutual = |cause: &str| all.get(cause).is_some_and(|back| back.contains(id));
        let cause = reached.iter().find(|cause| !mutual(cause)).or_else(|| reached.iter().find(|cause| *cause < id));
        if let Some(cause) = cause {
            masked.push((failing[id].id.clone(), (*cause).to_owned()));
        }
    }
    for (id, cause) in &masked {
        let reason = format!("cannot be tested while `{cause}` fails");
        findings.insert(id.clone(), Finding::inconclusive(reason, Blame::Target));
    }
    masked.into_iter().map(|(id, _)| id).collect()
}

/// Everything that a failing requirement rests on, directly or not.
fn reached<'a>(id: &'a str, causes: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<&str> = causes[id].iter().copied().collect();
    while let Some(cause) = next.pop() {
        if cause != id && reached.insert(cause) {
            next.extend(&causes[cause]);
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_those_that_rest_on_each_other_one_stays() {
        let causes =
            BTreeMap::from([("a", BTreeSet::from(["c"])), ("b", BTreeSet::from(["a"])), ("c", BTreeSet::from(["a"]))]);
        assert_eq!(reached("a", &causes), BTreeSet::from(["c"]));
        assert_eq!(reached("b", &causes), BTreeSet::from(["a", "c"]));
    }
}

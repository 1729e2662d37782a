//! Of what is alike, one finding.
//!
//! In: findings about requests that no library sends. Out: the same, where one of those that show the same thing of the same endpoint stands
//! for all: with the same expectation, the same kind of request, and an answer that differs in nothing but digits.

use std::collections::BTreeMap;

use super::taken_back::NO_EFFECT;
use crate::{
    model::{
        id::RequirementId,
        suite::Suite,
        verdict::{Blame, Finding, Verdict},
    },
    spec::Requirement,
};

/// Lets one of those that are alike stand for all. Gives the others.
pub(super) fn alike(selected: &[&Requirement], findings: &mut BTreeMap<RequirementId, Finding>) -> Vec<RequirementId> {
    let mut groups: BTreeMap<(bool, [String; 4]), Vec<&RequirementId>> = BTreeMap::new();
    for requirement in selected.iter().filter(|requirement| requirement.suite == Suite::Fuzz) {
        let Some(finding) = findings.get(&requirement.id) else { continue };
        let found = matches!(finding.verdict, Verdict::Fail | Verdict::Warn);
        let Some(evidence) = finding.evidence.as_ref().filter(|_| found) else { continue };
        let key = [
            requirement.endpoint.to_string(),
            family(&requirement.id, &evidence.expected),
            evidence.expected.clone(),
            // What changed is another thing each time.
            if evidence.expected == NO_EFFECT { String::new() } else { masked(&evidence.got) },
        ];
        groups.entry((finding.verdict == Verdict::Warn, key)).or_default().push(&requirement.id);
    }
    let mut others = Vec::new();
    for group in groups.into_values() {
        let [first, alike @ ..] = group.as_slice() else { continue };
        for id in alike {
            let reason = format!("fails as `{first}` does");
            findings.insert((*id).clone(), Finding::inconclusive(reason, Blame::Target));
            others.push((*id).clone());
        }
        if let (Some(finding), 1..) = (findings.get_mut(*first), alike.len()) {
            finding.observations = group.len();
            if let Some(evidence) = &mut finding.evidence {
                evidence.got = format!("{}; so do {} others", evidence.got, alike.len());
            }
        }
    }
    others
}

/// The kind of a request. What must be refused or accepted is a statement of its own; whether a target stays sound is one for each layer,
/// and for each endpoint.
fn family(id: &str, expected: &str) -> String {
    let own = expected.starts_with("the request is");
    let parts: Vec<&str> = id.split('/').collect();
    match parts.as_slice() {
        ["http", layer, ..] if !own => (*layer).to_owned(),
        ["fuzz", ..] => "values".to_owned(),
        _ => id.to_owned(),
    }
}

/// A text in which digits stand for nothing but that they are there.
fn masked(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        match letter.is_ascii_digit() {
            true if out.ends_with('#') => {}
            true => out.push('#'),
            false => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_target_must_do_is_no_family() {
        let rejected = "the request is refused with 400";
        for (id, expected, family_of) in [
            ("http/head/host/missing", rejected, "http/head/host/missing"),
            ("http/head/host/missing", "no error of the server", "head"),
            ("fuzz/command/a/nul", "no error of the server", "values"),
        ] {
            assert_eq!(family(id, expected), family_of);
        }
        assert_eq!(masked("the status 500 after 12.5 s"), "the status # after #.# s");
    }
}

//! From exchanges to verdicts.
//!
//! In: requirements and the records of what was sent for them. Out: one [`Finding`] for each requirement, and observations.
//! A pure function: nothing here sends, prints or reads a clock, so a journal can be judged again and says the same.

mod answers;
mod archives;
mod cases;
mod document;
mod elements;
mod holds;
mod kinds;
mod look;
mod media;
mod normal;
mod pages;
mod seen;
mod sets;
mod watch;

use std::collections::{BTreeMap, BTreeSet};

use rayon::iter::{IndexedParallelIterator as _, IntoParallelIterator as _, ParallelIterator as _};

use crate::{
    decode::xsd,
    model::{
        exchange::Exchange,
        record::Record,
        variables::Variables,
        verdict::{Blame, Finding, Observation, Verdict},
    },
    spec::{ArchiveDemand, Demand, Level, Query, Requirement, Spec, Step, Walk, matching},
};

use seen::Kind;

pub use cases::may_go_on;
pub use document::contract;

/// The judge's door to libxml2, opened for the laws of [`crate::fuzzing`].
pub(crate) mod fuzzing {
    use crate::decode::xsd;

    /// Whether libxml2 finds a text well-formed.
    pub(crate) fn parses(text: &str) -> Result<(), String> {
        xsd::parses(text)
    }

    /// The first fault of each document, from a schema that compiles and refers to nothing else; none from any other.
    pub(crate) fn validate(schema: &str, documents: &[&str]) -> Option<Result<Vec<Option<String>>, String>> {
        matches!(xsd::compiles(schema), xsd::Compiled::Yes).then(|| xsd::validate(schema, documents))
    }
}

/// What judging gives.
pub struct Judged {
    /// One finding for each requirement, by id.
    pub findings: BTreeMap<String, Finding>,
    /// Ids of what failed too, but rests on something that fails: the same fault once more.
    pub masked: Vec<String>,
    /// What was seen that is no gap.
    pub observations: Vec<Observation>,
}

/// Whether the answer of an exchange is the documented success answer of its endpoint.
#[must_use]
pub fn accepted(spec: &Spec, exchange: &Exchange) -> bool {
    seen::see(spec, exchange).is_some_and(|seen| seen.accepted())
}

/// The first fault of a document against one of our schemas, none where it is valid.
///
/// # Errors
/// Why the schema cannot be used.
pub fn valid(schema: &str, document: &str) -> Result<Option<String>, String> {
    if document.contains("<!DOCTYPE") {
        return Ok(Some("it has a DOCTYPE, which is not read".to_owned()));
    }
    xsd::validate_alone(schema, document)
}

/// Whether the answer of an exchange is a refusal.
#[must_use]
pub fn refused(spec: &Spec, exchange: &Exchange) -> bool {
    seen::see(spec, exchange).is_some_and(|seen| seen.kind == Kind::Refused)
}

/// What came, in a few words.
#[must_use]
pub fn says(spec: &Spec, exchange: &Exchange) -> String {
    seen::see(spec, exchange).map(|seen| seen.says()).unwrap_or_default()
}

/// All texts that a query selects in the answer of an exchange.
#[must_use]
pub fn find_all(spec: &Spec, exchange: &Exchange, query: &Query) -> Vec<String> {
    let seen = seen::see(spec, exchange);
    seen.and_then(|seen| look::look(query, &seen, &Variables::new()).ok()).unwrap_or_default()
}

/// Finds the first text that a query selects in the answer of an exchange, which is read once for all queries. Only a list may be
/// empty.
pub fn finder<'a>(spec: &'a Spec, exchange: &'a Exchange) -> impl Fn(&Query, &Variables) -> Option<String> + 'a {
    let seen = seen::see(spec, exchange);
    move |query, variables| {
        let found = look::look(query, seen.as_ref()?, variables).ok()?;
        found.into_iter().find(|text| !text.is_empty() || matches!(query, Query::List(_)))
    }
}

/// Whether no further page of a list is worth asking for after the one of that number.
#[must_use]
pub fn is_last_page(spec: &Spec, walk: &Walk, exchange: &Exchange, page: u32) -> bool {
    seen::see(spec, exchange).is_none_or(|seen| pages::is_last(walk, &seen, page))
}

/// Judges one requirement by one of its cases alone. Shrinking asks with it whether a smaller case still shows the same.
#[must_use]
pub fn judge_case(spec: &Spec, requirement: &Requirement, record: &Record) -> Finding {
    let Demand::Steps(steps) = &requirement.demand else {
        return Finding::error("only a requirement with steps has cases");
    };
    cases::by_steps(spec, requirement, steps, &[(0, record)])
}

/// Judges requirements. `untold` holds findings of those for which nothing could be sent.
#[must_use]
pub fn judge(spec: &Spec, selected: &[&Requirement], records: &[Record], untold: &BTreeMap<String, Finding>) -> Judged {
    let mut findings: BTreeMap<String, Finding> = BTreeMap::new();
    let mut observations = Vec::new();
    let parts: Vec<Told<'_>> = works(selected, records, untold)
        .into_par_iter()
        .with_max_len(1)
        .map(|work| work.judge(spec, records))
        .collect();
    for (told, mut seen) in parts {
        findings.extend(
            told.into_iter().map(|(requirement, finding)| (requirement.id.clone(), soften(requirement, finding))),
        );
        observations.append(&mut seen);
    }
    observations.sort();
    let masked = one_cause_one_finding(selected, &mut findings);
    Judged { findings, masked, observations }
}

/// Findings, and what was seen besides.
type Told<'a> = (Vec<(&'a Requirement, Finding)>, Vec<Observation>);

/// A part of the judging that needs no other part.
enum Work<'a> {
    /// Nothing could be sent.
    Untold(&'a Requirement, &'a Finding),
    /// By its own cases, which have these numbers.
    Cases(&'a Requirement, &'a [Step], Vec<usize>),
    /// By the accepted answers of an endpoint, or of all.
    Answers(Option<&'a str>, Vec<&'a Requirement>),
    /// By all archives.
    Archives(Vec<(&'a Requirement, ArchiveDemand)>),
}

/// What there is to judge; what takes longest comes first.
fn works<'a>(
    selected: &[&'a Requirement],
    records: &'a [Record],
    untold: &'a BTreeMap<String, Finding>,
) -> Vec<Work<'a>> {
    let mut by_requirement: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (number, record) in records.iter().enumerate() {
        if let Some(id) = record.case.purpose.requirement() {
            by_requirement.entry(id).or_default().push(number);
        }
    }
    let (mut of_archives, mut alone) = (Vec::new(), Vec::new());
    let mut observing: BTreeMap<Option<&str>, Vec<&Requirement>> = BTreeMap::new();
    for requirement in selected.iter().copied() {
        match (untold.get(&requirement.id), &requirement.demand) {
            (Some(finding), _) => alone.push(Work::Untold(requirement, finding)),
            (None, Demand::Steps(steps)) => {
                let own = by_requirement.remove(requirement.id.as_str()).unwrap_or_default();
                alone.push(Work::Cases(requirement, steps, own));
            }
            (None, Demand::Archive(demand)) => of_archives.push((requirement, *demand)),
            (None, Demand::OwnSchema | Demand::EveryAnswer { own: false, .. }) => {
                observing.entry(None).or_default().push(requirement);
            }
            (None, _) => observing.entry(Some(&requirement.endpoint)).or_default().push(requirement),
        }
    }
    let archives = (!of_archives.is_empty()).then_some(Work::Archives(of_archives));
    let answers = observing.into_iter().map(|(endpoint, requirements)| Work::Answers(endpoint, requirements));
    archives.into_iter().chain(answers).chain(alone).collect()
}

impl<'a> Work<'a> {
    fn judge(self, spec: &'a Spec, records: &'a [Record]) -> Told<'a> {
        match self {
            Work::Untold(requirement, finding) => (vec![(requirement, finding.clone())], Vec::new()),
            Work::Cases(requirement, steps, own) => {
                let own: Vec<_> = own.into_iter().map(|number| (number, &records[number])).collect();
                (vec![(requirement, cases::by_steps(spec, requirement, steps, &own))], Vec::new())
            }
            Work::Answers(endpoint, requirements) => answers::judge(spec, records, endpoint, &requirements),
            Work::Archives(demands) => {
                let seen = archives::Archives::of(spec, records);
                let findings =
                    demands.into_iter().map(|(requirement, demand)| (requirement, seen.judge(requirement, demand)));
                (findings.collect(), seen.observations())
            }
        }
    }
}

/// An unmet `should` is a warning.
fn soften(requirement: &Requirement, mut finding: Finding) -> Finding {
    if requirement.level == Level::Should && finding.verdict == Verdict::Fail {
        finding.verdict = Verdict::Warn;
    }
    finding
}

/// What rests on something that fails cannot be told: its failure would be the same fault once more. Where two rest on each other,
/// the one whose id comes first is told.
fn one_cause_one_finding(selected: &[&Requirement], findings: &mut BTreeMap<String, Finding>) -> Vec<String> {
    let failing: BTreeMap<&str, &Requirement> = selected
        .iter()
        .filter(|r| matches!(findings[&r.id].verdict, Verdict::Fail | Verdict::Warn))
        .map(|r| (r.id.as_str(), *r))
        .collect();
    let causes: BTreeMap<&str, BTreeSet<&str>> = failing
        .values()
        .map(|r| {
            let matched = r.rests_on.iter().flat_map(|pattern| matching(&failing, pattern));
            let causes = matched.filter(|(id, _)| *id != r.id && findings[*id].verdict == Verdict::Fail);
            (r.id.as_str(), causes.map(|(id, _)| id).collect())
        })
        .collect();
    let all: BTreeMap<&str, BTreeSet<&str>> = causes.keys().map(|id| (*id, reached(id, &causes))).collect();
    let mut masked = Vec::new();
    for (id, reached) in &all {
        let mutual = |cause: &str| all.get(cause).is_some_and(|back| back.contains(id));
        let cause = reached.iter().find(|cause| !mutual(cause)).or_else(|| reached.iter().find(|cause| *cause < id));
        if let Some(cause) = cause {
            masked.push(((*id).to_owned(), (*cause).to_owned()));
        }
    }
    for (id, cause) in &masked {
        let reason = format!("cannot be told while `{cause}` fails");
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

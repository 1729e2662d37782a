//! Endpoints that answer whatever they are asked with the same: that such a one takes a request shows nothing of the request.
//!
//! In: the findings so far and the records. Out: the findings in which no such endpoint passes anything but the shape of its answer. An
//! endpoint counts as one only where it gave nearly always one and the same body to requests that differ, refused nothing that the guide has
//! it refuse, and breaks something: many lawful endpoints have a constant answer.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::{
    model::{
        case::Role,
        exchange::{Answer, Exchange},
        id::{EndpointId, RequirementId},
        record::Record,
        verdict::{Blame, Finding, Verdict},
    },
    spec::{Demand, Origin, Requirement, Spec, Step},
    vocabulary::Expect,
};

/// The reading of an answer that refuses.
const REFUSED: &str = "refused";

/// What was seen of an endpoint.
#[derive(Default)]
struct Seen<'r> {
    /// Requirements that it breaks, and refusals that came.
    broken: usize,
    refused: usize,
    /// Whether the target's own document describes it, which has no rows of parameters.
    documented: bool,
    /// Bodies of its successes, and how often each came.
    bodies: HashMap<&'r str, usize>,
    /// What requests with a success asked for, up to two that differ: their documented parameters, and where the target's own document
    /// describes them, their path and body.
    requests: BTreeSet<Asked<'r>>,
}

/// What a request asked for: parameters, path and body.
type Asked<'r> = (Vec<&'r (String, String)>, [&'r str; 2]);

impl Seen<'_> {
    fn is_indifferent(&self) -> bool {
        let (all, most) = (self.bodies.values().sum::<usize>(), self.bodies.values().max().copied().unwrap_or(0));
        self.broken > 0 && self.refused == 0 && self.requests.len() > 1 && 10 * most >= 9 * all
    }
}

/// Takes the passes of indifferent endpoints away.
pub(super) fn indifferent<'r>(
    spec: &Spec,
    selected: &[&'r Requirement],
    records: &'r [Record],
    findings: &mut BTreeMap<RequirementId, Finding>,
) {
    let mut endpoints: BTreeMap<&EndpointId, Seen<'r>> = BTreeMap::new();
    for requirement in selected {
        // Whether anybody is let in is another matter than what is done with what they ask for.
        if requirement.origin == Origin::Access {
            continue;
        }
        let finding = &findings[&requirement.id];
        let of_it = endpoints.entry(&requirement.endpoint).or_default();
        of_it.broken += usize::from(finding.verdict == Verdict::Fail);
        of_it.documented |= matches!(requirement.origin, Origin::Document | Origin::DocumentRead);
        // A printed example may be refused for its slips.
        let reads = finding.reading.as_deref() == Some(REFUSED) && requirement.origin != Origin::Example;
        for step in probes(requirement).filter(|step| reads || wants_a_refusal(step)) {
            endpoints.entry(&step.endpoint).or_default().refused += usize::from(finding.verdict == Verdict::Pass);
        }
    }
    endpoints.retain(|_, seen| seen.refused == 0 && seen.broken > 0);
    for exchange in records.iter().flat_map(|record| &record.exchanges) {
        if let (Some(seen), Some(answer)) = (endpoints.get_mut(&exchange.endpoint), success(exchange)) {
            *seen.bodies.entry(&answer.body).or_default() += 1;
            let known = spec.endpoints.get(&exchange.endpoint).map_or(&[][..], |endpoint| &endpoint.parameters);
            let documented = seen.documented;
            let is_known = |(name, _): &&(String, String)| documented || known.iter().any(|row| row.key == *name);
            if let Some(request) = exchange.request().filter(|_| seen.requests.len() < 2) {
                let rest = if documented { [request.path.as_str(), &request.body] } else { [""; 2] };
                seen.requests.insert((request.parameters.iter().filter(is_known).collect(), rest));
            }
        }
    }
    let shape = |one: &Requirement| matches!(one.origin, Origin::Smallest | Origin::Served | Origin::Answer);
    for requirement in selected.iter().filter(|one| !shape(one)) {
        let finding = findings.get_mut(&requirement.id).filter(|finding| finding.verdict == Verdict::Pass);
        let mut called = probes(requirement).map(|step| &step.endpoint);
        let first = called.next().and_then(|endpoint| Some((endpoint, endpoints.get(endpoint)?)));
        if let (Some(finding), Some((endpoint, seen))) = (finding, first)
            && seen.is_indifferent()
            && called.all(|other| other == endpoint)
        {
            let reason = format!(
                "`{endpoint}` answers different requests with one and the same body, and neither refuses nor tells apart what it should"
            );
            *finding = Finding::inconclusive(reason, Blame::Target);
        }
    }
}

fn probes(requirement: &Requirement) -> impl Iterator<Item = &Step> {
    let steps = match &requirement.demand {
        Demand::Steps(steps) => steps.as_slice(),
        _ => &[],
    };
    steps.iter().filter(|step| step.role == Role::Probe)
}

fn wants_a_refusal(step: &Step) -> bool {
    step.expect.iter().any(|expect| matches!(expect, Expect::Refused))
}

fn success(exchange: &Exchange) -> Option<&Answer> {
    exchange.answer().filter(|answer| (200..300).contains(&answer.status))
}

//! What a recording shows of the requirements.
//!
//! In: the spec data, a plan, and exchanges that others recorded. Out: records to be judged, and of each requirement that they do not test,
//! why. A recording passes a requirement only by an answer that shows it, and fails one only by a request that is known in all its parts: what
//! rests on facts that nobody recorded, such as whether an account may do something, is not tested.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::{
    judge,
    model::{
        case::{Case, CaseStep, Purpose, Role, Times},
        draft::{Carrier, Draft, Encoding, HttpDraft},
        exchange::{Answer, Exchange, NoAnswerKind, Outcome, Request},
        id::{EndpointId, RequirementId},
        record::Record,
        variables::Variables,
        verdict::{Blame, Evidence, Finding, Verdict},
    },
    recording::{self, Recorded},
    spec::{Demand, Level, Requirement, Spec, Version, When},
    vocabulary::{AnswerClass, Beyond, Heard},
};

use super::{extended::extended, plan::Plan, shards::selected};

/// Name of the flow by which recorded exchanges are kept.
const RECORDED: &str = "recorded";

/// The most answers, of those that differ, by which a requirement with a request of its own is judged.
const CASES_MAX: usize = 50;

/// What a recording shows.
pub struct Showing {
    /// Its exchanges, as records.
    pub records: Vec<Record>,
    /// Why requirements are not tested.
    pub untested: BTreeMap<RequirementId, Finding>,
    /// The API version of the recorded target, where it is known.
    pub api_version: Option<String>,
    /// The spec data with what the recorded target adds to it.
    pub spec: Spec,
}

/// Finds out what a recording shows. `read` makes exchanges of it by the data that there are, which its own document may extend.
#[must_use]
pub fn shown(spec: &Spec, plan: &Plan, read: impl Fn(&Spec) -> Vec<Recorded>) -> Showing {
    let first = read(spec);
    let document = document(spec, &first);
    let more = extended(spec, document.as_slice());
    let (spec, recorded) = match more {
        Some(more) => {
            let again = read(&more);
            (more, again)
        }
        None => (spec.clone(), first),
    };
    let mut records: Vec<Record> = document.into_iter().collect();
    let api_version = plan.api_version.map(|version| version.to_string()).or_else(|| named_version(&spec, &recorded));
    let (mut untested, mut used) = (BTreeMap::new(), BTreeSet::new());
    let version = api_version.as_deref().and_then(|text| text.parse::<Version>().ok());
    for requirement in selected(&spec, plan) {
        if let Some(finding) = too_new(requirement, version) {
            untested.insert(requirement.id.clone(), finding);
            continue;
        }
        match &requirement.demand {
            Demand::Steps(_) => match cases(&spec, requirement, &recorded) {
                Ok(cases) => {
                    used.extend(cases.iter().map(|(number, _)| *number));
                    records.extend(cases.into_iter().map(|(_, record)| record));
                }
                Err(why) => _ = untested.insert(requirement.id.clone(), Finding::not_applicable(why)),
            },
            _ => {
                if let Some(why) = unseen(requirement, &recorded) {
                    untested.insert(requirement.id.clone(), Finding::not_applicable(why));
                }
            }
        }
    }
    let rest = recorded.iter().enumerate().filter(|(number, _)| !used.contains(number));
    records.extend(
        rest.map(|(number, one)| kept(Purpose::flow(RECORDED, format!("{number:06}")), 0, one, Variables::new())),
    );
    records.sort_by_cached_key(|record| record.case.key());
    let more = nothing_to_see(&spec, plan, &records, &untested, &recorded);
    untested.extend(more);
    Showing { records, untested, api_version, spec }
}

/// The record of the target's own document, where somebody fetched it.
fn document(spec: &Spec, recorded: &[Recorded]) -> Option<Record> {
    let (name, flow) = spec.flow(When::BeforePlanning)?;
    let endpoint = &flow.steps.first()?.endpoint;
    let of_it = |one: &&Recorded| one.exchange.endpoint == *endpoint && judge::contract(&one.exchange).is_some();
    let one = recorded.iter().rfind(of_it)?;
    Some(kept(Purpose::flow(name, ""), 0, one, Variables::new()))
}

/// The API version that a recorded answer names, where the discovery looks for it.
fn named_version(spec: &Spec, recorded: &[Recorded]) -> Option<String> {
    let steps = spec.flows(When::Discovery).flat_map(|(_, flow)| &flow.steps);
    let places: Vec<_> = steps
        .flat_map(|step| step.capture.iter().map(move |capture| (&step.endpoint, capture)))
        .filter(|(_, capture)| capture.name == "api_version")
        .collect();
    recorded.iter().find_map(|one| {
        let (_, capture) = places.iter().find(|(endpoint, _)| **endpoint == one.exchange.endpoint)?;
        let heard = judge::heard(spec, &one.exchange).filter(Heard::accepted)?;
        capture.query.find(&heard, &Variables::new())
    })
}

/// What is newer than the target, or may be.
fn too_new(requirement: &Requirement, version: Option<Version>) -> Option<Finding> {
    let since = requirement.since?;
    match version {
        Some(version) if since <= version => None,
        Some(version) => Some(Finding::not_applicable(format!("since API version {since}; the target has {version}"))),
        None => Some(Finding::not_applicable(format!(
            "since API version {since}, and the recording does not show which one its target has; --api-version says it"
        ))),
    }
}

/// The recorded exchanges that test a requirement with a request of its own.
fn cases(spec: &Spec, requirement: &Requirement, recorded: &[Recorded]) -> Result<Vec<(usize, Record)>, String> {
    let mut why = None;
    let (mut good, mut unkept) = (Vec::new(), Vec::new());
    // Many answers are equal, and show the same.
    let mut known: HashSet<(u16, &[u8])> = HashSet::new();
    for (number, one) in recorded.iter().enumerate() {
        let Some(request) = one.exchange.request().filter(|_| good.len() < CASES_MAX) else { continue };
        let again = |answer: &Answer| known.contains(&(answer.status, answer.raw()));
        if one.exchange.answer().is_some_and(again) {
            continue;
        }
        let Some(found) = recording::matching(requirement, request, one.knows) else { continue };
        known.extend(one.exchange.answer().map(|answer| (answer.status, answer.raw())));
        let index = u32::try_from(number).unwrap_or(u32::MAX);
        let guessed = !found.variables.is_empty();
        let record = kept(Purpose::Requirement(requirement.id.clone()), index, one, found.variables);
        if matches!(&one.exchange.outcome, Outcome::Nothing(nothing) if nothing.kind == NoAnswerKind::Unkept) {
            unkept.push((number, record));
            continue;
        }
        let Some(heard) = judge::heard(spec, &record.exchanges[0]) else { continue };
        if heard.refused() {
            why = why.or(Some(
                "the recorded answer is a refusal, and a recording does not show what the account may do".to_owned(),
            ));
            continue;
        }
        let finding = judge::judge_case(spec, requirement, &record, vec![heard]);
        match finding.verdict {
            Verdict::Pass => good.push((number, record)),
            Verdict::Fail | Verdict::Warn if !guessed => good.push((number, record)),
            Verdict::Fail | Verdict::Warn => {
                why =
                    why.or(Some("the recording does not show what the parameters of the request stand for".to_owned()));
            }
            _ => why = why.or(finding.reason),
        }
    }
    match (good.is_empty(), unkept.is_empty()) {
        (false, _) => Ok(good),
        (true, false) => Ok(unkept),
        (true, true) => Err(why.unwrap_or_else(|| "the recording has no request that tests it".to_owned())),
    }
}

/// Why a requirement that looks at answers sees nothing of it in a recording.
fn unseen(requirement: &Requirement, recorded: &[Recorded]) -> Option<String> {
    if matches!(requirement.demand, Demand::Sequence(_)) {
        return Some("a recording has no sequences that were played for it".to_owned());
    }
    let lacks = |what: &Beyond| match what {
        Beyond::Clock => Some("a recording does not show what time it was at its target"),
        Beyond::Head if !recorded.iter().all(|one| one.knows.head) => Some("not every recorded answer has its headers"),
        Beyond::Bytes if !recorded.iter().all(|one| one.knows.bytes) => {
            Some("not every recorded answer has its bytes, and a text has lost its charset")
        }
        _ => None,
    };
    recording::needs(requirement).iter().find_map(lacks).map(str::to_owned)
}

/// What recorded answers show that cannot be read as what the guide documents, so that no requirement looks at them: one requirement of each
/// endpoint fails by the first. Where a request of its own has shown the same, nothing is added.
#[must_use]
pub fn unreadable(
    spec: &Spec,
    selected: &[&Requirement],
    records: &[Record],
    findings: &BTreeMap<RequirementId, Finding>,
) -> BTreeMap<RequirementId, Finding> {
    let mut more: BTreeMap<RequirementId, Finding> = BTreeMap::new();
    let mut known: BTreeSet<&EndpointId> = BTreeSet::new();
    for (record, one) in records.iter().enumerate() {
        for (exchange, sent) in one.sent() {
            let came = sent.answer().is_some_and(|answer| (200..300).contains(&answer.status));
            let Some(AnswerClass::Strange(got)) = judge::heard(spec, sent).filter(|_| came).map(|heard| heard.class)
            else {
                continue;
            };
            let of_it = |requirement: &&&Requirement| requirement.endpoint == sent.endpoint;
            let failed = |r: &&Requirement| findings.get(&r.id).is_some_and(|one| one.verdict == Verdict::Fail);
            if !known.insert(&sent.endpoint) || selected.iter().filter(of_it).any(failed) {
                continue;
            }
            let musts = || selected.iter().filter(of_it).filter(|requirement| requirement.level == Level::Must);
            let root = musts().find(|requirement| matches!(requirement.demand, Demand::Present(_)));
            let Some(shows) = root.or_else(|| musts().find(|requirement| requirement.id.ends_with("/smallest"))) else {
                continue;
            };
            let expected = "an answer that can be read as the documented one".to_owned();
            more.insert(shows.id.clone(), Finding::fail(Evidence { expected, got, record, exchange }));
        }
    }
    more
}

/// Requirements of which no recorded answer shows anything, though nothing is missing of them.
fn nothing_to_see(
    spec: &Spec,
    plan: &Plan,
    records: &[Record],
    untested: &BTreeMap<RequirementId, Finding>,
    recorded: &[Recorded],
) -> BTreeMap<RequirementId, Finding> {
    // Each by itself: what rests on something that fails is not what is looked for here.
    let alone: Vec<Requirement> = selected(spec, plan)
        .into_iter()
        .filter(|requirement| !matches!(requirement.demand, Demand::Steps(_)))
        .map(|requirement| Requirement { rests_on: Vec::new(), ..requirement.clone() })
        .collect();
    let alone: Vec<&Requirement> = alone.iter().collect();
    let judged = judge::judge(spec, &alone, records, untested);
    let missing = |endpoint: &EndpointId| {
        recorded.iter().any(|one| one.exchange.endpoint == *endpoint && one.exchange.answer().is_none())
    };
    let asked = |endpoint: &EndpointId| recorded.iter().any(|one| one.exchange.endpoint == *endpoint);
    let mut more = BTreeMap::new();
    for requirement in alone.iter().filter(|one| !untested.contains_key(&one.id)) {
        let Some(finding) = judged.findings.get(&requirement.id) else { continue };
        let unknown = finding.verdict == Verdict::Fail && depends_on_the_request(spec, requirement, recorded);
        let nothing = finding.verdict == Verdict::Inconclusive && finding.blame != Some(Blame::Harness);
        if unknown {
            let why = "it depends on what was asked for, which the recording does not show";
            more.insert(requirement.id.clone(), Finding::not_applicable(why));
        } else if nothing && missing(&requirement.endpoint) {
            // That says nothing of the target: browsers lose bodies.
            let why = "answers of it have no body in the recording, and no other shows it";
            more.insert(requirement.id.clone(), Finding::inconclusive(why, Blame::Configuration));
        } else if nothing {
            let why = match asked(&requirement.endpoint) {
                true => "no recorded answer shows it",
                false => "the recording has no answer of it",
            };
            more.insert(requirement.id.clone(), Finding::not_applicable(why));
        }
    }
    more
}

/// Whether a row is there only for requests that ask for it, and not every request is known.
fn depends_on_the_request(spec: &Spec, requirement: &Requirement, recorded: &[Recorded]) -> bool {
    let row = match &requirement.demand {
        Demand::Present(row) | Demand::Typed(row) | Demand::Named(row) => *row,
        _ => return false,
    };
    let unknown = |one: &Recorded| one.exchange.endpoint == requirement.endpoint && !one.knows.request;
    let row = spec.endpoints.get(&requirement.endpoint).and_then(|endpoint| endpoint.elements.get(row));
    row.is_some_and(|row| row.when.is_some()) && recorded.iter().any(unknown)
}

/// An exchange as a record of its own.
fn kept(purpose: Purpose, index: u32, one: &Recorded, variables: Variables) -> Record {
    let exchange = Exchange { role: Role::Probe, step: 0, ..one.exchange.clone() };
    let steps = one.exchange.request().map(|request| step(&exchange, request)).into_iter().collect();
    Record {
        case: Case { purpose, index, attempt: 0, steps },
        variables,
        exchanges: vec![exchange],
        heard_again_ms: None,
        longer_ms: None,
    }
}

fn step(exchange: &Exchange, request: &Request) -> CaseStep {
    CaseStep {
        role: Role::Probe,
        endpoint: exchange.endpoint.clone(),
        class: request.class,
        draft: Draft::Http(HttpDraft {
            method: request.method.clone(),
            path: request.path.clone(),
            parameters: request.parameters.clone(),
            raw: None,
            encoding: Encoding::Percent,
            carrier: if request.body.is_empty() { Carrier::Query } else { Carrier::Form },
            account: request.account,
            credential: request.credential.clone(),
            headers: request.headers.clone(),
            talk: request.talk.clone(),
            written: None,
        }),
        times: Times::Once,
        wait_s: 0,
        capture: Vec::new(),
        call: None,
    }
}

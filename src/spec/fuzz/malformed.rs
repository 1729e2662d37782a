//! Values that are amiss, for every parameter of every endpoint that only reads, or acts on what the run makes for itself.
//!
//! In: an endpoint. Out: a requirement for each family of values, with a probe for each parameter. What a target answers is its own
//! affair; that it answers soundly is asked.

use std::sync::Arc;

use super::{
    families::{FAMILIES, place, query},
    maker::requirement,
};
use crate::{
    model::{
        case::{Class, Role},
        written::RawRequest,
    },
    spec::{
        endpoint::{Endpoint, Media, Parameter, RequestSpec},
        flow::OWN_SESSION,
        plain,
        requirement::{Level, Requirement},
        select::Spec,
        step::{Step, variables_of},
    },
    vocabulary::{Expect, Hostile, Soundness},
};

/// How the id of a requirement of mutants ends.
const GUIDED: &str = "/guided";

/// Whether a requirement is about mutants of what was sent, which are drawn while the run goes on.
#[must_use]
pub fn is_guided(id: &str) -> bool {
    id.starts_with("fuzz/") && id.ends_with(GUIDED)
}

/// What is mutated first, to be written behind the lawful query of the endpoint: each of its parameters.
#[must_use]
pub fn seeds(spec: &Spec, requirement: &Requirement) -> Vec<String> {
    let names = spec.endpoints.get(&requirement.endpoint).map(tried).unwrap_or_default();
    std::iter::once(String::new()).chain(names.into_iter().map(|name| format!("&{name}=1"))).collect()
}

/// The most parameters of one endpoint that are tried.
const PARAMETERS_MAX: usize = 40;

/// For an endpoint that only reads, or acts on what the run makes for itself. Where something may be different afterwards, what is asked in
/// between is `read`.
pub(super) fn requirements(endpoint: &Endpoint, read: &Endpoint, traces: &Arc<[String]>) -> Vec<Requirement> {
    let names = tried(endpoint);
    let Some(request) = endpoint.request.as_ref().filter(|_| is_short(endpoint) && !names.is_empty()) else {
        return Vec::new();
    };
    let sound = Soundness { traces: Arc::clone(traces), ..Soundness::default() };
    let sound = Expect::Hostile(Hostile::Sound(Arc::new(sound)));
    let lawful = match endpoint.class {
        Class::Read if request.derives => smallest(endpoint, request, Role::Control),
        Class::Write => match &read.request {
            Some(asked) => smallest(read, asked, Role::Control),
            None => return Vec::new(),
        },
        _ => return Vec::new(),
    };
    let whole = |id: String, says: String, probes: Vec<Step>| {
        let mut steps = vec![lawful.clone()];
        steps.extend(probes);
        steps.push(Step { role: Role::Probe, ..lawful.clone() });
        let one = requirement(endpoint, id, Level::Must, says, steps);
        // What is odd may end a session.
        Requirement { fresh_session: endpoint.class > Class::Read, ..one }
    };
    // Mutants of one endpoint go out in turn with those of all others, so none has a session of its own.
    let alone = smallest(endpoint, request, Role::Probe);
    let needs_session = variables_of(&alone).iter().any(|name| name.starts_with(OWN_SESSION));
    let guided = || {
        let mut probe = Step { expect: vec![sound.clone()], ..smallest(endpoint, request, Role::Probe) };
        // The query stands as it is written, with what is not amiss in it at first.
        probe.raw = Some(query(&probe));
        probe.parameters.clear();
        let says = "Whatever stands in its query leaves the target sound".to_owned();
        whole(format!("fuzz/{}{GUIDED}", endpoint.id), says, vec![probe])
    };
    let of_families = FAMILIES.iter().map(|family| {
        let probes = names.iter().map(|name| {
            let mut probe = smallest(endpoint, request, Role::Probe);
            place(&mut probe, name, family.put);
            probe.expect = vec![sound.clone()];
            probe.class = if request.lasting { Class::Disrupt } else { probe.class };
            probe
        });
        whole(format!("fuzz/{}/{}", endpoint.id, family.word), family.says(), probes.collect())
    });
    of_families.chain((endpoint.class == Class::Read && !needs_session).then(guided)).collect()
}

/// The parameters of an endpoint that touch no more than it does itself.
fn tried(endpoint: &Endpoint) -> Vec<&str> {
    let tame = |row: &&Parameter| row.class.is_none_or(|class| class <= endpoint.class);
    endpoint.parameters.iter().filter(tame).map(|row| row.key.as_str()).take(PARAMETERS_MAX).collect()
}

/// Whether its answers are short enough to be asked for often.
fn is_short(endpoint: &Endpoint) -> bool {
    matches!(endpoint.response.media, Media::Document | Media::Brcs) && endpoint.response.json_schema.is_none()
}

fn smallest(endpoint: &Endpoint, request: &RequestSpec, role: Role) -> Step {
    Step { written: Some(RawRequest::default()), ..plain::smallest(endpoint, request, role) }
}

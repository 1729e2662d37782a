//! Values that are amiss, for every parameter of every endpoint that only reads.
//!
//! In: an endpoint. Out: a requirement for each family of values, with a probe for each parameter. What a target answers is its own
//! affair; that it answers soundly is asked.

use std::sync::Arc;

use super::maker::requirement;
use crate::{
    model::{
        case::{Class, Role},
        written::{INJECTED, MARK, RawRequest},
    },
    spec::{
        endpoint::{Endpoint, Media, RequestSpec},
        flow::OWN_SESSION,
        plain,
        requirement::{Level, Requirement},
        select::Spec,
        step::{Input, Step, variables_of},
    },
    vocabulary::{Expect, Hostile, Soundness},
};

/// How a value is put where a parameter stands.
#[derive(Clone, Copy)]
enum Put {
    /// As the value of the parameter, encoded.
    Value(fn() -> String),
    /// As it is in the query.
    Query(&'static str),
    /// As a name beside the parameter, encoded.
    Name(fn(&str) -> String),
}

/// A family, what it is, and its values.
const FAMILIES: [(&str, &str, Put); 14] = [
    ("markup", "markup", Put::Value(|| format!("\"'><{MARK} a=\"b\">&amp;&#0;<![CDATA[]]></{MARK}>"))),
    ("line-ends", "line ends", Put::Value(|| format!("{MARK}\r\n{INJECTED}: 1\r\n\r\n{MARK}"))),
    ("separators", "separators of parameters", Put::Value(|| format!("{MARK}&{INJECTED}=1;{INJECTED}=1"))),
    ("nul", "a NUL", Put::Value(|| format!("{MARK}\0{MARK}"))),
    ("control-bytes", "control bytes", Put::Value(|| "\u{1}\u{8}\u{b}\u{1b}\u{7f}".to_owned())),
    (
        "beyond-the-planes",
        "characters that many readers do not know",
        Put::Value(|| "\u{fffe}\u{ffff}\u{1f600}\u{202e}\u{10ffff}".to_owned()),
    ),
    ("long", "8,192 characters", Put::Value(|| "x".repeat(8_192))),
    ("number", "a number beyond 64 bits", Put::Value(|| "-99999999999999999999999999".to_owned())),
    ("format", "what formats and templates are made of", Put::Value(|| "%s%n%x{0}${7*7}{{7*7}}".to_owned())),
    ("path", "a path", Put::Value(|| "../../../../etc/passwd".to_owned())),
    ("bad-escape", "an escape that is none", Put::Query("%zz%")),
    ("no-utf-8", "bytes that are no UTF-8", Put::Query("%c3%28%ff%fe")),
    ("list", "the parameter as a list", Put::Name(|name| format!("{name}[]"))),
    ("odd-name", "a name with control bytes", Put::Name(|name| format!("{name}\0\r\n"))),
];

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
    let names = spec.endpoints.get(&requirement.endpoint).map(reading).unwrap_or_default();
    std::iter::once(String::new()).chain(names.into_iter().map(|name| format!("&{name}=1"))).collect()
}

/// The most parameters of one endpoint that are tried.
const PARAMETERS_MAX: usize = 40;

pub(super) fn requirements(endpoint: &Endpoint, traces: &Arc<[String]>) -> Vec<Requirement> {
    let request = endpoint.request.as_ref().filter(|request| request.derives);
    let Some(request) = request.filter(|_| endpoint.class == Class::Read && is_short(endpoint)) else {
        return Vec::new();
    };
    let names = reading(endpoint);
    if names.is_empty() {
        return Vec::new();
    }
    let sound = Soundness { traces: Arc::clone(traces), ..Soundness::default() };
    let sound = Expect::Hostile(Hostile::Sound(Arc::new(sound)));
    // Mutants of one endpoint go out in turn with those of all others, so none has a session of its own.
    let alone = smallest(endpoint, request, Role::Probe);
    let needs_session = variables_of(&alone).iter().any(|name| name.starts_with(OWN_SESSION));
    let guided = || {
        let control = smallest(endpoint, request, Role::Control);
        let mut probe = Step { expect: vec![sound.clone()], role: Role::Probe, ..control.clone() };
        // The query stands as it is written, with what is not amiss in it at first.
        probe.raw = Some(query(&probe));
        probe.parameters.clear();
        let steps = vec![control.clone(), probe, Step { role: Role::Probe, ..control }];
        let says = "Whatever stands in its query leaves the target sound".to_owned();
        requirement(endpoint, format!("fuzz/{}{GUIDED}", endpoint.id), Level::Must, says, steps)
    };
    let of_families = FAMILIES.into_iter().map(|(family, what, put)| {
        let control = smallest(endpoint, request, Role::Control);
        let probes = names.iter().map(|name| {
            let mut probe = smallest(endpoint, request, Role::Probe);
            place(&mut probe, name, put);
            probe.expect = vec![sound.clone()];
            probe
        });
        let mut steps = vec![control.clone()];
        steps.extend(probes);
        steps.push(Step { role: Role::Probe, ..control });
        let says = format!("{what} in a parameter leaves the target sound");
        let says = says[..1].to_uppercase() + &says[1..];
        requirement(endpoint, format!("fuzz/{}/{family}", endpoint.id), Level::Must, says, steps)
    });
    of_families.chain((!needs_session).then(guided)).collect()
}

/// The parameters of an endpoint that only read.
fn reading(endpoint: &Endpoint) -> Vec<&str> {
    let reads = |name: &&str| {
        let row = endpoint.parameters.iter().find(|row| row.key == **name);
        row.is_none_or(|row| row.class.is_none_or(|class| class == Class::Read))
    };
    let rows = endpoint.parameters.iter().map(|row| row.key.as_str());
    rows.filter(reads).take(PARAMETERS_MAX).collect()
}

/// The query of a step, as it is written.
fn query(step: &Step) -> String {
    let pairs = step.parameters.iter().filter_map(|(name, input)| match input {
        Input::Text(text) => Some(format!("{name}={text}")),
        _ => None,
    });
    pairs.collect::<Vec<_>>().join("&")
}

/// Whether its answers are short enough to be asked for often.
fn is_short(endpoint: &Endpoint) -> bool {
    matches!(endpoint.response.media, Media::Document | Media::Brcs) && endpoint.response.json_schema.is_none()
}

fn smallest(endpoint: &Endpoint, request: &RequestSpec, role: Role) -> Step {
    Step { written: Some(RawRequest::default()), ..plain::smallest(endpoint, request, role) }
}

fn place(step: &mut Step, name: &str, put: Put) {
    // A `$` begins a variable.
    let plain = |text: String| Input::Text(text.replace("${", "$ {"));
    match put {
        Put::Value(value) => {
            step.parameters.retain(|(other, _)| other != name);
            step.parameters.push((name.to_owned(), plain(value())));
        }
        Put::Name(odd) => step.parameters.push((odd(name), plain(MARK.to_owned()))),
        Put::Query(value) => {
            step.parameters.retain(|(other, _)| other != name);
            let lawful = query(step);
            let before = if lawful.is_empty() { String::new() } else { format!("{lawful}&") };
            step.raw = Some(format!("{before}{name}={value}"));
            step.parameters.clear();
        }
    }
}

//! Requirements whose one request is equal in meaning to a recorded one.
//!
//! In: a requirement and a recorded exchange. Out: what the variables of the request stood for; nothing where it is another request. What was
//! drawn from a seed, sent several times, or sent as bytes is never equal to what a client sent.

use crate::{
    model::{
        case::{Role, Times},
        credential::Credential,
        draft::{BODY, Carrier},
        exchange::Request,
        variables::{Variables, names},
    },
    spec::{Demand, Input, Origin, Requirement, Step, variables_of_expectations},
    vocabulary::{Beyond, beyond},
};

use super::{endpoints::same_path, recorded::Knowledge};

/// How a requirement's request is the recorded one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// What its variables stood for.
    pub variables: Variables,
}

/// What a requirement looks at besides the texts of answers; nothing of one without expectations of its own.
#[must_use]
pub fn needs(requirement: &Requirement) -> Vec<Beyond> {
    match &requirement.demand {
        Demand::Steps(steps) => beyond(
            steps
                .iter()
                .flat_map(|s| s.expect.iter().chain(&s.only_if).chain(s.readings.iter().flat_map(|r| &r.expect))),
        ),
        Demand::EveryAnswer { expect, readings, .. } => {
            beyond(expect.iter().chain(readings.iter().flat_map(|reading| &reading.expect)))
        }
        _ => Vec::new(),
    }
}

/// Whether the request of a requirement is the recorded one.
#[must_use]
pub fn matching(requirement: &Requirement, request: &Request, knows: Knowledge) -> Option<Match> {
    let Demand::Steps(steps) = &requirement.demand else { return None };
    let [step] = steps.as_slice() else { return None };
    // Who may do what is no matter of one answer: a recording does not show what the account may do.
    if requirement.origin == Origin::Access || !requirement.teardown.is_empty() || !knows.request {
        return None;
    }
    if !is_plain(step)
        || step.method != request.method
        || !is_called_alike(step, request)
        || !has_headers(step, request)
    {
        return None;
    }
    let seen = |what: &Beyond| match what {
        Beyond::Head => knows.head,
        Beyond::Bytes => knows.bytes,
        Beyond::Clock => false,
    };
    if !needs(requirement).iter().all(seen) || !same_path(&step.path, &request.path) || !carried_alike(step, request) {
        return None;
    }
    let mut variables = in_path(&step.path, &request.path);
    let mut left: Vec<&(String, String)> = request.parameters.iter().collect();
    for (name, input) in &step.parameters {
        let Input::Text(wanted) = input else { return None };
        let at = left.iter().position(|(given, value)| given == name && equal(name, wanted, value, &variables))?;
        let (_, value) = left.swap_remove(at);
        variables.extend(variable(wanted).map(|name| (name, value.clone())));
    }
    let all = step.expect.iter().chain(&step.only_if).chain(step.readings.iter().flat_map(|reading| &reading.expect));
    let known = variables_of_expectations(all).iter().all(|name| variables.contains_key(name));
    // What the target's own document says of an answer does not depend on what a list was narrowed down by.
    let narrows = requirement.origin == Origin::DocumentRead && step.carrier == Carrier::Query;
    if requirement.origin == Origin::DocumentRead {
        variables.clear();
    }
    (known && (narrows || left.is_empty())).then_some(Match { variables })
}

/// Whether a client sends such a request, too: once, at once, with its token, and as HTTP has it.
fn is_plain(step: &Step) -> bool {
    step.role == Role::Probe
        && step.times == Times::Once
        && step.wait_s == 0
        && step.for_each.is_none()
        && step.maybe.is_empty()
        && step.raw.is_none()
        && step.talk.is_none()
        && step.written.is_none()
}

/// Whether the headers that a step wants were sent. A client that takes more than is wanted is answered the same.
fn has_headers(step: &Step, request: &Request) -> bool {
    step.headers.iter().all(|(name, wanted)| {
        let sent = request.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name));
        let sent = sent.map(|(_, value)| value.to_ascii_lowercase());
        match sent {
            None => name == "accept",
            Some(sent) if name == "accept" => sent.contains("*/*") || sent.contains(&wanted.to_ascii_lowercase()),
            Some(sent) => sent == wanted.to_ascii_lowercase(),
        }
    })
}

/// Whether it is sent by the account of whoever calls, with the credential that the recorded one had.
fn is_called_alike(step: &Step, request: &Request) -> bool {
    let credential = matches!(step.credential, Credential::Token | Credential::None | Credential::Basic);
    credential && step.credential == request.credential && step.account == request.account
}

/// Whether the parameters stand in the same place.
fn carried_alike(step: &Step, request: &Request) -> bool {
    let named = |name: &str| {
        let media = request.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case("content-type"));
        media.is_some_and(|(_, value)| value.to_ascii_lowercase().starts_with(name))
    };
    match step.carrier {
        Carrier::Query => request.body.is_empty(),
        Carrier::Form => request.query.is_empty() && named("application/x-www-form-urlencoded"),
        Carrier::Json => request.parameters.iter().filter(|(name, _)| name == BODY).count() == 1,
        Carrier::Multipart | Carrier::TextPlain => false,
    }
}

/// The variable that a text is, where it is nothing else.
fn variable(text: &str) -> Option<String> {
    let name = text.strip_prefix("${")?.strip_suffix('}')?;
    (!name.contains(['$', '}'])).then(|| name.to_owned())
}

/// Whether a value is the one that the data has. JSON is compared as such.
fn equal(name: &str, wanted: &str, value: &str, known: &Variables) -> bool {
    if let Some(variable) = variable(wanted) {
        return known.get(&variable).is_none_or(|known| known == value) && !value.is_empty();
    }
    if !names(wanted).is_empty() {
        return false;
    }
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
    wanted == value || name == BODY && json(wanted).is_some_and(|wanted| Some(wanted) == json(value))
}

/// What the variables in a path stood for.
fn in_path(known: &str, path: &str) -> Variables {
    let pairs = known.split('/').zip(path.split('/'));
    pairs.filter_map(|(known, given)| Some((variable(known)?, given.to_owned()))).collect()
}

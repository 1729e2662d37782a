//! Which exchanges of a run had a request that the guide has as lawful.
//!
//! In: the spec, a record and one of its exchanges. Out: yes or no. What a refusal or one of several readings was asked of is none, and what
//! is written in a way that the guide does not name is none either. Whether the answer was right is not looked at.

use crate::{
    model::{
        case::{Role, Times},
        draft::Carrier,
        exchange::{Exchange, Outcome, Sent},
        record::Record,
    },
    spec::{Demand, Endpoint, Expect, Spec, Step},
};

/// Whether the request was meant to be accepted, and an answer came.
pub(super) fn is_lawful(spec: &Spec, record: &Record, exchange: &Exchange) -> bool {
    let requirement = record.case.purpose.requirement().and_then(|id| spec.requirements.get(id.as_str()));
    let Some(Demand::Steps(steps)) = requirement.map(|requirement| &requirement.demand) else { return false };
    let answered = matches!(exchange.outcome, Outcome::Answer(_)) && exchange.role != Role::Teardown;
    answered && steps.get(exchange.step).is_some_and(|step| is_meant_so(spec, step)) && is_named(spec, exchange)
}

/// Whether the guide has all parameters of a request, at its endpoint or for all of the path.
fn is_named(spec: &Spec, exchange: &Exchange) -> bool {
    let Sent::Http(request) = &exchange.sent;
    let of_path = |endpoint: &&Endpoint| {
        let own = endpoint.request.as_ref().filter(|own| own.path == request.path);
        own.is_some_and(|own| endpoint.id == exchange.endpoint || own.fixed.is_empty())
    };
    let about: Vec<&Endpoint> = spec.endpoints.values().filter(of_path).collect();
    let known = |name: &str| {
        let fixed =
            about.iter().filter_map(|endpoint| endpoint.request.as_ref()).any(|own| own.fixed.contains_key(name));
        fixed || about.iter().flat_map(|endpoint| &endpoint.parameters).any(|row| row.is_called(name))
    };
    [&request.query, &request.body]
        .into_iter()
        .flat_map(|text| form_urlencoded::parse(text.as_bytes()))
        .all(|(name, _)| known(&name))
}

fn is_meant_so(spec: &Spec, step: &Step) -> bool {
    let request = spec.endpoints.get(&step.endpoint).and_then(|endpoint| endpoint.request.as_ref());
    // What is asked only where something holds, such as that the target takes it at all, is left open.
    let sure = step.readings.is_empty() && step.only_if.is_empty();
    let named = request.is_some_and(|request| {
        let carried = matches!(step.carrier, Carrier::Query | Carrier::Form);
        carried && request.path == step.path && request.methods.contains(&step.method)
    });
    let plain = step.written.is_none() && step.talk.is_none() && step.times == Times::Once;
    let accepted = step.expect.iter().any(|expect| matches!(expect, Expect::Accepted));
    sure && named && plain && accepted
}

//! What all requests and requirements of an endpoint begin with, before their own row adds to it.
//!
//! In: an endpoint. Out: its smallest lawful request, and a requirement with the section, page and level that the endpoint gives to all of
//! its requirements.

use super::{
    endpoint::{Endpoint, RequestSpec},
    requirement::{Demand, Level, Origin, Requirement},
    step::{Input, Step},
};
use crate::{
    model::{
        case::Role,
        credential::{AccountRole, Credential},
        draft::Carrier,
        id::RequirementId,
    },
    vocabulary::Expect,
};

/// A step with the smallest lawful request; what is no probe must be accepted.
pub(super) fn smallest(endpoint: &Endpoint, request: &RequestSpec, role: Role) -> Step {
    let account = request.calling_account();
    let pairs = request.fixed.iter().chain(&request.smallest);
    let method = request.methods.first().map_or("GET", String::as_str);
    Step {
        parameters: pairs.map(|(n, v)| (n.clone(), Input::Text(v.clone()))).collect(),
        method: method.to_owned(),
        path: request.path.clone(),
        carrier: if method == "POST" { Carrier::Form } else { Carrier::Query },
        account,
        credential: if account == AccountRole::None { Credential::None } else { Credential::Token },
        expect: if role == Role::Probe { Vec::new() } else { vec![Expect::Accepted] },
        ..Step::of(role, endpoint.id.clone(), endpoint.class)
    }
}

/// A requirement of that page of the guide on which the endpoint stands.
pub(super) fn requirement(
    endpoint: &Endpoint,
    origin: Origin,
    id: RequirementId,
    level: Level,
    says: String,
    demand: Demand,
) -> Requirement {
    let most = match &demand {
        Demand::Steps(steps) => steps.iter().map(|step| step.class).max(),
        _ => None,
    };
    Requirement {
        id,
        endpoint: endpoint.id.clone(),
        origin,
        suite: endpoint.suite_of(origin),
        level,
        section: endpoint.title.clone(),
        page: endpoint.page,
        says,
        class: most.unwrap_or(endpoint.class),
        since: endpoint.since,
        topic: None,
        rests_on: Vec::new(),
        opt_in: false,
        fresh_session: false,
        alone: false,
        property: false,
        demand,
        teardown: Vec::new(),
    }
}

//! Steps and requirements of fuzzing, before anything is said of them.
//!
//! In: an endpoint. Out: a step that sends nothing yet, and a requirement of steps.

use crate::{
    model::{
        case::{Class, Role, Times},
        credential::{AccountRole, Credential},
        draft::{Carrier, Encoding},
        suite::Suite,
    },
    spec::{
        endpoint::Endpoint,
        requirement::{Demand, Level, Origin, Requirement},
        step::Step,
    },
};

/// A step that sends what is written.
pub(super) fn step(endpoint: &Endpoint, role: Role, class: Class) -> Step {
    Step {
        role,
        endpoint: endpoint.id.clone(),
        class,
        parameters: Vec::new(),
        maybe: Vec::new(),
        raw: None,
        method: "GET".to_owned(),
        path: String::new(),
        encoding: Encoding::Percent,
        carrier: Carrier::Query,
        account: AccountRole::Full,
        credential: Credential::Token,
        headers: Vec::new(),
        talk: None,
        written: None,
        times: Times::Once,
        wait_s: 0,
        for_each: None,
        capture: Vec::new(),
        only_if: Vec::new(),
        otherwise: String::new(),
        expect: Vec::new(),
        readings: Vec::new(),
    }
}

pub(super) fn requirement(endpoint: &Endpoint, id: String, level: Level, says: &str, steps: Vec<Step>) -> Requirement {
    Requirement {
        id: id.into(),
        endpoint: endpoint.id.clone(),
        origin: Origin::Written,
        suite: Suite::Fuzz,
        level,
        section: endpoint.title.clone(),
        page: endpoint.page,
        says: says.to_owned(),
        class: steps.iter().map(|step| step.class).max().unwrap_or(Class::Read),
        since: endpoint.since,
        topic: None,
        rests_on: Vec::new(),
        opt_in: false,
        fresh_session: false,
        alone: false,
        property: false,
        demand: Demand::Steps(steps),
        teardown: Vec::new(),
    }
}

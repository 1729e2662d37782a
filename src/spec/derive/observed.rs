//! The constructor of observed requirements, which look at whatever was answered.
//!
//! In: what is asked, as a `Demand`. Out: the requirement, with what its endpoint says of it.

use crate::spec::{
    endpoint::Endpoint,
    requirement::{Demand, Level, Origin, Requirement},
};

pub(super) fn observed(
    endpoint: &Endpoint,
    id: String,
    level: Level,
    page: u32,
    says: String,
    demand: Demand,
) -> Requirement {
    Requirement {
        id: format!("{}/{id}", endpoint.id).into(),
        endpoint: endpoint.id.clone(),
        origin: Origin::Answer,
        suite: endpoint.suite_of(Origin::Answer),
        level,
        section: endpoint.title.clone(),
        page,
        says,
        class: endpoint.class,
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

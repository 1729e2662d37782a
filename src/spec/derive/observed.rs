//! The constructor of observed requirements, which look at whatever was answered.
//!
//! In: what is asked, as a `Demand`. Out: the requirement, with what its endpoint says of it.

use crate::spec::{
    endpoint::Endpoint,
    plain,
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
    let id = format!("{}/{id}", endpoint.id).into();
    Requirement { page, ..plain::requirement(endpoint, Origin::Answer, id, level, says, demand) }
}

//! The constructor of requirements of fuzzing.
//!
//! In: an endpoint, and what is asked of it. Out: a requirement of the suite that is played for whoever asks for it.

use crate::{
    model::suite::Suite,
    spec::{
        endpoint::Endpoint,
        plain,
        requirement::{Demand, Level, Origin, Requirement},
        step::Step,
    },
};

pub(in crate::spec) fn requirement(
    endpoint: &Endpoint,
    id: String,
    level: Level,
    says: String,
    steps: Vec<Step>,
) -> Requirement {
    let asked = plain::requirement(endpoint, Origin::Written, id.into(), level, says, Demand::Steps(steps));
    Requirement { suite: Suite::Fuzz, ..asked }
}

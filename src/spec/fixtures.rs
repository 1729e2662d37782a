//! Fixtures: facts of a target that its run finds or its operator says. A new one is a row in `specs/fixtures.toml`, its advice included.
//!
//! In: the rows of that file. Out: [`Fixture`]s. Nothing here knows a target.

use serde::Serialize;

use crate::{model::id::EndpointId, vocabulary::Type};

/// A fact of a target that tests are made with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fixture {
    /// What it is, in our words.
    pub says: String,
    /// What is missing on a target on which it is not found, and what the operator can do about that.
    pub hint: Option<String>,
    /// What its value is.
    #[serde(rename = "type")]
    pub kind: Type,
    /// The only values that it may have; any of its type where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// The endpoints whose answers the discovery finds it in; none where only the operator can say it.
    pub found_by: Vec<EndpointId>,
    /// Whether it is kept out of everything that is written.
    pub secret: bool,
    /// Whether it may be of use only once, so that a case with it is not played again.
    pub once: bool,
    /// Whether every run asks for it, since it decides what concerns the target at all.
    pub always: bool,
}

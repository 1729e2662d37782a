//! What checking an expectation needs: the answer as it was read, the values of variables, and the JSON Schemas.

use serde_json::Value;

use super::{heard::Heard, schemas::Schemas};
use crate::{decode::xml::Node, model::variables::Variables};

/// What an expectation is held against.
#[derive(Debug, Clone, Copy)]
pub struct Context<'c> {
    /// The answer.
    pub heard: &'c Heard<'c>,
    /// The tree that is looked at: the answer's, or a part of it.
    pub root: Option<&'c Node>,
    /// The JSON that is looked at.
    pub json: Option<&'c Value>,
    /// All answers of the step, of which the answer is one.
    pub fellows: &'c [&'c Heard<'c>],
    /// What the variables stand for.
    pub variables: &'c Variables,
    /// The JSON Schemas that expectations name.
    pub schemas: &'c Schemas,
}

impl<'c> Context<'c> {
    /// One answer without fellows.
    #[must_use]
    pub fn of(heard: &'c Heard<'c>, variables: &'c Variables, schemas: &'c Schemas) -> Self {
        let (root, json) = (heard.body.xml(), heard.body.json());
        Self { heard, root, json, fellows: &[], variables, schemas }
    }

    /// The same with the answers of its step.
    #[must_use]
    pub fn among(self, fellows: &'c [&'c Heard<'c>]) -> Self {
        Self { fellows, ..self }
    }

    /// A part of the answer as if it were all of it.
    #[must_use]
    pub fn part(self, root: &'c Node) -> Self {
        Self { root: Some(root), json: None, fellows: &[], ..self }
    }
}

//! Fixtures: facts of a target that its run finds or its operator says.
//!
//! In: the rows of `specs/fixtures.toml`. Out: what an operator may say, and can do where a fact is missing. Nothing here knows a target.

use serde::Serialize;

use super::{
    flow::{FRESH, OWN_SESSION, When},
    openapi::NOT_OURS,
    select::Spec,
};

/// Beginning of the names of facts that only the target's own document asks for.
const OF_THE_DOCUMENT: &str = "config.";

/// A fact of a target that tests are made with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fixture {
    /// What it is, in our words.
    pub says: String,
    /// What is missing on a target on which it is not found, and what the operator can do about that.
    pub hint: Option<String>,
    /// Ids of the endpoints whose answers the discovery finds it in; none where only the operator can say it.
    pub found_by: Vec<String>,
    /// Whether it is kept out of everything that is written.
    pub secret: bool,
    /// Whether every run asks for it, since it decides what concerns the target at all.
    pub always: bool,
}

impl Spec {
    /// Whether an operator may say a fixture of that name.
    #[must_use]
    pub fn knows_fixture(&self, name: &str) -> bool {
        self.fixtures.contains_key(name) || name.starts_with(OF_THE_DOCUMENT)
    }

    /// What the operator can do so that a variable is known.
    #[must_use]
    pub fn hint(&self, name: &str) -> String {
        if name == NOT_OURS {
            return "it changes what this run did not make, and is never called for that".to_owned();
        }
        if name.starts_with(OWN_SESSION) || name.starts_with(FRESH) {
            return self.flow(When::OwnSession).map(|(_, flow)| flow.hint.clone()).unwrap_or_default();
        }
        let set = format!("; set `{name}` under [fixtures] in touchmark.toml");
        match self.fixtures.get(name) {
            Some(Fixture { hint: Some(hint), .. }) => format!("{hint}{set}"),
            Some(fixture) if fixture.found_by.is_empty() => format!("the operator has not said what `{name}` is{set}"),
            _ => format!("`{name}` was not found{set}"),
        }
    }
}

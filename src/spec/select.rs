//! The whole data, and what selects of it.
//!
//! In: prefixes and patterns of ids. Out: the requirements that they name. Nothing is read or judged here.

use std::{borrow::Borrow, collections::BTreeMap, ops::Bound, sync::Arc};

use super::{
    endpoint::Endpoint,
    fixtures::Fixture,
    flow::{Flow, When},
    fuzz::{about::about, attack::Attacks},
    guide::Guide,
    left_out::LeftOut,
    requirement::Requirement,
    sequence::Sequences,
};
use crate::model::id::{EndpointId, RequirementId};
use crate::vocabulary::Schemas;

/// The whole guide as data.
#[derive(Debug, Clone)]
pub struct Spec {
    /// What the guide itself is.
    pub guide: Guide,
    /// Every endpoint, by id.
    pub endpoints: BTreeMap<EndpointId, Endpoint>,
    /// Every requirement, by id. What a document adds to the data leaves them as they are, so they are shared.
    pub requirements: BTreeMap<RequirementId, Arc<Requirement>>,
    /// Sequences of calls that the run itself needs, by name.
    pub flows: BTreeMap<String, Flow>,
    /// Commands of which sequences are made.
    pub sequences: Sequences,
    /// Facts of a target that tests are made with, by name.
    pub fixtures: BTreeMap<String, Fixture>,
    /// Response schemas by file name, such as `token.json`.
    pub schemas: BTreeMap<String, String>,
    /// The JSON Schemas among them, compiled.
    pub json_schemas: Schemas,
    /// What is not made of the target's own document.
    pub left_out: Vec<LeftOut>,
    /// Requests that no library sends.
    pub attacks: Attacks,
    /// SHA-256 of all spec files, in hexadecimal.
    pub digest: String,
}

impl Spec {
    /// The flows that are played then, with their names.
    pub fn flows(&self, when: When) -> impl Iterator<Item = (&str, &Flow)> {
        self.flows.iter().filter(move |(_, flow)| flow.when == when).map(|(name, flow)| (name.as_str(), flow))
    }

    /// The first flow that is played then, with its name.
    #[must_use]
    pub fn flow(&self, when: When) -> Option<(&str, &Flow)> {
        self.flows(when).next()
    }

    /// All requirements, in the order of their ids.
    pub fn all(&self) -> impl Iterator<Item = &Requirement> {
        self.requirements.values().map(Arc::as_ref)
    }

    /// The requirement with that id.
    #[must_use]
    pub fn requirement(&self, id: &str) -> Option<&Requirement> {
        self.requirements.get(id).map(Arc::as_ref)
    }

    /// The requirements whose ids start with one of the prefixes, or that a prefix `=ID` names; all of them when there is none.
    pub fn select<'a>(&'a self, prefixes: &'a [String]) -> impl Iterator<Item = &'a Requirement> {
        self.all().filter(move |r| prefixes.is_empty() || prefixes.iter().any(|prefix| selects(prefix, &r.id)))
    }

    /// Whether the prefix selects any requirement.
    #[must_use]
    pub fn selects(&self, prefix: &str) -> bool {
        self.requirements.keys().any(|id| selects(prefix, id))
    }

    /// Whether the prefix selects any requirement, or perhaps one that only the target's own document makes.
    #[must_use]
    pub fn knows(&self, prefix: &str) -> bool {
        self.selects(prefix) || self.is_documented(prefix.trim_start_matches('='))
    }

    /// The chapter that the target's own document adds to.
    #[must_use]
    pub fn documented_chapter(&self) -> Option<&str> {
        let (_, flow) = self.flow(When::BeforePlanning)?;
        flow.steps.first()?.endpoint.split('/').next()
    }

    /// Whether an id is of the chapter that the target's own document adds to.
    pub(crate) fn is_documented(&self, id: &str) -> bool {
        about(id).split_once('/').is_some_and(|(chapter, _)| self.documented_chapter() == Some(chapter))
    }
}

/// `=ID` is that one alone; a `*` in a prefix stands for any run of characters.
fn selects(prefix: &str, id: &str) -> bool {
    match prefix.strip_prefix('=') {
        Some(one) => one == id,
        None => glob(&format!("{prefix}*"), id),
    }
}

/// Whether an id matches a pattern in which `*` stands for any run of characters.
pub(crate) fn glob(pattern: &str, id: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| id.strip_prefix(first)) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

/// The entries whose ids match such a pattern; only those that begin as it does are looked at.
pub(crate) fn matching<'a, Id: Borrow<str> + Ord, Entry>(
    entries: &'a BTreeMap<Id, Entry>,
    pattern: &'a str,
) -> impl Iterator<Item = (&'a str, &'a Entry)> {
    let begins = pattern.split('*').next().unwrap_or(pattern);
    let from = (Bound::Included(begins), Bound::Unbounded);
    entries
        .range::<str, _>(from)
        .map(|(id, entry)| (id.borrow(), entry))
        .take_while(move |(id, _)| id.starts_with(begins))
        .filter(move |(id, _)| glob(pattern, id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_run_of_characters() {
        for (pattern, id, expected) in [
            ("a/b", "a/b", true),
            ("a/b", "a/bc", false),
            ("a/*", "a/b/c", true),
            ("*/c", "a/b/c", true),
            ("a/*/c", "a/b/c", true),
            ("a/*/c/*", "a/b/c/d", true),
            ("a/*/x/*", "a/b/c/d", false),
            ("a/*", "b/a/", false),
        ] {
            assert_eq!(glob(pattern, id), expected, "{pattern} {id}");
        }
    }
}

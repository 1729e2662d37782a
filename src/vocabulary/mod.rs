//! The words in which the spec data says what must hold of an answer.
//!
//! In: the texts and tables of the spec data, and answers that were read. Out: expectations, queries and types, and whether they hold.
//! Each word is read, printed, searched for variables and held against an answer in one file. Nothing here knows of requirements,
//! endpoints or verdicts.

mod beyond;
mod context;
mod counts;
mod expectation;
mod heard;
mod holds;
mod hostile;
mod path;
mod path_nodes;
mod pointer;
pub mod predicate;
mod query;
mod schemas;
mod types;
mod walk;
mod whole_body;

pub use beyond::{Beyond, beyond};
pub use context::Context;
pub use expectation::Expect;
pub(crate) use expectation::read;
pub use heard::{AnswerClass, Body, Heard, Late, shorten};
pub use holds::Holds;
pub use hostile::{Hostile, NO_TRACE, Soundness};
pub use path::Path;
pub use predicate::Predicate;
pub use query::Query;
pub use schemas::Schemas;
pub use types::Type;
pub use walk::Walk;

/// A word of the spec data, for those who explain it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// How it is written.
    pub notation: String,
    /// What stands behind it, where something does.
    pub takes: &'static str,
    /// When it holds, what it selects, or what it is.
    pub meaning: &'static str,
}

/// Every word that is an expectation of its own.
#[must_use]
pub fn expectations() -> Vec<Entry> {
    expectation::all().map(|(notation, meaning)| Entry { notation, takes: "", meaning }).collect()
}

/// Every predicate of a table.
#[must_use]
pub fn predicates() -> Vec<Entry> {
    predicate::all().map(|(name, takes, meaning)| Entry { notation: name.to_owned(), takes, meaning }).collect()
}

/// Every query.
#[must_use]
pub fn queries() -> Vec<Entry> {
    query::all().map(|(notation, meaning)| Entry { notation, takes: "", meaning }).collect()
}

/// Every type of an element or attribute.
#[must_use]
pub fn types() -> Vec<Entry> {
    types::all().map(|(name, meaning)| Entry { notation: name.to_owned(), takes: "", meaning }).collect()
}

/// The names of the types.
pub(crate) fn type_names() -> impl Iterator<Item = &'static str> {
    types::all().map(|(name, _)| name)
}

#[cfg(test)]
mod testing;

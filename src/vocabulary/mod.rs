//! The words in which the spec data says what must hold of an answer.
//!
//! In: the texts and tables of the spec data, and answers that were read. Out: expectations, queries and types, and whether they hold.
//! Nothing here knows of requirements, endpoints or verdicts.

mod expectation;
mod query;
mod walk;

pub(crate) use expectation::read;
pub use expectation::{Expect, Predicate, Type};
pub use query::{Query, Segment, Test};
pub use walk::Walk;

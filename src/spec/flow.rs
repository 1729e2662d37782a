//! Flows: sequences of calls that a run itself needs, beside those of its requirements.
//!
//! In: nothing. Out: the types, and the names that flows give variables. When a flow is played is part of its data; how, the conductor
//! knows.

use super::step::Step;

/// Beginning of the names of what the flow [`When::OwnSession`] captures: naming one of them makes a session that is kept.
pub const OWN_SESSION: &str = "session.";

/// Beginning of the same names for a step that wants them new for itself.
pub const FRESH: &str = "fresh.";

/// A sequence of calls that the run itself needs.
#[derive(Debug, Clone)]
pub struct Flow {
    /// What it is called.
    pub title: String,
    /// What it is for.
    pub says: String,
    /// When it is played.
    pub when: When,
    /// What is said where a variable that it gives is not known.
    pub hint: String,
    /// The calls.
    pub steps: Vec<Step>,
    /// The calls that put things back.
    pub teardown: Vec<Step>,
}

/// When a flow is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Before anything is tested, to find facts of the target.
    Discovery,
    /// Where something names a variable of a session of the run's own.
    OwnSession,
}

//! Flows: sequences of calls that a run itself needs, beside those of its requirements.
//!
//! In: nothing. Out: the types, and the names that flows give variables. When a flow is played is part of its data; how, the conductor
//! knows.

use super::step::Step;
use crate::{
    model::{case::Class, id::EndpointId},
    vocabulary::Query,
};

/// Beginning of the names of what the flow [`When::OwnSession`] captures: naming one of them makes a session that is kept.
pub const OWN_SESSION: &str = "session.";

/// Beginning of the same names for a step that wants them new for itself.
pub const FRESH: &str = "fresh.";

/// Name of the flow by which what a case made at the Configuration API is taken away again.
pub const TAKEN_AWAY: &str = "taken_away";

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
    /// What is done for each thing that the last of them lists.
    pub for_each: Option<ForEach>,
    /// The calls that put things back.
    pub teardown: Vec<Step>,
}

impl Flow {
    /// What the flow touches.
    #[must_use]
    pub fn class(&self) -> Class {
        let each = self.for_each.iter().flat_map(|each| &each.steps);
        self.steps.iter().chain(each).chain(&self.teardown).map(|step| step.class).max().unwrap_or(Class::Read)
    }

    /// The endpoint that was called, and the parameters by which what it made is known for the run's own, where the flow goes by that.
    #[must_use]
    pub fn recognised_by(&self) -> Option<(&EndpointId, &[(String, Query)])> {
        match &self.for_each.as_ref()?.ours {
            Ours::Sent { endpoint, parameters } => Some((endpoint, parameters)),
            Ours::Owned { .. } => None,
        }
    }
}

/// What is done for each of the run's own things in a list.
#[derive(Debug, Clone)]
pub struct ForEach {
    /// The variable that has its id.
    pub variable: String,
    /// Where the ids stand in the answer to the flow's last step.
    pub query: Query,
    /// What shows that one is the run's own.
    pub ours: Ours,
    /// The endpoint that may have begun one without a name of the run, and where the list has when one began.
    pub perhaps: Option<(EndpointId, Query)>,
    /// The calls for each.
    pub steps: Vec<Step>,
}

/// What shows that a listed session is the run's own.
#[derive(Debug, Clone)]
pub enum Ours {
    /// A capture owned its id before, or its name holds a word of the run.
    Owned {
        /// Where the list has the name; the variable has the id.
        named: Option<Query>,
    },
    /// It has the texts that an accepted request of the group sent.
    Sent {
        /// Id of the endpoint that was called.
        endpoint: EndpointId,
        /// Parameters, and where the list has what they were; the variable has the id.
        parameters: Vec<(String, Query)>,
    },
}

/// When a flow is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Before anything is tested, to find facts of the target.
    Discovery,
    /// Before requirements are selected, to fetch the document that makes more of them.
    BeforePlanning,
    /// After that, to know how the target says that nothing was found.
    NothingFound,
    /// Where something names a variable of a session of the run's own.
    OwnSession,
    /// After the cases of a group.
    AfterGroup,
    /// After all cases, also where the run is stopped.
    AtTheEnd,
}

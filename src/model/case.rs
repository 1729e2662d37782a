//! A case: the concrete requests made for one requirement, from a seed.
//!
//! In a case everything is decided but the facts of the target: its texts still hold `${variables}`, so cases can be
//! printed, counted and compared before anything is sent. Nothing here draws, sends or judges.

use std::fmt;

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

use super::{
    draft::Draft,
    id::{EndpointId, RequirementId},
};

/// How often a case is played before it counts as failed.
pub const ATTEMPTS: u32 = 3;

/// How often an answer is lost at the same step, one attempt after another, before that is what the target does. A network that loses one
/// answer in twenty, all over a run, loses three in a row of some step or other in every thirtieth run. An answer that does not come in time
/// costs a whole time-out, and is waited for [`ATTEMPTS`] times.
pub const LOSSES: u32 = 5;

/// Name of the flow by which a case is played again to confirm a fault that stands in one of its answers.
pub const CONFIRM: &str = "confirm";

/// Name of the flow by which half a case is recorded, since the run was stopped in the middle of it.
pub const STOPPED: &str = "stopped";

/// Name of the flow by which a control that several cases share is asked once more behind them.
pub const CONTROL: &str = "control";

/// Names of the flows by which sequences of commands are played, and races of two clients.
pub const SEQUENCE: &str = "sequence";
/// See [`SEQUENCE`].
pub const RACE: &str = "race";

/// The requests for one requirement. The same seed makes the same case, byte for byte.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// What it is played for.
    #[serde(flatten)]
    pub purpose: Purpose,
    /// Number of the case among those of its requirement, from 0.
    pub index: u32,
    /// Number of the attempt to play it, from 0: one that failed, or whose answers were lost, is played again with names of its own.
    #[serde(default, skip_serializing_if = "is_first")]
    pub attempt: u32,
    /// The requests, in the order in which they are sent.
    pub steps: Vec<CaseStep>,
}

fn is_first(attempt: &u32) -> bool {
    *attempt == 0
}

impl Case {
    /// What tells it from all others of a run; by it records are sorted.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}#{:08}#{:02}", self.purpose, self.index, self.attempt)
    }
}

/// What a case is played for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// The requirement with that id: what comes back is judged for it.
    Requirement(RequirementId),
    /// A sequence of calls that the run itself needs.
    Flow {
        /// Name of the flow.
        name: String,
        /// What tells its uses apart; empty where there is one.
        tag: String,
    },
}

impl Purpose {
    /// A use of a flow.
    pub fn flow(name: impl Into<String>, tag: impl Into<String>) -> Self {
        Self::Flow { name: name.into(), tag: tag.into() }
    }

    /// Id of the requirement that it is for.
    #[must_use]
    pub fn requirement(&self) -> Option<&RequirementId> {
        match self {
            Self::Requirement(id) => Some(id),
            Self::Flow { .. } => None,
        }
    }

    /// Whether it is a sequence of commands or a race of two clients, by which requirements of their own are judged.
    #[must_use]
    pub fn is_sequence(&self) -> bool {
        matches!(self, Self::Flow { name, .. } if name == SEQUENCE || name == RACE)
    }

    /// Id of the requirement whose case it is, be it whole or half.
    #[must_use]
    pub fn tested(&self) -> Option<&str> {
        match self {
            Self::Requirement(id) => Some(id.as_str()),
            Self::Flow { name, tag } => (name == STOPPED).then_some(tag),
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Requirement(id) => f.write_str(id),
            Self::Flow { name, tag } if tag.is_empty() => write!(f, "flows/{name}"),
            Self::Flow { name, tag } => write!(f, "flows/{name}/{tag}"),
        }
    }
}

/// One request of a case, sent once or several times.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseStep {
    /// What the answer is for.
    pub role: Role,
    /// Id of the endpoint that is called.
    pub endpoint: EndpointId,
    /// What the request may touch; the guard goes by it.
    pub class: Class,
    /// The request, with `${variables}`.
    pub draft: Draft,
    /// How often it is sent.
    pub times: Times,
    /// How long is waited before it is sent, in seconds.
    #[serde(default, skip_serializing_if = "is_at_once")]
    pub wait_s: u32,
    /// What is remembered from its answer: the variable's name and the query that finds its value.
    pub capture: Vec<(String, String)>,
    /// What it does in a sequence, where it is part of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<Call>,
}

/// What a step of a sequence does. Things have numbers that stand for what is made while the sequence is played.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Name of the command, or of what is read.
    pub action: String,
    /// Number of the thing that it acts on: that of the call that made it, or 0 for what is there from the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<u32>,
    /// Its own number, from 1. No other call of the sequence has it, and every value that it writes ends with it.
    pub number: u32,
    /// The client that sends it while another one sends, too: 1 or 2; 0 where nobody else does.
    #[serde(default, skip_serializing_if = "is_alone")]
    pub client: u8,
}

fn is_alone(client: &u8) -> bool {
    *client == 0
}

fn is_at_once(wait_s: &u32) -> bool {
    *wait_s == 0
}

/// What the answer to a step is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A preparation: what it makes is needed by later steps.
    Setup,
    /// The positive control: an accepted request that differs from the probe in the one thing under test.
    Control,
    /// What is judged.
    Probe,
    /// Puts back what the case changed. No verdict comes of it.
    Teardown,
}

/// What a request may touch on a real appliance.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    clap::ValueEnum,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Class {
    /// Changes nothing.
    Read,
    /// Makes or changes something of our own that is harmless or can be put back.
    Write,
    /// Touches other people or the appliance itself.
    Disrupt,
}

impl Class {
    /// The word used in spec data, options and reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// How often a step is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Times {
    /// Once.
    Once,
    /// This number of times, one after another.
    Repeat(u32),
    /// At most this number of times, one after another, up to the first refusal.
    UntilRefused(u32),
    /// This number of times at once.
    Burst(u32),
    /// At most this number of times, each for the next page of a list, up to its last one.
    Pages(u32),
    /// Once for each item of a list that an earlier step captured, at most this number of times.
    Each(u32),
}

/// The most items of a list for each of which a step is sent.
pub const EACH_MAX: u32 = 50;

impl Times {
    /// The most requests that the step can send.
    #[must_use]
    pub fn most(self) -> u32 {
        match self {
            Self::Once => 1,
            Self::Repeat(n) | Self::UntilRefused(n) | Self::Burst(n) | Self::Pages(n) | Self::Each(n) => n,
        }
    }
}

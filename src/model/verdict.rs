//! A verdict: what is known of one requirement after its exchanges were judged.
//!
//! A pass can only be made with [`Finding::pass`], which asks for the number of exchanges it rests on.

use std::num::NonZeroUsize;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

use super::exchange::Request;

/// What is known of a requirement.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Verdict {
    /// The target keeps it.
    Pass,
    /// The target does not keep a `should`.
    Warn,
    /// The target breaks it.
    Fail,
    /// It could not be tested.
    Inconclusive,
    /// It does not concern this target or this run.
    NotApplicable,
    /// The harness itself failed.
    Error,
}

impl Verdict {
    /// The word used in reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// Who has to act when a requirement did not pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Blame {
    /// The target answers otherwise than the guide says.
    Target,
    /// The guide leaves it open or contradicts itself.
    Guide,
    /// A fault of ours.
    Harness,
    /// No answer arrived.
    Network,
    /// Something that the operator can set up is missing.
    Configuration,
}

impl Blame {
    /// The word used in reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// A verdict on one requirement with what it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The verdict.
    pub verdict: Verdict,
    /// The reading that the target follows, of an ambiguous requirement.
    pub reading: Option<String>,
    /// Why it is not a pass.
    pub reason: Option<String>,
    /// Who has to act when it is not a pass.
    pub blame: Option<Blame>,
    /// What was expected and what came, and where to see it.
    pub evidence: Option<Evidence>,
    /// The count of exchanges that were judged.
    pub observations: usize,
    /// Whether the budget of the run left it out, or all that shows it was not sent for want of it.
    pub left_out: bool,
}

/// What shows a failure.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// What was expected.
    pub expected: String,
    /// What came.
    pub got: String,
    /// Number of the record among those judged.
    pub record: usize,
    /// Number of the exchange in its record.
    pub exchange: usize,
}

impl Finding {
    /// The target keeps the requirement; the number of exchanges that show it.
    #[must_use]
    pub fn pass(observations: NonZeroUsize) -> Self {
        Self {
            verdict: Verdict::Pass,
            reading: None,
            reason: None,
            blame: None,
            evidence: None,
            observations: observations.get(),
            left_out: false,
        }
    }

    /// It could not be tested, why, and who can change that.
    #[must_use]
    pub fn inconclusive(reason: impl Into<String>, blame: Blame) -> Self {
        Self::without_evidence(Verdict::Inconclusive, reason, Some(blame))
    }

    /// It could not be tested within the budget of the run, and how far it was.
    #[must_use]
    pub fn left_out(reason: impl Into<String>) -> Self {
        Self { left_out: true, ..Self::inconclusive(reason, Blame::Configuration) }
    }

    /// It does not concern this target or this run, and why.
    #[must_use]
    pub fn not_applicable(reason: impl Into<String>) -> Self {
        Self::without_evidence(Verdict::NotApplicable, reason, None)
    }

    /// The harness failed, and how.
    #[must_use]
    pub fn error(reason: impl Into<String>) -> Self {
        Self::without_evidence(Verdict::Error, reason, Some(Blame::Harness))
    }

    /// The target breaks the requirement, as the evidence shows.
    #[must_use]
    pub fn fail(evidence: Evidence) -> Self {
        Self {
            verdict: Verdict::Fail,
            reading: None,
            reason: None,
            blame: Some(Blame::Target),
            evidence: Some(evidence),
            observations: 1,
            left_out: false,
        }
    }

    fn without_evidence(verdict: Verdict, reason: impl Into<String>, blame: Option<Blame>) -> Self {
        Self {
            verdict,
            reading: None,
            reason: Some(reason.into()),
            blame,
            evidence: None,
            observations: 0,
            left_out: false,
        }
    }
}

/// Something that a run made and that is still at its target.
#[derive(Debug, Clone, PartialEq)]
pub struct Left {
    /// What it is.
    pub what: String,
    /// The request that takes it away, where one is known.
    pub ends: Option<Request>,
}

/// How long it took until what commands did came over the feed of the real-time state API, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lag {
    /// The count of effects that were waited for and came.
    pub count: usize,
    /// Half of them took no longer.
    pub p50_ms: u64,
    /// 99 of a hundred took no longer.
    pub p99_ms: u64,
    /// None took longer.
    pub max_ms: u64,
}

/// Something seen that is no gap.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Observation {
    /// Id of the requirement or endpoint that it was seen at.
    pub requirement: String,
    /// What was seen.
    pub what: String,
    /// Where it stood.
    #[serde(rename = "where")]
    pub place: String,
    /// The count of answers that it stood in.
    pub count: usize,
}

/// What was played of sequences of commands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SequenceFacts {
    /// The count of sequences.
    pub sequences: usize,
    /// The count of ordered pairs of commands that came one after another.
    pub pairs: usize,
    /// The count of pairs that there are.
    pub pairs_of: usize,
    /// The count of commands that were sent.
    pub commands: usize,
    /// The count of those that were accepted.
    pub accepted: usize,
    /// The count of commands of the longest sequence.
    pub longest: usize,
}

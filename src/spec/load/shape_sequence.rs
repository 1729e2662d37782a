//! The shape of sequences of commands, as they are typed.
//!
//! In: TOML. Out: these structs. Unknown keys are refused; what the values mean is decided elsewhere.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    located::{Located, OrderedRows},
    shape_steps::StepFile,
};

/// `specs/sequences/<name>.toml`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SequencesFile {
    /// Things that are there from the start, by kind, with their fields.
    #[serde(default)]
    pub(super) there: BTreeMap<String, BTreeMap<String, String>>,
    /// The commands with which every sequence begins, and the read that opens the feed.
    pub(super) before: Vec<Located<String>>,
    /// Commands by name.
    pub(super) command: OrderedRows<ActionFile>,
    /// Reads by name.
    pub(super) read: OrderedRows<ActionFile>,
    /// Races of two clients by name.
    #[serde(default)]
    pub(super) race: OrderedRows<RaceFile>,
}

/// A command, or a read.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ActionFile {
    /// The kind of the thing that it acts on.
    pub(super) on: Option<String>,
    /// The kind of the thing that it makes.
    pub(super) makes: Option<String>,
    /// Fields of the thing that it acts on; it is refused where one is otherwise.
    #[serde(default)]
    pub(super) needs: BTreeMap<String, String>,
    /// The same; where one is so, the guide leaves open what becomes of it.
    #[serde(default)]
    pub(super) open: BTreeMap<String, String>,
    /// What becomes of the fields of the thing that it acts on.
    #[serde(default)]
    pub(super) sets: BTreeMap<String, String>,
    /// Fields of the thing that it makes.
    #[serde(default)]
    pub(super) gives: BTreeMap<String, String>,
    /// The reads that follow it.
    #[serde(default)]
    pub(super) reads: Vec<Located<String>>,
    /// Fields of the thing that its answer shows, and where they stand.
    #[serde(default)]
    pub(super) shows: BTreeMap<String, String>,
    /// Values that others may give to fields.
    #[serde(default)]
    pub(super) others: BTreeMap<String, String>,
    /// It is a report, which may show things late.
    #[serde(default)]
    pub(super) report: bool,
    /// It is of the feed that is open meanwhile: without `on` it opens it, and with it the effect of what went before is waited for.
    #[serde(default)]
    pub(super) feed: bool,
    /// The field without which nothing of the thing is shown: where it is not known, nothing that this read shows is.
    pub(super) row: Option<Located<String>>,
    /// Of a report: fields that it shows, and those in which the feed shows the same.
    #[serde(default)]
    pub(super) fed: BTreeMap<String, Located<String>>,
    /// It is sent at the end for each thing with these fields.
    pub(super) at_end: Option<BTreeMap<String, String>>,
    /// The request.
    pub(super) step: Located<StepFile>,
}

/// Two clients that send at once.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RaceFile {
    /// Commands that go before.
    pub(super) before: Vec<Located<String>>,
    /// What the first client sends, at most three commands. Where neither sends anything, the seed draws what both do.
    #[serde(default)]
    pub(super) first: Vec<Located<String>>,
    /// What the second client sends meanwhile.
    #[serde(default)]
    pub(super) second: Vec<Located<String>>,
    /// The reads that follow.
    pub(super) reads: Vec<Located<String>>,
}

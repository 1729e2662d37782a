//! The shape of flows, fixtures and the guide, as they are typed.
//!
//! In: TOML. Out: these structs. Unknown keys are refused; what the values mean is decided elsewhere.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{located::Located, shape_steps::StepFile};

/// `specs/flows/<name>.toml`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FlowFile {
    pub(super) title: String,
    pub(super) says: String,
    /// When the run plays it.
    pub(super) when: Located<String>,
    /// What is said where a variable that it gives is not known.
    #[serde(default)]
    pub(super) hint: String,
    #[serde(default)]
    pub(super) step: Vec<Located<StepFile>>,
    pub(super) for_each: Option<ForEachFile>,
    #[serde(default)]
    pub(super) teardown: Vec<Located<StepFile>>,
}

/// What a flow does for each of the run's own things in a list.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ForEachFile {
    pub(super) variable: Located<String>,
    pub(super) query: String,
    /// The endpoint whose accepted requests made them; where there is none, a capture must own the id.
    pub(super) made_by: Option<String>,
    #[serde(default)]
    pub(super) parameters: BTreeMap<String, String>,
    /// Where the list has a name of it; one with a word of the run is the run's own.
    pub(super) named: Option<String>,
    /// What may have made one that has no such name.
    pub(super) perhaps: Option<PerhapsFile>,
    #[serde(default)]
    pub(super) step: Vec<Located<StepFile>>,
}

/// What may have made a thing that nothing shows to be the run's own.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PerhapsFile {
    /// The endpoint whose accepted requests may have begun it.
    pub(super) made_by: String,
    /// Where the list has when it began.
    pub(super) since: String,
}

/// A row of `specs/fixtures.toml`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FixtureFile {
    pub(super) says: String,
    pub(super) hint: Option<String>,
    /// The type that its value has, as those of elements are named; any text where it is left out.
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    /// The only values that it may have; any of its type where they are left out.
    #[serde(default)]
    pub(super) values: Vec<String>,
    #[serde(default)]
    pub(super) secret: bool,
    /// Whether it may be of use only once, so that a case with it is not played again.
    #[serde(default)]
    pub(super) once: bool,
    #[serde(default)]
    pub(super) always: bool,
}

/// `specs/guide.toml`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GuideFile {
    pub(super) title: String,
    pub(super) edition: String,
    pub(super) api_version: String,
    #[serde(default)]
    pub(super) product: String,
    #[serde(default)]
    pub(super) digest: Option<String>,
    #[serde(default)]
    pub(super) version: Vec<VersionFile>,
    #[serde(default)]
    pub(super) change: Vec<ChangeFile>,
    #[serde(default)]
    pub(super) section: Vec<SectionFile>,
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct VersionFile {
    pub(super) api: String,
    pub(super) product: Vec<String>,
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeFile {
    pub(super) api: Located<String>,
    #[serde(default)]
    pub(super) product: String,
    pub(super) page: u32,
    pub(super) says: String,
    #[serde(default)]
    pub(super) concerns: Vec<Located<String>>,
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SectionFile {
    pub(super) title: String,
    pub(super) page: u32,
}

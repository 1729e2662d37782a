//! The shape of written requirements and of steps, as they are typed.
//!
//! In: TOML. Out: these structs. Unknown keys are refused; what the values mean is decided elsewhere.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    located::Located,
    shape_talk::{ActFile, HandshakeFile},
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RequirementFile {
    /// The statement, where the guide states it.
    pub(super) must: Option<String>,
    /// The statement, where the guide implies or advises it.
    pub(super) should: Option<String>,
    /// The statement, where the guide contradicts itself or leaves it open.
    pub(super) ambiguous: Option<String>,
    /// The endpoint alone that has it, in a file of several.
    pub(super) only: Option<Located<String>>,
    pub(super) page: Option<Located<u32>>,
    pub(super) topic: Option<Located<String>>,
    pub(super) since: Option<Located<String>>,
    pub(super) class: Option<Located<String>>,
    pub(super) account: Option<Located<String>>,
    pub(super) fresh_session: Option<bool>,
    /// It is about a number that others of the same run change.
    #[serde(default)]
    pub(super) alone: bool,
    #[serde(default)]
    pub(super) rests_on: Vec<Located<String>>,
    #[serde(default)]
    pub(super) opt_in: bool,
    /// What is looked at instead of answers to steps of its own.
    pub(super) over: Option<Located<String>>,
    #[serde(default)]
    #[schemars(with = "Vec<serde_json::Value>")]
    pub(super) expect: Vec<toml::Value>,
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Vec<serde_json::Value>>")]
    pub(super) readings: BTreeMap<String, Vec<toml::Value>>,
    #[serde(default)]
    pub(super) steps: Vec<Located<StepFile>>,
    /// Puts back what the steps change.
    #[serde(default)]
    pub(super) teardown: Vec<Located<StepFile>>,
}

/// What is remembered of an answer: a query alone, or a table that says more of the value.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum CaptureFile {
    Query(String),
    Table(CaptureTable),
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CaptureTable {
    pub(super) query: String,
    /// `session` where the value is the id of a session that the case made.
    pub(super) owns: Option<String>,
    #[serde(default)]
    pub(super) secret: bool,
    /// A captured list: the query is asked for each of its items, which `${each}` in it stands for.
    pub(super) for_each: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StepFile {
    /// The named step that it is, but for the keys that stand beside this one.
    #[serde(rename = "use")]
    pub(super) named: Option<Located<String>>,
    /// What the answer is for; only the steps of a requirement have one.
    pub(super) role: Option<Located<String>>,
    pub(super) endpoint: Option<Located<String>>,
    #[serde(default)]
    pub(super) send: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) bare: bool,
    #[serde(default)]
    pub(super) without: Vec<Located<String>>,
    #[serde(default)]
    pub(super) draw: BTreeMap<String, String>,
    pub(super) raw: Option<Located<String>>,
    pub(super) method: Option<String>,
    pub(super) encoding: Option<Located<String>>,
    pub(super) body: Option<Located<String>>,
    pub(super) path: Option<String>,
    pub(super) authorization: Option<String>,
    pub(super) account: Option<Located<String>>,
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    /// How the handshake of a WebSocket departs from an ordinary one.
    pub(super) handshake: Option<HandshakeFile>,
    /// What is said and waited for once a WebSocket is open.
    pub(super) talk: Option<Located<Vec<ActFile>>>,
    pub(super) repeat: Option<Located<u32>>,
    pub(super) burst: Option<Located<u32>>,
    pub(super) stop: Option<Located<String>>,
    /// Seconds that are waited before it is sent.
    pub(super) wait_s: Option<Located<u32>>,
    /// A captured list: the step is sent for each of its items, which `${each}` stands for.
    pub(super) for_each: Option<Located<String>>,
    pub(super) class: Option<Located<String>>,
    #[serde(default)]
    pub(super) capture: BTreeMap<String, CaptureFile>,
    #[serde(default)]
    #[schemars(with = "Vec<serde_json::Value>")]
    pub(super) only_if: Vec<toml::Value>,
    pub(super) otherwise: Option<Located<String>>,
    #[serde(default)]
    #[schemars(with = "Vec<serde_json::Value>")]
    pub(super) expect: Vec<toml::Value>,
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Vec<serde_json::Value>>")]
    pub(super) readings: BTreeMap<String, Vec<toml::Value>>,
}

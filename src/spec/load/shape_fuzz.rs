//! The shape of attacks, as they are typed.
//!
//! In: TOML. Out: these structs. Unknown keys are refused; what the values mean is decided elsewhere.

use schemars::JsonSchema;
use serde::Deserialize;

use super::located::Located;

/// `specs/fuzz/<name>.toml`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FuzzFile {
    /// Where its attacks are amiss.
    pub(super) layer: Located<String>,
    /// Attacks.
    pub(super) row: Vec<AttackFile>,
}

/// An attack: a request that differs from a lawful one.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AttackFile {
    /// Its path below that of its layer.
    pub(super) id: Located<String>,
    /// What is asked of the target.
    pub(super) says: String,
    /// The section of the standard, or the page of the guide.
    pub(super) source: String,
    /// What the target must do.
    pub(super) demand: Located<String>,
    /// What it may touch; `read` unless it says otherwise.
    pub(super) class: Option<Located<String>>,
    /// The lawful request from which it differs; `read` unless it says otherwise.
    pub(super) from: Option<Located<String>>,
    /// Instead of the request line.
    pub(super) line: Option<String>,
    /// Names of headers that are left out.
    #[serde(default)]
    pub(super) without: Vec<String>,
    /// Lines before the first header.
    #[serde(default)]
    pub(super) before: Vec<String>,
    /// Lines behind the last header.
    #[serde(default)]
    pub(super) lines: Vec<String>,
    /// Instead of the body; a Content-Length counts it.
    pub(super) body: Option<String>,
    /// What comes behind the request.
    pub(super) then: Option<String>,
    /// Instead of the whole request.
    pub(super) bytes: Option<String>,
    /// Whether it ends too early by our own doing, so that silence answers it.
    #[serde(default)]
    pub(super) cut: bool,
    /// Further statuses that pass.
    #[serde(default)]
    pub(super) also: Vec<u16>,
    /// Names of the same test elsewhere.
    #[serde(default)]
    pub(super) like: Vec<String>,
}

/// `specs/fuzz/traces.toml`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TracesFile {
    /// Texts that no answer has, by what writes them.
    pub(super) traces: std::collections::BTreeMap<String, Vec<String>>,
}

/// `specs/fuzz/lawful.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LawfulFile {
    /// The endpoint whose smallest request is the lawful one.
    pub(super) read: Located<String>,
}

/// `specs/fuzz/peers.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PeersFile {
    /// Tests of other suites that no attack is like.
    pub(super) peer: Vec<PeerFile>,
}

/// A test of another suite.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PeerFile {
    /// The suite.
    pub(super) suite: String,
    /// Its name there.
    pub(super) id: Located<String>,
    /// Why there is no attack like it.
    pub(super) reason: String,
}

//! The first line of a journal: which run it is of.
//!
//! In: nothing. Out: a [`JournalHead`], by which one run is known from another.

use serde::{Deserialize, Serialize};

use crate::model::{case::Class, suite::Suite};

/// Version of the journal's shape.
pub const JOURNAL_VERSION: u32 = 5;

/// The first line of a journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JournalHead {
    /// Always `touchmark`.
    pub journal: String,
    /// Version of the lines' shape.
    pub schema_version: u32,
    /// SHA-256 of the spec data that the cases were made from.
    pub digest: String,
    /// Seed of the run.
    pub seed: u64,
    /// Word in all names that the run made; empty where the seed alone decided them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub run_word: String,
    /// The target.
    pub target: String,
    /// Id prefixes that were asked for; empty for all.
    pub only: Vec<String>,
    /// Suites that were asked for; empty for all.
    pub suites: Vec<Suite>,
    /// The number of the part of the requirements that was asked for, and the count of parts; all where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<(u32, u32)>,
    /// API version that the target named.
    pub api_version: Option<String>,
    /// What it was made with; none in journals of version 4 and before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made: Option<MadeWith>,
}

/// How the run of a journal was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MadeWith {
    /// Version of the program.
    pub program: String,
    /// Cases of each property.
    pub cases: u32,
    /// What might be touched.
    pub allow: Class,
    /// Pace, as it was asked for.
    pub rate: String,
    /// Deliberate defects and readings of the embedded emulator.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emulator: Vec<String>,
    /// What it was to keep to, as it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<String>,
}

//! A suite: which kind of test a requirement is.
//!
//! One variant a suite: options, messages and documents list them from here.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

/// Which kind of test a requirement is.
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
    JsonSchema,
    clap::ValueEnum,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Suite {
    /// Tokens, credentials and permissions.
    Access,
    /// The examples that the guide prints.
    Example,
    /// Values at and beyond a documented bound.
    Limit,
    /// Values drawn from the seed.
    Property,
    /// What every accepted answer must look like.
    Response,
    /// Several calls that must agree with each other.
    Stateful,
    /// Requests that no library sends, which `touchmark fuzz` alone makes.
    #[value(skip)]
    Fuzz,
}

impl Suite {
    /// The word used in options and reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

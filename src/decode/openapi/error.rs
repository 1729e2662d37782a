//! Why a text is no OpenAPI 3 document at all.
//!
//! In: nothing. Out: a kind for the program, with the place where there is one, and a sentence for people.

use std::fmt;

use super::bounds::{BYTES_MAX, DEPTH_MAX, NODES_MAX};
use crate::decode::json::JsonError;

/// Why a text is no OpenAPI 3 document at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenApiError {
    /// It has more bytes than are read.
    TooLong,
    /// It begins as JSON does and is none.
    NotJson(JsonError),
    /// It is no YAML.
    NotYaml {
        /// Line, from 1, where the parser names one.
        line: Option<u64>,
        /// What the parser says, in one short line.
        reason: String,
    },
    /// It has more nodes than are read, or is nested deeper.
    TooManyNodes,
    /// It is no object.
    NotAnObject,
    /// It does not name the version of the standard.
    NoVersion,
    /// It names another version of the standard than 3.
    OtherVersion(String),
    /// It has no paths.
    NoPaths,
}

impl fmt::Display for OpenApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(f, "it has more than the {BYTES_MAX} bytes that are read"),
            Self::NotJson(error) => write!(f, "it is no JSON: {error}"),
            Self::NotYaml { reason, .. } => write!(f, "it is no YAML: {reason}"),
            Self::TooManyNodes => {
                write!(f, "it has more than {NODES_MAX} nodes, or is nested deeper than {DEPTH_MAX}")
            }
            Self::NotAnObject => f.write_str("it is no object"),
            Self::NoVersion => f.write_str("it has no `openapi` that names the version of the standard"),
            Self::OtherVersion(version) => write!(f, "it names version {version} of the standard, not 3"),
            Self::NoPaths => f.write_str("it has no `paths`"),
        }
    }
}

impl std::error::Error for OpenApiError {}

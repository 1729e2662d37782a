//! Why a body is not read to its end.
//!
//! Plain data between `send` and `judge`. In a journal it is a sentence.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The most bytes of a body that are read from a target.
pub const BODY_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Why a body is not whole. In a journal it stands as the sentence that people read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Cut {
    /// It has more than [`BODY_BYTES_MAX`] bytes, so its end is missing by our doing.
    TooLong,
    /// The connection broke, and how.
    Broken(String),
    /// It came whole, in a coding that is not read, and in which.
    Unread(String),
}

/// How the sentence of a coding that is not read begins.
const UNREAD: &str = "it cannot be read: ";

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(f, "it has more than the {BODY_BYTES_MAX} bytes that are read"),
            Self::Broken(says) => f.write_str(says),
            Self::Unread(says) => write!(f, "{UNREAD}{says}"),
        }
    }
}

impl From<Cut> for String {
    fn from(cut: Cut) -> Self {
        cut.to_string()
    }
}

impl From<String> for Cut {
    fn from(says: String) -> Self {
        match says.strip_prefix(UNREAD) {
            Some(why) => Self::Unread(why.to_owned()),
            None if says == Self::TooLong.to_string() => Self::TooLong,
            None => Self::Broken(says),
        }
    }
}

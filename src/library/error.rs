//! Why something could not be done: the one error of the library.

use std::fmt;

use crate::run::Abort;

/// Why something could not be done. What a target answers is never an error, however wrong it is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LibraryError {
    /// What was asked for cannot be done: an address that is none, an id of nothing, a file that is no certificate. What is wrong, and
    /// what to do.
    Asked(String),
    /// The target cannot be reached, and why.
    Unreachable(String),
    /// The target does not take the credentials (p. 6), and what it answered.
    Credentials(String),
    /// The account may not use the command API (p. 50), and what the target answered.
    Permission(String),
    /// A fault of Touchmark.
    Fault(String),
}

impl fmt::Display for LibraryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Asked(why) => f.write_str(why),
            Self::Unreachable(why) => write!(f, "the target cannot be reached: {why}"),
            Self::Credentials(why) => write!(f, "the target does not take the credentials: {why}"),
            Self::Permission(why) => write!(f, "the account may not use the command API: {why}"),
            Self::Fault(why) => write!(f, "a fault of Touchmark: {why}"),
        }
    }
}

impl std::error::Error for LibraryError {}

impl From<Abort> for LibraryError {
    fn from(abort: Abort) -> Self {
        match abort {
            Abort::Unreachable(why) => Self::Unreachable(why),
            Abort::Credentials(why) => Self::Credentials(why),
            Abort::Permission(why) => Self::Permission(why),
            Abort::Unknown(prefix) => Self::Asked(format!(
                "`{prefix}`: no requirement's id starts with that, neither in the guide nor by the target's own document"
            )),
            Abort::Document(prefix, instead) => Self::Asked(format!(
                "`{prefix}` follows from the target's own document, which could not be read: {instead}"
            )),
        }
    }
}

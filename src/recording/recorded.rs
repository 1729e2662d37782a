//! An exchange that somebody recorded, and what of it is known.

use crate::model::exchange::Exchange;

/// An exchange that somebody recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// What was asked and what came.
    pub exchange: Exchange,
    /// What of it is known.
    pub knows: Knowledge,
}

/// What is known of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Knowledge {
    /// Which request it was.
    pub request: bool,
    /// The headers of the answer.
    pub head: bool,
    /// The bytes of the body as they came.
    pub bytes: bool,
}

//! Why something that was asked for is not done: one type for commands, reports, scripts and sessions.

/// Why an action is not done.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// With a message.
    Error(String),
    /// A defect: it is answered as if it had been done.
    Hollow,
}

impl Refusal {
    pub(crate) fn error(message: impl Into<String>) -> Refusal {
        Refusal::Error(message.into())
    }
}

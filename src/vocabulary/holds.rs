//! What comes of holding an expectation against an answer.

/// Whether an expectation holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holds {
    /// It does.
    Yes,
    /// It does not: what was expected, and what came.
    No(String, String),
    /// It cannot be decided, and why.
    Undecided(String),
    /// It cannot be decided, since the guide lets the target write a value so that it does not say enough.
    LeftOpen(String),
}

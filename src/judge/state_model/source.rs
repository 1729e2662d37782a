//! Where something of the state model stood.
//!
//! In: nothing. Out: the types. Nothing here reads or judges.

use std::fmt;

/// The recorded answer that something stood in: an archive, or what a feed sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::judge) struct Source {
    /// The number of the record.
    pub(in crate::judge) record: usize,
    /// The number of the exchange in it.
    pub(in crate::judge) exchange: usize,
}

/// A line of a source, or the message with that number.
#[derive(Debug, Clone, Copy)]
pub(in crate::judge) struct SourceLine {
    pub(in crate::judge) source: Source,
    /// From 1.
    pub(in crate::judge) line: u64,
}

impl fmt::Display for SourceLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)
    }
}

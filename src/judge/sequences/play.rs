//! What one play of a sequence or race shows.
//!
//! Types only. Whether it counts depends on the other plays of the same.

use std::collections::BTreeMap;

use crate::spec::SequenceWord;

/// What disagrees with what commands did before.
#[derive(Debug, Clone)]
pub struct SequenceFault {
    /// How.
    pub word: SequenceWord,
    /// What was expected.
    pub expected: String,
    /// What came.
    pub got: String,
    /// Number of the exchange.
    pub exchange: usize,
}

/// What one play shows.
#[derive(Default)]
pub(super) struct Play {
    /// Number of its record.
    pub(super) record: usize,
    pub(super) fault: Option<SequenceFault>,
    /// Whether it was judged up to its end.
    pub(super) whole: bool,
    /// For how long it was made shorter, where that came to no end.
    pub(super) longer_ms: Option<u64>,
    /// Whether an answer was lost.
    pub(super) lost: bool,
    /// The count of answers that agree, by what they could have shown.
    pub(super) good: BTreeMap<SequenceWord, usize>,
}

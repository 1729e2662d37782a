//! What replaying the archives of a run shows, kept for all who ask.
//!
//! In: nothing. Out: the type. What replays is beside it.

use super::moves::Seen;
use crate::model::verdict::Finding;

/// What replaying shows.
pub(super) struct Replayed {
    /// Whether events lead from each state to the next.
    pub(super) states: Finding,
    /// When sessions came into their queues.
    pub(super) entries: Seen,
    /// Which queue of a team they were in last.
    pub(super) teams: Seen,
}

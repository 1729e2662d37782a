//! Whether no more is to be judged, and what is said of what was not.
//!
//! In: nothing. Out: the type of what asks it, and a finding. Nothing here listens to anybody.

use crate::model::verdict::{Blame, Finding};

/// Asks whether no more is to be judged.
pub type Stop<'s> = dyn Fn() -> bool + Sync + 's;

/// What is said of what was not judged any more.
pub(super) fn stopped() -> Finding {
    Finding::inconclusive("the run was stopped before it was judged", Blame::Configuration)
}

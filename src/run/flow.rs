//! Plays a flow: every step of it, whatever came of those before.
//!
//! In: a drawn flow. Out: what its answers gave. A flow is no test: it finds things out, makes them or takes them away.

use crate::{
    model::{case::Case, variables::Variables},
    spec::Step,
};

use super::{
    shared::Shared,
    step::{Played, Playing},
    world::Known,
};

/// Plays a flow. A step of which a variable is not known is left out; the next may well be possible.
pub(super) async fn play(shared: &Shared<'_>, case: &Case, steps: &[Step], known: Known, made: &Variables) -> Played {
    let mut playing = Playing::new(shared, case, known, made);
    let mut missing = None;
    for (number, step) in steps.iter().enumerate() {
        if let Err(name) = playing.step(number, step).await {
            missing = missing.or(Some(name));
        }
    }
    playing.played(missing, false)
}

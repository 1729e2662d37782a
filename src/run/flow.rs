//! Plays a flow: every step of it, whatever came of those before.
//!
//! In: a drawn flow. Out: what its answers gave. A flow is no test: it finds things out, makes them or takes them away.

use crate::{
    model::{
        case::{Case, Class},
        variables::Variables,
    },
    send::Allowance,
    spec::Step,
};

use super::{
    shared::Shared,
    step::{Played, Playing},
    world::Known,
};

/// Plays a flow. A step of which a variable is not known is left out; the next may well be possible. Where the run is stopped, or nobody is
/// heard any more, no more of it is sent.
pub(super) async fn play(shared: &Shared<'_>, case: &Case, steps: &[Step], known: Known, made: &Variables) -> Played {
    let goes_on = |_: &Step, _: &Playing<'_>| !shared.is_stopped() && !shared.is_silent();
    play_while(Playing::new(shared, case, known, made), steps, goes_on).await
}

/// Plays a flow for what its steps capture: one that would capture nothing but what is known by then is left out. Where the run is stopped
/// once something may have been made, what it made is still learnt, so that it can be taken away.
pub(super) async fn play_as_needed(
    shared: &Shared<'_>,
    case: &Case,
    steps: &[Step],
    known: Known,
    made: &Variables,
) -> Played {
    let needed = |step: &Step, playing: &Playing<'_>| {
        let open = &playing.known.open;
        let goes_on = !shared.is_stopped() || playing.changed && step.class == Class::Read;
        let learns = step.capture.iter().any(|capture| !open.contains_key(&capture.name));
        goes_on && !shared.is_silent() && (step.capture.is_empty() || learns)
    };
    play_while(Playing::new(shared, case, known, made), steps, needed).await
}

/// Plays a flow that puts something back, also where the run is stopped.
pub(super) async fn put_back(
    shared: &Shared<'_>,
    case: &Case,
    steps: &[Step],
    known: Known,
    made: &Variables,
) -> Played {
    let mut playing = Playing::new(shared, case, known, made);
    playing.by = Allowance::PuttingBack;
    play_while(playing, steps, |_, _| true).await
}

async fn play_while(mut playing: Playing<'_>, steps: &[Step], sends: impl Fn(&Step, &Playing<'_>) -> bool) -> Played {
    let shared = playing.shared;
    let mut missing = None;
    for (number, step) in steps.iter().enumerate() {
        if !sends(step, &playing) {
            continue;
        }
        // What is sent after the end of a run puts something back, or learns what there is to put back.
        if shared.is_stopped() {
            playing.by = Allowance::PuttingBack;
        }
        if let Err(name) = playing.step(number, step).await {
            missing = missing.or(Some(name));
        }
    }
    playing.played(missing, shared.is_stopped() || shared.is_silent())
}

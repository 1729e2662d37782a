//! Plays a case of a requirement: sends its steps in order, as far as they make sense, and puts back what they changed.
//!
//! In: a drawn case and the session that it acts on. Out: its record and its answers, read once. Nothing is judged here.

use crate::{
    generate::Drawn,
    judge,
    model::{
        case::{Class, Role},
        variables::Variables,
    },
    spec::{Requirement, Step},
};

use super::{
    configuration, session,
    shared::Shared,
    step::{Played, Playing},
};

/// Plays a case once, and takes away what it made. What it changed is put back by the teardown, whatever became of the steps: also where
/// one was refused or not answered, where nothing was learnt of an answer, and where the run is stopped.
pub(super) async fn play(
    shared: &Shared<'_>,
    requirement: &Requirement,
    steps: &[Step],
    drawn: &Drawn,
    session: &Variables,
) -> Played {
    let mut made = drawn.made.clone();
    made.extend(session.clone());
    let known = shared.world.borrow().with(&made);
    let mut playing = Playing::new(shared, &drawn.case, known, &made);
    let (missing, stopped) = play_steps(&mut playing, steps).await;
    if playing.changed {
        for (number, step) in (steps.len()..).zip(&requirement.teardown) {
            // What is not known was not learnt, or not made; the other steps are sent all the same.
            let _unknown = play_step(&mut playing, number, step).await;
        }
    }
    let played = playing.played(missing, stopped);
    configuration::tidy(shared, &played.record).await;
    played
}

/// Sends the steps, as far as they make sense. Gives the first variable that was not known, and whether the run was stopped.
async fn play_steps(playing: &mut Playing<'_>, steps: &[Step]) -> (Option<String>, bool) {
    let mut missing = None;
    let mut touched = false;
    for (number, step) in steps.iter().enumerate() {
        if playing.shared.is_stopped() {
            return (missing, true);
        }
        match play_step(playing, number, step).await {
            Ok(()) => {}
            Err(Unknown::Fresh(name)) => {
                missing = missing.or(Some(name));
                continue;
            }
            Err(Unknown::Variable(name)) => {
                missing = missing.or(Some(name));
                break;
            }
        }
        // Later steps rest on what was learnt; neither is more sent where the case cannot be judged any more and nothing has been
        // changed yet.
        let known = &playing.known;
        let learnt = |name: &String| known.open.contains_key(name) || known.secret.contains_key(name);
        if let Some(name) = step.capture.iter().map(|capture| &capture.name).find(|name| !learnt(name)) {
            missing = missing.or(Some(name.clone()));
            break;
        }
        touched |= step.class > Class::Read && step.role != Role::Control;
        if touched {
            continue;
        }
        let answers: Vec<_> = playing.heard.iter().filter(|heard| heard.exchange.step == number).collect();
        if !judge::goes_on(playing.shared.spec, step, &answers, &playing.record.variables) {
            break;
        }
    }
    (missing, false)
}

/// Why a step was not sent.
enum Unknown {
    /// Nothing new could be made for it.
    Fresh(String),
    /// A variable has no value.
    Variable(String),
}

/// Makes what a step wants new for itself, and sends it.
async fn play_step(playing: &mut Playing<'_>, number: usize, step: &Step) -> Result<(), Unknown> {
    let (shared, case) = (playing.shared, playing.case);
    let tag = case.purpose.to_string();
    session::refresh(shared, &tag, &case.steps[number], &mut playing.known).await.map_err(Unknown::Fresh)?;
    playing.step(number, step).await.map_err(Unknown::Variable)
}

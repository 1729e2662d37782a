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
    send::Allowance,
    spec::{Requirement, Step, UNIQUE},
};

use super::{
    earlier::Earlier,
    session,
    shared::Shared,
    sharing::OfCase,
    step::{Played, Playing},
    taken_away,
};

/// Plays a case once, and takes away what it made. What it changed is put back by the teardown, whatever became of the steps: also where
/// one was refused or not answered, where nothing was learnt of an answer, and where the run is stopped. It takes answers of `earlier` cases
/// where they serve it.
pub(super) async fn play(
    shared: &Shared<'_>,
    requirement: &Requirement,
    steps: &[Step],
    drawn: &Drawn,
    session: &Variables,
    earlier: Option<&Earlier>,
) -> Played {
    if let Some(earlier) = earlier
        && taken_away::before_case(shared, &drawn.case, &earlier.made).await
    {
        earlier.changed(None);
    }
    let mut made = drawn.made.clone();
    made.extend(session.clone());
    let known = shared.world.borrow().with(&made);
    let mut playing = Playing::new(shared, &drawn.case, known, &made);
    playing.shares = earlier.and_then(|earlier| OfCase::of(earlier, requirement, &drawn.case));
    if let (Some(earlier), Some(_)) = (earlier, &playing.shares) {
        playing.now_s = earlier.present(playing.now_s, steps);
    }
    let (missing, stopped) = play_steps(&mut playing, steps).await;
    if playing.changed {
        put_back(&mut playing, requirement, steps.len()).await;
    }
    if let Some(word) = drawn.made.get(UNIQUE) {
        shared.sender.hang_up(word).await;
    }
    let played = playing.played(missing, stopped);
    taken_away::after_case(shared, &played.record, steps, earlier.map(|earlier| &earlier.made)).await;
    played
}

/// Plays the teardown. What touches the appliance itself may keep it busy: while a data sync is under way it refuses everything (p. 40). So
/// there the teardown is played again until what it asks is answered, for some time, and once more after that.
async fn put_back(playing: &mut Playing<'_>, requirement: &Requirement, first: usize) {
    let sender = playing.shared.sender;
    playing.by = Allowance::PuttingBack;
    let began_ms = sender.now_ms();
    let mut wait_ms = FIRST_WAIT_MS;
    let mut answered = 0;
    loop {
        for (number, step) in (first..).zip(&requirement.teardown) {
            // What is not known was not learnt, or not made; the other steps are sent all the same.
            let _unknown = play_step(playing, number, step).await;
        }
        let most_ms = if playing.shared.is_called_off() { STOPPED_MAX_MS } else { PUT_BACK_MAX_MS };
        let gives_up = sender.now_ms() - began_ms + i64::try_from(wait_ms).unwrap_or(0) > most_ms;
        let [put_back, busy] = [TornDown::PutBack, TornDown::Busy].map(|how| how.holds(playing, requirement, first));
        answered = if busy { 0 } else { answered + 1 };
        if requirement.class < Class::Disrupt || gives_up || put_back || answered > 1 {
            return;
        }
        sender.wait(wait_ms).await;
        wait_ms = (2 * wait_ms).min(LONGEST_WAIT_MS);
    }
}

/// For how long what touches the appliance is put back, in milliseconds; where the run is stopped; and the first and longest wait before
/// it is tried again.
const PUT_BACK_MAX_MS: i64 = 300_000;
const STOPPED_MAX_MS: i64 = 60_000;
const FIRST_WAIT_MS: u64 = 500;
const LONGEST_WAIT_MS: u64 = 15_000;

/// How far the last answers of a teardown show that its work is done.
#[derive(Clone, Copy)]
enum TornDown {
    /// Each of them is what it must be.
    PutBack,
    /// One that only asks is not even accepted.
    Busy,
}

impl TornDown {
    fn holds(self, playing: &Playing<'_>, requirement: &Requirement, first: usize) -> bool {
        let mut last = (first..)
            .zip(&requirement.teardown)
            .filter_map(|(number, step)| Some((step, playing.heard.iter().rfind(|one| one.exchange.step == number)?)));
        let (spec, variables) = (playing.shared.spec, &playing.record.variables);
        match self {
            Self::PutBack => last.all(|(step, heard)| judge::goes_on(spec, step, &[heard], variables)),
            Self::Busy => last.any(|(step, heard)| step.class == Class::Read && !heard.accepted()),
        }
    }
}

/// Sends the steps, as far as they make sense. Gives the first variable that was not known, and whether the run was stopped.
async fn play_steps(playing: &mut Playing<'_>, steps: &[Step]) -> (Option<String>, bool) {
    let mut missing = None;
    let mut touched = false;
    for (number, step) in steps.iter().enumerate() {
        wait(playing.shared, step.wait_s).await;
        if playing.shared.is_stopped() {
            learn_what_is_owned(playing, number, steps).await;
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
    // What came of the last of them is not known where nobody waited for it.
    let stopped = playing.record.exchanges.iter().any(|exchange| exchange.outcome.was_stopped());
    (missing, stopped)
}

/// Sends those of the steps that are left by which the case would learn what it made, so that it can be taken away: they only read.
async fn learn_what_is_owned(playing: &mut Playing<'_>, first: usize, steps: &[Step]) {
    for (number, step) in steps.iter().enumerate().skip(first) {
        let learns = step.class == Class::Read && step.capture.iter().any(|capture| capture.owns.is_some());
        if playing.changed && learns {
            playing.by = Allowance::PuttingBack;
            // What is not known was not made.
            let _unknown = play_step(playing, number, step).await;
        }
    }
}

/// Lets seconds pass one by one, as long as nobody stops the run.
async fn wait(shared: &Shared<'_>, seconds: u32) {
    for _ in 0..seconds {
        if shared.is_stopped() {
            break;
        }
        shared.sender.wait(1_000).await;
    }
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

//! Plays one attempt of a case of a requirement, says why it shows nothing where it does not, and has it made smaller where it fails.
//!
//! In: a drawn case and the session that it acts on. Out: its record in the journal, and what is to be done next: a case that fails, or
//! whose answers are lost, is played again, since the network is not the target.

use crate::{
    generate::{self, Drawn},
    judge,
    model::{
        case::{ATTEMPTS, LOSSES, Role},
        exchange::{NoAnswerKind, Outcome},
        suite::Suite,
        variables::Variables,
        verdict::{Blame, Finding, Verdict},
    },
    spec::{Capture, Requirement, Spec, Step},
    vocabulary::Heard,
};

use super::{deaths, earlier::Earlier, play::play, shared::Shared, shrink::shrink, step::Played};

/// What is to be done after an attempt.
pub(super) enum Next {
    /// The next case. A finding is there only where nothing could be learnt.
    Case(Option<Finding>),
    /// The same case once more: it failed, or answers were lost.
    Attempt,
    /// Nothing: the case fails, and no other can change that.
    Nothing,
    /// The target is dead: it is found out of what.
    Dead,
}

/// How the attempts of a case went so far.
#[derive(Default)]
pub(super) struct Tally {
    failed: u32,
    empty: u32,
    lost: u32,
    /// The step whose answer was lost last and its turn, and the number of attempts in a row in which it was.
    same: ((usize, usize), u32),
}

impl Tally {
    /// Counts an attempt that shows nothing. Says whether another one makes sense.
    fn count_empty(&mut self) -> bool {
        self.empty += 1;
        self.empty <= ATTEMPTS
    }

    /// Counts an attempt in which the answer to a step, in one of its turns, was lost. Says whether another one makes sense: losses that
    /// come and go are the network, and one that comes at the same place each time may be the target.
    fn count_lost(&mut self, step: (usize, usize), hangs: bool) -> bool {
        self.lost += 1;
        self.same = if self.same.0 == step { (step, self.same.1 + 1) } else { (step, 1) };
        self.same.1 < if hangs { ATTEMPTS } else { LOSSES } && self.lost < LOST_MAX
    }
}

/// A wait after which the present is another second.
const A_SECOND_MS: u64 = 1_100;

/// The most attempts of a case whose answers are lost.
const LOST_MAX: u32 = 8;

/// Plays one attempt of a case.
pub(super) async fn run(
    shared: &Shared<'_>,
    requirement: &Requirement,
    steps: &[Step],
    drawn: &mut Drawn,
    session: &Variables,
    earlier: &Earlier,
    tally: &mut Tally,
) -> Next {
    let mut played = play(shared, requirement, steps, drawn, session, Some(earlier)).await;
    if played.stopped {
        shared.keep_half(played.record);
        return Next::Case(shared.halted());
    }
    if deaths::is_dead(shared, requirement, &played.record).await {
        shared.keep_half(played.record);
        return Next::Dead;
    }
    // A target that hangs costs a time-out each time.
    let hangs =
        |outcome: &Outcome| matches!(outcome, Outcome::Nothing(nothing) if nothing.kind == NoAnswerKind::Timeout);
    let lost = played.record.lost().map(|(turn, exchange)| {
        let hangs = hangs(&exchange.outcome);
        ((exchange.step, turn), hangs, !hangs || shared.sender.is_patient_with(&exchange.endpoint))
    });
    let unlearnt = unlearnt(shared, requirement, steps, &played);
    let finding = match &unlearnt {
        Some(finding) => finding.clone(),
        None => judge::judge_case(shared.spec, requirement, &played.record, std::mem::take(&mut played.heard)),
    };
    let held = finding.verdict == Verdict::Pass;
    if let Some((step, hangs, again)) = lost.filter(|_| !held) {
        let another = tally.count_lost(step, hangs);
        // Nobody may be there for a while. What is lost before anybody is there again shows nothing.
        let times = 1 + drawn.case.attempt % 3;
        played.record.heard_again_ms = if again { shared.sender.heard_again(times).await } else { None };
        let there = played.record.heard_again_ms.is_some();
        shared.keep(played.record);
        return match another && there {
            true => Next::Attempt,
            false => Next::Case(unlearnt),
        };
    }
    if finding.verdict != Verdict::Fail {
        shared.keep(played.record);
        // What no library sends is tried three times once it failed, whatever becomes of it then.
        if tally.failed > 0
            && requirement.suite == Suite::Fuzz
            && drawn.case.attempt + 1 < ATTEMPTS
            && shared.confirms()
        {
            return Next::Attempt;
        }
        // What failed before and shows nothing now may need a time of its own.
        if tally.failed > 0 && finding.verdict == Verdict::Inconclusive && tally.count_empty() {
            shared.sender.wait_for_the_target(A_SECOND_MS).await;
            return Next::Attempt;
        }
        return Next::Case(unlearnt);
    }
    tally.failed += 1;
    if tally.failed < ATTEMPTS && !uses_up(shared.spec, steps) && shared.confirms() {
        shared.keep(played.record);
        return Next::Attempt;
    }
    if tally.failed == ATTEMPTS {
        shared.confirmed.set(shared.confirmed.get() + 1);
    }
    // Where nothing is confirmed any more, nobody reads the smallest case either.
    let record = match drawn.has_choices() && shared.confirms() {
        true => shrink(shared, requirement, steps, drawn, session, played.record, &finding).await,
        false => played.record,
    };
    shared.keep(record);
    Next::Nothing
}

/// Whether a case takes something that may be of use only once.
fn uses_up(spec: &Spec, steps: &[Step]) -> bool {
    let mut names = steps.iter().flat_map(generate::variables_of);
    names.any(|name| spec.fixtures.get(&name).is_some_and(|fixture| fixture.once))
}

/// Why a case shows nothing whose steps broke off for want of a variable; none where its answers say it.
fn unlearnt(shared: &Shared<'_>, requirement: &Requirement, steps: &[Step], played: &Played) -> Option<Finding> {
    let name = played.missing.as_ref()?;
    // Where a step says what must be there for it, that is what tells why nothing was learnt.
    let says = |step: &Step| !step.only_if.is_empty() && step.capture.iter().any(|capture| capture.name == *name);
    if steps.iter().any(says) {
        return None;
    }
    let refused = |heard: &Heard<'_>| heard.exchange.role != Role::Teardown && !heard.accepted();
    // A preparation that failed says more than the variable that it did not give.
    if played.heard.iter().any(refused) {
        return None;
    }
    let gives = |step: &'_ Step| step.capture.iter().find(|capture| capture.name == *name).cloned();
    Some(match steps.iter().find_map(|step| Some((&step.endpoint, gives(step)?))) {
        Some((endpoint, Capture { query, .. })) => {
            let reason = format!("`{query}` selects nothing in the answer of {endpoint}, and the rest depends on it");
            Finding::inconclusive(reason, Blame::Target)
        }
        None => shared.world.borrow().without(shared.spec, requirement, name),
    })
}

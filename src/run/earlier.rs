//! Answers that cases of a group share: where two of them are to send the same request, and nothing changed in between, the second takes the
//! answer that the first one got. On a real appliance requests are what a run costs.
//!
//! In: the steps of a case before they go out, and the answers that came. Out: an answer of an earlier case in the place of a new one. The
//! positive control of several refusals is sent before the first of them and once more after the last. What only reads is shared until a
//! request that changes something goes out. Only the first attempt of a case shares: a fail is confirmed by requests of its own.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
};

use crate::{
    model::{
        case::{Case, CaseStep, Class, Role, Times},
        credential::AccountRole,
        draft::Draft,
        exchange::Exchange,
        id::RequirementId,
        suite::Suite,
    },
    spec::{Requirement, Step, UNIQUE, UNIQUE_LETTERS, variables_of_expectations},
    vocabulary::Heard,
};

use super::world::Known;

/// The longest answer that is shared, and what all of them may come to, in bytes.
const ONE_BYTES_MAX: usize = 256 << 10;
const ALL_BYTES_MAX: usize = 8 << 20;

/// For how long the present of a group stays, in seconds.
const PRESENT_S: i64 = 30;

/// What is expected within that many seconds of the present is expected of the present itself, and not of the window that was asked for.
const NEAR_S: i64 = 86_400;

/// The answers of a group that are shared.
#[derive(Default)]
pub(super) struct Earlier {
    kept: RefCell<BTreeMap<String, Kept>>,
    bytes: Cell<usize>,
    numbers: Cell<u32>,
    /// The present of the cases that share, in seconds since the UNIX epoch.
    present_s: Cell<i64>,
}

/// What came back: the answer as it came, read once, and the exchange without secrets.
#[derive(Clone)]
pub(super) struct Answered {
    pub(super) raw: Heard<'static>,
    pub(super) exchange: Exchange,
}

/// An answer that can be shared.
struct Kept {
    number: u32,
    answered: Answered,
    /// Where it is that of a control: what sends it once more.
    control: Option<(CaseStep, Step, Known)>,
    /// Those for which it was a control.
    users: BTreeSet<RequirementId>,
}

/// What is shared in the place of a request.
pub(super) struct Shareable {
    key: String,
    is_control: bool,
}

/// A control that others rested on, to be asked once more.
pub(super) struct Again {
    pub(super) number: u32,
    pub(super) case_step: CaseStep,
    pub(super) step: Step,
    pub(super) known: Known,
    pub(super) users: BTreeSet<RequirementId>,
}

/// What of one case may be shared.
pub(super) struct OfCase<'a> {
    earlier: &'a Earlier,
    requirement: &'a RequirementId,
    /// Whether all that changes something in the case are a control and what is judged.
    only_controls: bool,
    /// What the case sent or shared: the same twice is meant.
    keys: BTreeSet<String>,
    /// Whether anything went out before that a control is to come after.
    after: bool,
}

impl Earlier {
    /// For a case; none where its answers are all to be of its own.
    pub(super) fn of<'a>(&'a self, requirement: &'a Requirement, case: &Case) -> Option<OfCase<'a>> {
        let waits = case.steps.iter().any(|step| step.wait_s > 0);
        if requirement.suite == Suite::Fuzz || case.attempt > 0 || waits {
            return None;
        }
        let bare = |step: &CaseStep| step.capture.is_empty() && step.times == Times::Once;
        let only_controls = requirement.teardown.is_empty()
            && case.steps.iter().all(|step| matches!(step.role, Role::Control | Role::Probe) && bare(step));
        let requirement = &requirement.id;
        Some(OfCase { earlier: self, requirement, only_controls, keys: BTreeSet::new(), after: false })
    }

    /// The present for a case: windows of reports that are asked for up to it are the same for cases that follow each other. One that
    /// expects something of the present has its own.
    pub(super) fn present(&self, now_s: i64, steps: &[Step]) -> i64 {
        let expects = steps.iter().flat_map(|step| step.expect.iter().chain(&step.only_if));
        let near = |name: &String| {
            let off = name.strip_prefix("now").map(|off| off.parse::<i64>().unwrap_or(0));
            off.is_some_and(|off| off.abs() < NEAR_S)
        };
        if variables_of_expectations(expects).iter().any(near) {
            return now_s;
        }
        if !(0..PRESENT_S).contains(&(now_s - self.present_s.get())) {
            self.present_s.set(now_s);
        }
        self.present_s.get()
    }

    /// Something went out that may have changed what was answered before.
    pub(super) fn changed(&self) {
        let mut kept = self.kept.borrow_mut();
        kept.retain(|_, one| one.control.is_some());
        self.bytes.set(kept.values().map(|one| weight(&one.answered.exchange)).sum());
    }

    /// The controls that others rested on.
    pub(super) fn again(&self) -> Vec<Again> {
        let kept = self.kept.take().into_values().filter(|one| !one.users.is_empty());
        let again = |Kept { number, control, users, .. }: Kept| {
            control.map(|(case_step, step, known)| Again { number, case_step, step, known, users })
        };
        let mut all: Vec<Again> = kept.filter_map(again).collect();
        all.sort_by_key(|one| one.number);
        all
    }
}

fn weight(exchange: &Exchange) -> usize {
    exchange.answer().map_or(0, |answer| answer.raw().len())
}

impl OfCase<'_> {
    /// What the request of a step shares with others; none where it has to go out. `draft` is what would be sent.
    pub(super) fn shareable(
        &mut self,
        case_step: &CaseStep,
        step: &Step,
        draft: &Draft,
        known: &Known,
    ) -> Option<Shareable> {
        let Draft::Http(http) = draft;
        let one =
            case_step.times == Times::Once && step.for_each.is_none() && http.talk.is_none() && http.written.is_none();
        let own = matches!(http.account, AccountRole::Spare | AccountRole::Spent);
        let secret = step.capture.iter().any(|capture| capture.secret || capture.owns.is_some());
        let is_control = case_step.role == Role::Control;
        let reads = case_step.class == Class::Read && case_step.role != Role::Teardown;
        let shares = match is_control {
            true => (reads && step.capture.is_empty() || self.only_controls) && !self.after,
            false => reads,
        };
        self.after |= !one || !reads;
        if !one || own || secret || !shares {
            return None;
        }
        let mut key = serde_json::to_string(&(&case_step.endpoint, is_control, draft)).ok()?;
        if is_control {
            // What is made has a name of its own each time.
            for name in [UNIQUE, UNIQUE_LETTERS] {
                if let Some(value) = known.open.get(name).filter(|value| !value.is_empty()) {
                    key = key.replace(value.as_str(), name);
                }
            }
        }
        self.keys.insert(key.clone()).then_some(Shareable { key, is_control })
    }

    /// The answer of an earlier case.
    pub(super) fn answer(&self, of: &Shareable, step: usize, role: Role) -> Option<Answered> {
        let kept = self.earlier.kept.borrow();
        let known = kept.get(&of.key)?;
        let mut answered = known.answered.clone();
        for one in [&mut answered.exchange, answered.raw.exchange.to_mut()] {
            (one.step, one.role, one.shared) = (step, role, Some(known.number));
        }
        Some(answered)
    }

    /// The case rests on that answer.
    pub(super) fn rests_on(&self, of: &Shareable) {
        if let Some(known) = self.earlier.kept.borrow_mut().get_mut(&of.key).filter(|_| of.is_control) {
            known.users.insert(self.requirement.clone());
        }
    }

    /// An answer came that others may share. A control is one that was accepted; the first stays, as others may rest on it.
    pub(super) fn keep(
        &self,
        of: Shareable,
        (case_step, step): (&CaseStep, &Step),
        known: &Known,
        answered: &Answered,
    ) {
        let Answered { raw, exchange } = answered;
        let Earlier { kept, bytes, numbers, .. } = self.earlier;
        let fits = weight(exchange) <= ONE_BYTES_MAX && bytes.get() + weight(exchange) <= ALL_BYTES_MAX;
        let came = exchange.answer().is_some_and(|answer| answer.status < 500 && answer.status != 429);
        if !fits || !came || exchange.outcome.is_lost() || of.is_control && !raw.accepted() {
            return;
        }
        let mut kept = kept.borrow_mut();
        if of.is_control && kept.contains_key(&of.key) {
            return;
        }
        bytes.set(bytes.get() + weight(exchange));
        numbers.set(numbers.get() + 1);
        let one = Kept {
            number: numbers.get(),
            answered: answered.clone(),
            control: of.is_control.then(|| (case_step.clone(), step.clone(), known.clone())),
            users: BTreeSet::new(),
        };
        if let Some(before) = kept.insert(of.key, one) {
            bytes.set(bytes.get() - weight(&before.answered.exchange));
        }
    }

    /// Something that changes the target is about to go out.
    pub(super) fn changes(&self) {
        self.earlier.changed();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        judge,
        model::exchange::{Answer, Request},
        spec::{self, Demand},
        vocabulary::AnswerClass,
    };

    /// Plays the first step of a requirement for the first time, lets something happen, and asks for its answer again.
    fn shares(id: &str, status: u16, happens: impl Fn(&Earlier), attempt: u32) -> bool {
        let spec = spec::embedded().expect("sound data");
        let requirement = &spec.requirements[id];
        let Demand::Steps(steps) = &requirement.demand else { panic!("{id} has no steps") };
        let mut drawn = crate::generate::cases(&spec, requirement, 0, 1).swap_remove(0);
        let earlier = Earlier::default();
        let known = Known::default();
        let (step, case_step) = (&steps[0], drawn.case.steps[0].clone());
        let mut first = earlier.of(requirement, &drawn.case).expect("a case that may share");
        let Some(of) = first.shareable(&case_step, step, &case_step.draft, &known) else { return false };
        assert!(first.answer(&of, 0, step.role).is_none(), "nothing came yet");
        let answer = Answer::of(status, Vec::new(), b"<a/>".to_vec(), None);
        let exchange = Exchange::answered(step.endpoint.clone(), Request::read("/a"), answer);
        let mut raw = judge::heard(&spec, &exchange).expect("a known endpoint").into_owned();
        raw.class = if status == 200 { AnswerClass::Accepted } else { AnswerClass::Refused };
        first.keep(of, (&case_step, step), &known, &Answered { raw, exchange });
        assert!(
            first.shareable(&case_step, step, &case_step.draft, &known).is_none(),
            "the same twice in a case is meant"
        );
        happens(&earlier);
        drawn.attempt(attempt);
        let Some(mut second) = earlier.of(requirement, &drawn.case) else { return false };
        let of = second.shareable(&case_step, step, &case_step.draft, &known).expect("the same request");
        second.answer(&of, 0, step.role).is_some()
    }

    #[test]
    fn only_what_a_case_rests_on_is_asked_again_and_a_later_answer_takes_nobody_away() {
        let spec = spec::embedded().expect("sound data");
        let requirement = &spec.requirements["reporting/license_usage/auth/none"];
        let Demand::Steps(steps) = &requirement.demand else { panic!("no steps") };
        let drawn = crate::generate::cases(&spec, requirement, 0, 1).swap_remove(0);
        let (step, case_step, known) = (&steps[0], &drawn.case.steps[0], Known::default());
        let earlier = Earlier::default();
        let answer = Answer::of(200, Vec::new(), b"<a/>".to_vec(), None);
        let exchange = Exchange::answered(step.endpoint.clone(), Request::read("/a"), answer);
        let mut raw = judge::heard(&spec, &exchange).expect("a known endpoint").into_owned();
        raw.class = AnswerClass::Accepted;
        let answered = Answered { raw, exchange };
        let sends = |rests: bool| {
            let mut case = earlier.of(requirement, &drawn.case).expect("a case that may share");
            let of = case.shareable(case_step, step, &case_step.draft, &known).expect("a control");
            match rests && case.answer(&of, 0, step.role).is_some() {
                true => case.rests_on(&of),
                false => case.keep(of, (case_step, step), &known, &answered),
            }
        };
        sends(false);
        sends(false);
        assert!(earlier.again().is_empty(), "nobody rests on it");
        sends(false);
        sends(true);
        sends(false);
        let again = earlier.again();
        assert_eq!((again.len(), again[0].users.len()), (1, 1));
    }

    #[test]
    fn what_changes_something_ends_the_sharing_of_reads_and_not_of_controls() {
        let (read, control) = ("reporting/license_usage/counts/one-for-each-kind", "reporting/license_usage/auth/none");
        for (id, status, changed, attempt, expected) in [
            (read, 200, false, 0, true),
            (read, 200, true, 0, false),
            (read, 200, false, 1, false),
            (read, 500, false, 0, false),
            (read, 429, false, 0, false),
            (control, 200, false, 0, true),
            (control, 200, true, 0, true),
            (control, 403, false, 0, false),
        ] {
            let happens = |earlier: &Earlier| {
                if changed {
                    earlier.changed()
                }
            };
            assert_eq!(shares(id, status, happens, attempt), expected, "{id} {status} {changed} {attempt}");
        }
    }
}

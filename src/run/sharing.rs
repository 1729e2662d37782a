//! What of a case is shared with others of its group: which of its requests may take an answer that came before, and which of its answers
//! others may take.
//!
//! In: the steps of a case before they go out, and the answers that came. Out: an answer of an earlier case in the place of a new one. A case
//! shares nothing in a later attempt, and never what it sends twice.

use std::collections::BTreeSet;

use crate::{
    model::{
        case::{Case, CaseStep, Class, Role, Times},
        credential::AccountRole,
        draft::Draft,
        id::{EndpointId, RequirementId},
        suite::Suite,
    },
    spec::{Demand, Requirement, Step, UNIQUE, UNIQUE_LETTERS, variables_of_expectations},
};

use super::{
    earlier::{Answered, Earlier, Keeping, Kept, Key, weight},
    world::Known,
};

/// The longest answer that is shared, and what all of them may come to, in bytes.
const ONE_BYTES_MAX: usize = 256 << 10;
const ALL_BYTES_MAX: usize = 8 << 20;

/// What is shared in the place of a request.
pub(super) struct Shareable {
    key: Key,
    is_control: bool,
    is_setup: bool,
}

/// What of one case may be shared.
pub(super) struct OfCase<'a> {
    earlier: &'a Earlier,
    requirement: &'a RequirementId,
    /// Whether all that changes something in the case are a control and what is judged.
    only_controls: bool,
    /// Whether what changes something is judged by its own answer alone, whatever names it makes.
    only_accepted: bool,
    /// What the case sent or shared: the same twice is meant.
    requests: BTreeSet<String>,
    /// Whether anything went out before that a control is to come after.
    after: bool,
    /// Whether anything but controls went out before.
    tried: bool,
    /// The controls that it shares, and whether anything was refused for which they speak.
    controls: BTreeSet<Key>,
    refused: bool,
}

impl<'a> OfCase<'a> {
    /// For a case; none where its answers are all to be of its own.
    pub(super) fn of(earlier: &'a Earlier, requirement: &'a Requirement, case: &Case) -> Option<Self> {
        let waits = case.steps.iter().any(|step| step.wait_s > 0);
        if requirement.suite == Suite::Fuzz || case.attempt > 0 || waits {
            return None;
        }
        let bare = |step: &CaseStep| step.capture.is_empty() && step.times == Times::Once;
        let only_controls = requirement.teardown.is_empty()
            && case.steps.iter().all(|step| matches!(step.role, Role::Control | Role::Probe) && bare(step));
        let Demand::Steps(steps) = &requirement.demand else { return None };
        let is_own = |name: &String| [UNIQUE, UNIQUE_LETTERS].contains(&name.as_str());
        let readings = steps.iter().flat_map(|step| step.readings.iter().flat_map(|reading| &reading.expect));
        let expects = steps.iter().flat_map(|step| step.expect.iter().chain(&step.only_if)).chain(readings);
        let names = variables_of_expectations(expects);
        let only_accepted = only_controls
            && case.steps.iter().all(|step| step.role == Role::Control || step.class > Class::Read)
            && !names.iter().any(is_own);
        Some(Self {
            earlier,
            requirement: &requirement.id,
            only_controls,
            only_accepted,
            requests: BTreeSet::new(),
            after: false,
            tried: false,
            controls: BTreeSet::new(),
            refused: false,
        })
    }

    /// What the request of a step shares with others; none where it has to go out. `draft` is what would be sent.
    pub(super) fn shareable(
        &mut self,
        case_step: &CaseStep,
        step: &Step,
        draft: &Draft,
        known: &Known,
    ) -> Option<Shareable> {
        let Draft::Http(http) = draft;
        let alone =
            http.talk.as_ref().is_none_or(|talk| talk.kept.is_none() && !talk.goes_on && !talk.stays && !talk.since);
        let one = case_step.times == Times::Once && step.for_each.is_none() && alone && http.written.is_none();
        let own = matches!(http.account, AccountRole::Spare | AccountRole::Spent);
        let secret = step.capture.iter().any(|capture| capture.secret || capture.owns.is_some());
        let is_control = case_step.role == Role::Control;
        let reads = case_step.class == Class::Read && case_step.role != Role::Teardown;
        let shares = match is_control {
            true => (reads && step.capture.is_empty() || self.only_controls) && !self.after,
            false => reads || self.only_accepted && !self.tried,
        };
        self.after |= !one || !reads;
        self.tried |= !is_control;
        if !one || own || secret || !shares {
            return None;
        }
        let keeping = if is_control || !reads { Keeping::Lasting } else { Keeping::Fresh };
        let mut http = http.clone();
        http.parameters.sort_by(|(one, _), (other, _)| one.cmp(other));
        let mut request = serde_json::to_string(&(&case_step.endpoint, http)).ok()?;
        if keeping == Keeping::Lasting {
            // What is made has a name of its own each time.
            for name in [UNIQUE, UNIQUE_LETTERS] {
                if let Some(value) = known.open.get(name).filter(|value| !value.is_empty()) {
                    request = request.replace(value.as_str(), name);
                }
            }
        }
        let key = Key { keeping, request: request.clone() };
        let is_setup = case_step.role == Role::Setup;
        self.requests.insert(request).then_some(Shareable { key, is_control, is_setup })
    }

    /// The answer of an earlier case.
    pub(super) fn answer(&self, of: &Shareable, step: usize, role: Role) -> Option<Answered> {
        let kept = self.earlier.kept.borrow();
        let fresh = kept.get(&of.key.kept(Keeping::Fresh));
        let lasting = kept.get(&of.key.kept(Keeping::Lasting));
        let known = match of.key.keeping {
            Keeping::Fresh => fresh.or(lasting).filter(|one| one.fresh || of.is_setup && one.is_setup),
            Keeping::Lasting => lasting.or(fresh.filter(|one| one.fresh)).filter(|one| one.answered.raw.accepted()),
        }?;
        let mut answered = known.answered.clone();
        for one in [&mut answered.exchange, answered.raw.exchange.to_mut()] {
            (one.step, one.role, one.shared) = (step, role, Some(known.number));
        }
        Some(answered)
    }

    /// The case rests on that answer, which is asked for again with this step.
    pub(super) fn rests_on(&mut self, of: &Shareable, (case_step, step): (&CaseStep, &Step), known: &Known) {
        if !of.is_control {
            return;
        }
        let mut kept = self.earlier.kept.borrow_mut();
        if let Some(fresh) = kept.get(&of.key.kept(Keeping::Fresh)).filter(|_| !kept.contains_key(&of.key)) {
            let (number, answered, users) = (fresh.number, fresh.answered.clone(), BTreeSet::new());
            let one = Kept { number, answered, fresh: fresh.fresh, is_setup: false, control: None, users };
            kept.insert(of.key.clone(), one);
        }
        if let Some(one) = kept.get_mut(&of.key) {
            one.control.get_or_insert_with(|| (case_step.clone(), step.clone(), known.clone()));
            self.controls.insert(of.key.clone());
        }
        drop(kept);
        self.speak();
    }

    /// Something that was tried was not accepted: the controls of the case speak for that.
    pub(super) fn is_refused(&mut self) {
        self.refused = true;
        self.speak();
    }

    fn speak(&mut self) {
        let mut kept = self.earlier.kept.borrow_mut();
        for key in self.controls.iter().filter(|_| self.refused) {
            if let Some(one) = kept.get_mut(key) {
                one.users.insert(self.requirement.clone());
            }
        }
    }

    /// An answer came that others may share. What lasts is one that was accepted; the first stays, as others may rest on it.
    pub(super) fn keep(&self, of: Shareable, answered: &Answered) {
        let Answered { raw, exchange } = answered;
        let Earlier { kept, bytes, numbers, .. } = self.earlier;
        let fits = weight(exchange) <= ONE_BYTES_MAX && bytes.get() + weight(exchange) <= ALL_BYTES_MAX;
        let came = exchange.answer().is_some_and(|answer| answer.status < 500 && answer.status != 429);
        let lasts = of.key.keeping == Keeping::Lasting;
        if !fits || !came || exchange.outcome.is_lost() || lasts && !raw.accepted() {
            return;
        }
        let mut kept = kept.borrow_mut();
        if lasts && kept.contains_key(&of.key) {
            return;
        }
        bytes.set(bytes.get() + weight(exchange));
        numbers.set(numbers.get() + 1);
        let (number, answered) = (numbers.get(), answered.clone());
        let is_setup = of.is_setup;
        let one = Kept { number, answered, fresh: true, is_setup, control: None, users: BTreeSet::new() };
        if let Some(before) = kept.insert(of.key, one) {
            bytes.set(bytes.get() - weight(&before.answered.exchange));
        }
    }

    /// A request to that endpoint went out that changes something.
    pub(super) fn changes(&self, endpoint: &EndpointId) {
        self.earlier.changed(Some(endpoint));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        judge,
        model::exchange::{Answer, Exchange, Request},
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
        let mut first = OfCase::of(&earlier, requirement, &drawn.case).expect("a case that may share");
        let Some(of) = first.shareable(&case_step, step, &case_step.draft, &known) else { return false };
        assert!(first.answer(&of, 0, step.role).is_none(), "nothing came yet");
        let answer = Answer::of(status, Vec::new(), b"<a/>".to_vec(), None);
        let exchange = Exchange::answered(step.endpoint.clone(), Request::read("/a"), answer);
        let mut raw = judge::heard(&spec, &exchange).expect("a known endpoint").into_owned();
        raw.class = if status == 200 { AnswerClass::Accepted } else { AnswerClass::Refused };
        first.keep(of, &Answered { raw, exchange });
        assert!(
            first.shareable(&case_step, step, &case_step.draft, &known).is_none(),
            "the same twice in a case is meant"
        );
        happens(&earlier);
        drawn.attempt(attempt);
        let Some(mut second) = OfCase::of(&earlier, requirement, &drawn.case) else { return false };
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
        let sends = |rests: bool, refused: bool| {
            let mut case = OfCase::of(&earlier, requirement, &drawn.case).expect("a case that may share");
            let of = case.shareable(case_step, step, &case_step.draft, &known).expect("a control");
            match rests && case.answer(&of, 0, step.role).is_some() {
                true => case.rests_on(&of, (case_step, step), &known),
                false => case.keep(of, &answered),
            }
            if refused {
                case.is_refused();
            }
        };
        sends(false, true);
        sends(true, false);
        assert!(earlier.again().is_empty(), "nothing that is refused rests on it");
        sends(false, true);
        sends(true, true);
        sends(false, true);
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
                    earlier.changed(None)
                }
            };
            assert_eq!(shares(id, status, happens, attempt), expected, "{id} {status} {changed} {attempt}");
        }
    }
}

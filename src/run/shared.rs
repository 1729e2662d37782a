//! State that all groups of a run share: the plan, the facts in `world`, the records so far, and what counts towards giving up.
//!
//! In: what a case gave. Out: what a group asks before it goes on: whether the run was stopped, cut off, or had its requests. Nothing is
//! sent here.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    sync::atomic::{AtomicBool, Ordering},
};

use tokio::sync::Mutex;

use crate::{
    generate::{self, Drawn},
    judge::Recent,
    model::{
        case::{Purpose, STOPPED},
        exchange::{NoAnswer, NoAnswerKind, Outcome},
        id::{EndpointId, RequirementId},
        record::{Bodies, Record},
        verdict::{Blame, Finding},
    },
    send::Sender,
    spec::{Own, Requirement, Spec, Step, openapi::Resource},
};

use super::{mortality::Deaths, plan::Plan, world::World};

/// After this number of requests in a row without an answer, since nobody was reached or nothing came in time, the run gives up.
const UNANSWERED_MAX: u32 = 12;

/// It also does after more of them than go out side by side, when nothing was heard for that long, in milliseconds: somewhat less than two
/// time-outs, as the last request that is not answered may have gone out before the last answer came.
const SILENCE_MS: i64 = 50_000;

/// What happens, for those who show it.
pub enum Event<'a> {
    /// The run looks for the target's own ids.
    Discovering,
    /// A step is about to be sent.
    Asking {
        /// The endpoint that is called.
        endpoint: &'a EndpointId,
    },
    /// Cases are about to be played.
    Started {
        /// Requirements that are asked for.
        selected: usize,
        /// Requirements that have requests of their own.
        to_send: usize,
    },
    /// A case is being played, and what is sent changes something; what was sent so far.
    Begun(&'a Record),
    /// A case was played.
    Recorded(&'a Record),
    /// A requirement has been sent for.
    Tested {
        /// Its id.
        requirement: &'a RequirementId,
        /// Whether all its cases were played.
        whole: bool,
    },
    /// The target does not answer any more what it answered before.
    Died {
        /// Requests of which it may have died.
        requests: usize,
    },
    /// The run ends, since the target is dead.
    Suspected {
        /// What is left out when the run is taken up again.
        suspects: &'a [RequirementId],
    },
}

/// State that the groups of a run share.
pub(super) struct Shared<'a> {
    pub(super) spec: &'a Spec,
    /// What a run may make at the Configuration API and take away again.
    pub(super) resources: &'a [Resource],
    pub(super) sender: &'a Sender,
    pub(super) plan: &'a Plan,
    pub(super) stop: &'a AtomicBool,
    pub(super) world: RefCell<World>,
    pub(super) records: RefCell<Vec<Record>>,
    pub(super) bodies: RefCell<Bodies>,
    pub(super) recent: RefCell<Recent>,
    /// Held by the one case whose answers weigh much.
    pub(super) heavy: Mutex<()>,
    /// Held by the one sequence that acts on what all of them have, such as a representative.
    pub(super) of_all: Mutex<()>,
    pub(super) unsent: RefCell<BTreeMap<RequirementId, Finding>>,
    pub(super) unanswered: Cell<u32>,
    /// The count of fails that were confirmed.
    pub(super) confirmed: Cell<u32>,
    /// The count of sessions and keys that were made for a requirement, which keeps their names distinct.
    pub(super) made: RefCell<BTreeMap<String, u32>>,
    /// The last numbers of the answers that cases of a group shared: what is played of it later has others.
    pub(super) last_shared: RefCell<BTreeMap<String, u32>>,
    pub(super) deaths: Deaths,
    /// When it began, by our own clock, in milliseconds since the UNIX epoch.
    pub(super) began_ms: i64,
    /// When nothing more is sent, by our own clock, in milliseconds since the UNIX epoch.
    pub(super) until_ms: Option<i64>,
    pub(super) on_event: &'a dyn Fn(Event<'_>),
}

impl<'a> Shared<'a> {
    /// Of a run that has sent nothing yet.
    pub(super) fn new(
        spec: &'a Spec,
        sender: &'a Sender,
        plan: &'a Plan,
        stop: &'a AtomicBool,
        on_event: &'a dyn Fn(Event<'_>),
    ) -> Self {
        Self {
            spec,
            resources: &[],
            sender,
            plan,
            stop,
            world: RefCell::new(World::new(plan, sender)),
            records: RefCell::default(),
            bodies: RefCell::default(),
            recent: RefCell::default(),
            heavy: Mutex::default(),
            of_all: Mutex::default(),
            unsent: RefCell::default(),
            unanswered: Cell::new(0),
            confirmed: Cell::new(0),
            made: RefCell::default(),
            last_shared: RefCell::default(),
            deaths: Deaths::taken_up(plan.resumed.suspects.iter().cloned()),
            began_ms: sender.own_ms(),
            until_ms: plan.time_max_ms.map(|ms| sender.own_ms().saturating_add(ms)),
            on_event,
        }
    }

    /// Whether somebody stopped the run.
    pub(super) fn is_called_off(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Whether nothing new is begun any more: somebody stopped the run, or it had its budget.
    pub(super) fn is_stopped(&self) -> bool {
        self.is_called_off() || self.sender.is_spent()
    }

    /// When the budget of the run ends where that is a time, by our own clock.
    pub(super) fn ends_ms(&self) -> Option<i64> {
        Some(self.began_ms.saturating_add(self.plan.budget?.time_max_ms()?))
    }

    /// Something is the run's own, so that the run may change and end it.
    pub(super) fn owns(&self, own: &Own) {
        match own {
            Own::Session(id) => self.sender.guard.made(id),
            Own::Path(path) => self.sender.guard.made_at(path),
        }
    }

    /// Why nothing more is sent, if so.
    pub(super) fn halted(&self) -> Option<Finding> {
        if self.is_called_off() {
            return Some(Finding::inconclusive("the run was stopped before it", Blame::Configuration));
        }
        if let Some(budget) = self.plan.budget.filter(|_| self.sender.is_spent()) {
            return Some(budget.left_out());
        }
        if let Some(finding) = self.deaths.why_over().or_else(|| self.spent()) {
            return Some(finding);
        }
        let times = self.unanswered.get();
        let reason = format!("the target gave no answer {times} times in a row, so no more was sent");
        self.is_cut_off().then(|| Finding::inconclusive(reason, Blame::Network))
    }

    /// Why nothing more is sent where a run has had its requests, or its time.
    pub(super) fn spent(&self) -> Option<Finding> {
        let bounds = [
            self.plan.requests_max.filter(|most| self.sender.sent() >= *most).map(|_| "its requests; see --requests"),
            self.until_ms.filter(|until_ms| self.sender.own_ms() >= *until_ms).map(|_| "its time; see --time"),
        ];
        let bound = bounds.into_iter().flatten().next()?;
        Some(Finding::inconclusive(format!("the run had {bound}"), Blame::Configuration))
    }

    /// Whether too many requests in a row were not answered to send more.
    pub(super) fn is_cut_off(&self) -> bool {
        let most = if self.is_called_off() { 1 } else { UNANSWERED_MAX };
        let unanswered = self.unanswered.get();
        unanswered >= most || self.is_silent() && self.sender.lost_in_a_row() as usize > self.plan.workers
    }

    /// Whether more than one answer in a row was lost, for long.
    pub(super) fn is_silent(&self) -> bool {
        self.sender.lost_in_a_row() > 1 && self.sender.silent_for_ms() >= SILENCE_MS
    }

    /// Whether a fail is confirmed before it counts.
    pub(super) fn confirms(&self) -> bool {
        self.plan.confirmed_max.is_none_or(|most| self.confirmed.get() < most)
    }

    /// Counts requests in a row without an answer.
    pub(super) fn note(&self, outcome: &Outcome) {
        match outcome {
            Outcome::Nothing(nothing) if matches!(nothing.kind, NoAnswerKind::Unreachable | NoAnswerKind::Timeout) => {
                self.unanswered.set(self.unanswered.get() + 1);
            }
            Outcome::Nothing(NoAnswer {
                kind:
                    NoAnswerKind::Guarded
                    | NoAnswerKind::Mute
                    | NoAnswerKind::NoToken
                    | NoAnswerKind::Spent
                    | NoAnswerKind::Stopped,
                ..
            }) => {}
            // Somebody is there, or a proxy before nobody.
            lost if lost.is_lost() => {}
            _ => self.unanswered.set(0),
        }
    }

    /// The cases of a requirement, with the names of this run.
    pub(super) fn cases(&self, requirement: &Requirement) -> Vec<Drawn> {
        let cases = generate::cases(self.spec, requirement, self.plan.seed, self.plan.cases);
        cases.into_iter().map(|drawn| drawn.of_run(&self.plan.run_word)).collect()
    }

    /// Calls of a flow, with the names of this run.
    pub(super) fn flow(&self, purpose: &Purpose, steps: &[Step]) -> Drawn {
        generate::flow(self.spec, purpose, steps, self.plan.seed).of_run(&self.plan.run_word)
    }

    /// Takes out all records so far, in the order of their keys.
    pub(super) fn take_sorted(&self) -> Vec<Record> {
        let mut records = self.records.take();
        records.sort_by_cached_key(|record| record.case.key());
        records
    }

    pub(super) fn keep(&self, mut record: Record) {
        record.exchanges.shrink_to_fit();
        self.bodies.borrow_mut().share(&mut record, self.plan.answers_bytes_max);
        (self.on_event)(Event::Recorded(&record));
        self.records.borrow_mut().push(record);
    }

    /// Keeps half a case, since the run was stopped in the middle of it, or what is to be played anew. It shows nothing of any requirement,
    /// but what was sent is recorded.
    pub(super) fn keep_half(&self, mut record: Record) {
        let purpose = &record.case.purpose;
        if purpose.requirement().is_some() || purpose.is_sequence() {
            record.case.purpose = Purpose::flow(STOPPED, purpose.to_string());
        }
        self.keep(record);
    }

    /// Keeps what an earlier run recorded, of which nothing is new.
    pub(super) fn keep_again(&self, mut record: Record) {
        self.bodies.borrow_mut().share(&mut record, self.plan.answers_bytes_max);
        self.records.borrow_mut().push(record);
    }
}

//! Answers that cases of a group share: where two of them are to send the same request, and nothing changed in between, the second takes the
//! answer that the first one got. On a real appliance requests are what a run costs.
//!
//! In: the steps of a case before they go out, and the answers that came. Out: an answer of an earlier case in the place of a new one. What
//! only reads is shared until a request that changes something goes out. A positive control is sent before the first of the refusals that rest
//! on it, and lasts to the end of the group, where controls are asked again. What changes something is shared as a control is, where nothing
//! but being accepted is asked of it. Which of two parameters stands first makes no difference, and neither does what a case wants of the
//! answer. Only the first attempt of a case shares: a fail is confirmed by requests of its own.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
};

use crate::{
    model::{
        case::CaseStep,
        credential::{AccountRole, Credential},
        draft::Draft,
        exchange::Exchange,
        id::{EndpointId, RequirementId},
    },
    spec::{Step, variables_of_expectations},
    vocabulary::Heard,
};

use super::{taken_away::Pending, world::Known};

/// For how long the present of a group stays, in seconds.
const PRESENT_S: i64 = 30;

/// What is expected within that many seconds of the present is expected of the present itself, and not of the window that was asked for.
const NEAR_S: i64 = 86_400;

/// The answers of a group that are shared.
#[derive(Default)]
pub(super) struct Earlier {
    pub(super) kept: RefCell<BTreeMap<Key, Kept>>,
    pub(super) bytes: Cell<usize>,
    pub(super) numbers: Cell<u32>,
    /// The present of the cases that share, in seconds since the UNIX epoch.
    present_s: Cell<i64>,
    /// Whether what one resource has does not depend on another one, as in a chapter whose endpoints are grouped by those.
    apart: bool,
    /// What its cases made and is not taken away yet.
    pub(super) made: Pending,
}

/// What came back: the answer as it came, read once, and the exchange without secrets.
#[derive(Clone)]
pub(super) struct Answered {
    pub(super) raw: Heard<'static>,
    pub(super) exchange: Exchange,
}

/// Which request an answer is to.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) keeping: Keeping,
    pub(super) request: String,
}

/// For how long an answer is kept.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Keeping {
    /// Until something changes.
    Fresh,
    /// Until the end of the group.
    Lasting,
}

/// An answer that can be shared.
pub(super) struct Kept {
    pub(super) number: u32,
    pub(super) answered: Answered,
    /// Whether nothing changed since it came.
    pub(super) fresh: bool,
    /// Whether it is what a case begins with.
    pub(super) is_setup: bool,
    /// What sends it once more, where it served as a control.
    pub(super) control: Option<(CaseStep, Step, Known)>,
    /// Those with a refusal that rests on it.
    pub(super) users: BTreeSet<RequirementId>,
}

/// A control that others rested on, to be asked once more.
pub(super) struct Again {
    pub(super) number: u32,
    pub(super) case_step: CaseStep,
    pub(super) step: Step,
    pub(super) known: Known,
    pub(super) users: BTreeSet<RequirementId>,
}

impl Earlier {
    /// Of a group that sent nothing yet. Numbers follow those up to `last`, which an earlier run gave.
    pub(super) fn new(apart: bool, last: u32) -> Self {
        Self { apart, numbers: Cell::new(last), ..Self::default() }
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
    pub(super) fn changed(&self, by: Option<&EndpointId>) {
        let mut kept = self.kept.borrow_mut();
        kept.retain(|key, one| {
            one.fresh = false;
            let apart =
                by.filter(|_| self.apart).is_some_and(|by| resource(by) != resource(&one.answered.exchange.endpoint));
            key.keeping == Keeping::Lasting || one.is_setup && apart
        });
        self.bytes.set(kept.values().map(|one| weight(&one.answered.exchange)).sum());
    }

    /// The controls that others rested on, in the order in which they were sent.
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

impl Again {
    /// What it is asked of and by whom: what another control shows of those, it shows too.
    pub(super) fn asks(&self) -> (&EndpointId, AccountRole, &Credential) {
        let Draft::Http(draft) = &self.case_step.draft;
        (&self.case_step.endpoint, draft.account, &draft.credential)
    }
}

/// The chapter and what stands behind it in the id of an endpoint.
fn resource(endpoint: &EndpointId) -> &str {
    endpoint.match_indices('/').nth(1).map_or(endpoint, |(at, _)| &endpoint[..at])
}

impl Key {
    pub(super) fn kept(&self, keeping: Keeping) -> Self {
        Self { keeping, request: self.request.clone() }
    }
}

pub(super) fn weight(exchange: &Exchange) -> usize {
    exchange.answer().map_or(0, |answer| answer.raw().len())
}

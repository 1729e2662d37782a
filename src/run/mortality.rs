//! What is known of the deaths of a target, and what it was sent before the next one.
//!
//! In: each request that no library sends, as it goes out. Out: what went out since the target was started, and what is not sent any more.
//! Nothing is sent here.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, VecDeque},
};

use tokio::sync::RwLock;

use crate::{
    model::{
        case::{Case, CaseStep},
        draft::Draft,
        id::RequirementId,
        suite::Suite,
        verdict::{Blame, Finding},
    },
    spec::Spec,
};

/// The most requests of which is remembered what they were: of one of these a target dies.
const SENT_MAX: usize = 1_024;

/// A request that went out.
pub(super) struct Gone {
    pub(super) requirement: RequirementId,
    pub(super) step: CaseStep,
    pub(super) draft: Draft,
    /// Whether no library sends it.
    pub(super) odd: bool,
}

/// What is known of the deaths of a target.
#[derive(Default)]
pub(super) struct Deaths {
    /// Held to read while a case is played, and to write by whoever looks for a cause.
    pub(super) alone: RwLock<()>,
    /// What was sent since the target was started, the last of it.
    pub(super) sent: RefCell<VecDeque<Gone>>,
    /// The requirements of odd requests since the target was last seen to be there, with the count of those.
    pub(super) since: RefCell<BTreeMap<RequirementId, usize>>,
    pub(super) count: Cell<u32>,
    /// What is not sent any more, and why.
    left_out: RefCell<BTreeMap<RequirementId, Finding>>,
    /// Whether it is dead, and stays so.
    pub(super) over: Cell<bool>,
}

impl Deaths {
    /// What an earlier run left out is left out again.
    pub(super) fn taken_up(suspects: impl IntoIterator<Item = RequirementId>) -> Self {
        let left_out = suspects.into_iter().map(|id| (id, suspected())).collect();
        Self { left_out: RefCell::new(left_out), ..Self::default() }
    }

    /// Notes a request that is about to go out.
    pub(super) fn note(&self, spec: &Spec, case: &Case, step: &CaseStep, draft: &Draft) {
        let Some(requirement) = case.purpose.requirement().filter(|id| is_odd(spec, id)) else { return };
        let odd = case.steps.first().is_some_and(|first| first.draft != step.draft);
        if odd {
            *self.since.borrow_mut().entry(requirement.clone()).or_default() += 1;
        }
        let mut sent = self.sent.borrow_mut();
        if sent.len() == SENT_MAX {
            sent.pop_front();
        }
        sent.push_back(Gone { requirement: requirement.clone(), step: step.clone(), draft: draft.clone(), odd });
    }

    /// Why a requirement is not sent any more, if so.
    pub(super) fn why_left_out(&self, requirement: &RequirementId) -> Option<Finding> {
        self.left_out.borrow().get(requirement).cloned()
    }

    /// Why nothing more is sent at all, if so.
    pub(super) fn why_over(&self) -> Option<Finding> {
        let reason = "the target died of what it was sent before it";
        self.over.get().then(|| Finding::inconclusive(reason, Blame::Target))
    }

    /// What the target may have died of, where the run ended with that.
    pub(super) fn suspects(&self) -> Vec<RequirementId> {
        match self.over.get() {
            true => self.left_out.borrow().keys().cloned().collect(),
            false => Vec::new(),
        }
    }

    pub(super) fn leave_out(&self, ids: impl IntoIterator<Item = RequirementId>, finding: &Finding) {
        self.left_out.borrow_mut().extend(ids.into_iter().map(|id| (id, finding.clone())));
    }
}

pub(super) fn suspected() -> Finding {
    let reason = "the target died after it was sent, and it is left out; --on-dead CMD finds out whether it died of it";
    Finding::inconclusive(reason, Blame::Target)
}

fn is_odd(spec: &Spec, id: &RequirementId) -> bool {
    spec.requirements.get(id).is_some_and(|requirement| requirement.suite == Suite::Fuzz)
}

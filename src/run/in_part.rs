//! What looks at answers that the budget of a run left out: whatever it found stands, and that it found nothing shows nothing.
//!
//! In: what was judged, and what was left out. Out: findings of requirements that saw only a part of what would show them. A run without a
//! budget has none.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    judge::Judged,
    model::{
        id::{EndpointId, RequirementId},
        verdict::Finding,
    },
    spec::{Demand, Requirement, Spec},
};

use super::budget::Budget;

/// What a budget left out.
pub(super) struct InPart<'a> {
    pub(super) budget: Budget,
    /// What had requests of its own.
    pub(super) to_send: Vec<&'a Requirement>,
    /// Whether sequences of commands were left out, or played in part.
    pub(super) sequences: bool,
}

impl InPart<'_> {
    /// Puts in the place of findings that rest on a part of the answers that they were not tested.
    pub(super) fn put_into(
        &self,
        spec: &Spec,
        selected: &[&Requirement],
        judged: &mut Judged,
        unsent: &mut BTreeMap<RequirementId, Finding>,
    ) {
        let is_left_out = |one: &&&Requirement| unsent.get(&one.id).is_some_and(|finding| finding.left_out);
        let left: Vec<&Requirement> = self.to_send.iter().filter(is_left_out).copied().collect();
        if left.is_empty() && !self.sequences {
            return;
        }
        let mut called: BTreeSet<&EndpointId> = left.iter().flat_map(|one| called(one)).collect();
        if self.sequences {
            called.extend(spec.sequences.actions.iter().map(|action| &action.step.endpoint));
        }
        for one in selected.iter().filter(|one| !matches!(one.demand, Demand::Steps(_))) {
            let is_in_part = match one.demand {
                Demand::Archive(_) | Demand::Feed(_) => true,
                Demand::Sequence(_) => self.sequences,
                _ => one.demand.is_of_many_endpoints() || called.contains(&one.endpoint),
            };
            let finding = self.budget.seen_in_part();
            if is_in_part && judged.leave_out(&one.id, &finding) {
                unsent.insert(one.id.clone(), finding);
            }
        }
    }
}

/// The endpoints whose answers a requirement brings.
fn called(requirement: &Requirement) -> impl Iterator<Item = &EndpointId> {
    let steps = if let Demand::Steps(steps) = &requirement.demand { steps.as_slice() } else { &[] };
    steps.iter().chain(&requirement.teardown).map(|step| &step.endpoint).chain([&requirement.endpoint])
}

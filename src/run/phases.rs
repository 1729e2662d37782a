//! What is sent in which order: endpoints side by side, then what goes alone, sequences, what is odd, and last what touches the appliance
//! itself, so that nothing else sees its effects.
//!
//! In: requirements that have requests of their own, and those that ask something of sequences. Out: what was recorded, in what all groups
//! share. What failed last time is a turn of its own, before all others.

use std::{cmp::Reverse, collections::BTreeSet};

use futures_util::{StreamExt, stream};

use crate::{
    model::{case::Class, suite::Suite},
    spec::{Demand, Requirement, fuzz},
};

use super::{group, guided, plan, sequences, shared::Shared};

/// What goes out before anything that comes after it does.
#[derive(Default)]
pub(super) struct Turn<'a> {
    /// What has requests of its own.
    pub(super) to_send: Vec<&'a Requirement>,
    /// What asks something of sequences of commands.
    pub(super) of_sequences: Vec<&'a Requirement>,
}

/// What failed last time, where anything did, as a turn of its own before the rest.
pub(super) fn in_turns<'a>(shared: &Shared<'a>, selected: &[&'a Requirement], turn: Turn<'a>) -> Vec<Turn<'a>> {
    let shows = shows_what_failed(shared, selected);
    let (first, rest) = turn.to_send.into_iter().partition(|one| is_calm(one) && shows.contains(one.id.as_str()));
    let (before, after) = match turn.of_sequences.iter().any(|one| shared.plan.first.contains(&one.id)) {
        true => (turn.of_sequences, Vec::new()),
        false => (Vec::new(), turn.of_sequences),
    };
    let first = Turn { to_send: first, of_sequences: before };
    let rest = Turn { to_send: rest, of_sequences: after };
    [first, rest].into_iter().filter(|turn| !turn.is_empty()).collect()
}

/// Ids of what is sent to show what failed last time.
pub(super) fn shows_what_failed<'a>(shared: &Shared<'a>, selected: &[&'a Requirement]) -> BTreeSet<&'a str> {
    let failed: Vec<&Requirement> =
        selected.iter().copied().filter(|one| shared.plan.first.contains(&one.id)).collect();
    plan::to_send(shared.spec, &failed).into_iter().map(|one| one.id.as_str()).collect()
}

impl<'a> Turn<'a> {
    /// Of all that is asked for.
    pub(super) fn of_all(selected: &[&'a Requirement], to_send: Vec<&'a Requirement>) -> Self {
        let of_sequences = selected.iter().copied().filter(|one| is_of_sequences(one)).collect();
        Self { to_send, of_sequences }
    }

    /// What has requests of its own, and what is asked of sequences.
    pub(super) fn add(&mut self, requirements: Vec<&'a Requirement>) {
        let (of_sequences, to_send): (Vec<_>, Vec<_>) = requirements.into_iter().partition(|one| is_of_sequences(one));
        self.of_sequences.extend(of_sequences);
        self.to_send.extend(to_send);
    }

    /// In the order of ids, as in a run that sends everything.
    pub(super) fn in_the_usual_order(mut self) -> Self {
        self.to_send.sort_by(|one, other| one.id.cmp(&other.id));
        self.of_sequences.sort_by(|one, other| one.id.cmp(&other.id));
        self
    }

    /// All of it.
    pub(super) fn all(&self) -> impl Iterator<Item = &'a Requirement> {
        self.to_send.iter().chain(&self.of_sequences).copied()
    }

    /// Whether nothing goes out.
    pub(super) fn is_empty(&self) -> bool {
        self.to_send.is_empty() && self.of_sequences.is_empty()
    }
}

/// Whether it asks something of sequences of commands.
pub(super) fn is_of_sequences(requirement: &Requirement) -> bool {
    matches!(requirement.demand, Demand::Sequence(_))
}

/// Whether others may come after it: it neither touches the appliance itself, nor is it odd and changes something.
pub(super) fn is_calm(requirement: &Requirement) -> bool {
    requirement.class < Class::Disrupt && !fuzz::is_guided(&requirement.id) && !is_odd(requirement)
}

/// What is odd and changes something comes when nobody looks any more whether something odd that was refused had an effect.
fn is_odd(requirement: &Requirement) -> bool {
    requirement.suite == Suite::Fuzz && requirement.class > Class::Read
}

/// Plays what is to be sent.
pub(super) async fn play(shared: &Shared<'_>, turn: Turn<'_>) {
    let (mutants, to_send): (Vec<_>, Vec<_>) = turn.to_send.into_iter().partition(|one| fuzz::is_guided(&one.id));
    let (calm, rough): (Vec<_>, Vec<_>) = to_send.into_iter().partition(|r| r.class < Class::Disrupt);
    let (odd, calm): (Vec<_>, Vec<_>) = calm.into_iter().partition(|r| is_odd(r));
    let (alone, calm): (Vec<_>, Vec<_>) = calm.into_iter().partition(|requirement| requirement.alone);
    let documented = shared.spec.documented_chapter();
    // What is about numbers that others change goes alone, and so does what touches the appliance itself, last, so that nothing else sees
    // its effects.
    let mut calm = plan::groups(documented, &calm);
    // Those that listen come first, so that nobody waits for them alone.
    calm.sort_by_key(|group| Reverse(plan::listens(group)));
    side_by_side(shared, calm).await;
    for (endpoint, requirements) in plan::groups(documented, &alone) {
        group::run(shared, endpoint, requirements).await;
    }
    sequences::run(shared, &turn.of_sequences).await;
    guided::run(shared, &mutants).await;
    side_by_side(shared, plan::groups(documented, &odd)).await;
    for (endpoint, requirements) in plan::groups(documented, &rough) {
        group::run(shared, endpoint, requirements).await;
    }
}

/// Plays groups, several at a time.
async fn side_by_side(shared: &Shared<'_>, groups: Vec<(&str, Vec<&Requirement>)>) {
    stream::iter(groups)
        .map(|(endpoint, requirements)| group::run(shared, endpoint, requirements))
        .buffer_unordered(shared.plan.workers.max(1))
        .collect::<Vec<()>>()
        .await;
}

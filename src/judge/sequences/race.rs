//! One race of two clients against the reference model.
//!
//! In: a record and its answers. Out: whether one order of what both clients sent explains all answers, and what was read afterwards. What
//! goes before must be as the model has it; where it is not, or an answer was lost, the race shows nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    model::{case::Role, record::Record},
    spec::{ActionKind, Reference, SequenceWord, Spec},
    vocabulary::Heard,
};

use super::{
    called::{Answered, Called, called, filled},
    play::{Play, SequenceFault},
    replayed::unexpected,
};

/// Looks for an order that explains a race.
pub(super) fn race(spec: &Spec, record: &Record, heard: &[Heard<'_>], taken: &BTreeSet<String>) -> Play {
    let all = called(spec, record, heard);
    let sent = |client: u8| all.iter().filter(move |one| one.call.client == client).collect::<Vec<_>>();
    let (first, second) = (sent(1), sent(2));
    let raced = |one: &&Called<'_>| one.call.client > 0;
    let begins = all.iter().position(|one| raced(&one)).unwrap_or(all.len());
    let ends = all.iter().rposition(|one| raced(&one)).map_or(all.len(), |at| at + 1);
    let (before, after) = (&all[..begins], &all[ends..]);
    let asked = record.case.steps.iter().filter(|step| step.role != Role::Teardown);
    let to_race = asked.filter(|step| step.call.as_ref().is_some_and(|call| call.client > 0)).count();
    let lost = all.iter().any(|one| one.answered() == Answered::Neither);
    let mut reference = Reference::new(&spec.sequences);
    let explains = |reference: &mut Reference, one: &Called<'_>| agrees(spec, record, reference, one, taken);
    let shown = !lost
        && first.len() + second.len() == to_race
        && !after.is_empty()
        && before.iter().all(|one| explains(&mut reference, one));
    if !shown {
        return Play::default();
    }
    let explained = orders(&first, &second).into_iter().any(|order| {
        let mut reference = reference.clone();
        order.into_iter().chain(after).all(|one| explains(&mut reference, one))
    });
    let fault = after.last().filter(|_| !explained).map(|last| SequenceFault {
        word: SequenceWord::Race,
        expected: "answers that one order of what two clients sent at once explains".to_owned(),
        got: format!("answers that none of the {} orders explains, up to this one", orders(&first, &second).len()),
        exchange: last.exchange,
    });
    let good = BTreeMap::from([(SequenceWord::Race, usize::from(explained))]);
    Play { fault, whole: true, good, ..Play::default() }
}

/// Every order of two lists in which each keeps its own: twenty of three and three.
fn orders<T: Copy>(first: &[T], second: &[T]) -> Vec<Vec<T>> {
    let (Some((one, rest)), Some((other, others))) = (first.split_first(), second.split_first()) else {
        return vec![first.iter().chain(second).copied().collect()];
    };
    let begun_by_one = orders(rest, second).into_iter().map(|order| [vec![*one], order].concat());
    let begun_by_other = orders(first, others).into_iter().map(|order| [vec![*other], order].concat());
    begun_by_one.chain(begun_by_other).collect()
}

/// Whether an answer is what the model has, which goes on with it.
fn agrees(spec: &Spec, record: &Record, reference: &mut Reference, one: &Called<'_>, taken: &BTreeSet<String>) -> bool {
    let answered = one.answered();
    if unexpected(one, reference.expects(one.action, one.call), answered, taken).is_some() {
        return false;
    }
    if one.action.kind == ActionKind::Command {
        if answered == Answered::Accepted {
            reference.accept(one.action, one.call);
        }
        return true;
    }
    answered == Answered::Refused || shows(spec, record, reference, one)
}

/// Whether an answer shows what the model has, as far as anything is known.
pub(super) fn shows(spec: &Spec, record: &Record, reference: &Reference, one: &Called<'_>) -> bool {
    let variables = one.variables(spec, record, reference);
    if !one.shows_something(spec, &variables) {
        return true;
    }
    one.action.shows.iter().all(|shows| {
        let wanted = reference.shows(one.action, one.call, &shows.field);
        let Some(wanted) = wanted.and_then(|wanted| filled(&wanted, record)) else { return true };
        let Some(seen) = one.seen(shows, &variables) else { return true };
        seen == wanted || shows.others.as_ref().and_then(|others| filled(others, record)) == Some(seen)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_commands_of_each_client_have_twenty_orders_and_each_client_keeps_its_own() {
        let all = orders(&[1, 2, 3], &[4, 5, 6]);
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 20);
        let of = |order: &[i32], client: std::ops::RangeInclusive<i32>| -> Vec<i32> {
            order.iter().copied().filter(|one| client.contains(one)).collect()
        };
        assert!(all.iter().all(|order| of(order, 1..=3) == [1, 2, 3] && of(order, 4..=6) == [4, 5, 6]));
        assert_eq!(orders(&[1], &[]), [[1]]);
    }
}

//! Sequences of commands: a walk over all ordered pairs, and races of two clients.
//!
//! In: the commands of the spec data, a seed, and which of them may be sent. Out: calls, whose things have numbers instead of ids, and the
//! case that plays them. Which thing a call acts on is drawn with the reference model. Nothing here is sent.

use std::collections::BTreeSet;

use proptest::test_runner::{RngAlgorithm, TestRng};

use super::{
    case_step, digest_of,
    drawing::{Drawing, below},
    seeded, variables_of,
};
use crate::{
    model::{
        case::{Call, Case, Purpose, Role},
        variables::Variables,
    },
    spec::{Action, ActionKind, Capture, Expected, Input, Query, Reference, Sequences, Spec, Step, UNIQUE},
};

/// The count of ordered pairs of one sequence.
const PAIRS_MAX: usize = 22;

/// Calls with what sends them.
pub struct Sequence {
    /// The case.
    pub case: Case,
    /// Its steps, before the facts of the target are put in.
    pub steps: Vec<Step>,
    /// The variables that the seed alone decides.
    pub made: Variables,
}

/// Sequences in which every ordered pair of the commands that may be sent stands at least once; and, where there is a way to that, once so that
/// both are accepted, with the same thing.
#[must_use]
pub fn sequences(spec: &Spec, seed: u64, may: &dyn Fn(&Action) -> bool) -> Vec<Vec<Call>> {
    let all = &spec.sequences;
    let commands: Vec<&Action> = all.commands().filter(|action| may(action)).collect();
    let begins = |name: &String| {
        all.action(name).is_some_and(|action| action.opens_feed() || commands.iter().any(|one| one.name == *name))
    };
    if commands.is_empty() || !all.before.iter().all(begins) {
        return Vec::new();
    }
    let mut rng = TestRng::from_seed(RngAlgorithm::ChaCha, &digest_of(seed, "sequences", 0));
    let walk = walk(commands.len(), &mut rng);
    let mut out = Vec::new();
    for from in (0..walk.len().saturating_sub(1)).step_by(PAIRS_MAX) {
        let mut drawing = Drawing::new(all, may, &mut rng);
        all.before.iter().filter(|name| all.action(name).is_some_and(may)).for_each(|name| drawing.command(name, 0));
        for at in &walk[from..walk.len().min(from + PAIRS_MAX + 1)] {
            drawing.command(&commands[*at].name, 0);
        }
        drawing.end();
        out.push(drawing.calls);
    }
    let held: BTreeSet<(String, String)> = out.iter().flat_map(|calls| held(all, calls)).collect();
    let begin: Vec<String> =
        commands.iter().map(|action| &action.name).filter(|name| all.before.contains(name)).cloned().collect();
    let pairs = commands.iter().flat_map(|first| commands.iter().map(move |second| (*first, *second)));
    let mut pairs =
        pairs.filter(|(first, second)| !held.contains(&(first.name.clone(), second.name.clone()))).peekable();
    while pairs.peek().is_some() {
        let mut drawing = Drawing::new(all, may, &mut rng);
        all.before.iter().filter(|name| all.action(name).is_some_and(may)).for_each(|name| drawing.command(name, 0));
        let mut count = 0;
        for (first, second) in pairs.by_ref() {
            count += usize::from(drawing.pair(first, second, &begin));
            if count >= PAIRS_MAX / 2 {
                break;
            }
        }
        if count > 0 {
            drawing.end();
            out.push(drawing.calls);
        }
    }
    out
}

/// The ordered pairs of commands in calls that must both be accepted, where they act on things of one kind with the same.
fn held(all: &Sequences, calls: &[Call]) -> BTreeSet<(String, String)> {
    let mut reference = Reference::new(all);
    let (mut out, mut last): (BTreeSet<_>, Option<(&Action, &Call)>) = Default::default();
    for call in calls {
        let Some(action) = all.action(&call.action).filter(|action| action.kind == ActionKind::Command) else {
            continue;
        };
        if reference.expects(action, call) != Expected::Accepted {
            if reference.expects(action, call) == Expected::Open && action.makes.is_none() {
                reference.accept(action, call);
            }
            last = None;
            continue;
        }
        reference.accept(action, call);
        let before = last.filter(|(before, of)| before.on != action.on || of.on == call.on);
        out.extend(before.map(|(before, _)| (before.name.clone(), action.name.clone())));
        last = Some((action, call));
    }
    out
}

/// The races of which all commands may be sent, with their names.
#[must_use]
pub fn races(spec: &Spec, seed: u64, may: &dyn Fn(&Action) -> bool) -> Vec<(String, Vec<Call>)> {
    let all = &spec.sequences;
    let mut rng = TestRng::from_seed(RngAlgorithm::ChaCha, &digest_of(seed, "races", 0));
    let mut out = Vec::new();
    for race in &all.races {
        let mut names = race.before.iter().chain(race.clients.iter().flatten()).chain(&race.reads);
        if !names.all(|name| all.action(name).is_some_and(may)) {
            continue;
        }
        let mut drawing = Drawing::new(all, may, &mut rng);
        race.before.iter().for_each(|name| drawing.command(name, 0));
        if race.is_drawn() {
            drawing.race(&race.reads);
        }
        for (client, names) in (1..).zip(&race.clients) {
            names.iter().for_each(|name| drawing.command(name, client));
        }
        race.reads.iter().for_each(|name| drawing.read_each(name));
        out.push((race.name.clone(), drawing.calls));
    }
    out
}

/// A walk on which every place follows every place once, itself too.
fn walk(places: usize, rng: &mut TestRng) -> Vec<usize> {
    let mut next: Vec<Vec<usize>> = (0..places).map(|_| shuffled(places, rng)).collect();
    let (mut way, mut out) = (vec![0], Vec::new());
    while let Some(&at) = way.last() {
        match next[at].pop() {
            Some(to) => way.push(to),
            None => out.extend(way.pop()),
        }
    }
    out.reverse();
    out
}

fn shuffled(count: usize, rng: &mut TestRng) -> Vec<usize> {
    let mut all: Vec<usize> = (0..count).collect();
    for at in (1..count).rev() {
        all.swap(at, below(at + 1, rng));
    }
    all
}

/// The case that plays calls, with what puts back what they did. The word of a run is in all names that it makes.
#[must_use]
pub fn played(spec: &Spec, purpose: Purpose, calls: &[Call], seed: u64, attempt: u32, word: &str) -> Sequence {
    let name = if attempt == 0 { purpose.to_string() } else { format!("{purpose}#{attempt}") };
    let digest = digest_of(seed, &name, 0);
    let mut case = Case { purpose, index: 0, attempt, steps: Vec::new() };
    let mut steps = Vec::new();
    let back = put_back(&spec.sequences, calls);
    for (role, call) in
        calls.iter().map(|call| (Role::Setup, call)).chain(back.iter().map(|call| (Role::Teardown, call)))
    {
        let Some(action) = spec.sequences.action(&call.action) else { continue };
        let step = Step { role, ..step_of(action, call) };
        let mut values = step.parameters.iter().map(|(_, input)| match input {
            Input::Text(text) => Some(text.clone()),
            _ => Some(String::new()),
        });
        let mut case_step = case_step(&step, &mut values);
        case_step.call = Some(call.clone());
        case.steps.push(case_step);
        drop(values);
        steps.push(step);
    }
    let made = Variables::from([(UNIQUE.to_owned(), seeded::unique(word, &digest))]);
    Sequence { case, steps, made }
}

/// The commands that put back what calls did, as far as they are known to have done it.
fn put_back(all: &Sequences, calls: &[Call]) -> Vec<Call> {
    let mut reference = Reference::new(all);
    let mut touched: BTreeSet<(&str, u32)> = BTreeSet::new();
    for call in calls {
        let Some(action) = all.action(&call.action).filter(|action| action.kind == ActionKind::Command) else {
            continue;
        };
        if reference.expects(action, call) != Expected::Refused {
            reference.accept(action, call);
        }
        touched.extend(action.on.as_deref().and_then(|kind| Some((kind, call.on?))));
        touched.extend(action.makes.as_deref().map(|kind| (kind, call.number)));
    }
    let mut number = calls.last().map_or(0, |call| call.number);
    let mut out = Vec::new();
    for action in all.commands() {
        let (Some(rows), Some(kind)) = (&action.at_end, &action.on) else { continue };
        for thing in reference.things(kind).filter(|thing| touched.contains(&(kind.as_str(), *thing))) {
            if reference.may_have(kind, thing, rows) {
                number += 1;
                out.push(Call { action: action.name.clone(), on: Some(thing), number, client: 0 });
            }
        }
    }
    out
}

/// The request of one call.
fn step_of(action: &Action, call: &Call) -> Step {
    let mut step = action.step.clone();
    let text = |text: &str| action.text(text, call);
    for (_, input) in &mut step.parameters {
        if let Input::Text(value) = input {
            *value = text(value);
        }
    }
    for capture in &mut step.capture {
        // What was a query is one still.
        let query = Query::parse(&text(&capture.query.to_string())).unwrap_or_else(|_| capture.query.clone());
        let name = action.variable(&capture.name, call).unwrap_or_else(|| capture.name.clone());
        *capture = Capture { name, query, ..capture.clone() };
    }
    step
}

/// Calls without one of them, and without those that cannot be played then: what they act on is not made, or its id is not learnt.
#[must_use]
pub fn without(spec: &Spec, calls: &[Call], left_out: std::ops::Range<usize>) -> Vec<Call> {
    let action = |call: &Call| spec.sequences.action(&call.action);
    let captured = |call: &Call| -> Vec<String> {
        let step = action(call).map(|action| step_of(action, call));
        step.into_iter().flat_map(|step| step.capture).map(|capture| capture.name).collect()
    };
    let learnt: BTreeSet<String> = calls.iter().flat_map(&captured).collect();
    let makers: BTreeSet<u32> = calls
        .iter()
        .filter(|call| action(call).is_some_and(|action| action.makes.is_some()))
        .map(|call| call.number)
        .collect();
    let (mut known, mut made): (BTreeSet<String>, BTreeSet<u32>) = Default::default();
    let mut out = Vec::new();
    for (at, call) in calls.iter().enumerate() {
        let Some(action) = action(call).filter(|_| !left_out.contains(&at)) else { continue };
        let needs = variables_of(&step_of(action, call));
        let can = needs.iter().all(|name| !learnt.contains(name) || known.contains(name))
            && call.on.is_none_or(|on| !makers.contains(&on) || made.contains(&on));
        if can {
            known.extend(captured(call));
            made.insert(call.number);
            out.push(call.clone());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_has_each_ordered_pair_once() {
        for places in 1..=14 {
            let mut rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
            let walk = walk(places, &mut rng);
            let pairs: BTreeSet<(usize, usize)> = walk.windows(2).map(|pair| (pair[0], pair[1])).collect();
            assert_eq!((pairs.len(), walk.len()), (places * places, places * places + 1));
        }
    }
}

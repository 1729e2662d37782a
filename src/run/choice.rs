//! What a run does within a budget: the requirements that tell most for their requests.
//!
//! In: what is asked for, and the budget. Out: which of it goes out now, and in the end what was left out. First comes what failed last time,
//! then the smallest request of each endpoint, since its answer shows most, then the rest: `must` before `should` before what is ambiguous,
//! what takes fewest requests before what takes more, and among equals what the seed says. What does not fit is passed over for what does.
//! Requests are counted as `plan` counts them: the most that a case may take. So what was not needed is given out again, turn by turn, until
//! nothing more fits. Nothing is sent here.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};

use crate::{
    model::{case::Class, conversation::Act, id::EndpointId},
    send::Rate,
    spec::{Demand, Flow, Level, Origin, Requirement, Spec, Step, When},
};

use super::{
    budget::Budget,
    discovery, needs, nothing_found,
    phases::{self, Turn, in_turns, is_calm, is_of_sequences, shows_what_failed},
    plan::Plan,
    sequences, shards,
    shared::{Event, Shared},
};

/// What is learnt of the target before anything is tested is learnt whole where it takes no more than this part of the budget.
const LEARNING_PART: u64 = 20;

/// A part of the time that is left is given out at a time, as nobody knows yet how long requests take.
const TIME_PART: u64 = 2;

/// Millionths of a second that a request takes as far as nobody knows.
const FIRST_GUESS_US: u64 = 1_000;

/// In which order candidates are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// It failed last time, or shows what did.
    Failed,
    /// It is the smallest request of its endpoint.
    Smallest,
    /// Anything else.
    Other,
}

/// What is sent as a whole or not at all.
struct Candidate<'a> {
    /// One that has requests of its own, or all that ask something of sequences.
    requirements: Vec<&'a Requirement>,
    /// The most requests that it takes.
    requests: u64,
    /// How long it waits and listens, in milliseconds.
    waits_ms: u64,
    rank: Rank,
    /// The count of requirements that it shows.
    shows: u64,
    needs: BTreeSet<String>,
    asks: BTreeSet<&'a EndpointId>,
}

/// What is left of the budget.
#[derive(Clone, Copy)]
struct Rest {
    requests: u64,
    /// Where time is bounded: milliseconds, and millionths of a second that a request takes.
    time: Option<(u64, u64)>,
}

/// What is chosen so far.
pub(super) struct Choice<'a> {
    pub(super) budget: Budget,
    /// In the order in which they are taken.
    left: Vec<Candidate<'a>>,
    /// What touches the appliance itself comes last of all.
    last: Vec<Candidate<'a>>,
    /// Whether it has come to that.
    is_at_the_last: bool,
    /// What is learnt of the target before anything is tested.
    learns: Learns<'a>,
    /// Facts that what was chosen needs.
    to_learn: BTreeSet<String>,
}

/// What is learnt of the target.
enum Learns<'a> {
    /// Whatever anything needs; the requests that it takes.
    All(u64),
    /// What those need that are chosen first.
    AsNeeded,
    /// It was learnt: facts by their names, and what endpoints say where nothing is found.
    Learnt(BTreeSet<String>, BTreeSet<&'a EndpointId>),
}

impl<'a> Choice<'a> {
    /// Of what is to be sent; nothing is chosen yet.
    pub(super) fn new(
        shared: &Shared<'a>,
        budget: Budget,
        selected: &[&'a Requirement],
        to_send: &[&'a Requirement],
    ) -> Self {
        let (spec, plan) = (shared.spec, shared.plan);
        let failed = shows_what_failed(shared, selected);
        let mut looking: BTreeMap<&EndpointId, u64> = BTreeMap::new();
        for one in selected.iter().filter(|one| !matches!(one.demand, Demand::Steps(_))) {
            *looking.entry(&one.endpoint).or_default() += 1;
        }
        let own_session = spec.flow(When::OwnSession).map_or(0, |(_, flow)| of_flow(flow));
        let mut left: Vec<Candidate<'_>> = to_send
            .iter()
            .map(|one| {
                let rank = match one.origin {
                    _ if failed.contains(one.id.as_str()) => Rank::Failed,
                    Origin::Smallest | Origin::Served | Origin::DocumentRead => Rank::Smallest,
                    _ => Rank::Other,
                };
                let more = if rank == Rank::Smallest { looking.get(&one.endpoint).copied().unwrap_or(0) } else { 0 };
                let session = if shards::shares_a_session(one) || one.fresh_session { own_session } else { 0 };
                let taken_up = plan.resumed.whole.contains_key(&one.id);
                Candidate {
                    requirements: vec![*one],
                    requests: if taken_up { 0 } else { with_session(shards::requests(plan, one), session) },
                    waits_ms: if taken_up { 0 } else { waits_ms(plan, one) },
                    rank,
                    shows: 1 + more,
                    needs: needs::of(spec, one),
                    asks: nothing_found::asked_for(spec, &[one]),
                }
            })
            .collect();
        left.extend(of_sequences(shared, selected));
        left.sort_by_cached_key(|one| one.key(plan.seed));
        let (last, learns, to_learn) = (Vec::new(), Learns::AsNeeded, BTreeSet::new());
        let mut choice = Self { budget, left, last, is_at_the_last: false, learns, to_learn };
        let everything = learning(spec, &choice.left_out().collect::<Vec<_>>());
        if everything <= choice.rest(shared, TIME_PART).requests / LEARNING_PART {
            choice.learns = Learns::All(everything);
        }
        choice
    }

    /// What goes out first, and the requirements for which the target is asked what it has: those, or all where that takes little.
    pub(super) fn first(&mut self, shared: &Shared<'a>) -> (Turn<'a>, Vec<&'a Requirement>) {
        let all: Vec<&Requirement> = self.left_out().collect();
        let turn = self.next(shared);
        if matches!(self.learns, Learns::All(_)) {
            self.learns = Learns::All(0);
            return (turn, all);
        }
        let last = self.last.iter().flat_map(|one| one.requirements.iter().copied());
        let those: Vec<&Requirement> = turn.all().chain(last).collect();
        let needs = those.iter().flat_map(|one| needs::of(shared.spec, one)).collect();
        self.learns = Learns::Learnt(needs, nothing_found::asked_for(shared.spec, &those));
        (turn, those)
    }

    /// What goes out next; nothing where nothing more fits.
    fn next(&mut self, shared: &Shared<'a>) -> Turn<'a> {
        let turn = self.take(shared, TIME_PART);
        if turn.is_empty() { self.take(shared, 1) } else { turn }
    }

    /// The same, of a part of the time that is left where the budget is a time.
    fn take(&mut self, shared: &Shared<'a>, time_part: u64) -> Turn<'a> {
        let mut rest = self.rest(shared, time_part);
        let mut reserved: u64 = self.last.iter().map(|one| one.requests).sum();
        if let Learns::All(requests) = self.learns {
            reserved += requests;
        }
        rest.requests = rest.requests.saturating_sub(reserved);
        let known = if let Learns::Learnt(needs, _) = &self.learns { needs.clone() } else { BTreeSet::new() };
        let mut learning = Learning { known, ..Learning::default() };
        let mut turn = Turn::default();
        for one in std::mem::take(&mut self.left) {
            let to_learn = match &self.learns {
                Learns::All(_) => Some(0),
                Learns::AsNeeded => Some(learning.takes(shared.spec, &one)),
                // How a report says that there is nothing is learnt once.
                Learns::Learnt(_, asks) => one.asks.is_subset(asks).then(|| learning.takes(shared.spec, &one)),
            };
            let requests = to_learn.map(|more| one.requests.saturating_add(more));
            let is_calm = one.requirements.iter().all(|one| is_calm(one));
            let comes_too_late = is_calm && self.is_at_the_last;
            let Some(requests) = requests.filter(|most| !comes_too_late && rest.has(*most, one.waits_ms)) else {
                self.left.push(one);
                continue;
            };
            rest.requests -= requests;
            if !matches!(self.learns, Learns::All(_)) {
                learning.take(shared.spec, &one);
            }
            match is_calm {
                true => turn.add(one.requirements),
                false => self.last.push(one),
            }
        }
        self.to_learn.extend(learning.needs);
        turn.in_the_usual_order()
    }

    /// What comes last.
    fn last(&mut self) -> Turn<'a> {
        let mut turn = Turn::default();
        std::mem::take(&mut self.last).into_iter().for_each(|one| turn.add(one.requirements));
        turn.in_the_usual_order()
    }

    /// What was never chosen.
    fn left_out(&self) -> impl Iterator<Item = &'a Requirement> {
        self.left.iter().flat_map(|one| one.requirements.iter().copied())
    }

    /// Sends turn after turn until nothing more fits. Says whether sequences of commands were left out, or played in part.
    pub(super) async fn play(mut self, shared: &Shared<'a>, selected: &[&'a Requirement], first: Turn<'a>) -> bool {
        let mut cut = false;
        let mut turn = first;
        let mut number = 0;
        while !turn.is_empty() {
            self.learn(shared, number).await;
            number += 1;
            let has_sequences = !turn.of_sequences.is_empty();
            for turn in in_turns(shared, selected, turn) {
                phases::play(shared, turn).await;
            }
            cut |= has_sequences && shared.is_stopped();
            turn = self.next(shared);
        }
        self.is_at_the_last = true;
        loop {
            let last = self.last();
            if last.is_empty() {
                break;
            }
            self.learn(shared, number).await;
            number += 1;
            phases::play(shared, last).await;
            let nothing = self.next(shared);
            debug_assert!(nothing.is_empty(), "what is calm comes before");
        }
        let finding = shared.halted().unwrap_or_else(|| self.budget.left_out());
        for one in self.left_out() {
            cut |= is_of_sequences(one);
            (shared.on_event)(Event::Tested { requirement: &one.id, whole: false });
            shared.unsent.borrow_mut().insert(one.id.clone(), finding.clone());
        }
        cut
    }

    /// Asks for what is not known yet of the facts that what was chosen needs. Where nothing is learnt, what needs it says so.
    async fn learn(&mut self, shared: &Shared<'_>, number: u32) {
        let needs = std::mem::take(&mut self.to_learn);
        if let Learns::Learnt(known, _) = &mut self.learns
            && !needs.is_subset(known)
        {
            let _unheard = discovery::discover(shared, &needs, number).await;
            known.extend(needs);
        }
    }

    fn rest(&self, shared: &Shared<'_>, time_part: u64) -> Rest {
        let sent = shared.sender.sent();
        match self.budget {
            Budget::Requests(most) => Rest { requests: most.saturating_sub(sent), time: None },
            Budget::Seconds(_) => {
                let now_ms = shared.sender.own_ms();
                let left_ms = u64::try_from(shared.ends_ms().unwrap_or(now_ms) - now_ms).unwrap_or(0);
                let since_ms = u64::try_from(now_ms - shared.began_ms).unwrap_or(0);
                let measured_us = (since_ms * 1_000).checked_div(sent).unwrap_or(FIRST_GUESS_US).max(1);
                let paced_us = match shared.sender.rate() {
                    Rate::PerSecond(rate) => 1_000_000 / u64::from(rate.max(1)),
                    Rate::Off => 1,
                };
                let each_us = measured_us.max(paced_us);
                let fit = left_ms.saturating_mul(1_000) / each_us;
                Rest { requests: fit.div_ceil(time_part), time: Some((left_ms, each_us)) }
            }
        }
    }
}

impl Rest {
    /// Whether that many requests fit in it, with what is waited for.
    fn has(&self, requests: u64, waits_ms: u64) -> bool {
        let in_time =
            self.time.is_none_or(|(left_ms, each_us)| requests.saturating_mul(each_us) / 1_000 + waits_ms <= left_ms);
        in_time && requests <= self.requests
    }
}

impl Candidate<'_> {
    fn key(&self, seed: u64) -> (Rank, Option<Level>, u64, Vec<u8>) {
        let id = self.requirements.first().map_or("", |one| one.id.as_str());
        let drawn = Sha256::digest(format!("{seed} {id}")).to_vec();
        // Whatever comes first of an endpoint shows requirements of all levels.
        let level = self.requirements.iter().map(|one| one.level).min().filter(|_| self.rank == Rank::Other);
        (self.rank, level, self.requests.saturating_mul(1_000) / self.shows.max(1), drawn)
    }
}

/// All that is asked of sequences, which are the same for all of it.
fn of_sequences<'a>(shared: &Shared<'a>, selected: &[&'a Requirement]) -> Option<Candidate<'a>> {
    let requirements: Vec<&Requirement> = selected.iter().copied().filter(|one| is_of_sequences(one)).collect();
    let first = requirements.first().copied()?;
    let (plan, allow) = (shared.plan, shared.sender.guard.allow());
    let cases = if allow < Class::Write { Vec::new() } else { sequences::cases(shared.spec, plan, allow) };
    let steps = cases.iter().flat_map(|case| &case.steps);
    Some(Candidate {
        requests: steps.map(|step| u64::from(step.times.most())).sum(),
        waits_ms: 0,
        rank: if requirements.iter().any(|one| plan.first.contains(&one.id)) { Rank::Failed } else { Rank::Other },
        shows: requirements.len() as u64,
        needs: needs::of(shared.spec, first),
        asks: BTreeSet::new(),
        requirements,
    })
}

/// What is to be learnt for what was chosen so far.
#[derive(Default)]
struct Learning<'a> {
    /// What is known by then.
    known: BTreeSet<String>,
    needs: BTreeSet<String>,
    asks: BTreeSet<&'a EndpointId>,
    requests: u64,
}

impl<'a> Learning<'a> {
    /// The number of requests that one more candidate adds.
    fn takes(&self, spec: &Spec, one: &Candidate<'a>) -> u64 {
        let is_new = |name: &&String| !self.known.contains(*name);
        let asks = if self.known.is_empty() { self.asks.union(&one.asks).count() } else { 0 };
        if one.needs.iter().filter(is_new).all(|name| self.needs.contains(name)) && asks == self.asks.len() {
            return 0;
        }
        let needs = self.needs.iter().chain(one.needs.iter().filter(is_new)).cloned().collect();
        requests_to_learn(spec, &needs, asks).saturating_sub(self.requests)
    }

    fn take(&mut self, spec: &Spec, one: &Candidate<'a>) {
        self.requests += self.takes(spec, one);
        self.needs.extend(one.needs.iter().filter(|name| !self.known.contains(*name)).cloned());
        if self.known.is_empty() {
            self.asks.extend(&one.asks);
        }
    }
}

/// The number of requests by which all is learnt that some requirements need.
fn learning(spec: &Spec, requirements: &[&Requirement]) -> u64 {
    let needs = requirements.iter().flat_map(|one| needs::of(spec, one)).collect();
    requests_to_learn(spec, &needs, nothing_found::asked_for(spec, requirements).len())
}

fn requests_to_learn(spec: &Spec, needs: &BTreeSet<String>, asks: usize) -> u64 {
    let discovery = spec.flow(When::Discovery).map_or(0, |(_, flow)| of_flow(&needs::only_needed(flow, needs)));
    // One is asked for what cannot be there.
    discovery + if asks == 0 { 0 } else { asks as u64 + 1 }
}

fn of_flow(flow: &Flow) -> u64 {
    flow.steps.iter().chain(&flow.teardown).map(|step| u64::from(step.times.most())).sum()
}

fn with_session(requests: u64, session: u64) -> u64 {
    if requests == 0 { 0 } else { requests + session }
}

/// How long its cases wait and listen, in milliseconds.
fn waits_ms(plan: &Plan, requirement: &Requirement) -> u64 {
    let Demand::Steps(steps) = &requirement.demand else { return 0 };
    let cases = if requirement.property { u64::from(plan.cases.max(1)) } else { 1 };
    let of_step = |step: &Step| {
        let listens = |act: &Act| match act {
            Act::Hear(hear) => hear.within_ms,
            Act::Listen(ms) => *ms,
            _ => 0,
        };
        let acts = step.talk.iter().flat_map(|talk| &talk.acts);
        u64::from(step.wait_s) * 1_000 + acts.map(listens).sum::<u64>()
    };
    // What waits longer than it may is not sent.
    match steps.iter().fold(0_u32, |all, step| all.saturating_add(step.wait_s)) > plan.patience_s {
        true => 0,
        false => cases * steps.iter().map(of_step).sum::<u64>(),
    }
}

//! Mutates what was sent, and goes on with what brought a new kind of answer.
//!
//! In: the requirements of mutants, one for each endpoint that only reads. Out: records of the mutants that brought a new kind of answer or
//! show a gap; what shows nothing new is not kept. Each endpoint has its turn, so that none takes the time of all. The same seed sends the
//! same requests to a target that answers the same. A run has a fixed number of turns, or goes on until it has had its requests or its time.

use std::collections::BTreeSet;

use crate::{
    generate::{Drawn, mutant::mutant},
    judge,
    model::{
        case::{ATTEMPTS, Case},
        draft::Draft,
        record::Record,
        verdict::{Finding, Verdict},
    },
    spec::{Demand, Requirement, Step, fuzz},
};

use super::{
    deaths::{is_dead, lane, look_into},
    group::unknown,
    play::play,
    shared::{Event, Shared},
    step::Played,
};

/// The count of turns of an endpoint in a run without bounds of its own.
const TURNS: u32 = 8;

/// The most inputs of an endpoint that are kept.
const KEPT_MAX: usize = 512;

/// The step of a case that sends the mutant.
const MUTANT: usize = 1;

/// An endpoint, and what was found there.
struct Garden<'a> {
    requirement: &'a Requirement,
    steps: &'a [Step],
    /// The query of the lawful request.
    lawful: String,
    kept: Vec<String>,
    known: BTreeSet<String>,
    next: u32,
    /// Whether it has a gap, or is left out.
    over: bool,
}

/// Sends mutants for some requirements.
pub(super) async fn run(shared: &Shared<'_>, requirements: &[&Requirement]) {
    let mut gardens: Vec<Garden<'_>> =
        requirements.iter().filter_map(|requirement| Garden::begin(shared, requirement)).collect();
    let bounded = shared.plan.requests_max.is_some() || shared.plan.time_max_ms.is_some();
    let mut turn = 0;
    while (bounded || turn < TURNS) && gardens.iter().any(|garden| !garden.over) {
        for garden in gardens.iter_mut().filter(|garden| !garden.over) {
            // That the run has had what it was given ends it; whatever was sent until then counts.
            if garden.next > 0 && shared.spent().is_some() {
                continue;
            }
            if let Some(finding) = shared.halted().or_else(|| shared.deaths.why_left_out(&garden.requirement.id)) {
                shared.unsent.borrow_mut().insert(garden.requirement.id.clone(), finding);
                garden.over = true;
                continue;
            }
            if let Some(finding) = garden.turn(shared).await {
                shared.unsent.borrow_mut().insert(garden.requirement.id.clone(), finding);
                garden.over = true;
            }
        }
        turn += 1;
        if shared.spent().is_some() {
            break;
        }
    }
    for garden in gardens {
        let whole = !shared.unsent.borrow().contains_key(&garden.requirement.id);
        (shared.on_event)(Event::Tested { requirement: &garden.requirement.id, whole });
    }
}

impl<'a> Garden<'a> {
    /// What is known of an endpoint before anything is sent; none where an earlier run tested it.
    fn begin(shared: &Shared<'_>, requirement: &'a Requirement) -> Option<Self> {
        let Demand::Steps(steps) = &requirement.demand else { return None };
        let resumed = &shared.plan.resumed;
        if let Some(records) = resumed.whole.get(&requirement.id) {
            records.iter().for_each(|record| shared.keep_again(record.clone()));
            return None;
        }
        let lawful = steps.get(MUTANT)?.raw.clone().unwrap_or_default();
        let kept = fuzz::seeds(shared.spec, requirement);
        if let Some(name) = unknown(shared, requirement, steps) {
            let finding = shared.world.borrow().without(shared.spec, requirement, &name);
            shared.unsent.borrow_mut().insert(requirement.id.clone(), finding);
            return None;
        }
        let mut garden = Self { requirement, steps, lawful, kept, known: BTreeSet::new(), next: 0, over: false };
        for record in resumed.unfinished.iter().filter(|one| one.case.purpose.requirement() == Some(&requirement.id)) {
            shared.keep_again(record.clone());
            garden.next = garden.next.max(record.case.index + 1);
            garden.is_new(record);
            garden
                .kept
                .extend(query(&record.case).and_then(|query| query.strip_prefix(&garden.lawful)).map(str::to_owned));
        }
        Some(garden)
    }

    /// Sends one mutant. Gives why no more is sent for the requirement, where that is so.
    async fn turn(&mut self, shared: &Shared<'_>) -> Option<Finding> {
        let (number, id) = (self.next, self.requirement.id.clone());
        self.next += 1;
        // The first is lawful, so that what is new is known.
        let input = match number {
            0 => String::new(),
            _ => mutant(&self.kept, shared.plan.seed, &id, number),
        };
        let mut drawn = shared.cases(self.requirement).into_iter().next()?;
        drawn.case.index = number;
        for attempt in 0..ATTEMPTS {
            drawn.attempt(attempt);
            put(&mut drawn, &format!("{}{input}", self.lawful));
            let lane = lane(shared, self.requirement, attempt).await;
            let mut played = play(shared, self.requirement, self.steps, &drawn, &Default::default(), None).await;
            let dead = is_dead(shared, self.requirement, &played.record).await;
            drop(lane);
            if played.stopped || dead {
                shared.keep_half(played.record);
                return if dead { look_into(shared, self.requirement).await } else { shared.halted() };
            }
            let fails = self.fails(shared, &mut played);
            if attempt == 0 && !fails {
                if self.is_new(&played.record) {
                    self.keep(input);
                    shared.keep(played.record);
                }
                return None;
            }
            shared.keep(played.record);
            self.over = true;
        }
        None
    }

    fn fails(&self, shared: &Shared<'_>, played: &mut Played) -> bool {
        let heard = std::mem::take(&mut played.heard);
        judge::judge_case(shared.spec, self.requirement, &played.record, heard).verdict == Verdict::Fail
    }

    /// Whether the answer to a mutant is of a kind that no other was.
    fn is_new(&mut self, record: &Record) -> bool {
        let sent = record.exchanges.iter().find(|exchange| exchange.step == MUTANT);
        sent.is_some_and(|exchange| self.known.insert(judge::skeleton(exchange)))
    }

    fn keep(&mut self, input: String) {
        if self.kept.len() == KEPT_MAX {
            self.kept.remove(0);
        }
        self.kept.push(input);
    }
}

/// The query of the mutant of a case.
fn query(case: &Case) -> Option<&str> {
    let Draft::Http(draft) = &case.steps.get(MUTANT)?.draft;
    draft.raw.as_deref()
}

fn put(drawn: &mut Drawn, query: &str) {
    if let Some(step) = drawn.case.steps.get_mut(MUTANT) {
        let Draft::Http(draft) = &mut step.draft;
        draft.raw = Some(query.to_owned());
    }
}

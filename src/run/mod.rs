//! The conductor: the one room that knows all others.
//!
//! In: the spec, a sender and a plan. Out: a [`Run`]: what was sent and what it shows. It decides the order, finds the target's own
//! ids, makes a session of our own where one is needed and ends it again, shrinks what fails, and has everything judged at the end.

mod budget;
mod case_runner;
mod choice;
mod cleanup;
mod configuration;
mod confirm;
mod deaths;
mod discovery;
mod earlier;
mod extended;
mod flow;
mod following;
mod group;
mod guided;
mod in_part;
mod looked;
mod mortality;
mod needs;
mod nothing_found;
mod phases;
mod plan;
mod play;
mod recorded;
mod resume;
mod resumed;
mod sequences;
mod session;
mod shards;
mod shared;
mod sharing;
mod shrink;
mod smallest;
mod step;
mod taken_away;
mod times;
mod weight;
mod world;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicBool, Ordering},
};

use crate::{
    judge::{self, Judged},
    model::{id::RequirementId, record::Record, variables::Variables, verdict::Finding},
    send::Sender,
    spec::{Demand, Requirement, Spec},
};

use choice::Choice;
use in_part::InPart;
use phases::Turn;
use shared::Shared;

pub use budget::Budget;
pub use discovery::Abort;
pub use extended::extended;
pub use looked::{Granted, Looked, looked};
pub use plan::{Plan, Restart};
pub use recorded::{Showing, shown, unreadable};
pub use resumed::Resumed;
pub use sequences::cases as sequence_cases;
pub use shards::selected;
pub use shared::Event;

/// What a run gives.
pub struct Run {
    /// What was sent and what came back.
    pub records: Vec<Record>,
    /// What it shows.
    pub judged: Judged,
    /// Findings of those requirements for which nothing could be sent.
    pub unsent: BTreeMap<RequirementId, Finding>,
    /// Requests that went out.
    pub requests: u64,
    /// API version that the target named.
    pub api_version: Option<String>,
    /// What was found out about the target.
    pub found: Variables,
    /// The spec data with what the target itself adds to it, where that is anything.
    pub extended: Option<Spec>,
    /// Of what the target may have died, where the run ended with that.
    pub suspects: Vec<RequirementId>,
    /// Whether somebody stopped it before its end.
    pub stopped: bool,
}

/// Runs a plan.
///
/// # Errors
/// Why nothing can be certified: nobody answers, or the credentials are not taken.
pub async fn run(
    spec: &Spec,
    sender: &Sender,
    plan: &Plan,
    stop: &AtomicBool,
    on_event: &dyn Fn(Event<'_>),
) -> Result<Run, Abort> {
    let shared = Shared::new(spec, sender, plan, stop, on_event);
    sender.keep_to(plan.budget.and_then(Budget::requests_max), shared.ends_ms());
    on_event(Event::Discovering);
    discovery::greet(&shared).await?;
    let extended = match configuration::is_asked_for(spec, plan) && !shared.is_stopped() {
        true => {
            configuration::fetch(&shared).await;
            configuration::extended(spec, shared.records.borrow().iter())
        }
        false => None,
    };
    let spec = extended.as_ref().map_or(spec, |extended| &extended.spec);
    let resources = extended.as_ref().map_or(&[][..], |extended| &extended.resources);
    let shared = Shared { spec, resources, ..shared };
    // Where the run was stopped before the document came, nobody knows what follows from it.
    let unknown = extended.is_none() && shared.is_stopped();
    if let Some(prefix) = plan.only.iter().find(|prefix| !unknown && !spec.selects(prefix)) {
        let instead = configuration::instead(spec, &shared.records.borrow()).filter(|_| extended.is_none());
        return Err(match instead {
            Some(instead) => Abort::Document(prefix.clone(), instead),
            None => Abort::Unknown(prefix.clone()),
        });
    }
    let selected = selected(spec, plan);
    let to_send = plan::to_send(spec, &selected);
    let mut choice = plan.budget.map(|budget| Choice::new(&shared, budget, &selected, &to_send));
    let (first, to_learn_for) = match &mut choice {
        Some(choice) => choice.first(&shared),
        None => (Turn::of_all(&selected, to_send.clone()), to_send.clone()),
    };
    // What is learned is of endpoints: the requirements stay what they are.
    nothing_found::ask(&shared, &to_learn_for).await;
    let learned = nothing_found::learned(spec, shared.records.borrow().iter());
    let spec = learned.as_ref().unwrap_or(spec);
    let shared = Shared { spec, ..shared };
    let endpoints: BTreeSet<_> = to_learn_for.iter().map(|one| &one.endpoint).collect();
    let looks = |one: &&Requirement| !matches!(one.demand, Demand::Steps(_) | Demand::Sequence(_));
    let looking: Vec<&Requirement> = match &choice {
        Some(_) => selected.iter().copied().filter(|one| looks(one) && endpoints.contains(&one.endpoint)).collect(),
        None => selected.clone(),
    };
    match discovery::discover(&shared, &needs::needs(spec, &looking, &to_learn_for), 0).await {
        // Who asks for nothing else may have an account that may use nothing else.
        Err(Abort::Permission(_)) if configuration::is_all(spec, &selected) => {}
        discovered => discovered?,
    }
    resume::take_up(&shared).await;
    on_event(Event::Started { selected: selected.len(), to_send: to_send.len() });
    let left_out = match choice {
        Some(choice) => {
            let (budget, sequences) = (choice.budget, choice.play(&shared, &selected, first).await);
            Some(InPart { budget, to_send, sequences })
        }
        None => {
            for turn in phases::in_turns(&shared, &selected, first) {
                phases::play(&shared, turn).await;
            }
            None
        }
    };
    resume::remember(&shared);
    let mut confirmed = BTreeSet::new();
    let (records, mut judged) = loop {
        cleanup::at_the_end(&shared).await;
        let records = shared.take_sorted();
        let idle = nothing_found::idle(spec, &records);
        let spec = idle.as_ref().unwrap_or(spec);
        // What was found until it was stopped is judged; only who stops the judging has it broken off.
        let was_stopped = shared.is_called_off();
        let stopped = || !was_stopped && stop.load(Ordering::Relaxed);
        let judged = judge::judge_until(&stopped, spec, &selected, &records, &shared.unsent.borrow());
        // What rests on something that is not confirmed comes to light only then.
        if !confirm::confirm(&shared, &selected, &judged, &records, &mut confirmed).await {
            break (records, judged);
        }
        let more = shared.records.replace(records);
        shared.records.borrow_mut().extend(more);
    };
    if let Some(left_out) = left_out {
        left_out.put_into(spec, &selected, &mut judged, &mut shared.unsent.borrow_mut());
    }
    // What is made of an answer, by a script in it perhaps, may be a secret where the answer itself was none.
    judged.findings.values_mut().for_each(|finding| sender.redact_finding(finding));
    judged.observations.iter_mut().for_each(|seen| sender.redact_observation(seen));
    let mut unsent = shared.unsent.take();
    unsent.values_mut().for_each(|finding| sender.redact_finding(finding));
    let (suspects, stopped) = (shared.deaths.suspects(), shared.is_called_off());
    let found = sender.redacted_all(&shared.world.into_inner().known());
    let extended = learned.or(extended.map(|extended| extended.spec));
    Ok(Run {
        records,
        judged,
        unsent,
        requests: sender.sent(),
        api_version: found.get("api_version").cloned(),
        found,
        extended,
        suspects,
        stopped,
    })
}

//! The conductor: the one room that knows all others.
//!
//! In: the spec, a sender and a plan. Out: a [`Run`]: what was sent and what it shows. It decides the order, finds the target's own
//! ids, makes a session of our own where one is needed and ends it again, shrinks what fails, and has everything judged at the end.

mod case_runner;
mod cleanup;
mod configuration;
mod discovery;
mod group;
mod needs;
mod plan;
mod play;
mod session;
mod shrink;
mod world;

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    sync::atomic::{AtomicBool, Ordering},
};

use futures_util::{StreamExt, stream};

use crate::{
    judge::{self, Judged},
    model::{
        case::Class,
        exchange::{NoAnswerKind, Outcome},
        record::{Bodies, Record},
        variables::Variables,
        verdict::{Blame, Finding, Verdict},
    },
    send::Sender,
    spec::{Spec, openapi::Resource},
};

pub use configuration::extended;
pub use plan::{Plan, selected};

/// After so many requests in a row without an answer, since nobody was reached or nothing came in time, the run gives up.
const UNANSWERED_MAX: u32 = 12;

/// What happens, for those who show it.
pub enum Event<'a> {
    /// The run looks for the target's own ids.
    Discovering,
    /// So many requirements are asked for; for so many requests will be sent.
    Started {
        /// Requirements that are asked for.
        selected: usize,
        /// Requirements that have requests of their own.
        to_send: usize,
    },
    /// A case was played.
    Recorded(&'a Record),
    /// A requirement has been sent for; its verdict so far.
    Told(&'a str, Verdict),
}

/// What a run gives.
pub struct Run {
    /// What was sent and what came back.
    pub records: Vec<Record>,
    /// What it shows.
    pub judged: Judged,
    /// Requests that went out.
    pub requests: u64,
    /// API version that the target named.
    pub api_version: Option<String>,
    /// What was found out about the target.
    pub found: Variables,
    /// The spec data with what the target's own document adds to it, where it has one that was asked for.
    pub extended: Option<Spec>,
}

/// Why nothing could be certified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Abort {
    /// Nobody answers.
    Unreachable(String),
    /// The target refuses the credentials.
    Credentials(String),
    /// The account has no access to the command API.
    Permission(String),
    /// What was asked for does not follow from the target's own document.
    Unknown(String),
}

/// State that the groups of a run share.
struct Shared<'a> {
    spec: &'a Spec,
    /// What a run may make at the Configuration API and take away again.
    resources: &'a [Resource],
    sender: &'a Sender,
    plan: &'a Plan,
    stop: &'a AtomicBool,
    world: RefCell<world::World>,
    records: RefCell<Vec<(String, Record)>>,
    bodies: RefCell<Bodies>,
    untold: RefCell<BTreeMap<String, Finding>>,
    unanswered: Cell<u32>,
    /// How many sessions and keys were made for a requirement, which tells their names apart.
    made: RefCell<BTreeMap<String, u32>>,
    told: &'a dyn Fn(Event<'_>),
}

impl Shared<'_> {
    /// Whether somebody stopped the run.
    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Why nothing more is sent, if so.
    fn halted(&self) -> Option<Finding> {
        if self.is_stopped() {
            return Some(Finding::inconclusive("the run was stopped before it", Blame::Configuration));
        }
        let reason = format!("the target gave no answer {UNANSWERED_MAX} times in a row, so no more was sent");
        self.is_cut_off().then(|| Finding::inconclusive(reason, Blame::Network))
    }

    /// Whether so many requests in a row were not answered that no more makes sense.
    fn is_cut_off(&self) -> bool {
        self.unanswered.get() >= UNANSWERED_MAX
    }

    /// Counts requests in a row without an answer.
    fn note(&self, outcome: &Outcome) {
        match outcome {
            Outcome::Nothing(nothing) if matches!(nothing.kind, NoAnswerKind::Unreachable | NoAnswerKind::Timeout) => {
                self.unanswered.set(self.unanswered.get() + 1);
            }
            Outcome::Nothing(nothing) if matches!(nothing.kind, NoAnswerKind::Guarded | NoAnswerKind::NoToken) => {}
            _ => self.unanswered.set(0),
        }
    }

    fn keep(&self, mut record: Record) {
        self.bodies.borrow_mut().share(&mut record);
        (self.told)(Event::Recorded(&record));
        let key = format!("{}#{:08}", record.case.purpose, record.case.index);
        self.records.borrow_mut().push((key, record));
    }
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
    told: &dyn Fn(Event<'_>),
) -> Result<Run, Abort> {
    let shared = Shared {
        spec,
        resources: &[],
        sender,
        plan,
        stop,
        world: RefCell::new(world::World::new(plan, sender)),
        records: RefCell::default(),
        bodies: RefCell::default(),
        untold: RefCell::default(),
        unanswered: Cell::new(0),
        made: RefCell::default(),
        told,
    };
    told(Event::Discovering);
    discovery::greet(&shared).await?;
    let extended = match configuration::is_asked_for(spec, plan) {
        true => {
            configuration::fetch(&shared).await;
            configuration::extended(spec, shared.records.borrow().iter().map(|(_, record)| record))
        }
        false => None,
    };
    let spec = extended.as_ref().map_or(spec, |extended| &extended.spec);
    let resources = extended.as_ref().map_or(&[][..], |extended| &extended.resources);
    let shared = Shared { spec, resources, ..shared };
    if let Some(prefix) = plan.only.iter().find(|prefix| !spec.selects(prefix)) {
        return Err(Abort::Unknown(prefix.clone()));
    }
    let selected = selected(spec, plan);
    let to_send = plan::to_send(spec, &selected);
    discovery::discover(&shared, &needs::needs(spec, &selected, &to_send)).await?;
    told(Event::Started { selected: selected.len(), to_send: to_send.len() });
    let (calm, rough): (Vec<_>, Vec<_>) = to_send.into_iter().partition(|r| r.class < Class::Disrupt);
    let documented = configuration::chapter(spec);
    // What touches the appliance itself goes last and alone, so that nothing else sees its effects.
    stream::iter(plan::groups(documented, &calm))
        .map(|(endpoint, requirements)| group::run(&shared, endpoint, requirements))
        .buffer_unordered(plan.workers.max(1))
        .collect::<Vec<()>>()
        .await;
    for (endpoint, requirements) in plan::groups(documented, &rough) {
        group::run(&shared, endpoint, requirements).await;
    }
    cleanup::at_the_end(&shared).await;
    let mut records = shared.records.into_inner();
    records.sort_by(|(a, _), (b, _)| a.cmp(b));
    let records: Vec<Record> = records.into_iter().map(|(_, record)| record).collect();
    let mut judged = judge::judge(spec, &selected, &records, &shared.untold.into_inner());
    // What is made of an answer, by a script in it perhaps, may be a secret where the answer itself was none.
    judged.findings.values_mut().for_each(|finding| sender.redact_finding(finding));
    judged.observations.iter_mut().for_each(|seen| sender.redact_observation(seen));
    let found = sender.redacted_all(&shared.world.into_inner().known());
    let extended = extended.map(|extended| extended.spec);
    Ok(Run {
        records,
        judged,
        requests: sender.sent(),
        api_version: found.get("api_version").cloned(),
        found,
        extended,
    })
}

//! The conductor: the one room that knows all others.
//!
//! In: the spec, a sender and a plan. Out: a [`Run`]: what was sent and what it shows. It decides the order, finds the target's own
//! ids, makes a session of our own where one is needed and ends it again, shrinks what fails, and has everything judged at the end.

mod cleanup;
mod configuration;
mod group;
mod needs;
mod play;
mod world;

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicBool, Ordering},
};

use futures_util::{StreamExt, stream};

use crate::{
    generate,
    judge::{self, Judged},
    model::{
        case::{Class, Purpose},
        credential::AccountRole,
        exchange::{NoAnswerKind, Outcome},
        record::{Bodies, Record},
        suite::Suite,
        variables::Variables,
        verdict::{Blame, Finding, Verdict},
    },
    send::{Sender, TOKEN_PATH},
    spec::{Demand, Endpoint, Requirement, Spec, Version, When, openapi::Resource},
};

pub use configuration::extended;

/// After so many requests in a row without an answer, since nobody was reached or nothing came in time, the run gives up.
const UNANSWERED_MAX: u32 = 12;

/// What to do.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Decides every drawn value.
    pub seed: u64,
    /// Cases of each property.
    pub cases: u32,
    /// Prefixes of requirement ids; none for all.
    pub only: Vec<String>,
    /// Beginnings of requirement ids that the target is known not to have, and that are left out.
    pub leave_out: Vec<String>,
    /// Suites; none for all.
    pub suites: Vec<Suite>,
    /// Groups that run side by side.
    pub workers: usize,
    /// Which part of the requirements: the K-th of N, from 1.
    pub shard: (u32, u32),
    /// API version of the target, when the operator says it.
    pub api_version: Option<Version>,
    /// What the operator says of the target.
    pub fixtures: Variables,
    /// Fixtures that must not be seen.
    pub secret_fixtures: Variables,
    /// Records of an earlier run that was broken off; what they hold whole is not sent again.
    pub resumed: BTreeMap<String, Vec<Record>>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            seed: 0,
            cases: 6,
            only: Vec::new(),
            leave_out: Vec::new(),
            suites: Vec::new(),
            workers: 4,
            shard: (1, 1),
            api_version: None,
            fixtures: Variables::new(),
            secret_fixtures: Variables::new(),
            resumed: BTreeMap::new(),
        }
    }
}

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

/// The requirements that a plan selects, in the order of their ids.
#[must_use]
pub fn selected<'a>(spec: &'a Spec, plan: &'a Plan) -> Vec<&'a Requirement> {
    let (shard, shards) = plan.shard;
    spec.select(&plan.only)
        .filter(|r| !plan.leave_out.iter().any(|prefix| r.id.starts_with(prefix.as_str())))
        .filter(|r| plan.suites.is_empty() || plan.suites.contains(&r.suite))
        .filter(|r| shards <= 1 || share(&r.endpoint, shards) == shard - 1)
        .collect()
}

/// Endpoints are dealt to shards by name, so a shard is the same on every machine.
fn share(endpoint: &str, shards: u32) -> u32 {
    endpoint.bytes().fold(2_166_136_261_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(16_777_619)) % shards
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
    greet(&shared).await?;
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
    let to_send = to_send(spec, &selected);
    discover(&shared, &needs::needs(spec, &selected, &to_send)).await?;
    told(Event::Started { selected: selected.len(), to_send: to_send.len() });
    let (calm, rough): (Vec<_>, Vec<_>) = to_send.into_iter().partition(|r| r.class < Class::Disrupt);
    // What touches the appliance itself goes last and alone, so that nothing else sees its effects.
    stream::iter(groups(spec, &calm))
        .map(|(endpoint, requirements)| group::run(&shared, endpoint, requirements))
        .buffer_unordered(plan.workers.max(1))
        .collect::<Vec<()>>()
        .await;
    for (endpoint, requirements) in groups(spec, &rough) {
        group::run(&shared, endpoint, requirements).await;
    }
    cleanup::at_the_end(&shared).await;
    let mut records = shared.records.into_inner();
    records.sort_by(|(a, _), (b, _)| a.cmp(b));
    let records: Vec<Record> = records.into_iter().map(|(_, record)| record).collect();
    let judged = judge::judge(spec, &selected, &records, &shared.untold.into_inner());
    let world = shared.world.into_inner();
    let extended = extended.map(|extended| extended.spec);
    Ok(Run {
        records,
        judged,
        requests: sender.sent(),
        api_version: world.get("api_version"),
        found: world.known(),
        extended,
    })
}

/// Requirements by what they are about: an endpoint, or the API of which the target has a document.
fn groups<'a>(spec: &Spec, requirements: &[&'a Requirement]) -> Vec<(&'a str, Vec<&'a Requirement>)> {
    let documented = configuration::chapter(spec);
    let mut groups: BTreeMap<&str, Vec<&Requirement>> = BTreeMap::new();
    for requirement in requirements {
        // What is made at one operation of that API is seen in the answers of others, so they take turns.
        let name = match requirement.endpoint.split_once('/') {
            Some((chapter, _)) if documented == Some(chapter) => chapter,
            _ => requirement.endpoint.as_str(),
        };
        groups.entry(name).or_default().push(requirement);
    }
    groups.into_iter().collect()
}

/// What must be sent for the selected requirements: their own cases, and for those that look at every answer of an endpoint
/// the plain requests of that endpoint.
fn to_send<'a>(spec: &'a Spec, selected: &[&'a Requirement]) -> Vec<&'a Requirement> {
    let mut ids: BTreeSet<&str> = selected.iter().map(|r| r.id.as_str()).collect();
    let plain: Vec<&Requirement> = spec.requirements.values().filter(|one| one.origin.is_plain()).collect();
    for requirement in selected.iter().filter(|r| !matches!(r.demand, Demand::Steps(_))) {
        // Tables and events are looked at in the archives, which have an endpoint of their own.
        let in_archives = matches!(requirement.demand, Demand::Archive(_));
        let shows = |one: &&&Requirement| {
            let gives_archives = || spec.endpoints.get(&one.endpoint).is_some_and(Endpoint::gives_archives);
            one.endpoint == requirement.endpoint || in_archives && gives_archives()
        };
        ids.extend(plain.iter().filter(shows).map(|one| one.id.as_str()));
    }
    ids.iter().map(|id| &spec.requirements[*id]).filter(|r| matches!(r.demand, Demand::Steps(_))).collect()
}

/// The first contact: is anybody there, and are the credentials taken?
async fn greet(shared: &Shared<'_>) -> Result<(), Abort> {
    if !shared.sender.has(AccountRole::Full) {
        return Err(Abort::Credentials("no account was given".to_owned()));
    }
    match shared.sender.first_contact().await {
        Outcome::Nothing(nothing) if nothing.kind == NoAnswerKind::Unreachable => Err(Abort::Unreachable(nothing.says)),
        Outcome::Answer(answer) if matches!(answer.status, 400 | 401 | 403) => Err(Abort::Credentials(format!(
            "POST {TOKEN_PATH} was answered with {}: {}",
            answer.status,
            shared.sender.redacted(answer.body.trim()).chars().take(200).collect::<String>()
        ))),
        _ => Ok(()),
    }
}

/// Finds those of the target's own ids that are needed, by the documented calls.
async fn discover(shared: &Shared<'_>, needs: &BTreeSet<String>) -> Result<(), Abort> {
    let Some((name, flow)) = shared.spec.flow(When::Discovery) else { return Ok(()) };
    let flow = &needs::only_needed(flow, needs);
    let drawn = generate::flow(shared.spec, &Purpose::flow(name, ""), &flow.steps, shared.plan.seed);
    let steps = &flow.steps;
    let variables = shared.world.borrow().with(&drawn.made);
    let played = play::play(shared, &drawn.case, steps, &[], variables, &drawn.made).await;
    let refusals = played.heard.iter().filter(|heard| heard.refused()).count();
    let denied =
        played.heard.iter().filter(|heard| heard.answer().is_some_and(|a| matches!(a.status, 401 | 403 | 404))).count();
    let all = played.heard.len();
    if let (Some(first), true) = (played.heard.first(), refusals == all && denied == all) {
        let says = first.summary();
        return Err(Abort::Permission(format!("every call of the discovery was refused; the first answer was {says}")));
    }
    let mut world = shared.world.borrow_mut();
    world.learn(&played.captured, shared.sender);
    drop(world);
    shared.keep(played.record);
    Ok(())
}

//! Plans: what a run is asked for, and what must be sent for it.
//!
//! In: the spec and a plan. Out: the requirements that have requests of their own, and the groups in which they go out. Nothing is sent here.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};

use crate::{
    model::{
        case::{Call, Class},
        id::RequirementId,
        suite::Suite,
        variables::Variables,
    },
    spec::{Demand, Endpoint, Requirement, Spec, Version},
};

use super::{budget::Budget, resumed::Resumed};

/// What to do.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Decides every drawn value.
    pub seed: u64,
    /// Is in all names that the run makes; empty where the seed alone decides them.
    pub run_word: String,
    /// Cases of each property.
    pub cases: u32,
    /// Prefixes of requirement ids; none for all.
    pub only: Vec<String>,
    /// Beginnings of requirement ids that the target is known not to have, and that are left out.
    pub leave_out: Vec<String>,
    /// Only what plain requests show that read and change nothing.
    pub plain: bool,
    /// Suites; none for all.
    pub suites: Vec<Suite>,
    /// Groups that run side by side.
    pub workers: usize,
    /// Which part of the requirements: the K-th of N, from 1.
    pub shard: (u32, u32),
    /// What may be touched. What may not weighs nothing in its shard.
    pub allow: Class,
    /// How long a case may wait for something to run out, in seconds.
    pub patience_s: u32,
    /// API version of the target, when the operator says it.
    pub api_version: Option<Version>,
    /// What the operator says of the target.
    pub fixtures: Variables,
    /// Fixtures that must not be seen.
    pub secret_fixtures: Variables,
    /// After that number of fails that were confirmed by playing their case again, others count without; none for no such number.
    pub confirmed_max: Option<u32>,
    /// The most bytes of answers that are kept to be judged.
    pub answers_bytes_max: usize,
    /// Calls that are played instead of the sequences that the seed draws.
    pub calls: Vec<Call>,
    /// What is taken up of an earlier run that was broken off.
    pub resumed: Resumed,
    /// How a target is started anew that died of what it was sent; none where nobody can do that.
    pub on_dead: Option<Restart>,
    /// Requirements that failed when the target was tested last: what shows them goes out first.
    pub first: BTreeSet<RequirementId>,
    /// What the run is to keep to, but for what is put back: then only some requirements are tested. None for no such bound.
    pub budget: Option<Budget>,
    /// The most requests that go out, but for what is put back; none for no such number.
    pub requests_max: Option<u64>,
    /// For how long requests go out, in milliseconds; none for no such time.
    pub time_max_ms: Option<i64>,
}

/// Starts a target anew. The error says why that could not be done.
#[derive(Clone)]
pub struct Restart(pub Arc<dyn Fn() -> Result<(), String>>);

impl fmt::Debug for Restart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Restart").finish_non_exhaustive()
    }
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            seed: 0,
            run_word: String::new(),
            cases: 6,
            only: Vec::new(),
            leave_out: Vec::new(),
            plain: false,
            suites: Vec::new(),
            workers: 4,
            shard: (1, 1),
            allow: Class::Disrupt,
            patience_s: 0,
            api_version: None,
            fixtures: Variables::new(),
            secret_fixtures: Variables::new(),
            confirmed_max: None,
            answers_bytes_max: 256 << 20,
            calls: Vec::new(),
            resumed: Resumed::default(),
            on_dead: None,
            first: BTreeSet::new(),
            budget: None,
            requests_max: None,
            time_max_ms: None,
        }
    }
}

/// The most requirements of fuzzing that go out one after another.
const BATCH: usize = 32;

/// Requirements by what they are about: an endpoint, or the API of which the target has a document.
pub(super) fn groups<'a>(
    documented: Option<&str>,
    requirements: &[&'a Requirement],
) -> Vec<(&'a str, Vec<&'a Requirement>)> {
    let mut groups: BTreeMap<(bool, &str), Vec<&Requirement>> = BTreeMap::new();
    for requirement in requirements {
        // What is made at one operation of that API is seen in the answers of others, so they take turns.
        let name = match requirement.endpoint.split_once('/') {
            Some((chapter, _)) if documented == Some(chapter) => chapter,
            _ => requirement.endpoint.as_str(),
        };
        groups.entry((requirement.suite == Suite::Fuzz, name)).or_default().push(requirement);
    }
    // Requests that no library sends each have a connection of their own and rest on nothing, so those of one endpoint go side by side.
    let mut groups: Vec<_> = groups
        .into_iter()
        .flat_map(|((odd, name), all)| {
            let side_by_side = odd && documented != Some(name);
            let most = if side_by_side { BATCH } else { all.len().max(1) };
            all.chunks(most).map(|some| (name, some.to_vec())).collect::<Vec<_>>()
        })
        .collect();
    // A long one that comes last would be waited for alone. And reports that are asked for early are short: they are the longest, and each
    // session that the run makes stands in them.
    groups.sort_by_key(|(_, requirements)| Reverse(requirements.len()));
    groups
}

/// Whether a group has conversations, in which time goes by while nothing is to be done.
pub(super) fn listens(group: &(&str, Vec<&Requirement>)) -> bool {
    let talks = |r: &&Requirement| matches!(&r.demand, Demand::Steps(steps) if steps.iter().any(|s| s.talk.is_some()));
    group.1.iter().any(talks)
}

/// What must be sent for the selected requirements: their own cases, and for those that look at every answer of an endpoint
/// the plain requests of that endpoint.
pub(super) fn to_send<'a>(spec: &'a Spec, selected: &[&'a Requirement]) -> Vec<&'a Requirement> {
    let mut ids: BTreeSet<&str> = selected.iter().map(|r| r.id.as_str()).collect();
    let plain: Vec<&Requirement> = spec.all().filter(|one| one.origin.is_plain()).collect();
    for requirement in selected.iter().filter(|r| !matches!(r.demand, Demand::Steps(_))) {
        // Tables and events are looked at in the archives, which have an endpoint of their own.
        let in_archives = matches!(requirement.demand, Demand::Archive(_));
        let shows = |one: &&&Requirement| {
            let gives_archives = || spec.endpoints.get(&one.endpoint).is_some_and(Endpoint::gives_archives);
            one.endpoint == requirement.endpoint || in_archives && gives_archives()
        };
        ids.extend(plain.iter().filter(shows).map(|one| one.id.as_str()));
    }
    ids.iter().filter_map(|id| spec.requirement(id)).filter(|r| matches!(r.demand, Demand::Steps(_))).collect()
}

//! What a plan selects, and shards: its requirements dealt to several machines by the requests that they send.
//!
//! In: the spec data and a plan. Out: the requirements that are asked for. The same plan is dealt in the same way everywhere: nothing of
//! a target is asked but its own document, whose requirements are dealt for themselves. What is looked at together stays together.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use crate::{
    judge::READ_TOGETHER,
    model::{case::Class, id::RequirementId, suite::Suite},
    spec::{Demand, OWN_SESSION, Requirement, Spec, fuzz::ALIVE, variables_of},
};

use super::{plan::Plan, sequences};

/// What stays together: an endpoint, and the id of the one requirement, or nothing where it is all that looks at the same answers or acts on
/// the same session.
type Unit<'a> = (&'a str, &'a str);

/// Requirements and the most requests that they send.
#[derive(Default)]
struct Load<'a> {
    requests: u64,
    ids: Vec<&'a RequirementId>,
}

/// The requirements that a plan selects, in the order of their ids.
#[must_use]
pub fn selected<'a>(spec: &'a Spec, plan: &'a Plan) -> Vec<&'a Requirement> {
    let (shard, shards) = plan.shard;
    let mut all: Vec<&Requirement> = spec
        .select(&plan.only)
        .filter(|r| !plan.plain || is_shown_plainly(spec, r))
        .filter(|r| plan.suites.is_empty() || plan.suites.contains(&r.suite))
        .collect();
    if shards > 1 {
        let dealt = dealt(spec, plan, &all);
        // What is asked of all answers of a run is asked of those of each shard, so that each confirms what it finds.
        all.retain(|r| r.demand.is_of_many_endpoints() || dealt.get(&r.id) == Some(&shard));
    }
    // Whatever is sent that no library sends may kill a target.
    if let Some(alive) = spec.requirements.get(ALIVE).filter(|_| all.iter().any(|r| r.suite == Suite::Fuzz))
        && let Err(place) = all.binary_search_by(|r| r.id.cmp(&alive.id))
    {
        all.insert(place, alive);
    }
    all.retain(|r| !plan.leave_out.iter().any(|prefix| r.id.starts_with(prefix.as_str())));
    all
}

/// Whether it is a plain request that only reads, or is about the answers to such requests.
fn is_shown_plainly(spec: &Spec, requirement: &Requirement) -> bool {
    let reads = || spec.endpoints.get(&requirement.endpoint).is_some_and(|endpoint| endpoint.class == Class::Read);
    match requirement.demand {
        Demand::Steps(_) => requirement.origin.is_plain() && requirement.class == Class::Read,
        Demand::Archive(_) | Demand::Feed(_) | Demand::Sequence(_) => false,
        _ => reads(),
    }
}

/// The shard of each requirement, from 1.
fn dealt<'a>(spec: &'a Spec, plan: &Plan, all: &[&'a Requirement]) -> BTreeMap<&'a RequirementId, u32> {
    let documented = spec.documented_chapter();
    let (of_the_document, others): (Vec<&Requirement>, Vec<&Requirement>) =
        all.iter().partition(|one| one.endpoint.split('/').next() == documented);
    [of_the_document, others].into_iter().flat_map(|some| deal(spec, plan, &some)).collect()
}

/// The heaviest first, each to the shard that has least so far.
fn deal<'a>(spec: &'a Spec, plan: &Plan, all: &[&'a Requirement]) -> Vec<(&'a RequirementId, u32)> {
    let mut units: BTreeMap<Unit<'_>, Load<'_>> = BTreeMap::new();
    // Where something is asked of all answers of an endpoint they all come to one shard, which confirms what is found in any of them.
    let whole: BTreeSet<&str> =
        all.iter().filter(|one| looks_at_answers(&one.demand)).map(|one| one.endpoint.as_str()).collect();
    for requirement in all.iter().copied().filter(|one| !one.demand.is_of_many_endpoints()) {
        let unit = units.entry(unit(spec, &whole, requirement)).or_default();
        unit.requests += requests(plan, requirement);
        unit.ids.push(&requirement.id);
    }
    if let Some(unit) = units.get_mut(&SEQUENCES)
        && plan.allow >= Class::Write
    {
        // They are the same for all that is asked of them.
        let steps = sequences::cases(spec, plan, plan.allow).into_iter().flat_map(|case| case.steps);
        unit.requests += steps.map(|step| u64::from(step.times.most())).sum::<u64>();
    }
    let mut units: Vec<Load<'_>> = units.into_values().collect();
    units.sort_by_key(|unit| Reverse(unit.requests));
    let mut shards: BTreeSet<(u64, u32)> = (1..=plan.shard.1).map(|number| (0, number)).collect();
    let mut dealt = Vec::new();
    for unit in units {
        let Some((sum, number)) = shards.pop_first() else { break };
        dealt.extend(unit.ids.into_iter().map(|id| (id, number)));
        // What sends nothing costs something, too.
        shards.insert((sum + unit.requests.max(1), number));
    }
    dealt
}

const SEQUENCES: Unit<'static> = ("", "sequences");
const ARCHIVES: Unit<'static> = ("", "archives");

/// Whether it is asked of all answers of one endpoint.
fn looks_at_answers(demand: &Demand) -> bool {
    !matches!(demand, Demand::Steps(_) | Demand::Archive(_) | Demand::Sequence(_)) && !demand.is_of_many_endpoints()
}

fn unit<'r>(spec: &Spec, whole: &BTreeSet<&str>, requirement: &'r Requirement) -> Unit<'r> {
    let endpoint = requirement.endpoint.as_str();
    let in_archives = READ_TOGETHER.contains(&endpoint)
        || spec.endpoints.get(&requirement.endpoint).is_some_and(|one| one.gives_archives());
    match &requirement.demand {
        Demand::Sequence(_) => SEQUENCES,
        Demand::Archive(_) => ARCHIVES,
        _ if in_archives => ARCHIVES,
        Demand::Steps(_) if !whole.contains(endpoint) && !shares_a_session(requirement) => {
            (endpoint, requirement.id.as_str())
        }
        _ => (endpoint, ""),
    }
}

/// Whether it acts on the session that the requirements of its endpoint have in common.
pub(super) fn shares_a_session(requirement: &Requirement) -> bool {
    let Demand::Steps(steps) = &requirement.demand else { return false };
    !requirement.fresh_session && steps.iter().flat_map(variables_of).any(|name| name.starts_with(OWN_SESSION))
}

/// The most requests of its cases.
pub(super) fn requests(plan: &Plan, requirement: &Requirement) -> u64 {
    let Demand::Steps(steps) = &requirement.demand else { return 0 };
    if requirement.class > plan.allow {
        return 0;
    }
    let cases = if requirement.property { plan.cases.max(1) } else { 1 };
    let steps = steps.iter().chain(&requirement.teardown);
    u64::from(cases) * steps.map(|step| u64::from(step.times.most())).sum::<u64>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec;

    fn shards(plan: &Plan, of: u32) -> Vec<Vec<&'static RequirementId>> {
        let spec: &'static Spec = Box::leak(Box::new(spec::embedded().expect("sound data")));
        let one = |number| {
            let plan: &'static Plan = Box::leak(Box::new(Plan { shard: (number, of), ..plan.clone() }));
            selected(spec, plan).into_iter().map(|one| &one.id).collect()
        };
        (1..=of).map(one).collect()
    }

    #[test]
    fn every_requirement_is_in_one_shard_and_each_time_in_the_same() {
        let plan = Plan::default();
        let (all, three) = (shards(&plan, 1), shards(&plan, 3));
        let mut together: Vec<&RequirementId> = three.concat();
        together.sort();
        // What is asked of all answers of a run is asked in each.
        together.dedup();
        assert_eq!(together, all[0]);
        assert_eq!(three, shards(&plan, 3));
        assert!(three.iter().all(|one| one.len() > all[0].len() / 10), "{:?}", three.iter().map(Vec::len));
    }

    #[test]
    fn shards_send_about_as_much_each() {
        let spec = spec::embedded().expect("sound data");
        for (allow, of) in [(Class::Disrupt, 2), (Class::Disrupt, 5), (Class::Read, 3), (Class::Read, 5)] {
            let plan = Plan { allow, shard: (1, of), ..Plan::default() };
            let all: Vec<&Requirement> = spec.all().collect();
            let dealt = dealt(&spec, &plan, &all);
            let mut sums = vec![0; of as usize];
            for (id, number) in dealt {
                sums[number as usize - 1] += requests(&plan, &spec.requirements[id]);
            }
            if allow > Class::Read {
                let sequence = spec.all().find(|one| matches!(one.demand, Demand::Sequence(_)));
                let id = &sequence.expect("one that asks something of sequences").id;
                let steps = sequences::cases(&spec, &plan, allow).into_iter().flat_map(|case| case.steps);
                let all: Vec<&Requirement> = spec.all().collect();
                let number = super::dealt(&spec, &plan, &all)[id];
                sums[number as usize - 1] += steps.map(|step| u64::from(step.times.most())).sum::<u64>();
            }
            let (least, most) = (sums.iter().min().expect("one"), sums.iter().max().expect("one"));
            assert!(most * 100 <= least * 105, "{} of {of}: {sums:?}", allow.word());
        }
    }

    #[test]
    fn what_is_asked_of_all_answers_of_an_endpoint_is_where_they_all_come() {
        let spec = spec::embedded().expect("sound data");
        let plan = Plan { shard: (1, 7), ..Plan::default() };
        let all: Vec<&Requirement> = spec.all().collect();
        let dealt = dealt(&spec, &plan, &all);
        let mut seen = 0;
        for looks in all.iter().filter(|one| looks_at_answers(&one.demand)) {
            for one in all.iter().filter(|one| one.endpoint == looks.endpoint && matches!(one.demand, Demand::Steps(_)))
            {
                assert_eq!(dealt[&one.id], dealt[&looks.id], "{} and {}", one.id, looks.id);
                seen += 1;
            }
        }
        assert!(seen > 1_000, "{seen}");
    }
}

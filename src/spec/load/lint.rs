//! What concerns the whole set of requirements.
//!
//! In: all requirements. Out: what each requirement rests on, and faults.

use std::collections::{BTreeMap, BTreeSet};

use super::{reader::Reader, text::did_you_mean};
use crate::{
    model::id::{EndpointId, RequirementId, RequirementPattern},
    spec::{
        Input, Media,
        derive::id_part,
        endpoint::Endpoint,
        fixtures::Fixture,
        requirement::{Demand, Origin, Requirement},
        select::matching,
        step::Step,
    },
    vocabulary::{Expect, Query},
};

impl Reader {
    /// What sends requests rests on the smallest request of every endpoint that it calls, on what the endpoint itself rests on, and on each
    /// parameter that it sends being accepted alone.
    pub(super) fn rest_on_the_smallest(&mut self, requirements: &mut BTreeMap<RequirementId, Requirement>) {
        let smallest = requirements.values().filter(|one| one.origin == Origin::Smallest);
        let smallest: BTreeMap<EndpointId, RequirementPattern> =
            smallest.map(|one| (one.endpoint.clone(), one.id.as_str().into())).collect();
        let alone = self.accepted_alone(requirements);
        for requirement in requirements.values_mut() {
            let Demand::Steps(steps) = &requirement.demand else { continue };
            let sent = steps.iter().flat_map(|step| step.parameters.iter().map(move |(key, input)| (step, key, input)));
            let parameters: BTreeSet<RequirementPattern> = sent
                .flat_map(|(step, key, input)| {
                    let of = |value: &str| alone.get(&(step.endpoint.as_str(), key.as_str(), value.to_owned()));
                    let value = if let Input::Text(text) = input { of(text) } else { None };
                    value.into_iter().chain(of("")).cloned()
                })
                .collect();
            let basic = |endpoint: &EndpointId| {
                let request = self.endpoints.get(endpoint).and_then(|endpoint| endpoint.request.as_ref());
                request.into_iter().flat_map(|request| &request.rests_on)
            };
            let called: BTreeSet<&RequirementPattern> = steps
                .iter()
                .flat_map(|step| smallest.get(&step.endpoint).into_iter().chain(basic(&step.endpoint)))
                .collect();
            let own = requirement.id.clone();
            // The smallest request is the most basic one.
            let parameters = parameters.iter().filter(|_| requirement.origin != Origin::Smallest);
            let all: BTreeSet<&RequirementPattern> = called.into_iter().chain(parameters).collect();
            requirement.rests_on.extend(all.into_iter().filter(|id| own != id.as_str()).cloned());
        }
        for (id, endpoint) in &self.endpoints {
            let patterns = endpoint.request.iter().flat_map(|request| &request.rests_on);
            let nothing = patterns.filter(|pattern| matching(requirements, pattern).next().is_none());
            let says = nothing.map(|pattern| format!("`rests_on = \"{pattern}\"`, which no requirement's id matches"));
            self.faults.extend(says.map(|says| format!("specs/{id}.toml: {says}")));
        }
    }

    /// What asks that a parameter of an endpoint, or one of its values, is accepted alone; by endpoint, name and value, which is empty for any.
    fn accepted_alone(
        &self,
        requirements: &BTreeMap<RequirementId, Requirement>,
    ) -> BTreeMap<(&str, &str, String), RequirementPattern> {
        let rows = self.endpoints.iter().flat_map(|(id, one)| one.parameters.iter().map(move |row| (id, row)));
        let all = rows.flat_map(|(endpoint, row)| {
            let of = move |rest: String| format!("{endpoint}/param/{}/{rest}", id_part(&row.name));
            let values = row.values.iter().map(move |value| (value.clone(), of(format!("value/{}", id_part(value)))));
            let any = (String::new(), of("accepted".to_owned()));
            values.chain([any]).map(move |(value, id)| ((endpoint.as_str(), row.key.as_str(), value), id))
        });
        all.filter(|(_, id)| requirements.contains_key(id.as_str())).map(|(of, id)| (of, id.as_str().into())).collect()
    }

    /// Fixtures for which an endpoint steps aside, and that are no rows.
    pub(super) fn lint_aside(&mut self, fixtures: &BTreeMap<String, Fixture>) {
        for (id, endpoint) in &self.endpoints {
            let aside = endpoint.request.iter().flat_map(|request| request.steps_aside.keys());
            let unknown = aside.filter(|name| !fixtures.contains_key(*name));
            let says =
                unknown.map(|name| format!("`steps_aside` names `{name}`, which is no row of specs/fixtures.toml"));
            self.faults.extend(says.map(|says| format!("specs/{id}.toml: {says}")));
        }
    }

    /// Where a requirement was written, or the file of what it derives from.
    pub(super) fn site_of(&self, requirement: &Requirement) -> String {
        let written = self.sites.get(&requirement.id).cloned();
        written.unwrap_or_else(|| format!("specs/{}.toml", requirement.endpoint))
    }

    /// Parameters of sets that are rows of no endpoint.
    pub(super) fn lint_sets(&mut self) {
        for (site, name) in std::mem::take(&mut self.handed_on) {
            let rows = |endpoint: &Endpoint| endpoint.parameters.iter().any(|row| row.name == name || row.key == name);
            let fixed = |endpoint: &Endpoint| {
                let request = endpoint.request.as_ref();
                request.is_some_and(|one| one.fixed.contains_key(&name) || one.smallest.contains_key(&name))
            };
            if !self.endpoints.values().any(|endpoint| rows(endpoint) || fixed(endpoint)) {
                self.fault_at(&site, &format!("no endpoint has a parameter `{name}`"));
            }
        }
    }

    /// Names in requirements that mean nothing.
    pub(super) fn lint(&mut self, requirements: &BTreeMap<RequirementId, Requirement>) {
        for requirement in requirements.values() {
            // What a derived requirement rests on follows from its row, and a name there that means nothing is a fault already.
            let patterns = if self.sites.contains_key(&requirement.id) { requirement.rests_on.as_slice() } else { &[] };
            let site = self.site_of(requirement);
            for pattern in patterns {
                if !matching(requirements, pattern).any(|(id, _)| requirement.id != id) {
                    let near = did_you_mean(pattern, requirements.keys().map(RequirementId::as_str));
                    self.fault_at(
                        &site,
                        &format!(
                            "`{}` rests on `{pattern}`, which no other requirement's id matches{near}",
                            requirement.id
                        ),
                    );
                }
            }
            let (steps, expects): (Vec<&Step>, Vec<&Expect>) = match &requirement.demand {
                Demand::Steps(steps) => (steps.iter().chain(&requirement.teardown).collect(), Vec::new()),
                Demand::EveryAnswer { expect, readings, .. } => {
                    (Vec::new(), expect.iter().chain(readings.iter().flat_map(|one| &one.expect)).collect())
                }
                _ => continue,
            };
            let of_steps = steps.iter().filter_map(|step| step.for_each.as_ref());
            let captures = steps.iter().flat_map(|step| &step.capture);
            let lists: BTreeSet<&String> =
                of_steps.chain(captures.filter_map(|capture| capture.for_each.as_ref())).collect();
            if lists.len() > 1 {
                let says =
                    format!("`{}` has `for_each` of several lists; write a requirement for each", requirement.id);
                self.fault_at(&site, &says);
            }
            let parsed = |step: &&&Step| {
                let media = self.endpoints.get(&step.endpoint).map(|one| one.response.media);
                matches!(media, Some(Media::Document | Media::Brcs))
            };
            let in_bytes = steps
                .iter()
                .filter(parsed)
                .flat_map(|step| queries_of(step))
                .chain(expects.iter().filter_map(|one| one.query()));
            if in_bytes.into_iter().any(|query| *query == Query::Body) {
                self.fault_at(&site, &format!(
                    "`{}` looks at `body`, and the answer is XML, JSON or a script, which has many notations: name a path, `whole(PATH)`, \
                     `characters` or `charset-kept`",
                    requirement.id
                ));
            }
            let schemas = steps.iter().flat_map(|step| expectations_of(step));
            for name in schemas.chain(expects).filter_map(|expect| match expect {
                Expect::Schema(name) => Some(name),
                _ => None,
            }) {
                if !self.schemas.contains(&format!("{name}.json")) {
                    let near = did_you_mean(name, self.schemas.iter().filter_map(|file| file.strip_suffix(".json")));
                    self.fault_at(
                        &site,
                        &format!("`schema:{name}`: there is no schema specs/schemas/{name}.json{near}"),
                    );
                }
            }
        }
    }
}

/// All that is expected of the answer to a step.
fn expectations_of(step: &Step) -> impl Iterator<Item = &Expect> {
    step.expect.iter().chain(&step.only_if).chain(step.readings.iter().flat_map(|one| &one.expect))
}

/// The queries of a step.
fn queries_of(step: &Step) -> impl Iterator<Item = &Query> {
    expectations_of(step).filter_map(Expect::query).chain(step.capture.iter().map(|capture| &capture.query))
}

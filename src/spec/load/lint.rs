//! What concerns the whole set of requirements.
//!
//! In: all requirements. Out: what each requirement rests on, and faults.

use std::collections::{BTreeMap, BTreeSet, HashMap};

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

/// What asks that one parameter of an endpoint is accepted alone.
#[derive(Default)]
struct AcceptedAlone<'a> {
    /// With any value.
    any: Option<RequirementPattern>,
    /// With one of its values.
    values: HashMap<&'a str, RequirementPattern>,
}

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
            let mut all: Vec<&RequirementPattern> = Vec::new();
            for step in steps {
                let request = self.endpoints.get(&step.endpoint).and_then(|endpoint| endpoint.request.as_ref());
                all.extend(
                    smallest.get(&step.endpoint).into_iter().chain(request.iter().flat_map(|one| &one.rests_on)),
                );
                // The smallest request is the most basic one.
                let alone = alone.get(step.endpoint.as_str()).filter(|_| requirement.origin != Origin::Smallest);
                for (key, input) in &step.parameters {
                    let Some(alone) = alone.and_then(|alone| alone.get(key.as_str())) else { continue };
                    let of_value = if let Input::Text(text) = input { alone.values.get(text.as_str()) } else { None };
                    all.extend(of_value.into_iter().chain(&alone.any));
                }
            }
            all.sort_unstable();
            all.dedup();
            requirement.rests_on.extend(all.into_iter().filter(|id| requirement.id != id.as_str()).cloned());
        }
        for (id, endpoint) in &self.endpoints {
            let patterns = endpoint.request.iter().flat_map(|request| &request.rests_on);
            let nothing = patterns.filter(|pattern| matching(requirements, pattern).next().is_none());
            let says = nothing.map(|pattern| format!("`rests_on = \"{pattern}\"`, which no requirement's id matches"));
            self.faults.extend(says.map(|says| format!("specs/{id}.toml: {says}")));
        }
    }

    /// What asks that a parameter is accepted alone, by endpoint and name.
    fn accepted_alone(
        &self,
        requirements: &BTreeMap<RequirementId, Requirement>,
    ) -> HashMap<&str, HashMap<&str, AcceptedAlone<'_>>> {
        let known = |id: String| requirements.contains_key(id.as_str()).then(|| RequirementPattern::from(id));
        let mut all: HashMap<&str, HashMap<&str, AcceptedAlone<'_>>> = HashMap::new();
        for (id, endpoint) in &self.endpoints {
            let of_endpoint = all.entry(id.as_str()).or_default();
            for row in &endpoint.parameters {
                let about = format!("{id}/param/{}", id_part(&row.name));
                let of_row = of_endpoint.entry(row.key.as_str()).or_default();
                of_row.any = known(format!("{about}/accepted")).or(of_row.any.take());
                let values = row.values.iter().map(|value| (value, format!("{about}/value/{}", id_part(value))));
                of_row.values.extend(values.filter_map(|(value, id)| Some((value.as_str(), known(id)?))));
            }
        }
        all
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

//! What concerns the whole set of requirements.
//!
//! In: all requirements, flows and fixtures. Out: what each requirement rests on, and faults.

use std::collections::{BTreeMap, BTreeSet};

use super::{reader::Reader, text::did_you_mean};
use crate::{
    model::id::{EndpointId, RequirementId, RequirementPattern},
    model::variables::EACH,
    spec::{
        Media,
        fixtures::Fixture,
        flow::{FRESH, Flow, OWN_SESSION},
        requirement::{Demand, Origin, Requirement},
        select::matching,
        step::{Step, variables_of, variables_of_expectations},
    },
    vocabulary::{Expect, Query},
};

/// Kinds of texts that the seed decides; how long one is stands behind a colon.
const SEEDED: [&str; 7] = ["text", "multibyte", "wide", "hex", "special", "words", "numbers"];

/// What every case knows: a word of its own, the time and the day of sending, and the credentials of its account.
const EVERYWHERE: [&str; 6] = ["unique", "unique_letters", "now", "date", "monday", "credentials"];

impl Reader {
    /// What sends requests rests on the smallest request of every endpoint that it calls, and on what the endpoint itself rests on.
    pub(super) fn rest_on_the_smallest(&mut self, requirements: &mut BTreeMap<RequirementId, Requirement>) {
        let smallest = requirements.values().filter(|one| one.origin == Origin::Smallest);
        let smallest: BTreeMap<EndpointId, RequirementPattern> =
            smallest.map(|one| (one.endpoint.clone(), one.id.as_str().into())).collect();
        for requirement in requirements.values_mut() {
            let Demand::Steps(steps) = &requirement.demand else { continue };
            let basic = |endpoint: &EndpointId| {
                let request = self.endpoints.get(endpoint).and_then(|endpoint| endpoint.request.as_ref());
                request.into_iter().flat_map(|request| &request.rests_on)
            };
            let called: BTreeSet<&RequirementPattern> = steps
                .iter()
                .flat_map(|step| smallest.get(&step.endpoint).into_iter().chain(basic(&step.endpoint)))
                .collect();
            let own = requirement.id.clone();
            requirement.rests_on.extend(called.into_iter().filter(|id| own != id.as_str()).cloned());
        }
        for (id, endpoint) in &self.endpoints {
            let patterns = endpoint.request.iter().flat_map(|request| &request.rests_on);
            let nothing = patterns.filter(|pattern| matching(requirements, pattern).next().is_none());
            let says = nothing.map(|pattern| format!("`rests_on = \"{pattern}\"`, which no requirement's id matches"));
            self.faults.extend(says.map(|says| format!("specs/{id}.toml: {says}")));
        }
    }

    /// Names in requirements that mean nothing.
    pub(super) fn lint(
        &mut self,
        requirements: &BTreeMap<RequirementId, Requirement>,
        flows: &BTreeMap<String, Flow>,
        fixtures: &BTreeMap<String, Fixture>,
    ) {
        let mut known: BTreeSet<String> = fixtures.keys().cloned().collect();
        for name in flows.values().flat_map(|flow| &flow.steps).flat_map(|step| &step.capture).map(|one| &one.name) {
            known.insert(name.clone());
            known.extend(name.strip_prefix(OWN_SESSION).map(|rest| format!("{FRESH}{rest}")));
        }
        for requirement in requirements.values() {
            let written = self.sites.get(&requirement.id).cloned();
            // What a derived requirement rests on follows from its row, and a name there that means nothing is a fault already.
            let patterns = if written.is_some() { requirement.rests_on.as_slice() } else { &[] };
            let site = written.unwrap_or_else(|| format!("specs/{}.toml", requirement.endpoint));
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
            let mut own = BTreeSet::new();
            let said = steps.iter().map(|step| (Some(*step), variables_of(step)));
            for (step, names) in said.chain([(None, variables_of_expectations(expects.iter().copied()))]) {
                own.extend(step.into_iter().flat_map(|step| &step.capture).map(|capture| capture.name.clone()));
                for name in names.iter().filter(|name| !is_known(name, &known, &own)) {
                    let all = known.iter().chain(&own).map(String::as_str).chain(EVERYWHERE);
                    let near = did_you_mean(name, all);
                    self.fault_at(&site, &format!(
                        "`${{{name}}}` of `{}` is known to nobody: no step before captures it, no flow finds it and no \
                         row of fixtures.toml has it{near}",
                        requirement.id
                    ));
                }
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

/// Whether a variable of that name can be known to a step.
fn is_known(name: &str, known: &BTreeSet<String>, own: &BTreeSet<String>) -> bool {
    if known.contains(name) || own.contains(name) || EVERYWHERE.contains(&name) || name == EACH {
        return true;
    }
    if let Some(base) = name.strip_suffix(&format!(".{EACH}")) {
        return own.contains(base);
    }
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some((kind, length)) = name.split_once(':') {
        return SEEDED.contains(&kind) && number(length);
    }
    // `NAME+N` is N more than a number, `NAME.N` the n-th of what a repeated step captured.
    let parts = ['+', '-', '.'].into_iter().filter_map(|sign| Some((sign, name.rsplit_once(sign)?)));
    parts.into_iter().any(|(sign, (base, n))| {
        number(n)
            && match sign {
                '-' => EVERYWHERE.contains(&base),
                '+' => EVERYWHERE.contains(&base) || own.contains(base) || known.contains(base),
                _ => own.contains(base),
            }
    })
}

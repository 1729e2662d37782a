//! Variables that mean nothing, and fixtures that nothing names.
//!
//! In: all requirements, flows and fixtures. Out: faults. A variable is known where a step before captures it, a flow finds it, a row of
//! fixtures has it, or every case knows it.

use std::collections::{BTreeMap, BTreeSet};

use super::{reader::Reader, text::did_you_mean};
use crate::{
    model::{
        id::RequirementId,
        variables::{EACH, SEEDED_MAX},
    },
    spec::{
        fixtures::Fixture,
        flow::{FRESH, Flow, OWN_SESSION},
        requirement::{Demand, Requirement},
        step::{Step, variables_of, variables_of_expectations},
    },
    vocabulary::Expect,
};

/// Kinds of texts that the seed decides; how long one is stands behind a colon.
const SEEDED: [&str; 7] = ["text", "multibyte", "wide", "hex", "special", "words", "numbers"];

/// What every case knows: a word of its own, the time and the day of sending, and the credentials of its account.
const EVERYWHERE: [&str; 6] = ["unique", "unique_letters", "now", "date", "monday", "credentials"];

impl Reader {
    /// Variables of requirements and flows that nobody knows, and fixtures that nobody asks for.
    pub(super) fn lint_variables(
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
            let site = self.site_of(requirement);
            let (steps, expects): (Vec<&Step>, Vec<&Expect>) = match &requirement.demand {
                Demand::Steps(steps) => (steps.iter().chain(&requirement.teardown).collect(), Vec::new()),
                Demand::EveryAnswer { expect, readings, .. } => {
                    (Vec::new(), expect.iter().chain(readings.iter().flat_map(|one| &one.expect)).collect())
                }
                _ => continue,
            };
            let asked = variables_of_expectations(expects.into_iter());
            self.lint_names(&site, &requirement.id, &steps, &asked, &known);
        }
        for (name, flow) in flows {
            let (site, id) = (format!("specs/flows/{name}.toml"), format!("flows/{name}"));
            let mut known = known.clone();
            known.extend(flow.for_each.iter().map(|each| each.variable.clone()));
            let each = flow.for_each.iter().flat_map(|each| &each.steps);
            let steps: Vec<&Step> = flow.steps.iter().chain(each).chain(&flow.teardown).collect();
            let queries = flow.for_each.iter().map(|each| &each.query);
            let shown = flow.recognised_by().into_iter().flat_map(|(_, texts)| texts).map(|(_, query)| query);
            let asked: Vec<String> = queries.chain(shown).flat_map(|query| query.variables()).collect();
            self.lint_names(&site, &id, &steps, &asked, &known);
        }
        for (site, name) in std::mem::take(&mut self.said) {
            let is_it = |named: &String| {
                named.strip_prefix(name.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(['+', '-']))
            };
            if !self.named.iter().any(is_it) {
                self.fault_at(&site, &format!("nothing names `${{{name}}}`; take the row out"));
            }
        }
    }

    /// The names in some steps, one after another, and in what is asked beside them.
    fn lint_names(&mut self, site: &str, id: &str, steps: &[&Step], asked: &[String], known: &BTreeSet<String>) {
        let mut own = BTreeSet::new();
        for (step, names) in steps.iter().map(|step| (Some(step), variables_of(step))).chain([(None, asked.to_vec())]) {
            own.extend(step.into_iter().flat_map(|step| &step.capture).map(|capture| capture.name.clone()));
            let turns = step.is_some_and(|step| {
                step.for_each.is_some() || step.capture.iter().any(|capture| capture.for_each.is_some())
            });
            for name in names.iter().filter(|name| !is_known(name, known, &own, turns)) {
                let why = match name.split_once(':') {
                    _ if name == EACH => "is an item of a list, and this step has no `for_each`".to_owned(),
                    Some((kind, length)) if SEEDED.contains(&kind) && is_number(length) => {
                        format!("asks for too much; the seed decides at most {SEEDED_MAX}")
                    }
                    _ => {
                        let all = known.iter().chain(&own).map(String::as_str).chain(EVERYWHERE);
                        format!(
                            "is known to nobody: no step before captures it, no flow finds it and no row of fixtures.toml \
                             has it{}",
                            did_you_mean(name, all)
                        )
                    }
                };
                self.fault_at(site, &format!("`${{{name}}}` of `{id}` {why}"));
            }
        }
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a variable of that name can be known to a step. `turns` says whether it is sent for each item of a list.
fn is_known(name: &str, known: &BTreeSet<String>, own: &BTreeSet<String>, turns: bool) -> bool {
    if known.contains(name) || own.contains(name) || EVERYWHERE.contains(&name) {
        return true;
    }
    if name == EACH {
        return turns;
    }
    if let Some(base) = name.strip_suffix(&format!(".{EACH}")) {
        return own.contains(base) && turns;
    }
    if let Some((kind, length)) = name.split_once(':') {
        return SEEDED.contains(&kind) && length.parse().is_ok_and(|length: usize| length <= SEEDED_MAX);
    }
    // A day that is counted from a captured instant.
    if let Some((days, instant)) = name.strip_prefix("date").and_then(|rest| rest.split_once('.')) {
        return (days.is_empty() || days.strip_prefix(['+', '-']).is_some_and(is_number))
            && (own.contains(instant) || known.contains(instant));
    }
    // `NAME+N` is N more than a number and `NAME-N` less than a captured one, `NAME.N` the n-th of what a repeated step captured.
    let parts = ['+', '-', '.'].into_iter().filter_map(|sign| Some((sign, name.rsplit_once(sign)?)));
    parts.into_iter().any(|(sign, (base, n))| {
        is_number(n)
            && match sign {
                '-' => EVERYWHERE.contains(&base) || own.contains(base),
                '+' => is_known(base, known, own, turns),
                _ => own.contains(base),
            }
    })
}

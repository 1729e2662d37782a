//! From rows of fixtures, as typed, to what they mean.
//!
//! In: the rows and the flows. Out: fixtures, each with what finds it. Faults are gathered.

use std::collections::BTreeMap;

use super::{
    located::OrderedRows,
    reader::{Place, Reader},
    shape_others::FixtureFile,
};
use crate::{
    model::{
        id::EndpointId,
        variables::{CLOCK, CLOCK_ELSEWHERE},
    },
    spec::{
        fixtures::Fixture,
        flow::{Flow, When},
    },
    vocabulary::Type,
};

impl Reader {
    /// The fixtures, each with what finds it.
    pub(super) fn fixtures(
        &mut self,
        place: Place<'_>,
        rows: &OrderedRows<FixtureFile>,
        flows: &BTreeMap<String, Flow>,
    ) -> BTreeMap<String, Fixture> {
        let mut found: BTreeMap<&str, Vec<EndpointId>> = BTreeMap::new();
        let discoveries = flows.values().filter(|flow| flow.when == When::Discovery);
        for step in discoveries.flat_map(|flow| &flow.steps) {
            for capture in &step.capture {
                let by = found.entry(&capture.name).or_default();
                if !by.contains(&step.endpoint) {
                    by.push(step.endpoint.clone());
                }
            }
        }
        let mut fixtures = BTreeMap::new();
        for (name, row) in rows.iter() {
            let found_by = found.remove(name.as_str()).unwrap_or_default();
            if row.secret && !found_by.is_empty() {
                self.fault(place, name, "what a run finds is written into its journal; a secret can only be said");
            }
            if found_by.is_empty() && !row.secret && !row.always {
                self.said.push((place.site(name), name.to_string()));
            }
            let FixtureFile { says, hint, kind, values, secret, once, always } = row.clone();
            let kind = match kind.as_deref().map_or(Ok(Type::Text), Type::parse) {
                Ok(kind) => kind,
                Err(message) => {
                    self.fault(place, name, &message);
                    continue;
                }
            };
            fixtures.insert(name.to_string(), Fixture { says, hint, kind, values, found_by, secret, once, always });
        }
        // What time it is nobody can say beforehand.
        for name in found.into_keys().filter(|name| ![CLOCK, CLOCK_ELSEWHERE].contains(name)) {
            self.faults
                .push(format!("specs/fixtures.toml: no row for `{name}`, which the discovery finds; say what it is"));
        }
        fixtures
    }
}

//! Statuses of refusal that the target's own document does not have for an operation. A document need not name each, so they are no gaps.
//!
//! In: the spec data and the records. Out: observations, one for each operation and status.

use std::collections::BTreeMap;

use crate::{
    model::{record::Record, verdict::Observation},
    spec::Spec,
};

/// Statuses that the guide itself has for whatever is called (p. 7).
const OF_THE_GUIDE: [u16; 3] = [401, 403, 429];

/// What is observed of statuses.
pub(super) fn observations(spec: &Spec, records: &[Record]) -> Vec<Observation> {
    let mut counts: BTreeMap<(&str, u16), usize> = BTreeMap::new();
    for (_, exchange) in records.iter().flat_map(Record::sent) {
        let Some(answer) = exchange.answer().filter(|answer| (400..500).contains(&answer.status)) else { continue };
        let Some(endpoint) = spec.endpoints.get(&exchange.endpoint) else { continue };
        let documented = &endpoint.response.statuses;
        if documented.is_empty() || OF_THE_GUIDE.contains(&answer.status) || is_among(documented, answer.status) {
            continue;
        }
        *counts.entry((&exchange.endpoint, answer.status)).or_default() += 1;
    }
    let observation = |((endpoint, status), count): ((&str, u16), usize)| Observation {
        requirement: endpoint.to_owned(),
        what: format!("a status that the document does not have for it: {status}"),
        place: String::new(),
        count,
    };
    counts.into_iter().map(observation).collect()
}

fn is_among(documented: &[String], status: u16) -> bool {
    documented.iter().any(|one| *one == status.to_string() || one == "default" || one == "4XX")
}

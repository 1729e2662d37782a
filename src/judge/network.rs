//! What a run saw of the network, of the target's clock, and of how its heads are written: none of it is a gap, and all of it explains verdicts.
//!
//! In: the records. Out: observations, one for each endpoint and kind.

use std::collections::BTreeMap;

use crate::model::{record::Record, variables::CLOCK_OFFSET, verdict::Observation};

/// What is observed of the network.
pub(super) fn observations(records: &[Record]) -> Vec<Observation> {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut out = Vec::new();
    for record in records {
        for (_, exchange) in record.sent() {
            let mut count = |what, times: u32| {
                *counts.entry((&exchange.endpoint, what)).or_default() += usize::try_from(times).unwrap_or(0);
            };
            if exchange.again > 0 {
                count("an answer was lost, and asked for again", exchange.again);
            }
            if exchange.outcome.is_lost() {
                count("an answer was lost", 1);
            }
            for slip in exchange.answer().into_iter().flat_map(|answer| &answer.slips) {
                count(slip.says(), 1);
            }
            if exchange.renewed {
                count("a token was refused before its time, and a new one was taken", 1);
            }
        }
        if let Some(offset) = record.variables.get(CLOCK_OFFSET) {
            let what = format!("the clock of the target differs by {offset} seconds, which is allowed for");
            out.push(Observation {
                requirement: record.case.purpose.to_string(),
                what,
                place: String::new(),
                count: 1,
            });
        }
    }
    out.extend(counts.into_iter().map(|((endpoint, what), count)| Observation {
        requirement: endpoint.to_owned(),
        what: what.to_owned(),
        place: String::new(),
        count,
    }));
    out
}

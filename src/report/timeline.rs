//! How fast requests went out over a run, how long answers took, and how long effects took to come over a feed.
//!
//! In: records, and the lags of effects. Out: a [`Timeline`] of at most sixty steps. What came before the year 2000 was played in memory by
//! another clock and is the same.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::record::Record;

/// The most steps.
const STEPS_MAX: u64 = 60;

/// A run in steps of equal length.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Timeline {
    /// When the first request was sent, in milliseconds since the UNIX epoch.
    pub from_ms: i64,
    /// How long a step is, in milliseconds.
    pub step_ms: u64,
    /// The steps, in their order.
    pub steps: Vec<TimelineStep>,
}

/// What went out in a step.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TimelineStep {
    /// The count of requests.
    pub requests: u64,
    /// How long the slowest answer to one of them took, in milliseconds.
    pub slowest_ms: u64,
    /// The longest that an effect took to come over the feed, in milliseconds, where one was waited for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lag_ms: Option<u64>,
}

/// The timeline of some records. `lags` are times of commands and how long each effect took; both in milliseconds.
pub(super) fn timeline(records: &[Record], lags: &[(i64, u64)]) -> Option<Timeline> {
    let times = || records.iter().flat_map(Record::sent).map(|(_, exchange)| exchange.at_ms);
    let (from_ms, to_ms) = (times().min()?, times().max()?);
    let whole_ms = u64::try_from(to_ms.saturating_sub(from_ms)).unwrap_or(0);
    let step_ms = round(whole_ms / STEPS_MAX + 1);
    let count = usize::try_from(whole_ms / step_ms).unwrap_or(0) + 1;
    let mut steps = vec![TimelineStep::default(); count];
    let at = |at_ms: i64| {
        let step = u64::try_from(at_ms.saturating_sub(from_ms)).unwrap_or(0) / step_ms;
        usize::try_from(step).unwrap_or(count).min(count - 1)
    };
    for (_, exchange) in records.iter().flat_map(Record::sent) {
        let step = &mut steps[at(exchange.at_ms)];
        step.requests += 1;
        // A conversation lasts as long as it is listened to.
        if exchange.request().is_none_or(|request| request.talk.is_none()) {
            step.slowest_ms = step.slowest_ms.max(exchange.took_ms);
        }
    }
    for (at_ms, lag_ms) in lags {
        let step = &mut steps[at(*at_ms)];
        step.lag_ms = step.lag_ms.max(Some(*lag_ms));
    }
    Some(Timeline { from_ms, step_ms, steps })
}

/// The next length that people count in: 1, 2 or 5 of a decimal unit.
fn round(ms: u64) -> u64 {
    let unit = 10_u64.pow(ms.max(1).ilog10());
    [1, 2, 5, 10].into_iter().map(|times| times * unit).find(|round| *round >= ms).unwrap_or(ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_has_a_length_that_people_count_in() {
        for (ms, rounded) in [(0, 1), (1, 1), (3, 5), (17, 20), (61, 100), (501, 1_000), (5_000, 5_000)] {
            assert_eq!(round(ms), rounded);
        }
        assert_eq!(timeline(&[], &[]), None);
    }
}

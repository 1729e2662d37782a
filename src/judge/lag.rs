//! How long it took until what a command did came over a feed that was open.
//!
//! In: the records. Out: the lags of all effects, as percentiles. An update may have come while something else was sent, and is read only
//! afterwards: a lag is what it was at most. Nothing is judged here: each case says itself what must have come in time.

use crate::{
    model::{
        case::Class,
        conversation::{Act, Awaited},
        exchange::Exchange,
        record::Record,
        verdict::Lag,
    },
    spec::Spec,
};

use super::one_answer::accepted;
use crate::answer;

/// When each command was sent whose effect was waited for and came, and how long that took, in milliseconds.
pub(super) fn lags(spec: &Spec, records: &[Record]) -> Vec<(i64, u64)> {
    records.iter().flat_map(|record| of_record(spec, record)).collect()
}

/// All lags together; none where there is none.
pub(super) fn lag(lags: &[(i64, u64)]) -> Option<Lag> {
    percentiles(lags.iter().map(|(_, lag_ms)| *lag_ms).collect())
}

fn percentiles(mut all_ms: Vec<u64>) -> Option<Lag> {
    all_ms.sort_unstable();
    let (count, max_ms) = (all_ms.len(), *all_ms.last()?);
    // By the nearest rank: the smallest that this share does not exceed.
    let percentile = |percent: usize| all_ms[(count * percent).div_ceil(100).saturating_sub(1)];
    Some(Lag { count, p50_ms: percentile(50), p99_ms: percentile(99), max_ms })
}

fn of_record<'a>(spec: &'a Spec, record: &'a Record) -> impl Iterator<Item = (i64, u64)> + 'a {
    record.exchanges.iter().enumerate().filter_map(move |(number, exchange)| {
        if !came(exchange) {
            return None;
        }
        let changes = |before: &&Exchange| {
            before.request().is_some_and(|request| request.class > Class::Read && request.talk.is_none())
        };
        let command = record.exchanges[..number].iter().rfind(changes).filter(|command| accepted(spec, command))?;
        let over_ms = |exchange: &Exchange| exchange.at_ms.saturating_add_unsigned(exchange.took_ms);
        Some((command.at_ms, u64::try_from(over_ms(exchange).saturating_sub(over_ms(command))).unwrap_or(0)))
    })
}

/// Whether it is nothing but the wait for an effect in a feed that was open before, and it came.
fn came(exchange: &Exchange) -> bool {
    let effect = |act: &Act| matches!(act, Act::Hear(hear) if matches!(hear.what, Awaited::Text | Awaited::Gone));
    let talk = exchange.request().and_then(|request| request.talk.as_ref());
    talk.is_some_and(|talk| talk.goes_on && matches!(talk.acts.as_slice(), [act] if effect(act)))
        && exchange.answer().and_then(answer::conversation).is_some_and(|heard| heard.heard.last() == Some(&true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(all_ms: impl IntoIterator<Item = u64>, expected: Option<(usize, u64, u64, u64)>) {
        let lag = percentiles(all_ms.into_iter().collect());
        assert_eq!(lag.map(|lag| (lag.count, lag.p50_ms, lag.p99_ms, lag.max_ms)), expected);
    }

    #[test]
    fn percentiles_are_of_those_that_came() {
        check([], None);
        check([7], Some((1, 7, 7, 7)));
        check([9, 1, 5], Some((3, 5, 9, 9)));
        check((1..=100).rev(), Some((100, 50, 99, 100)));
        check((1..=1_000).chain([20_000]), Some((1_001, 501, 991, 20_000)));
    }
}

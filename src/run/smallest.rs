//! The smallest sequence of requests of which a target dies.
//!
//! In: the number of requests that it was sent, and whoever tries a part of them on a target that was started anew. Out: those that it
//! takes. Found are one request, one and a number of lawful ones behind it, and two or three with anything in between; of what takes more,
//! the beginning and the shortest end. It takes 2 log2(n) + 3 tries at most. Nothing is sent here.

use std::ops::Range;

/// A part of what was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PartSent {
    /// Which requests, by their places.
    pub(super) places: Vec<usize>,
    /// The count of lawful requests behind them.
    pub(super) lawful: usize,
}

impl PartSent {
    fn of(places: impl IntoIterator<Item = usize>) -> Self {
        Self { places: places.into_iter().collect(), lawful: 0 }
    }

    fn with(first: usize, rest: Range<usize>) -> Self {
        Self::of([first].into_iter().chain(rest))
    }
}

/// The smallest part of a number of requests, at least one, of which the target dies as it died of all of them. Whether it does has to be
/// seen: where none of the parts that were tried showed it, what is given is what nobody tried.
pub(super) async fn smallest(of: usize, dies: &mut impl AsyncFnMut(&PartSent) -> bool) -> PartSent {
    let last = of.saturating_sub(1);
    // The later it may begin, the less is needed. One that begins at the last request is that alone.
    let (mut first, mut beyond) = (0, of);
    while beyond - first > 1 {
        let middle = first.midpoint(beyond);
        match dies(&PartSent::of(middle..of)).await {
            true => first = middle,
            false => beyond = middle,
        }
    }
    if first == last {
        return PartSent::of([last]);
    }
    let pair = PartSent::of([first, last]);
    if dies(&pair).await {
        return pair;
    }
    let delayed = PartSent { places: vec![first], lawful: last - first };
    if dies(&delayed).await {
        return delayed;
    }
    let (mut second, mut beyond) = (first + 1, last);
    while beyond - second > 1 {
        let middle = second.midpoint(beyond);
        match dies(&PartSent::with(first, middle..of)).await {
            true => second = middle,
            false => beyond = middle,
        }
    }
    let three = PartSent::of([first, second, last]);
    // Two neighbours need no try: nothing lies between them.
    if second + 1 == last || dies(&three).await { three } else { PartSent::with(first, second..of) }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    /// What is found where a target dies of some sequences, and that it takes no more tries than are promised.
    #[track_caller]
    fn check(of: usize, expected: &PartSent, dies: impl Fn(&PartSent) -> bool) {
        let mut tries = 0;
        let mut trying = async |sequence: &PartSent| {
            tries += 1;
            dies(sequence)
        };
        let found = smallest(of, &mut trying).now_or_never().expect("nothing waits");
        assert_eq!(found, *expected, "of {of}");
        let most = 2 * of.next_power_of_two().trailing_zeros() + 3;
        assert!(tries <= most, "{tries} tries of {of}, {most} at most");
    }

    /// Whether some places stand in a sequence, in their order.
    fn has(sequence: &PartSent, wanted: &[usize]) -> bool {
        let mut left = sequence.places.iter();
        wanted.iter().all(|place| left.any(|other| other == place))
    }

    #[test]
    fn one_two_and_three_requests_are_found_wherever_they_stand() {
        for of in [1, 2, 3, 4, 5, 31, 32, 33, 200, 1_024] {
            let last = of - 1;
            check(of, &PartSent::of([last]), |sequence| has(sequence, &[last]));
            for first in (0..last).step_by(of / 30 + 1) {
                check(of, &PartSent::of([first, last]), |sequence| has(sequence, &[first, last]));
                for second in (first + 1..last).step_by(of / 30 + 1) {
                    check(of, &PartSent::of([first, second, last]), |one| has(one, &[first, second, last]));
                }
            }
        }
    }

    #[test]
    fn a_request_that_kills_later_is_found_with_what_must_follow_it() {
        for (of, first) in [(51, 0), (52, 1), (100, 49), (1_024, 973)] {
            let behind = of - first - 1;
            check(of, &PartSent { places: vec![first], lawful: behind }, |sequence| {
                let at = sequence.places.iter().position(|place| *place == first);
                at.is_some_and(|at| sequence.places.len() - at - 1 + sequence.lawful >= behind)
            });
        }
    }

    #[test]
    fn of_what_takes_more_the_end_is_kept() {
        check(
            40,
            &PartSent::of([3, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39]),
            |one| has(one, &[3, 20, 30, 39]),
        );
    }
}

//! How long the target takes for lawful requests, and so how long any other may take.
//!
//! In: exchanges. Out: after how long without an answer a target hangs: ten times what it takes for 99 of 100 lawful requests, two seconds
//! at least and ten at most. Only the last ones count, so that a target that becomes busy is not accused of it.

use std::{cell::RefCell, collections::VecDeque};

use crate::model::{
    case::Role,
    exchange::{Exchange, Outcome},
};

/// After this number of milliseconds any target hangs, and before this number none does.
const MOST_MS: u64 = 10_000;
const LEAST_MS: u64 = 2_000;

/// For how long something is waited for that only comes if a target does what it must not.
const CUT_MOST_MS: u64 = 500;
const CUT_LEAST_MS: u64 = 100;

/// What is longer than the usual by this factor is too long.
const TIMES: u64 = 10;

/// The least number of lawful exchanges that say what is usual, and the number of the last ones that do.
const KNOWN_MIN: usize = 30;
const KEPT: usize = 512;

/// How long the last lawful requests took, in milliseconds.
#[derive(Default)]
pub(super) struct Lawful(RefCell<VecDeque<u64>>);

impl Lawful {
    /// Notes what a lawful request took, which is the control of a case whose requests go out as bytes.
    pub(super) fn note(&self, role: Role, exchange: &Exchange) {
        let written = exchange.request().is_some_and(|request| request.written.is_some());
        if role != Role::Control || !written || !matches!(exchange.outcome, Outcome::Answer(_)) {
            return;
        }
        let mut kept = self.0.borrow_mut();
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(exchange.took_ms);
    }

    /// The count of milliseconds after which a target that gave no answer hangs.
    pub(super) fn hangs_after_ms(&self) -> u64 {
        self.times_the_usual().map_or(MOST_MS, |ms| ms.clamp(LEAST_MS, MOST_MS))
    }

    /// The count of milliseconds for which an answer is awaited that should not come, since the request was cut.
    pub(super) fn awaits_cut_ms(&self) -> u64 {
        self.times_the_usual().map_or(CUT_MOST_MS, |ms| ms.clamp(CUT_LEAST_MS, CUT_MOST_MS))
    }

    fn times_the_usual(&self) -> Option<u64> {
        let kept = self.0.borrow();
        if kept.len() < KNOWN_MIN {
            return None;
        }
        let mut sorted: Vec<u64> = kept.iter().copied().collect();
        let at = (sorted.len() * 99).div_ceil(100) - 1;
        let (_, p99, _) = sorted.select_nth_unstable(at);
        Some(TIMES * *p99)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(took_ms: &[(usize, u64)], hangs_after_ms: u64, awaits_cut_ms: u64) {
        let times = took_ms.iter().flat_map(|(times, ms)| std::iter::repeat_n(*ms, *times));
        let lawful = Lawful(RefCell::new(times.collect()));
        let found = (lawful.hangs_after_ms(), lawful.awaits_cut_ms());
        assert_eq!(found, (hangs_after_ms, awaits_cut_ms), "{took_ms:?}");
    }

    #[test]
    fn a_target_hangs_after_ten_times_what_it_usually_takes() {
        check(&[], 10_000, 500);
        check(&[(29, 1)], 10_000, 500);
        check(&[(30, 1)], 2_000, 100);
        check(&[(100, 400)], 4_000, 500);
        check(&[(99, 1), (1, 400)], 2_000, 100);
        check(&[(98, 1), (2, 400)], 4_000, 500);
        check(&[(100, 3_000)], 10_000, 500);
    }
}

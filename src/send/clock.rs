//! The clock of the target: how far it is before ours.
//!
//! In: answers, and what the target says of itself. Out: an offset. No clock is read here; who sends knows what time it was.

use std::{cell::Cell, time::UNIX_EPOCH};

use crate::model::exchange::{Exchange, Outcome};

/// A clock is taken for right that differs by less, in milliseconds.
const TOLERANCE_MS: i64 = 5_000;

/// No clock that anybody set differs by more, in milliseconds: the time zones of the earth are 26 hours apart.
const MOST_MS: i64 = 26 * 3_600_000;

/// Two times that the target says agree when they differ by less, in milliseconds.
const AGREEING_MS: u64 = 60_000;

/// The clock of the target, as far as it is known.
#[derive(Default)]
pub(crate) struct TargetClock(Cell<Option<i64>>);

impl TargetClock {
    /// How far it is before ours, in milliseconds; 0 where it is right or not known.
    pub(super) fn offset_ms(&self) -> i64 {
        self.0.get().unwrap_or(0)
    }

    /// Learns it from the Date of the first answer, whatever that says. A proxy may have written that of an answer which is as good as none.
    pub(super) fn learn(&self, outcome: &Outcome, now_ms: i64) {
        if self.0.get().is_some() || outcome.is_lost() {
            return;
        }
        let Outcome::Answer(answer) = outcome else { return };
        let date = answer.header("date").and_then(|date| httpdate::parse_http_date(date).ok());
        let since = date.and_then(|date| date.duration_since(UNIX_EPOCH).ok());
        if let Some(date_ms) = since.and_then(|since| i64::try_from(since.as_millis()).ok()) {
            self.set(date_ms, now_ms);
        }
    }

    /// Whether the target says of itself another time, in seconds since the UNIX epoch, than the Date of its answers has.
    pub(crate) fn doubts(&self, said: (i64, &Exchange)) -> bool {
        self.differs(self.offset_of(at_its_answer(said)))
    }

    /// The target says what time it is in an answer of this exchange; and elsewhere, in another.
    pub(crate) fn learn_of_answers(&self, said: (i64, &Exchange), elsewhere: Option<(i64, &Exchange)>) {
        self.learn_of_itself(at_its_answer(said), elsewhere.map(at_its_answer));
    }

    /// Learns it from what the target says of itself, in seconds since the UNIX epoch, in answer to what was sent at that time by its clock as
    /// it was known. It counts for more than a Date, which may be of the clock of a proxy, unless what the target says elsewhere agrees
    /// with the Date alone: then it is written wrong there. What is farther off than clocks are is something else.
    fn learn_of_itself(&self, said: (i64, i64), elsewhere: Option<(i64, i64)>) {
        let (known_ms, own_ms) = (self.offset_ms(), self.offset_of(said));
        let contradicted = elsewhere.map(|said| self.offset_of(said)).is_some_and(|there_ms| {
            there_ms.abs_diff(known_ms) < AGREEING_MS && there_ms.abs_diff(own_ms) >= AGREEING_MS
        });
        if own_ms.saturating_abs() < MOST_MS && !contradicted {
            self.set(own_ms, 0);
        }
    }

    /// Whether that is another clock than the one that is known.
    fn differs(&self, offset_ms: i64) -> bool {
        offset_ms.abs_diff(self.offset_ms()) >= AGREEING_MS
    }

    /// How far a clock is before ours that says a time, in seconds, at a time by the clock as it is known, in milliseconds.
    fn offset_of(&self, (said_s, at_ms): (i64, i64)) -> i64 {
        said_s.saturating_mul(1_000).saturating_sub(at_ms - self.offset_ms())
    }

    /// A time that was said has no milliseconds, and a difference of some seconds may be the network.
    fn set(&self, said_ms: i64, at_ms: i64) {
        let offset_ms = said_ms + 500 - at_ms;
        self.0.set(Some(if offset_ms.abs() < TOLERANCE_MS { 0 } else { offset_ms }));
    }
}

/// What was said, and when: at some time before its answer was here.
fn at_its_answer((said_s, exchange): (i64, &Exchange)) -> (i64, i64) {
    (said_s, exchange.at_ms.saturating_add_unsigned(exchange.took_ms / 2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::exchange::Answer;

    /// A day in 2024, in milliseconds.
    const NOW_MS: i64 = 1_733_239_565_000;

    #[track_caller]
    fn check(status: u16, date: Option<&str>, itself_s: Option<i64>, offset_s: i64) {
        check_beside(status, date, itself_s, None, offset_s);
    }

    #[track_caller]
    fn check_beside(status: u16, date: Option<&str>, itself_s: Option<i64>, elsewhere_s: Option<i64>, offset_s: i64) {
        let clock = TargetClock::default();
        let headers = date.map(|date| ("date".to_owned(), date.to_owned())).into_iter().collect();
        clock.learn(&Outcome::Answer(Answer::of(status, headers, Vec::new(), None)), NOW_MS);
        if let Some(said_s) = itself_s {
            clock.learn_of_itself(
                (said_s, NOW_MS + clock.offset_ms()),
                elsewhere_s.map(|said_s| (said_s, NOW_MS + clock.offset_ms())),
            );
        }
        assert_eq!((clock.offset_ms() + 500).div_euclid(1_000), offset_s, "{status} {date:?} {itself_s:?}");
    }

    #[test]
    fn what_the_target_says_of_itself_counts_for_more_than_a_date() {
        let (right, late) = ("Tue, 03 Dec 2024 15:26:04 GMT", "Tue, 03 Dec 2024 16:26:05 GMT");
        let now_s = NOW_MS / 1_000;
        check(200, None, None, 0);
        check(200, Some(right), None, 0);
        check(200, Some(late), None, 3_601);
        check(200, Some("yesterday"), None, 0);
        // A proxy says that for a target which it does not reach.
        check(503, Some(late), None, 0);
        check(200, Some(right), Some(now_s + 3_600), 3_601);
        check(200, None, Some(now_s - 3_600), -3_599);
        check(200, Some(late), Some(now_s), 0);
        // Seconds that are milliseconds are no time of a clock.
        check(200, Some(right), Some(NOW_MS), 0);
        check(200, Some(late), Some(i64::MAX), 3_601);
    }

    #[test]
    fn what_the_target_says_elsewhere_decides_between_the_two() {
        let (right, now_s) = ("Tue, 03 Dec 2024 15:26:04 GMT", NOW_MS / 1_000);
        // The Date is of a proxy: the target is late everywhere.
        check_beside(200, Some(right), Some(now_s + 3_600), Some(now_s + 3_602), 3_601);
        // The target writes its time wrong in one place, such as in another zone.
        check_beside(200, Some(right), Some(now_s + 3_600), Some(now_s + 2), 0);
        check_beside(200, Some(right), Some(now_s - 18_000), Some(now_s), 0);
        // What is somewhere else altogether decides nothing.
        check_beside(200, Some(right), Some(now_s + 3_600), Some(now_s + 7_200), 3_601);
    }
}

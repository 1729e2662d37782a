//! Which requests are sent again, and after how long.
//!
//! In: what became of a request, and what it may touch. Out: how long to wait before it is sent once more, or nothing. What may have
//! changed something at the target is never sent again.

use crate::model::{
    case::Class,
    exchange::{NoAnswerKind, Outcome},
};

/// Waits before a request that did not reach the target is sent again, in milliseconds: it survives a restart of some seconds, and ten
/// connections that are refused one after another.
const UNREACHABLE_MS: [u64; 10] = [100, 200, 300, 400, 500, 500, 500, 500, 500, 500];

/// Waits before a read whose answer was lost is sent again, in milliseconds.
const LOST_MS: [u64; 3] = [100, 300, 900];

/// The wait before a read that took too long is sent again, in milliseconds. One such answer costs a whole time-out.
const TIMEOUT_MS: [u64; 1] = [100];

/// How long to wait before a request is sent again that was sent again `times` times already.
pub(super) fn wait_ms(outcome: &Outcome, class: Class, times: usize) -> Option<u64> {
    let waits: &[u64] = match outcome {
        Outcome::Nothing(nothing) if nothing.kind == NoAnswerKind::Unreachable => &UNREACHABLE_MS,
        _ if class > Class::Read || !outcome.is_lost() || outcome.was_stopped() => &[],
        Outcome::Nothing(nothing) if nothing.kind == NoAnswerKind::Timeout => &TIMEOUT_MS,
        _ => &LOST_MS,
    };
    waits.get(times).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::exchange::{Answer, Cut};

    #[test]
    fn what_may_have_changed_something_is_not_sent_again() {
        let nothing = |kind| Outcome::nothing(kind, "");
        let answer = |status, cut| Outcome::Answer(Answer::of(status, Vec::new(), Vec::new(), cut));
        let broken = || Some(Cut::Broken("reset".to_owned()));
        for (outcome, read, write) in [
            (nothing(NoAnswerKind::Unreachable), 10, 10),
            (nothing(NoAnswerKind::Broken), 3, 0),
            (nothing(NoAnswerKind::Timeout), 1, 0),
            (nothing(NoAnswerKind::Guarded), 0, 0),
            (nothing(NoAnswerKind::Stopped), 0, 0),
            (nothing(NoAnswerKind::Unkept), 0, 0),
            (nothing(NoAnswerKind::NoToken), 0, 0),
            (answer(503, None), 3, 0),
            (answer(500, None), 0, 0),
            (answer(200, broken()), 3, 0),
            (answer(200, Some(Cut::TooLong)), 0, 0),
            (answer(200, None), 0, 0),
        ] {
            let count = |class| (0..19).take_while(|times| wait_ms(&outcome, class, *times).is_some()).count();
            assert_eq!((count(Class::Read), count(Class::Write)), (read, write), "{outcome:?}");
        }
    }
}

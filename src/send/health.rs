//! Whether the target is there: what it has answered before is asked again.
//!
//! In: nothing. Out: whether it answers, and since when. Nothing is sent here but a read that was answered before.

use super::{Allowance, Delivery, Sender, sender::HEARD_AGAIN_MAX_MS};
use crate::model::{case::CaseStep, draft::Draft, exchange::Outcome};

/// The first wait, in milliseconds, until it is looked whether the target is there again, and the longest.
const HEARD_AGAIN_WAIT_MS: u64 = 100;
const HEARD_AGAIN_WAIT_MAX_MS: u64 = 1_600;

/// What is not there any more, and comes again once it was started anew, is asked after these waits, in milliseconds.
const STARTED_MS: [u64; 9] = [0, 100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800];

/// What seems to be gone is asked once more after these.
const GONE_MS: [u64; 3] = [0, 300, 1_200];

impl Sender {
    /// Waits until the target answers what it has answered before, since nobody may be there for a while. Gives when it did, in milliseconds
    /// since the UNIX epoch; nothing where it did not for long, or where nothing was ever answered. It is to answer `times` times: a network
    /// that loses every second or third answer would lose the same one of a case each time, if always as many came in between.
    pub async fn heard_again(&self, times: u32) -> Option<i64> {
        let (step, draft) = self.answered.borrow().clone()?;
        let (mut wait_ms, mut left) = (HEARD_AGAIN_WAIT_MS, times);
        loop {
            self.transport.wait(wait_ms).await;
            let outcome = self.send_once(Allowance::Budget, &step, &draft, 0).await.raw.outcome;
            self.count_lost(None, &outcome);
            match &outcome {
                Outcome::Answer(_) if !outcome.is_lost() && left > 1 => {
                    left -= 1;
                    continue;
                }
                Outcome::Answer(_) if !outcome.is_lost() => return Some(self.now_ms()),
                // Nothing can be asked.
                Outcome::Nothing(_) if !outcome.is_lost() || outcome.was_stopped() => return None,
                _ if self.silent_for_ms() > HEARD_AGAIN_MAX_MS => return None,
                _ => {}
            }
            wait_ms = (2 * wait_ms).min(HEARD_AGAIN_WAIT_MAX_MS);
        }
    }

    /// Whether the target does not answer any more what it has answered before, although it was given some time.
    pub async fn is_gone(&self) -> bool {
        !self.answers_after(&GONE_MS).await
    }

    /// Whether a target that was started anew answers within half a minute.
    pub async fn is_started(&self) -> bool {
        self.answers_after(&STARTED_MS).await
    }

    async fn answers_after(&self, waits_ms: &[u64]) -> bool {
        let Some((step, draft)) = self.answered.borrow().clone() else { return true };
        for wait_ms in waits_ms {
            if *wait_ms > 0 {
                self.transport.wait(*wait_ms).await;
            }
            let outcome = self.send_as_it_is(&step, &draft, 0).await.raw.outcome;
            self.count_lost(None, &outcome);
            match &outcome {
                Outcome::Answer(answer) if !outcome.is_lost() && answer.status < 500 => return true,
                Outcome::Nothing(_) if outcome.was_stopped() => return true,
                _ => {}
            }
        }
        false
    }

    /// Sends a step once, whatever becomes of it; only a token that served before and was forgotten is made anew.
    pub async fn send_as_it_is(&self, step: &CaseStep, draft: &Draft, number: usize) -> Delivery {
        let sent = self.send_once(Allowance::Budget, step, draft, number).await;
        let forgotten = sent.raw.answer().is_some_and(|answer| answer.status == 401) && self.may_renew(draft);
        if forgotten { self.send_once(Allowance::Budget, step, draft, number).await } else { sent }
    }
}

//! Whether a request may go out by the budget of the run; what puts something back goes out in any case.
//!
//! In: each request that is about to go out. Out: whether it may, counted at once, so that no two requests share what is left.

use super::{
    Rate, Sender,
    transport::{Allowance, Outgoing},
};
use crate::model::exchange::{NoAnswer, NoAnswerKind};

impl Sender {
    /// The count of requests that went out.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.spending.sent()
    }

    /// Sends no more than that many requests in all, and none after that time by our own clock, in milliseconds since the UNIX epoch.
    pub fn keep_to(&self, requests_max: Option<u64>, until_ms: Option<i64>) {
        self.spending.keep_to(requests_max, until_ms);
    }

    /// How fast an account may send.
    #[must_use]
    pub fn rate(&self) -> Rate {
        self.pace.rate()
    }

    /// Milliseconds since the UNIX epoch by our own clock, which goes on evenly whatever is learnt of that of the target.
    #[must_use]
    pub fn own_ms(&self) -> i64 {
        self.transport.now_ms()
    }

    /// Whether the run has had all that it may send.
    #[must_use]
    pub fn is_spent(&self) -> bool {
        self.spending.is_spent(self.own_ms())
    }

    /// Counts a request that goes out now. The error is what comes instead where it may not.
    pub(super) fn about_to_send(&self, outgoing: &Outgoing) -> Result<(), NoAnswer> {
        if outgoing.allowance == Allowance::Budget && self.is_spent() {
            let says = "the run had had its budget before it was sent".to_owned();
            return Err(NoAnswer { kind: NoAnswerKind::Spent, says });
        }
        self.spending.count();
        self.heard_at_ms.set(self.heard_at_ms.get().or_else(|| Some(self.own_ms())));
        Ok(())
    }
}

//! What was sent of what may be sent: a number of requests, or for some time.
//!
//! In: a bound, and each request that goes out. Out: whether there is anything left. Nothing is sent here, and no clock is read.

use std::cell::Cell;

/// What was sent, and what may be.
#[derive(Default)]
pub(super) struct Spending {
    sent: Cell<u64>,
    requests_max: Cell<Option<u64>>,
    until_ms: Cell<Option<i64>>,
}

impl Spending {
    /// No more than that many requests, and none after that time, in milliseconds since the UNIX epoch.
    pub(super) fn keep_to(&self, requests_max: Option<u64>, until_ms: Option<i64>) {
        self.requests_max.set(requests_max);
        self.until_ms.set(until_ms);
    }

    /// Counts one more request.
    pub(super) fn count(&self) {
        self.sent.set(self.sent.get() + 1);
    }

    /// The count of requests.
    pub(super) fn sent(&self) -> u64 {
        self.sent.get()
    }

    /// Whether nothing is left at a time.
    pub(super) fn is_spent(&self, now_ms: i64) -> bool {
        self.requests_max.get().is_some_and(|most| self.sent() >= most)
            || self.until_ms.get().is_some_and(|until_ms| now_ms >= until_ms)
    }
}

//! What the appliance does with its feed as a whole.
//!
//! In: a request of a test, of `emulate`, or of a conversation. Out: another model, or more of it. Nothing here speaks to anybody.

use super::super::appliance::Emulator;
use super::hub::FeedRows;
use super::write::{self, Writer};

/// After how long the processes start anew with a defect that shows only then, in milliseconds.
const RESTART_MS: i64 = 1_000;

impl Emulator {
    /// Makes so many row updates a second in the model of the real-time state API, by sessions that are nowhere else. Their customer's
    /// name ends in the unix milliseconds at which it was due.
    pub fn load_feed(&self, row_updates_per_second: u32) {
        self.hub.load(row_updates_per_second);
    }

    /// Starts the processes anew, as an appliance does after an update: the model of the real-time state API is reset, and
    /// everything comes back with new ids (p. 145). Archives tell of it, too (p. 119).
    pub fn restart_model(&self) {
        let now_s = self.clock.now_ms().div_euclid(1000);
        let mut inner = self.inner();
        inner.state.history.restarts_s.push(now_s);
        self.hub.truncate(now_s);
    }

    /// Whether the processes start anew for somebody who has followed for so long.
    pub(super) fn restarts_after(&self, followed_ms: i64) -> bool {
        let shows = ["truncation-missing", "truncated-and-not-rebuilt", "truncated-and-rows-kept"];
        let by_defect = || shows.iter().any(|what| self.defects.has(write::KIND, what)).then_some(RESTART_MS);
        self.restart_after_ms.or_else(by_defect).is_some_and(|after_ms| followed_ms >= after_ms)
    }

    /// The rows of the real-time state API as they were when it was looked last: tables, ids, and fields as texts, in which what holds
    /// nothing is empty. They are read where they stand and not from a message, so that what a client has made of its messages can be held
    /// against them.
    pub fn feed_rows(&self) -> FeedRows {
        self.hub.rows()
    }

    /// Looks at what stands, if that is due.
    pub(super) fn look(&self, now_ms: i64) {
        let inner = self.inner();
        self.hub.look(&inner.state, self.writer(), now_ms);
    }

    pub(super) fn writer(&self) -> Writer<'_> {
        Writer { readings: &self.readings, defects: &self.defects }
    }
}

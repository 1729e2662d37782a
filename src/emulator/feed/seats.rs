//! The places for those who receive updates: thirty of them (p. 141).
//!
//! In: somebody who wants one, and when each was last ready for more. Out: a place, as long as there is one. Nothing here knows what
//! is sent.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

/// After how long somebody who was not ready for more is taken for still, by defects alone.
const STILL_MS: i64 = 1_500;

/// All places that are taken.
#[derive(Debug, Default)]
pub(super) struct Seats(Mutex<Vec<Weak<AtomicI64>>>);

/// A place among those who receive updates. It is free again when this is dropped.
#[derive(Debug)]
pub(super) struct Seat(Arc<AtomicI64>);

impl Seats {
    /// A place, if there is one left.
    pub(super) fn take(&self, maximum: usize, now_ms: i64) -> Option<Seat> {
        let mut taken = self.taken();
        taken.retain(|one| one.strong_count() > 0);
        if taken.len() >= maximum {
            return None;
        }
        let seat = Arc::new(AtomicI64::new(now_ms));
        taken.push(Arc::downgrade(&seat));
        Some(Seat(seat))
    }

    /// Whether anybody else was not ready for more for some time.
    pub(super) fn others_are_still(&self, own: Option<&Seat>, now_ms: i64) -> bool {
        let is_own = |other: &Arc<AtomicI64>| own.is_some_and(|own| Arc::ptr_eq(&own.0, other));
        let is_still = |other: Arc<AtomicI64>| is_still(now_ms.saturating_sub(other.load(Ordering::SeqCst)));
        self.taken().iter().filter_map(Weak::upgrade).filter(|other| !is_own(other)).any(is_still)
    }

    fn taken(&self) -> MutexGuard<'_, Vec<Weak<AtomicI64>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat {
    /// Who has it is ready for more. Says whether that was not so for some time.
    pub(super) fn ready(&self, now_ms: i64) -> bool {
        is_still(now_ms.saturating_sub(self.0.swap(now_ms, Ordering::SeqCst)))
    }
}

fn is_still(for_ms: i64) -> bool {
    for_ms > STILL_MS
}

//! What the answers of a case weigh in memory while it is played, and which cases wait for each other because of it.
//!
//! In: answers as they come. Out: whether one may be read. A case with much to hold is played while no other such case is; what is more
//! than even that is not read, and shows nothing.

use std::cell::Cell;

use tokio::sync::{Mutex, MutexGuard, OnceCell};

use crate::model::exchange::{Exchange, NoAnswerKind, Outcome};

/// What the answers of a case may weigh that others are played beside, and what those of any case may, in bytes.
const LIGHT_MAX: usize = 16 << 20;
const HEAVY_MAX: usize = 128 << 20;

/// What an element weighs once it is read, in bytes.
const ELEMENT: usize = 70;

/// What the answers of one case weigh.
pub(super) struct Weight<'a> {
    bytes: Cell<usize>,
    lane: &'a Mutex<()>,
    /// Held by a case with much to hold, until it ends.
    heavy: OnceCell<MutexGuard<'a, ()>>,
    waits: bool,
}

impl<'a> Weight<'a> {
    /// Nothing came yet. A flow, which may be part of a case that is heavy already, does not wait.
    pub(super) fn new(lane: &'a Mutex<()>, waits: bool) -> Self {
        Self { bytes: Cell::new(0), lane, heavy: OnceCell::new(), waits }
    }

    /// Waits until an answer may be read. One that is too much is taken out of both forms of its exchange.
    pub(super) async fn admit(&self, raw: &mut Exchange, clean: &mut Exchange) {
        let weight = weight(raw);
        let sum = self.bytes.get() + weight;
        let mut admitted = sum <= HEAVY_MAX;
        if admitted && sum > LIGHT_MAX && self.heavy.get().is_none() {
            admitted = match self.waits {
                true => {
                    self.heavy.get_or_init(|| self.lane.lock()).await;
                    true
                }
                false => self.lane.try_lock().is_ok_and(|held| self.heavy.set(held).is_ok()),
            };
        }
        if admitted {
            self.bytes.set(sum);
            return;
        }
        for exchange in [raw, clean] {
            let says = format!("the answers of the case come to more than the {HEAVY_MAX} bytes that are held of one");
            exchange.outcome = Outcome::nothing(NoAnswerKind::Unkept, says);
        }
    }
}

fn weight(exchange: &Exchange) -> usize {
    let Some(answer) = exchange.answer() else { return 0 };
    let bytes = answer.raw();
    let is_xml = bytes.iter().take(64).any(|byte| *byte == b'<');
    // An element has a tag at either end.
    let tags = if is_xml { memchr::memchr_iter(b'<', bytes).count() } else { 0 };
    2 * bytes.len() + tags * ELEMENT
}

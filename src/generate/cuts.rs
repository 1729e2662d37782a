//! Sequences that are made shorter.
//!
//! In: calls. Out: the same without some of them, again and again, until each was left out alone. Nothing here is played.

use crate::{model::case::Call, spec::Spec};

use super::sequence::without;

/// Shorter and shorter sequences, each without some of the calls of the shortest so far.
pub struct Cuts {
    smallest: Vec<Call>,
    /// The count of calls that are left out at once.
    size: usize,
    from: usize,
    /// The count of calls that were not yet left out since the last that could go.
    left: usize,
}

impl Cuts {
    /// Nothing was left out yet.
    #[must_use]
    pub fn new(calls: &[Call]) -> Self {
        Self { smallest: calls.to_vec(), size: calls.len().div_ceil(2).max(1), from: 0, left: calls.len() }
    }

    /// The next to try; none where every call of the shortest was left out once, alone.
    pub fn shorter(&mut self, spec: &Spec) -> Option<Vec<Call>> {
        loop {
            if self.left == 0 {
                if self.size == 1 {
                    return None;
                }
                self.size = self.size.div_ceil(2);
                (self.from, self.left) = (self.smallest.len(), self.smallest.len());
            }
            let end = if self.from == 0 { self.smallest.len() } else { self.from };
            let begin = end.saturating_sub(self.size);
            self.from = begin;
            self.left = self.left.saturating_sub(end - begin);
            let shorter = without(spec, &self.smallest, begin..end);
            if !shorter.is_empty() && shorter.len() < self.smallest.len() {
                return Some(shorter);
            }
        }
    }

    /// Goes on with one that goes wrong, too.
    pub fn takes(&mut self, shorter: Vec<Call>) {
        self.from = self.from.min(shorter.len());
        self.left = shorter.len();
        self.smallest = shorter;
    }
}

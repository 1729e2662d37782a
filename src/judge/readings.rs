//! The readings of what the guide leaves open.
//!
//! In: answers one after another. Out: the readings that explain all of them, or the first answer that none explains.

use crate::{
    spec::{Expect, Reading},
    vocabulary::{Context, Holds},
};

/// The readings that explain every answer so far.
#[derive(Default)]
pub(super) struct Readings {
    all: Vec<Reading>,
    left: Option<Vec<String>>,
    pub(super) unexplained: Option<(usize, String)>,
}

impl Readings {
    pub(super) fn look(&mut self, readings: &[Reading], context: &Context<'_>, exchange: usize) {
        self.all = readings.to_vec();
        let fits = |reading: &&Reading| Expect::all(&reading.expect, context) == Holds::Yes;
        let fitting: Vec<String> = readings.iter().filter(fits).map(|reading| reading.name.clone()).collect();
        if fitting.is_empty() && self.unexplained.is_none() {
            let first = Expect::all(&readings[0].expect, context);
            let got = if let Holds::No(_, got) = first { got } else { context.heard.summary() };
            self.unexplained = Some((exchange, got));
        }
        self.left = Some(match self.left.take() {
            None => fitting,
            Some(left) => left.into_iter().filter(|name| fitting.contains(name)).collect(),
        });
    }

    pub(super) fn names(&self) -> String {
        self.all.iter().map(|reading| reading.name.as_str()).collect::<Vec<_>>().join(", ")
    }

    pub(super) fn in_words(&self) -> String {
        format!("an answer that fits one of the readings: {}", self.names())
    }

    pub(super) fn followed(&self) -> Option<String> {
        let left = self.left.as_ref().filter(|left| !left.is_empty())?;
        Some(left.join(" or "))
    }
}

//! The readings of what the guide leaves open.
//!
//! In: answers one after another. Out: the readings that explain all of them, or the first answer that none explains.

use crate::{
    spec::{Expect, Reading},
    vocabulary::{Context, Holds},
};

/// The numbers of the readings that explain an answer.
///
/// # Errors
/// What came, where there are readings and none explains it.
pub(super) fn explaining(readings: &[Reading], context: &Context<'_>) -> Result<Vec<usize>, String> {
    let Some(first) = readings.first() else { return Ok(Vec::new()) };
    let fits = |reading: &Reading| Expect::all(&reading.expect, context) == Holds::Yes;
    let explaining: Vec<usize> = (0..readings.len()).filter(|number| fits(&readings[*number])).collect();
    if !explaining.is_empty() {
        return Ok(explaining);
    }
    Err(match Expect::all(&first.expect, context) {
        Holds::No(_, got) => got,
        _ => context.heard.summary(),
    })
}

/// The names of readings.
pub(super) fn names(readings: &[Reading]) -> String {
    readings.iter().map(|reading| reading.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// What is expected where there are readings.
pub(super) fn in_words(readings: &[Reading]) -> String {
    format!("an answer that fits one of the readings: {}", names(readings))
}

/// The readings that explain every answer so far. All steps of a requirement have the same ones.
#[derive(Clone, Default)]
pub(super) struct Readings<'r> {
    pub(super) all: &'r [Reading],
    left: Option<Vec<usize>>,
    pub(super) unexplained: Option<(usize, String)>,
}

impl<'r> Readings<'r> {
    pub(super) fn look(&mut self, readings: &'r [Reading], context: &Context<'_>, exchange: usize) {
        self.all = readings;
        let explaining = explaining(readings, context).unwrap_or_else(|got| {
            self.unexplained.get_or_insert((exchange, got));
            Vec::new()
        });
        self.left = Some(match self.left.take() {
            None => explaining,
            Some(left) => left.into_iter().filter(|number| explaining.contains(number)).collect(),
        });
    }

    pub(super) fn followed(&self) -> Option<String> {
        let left = self.left.as_ref().filter(|left| !left.is_empty())?;
        Some(left.iter().map(|number| self.all[*number].name.as_str()).collect::<Vec<_>>().join(" or "))
    }
}

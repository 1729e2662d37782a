//! What differs between two recordings of one target, made one after the other: noise, which is learned and not compared.
//!
//! In: two recordings. Out: the kinds and places of their differences for each snapshot, and which of them the guide has as constant:
//! these are gaps of the target, and no noise.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    compare::{MoveKind, Moved, Relations, compare_by},
    gather::Recording,
    rows::RowsByPath,
};
use crate::spec::Spec;

/// What is noise.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LearnedNoise {
    /// Kinds and places by the ids of snapshots.
    pub places: BTreeMap<String, BTreeSet<String>>,
    /// What the guide has as constant, by endpoint, with the first snapshot that shows it.
    pub constants: BTreeMap<(String, Moved), String>,
    /// Snapshots that only one of both recordings has.
    pub alone: BTreeSet<String>,
}

impl LearnedNoise {
    /// Adds it to the snapshots that have it.
    pub fn note(&self, recording: &mut Recording) {
        for (id, places) in &self.places {
            if let Some(snapshot) = recording.snapshots.get_mut(id) {
                snapshot.head.noise = places.iter().cloned().collect();
            }
        }
    }
}

/// Finds out what is noise.
#[must_use]
pub fn learn(spec: &Spec, one: &Recording, two: &Recording) -> LearnedNoise {
    let mut learned = LearnedNoise::default();
    let mut relations = Relations::default();
    for (id, first) in &one.snapshots {
        let (Some(second), Some(endpoint)) = (two.snapshots.get(id), spec.endpoints.get(first.head.endpoint.as_str()))
        else {
            learned.alone.insert(id.clone());
            continue;
        };
        let rows = RowsByPath::of(endpoint);
        for moved in compare_by(&rows, &first.answer, &second.answer, &mut relations) {
            if is_constant(&rows, &moved) {
                learned.constants.entry((endpoint.id.to_string(), moved)).or_insert_with(|| id.clone());
            } else {
                learned.places.entry(id.clone()).or_default().insert(moved.place());
            }
        }
    }
    learned.alone.extend(two.snapshots.keys().filter(|id| !one.snapshots.contains_key(*id)).cloned());
    learned
}

/// Whether it must not differ by what the guide says.
fn is_constant(rows: &RowsByPath<'_>, moved: &Moved) -> bool {
    match moved.kind {
        MoveKind::Order | MoveKind::Count | MoveKind::Timing | MoveKind::Identity => false,
        MoveKind::Gone | MoveKind::New => rows.is_constant(&moved.path) || rows.is_always_there(&moved.path),
        MoveKind::Status => true,
        MoveKind::Type | MoveKind::Value | MoveKind::Header => rows.is_constant(&moved.path),
    }
}

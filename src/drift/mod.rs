//! What an answer says apart from what is of the moment, and how two recordings of a target differ.
//!
//! In: records of a run, and snapshots of an earlier one. Out: snapshots in a form that people read and review, and a [`Drift`]: each
//! difference with its kind, its level and a fingerprint. Nothing here sends, opens a file or prints.
//!
//! `gather` makes a [`Branch`] of each plain answer (`branch_of` for what is plain, `documents` for what a target says of itself),
//! `marks` puts a mark in the place of what is of the moment, `snapshot` writes and reads a snapshot. `compare` finds what differs in one
//! answer, `noise` what already differs between two recordings of one target, `weigh` puts the same difference of several answers
//! together and says how much it weighs.

mod branch;
mod branch_of;
mod compare;
mod documents;
mod gather;
mod lines;
mod marks;
mod noise;
mod rows;
mod snapshot;
mod weigh;

pub use branch::{Branch, Mark};
pub use compare::{MoveKind, Moved, Relations, compare};
pub use documents::{facts_of_openapi, facts_of_script, facts_of_xsd};
pub use gather::{Recording, asked, gather};
pub use noise::{LearnedNoise, learn};
pub use snapshot::{SNAPSHOT_BYTES_MAX, Snapshot, SnapshotHead, file_name};
pub use weigh::{Drift, DriftLevel, DriftRow, JudgedNow, drift, moved};

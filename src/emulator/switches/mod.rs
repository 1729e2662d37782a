//! The switches of an emulator: which defects it has, and which way it reads what the guide leaves open.
//!
//! In: what was chosen. Out: plain data that every room may ask while it answers. It is the ground of the
//! emulator: nothing here knows any other room. What a defect does to an answer stands in `defects`, on top.

mod active_defects;
mod defect_id;
mod nearest;
mod once;
mod readings;
#[cfg(test)]
mod told_apart;
mod topic;
mod topics;

pub use active_defects::Defect;
pub(crate) use active_defects::{ActiveDefects, Bend, FieldBend, Hooks, Verb};
pub use defect_id::DefectId;
pub(crate) use nearest::nearest;
pub use readings::{Reading, Readings};
pub use topic::Topic;

//! Stub.
use super::Defect;
pub(super) fn catalogue() -> Vec<Defect> { Vec::new() }

//! Bounds of OpenAPI documents.

/// The most bytes of a document.
pub const BYTES_MAX: usize = 4 * 1024 * 1024;

/// The most nodes of a document.
pub(super) const NODES_MAX: usize = 300_000;

/// The deepest nesting of a document.
pub(super) const DEPTH_MAX: usize = 96;

//! Bounds of archives.

/// Bounds of an archive; a larger one is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes that come out of a gzip file.
    pub bytes: u64,
    /// The most bytes of one line of an event archive, or of one row of a state archive.
    pub line_bytes: usize,
    /// The most bytes of the rows of a model, as they are written.
    pub model_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 4 << 30, line_bytes: 16 << 20, model_bytes: 256 << 20 }
    }
}

/// The deepest nesting of a line or a row.
pub const DEPTH_MAX: usize = 64;

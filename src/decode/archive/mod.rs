//! A streaming reader of archives (pages 116 to 133): gzip or plain text, one JSON object a line or one JSON object in
//! all.
//!
//! In: a reader of bytes from outside. Out: typed events line by line, or the model of a state archive; or a [`Fault`]
//! with line and byte. Never more than a line, or a row, of the text is held; what comes out of the gzip file, a line,
//! and a model are bounded.

mod ahead;
mod event;
pub(crate) mod law;
mod model;
mod state;
mod stream;

use std::{fmt, io};

pub use event::{Change, Event, Kind, Op, Pairs, SessionEvent, Shape, event};
pub use model::{Model, Row, Table, same};
pub use state::{State, state};
pub use stream::{Line, Lines, Text};

/// How much is read of an archive before it is refused.
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

/// Where an archive is wrong, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1; 0 when the file itself is wrong before any line.
    pub line: u64,
    /// The byte of the decompressed text, from 0.
    pub at: u64,
    /// What is wrong there.
    pub says: String,
    /// Whether the bytes around the text are wrong (the gzip file, or its length), and not the text.
    pub outer: bool,
}

impl Fault {
    fn text(line: u64, at: u64, says: impl Into<String>) -> Self {
        Self { line, at, says: says.into(), outer: false }
    }

    fn outer(line: u64, at: u64, error: &io::Error) -> Self {
        Self { line, at, says: error.to_string(), outer: true }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, byte {}: {}", self.line, self.at, self.says)
    }
}

impl std::error::Error for Fault {}

/// Calls `each` with every event of an event archive, in order. Gives the number of events.
///
/// # Errors
/// The first fault of the archive, or the one that `each` gave.
pub fn events<R: io::BufRead>(
    reader: R,
    limits: Limits,
    each: impl FnMut(&Event<'_>) -> Result<(), Fault>,
) -> Result<u64, Fault> {
    each_event(Lines::new(Text::new(reader, limits), limits), each)
}

/// The same for an archive that may be large: it is decompressed on another thread.
///
/// # Errors
/// As [`events`].
pub fn events_ahead<R: io::BufRead + Send>(
    reader: R,
    limits: Limits,
    each: impl FnMut(&Event<'_>) -> Result<(), Fault>,
) -> Result<u64, Fault> {
    ahead::ahead(Text::new(reader, limits), |text| each_event(Lines::new(text, limits), each))
}

fn each_event<T: io::Read>(
    mut lines: Lines<T>,
    mut each: impl FnMut(&Event<'_>) -> Result<(), Fault>,
) -> Result<u64, Fault> {
    let mut count = 0;
    while let Some(line) = lines.next()? {
        each(&event(&line)?)?;
        count += 1;
    }
    Ok(count)
}

#[cfg(test)]
mod tests;

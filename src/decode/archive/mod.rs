//! A streaming reader of archives (pages 116 to 133): gzip or plain text, one JSON object a line or one JSON object in
//! all.
//!
//! In: a reader of bytes from outside. Out: typed events line by line, or the model of a state archive; or an [`ArchiveError`]
//! with line and byte. Never more than a line, or a row, of the text is held; what comes out of the gzip file, a line,
//! and a model are bounded.

mod ahead;
mod error;
mod event;
pub(crate) mod law;
mod limits;
mod state;
mod stream;

use std::io;

pub use error::{ArchiveError, ArchiveErrorKind, FileError};
pub use event::{ArchiveEvent, EventKind, SessionEvent, event};
pub use limits::{DEPTH_MAX, Limits};
pub use state::{StateArchive, state};
pub use stream::{ArchiveText, Line, Lines};

/// Calls `each` with every event of an event archive, in order. Gives the number of events.
///
/// # Errors
/// The first error of the archive, or the one that `each` gave.
pub fn events<R: io::BufRead>(
    reader: R,
    limits: Limits,
    each: impl FnMut(&ArchiveEvent<'_>) -> Result<(), ArchiveError>,
) -> Result<u64, ArchiveError> {
    each_event(Lines::new(ArchiveText::new(reader, limits), limits), each)
}

/// The same for an archive that may be large: it is decompressed on another thread.
///
/// # Errors
/// As [`events`].
pub fn events_ahead<R: io::BufRead + Send>(
    reader: R,
    limits: Limits,
    each: impl FnMut(&ArchiveEvent<'_>) -> Result<(), ArchiveError>,
) -> Result<u64, ArchiveError> {
    ahead::ahead(ArchiveText::new(reader, limits), |text| each_event(Lines::new(text, limits), each))
}

fn each_event<T: io::Read>(
    mut lines: Lines<T>,
    mut each: impl FnMut(&ArchiveEvent<'_>) -> Result<(), ArchiveError>,
) -> Result<u64, ArchiveError> {
    let mut count = 0;
    while let Some(line) = lines.next()? {
        each(&event(&line)?)?;
        count += 1;
    }
    Ok(count)
}

#[cfg(test)]
mod tests;

//! Where an archive is wrong, and how.
//!
//! In: nothing. Out: a place, a kind for the program, and a sentence for people.

use std::{fmt, io};

use super::DEPTH_MAX;
use crate::decode::{
    json::{JsonError, JsonErrorKind},
    model::ModelError,
};

/// Where an archive is wrong, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveError {
    /// The line, from 1; 0 when the file itself is wrong before any line.
    pub line: u64,
    /// The byte of the decompressed text, from 0.
    pub at: u64,
    /// What is wrong there.
    pub kind: ArchiveErrorKind,
}

/// What is wrong with an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArchiveErrorKind {
    /// The bytes around the text are wrong, or there are too many of them.
    File(FileError),
    /// A line of an event archive has more bytes than are read.
    LineTooLong {
        /// The bound in bytes.
        bytes_max: usize,
    },
    /// A line is no UTF-8.
    NotUtf8,
    /// A line is nested deeper than is read.
    TooDeep,
    /// A line is no JSON object.
    NotAnObject(String),
    /// A line is an object without a type.
    NoType,
    /// A value in a line cannot be read.
    Value(JsonError),
    /// A message does not change the model, or a row cannot be held.
    Model(ModelError),
    /// A state archive is no JSON object, and what the JSON reader says.
    NotAState(JsonErrorKind, String),
    /// A state archive holds something else where a table or a row belongs.
    NotATable(String),
    /// Two members of a state archive hold tables and no rows; only one of them can be the wrapper.
    TwoWrappers {
        /// The first.
        first: String,
        /// The second.
        second: String,
    },
    /// An event archive begins before the one that was read before it.
    BeginsBefore {
        /// The other.
        other: String,
    },
}

/// What is wrong with the file that a text is read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileError {
    /// It cannot be read on.
    Io(String),
    /// The gzip file is cut.
    CutOff,
    /// The checksum of the gzip file is another.
    Checksum,
    /// The head of the gzip file is wrong.
    Header,
    /// The gzip file cannot be decompressed.
    Corrupt,
    /// Something that is no gzip file stands after one.
    Rest,
    /// The text has more bytes than are read.
    TooLarge {
        /// The bound in bytes.
        bytes_max: u64,
    },
    /// A row of a state archive has more bytes than are read.
    RowTooLong,
}

impl ArchiveError {
    pub(super) fn of_file(line: u64, at: u64, error: &io::Error) -> Self {
        Self { line, at, kind: ArchiveErrorKind::File(FileError::within(error)) }
    }

    /// Whether the bytes around the text are wrong (the gzip file, or a length), and not the text.
    #[must_use]
    pub fn is_of_file(&self) -> bool {
        matches!(self.kind, ArchiveErrorKind::File(_))
    }

    /// Whether something is refused for its size alone, which a reader without bounds would take.
    #[must_use]
    pub fn is_bound(&self) -> bool {
        matches!(
            self.kind,
            ArchiveErrorKind::File(FileError::TooLarge { .. } | FileError::RowTooLong)
                | ArchiveErrorKind::LineTooLong { .. }
                | ArchiveErrorKind::TooDeep
                | ArchiveErrorKind::Model(ModelError::TooLarge { .. })
                | ArchiveErrorKind::NotAState(JsonErrorKind::TooDeep, _)
        )
    }
}

impl FileError {
    /// The error that a reader of bytes gave, or that of the system below it.
    fn within(error: &io::Error) -> Self {
        let own = error.get_ref().and_then(|inner| inner.downcast_ref::<Self>());
        own.cloned().unwrap_or_else(|| Self::Io(error.to_string()))
    }
}

impl From<FileError> for io::Error {
    fn from(error: FileError) -> Self {
        Self::new(io::ErrorKind::InvalidData, error)
    }
}

impl fmt::Display for ArchiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, byte {}: {}", self.line, self.at, self.kind)
    }
}

impl fmt::Display for ArchiveErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(error) => error.fmt(f),
            Self::LineTooLong { bytes_max } => write!(f, "the line has more than the {bytes_max} bytes that are read"),
            Self::NotUtf8 => f.write_str("not UTF-8"),
            Self::TooDeep => write!(f, "nested deeper than {DEPTH_MAX}"),
            Self::NotAnObject(reason) => write!(f, "not a JSON object: {reason}"),
            Self::NoType => f.write_str("an event without a type"),
            Self::Value(error) => error.fmt(f),
            Self::Model(error) => error.fmt(f),
            Self::NotAState(_, reason) => write!(f, "not one JSON object: {reason}"),
            Self::NotATable(reason) => f.write_str(reason),
            Self::TwoWrappers { first, second } => write!(f, "`{second}` holds no rows, and neither does `{first}`"),
            Self::BeginsBefore { other } => write!(f, "it begins before {other}"),
        }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(reason) => f.write_str(reason),
            Self::CutOff => f.write_str("the gzip file ends too early"),
            Self::Checksum => f.write_str("the checksum of the gzip file is wrong"),
            Self::Header => f.write_str("no gzip file: its header is wrong"),
            Self::Corrupt => f.write_str("the gzip file is corrupt"),
            Self::Rest => f.write_str("something stands after the end of the gzip file"),
            Self::TooLarge { bytes_max } => {
                write!(f, "decompressed it has more than the {bytes_max} bytes that are read")
            }
            Self::RowTooLong => f.write_str("a row is longer than what is read of one"),
        }
    }
}

impl std::error::Error for ArchiveError {}
impl std::error::Error for FileError {}

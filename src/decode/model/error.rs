//! Why a message does not change the model.
//!
//! In: nothing. Out: a kind for the program and a sentence for people. Where the message stood is said by who carried it.

use std::fmt;

/// Why a message does not change the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModelError {
    /// `insert`, `update` or `delete` is no object of tables.
    SectionNotAnObject(&'static str),
    /// The message names no rows of any table.
    NoRows,
    /// The message names a table and not what its row is.
    NoRow {
        /// The table.
        table: String,
    },
    /// What stands where the rows of a table belong is no object.
    NotRows {
        /// The table.
        table: String,
    },
    /// What stands where a row belongs is no object.
    RowNotAnObject {
        /// The table.
        table: String,
        /// The id of the row.
        id: String,
    },
    /// What stands where the ids of a table belong is no list of ids.
    NotIds {
        /// The table.
        table: String,
    },
    /// What stands where an id belongs is neither a number nor a text.
    NotAnId {
        /// The table.
        table: String,
    },
    /// The fields of a row cannot be read.
    UnreadableRow {
        /// The table.
        table: String,
        /// The id of the row.
        id: String,
        /// What the JSON reader says.
        reason: String,
    },
    /// The rows together are larger than what is held.
    TooLarge {
        /// The bound in bytes.
        bytes_max: usize,
    },
}

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SectionNotAnObject(section) => write!(f, "`{section}` is no object"),
            Self::NoRows => f.write_str("it does not say which rows of which table"),
            Self::NoRow { table } => write!(f, "it does not say what the row of `{table}` is"),
            Self::NotRows { table } => write!(f, "`{table}` is no object of rows"),
            Self::RowNotAnObject { table, id } => write!(f, "row `{id}` of `{table}` is no object"),
            Self::NotIds { table } => write!(f, "`{table}` is no list of ids"),
            Self::NotAnId { table } => write!(f, "an id of `{table}` is neither a number nor a text"),
            Self::UnreadableRow { table, id, reason } => write!(f, "row `{id}` of `{table}` cannot be read: {reason}"),
            Self::TooLarge { bytes_max } => write!(f, "the rows have more than the {bytes_max} bytes that are held"),
        }
    }
}

impl std::error::Error for ModelError {}

//! The law of the reader of snapshots.
//!
//! In: any bytes. Out: whether they came as far as the innermost check, or a panic that names the law that does not hold.

use super::{in_a_line_of, text};
use crate::drift::{Relations, Snapshot, compare, file_name};

/// A snapshot: what is read and written again reads the same and equals itself, a fault names a line of the file, and its file has a name
/// that is one everywhere.
pub fn snapshot(data: &[u8]) -> bool {
    let Some(text) = text(data) else { return false };
    let read = match Snapshot::read(text) {
        Ok(read) => read,
        Err(fault) => {
            let (word, rest) = fault.split_at("line ".len().min(fault.len()));
            assert_eq!(word, "line ", "no line of the file is named: {fault:?}");
            in_a_line_of(text, rest);
            return false;
        }
    };
    let written = read.write();
    assert_eq!(Snapshot::read(&written).as_ref(), Ok(&read), "what is written reads otherwise: {written}");
    let mut relations = Relations::default();
    relations.note(&read.answer);
    assert_eq!(compare(&read.answer, &read.answer, &mut relations), Vec::new(), "it differs from itself");
    assert_eq!(relations.renumbered(&read.answer), read.answer, "it has other numbers than it had");
    let name = file_name(&read.head.id);
    assert!(name.len() <= 200 && !name.contains(['/', '\\', '\0', '\n']), "no name of a file: {name:?}");
    true
}

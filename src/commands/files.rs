//! Small text files that an option names.
//!
//! In: a path and what the file is for. Out: its text, or why it cannot be read. Nothing without a bound is read, and what is written is
//! there whole or not at all.

use std::{ffi::OsString, fs, io, path::Path};

use super::Failure;

/// The most bytes of a file that an option names.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// Reads a small text file that the operator named.
pub(super) fn read_file(path: &Path, what: &str) -> Result<String, Failure> {
    String::from_utf8(read_bytes(path, what)?).map_err(|_| unreadable(path, "it is no UTF-8 text", what))
}

fn unreadable(path: &Path, says: &str, what: &str) -> Failure {
    Failure::usage(format!("{}: {says}\n  name a file that can be read as {what}", path.display()))
}

/// Reads a small file that the operator named, as it is.
pub(super) fn read_bytes(path: &Path, what: &str) -> Result<Vec<u8>, Failure> {
    let fault = |says: String| unreadable(path, &says, what);
    let size = fs::metadata(path).map_err(|error| fault(error.to_string()))?.len();
    if size > FILE_BYTES_MAX {
        return Err(fault(format!("it has {size} bytes, more than the {FILE_BYTES_MAX} that {what} may have")));
    }
    fs::read(path).map_err(|error| fault(error.to_string()))
}

/// Puts a file in the place of another one. Where that cannot be done the other one is still there.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut name = path.file_name().map(OsString::from).unwrap_or_default();
    name.push(".part");
    let part = path.with_file_name(name);
    let written = fs::write(&part, bytes).and_then(|()| fs::rename(&part, path));
    if written.is_err() {
        let _ = fs::remove_file(&part);
    }
    written
}

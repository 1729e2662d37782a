//! Files that an option names: small ones that are read, and those that are written whole or not at all.
//!
//! In: a path and what the file is for, or what goes into it. Out: its text, or why it cannot be read or written. Nothing without a bound is
//! read, and what stood in a file stays until the new one is whole.

use std::{ffi::OsString, fs, io, io::Write as _, path::Path};

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

/// Writes a file whole or not at all; a link stays one. What is no plain file, such as a pipe, is written to as it is.
pub(super) fn write_whole(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let file = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    if fs::metadata(&file).is_ok_and(|there| !there.is_file()) {
        return fs::OpenOptions::new().write(true).open(&file)?.write_all(bytes);
    }
    let mut name = file.file_name().map(OsString::from).unwrap_or_default();
    name.push(".part");
    let part = file.with_file_name(name);
    let written = fs::write(&part, bytes).and_then(|()| fs::rename(&part, &file));
    if written.is_err() {
        let _ = fs::remove_file(&part);
    }
    written
}

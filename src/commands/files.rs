//! Files that an option names: small ones that are read, and those that are written whole or not at all.
//!
//! In: a path and what the file is for, or what goes into it. Out: its text, or why it cannot be read or written. Nothing without a bound is
//! read, and what stood in a file stays until the new one is whole.

use std::{
    ffi::OsString,
    fs, io,
    io::{Read as _, Write as _},
    path::Path,
};

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
    read_at_most(path, FILE_BYTES_MAX, &format!("{what} may have")).map_err(fault)
}

/// Reads a file whole that has no more than `most` bytes; `who` says of whom that is asked, such as `are read`. What has no size, such as a
/// pipe or a device, is read no further than that either.
pub(super) fn read_at_most(path: &Path, most: u64, who: &str) -> Result<Vec<u8>, String> {
    let file = fs::File::open(path).map_err(|error| error.to_string())?;
    let size = file.metadata().map_err(|error| error.to_string())?.len();
    if size > most {
        return Err(format!("it has {size} bytes, more than the {most} that {who}"));
    }
    let mut bytes = Vec::new();
    file.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    match bytes.len() as u64 > most {
        true => Err(format!("it goes on behind the {most} bytes that {who}")),
        false => Ok(bytes),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_size_is_read_no_further_than_a_file_may_be_long() {
        let endless = read_at_most(Path::new("/dev/zero"), 10, "are read");
        assert_eq!(endless, Err("it goes on behind the 10 bytes that are read".to_owned()));
        assert_eq!(read_at_most(Path::new("/dev/null"), 10, "are read"), Ok(Vec::new()));
        let says = read_bytes(Path::new("/dev/zero"), "the client secret").err().map(|failure| failure.says);
        assert!(says.is_some_and(|says| says.contains("behind the 1048576 bytes that the client secret may have")));
    }
}

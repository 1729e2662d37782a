//! A bounded reader of ZIP files.
//!
//! In: the bytes of a file. Out: its listing, `<zip><entry name="a.csv" size="12"/></zip>`, or where the bytes are no ZIP file.
//! Every entry is inflated and counted, with its checksum; nothing of it is kept, and nothing is ever written to a disk.

use std::io::{Cursor, Read};

use ::zip::{ZipArchive, read::ZipFile};

use super::xml::Node;

/// The most entries of a file.
pub const ENTRIES_MAX: usize = 4_096;

/// The longest name of an entry in bytes.
pub const NAME_MAX: usize = 1_024;

/// The most bytes that all entries together may have.
pub const INFLATED_MAX: u64 = 64 * 1024 * 1024;

/// Where and why bytes are no ZIP file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Byte offset: of an entry, or the end where the directory should be.
    pub at: u64,
    /// Why.
    pub says: String,
}

/// Lists a file, with every entry read to its end.
///
/// # Errors
/// The first place where the bytes are no ZIP file, or where they pass a bound.
pub fn read(bytes: &[u8]) -> Result<Node, Fault> {
    let end = bytes.len() as u64;
    let fault = |at: u64, says: &str| Fault { at: at.min(end), says: says.to_owned() };
    if !bytes.starts_with(b"PK") {
        return Err(fault(0, "no `PK` at the start"));
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes))
        .map_err(|error| fault(end, &format!("no directory of a ZIP file at the end: {error}")))?;
    if archive.len() > ENTRIES_MAX {
        return Err(fault(archive.central_directory_start(), "more than 4096 entries"));
    }
    let mut entries = Vec::with_capacity(archive.len());
    let mut left = INFLATED_MAX;
    for index in 0..archive.len() {
        let mut entry = archive
            .by_index(index)
            .map_err(|error| fault(0, &format!("entry {} cannot be opened: {error}", index + 1)))?;
        let at = entry.header_start();
        if entry.name_raw().len() > NAME_MAX {
            return Err(fault(at, "a name of more than 1024 bytes"));
        }
        let (name, told) = (entry.name().to_owned(), entry.size());
        let size = size_of(&mut entry, left).map_err(|says| fault(at, &says))?;
        if size != told {
            return Err(fault(at, &format!("{size} bytes where the directory says {told}")));
        }
        left -= size;
        let attributes = vec![("name".to_owned(), name), ("size".to_owned(), size.to_string())];
        entries.push(Node { name: "entry".to_owned(), attributes, ..Node::default() });
    }
    Ok(Node { name: "zip".to_owned(), children: entries, ..Node::default() })
}

/// How many bytes an entry has. Its checksum is right when it can be read to the end.
fn size_of<R: Read>(entry: &mut ZipFile<'_, R>, left: u64) -> Result<u64, String> {
    let mut buffer = [0; 16 * 1024];
    let mut size = 0;
    loop {
        let count = entry.read(&mut buffer).map_err(|error| format!("an entry that cannot be read: {error}"))?;
        if count == 0 {
            return Ok(size);
        }
        size += count as u64;
        if size > left {
            return Err("more than 64 MiB inflated".to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use ::zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

    use super::*;

    fn packed(method: CompressionMethod, entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in entries {
            writer.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn entries_are_listed_with_their_true_sizes() {
        for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
            let listing = read(&packed(method, &[("a.csv", b"one,two\n"), ("b/c.csv", b"")])).unwrap();
            assert_eq!(
                listing.to_xml(""),
                "<zip><entry name=\"a.csv\" size=\"8\"></entry><entry name=\"b/c.csv\" size=\"0\"></entry></zip>"
            );
        }
        assert_eq!(read(&packed(CompressionMethod::Stored, &[])).unwrap().children, []);
    }

    #[test]
    fn a_file_without_its_directory_is_refused_at_its_end() {
        let whole = packed(CompressionMethod::Deflated, &[("a.csv", b"one,two\n")]);
        let cut = &whole[..whole.len() - 30];
        assert_eq!(read(cut).map_err(|fault| fault.at), Err(cut.len() as u64));
        for bytes in [&b""[..], b"<error/>", b"PK", b"PK\x05\x06"] {
            assert!(read(bytes).is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn a_wrong_checksum_and_a_wrong_size_are_seen() {
        let whole = packed(CompressionMethod::Stored, &[("x", b""), ("a", b"0123456789")]);
        let at = whole.windows(10).position(|window| window == b"0123456789").unwrap();
        let mut other = whole.clone();
        other[at] = b'x';
        let fault = read(&other).unwrap_err();
        assert!(fault.says.contains("checksum") && fault.at == 31, "{fault:?}");
        let directory = whole.windows(4).rposition(|window| window == b"PK\x01\x02").unwrap();
        let mut other = whole;
        other[directory + 24] = 11;
        assert!(read(&other).is_err());
    }

    #[test]
    fn what_inflates_without_end_is_refused() {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer
            .start_file("zeros", SimpleFileOptions::default().compression_method(CompressionMethod::Deflated))
            .unwrap();
        let chunk = vec![0; 1024 * 1024];
        for _ in 0..=64 {
            writer.write_all(&chunk).unwrap();
        }
        let bomb = writer.finish().unwrap().into_inner();
        assert_eq!(read(&bomb).map_err(|fault| fault.says), Err("more than 64 MiB inflated".to_owned()));
    }
}

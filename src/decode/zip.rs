//! A bounded reader of ZIP files: what is in them and how large it is.
//!
//! In: the bytes of a file. Out: a tree with an `entry` for each file, its `name`, `size` and the first bytes as text, or what is
//! wrong and where. Every entry is unpacked to the end to see that its checksum is right; nothing is ever written to a disk.

use std::{
    fmt,
    io::{Cursor, Read as _},
};

use super::xml::Node;

/// The most entries.
pub const ENTRIES_MAX: usize = 1_000;

/// The most bytes of all entries unpacked.
pub const UNPACKED_MAX: u64 = 256 * 1024 * 1024;

/// The most bytes of an entry that are kept as its text.
const KEPT_MAX: usize = 64 * 1024;

/// Where and why bytes are no ZIP file that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZipError {
    /// The entry, from 1; none where the file itself is wrong.
    pub entry: Option<usize>,
    /// Why.
    pub kind: ZipErrorKind,
}

/// Why bytes are no ZIP file that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ZipErrorKind {
    /// The directory of the file cannot be read.
    NoDirectory(String),
    /// More entries than are read.
    TooMany {
        /// The entries that there are.
        entries: usize,
    },
    /// The head of an entry cannot be read.
    Head(String),
    /// An entry cannot be unpacked, or is not what its checksum says.
    Content {
        /// The name of the entry, made fit to be shown.
        name: String,
        /// What the reader says.
        reason: String,
    },
    /// The entries together are larger than what is unpacked.
    TooLarge,
}

impl fmt::Display for ZipError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(entry) = self.entry {
            write!(f, "entry {entry}: ")?;
        }
        match &self.kind {
            ZipErrorKind::NoDirectory(reason) => write!(f, "no ZIP file: {reason}"),
            ZipErrorKind::TooMany { entries } => {
                write!(f, "{entries} entries, more than the {ENTRIES_MAX} that are read")
            }
            ZipErrorKind::Head(reason) => f.write_str(reason),
            ZipErrorKind::Content { name, reason } => write!(f, "`{name}`: {reason}"),
            ZipErrorKind::TooLarge => write!(f, "unpacked it passes {UNPACKED_MAX} bytes"),
        }
    }
}

impl std::error::Error for ZipError {}

/// Reads a file.
///
/// # Errors
/// What is wrong, with the entry where it is.
pub fn read(bytes: &[u8]) -> Result<Node, ZipError> {
    let whole = |kind| ZipError { entry: None, kind };
    let archive = zip::ZipArchive::new(Cursor::new(bytes));
    let mut archive = archive.map_err(|error| whole(ZipErrorKind::NoDirectory(error.to_string())))?;
    if archive.len() > ENTRIES_MAX {
        return Err(whole(ZipErrorKind::TooMany { entries: archive.len() }));
    }
    let mut root = Node { name: "zip".into(), ..Node::default() };
    let mut left = UNPACKED_MAX;
    for number in 0..archive.len() {
        let at = |kind| ZipError { entry: Some(number + 1), kind };
        let head = |error: zip::result::ZipError| at(ZipErrorKind::Head(error.to_string()));
        let raw = archive.by_index_raw(number).map_err(head)?;
        let name: String = raw.name().chars().take(1_000).collect();
        // What is packed in a way that is not read here is lawful all the same.
        if !matches!(raw.compression(), zip::CompressionMethod::Stored | zip::CompressionMethod::Deflated) {
            root.children.push(listed(name, raw.size(), String::new()));
            continue;
        }
        drop(raw);
        let mut entry = archive.by_index(number).map_err(head)?;
        let shown = name.escape_debug().to_string();
        let (mut kept, mut size, mut buffer) = (Vec::new(), 0_u64, [0_u8; 16 * 1024]);
        loop {
            let read = entry
                .read(&mut buffer)
                .map_err(|error| at(ZipErrorKind::Content { name: shown.clone(), reason: error.to_string() }))?;
            if read == 0 {
                break;
            }
            size += read as u64;
            left = left.checked_sub(read as u64).ok_or_else(|| at(ZipErrorKind::TooLarge))?;
            kept.extend_from_slice(&buffer[..read.min(KEPT_MAX - kept.len())]);
        }
        root.children.push(listed(name, size, String::from_utf8_lossy(&kept).into_owned()));
    }
    Ok(root)
}

/// An entry of the tree.
fn listed(name: String, size: u64, text: String) -> Node {
    Node {
        name: "entry".into(),
        attributes: vec![("name".into(), name.into()), ("size".into(), size.to_string().into())],
        text: text.into(),
        ..Node::default()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn packed(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in entries {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn entries_are_listed_with_their_sizes() {
        let root = read(&packed(&[("a.csv", b"x,y\n"), ("b/c.csv", b"")])).unwrap();
        let listed: Vec<_> = root.children.iter().map(|e| (e.attribute("name"), e.attribute("size"))).collect();
        assert_eq!(listed, [(Some("a.csv"), Some("4")), (Some("b/c.csv"), Some("0"))]);
        assert_eq!(root.children[0].text, "x,y\n");
    }

    #[test]
    fn an_entry_that_is_packed_in_another_way_is_listed_as_its_head_tells_it() {
        let mut other = packed(&[("a.csv", b"x,y\n")]);
        // The way of packing stands in the head of the entry and in the directory: 12 is bzip2.
        let directory = other.windows(4).position(|four| four == b"PK\x01\x02").expect("a directory");
        (other[8], other[directory + 10]) = (12, 12);
        let root = read(&other).unwrap();
        assert_eq!(root.children[0].attribute("name"), Some("a.csv"));
        assert_eq!((root.children[0].attribute("size"), &*root.children[0].text), (Some("4"), ""));
    }

    #[test]
    fn a_file_that_is_cut_or_changed_is_refused() {
        let whole = packed(&[("a.csv", &[b'a'; 4_000])]);
        // Without its directory, which stands at the end.
        assert!(read(&whole[..whole.len() - 30]).is_err());
        assert!(read(b"").is_err() && read(b"PK\x03\x04").is_err());
        let mut changed = whole;
        changed[40] ^= 0xff;
        assert_eq!(read(&changed).unwrap_err().entry, Some(1));
    }
}

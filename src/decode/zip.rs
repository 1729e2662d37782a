//! A bounded reader of ZIP files: what is in them and how large it is.
//!
//! In: the bytes of a file. Out: a tree with an `entry` for each file, its `name`, `size` and the first bytes as text, or what is
//! wrong and where. Every entry is unpacked to the end to see that its checksum is right; nothing is ever written to a disk.

use std::io::{Cursor, Read as _};

use super::xml::Node;

/// The most entries.
pub const ENTRIES_MAX: usize = 1_000;

/// The most bytes of all entries unpacked.
pub const UNPACKED_MAX: u64 = 256 * 1024 * 1024;

/// The most bytes of an entry that are kept as its text.
const KEPT_MAX: usize = 64 * 1024;

/// Reads a file.
///
/// # Errors
/// What is wrong, with the entry where it is.
pub fn read(bytes: &[u8]) -> Result<Node, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| format!("no ZIP file: {error}"))?;
    if archive.len() > ENTRIES_MAX {
        return Err(format!("{} entries, more than the {ENTRIES_MAX} that are read", archive.len()));
    }
    let mut root = Node { name: "zip".into(), ..Node::default() };
    let mut left = UNPACKED_MAX;
    for number in 0..archive.len() {
        let at = |says: String| format!("entry {}: {says}", number + 1);
        let mut entry = archive.by_index(number).map_err(|error| at(error.to_string()))?;
        let name: String = entry.name().chars().take(1_000).collect();
        let shown = name.escape_debug().to_string();
        let (mut kept, mut size, mut buffer) = (Vec::new(), 0_u64, [0_u8; 16 * 1024]);
        loop {
            let read = entry.read(&mut buffer).map_err(|error| at(format!("`{shown}`: {error}")))?;
            if read == 0 {
                break;
            }
            size += read as u64;
            left =
                left.checked_sub(read as u64).ok_or_else(|| at(format!("unpacked it passes {UNPACKED_MAX} bytes")))?;
            kept.extend_from_slice(&buffer[..read.min(KEPT_MAX - kept.len())]);
        }
        root.children.push(Node {
            name: "entry".into(),
            attributes: vec![("name".into(), name.into()), ("size".into(), size.to_string().into())],
            text: String::from_utf8_lossy(&kept).into(),
            ..Node::default()
        });
    }
    Ok(root)
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
    fn a_file_that_is_cut_or_changed_is_refused() {
        let whole = packed(&[("a.csv", &[b'a'; 4_000])]);
        // Without its directory, which stands at the end.
        assert!(read(&whole[..whole.len() - 30]).is_err());
        assert!(read(b"").is_err() && read(b"PK\x03\x04").is_err());
        let mut changed = whole;
        changed[40] ^= 0xff;
        assert!(read(&changed).unwrap_err().contains("entry 1"));
    }
}

//! Laws of the readers of files that a target hands out: scripts of the console, ZIP files, scripts for pages.
//!
//! In: any bytes. Out: whether they came as far as the innermost check, or a panic that names the law that does not hold.

use std::io::{Cursor, Write as _};

use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::common::one_line;
use crate::decode::{brcs as brcs_reader, javascript as sandbox, xml::Node, zip as zip_reader};

/// Scripts of the console: what is read and written again reads the same, and a fault names a line of the file or the one that is
/// missing behind it.
pub fn brcs(data: &[u8]) -> bool {
    match brcs_reader::read(data) {
        Ok(script) => {
            let names = |command: &Node| command.children.iter().all(|pair| !pair.name.is_empty());
            assert!((1..=brcs_reader::COMMANDS_MAX).contains(&script.children.len()), "a script without commands");
            assert!(script.children.iter().all(names), "a parameter without a name");
            // The writer has one kind of newline only.
            let plain = Node {
                attributes: script
                    .attributes
                    .iter()
                    .map(|(name, value)| (name.clone(), if value == "mixed" { "lf".into() } else { value.clone() }))
                    .collect(),
                ..script.clone()
            };
            let written = brcs_reader::write(&script);
            assert_eq!(brcs_reader::read(written.as_bytes()), Ok(plain), "what is written reads otherwise");
            true
        }
        Err(fault) => {
            let lines = data.iter().filter(|byte| **byte == b'\n').count() + 1;
            assert!((1..=lines + 1).contains(&fault.line), "no line of the file is named: {fault:?}");
            one_line(&fault.to_string());
            false
        }
    }
}

/// ZIP files: any bytes are listed the same each time and within the bounds, or refused; as the content of an entry they are listed
/// whole, and not once one of them is another.
pub fn zip(data: &[u8]) -> bool {
    let listing = zip_reader::read(data);
    assert_eq!(zip_reader::read(data), listing, "read again, another listing");
    let entries = match listing {
        Ok(listing) => {
            assert!(listing.children.len() <= zip_reader::ENTRIES_MAX, "too many entries");
            let size = |entry: &Node| entry.attribute("size").and_then(|size| size.parse::<u64>().ok());
            let sizes: u64 = listing.children.iter().filter_map(size).sum();
            assert!(sizes <= zip_reader::UNPACKED_MAX, "too many bytes");
            listing.children.len()
        }
        Err(fault) => {
            one_line(&fault.to_string());
            0
        }
    };
    let mut file = packed(data);
    let listing = zip_reader::read(&file).expect("a file that a writer made can be read");
    let size = data.len().to_string();
    assert_eq!(listing.children.first().and_then(|entry| entry.attribute("size")), Some(size.as_str()));
    if !data.is_empty() {
        // The content stands behind a head of 30 bytes, the name and the extra fields, whose lengths are in the head.
        let length = |at: usize| usize::from(u16::from_le_bytes([file[at], file[at + 1]]));
        let at = 30 + length(26) + length(28);
        file[at] ^= 1;
        assert!(zip_reader::read(&file).is_err(), "another content under the same checksum");
    }
    entries > 0
}

fn packed(content: &[u8]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    writer.start_file("touchmark", stored).expect("an entry can begin");
    writer.write_all(content).expect("a content can be written");
    writer.finish().expect("a file can be finished").into_inner()
}

/// Scripts for pages: any script comes to an end, the same one each time, and arithmetic is not what it takes away; a text comes back
/// from the sandbox as it went in.
pub fn javascript(data: &[u8]) -> bool {
    let Some(text) = super::text(data) else { return false };
    let run = || sandbox::run(text, &["1+1", "__opened.join()"]);
    let found = run();
    assert_eq!(run(), found, "run again, something else");
    match &found {
        Ok(texts) => assert_eq!(texts[0], "2"),
        Err(fault) => one_line(&fault.to_string()),
    }
    let short = text.len() <= sandbox::TEXT_MAX / 8;
    if short {
        let literal = serde_json::Value::from(text).to_string();
        assert_eq!(sandbox::run("", &[&literal]), Ok(vec![text.to_owned()]), "a text comes back otherwise");
    }
    short && found.is_ok()
}

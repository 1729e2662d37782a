//! The text of a journal.
//!
//! In: the bytes of a file, compressed or not, whole or not. Out: its text, bounded. What its lines hold is read elsewhere.

use std::io::Read as _;

use flate2::read::MultiGzDecoder;

/// The most bytes of text that a journal unpacks to.
const TEXT_BYTES_MAX: u64 = 4 << 30;

/// The text of a journal, which is compressed or not.
///
/// # Errors
/// Why it cannot be read.
pub fn journal_text(bytes: &[u8]) -> Result<String, String> {
    let mut text = Vec::new();
    let bytes: &[u8] = if bytes.starts_with(&[0x1f, 0x8b]) {
        // What a run that was broken off did not finish ends somewhere; what came before can be read.
        let ended = MultiGzDecoder::new(bytes).take(TEXT_BYTES_MAX + 1).read_to_end(&mut text);
        if text.is_empty() && ended.is_err() {
            return Err("it is no whole gzip file".to_owned());
        }
        &text
    } else {
        bytes
    };
    if bytes.len() as u64 > TEXT_BYTES_MAX {
        return Err(format!("it has more than the {TEXT_BYTES_MAX} bytes that are read"));
    }
    // What is no text costs its line.
    let lines = bytes.split_inclusive(|byte| *byte == b'\n');
    Ok(lines.map(|line| std::str::from_utf8(line).unwrap_or("no UTF-8\n")).collect())
}

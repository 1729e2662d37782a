//! The laws of how bytes are written: content codings and charsets.
//!
//! In: any bytes. Out: whether the innermost check of the law was made, or a panic that says what does not hold.

use super::common::{bare, gzip, zlib};
use crate::decode::{charset, coding};

/// The most bytes that a coding may unpack to here.
const BYTES_MAX: usize = 1 << 20;

/// A line with the value of Content-Encoding, and bytes. Whatever they are, no more comes out than the bound; and what was packed in that
/// way comes out as it was.
pub fn coding(data: &[u8]) -> bool {
    let Some((header, bytes)) = line(data) else { return false };
    if let Ok(plain) = coding::decode(bytes.to_vec(), &header, BYTES_MAX) {
        assert!(plain.bytes.len() <= BYTES_MAX, "more than the bound came out");
    }
    let mut packed = bytes.to_vec();
    for coding in coding::codings(&header) {
        packed = match coding.to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => gzip(&packed),
            "deflate" if bytes.len() % 2 == 0 => zlib(&packed),
            "deflate" => bare(&packed),
            _ => return false,
        };
    }
    match coding::decode(packed, &header, BYTES_MAX) {
        Ok(plain) => {
            assert_eq!(plain.bytes, bytes[..bytes.len().min(BYTES_MAX)], "what was packed comes out as something else");
            assert_eq!(plain.goes_on, bytes.len() > BYTES_MAX);
            coding::codings(&header).next().is_some()
        }
        Err(fault) => {
            assert!(fault.contains("on top of each other"), "what was packed cannot be read: {fault}");
            false
        }
    }
}

/// A line with a Content-Type, and bytes. What is UTF-8 by all signs stays as it is; what was read reads the same as UTF-8; and a text in
/// UTF-16 with a mark reads as the same text.
pub fn charset(data: &[u8]) -> bool {
    let Some((content_type, bytes)) = line(data) else { return false };
    let read = charset::read(bytes, &content_type);
    // A text with zeros in it looks like one of two bytes a character.
    if let Some(read) = read.as_ref().filter(|read| !read.text.contains('\0')) {
        let plain = charset::read(read.text.as_bytes(), "text/xml; charset=utf-8");
        assert!(plain.as_ref().is_none_or(|again| again.text == read.text), "{:?} reads as {plain:?}", read.text);
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let bare = text.trim_start_matches('\u{feff}');
    let units: Vec<u8> = format!("\u{feff}{bare}").encode_utf16().flat_map(u16::to_be_bytes).collect();
    let wide = charset::read(&units, &content_type).expect("a mark says that it is a text");
    if !bare.contains("<?xml") {
        let slip = wide.slip.filter(|_| !content_type.to_ascii_lowercase().contains("charset"));
        assert_eq!((wide.text.as_str(), slip), (bare, None), "UTF-16 reads as something else");
    }
    read.is_none() && charset::read(bytes, "text/xml").is_none()
}

fn line(data: &[u8]) -> Option<(String, &[u8])> {
    let end = data.iter().position(|byte| *byte == b'\n')?;
    let header = std::str::from_utf8(&data[..end]).ok()?;
    Some((header.to_owned(), &data[end + 1..]))
}

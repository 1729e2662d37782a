//! Texts of two or four bytes a character that no mark announces, and those of four that one does.
//!
//! In: bytes. Out: in which order they are to be read, or the text. Only how a document begins is looked at: with `<`.

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

/// UTF-16 that begins with an element or a declaration, and with no mark.
pub(super) fn utf_16_without_a_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [b'<', 0, 1..=255, 0, ..] => Some(UTF_16LE),
        [0, b'<', 0, 1..=255, ..] => Some(UTF_16BE),
        _ => None,
    }
}

/// The name of the charset and the text, where it is one in UTF-32.
pub(super) fn utf_32(bytes: &[u8]) -> Option<(&'static str, String)> {
    let (name, from_bytes): (_, fn([u8; 4]) -> u32) = match bytes {
        [0, 0, 0xfe, 0xff, ..] | [0, 0, 0, b'<', 0, 0, 0, _, ..] => ("UTF-32BE", u32::from_be_bytes),
        [0xff, 0xfe, 0, 0, ..] | [b'<', 0, 0, 0, _, 0, 0, 0, ..] => ("UTF-32LE", u32::from_le_bytes),
        _ => return None,
    };
    let (units, rest) = bytes.as_chunks::<4>();
    let text = units.iter().map(|unit| char::from_u32(from_bytes(*unit)).unwrap_or(char::REPLACEMENT_CHARACTER));
    let cut = (!rest.is_empty()).then_some(char::REPLACEMENT_CHARACTER);
    let text: String = text.chain(cut).collect();
    Some((name, text.trim_start_matches('\u{feff}').to_owned()))
}

/// Whether a label names UTF-32.
pub(super) fn is_utf_32(label: &str) -> bool {
    begins(label, &["utf-32", "utf32", "ucs-4", "iso-10646-ucs-4"])
}

/// Whether a label names UTF-16.
pub(super) fn is_utf_16(label: &str) -> bool {
    begins(label, &["utf-16", "utf16", "ucs-2", "iso-10646-ucs-2"])
}

fn begins(label: &str, names: &[&str]) -> bool {
    let label = label.to_ascii_lowercase();
    names.iter().any(|name| label.starts_with(name))
}

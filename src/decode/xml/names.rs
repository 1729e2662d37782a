//! What XML 1.0 allows as a character and as a name.
//!
//! In: characters and bytes. Out: whether they may stand there. Nothing here knows of elements.

use std::sync::LazyLock;

use regex::Regex;

use super::XmlErrorKind;

/// A character that may stand in an XML 1.0 document.
pub(super) fn is_character(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

/// The byte at which the first character stands that XML does not allow.
pub(super) fn unlawful_character(text: &str) -> Option<usize> {
    // Nearly every text is found whole by a look at its bytes alone, which is much faster: a character that is not allowed is a control
    // character, or U+FFFE or U+FFFF, which begin with this byte.
    let suspicious = |byte: u8| (byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')) || byte == 0xef;
    let look = text.bytes().any(suspicious);
    look.then(|| text.char_indices().find(|(_, c)| !is_character(*c)).map(|(at, _)| at)).flatten()
}

/// A name of XML 1.0, fifth edition.
pub(super) fn is_name(text: &str) -> bool {
    let starts = |c: char| {
        matches!(c, ':' | 'A'..='Z' | '_' | 'a'..='z' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}'
            | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}' | '\u{200c}' | '\u{200d}' | '\u{2070}'..='\u{218f}'
            | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}'
            | '\u{10000}'..='\u{effff}')
    };
    let goes_on = |c: char| {
        starts(c) || matches!(c, '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}' | '\u{2040}')
    };
    text.starts_with(starts) && text.chars().all(goes_on)
}

/// A name that is a local one, perhaps behind a prefix.
pub(super) fn named(name: &[u8]) -> Result<(), XmlErrorKind> {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    if name.first().is_some_and(|first| first.is_ascii_alphabetic()) && name.iter().all(plain) {
        return Ok(());
    }
    let name = String::from_utf8_lossy(name);
    if !is_name(&name) {
        return Err(XmlErrorKind::Name(name.into_owned()));
    }
    let mut parts = name.splitn(2, ':');
    let lawful = parts.all(|part| is_name(part) && !part.contains(':'));
    if lawful { Ok(()) } else { Err(XmlErrorKind::Colon(name.into_owned())) }
}

/// A document type declaration that declares nothing itself, as XML writes it.
pub(super) fn is_doctype(text: &str) -> bool {
    static SHAPE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let blank = r"[ \t\r\n]";
        let system = r#"(?:"[^"]*"|'[^']*')"#;
        let public = r#"(?:"[-a-zA-Z0-9 \r\n'()+,./:=?;!*#@$_%]*"|'[-a-zA-Z0-9 \r\n()+,./:=?;!*#@$_%]*')"#;
        let outside = format!("{blank}+(?:SYSTEM|PUBLIC{blank}+{public}){blank}+{system}");
        Regex::new(&format!(r#"^<!DOCTYPE{blank}+([^ \t\r\n>\["']+)(?:{outside})?{blank}*>$"#)).ok()
    });
    let shape = SHAPE.as_ref().and_then(|shape| shape.captures(text));
    shape.is_some_and(|shape| named(shape[1].as_bytes()).is_ok())
}

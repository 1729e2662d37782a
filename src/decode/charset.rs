//! Charsets: the bytes of a text as they say they are to be read, or as they can be read where that is not so.
//!
//! In: bytes, and the Content-Type that they came with. Out: a text, and where the bytes are not what they claim to be. A mark at the
//! beginning counts before the header, and the header before the declaration in the document.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// The bytes of a document in which its declaration is looked for.
const DECLARATION_MAX: usize = 256;

/// A text that was read.
#[derive(Debug, PartialEq, Eq)]
pub struct Text {
    /// The text; a declaration in it says UTF-8 now.
    pub text: String,
    /// What is not as the bytes claim.
    pub slip: Option<String>,
    /// The first byte at which that shows; none where it does at all.
    pub at: Option<usize>,
}

impl Text {
    fn of(text: String, slip: Option<String>) -> Self {
        Self { text, slip, at: None }
    }
}

/// Reads a text; none where the bytes are UTF-8 and say so, or are no text.
#[must_use]
pub fn read(bytes: &[u8], content_type: &str) -> Option<Text> {
    let marked = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    if marked.is_none() && !is_text(bytes, content_type) {
        return None;
    }
    let label = charset(content_type).or_else(|| declared(bytes));
    let named = label.as_deref().map(|label| Encoding::for_label(label.trim().as_bytes()));
    let utf8 = std::str::from_utf8(bytes);
    let encoding = match (marked, named) {
        (Some(encoding), _) => encoding,
        (None, Some(Some(encoding))) => encoding,
        (None, None | Some(None)) => UTF_8,
    };
    let unknown = || {
        let label = label.as_deref().filter(|_| marked.is_none() && named == Some(None))?;
        Some(format!("it claims the charset `{}`, which is not known", shown(label)))
    };
    match utf8 {
        // All encodings but UTF-16 have the characters of ASCII as UTF-8 has them.
        Ok(text) if text.is_ascii() && ![UTF_16LE, UTF_16BE].contains(&encoding) => {
            unknown().map(|slip| Text::of(text.to_owned(), Some(slip)))
        }
        Ok(text) if encoding == UTF_8 => unknown().map(|slip| Text::of(text.to_owned(), Some(slip))),
        // No text of another encoding is UTF-8 by chance where it is more than ASCII.
        Ok(text) if marked.is_none() => {
            let slip = format!("it claims the charset `{}`, and is UTF-8", encoding.name());
            Some(Text::of(as_utf8(text.to_owned()), Some(slip)))
        }
        Err(error) if encoding == UTF_8 => {
            let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
            let slip = "it has bytes that are no UTF-8, which it claims to be".to_owned();
            Some(Text { text: text.into_owned(), slip: Some(slip), at: Some(error.valid_up_to()) })
        }
        _ => {
            let (text, broken) = encoding.decode_with_bom_removal(bytes);
            let slip = broken.then(|| format!("it has bytes that are no {}, which it claims to be", encoding.name()));
            Some(Text::of(as_utf8(text.into_owned()), slip))
        }
    }
}

/// Whether bytes are meant as a text.
fn is_text(bytes: &[u8], content_type: &str) -> bool {
    let media = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let names_text = media.starts_with("text/") || media.ends_with("xml") || media.ends_with("json");
    let begins = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    names_text || matches!(begins, Some(b'<' | b'{'))
}

/// The charset that a Content-Type names.
fn charset(content_type: &str) -> Option<String> {
    let mut parameters = content_type.split(';').skip(1).filter_map(|one| one.split_once('='));
    let (_, value) = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?;
    let value = value.trim().trim_matches('"');
    (!value.is_empty()).then(|| value.to_owned())
}

/// The encoding that an XML declaration names.
fn declared(bytes: &[u8]) -> Option<String> {
    let start = bytes.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let head = &bytes[start..bytes.len().min(start + DECLARATION_MAX)];
    let head: String = head.iter().map(|byte| char::from(*byte)).collect();
    label(&head).map(|place| head[place].to_owned())
}

/// Where the label of an XML declaration stands.
fn label(head: &str) -> Option<std::ops::Range<usize>> {
    let end = head.starts_with("<?xml").then(|| head.find("?>"))??;
    let name = head[..end].find("encoding")?;
    let equals = name + head[name..end].find('=')?;
    let open = equals + head[equals..end].find(['"', '\''])?;
    let quote = head[open..].chars().next()?;
    let close = open + 1 + head[open + 1..end].find(quote)?;
    Some(open + 1..close)
}

/// The text with a declaration that is true of it.
fn as_utf8(mut text: String) -> String {
    let start = text.len() - text.trim_start_matches('\u{feff}').trim_start().len();
    let end = (start..=text.len().min(start + DECLARATION_MAX)).rev().find(|end| text.is_char_boundary(*end));
    if let Some(place) = end.and_then(|end| label(&text[start..end])) {
        text.replace_range(start + place.start..start + place.end, "UTF-8");
    }
    text
}

fn shown(label: &str) -> String {
    label.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], content_type: &str, text: &str, slip: &str) {
        let Some(found) = read(bytes, content_type) else {
            assert_eq!((bytes, slip), (text.as_bytes(), ""), "{content_type}");
            return;
        };
        assert_eq!(found.text, text, "{content_type}");
        let says = found.slip.unwrap_or_default();
        assert!(says.contains(slip) && says.is_empty() == slip.is_empty(), "{content_type}: {says:?}");
    }

    fn utf16(text: &str, mark: bool) -> Vec<u8> {
        let mark = if mark { "\u{feff}" } else { "" };
        format!("{mark}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn a_text_is_read_as_it_says() {
        check("<a>ä</a>".as_bytes(), "text/xml", "<a>ä</a>", "");
        check("<a>ä</a>".as_bytes(), "text/xml; charset=UTF-8", "<a>ä</a>", "");
        check(b"<a>\xe4</a>", "text/xml; charset=ISO-8859-1", "<a>ä</a>", "");
        check(b"<a>\x80</a>", "text/xml; charset=\"windows-1252\"", "<a>€</a>", "");
        let (before, behind) =
            ("<?xml version='1.0' encoding='ISO-8859-1'?>", "<?xml version='1.0' encoding='UTF-8'?>");
        check(&[before.as_bytes(), b"<a>\xe4</a>"].concat(), "text/xml", &format!("{behind}<a>ä</a>"), "");
        check(&utf16("<a>ä</a>", true), "text/xml", "<a>ä</a>", "");
        check(&utf16("<a>ä</a>", false), "text/xml; charset=utf-16le", "<a>ä</a>", "");
        let declared = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><a/>";
        check(&utf16(declared, true), "text/xml", &declared.replace("UTF-16", "UTF-8"), "");
    }

    #[test]
    fn what_is_not_as_it_claims_is_said() {
        check(b"<a>\xe4</a>", "text/xml; charset=UTF-8", "<a>ä</a>", "no UTF-8, which it claims");
        check(b"<a>\xe4</a>", "text/xml", "<a>ä</a>", "no UTF-8, which it claims");
        check("<a>ä</a>".as_bytes(), "text/xml; charset=ISO-8859-1", "<a>ä</a>", "and is UTF-8");
        check(b"<a/>", "text/xml; charset=klingon", "<a/>", "`klingon`, which is not known");
    }

    #[test]
    fn what_is_no_text_stays_as_it_is() {
        for bytes in [&b"\x1f\x8b\x08\xe4"[..], b"PK\x03\x04\xff"] {
            assert_eq!(read(bytes, "application/gzip"), None);
        }
    }
}

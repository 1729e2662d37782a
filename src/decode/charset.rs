//! Charsets: the bytes of a text as they say they are to be read, or as they can be read where that is not so.
//!
//! In: bytes, and the Content-Type that they came with. Out: a text, and where the bytes are not what they claim to be. A mark at the
//! beginning counts before the header, and the header before the declaration in the document.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::wide;

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
    /// Whether others may read the charset, so that only we do not know whether the bytes are as they claim.
    pub unread: bool,
}

impl Text {
    fn of(text: String, slip: Option<String>) -> Self {
        Self { text: as_utf8(text), slip, at: None, unread: false }
    }

    /// A text in UTF-8; none where it says so, too.
    fn in_utf8(text: &str, slip: Option<String>) -> Option<Self> {
        let read = Self::of(text.to_owned(), slip);
        (read.slip.is_some() || read.text != text).then_some(read)
    }
}

/// Reads a text; none where the bytes are UTF-8 and say so, or are no text.
#[must_use]
pub fn read(bytes: &[u8], content_type: &str) -> Option<Text> {
    let header = charset(content_type);
    if let Some((name, text)) = wide::utf_32(bytes) {
        let slip = another(header.or_else(|| declared(text.as_bytes())), name, wide::is_utf_32);
        return Some(Text::of(text, slip));
    }
    let marked = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let units = marked.filter(|encoding| *encoding != UTF_8).or_else(|| wide::utf_16_without_a_mark(bytes));
    if let Some(encoding) = units {
        let (text, broken) = encoding.decode_with_bom_removal(bytes);
        let broken = broken.then(|| not_in(encoding));
        let slip =
            broken.or_else(|| another(header.or_else(|| declared(text.as_bytes())), encoding.name(), wide::is_utf_16));
        return Some(Text::of(text.into_owned(), slip));
    }
    if marked.is_none() && !is_text(bytes, content_type) {
        return None;
    }
    let label = header.or_else(|| declared(bytes));
    let named = label.as_deref().map(|label| Encoding::for_label_no_replacement(label.trim().as_bytes()));
    let encoding = marked.or(named.flatten()).unwrap_or(UTF_8);
    if let (None, Some(None), Some(label)) = (marked, named, label) {
        return Some(of_unknown(bytes, &label));
    }
    let in_units = [UTF_16LE, UTF_16BE].contains(&encoding);
    // No text of UTF-16 has a unit of ASCII without its zero byte.
    let utf8 = std::str::from_utf8(bytes);
    let utf8 = if in_units && bytes.contains(&0) { None } else { Some(utf8) };
    match utf8 {
        Some(Ok(text)) if encoding == UTF_8 || text.is_ascii() && encoding.is_ascii_compatible() => {
            Text::in_utf8(text, None)
        }
        Some(Ok(text)) if marked.is_none() => {
            // Two bytes of these may be UTF-8 by chance; no text of one byte a character is, where it is more than ASCII.
            let (read, broken) = encoding.decode_without_bom_handling(bytes);
            Some(match broken || in_units || encoding.is_single_byte() {
                true => Text::of(text.to_owned(), another(Some(encoding.name().to_owned()), "UTF-8", |_| false)),
                false => Text::of(read.into_owned(), None),
            })
        }
        Some(Err(error)) if encoding == UTF_8 => {
            let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
            let slip = "it has bytes that are no UTF-8, which it claims to be".to_owned();
            Some(Text { at: Some(error.valid_up_to()), ..Text::of(text.into_owned(), Some(slip)) })
        }
        _ => {
            let (text, broken) = encoding.decode_with_bom_removal(bytes);
            Some(Text::of(text.into_owned(), broken.then(|| not_in(encoding))))
        }
    }
}

fn not_in(encoding: &'static Encoding) -> String {
    format!("it has bytes that are no {}, which it claims to be", encoding.name())
}

/// What it means that a text claims one charset and is in another; nothing where the claim is one of those that fit.
fn another(claimed: Option<String>, is: &str, fits: impl Fn(&str) -> bool) -> Option<String> {
    let claimed = claimed.filter(|label| !fits(label.trim()))?;
    Some(format!("it claims the charset `{}`, and is {is}", shown(claimed.trim())))
}

/// A text whose charset is not known here, read as what it can be read as.
fn of_unknown(bytes: &[u8], label: &str) -> Text {
    let unread = is_registered(label);
    let slip = match unread {
        true => format!("it claims the charset `{}`, which is not read here", shown(label)),
        false => format!("it claims the charset `{}`, which is not known", shown(label)),
    };
    let text = std::str::from_utf8(bytes)
        .map_or_else(|_| WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(), str::to_owned);
    Text { unread, ..Text::of(text, Some(slip)) }
}

/// Whether a label begins as those of the registered charsets do that are not read here.
fn is_registered(label: &str) -> bool {
    const BEGINNINGS: [&str; 18] = [
        "adobe-",
        "bocu-1",
        "cesu-8",
        "cp",
        "csibm",
        "ebcdic",
        "gb_",
        "hp-",
        "hz-gb-",
        "ibm",
        "iso-2022-",
        "iso-ir-",
        "jis_",
        "ks_",
        "ptcp154",
        "scsu",
        "utf-7",
        "viscii",
    ];
    let label = label.trim().to_ascii_lowercase();
    BEGINNINGS.iter().any(|beginning| label.starts_with(beginning))
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
    let place = end.and_then(|end| label(&text[start..end])).map(|place| start + place.start..start + place.end);
    if let Some(place) = place.filter(|place| Encoding::for_label(text[place.clone()].as_bytes()) != Some(UTF_8)) {
        text.replace_range(place, "UTF-8");
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
    fn every_charset_that_is_known_is_read_and_its_declaration_too() {
        let plain = "<?xml version='1.0' encoding='UTF-8'?><a>b</a>";
        for label in
            "koi8-r koi8-u Shift_JIS EUC-KR EUC-JP GB18030 GBK Big5 ISO-2022-JP TIS-620 macintosh latin1 us-ascii \
                      windows-1251 ISO-8859-15 UTF-16LE UTF-16 utf-32 IBM866"
                .split_whitespace()
        {
            let text = plain.replace("UTF-8", label);
            let bytes = match label {
                "UTF-16LE" | "UTF-16" => utf16(&text, false),
                "utf-32" => text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect(),
                _ => text.into_bytes(),
            };
            check(&bytes, &format!("text/xml; charset={label}"), plain, "");
            check(&bytes, "application/xml", plain, "");
        }
        check(b"<?xml version='1.0' encoding='koi8-r'?><a>b</a>", "text/xml; charset=utf-8", plain, "");
        check(
            "\u{feff}<?xml version='1.0' encoding='koi8-r'?><a>b</a>".as_bytes(),
            "text/xml",
            &format!("\u{feff}{plain}"),
            "",
        );
    }

    #[test]
    fn what_is_more_than_ascii_is_read_in_its_charset() {
        for label in ["Shift_JIS", "EUC-JP", "ISO-2022-JP", "GB18030", "UTF-16LE"] {
            let text = format!("<?xml version='1.0' encoding='{label}'?><a>日本</a>");
            let encoding = Encoding::for_label(label.as_bytes()).expect("a known label");
            let bytes = if label == "UTF-16LE" { utf16(&text, false) } else { encoding.encode(&text).0.into_owned() };
            check(&bytes, "application/xml", &text.replace(label, "UTF-8"), "");
        }
        // These two bytes are UTF-8 as well.
        check(b"<a>\xc4\xa3</a>", "text/xml; charset=GBK", "<a>模</a>", "");
    }

    #[test]
    fn what_is_not_as_it_claims_is_said() {
        check(b"<a>\xe4</a>", "text/xml; charset=UTF-8", "<a>ä</a>", "no UTF-8, which it claims");
        check(b"<a>\xe4</a>", "text/xml", "<a>ä</a>", "no UTF-8, which it claims");
        check("<a>ä</a>".as_bytes(), "text/xml; charset=ISO-8859-1", "<a>ä</a>", "and is UTF-8");
        check(b"<a/>", "text/xml; charset=klingon", "<a/>", "`klingon`, which is not known");
        let (before, behind) =
            ("<?xml version='1.0' encoding='IBM437'?><a>", "<?xml version='1.0' encoding='UTF-8'?><a>");
        check(before.as_bytes(), "text/xml", behind, "`IBM437`, which is not read here");
        check(b"<a>\x84</a>", "text/xml; charset=IBM437", "<a>„</a>", "`IBM437`, which is not read here");
        let declared = "<?xml version='1.0' encoding='UTF-8'?><a/>";
        check(&utf16(declared, true), "text/xml; charset=UTF-8", declared, "`UTF-8`, and is UTF-16LE");
        check(&utf16(declared, true), "text/xml", declared, "`UTF-8`, and is UTF-16LE");
        check(&utf16(declared, true), "text/xml; charset=utf-16", declared, "");
        check(&utf16("<a>b</a>", false), "text/xml; charset=UTF-8", "<a>b</a>", "`UTF-8`, and is UTF-16LE");
        check(b"<a>b</a>", "text/xml; charset=UTF-16LE", "<a>b</a>", "`UTF-16LE`, and is UTF-8");
    }

    #[test]
    fn what_is_no_text_stays_as_it_is() {
        for bytes in [&b"\x1f\x8b\x08\xe4"[..], b"PK\x03\x04\xff"] {
            assert_eq!(read(bytes, "application/gzip"), None);
        }
    }
}

//! Types: what the text of an element or attribute is.
//!
//! In: a name of the spec data, and texts. Out: a [`Type`], and whether a text is of it. Each type is a row of a table. Blanks round a
//! value are no part of it, as XSD has it of every type but strings.

use std::net::IpAddr;

use serde::Serialize;

use crate::decode::{time, xml::without_blanks};

/// The type of an element's or attribute's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    /// It has children, each at most once or as their rows say.
    Record,
    /// It has only repeated children.
    List,
    /// Any text.
    Text,
    /// A whole number.
    Integer,
    /// A whole number, not negative.
    Count,
    /// 1 or 0.
    Flag,
    /// One of a list of texts.
    Enum,
    /// A date and time in any notation.
    Instant,
    /// A date and time by ISO 8601.
    Iso8601,
    /// Seconds since the UNIX epoch.
    Epoch,
    /// A date and time in any other notation.
    OtherTime,
    /// An absolute http or https URL.
    Url,
    /// A host name or address.
    Hostname,
    /// A GUID, with or without hyphens.
    Guid,
    /// Any text but the empty one.
    Id,
    /// An HTML anchor with an absolute URL.
    Anchor,
    /// Digits with two dots between them.
    Version,
    /// An IP address, perhaps with a port.
    Ip,
    /// Hours, minutes and seconds: `HH:MM:SS`.
    Duration,
    /// Base64 by RFC 2045.
    Base64,
    /// A number, perhaps with a point.
    Decimal,
}

/// A type with its name, what a value of it is, and how that is found out.
struct Row {
    kind: Type,
    name: &'static str,
    in_words: &'static str,
    /// None where every text is of the type.
    fits: Option<fn(&str) -> bool>,
}

const fn row(kind: Type, name: &'static str, in_words: &'static str, fits: Option<fn(&str) -> bool>) -> Row {
    Row { kind, name, in_words, fits }
}

/// In the order of [`Type`].
static ROWS: [Row; 21] = [
    row(Type::Record, "record", "an element with children", None),
    row(Type::List, "list", "a list of elements", None),
    row(Type::Text, "text", "a text", None),
    row(Type::Integer, "integer", "a whole number", Some(integer)),
    row(
        Type::Count,
        "count",
        "a whole number that is not negative",
        Some(|text| integer(text) && !text.starts_with('-')),
    ),
    row(Type::Flag, "flag", "1 or 0", Some(|text| text == "0" || text == "1")),
    // The caller has the list.
    row(Type::Enum, "enum", "one of the listed values", Some(|_| true)),
    row(Type::Instant, "instant", "a date and time", Some(is_time)),
    row(Type::Iso8601, "iso8601", "a date and time by ISO 8601", Some(|text| time::iso8601(text).is_some())),
    row(Type::Epoch, "epoch", "seconds since 1970", Some(|text| time::epoch(text).is_some())),
    row(
        Type::OtherTime,
        "other_time",
        "a date and time, neither by ISO 8601 nor in seconds since 1970",
        Some(|text| is_time(text) && time::iso8601(text).is_none() && time::epoch(text).is_none()),
    ),
    row(Type::Url, "url", "an absolute http or https URL", Some(url)),
    row(Type::Hostname, "hostname", "a host name or address", Some(hostname)),
    row(Type::Guid, "guid", "a GUID", Some(guid)),
    row(Type::Id, "id", "a text that is not empty", Some(|text| !text.trim().is_empty())),
    row(Type::Anchor, "anchor", "an HTML anchor with an absolute URL", Some(anchor)),
    row(Type::Version, "version", "digits with two dots between them", Some(version)),
    row(Type::Ip, "ip", "an IP address", Some(ip)),
    row(Type::Duration, "duration", "a duration (HH:MM:SS)", Some(|text| time::duration(text).is_some())),
    row(Type::Base64, "base64", "base64 text", Some(base64)),
    row(Type::Decimal, "decimal", "a decimal number", Some(decimal)),
];

/// Name and meaning of every type.
pub(super) fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    ROWS.iter().map(|row| (row.name, row.in_words))
}

impl Type {
    /// Reads the name of a type.
    ///
    /// # Errors
    /// Those that are known.
    pub fn parse(name: &str) -> Result<Self, String> {
        ROWS.iter().find(|row| row.name == name).map(|row| row.kind).ok_or_else(|| {
            let known: Vec<&str> = ROWS.iter().map(|row| row.name).collect();
            format!("`{name}` is no type; known are {}", known.join(", "))
        })
    }

    fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }

    /// Its name in the spec data.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// What a value of the type is, for people.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        self.row().in_words
    }

    /// Whether a text can fail to be of the type.
    #[must_use]
    pub fn can_be_checked(self) -> bool {
        self.row().fits.is_some()
    }

    /// Whether a text is of the type. The caller looks at the values of an enumeration, and at bounds.
    #[must_use]
    pub fn fits(self, text: &str) -> bool {
        self.row().fits.is_none_or(|fits| fits(without_blanks(text)))
    }
}

fn is_time(text: &str) -> bool {
    time::instant(text).is_some() || time::lacks_a_zone(text)
}

fn version(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    parts.len() == 3 && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

/// Lines of at most 76 characters (RFC 2045, section 6.8).
fn base64(text: &str) -> bool {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let joined: String = text.split_ascii_whitespace().collect();
    text.lines().all(|line| line.trim().len() <= 76) && !joined.is_empty() && STANDARD.decode(joined).is_ok()
}

fn decimal(text: &str) -> bool {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    integer(whole) && !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit())
}

fn integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.len() <= 18 && digits.bytes().all(|b| b.is_ascii_digit())
}

fn url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_alphanumeric() || c == '[') && !text.contains(char::is_whitespace)
    })
}

fn hostname(text: &str) -> bool {
    !text.is_empty() && text.len() <= 255 && !text.contains(|c: char| c.is_whitespace() || "/<>&?#".contains(c))
}

/// With or without hyphens and braces, and the 32 hexadecimal digits that session ids have.
fn guid(text: &str) -> bool {
    let text = text.trim_start_matches('{').trim_end_matches('}');
    let digits: String = text.chars().filter(|c| *c != '-').collect();
    digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_hexdigit())
}

/// An anchor tag, written as text: `<a href="https://…">…</a>`.
fn anchor(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let Some(at) = lower.find("href=") else { return false };
    let value = text[at + 5..].trim_start_matches(['"', '\'']);
    lower.trim_start().starts_with("<a") && url(value.split(['"', '\'', '>', ' ']).next().unwrap_or_default())
}

/// An address, perhaps with a port or a zone; targets write `Unknown` where they know none.
fn ip(text: &str) -> bool {
    let bare = match text.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None if text.matches(':').count() == 1 => text.split(':').next().unwrap_or_default(),
        None => text,
    };
    // A link-local address names its zone: fe80::1%eth0.
    let bare = match bare.split_once('%') {
        Some((address, zone)) if address.contains(':') && !zone.is_empty() => address,
        _ => bare,
    };
    bare.parse::<IpAddr>().is_ok() || text == "Unknown"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_are_in_the_order_of_the_types() {
        for (number, row) in ROWS.iter().enumerate() {
            assert_eq!(row.kind as usize, number, "{}", row.name);
            assert_eq!(Type::parse(row.name), Ok(row.kind));
        }
        assert!(Type::parse("sequence").unwrap_err().ends_with("base64, decimal"));
    }

    #[test]
    fn types_tell_their_own_from_others() {
        for (kind, good, bad) in [
            (Type::Integer, &["0", "-300", "00"][..], &["", "-", "1.0", "x", "１", "1 2", "\u{a0}1"][..]),
            (Type::Count, &["0", "15000"], &["-1", "", "one", " -1"]),
            (Type::Flag, &["0", "1"], &["2", "true", "", "01", " 2 "]),
            (
                Type::Url,
                &["https://a.b/c?d=e", "http://[::1]:8080/x"],
                &["a.b/c", "ftp://a", "https://", "https://a b"],
            ),
            (Type::Guid, &["c69a8e10bea9428f816cfababe9815fe", "12345678-1234-1234-1234-123456789abc"], &["x", "1234"]),
            (Type::Anchor, &["<a href=\"https://a.b/c\">x</a>"], &["https://a.b", "<a>x</a>", "<a href=\"x\">y</a>"]),
            (Type::Version, &["1.22.2"], &["1.22", "1.22.2.1", "1..2", "v1.2.3"]),
            (
                Type::Ip,
                &[
                    "10.0.0.1",
                    "203.0.113.7:61606",
                    "[2001:db8::d987]:56722",
                    "::1",
                    "fe80::1%eth0",
                    "[fe80::1%3]:80",
                    "Unknown",
                ],
                &["", "host", "1.2.3", "10.0.0.1%eth0", "fe80::1%"],
            ),
            (Type::Id, &["1", " x "], &["", "  "]),
            (Type::Duration, &["00:00:00", "123:59:59"], &["0:1:2", "00:60:00", "90", "-01:00:00"]),
            (Type::Base64, &["YQ==", "YWJj\nYWJj"], &["", "a", "YQ"]),
            (Type::Decimal, &["3", "2.50"], &["", ".5", "1.", "x", "1,5"]),
        ] {
            for text in good {
                assert!(kind.fits(text), "{kind:?} {text}");
                assert!(kind.fits(&format!("\r\n\t {text} \n")), "{kind:?} {text} among blanks");
            }
            for text in bad {
                assert!(!kind.fits(text), "{kind:?} {text}");
            }
        }
    }
}

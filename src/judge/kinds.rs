//! Whether a text is of a type.

use std::net::IpAddr;

use crate::{decode::time, spec::Type};

/// Whether a text is of a type. Enumerations and bounds are looked at by the caller.
pub(super) fn is(kind: Type, text: &str) -> bool {
    match kind {
        Type::Record | Type::List | Type::Text | Type::Enum => true,
        Type::Integer => integer(text),
        Type::Count => integer(text) && !text.starts_with('-'),
        Type::Flag => text == "0" || text == "1",
        Type::Instant => time::instant(text).is_some(),
        Type::Iso8601 => time::iso8601(text).is_some(),
        Type::Epoch => time::epoch(text).is_some(),
        Type::Url => url(text),
        Type::Hostname => hostname(text),
        Type::Guid => guid(text),
        Type::Id => !text.trim().is_empty(),
        Type::Anchor => anchor(text),
        Type::Version => {
            let parts: Vec<&str> = text.split('.').collect();
            parts.len() == 3 && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
        }
        Type::Ip => ip(text),
        Type::Duration => time::duration(text).is_some(),
        Type::Base64 => base64(text),
        Type::Decimal => decimal(text),
    }
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

/// An address, perhaps with a port; targets write `Unknown` where they know none.
fn ip(text: &str) -> bool {
    let bare = match text.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None if text.matches(':').count() == 1 => text.split(':').next().unwrap_or_default(),
        None => text,
    };
    bare.parse::<IpAddr>().is_ok() || text == "Unknown"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_tell_their_own_from_others() {
        for (kind, good, bad) in [
            (Type::Integer, &["0", "-300", "00"][..], &["", "-", "1.0", "x", "１"][..]),
            (Type::Count, &["0", "15000"], &["-1", "", "one"]),
            (Type::Flag, &["0", "1"], &["2", "true", "", "01"]),
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
                &["10.0.0.1", "203.0.113.7:61606", "[2001:db8::d987]:56722", "::1", "Unknown"],
                &["", "host", "1.2.3"],
            ),
            (Type::Id, &["1", " x "], &["", "  "]),
            (Type::Duration, &["00:00:00", "123:59:59"], &["0:1:2", "00:60:00", "90", "-01:00:00"]),
            (Type::Base64, &["YQ==", "YWJj\nYWJj"], &["", "a", "YQ"]),
            (Type::Decimal, &["3", "2.50"], &["", ".5", "1.", "x", "1,5"]),
        ] {
            for text in good {
                assert!(is(kind, text), "{kind:?} {text}");
            }
            for text in bad {
                assert!(!is(kind, text), "{kind:?} {text}");
            }
        }
    }
}

//! A request whose bytes no library may mend.
//!
//! In: a text with placeholders. Out: its pieces. What only the sender knows, the host and the token, is put in where the bytes go out, so
//! no secret stands in a text.

use std::iter;

use serde::{Deserialize, Serialize};

/// A harmless word that stands in what is sent. Where it comes back, it shows whether a target writes our bytes as they are.
pub const MARK: &str = "touchmark-mark";

/// Name of a header that only a target writes whose values end lines.
pub const INJECTED: &str = "touchmark-injected";

/// The most bytes of a request.
pub const WRITTEN_BYTES_MAX: usize = 2 << 20;

/// How a request is written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RawRequest {
    /// The whole request, with placeholders. None for the ordinary writing of what the request holds otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Whether it ends too early by our own doing, so that silence answers it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cut: bool,
    /// Whether it goes out below TLS, in the place of a handshake.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub below_tls: bool,
}

/// A piece of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RawPiece<'a> {
    /// A text.
    Text(&'a str),
    /// A text that number of times.
    Repeat(usize, &'a str),
    /// One byte.
    Byte(u8),
    /// Scheme, host and port of the target.
    Origin,
    /// Host and port of the target.
    Host,
    /// A token of the account that calls.
    Token,
}

/// The pieces of a text.
///
/// # Errors
/// The first placeholder that is none.
pub fn pieces(text: &str) -> Result<Vec<RawPiece<'_>>, String> {
    let mut all = Vec::new();
    let mut rest = text;
    while let Some((before, from)) = rest.split_once("${") {
        let (name, after) = from.split_once('}').ok_or_else(|| format!("`${{{from}` has no end"))?;
        all.push(RawPiece::Text(before));
        all.push(piece(name)?);
        rest = after;
    }
    all.push(RawPiece::Text(rest));
    all.retain(|piece| *piece != RawPiece::Text(""));
    let length = all.iter().fold(0_usize, |sum, piece| sum.saturating_add(piece.length()));
    match length > WRITTEN_BYTES_MAX {
        true => Err(format!("it has {length} bytes, above the {WRITTEN_BYTES_MAX} that a request may have")),
        false => Ok(all),
    }
}

fn piece(name: &str) -> Result<RawPiece<'_>, String> {
    let unknown = || {
        format!(
            "`${{{name}}}` is no placeholder; write ${{origin}}, ${{host}}, ${{token}}, ${{byte:HH}} or ${{repeat:N:TEXT}}"
        )
    };
    if let Some(digits) = name.strip_prefix("byte:") {
        return u8::from_str_radix(digits, 16).map(RawPiece::Byte).map_err(|_| unknown());
    }
    if let Some((count, text)) = name.strip_prefix("repeat:").and_then(|rest| rest.split_once(':')) {
        return count.parse().map(|count| RawPiece::Repeat(count, text)).map_err(|_| unknown());
    }
    match name {
        "origin" => Ok(RawPiece::Origin),
        "host" => Ok(RawPiece::Host),
        "token" => Ok(RawPiece::Token),
        _ => Err(unknown()),
    }
}

impl RawPiece<'_> {
    /// The count of its bytes, without those that only the sender knows.
    pub fn length(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Repeat(count, text) => count.saturating_mul(text.len()),
            Self::Byte(_) => 1,
            Self::Origin | Self::Host | Self::Token => 0,
        }
    }

    /// The bytes of the piece, for scheme, host and port of a target, and a token.
    pub fn bytes(self, origin: &str, token: &str) -> impl Iterator<Item = u8> {
        let (text, count) = match self {
            Self::Text(text) => (text, 1),
            Self::Repeat(count, text) => (text, count),
            Self::Origin => (origin, 1),
            Self::Host => (origin.split_once("://").map_or(origin, |(_, host)| host), 1),
            Self::Token => (token, 1),
            Self::Byte(_) => ("", 1),
        };
        let byte = if let Self::Byte(byte) = self { Some(byte) } else { None };
        iter::repeat_n(text.as_bytes(), count).flatten().copied().chain(byte).collect::<Vec<u8>>().into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&[u8], &str>) {
        let bytes = pieces(text).map(|all| all.into_iter().flat_map(|piece| piece.bytes("https://h:1", "t")).collect());
        let bytes: Result<Vec<u8>, String> = bytes;
        match expected {
            Ok(expected) => assert_eq!(bytes.as_deref(), Ok(expected), "{text}"),
            Err(says) => assert!(bytes.is_err_and(|fault| fault.contains(says)), "{text}"),
        }
    }

    #[test]
    fn placeholders_become_bytes() {
        check("", Ok(b""));
        check("a${host}b${token}", Ok(b"ah:1bt"));
        check("${origin}/", Ok(b"https://h:1/"));
        check("${byte:ff}${repeat:3:ab}$", Ok(b"\xffababab$"));
        check("${repeat:0:a}", Ok(b""));
        check("${hots}", Err("${hots}"));
        check("${byte:xy}", Err("no placeholder"));
        check("${repeat:a}", Err("no placeholder"));
        check("${host", Err("no end"));
        check("${repeat:9999999:ab}", Err("may have"));
    }
}

//! What is said in a conversation, as bytes.
//!
//! In: texts of the data, and the token of who says them. Out: payloads, and whether the target has said a text. Nothing is sent here.

use secrecy::{ExposeSecret, SecretString};

use crate::{
    decode::json,
    model::conversation::{Say, TOKEN},
};

/// A text with the token put in.
pub(super) fn with_token(text: &str, token: Option<&SecretString>) -> String {
    text.replace(&format!("${{{TOKEN}}}"), token.map_or("", |token| token.expose_secret()))
}

/// The bytes of a payload.
pub(super) fn payload_of(say: &Say, token: Option<&SecretString>) -> Vec<u8> {
    if say.hex {
        return from_hex(&say.payload);
    }
    let mut payload = with_token(&say.payload, token).into_bytes();
    if let Some(length) = say.pad {
        let missing = usize::try_from(length).unwrap_or(0).saturating_sub(payload.len());
        let at = payload.len().saturating_sub(1);
        payload.splice(at..at, std::iter::repeat_n(b' ', missing));
    }
    payload
}

/// The bytes of hexadecimal digits; what is no digit is left out, since the loader refuses it.
pub(super) fn from_hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> =
        text.chars().filter_map(|c| c.to_digit(16)).filter_map(|digit| u8::try_from(digit).ok()).collect();
    digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

/// Whether a message that came to its newline says a text, however its characters are escaped. Each is searched once.
pub(super) fn has_said(stream: &[u8], searched: &mut usize, text: &str) -> bool {
    while let Some(length) = memchr::memchr(b'\n', &stream[*searched..]) {
        let line = &stream[*searched..*searched + length];
        *searched += length + 1;
        if json::says(line, text) {
            return true;
        }
    }
    false
}

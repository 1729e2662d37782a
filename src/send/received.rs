//! What came over a connection, made an answer: without its content codings, and read in its charset.
//!
//! In: status, headers and bytes. Out: an [`Answer`]. Nothing is judged here; what is not as it claims to be stays visible in the answer.

use crate::{
    decode::{charset, coding},
    model::exchange::{Answer, BODY_BYTES_MAX, Cut},
};

/// The first bytes of a gzip file.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// An answer of what came.
pub(crate) fn answer(status: u16, headers: Vec<(String, String)>, bytes: Vec<u8>, cut: Option<Cut>) -> Answer {
    let header = |wanted: &str| {
        let values =
            headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.as_str());
        values.collect::<Vec<_>>().join(",")
    };
    let content_type = header("content-type");
    let (bytes, cut) = match cut {
        Some(cut) => (bytes, Some(cut)),
        None => without_codings(bytes, &header("content-encoding"), &content_type),
    };
    match charset::read(&bytes, &content_type) {
        Some(text) => Answer::read_as(status, headers, text.text, bytes, cut),
        None => Answer::of(status, headers, bytes, cut),
    }
}

fn without_codings(bytes: Vec<u8>, codings: &str, content_type: &str) -> (Vec<u8>, Option<Cut>) {
    // A server that calls a gzip file gzip twice, as its type and as its coding, sends it as it is.
    let twice = content_type.contains("gzip") && coding::codings(codings).count() == 1;
    let is_file = bytes.starts_with(&GZIP) && twice;
    if bytes.is_empty() || coding::codings(codings).next().is_none() || is_file && !packed_twice(&bytes) {
        return (bytes, None);
    }
    match coding::decode(bytes, codings, BODY_BYTES_MAX) {
        Ok(plain) => (plain.bytes, plain.goes_on.then_some(Cut::TooLong)),
        Err(fault) if coding::are_read(codings) => (Vec::new(), Some(Cut::Broken(fault))),
        Err(fault) => (Vec::new(), Some(Cut::Unread(fault))),
    }
}

fn packed_twice(bytes: &[u8]) -> bool {
    coding::decode(bytes.to_vec(), "gzip", GZIP.len()).is_ok_and(|plain| plain.bytes.starts_with(&GZIP))
}

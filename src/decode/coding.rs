//! Content codings of HTTP: gzip and deflate, in whatever order they were applied (RFC 9110, section 8.4).
//!
//! In: bytes, the value of Content-Encoding, and a bound. Out: the bytes without their codings, or why they cannot be read. What comes to
//! more than the bound ends there.

use std::io::Read;

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

/// The most codings on top of each other.
const CODINGS_MAX: usize = 4;

/// Bytes without their codings.
#[derive(Debug, PartialEq, Eq)]
pub struct Plain {
    /// The bytes, up to the bound.
    pub bytes: Vec<u8>,
    /// Whether there are more.
    pub goes_on: bool,
}

/// The codings in the value of a header, in the order in which they were applied.
pub fn codings(header: &str) -> impl DoubleEndedIterator<Item = &str> {
    header.split(',').map(str::trim).filter(|one| !one.is_empty() && !one.eq_ignore_ascii_case("identity"))
}

/// Takes the codings off.
///
/// # Errors
/// The coding that is not known, or what is wrong with the bytes.
pub fn decode(bytes: Vec<u8>, header: &str, bytes_max: usize) -> Result<Plain, String> {
    let mut plain = Plain { bytes, goes_on: false };
    let count = codings(header).count();
    if count > CODINGS_MAX {
        return Err(format!("it has {count} content codings on top of each other; {CODINGS_MAX} are read"));
    }
    for coding in codings(header).rev() {
        let bytes = &plain.bytes[..];
        let unpacked = match coding.to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => unpacked(MultiGzDecoder::new(bytes), bytes_max),
            // Some send bare deflate under this name, and all browsers read it.
            "deflate" => unpacked(ZlibDecoder::new(bytes), bytes_max)
                .or_else(|fault| unpacked(DeflateDecoder::new(bytes), bytes_max).map_err(|_| fault)),
            other => return Err(format!("its content coding `{other}` is not read, and none was asked for")),
        };
        // Where the outer coding was cut at the bound, the inner one ends in the middle.
        plain = match (unpacked, plain.goes_on) {
            (Ok(inner), cut) => Plain { goes_on: inner.goes_on || cut, ..inner },
            (Err(_), true) => Plain { bytes: Vec::new(), goes_on: true },
            (Err(fault), false) => return Err(format!("its content coding `{coding}` cannot be read: {fault}")),
        };
    }
    Ok(plain)
}

/// Whether all codings of a header are read, so that what does not unpack is broken.
#[must_use]
pub fn are_read(header: &str) -> bool {
    let known = |coding: &str| ["gzip", "x-gzip", "deflate"].contains(&coding.to_ascii_lowercase().as_str());
    codings(header).count() <= CODINGS_MAX && codings(header).all(known)
}

fn unpacked(from: impl Read, bytes_max: usize) -> Result<Plain, String> {
    let mut bytes = Vec::new();
    from.take(bytes_max as u64 + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    let goes_on = bytes.len() > bytes_max;
    bytes.truncate(bytes_max);
    Ok(Plain { bytes, goes_on })
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{
        Compression,
        write::{DeflateEncoder, GzEncoder, ZlibEncoder},
    };

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut out = GzEncoder::new(Vec::new(), Compression::default());
        out.write_all(bytes).unwrap();
        out.finish().unwrap()
    }

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut out = ZlibEncoder::new(Vec::new(), Compression::default());
        out.write_all(bytes).unwrap();
        out.finish().unwrap()
    }

    fn bare(bytes: &[u8]) -> Vec<u8> {
        let mut out = DeflateEncoder::new(Vec::new(), Compression::default());
        out.write_all(bytes).unwrap();
        out.finish().unwrap()
    }

    #[track_caller]
    fn check(bytes: Vec<u8>, header: &str, expected: Result<&[u8], &str>) {
        let found = decode(bytes, header, 1_000);
        match expected {
            Ok(plain) => assert_eq!(found, Ok(Plain { bytes: plain.to_vec(), goes_on: false }), "{header}"),
            Err(says) => assert!(found.as_ref().is_err_and(|fault| fault.contains(says)), "{header}: {found:?}"),
        }
    }

    #[test]
    fn codings_are_taken_off_from_the_last_to_the_first() {
        check(b"a".to_vec(), "", Ok(b"a"));
        check(b"a".to_vec(), "identity", Ok(b"a"));
        check(gzip(b"<a/>"), "gzip", Ok(b"<a/>"));
        check(gzip(b"<a/>"), "X-GZIP", Ok(b"<a/>"));
        check([gzip(b"<a"), gzip(b"/>")].concat(), "gzip", Ok(b"<a/>"));
        check(zlib(b"<a/>"), "deflate", Ok(b"<a/>"));
        check(bare(b"<a/>"), "deflate", Ok(b"<a/>"));
        check(gzip(&zlib(b"<a/>")), "deflate, gzip", Ok(b"<a/>"));
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        check(b"<a/>".to_vec(), "gzip", Err("`gzip` cannot be read"));
        let whole = gzip(b"<a/>");
        check(whole[..whole.len() - 3].to_vec(), "gzip", Err("`gzip` cannot be read"));
        check(b"<a/>".to_vec(), "br", Err("`br` is not read"));
        check(b"<a/>".to_vec(), "gzip, gzip, gzip, gzip, gzip", Err("5 content codings"));
    }

    #[test]
    fn it_ends_at_the_bound() {
        let bomb = gzip(&gzip(&vec![b'x'; 1 << 20]));
        let plain = decode(bomb, "gzip, gzip", 10_000).unwrap();
        assert!(plain.goes_on && plain.bytes.len() == 10_000, "{}", plain.bytes.len());
    }
}

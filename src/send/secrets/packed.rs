//! Packed bytes: gzip, zlib, bare deflate, and the files of a ZIP archive, wherever they begin.
//!
//! In: bytes. Out: what each of them unpacks to, in parts that overlap, and where those stand in which something was found: of a packed
//! file that has a secret in it nothing can be kept. Unpacking is bounded.

use std::{cell::RefCell, ops::Range};

use flate2::{Decompress, FlushDecompress, Status};

use super::{decoded::Decoded, needles::PIECE_MAX, sink::Tangled};

/// The most bytes that are looked at together.
const PART_BYTES: usize = 1 << 20;

/// The bytes of a part that are looked at with the next one again.
const OVERLAP_BYTES: usize = 32 * PIECE_MAX;

/// Beginnings of packed files that are tried in some bytes: in what is no text some look like one by chance.
const TRIED_MAX: usize = 4096;

/// The least bytes of a packed file that holds a secret.
const PACKED_MIN: usize = 8;

/// The bytes that are unpacked to see whether something is packed at all.
const PROBED_BYTES: usize = 256;

/// What looks at a part of what was unpacked: whether there is a secret in it.
pub(super) type Look<'a> = dyn FnMut(&[u8]) -> Result<bool, Tangled> + 'a;

/// Unpacks whatever is packed, and gives the places of that which has a secret in it.
pub(super) fn each(bytes: &[u8], look: &mut Look<'_>) -> Result<Vec<Range<usize>>, Tangled> {
    let mut found = Vec::new();
    let mut tried = 0;
    let mut end = 0;
    // Bare deflate has no mark of its own; text is none.
    if is_bare(bytes) {
        let unpacked = unpack(bytes, false, look)?;
        if unpacked.found {
            found.push(0..unpacked.length);
        }
    }
    for (start, data, zlib) in begins(bytes) {
        // What looks like a beginning within something packed is none.
        if start < end {
            continue;
        }
        tried += 1;
        if tried > TRIED_MAX {
            return Err(Tangled);
        }
        let unpacked = unpack(&bytes[data..], zlib, look)?;
        if unpacked.whole {
            end = data + unpacked.length;
        }
        if unpacked.found {
            found.push(start..(data + unpacked.length + 8).min(bytes.len()));
        }
    }
    Ok(found)
}

/// Where packed bytes may begin, where their data does, and whether that has the head of zlib.
pub(super) fn begins(bytes: &[u8]) -> impl Iterator<Item = (usize, usize, bool)> + '_ {
    let marked = memchr::memchr3_iter(0x1f, 0x78, b'P', bytes).filter_map(|at| {
        let rest = &bytes[at..];
        match rest {
            [0x1f, 0x8b, 8, ..] => Some((at, at + gzip_head(rest)?, false)),
            [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] => Some((at, at, true)),
            [b'P', b'K', 3, 4, ..] => Some((at, at + zip_head(rest)?, false)),
            _ => None,
        }
    });
    let other_window = matches!(bytes, [head, flags, ..]
        if head & 0x8f == 8 && *head != 0x78 && (u16::from(*head) << 8 | u16::from(*flags)) % 31 == 0);
    let other_window = (other_window && bytes.len() >= PACKED_MIN).then_some((0, 0, true));
    let marked = marked.filter(|(at, ..)| bytes.len() - at >= PACKED_MIN);
    other_window.into_iter().chain(marked)
}

/// Whether the bytes may be bare deflate (RFC 1951, section 3.2): no text, and a first block that can be read.
fn is_bare(bytes: &[u8]) -> bool {
    let is_text = |byte: &u8| (b' '..=b'~').contains(byte) || b"\t\r\n".contains(byte);
    let [head, one, two, three, four, ..] = *bytes else { return false };
    let block = match head >> 1 & 3 {
        0 => one == !three && two == !four,
        1 => true,
        2 => head >> 3 <= 29 && one & 31 <= 29,
        _ => false,
    };
    block && bytes.len() >= PACKED_MIN && !bytes.iter().take(64).all(is_text)
}

/// Whether bare deflate begins here, in what may be anything: its first bytes unpack, too.
pub(super) fn begins_bare(bytes: &[u8]) -> bool {
    is_bare(bytes)
        && with_inflate(false, |inflate| {
            let status = inflate.decompress(bytes, &mut [0; PROBED_BYTES], FlushDecompress::None);
            status.is_ok() && inflate.total_out() > PACKED_MIN as u64
        })
}

/// The length of the head of a gzip file (RFC 1952, section 2.3).
fn gzip_head(bytes: &[u8]) -> Option<usize> {
    let flags = *bytes.get(3)?;
    let mut at = 10;
    if flags & 4 != 0 {
        at += 2 + usize::from(u16::from_le_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]));
    }
    for text in [8, 16] {
        if flags & text != 0 {
            at += memchr::memchr(0, bytes.get(at..)?)? + 1;
        }
    }
    at += if flags & 2 != 0 { 2 } else { 0 };
    (at < bytes.len()).then_some(at)
}

/// The length of the head of a deflated file of a ZIP archive.
fn zip_head(bytes: &[u8]) -> Option<usize> {
    let number = |at: usize| Some(usize::from(u16::from_le_bytes([*bytes.get(at)?, *bytes.get(at + 1)?])));
    let at = 30 + number(26)? + number(28)?;
    (number(8)? == 8 && at < bytes.len()).then_some(at)
}

struct Unpacked {
    /// The count of bytes were read.
    length: usize,
    /// Whether the end of the packed bytes was reached.
    whole: bool,
    found: bool,
}

thread_local! {
    /// What unpacks is used again; its window alone has 32 KiB.
    static FREE: RefCell<Vec<Decompress>> = const { RefCell::new(Vec::new()) };
}

fn with_inflate<T>(zlib: bool, unpack: impl FnOnce(&mut Decompress) -> T) -> T {
    let mut inflate = FREE.with_borrow_mut(Vec::pop).unwrap_or_else(|| Decompress::new(zlib));
    inflate.reset(zlib);
    let unpacked = unpack(&mut inflate);
    FREE.with_borrow_mut(|free| free.push(inflate));
    unpacked
}

fn unpack(bytes: &[u8], zlib: bool, look: &mut Look<'_>) -> Result<Unpacked, Tangled> {
    with_inflate(zlib, |inflate| unpack_with(inflate, bytes, look))
}

fn unpack_with(inflate: &mut Decompress, bytes: &[u8], look: &mut Look<'_>) -> Result<Unpacked, Tangled> {
    let mut room = Decoded::default();
    let part = &mut room.bytes;
    part.reserve(1024);
    let mut found = false;
    loop {
        let (before_in, before_out) = (inflate.total_in(), inflate.total_out());
        let read = usize::try_from(before_in).unwrap_or(usize::MAX).min(bytes.len());
        let status = inflate.decompress_vec(&bytes[read..], part, FlushDecompress::None);
        let stuck = (inflate.total_in(), inflate.total_out()) == (before_in, before_out);
        let ended = matches!(status, Ok(Status::StreamEnd) | Err(_)) || stuck;
        if ended || part.len() >= PART_BYTES {
            found |= look(part)?;
            part.drain(..part.len().saturating_sub(OVERLAP_BYTES));
        }
        if ended {
            let length = usize::try_from(inflate.total_in()).unwrap_or(usize::MAX).min(bytes.len());
            return Ok(Unpacked { length, whole: matches!(status, Ok(Status::StreamEnd)), found });
        }
        if part.len() == part.capacity() {
            part.reserve(part.capacity());
        }
    }
}

//! The search for secrets in bytes and in everything that those bytes decode to.
//!
//! In: bytes that a target said. Out: the places that a reader could turn back into a secret. What decodes is decoded and searched again,
//! whatever was packed into what, up to a depth and to an amount of work. Nothing is judged here, and nothing is left unsearched in
//! silence: what takes too much work is said to be [`Tangled`].

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    ops::Range,
};

use super::{
    digits, escapes,
    needles::Needles,
    packed,
    sink::{Source, Tangled},
    spread, wide,
};

/// The most encodings that may be packed into each other.
const DEPTH_MAX: usize = 6;

/// The most bytes that may be decoded for each byte that came, and for a short text.
const WORK_FACTOR: usize = 64;
const WORK_LEAST: usize = 1 << 22;

/// The most bytes that what came unpacks to, the same as what is read of an archive; and that anything within it does.
const UNPACKED_MAX: usize = 4 << 30;
const UNPACKED_WITHIN_MAX: usize = 64 << 20;

/// Places of secrets, from first to last; those that meet are one place. Where the bytes break off, a secret may have begun.
pub(super) fn places(needles: &Needles, bytes: &[u8], breaks_off: bool) -> Result<Vec<Range<usize>>, Tangled> {
    let work = WORK_LEAST + WORK_FACTOR * bytes.len();
    let mut search = Search {
        needles,
        work,
        unpacked: UNPACKED_MAX,
        unpacked_within: UNPACKED_WITHIN_MAX,
        hasher: RandomState::new(),
        known: HashMap::new(),
    };
    search.places(bytes, 0, breaks_off)
}

struct Search<'a> {
    needles: &'a Needles,
    /// Bytes that may yet be decoded.
    work: usize,
    /// Bytes that may yet be unpacked.
    unpacked: usize,
    unpacked_within: usize,
    hasher: RandomState,
    /// What was found in bytes that were decoded in two orders: most kinds of escapes can be taken off in any.
    known: HashMap<Decoding, Vec<Range<usize>>>,
}

/// Length, hash and depth of what was decoded, and whether it breaks off.
type Decoding = (usize, u64, usize, bool);

impl Search<'_> {
    fn places(&mut self, bytes: &[u8], depth: usize, breaks_off: bool) -> Result<Vec<Range<usize>>, Tangled> {
        let needles = self.needles;
        let mut found = needles.places(bytes);
        if breaks_off {
            found.extend(needles.begun(bytes));
        }
        if depth == DEPTH_MAX || bytes.len() < needles.shortest.min(PACKED_LEAST) {
            return Ok(found);
        }
        let mut inner = Vec::new();
        let mut sink = |decoded: &[u8], source: Source<'_>, to_end: bool| {
            self.work = self.work.checked_sub(decoded.len()).ok_or(Tangled)?;
            let places = self.within(decoded, depth + 1, breaks_off && to_end)?;
            inner.extend(places.iter().map(source));
            Ok(())
        };
        for kind in &escapes::KINDS {
            kind.each(bytes, &mut sink)?;
        }
        digits::each(bytes, needles, &mut sink)?;
        spread::each(bytes, needles, &mut sink)?;
        wide::each(bytes, needles, &mut sink)?;
        let mut look = |part: &[u8]| {
            let left = if depth == 0 { &mut self.unpacked } else { &mut self.unpacked_within };
            *left = left.checked_sub(part.len()).ok_or(Tangled)?;
            self.work = self.work.saturating_add(WORK_FACTOR * part.len());
            self.places(part, depth + 1, false).map(|found| !found.is_empty())
        };
        let packed = packed::each(bytes, &mut look)?;
        if !(inner.is_empty() && packed.is_empty()) {
            found.extend(inner);
            found.extend(packed);
            found = merged(found);
        }
        Ok(found)
    }

    /// What is in decoded bytes. The same bytes may have been searched before.
    fn within(&mut self, decoded: &[u8], depth: usize, breaks_off: bool) -> Result<Vec<Range<usize>>, Tangled> {
        if depth == 1 {
            return self.places(decoded, depth, breaks_off);
        }
        let decoding = (decoded.len(), self.hasher.hash_one(decoded), depth, breaks_off);
        if let Some(known) = self.known.get(&decoding) {
            return Ok(known.clone());
        }
        let found = self.places(decoded, depth, breaks_off)?;
        self.known.insert(decoding, found.clone());
        Ok(found)
    }
}

/// Less bytes than these are nothing that is packed.
const PACKED_LEAST: usize = 8;

/// Places from first to last; those that meet are one.
fn merged(mut places: Vec<Range<usize>>) -> Vec<Range<usize>> {
    places.sort_unstable_by_key(|place| place.start);
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(places.len());
    for place in places {
        match merged.last_mut() {
            Some(last) if place.start <= last.end => last.end = last.end.max(place.end),
            _ => merged.push(place),
        }
    }
    merged
}

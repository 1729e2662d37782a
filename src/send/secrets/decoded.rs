//! What a decoder made of some bytes, and which of them each byte of it was made of.
//!
//! In: what a decoder puts out, piece by piece. Out: the decoded bytes, and for a place among them the place that it came from. Nothing
//! is decoded here.

use std::{cell::RefCell, mem::take, ops::Range};

/// The most buffers that are kept to be used again, and the largest, in bytes.
const FREE_MAX: usize = 16;
const FREE_BYTES_MAX: usize = 2 << 20;

thread_local! {
    /// Buffers that are used again. A search needs many for a moment; made anew each time, they would leave holes between what a run
    /// keeps, and double its memory.
    static FREE: RefCell<Vec<(Vec<u8>, Map)>> = const { RefCell::new(Vec::new()) };
}

/// Decoded bytes and where they came from.
pub(super) struct Decoded {
    pub(super) bytes: Vec<u8>,
    pub(super) map: Map,
}

impl Default for Decoded {
    fn default() -> Self {
        let (bytes, map) = FREE.with_borrow_mut(Vec::pop).unwrap_or_default();
        Self { bytes, map }
    }
}

impl Drop for Decoded {
    fn drop(&mut self) {
        let (mut bytes, mut map) = (take(&mut self.bytes), take(&mut self.map));
        bytes.clear();
        map.0.clear();
        FREE.with_borrow_mut(|free| {
            let size = bytes.capacity() + map.0.capacity() * size_of::<Piece>();
            if free.len() < FREE_MAX && size <= FREE_BYTES_MAX {
                free.push((bytes, map));
            }
        });
    }
}

/// Which source bytes digits came from; a digit is a decoded byte, or a part of one.
#[derive(Clone, Default)]
pub(super) struct Map(Vec<Piece>);

#[derive(Clone)]
struct Piece {
    /// The first digit of the piece.
    digit: usize,
    /// Its first source byte.
    from: usize,
    /// The count of source bytes a digit was made of; where `whole`, the count of all that its digits were made of.
    width: usize,
    whole: bool,
}

impl Map {
    /// The digits from `digit` on came from the source from `from` on, that number of bytes each.
    fn each(&mut self, digit: usize, from: usize, width: usize) {
        let goes_on =
            |last: &Piece| !last.whole && last.width == width && last.from + (digit - last.digit) * width == from;
        if !self.0.last().is_some_and(goes_on) {
            self.0.push(Piece { digit, from, width, whole: false });
        }
    }

    /// The digits from `digit` on came from those source bytes together.
    fn together(&mut self, digit: usize, source: Range<usize>) {
        self.0.push(Piece { digit, from: source.start, width: source.len(), whole: true });
    }

    fn source(&self, digit: usize) -> Range<usize> {
        let after = self.0.partition_point(|piece| piece.digit <= digit);
        let Some(piece) = after.checked_sub(1).map(|at| &self.0[at]) else { return 0..0 };
        let from = if piece.whole { piece.from } else { piece.from + (digit - piece.digit) * piece.width };
        from..from + piece.width
    }
}

impl Decoded {
    /// A byte that came from one source byte, or from several of its own.
    pub(super) fn push(&mut self, byte: u8, source: Range<usize>) {
        self.map.each(self.bytes.len(), source.start, source.len());
        self.bytes.push(byte);
    }

    /// Bytes that came from those source bytes together.
    pub(super) fn push_all(&mut self, bytes: &[u8], source: Range<usize>) {
        match bytes {
            [] => {}
            [byte] => self.push(*byte, source),
            bytes => {
                self.map.together(self.bytes.len(), source);
                self.bytes.extend_from_slice(bytes);
            }
        }
    }

    /// Nothing was decoded yet.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.map.0.clear();
    }

    /// Where a place of the decoded bytes came from.
    pub(super) fn source(&self, place: &Range<usize>) -> Range<usize> {
        source_of_digits(&self.map, place, 8, 0)
    }
}

/// Where a place came from whose bytes were made of digits of that number of bits, from digit `first` on.
pub(super) fn source_of_digits(map: &Map, place: &Range<usize>, bits: usize, first: usize) -> Range<usize> {
    let digits = first + place.start * 8 / bits..first + (place.end * 8 - 1) / bits;
    map.source(digits.start).start..map.source(digits.end).end
}

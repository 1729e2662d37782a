//! Bytes written as digits with something between them: base64 with blanks, hexadecimal digits with colons, blanks or commas, lists of
//! numbers; and base32, the digits of which are letters, with and without.
//!
//! In: bytes. Out: what each run of digits that is long enough decodes to, from each digit on that may be the first of a group. Most texts
//! are such a run and decode to nonsense, so only those parts are handed on that a secret may be in, and what looks packed.

use std::ops::Range;

use super::{
    decoded::{Decoded, source_of_digits},
    needles::Needles,
    packed,
    runs::{BETWEEN, OTHER, base64, runs, values},
    sink::{Sink, Source, Tangled},
};

/// The bytes of the smallest packed file: less hold no secret but a plain one.
const PACKED_BYTES: usize = 18;

/// Beginnings of packed files that are tried in one run; and places where bare deflate may begin, which has no mark.
const PACKED_MAX: usize = 16;
const BARE_MAX: usize = 32;

/// A way to write bytes as digits.
struct Alphabet {
    /// The value of each byte as a digit.
    values: [u8; 256],
    /// Bits of a digit.
    bits: usize,
    /// The count of digits after which a byte begins with a digit again.
    period: usize,
    /// Whether a run with nothing between its digits counts: there it is read nowhere else.
    bare: bool,
}

static ALPHABETS: [Alphabet; 4] = [
    Alphabet { values: base64(b" \t\r\n"), bits: 6, period: 4, bare: false },
    Alphabet { values: values(b"0123456789abcdef", b" \t\r\n:-,;._|xX"), bits: 4, period: 2, bare: false },
    Alphabet { values: values(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b" \t\r\n-"), bits: 5, period: 8, bare: true },
    Alphabet { values: values(b"abcdefghijklmnopqrstuvwxyz234567", b" \t\r\n-"), bits: 5, period: 8, bare: true },
];

/// Decodes each run of digits that has something in between.
pub(super) fn each(bytes: &[u8], needles: &Needles, sink: &mut Sink<'_>) -> Result<(), Tangled> {
    for alphabet in &ALPHABETS {
        alphabet.each(bytes, needles, sink)?;
    }
    numbers(bytes, needles, sink)
}

impl Alphabet {
    fn each(&self, bytes: &[u8], needles: &Needles, sink: &mut Sink<'_>) -> Result<(), Tangled> {
        let least = (least_bytes(needles) * 8).div_ceil(self.bits);
        let is_part = |byte: u8| self.values[usize::from(byte)] != OTHER;
        runs(bytes, is_part, least, &mut |run| self.run(bytes, run, least, needles, sink))
    }

    fn run(
        &self,
        bytes: &[u8],
        run: Range<usize>,
        least: usize,
        needles: &Needles,
        sink: &mut Sink<'_>,
    ) -> Result<(), Tangled> {
        let (mut digits, mut decoded) = (Decoded::default(), Decoded::default());
        let (mut between, mut groups) = (false, Groups::default());
        for at in run.clone() {
            let value = self.values[usize::from(bytes[at])];
            // The nought of 0x41 is no digit.
            let before_x = bytes[at] == b'0' && bytes.get(at + 1).is_some_and(|x| self.bits == 4 && b"xX".contains(x));
            match value == BETWEEN || before_x {
                true => between = true,
                false => {
                    groups.digit(at, digits.bytes.len());
                    digits.push(value, at..at + 1);
                }
            }
        }
        let groups = groups.starts();
        if digits.bytes.len() < least || !(between || self.bare) {
            return Ok(());
        }
        for first in 0..self.period {
            let decoded = &mut decoded.bytes;
            decoded.clear();
            let (mut held, mut bits) = (0_u32, 0);
            for digit in &digits.bytes[first.min(digits.bytes.len())..] {
                held = held << self.bits | u32::from(*digit);
                bits += self.bits;
                if bits >= 8 {
                    bits -= 8;
                    decoded.push((held >> bits).to_le_bytes()[0]);
                }
            }
            let source = |place: &Range<usize>| source_of_digits(&digits.map, place, self.bits, first);
            let bytes_before = |digit: &usize| {
                let bits = digit.checked_sub(first)? * self.bits;
                bits.is_multiple_of(8).then_some(bits / 8)
            };
            let starts: Vec<usize> = groups.iter().filter_map(bytes_before).collect();
            parts(decoded, run.end == bytes.len(), needles, &starts, &source, sink)?;
        }
        Ok(())
    }
}

/// Where groups of digits begin that something stands between.
#[derive(Default)]
struct Groups {
    /// The last byte that was a digit.
    last: Option<usize>,
    starts: Vec<usize>,
}

impl Groups {
    /// A digit stands at that byte, and is the one with that number.
    fn digit(&mut self, at: usize, number: usize) {
        if self.last.is_none_or(|last| last + 1 < at) {
            self.starts.push(number);
        }
        self.last = Some(at);
    }

    /// The first of them, and those that are not as long as the one before: what was written as one has equal groups, and words before.
    fn starts(self) -> Vec<usize> {
        const FIRST: usize = 12;
        let mut starts = self.starts;
        let lengths: Vec<usize> = starts.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let mut number = 0;
        starts.retain(|_| {
            number += 1;
            number <= FIRST || number - 1 < lengths.len() && lengths[number - 1] != lengths[number - 2]
        });
        starts.truncate(BARE_MAX);
        starts
    }
}

/// The least bytes that digits must hold: a secret, or something packed.
fn least_bytes(needles: &Needles) -> usize {
    needles.shortest.min(PACKED_BYTES)
}

/// Decodes each list of numbers that are bytes.
fn numbers(bytes: &[u8], needles: &Needles, sink: &mut Sink<'_>) -> Result<(), Tangled> {
    let is_part = |byte: u8| byte.is_ascii_digit() || b" \t\r\n,;:-._|/".contains(&byte);
    // There is something between each two of them.
    let least = 2 * least_bytes(needles) - 1;
    runs(bytes, is_part, least, &mut |run| {
        list(bytes, run.clone(), 10, needles, sink)?;
        list(bytes, run, 8, needles, sink)
    })
}

fn list(bytes: &[u8], run: Range<usize>, radix: u32, needles: &Needles, sink: &mut Sink<'_>) -> Result<(), Tangled> {
    let mut list = Decoded::default();
    let mut at = run.start;
    let mut flush = |list: &mut Decoded| {
        if list.bytes.len() >= least_bytes(needles) {
            parts(&list.bytes, run.end == bytes.len(), needles, &[0, 1], &|place| list.source(place), sink)?;
        }
        list.clear();
        Ok(())
    };
    while at < run.end {
        let digits = &bytes[at..at + bytes[at..run.end].iter().take_while(|byte| byte.is_ascii_digit()).count()];
        match number(digits, radix) {
            Some(byte) => list.push(byte, at..at + digits.len()),
            None if digits.is_empty() => at += 1,
            // Digits that are none of the list stand right behind it, or right before it.
            None => {
                let mut heads = [3, 2].iter().filter_map(|length| digits.get(..*length));
                if let Some((length, byte)) = heads.find_map(|head| Some((head.len(), number(head, radix)?))) {
                    list.push(byte, at..at + length);
                }
                flush(&mut list)?;
                let mut tails = [3, 2].iter().filter_map(|length| digits.len().checked_sub(*length));
                if let Some((from, byte)) = tails.find_map(|from| Some((from, number(&digits[from..], radix)?))) {
                    list.push(byte, at + from..at + digits.len());
                }
            }
        }
        at += digits.len();
    }
    flush(&mut list)
}

/// The byte that a number of up to three digits is.
fn number(digits: &[u8], radix: u32) -> Option<u8> {
    std::str::from_utf8(digits)
        .ok()
        .filter(|_| digits.len() <= 3)
        .and_then(|digits| u8::from_str_radix(digits, radix).ok())
}

/// Hands on those parts of decoded bytes that a secret may be in, where bare deflate may begin at some places.
fn parts(
    decoded: &[u8],
    to_end: bool,
    needles: &Needles,
    starts: &[usize],
    source: Source<'_>,
    sink: &mut Sink<'_>,
) -> Result<(), Tangled> {
    let mut part = |range: Range<usize>| {
        let (first, last) = (range.start, range.end == decoded.len());
        sink(&decoded[range], &|place| source(&(first + place.start..first + place.end)), to_end && last)
    };
    let mut start = 0;
    while start < decoded.len() {
        let length = decoded[start..].iter().take_while(|byte| needles.may_be_in[usize::from(**byte)]).count();
        if length >= needles.shortest {
            part(start..start + length)?;
        }
        start += length + 1;
    }
    for (begins, ..) in packed::begins(decoded).take(PACKED_MAX) {
        part(begins..decoded.len())?;
    }
    for begins in starts {
        let rest = decoded.get(*begins..).filter(|rest| rest.len() >= PACKED_BYTES);
        if rest.is_some_and(packed::begins_bare) {
            part(*begins..decoded.len())?;
        }
    }
    Ok(())
}

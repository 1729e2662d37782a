//! Bytes written as digits: base64 with both alphabets, and hexadecimal digits in both cases.
//!
//! In: bytes. Out: each run of digits that is long enough, decoded from each digit on that may be the first of a group: what stands
//! before may be digits by chance. Line ends within a run are passed over, as mail has them.

use std::ops::Range;

use super::{
    decoded::{Decoded, source_of_digits},
    needles::Needles,
    runs::{BETWEEN, OTHER, base64, runs},
    sink::{Sink, Tangled},
};

/// Digits that the smallest packed file needs: less hold no secret but a plain one.
const PACKED_DIGITS: usize = 24;

/// The value of each byte as a digit of base64; line ends are passed over.
static VALUES: [u8; 256] = base64(b"\r\n");

/// Decodes each run of digits.
pub(super) fn each(bytes: &[u8], needles: &Needles, sink: &mut Sink<'_>) -> Result<(), Tangled> {
    let least = (needles.shortest * 4 / 3).min(PACKED_DIGITS);
    let is_part = |byte: u8| VALUES[usize::from(byte)] != OTHER;
    runs(bytes, is_part, least, &mut |run| {
        sextets(bytes, run.clone(), sink)?;
        hexadecimal(bytes, run, needles, sink)
    })
}

fn sextets(bytes: &[u8], run: Range<usize>, sink: &mut Sink<'_>) -> Result<(), Tangled> {
    let to_end = bytes[run.end..].iter().all(|byte| *byte == b'=');
    let (mut digits, mut decoded) = (Decoded::default(), Decoded::default());
    for at in run {
        let value = VALUES[usize::from(bytes[at])];
        if value < BETWEEN {
            digits.push(value, at..at + 1);
        }
    }
    for first in 0..4.min(digits.bytes.len()) {
        let decoded = &mut decoded.bytes;
        decoded.clear();
        for group in digits.bytes[first..].chunks(4) {
            let bits = group.iter().fold(0_u32, |bits, digit| bits << 6 | u32::from(*digit)) << (6 * (4 - group.len()));
            let [_, one, two, three] = bits.to_be_bytes();
            decoded.extend_from_slice(&[one, two, three][..group.len() * 6 / 8]);
        }
        sink(decoded, &|place| source_of_digits(&digits.map, place, 6, first), to_end)?;
    }
    Ok(())
}

fn hexadecimal(bytes: &[u8], run: Range<usize>, needles: &Needles, sink: &mut Sink<'_>) -> Result<(), Tangled> {
    let least = (2 * needles.shortest).min(2 * PACKED_DIGITS);
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let mut at = run.start;
    while at + least <= run.end {
        let mut digits = Decoded::default();
        while at < run.end {
            match digit(bytes[at]) {
                Some(value) => digits.push(value, at..at + 1),
                None if VALUES[usize::from(bytes[at])] == BETWEEN => {}
                None => break,
            }
            at += 1;
        }
        if digits.bytes.len() >= least {
            let mut decoded = Decoded::default();
            for first in 0..2 {
                let decoded = &mut decoded.bytes;
                decoded.clear();
                decoded.extend(digits.bytes[first..].chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]));
                sink(decoded, &|place| source_of_digits(&digits.map, place, 4, first), at == bytes.len())?;
            }
        }
        at += 1;
    }
    Ok(())
}

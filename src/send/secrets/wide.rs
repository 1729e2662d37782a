//! Text in UTF-16, in both orders of bytes and from any byte on.
//!
//! In: bytes. Out: each run of units that is long enough, as UTF-8. A run is of units of Latin-1, where a byte of each is zero, and of
//! those that secrets have besides. What is in UTF-32 is in UTF-16 twice. Many zeros one after another are no text.

use super::{
    decoded::Decoded,
    needles::{LENGTH_MIN, Needles},
    sink::{Sink, Tangled},
};

type Order = fn([u8; 2]) -> u16;

/// This count of zeros is no text: it would be UTF-16 more than five times. A file may have millions of them.
const ZEROS: usize = 32;

/// Decodes each run of UTF-16.
pub(super) fn each(bytes: &[u8], needles: &Needles, sink: &mut Sink<'_>) -> Result<(), Tangled> {
    // The zero is the second byte of a unit in the one order, and the first in the other.
    for (order, before) in [(u16::from_le_bytes as Order, 1), (u16::from_be_bytes as Order, 0)] {
        let unit = |at: usize| {
            let pair = bytes.get(at..at + 2)?;
            let unit = order([pair[0], pair[1]]);
            let blank = unit == 0 && zeros(&bytes[at..bytes.len().min(at + ZEROS)]) == ZEROS;
            (!blank).then_some(())?;
            (unit <= 0xff || needles.wide.contains(&unit)).then_some(unit)
        };
        // How far the runs reach that begin at an even byte, and those at an odd one.
        let mut reached = [0; 2];
        for zero in memchr::memchr_iter(0, bytes) {
            let Some(here) = zero.checked_sub(before) else { continue };
            let reached = &mut reached[here % 2];
            if here < *reached {
                continue;
            }
            if unit(here).is_none() {
                *reached = here + (zeros(&bytes[here..]) + 1).saturating_sub(ZEROS);
                continue;
            }
            let mut start = here;
            while start >= 2 && unit(start - 2).is_some() {
                start -= 2;
            }
            let units: Vec<u16> = (start..).step_by(2).map_while(unit).collect();
            let end = start + 2 * units.len();
            *reached = end;
            if units.len() >= needles.shortest.min(LENGTH_MIN) {
                let decoded = decoded(&units, start);
                sink(&decoded.bytes, &|place| decoded.source(place), bytes.len() - end < 2)?;
            }
        }
    }
    Ok(())
}

/// The count of zeros at the beginning.
fn zeros(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| **byte == 0).count()
}

fn decoded(units: &[u16], start: usize) -> Decoded {
    let (mut out, mut at) = (Decoded::default(), start);
    for c in char::decode_utf16(units.iter().copied()) {
        let length = c.as_ref().map_or(2, |c| 2 * c.len_utf16());
        out.push_all(c.unwrap_or(char::REPLACEMENT_CHARACTER).encode_utf8(&mut [0; 4]).as_bytes(), at..at + length);
        at += length;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{super::needles::Pace, *};

    #[test]
    fn zeros_are_passed_over_and_what_stands_between_them_is_found() {
        let needles = Needles::of(&["a-secret".to_owned()], Pace::AtOnce).expect("it is long enough");
        let text: Vec<u8> = "a-secret".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let zeros = vec![0; 1 << 20];
        for (bytes, found) in [(zeros.clone(), false), ([&zeros[..], &text, &zeros].concat(), true)] {
            let (mut most, mut seen) = (0, false);
            let mut sink = |part: &[u8], _: super::super::sink::Source<'_>, _: bool| {
                most = most.max(part.len());
                seen |= !needles.places(part).is_empty();
                Ok(())
            };
            assert!(each(&bytes, &needles, &mut sink).is_ok());
            assert_eq!((seen, most < 100), (found, true), "{most}");
        }
    }
}

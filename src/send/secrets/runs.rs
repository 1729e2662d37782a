//! Runs of digits.
//!
//! In: bytes, and which of them are digits. Out: where a run of them is that is long enough. What it decodes to is for others to say.

use std::ops::Range;

use super::sink::Tangled;

/// What stands between digits, and no digit.
pub(super) const BETWEEN: u8 = 0xfe;
pub(super) const OTHER: u8 = 0xff;

/// The value of each byte as a digit, for the digits in their order.
pub(super) const fn values(digits: &[u8], between: &[u8]) -> [u8; 256] {
    let mut values = [OTHER; 256];
    let mut value = 0;
    while value < digits.len() {
        values[digits[value] as usize] = value as u8;
        // Hexadecimal digits are read in both cases.
        if digits.len() == 16 {
            values[digits[value].to_ascii_uppercase() as usize] = value as u8;
        }
        value += 1;
    }
    let mut at = 0;
    while at < between.len() {
        values[between[at] as usize] = BETWEEN;
        at += 1;
    }
    values
}

/// The same for base64, with both alphabets.
pub(super) const fn base64(between: &[u8]) -> [u8; 256] {
    let mut values = values(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", between);
    values[b'-' as usize] = 62;
    values[b'_' as usize] = 63;
    values
}

/// Gives each run of bytes of a kind that is at least so long.
pub(super) fn runs(
    bytes: &[u8],
    is_part: impl Fn(u8) -> bool,
    least: usize,
    run: &mut dyn FnMut(Range<usize>) -> Result<(), Tangled>,
) -> Result<(), Tangled> {
    // Of a run that is long enough at least one byte stands at a place that is looked at.
    let (mut at, mut floor) = (least - 1, 0);
    while at < bytes.len() {
        if !is_part(bytes[at]) {
            at += least;
            continue;
        }
        let start = at - bytes[floor..at].iter().rev().take_while(|byte| is_part(**byte)).count();
        let end = at + bytes[at..].iter().take_while(|byte| is_part(**byte)).count();
        if end - start >= least {
            run(start..end)?;
        }
        floor = end;
        at = end + least;
    }
    Ok(())
}

//! Frames of a WebSocket (RFC 6455, section 5), both ways.
//!
//! In: bytes as they came, in any cut; or a frame to be written. Out: [`Frame`]s, whatever their flags, opcodes and lengths are; or bytes.
//! Nothing here refuses a frame for what it means, keeps a connection or waits.

use base64::{Engine, engine::general_purpose::STANDARD};
use sha1::{Digest, Sha1};

/// The most bytes of a payload that are read. A frame that declares more ends the reading, since nothing tells where the next one begins.
pub const PAYLOAD_BYTES_MAX: u64 = 16 << 20;

/// The least bytes of a payload that is not copied out of what came, but taken with its room.
const MOVED_BYTES: usize = 64 << 10;

/// What a key is answered with is made of it and this (RFC 6455, section 1.3).
const KEY_SUFFIX: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// The value of `Sec-WebSocket-Accept` for a `Sec-WebSocket-Key`.
#[must_use]
pub fn accept_of(key: &str) -> String {
    STANDARD.encode(Sha1::digest(format!("{key}{KEY_SUFFIX}")))
}

/// A frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Whether it is the last of its message.
    pub fin: bool,
    /// The three reserved bits, the first one as 4.
    pub rsv: u8,
    /// What it is: 0 goes on, 1 text, 2 binary, 8 close, 9 ping, 10 pong; the others are reserved.
    pub opcode: u8,
    /// With what its payload is masked.
    pub mask: Option<[u8; 4]>,
    /// How its length is written.
    pub form: LengthForm,
    /// The payload, without the mask.
    pub payload: Vec<u8>,
}

/// How the length of a payload is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LengthForm {
    /// In 7 bits.
    Short,
    /// In 16 bits.
    Middle,
    /// In 64 bits.
    Long,
}

impl LengthForm {
    /// The shortest form for a length, which the RFC asks for (section 5.2).
    #[must_use]
    pub fn shortest(length: usize) -> Self {
        match length {
            0..=125 => Self::Short,
            126..=0xffff => Self::Middle,
            _ => Self::Long,
        }
    }
}

impl Frame {
    /// The frame as bytes. A length that does not fit its form is cut to the bits that there are.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.payload.len() + 14);
        bytes.push(u8::from(self.fin) << 7 | (self.rsv & 7) << 4 | self.opcode & 15);
        let masked = u8::from(self.mask.is_some()) << 7;
        let length = self.payload.len();
        match self.form {
            LengthForm::Short => bytes.push(masked | length as u8 & 0x7f),
            LengthForm::Middle => {
                bytes.push(masked | 126);
                bytes.extend_from_slice(&(length as u16).to_be_bytes());
            }
            LengthForm::Long => {
                bytes.push(masked | 127);
                bytes.extend_from_slice(&(length as u64).to_be_bytes());
            }
        }
        bytes.extend(self.mask.into_iter().flatten());
        let start = bytes.len();
        bytes.extend_from_slice(&self.payload);
        if let Some(mask) = self.mask {
            bytes[start..].iter_mut().zip(mask.iter().cycle()).for_each(|(byte, key)| *byte ^= key);
        }
        bytes
    }

    /// Whether it is a close, a ping, a pong or a reserved one of that kind.
    #[must_use]
    pub fn is_control(&self) -> bool {
        self.opcode >= 8
    }
}

/// Reads frames out of bytes that come piece by piece. It keeps at most one frame and one piece.
#[derive(Debug, Default)]
pub struct FrameReader {
    bytes: Vec<u8>,
    /// Where the next frame begins in them.
    at: usize,
    too_long: Option<u64>,
}

impl FrameReader {
    /// More bytes came. After a frame that is too long they are let go.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.too_long.is_none() {
            self.bytes.drain(..std::mem::take(&mut self.at));
            grow(&mut self.bytes, bytes);
        }
    }

    /// The length that a frame declares which is longer than what is read.
    #[must_use]
    pub fn too_long(&self) -> Option<u64> {
        self.too_long
    }

    /// The count of bytes that came and make no whole frame yet.
    #[must_use]
    pub fn rest(&self) -> usize {
        self.bytes.len() - self.at
    }

    /// The next whole frame; none where more bytes are needed, or no more are read.
    pub fn next_frame(&mut self) -> Option<Frame> {
        let (head, length, mask, form) = self.head()?;
        if length > PAYLOAD_BYTES_MAX {
            self.too_long = Some(length);
            (self.bytes, self.at) = (Vec::new(), 0);
            return None;
        }
        let (start, length) = (self.at + head, usize::try_from(length).ok()?);
        let (first, end) = (self.bytes[self.at], start + length);
        let mut payload = if length < MOVED_BYTES {
            let payload = self.bytes.get(start..end)?.to_vec();
            self.at = end;
            payload
        } else {
            if self.bytes.len() < end {
                return None;
            }
            let rest = self.bytes.split_off(end);
            let mut whole = std::mem::replace(&mut self.bytes, rest);
            whole.drain(..start);
            self.at = 0;
            whole
        };
        if let Some(mask) = mask {
            payload.iter_mut().zip(mask.iter().cycle()).for_each(|(byte, key)| *byte ^= key);
        }
        Some(Frame { fin: first & 0x80 != 0, rsv: first >> 4 & 7, opcode: first & 15, mask, form, payload })
    }

    /// The count of bytes that there is room for.
    #[cfg(test)]
    pub(crate) fn room(&self) -> usize {
        self.bytes.capacity()
    }

    /// Where the payload begins, its length, its mask, and the form of its length.
    fn head(&self) -> Option<(usize, u64, Option<[u8; 4]>, LengthForm)> {
        let second = *self.bytes.get(self.at + 1)?;
        let (at, length, form) = match second & 0x7f {
            126 => (4, u64::from(u16::from_be_bytes(self.array(2)?)), LengthForm::Middle),
            127 => (10, u64::from_be_bytes(self.array(2)?), LengthForm::Long),
            short => (2, u64::from(short), LengthForm::Short),
        };
        if second & 0x80 == 0 {
            return Some((at, length, None, form));
        }
        Some((at + 4, length, Some(self.array(at)?), form))
    }

    fn array<const N: usize>(&self, at: usize) -> Option<[u8; N]> {
        let at = self.at + at;
        self.bytes.get(at..at + N)?.try_into().ok()
    }
}

/// Adds bytes to others, with room for an eighth more at most: however a stream is cut, it takes little more memory than it has bytes.
pub(crate) fn grow(all: &mut Vec<u8>, more: &[u8]) {
    if all.capacity() - all.len() < more.len() {
        all.reserve_exact(more.len().max(all.len() / 8).max(64));
    }
    all.extend_from_slice(more);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(hex: &str, expected: &Frame) {
        let bytes: Vec<u8> = hex.split(' ').map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect();
        let mut reader = FrameReader::default();
        for byte in &bytes {
            assert_eq!(reader.next_frame(), None, "{hex}");
            reader.push(&[*byte]);
        }
        assert_eq!(reader.next_frame().as_ref(), Some(expected), "{hex}");
        assert_eq!((reader.rest(), expected.to_bytes()), (0, bytes), "{hex}");
    }

    fn frame(opcode: u8, payload: &[u8]) -> Frame {
        Frame { fin: true, rsv: 0, opcode, mask: None, form: LengthForm::Short, payload: payload.to_vec() }
    }

    #[test]
    fn frames_are_read_and_written() {
        // The examples of RFC 6455, section 5.7.
        check("81 05 48 65 6c 6c 6f", &frame(1, b"Hello"));
        check(
            "81 85 37 fa 21 3d 7f 9f 4d 51 58",
            &Frame { mask: Some([0x37, 0xfa, 0x21, 0x3d]), ..frame(1, b"Hello") },
        );
        check("01 03 48 65 6c", &Frame { fin: false, ..frame(1, b"Hel") });
        check("80 02 6c 6f", &frame(0, b"lo"));
        check("f3 00", &Frame { rsv: 7, ..frame(3, b"") });
        check("82 7e 00 01 61", &Frame { form: LengthForm::Middle, ..frame(2, b"a") });
        check("82 7f 00 00 00 00 00 00 00 01 61", &Frame { form: LengthForm::Long, ..frame(2, b"a") });
    }

    #[test]
    fn the_shortest_form_is_known() {
        for (length, form) in [
            (0, LengthForm::Short),
            (125, LengthForm::Short),
            (126, LengthForm::Middle),
            (65_535, LengthForm::Middle),
            (65_536, LengthForm::Long),
        ] {
            assert_eq!(LengthForm::shortest(length), form, "{length}");
        }
    }

    #[test]
    fn a_length_beyond_the_bound_ends_the_reading() {
        let mut reader = FrameReader::default();
        reader.push(&[0x82, 0x7f, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3]);
        assert_eq!((reader.next_frame(), reader.too_long()), (None, Some(1 << 63)));
        reader.push(&[0; 1024]);
        assert_eq!((reader.next_frame(), reader.rest()), (None, 0));
    }

    #[test]
    fn long_frames_come_whole_between_short_ones() {
        let mut reader = FrameReader::default();
        let mut bytes = Vec::new();
        let lengths = [3, MOVED_BYTES - 1, 1, MOVED_BYTES, 2, 4 * MOVED_BYTES, 0];
        for length in lengths {
            let payload = vec![u8::try_from(length % 251).unwrap(); length];
            bytes.extend(Frame { form: LengthForm::shortest(length), payload, ..frame(2, b"") }.to_bytes());
        }
        let mut read = Vec::new();
        for piece in bytes.chunks(10_007) {
            reader.push(piece);
            read.extend(std::iter::from_fn(|| reader.next_frame()).map(|frame| frame.payload.len()));
            assert!(reader.room() < 5 * MOVED_BYTES, "{}", reader.room());
        }
        assert_eq!((read.as_slice(), reader.rest()), (&lengths[..], 0));
    }

    #[test]
    fn the_key_of_the_rfc_has_its_answer() {
        assert_eq!(accept_of("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }
}

//! What defects do to frames of a WebSocket (RFC 6455 5).
//!
//! In: whole frames on their way out, and bytes of frames on their way in. Out: the same, or what a defect makes of them: frames that are
//! not valid go out, and those that come in are made valid, so that they are taken. Without a defect nothing here is asked.

use super::super::switches::ActiveDefects;

pub(crate) const KIND: &str = "feed/frames";

/// Longer ones are left as they are.
const PAYLOAD_BYTES_MAX: u64 = 1 << 20;
const CONTINUATION: u8 = 0;
const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;
const FIN: u8 = 0x80;

#[derive(Clone, Debug)]
struct Frame {
    /// The end mark, the reserved bits and the opcode.
    first: u8,
    mask: Option<[u8; 4]>,
    /// Without its mask.
    payload: Vec<u8>,
}

impl Frame {
    fn opcode(&self) -> u8 {
        self.first & 0x0F
    }

    fn is_control(&self) -> bool {
        self.opcode() >= CLOSE
    }
}

/// Frames that come in.
#[derive(Debug, Default)]
pub(super) struct Incoming {
    /// The beginning of one.
    part: Vec<u8>,
    /// Whether a message has begun that is not at its end.
    inside: bool,
}

impl Incoming {
    /// What is handed on of what came; none for a frame that a defect refuses.
    pub(super) fn fix(&mut self, bytes: &[u8], defects: &ActiveDefects) -> Option<Vec<u8>> {
        self.part.extend_from_slice(bytes);
        let mut all = Vec::new();
        while let Some((frame, length)) = read(&self.part) {
            self.part.drain(..length);
            if defects.has(KIND, "fragments-refused") && !frame.is_control() && frame.first & FIN == 0 {
                return None;
            }
            if let Some(frame) = self.one(frame, defects) {
                write(&mut all, &frame, true);
            }
        }
        // What is too long is for whoever refuses it.
        if declared(&self.part).is_some_and(|length| length > PAYLOAD_BYTES_MAX) {
            all.append(&mut self.part);
        }
        Some(all)
    }

    fn one(&mut self, mut frame: Frame, defects: &ActiveDefects) -> Option<Frame> {
        let broken = |what: &str| defects.has(KIND, what);
        if broken("reserved-bits-accepted") {
            frame.first &= 0x8F;
        }
        if frame.is_control() {
            if broken("fragmented-control-accepted") {
                frame.first |= FIN;
            }
            let taken = match frame.opcode() {
                CLOSE | PING | PONG => frame.payload.len() <= 125 || !broken("long-control-accepted"),
                _ => !broken("reserved-opcode-accepted"),
            };
            if frame.opcode() == CLOSE && frame.payload.len() >= 2 && broken("close-code-not-checked") {
                frame.payload[..2].copy_from_slice(&1000_u16.to_be_bytes());
            }
            return taken.then_some(frame);
        }
        if frame.opcode() > BINARY {
            return (!broken("reserved-opcode-accepted")).then_some(frame);
        }
        if frame.opcode() == CONTINUATION && !self.inside && broken("continuation-without-start-accepted") {
            frame.first |= TEXT;
        }
        if frame.opcode() != CONTINUATION && self.inside && broken("message-inside-another-accepted") {
            frame.first &= 0xF0;
        }
        if frame.opcode() == TEXT && broken("invalid-utf-8-accepted") {
            frame.first = frame.first & 0xF0 | BINARY;
        }
        self.inside = frame.first & FIN == 0;
        Some(frame)
    }
}

/// What goes out instead of these frames. `closed_first` is whether the other side has closed before.
pub(super) fn bend(bytes: Vec<u8>, closed_first: bool, defects: &ActiveDefects) -> Vec<u8> {
    let broken = |what: &str| defects.has(KIND, what);
    let mut all = Vec::new();
    let mut rest = bytes.as_slice();
    while let Some((mut frame, length)) = read(rest) {
        rest = rest.get(length..).unwrap_or_default();
        match frame.opcode() {
            BINARY if broken("text-instead-of-binary") => frame.first = frame.first & 0xF0 | TEXT,
            PONG if broken("pong-missing") => continue,
            PONG if broken("pong-with-another-payload") => frame.payload = b"pong".to_vec(),
            CLOSE if closed_first && broken("close-not-echoed") => continue,
            _ => {}
        }
        if broken("masked") {
            frame.mask = Some([1, 2, 3, 4]);
        }
        if broken("reserved-bit-set") {
            frame.first |= 0x40;
        }
        if broken("end-mark-missing") && !frame.is_control() {
            frame.first &= !FIN;
        }
        write(&mut all, &frame, !broken("length-not-minimal"));
        if frame.opcode() == CLOSE && broken("frame-after-close") {
            write(&mut all, &Frame { first: FIN | BINARY, mask: None, payload: b"{}\n".to_vec() }, true);
        }
    }
    all.extend_from_slice(rest);
    all
}

/// The length that the first frame declares.
fn declared(bytes: &[u8]) -> Option<u64> {
    let [_, second, rest @ ..] = bytes else { return None };
    match second & 0x7F {
        126 => rest.first_chunk().map(|length| u64::from(u16::from_be_bytes(*length))),
        127 => rest.first_chunk().map(|length| u64::from_be_bytes(*length)),
        length => Some(u64::from(length)),
    }
}

/// The first whole frame, and its bytes.
fn read(bytes: &[u8]) -> Option<(Frame, usize)> {
    let [first, second, rest @ ..] = bytes else { return None };
    let (length, rest) = match second & 0x7F {
        126 => (u64::from(u16::from_be_bytes(*rest.first_chunk()?)), rest.get(2..)?),
        127 => (u64::from_be_bytes(*rest.first_chunk()?), rest.get(8..)?),
        length => (u64::from(length), rest),
    };
    if length > PAYLOAD_BYTES_MAX {
        return None;
    }
    let (mask, rest) = match second & 0x80 {
        0 => (None, rest),
        _ => (Some(*rest.first_chunk()?), rest.get(4..)?),
    };
    let payload = rest.get(..length as usize)?;
    let used = bytes.len() - rest.len() + payload.len();
    Some((Frame { first: *first, mask, payload: masked(payload, mask) }, used))
}

fn masked(payload: &[u8], mask: Option<[u8; 4]>) -> Vec<u8> {
    let mask = mask.unwrap_or_default();
    payload.iter().enumerate().map(|(at, byte)| byte ^ mask[at % 4]).collect()
}

fn write(all: &mut Vec<u8>, frame: &Frame, minimal: bool) {
    let mark = if frame.mask.is_some() { 0x80 } else { 0 };
    all.push(frame.first);
    match frame.payload.len() {
        length @ 0..=125 if minimal => all.push(mark | length as u8),
        length @ 0..=0xFFFF => {
            all.push(mark | 126);
            all.extend_from_slice(&(length as u16).to_be_bytes());
        }
        length => {
            all.push(mark | 127);
            all.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    all.extend(frame.mask.into_iter().flatten());
    all.append(&mut masked(&frame.payload, frame.mask));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_written_as_it_was_read() {
        for length in [0, 1, 125, 126, 65_535, 65_536] {
            for mask in [None, Some([1, 2, 3, 4])] {
                let frame = Frame { first: 0x82, mask, payload: vec![7; length] };
                let mut bytes = Vec::new();
                write(&mut bytes, &frame, true);
                let (read, used) = read(&bytes).expect("a frame");
                assert_eq!((read.payload, used), (frame.payload, bytes.len()));
                assert!((0..bytes.len().min(20)).all(|end| super::read(&bytes[..end]).is_none()));
            }
        }
    }
}

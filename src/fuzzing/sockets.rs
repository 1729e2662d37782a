//! Laws of what comes over a WebSocket: its frames, and a conversation of them.
//!
//! In: any bytes. Out: whether they came as far as the innermost check, or a panic that names the law that does not hold.

use std::io::Cursor;

use tungstenite::protocol::frame::FrameHeader;

use crate::{
    decode::websocket::{Frame, FrameReader, LengthForm, PAYLOAD_BYTES_MAX},
    model::conversation::Conversation,
    send::fuzzing::heard,
};

/// Frames: bytes give the same frames in whatever pieces they come; a frame that is written again is the bytes that it was read of; and the
/// head of each is what another reader of frames finds there, but for opcodes that one refuses.
pub fn frames(data: &[u8]) -> bool {
    let mut whole = FrameReader::default();
    whole.push(data);
    let frames: Vec<Frame> = std::iter::from_fn(|| whole.next_frame()).collect();
    let mut slow = FrameReader::default();
    let mut one_by_one = Vec::new();
    for byte in data {
        slow.push(&[*byte]);
        one_by_one.extend(std::iter::from_fn(|| slow.next_frame()));
    }
    assert_eq!(one_by_one, frames, "in pieces, other frames");
    assert_eq!((slow.too_long(), slow.rest()), (whole.too_long(), whole.rest()), "in pieces, another end");
    let mut at = 0;
    for frame in &frames {
        let bytes = frame.to_bytes();
        assert_eq!(data.get(at..at + bytes.len()), Some(bytes.as_slice()), "a frame is written otherwise");
        assert!(frame.form >= LengthForm::shortest(frame.payload.len()), "a length that its form cannot hold");
        compared(&data[at..], frame);
        at += bytes.len();
    }
    if let Some(length) = whole.too_long() {
        assert!(length > PAYLOAD_BYTES_MAX, "a length within the bound is too long");
    } else {
        assert_eq!(at + whole.rest(), data.len(), "bytes were lost");
    }
    !frames.is_empty()
}

/// Holds the head of a frame against what tungstenite reads there.
fn compared(data: &[u8], frame: &Frame) {
    let reserved = matches!(frame.opcode, 3..=7 | 11..=15);
    match FrameHeader::parse(&mut Cursor::new(data)) {
        Ok(Some((header, length))) => {
            assert!(!reserved, "an opcode that the other reader refuses");
            let rsv = u8::from(header.rsv1) << 2 | u8::from(header.rsv2) << 1 | u8::from(header.rsv3);
            let ours = (frame.fin, frame.rsv, frame.opcode, frame.mask, frame.payload.len() as u64);
            assert_eq!((header.is_final, rsv, u8::from(header.opcode), header.mask, length), ours, "another head");
        }
        Ok(None) => panic!("the other reader wants more bytes"),
        Err(_) => assert!(reserved, "the other reader refuses it"),
    }
}

/// A conversation: what a target sends after the handshake is heard the same in whatever pieces it comes. The first byte says how long the
/// pieces are, by turns.
pub fn conversation(data: &[u8]) -> bool {
    let Some((sizes, sent)) = data.split_first() else { return false };
    let whole = heard(&[sent]);
    let (mut pieces, mut rest) = (Vec::new(), sent);
    for size in [sizes & 15, sizes >> 4, 1].map(usize::from).into_iter().cycle().filter(|size| *size > 0) {
        if rest.is_empty() {
            break;
        }
        let (piece, later) = rest.split_at(size.min(rest.len()));
        pieces.push(piece);
        rest = later;
    }
    let cut = heard(&pieces);
    assert_eq!(without_frames_of_ours(&cut), without_frames_of_ours(&whole), "in pieces, another conversation");
    assert!(whole.stream.matches('\n').count() == whole.message_ms.len(), "a message without a time");
    !whole.message_ms.is_empty()
}

/// When our answers go out depends on when what they answer came.
fn without_frames_of_ours(heard: &Conversation) -> Conversation {
    let mut heard = heard.clone();
    heard.frames.retain(|frame| !frame.ours);
    heard
}

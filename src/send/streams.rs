//! What a conversation keeps of a stream, however it is cut: never more than twice the bytes that came, and a mebibyte.
//!
//! In: frames of targets, sound ones and hostile ones. Out: what was heard, why no more was read, and the room that it took, which is
//! counted after each piece.

use futures_util::FutureExt;

use super::{converse::Talking, fuzzing::Script};
use crate::{
    decode::websocket::{Frame, LengthForm},
    model::conversation::{CUT_BYTES_MAX, Conversation},
};

const PIECE_BYTES: usize = 64 << 10;

fn frame(opcode: u8, fin: bool, payload: &[u8]) -> Vec<u8> {
    let form = LengthForm::shortest(payload.len());
    Frame { fin, rsv: 0, opcode, mask: None, form, payload: payload.to_vec() }.to_bytes()
}

/// One message in frames of `size` bytes.
fn cut(message: &[u8], size: usize) -> Vec<u8> {
    let count = message.len().div_ceil(size);
    let frames = message.chunks(size).enumerate();
    frames.flat_map(|(nth, part)| frame(if nth == 0 { 2 } else { 0 }, nth + 1 == count, part)).collect()
}

/// What is heard of bytes that come piece by piece. The reason is why no more was read.
#[track_caller]
fn check(name: &str, bytes: &[u8], reason: Option<&str>) -> Conversation {
    let heard = async {
        let mut talking = Talking::begin(Box::new(Script::default()), 0, Vec::new(), None, &[]).await;
        let mut received = 0;
        for piece in bytes.chunks(PIECE_BYTES) {
            talking.took(piece).await;
            received += piece.len();
            let room = talking.room();
            assert!(room <= 2 * received + (1 << 20), "{name}: room for {room} bytes of {received}");
            if talking.is_over() {
                break;
            }
        }
        talking.conversation()
    };
    let heard = heard.now_or_never().expect("a script is always ready");
    assert_eq!(heard.cut.as_deref(), reason, "{name}");
    assert!(reason.is_none() || heard.stream.len() <= CUT_BYTES_MAX, "{name}: {} bytes are kept", heard.stream.len());
    heard
}

#[test]
fn any_cut_of_a_message_is_heard_the_same_and_costs_no_more_than_twice_its_bytes() {
    let mut message = vec![b'x'; 131_071];
    message.push(b'\n');
    for size in [1, 2, 125, 126, 4096, 131_072] {
        let heard = check(&format!("frames of {size}"), &cut(&message, size), None);
        assert_eq!((heard.stream.as_bytes(), heard.message_ms.len()), (&message[..], 1), "{size}");
    }
}

#[test]
fn a_hostile_stream_is_read_up_to_a_bound() {
    let newlines = vec![b'\n'; 15 << 20];
    for (name, bytes, reason) in [
        ("one long frame", frame(2, true, &vec![b'x'; 8 << 20]), None),
        ("a longer one", frame(2, true, &vec![b'x'; 9 << 20]), Some("the messages have more than 8388608 bytes")),
        ("newlines alone", frame(2, true, &newlines), Some("more than 20000 messages came")),
        ("never a newline", cut(&vec![b'x'; 9 << 20], 4096), Some("the messages have more than 8388608 bytes")),
        ("fragments of nothing", frame(0, false, b"").repeat(100_000), Some("more than 20000 frames came")),
        ("pings", frame(9, true, b"?").repeat(100_000), Some("more than 20000 frames came")),
        ("pongs", frame(10, true, b"").repeat(100_000), Some("more than 20000 frames came")),
        (
            "a length beyond all",
            [&[0x82, 0x7f, 0x3f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff][..], &newlines].concat(),
            Some("a frame declares 4611686018427387903 bytes"),
        ),
    ] {
        check(name, &bytes, reason);
    }
}

//! The messages of a recorded WebSocket as a conversation.
//!
//! In: an entry of a HAR. Out: what was said, and what was heard. A recording has payloads and no frames, so nothing that asks for frames
//! finds any that were wrong.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{
    decode::har::{HarEntry, HarMessage},
    model::conversation::{Act, Conversation, FRAMES_MAX, FrameSeen, Mask, STREAM_BYTES_MAX, Say, Talk},
};

/// What was said and heard.
pub(super) fn of(entry: &HarEntry) -> (Talk, Conversation) {
    let start = entry.messages.first().map_or(0.0, |message| message.at_s);
    let mut heard = Conversation { utf8: true, ..Conversation::default() };
    let mut talk = Talk::default();
    for message in &entry.messages {
        let text = payload(message);
        if message.sent {
            talk.acts.push(Act::Say(said(message.opcode, text)));
            continue;
        }
        if heard.frames.len() >= FRAMES_MAX || heard.stream.len() + text.len() > STREAM_BYTES_MAX {
            heard.cut = Some("more came than is read of a recording".to_owned());
            break;
        }
        let ms = ((message.at_s - start).max(0.0) * 1_000.0).round() as u64;
        heard.frames.push(FrameSeen {
            ours: false,
            ms,
            fin: true,
            rsv: 0,
            opcode: message.opcode,
            masked: false,
            length: text.len() as u64,
            shortest: true,
            echo: false,
        });
        if message.opcode <= 2 {
            heard.message_ms.extend(text.matches('\n').map(|_| ms));
            heard.stream.push_str(&text);
        }
    }
    (talk, heard)
}

fn payload(message: &HarMessage) -> String {
    let bytes = (message.opcode == 2).then(|| STANDARD.decode(&message.data).ok()).flatten();
    bytes.map_or_else(|| message.data.clone(), |bytes| String::from_utf8_lossy(&bytes).into_owned())
}

fn said(opcode: u8, payload: String) -> Say {
    Say {
        opcode,
        payload,
        hex: false,
        fin: true,
        rsv: 0,
        mask: Mask::Usual,
        bits: None,
        frames: 1,
        octets: false,
        chop: None,
        held: false,
        pad: None,
    }
}

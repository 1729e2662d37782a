//! From what is said over a WebSocket, as typed, to what it means.
//!
//! In: the keys `handshake` and `talk` of a step, and the messages that its file names. Out: a [`Talk`]. Faults are gathered.

use super::{
    located::Located,
    named::Named,
    reader::Reader,
    shape_talk::{ActFile, ActTable, HandshakeFile},
};
use crate::model::{
    conversation::{Act, Awaited, HEAR_MS, Hear, Mask, Say, Talk},
    variables::UNIQUE,
};

/// The longest that anything is waited for, in milliseconds.
const WAIT_MS_MAX: u64 = 120_000;

/// The most bytes that a payload is padded to.
const PAD_MAX: u32 = 1 << 20;

impl Reader {
    pub(super) fn talk(
        &mut self,
        named: &Named<'_>,
        handshake: Option<&HandshakeFile>,
        acts: Option<&Located<Vec<ActFile>>>,
    ) -> Option<Talk> {
        if handshake.is_none() && acts.is_none() {
            return None;
        }
        let of = handshake.cloned().unwrap_or_default();
        let goes_on = of.goes_on.is_some();
        let stays = of.keep.is_some();
        // Connections of other cases have other names.
        let kept = of.goes_on.or(of.keep).map(|name| format!("${{{UNIQUE}}}/{name}"));
        let mut talk = Talk {
            version: of.version,
            without: of.without,
            lines: of.lines,
            kept,
            goes_on,
            stays,
            since: false,
            acts: Vec::new(),
        };
        if let Some(written) = acts {
            for act in written.iter() {
                match self.act(named, act) {
                    Ok(act) => talk.acts.push(act),
                    Err(says) => self.fault(named.place(), written, &says),
                }
            }
        }
        Some(talk)
    }

    fn act(&mut self, named: &Named<'_>, act: &ActFile) -> Result<Act, String> {
        let table = match act {
            ActFile::Word(word) if word == "leave" => return Ok(Act::Leave),
            ActFile::Word(word) => match word.strip_prefix("hear ") {
                Some(what) => return hear(what, None, None),
                None => &ActTable { say: Some(word.clone()), ..ActTable::default() },
            },
            ActFile::Table(table) => table,
        };
        if let Some(what) = &table.hear {
            return hear(what, table.text.as_ref(), table.within_ms);
        }
        if let Some(ms) = table.listen_ms {
            return in_time(ms).map(Act::Listen);
        }
        if let Some(raw) = &table.raw {
            return digits(raw).map(|()| Act::Raw(raw.clone()));
        }
        let message = |text: &str| match text.contains(char::is_whitespace) || text.is_empty() {
            true => Ok(text.to_owned()),
            false => named.find("messages", text, |file| &file.messages).cloned(),
        };
        let (opcode, payload, hex) = match table {
            ActTable { say: Some(text), opcode, .. } => (opcode.unwrap_or(1), message(text)?, false),
            ActTable { binary: Some(text), .. } => (2, message(text)?, false),
            ActTable { ping: Some(text), .. } => (9, text.clone(), false),
            ActTable { pong: Some(text), .. } => (10, text.clone(), false),
            ActTable { close: Some(code), .. } => (8, close(*code, table.reason.as_deref()), true),
            ActTable { opcode: Some(opcode @ 0..=15), .. } => {
                let payload = table.payload.clone().unwrap_or_default();
                digits(&payload)?;
                (*opcode, payload, true)
            }
            _ => {
                return Err(
                    "nothing is done; write one of say, binary, ping, pong, close, opcode, raw, hear or listen_ms"
                        .to_owned(),
                );
            }
        };
        let mask = match table.mask.as_deref() {
            None => Mask::Usual,
            Some("none") => Mask::None,
            Some("zero") => Mask::Zero,
            Some(other) => return Err(format!("`{other}` is no mask; write none or zero")),
        };
        match (table.bits, table.rsv, table.pad, table.opcode) {
            (None | Some(7 | 16 | 64), None | Some(0..=7), None | Some(0..=PAD_MAX), None | Some(0..=15)) => {}
            _ => {
                return Err(format!(
                    "bits are 7, 16 or 64, rsv is at most 7, opcode at most 15, pad at most {PAD_MAX}"
                ));
            }
        }
        Ok(Act::Say(Say {
            opcode,
            payload,
            hex,
            fin: table.fin.unwrap_or(true),
            rsv: table.rsv.unwrap_or(0),
            mask,
            bits: table.bits,
            frames: table.frames.unwrap_or(1).max(1),
            octets: table.octets,
            chop: table.chop,
            held: table.held,
            pad: table.pad,
        }))
    }
}

fn hear(what: &str, text: Option<&String>, within_ms: Option<u64>) -> Result<Act, String> {
    let what = match what {
        "message" => Awaited::Message,
        "pong" => Awaited::Pong,
        "close" => Awaited::Close,
        "end" => Awaited::End,
        "rows" => Awaited::Rows,
        "text" if text.is_some() => Awaited::Text,
        "gone" if text.is_some() => Awaited::Gone,
        other => {
            return Err(format!(
                "`{other}` cannot be heard; write message, pong, close, end, rows, or text or gone beside a `text`"
            ));
        }
    };
    Ok(Act::Hear(Hear { what, text: text.cloned(), within_ms: in_time(within_ms.unwrap_or(HEAR_MS))? }))
}

fn in_time(ms: u64) -> Result<u64, String> {
    if ms > WAIT_MS_MAX { Err(format!("at most {WAIT_MS_MAX} ms are waited")) } else { Ok(ms) }
}

/// The payload of a close frame, as hexadecimal digits.
fn close(code: u16, reason: Option<&str>) -> String {
    if code == 0 {
        return String::new();
    }
    let bytes = code.to_be_bytes().into_iter().chain(reason.unwrap_or_default().bytes());
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

fn digits(text: &str) -> Result<(), String> {
    let count = text.chars().filter(|c| !c.is_whitespace()).count();
    let plain = text.chars().all(|c| c.is_ascii_hexdigit() || c.is_whitespace());
    if plain && count % 2 == 0 {
        Ok(())
    } else {
        Err(format!("`{text}` are no bytes; write two hexadecimal digits for each"))
    }
}

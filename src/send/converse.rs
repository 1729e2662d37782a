//! A conversation over a WebSocket: what is said, and what is heard.
//!
//! In: a channel on which a WebSocket was opened, and what is to be said. Out: an [`Outcome`], the answer to the handshake, whose body is the
//! [`Conversation`]. Pings of the target are answered and its close is echoed, as clients do; nothing else
//! is said that is not asked for. All is bounded in bytes, frames and time.

use secrecy::SecretString;

use super::{
    quiet::Waited,
    said::{from_hex, has_said, payload_of},
    transport::{Channel, Received, Transport},
};
use crate::{
    decode::{
        model::{FeedModel, StateModel},
        websocket::{Frame, FrameReader, LengthForm, grow},
    },
    model::{
        conversation::{
            Act, Awaited, CUT_BYTES_MAX, Close, Conversation, End, FRAMES_MAX, FrameSeen, Hear, MESSAGES_MAX, Mask,
            STREAM_BYTES_MAX, Say, Talk,
        },
        exchange::{Answer, Cut, Outcome},
    },
};

/// The most bytes that are read in a conversation.
const BYTES_MAX: usize = 64 << 20;

/// A conversation that goes on. The token stands nowhere in what comes of it, but where the target says it back.
pub(super) struct Talking {
    pub(super) channel: Box<dyn Channel>,
    /// The headers of the answer to the handshake.
    headers: Vec<(String, String)>,
    now_ms: i64,
    began_ms: i64,
    pub(super) reader: FrameReader,
    stream: Vec<u8>,
    /// Where in it the present talk began.
    mark: usize,
    /// The counts of bytes, messages, frames and waits that an outcome had.
    given: [usize; 4],
    /// The rows after the whole messages in it, and how far it was looked at for them.
    model: FeedModel,
    replayed: usize,
    /// The count of bytes that were read.
    read: usize,
    /// The count of messages and of pongs that were waited for.
    taken: [usize; 2],
    pongs: usize,
    last_ping: Vec<u8>,
    /// What goes out with what is sent next.
    held: Vec<u8>,
    /// Whether our close frame went out.
    closing: bool,
    /// The count of frames that were masked.
    masks: u32,
    heard: Conversation,
    /// What was waited for since that was asked last.
    pub(super) waited: Waited,
}

impl Talking {
    /// A conversation that begins, with the bytes that came behind the answer to the handshake. Where that does not show that the target
    /// knows what a WebSocket is, nothing is said, and nothing is listened to (RFC 6455, 4.1).
    pub(super) async fn begin(
        channel: Box<dyn Channel>,
        now_ms: i64,
        headers: Vec<(String, String)>,
        accept: Option<bool>,
        rest: &[u8],
    ) -> Self {
        let mut talking = Self {
            channel,
            headers,
            now_ms,
            began_ms: now_ms,
            reader: FrameReader::default(),
            stream: Vec::new(),
            mark: 0,
            given: [0; 4],
            model: FeedModel::default(),
            replayed: 0,
            read: 0,
            taken: [0; 2],
            pongs: 0,
            last_ping: Vec::new(),
            held: Vec::new(),
            closing: false,
            masks: 0,
            heard: Conversation { accept, ..Conversation::default() },
            waited: Waited::default(),
        };
        match accept {
            Some(false) => talking.heard.end = End::Failed,
            _ => talking.took(rest).await,
        }
        talking
    }

    /// Does what a talk has next.
    pub(super) async fn go_on(&mut self, transport: &dyn Transport, talk: &Talk, token: Option<&SecretString>) {
        self.now_ms = transport.now_ms();
        self.mark = self.stream.len();
        for act in &talk.acts {
            match act {
                Act::Say(say) => self.say(say, token).await,
                Act::Raw(hex) => self.put(&from_hex(hex)).await,
                Act::Hear(hear) => {
                    let came = self.hear(transport, hear).await;
                    self.heard.heard.push(came);
                }
                Act::Listen(ms) => {
                    let until_ms = self.ms() + ms;
                    while !self.is_over() && self.more(transport, until_ms).await {}
                }
                Act::Leave => {
                    self.closing = true;
                    return;
                }
            }
        }
    }

    /// Says good-bye where nobody has.
    pub(super) async fn hang_up(mut self) {
        if self.heard.end == End::Open && !self.closing {
            self.answer(8, &1000_u16.to_be_bytes()).await;
        }
    }

    /// What was heard so far.
    pub(super) fn conversation(&self) -> Conversation {
        let kept = if self.heard.cut.is_some() { CUT_BYTES_MAX } else { usize::MAX };
        let stream = &self.stream[..self.stream.len().min(kept)];
        Conversation {
            utf8: std::str::from_utf8(&self.stream).is_ok(),
            stream: String::from_utf8_lossy(stream).into_owned(),
            lasted_ms: self.ms(),
            ..self.heard.clone()
        }
    }

    /// What was heard since the last outcome, up to the end of a message.
    fn news(&self) -> Conversation {
        let mut all = self.conversation();
        let [bytes, messages, frames, waits] = self.given;
        let end = memchr::memrchr(b'\n', &self.stream).map_or(bytes, |end| end + 1);
        all.stream = String::from_utf8_lossy(self.stream.get(bytes..end).unwrap_or_default()).into_owned();
        all.message_ms = all.message_ms.split_off(messages.min(all.message_ms.len()));
        all.frames = all.frames.split_off(frames.min(all.frames.len()));
        all.heard = all.heard.split_off(waits.min(all.heard.len()));
        all
    }

    /// The same as the body of the answer to the handshake, or what came since the last outcome.
    pub(super) fn outcome(&mut self, talk: &Talk) -> Outcome {
        let heard = if talk.since { self.news() } else { self.conversation() };
        let whole = memchr::memrchr(b'\n', &self.stream).map_or(0, |end| end + 1);
        self.given = [whole, self.heard.message_ms.len(), self.heard.frames.len(), self.heard.heard.len()];
        let body = serde_json::to_vec(&heard).unwrap_or_default();
        let cut = (heard.end == End::Broken).then(|| Cut::Broken("the connection broke".to_owned()));
        Outcome::Answer(Answer::of(101, self.headers.clone(), body, cut))
    }

    fn ms(&self) -> u64 {
        u64::try_from(self.now_ms - self.began_ms).unwrap_or(0)
    }

    /// The count of bytes that there is room for in what is kept.
    #[cfg(test)]
    pub(super) fn room(&self) -> usize {
        let (frames, times) = (self.heard.frames.capacity(), self.heard.message_ms.capacity());
        self.stream.capacity() + self.reader.room() + frames * size_of::<FrameSeen>() + times * size_of::<u64>()
    }

    pub(super) fn is_over(&self) -> bool {
        self.heard.end != End::Open || self.heard.cut.is_some()
    }

    async fn hear(&mut self, transport: &dyn Transport, hear: &Hear) -> bool {
        let (since_ms, until_ms) = (self.ms(), self.ms() + hear.within_ms);
        let mut searched = self.mark;
        loop {
            let came = match hear.what {
                Awaited::Message => self.heard.message_ms.len() > self.taken[0],
                Awaited::Pong => self.pongs > self.taken[1],
                Awaited::Close => self.heard.close.is_some(),
                Awaited::End => self.heard.end != End::Open,
                Awaited::Text => has_said(&self.stream, &mut searched, hear.text.as_deref().unwrap_or_default()),
                Awaited::Rows => !self.rows().is_empty(),
                Awaited::Gone => self.is_gone(hear.text.as_deref().unwrap_or_default()),
            };
            if came {
                match hear.what {
                    Awaited::Message => self.taken[0] += 1,
                    Awaited::Pong => self.taken[1] += 1,
                    Awaited::Close | Awaited::End | Awaited::Text | Awaited::Rows | Awaited::Gone => {}
                }
                return true;
            }
            if self.is_over() || !self.more(transport, until_ms).await {
                self.waited.in_vain(hear, self.ms() - since_ms);
                return false;
            }
        }
    }

    /// Whether a row is not there after all that came.
    fn is_gone(&mut self, row: &str) -> bool {
        row.split_once(' ').is_some_and(|(table, id)| !self.rows().has(table, id))
    }

    /// The rows after all messages that came to their newline. Each is read once.
    fn rows(&mut self) -> &StateModel {
        while let Some(length) = memchr::memchr(b'\n', &self.stream[self.replayed..]) {
            let line = &self.stream[self.replayed..self.replayed + length];
            self.model.take(&String::from_utf8_lossy(line));
            self.replayed += length + 1;
        }
        self.model.rows()
    }

    /// Waits for more bytes. Whether there is time left, or some came.
    async fn more(&mut self, transport: &dyn Transport, until_ms: u64) -> bool {
        let left = until_ms.saturating_sub(self.ms());
        let received = self.channel.receive(left).await;
        self.now_ms = transport.now_ms();
        match received {
            Received::Bytes(bytes) => self.took(&bytes).await,
            Received::Nothing => return false,
            Received::Closed => self.heard.end = End::Closed,
            Received::Broken(_) if self.heard.close.is_some() || self.closing => self.heard.end = End::Closed,
            Received::Broken(_) => self.heard.end = End::Broken,
        }
        true
    }

    /// Reads bytes that came.
    pub(super) async fn took(&mut self, bytes: &[u8]) {
        self.read += bytes.len();
        if self.read > BYTES_MAX {
            self.heard.cut = Some(format!("more than {BYTES_MAX} bytes came"));
            return;
        }
        self.reader.push(bytes);
        while let Some(frame) = self.reader.next_frame() {
            self.frame(frame).await;
            if self.heard.cut.is_some() {
                return;
            }
        }
        if let Some(length) = self.reader.too_long() {
            self.heard.cut = Some(format!("a frame declares {length} bytes"));
        }
    }

    /// Notes a frame that came, and answers it where that is due.
    pub(super) async fn frame(&mut self, frame: Frame) {
        self.waited.came(frame.opcode);
        let echo = frame.opcode == 10 && frame.payload == self.last_ping;
        self.keep(&frame, false, echo);
        match frame.opcode {
            0..=2 => self.part(frame.payload),
            8 => {
                let code = frame.payload.get(..2).map(|code| u16::from_be_bytes([code[0], code[1]]));
                let reason = String::from_utf8_lossy(frame.payload.get(2..).unwrap_or_default()).into_owned();
                self.heard.close.get_or_insert(Close { code, reason });
                if !self.closing {
                    let payload = frame.payload.get(..2).unwrap_or_default();
                    self.answer(8, payload).await;
                    self.closing = true;
                }
            }
            9 => self.answer(10, &frame.payload).await,
            10 => self.pongs += 1,
            _ => {}
        }
    }

    /// A part of the target's messages.
    fn part(&mut self, payload: Vec<u8>) {
        let ms = self.ms();
        let ends = memchr::memchr_iter(b'\n', &payload).count();
        if self.heard.message_ms.len() + ends > MESSAGES_MAX {
            self.heard.cut = Some(format!("more than {MESSAGES_MAX} messages came"));
        } else if self.stream.len() + payload.len() > STREAM_BYTES_MAX {
            self.heard.cut = Some(format!("the messages have more than {STREAM_BYTES_MAX} bytes"));
        } else {
            self.heard.message_ms.extend(std::iter::repeat_n(ms, ends));
            grow(&mut self.stream, &payload);
        }
    }

    /// Notes a frame. Of those beyond the bound only parts of messages are passed over, whose bytes have a bound of their own.
    fn keep(&mut self, frame: &Frame, ours: bool, echo: bool) {
        if self.heard.frames.len() >= FRAMES_MAX {
            if !ours && !frame.is_control() && !frame.payload.is_empty() {
                return;
            }
            self.heard.cut = Some(format!("more than {FRAMES_MAX} frames came"));
            return;
        }
        let seen = FrameSeen {
            ours,
            ms: self.ms(),
            fin: frame.fin,
            rsv: frame.rsv,
            opcode: frame.opcode,
            masked: frame.mask.is_some(),
            length: frame.payload.len() as u64,
            shortest: frame.form == LengthForm::shortest(frame.payload.len()),
            echo,
        };
        self.heard.frames.push(seen);
    }

    /// Answers a control frame with another one.
    pub(super) async fn answer(&mut self, opcode: u8, payload: &[u8]) {
        let frame = Frame {
            fin: true,
            rsv: 0,
            opcode,
            mask: Some(self.mask()),
            form: LengthForm::shortest(payload.len()),
            payload: payload.to_vec(),
        };
        self.keep(&frame, true, false);
        self.put(&frame.to_bytes()).await;
    }

    pub(super) fn mask(&mut self) -> [u8; 4] {
        self.masks = self.masks.wrapping_add(1);
        // Any key will do that is another one each time.
        (self.masks.wrapping_mul(0x9e37_79b9) ^ 0x5bd1_e995).to_be_bytes()
    }

    async fn say(&mut self, say: &Say, token: Option<&SecretString>) {
        if self.heard.end == End::Failed {
            return;
        }
        let payload = payload_of(say, token);
        if say.opcode == 9 {
            self.last_ping.clone_from(&payload);
        }
        self.closing |= say.opcode == 8;
        let count = usize::try_from(say.frames.max(1)).unwrap_or(1).min(payload.len().max(1));
        let size = payload.len().div_ceil(count).max(1);
        let pieces: Vec<&[u8]> = match payload.is_empty() {
            true => vec![&[]],
            false => payload.chunks(size).collect(),
        };
        for (number, piece) in pieces.iter().enumerate() {
            let frame = Frame {
                fin: say.fin && number + 1 == pieces.len(),
                rsv: say.rsv,
                opcode: if number == 0 { say.opcode } else { 0 },
                mask: match say.mask {
                    Mask::Usual => Some(self.mask()),
                    Mask::Zero => Some([0; 4]),
                    Mask::None => None,
                },
                form: match say.bits {
                    None => LengthForm::shortest(piece.len()),
                    Some(7) => LengthForm::Short,
                    Some(16) => LengthForm::Middle,
                    Some(_) => LengthForm::Long,
                },
                payload: piece.to_vec(),
            };
            self.keep(&frame, true, false);
            let bytes = frame.to_bytes();
            if say.held {
                self.held.extend(bytes);
                continue;
            }
            let chop = say.chop.and_then(|count| usize::try_from(count).ok()).unwrap_or(bytes.len());
            let step = if say.octets { 1 } else { chop.max(1) };
            for part in bytes.chunks(step) {
                self.put(part).await;
            }
        }
    }

    /// Sends bytes. That a target does not take them shows in what it says, or in the end of the connection.
    pub(super) async fn put(&mut self, bytes: &[u8]) {
        let held = std::mem::take(&mut self.held);
        if self.heard.end == End::Open {
            let _ = self.channel.send(&[&held, bytes].concat()).await;
        }
    }
}

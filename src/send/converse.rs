//! A conversation over a WebSocket: the handshake, what is said, and what is heard.
//!
//! In: a channel that is open, the head of the handshake, and what is to be said. Out: an [`Outcome`], the answer to the handshake; where that
//! opened a WebSocket its body is the [`Conversation`]. Pings of the target are answered and its close is echoed, as clients do; nothing else
//! is said that is not asked for. All is bounded in bytes, frames and time.

use secrecy::{ExposeSecret, SecretString};

use super::{
    received,
    transport::{Channel, Received, Transport},
};
use crate::{
    decode::websocket::{Frame, FrameReader, LengthForm, accept_of},
    model::{
        conversation::{
            Act, Close, Conversation, End, FRAMES_MAX, FrameSeen, Heard, Mask, STREAM_BYTES_MAX, Say, TOKEN, Talk,
        },
        exchange::{Answer, BODY_BYTES_MAX, Cut, NoAnswerKind, Outcome},
    },
};

/// The most bytes of the head of an answer.
const HEAD_BYTES_MAX: usize = 64 * 1024;

/// The most headers of an answer.
const HEADERS_MAX: usize = 256;

/// The most bytes of a refusal's body.
const REFUSAL_BYTES_MAX: usize = 1 << 20;

/// The most bytes that are read in a conversation.
const BYTES_MAX: usize = 64 << 20;

/// Name of the subprotocol as it is sent (p. 141).
const SUBPROTOCOL: &str = "ingredi%20state%20api";

/// The request line and the headers of a handshake.
pub(super) struct Handshake {
    /// Method and target.
    pub(super) line: (String, String),
    /// Names and values, in their order.
    pub(super) headers: Vec<(String, String)>,
    /// The key that was sent, where there is one.
    pub(super) key: Option<String>,
}

impl Handshake {
    /// The handshake of a talk: an ordinary one, but for what the talk has otherwise. The same key is made of the same text.
    pub(super) fn of(
        method: &str,
        target: &str,
        host: &str,
        headers: &[(String, String)],
        talk: &Talk,
        key: String,
    ) -> Self {
        let usual = [
            ("Host", host.to_owned()),
            ("User-Agent", concat!("touchmark/", env!("CARGO_PKG_VERSION")).to_owned()),
            ("Upgrade", "websocket".to_owned()),
            ("Connection", "Upgrade".to_owned()),
            ("Sec-WebSocket-Key", key),
            ("Sec-WebSocket-Version", "13".to_owned()),
            ("Sec-WebSocket-Protocol", SUBPROTOCOL.to_owned()),
        ];
        let instead = |name: &str| headers.iter().any(|(other, _)| other.eq_ignore_ascii_case(name));
        let without = |name: &str| talk.without.iter().any(|other| other.eq_ignore_ascii_case(name));
        let mut all: Vec<(String, String)> = usual
            .into_iter()
            .filter(|(name, _)| !instead(name) && !without(name))
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        all.extend(headers.iter().cloned());
        all.extend(talk.lines.iter().map(|line| {
            let (name, value) = line.split_once(':').unwrap_or((line, ""));
            (name.to_owned(), value.trim().to_owned())
        }));
        let key = all.iter().find(|(name, _)| name.eq_ignore_ascii_case("sec-websocket-key"));
        let key = key.map(|(_, value)| value.clone());
        Self { line: (method.to_owned(), target.to_owned()), headers: all, key }
    }

    fn to_bytes(&self, version: &str) -> Vec<u8> {
        let (method, target) = &self.line;
        let mut text = format!("{method} {target} {version}\r\n");
        self.headers.iter().for_each(|(name, value)| text.push_str(&format!("{name}: {value}\r\n")));
        text.push_str("\r\n");
        text.into_bytes()
    }
}

/// Plays a conversation. The token stands nowhere in what comes of it, but where the target says it back.
pub(super) async fn converse(
    transport: &dyn Transport,
    channel: &mut dyn Channel,
    handshake: &Handshake,
    talk: &Talk,
    token: Option<&SecretString>,
    timeout_ms: u64,
) -> Outcome {
    let version = talk.version.as_deref().unwrap_or("HTTP/1.1");
    if let Err(says) = channel.send(&handshake.to_bytes(version)).await {
        return Outcome::nothing(NoAnswerKind::Broken, says);
    }
    let (mut answer, rest) = match head(transport, channel, timeout_ms).await {
        Ok(found) => found,
        Err(outcome) => return outcome,
    };
    if answer.status != 101 {
        return refusal(transport, channel, answer, rest, timeout_ms).await;
    }
    let accept = answer.header("sec-websocket-accept").zip(handshake.key.as_deref());
    let heard = Conversation {
        accept: accept.map(|(accept, key)| accept == accept_of(key)),
        utf8: true,
        ..Conversation::default()
    };
    let mut talking = Talking {
        transport,
        channel,
        began_ms: transport.now_ms(),
        reader: FrameReader::default(),
        stream: Vec::new(),
        read: 0,
        taken: [0; 2],
        pongs: 0,
        last_ping: Vec::new(),
        closing: false,
        masks: 0,
        heard,
    };
    talking.took(&rest).await;
    talking.acts(talk, token).await;
    let heard = talking.finished().await;
    let body = serde_json::to_vec(&heard).unwrap_or_default();
    let broken = heard.end == End::Broken;
    let headers = std::mem::take(&mut answer.headers);
    let cut = broken.then(|| Cut::Broken("the connection broke".to_owned()));
    Outcome::Answer(Answer::of(101, headers, body, cut))
}

/// Reads the head of an answer, and what came behind it.
async fn head(
    transport: &dyn Transport,
    channel: &mut dyn Channel,
    timeout_ms: u64,
) -> Result<(Answer, Vec<u8>), Outcome> {
    let broken = |says: &str| Outcome::nothing(NoAnswerKind::Broken, says);
    let until_ms = transport.now_ms() + i64::try_from(timeout_ms).unwrap_or(i64::MAX / 2);
    let mut bytes = Vec::new();
    loop {
        let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
        let mut response = httparse::Response::new(&mut headers);
        let mut config = httparse::ParserConfig::default();
        config.allow_obsolete_multiline_headers_in_responses(true).allow_spaces_after_header_name_in_responses(true);
        match config.parse_response(&mut response, &bytes) {
            Ok(httparse::Status::Complete(end)) => {
                let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
                let headers = response.headers.iter().map(|one| (one.name.to_ascii_lowercase(), text(one.value)));
                let status = response.code.unwrap_or_default();
                return Ok((Answer::of(status, headers.collect(), Vec::new(), None), bytes.split_off(end)));
            }
            Ok(httparse::Status::Partial) if bytes.len() < HEAD_BYTES_MAX => {}
            Ok(httparse::Status::Partial) => return Err(broken("the head of the answer is longer than 64 KiB")),
            Err(error) => return Err(broken(&format!("what came is no HTTP: {error}"))),
        }
        let left = u64::try_from(until_ms - transport.now_ms()).unwrap_or(0);
        match channel.receive(left).await {
            Received::Bytes(more) => bytes.extend(more),
            Received::Nothing => return Err(Outcome::nothing(NoAnswerKind::Timeout, "it took too long")),
            Received::Closed => return Err(broken("the connection was closed before an answer was whole")),
            Received::Broken(says) => return Err(broken(&says)),
        }
    }
}

/// Reads what a refusal has behind its head, as far as it comes.
async fn refusal(
    transport: &dyn Transport,
    channel: &mut dyn Channel,
    answer: Answer,
    mut bytes: Vec<u8>,
    timeout_ms: u64,
) -> Outcome {
    let length = answer.header("content-length").and_then(|text| text.trim().parse::<usize>().ok());
    let most = length.unwrap_or(REFUSAL_BYTES_MAX).min(REFUSAL_BYTES_MAX);
    let until_ms = transport.now_ms() + i64::try_from(timeout_ms).unwrap_or(i64::MAX / 2);
    while bytes.len() < most {
        let left = u64::try_from(until_ms - transport.now_ms()).unwrap_or(0);
        match channel.receive(left).await {
            Received::Bytes(more) => bytes.extend(more),
            _ => break,
        }
    }
    bytes.truncate(most.min(BODY_BYTES_MAX));
    Outcome::Answer(received::answer(answer.status, answer.headers, bytes, None))
}

/// A conversation that goes on.
struct Talking<'a> {
    transport: &'a dyn Transport,
    channel: &'a mut dyn Channel,
    began_ms: i64,
    reader: FrameReader,
    stream: Vec<u8>,
    /// The count of bytes that were read.
    read: usize,
    /// The count of messages and of pongs that were waited for.
    taken: [usize; 2],
    pongs: usize,
    last_ping: Vec<u8>,
    /// Whether our close frame went out.
    closing: bool,
    /// The count of frames that were masked.
    masks: u32,
    heard: Conversation,
}

impl Talking<'_> {
    fn ms(&self) -> u64 {
        u64::try_from(self.transport.now_ms() - self.began_ms).unwrap_or(0)
    }

    fn is_over(&self) -> bool {
        self.heard.end != End::Open || self.heard.cut.is_some()
    }

    async fn acts(&mut self, talk: &Talk, token: Option<&SecretString>) {
        for act in &talk.acts {
            match act {
                Act::Say(say) => self.say(say, token).await,
                Act::Raw(hex) => self.put(&from_hex(hex)).await,
                Act::Hear(hear) => {
                    let came = self.hear(hear.what, hear.within_ms).await;
                    self.heard.heard.push(came);
                }
                Act::Listen(ms) => {
                    let until_ms = self.ms() + ms;
                    while !self.is_over() && self.more(until_ms).await {}
                }
                Act::Leave => {
                    self.closing = true;
                    return;
                }
            }
        }
    }

    /// Says good-bye where the target has not, and gives what was heard.
    async fn finished(mut self) -> Conversation {
        if self.heard.end == End::Open && !self.closing {
            let end = self.heard.clone();
            let bye = Say { opcode: 8, payload: "03e8".to_owned(), hex: true, ..plain() };
            self.say(&bye, None).await;
            self.heard = end;
        }
        self.heard.utf8 = std::str::from_utf8(&self.stream).is_ok();
        self.heard.stream = String::from_utf8_lossy(&self.stream).into_owned();
        if let Some(length) = self.reader.too_long() {
            self.heard.cut = Some(format!("a frame declares {length} bytes"));
        }
        self.heard
    }

    async fn hear(&mut self, what: Heard, within_ms: u64) -> bool {
        let until_ms = self.ms() + within_ms;
        loop {
            let came = match what {
                Heard::Message => self.heard.message_ms.len() > self.taken[0],
                Heard::Pong => self.pongs > self.taken[1],
                Heard::Close => self.heard.close.is_some(),
                Heard::End => self.heard.end != End::Open,
            };
            if came {
                match what {
                    Heard::Message => self.taken[0] += 1,
                    Heard::Pong => self.taken[1] += 1,
                    Heard::Close | Heard::End => {}
                }
                return true;
            }
            if self.is_over() || !self.more(until_ms).await {
                return false;
            }
        }
    }

    /// Waits for more bytes. Whether there is time left, or some came.
    async fn more(&mut self, until_ms: u64) -> bool {
        let left = until_ms.saturating_sub(self.ms());
        match self.channel.receive(left).await {
            Received::Bytes(bytes) => self.took(&bytes).await,
            Received::Nothing => return false,
            Received::Closed => self.heard.end = End::Closed,
            Received::Broken(_) if self.heard.close.is_some() || self.closing => self.heard.end = End::Closed,
            Received::Broken(_) => self.heard.end = End::Broken,
        }
        true
    }

    async fn took(&mut self, bytes: &[u8]) {
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

    async fn frame(&mut self, frame: Frame) {
        let echo = frame.opcode == 10 && frame.payload == self.last_ping;
        self.keep(&frame, false, echo);
        match frame.opcode {
            0..=2 => {
                let ms = self.ms();
                let ends = frame.payload.iter().filter(|byte| **byte == b'\n').count();
                self.heard.message_ms.extend(std::iter::repeat_n(ms, ends));
                self.stream.extend_from_slice(&frame.payload);
                if self.stream.len() > STREAM_BYTES_MAX {
                    self.heard.cut = Some(format!("the messages have more than {STREAM_BYTES_MAX} bytes"));
                }
            }
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

    /// Notes a frame.
    fn keep(&mut self, frame: &Frame, ours: bool, echo: bool) {
        if self.heard.frames.len() >= FRAMES_MAX {
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
    async fn answer(&mut self, opcode: u8, payload: &[u8]) {
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

    fn mask(&mut self) -> [u8; 4] {
        self.masks = self.masks.wrapping_add(1);
        // Any key will do that is another one each time.
        (self.masks.wrapping_mul(0x9e37_79b9) ^ 0x5bd1_e995).to_be_bytes()
    }

    async fn say(&mut self, say: &Say, token: Option<&SecretString>) {
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
            let step = if say.octets { 1 } else { bytes.len() };
            for part in bytes.chunks(step) {
                self.put(part).await;
            }
        }
    }

    /// Sends bytes. That a target does not take them shows in what it says, or in the end of the connection.
    async fn put(&mut self, bytes: &[u8]) {
        if self.heard.end == End::Open {
            let _ = self.channel.send(bytes).await;
        }
    }
}

/// A frame of text as clients send it.
fn plain() -> Say {
    Say {
        opcode: 1,
        payload: String::new(),
        hex: false,
        fin: true,
        rsv: 0,
        mask: Mask::Usual,
        bits: None,
        frames: 1,
        octets: false,
        pad: None,
    }
}

fn payload_of(say: &Say, token: Option<&SecretString>) -> Vec<u8> {
    if say.hex {
        return from_hex(&say.payload);
    }
    let marked = format!("${{{TOKEN}}}");
    let mut payload = say.payload.replace(&marked, token.map_or("", |token| token.expose_secret())).into_bytes();
    if let Some(length) = say.pad {
        let missing = usize::try_from(length).unwrap_or(0).saturating_sub(payload.len());
        let at = payload.len().saturating_sub(1);
        payload.splice(at..at, std::iter::repeat_n(b' ', missing));
    }
    payload
}

/// The bytes of hexadecimal digits; what is no digit is left out, since the loader refuses it.
fn from_hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> =
        text.chars().filter_map(|c| c.to_digit(16)).filter_map(|digit| u8::try_from(digit).ok()).collect();
    digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

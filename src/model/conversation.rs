//! A conversation over a WebSocket: what is said and waited for after the handshake, and what was heard.
//!
//! Plain data between `send` and `judge`. What is to be said may still hold `${variables}`; what was heard is bounded, and stands in the
//! journal as the body of the answer to the handshake, so secrets are taken out of it as of any body.

use serde::{Deserialize, Serialize};

/// The variable for which the token of the calling account is put in, where something is said and nowhere else.
pub const TOKEN: &str = "token";

/// The subprotocol of the real-time state API, as it is sent (p. 141).
pub const SUBPROTOCOL: &str = "ingredi%20state%20api";

/// How long something is waited for where nothing is stated, in milliseconds: updates come within twenty seconds (p. 141).
pub const HEAR_MS: u64 = 20_000;

/// The most frames of a conversation that are kept. Parts of messages are read beyond them, too, and not kept as frames.
pub const FRAMES_MAX: usize = 20_000;

/// The most messages of a conversation.
pub const MESSAGES_MAX: usize = 20_000;

/// The most bytes of messages that are kept while a conversation goes on.
pub const STREAM_BYTES_MAX: usize = 8 << 20;

/// The most bytes of messages that are kept of a conversation in which too much came: what is too much is said beside them.
pub const CUT_BYTES_MAX: usize = 256 << 10;

/// What is said and waited for after the handshake, in this order, and how the handshake departs from an ordinary one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Talk {
    /// What the request line ends with; `HTTP/1.1` where nothing is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Headers of an ordinary handshake that are left out, in lower case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<String>,
    /// Header lines that are sent besides, as they stand here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<String>,
    /// The name under which the connection is kept open for a later step, or goes on from an earlier one, where there is one. What is heard
    /// then has all that was heard before, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<String>,
    /// Whether it goes on from an earlier step, so that there is no handshake.
    #[serde(default, skip_serializing_if = "is_false")]
    pub goes_on: bool,
    /// Whether the connection stays open for a later step.
    #[serde(default, skip_serializing_if = "is_false")]
    pub stays: bool,
    /// Whether what is kept of it is what came since the last talk over the same connection, and not all that was heard before.
    #[serde(default, skip_serializing_if = "is_false")]
    pub since: bool,
    /// What comes after it.
    pub acts: Vec<Act>,
}

impl Talk {
    /// All texts in it that may name variables.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let said = self.acts.iter().filter_map(|act| match act {
            Act::Say(say) => Some(say.payload.as_str()),
            Act::Hear(hear) => hear.text.as_deref(),
            Act::Raw(_) | Act::Listen(_) | Act::Leave => None,
        });
        self.lines.iter().chain(&self.kept).map(String::as_str).chain(said)
    }

    /// The same texts, to be filled.
    pub fn texts_mut(&mut self) -> impl Iterator<Item = &mut String> {
        let said = self.acts.iter_mut().filter_map(|act| match act {
            Act::Say(say) => Some(&mut say.payload),
            Act::Hear(hear) => hear.text.as_mut(),
            Act::Raw(_) | Act::Listen(_) | Act::Leave => None,
        });
        self.lines.iter_mut().chain(&mut self.kept).chain(said)
    }
}

/// One thing that is done in a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// A frame, or several, are sent.
    Say(Say),
    /// Bytes are sent as they are, written as hexadecimal digits.
    Raw(String),
    /// Something is waited for.
    Hear(Hear),
    /// All is listened to for so long, in milliseconds.
    Listen(u64),
    /// The connection is left without a word.
    Leave,
}

/// A payload and how it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Say {
    /// The opcode.
    pub opcode: u8,
    /// The payload as text; control characters as JSON would have them are put in when the data are read.
    pub payload: String,
    /// The payload is hexadecimal digits.
    #[serde(default, skip_serializing_if = "is_false")]
    pub hex: bool,
    /// Whether the last frame is marked as the last of its message.
    pub fin: bool,
    /// The three reserved bits.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rsv: u8,
    /// How it is masked.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub mask: Mask,
    /// The number of bits in which its length is written; as few as it takes where nothing is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bits: Option<u8>,
    /// The number of frames in which it goes out.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub frames: u32,
    /// Whether each byte goes out on its own.
    #[serde(default, skip_serializing_if = "is_false")]
    pub octets: bool,
    /// Of what count of bytes each piece is that goes out on its own; a frame is one piece where nothing is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chop: Option<u32>,
    /// Whether it is kept back, and goes out in one piece with what is sent next.
    #[serde(default, skip_serializing_if = "is_false")]
    pub held: bool,
    /// Blanks are put before its last character until it has this number of bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pad: Option<u32>,
}

fn one() -> u32 {
    1
}

fn is_one(number: &u32) -> bool {
    *number == 1
}

fn is_zero(number: &u8) -> bool {
    *number == 0
}

fn yes() -> bool {
    true
}

fn is_true(flag: &bool) -> bool {
    *flag
}

fn is_false(flag: &bool) -> bool {
    !*flag
}

fn is_usual(mask: &Mask) -> bool {
    *mask == Mask::Usual
}

/// How a frame of ours is masked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mask {
    /// With a key of its own.
    #[default]
    Usual,
    /// With a key of zeros.
    Zero,
    /// Not at all.
    None,
}

/// What is waited for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hear {
    /// What.
    pub what: Awaited,
    /// The text that is waited for, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// How long, in milliseconds.
    pub within_ms: u64,
}

/// Something that can be waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Awaited {
    /// One more message, up to its newline.
    Message,
    /// One more pong.
    Pong,
    /// A close frame.
    Close,
    /// The end of the connection.
    End,
    /// A text, in what comes from then on; its message must have come to its newline.
    Text,
    /// Any row, after all that came.
    Rows,
    /// That a row is not there any more: the text is its table, a blank, and its id.
    Gone,
}

/// What was heard, and how it ended.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    /// Whether `Sec-WebSocket-Accept` is there and that of the key that was sent; none where no key was sent.
    pub accept: Option<bool>,
    /// The frames both ways.
    pub frames: Vec<FrameSeen>,
    /// What the data frames of the target held, one after another: the messages with their newlines. Bytes that are no UTF-8 are replaced.
    pub stream: String,
    /// Whether all of it was UTF-8.
    pub utf8: bool,
    /// Where each message ended, as the count of milliseconds since the beginning.
    pub message_ms: Vec<u64>,
    /// How long it was listened to, in milliseconds since the beginning; 0 where that is not known.
    #[serde(default)]
    pub lasted_ms: u64,
    /// For each thing that was waited for, whether it came.
    pub heard: Vec<bool>,
    /// What the close frame of the target said.
    pub close: Option<Close>,
    /// How it ended.
    pub end: End,
    /// What was too much of it, and was not kept.
    pub cut: Option<String>,
}

impl Conversation {
    /// The same with what came later.
    #[must_use]
    pub fn then(mut self, later: Self) -> Self {
        self.frames.extend(later.frames);
        self.stream.push_str(&later.stream);
        self.message_ms.extend(later.message_ms);
        self.heard.extend(later.heard);
        Self { frames: self.frames, stream: self.stream, message_ms: self.message_ms, heard: self.heard, ..later }
    }
}

/// A frame that went or came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameSeen {
    /// Whether it is ours.
    #[serde(default, skip_serializing_if = "is_false")]
    pub ours: bool,
    /// When, in milliseconds since the beginning.
    pub ms: u64,
    /// Whether it is the last of its message.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub fin: bool,
    /// The three reserved bits.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rsv: u8,
    /// The opcode.
    pub opcode: u8,
    /// Whether it is masked.
    #[serde(default, skip_serializing_if = "is_false")]
    pub masked: bool,
    /// The length of its payload, in bytes.
    pub length: u64,
    /// Whether that is written as short as can be.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub shortest: bool,
    /// Whether it is a pong with the payload of our last ping.
    #[serde(default, skip_serializing_if = "is_false")]
    pub echo: bool,
}

/// What a close frame says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Close {
    /// The status code; none where the frame is empty.
    pub code: Option<u16>,
    /// The reason.
    pub reason: String,
}

/// How a conversation ended.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// All was done, and the connection was still open.
    #[default]
    Open,
    /// The target ended the connection.
    Closed,
    /// The connection broke.
    Broken,
    /// We failed it before anything was said, since the answer to the handshake opens no WebSocket (RFC 6455, 4.1).
    Failed,
}

//! The shape of what is said over a WebSocket, as it is typed.
//!
//! In: TOML. Out: these structs. Unknown keys are refused; what the values mean is decided elsewhere.

use schemars::JsonSchema;
use serde::Deserialize;

/// How a handshake departs from an ordinary one.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct HandshakeFile {
    /// What the request line ends with, such as `HTTP/1.0`.
    pub(super) version: Option<String>,
    /// Headers of an ordinary handshake that are left out.
    #[serde(default)]
    pub(super) without: Vec<String>,
    /// Header lines besides.
    #[serde(default)]
    pub(super) lines: Vec<String>,
    /// A name under which the connection stays open for a later step of the case.
    pub(super) keep: Option<String>,
    /// The name of a connection that an earlier step of the case kept: there is no handshake.
    pub(super) goes_on: Option<String>,
}

/// One thing that is done: a word, or a table.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum ActFile {
    /// `hear message`, `hear pong`, `hear close`, `hear end`, `hear rows`, `leave`, or the name of a message below `[messages]`, which is sent as text.
    Word(String),
    Table(Box<ActTable>),
}

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ActTable {
    /// The name of a message, or a text with a blank in it.
    pub(super) say: Option<String>,
    /// The same as a binary frame.
    pub(super) binary: Option<String>,
    pub(super) ping: Option<String>,
    pub(super) pong: Option<String>,
    /// The status code of a close frame; 0 for an empty one.
    pub(super) close: Option<u16>,
    /// The reason of a close frame.
    pub(super) reason: Option<String>,
    /// A frame with that opcode, and with `payload`, or with what is said.
    pub(super) opcode: Option<u8>,
    /// The payload of such a frame as hexadecimal digits.
    pub(super) payload: Option<String>,
    /// Bytes as they are, as hexadecimal digits.
    pub(super) raw: Option<String>,
    pub(super) fin: Option<bool>,
    /// The three reserved bits, from 0 to 7.
    pub(super) rsv: Option<u8>,
    /// `none` or `zero`.
    pub(super) mask: Option<String>,
    /// The number of bits in which the length is written: 7, 16 or 64.
    pub(super) bits: Option<u8>,
    /// The number of frames in which it goes out.
    pub(super) frames: Option<u32>,
    /// Whether each byte goes out on its own.
    #[serde(default)]
    pub(super) octets: bool,
    /// The count of bytes of each piece that goes out on its own.
    pub(super) chop: Option<u32>,
    /// Whether it goes out in one piece with what is sent next.
    #[serde(default)]
    pub(super) held: bool,
    /// The count of bytes that it is padded to with blanks.
    pub(super) pad: Option<u32>,
    /// `message`, `pong`, `close`, `end`, `rows`, or `text` or `gone` beside a `text`.
    pub(super) hear: Option<String>,
    /// The text that is waited for, where `hear` is `text`.
    pub(super) text: Option<String>,
    /// How long that is waited for, in milliseconds.
    pub(super) within_ms: Option<u64>,
    /// How long all is listened to, in milliseconds.
    pub(super) listen_ms: Option<u64>,
}

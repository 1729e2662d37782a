//! An exchange: what was sent and what came back, or why nothing did.
//!
//! Plain data between `send` and `judge`. Everything in it is bounded, and no secret is in it: tokens and credentials
//! are taken out before an exchange is made.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::model::{
    as_base64,
    case::{Class, Role},
    conversation::Talk,
    credential::{AccountRole, Credential},
    id::EndpointId,
    written::RawRequest,
};

pub use super::cut::{BODY_BYTES_MAX, Cut};

/// One request and its answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    /// Id of the endpoint that was called.
    pub endpoint: EndpointId,
    /// What the answer is for.
    pub role: Role,
    /// Number of the step in its case, from 0.
    pub step: usize,
    /// When the request was sent, in milliseconds since the UNIX epoch.
    pub at_ms: i64,
    /// How long the answer took, in milliseconds.
    pub took_ms: u64,
    /// How often the request was sent again, since its answer was lost.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub again: u32,
    /// Whether its token was refused before its time, so that it was sent again with a new one.
    #[serde(default, skip_serializing_if = "is_false")]
    pub renewed: bool,
    /// Number of the answer in its group, where it came to an equal request of an earlier case: it was sent once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared: Option<u32>,
    /// What was sent.
    pub sent: Sent,
    /// What came back.
    pub outcome: Outcome,
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

fn is_false(flag: &bool) -> bool {
    !*flag
}

/// What was sent. One variant a kind of exchange.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sent {
    /// An HTTP request.
    Http(Request),
}

/// An HTTP request, as it went out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// HTTP method.
    pub method: String,
    /// Path of the URL.
    pub path: String,
    /// Encoded query, without the question mark; empty when there is none.
    pub query: String,
    /// Names and values before they were encoded.
    pub parameters: Vec<(String, String)>,
    /// Headers but for Authorization and those that HTTP itself asks for.
    pub headers: Vec<(String, String)>,
    /// The role of the account that called.
    pub account: AccountRole,
    /// What the request proved of that account; the token or secret itself is left out.
    pub credential: Credential,
    /// What the request may touch.
    pub class: Class,
    /// Body; empty when there is none.
    pub body: String,
    /// What was to be said once a WebSocket is open, where the request asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub talk: Option<Talk>,
    /// How it was written, where it went out as bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<RawRequest>,
}

impl Request {
    /// A read without parameters by the main account, with its token.
    #[must_use]
    pub fn read(path: &str) -> Self {
        Self {
            method: "GET".to_owned(),
            path: path.to_owned(),
            query: String::new(),
            parameters: Vec::new(),
            headers: Vec::new(),
            account: AccountRole::Full,
            credential: Credential::Token,
            class: Class::Read,
            body: String::new(),
            talk: None,
            written: None,
        }
    }

    /// The value of a parameter, the last one where it stands several times.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().rev().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// Path and query as they stand in the request line.
    #[must_use]
    pub fn target(&self) -> String {
        match self.query.as_str() {
            "" => self.path.clone(),
            query => format!("{}?{query}", self.path),
        }
    }
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// An HTTP answer.
    Answer(Answer),
    /// No HTTP answer, and why.
    Nothing(NoAnswer),
}

impl Outcome {
    /// No answer, and why.
    #[must_use]
    pub fn nothing(kind: NoAnswerKind, says: impl Into<String>) -> Self {
        Self::Nothing(NoAnswer { kind, says: says.into() })
    }

    /// Whether it shows nothing of the target, since the network, a proxy before the target, or the end of the run may be the reason: there
    /// is no answer, its end is missing, or its status is one that a proxy gives for a target that it does not reach.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        use NoAnswerKind::{Broken, Stopped, Timeout, Unreachable};
        match self {
            Self::Nothing(nothing) => matches!(nothing.kind, Unreachable | Broken | Timeout | Stopped),
            Self::Answer(answer) => matches!(answer.cut, Some(Cut::Broken(_))) || matches!(answer.status, 502..=504),
        }
    }

    /// Whether the request may have reached the target, which may then have done what it asks for.
    #[must_use]
    pub fn went_out(&self) -> bool {
        use NoAnswerKind::{Guarded, Mute, NoToken, Spent, Unreachable};
        !matches!(self, Self::Nothing(nothing) if matches!(nothing.kind, Guarded | Mute | NoToken | Spent | Unreachable))
    }

    /// Whether nobody waited for the answer, or nobody asked, since the run was stopped or had had its budget.
    #[must_use]
    pub fn was_stopped(&self) -> bool {
        use NoAnswerKind::{Spent, Stopped};
        matches!(self, Self::Nothing(nothing) if matches!(nothing.kind, Spent | Stopped))
    }
}

/// An HTTP answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Header names, in lower case, and values, in the order in which they came.
    pub headers: Vec<(String, String)>,
    /// Body, at most [`BODY_BYTES_MAX`] bytes. Bytes that are not UTF-8 are replaced and `utf8` is false.
    pub body: Arc<str>,
    /// Whether the whole body was UTF-8.
    pub utf8: bool,
    /// The body as it came, where it is no UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "as_base64")]
    pub bytes: Option<Arc<[u8]>>,
    /// The name of the body, where it stands on a line of its own in a journal; none anywhere else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_is: Option<Box<str>>,
    /// Why the body is not whole, when it is not.
    pub cut: Option<Cut>,
    /// What of the head is not written as RFC 9112 has it, and was read all the same; known where the head was seen as bytes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slips: Vec<HeadSlip>,
}

/// What of a head is not written as RFC 9112 has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeadSlip {
    /// A header goes on in a line that begins with a blank (5.2).
    Folded,
    /// There is a blank between the name of a header and its colon (5.1).
    BlankBeforeColon,
    /// More bytes came behind the end of the answer (6.3).
    BytesBehind,
}

impl HeadSlip {
    /// What it is, for people.
    #[must_use]
    pub fn says(self) -> &'static str {
        match self {
            Self::Folded => "a header is folded over several lines, and is read as one (RFC 9112, 5.2)",
            Self::BytesBehind => "bytes came behind the end of the answer (RFC 9112, 6.3)",
            Self::BlankBeforeColon => "a blank stands before the colon of a header, and is passed over (RFC 9112, 5.1)",
        }
    }
}

/// The bytes of all names and values of headers.
#[must_use]
pub fn header_bytes(headers: &[(String, String)]) -> usize {
    headers.iter().map(|(name, value)| name.len() + value.len()).sum()
}

impl Answer {
    /// An answer with a body of the given bytes; those that are no UTF-8 are kept beside the text.
    #[must_use]
    pub fn of(status: u16, headers: Vec<(String, String)>, bytes: Vec<u8>, cut: Option<Cut>) -> Self {
        match String::from_utf8(bytes) {
            Ok(body) => Self {
                status,
                headers,
                body: body.into(),
                utf8: true,
                bytes: None,
                body_is: None,
                cut,
                slips: Vec::new(),
            },
            Err(error) => {
                let bytes = error.into_bytes();
                let body = String::from_utf8_lossy(&bytes).into();
                Self {
                    status,
                    headers,
                    body,
                    utf8: false,
                    bytes: Some(bytes.into()),
                    body_is: None,
                    cut,
                    slips: Vec::new(),
                }
            }
        }
    }

    /// An answer whose body was read as another text than its bytes are as UTF-8.
    #[must_use]
    pub fn read_as(
        status: u16,
        headers: Vec<(String, String)>,
        text: String,
        bytes: Vec<u8>,
        cut: Option<Cut>,
    ) -> Self {
        let same = text.as_bytes() == bytes;
        let bytes = (!same).then(|| bytes.into());
        Self { status, headers, body: text.into(), utf8: same, bytes, body_is: None, cut, slips: Vec::new() }
    }

    /// Whether the body goes on beyond what is read of it, so that its end is missing by our doing.
    #[must_use]
    pub fn goes_on(&self) -> bool {
        self.cut == Some(Cut::TooLong)
    }

    /// The body as it came.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        self.bytes.as_deref().unwrap_or(self.body.as_bytes())
    }

    /// The value of a header, the first where it stands several times.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoAnswer {
    /// Whose doing it is.
    pub kind: NoAnswerKind,
    /// What happened, in words.
    pub says: String,
}

/// Whose doing it is that there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoAnswerKind {
    /// No connection could be made.
    Unreachable,
    /// The connection was cut, or what came was no HTTP.
    Broken,
    /// Nothing came in time.
    Timeout,
    /// A request that went out as bytes was answered by a close.
    Closed,
    /// Nothing came for a request that went out as bytes.
    Silent,
    /// What came for a request that went out as bytes is no HTTP, or not whole.
    Garbled,
    /// The request was not let out.
    Guarded,
    /// The run was stopped while the answer was awaited. The target may have done what was asked for.
    Stopped,
    /// An answer came, and it is not kept.
    Unkept,
    /// The run had had its budget before the request went out.
    Spent,
    /// No WebSocket was asked for any more, since nothing had come over others.
    Mute,
    /// There is no token to call with.
    NoToken,
}

impl Exchange {
    /// A request that was answered at once, in the first second of 1970.
    #[must_use]
    pub fn answered(endpoint: EndpointId, request: Request, answer: Answer) -> Self {
        Self {
            endpoint,
            role: Role::Probe,
            step: 0,
            at_ms: 0,
            took_ms: 0,
            again: 0,
            renewed: false,
            shared: None,
            sent: Sent::Http(request),
            outcome: Outcome::Answer(answer),
        }
    }

    /// The HTTP request, where that is what was sent.
    #[must_use]
    pub fn request(&self) -> Option<&Request> {
        match &self.sent {
            Sent::Http(request) => Some(request),
        }
    }

    /// The value of a parameter of the HTTP request.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.request()?.parameter(name)
    }

    /// The answer, when there is one.
    #[must_use]
    pub fn answer(&self) -> Option<&Answer> {
        match &self.outcome {
            Outcome::Answer(answer) => Some(answer),
            Outcome::Nothing(_) => None,
        }
    }
}

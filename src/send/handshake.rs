//! The handshake of a WebSocket (RFC 6455, section 4), lawful or not.
//!
//! In: a channel, and what the handshake has otherwise than an ordinary one. Out: a conversation that can begin, or the bounded answer that
//! came instead. Whether an answer is right is judged elsewhere.

use std::collections::BTreeSet;

use secrecy::SecretString;

use super::{
    Outgoing,
    converse::Talking,
    framing::{self, Body},
    received,
    said::with_token,
    transport::{Channel, Opened, Received, Transport},
};
use crate::{
    decode::websocket::accept_of,
    model::{
        conversation::{SUBPROTOCOL, Talk},
        exchange::{Answer, Cut, HeadSlip, NoAnswerKind, Outcome},
    },
};

/// The most bytes of the head of an answer.
const HEAD_BYTES_MAX: usize = 64 * 1024;

/// The most headers of an answer.
const HEADERS_MAX: usize = 256;

/// The most bytes of a refusal's body.
const REFUSAL_BYTES_MAX: usize = 1 << 20;

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
    pub(super) fn of(asked: &Outgoing, host: &str, talk: &Talk, key: String, token: Option<&SecretString>) -> Self {
        let headers = &asked.headers;
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
            (name.to_owned(), with_token(value.trim(), token))
        }));
        let key = all.iter().find(|(name, _)| name.eq_ignore_ascii_case("sec-websocket-key"));
        let key = key.map(|(_, value)| value.clone());
        Self { line: (asked.method.clone(), asked.target.clone()), headers: all, key }
    }

    fn to_bytes(&self, version: &str) -> Vec<u8> {
        let (method, target) = &self.line;
        let mut text = format!("{method} {target} {version}\r\n");
        self.headers.iter().for_each(|(name, value)| text.push_str(&format!("{name}: {value}\r\n")));
        text.push_str("\r\n");
        text.into_bytes()
    }
}

/// Asks for a WebSocket.
///
/// # Errors
/// What came instead.
pub(super) async fn opened(
    transport: &dyn Transport,
    opened: Opened,
    handshake: &Handshake,
    talk: &Talk,
) -> Result<Talking, Outcome> {
    let Opened { mut channel, timeout_ms, .. } = opened;
    let version = talk.version.as_deref().unwrap_or("HTTP/1.1");
    if let Err(says) = channel.send(&handshake.to_bytes(version)).await {
        return Err(Outcome::nothing(NoAnswerKind::Broken, says));
    }
    let (answer, rest) = head(transport, channel.as_mut(), timeout_ms).await?;
    if answer.status != 101 {
        return Err(refusal(transport, channel.as_mut(), answer, rest, timeout_ms).await);
    }
    let accept = handshake.key.as_deref();
    let accept = accept.map(|key| answer.header("sec-websocket-accept") == Some(accept_of(key).as_str()));
    Ok(Talking::begin(channel, transport.now_ms(), answer.headers, accept, &rest).await)
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
        match head_of(&bytes) {
            // What is said while the answer is still awaited.
            Ok(Some((interim, end))) if (100..200).contains(&interim.status) && interim.status != 101 => {
                bytes.drain(..end);
                continue;
            }
            Ok(Some((answer, end))) => return Ok((answer, bytes.split_off(end))),
            Ok(None) => {}
            Err(says) => return Err(broken(&says)),
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

/// The head of an answer at the beginning of some bytes, and its length; none where it is not whole.
///
/// # Errors
/// Why it is none.
pub(super) fn head_of(bytes: &[u8]) -> Result<Option<(Answer, usize)>, String> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut response = httparse::Response::new(&mut headers);
    let mut config = httparse::ParserConfig::default();
    config.allow_obsolete_multiline_headers_in_responses(true).allow_spaces_after_header_name_in_responses(true);
    match config.parse_response(&mut response, bytes) {
        Ok(httparse::Status::Complete(end)) => {
            let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
            let headers = response.headers.iter().map(|one| (one.name.to_ascii_lowercase(), text(one.value)));
            let status = response.code.unwrap_or_default();
            let mut answer = Answer::of(status, headers.collect(), Vec::new(), None);
            answer.slips = slips(&bytes[..end]);
            Ok(Some((answer, end)))
        }
        Ok(httparse::Status::Partial) if bytes.len() < HEAD_BYTES_MAX => Ok(None),
        Ok(httparse::Status::Partial) => Err("the head of the answer is longer than 64 KiB".to_owned()),
        Err(error) => Err(format!("what came is no HTTP: {error}")),
    }
}

/// What of a head is not written as RFC 9112 has it.
fn slips(head: &[u8]) -> Vec<HeadSlip> {
    let lines = head.split(|byte| *byte == b'\n').skip(1);
    let slip = |line: &[u8]| match line.first()? {
        b' ' | b'\t' => Some(HeadSlip::Folded),
        _ => {
            let colon = line.iter().position(|byte| *byte == b':')?;
            line[..colon].ends_with(b" ").then_some(HeadSlip::BlankBeforeColon)
        }
    };
    lines.filter_map(slip).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Reads what a refusal has behind its head, as far as it comes.
async fn refusal(
    transport: &dyn Transport,
    channel: &mut dyn Channel,
    head: Answer,
    mut bytes: Vec<u8>,
    timeout_ms: u64,
) -> Outcome {
    let until_ms = transport.now_ms() + i64::try_from(timeout_ms).unwrap_or(i64::MAX / 2);
    let mut ended = false;
    let (body, cut) = loop {
        match framing::body(&head, &bytes, ended) {
            Ok(Body::Whole(body, _)) => break (body, None),
            Ok(Body::More(body)) if bytes.len() > REFUSAL_BYTES_MAX => {
                let says = format!("it is longer than the {REFUSAL_BYTES_MAX} bytes that are read of a refusal");
                break (body, Some(Cut::Unread(says)));
            }
            Ok(Body::More(body)) if ended => break (body, Some(Cut::Broken("it did not come to its end".to_owned()))),
            Ok(Body::More(_)) => {}
            Err(says) => break (Vec::new(), Some(Cut::Broken(says))),
        }
        let left = u64::try_from(until_ms - transport.now_ms()).unwrap_or(0);
        match channel.receive(left).await {
            Received::Bytes(more) => bytes.extend(more),
            _ => ended = true,
        }
    };
    let slips = head.slips;
    Outcome::Answer(Answer { slips, ..received::answer(head.status, head.headers, body, cut) })
}

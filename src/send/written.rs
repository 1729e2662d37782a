//! A request that goes out as the bytes that it is, and what comes back as bytes.
//!
//! In: a request, and how it is written. Out: a bounded [`Outcome`]. Nothing is mended on either way: what comes behind an answer is seen,
//! and so is that nothing came. No answer of this room is taken for one that the network lost, since its bytes show what the target did.

use secrecy::ExposeSecret;

use super::{
    Outgoing, Sender,
    framing::{self, Body},
    handshake, received,
    transport::{Channel, Opened, Received, Transport},
};
use crate::model::{
    exchange::{Answer, BODY_BYTES_MAX, HeadSlip, NoAnswerKind, Outcome},
    written::{RawRequest, pieces},
};

/// For how long more is waited for behind a whole answer, in milliseconds.
const BEHIND_MS: u64 = 200;

/// The most bytes of an answer that are read.
const ANSWER_BYTES_MAX: usize = BODY_BYTES_MAX + (1 << 20);

impl Sender {
    /// Sends a request on a connection of its own, as it is written.
    pub(super) async fn put_written(&self, outgoing: &Outgoing, written: &RawRequest) -> Outcome {
        if let Err(spent) = self.about_to_send(outgoing) {
            return Outcome::Nothing(spent);
        }
        let transport = self.transport.as_ref();
        let opening = if written.below_tls { transport.open_below_tls() } else { transport.open() };
        let outcome = match opening.await {
            Ok(opened) => {
                let patience_ms = match written.cut {
                    true => self.lawful.awaits_cut_ms(),
                    false => opened.timeout_ms.min(self.lawful.hangs_after_ms()),
                };
                exchanged(transport, opened, outgoing, written, patience_ms).await
            }
            Err(nothing) => Outcome::Nothing(nothing),
        };
        self.came(outcome)
    }
}

async fn exchanged(
    transport: &dyn Transport,
    opened: Opened,
    outgoing: &Outgoing,
    written: &RawRequest,
    patience_ms: u64,
) -> Outcome {
    let Opened { mut channel, host, secure, .. } = opened;
    let bytes = match &written.text {
        Some(text) => {
            let token = outgoing.authorization.as_ref().map_or("", |header| header.expose_secret());
            let token = token.strip_prefix("Bearer ").unwrap_or(token);
            match pieces(text) {
                Ok(pieces) => {
                    let origin = format!("{}://{host}", if secure { "https" } else { "http" });
                    pieces.into_iter().flat_map(|piece| piece.bytes(&origin, token)).collect()
                }
                Err(says) => return Outcome::nothing(NoAnswerKind::Guarded, says),
            }
        }
        None => ordinary(outgoing, &host),
    };
    // A target that has refused what it has seen so far need not take the rest.
    let _ = channel.send(&bytes).await;
    match written.below_tls {
        true => shaken(transport, channel.as_mut(), patience_ms).await,
        false => answered(transport, channel.as_mut(), patience_ms, bytes.starts_with(b"HEAD ")).await,
    }
}

/// What comes of what goes out in the place of a handshake of TLS. An alert is as good as a close, which comes with it.
async fn shaken(transport: &dyn Transport, channel: &mut dyn Channel, patience_ms: u64) -> Outcome {
    /// The kinds of records (RFC 8446, 5.1).
    const ALERT: u8 = 21;
    const HANDSHAKE: u8 = 22;
    let until_ms = transport.now_ms() + i64::try_from(patience_ms).unwrap_or(i64::MAX / 2);
    let mut bytes = Vec::new();
    loop {
        match bytes.as_slice() {
            [] => {}
            [ALERT, ..] => return Outcome::nothing(NoAnswerKind::Closed, "an alert of TLS came"),
            [HANDSHAKE, ..] => return garbled("the target goes on with the handshake of TLS"),
            [b'H', ..] => match read(&bytes, false, false) {
                Ok(Some((answer, _))) => return Outcome::Answer(answer),
                Ok(None) => {}
                Err(says) => return garbled(says),
            },
            _ => return garbled("what came is neither TLS nor HTTP"),
        }
        let left_ms = u64::try_from(until_ms - transport.now_ms()).unwrap_or(0);
        match channel.receive(left_ms).await {
            Received::Bytes(more) if bytes.len() < ANSWER_BYTES_MAX => bytes.extend(more),
            Received::Bytes(_) => return garbled("the answer is longer than is read"),
            Received::Nothing if bytes.is_empty() => {
                return Outcome::nothing(NoAnswerKind::Silent, format!("nothing came for {patience_ms} ms"));
            }
            Received::Nothing => return garbled(format!("the answer did not come to its end in {patience_ms} ms")),
            Received::Closed | Received::Broken(_) => {
                return match read(&bytes, true, false) {
                    Ok(Some((answer, _))) if !bytes.is_empty() => Outcome::Answer(answer),
                    _ if bytes.is_empty() => {
                        Outcome::nothing(NoAnswerKind::Closed, "the connection was closed without an answer")
                    }
                    _ => garbled("what came before the connection was closed is neither TLS nor HTTP"),
                };
            }
        }
    }
}

/// A request as any library writes it.
fn ordinary(outgoing: &Outgoing, host: &str) -> Vec<u8> {
    let Outgoing { method, target, headers, authorization, body, .. } = outgoing;
    let mut text = format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\n");
    if let Some(header) = authorization {
        text.push_str(&format!("Authorization: {}\r\n", header.expose_secret()));
    }
    headers.iter().for_each(|(name, value)| text.push_str(&format!("{name}: {value}\r\n")));
    if method == "POST" || !body.is_empty() {
        text.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    text.push_str("Connection: close\r\n\r\n");
    let mut bytes = text.into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

async fn answered(transport: &dyn Transport, channel: &mut dyn Channel, patience_ms: u64, to_head: bool) -> Outcome {
    let until_ms = transport.now_ms() + i64::try_from(patience_ms).unwrap_or(i64::MAX / 2);
    let mut bytes = Vec::new();
    let mut ended = false;
    let (mut answer, length) = loop {
        match read(&bytes, ended, to_head) {
            Ok(Some(whole)) => break whole,
            Ok(None) if bytes.len() < ANSWER_BYTES_MAX => {}
            Ok(None) => return garbled("the answer is longer than is read"),
            Err(says) => return garbled(says),
        }
        let left_ms = u64::try_from(until_ms - transport.now_ms()).unwrap_or(0);
        match channel.receive(left_ms).await {
            Received::Bytes(more) => bytes.extend(more),
            Received::Closed | Received::Broken(_) if bytes.is_empty() => {
                return Outcome::nothing(NoAnswerKind::Closed, "the connection was closed without an answer");
            }
            Received::Closed | Received::Broken(_) => ended = true,
            Received::Nothing if bytes.is_empty() => {
                return Outcome::nothing(NoAnswerKind::Silent, format!("nothing came for {patience_ms} ms"));
            }
            Received::Nothing => return garbled(format!("the answer did not come to its end in {patience_ms} ms")),
        }
    };
    let mut behind = bytes.len() > length;
    if !ended && !behind {
        behind = matches!(channel.receive(BEHIND_MS).await, Received::Bytes(_));
    }
    if behind && answer.status != 101 {
        answer.slips.push(HeadSlip::BytesBehind);
    }
    Outcome::Answer(answer)
}

fn garbled(says: impl Into<String>) -> Outcome {
    Outcome::nothing(NoAnswerKind::Garbled, says)
}

/// The answer, and the number of its bytes; none where more must come.
pub(super) fn read(bytes: &[u8], ended: bool, to_head: bool) -> Result<Option<(Answer, usize)>, String> {
    let early = || "the connection was closed before the answer came to its end".to_owned();
    let mut at = 0;
    let (head, start) = loop {
        match handshake::head_of(&bytes[at..])? {
            None if ended => return Err(early()),
            None => return Ok(None),
            // What is said while a request is still awaited.
            Some((interim, length)) if (100..200).contains(&interim.status) && interim.status != 101 => at += length,
            Some((head, length)) => break (head, at + length),
        }
    };
    let (status, slips) = (head.status, head.slips.clone());
    let whole = |body: Vec<u8>, end: usize| {
        let mut answer = received::answer(status, head.headers.clone(), body, None);
        answer.slips.clone_from(&slips);
        Ok(Some((answer, end)))
    };
    if to_head || matches!(status, 101 | 204 | 304) {
        return whole(Vec::new(), start);
    }
    match framing::body(&head, &bytes[start..], ended)? {
        Body::Whole(body, length) => whole(body, start + length),
        Body::More(_) if ended => Err(early()),
        Body::More(_) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The body and what is left behind it, or a part of what is wrong; nothing where more must come.
    #[track_caller]
    fn check(bytes: &str, ended: bool, to_head: bool, expected: Result<Option<(&str, usize)>, &str>) {
        let read = read(bytes.as_bytes(), ended, to_head);
        let read = read.map(|whole| whole.map(|(answer, length)| (answer.body.to_string(), bytes.len() - length)));
        match expected {
            Ok(expected) => assert_eq!(read, Ok(expected.map(|(body, left)| (body.to_owned(), left))), "{bytes:?}"),
            Err(says) => assert!(read.is_err_and(|fault| fault.contains(says)), "{bytes:?}"),
        }
    }

    #[test]
    fn an_answer_ends_where_its_framing_says() {
        let with = |lines: &str, body: &str| format!("HTTP/1.1 200 OK\r\n{lines}\r\n{body}");
        check(&with("Content-Length: 2\r\n", "ab"), false, false, Ok(Some(("ab", 0))));
        check(&with("Content-Length: 2\r\n", "abc"), false, false, Ok(Some(("ab", 1))));
        check(&with("Content-Length: 2\r\n", "a"), false, false, Ok(None));
        check(&with("Content-Length: 2\r\n", "a"), true, false, Err("before"));
        check(&with("Content-Length: 2\r\n", "ab"), false, true, Ok(Some(("", 2))));
        check(&with("Content-Length: 2\r\nContent-Length: 3\r\n", "ab"), false, false, Err("differ"));
        check(&with("Content-Length: x\r\n", "ab"), false, false, Err("Content-Length"));
        check(&with("", "ab"), false, false, Ok(None));
        check(&with("", "ab"), true, false, Ok(Some(("ab", 0))));
        check(&with("Transfer-Encoding: chunked\r\n", "2;x\r\nab\r\n0\r\n\r\nc"), false, false, Ok(Some(("ab", 1))));
        check(&with("Transfer-Encoding: chunked\r\n", "2\r\nab\r\n"), false, false, Ok(None));
        check(&with("Transfer-Encoding: chunked\r\n", "2\r\nabc\r\n"), false, false, Err("chunk"));
        check(
            &format!("HTTP/1.1 100 Continue\r\n\r\n{}", with("Content-Length: 0\r\n", "")),
            false,
            false,
            Ok(Some(("", 0))),
        );
        check("HTTP/1.1 204 No Content\r\n\r\n", false, false, Ok(Some(("", 0))));
        check("HTTP/1.1 200", false, false, Ok(None));
        check("HTTP/1.1 200", true, false, Err("before"));
        check("ERROR 400\r\n\r\n", false, false, Err("no HTTP"));
    }
}

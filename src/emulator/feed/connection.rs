//! A connection to the emulator as bytes, without a network.
//!
//! In: what the client sent, in any cut. Out: what the emulator sends. First comes the head of a request: of `/nw` it
//! begins a conversation of the feed, anything else is answered by [`Emulator::handle`] and closed. Nothing here waits.

use std::sync::Arc;
use std::time::Duration;

use super::super::appliance::Emulator;
use super::super::http::{BODY_BYTES_MAX, Request, Response};
use super::handshake::{self, Head};
use super::talk::Talk;

/// The most that a head may hold.
const HEAD_BYTES_MAX: usize = 64 << 10;
/// The most headers that are read.
const HEADERS_MAX: usize = 256;

/// A byte connection to the emulator, by which one WebSocket or one HTTP request comes (p. 141). Time is what the emulator's clock
/// takes for it.
pub struct Connection {
    emulator: Arc<Emulator>,
    stage: Stage,
    out: Vec<u8>,
}

enum Stage {
    /// The head, as far as it came.
    Head(Vec<u8>),
    /// A request whose body has so many bytes.
    Body(Request, usize),
    Feed(Box<Talk>),
    Closed,
    /// Closed without what waited to be taken.
    Dropped,
}

impl Emulator {
    /// A new connection. The guide asks for a secure one; the emulator takes both alike, since the bytes within are the same.
    pub fn connect(self: &Arc<Emulator>, _secure: bool) -> Connection {
        Connection { emulator: Arc::clone(self), stage: Stage::Head(Vec::new()), out: Vec::new() }
    }
}

impl Connection {
    /// A connection whose handshake was answered elsewhere.
    pub(in super::super) fn shaken(emulator: Arc<Emulator>) -> Connection {
        let stage = Stage::Feed(Box::new(Talk::new(Arc::clone(&emulator))));
        Connection { emulator, stage, out: Vec::new() }
    }

    /// What the client sent, in any cut.
    pub fn receive(&mut self, bytes: &[u8]) {
        match &mut self.stage {
            Stage::Head(head) => {
                head.extend_from_slice(bytes);
                // A line must end before there is anything new to read.
                if bytes.contains(&b'\n') || head.len() > HEAD_BYTES_MAX {
                    self.head();
                }
            }
            Stage::Body(request, length) => {
                let missing = length.saturating_sub(request.body.len()).min(bytes.len());
                request.body.extend_from_slice(&bytes[..missing]);
                self.body();
            }
            Stage::Feed(talk) => talk.receive(bytes),
            Stage::Closed | Stage::Dropped => {}
        }
    }

    /// What the emulator sends now, by its clock: answers, updates of the model, pongs, closing frames. May be empty, and is asked
    /// for again and again.
    pub fn send(&mut self) -> Vec<u8> {
        let mut out = std::mem::take(&mut self.out);
        if let Stage::Feed(talk) = &mut self.stage {
            out.append(&mut talk.send());
            if talk.is_over() {
                self.stage = Stage::Closed;
            }
        }
        out
    }

    /// Whether the emulator has closed the connection after what `send` gave last.
    pub fn is_closed(&self) -> bool {
        matches!(self.stage, Stage::Closed | Stage::Dropped) && self.out.is_empty()
    }

    /// So many bytes of what `send` gave have not been taken by the client yet. Who takes nothing for long is disconnected (p. 141).
    pub fn waiting(&mut self, bytes: usize) {
        if let Stage::Feed(talk) = &mut self.stage {
            talk.waiting(bytes);
            if talk.is_over() {
                self.stage = Stage::Dropped;
                self.out.clear();
            }
        }
    }

    /// How long it may take until the emulator is asked again for what it sends.
    pub(in super::super) fn tick(&self) -> Duration {
        Duration::from_millis(self.emulator.hub.pace_ms(self.emulator.writer()).unsigned_abs() / 4)
    }

    /// Whether it was closed because its reader made no progress.
    pub(in super::super) fn is_dropped(&self) -> bool {
        matches!(self.stage, Stage::Dropped)
    }

    /// The emulator is shutting down.
    pub(in super::super) fn go_away(&mut self) {
        if let Stage::Feed(talk) = &mut self.stage {
            talk.go_away();
        }
    }

    fn head(&mut self) {
        let Stage::Head(bytes) = &mut self.stage else { return };
        let bytes = std::mem::take(bytes);
        let (head, length) = match read(&bytes) {
            Read::Whole(head, length) => (head, length),
            Read::Part if bytes.len() <= HEAD_BYTES_MAX => {
                self.stage = Stage::Head(bytes);
                return;
            }
            Read::Part => return self.refuse(431, "The head is larger than 64 KiB.\n"),
            Read::Bad => return self.refuse(400, "That is no head of an HTTP request.\n"),
        };
        let rest = bytes.get(length..).unwrap_or_default();
        if head.path() == handshake::PATH {
            return self.shake(&head, rest);
        }
        if head.all("transfer-encoding").next().is_some() {
            return self.refuse(411, "The body needs a Content-Length.\n");
        }
        let length = match head.all("content-length").next() {
            None => 0,
            Some(_) => match head.only("content-length").and_then(|length| length.parse::<usize>().ok()) {
                Some(length) => length,
                None => return self.refuse(400, "The Content-Length is no number.\n"),
            },
        };
        let Head { method, target, headers, .. } = head;
        let target = match target.split_once("://") {
            Some((_, rest)) => rest.find('/').map_or_else(|| "/".to_owned(), |slash| rest[slash..].to_owned()),
            None => target,
        };
        let body = rest[..rest.len().min(length)].to_vec();
        self.stage = Stage::Body(Request { method, target, headers, body }, length);
        self.body();
    }

    fn shake(&mut self, head: &Head, rest: &[u8]) {
        let answer = handshake::shake(head, &self.emulator.readings, &self.emulator.defects);
        let headers = answer.headers.iter().map(|(name, value)| (*name, value.as_str()));
        if answer.status != 101 && !answer.reason.is_empty() {
            return self.write(answer.status, headers, answer.reason.as_bytes(), true);
        }
        let lines: String = headers.map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        self.out.extend_from_slice(
            format!("HTTP/1.1 {} {}\r\n{lines}\r\n", answer.status, phrase(answer.status)).as_bytes(),
        );
        let mut talk = Box::new(Talk::new(Arc::clone(&self.emulator)));
        if !rest.is_empty() {
            talk.receive(rest);
        }
        self.stage = Stage::Feed(talk);
    }

    /// Answers a request whose body is whole, or too large to be read.
    fn body(&mut self) {
        let Stage::Body(request, length) = &mut self.stage else { return };
        if *length > BODY_BYTES_MAX {
            // One byte over the limit is enough to know.
            request.body = vec![0; BODY_BYTES_MAX + 1];
        } else if request.body.len() < *length {
            return;
        }
        let request = std::mem::take(request);
        let Response { status, headers, body } = self.emulator.handle(&request);
        let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        self.write(status, headers, &body, request.method != "HEAD");
    }

    fn refuse(&mut self, status: u16, reason: &str) {
        self.write(status, std::iter::empty(), reason.as_bytes(), true);
    }

    fn write<'a>(
        &mut self,
        status: u16,
        headers: impl Iterator<Item = (&'a str, &'a str)>,
        body: &[u8],
        with_body: bool,
    ) {
        let lines: String = headers.map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let phrase = phrase(status);
        let length = body.len();
        let head =
            format!("HTTP/1.1 {status} {phrase}\r\n{lines}Content-Length: {length}\r\nConnection: close\r\n\r\n");
        self.out.extend_from_slice(head.as_bytes());
        if with_body {
            self.out.extend_from_slice(body);
        }
        self.stage = Stage::Closed;
    }
}

pub(super) enum Read {
    /// A head, and its bytes.
    Whole(Head, usize),
    Part,
    Bad,
}

pub(super) fn read(bytes: &[u8]) -> Read {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut request = httparse::Request::new(&mut headers);
    match request.parse(bytes) {
        Ok(httparse::Status::Complete(length)) if length <= HEAD_BYTES_MAX => {
            let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
            let headers = request.headers.iter().map(|header| (header.name.to_owned(), text(header.value))).collect();
            let (method, target) = (request.method.unwrap_or_default(), request.path.unwrap_or_default());
            let (method, target) = (method.to_owned(), target.to_owned());
            Read::Whole(Head { method, target, minor: request.version.unwrap_or_default(), headers }, length)
        }
        Ok(_) => Read::Part,
        Err(_) => Read::Bad,
    }
}

fn phrase(status: u16) -> &'static str {
    let status = axum::http::StatusCode::from_u16(status).ok();
    status.and_then(|status| status.canonical_reason()).unwrap_or("Unknown")
}

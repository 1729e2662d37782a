//! A connection to the emulator as bytes, without a network.
//!
//! In: what the client sent, in any cut. Out: what the emulator sends. First comes the head of a request: of `/nw` it begins a
//! conversation of the feed, anything else is answered by [`Emulator::handle`], and the connection is closed (p. 7). Nothing here waits.

mod answers;
mod body;
mod echoed;
mod head;
mod life;
mod odd;
mod pump;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::appliance::{Arrival, Emulator};
use super::feed::{Head, PATH, Talk, shake};
use super::http::{Request, Response};
use body::{Body, framed};
use head::{Refusal, host_is_named, refusal};

pub(super) use echoed::ECHOES;
#[cfg(test)]
pub(super) use head::{Read, read};
pub(super) use life::{DEATHS, Life};
pub(super) use odd::{ERRORS, KIND, OTHERS};
pub(super) use pump::carry;

/// A byte connection to the emulator, by which one WebSocket or one HTTP request comes (p. 141). Time is what the emulator's clock
/// takes for it.
pub struct Connection {
    emulator: Arc<Emulator>,
    stage: Stage,
    out: Vec<u8>,
    /// The second request behind the first, which only a defect answers.
    behind: Vec<u8>,
    /// The answer that is carried, where nobody is asked for one.
    known: Option<Response>,
}

enum Stage {
    /// The head, as far as it came.
    Head(Vec<u8>),
    /// A request whose body is not whole.
    Body(Request, Body),
    /// A whole request, what there was when it came, and until when a defect has it wait, in milliseconds since the UNIX epoch. It is
    /// answered when the client is sent something next.
    Whole(Request, Option<Arrival>, i64),
    Feed(Box<Talk>),
    /// Nothing is answered, and nothing closed: only a defect does that.
    Silent,
    Closed,
    /// Closed without what waited to be taken.
    Dropped,
}

impl Emulator {
    /// What comes over a connection where a request is answered so. No call is made, and nothing changes.
    pub fn carries(self: &Arc<Emulator>, bytes: &[u8], answer: &Response) -> Vec<u8> {
        let mut connection = self.connect(true);
        connection.known = Some(answer.clone());
        connection.receive(bytes);
        connection.send()
    }

    /// A new connection. The guide asks for a secure one; the emulator takes both alike, since the bytes within are the same.
    pub fn connect(self: &Arc<Emulator>, _secure: bool) -> Connection {
        let stage = if self.is_dead() { Stage::Dropped } else { Stage::Head(Vec::new()) };
        Connection { emulator: Arc::clone(self), stage, out: Vec::new(), behind: Vec::new(), known: None }
    }
}

impl Connection {
    /// What the client sent, in any cut.
    pub fn receive(&mut self, bytes: &[u8]) {
        match &mut self.stage {
            Stage::Head(head) => {
                head.extend_from_slice(bytes);
                // A line must end, or be too long, before there is anything new to read.
                if bytes.contains(&b'\n') || head.len() > 4 << 10 {
                    self.head();
                }
            }
            Stage::Body(..) => self.body(bytes),
            Stage::Feed(talk) => talk.receive(bytes),
            Stage::Whole(..) | Stage::Silent | Stage::Closed | Stage::Dropped => {}
        }
    }

    /// What the emulator sends now, by its clock: answers, updates of the model, pongs, closing frames. May be empty, and is asked
    /// for again and again.
    pub fn send(&mut self) -> Vec<u8> {
        if matches!(self.stage, Stage::Whole(_, _, until_ms) if until_ms <= self.emulator.clock.now_ms())
            && let Stage::Whole(request, arrival, _) = std::mem::replace(&mut self.stage, Stage::Closed)
        {
            self.answer(&request, arrival);
        }
        if matches!(&self.stage, Stage::Head(head) if head.is_empty()) && self.broken("answers-before-it-is-asked") {
            self.write(200, std::iter::empty(), b"", true);
        }
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

    /// How long it may take until the emulator is asked again for what it sends; none where nothing comes but for what is received.
    fn tick(&self) -> Option<Duration> {
        match &self.stage {
            Stage::Feed(talk) => Some(talk.tick()),
            Stage::Whole(_, _, until_ms) => {
                let left_ms = until_ms - self.emulator.clock.now_ms();
                Some(Duration::from_millis(u64::try_from(left_ms).unwrap_or(0)))
            }
            _ => None,
        }
    }

    /// Whether a request came whole that finds what there was before others which are answered first.
    fn lets_others_go_first(&self) -> bool {
        matches!(self.stage, Stage::Whole(_, Some(_), _))
    }

    /// Whether it was closed because its reader made no progress.
    fn is_dropped(&self) -> bool {
        matches!(self.stage, Stage::Dropped)
    }

    /// The emulator is shutting down. A request that has begun is still answered.
    fn go_away(&mut self) {
        match &mut self.stage {
            Stage::Feed(talk) => talk.go_away(),
            Stage::Head(head) if head.is_empty() => self.stage = Stage::Closed,
            _ => {}
        }
    }

    /// The request took too long to come.
    fn is_too_slow(&mut self) {
        match &self.stage {
            Stage::Head(head) if head.is_empty() => self.stage = Stage::Closed,
            Stage::Head(_) | Stage::Body(..) => {
                let came = match &self.stage {
                    Stage::Body(request, _) => format!("{} ", request.method).into_bytes(),
                    Stage::Head(head) => head.clone(),
                    _ => Vec::new(),
                };
                self.refuse(refusal(408, "The request did not come to its end.\n"), &came)
            }
            Stage::Silent => self.stage = Stage::Closed,
            _ => {}
        }
    }

    fn head(&mut self) {
        let Stage::Head(bytes) = &mut self.stage else { return };
        let bytes = std::mem::take(bytes);
        let (head, length) = match head::read(&bytes, &self.emulator.defects) {
            head::Read::Whole(head, length) => (head, length),
            head::Read::Part if self.broken("head-not-awaited") => {
                return self.write(200, std::iter::empty(), b"", true);
            }
            head::Read::Part => {
                self.stage = Stage::Head(bytes);
                return;
            }
            head::Read::Bad(refusal) => return self.refuse(refusal, &bytes),
        };
        let rest = bytes.get(length..).unwrap_or_default();
        if head.path() == PATH {
            return self.shake(&head, rest);
        }
        match self.begin(head) {
            Ok((request, body)) => {
                self.stage = Stage::Body(request, body);
                self.body(rest);
            }
            Err(refusal) => self.refuse(refusal, &bytes[..length]),
        }
    }

    /// A request whose head is whole, and how its body is framed.
    fn begin(&mut self, head: Head) -> Result<(Request, Body), Refusal> {
        host_is_named(&head, &self.emulator.defects)?;
        let version = ["http-1.0-answered-with-500", "higher-minor-version-answered-with-500"];
        if head.minor == 0 && self.broken(version[0]) || head.minor > 1 && self.broken(version[1]) {
            return Err(refusal(500, "The version is not known.\n"));
        }
        let body = framed(&head, &self.emulator.defects)?;
        for expectation in head.all("expect") {
            if self.broken("every-expectation-refused") {
                return Err(refusal(417, "Nothing can be expected.\n"));
            }
            if !expectation.eq_ignore_ascii_case("100-continue") {
                let status = if self.broken("unknown-expectation-answered-with-500") { 500 } else { 417 };
                return Err(refusal(status, "Nothing but 100-continue can be expected.\n"));
            }
            // Whoever asks in HTTP/1.0 does not know what comes (RFC 9110 10.1.1).
            if head.minor > 0 {
                self.out.extend_from_slice(b"HTTP/1.1 100 Continue\r\n\r\n");
            }
        }
        let Head { method, target, headers, .. } = head;
        Ok((Request { method, target, headers, body: Vec::new() }, body))
    }

    fn broken(&self, what: &str) -> bool {
        self.emulator.defects.has(head::KIND, what)
    }

    fn shake(&mut self, head: &Head, rest: &[u8]) {
        let answer = shake(head, &self.emulator.readings, &self.emulator.defects);
        let headers = answer.headers.iter().map(|(name, value)| (*name, value.as_str()));
        if answer.status != 101 && !answer.reason.is_empty() {
            return self.write(answer.status, headers, answer.reason.as_bytes(), true);
        }
        let lines: String = headers.map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let phrase = answers::phrase(answer.status);
        self.out.extend_from_slice(format!("HTTP/1.1 {} {phrase}\r\n{lines}\r\n", answer.status).as_bytes());
        let mut talk = Box::new(Talk::new(Arc::clone(&self.emulator)));
        if !rest.is_empty() {
            talk.receive(rest);
        }
        self.stage = Stage::Feed(talk);
    }

    /// Takes more of a body. What comes behind it is no part of the request.
    fn body(&mut self, bytes: &[u8]) {
        let Stage::Body(request, body) = &mut self.stage else { return };
        let before = request.body.len();
        match body.take(bytes, &mut request.body, &self.emulator.defects) {
            Ok(true) => {
                let taken = request.body.len() - before;
                self.behind = bytes.get(taken..).unwrap_or_default().to_vec();
                let (arrival, request) = (self.emulator.arrive(), std::mem::take(request));
                let takes_ms = odd::takes_ms(&request, &self.emulator.defects) + self.emulator.takes_ms();
                let until_ms = self.emulator.clock.now_ms() + takes_ms;
                self.stage = Stage::Whole(request, arrival, until_ms);
            }
            Ok(false) if self.emulator.defects.has(body::KIND, "body-not-awaited") => {
                self.stage = Stage::Whole(std::mem::take(request), None, 0);
            }
            Ok(false) => {}
            Err(refusal) => self.refuse(refusal, b""),
        }
    }

    fn answer(&mut self, request: &Request, arrival: Option<Arrival>) {
        if self.emulator.upset.swap(false, Ordering::Relaxed) {
            return self.write(500, std::iter::empty(), b"Out of order.\n", true);
        }
        if !self.behind.is_empty() && self.emulator.defects.has(body::KIND, "bytes-behind-a-body-answered-with-500") {
            return self.write(500, std::iter::empty(), b"What is that?\n", true);
        }
        let mut response = self.known.take().unwrap_or_else(|| self.emulator.handle_since(arrival, request));
        if response.status == 0 {
            self.stage = Stage::Dropped;
            return;
        }
        odd::bend(&mut response, request, &self.emulator.defects);
        echoed::bend(&mut response, request, &self.emulator.defects);
        let Response { status, headers, body } = response;
        let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let with_body = request.method != "HEAD" || self.broken("body-answered-to-head");
        self.write(status, headers, &body, with_body);
        let behind = std::mem::take(&mut self.behind);
        if !behind.is_empty() && self.broken("request-behind-a-request-answered") {
            self.stage = Stage::Head(Vec::new());
            self.receive(&behind);
            if let Stage::Whole(request, arrival, _) = std::mem::replace(&mut self.stage, Stage::Closed) {
                self.answer(&request, arrival);
            }
        }
    }

    /// Refuses what came.
    fn refuse(&mut self, refusal: Refusal, came: &[u8]) {
        if self.broken("refusals-unsettle") {
            self.emulator.upset.store(true, Ordering::Relaxed);
        }
        if self.emulator.defects.has(KIND, "refusals-change-the-site") {
            self.emulator.inner().state.site.company_name.push('!');
        }
        if self.broken("refusals-are-silent") {
            self.stage = Stage::Silent;
            return;
        }
        self.emulator.note_stranger(refusal.status, refusal.reason);
        let (status, text) = answers::refusal(refusal, came, &self.emulator.defects);
        // What is asked by HEAD has no content in its answer, be it a refusal of what else the head says (RFC 9110 9.3.2).
        let with_body = !came.starts_with(b"HEAD ");
        self.write(status, std::iter::empty(), text.as_bytes(), with_body);
        if self.broken("refusals-are-said-twice") {
            self.write(status, std::iter::empty(), text.as_bytes(), with_body);
        }
    }

    fn write<'a>(
        &mut self,
        status: u16,
        headers: impl Iterator<Item = (&'a str, &'a str)>,
        body: &[u8],
        with_body: bool,
    ) {
        let now_ms = self.emulator.clock.now_ms();
        self.out.append(&mut answers::written(status, headers, body, with_body, now_ms, &self.emulator.defects));
        self.stage = Stage::Closed;
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Lab, token_request};

    /// What is answered to bytes that come in pieces of a length.
    fn answered(lab: &Lab, bytes: &[u8], piece: usize) -> String {
        let mut connection = lab.emulator.connect(true);
        let mut out = Vec::new();
        for piece in bytes.chunks(piece) {
            connection.receive(piece);
            out.append(&mut connection.send());
        }
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn a_request_is_answered_in_any_cut() {
        let lab = Lab::new();
        let token = token_request("touchmark", "touchmark-demo-secret");
        let mut raw = format!("POST {} HTTP/1.1\r\nHost: a\r\n", token.target);
        token.headers.iter().for_each(|(name, value)| raw.push_str(&format!("{name}: {value}\r\n")));
        let length = format!("{raw}Content-Length: {}\r\n\r\n", token.body.len());
        let length = [length.as_bytes(), &token.body].concat();
        let chunked = format!("{raw}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n", token.body.len());
        let chunked = [chunked.as_bytes(), &token.body, b"\r\n0\r\n\r\n"].concat();
        for bytes in [&length, &chunked] {
            for piece in [1, 7, 1 << 20] {
                let answer = answered(&lab, bytes, piece);
                assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("access_token"), "{answer}");
                assert!(answer.contains("\r\nDate: Tue, 14 Nov 2023 22:13:20 GMT\r\n"), "{answer}");
            }
        }
    }

    #[test]
    fn what_stands_behind_a_request_is_not_answered() {
        let one = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";
        let answer = answered(&Lab::new(), format!("{one}{one}").as_bytes(), 1 << 20);
        assert_eq!(answer.matches("HTTP/1.1 404 Not Found").count(), 1, "{answer}");
    }

    #[test]
    fn whoever_waits_to_be_asked_for_a_body_is_asked() {
        let head = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n";
        let answer = answered(&Lab::new(), head.as_bytes(), 1 << 20);
        assert_eq!(answer, "HTTP/1.1 100 Continue\r\n\r\n");
        let other = answered(&Lab::new(), head.replace("100-continue", "more").as_bytes(), 1 << 20);
        assert!(other.starts_with("HTTP/1.1 417 Expectation Failed\r\n"), "{other}");
    }
}

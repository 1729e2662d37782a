//! An echo over our own conversations, for Autobahn|Testsuite, which `.ci/autobahn` starts beside it.
//!
//! In: the port of its server, from the environment; without one it talks to a server of its own. Out: every message as it came, and the report that its server then writes.
//! A conversation refuses nothing, since all that a target does is recorded; what RFC 6455 wants refused is refused here. Only the tests
//! have it.

use std::{
    io::{BufRead as _, Read as _, Write as _},
    net::TcpListener,
    ops::ControlFlow,
};

use super::{
    Allowance, Channel, Http, HttpSettings, Outgoing, Performing, Received, Transport,
    converse::Talking,
    handshake::{self, Handshake},
};
use crate::{
    decode::websocket::{Frame, FrameReader, LengthForm, accept_of},
    model::conversation::Talk,
};

/// How long the server may say nothing, in milliseconds.
const SILENCE_MS: u64 = 60_000;

const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

const PROTOCOL: u16 = 1002;
const NOT_UTF8: u16 = 1007;
const TOO_LONG: u16 = 1009;

#[test]
#[expect(clippy::disallowed_methods, reason = "a script says where the server listens")]
fn what_a_server_says_can_be_echoed() {
    let Ok(port) = std::env::var("TOUCHMARK_AUTOBAHN") else { return once() };
    run(&port, async |http| {
        let count: u32 = session(http, "/getCaseCount").await.parse().expect("a number of cases");
        for case in 1..=count {
            session(http, &format!("/runCase?case={case}&agent=client")).await;
        }
        session(http, "/updateReports?agent=client").await;
    });
}

fn run(port: &str, work: impl AsyncFnOnce(&Http)) {
    let settings =
        HttpSettings { base: format!("http://127.0.0.1:{port}"), ca_pem: None, insecure: false, timeout_ms: 10_000 };
    let http = Http::new(&settings).expect("a client");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(work(&http));
}

/// A server that says something in two frames, and then what fails the connection.
fn once() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port().to_string();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a client");
        let mut reader = std::io::BufReader::new(stream.try_clone().expect("a stream"));
        let mut line = String::new();
        while line != "\r\n" {
            line.clear();
            reader.read_line(&mut line).expect("a line");
        }
        let head = format!("HTTP/1.1 101 Yes\r\nSec-WebSocket-Accept: {}\r\n\r\n", accept_of(KEY));
        let frames = [&[0x01, 1, b'h'][..], &[0x80, 1, b'i'], &[0x8b, 0]].concat();
        stream.write_all(&[head.as_bytes(), &frames].concat()).expect("frames");
        let mut frames = FrameReader::default();
        let mut heard = vec![0; 16];
        reader.read_exact(&mut heard).expect("an echo and a close frame");
        frames.push(&heard);
        std::iter::from_fn(|| frames.next_frame()).map(|frame| (frame.opcode, frame.payload)).collect::<Vec<_>>()
    });
    run(&port, async |http| assert_eq!(session(http, "/").await, "hi"));
    let expected = [(1, b"hi".to_vec()), (8, PROTOCOL.to_be_bytes().to_vec())];
    assert_eq!(server.join().expect("an end"), expected);
}

/// Opens a WebSocket and echoes until it ends. The last message.
async fn session(http: &Http, target: &str) -> String {
    let outgoing = Outgoing {
        method: "GET".to_owned(),
        target: target.to_owned(),
        headers: Vec::new(),
        authorization: None,
        body: Vec::new(),
        allowance: Allowance::Budget,
    };
    let mut opened = http.open().await.expect("a connection");
    opened.channel = Box::new(Headed { channel: opened.channel, head: true, behind: Vec::new() });
    let talk = Talk::default();
    let handshake = Handshake::of(&outgoing, &opened.host, &talk, KEY.to_owned(), None);
    let Ok(talking) = handshake::opened(http, opened, &handshake, &talk).await else { panic!("no WebSocket") };
    let mut echo = Echo { talking, kind: None, message: Vec::new(), sound: 0, last: String::new(), closed: false };
    echo.run().await;
    echo.last
}

/// A connection that gives the head of the answer apart from what comes behind it, so that every frame is for the echo.
struct Headed {
    channel: Box<dyn Channel>,
    head: bool,
    behind: Vec<u8>,
}

impl Channel for Headed {
    fn send<'a>(&'a mut self, bytes: &'a [u8]) -> Performing<'a, Result<(), String>> {
        self.channel.send(bytes)
    }

    fn receive(&mut self, within_ms: u64) -> Performing<'_, Received> {
        Box::pin(async move {
            if !self.behind.is_empty() {
                return Received::Bytes(std::mem::take(&mut self.behind));
            }
            let received = self.channel.receive(within_ms).await;
            match received {
                Received::Bytes(mut bytes) if self.head => {
                    if let Some(end) = memchr::memmem::find(&bytes, b"\r\n\r\n") {
                        self.behind = bytes.split_off(end + 4);
                        self.head = false;
                    }
                    Received::Bytes(bytes)
                }
                other => other,
            }
        })
    }
}

struct Echo {
    talking: Talking,
    /// The opcode of the message that has begun.
    kind: Option<u8>,
    message: Vec<u8>,
    /// The count of its bytes that are UTF-8 so far.
    sound: usize,
    last: String,
    closed: bool,
}

impl Echo {
    async fn run(&mut self) {
        let mut over = self.frames().await;
        while let Received::Bytes(bytes) = self.talking.channel.receive(SILENCE_MS).await {
            // Once it was failed nothing is read any more but the end.
            if over.is_continue() {
                self.talking.reader.push(&bytes);
                over = self.frames().await;
            }
        }
    }

    async fn frames(&mut self) -> ControlFlow<()> {
        while let Some(frame) = self.talking.reader.next_frame() {
            if let Err(code) = self.frame(frame).await {
                return self.fail(code).await;
            }
            if self.closed {
                return ControlFlow::Break(());
            }
        }
        match self.talking.reader.too_long() {
            Some(_) => self.fail(TOO_LONG).await,
            None => ControlFlow::Continue(()),
        }
    }

    async fn fail(&mut self, code: u16) -> ControlFlow<()> {
        self.talking.answer(8, &code.to_be_bytes()).await;
        ControlFlow::Break(())
    }

    /// A lawful frame is answered; of any other, the code with which it fails the connection.
    async fn frame(&mut self, frame: Frame) -> Result<(), u16> {
        if frame.rsv != 0 || frame.mask.is_some() {
            return Err(PROTOCOL);
        }
        match (frame.opcode, self.kind) {
            (0, Some(_)) | (1 | 2, None) => self.part(frame).await,
            (8..=10, _) if frame.fin && frame.payload.len() <= 125 => {
                if frame.opcode == 8 {
                    closes(&frame.payload)?;
                    self.closed = true;
                }
                self.talking.frame(frame).await;
                Ok(())
            }
            _ => Err(PROTOCOL),
        }
    }

    async fn part(&mut self, frame: Frame) -> Result<(), u16> {
        let kind = self.kind.unwrap_or(frame.opcode);
        self.message.extend_from_slice(&frame.payload);
        if kind == 1 {
            self.sound += match std::str::from_utf8(&self.message[self.sound..]) {
                Ok(text) => text.len(),
                // A character whose other bytes may still come.
                Err(error) if error.error_len().is_none() && !frame.fin => error.valid_up_to(),
                Err(_) => return Err(NOT_UTF8),
            };
        }
        self.kind = (!frame.fin).then_some(kind);
        if frame.fin {
            let payload = std::mem::take(&mut self.message);
            self.sound = 0;
            self.last = String::from_utf8_lossy(&payload[..payload.len().min(80)]).into_owned();
            let form = LengthForm::shortest(payload.len());
            let mask = Some(self.talking.mask());
            let echo = Frame { fin: true, rsv: 0, opcode: kind, mask, form, payload };
            self.talking.put(&echo.to_bytes()).await;
        }
        Ok(())
    }
}

/// Whether what a close frame says may be said.
fn closes(payload: &[u8]) -> Result<(), u16> {
    match payload {
        [] => Ok(()),
        [high, low, reason @ ..] => match u16::from_be_bytes([*high, *low]) {
            1000..=1003 | 1007..=1011 | 3000..=4999 => std::str::from_utf8(reason).map(|_| ()).map_err(|_| NOT_UTF8),
            _ => Err(PROTOCOL),
        },
        [_] => Err(PROTOCOL),
    }
}

//! Figures of the feed, which `.ci/bench` prints beside their limits: what they are is not judged here, only that there are any.
//!
//! In: an emulator of a program that is measured. Out: lines `figure NAME VALUE` on stderr. Where nobody measures, the same is done in a
//! small way, without a line.

use std::{
    borrow::Cow,
    collections::HashMap,
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;
use tokio::io::AsyncReadExt as _;
use touchmark::{
    decode::{
        model::{Members, ModelMessage, StateModel, text_of},
        websocket::{Frame, FrameReader, LengthForm},
    },
    emulator::Config,
};

use crate::{
    peers::{Asked, forward},
    support::{serve, variable},
};

/// How much is done.
#[derive(Clone, Copy)]
struct Extent {
    /// Rounds of which the best one counts, and lines of each.
    rounds: usize,
    lines: u64,
    clients: usize,
    /// How long clients follow before it is measured. It is measured ten times as long; then one of them reads nothing for as long.
    warm: Duration,
}

impl Extent {
    fn long(self) -> Duration {
        self.warm * 10
    }
}

/// Whether somebody measures.
fn measured() -> bool {
    variable("TOUCHMARK_FIGURES").is_some()
}

fn extent() -> Extent {
    match measured() {
        true => Extent { rounds: 5, lines: 2_000, clients: 30, warm: Duration::from_secs(1) },
        false => Extent { rounds: 1, lines: 20, clients: 3, warm: Duration::from_millis(50) },
    }
}

#[expect(clippy::disallowed_methods, reason = "what is printed by other means is not shown of a test that passes")]
fn figure(name: &str, value: f64) {
    if measured() {
        let _ = writeln!(std::io::stderr(), "figure {name} {value:.2}");
    }
}

#[expect(clippy::disallowed_methods, reason = "a figure is a time")]
fn seconds(work: impl FnOnce()) -> f64 {
    let began = Instant::now();
    work();
    began.elapsed().as_secs_f64()
}

// --- row updates, decoded and applied ---

/// An update as serde_json reads it into a type.
#[derive(Deserialize)]
struct Update<'a> {
    #[serde(borrow, default)]
    insert: Tables<'a>,
    #[serde(borrow, default)]
    update: Tables<'a>,
}

type Tables<'a> = HashMap<Cow<'a, str>, HashMap<Cow<'a, str>, Row<'a>>>;

#[derive(Deserialize)]
#[allow(dead_code, reason = "it is read, which is what is measured")]
struct Row<'a> {
    #[serde(borrow)]
    customer_name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    lsid: Option<Cow<'a, str>>,
    priority: Option<i64>,
    queue_id: Option<u64>,
}

#[test]
fn row_updates_are_decoded_and_applied() {
    let Extent { rounds, lines, .. } = extent();
    let rows = 200;
    let mut text = String::new();
    for line in 0..lines {
        let section = if line < 5 { "insert" } else { "update" };
        let nth = |row: u64| line * rows + row;
        let row = |row| {
            let (id, due_ms) = (9_007_199_254_740_993 + 2 * (nth(row) % 1_000), 1_764_450_000_000 + nth(row) / 10);
            format!("\"{id}\":{{\"customer_name\":\"Load {} at {due_ms}\"}}", nth(row) % 1_000)
        };
        let all: Vec<String> = (0..rows).map(row).collect();
        let all = all.join(",");
        text.push_str(&format!("{{\"type\":\"model_update\",\"{section}\":{{\"support_session\":{{{all}}}}}}}\n"));
    }
    // In frames as the emulator's.
    let parts = text.split_inclusive('\n').flat_map(|line| line.as_bytes().chunks(4 << 10));
    let bytes: Vec<u8> = parts.flat_map(|part| frame(part, None)).collect();
    let least = |work: &dyn Fn()| (0..rounds).map(|_| seconds(work)).fold(f64::MAX, f64::min);
    let ours = least(&|| applied(&bytes));
    let typed = least(&|| {
        let read = text.lines().map(|line| serde_json::from_str::<Update<'_>>(line).expect("an update"));
        let count: usize =
            read.map(|one| one.insert.values().chain(one.update.values()).map(HashMap::len).sum::<usize>()).sum();
        assert_eq!(count as u64, lines * rows);
    });
    figure("rows", (lines * rows) as f64 / ours);
    figure("rows_by_serde_json", typed / ours);
}

/// Frames to messages, messages to lines, lines to rows.
fn applied(bytes: &[u8]) {
    let (mut reader, mut stream, mut model) = (FrameReader::default(), Vec::new(), StateModel::new(64 << 20));
    for piece in bytes.chunks(16 << 10) {
        reader.push(piece);
        while let Some(frame) = reader.next_frame() {
            stream.extend_from_slice(&frame.payload);
            if !frame.payload.ends_with(b"\n") {
                continue;
            }
            let line = std::str::from_utf8(&stream).expect("UTF-8").trim_end();
            let members: Members<'_> = serde_json::from_str(line).expect("an object");
            let kind = members.get("type").and_then(text_of).expect("a type");
            let message = ModelMessage::read(&kind, &members).expect("rows").expect("a message of the model");
            model.apply(&message).expect("a model that fits");
            stream.clear();
        }
    }
    assert_eq!(model.len(), 1_000);
}

fn frame(payload: &[u8], mask: Option<[u8; 4]>) -> Vec<u8> {
    let form = LengthForm::shortest(payload.len());
    Frame { fin: true, rsv: 0, opcode: 2, mask, form, payload: payload.to_vec() }.to_bytes()
}

// --- thirty clients ---

#[test]
fn thirty_clients_follow_a_feed_under_load() {
    let served = serve(Config::demo());
    served.emulator.load_feed(1_000);
    let own = format!("{} self", served.base.trim_start_matches("http://"));
    // Address and process of an emulator that makes load.
    let feed = variable("TOUCHMARK_FIGURES").unwrap_or(own);
    let (address, process) = feed.split_once(' ').expect("an address and a process");
    let (token, extent) = (token(address), extent());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut lags: Vec<i64> = runtime.block_on(async {
        let mut clients: Vec<_> =
            (0..extent.clients).map(|_| tokio::spawn(follow(connect(address, &token), extent))).collect();
        pause(extent.warm).await;
        let before = processor_s(process);
        pause(extent.long()).await;
        figure("processor", (processor_s(process) - before) / extent.long().as_secs_f64());
        if let Some(last) = clients.pop() {
            last.abort();
        }
        // Its place is free once the emulator has seen it go.
        pause(extent.warm).await;
        let before = memory_kib(process);
        let stalled = connect(address, &token);
        pause(extent.long()).await;
        figure("stalled_mib", memory_kib(process).saturating_sub(before) as f64 / 1024.0);
        drop(stalled);
        let mut lags = Vec::new();
        for client in clients {
            lags.extend(client.await.expect("a client that follows"));
        }
        lags
    });
    assert!(!lags.is_empty(), "no update came");
    lags.sort_unstable();
    let at = |share: f64| lags[(lags.len().saturating_sub(1) as f64 * share) as usize] as f64;
    figure(
        "updates",
        lags.len() as f64 / (extent.clients - 1) as f64 / (extent.long() * 2 + extent.warm).as_secs_f64(),
    );
    figure("lag_p50_ms", at(0.5));
    figure("lag_p99_ms", at(0.99));
}

#[expect(clippy::disallowed_methods, reason = "a figure is a time")]
async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}

/// How late each row update came, in milliseconds: the name of a customer ends in when it was due.
#[expect(clippy::disallowed_methods, reason = "a figure is a time")]
async fn follow(stream: TcpStream, extent: Extent) -> Vec<i64> {
    stream.set_nonblocking(true).expect("a stream that does not block");
    let mut stream = tokio::net::TcpStream::from_std(stream).expect("a stream");
    let (mut piece, mut lags, began) = (vec![0; 64 << 10], Vec::new(), Instant::now());
    while began.elapsed() < extent.long() * 2 + extent.warm * 2 {
        let length = stream.read(&mut piece).await.expect("bytes");
        assert!(length > 0, "it was disconnected");
        if began.elapsed() < extent.warm {
            continue;
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_millis();
        for at in memchr::memmem::find_iter(&piece[..length], b" at 1") {
            let due = piece[..length].get(at + 4..at + 17).and_then(|due| std::str::from_utf8(due).ok());
            // One that is cut is not counted.
            lags.extend(due.and_then(|due| due.parse::<i64>().ok()).map(|due| now as i64 - due));
        }
    }
    lags
}

fn token(address: &str) -> String {
    let basic = STANDARD.encode("touchmark:touchmark-demo-secret");
    let body = b"grant_type=client_credentials".to_vec();
    let headers = [
        ("host", address.to_owned()),
        ("authorization", format!("Basic {basic}")),
        ("content-type", "application/x-www-form-urlencoded".to_owned()),
        ("content-length", body.len().to_string()),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value)).into();
    let asked = Asked { method: "POST".to_owned(), target: "/oauth2/token".to_owned(), headers, body };
    let answer: serde_json::Value = serde_json::from_slice(&forward(address, &asked).body).expect("JSON");
    answer["access_token"].as_str().expect("a token").to_owned()
}

/// A client that has subscribed to sessions.
fn connect(address: &str, token: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).expect("a connection");
    let handshake = format!(
        "GET /nw HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: ingredi%20state%20api\r\n\r\n"
    );
    stream.write_all(handshake.as_bytes()).expect("a request");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).expect("an answer");
        head.extend(byte);
    }
    let authenticate = format!("{{\"type\":\"authenticate\",\"credentials\":{{\"bearer_token\":\"{token}\"}}}}\n");
    for message in [authenticate.as_str(), "{\"type\":\"subscribe\",\"tables\":[\"support_session\"]}\n"] {
        stream.write_all(&frame(message.as_bytes(), Some([0; 4]))).expect("a message");
    }
    stream
}

/// The seconds that a process has had of a processor, by the hundredths that the kernel counts.
fn processor_s(process: &str) -> f64 {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).expect("a process");
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    [11, 12].map(|at| fields[at].parse::<f64>().expect("a number")).iter().sum::<f64>() / 100.0
}

fn memory_kib(process: &str) -> u64 {
    let text = fs::read_to_string(format!("/proc/{process}/status")).expect("a process");
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

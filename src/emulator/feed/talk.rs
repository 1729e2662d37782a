//! A conversation of the feed after its handshake (pp. 141-144): who somebody is, what they want, and updates.
//!
//! In: bytes of WebSocket frames in any cut, and the time. Out: bytes of frames. Messages of the client are put together
//! from WebSocket messages and end in a newline. Nothing here waits or is on a network.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tungstenite::Message;
use tungstenite::protocol::frame::coding::CloseCode;

use super::super::appliance::Emulator;
use super::frames::{self, Incoming};
use super::hub::Known;
use super::phases::{self, authenticate, authenticated, subscribe, subscribed};
use super::seats::Seat;
use super::socket::{Heard, Socket};
use super::write::{self, line, truncation};

/// The most that a frame and a message of the client may hold.
const MESSAGE_BYTES_MAX: usize = 1 << 20;
/// The most that one WebSocket message of ours holds; a longer one is cut (p. 143).
const PART_BYTES: usize = 4 << 10;
/// How long the end of a connection may take that we closed.
const CLOSING_MS: i64 = 5_000;
/// How long a reader may make no progress, once so many bytes wait.
const STALLED_MS: i64 = 30_000;
const WAITING_BYTES: u64 = 1 << 20;

#[derive(Debug)]
enum Phase {
    /// Nobody knows who it is.
    Stranger,
    /// It has authenticated.
    Authenticated,
    Following(Follower),
    /// We closed it then, and wait for the other side.
    Closing(i64),
    /// Nothing comes any more.
    Over,
}

#[derive(Debug)]
struct Follower {
    known: Known,
    seat: Option<Seat>,
    /// When it began.
    since_ms: i64,
    /// Whether the processes have started anew for it.
    restarted: bool,
    /// When it was given something last.
    updated_ms: Option<i64>,
    /// When it took something last.
    progress_ms: i64,
    /// The bytes that it had not taken then.
    left: usize,
}

impl Follower {
    fn new(known: Known, seat: Option<Seat>, since_ms: i64) -> Follower {
        Follower { known, seat, since_ms, restarted: false, updated_ms: None, progress_ms: since_ms, left: 0 }
    }
}

pub(crate) struct Talk {
    emulator: Arc<Emulator>,
    socket: Socket,
    phase: Phase,
    /// The beginning of a message whose newline has not come.
    unfinished: Vec<u8>,
    /// Whether something was said that has not gone out.
    said: bool,
    /// Whether the other side closed first.
    closed_first: bool,
    incoming: Incoming,
}

impl Talk {
    pub(in super::super) fn new(emulator: Arc<Emulator>) -> Talk {
        let socket = Socket::new(MESSAGE_BYTES_MAX, emulator.defects.has(frames::KIND, "unmasked-accepted"));
        Talk {
            emulator,
            socket,
            phase: Phase::Stranger,
            unfinished: Vec::new(),
            said: false,
            closed_first: false,
            incoming: Incoming::default(),
        }
    }

    /// What came.
    pub(in super::super) fn receive(&mut self, bytes: &[u8]) {
        let fixed = if self.emulator.defects.any() { self.incoming.fix(bytes, &self.emulator.defects) } else { None };
        if self.emulator.defects.any() && fixed.is_none() {
            return self.fail(CloseCode::Protocol, "The frame is not valid");
        }
        self.socket.push(fixed.as_deref().unwrap_or(bytes));
        while !matches!(self.phase, Phase::Over) {
            match self.socket.next() {
                Heard::Message(message) => self.hear(&message.into_data()),
                Heard::Close => self.closed_first |= !matches!(self.phase, Phase::Closing(_)),
                Heard::Nothing => return,
                Heard::Wrong(code, reason) => self.fail(code, reason),
                Heard::End => self.phase = Phase::Over,
            }
        }
    }

    /// What goes out now.
    pub(in super::super) fn send(&mut self) -> Vec<u8> {
        let now_ms = self.emulator.clock.now_ms();
        match &self.phase {
            Phase::Following(_) => self.follow(now_ms),
            Phase::Closing(since_ms) if now_ms.saturating_sub(*since_ms) >= CLOSING_MS => self.phase = Phase::Over,
            _ => {}
        }
        self.said = false;
        let out = self.socket.take();
        if self.emulator.defects.any() { frames::bend(out, self.closed_first, &self.emulator.defects) } else { out }
    }

    /// So many bytes of what was sent have not been taken. A reader that takes nothing for long is dropped.
    pub(in super::super) fn waiting(&mut self, left: usize) {
        let emulator = Arc::clone(&self.emulator);
        let now_ms = emulator.clock.now_ms();
        let Phase::Following(follower) = &mut self.phase else { return };
        emulator.look(now_ms);
        if left == 0 || left < follower.left {
            follower.progress_ms = now_ms;
        }
        follower.left = left;
        let behind = emulator.hub.behind(&follower.known).saturating_add(left as u64);
        if behind > WAITING_BYTES && now_ms.saturating_sub(follower.progress_ms) >= STALLED_MS {
            self.phase = Phase::Over;
        }
    }

    /// The emulator ends, or somebody else wants it to.
    pub(in super::super) fn go_away(&mut self) {
        self.close(CloseCode::Away, "The appliance is shutting down");
    }

    /// How long it may take until it is asked again for what it sends.
    pub(in super::super) fn tick(&self) -> Duration {
        Duration::from_millis(self.emulator.hub.pace_ms(self.emulator.writer()).unsigned_abs() / 4)
    }

    pub(in super::super) fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Over) && !self.emulator.defects.has(frames::KIND, "left-open-after-close")
    }

    /// A part of the client's messages.
    fn hear(&mut self, bytes: &[u8]) {
        if self.broken("parts-not-put-together") {
            return self.message(bytes);
        }
        let mut whole = std::mem::take(&mut self.unfinished);
        whole.extend_from_slice(bytes);
        // Only what came now is looked through.
        let Some(end) = bytes.iter().rposition(|byte| *byte == b'\n') else {
            self.unfinished = whole;
            return self.bound();
        };
        self.unfinished = whole.split_off(whole.len() - bytes.len() + end + 1);
        for message in whole.split_inclusive(|byte| *byte == b'\n') {
            if matches!(self.phase, Phase::Closing(_) | Phase::Over) {
                return;
            }
            if !message.trim_ascii().is_empty() {
                self.message(message);
            }
            if self.broken("second-message-lost") {
                break;
            }
        }
        self.bound();
    }

    /// A message without an end is not kept.
    fn bound(&mut self) {
        if self.unfinished.len() > MESSAGE_BYTES_MAX {
            self.close(CloseCode::Size, "The message is too large");
            self.unfinished = Vec::new();
        }
    }

    /// A message of the client, in whatever phase it comes.
    fn message(&mut self, message: &[u8]) {
        let lossy = self.emulator.defects.has(frames::KIND, "invalid-utf-8-accepted");
        let read = match lossy {
            true => serde_json::from_str(&String::from_utf8_lossy(message)),
            false => serde_json::from_slice(message),
        };
        let Ok(Value::Object(message)) = read else {
            if self.broken("malformed-json-ignored") {
                return;
            }
            return self.close(CloseCode::Invalid, "The message is no JSON object");
        };
        if self.said && self.broken("back-to-back-not-understood") {
            return;
        }
        let kind = message.get("type").and_then(Value::as_str);
        let early = matches!(self.phase, Phase::Stranger) && self.broken("subscribe-before-authenticate-accepted");
        match (kind, &self.phase) {
            (Some("authenticate"), Phase::Stranger) => self.authenticated(authenticate(&self.emulator, &message).err()),
            (Some("authenticate"), _) => self.authenticated(Some("The connection is authenticated already")),
            (Some("subscribe"), Phase::Stranger) if !early => {
                self.subscribed(Some("The connection is not authenticated"));
            }
            (Some("subscribe"), Phase::Authenticated | Phase::Stranger) => match subscribe(&self.emulator, &message) {
                Ok((known, seat)) => {
                    let since_ms = self.emulator.clock.now_ms();
                    self.phase = Phase::Following(Follower::new(known, seat, since_ms));
                    if self.broken("updates-before-the-response") {
                        self.follow(since_ms);
                    }
                    self.subscribed(None);
                }
                Err(reason) => self.subscribed(Some(reason)),
            },
            (Some("subscribe"), _) => self.subscribed(Some("The connection is subscribed already")),
            _ if self.broken("unknown-type-ignored") => {}
            _ => self.close(CloseCode::Policy, "There is no such type of message"),
        }
    }

    /// What changed since the last time, at most ten times a second.
    fn follow(&mut self, now_ms: i64) {
        let Phase::Following(follower) = &mut self.phase else { return };
        follower.progress_ms = now_ms;
        let limits = |what: &str| self.emulator.defects.has("feed/limits", what);
        let was_still = follower.seat.as_ref().is_some_and(|seat| seat.ready(now_ms));
        let others_still = self.emulator.hub.seats.others_are_still(follower.seat.as_ref(), now_ms);
        if others_still && limits("stalled-reader-blocks-all") {
            return;
        }
        let pace_ms = self.emulator.hub.pace_ms(self.emulator.writer());
        if follower.updated_ms.is_some_and(|updated_ms| now_ms.saturating_sub(updated_ms) < pace_ms) {
            return;
        }
        if !follower.restarted && self.emulator.restarts_after(now_ms.saturating_sub(follower.since_ms)) {
            follower.restarted = true;
            if self.emulator.defects.has(write::KIND, "truncated-and-rows-kept") {
                return self.put(&truncation());
            }
            self.emulator.restart_model();
        }
        self.emulator.look(now_ms);
        match self.emulator.hub.next(self.emulator.writer(), &mut follower.known) {
            Ok(messages) => {
                let lost = others_still && limits("stalled-reader-costs-others-updates")
                    || was_still && limits("stalled-reader-misses-updates");
                if messages.is_empty() || lost {
                    return;
                }
                follower.updated_ms = Some(now_ms);
                messages.iter().for_each(|message| self.put(message));
            }
            Err(_) => self.phase = Phase::Over,
        }
    }

    fn authenticated(&mut self, refusal: Option<&'static str>) {
        if let Some(answer) = authenticated(&self.emulator, refusal) {
            self.say(&answer);
        }
        match refusal {
            None => self.phase = Phase::Authenticated,
            Some(_) if self.broken("left-open-after-refusal") => {}
            Some(reason) => self.close(CloseCode::Policy, reason),
        }
    }

    fn subscribed(&mut self, refusal: Option<&'static str>) {
        if let Some(answer) = subscribed(&self.emulator, refusal) {
            self.say(&answer);
        }
        if let Some(reason) = refusal.filter(|_| !self.broken("left-open-after-refusal")) {
            self.close(CloseCode::Policy, reason);
        }
    }

    fn broken(&self, what: &str) -> bool {
        self.emulator.defects.has(phases::KIND, what)
    }

    fn say(&mut self, message: &Value) {
        self.said = true;
        self.put(&line(message));
    }

    /// A message with its newline, in as many parts as it takes. All that we send is binary (p. 141).
    fn put(&mut self, message: &[u8]) {
        let length = message.len() - usize::from(self.broken("no-newline"));
        for part in message[..length].chunks(PART_BYTES) {
            self.socket.send(Message::Binary(part.to_vec().into()));
        }
    }

    /// Closes, and waits for the other side to do the same.
    fn close(&mut self, code: CloseCode, reason: &'static str) {
        self.socket.close(code, reason);
        self.phase = Phase::Closing(self.emulator.clock.now_ms());
    }

    /// Fails the connection (RFC 6455 7.1.7): nothing more is read.
    fn fail(&mut self, code: CloseCode, reason: &'static str) {
        self.socket.close(code, reason);
        self.phase = Phase::Over;
    }
}

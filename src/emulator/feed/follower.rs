//! A client that follows the feed, and keeps a copy of its model. Only tests use it.
//!
//! In: what the emulator sends. Out: the model, or a failure where a message does not fit what is known.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::sync::Arc;

use serde_json::{Value, json};
use tungstenite::protocol::Role;
use tungstenite::{Message, WebSocket};

use super::super::testing::{HANDSHAKE, START_S, body, request, token_request};
use super::super::{Clock, Config, Connection, Emulator};

#[derive(Default)]
pub(super) struct Ends {
    from_server: Vec<u8>,
    to_server: Vec<u8>,
}

impl Read for Ends {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.from_server.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let taken = self.from_server.len().min(buffer.len());
        buffer[..taken].copy_from_slice(&self.from_server[..taken]);
        self.from_server.drain(..taken);
        Ok(taken)
    }
}

impl Write for Ends {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.to_server.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An emulator, and a client that follows it.
pub(super) struct Follower {
    pub(super) emulator: Arc<Emulator>,
    pub(super) clock: Clock,
    pub(super) connection: Connection,
    pub(super) socket: WebSocket<Ends>,
    /// How the client's frames are cut on their way.
    pub(super) cut: usize,
    pub(super) tables: BTreeMap<String, BTreeMap<String, Value>>,
    pub(super) parts: Vec<usize>,
}

impl Follower {
    pub(super) fn of(config: Config) -> Follower {
        let clock = Clock::manual(START_S * 1000);
        let emulator = Arc::new(Emulator::new(config, clock.clone()));
        Follower::at(&emulator, &clock)
    }

    pub(super) fn at(emulator: &Arc<Emulator>, clock: &Clock) -> Follower {
        let mut connection = emulator.connect(true);
        connection.receive(HANDSHAKE.as_bytes());
        let answer = connection.send();
        assert!(answer.starts_with(b"HTTP/1.1 101 ") && answer.ends_with(b"\r\n\r\n"));
        let socket = WebSocket::from_raw_socket(Ends::default(), Role::Client, None);
        let (emulator, clock) = (Arc::clone(emulator), clock.clone());
        Follower { emulator, clock, connection, socket, cut: usize::MAX, tables: BTreeMap::new(), parts: Vec::new() }
    }

    pub(super) fn token(&self, account: &str) -> String {
        let secret = if account == "touchmark" { "touchmark-demo-secret".into() } else { format!("{account}-secret") };
        let answer = self.emulator.handle(&token_request(account, &secret));
        let json: Value = serde_json::from_slice(&answer.body).expect("JSON");
        json["access_token"].as_str().expect("a token").to_owned()
    }

    pub(super) fn command(&self, query: &str) -> String {
        let bearer = format!("Bearer {}", self.token("touchmark"));
        let headers = [("authorization", bearer.as_str())];
        body(&self.emulator.handle(&request("GET", &format!("/api/command?{query}"), &headers, "")))
    }

    pub(super) fn deliver(&mut self) {
        let sent = std::mem::take(&mut self.socket.get_mut().to_server);
        sent.chunks(self.cut.min(sent.len().max(1))).for_each(|part| self.connection.receive(part));
    }

    pub(super) fn give(&mut self, message: Message) {
        self.socket.send(message).expect("a message");
        self.deliver();
    }

    pub(super) fn say(&mut self, message: &Value) {
        self.give(Message::text(format!("{message}\n")));
    }

    /// Every message that comes now, and the code of a closing frame.
    pub(super) fn hear(&mut self) -> (Vec<Value>, Option<u16>) {
        let bytes = self.connection.send();
        self.socket.get_mut().from_server.extend(bytes);
        let (mut text, mut closed) = (Vec::new(), None);
        loop {
            match self.socket.read() {
                Ok(Message::Binary(part)) => {
                    self.parts.push(part.len());
                    text.extend_from_slice(&part);
                }
                Ok(Message::Close(frame)) => closed = Some(frame.map_or(1005, |frame| u16::from(frame.code))),
                Ok(Message::Pong(payload)) => text.extend_from_slice(&payload),
                Ok(other) => panic!("{other:?}"),
                Err(_) => break,
            }
        }
        let text = String::from_utf8(text).expect("UTF-8");
        assert!(text.is_empty() || text.ends_with('\n'), "{text}");
        (text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect(), closed)
    }

    pub(super) fn authenticate(&mut self) {
        let token = self.token("touchmark");
        self.say(&json!({ "type": "authenticate", "credentials": { "bearer_token": token } }));
        assert_eq!(self.hear(), (vec![json!({ "type": "authenticate_response", "success": true })], None));
    }

    pub(super) fn subscribe(&mut self, tables: Value) {
        self.authenticate();
        self.say(&json!({ "type": "subscribe", "tables": tables }));
        let (messages, closed) = self.hear();
        let now_s = self.clock.now_ms() / 1000;
        let answer = json!({ "type": "subscribe_response", "timestamp": now_s, "success": true });
        assert_eq!((messages.first(), closed), (Some(&answer), None));
        messages.iter().skip(1).for_each(|message| self.apply(message));
    }

    /// Takes over what a message changes, which must fit what is known.
    fn apply(&mut self, message: &Value) {
        if message["type"] == "truncate_model" {
            self.tables.clear();
            return;
        }
        assert_eq!(message["type"], "model_update", "{message}");
        let each = |section: &str| message[section].as_object().cloned().unwrap_or_default().into_iter();
        for (table, rows) in each("insert") {
            for (id, row) in rows.as_object().expect("rows") {
                assert!(id.parse::<u64>().is_ok_and(|number| number.to_string() == *id), "{id}");
                assert!(
                    self.tables.entry(table.clone()).or_default().insert(id.clone(), row.clone()).is_none(),
                    "{id}"
                );
            }
        }
        for (table, rows) in each("update") {
            for (id, row) in rows.as_object().expect("rows") {
                let known = self.tables.get_mut(&table).and_then(|rows| rows.get_mut(id)).expect("a known row");
                for (field, value) in row.as_object().expect("a row") {
                    assert_ne!(known[field], *value, "{table} {field}");
                    known[field] = value.clone();
                }
            }
        }
        for (table, ids) in each("delete") {
            for id in ids.as_array().expect("ids") {
                let rows = self.tables.get_mut(&table).expect("a known table");
                assert!(rows.remove(id.as_str().expect("a text")).is_some(), "{table} {id}");
            }
        }
    }

    pub(super) fn wait(&mut self, ms: i64) -> usize {
        self.clock.advance(ms);
        let (messages, closed) = self.hear();
        assert_eq!(closed, None);
        messages.iter().for_each(|message| self.apply(message));
        self.check_keys();
        messages.len()
    }

    pub(super) fn rows(&self, table: &str) -> usize {
        self.tables.get(table).map_or(0, BTreeMap::len)
    }

    pub(super) fn one(&self, table: &str, field: &str, value: &str) -> (&String, &Value) {
        let rows = self.tables.get(table).unwrap_or_else(|| panic!("no {table}"));
        rows.iter().find(|(_, row)| row[field] == *value).unwrap_or_else(|| panic!("no {table} of {value}"))
    }

    /// Every key refers to a row.
    pub(super) fn check_keys(&self) {
        let tables = [
            ("queue_id", "queue"),
            ("primary_team_queue_id", "queue"),
            ("representative_id", "representative"),
            ("support_session_id", "support_session"),
            ("presentation_session_id", "presentation_session"),
        ];
        for (table, rows) in &self.tables {
            for (id, row) in rows {
                for (field, of) in tables {
                    if let Some(key) = row.get(field).filter(|key| !key.is_null()) {
                        let found = self.tables.get(of).is_some_and(|rows| rows.contains_key(&key.to_string()));
                        assert!(found, "{table} {id} {field} {key}");
                    }
                }
            }
        }
    }
}

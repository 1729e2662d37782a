//! What the tests of the other rooms have in common: a demo emulator, its clock, and tokens of its accounts.
//!
//! In: raw requests. Out: raw answers. Only tests use it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Clock, Config, Connection, Defect, Emulator, Readings, Request, Response};

/// A request for the feed.
pub(crate) const HANDSHAKE: &str = "GET /nw HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\
    Sec-WebSocket-Protocol: ingredi%20state%20api\r\n\r\n";

/// When the tests begin.
pub(crate) const START_S: i64 = 1_700_000_000;

pub(crate) struct Lab {
    pub(crate) emulator: Arc<Emulator>,
    pub(crate) clock: Clock,
    tokens: RefCell<BTreeMap<String, String>>,
}

impl Lab {
    pub(crate) fn new() -> Lab {
        Lab::of(Config::demo())
    }

    /// A demo emulator with other readings.
    pub(crate) fn reading(readings: &[&str]) -> Lab {
        let readings = readings.iter().map(|text| Readings::parse(text).expect("a reading")).collect();
        Lab::of(Config { readings, ..Config::demo() })
    }

    pub(crate) fn with(defect: Defect) -> Lab {
        Lab::of(Config { defects: vec![defect], ..Config::demo() })
    }

    pub(crate) fn of(config: Config) -> Lab {
        let clock = Clock::manual(START_S * 1000);
        Lab { emulator: Arc::new(Emulator::new(config, clock.clone())), clock, tokens: RefCell::default() }
    }

    /// GET /api/command as the full account: the answer's body.
    pub(crate) fn get(&self, query: &str) -> String {
        body(&self.send("touchmark", "GET", query))
    }

    /// A command that came before another one was answered, and is answered after it.
    pub(crate) fn overtaken(&self, by: &str, query: &str) -> Response {
        let arrival = self.emulator.arrive();
        self.get(by);
        let bearer = format!("Bearer {}", self.token("touchmark"));
        let headers = [("host", "support.example.com:8443"), ("authorization", bearer.as_str())];
        self.emulator.handle_since(arrival, &request("GET", &format!("/api/command?{query}"), &headers, ""))
    }

    /// GET /api/reporting as the full account: the answer's body.
    pub(crate) fn report(&self, query: &str) -> String {
        body(&self.ask("touchmark", "GET", query))
    }

    /// A report by an account.
    pub(crate) fn ask(&self, account: &str, method: &str, query: &str) -> Response {
        self.at(account, "/api/reporting", method, query)
    }

    /// A command by an account. A POST has its parameters in a form body.
    pub(crate) fn send(&self, account: &str, method: &str, query: &str) -> Response {
        self.at(account, "/api/command", method, query)
    }

    /// A request of the Configuration API, or of any other path, by an account.
    pub(crate) fn config(&self, account: &str, method: &str, target: &str, json: &str) -> Response {
        let known = self.tokens.borrow().get(account).cloned();
        let token = known.unwrap_or_else(|| self.token(account));
        self.tokens.borrow_mut().insert(account.to_owned(), token.clone());
        let bearer = format!("Bearer {token}");
        let headers = [("host", "support.example.com:8443"), ("authorization", bearer.as_str())];
        self.emulator.handle(&request(method, target, &headers, json))
    }

    /// What the feed sends at first to an account that subscribes to all tables, and the connection to ask for more.
    pub(crate) fn feed(&self, account: &str) -> (Vec<u8>, Connection) {
        let messages = [
            serde_json::json!({ "type": "authenticate", "credentials": { "bearer_token": self.token(account) } }),
            serde_json::json!({ "type": "subscribe", "tables": "all" }),
        ];
        let mut connection = self.emulator.connect(true);
        connection.receive(HANDSHAKE.as_bytes());
        for message in messages {
            let text = format!("{message}\n");
            // A masked frame whose mask changes nothing.
            let length = u8::try_from(text.len()).unwrap_or(0);
            assert!(length > 0 && length < 126, "{text}");
            connection.receive(&[0x81, 0x80 | length, 0, 0, 0, 0]);
            connection.receive(text.as_bytes());
        }
        (connection.send(), connection)
    }

    fn at(&self, account: &str, path: &str, method: &str, query: &str) -> Response {
        let token = self.tokens.borrow().get(account).cloned();
        let token = token.unwrap_or_else(|| {
            let token = self.token(account);
            self.tokens.borrow_mut().insert(account.to_owned(), token.clone());
            token
        });
        self.bearing_at(&token, path, method, query)
    }

    /// A command with a token.
    pub(crate) fn bearing(&self, token: &str, method: &str, query: &str) -> Response {
        self.bearing_at(token, "/api/command", method, query)
    }

    fn bearing_at(&self, token: &str, path: &str, method: &str, query: &str) -> Response {
        let in_body = method == "POST";
        let target = if in_body { path.to_owned() } else { format!("{path}?{query}") };
        let form = ("content-type", "application/x-www-form-urlencoded");
        let bearer = format!("Bearer {token}");
        let headers = [("host", "support.example.com:8443"), ("authorization", &bearer), form];
        self.emulator.handle(&request(method, &target, &headers, if in_body { query } else { "" }))
    }

    /// A new token of a demo account, empty if none was made.
    pub(crate) fn token(&self, account: &str) -> String {
        let secret = if account == "touchmark" { "touchmark-demo-secret".into() } else { format!("{account}-secret") };
        let response = self.emulator.handle(&token_request(account, &secret));
        let json: serde_json::Value = serde_json::from_slice(&response.body).unwrap_or_default();
        json["access_token"].as_str().unwrap_or_default().to_owned()
    }
}

pub(crate) fn token_request(id: &str, secret: &str) -> Request {
    let basic = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
    let headers = [("Authorization", basic.as_str()), ("Content-Type", "application/x-www-form-urlencoded")];
    request("POST", "/oauth2/token", &headers, "grant_type=client_credentials")
}

pub(crate) fn request(method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Request {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Request { method: method.to_owned(), target: target.to_owned(), headers, body: body.as_bytes().to_vec() }
}

pub(crate) fn body(response: &Response) -> String {
    String::from_utf8_lossy(&response.body).into_owned()
}

pub(crate) fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// The texts of all elements of a name that hold text only. Enough for tests; no reader of XML.
pub(crate) fn texts<'a>(xml: &'a str, name: &str) -> Vec<&'a str> {
    let (open, close) = (format!("<{name}"), format!("</{name}>"));
    let mut found = Vec::new();
    for part in xml.split(&open).skip(1).filter(|part| part.starts_with(['>', ' ', '/'])) {
        let Some((tag, rest)) = part.split_once('>') else { continue };
        found.push(if tag.ends_with('/') { "" } else { rest.split(&close).next().unwrap_or_default() });
    }
    found
}

/// The text of the only element of a name.
pub(crate) fn text<'a>(xml: &'a str, name: &str) -> &'a str {
    let found = texts(xml, name);
    assert_eq!(found.len(), 1, "{name} in {xml}");
    found[0]
}

/// Whether an answer is one of error, wherever the error stands.
pub(crate) fn is_error(xml: &str) -> bool {
    texts(xml, "error").iter().any(|message| !message.is_empty())
}

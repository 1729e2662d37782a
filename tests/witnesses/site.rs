//! The site that witnesses follow: the demo site behind an emulator whose clock stands still unless it is moved.
//!
//! In: what is to be done at the API. Out: the rows that stand afterwards, read where the emulator has them and not from a message.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;
use tempfile::NamedTempFile;
use touchmark::emulator::{Clock, Config, Request, TlsIdentity};

use super::{Client, LAST, Rows, Witness};
use crate::support::{Served, serve_with};

/// When it opens, in milliseconds since the UNIX epoch: 2024-12-03T15:26:05Z.
const START_MS: i64 = 1_733_239_565_000;

/// A session of the demo site.
const SESSION: &str = "c69a8e10bea9428f816cfababe9815fe";

pub(super) struct Site {
    pub(super) served: Served,
    pub(super) clock: Clock,
    certificate: Option<NamedTempFile>,
}

impl Site {
    pub(super) fn open(config: Config, tls: bool) -> Self {
        let clock = Clock::manual(START_MS);
        let (identity, certificate) = match tls {
            false => (None, None),
            true => {
                let (identity, pem) = TlsIdentity::self_signed("127.0.0.1").expect("a certificate");
                let file = NamedTempFile::new().expect("a file");
                std::fs::write(file.path(), pem).expect("a file that can be written");
                (Some(identity), Some(file))
            }
        };
        Self { served: serve_with(config, clock.clone(), identity), clock, certificate }
    }

    /// Where the feed is.
    pub(super) fn url(&self) -> String {
        format!("{}/nw", self.served.base.replacen("http", "ws", 1))
    }

    /// The file of the certificate that is to be trusted; empty without TLS.
    fn certificate(&self) -> String {
        self.certificate.as_ref().map(|file| file.path().display().to_string()).unwrap_or_default()
    }

    /// A client that follows the feed until the last change.
    pub(super) fn client(&self, witness: Witness) -> Client {
        Client::of(witness, &[&self.url(), &self.certificate(), &self.token(), LAST])
    }

    pub(super) fn token(&self) -> String {
        let basic = STANDARD.encode("touchmark:touchmark-demo-secret");
        let kind = ("content-type", "application/x-www-form-urlencoded");
        let headers = [("authorization", format!("Basic {basic}")), (kind.0, kind.1.to_owned())];
        let answer = self.ask("POST", "/oauth2/token", &headers, "grant_type=client_credentials");
        let answer: Value = serde_json::from_str(&answer).expect("JSON");
        answer["access_token"].as_str().expect("a token").to_owned()
    }

    /// Gives a command, and what comes of it.
    pub(super) fn command(&self, query: &str) -> String {
        let headers = [("authorization", format!("Bearer {}", self.token()))];
        let answer = self.ask("GET", &format!("/api/command?{query}"), &headers, "");
        assert!(!answer.contains("<error"), "{query}: {answer}");
        answer
    }

    fn ask(&self, method: &str, target: &str, headers: &[(&str, String)], body: &str) -> String {
        let request = Request {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
            body: body.as_bytes().to_vec(),
        };
        String::from_utf8_lossy(&self.served.emulator.handle(&request).body).into_owned()
    }

    /// Makes a session, transfers it, joins it, gives it an attribute and clears that, has its customer leave it and ends it. What came of a
    /// step is pushed a second later, as a message for which `heard` waits.
    pub(super) fn work(&self, heard: &dyn Fn()) {
        let key = self.command("action=generate_session_key&type=support&queue_id=team:1&session.skills=codename1");
        let key = key.split("<short_key>").nth(1).and_then(|rest| rest.split('<').next()).expect("a key").to_owned();
        let who = "name=Zo%C3%AB&ip_address=192.0.2.1&operating_system=O&computer_name=C";
        let made = self.command(&format!("action=create_virtual_customer&short_key={key}&{who}"));
        let lsid = made.split("?session=").nth(1).and_then(|rest| rest.get(..32)).expect("an lsid").to_owned();
        self.clock.advance(1_000);
        heard();
        for step in [
            format!("action=transfer_session&lsid={lsid}&queue_id=rep_username:jsmith"),
            format!("action=join_session&lsid={lsid}&rep_id=1"),
            format!("action=set_session_attributes&lsid={lsid}&session.custom.custom_field1=9007199254740993"),
            "action=set_rep_status&rep_id=5&code_name=busy".to_owned(),
            format!("action=set_session_attributes&lsid={lsid}&session.custom.custom_field1="),
            format!("action=leave_session&lsid={lsid}&customer=1"),
            format!("action=terminate_session&lsid={lsid}"),
        ] {
            self.command(&step);
            self.clock.advance(1_000);
            heard();
        }
    }

    /// Starts the processes anew: everything goes, and comes again with other ids.
    pub(super) fn restart(&self) {
        self.served.emulator.restart_model();
        self.clock.advance(1_000);
    }

    /// Makes the last change.
    pub(super) fn end(&self, last: &str) {
        let last = last.replace(' ', "%20");
        self.command(&format!("action=set_session_attributes&lsid={SESSION}&session.custom.custom_field1={last}"));
        self.clock.advance(1_000);
    }

    /// The rows that stand.
    pub(super) fn rows(&self) -> Rows {
        let tables = self.served.emulator.feed_rows().into_iter().filter(|(_, rows)| !rows.is_empty());
        let fields =
            |row: BTreeMap<&str, String>| row.into_iter().map(|(field, text)| (field.to_owned(), text)).collect();
        let rows = |rows: BTreeMap<u64, _>| rows.into_iter().map(|(id, row)| (id.to_string(), fields(row))).collect();
        tables.map(|(table, all)| (table.to_owned(), rows(all))).collect()
    }
}

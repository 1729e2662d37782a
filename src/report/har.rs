//! A run as a HAR file (HTTP Archive 1.2), for browsers, proxies and whatever else reads one.
//!
//! In: what a journal holds. Out: the file. Beside each entry stands what HAR has no place for, so that the file can be judged as the journal
//! it came of: which case the exchange is of, and why no answer came. No secret is in it, since none is in the journal; a credential is said
//! to have been there.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{WholeJournal, lawful::is_lawful, to_line, untested_line};
use crate::model::{
    conversation::{Act, Conversation, Talk},
    credential::{Credential, REDACTED},
    exchange::{Answer, Exchange, Outcome, Request, Sent},
    record::Record,
};
use crate::spec::Spec;

/// What stands beside an entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HarShell {
    /// Number of its record, from 0.
    pub record: usize,
    /// Its own number in that record, from 0.
    pub number: usize,
    /// The exchange without what the entry has.
    pub exchange: Exchange,
    /// SHA-256 of the body, where it is no UTF-8: its text stands in the exchange.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<String>,
}

impl HarShell {
    /// Whether a body is the one of which the exchange has the text.
    #[must_use]
    pub fn is_of(&self, bytes: &[u8]) -> bool {
        self.bytes.as_deref() == Some(digest(bytes).as_str())
    }
}

/// Writes a journal as a HAR file. `instant` writes a time, which is in milliseconds since the UNIX epoch.
#[must_use]
pub fn har(journal: &WholeJournal, base: &str, instant: impl Fn(i64) -> String) -> String {
    let without = |record: &Record| to_line(&Record { exchanges: Vec::new(), ..record.clone() });
    let mut lines = vec![to_line(&journal.head)];
    lines.extend(journal.records.iter().map(without));
    lines.push(untested_line(&journal.untested));
    let own = format!("\"_touchmark\": {},\n", json!({ "journal": lines }));
    let mut file = HarFile::begun(&own);
    for (number, record) in journal.records.iter().enumerate() {
        for (own, exchange) in record.exchanges.iter().enumerate() {
            let mut entry = entry(exchange, base, &instant);
            entry["_touchmark"] = json!(shell((number, own), exchange));
            file.add(&entry);
        }
    }
    file.ended()
}

/// Writes those exchanges of a journal whose requests the guide has as lawful, as a recording that knows nothing of the run.
#[must_use]
pub fn lawful_har(spec: &Spec, journal: &WholeJournal, base: &str, instant: impl Fn(i64) -> String) -> String {
    let mut file = HarFile::begun("");
    for record in &journal.records {
        for exchange in record.exchanges.iter().filter(|exchange| is_lawful(spec, record, exchange)) {
            file.add(&entry(exchange, base, &instant));
        }
    }
    file.ended()
}

/// A file while it is written.
struct HarFile {
    text: String,
    between: &'static str,
}

impl HarFile {
    /// `own` are further members of the log.
    fn begun(own: &str) -> Self {
        let creator = json!({ "name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION") });
        let text =
            format!("{{\"log\": {{\"version\": \"1.2\", \"creator\": {creator},\n{own}\"pages\": [],\n\"entries\": [");
        Self { text, between: "\n" }
    }

    fn add(&mut self, entry: &Value) {
        self.text.push_str(self.between);
        self.text.push_str(&entry.to_string());
        self.between = ",\n";
    }

    fn ended(mut self) -> String {
        self.text.push_str("\n]}}\n");
        self.text
    }
}

fn entry(exchange: &Exchange, base: &str, instant: &impl Fn(i64) -> String) -> Value {
    let Sent::Http(request) = &exchange.sent;
    let mut entry = json!({
        "startedDateTime": instant(exchange.at_ms),
        "time": exchange.took_ms,
        "request": asked(request, base),
        "response": came(&exchange.outcome),
        "cache": {},
        "timings": { "send": 0, "wait": exchange.took_ms, "receive": 0 },
    });
    if let (Some(answer), Some(talk)) = (exchange.answer().filter(|answer| answer.status == 101), &request.talk) {
        entry["_webSocketMessages"] = messages(exchange, answer, talk);
    }
    entry
}

fn asked(request: &Request, base: &str) -> Value {
    let mut headers: Vec<Value> = request.headers.iter().map(pair).collect();
    let scheme = match &request.credential {
        Credential::None => None,
        Credential::Basic | Credential::AlteredSecret(_) | Credential::UnknownClient => Some("Basic"),
        Credential::Literal(text) => Some(text.split(' ').next().unwrap_or_default()),
        _ => Some("Bearer"),
    };
    headers.extend(scheme.map(|scheme| json!({ "name": "Authorization", "value": format!("{scheme} {REDACTED}") })));
    let query: Vec<Value> = form_urlencoded::parse(request.query.as_bytes())
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect();
    let mut value = json!({
        "method": request.method,
        "url": format!("{base}{}", request.target()),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": headers,
        "queryString": query,
        "headersSize": -1,
        "bodySize": request.body.len(),
    });
    if !request.body.is_empty() {
        let media = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        value["postData"] = json!({ "mimeType": media.map_or("", |(_, value)| value.as_str()), "text": request.body });
    }
    value
}

fn came(outcome: &Outcome) -> Value {
    let head = |status: u16, headers: Vec<Value>, content: Value, size: i64, goes_to: &str| {
        json!({
            "status": status,
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": headers,
            "content": content,
            "redirectURL": goes_to,
            "headersSize": -1,
            "bodySize": size,
        })
    };
    match outcome {
        Outcome::Answer(answer) => {
            let size = i64::try_from(answer.raw().len()).unwrap_or(i64::MAX);
            let headers = answer.headers.iter().map(pair).collect();
            let goes_to = answer.header("location").unwrap_or_default();
            match answer.status {
                101 => head(101, headers, json!({ "size": 0, "mimeType": "", "text": "" }), 0, goes_to),
                status => head(status, headers, content(answer), size, goes_to),
            }
        }
        Outcome::Nothing(nothing) => {
            let mut value = head(0, Vec::new(), json!({ "size": 0, "mimeType": "" }), -1, "");
            value["_error"] = json!(nothing.says);
            value
        }
    }
}

fn content(answer: &Answer) -> Value {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let media = answer.header("content-type").unwrap_or_default();
    match &answer.bytes {
        Some(bytes) => {
            json!({ "size": bytes.len(), "mimeType": media, "encoding": "base64", "text": STANDARD.encode(bytes) })
        }
        None => json!({ "size": answer.body.len(), "mimeType": media, "text": &*answer.body }),
    }
}

fn pair((name, value): &(String, String)) -> Value {
    json!({ "name": name, "value": value })
}

/// What was said and heard, as browsers write it.
fn messages(exchange: &Exchange, answer: &Answer, talk: &Talk) -> Value {
    let Ok(heard) = serde_json::from_str::<Conversation>(&answer.body) else { return json!([]) };
    let start = exchange.at_ms;
    let at_s = |ms: u64| (start as f64 + ms as f64) / 1_000.0;
    let said = talk.acts.iter().filter_map(|act| match act {
        Act::Say(say) if say.opcode == 1 && !say.hex => {
            Some(json!({ "type": "send", "time": at_s(0), "opcode": 1, "data": say.payload }))
        }
        _ => None,
    });
    let came = heard.stream.split_inclusive('\n').enumerate().map(|(number, line)| {
        let ms = heard.message_ms.get(number).copied().unwrap_or_default();
        json!({ "type": "receive", "time": at_s(ms), "opcode": 1, "data": line })
    });
    Value::Array(said.chain(came).collect())
}

/// The exchange without what the entry has.
fn shell((record, number): (usize, usize), exchange: &Exchange) -> HarShell {
    let mut exchange = exchange.clone();
    let Sent::Http(request) = &mut exchange.sent;
    for text in [&mut request.method, &mut request.path, &mut request.query, &mut request.body] {
        text.clear();
    }
    request.headers.clear();
    let mut bytes = None;
    if let Outcome::Answer(answer) = &mut exchange.outcome {
        answer.headers.clear();
        if answer.status != 101 {
            bytes = answer.bytes.take().map(|bytes| digest(&bytes));
            if bytes.is_none() {
                answer.body = "".into();
            }
        }
    }
    HarShell { record, number, exchange, bytes }
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

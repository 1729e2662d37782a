//! A bounded reader of HAR files (HTTP Archive 1.2), as browsers and proxies write them: what was asked and what came.
//!
//! In: the bytes of a file. Out: its exchanges in the order of their times, or what is wrong. Programs differ in what they write, so what is
//! not needed may be missing or of another type; a body that is not there, or not whole, is none, with the reason.

mod shape;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::value::RawValue;

use super::time;
use shape::{EntryShape, File, Message, Pair, Response};

/// The most bytes of a file.
pub const HAR_BYTES_MAX: u64 = 512 << 20;

/// The most exchanges.
pub const ENTRIES_MAX: usize = 200_000;

/// The most headers of a request or an answer, and parameters of a form, that are kept.
const HEADERS_MAX: usize = 1_000;

/// What a file holds.
#[derive(Debug)]
pub struct Har {
    /// Its exchanges, in the order of their times.
    pub entries: Vec<HarEntry>,
    /// What Touchmark itself wrote beside them, as JSON.
    pub own: Option<Box<RawValue>>,
}

/// An exchange.
#[derive(Debug)]
pub struct HarEntry {
    /// When the request was sent, in milliseconds since the UNIX epoch; none where that cannot be read.
    pub at_ms: Option<i64>,
    /// How long the answer took, in milliseconds.
    pub took_ms: u64,
    /// HTTP method.
    pub method: String,
    /// Whether it went over TLS.
    pub secure: bool,
    /// Host and port, in lower case.
    pub host: String,
    /// Path of the URL.
    pub path: String,
    /// Encoded query, without the question mark.
    pub query: String,
    /// Headers of the request.
    pub request_headers: Vec<(String, String)>,
    /// Type and text of the body of the request; its fields where it is a form.
    pub posted: HarPosted,
    /// HTTP status; 0 where no answer came.
    pub status: u16,
    /// Headers of the answer.
    pub headers: Vec<(String, String)>,
    /// Type of the body of the answer.
    pub media: String,
    /// The body of the answer.
    pub body: HarBody,
    /// The messages of a WebSocket.
    pub messages: Vec<HarMessage>,
    /// What Touchmark itself wrote of the exchange, as JSON.
    pub own: Option<Box<RawValue>>,
}

/// What was sent as a body.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct HarPosted {
    /// Its type.
    pub media: String,
    /// Its text.
    pub text: String,
    /// Its fields, where the file lists them.
    pub fields: Vec<(String, String)>,
}

/// The body of an answer.
#[derive(Debug, PartialEq, Eq)]
pub enum HarBody {
    /// A text, which was read in its charset by whoever wrote the file.
    Text(String),
    /// The bytes that came.
    Bytes(Vec<u8>),
    /// It is not in the file, and why.
    Missing(String),
}

/// A message of a WebSocket.
#[derive(Debug, PartialEq)]
pub struct HarMessage {
    /// Whether the client sent it.
    pub sent: bool,
    /// When, in seconds since the UNIX epoch.
    pub at_s: f64,
    /// The opcode.
    pub opcode: u8,
    /// The payload, in base64 where it is no text.
    pub data: String,
}

/// Reads a file.
///
/// # Errors
/// Why it is no HAR, or too large.
pub fn read(bytes: &[u8]) -> Result<Har, String> {
    if bytes.len() as u64 > HAR_BYTES_MAX {
        return Err(format!("it has more than the {HAR_BYTES_MAX} bytes that are read"));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let file: File = serde_json::from_slice(bytes)
        .map_err(|error| format!("it is no HAR file: {}", error.to_string().replace(['\n', '\r'], " ")))?;
    if file.log.entries.len() > ENTRIES_MAX {
        return Err(format!("it has {} exchanges, more than the {ENTRIES_MAX} that are read", file.log.entries.len()));
    }
    let mut entries: Vec<HarEntry> = file.log.entries.into_iter().map(entry).collect();
    entries.sort_by_key(|entry| entry.at_ms);
    Ok(Har { entries, own: file.log.own })
}

fn entry(entry: EntryShape) -> HarEntry {
    let (host, path, query) = parts(&entry.request.url);
    let body = body(&entry.response);
    let posted = entry.request.post_data;
    let decoded =
        Some(&posted.text).filter(|_| posted.encoding == "base64").and_then(|text| STANDARD.decode(text).ok());
    HarEntry {
        at_ms: instant(&entry.started_date_time),
        took_ms: entry.time.as_f64().filter(|ms| *ms > 0.0).map_or(0, |ms| ms.round() as u64),
        method: entry.request.method.to_ascii_uppercase(),
        secure: !["http:", "ws:"].iter().any(|scheme| entry.request.url.to_ascii_lowercase().starts_with(scheme)),
        host,
        path,
        query,
        request_headers: pairs(entry.request.headers),
        posted: HarPosted {
            media: posted.mime_type,
            text: decoded.map_or(posted.text, |bytes| String::from_utf8_lossy(&bytes).into_owned()),
            fields: pairs(posted.params),
        },
        status: entry.response.status.as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or(0),
        headers: pairs(entry.response.headers),
        media: entry.response.content.mime_type,
        body,
        messages: entry.messages.into_iter().map(message).collect(),
        own: entry.own,
    }
}

fn pairs(pairs: Vec<Pair>) -> Vec<(String, String)> {
    pairs.into_iter().take(HEADERS_MAX).map(|pair| (pair.name, pair.value)).collect()
}

fn message(message: Message) -> HarMessage {
    HarMessage {
        sent: message.kind == "send",
        at_s: message.time.as_f64().unwrap_or(0.0),
        opcode: message.opcode.as_u64().and_then(|opcode| u8::try_from(opcode).ok()).unwrap_or(1),
        data: message.data,
    }
}

/// Host, path and query of a URL; what stands before an `@` may be a secret and is passed over.
fn parts(url: &str) -> (String, String, String) {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split('#').next().unwrap_or_default();
    let (authority, target) = match rest.find(['/', '?']) {
        Some(at) => rest.split_at(at),
        None => (rest, "/"),
    };
    let host = authority.rsplit('@').next().unwrap_or_default().to_ascii_lowercase();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    (host, if path.is_empty() { "/" } else { path }.to_owned(), query.to_owned())
}

/// An instant with its milliseconds.
fn instant(text: &str) -> Option<i64> {
    let seconds = time::iso8601(text)?;
    let fraction = text.get(19..).and_then(|rest| rest.strip_prefix('.')).unwrap_or_default();
    let digits: String = fraction.chars().take_while(char::is_ascii_digit).chain("000".chars()).take(3).collect();
    Some(seconds * 1_000 + digits.parse::<i64>().unwrap_or(0))
}

/// The body of an answer. A file of a browser says how large it was, so that it shows where its end or all of it is missing.
fn body(response: &Response) -> HarBody {
    let size = response.content.size.as_u64();
    let Some(text) = &response.content.text else {
        let empty = response.status == 204
            || response.body_size == 0 && size.unwrap_or(0) == 0
            || response
                .headers
                .iter()
                .any(|pair| pair.name.eq_ignore_ascii_case("content-length") && pair.value == "0");
        return match empty {
            true => HarBody::Bytes(Vec::new()),
            false => HarBody::Missing("its body is not in the recording".to_owned()),
        };
    };
    let (body, length) = match response.content.encoding.as_str() {
        "base64" => match decoded(text, size) {
            Some(bytes) => {
                let length = bytes.len();
                (HarBody::Bytes(bytes), length)
            }
            // Firefox says base64 of texts, too.
            None => (HarBody::Text(text.clone()), text.len()),
        },
        "" => (HarBody::Text(text.clone()), text.len()),
        other => {
            let other: String = other.chars().take(20).collect();
            return HarBody::Missing(format!("its body is in the recording as `{}`", other.escape_debug()));
        }
    };
    match size {
        Some(size) if size > length as u64 && !is_wide(&response.content.mime_type) => {
            HarBody::Missing(format!("the recording has {length} of the {size} bytes of its body"))
        }
        _ => body,
    }
}

/// Bytes in base64; none where it is a text that is only called so, since it is none or since its own length is the one that is named.
fn decoded(text: &str, size: Option<u64>) -> Option<Vec<u8>> {
    let plain: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let bytes = STANDARD.decode(plain).ok()?;
    let same = |length: usize| size == Some(length as u64);
    (!same(text.len()) || same(bytes.len())).then_some(bytes)
}

/// Whether a text took more bytes than it has as UTF-8.
fn is_wide(media: &str) -> bool {
    let media = media.to_ascii_lowercase();
    media.contains("utf-16") || media.contains("utf-32") || media.contains("ucs-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(entry: &str) -> HarEntry {
        read(format!(r#"{{"log": {{"entries": [{entry}]}}}}"#).as_bytes()).unwrap().entries.remove(0)
    }

    fn content(content: &str) -> HarBody {
        let request = r#"{"method": "get", "url": "https://a@H:1/p?q=1#f"}"#;
        one(&format!(r#"{{"request": {request}, "response": {{"status": 200, "content": {content}}}}}"#)).body
    }

    #[test]
    fn a_body_is_a_text_or_bytes_or_missing_with_the_reason() {
        let text = |text: &str| HarBody::Text(text.to_owned());
        assert_eq!(content(r#"{"size": 4, "text": "<a/>"}"#), text("<a/>"));
        assert_eq!(
            content(r#"{"size": 4, "text": "PGEvPg==", "encoding": "base64"}"#),
            HarBody::Bytes(b"<a/>".to_vec())
        );
        // Firefox says base64 of a text.
        assert_eq!(content(r#"{"size": 4, "text": "<a/>", "encoding": "base64"}"#), text("<a/>"));
        assert_eq!(content(r#"{"size": 4, "text": "abcd", "encoding": "base64"}"#), text("abcd"));
        for (missing, says) in [
            (r#"{"size": 4}"#, "not in the recording"),
            (r#"{"size": 0}"#, "not in the recording"),
            (r#"{"size": 40, "text": "<a/>"}"#, "4 of the 40 bytes"),
            (r#"{"size": 4, "text": "<a/>", "encoding": "rot13"}"#, "`rot13`"),
            (r#"{"size": 4, "text": null}"#, "not in the recording"),
        ] {
            let HarBody::Missing(why) = content(missing) else { panic!("{missing}") };
            assert!(why.contains(says), "{why}");
        }
    }

    #[test]
    fn exchanges_come_in_the_order_of_their_times_and_a_url_in_its_parts() {
        let entry = |at: &str, url: &str| {
            format!(r#"{{"startedDateTime": "{at}", "request": {{"method": "get", "url": "{url}"}}, "time": 1.6}}"#)
        };
        let file = [
            entry("2024-12-03T15:26:05.250+01:00", "wss://u:p@Host.Example:8/b?x=1#f"),
            entry("2024-12-03T14:26:05.1Z", "https://h"),
        ];
        let har = read(format!(r#"{{"log": {{"entries": [{}]}}}}"#, file.join(",")).as_bytes()).unwrap();
        let [first, second] = har.entries.as_slice() else { panic!() };
        assert_eq!((first.host.as_str(), first.path.as_str(), first.status), ("h", "/", 0));
        assert_eq!(second.at_ms.unwrap() - first.at_ms.unwrap(), 150);
        let parts = [&second.host, &second.path, &second.query, &second.method];
        assert_eq!(parts, ["host.example:8", "/b", "x=1", "GET"]);
        assert_eq!(second.took_ms, 2);
    }

    #[test]
    fn what_is_no_har_has_a_message_of_one_line() {
        for bytes in [&b""[..], b"{}", b"[]", b"\xff\xfe", b"{\"log\": {}}", b"{\"log\": {\"entries\": [{}]}}"] {
            let fault = read(bytes).unwrap_err();
            assert!(fault.starts_with("it is no HAR file") && !fault.contains('\n'), "{fault}");
        }
    }
}

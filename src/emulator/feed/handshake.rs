//! The opening handshake of a WebSocket (p. 141; RFC 6455 4.2), written by hand.
//!
//! In: the head of a request for `/nw`. Out: the head of its answer, and whether a WebSocket follows. What frames are is
//! for `talk`; nothing here reads or writes any.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest as _, Sha1};

use super::super::switches::{ActiveDefects, Readings};

pub(crate) const KIND: &str = "feed/handshake";

/// Where the feed is.
pub(crate) const PATH: &str = "/nw";

/// The subprotocol as it must be sent (p. 142).
const ENCODED: &str = "ingredi%20state%20api";
const DECODED: &str = "ingredi state api";
/// What every key is put together with before it is hashed (RFC 6455 1.3).
const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const KEY_BYTES: usize = 16;

/// The head of a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Head {
    pub(crate) method: String,
    /// As it came.
    pub(crate) target: String,
    /// The second number of the version of HTTP.
    pub(crate) minor: u8,
    /// In the order they came.
    pub(crate) headers: Vec<(String, String)>,
}

/// The head of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    /// Why not; empty if a WebSocket follows.
    pub(crate) reason: &'static str,
}

impl Head {
    /// The path, also of a target with scheme and host.
    pub(crate) fn path(&self) -> &str {
        let whole = self.target.split(['?', '#']).next().unwrap_or_default();
        match whole.split_once("://") {
            Some((_, rest)) => rest.find('/').map_or("/", |slash| &rest[slash..]),
            None => whole,
        }
    }

    /// All headers of a name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    /// The only header of a name.
    pub(crate) fn only<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        let mut all = self.all(name);
        all.next().filter(|_| all.next().is_none())
    }

    /// Whether a header that is a list of words has one, in any case.
    fn lists(&self, name: &str, word: &str) -> bool {
        self.all(name).flat_map(|list| list.split(',')).any(|one| one.trim().eq_ignore_ascii_case(word))
    }
}

/// Answers the head of a request for a WebSocket.
pub(crate) fn shake(head: &Head, readings: &Readings, defects: &ActiveDefects) -> Answer {
    let broken = |what: &str| defects.has(KIND, what);
    if broken("not-found") {
        return Answer { status: 404, headers: Vec::new(), reason: "Document Not Found\n" };
    }
    if head.method != "GET" && !broken("method-not-checked") {
        let headers = vec![("Allow", "GET".to_owned())];
        return Answer { status: 405, headers, reason: "A WebSocket is asked for with GET.\n" };
    }
    let refused = |reason: &'static str| Answer { status: 400, headers: Vec::new(), reason };
    if head.minor < 1 && !broken("http-1.0-accepted") {
        return refused("A WebSocket needs HTTP/1.1.\n");
    }
    if head.only("host").is_none_or(str::is_empty) && !broken("host-not-checked") {
        return refused("The header Host is missing.\n");
    }
    let exactly = |name: &str, word: &str| head.only(name) == Some(word);
    if !head.lists("upgrade", "websocket") && !broken("upgrade-not-checked")
        || !exactly("upgrade", "websocket") && broken("upgrade-in-one-case-only")
    {
        return refused("The header Upgrade does not name websocket.\n");
    }
    if !head.lists("connection", "upgrade") && !broken("connection-not-checked")
        || !head.only("connection").is_some_and(|one| one.eq_ignore_ascii_case("upgrade"))
            && broken("connection-not-read-as-a-list")
        || !head.all("connection").flat_map(|list| list.split(',')).any(|one| one.trim() == "Upgrade")
            && broken("connection-in-one-case-only")
    {
        return refused("The header Connection does not name Upgrade.\n");
    }
    if !exactly("sec-websocket-version", "13") && !broken("version-not-checked") {
        let version = if broken("refusal-names-another-version") { "8" } else { "13" };
        let mut headers = vec![("Sec-WebSocket-Version", version.to_owned())];
        if broken("refusal-names-no-version") {
            headers.clear();
        }
        return Answer { status: 426, headers, reason: "The version of WebSocket is 13.\n" };
    }
    let first = head.all("sec-websocket-key").next();
    let key = match () {
        () if broken("key-not-checked") => head.only("sec-websocket-key").or(Some("")),
        () if broken("key-twice-accepted") => first.filter(|key| is_key(key)),
        () if broken("key-of-any-length-accepted") => {
            head.only("sec-websocket-key").filter(|key| STANDARD.decode(key).is_ok())
        }
        () => head.only("sec-websocket-key").filter(|key| is_key(key)),
    };
    let Some(key) = key else {
        return refused("The header Sec-WebSocket-Key is not one of 16 bytes in base64.\n");
    };
    let mut offered = head.all("sec-websocket-protocol").flat_map(|list| list.split(','));
    let found = match broken("subprotocol-not-found-in-a-list") {
        true => head.only("sec-websocket-protocol") == Some(ENCODED),
        false => offered.any(|one| one.trim() == ENCODED),
    };
    if !found && !broken("subprotocol-not-checked") || broken("encoded-subprotocol-refused") {
        return refused("The subprotocol is ingredi%20state%20api.\n");
    }
    let mut headers = vec![
        ("Upgrade", "websocket".to_owned()),
        ("Connection", "Upgrade".to_owned()),
        ("Sec-WebSocket-Accept", if broken("accept-wrong") { accept("") } else { accept(key) }),
    ];
    let absent = [
        ("Upgrade", "answer-without-upgrade"),
        ("Connection", "answer-without-connection"),
        ("Sec-WebSocket-Accept", "answer-without-accept"),
    ];
    for (name, what) in absent {
        headers.retain(|(known, _)| *known != name || !broken(what));
    }
    let echo = match readings.of("feed-subprotocol") {
        "decoded" => Some(DECODED),
        "none" => None,
        _ if broken("another-subprotocol-answered") => Some("chat"),
        _ => Some(ENCODED),
    };
    headers.extend(echo.map(|echo| ("Sec-WebSocket-Protocol", echo.to_owned())));
    // What extensions are offered is not answered: none is taken.
    if broken("extension-answered") {
        headers.push(("Sec-WebSocket-Extensions", "permessage-deflate".to_owned()));
    }
    Answer { status: if broken("status-200") { 200 } else { 101 }, headers, reason: "" }
}

fn is_key(key: &str) -> bool {
    STANDARD.decode(key).is_ok_and(|bytes| bytes.len() == KEY_BYTES)
}

/// The proof that a key was read (RFC 6455 4.2.2).
fn accept(key: &str) -> String {
    STANDARD.encode(Sha1::new().chain_update(key).chain_update(GUID).finalize())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A head that is accepted, with one line changed, taken away or added.
    pub(in super::super) fn head(changes: &[(&str, &[&str])]) -> Head {
        let mut headers: Vec<(String, String)> = [
            ("Host", "support.example.com"),
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
            ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Protocol", ENCODED),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        for (name, values) in changes {
            headers.retain(|(known, _)| known != name);
            headers.extend(values.iter().map(|value| ((*name).to_owned(), (*value).to_owned())));
        }
        Head { method: "GET".to_owned(), target: PATH.to_owned(), minor: 1, headers }
    }

    fn check(changes: &[(&str, &[&str])], status: u16) {
        let answer = shake(&head(changes), &Readings::default(), &ActiveDefects::default());
        assert_eq!(answer.status, status, "{changes:?}: {answer:?}");
        let of = |name: &str| answer.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
        assert_eq!(of("Sec-WebSocket-Extensions"), None);
        match status {
            101 => assert_eq!(
                (of("Sec-WebSocket-Accept"), of("Sec-WebSocket-Protocol")),
                (Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), Some(ENCODED))
            ),
            426 => assert_eq!(of("Sec-WebSocket-Version"), Some("13")),
            _ => assert!(answer.reason.ends_with('\n')),
        }
    }

    #[test]
    fn a_handshake_is_held_to_every_line_of_the_standard() {
        check(&[], 101);
        check(&[("Upgrade", &["WebSocket"]), ("Connection", &["keep-alive, UPGRADE"])], 101);
        check(&[("Connection", &["keep-alive", "upgrade"])], 101);
        check(&[("Sec-WebSocket-Protocol", &["chat, ingredi%20state%20api"])], 101);
        check(&[("Sec-WebSocket-Extensions", &["permessage-deflate"])], 101);
        for (name, values) in [
            ("Host", &[][..]),
            ("Host", &[""]),
            ("Host", &["a", "b"]),
            ("Upgrade", &[]),
            ("Upgrade", &["h2c"]),
            ("Connection", &[]),
            ("Connection", &["close"]),
            ("Sec-WebSocket-Key", &[]),
            ("Sec-WebSocket-Key", &["dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQ=="]),
            ("Sec-WebSocket-Key", &["dGhlIHNhbXBsZSBub25j"]),
            ("Sec-WebSocket-Key", &["dGhlIHNhbXBsZSBub25jZWU="]),
            ("Sec-WebSocket-Key", &["the sample nonce"]),
            ("Sec-WebSocket-Protocol", &[]),
            ("Sec-WebSocket-Protocol", &[DECODED]),
        ] {
            check(&[(name, values)], 400);
        }
        for versions in [&[][..], &["12"], &["13, 8"], &["13", "13"], &["0"], &["013"]] {
            check(&[("Sec-WebSocket-Version", versions)], 426);
        }
    }

    #[test]
    fn another_method_or_an_older_http_is_refused() {
        let status = |head: Head| shake(&head, &Readings::default(), &ActiveDefects::default()).status;
        assert_eq!(status(Head { method: "POST".to_owned(), ..head(&[]) }), 405);
        assert_eq!(status(Head { minor: 0, ..head(&[]) }), 400);
    }

    #[test]
    fn the_path_is_found_in_every_form_of_a_target() {
        for (target, path) in [("/nw?a=b", PATH), ("http://a/nw", PATH), ("http://a", "/"), ("*", "*")] {
            assert_eq!(Head { target: target.to_owned(), ..Head::default() }.path(), path);
        }
    }
}

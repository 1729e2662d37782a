//! Attacks: requests that no library sends, and what a target must do with them.
//!
//! In: a lawful request, and how an attack differs from it. Out: its text, with what only the sender knows as placeholders. The same text
//! without the difference is its lawful twin.

use std::sync::Arc;

use strum::{IntoStaticStr, VariantArray};

use crate::model::{
    case::Class,
    id::EndpointId,
    written::{MARK, RawPiece, pieces},
};

/// A request that no library sends.
#[derive(Debug, Clone)]
pub struct Attack {
    /// Its path below that of its layer.
    pub id: String,
    /// Where it is amiss.
    pub layer: Layer,
    /// What is asked of the target, in our words.
    pub says: String,
    /// The section of the standard, or the page of the guide.
    pub source: String,
    /// What the target must do.
    pub demand: Demanded,
    /// What it may touch; what can leave bytes in a shared front end is `disrupt`.
    pub class: Class,
    /// The lawful request from which it differs.
    pub from: Twin,
    /// How it differs.
    pub differs: Difference,
    /// Whether it ends too early by our own doing.
    pub cut: bool,
    /// Further statuses that pass.
    pub also: Vec<u16>,
    /// Names of the same test elsewhere.
    pub like: Vec<String>,
}

/// The attacks, and texts that no answer has.
#[derive(Debug, Clone, Default)]
pub struct Attacks {
    /// In the order of their files.
    pub rows: Vec<Attack>,
    /// The endpoint of the lawful request from which they differ.
    pub read: Option<EndpointId>,
    /// Texts of stack traces and libraries.
    pub traces: Arc<[String]>,
    /// Tests of other suites that no attack is like, by the names that `like` has for others, and why.
    pub peers: Vec<(String, String)>,
}

/// Where an attack is amiss.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Layer {
    /// When bytes come, and when the connection ends.
    Tcp,
    /// The records and the handshake of TLS.
    Tls,
    /// The request line and the headers.
    Head,
    /// How the body is delimited.
    Framing,
    /// The query.
    Query,
    /// A form.
    Form,
    /// JSON.
    Json,
    /// The handshake of a WebSocket, and what comes behind it.
    Websocket,
}

/// What a target must do with an attack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Demanded {
    /// Refuse it with 400.
    #[strum(serialize = "must-400")]
    Must400,
    /// Refuse it, or close the connection.
    MustReject,
    /// The same; else it is a warning.
    ShouldReject,
    /// Accept it.
    MustAccept,
    /// The same; else it is a warning.
    ShouldAccept,
    /// Stay sound.
    May,
}

/// A lawful request from which attacks differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Twin {
    /// GET with a query.
    Read,
    /// POST with a form.
    Form,
    /// The same, chunked.
    Chunked,
}

/// How an attack differs from its twin.
#[derive(Debug, Clone, Default)]
pub struct Difference {
    /// The request line.
    pub line: Option<String>,
    /// Headers that are left out.
    pub without: Vec<String>,
    /// Lines before the first header.
    pub before: Vec<String>,
    /// Lines behind the last one.
    pub lines: Vec<String>,
    /// The body.
    pub body: Option<String>,
    /// What comes behind the request.
    pub then: Option<String>,
    /// The whole request.
    pub bytes: Option<String>,
}

/// What a lawful request asks for.
#[derive(Debug, Clone)]
pub struct LawfulRequest {
    /// Its path and query.
    pub target: String,
    /// Its path.
    pub path: String,
    /// Its query, as a form.
    pub form: String,
}

impl Layer {
    /// The word used in spec data and ids.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

impl Attack {
    /// What is sent.
    #[must_use]
    pub fn text(&self, asked: &LawfulRequest) -> String {
        self.from.text(&self.differs, asked)
    }
}

impl Twin {
    /// A request that differs from this one.
    #[must_use]
    pub fn text(self, differs: &Difference, asked: &LawfulRequest) -> String {
        let text = match &differs.bytes {
            Some(bytes) => bytes.clone(),
            None => self.composed(differs, asked),
        };
        let length = asked.form.len();
        text.replace("${path}", &asked.target)
            .replace("${form}", &asked.form)
            .replace("${length}", &length.to_string())
            .replace("${hex-length}", &format!("{length:x}"))
            .replace("${mark}", MARK)
    }

    fn composed(self, differs: &Difference, asked: &LawfulRequest) -> String {
        let line = match self {
            Self::Read => "GET ${path} HTTP/1.1".to_owned(),
            Self::Form | Self::Chunked => format!("POST {} HTTP/1.1", asked.path),
        };
        let body = match (&differs.body, self) {
            (Some(body), _) => body.as_str(),
            (None, Self::Read) => "",
            (None, Self::Form) => "${form}",
            (None, Self::Chunked) => "${hex-length}\r\n${form}\r\n0\r\n\r\n",
        };
        let mut headers = vec![
            "Host: ${host}".to_owned(),
            "Authorization: Bearer ${token}".to_owned(),
            "Connection: close".to_owned(),
        ];
        if self != Self::Read {
            headers.push("Content-Type: application/x-www-form-urlencoded".to_owned());
        }
        match self {
            Self::Chunked => headers.push("Transfer-Encoding: chunked".to_owned()),
            Self::Read if body.is_empty() => {}
            Self::Read | Self::Form => headers.push(format!("Content-Length: {}", length_of(body, asked))),
        }
        let named = |header: &str, name: &str| {
            header.split_once(':').is_some_and(|(other, _)| other.eq_ignore_ascii_case(name))
        };
        headers.retain(|header| !differs.without.iter().any(|name| named(header, name)));
        let line = differs.line.as_ref().unwrap_or(&line);
        let mut text = String::new();
        for part in [line].into_iter().chain(&differs.before).chain(&headers).chain(&differs.lines) {
            text.push_str(part);
            text.push_str("\r\n");
        }
        text.push_str("\r\n");
        text.push_str(body);
        text.push_str(differs.then.as_deref().unwrap_or_default());
        text
    }
}

/// The bytes of a body.
fn length_of(body: &str, asked: &LawfulRequest) -> usize {
    let body = body.replace("${form}", &asked.form).replace("${mark}", MARK);
    pieces(&body).map_or(0, |pieces| pieces.iter().map(RawPiece::length).sum())
}

/// What is wrong with an attack as data; a request that can leave bytes behind in a shared front end is more than a read.
#[must_use]
pub(in crate::spec) fn fault(attack: &Attack, asked: &LawfulRequest) -> Option<String> {
    const READ_BYTES_MAX: usize = 64 << 10;
    let differs = &attack.differs;
    let text = attack.text(asked);
    let whole = match pieces(&text) {
        Ok(whole) => whole,
        Err(says) => return Some(says),
    };
    let known = |piece: &RawPiece<'_>| matches!(piece, RawPiece::Origin | RawPiece::Host | RawPiece::Token);
    let in_body = differs.body.as_deref().and_then(|body| pieces(body).ok());
    if in_body.is_some_and(|pieces| pieces.iter().any(known)) && attack.from != Twin::Chunked {
        return Some(
            "the length of a body with the host or the token in it is not known; write it with `bytes`".to_owned(),
        );
    }
    if text == attack.from.text(&Difference::default(), asked) && !attack.cut {
        return Some("it does not differ from its lawful twin".to_owned());
    }
    if attack.class == Class::Disrupt {
        return None;
    }
    let length: usize = whole.iter().map(RawPiece::length).sum();
    let head = text.split("\r\n\r\n").next().unwrap_or_default().to_ascii_lowercase();
    let lengths = head.matches("\ncontent-length").count();
    let reason = match () {
        () if differs.then.is_some() => "more comes behind the request",
        () if length > READ_BYTES_MAX => "it has more than 64 KiB",
        () if lengths > 1 || lengths == 1 && head.contains("\ntransfer-encoding") => "it has two lengths",
        () if ["put ", "patch ", "delete "].iter().any(|method| head.starts_with(method)) => "it may change something",
        () => return None,
    };
    Some(format!("{reason}; say class = \"disrupt\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attack(from: Twin, class: Class, differs: Difference) -> Attack {
        Attack {
            id: "a".to_owned(),
            layer: Layer::Head,
            says: String::new(),
            source: String::new(),
            demand: Demanded::May,
            class,
            from,
            differs,
            cut: false,
            also: Vec::new(),
            like: Vec::new(),
        }
    }

    fn asked() -> LawfulRequest {
        LawfulRequest { target: "/a?b=cd".to_owned(), path: "/a".to_owned(), form: "b=cd".to_owned() }
    }

    #[track_caller]
    fn check(from: Twin, differs: Difference, expected: &str) {
        assert_eq!(from.text(&differs, &asked()), expected);
    }

    #[test]
    fn an_attack_differs_from_its_twin_in_what_it_says() {
        let own = "Host: ${host}\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n";
        check(Twin::Read, Difference::default(), &format!("GET /a?b=cd HTTP/1.1\r\n{own}\r\n"));
        let form = format!("POST /a HTTP/1.1\r\n{own}Content-Type: application/x-www-form-urlencoded\r\n");
        check(Twin::Form, Difference::default(), &format!("{form}Content-Length: 4\r\n\r\nb=cd"));
        check(
            Twin::Chunked,
            Difference::default(),
            &format!("{form}Transfer-Encoding: chunked\r\n\r\n4\r\nb=cd\r\n0\r\n\r\n"),
        );
        let body = Difference { body: Some("${form}&${byte:ff}${repeat:3:x}".to_owned()), ..Difference::default() };
        check(Twin::Form, body, &format!("{form}Content-Length: 9\r\n\r\nb=cd&${{byte:ff}}${{repeat:3:x}}"));
        let lines = Difference {
            line: Some("X".to_owned()),
            without: vec!["host".to_owned(), "AUTHORIZATION".to_owned()],
            before: vec!["A".to_owned()],
            lines: vec!["B: ${length}".to_owned()],
            then: Some("${mark}".to_owned()),
            ..Difference::default()
        };
        check(Twin::Read, lines, "X\r\nA\r\nConnection: close\r\nB: 4\r\n\r\ntouchmark-mark");
        let bytes = Difference { bytes: Some("${path}${hex-length}".to_owned()), ..Difference::default() };
        check(Twin::Read, bytes, "/a?b=cd4");
    }

    #[track_caller]
    fn faulty(class: Class, from: Twin, differs: Difference, says: &str) {
        let fault = fault(&attack(from, class, differs), &asked());
        match says {
            "" => assert_eq!(fault, None),
            _ => assert!(fault.as_ref().is_some_and(|fault| fault.contains(says)), "{fault:?}"),
        }
    }

    #[test]
    fn what_is_more_than_a_read_says_so() {
        let read = |differs, says| faulty(Class::Read, Twin::Read, differs, says);
        let line = |line: &str| Difference { line: Some(line.to_owned()), ..Difference::default() };
        let lines = |line: &str| Difference { lines: vec![line.to_owned()], ..Difference::default() };
        read(Difference::default(), "does not differ");
        read(line("get ${path} HTTP/1.1"), "");
        read(line("DELETE ${path} HTTP/1.1"), "may change something");
        read(lines("A: ${repeat:70000:a}"), "64 KiB");
        read(lines("A: ${repeat:a:a}"), "no placeholder");
        read(lines("A: ${hots}"), "${hots}");
        read(Difference { then: Some("GET".to_owned()), ..Difference::default() }, "behind the request");
        faulty(Class::Read, Twin::Form, lines("Content-Length: 3"), "two lengths");
        faulty(Class::Read, Twin::Chunked, lines("Content-Length: 3"), "two lengths");
        faulty(Class::Disrupt, Twin::Chunked, lines("Content-Length: 3"), "");
        let body = Difference { body: Some("${host}".to_owned()), ..Difference::default() };
        faulty(Class::Read, Twin::Form, body, "is not known");
    }
}

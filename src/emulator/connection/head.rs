//! The head of a request of HTTP/1.1, read by hand from RFC 9112.
//!
//! In: the bytes so far. Out: a [`Head`], or that more must come, or why it is refused. What can be read in two ways is refused, never
//! guessed at: two readers who guess differently are how one request becomes two.

use super::super::feed::Head;
use super::super::switches::ActiveDefects;

/// The kind of request that defects of this room touch.
pub(crate) const KIND: &str = "http/head";

/// The most that a head may hold.
const HEAD_BYTES_MAX: usize = 64 << 10;
/// The most that a request line may hold.
const LINE_BYTES_MAX: usize = 48 << 10;
/// The most headers that are read.
const HEADERS_MAX: usize = 256;
/// The most empty lines before a request.
const EMPTY_LINES_MAX: usize = 4;

/// What comes of the bytes so far.
#[derive(Debug)]
pub(crate) enum Read {
    /// A head, and its bytes.
    Whole(Head, usize),
    Part,
    Bad(Refusal),
}

/// Why a request is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) reason: &'static str,
}

pub(crate) const fn refusal(status: u16, reason: &'static str) -> Refusal {
    Refusal { status, reason }
}

/// Reads a head, as far as it came.
pub(crate) fn read(bytes: &[u8], defects: &ActiveDefects) -> Read {
    let reader = Reader { defects };
    match reader.head(bytes) {
        Ok(Some((head, length))) => Read::Whole(head, length),
        Ok(None) => Read::Part,
        Err(refusal) => Read::Bad(refusal),
    }
}

/// Whether a byte may stand in a method or in the name of a header (RFC 9110 5.6.2).
pub(super) fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

struct Reader<'a> {
    defects: &'a ActiveDefects,
}

impl Reader<'_> {
    fn broken(&self, what: &str) -> bool {
        self.defects.has(KIND, what)
    }

    fn head(&self, bytes: &[u8]) -> Result<Option<(Head, usize)>, Refusal> {
        let mut at = 0;
        let mut empty = 0;
        let mut head: Option<Head> = None;
        while let Some(length) = bytes[at..].iter().position(|byte| *byte == b'\n') {
            let line = &bytes[at..at + length];
            at += length + 1;
            self.fits(at, head.as_ref().map_or(at, |_| 0))?;
            let line = self.ended(line)?;
            match &mut head {
                None if line.is_empty() => {
                    empty += 1;
                    if self.broken("leading-empty-line-answered-with-500") {
                        return Err(refusal(500, "There is no request line.\n"));
                    }
                    if empty > EMPTY_LINES_MAX || self.broken("leading-empty-line-refused") {
                        return Err(refusal(400, "There is no request line.\n"));
                    }
                }
                None => head = Some(self.request_line(line)?),
                Some(head) if line.is_empty() => return Ok(Some((std::mem::take(head), at))),
                Some(head) => {
                    if head.headers.len() == HEADERS_MAX {
                        let status = if self.broken("many-headers-answered-with-500") { 500 } else { 431 };
                        return Err(refusal(status, "There are more than 256 headers.\n"));
                    }
                    self.header(line, head)?;
                }
            }
        }
        let line_bytes = if head.is_none() { bytes.len() - at } else { 0 };
        self.fits(bytes.len(), line_bytes)?;
        Ok(None)
    }

    fn fits(&self, head_bytes: usize, line_bytes: usize) -> Result<(), Refusal> {
        if line_bytes > LINE_BYTES_MAX {
            let status = if self.broken("long-target-answered-with-500") { 500 } else { 414 };
            return Err(refusal(status, "The request line is longer than 48 KiB.\n"));
        }
        if head_bytes > HEAD_BYTES_MAX {
            let status = if self.broken("long-head-answered-with-500") { 500 } else { 431 };
            return Err(refusal(status, "The head is larger than 64 KiB.\n"));
        }
        Ok(())
    }

    /// A line without its end, which is CRLF (2.2). Neither a LF alone nor a CR within ends one.
    fn ended<'b>(&self, line: &'b [u8]) -> Result<&'b [u8], Refusal> {
        let bare = refusal(400, "A line does not end with CRLF.\n");
        let line = line.strip_suffix(b"\r").ok_or(bare)?;
        if line.contains(&b'\r') { Err(bare) } else { Ok(line) }
    }

    /// Section 3.
    fn request_line(&self, line: &[u8]) -> Result<Head, Refusal> {
        let bad = refusal(400, "That is no request line of HTTP.\n");
        let line = std::str::from_utf8(line).map_err(|_| bad)?;
        let (method, rest) = line.split_once(' ').ok_or(bad)?;
        let (target, version) = rest.rsplit_once(' ').ok_or(bad)?;
        let minor = self.version(version)?;
        let mut method = method.to_owned();
        if self.broken("method-not-checked") {
            method.retain(|letter| u8::try_from(letter).is_ok_and(is_token));
        }
        if self.broken("method-in-any-case") {
            method = method.to_ascii_uppercase();
        }
        if method.is_empty() || !method.bytes().all(is_token) {
            return Err(refusal(400, "The method is no token.\n"));
        }
        let blank_taken = self.broken("blank-in-target-taken");
        let visible = |letter: char| letter.is_ascii_graphic() || letter == ' ' && blank_taken;
        if target.is_empty() || !target.chars().all(visible) && !self.broken("control-bytes-in-target-taken") {
            return Err(refusal(400, "The target has a byte that must be encoded.\n"));
        }
        let target = self.target(&method, target)?;
        Ok(Head { method, target, minor, headers: Vec::new() })
    }

    /// The second number of the version (2.3).
    fn version(&self, version: &str) -> Result<u8, Refusal> {
        let lower = self.broken("version-in-lower-case-taken") && version.starts_with("http/");
        let version = if lower { version.to_ascii_uppercase() } else { version.to_owned() };
        let status = if self.broken("version-answered-with-500") { 500 } else { 505 };
        match version.as_bytes() {
            [b'H', b'T', b'T', b'P', b'/', b'1', b'.', minor @ b'0'..=b'9'] => Ok(minor - b'0'),
            [b'H', b'T', b'T', b'P', b'/', b'0'..=b'9', b'.', b'0'..=b'9'] => {
                Err(refusal(status, "HTTP/1.1 is spoken here.\n"))
            }
            _ if self.broken("version-not-checked") => Ok(1),
            _ => Err(refusal(400, "The version is none of HTTP.\n")),
        }
    }

    /// The path and query of a target in any of its forms (3.2).
    fn target(&self, method: &str, target: &str) -> Result<String, Refusal> {
        let bad = refusal(400, "The target is in none of the forms that a request may have.\n");
        let absolute = |scheme: &str| {
            let start = target.get(..scheme.len())?;
            start.eq_ignore_ascii_case(scheme).then(|| &target[scheme.len()..])
        };
        if let Some(rest) = absolute("http://").or_else(|| absolute("https://")) {
            let at = rest.find(['/', '?']).unwrap_or(rest.len());
            if self.broken("absolute-form-refused") || !is_host(&rest[..at]) || target.contains('#') {
                return Err(bad);
            }
            let path = &rest[at..];
            return Ok(if path.starts_with('/') { path.to_owned() } else { format!("/{path}") });
        }
        let formed = target.starts_with('/') || method == "OPTIONS" && target == "*" || method == "CONNECT";
        if formed && !target.contains('#') {
            Ok(target.to_owned())
        } else if self.broken("target-not-checked") {
            Ok(format!("/{}", target.split('#').next().unwrap_or_default().trim_start_matches('/')))
        } else {
            Err(bad)
        }
    }

    /// A header (5).
    fn header(&self, line: &[u8], head: &mut Head) -> Result<(), Refusal> {
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            return Err(refusal(400, "A header goes on in a second line.\n"));
        }
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            return if self.broken("line-without-colon-taken") {
                Ok(())
            } else {
                Err(refusal(400, "A line of the head has no colon.\n"))
            };
        };
        let (mut name, value) = (&line[..colon], &line[colon + 1..]);
        if self.broken("blank-before-colon-taken") {
            name = name.trim_ascii_end();
        }
        if name.is_empty() || !name.iter().copied().all(is_token) {
            let taken = if name.is_empty() { "empty-name-taken" } else { "name-not-checked" };
            return if self.broken(taken) { Ok(()) } else { Err(refusal(400, "The name of a header is no token.\n")) };
        }
        let name = String::from_utf8_lossy(name).into_owned();
        let usual = name.starts_with(|letter: char| letter.is_ascii_uppercase())
            && name.chars().any(|letter| letter.is_ascii_lowercase());
        if self.broken("names-in-one-case-only") && !usual {
            return Ok(());
        }
        if self.broken("long-names-answered-with-500") && name.len() > 4_096 {
            return Err(refusal(500, "The name of a header does not fit.\n"));
        }
        if self.broken("blanks-around-values-refused")
            && value != b" "
            && value.strip_prefix(b" ").unwrap_or(value) != value.trim_ascii()
        {
            return Err(refusal(400, "There are blanks around the value of a header.\n"));
        }
        if self.broken("value-without-blank-refused") && !value.starts_with(b" ") && !value.is_empty() {
            return Err(refusal(400, "A blank is missing behind a colon.\n"));
        }
        let value = value.trim_ascii();
        if value.iter().any(|byte| byte.is_ascii_control() && *byte != b'\t') {
            return Err(refusal(400, "The value of a header has a control byte.\n"));
        }
        if self.broken("bytes-beyond-ascii-answered-with-500") && !value.is_ascii() {
            return Err(refusal(500, "The value of a header cannot be decoded.\n"));
        }
        head.headers.push((name, String::from_utf8_lossy(value).into_owned()));
        Ok(())
    }
}

/// Whether a request names its host as it must (3.2): HTTP/1.1 just once, HTTP/1.0 at most once.
pub(super) fn host_is_named(head: &Head, defects: &ActiveDefects) -> Result<(), Refusal> {
    let broken = |what: &str| defects.has(KIND, what);
    let hosts: Vec<&str> = head.all("host").collect();
    match hosts.as_slice() {
        [] if head.minor == 0 || broken("host-missing-taken") => Ok(()),
        [] => Err(refusal(400, "The header Host is missing.\n")),
        [host] if is_host(host) || broken("host-not-checked") => Ok(()),
        [_] => Err(refusal(400, "The header Host names no host.\n")),
        _ if broken("host-twice-taken") => Ok(()),
        _ => Err(refusal(400, "There are several headers Host.\n")),
    }
}

/// Whether a text is a host, with a port perhaps (RFC 3986 3.2.2). User information is none of it.
fn is_host(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((address, port)) if !address.is_empty() => {
                if !address.chars().all(|letter| letter.is_ascii_hexdigit() || ":.".contains(letter)) {
                    return false;
                }
                ("address", port.strip_prefix(':').unwrap_or(if port.is_empty() { "0" } else { "none" }))
            }
            _ => return false,
        },
        None => text.split_once(':').unwrap_or((text, "0")),
    };
    let named = |letter: char| letter.is_ascii_alphanumeric() || "-._~%!$&'()*+;=".contains(letter);
    !host.is_empty() && host.chars().all(named) && port.chars().all(|digit| digit.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(head: &str) -> u16 {
        match read(head.as_bytes(), &ActiveDefects::default()) {
            Read::Whole(head, _) => {
                host_is_named(&head, &ActiveDefects::default()).map_or_else(|bad| bad.status, |()| 200)
            }
            Read::Part => 0,
            Read::Bad(refusal) => refusal.status,
        }
    }

    #[track_caller]
    fn check(line: &str, lines: &str, expected: u16) {
        let head = format!("{line}\r\n{lines}\r\n");
        assert_eq!(status(&head), expected, "{head:?}");
    }

    #[test]
    fn request_lines_are_held_to_the_grammar() {
        for (line, expected) in [
            ("GET / HTTP/1.1", 200),
            ("\r\nGET / HTTP/1.1", 200),
            ("GET /a?b=%zz HTTP/1.9", 200),
            ("G-T / HTTP/1.1", 200),
            ("GET http://a/b HTTP/1.1", 200),
            ("GET HTTPS://a:1?b HTTP/1.1", 200),
            ("OPTIONS * HTTP/1.1", 200),
            ("CONNECT a:1 HTTP/1.1", 200),
            ("GET * HTTP/1.1", 400),
            ("GET a HTTP/1.1", 400),
            ("GET http://a@b/ HTTP/1.1", 400),
            ("GET /#a HTTP/1.1", 400),
            ("GET /a b HTTP/1.1", 400),
            ("GET  / HTTP/1.1", 400),
            ("GET /\t HTTP/1.1", 400),
            ("GET /\u{e4} HTTP/1.1", 400),
            ("G(T / HTTP/1.1", 400),
            (" / HTTP/1.1", 400),
            ("GET / http/1.1", 400),
            ("GET / HTTP/1.1.1", 400),
            ("GET / HTTP/1", 400),
            ("GET /", 400),
            ("GET / HTTP/2.0", 505),
            ("GET / HTTP/0.9", 505),
        ] {
            check(line, "Host: a\r\n", expected);
        }
        check(&format!("GET /{} HTTP/1.1", "a".repeat(LINE_BYTES_MAX)), "Host: a\r\n", 414);
        assert_eq!(status(&format!("GET /{}", "a".repeat(LINE_BYTES_MAX))), 414);
        assert_eq!(status("GET / HTTP/1.1\nHost: a\n\n"), 400);
        assert_eq!(status("GET / HTTP/1.1\r\nHost: a\r\n"), 0);
    }

    #[test]
    fn headers_are_held_to_the_grammar() {
        for (lines, expected) in [
            ("Host: a\r\n", 200),
            ("host:a:443\r\n", 200),
            ("HOST:\t [::1]:8080 \r\n", 200),
            ("Host: a\r\nX: \u{e4}\r\n", 200),
            ("Host: a\r\nX:\r\n", 200),
            ("", 400),
            ("Host:\r\n", 400),
            ("Host: a\r\nHost: a\r\n", 400),
            ("Host: a b\r\n", 400),
            ("Host: a/b\r\n", 400),
            ("Host: a@b\r\n", 400),
            ("Host: a:b\r\n", 400),
            ("Host: [::1\r\n", 400),
            ("Host: [::1]x\r\n", 400),
            ("Host : a\r\n", 400),
            (" Host: a\r\n", 400),
            ("Host: a\r\n b\r\n", 400),
            ("Host: a\r\n: b\r\n", 400),
            ("Host: a\r\nb\r\n", 400),
            ("Host: a\r\nX(: b\r\n", 400),
            ("Host: a\r\nX: a\rb\r\n", 400),
            ("Host: a\r\nX: a\0b\r\n", 400),
            ("Host: a\r\nX: a\nY: b\r\n", 400),
        ] {
            check("GET / HTTP/1.1", lines, expected);
        }
        check("GET / HTTP/1.0", "", 200);
        check("GET / HTTP/1.1", &"X: a\r\n".repeat(HEADERS_MAX + 1), 431);
        check("GET / HTTP/1.1", &format!("X: {}\r\n", "a".repeat(HEAD_BYTES_MAX)), 431);
    }
}

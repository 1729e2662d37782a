//! How answers are written (RFC 9112, section 4), and what is wrong with them on purpose.
//!
//! In: a status, headers and a body. Out: bytes. No byte of a value ends a line.

use std::time::{Duration, UNIX_EPOCH};

use super::super::switches::ActiveDefects;
use super::echoed;
use super::head::Refusal;
use super::odd::KIND;

/// A page as some servers give it for what they did not expect.
const TRACE: &str = "Traceback (most recent call last):\n  File \"/opt/app/server.py\", line 214, in handle\n    \
    method, target, version = line.split()\nValueError: too many values to unpack (expected 3)\n";

/// The answer to a request that is not read.
pub(super) fn refusal(refusal: Refusal, head: &[u8], defects: &ActiveDefects) -> (u16, String) {
    let Refusal { status, reason } = refusal;
    match () {
        () if defects.has(KIND, "refusals-are-500") => (500, "Internal Server Error\n".to_owned()),
        () if defects.has(KIND, "refusals-are-200") => (200, String::new()),
        () if defects.has(KIND, "refusals-show-a-stack-trace") => (status, TRACE.to_owned()),
        () if defects.has(KIND, "refusals-show-what-came") => {
            (status, format!("{reason}{}\n", String::from_utf8_lossy(head)))
        }
        () => (status, reason.to_owned()),
    }
}

/// An answer as bytes.
pub(super) fn written<'a>(
    status: u16,
    headers: impl Iterator<Item = (&'a str, &'a str)>,
    body: &[u8],
    with_body: bool,
    now_ms: i64,
    defects: &ActiveDefects,
) -> Vec<u8> {
    let broken = |what: &str| defects.has(KIND, what);
    let refused = (400..500).contains(&status);
    let split = broken("target-in-a-header") || echoed::splits(defects);
    let line = |(name, value): (&str, &str)| {
        let value = if split { value.to_owned() } else { value.replace(|letter: char| letter.is_ascii_control(), " ") };
        format!("{name}: {value}\r\n")
    };
    let mut lines: String = headers.map(line).collect();
    if !lines.to_ascii_lowercase().contains("date: ") {
        let now = UNIX_EPOCH + Duration::from_millis(u64::try_from(now_ms).unwrap_or(0));
        lines.push_str(&format!("Date: {}\r\n", httpdate::fmt_http_date(now)));
    }
    let bodiless = matches!(status, 204 | 304);
    if !bodiless {
        let length = match () {
            () if refused && broken("length-of-refusals-too-small") => body.len().saturating_sub(3),
            () if refused && broken("length-of-refusals-too-large") => body.len() + 3,
            () => body.len(),
        };
        lines.push_str(&format!("Content-Length: {length}\r\n"));
        if refused && broken("refusals-have-two-lengths") {
            lines.push_str(&format!("Content-Length: {}\r\n", length + 1));
        }
    }
    let version = if refused && broken("refusals-have-no-status-line") { "ERROR" } else { "HTTP/1.1" };
    let head = format!("{version} {status} {}\r\n{lines}Connection: close\r\n\r\n", phrase(status));
    let mut out = head.into_bytes();
    if with_body && !bodiless {
        out.extend_from_slice(body);
    }
    out
}

/// What stands behind a status.
pub(super) fn phrase(status: u16) -> &'static str {
    match status {
        101 => "Switching Protocols",
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        408 => "Request Timeout",
        409 => "Conflict",
        411 => "Length Required",
        413 => "Content Too Large",
        414 => "URI Too Long",
        415 => "Unsupported Media Type",
        417 => "Expectation Failed",
        422 => "Unprocessable Content",
        426 => "Upgrade Required",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        505 => "HTTP Version Not Supported",
        _ => "Other",
    }
}

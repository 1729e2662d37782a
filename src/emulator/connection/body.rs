//! How the body of a request is framed, read by hand from RFC 9112, sections 6 and 7.
//!
//! In: a head, and the bytes behind it in any cut. Out: the body, or why it is refused. A body that could end at two places is refused.

use super::super::feed::Head;
use super::super::http::BODY_BYTES_MAX;
use super::super::switches::ActiveDefects;
use super::head::{Refusal, is_token, refusal};

/// The kind of request that defects of this room touch.
pub(crate) const KIND: &str = "http/framing";

/// The most bytes of the line of a chunk, and of all trailers.
const LINE_BYTES_MAX: usize = 4 << 10;
const TRAILER_BYTES_MAX: usize = 16 << 10;

/// A body that is being read.
#[derive(Debug)]
pub(crate) enum Body {
    /// It has so many bytes.
    Length(usize),
    Chunked(Chunks),
}

/// Where the reading of chunks stands.
#[derive(Debug, Default)]
pub(crate) struct Chunks {
    /// What came and is not read yet.
    rest: Vec<u8>,
    stage: Stage,
    trailer_bytes: usize,
}

#[derive(Clone, Copy, Debug, Default)]
enum Stage {
    #[default]
    Size,
    /// So many bytes of a chunk are missing.
    Data(usize),
    /// The end of a chunk.
    End,
    Trailer,
    Over,
}

/// How the body of a request is framed (6.3).
pub(crate) fn framed(head: &Head, defects: &ActiveDefects) -> Result<Body, Refusal> {
    let broken = |what: &str| defects.has(KIND, what);
    let lengths: Vec<&str> = head.all("content-length").collect();
    let codings: Vec<&str> = head.all("transfer-encoding").flat_map(|list| list.split(',')).map(str::trim).collect();
    if !codings.is_empty() {
        if head.minor == 0 {
            return Err(refusal(400, "HTTP/1.0 knows no Transfer-Encoding.\n"));
        }
        if !lengths.is_empty() {
            return Err(refusal(400, "There is a Content-Length beside a Transfer-Encoding.\n"));
        }
        let chunked = |coding: &str| match broken("chunked-in-lower-case-only") {
            true => coding == "chunked",
            false => coding.eq_ignore_ascii_case("chunked"),
        };
        let last = codings.last().is_some_and(|coding| chunked(coding));
        return match codings.as_slice() {
            [one] if chunked(one) => Ok(Body::Chunked(Chunks::default())),
            _ if broken("codings-not-checked") => Ok(Body::Chunked(Chunks::default())),
            _ if !last || codings.iter().filter(|coding| chunked(coding)).count() > 1 => {
                Err(refusal(400, "The body is not chunked as its last coding.\n"))
            }
            _ if broken("other-codings-taken") => Ok(Body::Chunked(Chunks::default())),
            _ => Err(refusal(501, "No Transfer-Encoding but chunked is known.\n")),
        };
    }
    match lengths.as_slice() {
        [] => Ok(Body::Length(0)),
        [one] => length(one, &broken).map(Body::Length),
        [first, ..] if broken("lengths-that-differ-taken") => length(first, &broken).map(Body::Length),
        _ => Err(refusal(400, "There are several headers Content-Length.\n")),
    }
}

fn length(text: &str, broken: &dyn Fn(&str) -> bool) -> Result<usize, Refusal> {
    let bad = refusal(400, "The Content-Length is no number.\n");
    let text = match () {
        () if broken("list-of-lengths-taken") => text.split(',').next().unwrap_or_default().trim(),
        () if broken("sign-of-length-taken") => text.trim_start_matches(['+', '-']),
        () if broken("words-as-length-taken") && !text.bytes().all(|byte| byte.is_ascii_digit()) => {
            text.trim_end_matches(|letter: char| !letter.is_ascii_digit())
        }
        () => text,
    };
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(bad);
    }
    if text.len() > 1 && text.starts_with('0') && broken("zeros-before-length-answered-with-500") {
        return Err(refusal(500, "The length is octal.\n"));
    }
    match text.parse::<usize>() {
        Ok(length) => Ok(length),
        Err(_) if broken("length-overflow-answered-with-500") => Err(refusal(500, "The length overflows.\n")),
        Err(_) => Err(refusal(413, "The body is larger than 1 MiB.\n")),
    }
}

impl Body {
    /// Takes what came into a body. Whether it is whole, or too large to be read on.
    pub(crate) fn take(&mut self, bytes: &[u8], body: &mut Vec<u8>, defects: &ActiveDefects) -> Result<bool, Refusal> {
        match self {
            // One byte over the limit is enough to know.
            Body::Length(length) if *length > BODY_BYTES_MAX => {
                *body = vec![0; BODY_BYTES_MAX + 1];
                Ok(true)
            }
            Body::Length(length) => {
                let missing = length.saturating_sub(body.len()).min(bytes.len());
                body.extend_from_slice(&bytes[..missing]);
                Ok(body.len() == *length)
            }
            Body::Chunked(chunks) => {
                chunks.rest.extend_from_slice(bytes);
                chunks.read(body, defects)?;
                Ok(matches!(chunks.stage, Stage::Over) || body.len() > BODY_BYTES_MAX)
            }
        }
    }
}

impl Chunks {
    fn read(&mut self, body: &mut Vec<u8>, defects: &ActiveDefects) -> Result<(), Refusal> {
        let broken = |what: &str| defects.has(KIND, what);
        loop {
            match self.stage {
                Stage::Size => {
                    let Some(line) = self.line(&broken)? else { return Ok(()) };
                    let size = size(&line, &broken)?;
                    self.stage = if size == 0 { Stage::Trailer } else { Stage::Data(size) };
                }
                Stage::Data(missing) => {
                    let some = missing.min(self.rest.len());
                    body.extend(self.rest.drain(..some));
                    if body.len() > BODY_BYTES_MAX || some < missing {
                        self.stage = Stage::Data(missing - some);
                        return Ok(());
                    }
                    self.stage = Stage::End;
                }
                Stage::End => {
                    if self.rest.len() < 2 {
                        return Ok(());
                    }
                    if self.rest.starts_with(b"\r\n") {
                        self.rest.drain(..2);
                    } else if broken("end-of-chunk-not-checked") {
                        let end = self.rest.iter().position(|byte| *byte == b'\n').map_or(0, |at| at + 1);
                        self.rest.drain(..end);
                    } else {
                        return Err(refusal(400, "A chunk does not end where it should.\n"));
                    }
                    self.stage = Stage::Size;
                }
                Stage::Trailer => {
                    let Some(line) = self.line(&broken)? else { return Ok(()) };
                    if line.is_empty() {
                        self.stage = Stage::Over;
                        return Ok(());
                    }
                    self.trailer_bytes += line.len();
                    if broken("trailers-refused") || self.trailer_bytes > TRAILER_BYTES_MAX {
                        return Err(refusal(400, "There are too many trailers.\n"));
                    }
                    let name = line.iter().position(|byte| *byte == b':').map(|colon| &line[..colon]);
                    if !name.is_some_and(|name| !name.is_empty() && name.iter().copied().all(is_token)) {
                        return Err(refusal(400, "A trailer is no header.\n"));
                    }
                }
                Stage::Over => return Ok(()),
            }
        }
    }

    /// The next line without its CRLF; none where it is not whole.
    fn line(&mut self, broken: &dyn Fn(&str) -> bool) -> Result<Option<Vec<u8>>, Refusal> {
        let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') else {
            return match self.rest.len() > LINE_BYTES_MAX {
                true => Err(refusal(400, "The line of a chunk is too long.\n")),
                false => Ok(None),
            };
        };
        let line: Vec<u8> = self.rest.drain(..=end).collect();
        let line = &line[..end];
        match line.strip_suffix(b"\r") {
            Some(line) if !line.contains(&b'\r') && line.len() <= LINE_BYTES_MAX => Ok(Some(line.to_vec())),
            _ if broken("chunk-line-ends-not-checked") => Ok(Some(line.trim_ascii_end().to_vec())),
            _ => Err(refusal(400, "The line of a chunk does not end with CRLF.\n")),
        }
    }
}

/// The size of a chunk (7.1). What is said behind it is passed over.
fn size(line: &[u8], broken: &dyn Fn(&str) -> bool) -> Result<usize, Refusal> {
    let bad = refusal(400, "The size of a chunk is no hexadecimal number.\n");
    let semicolon = line.iter().position(|byte| *byte == b';');
    if semicolon.is_some() && broken("chunk-extensions-refused") {
        return Err(refusal(400, "Nothing may stand behind the size of a chunk.\n"));
    }
    let digits = &line[..semicolon.unwrap_or(line.len())];
    // Blanks before the semicolon are what old implementations write (7.1.1).
    let digits = if semicolon.is_some() { digits.trim_ascii_end() } else { digits };
    let digits = match () {
        () if broken("prefix-of-chunk-size-taken") => digits.strip_prefix(b"0x").unwrap_or(digits),
        () if broken("sign-of-chunk-size-taken") => {
            digits.strip_prefix(b"+").or_else(|| digits.strip_prefix(b"-")).unwrap_or(digits)
        }
        () if broken("blanks-around-chunk-size-taken") => digits.trim_ascii(),
        () => digits,
    };
    let upper = digits.iter().any(u8::is_ascii_uppercase) && broken("chunk-size-in-lower-case-only");
    let zeros = digits.len() > 1 && digits[0] == b'0' && broken("zeros-before-chunk-size-refused");
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_hexdigit) || upper || zeros {
        return Err(bad);
    }
    let significant = digits.iter().skip_while(|digit| **digit == b'0').count();
    if significant > 15 {
        let status = if broken("chunk-size-overflow-answered-with-500") { 500 } else { 413 };
        return Err(refusal(status, "A chunk is larger than 1 MiB.\n"));
    }
    let text = std::str::from_utf8(digits).map_err(|_| bad)?;
    usize::from_str_radix(text, 16).map_err(|_| bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The body, cut anywhere, or the status of the refusal; 0 where more must come.
    fn body(lines: &[(&str, &str)], minor: u8, bytes: &str) -> Result<String, u16> {
        let headers = lines.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let head = Head { method: "POST".to_owned(), target: "/".to_owned(), minor, headers };
        let defects = ActiveDefects::default();
        let mut framed = framed(&head, &defects).map_err(|bad| bad.status)?;
        let mut body = Vec::new();
        let mut whole = framed.take(b"", &mut body, &defects).map_err(|bad| bad.status)?;
        for byte in bytes.as_bytes() {
            whole = framed.take(&[*byte], &mut body, &defects).map_err(|bad| bad.status)?;
            if whole {
                break;
            }
        }
        if whole { Ok(String::from_utf8(body).expect("text")) } else { Err(0) }
    }

    #[track_caller]
    fn check(lines: &[(&str, &str)], bytes: &str, expected: Result<&str, u16>) {
        assert_eq!(body(lines, 1, bytes), expected.map(str::to_owned), "{lines:?} {bytes:?}");
    }

    #[test]
    fn a_length_is_one_number() {
        check(&[], "abc", Ok(""));
        check(&[("Content-Length", "2")], "abc", Ok("ab"));
        check(&[("Content-Length", "002")], "abc", Ok("ab"));
        check(&[("Content-Length", "4")], "abc", Err(0));
        for text in ["+2", "-2", "0x2", "2 2", "2,2", "2, 3", "", "two", "2.0"] {
            check(&[("Content-Length", text)], "abc", Err(400));
        }
        check(&[("Content-Length", "99999999999999999999999")], "abc", Err(413));
        check(&[("Content-Length", "2"), ("Content-Length", "2")], "abc", Err(400));
    }

    #[test]
    fn chunks_are_held_to_the_grammar() {
        let chunked = [("Transfer-Encoding", "chunked")];
        for (bytes, expected) in [
            ("2\r\nab\r\n0\r\n\r\n", Ok("ab")),
            ("1\r\na\r\n01;x=y\r\nb\r\n00\r\nX: y\r\n\r\n", Ok("ab")),
            ("A \t;x\r\n0123456789\r\n0\r\n\r\n", Ok("0123456789")),
            ("2\r\nab\r\n", Err(0)),
            ("2\r\nabc\r\n0\r\n\r\n", Err(400)),
            ("x\r\nab\r\n0\r\n\r\n", Err(400)),
            ("\r\n", Err(400)),
            ("0x2\r\nab\r\n0\r\n\r\n", Err(400)),
            ("+2\r\nab\r\n0\r\n\r\n", Err(400)),
            ("2 \r\nab\r\n0\r\n\r\n", Err(400)),
            ("2\nab\r\n0\r\n\r\n", Err(400)),
            ("0\r\nno trailer\r\n\r\n", Err(400)),
            ("fffffffffffffffff\r\nab", Err(413)),
        ] {
            check(&chunked, bytes, expected);
        }
        check(&[("transfer-encoding", "Chunked")], "0\r\n\r\n", Ok(""));
        check(&[("Transfer-Encoding", "gzip, chunked")], "0\r\n\r\n", Err(501));
        check(&[("Transfer-Encoding", "chunked, gzip")], "0\r\n\r\n", Err(400));
        check(&[("Transfer-Encoding", "chunked, chunked")], "0\r\n\r\n", Err(400));
        check(&[("Transfer-Encoding", "identity")], "", Err(400));
        check(&[("Transfer-Encoding", "chunked"), ("Content-Length", "3")], "0\r\n\r\n", Err(400));
        assert_eq!(body(&chunked, 0, "0\r\n\r\n"), Err(400));
    }
}

//! Where the body of an answer ends, by what its head says (RFC 9112, section 6.3).
//!
//! In: a head, and the bytes that came behind it. Out: the body without its chunks, as far as it is there. Nothing is decoded or judged here.

use crate::model::exchange::Answer;

/// A body, as far as it is there.
pub(super) enum Body {
    /// All of it, and the number of bytes that it took.
    Whole(Vec<u8>, usize),
    /// What is there of it, of which more must come.
    More(Vec<u8>),
}

/// What the bytes behind a head are of its body, and whether the connection `ended` behind them.
///
/// # Errors
/// Why nobody can say where it ends.
pub(super) fn body(head: &Answer, rest: &[u8], ended: bool) -> Result<Body, String> {
    let of = |wanted: &'static str| {
        head.headers.iter().filter(move |(name, _)| name == wanted).map(|(_, value)| value.trim())
    };
    if of("transfer-encoding").next().is_some() {
        return unchunked(rest);
    }
    let lengths: Vec<&str> = of("content-length").collect();
    let Some((first, others)) = lengths.split_first() else {
        return Ok(if ended { Body::Whole(rest.to_vec(), rest.len()) } else { Body::More(rest.to_vec()) });
    };
    let length = first.parse::<usize>().map_err(|_| format!("its Content-Length is {first}"))?;
    if others.iter().any(|other| other != first) {
        return Err("it has two lengths that differ".to_owned());
    }
    Ok(match rest.get(..length) {
        Some(body) => Body::Whole(body.to_vec(), length),
        None => Body::More(rest.to_vec()),
    })
}

/// A body without its chunks.
fn unchunked(bytes: &[u8]) -> Result<Body, String> {
    let line_end = |at: usize| memchr::memmem::find(&bytes[at..], b"\r\n").map(|length| at + length);
    let mut body = Vec::new();
    let mut at = 0;
    loop {
        let Some(end) = line_end(at) else { return Ok(Body::More(body)) };
        let line = String::from_utf8_lossy(&bytes[at..end]);
        let digits = line.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(digits, 16).map_err(|_| format!("the size of a chunk is `{digits}`"))?;
        at = end + 2;
        if size == 0 {
            break;
        }
        let rest = &bytes[at..];
        body.extend_from_slice(&rest[..size.min(rest.len())]);
        let Some(behind) = rest.get(size..) else { return Ok(Body::More(body)) };
        match behind.get(..2) {
            Some(b"\r\n") => at += size + 2,
            Some(_) => return Err("a chunk does not end where it should".to_owned()),
            None => return Ok(Body::More(body)),
        }
    }
    loop {
        let Some(end) = line_end(at) else { return Ok(Body::More(body)) };
        let is_last = end == at;
        at = end + 2;
        if is_last {
            return Ok(Body::Whole(body, at));
        }
    }
}

//! `touchmark select`: what stands where in an answer.
//!
//! In: a query of the spec data, and an answer on standard input, with or without the status line and headers that `curl -i` prints. Out: the
//! first text that the query selects. The lines of a report read with it what one answer gives to the next request.

use std::{
    borrow::Cow,
    io::{self, Read as _},
    sync::Arc,
};

use clap::Args;

use super::{Failure, exit, print};
use crate::{
    answer,
    model::{
        exchange::{Answer, BODY_BYTES_MAX, Exchange, Request},
        variables::Variables,
    },
    send,
    vocabulary::{AnswerClass, Heard, Query},
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Where the text stands, such as `//lsid` or `json:/access_token`
    query: String,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let query = Query::parse(&arguments.query).map_err(Failure::usage)?;
    let mut bytes = Vec::new();
    io::stdin()
        .take(BODY_BYTES_MAX as u64)
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::usage(format!("standard input cannot be read: {error}")))?;
    match first(&query, bytes) {
        Some(text) => {
            print(&format!("{text}\n"));
            Ok(exit::CONFORMANT)
        }
        None => Err(Failure::usage(format!(
            "`{query}` selects nothing in what came on standard input\n  it should be an answer, such as `curl -i` prints it"
        ))),
    }
}

/// The first text that a query selects in an answer.
fn first(query: &Query, bytes: Vec<u8>) -> Option<String> {
    let answer = parts(bytes);
    let body = Arc::new(answer::body_of(&answer));
    let exchange = Exchange::answered("".into(), Request::read("/"), answer);
    let heard = Heard { exchange: Cow::Owned(exchange), class: AnswerClass::Accepted, body };
    query.find(&heard, &Variables::new())
}

/// Status, headers and body of what `curl -i` prints; all of it is the body where no status line comes first.
fn parts(mut bytes: Vec<u8>) -> Answer {
    let (mut status, mut headers) = (200, Vec::new());
    while bytes.starts_with(b"HTTP/") {
        let Some((head, rest)) = split_head(&bytes) else { break };
        let head = String::from_utf8_lossy(head).into_owned();
        let mut lines = head.lines();
        status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).unwrap_or(200);
        let pairs = lines.filter_map(|line| line.split_once(':'));
        headers = pairs.map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned())).collect();
        bytes = rest.to_vec();
    }
    // What curl prints has no coding any more but those that it was not asked to take off.
    send::answer(status, headers, bytes, None)
}

/// The head of an answer and what comes after it. A shell variable may have lost its carriage returns.
fn split_head(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let of = |end: &[u8]| {
        bytes.windows(end.len()).position(|window| window == end).map(|at| (&bytes[..at], &bytes[at + end.len()..]))
    };
    let (one, other) = (of(b"\r\n\r\n"), of(b"\n\n"));
    match (one, other) {
        (Some(one), Some(other)) => Some(if one.0.len() <= other.0.len() { one } else { other }),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(query: &str, input: &str, expected: Option<&str>) {
        let found = first(&Query::parse(query).unwrap(), input.as_bytes().to_vec());
        assert_eq!(found.as_deref(), expected, "{query}: {input}");
    }

    #[test]
    fn the_first_text_is_selected_with_or_without_a_head() {
        let body = "<x:l xmlns:x='u'><x:lsid><![CDATA[ab]]></x:lsid><x:lsid>cd</x:lsid></x:l>";
        check("//lsid", body, Some("ab"));
        check("//lsid", &format!("HTTP/1.1 200 OK\r\nServer: s\r\n\r\n{body}"), Some("ab"));
        check("//lsid", &format!("HTTP/1.1 100 Continue\n\nHTTP/2 200\nserver: s\n\n{body}\n"), Some("ab"));
        check("header:location", "HTTP/1.1 201 Created\nLocation: /x\n\n{}", Some("/x"));
        check("status", "HTTP/1.1 201 Created\n\n", Some("201"));
        check("json:/id", " {\"id\": 7} ", Some("7"));
        check("//lsid", "<l/>", None);
        check("//lsid", "", None);
    }
}

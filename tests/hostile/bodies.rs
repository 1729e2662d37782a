//! Servers that speak HTTP, and whose bodies, lengths, codings, statuses and texts are hostile.

use std::io::Write as _;

use flate2::{
    Compression,
    write::{DeflateEncoder, GzEncoder},
};

use super::{Bad, bytes, drip, endless, made, silent, then, wrong};
use crate::peers::Act;

/// A head with further lines, up to its body.
fn head(more: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\n{more}\r\n").into_bytes()
}

/// An answer with a body of a type.
fn whole(kind: &str, more: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\n{more}content-length: {length}\r\nconnection: close\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

fn xml(body: &str) -> Vec<u8> {
    whole("text/xml", "", body.as_bytes())
}

fn json(body: &str) -> Vec<u8> {
    whole("application/json", "", body.as_bytes())
}

fn status(line: &str) -> Vec<u8> {
    format!("HTTP/1.1 {line}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").into_bytes()
}

/// The mebibytes of a body that no reader unpacks to its end.
const BOMB: usize = 512;

/// That number of mebibytes of zeros, packed.
fn packed(mebibytes: usize) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::best());
    (0..mebibytes).for_each(|_| out.write_all(&[0; 1 << 20]).expect("memory"));
    out.finish().expect("memory")
}

fn deflated(mebibytes: usize) -> Vec<u8> {
    let mut out = DeflateEncoder::new(Vec::new(), Compression::best());
    (0..mebibytes).for_each(|_| out.write_all(&[0; 1 << 20]).expect("memory"));
    out.finish().expect("memory")
}

fn packed_again(bytes: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::best());
    out.write_all(bytes).expect("memory");
    out.finish().expect("memory")
}

/// All of them.
pub(super) fn all() -> Vec<Bad> {
    [lengths(), chunks(), codings(), statuses(), texts()].into_iter().flatten().collect()
}

fn lengths() -> Vec<Bad> {
    let part = vec![b'x'; 65_536];
    vec![
        bytes("a body that is shorter than its length", &[head("content-length: 5000\r\n"), b"<a/>".to_vec()].concat()),
        silent("a body that stops before its end", &[head("content-length: 5000\r\n"), b"<a/>".to_vec()].concat()),
        drip("a byte of a body now and then", &[head("content-length: 50000\r\n"), b"<a>".to_vec()].concat()),
        wrong("a length of 2^64-1, then nothing", &head("content-length: 18446744073709551615\r\n")),
        endless(
            "a length of 2^64-1, and as many bytes as are read",
            &head("content-length: 18446744073709551615\r\n"),
            &part,
        ),
        endless("a length of 8 GiB, and as many bytes as are read", &head("content-length: 8589934592\r\n"), &part),
        bytes("a length below zero", &[head("content-length: -1\r\n"), b"<a/>".to_vec()].concat()),
        bytes("a length that is a word", &[head("content-length: some\r\n"), b"<a/>".to_vec()].concat()),
        bytes("two lengths", &[head("content-length: 4\r\ncontent-length: 5\r\n"), b"<a/>x".to_vec()].concat()),
        bytes("a second answer behind the first", &[status("200 OK"), xml("<a/>")].concat()),
        endless("a body without length and end", &[head(""), b"<a>".to_vec()].concat(), &part),
        drip("a body without length, a byte now and then", &[head(""), b"<a>".to_vec()].concat()),
        silent("a body without length, then nothing", &[head(""), b"<a>".to_vec()].concat()),
    ]
}

fn chunks() -> Vec<Bad> {
    let head = |more: &str| [head("transfer-encoding: chunked\r\n"), more.as_bytes().to_vec()].concat();
    let chunk = [b"10000\r\n".to_vec(), vec![b'x'; 65_536], b"\r\n".to_vec()].concat();
    vec![
        silent("chunks, and none comes", &head("")),
        endless("chunks without end", &head(""), &chunk),
        endless("chunks of one byte without end", &head(""), &b"1\r\na\r\n".repeat(8_192)),
        wrong("a chunk of 2^64-1, then nothing", &head("ffffffffffffffff\r\n")),
        endless("a chunk of 2^64-1, and as many bytes as are read", &head("ffffffffffffffff\r\n"), &[b'x'; 65_536]),
        bytes("a chunk of more than 2^64", &head("fffffffffffffffffff\r\nx\r\n0\r\n\r\n")),
        bytes("a size of a chunk that is no number", &head("zz\r\nabc\r\n0\r\n\r\n")),
        endless("a size of a chunk without end", &head(""), &[b'1'; 65_536]),
        endless("an extension of a chunk without end", &head("1;a="), &[b'b'; 65_536]),
        endless("trailers without end", &head("0\r\n"), b"x-a: b\r\n"),
        silent("a trailer, then nothing", &head("0\r\nx-a: b\r\n")),
        drip("a chunk, a byte now and then", &head("1000\r\n")),
        bytes(
            "chunks and a length",
            &[
                b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-length: 3\r\n\r\n".to_vec(),
                b"4\r\n<a/>\r\n0\r\n\r\n".to_vec(),
            ]
            .concat(),
        ),
        bytes("a transfer coding that nobody knows", b"HTTP/1.1 200 OK\r\ntransfer-encoding: rot13\r\n\r\n<a/>"),
        bytes("chunks that end in the middle", &head("10\r\n<a>")),
    ]
}

fn codings() -> Vec<Bad> {
    let gzip = |body: &[u8]| whole("text/xml", "content-encoding: gzip\r\n", body);
    let twice = || whole("text/xml", "content-encoding: gzip, gzip\r\n", &packed_again(&packed(BOMB)));
    let deflate = || whole("text/xml", "content-encoding: deflate\r\n", &deflated(BOMB));
    let member = packed(2);
    vec![
        made("half a gigabyte of zeros, packed", move || {
            whole("text/xml", "content-encoding: gzip\r\n", &packed(BOMB))
        }),
        made("half a gigabyte of zeros, packed twice", twice),
        made("half a gigabyte of zeros, deflated", deflate),
        bytes("a packed body that ends in the middle", &gzip(&member[..member.len() / 2])),
        bytes("a packed body that is none", &gzip(b"<a/>")),
        endless("packed members without end", &head("content-encoding: gzip\r\n"), &member),
        bytes(
            "twenty codings",
            &whole("text/xml", &format!("content-encoding: {}\r\n", ["gzip"; 20].join(", ")), b"<a/>"),
        ),
        bytes(
            "a coding that nobody asked for",
            &whole("text/xml", "content-encoding: br\r\n", b"\x0b\x02\x80<a/>\x03"),
        ),
    ]
}

fn statuses() -> Vec<Bad> {
    vec![
        then("302 to itself", |asked| Act::Bytes(status(&format!("302 Found\r\nlocation: {}", asked.target)))),
        bytes("307 to another host", &status("307 Temporary Redirect\r\nlocation: http://192.0.2.1/a")),
        bytes("401 to everything", &status("401 Unauthorized\r\nwww-authenticate: Bearer")),
        bytes("403 to everything", &status("403 Forbidden")),
        bytes("404 to everything", &status("404 Not Found")),
        bytes("407 to everything", &status("407 Proxy Authentication Required\r\nproxy-authenticate: Basic")),
        bytes("429 that says to wait for thirty years", &status("429 Too Many Requests\r\nretry-after: 999999999")),
        bytes("429 that says to wait for less than nothing", &status("429 Too Many Requests\r\nretry-after: -1")),
        bytes("503 that says to wait for thirty years", &status("503 Service Unavailable\r\nretry-after: 999999999")),
        bytes("500 to everything", &status("500 Internal Server Error")),
        bytes("204 to everything", b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n"),
        bytes("304 to everything", b"HTTP/1.1 304 Not Modified\r\nconnection: close\r\n\r\n"),
        bytes(
            "206 of what nobody asked for",
            &status("206 Partial Content\r\ncontent-range: bytes 0-0/9999999999999999999999"),
        ),
        bytes("an empty 200 to everything", &xml("")),
    ]
}

fn texts() -> Vec<Bad> {
    let deep = |open: &str, close: &str, count: usize| format!("{}{}", open.repeat(count), close.repeat(count));
    let attributes: String = (0..300_000).map(|n| format!(" a{n}=\"\"")).collect();
    let laughs: String =
        (1..20).map(|n| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10))).collect();
    let laughs = format!("<!DOCTYPE a [<!ENTITY l0 \"lol\">{laughs}]><a>&l19;</a>");
    let keys: String = (0..300_000).map(|n| format!("\"k{n}\":0,")).collect();
    let token = |token: &str, more: &str| format!("{{\"access_token\":\"{token}\",\"token_type\":\"Bearer\"{more}}}");
    vec![
        bytes("XML a hundred thousand deep", &xml(&deep("<a>", "</a>", 100_000))),
        bytes("XML with three hundred thousand attributes", &xml(&format!("<a{attributes}/>"))),
        bytes("XML with three million elements", &xml(&format!("<a>{}</a>", "<b/>".repeat(3_000_000)))),
        bytes("XML with a billion laughs", &xml(&laughs)),
        bytes(
            "XML with an entity of the file system",
            &xml("<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><a>&e;</a>"),
        ),
        endless("XML without end", &[head(""), b"<a>".to_vec()].concat(), &b"<b>c</b>".repeat(8_192)),
        endless("XML that goes deeper without end", &head(""), &b"<a>".repeat(16_384)),
        endless("a comment without end", &[head(""), b"<!-- ".to_vec()].concat(), &[b'-'; 65_536]),
        bytes("bytes that are no UTF-8", &whole("text/xml; charset=utf-8", "", b"<a>\xc0\xaf\xed\xa0\x80\xff</a>")),
        bytes("UTF-16 with half a character", &whole("text/xml; charset=utf-16", "", b"\xff\xfe<\0a\0/\0>\0\xd8")),
        bytes("JSON a hundred thousand deep", &json(&deep("[", "]", 100_000))),
        bytes("JSON with three hundred thousand members", &json(&format!("{{{keys}\"z\":0}}"))),
        bytes("JSON with a number of a megabyte", &json(&format!("{{\"access_token\":{}}}", "9".repeat(1 << 20)))),
        endless("a text of JSON without end", &[head(""), b"{\"access_token\":\"".to_vec()].concat(), &[b'a'; 65_536]),
        bytes("a token of ten megabytes", &json(&token(&"A".repeat(10 << 20), ",\"expires_in\":3600"))),
        bytes("a token with a line of a header in it", &json(&token("a\\r\\nx-evil: 1", ",\"expires_in\":3600"))),
        bytes("an empty token", &json(&token("", ",\"expires_in\":3600"))),
        bytes("a token that ended before it began", &json(&token("a-token", ",\"expires_in\":-1"))),
        bytes("a token for longer than there is time", &json(&token("a-token", ",\"expires_in\":1e308"))),
        bytes("a page of HTML", &whole("text/html", "", "<p>Welcome</p>".repeat(5_000).as_bytes())),
    ]
}

//! One answer has many ways over a connection. Cut into chunks of any size, packed by gzip or deflate, with or without a trailer: no
//! verdict may change.

use std::{
    io::Write as _,
    sync::atomic::{AtomicUsize, Ordering},
};

use touchmark::emulator::Config;

use crate::{
    peers::{Act, Reply, proxy_that},
    support::{Cli, serve, text},
};

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(body).expect("memory");
    out.finish().expect("memory")
}

fn zlib(body: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(body).expect("memory");
    out.finish().expect("memory")
}

/// The first chunks of an answer may have extensions: so few of them come to less than is read.
const EXTENDED_MAX: usize = 1_000;

/// The bytes of the answer, cut and packed as a number has it.
fn on_the_way(mut reply: Reply, number: usize) -> Vec<u8> {
    let coded = reply.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-encoding"));
    match number % 3 {
        _ if coded || reply.body.is_empty() => {}
        1 => {
            reply.headers.push(("Content-Encoding".to_owned(), "gzip".to_owned()));
            reply.body = gzip(&reply.body);
        }
        2 => {
            reply.headers.push(("content-encoding".to_owned(), "deflate".to_owned()));
            reply.body = zlib(&reply.body);
        }
        _ => {}
    }
    let mut out = format!("HTTP/1.1 {} Status\r\n", reply.status).into_bytes();
    for (name, value) in &reply.headers {
        out.extend(format!("{name}: {value}\r\n").bytes());
    }
    out.extend(b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
    for (at, chunk) in reply.body.chunks(1 + 977 * (number % 7)).enumerate() {
        let extension = if at % 2 == 1 && at < EXTENDED_MAX { ";name=value" } else { "" };
        out.extend(format!("{:x}{extension}\r\n", chunk.len()).bytes());
        out.extend(chunk);
        out.extend(b"\r\n");
    }
    out.extend(if number.is_multiple_of(2) { &b"0\r\n\r\n"[..] } else { &b"0\r\nX-Trailer: 1\r\n\r\n"[..] });
    out
}

#[test]
#[ignore = "long: sh .ci/run plays it"]
fn how_an_answer_came_over_the_connection_changes_no_verdict() {
    let areas =
        ["command/get_", "command/set_session_attributes", "reporting/support_session/", "configuration/skill/"];
    let only: Vec<&str> = areas.iter().flat_map(|area| ["--only", area]).collect();
    let line = [&["certify", "--allow", "disrupt", "--cases", "1"], &only[..]].concat();
    let verdicts = |base: &str, behind: &crate::support::Served| {
        let cli = Cli::new();
        cli.aim(base, &behind.emulator);
        cli.run(&line);
        let report = cli.report();
        report.verdicts().into_iter().map(|(id, verdict)| format!("{id} {verdict}")).collect::<Vec<_>>()
    };
    let plain = serve(Config::demo());
    let expected = verdicts(&plain.base, &plain);
    assert!(expected.len() > 500, "{}", expected.len());
    let behind = serve(Config::demo());
    let count = AtomicUsize::new(0);
    let cut = proxy_that(&behind, move |asked, reply| match asked.method.as_str() {
        "HEAD" => Act::Reply(reply),
        _ if reply.status == 204 => Act::Reply(reply),
        _ => Act::Bytes(on_the_way(reply, count.fetch_add(1, Ordering::SeqCst))),
    });
    // What the way of an answer changes, it changes each time; groups side by side may meet one another once.
    let differing = || {
        let found = verdicts(&cut.base, &behind);
        assert_eq!(expected.len(), found.len());
        let both = expected.iter().cloned().zip(found);
        both.filter(|(one, other)| one != other).collect::<Vec<_>>()
    };
    let mut differ = differing();
    if !differ.is_empty() {
        let again = differing();
        differ.retain(|one| again.contains(one));
    }
    assert!(differ.is_empty(), "{differ:#?}");
}

/// Extensions are lawful however long, and what is read of them has a bound of ours: a body that has more of them shows nothing.
#[test]
fn more_extensions_of_chunks_than_are_read_are_no_gap() {
    let behind = serve(Config::demo());
    let extended =
        proxy_that(&behind, |asked, reply| match asked.actions().iter().any(|one| one == "get_appliances") {
            true => Act::Bytes(with_extensions(&reply)),
            false => Act::Reply(reply),
        });
    let cli = Cli::new();
    cli.aim(&extended.base, &behind.emulator);
    cli.run(&["certify", "--only", "=command/get_appliances/smallest"]).exits(3);
    let report = cli.report();
    let row = report.rows("requirements").next().expect("it is asked for");
    assert_eq!((text(row, "verdict"), text(row, "blame")), ("inconclusive", "configuration"), "{row}");
    assert!(text(row, "reason").contains("16 KiB of extensions"), "{row}");
}

/// The answer in chunks of a byte with extensions that come to more than 16 KiB.
fn with_extensions(reply: &Reply) -> Vec<u8> {
    let mut out = format!("HTTP/1.1 {} Status\r\nContent-Type: text/xml\r\n", reply.status).into_bytes();
    out.extend(b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
    let extension = "a".repeat(17 * 1024 / reply.body.len().max(1) + 1);
    reply.body.chunks(1).for_each(|byte| out.extend([format!("1;{extension}\r\n").as_bytes(), byte, b"\r\n"].concat()));
    out.extend(b"0\r\n\r\n");
    out
}

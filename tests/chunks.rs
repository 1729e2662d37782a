//! One answer has many ways over a connection. Cut into chunks of any size, packed by gzip or deflate, with or without a trailer: no
//! verdict may change.

use std::{
    io::Write as _,
    sync::atomic::{AtomicUsize, Ordering},
};

use touchmark::emulator::Config;

use crate::{
    peers::{Act, Reply, proxy_that},
    support::{Cli, serve},
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
        let extension = if at % 2 == 1 { ";name=value" } else { "" };
        out.extend(format!("{:x}{extension}\r\n", chunk.len()).bytes());
        out.extend(chunk);
        out.extend(b"\r\n");
    }
    out.extend(if number.is_multiple_of(2) { &b"0\r\n\r\n"[..] } else { &b"0\r\nX-Trailer: 1\r\n\r\n"[..] });
    out
}

#[test]
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

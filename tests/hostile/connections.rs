//! Servers that are no HTTP servers, or stop being ones in the head of an answer.

use super::{Bad, bytes, dribble, drip, endless, silent, wrong};

const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\n";

/// All of them.
pub(super) fn all() -> Vec<Bad> {
    let many: String = (0..10_000).map(|n| format!("x-{n}: y\r\n")).collect();
    let cookies: String = (0..5_000).map(|n| format!("set-cookie: c{n}=d; path=/\r\n")).collect();
    let noise: Vec<u8> = (0..65_536_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    vec![
        bytes("closes without a byte", b""),
        silent("says nothing", b""),
        silent("half a status line, then nothing", b"HTTP/1.1 2"),
        bytes("half a status line, then closes", b"HTTP/1.1 2"),
        silent("a status line, then nothing", b"HTTP/1.1 200 OK\r\n"),
        silent("a head without end, then nothing", HEAD.as_bytes()),
        endless("headers without end", HEAD.as_bytes(), b"x-a: b\r\n"),
        endless("one header without end", b"HTTP/1.1 200 OK\r\nx-a: ", &[b'a'; 65_536]),
        drip("a byte of a header now and then", b"HTTP/1.1 200 OK\r\nx-a: "),
        dribble("a byte of a status line now and then", b""),
        endless("a status line without end", b"HTTP/1.1 200 ", &[b'a'; 65_536]),
        endless("100 without end", b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        endless("102 without end", b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
        endless("103 without end", b"", b"HTTP/1.1 103 Early Hints\r\nlink: </a>; rel=preload\r\n\r\n"),
        silent("100, then nothing", b"HTTP/1.1 100 Continue\r\n\r\n"),
        bytes("100, then closes", b"HTTP/1.1 100 Continue\r\n\r\n"),
        dribble("100, then a byte now and then", b"HTTP/1.1 100 Continue\r\n\r\n"),
        endless("zeros without end", b"", &[0; 65_536]),
        endless("blank lines without end", b"", &b"\r\n".repeat(32_768)),
        endless("noise without end", b"", &noise),
        bytes("noise", &noise[..512]),
        bytes("the banner of SSH", b"SSH-2.0-OpenSSH_9.2\r\n"),
        wrong("the banner of SMTP, then nothing", b"220 mail.example.com ESMTP\r\n"),
        bytes("an alert of TLS", b"\x15\x03\x01\x00\x02\x02\x28"),
        wrong("an alert of TLS, then nothing", b"\x15\x03\x01\x00\x02\x02\x28"),
        bytes("a body without a head (HTTP/0.9)", b"<a>hello</a>"),
        wrong("settings of HTTP/2, then nothing", b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"),
        bytes("status 999999", b"HTTP/1.1 999999 Far\r\n\r\n"),
        bytes("status 000", b"HTTP/1.1 000 Zero\r\ncontent-length: 0\r\n\r\n"),
        bytes("a status that is a word", b"HTTP/1.1 fine fine\r\ncontent-length: 0\r\n\r\n"),
        bytes("HTTP/9.9", b"HTTP/9.9 200 OK\r\ncontent-length: 0\r\n\r\n"),
        bytes("a status line in small letters", b"http/1.1 200 ok\r\ncontent-length: 0\r\n\r\n"),
        bytes("a header without a colon", b"HTTP/1.1 200 OK\r\nnonsense\r\ncontent-length: 0\r\n\r\n"),
        bytes("a header with a NUL", b"HTTP/1.1 200 OK\r\nx-a: \0\r\ncontent-length: 0\r\n\r\n"),
        bytes("ten thousand headers", format!("{HEAD}{many}content-length: 0\r\n\r\n").as_bytes()),
        bytes("a header of a megabyte", format!("{HEAD}x-a: {}\r\n\r\n", "a".repeat(1 << 20)).as_bytes()),
        bytes("five thousand cookies", format!("{HEAD}{cookies}content-length: 0\r\n\r\n").as_bytes()),
        endless("a folded header without end", b"HTTP/1.1 200 OK\r\nx-a: b\r\n", b" folded\r\n"),
    ]
}

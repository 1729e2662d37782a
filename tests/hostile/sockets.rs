//! Servers that open a WebSocket, asked or not, and are hostile behind it.

use touchmark::decode::websocket::{Frame, LengthForm, accept_of};

use super::{Bad, then};
use crate::peers::{Act, Asked};

/// The answer to a handshake, and what comes behind it.
fn opened(asked: &Asked, behind: &[u8]) -> Vec<u8> {
    let accept = accept_of(asked.header("sec-websocket-key").unwrap_or("dGhlIHNhbXBsZSBub25jZQ=="));
    let head = format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\
         Sec-WebSocket-Protocol: ingredi%20state%20api\r\n\r\n"
    );
    [head.as_bytes(), behind].concat()
}

fn frame(opcode: u8, fin: bool, payload: &[u8]) -> Vec<u8> {
    rsv(opcode, fin, 0, payload)
}

fn rsv(opcode: u8, fin: bool, rsv: u8, payload: &[u8]) -> Vec<u8> {
    let form = LengthForm::shortest(payload.len());
    Frame { fin, rsv, opcode, mask: None, form, payload: payload.to_vec() }.to_bytes()
}

fn once(name: &'static str, behind: &[u8]) -> Bad {
    let behind = behind.to_vec();
    then(name, move |asked| Act::Bytes(opened(asked, &behind)))
}

fn silent(name: &'static str, behind: &[u8]) -> Bad {
    let behind = behind.to_vec();
    then(name, move |asked| Act::Stall(opened(asked, &behind)))
}

fn endless(name: &'static str, first: &[u8], again: &[u8]) -> Bad {
    let (first, again) = (first.to_vec(), again.to_vec());
    then(name, move |asked| Act::Endless(opened(asked, &first), again.clone()))
}

fn head(name: &'static str, lines: &str) -> Bad {
    let head = format!("HTTP/1.1 101 Switching Protocols\r\n{lines}\r\n").into_bytes();
    then(name, move |_| Act::Stall(head.clone()))
}

/// All of them.
pub(super) fn all() -> Vec<Bad> {
    let upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
    let deep = [b"[".repeat(100_000), b"\n".to_vec()].concat();
    vec![
        head(
            "a WebSocket with a wrong Accept",
            &format!("{upgrade}Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n"),
        ),
        head("a WebSocket without an Accept", upgrade),
        head("101 to another protocol", "Upgrade: h2c\r\nConnection: Upgrade\r\n"),
        silent("a WebSocket that says nothing", b""),
        once("a WebSocket that is closed at once", b""),
        silent("half the head of a frame, then nothing", b"\x82"),
        endless("a flood of pings", b"", &frame(9, true, b"are you there").repeat(1_024)),
        endless("a flood of pongs", b"", &frame(10, true, b"").repeat(8_192)),
        endless("fragments without end", &frame(2, false, b"{"), &frame(0, false, b" ").repeat(8_192)),
        endless("empty fragments without end", &frame(2, false, b""), &frame(0, false, b"").repeat(8_192)),
        silent("a frame of 2^63-1 bytes, then nothing", &[&[0x82, 0x7f, 0x7f][..], &[0xff; 7]].concat()),
        endless(
            "a frame of 2^63-1 bytes, and as many as are read",
            &[&[0x82, 0x7f, 0x7f][..], &[0xff; 7]].concat(),
            &[b' '; 65_536],
        ),
        silent("a frame whose length has its highest bit", &[&[0x82, 0x7f][..], &[0xff; 8]].concat()),
        endless("never the end of a line", b"", &frame(2, true, &[b' '; 65_536])),
        endless("lines without end", b"", &frame(2, true, &b"{}\n".repeat(20_000))),
        once("frames with a mask", b"\x82\x83\x01\x02\x03\x04abc"),
        once("a frame with reserved bits", &rsv(2, true, 7, b"{}\n")),
        once("a packed frame that was not agreed on", &rsv(2, true, 4, b"\xaa\x56\x02\x00\n")),
        once("an opcode that nobody knows", &frame(11, true, b"")),
        once("a close without a code", &frame(8, true, b"")),
        once("a close with code 999", &frame(8, true, &999_u16.to_be_bytes())),
        once("a close with half a code", &frame(8, true, b"\x03")),
        silent("a close, and the connection stays", &frame(8, true, &1000_u16.to_be_bytes())),
        once("a ping in fragments", &frame(9, false, b"a")),
        once("a ping of a thousand bytes", &frame(9, true, &[b'a'; 1_000])),
        once("a fragment of nothing", &frame(0, true, b"{}\n")),
        once("text that is no UTF-8", &frame(1, true, b"{\"type\":\"\xc0\xaf\"}\n")),
        once("JSON a hundred thousand deep in a frame", &frame(2, true, &deep)),
        once("noise in place of frames", b"\xff\xfe garbage \x00\x01\x02"),
        then("a byte of a frame now and then", |asked| Act::Drip(opened(asked, b"\x82\x7f\0\0\0\0\0\x01\0\0"))),
    ]
}

//! An echo over the WebSocket of the feed, for Autobahn|Testsuite, which `.ci/autobahn` starts beside it.
//!
//! In: the port to listen on, from the environment; without one it echoes once. Out: every message as it came. The handshake, the frames and the way in which a
//! connection fails are those of the feed. Only the tests have it.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::time::Duration;

use super::super::connection::{Read, read};
use super::super::switches::{ActiveDefects, Readings};
use super::super::testing::HANDSHAKE;
use super::handshake::shake;
use super::socket::{Heard, Socket};

/// The longest message of the suite.
const MESSAGE_BYTES_MAX: usize = 16 << 20;
/// How long the other side may take to close.
const END_MAX: Duration = Duration::from_secs(5);

#[test]
#[expect(clippy::disallowed_methods, reason = "a script says where to listen")]
fn what_is_said_over_the_websocket_of_the_feed_can_be_echoed() {
    let port = std::env::var("TOUCHMARK_AUTOBAHN").ok().map(|port| port.parse::<u16>().expect("a number"));
    let listener = TcpListener::bind(("127.0.0.1", port.unwrap_or(0))).expect("a free port");
    if port.is_none() {
        let address = listener.local_addr().expect("an address");
        let served = std::thread::spawn(move || echo(listener.accept()?.0));
        hello(TcpStream::connect(address).expect("a connection"));
        return served.join().expect("an end").expect("an echo");
    }
    // Until the script ends it. A connection that the suite ends as it likes is no fault.
    listener.incoming().for_each(|stream| drop(std::thread::spawn(move || stream.and_then(echo))));
}

/// Says something, hears it, and closes.
fn hello(mut stream: TcpStream) {
    stream.write_all(HANDSHAKE.as_bytes()).expect("a handshake");
    let frames = [&[0x81, 0x82, 0, 0, 0, 0, b'h', b'i'][..], &[0x88, 0x80, 0, 0, 0, 0]].concat();
    stream.write_all(&frames).expect("frames");
    let mut heard = Vec::new();
    stream.read_to_end(&mut heard).expect("an end");
    assert!(heard.starts_with(b"HTTP/1.1 101 ") && heard.ends_with(b"\r\n\r\n\x81\x02hi\x88\x00"), "{heard:?}");
}

fn echo(mut stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut piece = vec![0; 64 << 10];
    let mut came = Vec::new();
    let (head, length) = loop {
        let count = stream.read(&mut piece)?;
        came.extend_from_slice(&piece[..count]);
        match read(&came, &ActiveDefects::default()) {
            Read::Whole(head, length) => break (head, length),
            Read::Part if count > 0 => {}
            Read::Part | Read::Bad(_) => return Ok(()),
        }
    };
    let answer = shake(&head, &Readings::default(), &ActiveDefects::default());
    let lines: String = answer.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    stream.write_all(format!("HTTP/1.1 {} Echo\r\n{lines}\r\n", answer.status).as_bytes())?;
    let mut socket = Socket::new(MESSAGE_BYTES_MAX, false);
    socket.push(&came[length..]);
    loop {
        let over = said_back(&mut socket);
        stream.write_all(&socket.take())?;
        if over {
            break;
        }
        let count = stream.read(&mut piece)?;
        if count == 0 {
            return Ok(());
        }
        socket.push(&piece[..count]);
    }
    stream.shutdown(Shutdown::Write)?;
    // What still comes is taken, so that the closing frame is not lost with it.
    stream.set_read_timeout(Some(END_MAX))?;
    while stream.read(&mut piece)? > 0 {}
    Ok(())
}

/// Says back what came. Whether the connection is over.
fn said_back(socket: &mut Socket) -> bool {
    loop {
        match socket.next() {
            Heard::Message(message) => socket.send(message),
            Heard::Close => {}
            Heard::Nothing => return false,
            Heard::Wrong(code, reason) => {
                socket.close(code, reason);
                return true;
            }
            Heard::End => return true,
        }
    }
}

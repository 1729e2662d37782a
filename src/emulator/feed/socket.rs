//! The WebSocket beneath a conversation of the feed (RFC 6455 5 to 7).
//!
//! In: bytes of frames in any cut, and messages that are to go out. Out: messages, and bytes of frames. What is not valid
//! is said with the code that the standard has for it. Nothing here knows what a message means, or waits.

use std::io::{self, Read, Write};

use tungstenite::protocol::frame::CloseFrame;
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::protocol::{Role, WebSocketConfig};
use tungstenite::{Error, Message, WebSocket};

/// What came and is not read yet, and what is to go out.
#[derive(Debug, Default)]
struct Pipe {
    incoming: Vec<u8>,
    read: usize,
    outgoing: Vec<u8>,
}

impl Read for Pipe {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = self.incoming.get(self.read..).unwrap_or_default();
        if rest.is_empty() {
            self.incoming = Vec::new();
            self.read = 0;
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let taken = rest.len().min(buffer.len());
        buffer[..taken].copy_from_slice(&rest[..taken]);
        self.read += taken;
        Ok(taken)
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.outgoing.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What comes of the bytes so far.
#[derive(Debug)]
pub(super) enum Heard {
    /// A text or a binary message.
    Message(Message),
    /// The other side closes; that is answered already.
    Close,
    /// What came is not valid. Nothing more is read, and the connection is to be failed with this.
    Wrong(CloseCode, &'static str),
    /// More bytes are needed.
    Nothing,
    /// Nothing comes any more.
    End,
}

/// Our end of a WebSocket.
#[derive(Debug)]
pub(super) struct Socket(WebSocket<Pipe>);

impl Socket {
    /// A frame and a message of the other side may hold so many bytes.
    pub(super) fn new(message_bytes_max: usize, unmasked_too: bool) -> Socket {
        let config = WebSocketConfig::default()
            .read_buffer_size(4 << 10)
            .write_buffer_size(0)
            .max_message_size(Some(message_bytes_max))
            .max_frame_size(Some(message_bytes_max))
            .accept_unmasked_frames(unmasked_too);
        Socket(WebSocket::from_raw_socket(Pipe::default(), Role::Server, Some(config)))
    }

    /// What came.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.0.get_mut().incoming.extend_from_slice(bytes);
    }

    /// What comes of it next.
    pub(super) fn next(&mut self) -> Heard {
        loop {
            return match self.0.read() {
                Ok(message @ (Message::Text(_) | Message::Binary(_))) => Heard::Message(message),
                Ok(Message::Close(_)) => Heard::Close,
                Ok(_) => continue,
                Err(Error::Io(fault)) if fault.kind() == io::ErrorKind::WouldBlock => Heard::Nothing,
                Err(Error::Utf8(_)) => Heard::Wrong(CloseCode::Invalid, "The text is not valid UTF-8"),
                Err(Error::Capacity(_)) => Heard::Wrong(CloseCode::Size, "The message is too large"),
                Err(Error::Protocol(_)) => Heard::Wrong(CloseCode::Protocol, "The frame is not valid"),
                Err(_) => Heard::End,
            };
        }
    }

    /// A message goes out. What is written is kept in memory, so that cannot fail but for a connection that is closed already.
    pub(super) fn send(&mut self, message: Message) {
        let _ = self.0.send(message);
    }

    /// A closing frame goes out, unless one did.
    pub(super) fn close(&mut self, code: CloseCode, reason: &'static str) {
        let _ = self.0.close(Some(CloseFrame { code, reason: reason.into() }));
    }

    /// The bytes that go out now, with what is queued by the library itself, as pongs are.
    pub(super) fn take(&mut self) -> Vec<u8> {
        let _ = self.0.flush();
        std::mem::take(&mut self.0.get_mut().outgoing)
    }
}

//! A conversation of the feed over anything that carries bytes.
//!
//! In: a stream whose handshake was answered, and when to stop. Out: nothing but what is read and written there. What is
//! said is for [`Connection`]; while something waits to be taken nothing more is read, so no flood can fill the memory.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, split};
use tokio::sync::watch;

use super::connection::Connection;

/// How long the end of a stream may take.
const END_MAX: Duration = Duration::from_secs(5);
const READ_BYTES: usize = 16 << 10;

/// Carries a conversation until one side ends it.
pub(crate) async fn pump(
    stream: impl AsyncRead + AsyncWrite,
    mut connection: Connection,
    mut stop: watch::Receiver<bool>,
) {
    let (mut reader, mut writer) = split(Box::pin(stream));
    let mut buffer = vec![0; READ_BYTES];
    let (mut out, mut written) = (Vec::new(), 0);
    let (mut unflushed, mut stopping) = (false, false);
    loop {
        if written == out.len() {
            (out, written) = (connection.send(), 0);
        } else {
            connection.waiting(out.len() - written);
        }
        let waits = written < out.len();
        if connection.is_closed() && !waits && !unflushed {
            break;
        }
        if connection.is_dropped() {
            return;
        }
        tokio::select! {
            read = reader.read(&mut buffer), if !waits => match read {
                Ok(0) | Err(_) => return,
                Ok(length) => connection.receive(&buffer[..length]),
            },
            moved = advance(&mut writer, &out[written..]), if waits || unflushed => match moved {
                Err(_) => return,
                Ok(length) => (written, unflushed) = (written + length, length > 0),
            },
            stopped = stop.changed(), if !stopping => {
                stopping = stopped.is_err() || *stop.borrow();
                if stopping {
                    connection.go_away();
                }
            }
            () = wait(connection.tick()) => {}
        }
    }
    let _ = tokio::time::timeout(END_MAX, writer.shutdown()).await;
}

/// Writes what it can of the rest, or flushes where there is none. Given up on, neither has done anything.
async fn advance(writer: &mut (impl AsyncWrite + Unpin), rest: &[u8]) -> io::Result<usize> {
    if rest.is_empty() {
        return writer.flush().await.map(|()| 0);
    }
    let length = writer.write(rest).await?;
    if length == 0 { Err(io::ErrorKind::WriteZero.into()) } else { Ok(length) }
}

#[expect(clippy::disallowed_methods, reason = "what the site changes is pushed without being asked for")]
async fn wait(time: Duration) {
    tokio::time::sleep(time).await;
}

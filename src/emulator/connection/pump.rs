//! A connection over anything that carries bytes.
//!
//! In: a stream, a connection, and when to stop. Out: nothing but what is read and written there. While something waits to be taken
//! nothing more is read, so no flood can fill the memory.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, split};
use tokio::sync::watch;
use tokio::time::timeout;

use super::Connection;

/// How long a request may take to come.
const REQUEST_MAX: Duration = Duration::from_secs(30);
/// How long the end of a stream may take.
const END_MAX: Duration = Duration::from_secs(5);
/// For how long what still comes is taken once everything is said, so that the answer is not lost with it (RFC 9112 9.6), and how much.
const LINGER_MAX: Duration = Duration::from_secs(1);
const LINGER_BYTES_MAX: usize = 8 << 20;
const READ_BYTES: usize = 16 << 10;

/// Carries a connection until one side ends it.
pub(crate) async fn carry(
    stream: impl AsyncRead + AsyncWrite,
    mut connection: Connection,
    mut stop: watch::Receiver<bool>,
) {
    let (mut reader, mut writer) = split(Box::pin(stream));
    let mut buffer = vec![0; READ_BYTES];
    let (mut out, mut written) = (Vec::new(), 0);
    let (mut unflushed, mut stopping) = (false, false);
    let mut patience = Box::pin(wait(Some(REQUEST_MAX)));
    let mut patient = true;
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
                Ok(length) => {
                    connection.receive(&buffer[..length]);
                    if connection.lets_others_go_first() {
                        tokio::task::yield_now().await;
                    }
                }
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
            () = &mut patience, if patient => {
                patient = false;
                connection.is_too_slow();
            }
            () = wait(connection.tick()) => {}
        }
    }
    let _ = timeout(END_MAX, writer.shutdown()).await;
    let mut left = LINGER_BYTES_MAX;
    let taking = async {
        while let Ok(length @ 1..) = reader.read(&mut buffer).await {
            left = left.saturating_sub(length);
            if left == 0 {
                break;
            }
        }
    };
    let _ = timeout(LINGER_MAX, taking).await;
}

/// Writes what it can of the rest, or flushes where there is none. Given up on, neither has done anything.
async fn advance(writer: &mut (impl AsyncWrite + Unpin), rest: &[u8]) -> io::Result<usize> {
    if rest.is_empty() {
        return writer.flush().await.map(|()| 0);
    }
    let length = writer.write(rest).await?;
    if length == 0 { Err(io::ErrorKind::WriteZero.into()) } else { Ok(length) }
}

#[expect(
    clippy::disallowed_methods,
    reason = "what the site changes is pushed without being asked for, and a request takes its time"
)]
async fn wait(time: Option<Duration>) {
    match time {
        Some(time) => tokio::time::sleep(time).await,
        None => std::future::pending().await,
    }
}

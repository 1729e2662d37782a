//! A connection to a target on which bytes go both ways as they are: TCP, or TLS over it.
//!
//! In: where the target is and what is trusted. Out: a [`Channel`]. Proxies of the environment are not used; nothing is retried.

use std::{sync::Arc, time::Duration};

use rustls::{ClientConfig, pki_types::ServerName};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;

use super::{
    Performing,
    transport::{Channel, Received},
};
use crate::model::exchange::{NoAnswer, NoAnswerKind};

/// Bytes that are read at once.
const PIECE_BYTES: usize = 64 * 1024;

/// How long a connection and its TLS handshake may take, in milliseconds.
const CONNECT_MS: u64 = 10_000;

/// How long the target may take to take what is sent, in milliseconds.
const SEND_MS: u64 = 20_000;

/// Where a target listens.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// Name or address, without brackets.
    pub(super) name: String,
    pub(super) port: u16,
    /// What is trusted, where it speaks TLS.
    pub(super) tls: Option<Arc<ClientConfig>>,
}

impl Place {
    /// Where the target of a base URL listens, and what is trusted there.
    ///
    /// # Errors
    /// Why it names no place.
    pub(super) fn of(base: &str, tls: Option<ClientConfig>) -> Result<Self, String> {
        let url = reqwest::Url::parse(base).map_err(|error| error.to_string())?;
        let name = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
        Ok(Self { name, port: url.port_or_known_default().unwrap_or(443), tls: tls.map(Arc::new) })
    }

    /// Opens a connection, and says nothing on it.
    pub(super) async fn open_below_tls(&self) -> Result<Box<dyn Channel>, NoAnswer> {
        Ok(Box::new(Bytes(self.connected().await?)))
    }

    async fn connected(&self) -> Result<TcpStream, NoAnswer> {
        let within = Duration::from_millis(CONNECT_MS);
        let connecting = timeout(within, TcpStream::connect((self.name.as_str(), self.port)));
        let stream = connecting
            .await
            .map_err(|_| unreachable("it took too long".to_owned()))?
            .map_err(|error| unreachable(error.to_string()))?;
        // Each octet that is to go out alone does.
        let _ = stream.set_nodelay(true);
        Ok(stream)
    }

    /// Opens a connection.
    pub(super) async fn open(&self) -> Result<Box<dyn Channel>, NoAnswer> {
        let within = Duration::from_millis(CONNECT_MS);
        let stream = self.connected().await?;
        let Some(config) = &self.tls else { return Ok(Box::new(Bytes(stream))) };
        let name = ServerName::try_from(self.name.clone()).map_err(|error| unreachable(error.to_string()))?;
        let handshake = TlsConnector::from(Arc::clone(config)).connect(name, stream);
        let stream = timeout(within, handshake)
            .await
            .map_err(|_| unreachable("the TLS handshake took too long".to_owned()))?
            .map_err(|error| unreachable(error.to_string()))?;
        Ok(Box::new(Bytes(stream)))
    }
}

fn unreachable(says: String) -> NoAnswer {
    NoAnswer { kind: NoAnswerKind::Unreachable, says }
}

/// A stream of bytes.
struct Bytes<S>(S);

impl<S: AsyncRead + AsyncWrite + Unpin> Channel for Bytes<S> {
    fn send<'a>(&'a mut self, bytes: &'a [u8]) -> Performing<'a, Result<(), String>> {
        Box::pin(async move {
            let sending = async {
                self.0.write_all(bytes).await?;
                self.0.flush().await
            };
            match timeout(Duration::from_millis(SEND_MS), sending).await {
                Ok(sent) => sent.map_err(|error| error.to_string()),
                Err(_) => Err("the target does not take what is sent".to_owned()),
            }
        })
    }

    fn receive(&mut self, within_ms: u64) -> Performing<'_, Received> {
        Box::pin(async move {
            let mut piece = vec![0; PIECE_BYTES];
            match timeout(Duration::from_millis(within_ms), self.0.read(&mut piece)).await {
                Err(_) => Received::Nothing,
                Ok(Ok(0)) => Received::Closed,
                Ok(Ok(length)) => {
                    piece.truncate(length);
                    Received::Bytes(piece)
                }
                Ok(Err(error)) => Received::Broken(error.to_string()),
            }
        })
    }
}

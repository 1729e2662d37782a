//! The emulator on a socket, with or without TLS.
//!
//! In: a listener that is bound already. Out: nothing until `shutdown`. Bodies are read up to their limit and
//! no further; everything else is for [`Emulator::handle`]. What becomes a WebSocket is for `feed`, which has a task of its own.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::Version;
use axum::serve::ListenerExt as _;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::server::TlsStream;

use super::appliance::Emulator;
use super::feed::{Connection, Head, PATH, pump, shake};
use super::http::{BODY_BYTES_MAX, Request, Response};

/// How long a client may take for the TLS handshake.
const HANDSHAKE_MAX: Duration = Duration::from_secs(10);

/// The certificate and key of a server.
pub struct TlsIdentity {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
}

impl TlsIdentity {
    /// A new certificate for `host` and every name of this machine's loopback, signed by its own key, and the certificate as PEM for
    /// clients to trust.
    pub fn self_signed(host: &str) -> Result<(TlsIdentity, String), String> {
        let mut names = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).to_vec();
        if !names.iter().any(|name| name == host) {
            names.push(host.to_owned());
        }
        let made = rcgen::generate_simple_self_signed(names)
            .map_err(|fault| format!("no certificate can be made for `{host}`: {fault}"))?;
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        Ok((TlsIdentity { certificate: made.cert.der().clone(), key }, made.cert.pem()))
    }

    fn acceptor(self) -> io::Result<TlsAcceptor> {
        let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(vec![self.certificate], self.key))
            .map_err(io::Error::other)?;
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

/// What a request is answered by, and what ends the feeds.
type Served = (Arc<Emulator>, watch::Receiver<bool>);

/// Answers on `listener` until `shutdown` is done; requests under way are finished, and those who follow the feed are sent away.
pub async fn serve(
    listener: TcpListener,
    emulator: Arc<Emulator>,
    tls: Option<TlsIdentity>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (stop, stopped) = watch::channel(false);
    let shutdown = async move {
        shutdown.await;
        stop.send_replace(true);
    };
    let routes = Router::new().fallback(answer).with_state((emulator, stopped));
    match tls {
        None => {
            let listener = listener.tap_io(|stream| at_once(stream));
            axum::serve(listener, routes).with_graceful_shutdown(shutdown).await
        }
        Some(identity) => {
            let listener = TlsListener::new(listener, identity.acceptor()?)?;
            axum::serve(listener, routes).with_graceful_shutdown(shutdown).await
        }
    }
}

/// What is written goes out although what was written before is not acknowledged: an update would wait for that some 40 ms.
fn at_once(stream: &TcpStream) {
    // Without it everything comes, only later.
    let _ = stream.set_nodelay(true);
}

async fn answer(
    State((emulator, stopped)): State<Served>,
    request: axum::http::Request<Body>,
) -> axum::http::Response<Body> {
    let (mut head, body) = request.into_parts();
    let upgrade = head.extensions.remove::<OnUpgrade>();
    let headers = head.headers.iter();
    let headers =
        headers.map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    if head.uri.path() == PATH {
        let minor = u8::from(head.version >= Version::HTTP_11);
        let head = Head { method: head.method.to_string(), target: PATH.to_owned(), minor, headers: headers.collect() };
        return feed(emulator, stopped, upgrade, &head);
    }
    let target = head.uri.path_and_query().map(|target| target.as_str().to_owned()).unwrap_or_default();
    let mut request = Request { method: head.method.to_string(), target, headers: headers.collect(), body: Vec::new() };
    // One byte over the limit is enough to know.
    match to_bytes(body, BODY_BYTES_MAX).await {
        Ok(bytes) => request.body = bytes.to_vec(),
        Err(_) => request.body = vec![0; BODY_BYTES_MAX + 1],
    }
    let arrival = emulator.arrive();
    if arrival.is_some() {
        tokio::task::yield_now().await;
    }
    write(emulator.handle_since(arrival, &request))
}

/// Answers the handshake of a feed, and carries it in a task of its own once the connection is handed over.
fn feed(
    emulator: Arc<Emulator>,
    stopped: watch::Receiver<bool>,
    upgrade: Option<OnUpgrade>,
    head: &Head,
) -> axum::http::Response<Body> {
    let mut answer = shake(head, &emulator.readings, &emulator.defects);
    match upgrade {
        Some(upgrade) if answer.status == 101 => {
            tokio::spawn(async move {
                if let Ok(stream) = upgrade.await {
                    pump(TokioIo::new(stream), Connection::shaken(emulator), stopped).await;
                }
            });
        }
        // The library beneath takes no other HTTP than 1.1 for one that can be upgraded.
        None if answer.status == 101 => answer.status = 400,
        _ => {}
    }
    let headers = answer.headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    write(Response { status: answer.status, headers, body: answer.reason.into() })
}

fn write(response: Response) -> axum::http::Response<Body> {
    let mut builder = axum::http::Response::builder().status(response.status);
    for (name, value) in &response.headers {
        builder = builder.header(name, value);
    }
    builder.body(Body::from(response.body)).unwrap_or_else(|_| axum::http::Response::new(Body::empty()))
}

/// Accepts connections and hands them on once their handshake is done, so that a slow one holds up nobody.
struct TlsListener {
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    address: SocketAddr,
    accepting: tokio::task::JoinHandle<()>,
}

impl TlsListener {
    fn new(listener: TcpListener, acceptor: TlsAcceptor) -> io::Result<TlsListener> {
        let address = listener.local_addr()?;
        let (sender, ready) = mpsc::channel(64);
        let accepting = tokio::spawn(async move {
            loop {
                let Ok((stream, from)) = listener.accept().await else {
                    #[expect(
                        clippy::disallowed_methods,
                        reason = "a listener that fails at once would keep a processor busy"
                    )]
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                };
                at_once(&stream);
                let (acceptor, sender) = (acceptor.clone(), sender.clone());
                tokio::spawn(async move {
                    if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE_MAX, acceptor.accept(stream)).await {
                        // Nobody takes it only when the server is shutting down.
                        let _ = sender.send((stream, from)).await;
                    }
                });
            }
        });
        Ok(TlsListener { ready, address, accepting })
    }
}

impl Drop for TlsListener {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl axum::serve::Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(accepted) => accepted,
            // The sender lives as long as the listener does.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(self.address)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{HANDSHAKE, token_request};
    use super::super::{Clock, Config};
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    fn run(work: impl Future<Output = ()>) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(work);
    }

    #[test]
    fn a_token_comes_over_the_wire_and_the_server_stops_when_told() {
        run(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let address = listener.local_addr().expect("an address");
            let emulator = Arc::new(Emulator::new(Config::demo(), Clock::System));
            let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
            let server = tokio::spawn(serve(listener, emulator, None, async move {
                let _ = stopped.await;
            }));
            let token = token_request("touchmark", "touchmark-demo-secret");
            let mut raw = format!("POST {} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n", token.target);
            token.headers.iter().for_each(|(name, value)| raw.push_str(&format!("{name}: {value}\r\n")));
            raw.push_str(&format!("Content-Length: {}\r\n\r\n", token.body.len()));
            let mut stream = TcpStream::connect(address).await.expect("a connection");
            stream.write_all(raw.as_bytes()).await.expect("a request");
            stream.write_all(&token.body).await.expect("a body");
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.expect("an answer");
            assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("access_token"), "{answer}");
            stop.send(()).expect("a server");
            assert!(server.await.is_ok_and(|served| served.is_ok()));
        });
    }

    /// Reads until a text was read.
    async fn until(stream: &mut (impl AsyncReadExt + Unpin), text: &str) -> Vec<u8> {
        let mut all = Vec::new();
        while !all.windows(text.len()).any(|part| part == text.as_bytes()) {
            let mut part = [0; 4096];
            let length = stream.read(&mut part).await.expect("bytes");
            assert!(length > 0, "{}", String::from_utf8_lossy(&all));
            all.extend_from_slice(&part[..length]);
        }
        all
    }

    #[test]
    fn the_feed_is_carried_and_its_followers_are_sent_away_at_the_end() {
        run(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let address = listener.local_addr().expect("an address");
            let emulator = Arc::new(Emulator::new(Config::demo(), Clock::System));
            let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
            let server = tokio::spawn(serve(listener, emulator, None, async move {
                let _ = stopped.await;
            }));
            let mut stream = TcpStream::connect(address).await.expect("a connection");
            stream.write_all(HANDSHAKE.as_bytes()).await.expect("a request");
            let answer = until(&mut stream, "\r\n\r\n").await;
            assert!(answer.starts_with(b"HTTP/1.1 101 "), "{}", String::from_utf8_lossy(&answer));
            stream.write_all(&[0x89, 0x82, 0, 0, 0, 0, b'h', b'i']).await.expect("a ping");
            assert_eq!(until(&mut stream, "hi").await, [0x8A, 2, b'h', b'i']);
            stop.send(()).expect("a server");
            assert!(server.await.is_ok_and(|served| served.is_ok()));
            assert_eq!(until(&mut stream, "shutting down").await[..4], [0x88, 32, 0x03, 0xE9]);
        });
    }

    #[test]
    fn a_certificate_is_made_for_a_host() {
        let (_, pem) = TlsIdentity::self_signed("localhost").expect("a certificate");
        assert!(pem.starts_with("-----BEGIN CERTIFICATE-----"));
    }
}

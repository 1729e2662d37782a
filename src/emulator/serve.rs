//! The emulator on a socket, with or without TLS.
//!
//! In: a listener that is bound already. Out: nothing until `shutdown`. Each connection has a task of its own; what is said there is for
//! `connection`.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use super::appliance::Emulator;
use super::connection::carry;

/// How long a client may take for the TLS handshake.
const HANDSHAKE_MAX: Duration = Duration::from_secs(10);

/// The certificate and key of a server.
pub struct TlsIdentity {
    chain: Vec<CertificateDer<'static>>,
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
        Ok((TlsIdentity { chain: vec![made.cert.der().clone()], key }, made.cert.pem()))
    }

    /// A certificate of one's own with those that lead to it, and its key, both as PEM. The error says which of them cannot be used, and why.
    pub fn of_pem(chain: &[u8], key: &[u8]) -> Result<TlsIdentity, String> {
        let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(chain).collect();
        let chain = read.map_err(|fault| format!("the certificate is no PEM: {fault:?}"))?;
        if chain.is_empty() {
            return Err("the certificate is no PEM: there is none in it".to_owned());
        }
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|fault| format!("the key is no PEM: {fault:?}"))?;
        let identity = TlsIdentity { chain, key };
        let again = TlsIdentity { chain: identity.chain.clone(), key: identity.key.clone_key() };
        again.acceptor().map_err(|fault| format!("certificate and key do not go together: {fault}"))?;
        Ok(identity)
    }

    fn acceptor(self) -> io::Result<TlsAcceptor> {
        let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(self.chain, self.key))
            .map_err(io::Error::other)?;
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

/// Answers on `listener` until `shutdown` is done; requests under way are finished, and those who follow the feed are sent away.
pub async fn serve(
    listener: TcpListener,
    emulator: Arc<Emulator>,
    tls: Option<TlsIdentity>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (stop, stopped) = watch::channel(false);
    let acceptor = tls.map(TlsIdentity::acceptor).transpose()?;
    let mut carried = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let (acceptor, stopped) = (acceptor.clone(), stopped.clone());
                    carried.spawn(answer(stream, acceptor, Arc::clone(&emulator), stopped));
                }
                Err(_) => pause().await,
            },
            Some(_) = carried.join_next() => {}
            () = &mut shutdown => break,
        }
    }
    drop(listener);
    stop.send_replace(true);
    while carried.join_next().await.is_some() {}
    Ok(())
}

/// Answers on a connection. A slow handshake holds up nobody.
async fn answer(
    stream: TcpStream,
    acceptor: Option<TlsAcceptor>,
    emulator: Arc<Emulator>,
    mut stopped: watch::Receiver<bool>,
) {
    // What is written goes out although what was written before is not acknowledged: an update would wait for that some 40 ms. Without it
    // everything comes, only later.
    let _ = stream.set_nodelay(true);
    let connection = emulator.connect(acceptor.is_some());
    let Some(acceptor) = acceptor else { return carry(stream, connection, stopped).await };
    let shaken = tokio::select! {
        shaken = timeout(HANDSHAKE_MAX, acceptor.accept(stream)) => shaken,
        _ = stopped.changed() => return,
    };
    if let Ok(Ok(stream)) = shaken {
        carry(stream, connection, stopped).await;
    }
}

#[expect(clippy::disallowed_methods, reason = "a listener that fails at once would keep a processor busy")]
async fn pause() {
    tokio::time::sleep(Duration::from_millis(50)).await;
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

    #[test]
    fn a_certificate_of_ones_own_is_taken_with_its_key_alone() {
        let made = || rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
        let (one, other) = (made(), made());
        let (pem, key, wrong) = (one.cert.pem(), one.signing_key.serialize_pem(), other.signing_key.serialize_pem());
        assert!(TlsIdentity::of_pem(pem.as_bytes(), key.as_bytes()).is_ok());
        for (chain, key, says) in [
            (pem.as_str(), wrong.as_str(), "do not go together"),
            (pem.as_str(), "", "the key is no PEM"),
            ("", key.as_str(), "the certificate is no PEM"),
            ("-----BEGIN CERTIFICATE-----\n!\n", key.as_str(), "the certificate is no PEM"),
        ] {
            let fault = TlsIdentity::of_pem(chain.as_bytes(), key.as_bytes()).err().expect("a fault");
            assert!(fault.contains(says), "{fault}");
        }
    }
}

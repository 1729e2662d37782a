//! HTTP to a target, with reqwest.
//!
//! In: requests as bytes. Out: bounded outcomes. One connection a request, closed after it (p. 7); redirects are never followed,
//! proxies of the environment are not used.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use futures_util::StreamExt;
use reqwest::{Client, Method, header, redirect};
use secrecy::ExposeSecret;

use super::{Channel, Opened, Outgoing, Performing, Transport, channel::Place, received, tls};
use crate::model::exchange::{BODY_BYTES_MAX, Cut, NoAnswer, NoAnswerKind, Outcome, header_bytes};

/// The most bytes of all names and values of headers.
const HEADER_BYTES_MAX: usize = 64 * 1024;

/// Bytes that are kept of a body that did not come whole.
const CUT_BYTES_KEPT: usize = 64 * 1024;

/// How hyper says that the extensions of the chunks of a body are more than it reads.
const EXTENDED: &str = "chunk extensions over limit";

/// How often it is looked whether the run is to end, in milliseconds.
const LOOK_MS: u64 = 100;

/// What an exchange or a wait may take once the run is to end, in milliseconds.
const LAST_MS: u64 = 5_000;

/// How a target is reached.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    /// Scheme, host and port, without a slash at the end.
    pub base: String,
    /// PEM certificates that are trusted besides those of the system.
    pub ca_pem: Option<Vec<u8>>,
    /// Whether any certificate is taken.
    pub insecure: bool,
    /// How long a whole exchange may take, in milliseconds.
    pub timeout_ms: u64,
}

/// A target over HTTP.
pub struct Http {
    client: Client,
    base: String,
    place: Place,
    timeout_ms: u64,
    /// Set once the run is to end.
    stop: Arc<AtomicBool>,
}

impl Http {
    /// A client for a target; nothing is sent yet.
    ///
    /// # Errors
    /// Why the settings cannot be used, such as a certificate file that is none.
    pub fn new(settings: &HttpSettings) -> Result<Self, String> {
        // A second call finds it installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder()
            .http1_only()
            // What RFC 9112, sections 5.1 and 5.2, has a user agent read.
            .http1_allow_obsolete_multiline_headers_in_responses(true)
            .http1_allow_spaces_after_header_name_in_responses(true)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .pool_max_idle_per_host(0)
            .user_agent(concat!("touchmark/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(Duration::from_millis(settings.timeout_ms.min(10_000)))
            .timeout(Duration::from_millis(settings.timeout_ms));
        let trusting = settings.ca_pem.as_deref().map(tls::trusting).transpose()?;
        let tls = match &trusting {
            _ if settings.base.starts_with("http://") => None,
            _ if settings.insecure => Some(tls::trusting_anything()?),
            Some(config) => Some(config.clone()),
            None => Some(tls::trusting_the_system()?),
        };
        let place = Place::of(&settings.base, tls)?;
        builder = match trusting {
            _ if settings.insecure => builder.tls_danger_accept_invalid_certs(true),
            Some(config) => builder.tls_backend_preconfigured(config),
            None => builder,
        };
        let client = builder.build().map_err(|error| words(&error))?;
        Ok(Self { client, base: settings.base.clone(), place, timeout_ms: settings.timeout_ms, stop: Arc::default() })
    }

    /// Ends exchanges and waits once the flag is set. What is asked for after that still goes out, with less time.
    pub fn stop_with(&mut self, stop: Arc<AtomicBool>) {
        self.stop = stop;
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Ends when the run is stopped. Where it is stopped already, after the time that is left for putting things back.
    async fn stopped(&self) {
        if self.is_stopped() {
            pause(LAST_MS).await;
            return;
        }
        while !self.is_stopped() {
            pause(LOOK_MS).await;
        }
    }

    async fn opened(
        &self,
        opening: impl Future<Output = Result<Box<dyn Channel>, NoAnswer>>,
    ) -> Result<Opened, NoAnswer> {
        let channel = tokio::select! {
            opened = opening => opened,
            () = self.stopped() => {
                Err(NoAnswer { kind: NoAnswerKind::Guarded, says: "the run was stopped".to_owned() })
            }
        }?;
        let host = self.base.split_once("://").map_or(self.base.as_str(), |(_, host)| host).to_owned();
        Ok(Opened { channel, host, secure: self.has_tls(), timeout_ms: self.timeout_ms })
    }

    async fn exchange(&self, request: &Outgoing) -> Outcome {
        let method = Method::from_bytes(request.method.as_bytes()).unwrap_or(Method::GET);
        let mut builder = self.client.request(method, format!("{}{}", self.base, request.target));
        builder = builder.header(header::CONNECTION, "close").header(header::ACCEPT_ENCODING, "identity");
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        if let Some(text) = &request.authorization {
            match header::HeaderValue::from_str(text.expose_secret()) {
                Ok(mut value) => {
                    value.set_sensitive(true);
                    builder = builder.header(header::AUTHORIZATION, value);
                }
                Err(_) => {
                    return Outcome::nothing(
                        NoAnswerKind::NoToken,
                        "the Authorization header cannot be written".to_owned(),
                    );
                }
            }
        }
        if request.method == "POST" || !request.body.is_empty() {
            builder = builder.body(request.body.clone());
        }
        let response = match builder.send().await {
            Ok(response) => response,
            Err(error) => return Outcome::nothing(kind(&error), words(&error)),
        };
        let status = response.status().as_u16();
        let headers: Vec<(String, String)> = response
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        let length = header_bytes(&headers);
        if length > HEADER_BYTES_MAX {
            return Outcome::nothing(
                NoAnswerKind::Broken,
                format!("its headers have {length} bytes; {HEADER_BYTES_MAX} are read"),
            );
        }
        let mut bytes = Vec::new();
        let mut cut = None;
        let mut stream = response.bytes_stream();
        while let Some(piece) = stream.next().await {
            match piece {
                Ok(piece) => {
                    let room = BODY_BYTES_MAX - bytes.len();
                    bytes.extend_from_slice(&piece[..piece.len().min(room)]);
                    if piece.len() > room {
                        cut = Some(Cut::TooLong);
                        break;
                    }
                }
                // What does not come to its end in time is no answer, wherever it stopped.
                Err(error) if error.is_timeout() => return Outcome::nothing(NoAnswerKind::Timeout, words(&error)),
                // Extensions are lawful and mean nothing; what is read of them has a bound of ours.
                Err(error) if words(&error).contains(EXTENDED) => {
                    let says = "its chunks have more than the 16 KiB of extensions that are read";
                    return Outcome::nothing(NoAnswerKind::Unkept, says);
                }
                Err(error) => {
                    cut = Some(Cut::Broken(words(&error)));
                    break;
                }
            }
        }
        if self.base.starts_with("http://") && status == 400 && wants_tls(&bytes) {
            let says = "what answers there speaks TLS: it says that plain HTTP was sent to a port for https";
            return Outcome::nothing(NoAnswerKind::Unreachable, says);
        }
        // What is not whole is judged by that alone; its beginning is kept to show it.
        if cut.is_some() {
            bytes.truncate(CUT_BYTES_KEPT);
        }
        Outcome::Answer(received::answer(status, headers, bytes, cut))
    }
}

impl Transport for Http {
    fn perform<'a>(&'a self, request: &'a Outgoing) -> Performing<'a, Outcome> {
        Box::pin(async move {
            let was_stopped = self.is_stopped();
            tokio::select! {
                outcome = self.exchange(request) => outcome,
                () = self.stopped() => not_awaited(was_stopped),
            }
        })
    }

    fn open(&self) -> Performing<'_, Result<Opened, NoAnswer>> {
        Box::pin(self.opened(self.place.open()))
    }

    fn open_below_tls(&self) -> Performing<'_, Result<Opened, NoAnswer>> {
        Box::pin(self.opened(self.place.open_below_tls()))
    }

    fn has_tls(&self) -> bool {
        self.base.starts_with("https://")
    }

    #[expect(clippy::disallowed_methods, reason = "the clock that goes with a network")]
    fn now_ms(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }

    fn wait(&self, ms: u64) -> Performing<'_, ()> {
        Box::pin(async move {
            tokio::select! {
                () = pause(ms) => {}
                () = self.stopped() => {}
            }
        })
    }
}

/// What became of a request whose answer nobody waits for any more. It may have reached the target all the same. One that went out after the
/// run was stopped had the time that was left.
fn not_awaited(was_stopped: bool) -> Outcome {
    match was_stopped {
        true => {
            Outcome::nothing(NoAnswerKind::Timeout, format!("the run was stopped, and nothing came for {LAST_MS} ms"))
        }
        false => Outcome::nothing(NoAnswerKind::Stopped, "the run was stopped while the answer was awaited"),
    }
}

#[expect(clippy::disallowed_methods, reason = "how a network waits")]
async fn pause(ms: u64) {
    tokio::time::sleep(Duration::from_millis(ms)).await;
}

/// Whether a refusal says that a port is one for https, as servers say it in plain HTTP.
fn wants_tls(body: &[u8]) -> bool {
    /// So much of a page tells it.
    const BEGINNING: usize = 4096;
    let text = String::from_utf8_lossy(&body[..body.len().min(BEGINNING)]).to_lowercase();
    let said = ["plain http", "http request to an https", "requires tls", "ssl-enabled server port"];
    said.iter().any(|words| text.contains(words))
}

fn kind(error: &reqwest::Error) -> NoAnswerKind {
    if error.is_builder() {
        // It cannot be written as a request, so nothing went out.
        NoAnswerKind::Guarded
    } else if error.is_connect() {
        NoAnswerKind::Unreachable
    } else if error.is_timeout() {
        NoAnswerKind::Timeout
    } else {
        NoAnswerKind::Broken
    }
}

/// The innermost causes, which say what happened; the outer ones only say that something did.
fn words(error: &reqwest::Error) -> String {
    let mut parts = Vec::new();
    let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(error);
    while let Some(error) = cause {
        parts.push(error.to_string());
        cause = error.source();
    }
    match parts.last() {
        Some(last) if last.contains("InvalidContentType") => "what answers there does not speak TLS".to_owned(),
        Some(last) if last.contains("invalid HTTP version") => "what answers there does not speak HTTP".to_owned(),
        Some(last) if error.is_timeout() => format!("it took too long ({last})"),
        Some(last) => last.clone(),
        None if error.is_timeout() => "it took too long".to_owned(),
        None => error.to_string(),
    }
}

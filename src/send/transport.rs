//! The traits that a transport implements: what carries requests to a target, and bytes. It has the clock too, since in memory waiting takes
//! no time.
//!
//! In: requests as bytes. Out: bounded [`Outcome`]s, or an open [`Channel`]. A transport knows no account, no pace and no guard.

use std::{future::Future, pin::Pin};

use secrecy::SecretString;

use crate::model::exchange::{NoAnswer, NoAnswerKind, Outcome};

/// A future that a transport returns.
pub type Performing<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// A network, or a target in memory. It also has the clock.
pub trait Transport {
    /// Sends one request on a connection of its own and reads the bounded answer.
    fn perform<'a>(&'a self, request: &'a Outgoing) -> Performing<'a, Outcome>;
    /// Opens a connection on which bytes go both ways as they are, over TLS where the target has it. Not every transport has that.
    fn open(&self) -> Performing<'_, Result<Opened, NoAnswer>> {
        let says = "nothing but whole requests can be sent here".to_owned();
        Box::pin(std::future::ready(Err(NoAnswer { kind: NoAnswerKind::Guarded, says })))
    }
    /// The same below TLS: nothing was said on it yet. Only where the target has it.
    fn open_below_tls(&self) -> Performing<'_, Result<Opened, NoAnswer>> {
        let says = "the target has no TLS".to_owned();
        Box::pin(std::future::ready(Err(NoAnswer { kind: NoAnswerKind::Guarded, says })))
    }
    /// Whether the target has TLS.
    fn has_tls(&self) -> bool {
        false
    }
    /// Milliseconds since the UNIX epoch.
    fn now_ms(&self) -> i64;
    /// Lets time pass.
    fn wait(&self, ms: u64) -> Performing<'_, ()>;
}

/// A connection that was opened.
pub struct Opened {
    /// What carries the bytes.
    pub channel: Box<dyn Channel>,
    /// Host and port of the target, as they stand in a `Host` header.
    pub host: String,
    /// Whether the bytes go over TLS.
    pub secure: bool,
    /// How long an answer may take, in milliseconds.
    pub timeout_ms: u64,
}

/// A connection that carries bytes. It is closed when it is dropped.
pub trait Channel {
    /// Sends bytes. The error says why they could not be sent.
    fn send<'a>(&'a mut self, bytes: &'a [u8]) -> Performing<'a, Result<(), String>>;
    /// Waits for bytes, at most that number of milliseconds.
    fn receive(&mut self, within_ms: u64) -> Performing<'_, Received>;
}

/// What came over a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Received {
    /// Bytes, at least one.
    Bytes(Vec<u8>),
    /// Nothing in that time.
    Nothing,
    /// The target closed the connection.
    Closed,
    /// The connection broke, and how.
    Broken(String),
}

/// By what a request may go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowance {
    /// The budget of the run, as long as there is any.
    Budget,
    /// It puts something back, which is done whatever was sent before.
    PuttingBack,
}

/// A request as bytes.
#[derive(Debug)]
pub struct Outgoing {
    /// HTTP method.
    pub method: String,
    /// Path and query of the request line.
    pub target: String,
    /// Headers but for Authorization.
    pub headers: Vec<(String, String)>,
    /// Value of the Authorization header.
    pub authorization: Option<SecretString>,
    /// Body.
    pub body: Vec<u8>,
    /// By what it may go out.
    pub allowance: Allowance,
}

//! The trait that a transport implements: what carries requests to a target. It has the clock too, since in memory waiting takes no time.
//!
//! In: requests as bytes. Out: bounded [`Outcome`]s. A transport knows no account, no pace and no guard.

use std::{future::Future, pin::Pin};

use secrecy::SecretString;

use crate::model::exchange::Outcome;

/// A future that a transport returns.
pub type Performing<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// A network, or a target in memory. It also has the clock.
pub trait Transport {
    /// Sends one request on a connection of its own and reads the bounded answer.
    fn perform<'a>(&'a self, request: &'a Outgoing) -> Performing<'a, Outcome>;
    /// Milliseconds since the UNIX epoch.
    fn now_ms(&self) -> i64;
    /// Lets time pass.
    fn wait(&self, ms: u64) -> Performing<'_, ()>;
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
}

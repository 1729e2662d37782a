//! The emulator in memory: a transport without a network, with a clock that waiting moves.

use std::sync::Arc;

use secrecy::ExposeSecret;

use crate::{
    emulator::{Clock, Emulator, Request},
    model::exchange::{Answer, Outcome},
    send::{Outgoing, Performing, Transport},
};

/// When the emulator's time starts in memory, in milliseconds since the UNIX epoch: 2024-12-03T15:26:05Z.
pub(super) const START_MS: i64 = 1_733_239_565_000;

/// An emulator that is called, not spoken to.
pub(super) struct Memory {
    pub(super) emulator: Arc<Emulator>,
    pub(super) clock: Clock,
}

impl Transport for Memory {
    fn perform<'a>(&'a self, outgoing: &'a Outgoing) -> Performing<'a, Outcome> {
        let mut headers = vec![("host".to_owned(), "127.0.0.1".to_owned())];
        headers.extend(outgoing.headers.clone());
        if let Some(text) = &outgoing.authorization {
            headers.push(("authorization".to_owned(), text.expose_secret().to_owned()));
        }
        let response = self.emulator.handle(&Request {
            method: outgoing.method.clone(),
            target: outgoing.target.clone(),
            headers,
            body: outgoing.body.clone(),
        });
        // Time goes on a little with each request, as it does on a network.
        self.clock.advance(1);
        let headers = response.headers.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
        let outcome = Outcome::Answer(Answer::of(response.status, headers, response.body, None));
        Box::pin(std::future::ready(outcome))
    }

    fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    fn wait(&self, ms: u64) -> Performing<'_, ()> {
        self.clock.advance(i64::try_from(ms).unwrap_or(i64::MAX));
        Box::pin(std::future::ready(()))
    }
}

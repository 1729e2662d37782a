//! The only room on the network and at the clock.
//!
//! In: drafts whose variables are filled. Out: [`Exchange`](crate::model::exchange::Exchange)s. What goes out passes the guard and the
//! pace of its account; what comes in is bounded; secrets are taken out before an exchange leaves the room. Nothing here knows what is
//! expected.

mod again;
mod channel;
mod cleaning;
mod clock;
mod converse;
#[cfg(test)]
mod echo;
mod encode;
mod guard;
mod handshake;
mod health;
mod http;
mod lawful;
mod leaving;
mod pace;
mod quiet;
mod received;
mod said;
mod secrets;
mod sender;
#[cfg(test)]
mod streams;
mod talk;
mod tls;
mod token_answer;
mod token_requests;
mod tokens;
mod transport;
mod written;

pub use cleaning::Cleaning;
pub use encode::percent;
pub use guard::Guard;
pub use http::{Http, HttpSettings};
pub use pace::Rate;
pub(crate) use received::answer;
pub use sender::{Delivery, Sender};
pub use tokens::{Account, TOKEN_PATH};
pub use transport::{Channel, Opened, Outgoing, Performing, Received, Transport};

/// The door to the removal of secrets, opened for the law of [`crate::fuzzing`].
pub(crate) mod fuzzing {
    use std::collections::VecDeque;

    use super::{
        Channel, Outgoing, Performing, Received, Transport, converse::Talking, secrets::Secrets, tls, written,
    };
    use crate::model::{
        conversation::{Act, Conversation, Talk},
        exchange::{Answer, NoAnswerKind, Outcome},
    };

    /// The answer that some bytes begin with, and the number of its bytes; none where more must come.
    pub(crate) fn answer_of(bytes: &[u8], ended: bool, to_head: bool) -> Result<Option<(Answer, usize)>, String> {
        written::read(bytes, ended, to_head)
    }

    /// Whether the certificates of a PEM file can be trusted, or why not.
    pub(crate) fn trusts(pem: &[u8]) -> Result<(), String> {
        tls::trusting(pem).map(|_| ())
    }

    /// Whether a text is long enough to be searched for.
    pub(crate) fn is_searched_for(secret: &str) -> bool {
        knowing(secret).count() > 0
    }

    /// What is heard of a target that sends these pieces after the handshake, and then ends the connection.
    pub(crate) fn heard(pieces: &[&[u8]]) -> Conversation {
        let pieces = pieces.iter().map(|piece| piece.to_vec()).collect();
        let script = Box::new(Script(pieces));
        let talk = Talk { acts: vec![Act::Listen(1)], ..Talk::default() };
        let heard = async {
            let mut talking = Talking::begin(script, 0, Vec::new(), None, &[]).await;
            talking.go_on(&Nowhere, &talk, None).await;
            talking.conversation()
        };
        futures_util::FutureExt::now_or_never(heard).unwrap_or_default()
    }

    /// A target that sends what it has.
    #[derive(Default)]
    pub(super) struct Script(VecDeque<Vec<u8>>);

    impl Channel for Script {
        fn send<'a>(&'a mut self, _: &'a [u8]) -> Performing<'a, Result<(), String>> {
            Box::pin(std::future::ready(Ok(())))
        }

        fn receive(&mut self, _: u64) -> Performing<'_, Received> {
            let next = self.0.pop_front().filter(|piece| !piece.is_empty());
            Box::pin(std::future::ready(next.map_or(Received::Closed, Received::Bytes)))
        }
    }

    /// Where no time passes.
    struct Nowhere;

    impl Transport for Nowhere {
        fn perform<'a>(&'a self, _: &'a Outgoing) -> Performing<'a, Outcome> {
            Box::pin(std::future::ready(Outcome::nothing(NoAnswerKind::Unreachable, "nowhere")))
        }

        fn now_ms(&self) -> i64 {
            0
        }

        fn wait(&self, _: u64) -> Performing<'_, ()> {
            Box::pin(std::future::ready(()))
        }
    }

    /// A text without a secret.
    pub(crate) fn redact(secret: &str, text: &str) -> String {
        knowing(secret).redact(text)
    }

    /// Bytes in which a secret is written over, and all of what cannot be searched through.
    pub(crate) fn cover(secret: &str, bytes: &mut Vec<u8>) {
        let mut shared = std::mem::take(bytes).into();
        let searched = knowing(secret).cover(&mut shared, false);
        *bytes = searched.map_or_else(|_| vec![b'*'; shared.len()], |()| shared.to_vec());
    }

    fn knowing(secret: &str) -> Secrets {
        let secrets = Secrets::default();
        secrets.add(secret);
        secrets
    }
}

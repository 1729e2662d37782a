//! The only room on the network and at the clock.
//!
//! In: drafts whose variables are filled. Out: [`Exchange`](crate::model::exchange::Exchange)s. What goes out passes the guard and the
//! pace of its account; what comes in is bounded; secrets are taken out before an exchange leaves the room. Nothing here knows what is
//! expected.

mod again;
mod channel;
mod converse;
mod encode;
mod guard;
mod handshake;
mod http;
mod leaving;
mod pace;
mod received;
mod secrets;
mod sender;
mod talk;
mod tls;
mod token_answer;
mod token_requests;
mod tokens;
mod transport;

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
    use super::secrets::Secrets;

    /// Whether a text is long enough to be searched for.
    pub(crate) fn is_searched_for(secret: &str) -> bool {
        knowing(secret).count() > 0
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

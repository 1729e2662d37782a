//! The only room on the network and at the clock.
//!
//! In: drafts whose variables are filled. Out: [`Exchange`](crate::model::exchange::Exchange)s. What goes out passes the guard and the
//! pace of its account; what comes in is bounded; secrets are taken out before an exchange leaves the room. Nothing here knows what is
//! expected.

mod address;
mod again;
mod allowed;
mod channel;
mod cleaning;
mod clock;
mod converse;
#[cfg(test)]
mod echo;
mod encode;
mod framing;
pub(crate) mod fuzzing;
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
mod spending;
#[cfg(test)]
mod streams;
mod talk;
mod tls;
mod token_answer;
mod token_requests;
mod tokens;
mod transport;
mod written;

pub use address::{NoTarget, address, host_of, without_credentials};
pub use cleaning::Cleaning;
pub use encode::percent;
pub use guard::Guard;
pub use http::{Http, HttpSettings};
pub use pace::Rate;
pub(crate) use received::answer;
pub use sender::{Delivery, Sender};
pub use tokens::{Account, TOKEN_PATH};
pub use transport::{Allowance, Channel, Opened, Outgoing, Performing, Received, Transport};

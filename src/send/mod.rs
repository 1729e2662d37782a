//! The only room on the network and at the clock.
//!
//! In: drafts whose variables are filled. Out: [`Exchange`](crate::model::exchange::Exchange)s. What goes out passes the guard and the
//! pace of its account; what comes in is bounded; secrets are taken out before an exchange leaves the room. Nothing here knows what is
//! expected.

mod again;
mod encode;
mod guard;
mod http;
mod pace;
mod secrets;
mod sender;
mod tokens;
mod transport;

pub use encode::percent;
pub use guard::Guard;
pub use http::{Http, HttpSettings};
pub use pace::Rate;
pub use sender::{Delivery, Sender};
pub use tokens::{Account, TOKEN_PATH};
pub use transport::{Outgoing, Performing, Transport};

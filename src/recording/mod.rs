//! What others recorded, as exchanges of this target: HARs of browsers and proxies, and saved answers.
//!
//! In: entries of a HAR, or the bytes of an answer and its endpoint. Out: [`Recorded`] exchanges, the secrets in them, and the requirements
//! whose one request is equal in meaning to a recorded one. Nothing here is judged, and nothing is kept that still has a secret in it: the
//! caller takes those out before it goes on.

mod conversation;
mod endpoints;
mod entries;
mod own;
mod recorded;
mod requests;
mod secrets;

pub use endpoints::by_name;
pub use entries::{of_answer, of_entry};
pub use own::filled;
pub use recorded::{Knowledge, Recorded};
pub use requests::{Match, matching, needs};
pub use secrets::secrets;

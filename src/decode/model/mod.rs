//! The state model (p. 145): tables of rows, and the messages that change them.
//!
//! In: JSON objects such as `model_update`, whatever carried them: a line of an event archive, or a message of a feed.
//! Out: changes of rows, the model after them, and where two models first differ; or a [`ModelError`]. Nothing here
//! knows of files, lines or sockets: who carries the messages adds where they stood.

mod error;
mod feed;
mod ids;
pub(crate) mod law;
mod members;
mod message;
mod rows;

pub use error::ModelError;
pub use feed::{FeedMessage, FeedModel};
pub use ids::{is_row_id, looks_like_row_id};
pub use members::{MemberName, Members, text_of};
pub use message::{ChangeKind, ModelMessage, Notation, RowChange};
pub use rows::{StateModel, Table, TableRow};

//! The nouns: what the verbs take and give.
//!
//! Plain data that can be written into a journal and read again. Nothing here sends, judges or prints.

mod as_base64;
pub mod case;
pub mod contract;
pub mod conversation;
pub mod credential;
mod cut;
pub mod draft;
pub mod exchange;
pub mod id;
pub mod record;
pub mod suite;
pub mod variables;
pub mod verdict;
pub mod written;

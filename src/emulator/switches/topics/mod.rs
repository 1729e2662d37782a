//! Every topic on which the guide can be read in more than one way.
//!
//! In: nothing. Out: the table that `readings` chooses from, with the page that leaves each open. A file a chapter.

mod commands;
mod feed;
mod pages;
mod reports;

use std::sync::LazyLock;

use super::topic::Topic;

/// Every topic. The first reading of each is the default.
pub(super) static TOPICS: LazyLock<Vec<Topic>> =
    LazyLock::new(|| [commands::TOPICS, reports::TOPICS, pages::TOPICS, feed::TOPICS].concat());

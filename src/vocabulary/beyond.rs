//! What an expectation looks at besides the text of an answer. A recording of somebody else may lack that, and then shows nothing.
//!
//! In: expectations. Out: whether they ask for the head of the answer, for its bytes, or for the time at which it was asked for.

use super::{expectation::Expect, query::Query};

/// Something that not every recording of an answer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Beyond {
    /// The headers.
    Head,
    /// The bytes of the body, in the charset in which they came.
    Bytes,
    /// When it was asked for, by a clock that is right.
    Clock,
}

/// What expectations look at besides a text.
pub fn beyond<'e>(expects: impl IntoIterator<Item = &'e Expect>) -> Vec<Beyond> {
    let mut all: Vec<Beyond> = expects.into_iter().flat_map(of).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn of(expect: &Expect) -> Vec<Beyond> {
    let (at, predicate) = match expect {
        Expect::CharsetKept => return vec![Beyond::Bytes],
        Expect::At(at, predicate) | Expect::Each { at, predicate, .. } => (at, predicate),
        _ => return Vec::new(),
    };
    let head = matches!(at, Query::Header(_) | Query::HeaderList(_)).then_some(Beyond::Head);
    head.into_iter().chain(predicate.asks_for_now().then_some(Beyond::Clock)).collect()
}

//! Did you mean …? What a misspelt word of a command line or a configuration is like.
//!
//! In: a word and what it could have been. Out: a hint, or nothing where nothing is like it.

use std::borrow::Borrow;

/// How alike two texts are at least, from 0 to 1, for one to be taken for the other.
const ALIKE_MIN: f64 = 0.85;

/// The id that is most like a text, as a hint.
pub(super) fn nearest<'a, Id: Borrow<str> + 'a>(text: &str, ids: impl Iterator<Item = &'a Id>) -> String {
    let ids = ids.map(Borrow::borrow);
    let alike = |id: &str| (strsim::jaro_winkler(text, id) * 1_000.0).round();
    let best = ids.max_by(|a, b| alike(a).total_cmp(&alike(b)).then_with(|| b.len().cmp(&a.len())));
    match best.filter(|id| alike(id) > ALIKE_MIN * 1_000.0) {
        Some(id) => format!("; did you mean {id}?"),
        None => String::new(),
    }
}

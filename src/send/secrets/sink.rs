//! What a decoder hands decoded bytes to.
//!
//! In: decoded bytes with where they came from. Out: nothing, or that they take too much work. Types only.

use std::ops::Range;

/// It takes too much work to search it.
#[derive(Debug)]
pub(in crate::send) struct Tangled;

/// Where a place in decoded bytes came from.
pub(super) type Source<'a> = &'a dyn Fn(&Range<usize>) -> Range<usize>;

/// What takes decoded bytes, where they came from, and whether they reach to the end of what was decoded.
pub(super) type Sink<'a> = dyn FnMut(&[u8], Source<'_>, bool) -> Result<(), Tangled> + 'a;

//! Patterns of the spec data. Many requirements share one, and making one takes as long as reading ten requirements.
//!
//! In: a regular expression as it is written. Out: the pattern that takes a text whole, made once for all who write it so.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use regex::Regex;

/// The most patterns that are kept; the data has some seventy.
const KEPT_MAX: usize = 256;

static MADE: Mutex<BTreeMap<String, Regex>> = Mutex::new(BTreeMap::new());

/// # Errors
/// What is wrong with the expression.
pub(super) fn whole(text: &str) -> Result<Regex, String> {
    if let Some(pattern) = MADE.lock().unwrap_or_else(PoisonError::into_inner).get(text) {
        return Ok(pattern.clone());
    }
    // Others read on meanwhile.
    let pattern = Regex::new(&format!("^(?s:{text})$")).map_err(|error| error.to_string())?;
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    if made.len() < KEPT_MAX {
        made.insert(text.to_owned(), pattern.clone());
    }
    Ok(pattern)
}

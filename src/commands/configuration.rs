//! `touchmark.toml`: options that stay the same from run to run.
//!
//! In: the text of the file. Out: the options and the keys that stand in it, or the line of the first fault. No fault shows a secret.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use serde::de::DeserializeOwned;

use super::{Failure, files::read_file};

/// The file that is read when no other is named.
pub(super) const CONFIG_FILE: &str = "touchmark.toml";

/// The file that was named, or `touchmark.toml` where there is one; and its keys.
pub(super) fn read<O: DeserializeOwned + Default>(named: Option<&PathBuf>) -> Result<(O, BTreeSet<String>), Failure> {
    let path = match named {
        Some(path) => path.as_path(),
        None if Path::new(CONFIG_FILE).exists() => Path::new(CONFIG_FILE),
        None => return Ok((O::default(), BTreeSet::new())),
    };
    let text = read_file(path, "the configuration")?;
    let options = parse(&text).map_err(|fault| Failure::usage(format!("{}:{fault}", path.display())))?;
    let keys = text.parse::<toml::Table>().unwrap_or_default().into_iter().map(|(key, _)| key).collect();
    Ok((options, keys))
}

/// Reads the text of the file. The error is the line of the first fault, and what it is.
pub(super) fn parse<O: DeserializeOwned>(text: &str) -> Result<O, String> {
    toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let line = text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
        format!("{line}: {}", without_value(&error.message().trim().replace(['\n', '\r'], "; ")))
    })
}

/// A fault of the parser without the value that it quotes: it may be a secret at a wrong place.
fn without_value(says: &str) -> String {
    let kind = says.split_once(": ").map(|(kind, _)| kind).filter(|kind| kind.starts_with("invalid "));
    match (kind, says.rsplit_once(", expected ")) {
        (Some(kind), Some((_, expected))) => format!("{kind}, expected {expected}"),
        _ => says.to_owned(),
    }
}

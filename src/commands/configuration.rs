//! `touchmark.toml`: options that stay the same from run to run.
//!
//! In: the text of the file. Out: the options and the keys that stand in it, or the line of the first fault. No fault shows a secret.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use serde::{
    Deserializer,
    de::{DeserializeOwned, Visitor, value::Error},
    forward_to_deserialize_any,
};

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

/// Reads the text of the file. The error is the line of the first fault, the key that stands there where it is one, and what is wrong.
pub(super) fn parse<O: DeserializeOwned>(text: &str) -> Result<O, String> {
    toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let line = text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
        let says = without_value(&error.message().trim().replace(['\n', '\r'], "; "));
        match text.lines().nth(line - 1).and_then(key::<O>) {
            Some(key) if !says.contains(key) => format!("{line}: {key}: {says}"),
            _ => format!("{line}: {says}"),
        }
    })
}

/// The key of a line. What is no key may be a secret at a wrong place.
fn key<O: DeserializeOwned>(line: &str) -> Option<&'static str> {
    let (typed, _) = line.split_once('=')?;
    keys::<O>().iter().find(|key| **key == typed.trim()).copied()
}

/// A fault of the parser without the value that it quotes: it may be a secret at a wrong place.
fn without_value(says: &str) -> String {
    let kind = says.split_once(": ").map(|(kind, _)| kind).filter(|kind| kind.starts_with("invalid "));
    match (kind, says.rsplit_once(", expected ")) {
        (Some(kind), Some((_, expected))) => format!("{kind}, expected {expected}"),
        _ => says.to_owned(),
    }
}

/// The keys that the file may have, as its reader names them.
pub(super) fn keys<O: DeserializeOwned>() -> &'static [&'static str] {
    let mut keys = Keys(&[]);
    // Nothing is there to be read, so this always ends in an error; the names have been seen by then.
    let _ = O::deserialize(&mut keys);
    keys.0
}

/// A source of nothing that notes which fields it is asked for.
struct Keys(&'static [&'static str]);

impl<'de> Deserializer<'de> for &mut Keys {
    type Error = Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.0 = fields;
        self.deserialize_any(visitor)
    }

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Error> {
        Err(serde::de::Error::custom(NOTHING))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct seq tuple
        tuple_struct map enum identifier ignored_any
    }
}

const NOTHING: &str = "there is nothing to read";

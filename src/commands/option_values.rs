//! Values of options that have a form or bounds of their own.
//!
//! In: the text of the command line, or the value in `touchmark.toml`. Out: the value, or what is wrong with it; both are held
//! against the same bounds.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, de::Error};

/// A word that names of a run hold: up to 16 small letters and digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RunWord(pub(super) String);

impl FromStr for RunWord {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let lawful = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        match (1..=16).contains(&text.len()) && text.bytes().all(lawful) {
            true => Ok(Self(text.to_owned())),
            false => Err(format!("`{text}` is no word for a run; write 1 to 16 small letters and digits")),
        }
    }
}

/// A seed: any number of 64 bits that is not negative.
pub(super) fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("a seed is a whole number from 0 to {}", u64::MAX))
}

/// A number from `MIN` to `MAX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "i64")]
pub(super) struct Within<const MIN: u32, const MAX: u32>(u32);

impl<const MIN: u32, const MAX: u32> Within<MIN, MAX> {
    /// A number that is known to lie between the bounds; the nearest bound otherwise.
    pub(super) fn of(number: u32) -> Self {
        Self(number.clamp(MIN, MAX))
    }

    pub(super) fn get(self) -> u32 {
        self.0
    }
}

impl<const MIN: u32, const MAX: u32> Default for Within<MIN, MAX> {
    fn default() -> Self {
        Self(MIN)
    }
}

impl<const MIN: u32, const MAX: u32> TryFrom<i64> for Within<MIN, MAX> {
    type Error = String;

    fn try_from(number: i64) -> Result<Self, String> {
        let inside = u32::try_from(number).ok().filter(|number| (MIN..=MAX).contains(number));
        inside.map(Self).ok_or_else(|| format!("{number} is not in {MIN}..={MAX}"))
    }
}

impl<const MIN: u32, const MAX: u32> FromStr for Within<MIN, MAX> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse::<i64>().map_err(|error| error.to_string())?.try_into()
    }
}

impl<const MIN: u32, const MAX: u32> fmt::Display for Within<MIN, MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One part of the requirements: the K-th of N.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shard(pub(super) u32, pub(super) u32);

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/').and_then(|(k, n)| Some((k.parse().ok()?, n.parse().ok()?)));
        match parts {
            Some((k, n)) if (1..=n).contains(&k) => Ok(Self(k, n)),
            _ => Err(format!("`{text}` is no part; write K/N with K from 1 to N, such as 1/4")),
        }
    }
}

/// A value of `touchmark.toml` that is written as on the command line.
pub(super) fn from_text<'de, D, T>(from: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err = String>,
{
    String::deserialize(from)?.parse().map(Some).map_err(D::Error::custom)
}

/// A value of the command line that reads itself.
pub(super) fn from_text_of<T: FromStr<Err = String>>(text: &str) -> Result<T, String> {
    text.parse()
}

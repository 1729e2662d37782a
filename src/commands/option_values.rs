//! Values of options that have a form or bounds of their own.
//!
//! In: the text of the command line, or the value in `touchmark.toml`. Out: the value, or what is wrong with it and what to write; both are
//! held against the same bounds.

use std::{fmt, ops::RangeInclusive, str::FromStr};

use serde::{
    Deserialize, Deserializer,
    de::{Error, Visitor},
};

use crate::model::variables::Variables;

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
    Whole(0..=u64::MAX).of_text(text)
}

/// The same in `touchmark.toml`.
pub(super) fn seed_of_file<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    from.deserialize_any(Whole(0..=u64::MAX))
}

/// A number from `MIN` to `MAX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Within<const MIN: u32, const MAX: u32>(u32);

impl<const MIN: u32, const MAX: u32> Within<MIN, MAX> {
    const BOUNDS: Whole = Whole(MIN as u64..=MAX as u64);

    /// A number that is known to lie between the bounds; the nearest bound otherwise.
    pub(super) const fn of(number: u32) -> Self {
        Self(if number < MIN {
            MIN
        } else if number > MAX {
            MAX
        } else {
            number
        })
    }

    pub(super) fn get(self) -> u32 {
        self.0
    }

    fn inside(number: u64) -> Self {
        Self::of(u32::try_from(number).unwrap_or(MAX))
    }
}

impl<const MIN: u32, const MAX: u32> Default for Within<MIN, MAX> {
    fn default() -> Self {
        Self(MIN)
    }
}

impl<const MIN: u32, const MAX: u32> FromStr for Within<MIN, MAX> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::BOUNDS.of_text(text).map(Self::inside)
    }
}

impl<'de, const MIN: u32, const MAX: u32> Deserialize<'de> for Within<MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Self::BOUNDS).map(Self::inside)
    }
}

/// A whole number between two others, which messages name.
struct Whole(RangeInclusive<u64>);

impl Whole {
    fn of_text(&self, text: &str) -> Result<u64, String> {
        let inside = text.trim().parse().ok().filter(|number| self.0.contains(number));
        inside.ok_or_else(|| format!("write {self}"))
    }

    fn of<E: Error>(&self, number: impl TryInto<u64> + fmt::Display + Copy) -> Result<u64, E> {
        let inside = number.try_into().ok().filter(|number| self.0.contains(number));
        inside.ok_or_else(|| E::custom(format!("{number} cannot be used; write {self}")))
    }
}

impl fmt::Display for Whole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a whole number from {} to {}", self.0.start(), self.0.end())
    }
}

/// Formats write a number in several ways.
impl Visitor<'_> for Whole {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<u64, E> {
        self.of(number)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<u64, E> {
        self.of(number)
    }

    fn visit_i128<E: Error>(self, number: i128) -> Result<u64, E> {
        self.of(number)
    }

    fn visit_u128<E: Error>(self, number: u128) -> Result<u64, E> {
        self.of(number)
    }
}

/// `[fixtures]` of `touchmark.toml`: texts by name. A number need not stand in quotes.
pub(super) fn fixtures<'de, D: Deserializer<'de>>(from: D) -> Result<Variables, D::Error> {
    let rows = std::collections::BTreeMap::<String, FixtureText>::deserialize(from)?;
    Ok(rows.into_iter().map(|(name, FixtureText(text))| (name, text)).collect())
}

struct FixtureText(String);

impl<'de> Deserialize<'de> for FixtureText {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = String;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text in quotes or a whole number")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
                Ok(text.to_owned())
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<String, E> {
                Ok(number.to_string())
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<String, E> {
                Ok(number.to_string())
            }
        }
        from.deserialize_any(Text).map(Self)
    }
}

impl<const MIN: u32, const MAX: u32> fmt::Display for Within<MIN, MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A file of a repository, as SARIF names it: a path from its top, percent-coded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RepositoryFile(pub(super) String);

impl FromStr for RepositoryFile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        /// Longer paths are no files of a repository.
        const BYTES_MAX: usize = 1_000;
        let path = text.trim().trim_start_matches("./");
        let in_it = !path.is_empty() && path.len() <= BYTES_MAX && !path.starts_with('/') && !path.ends_with('/');
        if !in_it || path.contains("://") || path.split('/').any(|part| part == ".." || part.is_empty()) {
            return Err("it is no file of a repository; write a path from its top, such as README.md".to_owned());
        }
        let coded = |byte: u8| match byte {
            byte if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        };
        Ok(Self(path.bytes().map(coded).collect()))
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
    from.deserialize_any(Quoted)?.parse().map(Some).map_err(D::Error::custom)
}

/// A text, which numbers and other words need quotes to be.
struct Quoted;

impl Visitor<'_> for Quoted {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text in quotes, as it stands on the command line")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }
}

/// A value of the command line that reads itself.
pub(super) fn from_text_of<T: FromStr<Err = String>>(text: &str) -> Result<T, String> {
    text.parse()
}

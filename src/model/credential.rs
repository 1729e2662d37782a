//! A credential: the account that calls, and what its request proves.
//!
//! No secret is in it: `send` alone knows those.

use serde::{Deserialize, Serialize};
use strum::{EnumMessage, EnumString, IntoStaticStr, VariantArray};

/// What an account is for. A role is a variant with its sentence: options, `touchmark.toml`, spec data, messages and documents list
/// them from here.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    EnumMessage,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum AccountRole {
    /// No account: the request needs no token.
    None,
    /// Full access to the command API.
    Full,
    /// Read-only access to the command API.
    ReadOnly,
    /// No access to the command API.
    Deny,
    /// An account of its own for what uses up tokens or the rate.
    Spare,
    /// An account whose hour is nearly used up.
    Spent,
    /// An account whose only report permission is the one for support sessions.
    SupportReports,
    /// An account with every report permission but the one for support sessions.
    OtherReports,
}

impl AccountRole {
    /// The roles that an account can be given, which are all but none.
    pub fn given() -> impl Iterator<Item = Self> {
        Self::VARIANTS.iter().copied().filter(|role| *role != Self::None)
    }

    /// The word used in spec data, options and reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// What an account of this role is, in a sentence without its full stop.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        self.get_documentation().unwrap_or_default().trim_end_matches('.')
    }
}

/// What stands in the Authorization header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Authorization {
    /// `Bearer` and a valid token of the account.
    Token,
    /// No such header.
    Nothing,
    /// `Bearer` and a token that was never issued.
    InvalidToken,
    /// `Basic` and the account's own credentials.
    Basic,
    /// `Basic` and the account's id with a secret that is not its own.
    WrongSecret,
    /// `Basic` and the account's id with a secret that is nearly its own.
    NearSecret(Near),
    /// `Bearer` and a valid token of the account with its letters in the other case.
    NearToken,
    /// `Basic` and an id that no account has.
    UnknownClient,
    /// The header as given, with `${variables}`; `${credentials}` is the base64 text of the account's own.
    Header(String),
}

/// How a secret is nearly the right one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Near {
    /// It is empty.
    Empty,
    /// Its last character is missing.
    Prefix,
    /// Its letters are in the other case.
    OtherCase,
}

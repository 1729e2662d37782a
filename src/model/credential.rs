//! Who calls: the role of an API account ([`AccountRole`]), and what a request proves of it ([`Credential`]).
//!
//! In: nothing. Out: a variant for each role and each kind of credential, with its word and its meaning. No secret is in it: `send` alone
//! knows those.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use strum::{EnumMessage, EnumString, IntoStaticStr, VariantArray};

/// What stands where a secret stood.
pub const REDACTED: &str = "[redacted]";

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
    /// No permission for any API.
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

/// What a request proves of the account that calls: what stands in its Authorization header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Credential {
    /// No such header.
    None,
    /// `Bearer` and a valid token of the account.
    Token,
    /// `Bearer` and a token of the account that was altered.
    AlteredToken(Alteration),
    /// `Bearer` and a token that was never issued.
    NeverIssued,
    /// `Basic` and the account's own id and secret.
    Basic,
    /// `Basic` and the account's id with its secret altered.
    AlteredSecret(Alteration),
    /// `Basic` and an id that no account has.
    UnknownClient,
    /// The header as given, with `${variables}`; `${credentials}` is the base64 text of the account's id and secret.
    Literal(String),
}

/// How a token or a secret differs from the right one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Alteration {
    /// It is another text altogether.
    Wrong,
    /// It is empty.
    Empty,
    /// Its last character is missing.
    Prefix,
    /// Its letters are in the other case.
    OtherCase,
}

/// A token that no target ever issued.
pub const NEVER_ISSUED: &str = "touchmark-token-that-was-never-issued";

/// A client id that no account has.
pub const UNKNOWN_CLIENT: &str = "touchmark-unknown-client";

/// A secret that no account has.
pub const WRONG_SECRET: &str = "touchmark-wrong-secret";

impl Alteration {
    fn of_a_secret(self) -> &'static str {
        match self {
            Self::Wrong => "a wrong secret",
            Self::Empty => "an empty secret",
            Self::Prefix => "its secret without the last character",
            Self::OtherCase => "its secret in the other case",
        }
    }

    fn of_a_token(self) -> &'static str {
        match self {
            Self::Wrong => "another text",
            Self::Empty => "an empty text",
            Self::Prefix => "without its last character",
            Self::OtherCase => "its letters in the other case",
        }
    }
}

impl Credential {
    /// What stands in the Authorization header, for people. It never has a secret in it.
    #[must_use]
    pub fn in_words(&self, account: AccountRole) -> String {
        let account = account.word();
        match self {
            Self::None => "none".to_owned(),
            Self::Token => format!("Bearer (a token of the {account} account)"),
            Self::AlteredToken(how) => {
                format!("Bearer (an altered token of the {account} account: {})", how.of_a_token())
            }
            Self::NeverIssued => format!("Bearer {NEVER_ISSUED}"),
            Self::Basic => format!("Basic (credentials of the {account} account)"),
            Self::AlteredSecret(how) => format!("Basic (the {account} account with {})", how.of_a_secret()),
            Self::UnknownClient => format!("Basic {}", STANDARD.encode(format!("{UNKNOWN_CLIENT}:{WRONG_SECRET}"))),
            Self::Literal(text) => text.replace("${credentials}", REDACTED),
        }
    }
}

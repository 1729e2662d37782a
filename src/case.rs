//! A case: the concrete requests made for one requirement, from a seed.
//!
//! In a case everything is decided but the facts of the target: its texts still hold `${variables}`, so cases can be
//! printed, counted and compared before anything is sent. Nothing here draws, sends or judges.

use serde::{Deserialize, Serialize};

/// The requests for one requirement. The same seed makes the same case, byte for byte.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Id of the requirement that the case is made for.
    pub requirement: String,
    /// Number of the case among those of its requirement, from 0.
    pub index: u32,
    /// The requests, in the order in which they are sent.
    pub steps: Vec<CaseStep>,
}

/// One request of a case, sent once or several times.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseStep {
    /// What the answer is for.
    pub role: Role,
    /// Id of the endpoint that is called.
    pub endpoint: String,
    /// What the request may touch; the guard goes by it.
    pub class: Class,
    /// The request, with `${variables}`.
    pub draft: Draft,
    /// How often it is sent.
    pub times: Times,
    /// What is remembered from its answer: the variable's name and the query that finds its value.
    pub capture: Vec<(String, String)>,
}

/// What the answer to a step is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A preparation: what it makes is needed by later steps.
    Setup,
    /// The positive control: an accepted request that differs from the probe in the one thing under test.
    Control,
    /// What is judged.
    Probe,
}

/// What a request may touch on a real appliance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Changes nothing.
    Read,
    /// Makes or changes something of our own that is harmless or can be put back.
    Write,
    /// Touches other people or the appliance itself.
    Disrupt,
}

impl Class {
    /// The word used in spec data, options and reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Disrupt => "disrupt",
        }
    }
}

/// Name of the parameter that is the whole body of a request with JSON.
pub const BODY: &str = "(body)";

/// How often a step is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Times {
    /// Once.
    Once,
    /// So many times, one after another.
    Repeat(u32),
    /// At most so many times, one after another, up to the first refusal.
    UntilRefused(u32),
    /// So many times at once.
    Burst(u32),
    /// At most so many times, each for the next page of a list, up to its last one.
    Pages(u32),
}

impl Times {
    /// The most requests that the step can send.
    #[must_use]
    pub fn most(self) -> u32 {
        match self {
            Self::Once => 1,
            Self::Repeat(n) | Self::UntilRefused(n) | Self::Burst(n) | Self::Pages(n) => n,
        }
    }
}

/// A request before the facts of the target are put in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// HTTP method.
    pub method: String,
    /// Path of the URL.
    pub path: String,
    /// Names and values, not yet encoded, in the order in which they are sent.
    pub parameters: Vec<(String, String)>,
    /// The exact query instead of `parameters`.
    pub raw: Option<String>,
    /// How the parameters are written.
    pub encoding: Encoding,
    /// Where the parameters stand.
    pub carrier: Carrier,
    /// The role of the account that calls, or none.
    pub account: AccountRole,
    /// What stands in the Authorization header.
    pub authorization: Authorization,
    /// Further headers.
    pub headers: Vec<(String, String)>,
}

/// How a value is written in a query or form. All of them mean the same value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// Everything but letters, digits and `-._~` as `%` and two upper-case hexadecimal digits.
    Percent,
    /// The same with lower-case digits.
    LowerHex,
    /// The same with a space as `+`.
    Plus,
}

/// Where the parameters stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Carrier {
    /// In the URL.
    Query,
    /// In a body of type `application/x-www-form-urlencoded`.
    Form,
    /// In a body of type `multipart/form-data`.
    Multipart,
    /// In a form body that is called `text/plain`.
    TextPlain,
    /// In the URL, but for the one called [`BODY`], which is the body, of type `application/json`.
    Json,
}

/// What an account is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
    /// The word used in spec data, options and reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Full => "full",
            Self::ReadOnly => "read_only",
            Self::Deny => "deny",
            Self::Spare => "spare",
            Self::Spent => "spent",
            Self::SupportReports => "support_reports",
            Self::OtherReports => "other_reports",
        }
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

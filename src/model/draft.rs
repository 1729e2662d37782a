//! A draft: what a step sends, before the facts of the target are put in.
//!
//! Its texts still hold `${variables}`. Nothing here encodes or sends.

use serde::{Deserialize, Serialize};

use super::{
    conversation::Talk,
    credential::{AccountRole, Credential},
    written::RawRequest,
};

/// Name of the parameter that is the whole body of a request with JSON.
pub const BODY: &str = "(body)";

/// What a step sends. One variant a kind of exchange.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Draft {
    /// An HTTP request.
    Http(HttpDraft),
}

impl Draft {
    /// Whether it goes out as bytes.
    #[must_use]
    pub fn is_written(&self) -> bool {
        let Self::Http(draft) = self;
        draft.written.is_some()
    }
}

/// An HTTP request before the facts of the target are put in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HttpDraft {
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
    /// What the request proves of that account.
    pub credential: Credential,
    /// Further headers.
    pub headers: Vec<(String, String)>,
    /// What is said once a WebSocket is open, where the request asks for one. The token stands in what is said, and in no header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub talk: Option<Talk>,
    /// How it is written, where it goes out as bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<RawRequest>,
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

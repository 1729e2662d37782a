//! What a site's file says of the time before the emulator started: sessions, presentations and surveys.
//!
//! In: tables of TOML. Out: plain rows. `history` makes records of them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

/// A session that was over before the emulator started.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PastSession {
    /// The logging session id.
    pub lsid: String,
    /// How long ago it began when the emulator starts.
    pub began_seconds_ago: i64,
    /// How long it lasted.
    pub lasted_seconds: i64,
    /// Whether it broke off, so that no end is known.
    #[serde(default)]
    pub abnormal: bool,
    /// The position of its public site among the portals, from 1.
    pub portal: Option<usize>,
    /// The code name of the Jumpoint it went through.
    pub jumpoint: Option<String>,
    /// Whether the screen was shared and recorded.
    #[serde(default)]
    pub recorded: bool,
    /// The external key and custom fields, by code name.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
    /// Code names of the skills it needs.
    #[serde(default)]
    pub skills: Vec<String>,
    /// From 1, high, to 3, low.
    pub priority: Option<i64>,
    /// The customer.
    pub customer: PastCustomer,
    /// The customer's answers, by the id of the question, if the survey was submitted.
    pub customer_survey: Option<BTreeMap<String, Vec<String>>>,
    /// The representative's answers, likewise.
    pub rep_survey: Option<BTreeMap<String, Vec<String>>>,
    /// What happened, each line beginning with the second of the session: `40 join 5`, `90 chat customer Hello`.
    #[serde(default)]
    pub events: Vec<String>,
}

/// The customer of a finished session.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PastCustomer {
    /// The name.
    pub name: String,
    /// The hostname of the computer.
    pub hostname: String,
    /// The operating system.
    pub os: String,
    /// The public IP address.
    pub public_ip: String,
    /// The private IP address.
    pub private_ip: String,
    /// The company, as entered.
    #[serde(default)]
    pub company: String,
    /// The company code, as entered.
    #[serde(default)]
    pub company_code: String,
    /// The id of the issue.
    #[serde(default)]
    pub issue: String,
    /// The description of the problem.
    #[serde(default)]
    pub details: String,
}

/// A question of an exit survey (p. 109).
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The id.
    pub id: i64,
    /// `customer` or `rep`.
    pub survey: String,
    /// The name in the web interface.
    pub name: String,
    /// `radio`, `checkbox`, `select`, `text` or `textarea`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The text of the question.
    pub label: String,
    /// What the report calls it.
    pub report_header: String,
}

/// A presentation that began before the emulator started.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PastPresentation {
    /// The logging session id.
    pub lsid: String,
    /// The name, which archives alone tell.
    #[serde(default)]
    pub name: String,
    /// How long ago it began when the emulator starts.
    pub began_seconds_ago: i64,
    /// How long it lasted; it is in progress without.
    pub lasted_seconds: Option<i64>,
    /// Whether it broke off, so that no end is known.
    #[serde(default)]
    pub abnormal: bool,
    /// The position of its public site among the portals, from 1.
    pub portal: Option<usize>,
    /// Whether the screen was shown and recorded.
    #[serde(default)]
    pub recorded: bool,
    /// The presenters; the first created it.
    pub presenters: Vec<Presenter>,
    /// The attendees.
    #[serde(default)]
    pub attendees: Vec<Guest>,
    /// What else happened.
    #[serde(default)]
    pub events: Vec<Happening>,
}

/// A presenter of a presentation.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Presenter {
    /// The id of the representative.
    pub rep: i64,
    /// The second of the presentation at which it came.
    pub joined: i64,
    /// The second at which it went; at the end without.
    pub left: Option<i64>,
}

/// An attendee of a presentation.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Guest {
    /// The name.
    pub name: String,
    /// The public IP address.
    pub public_ip: String,
    /// The private IP address; like hostname and operating system it is shown by archives alone.
    #[serde(default)]
    pub private_ip: String,
    /// The hostname of the computer.
    #[serde(default)]
    pub hostname: String,
    /// The operating system.
    #[serde(default)]
    pub os: String,
    /// The second of the presentation at which it came.
    pub joined: i64,
    /// The second at which it went; at the end without.
    pub left: Option<i64>,
}

/// Something that happened in a presentation.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Happening {
    /// The second of the presentation.
    pub at: i64,
    /// Who did it: `system`, `presenter:0` or `attendee:0`, counted from 0.
    pub by: String,
    /// To whom, in the same words.
    pub to: Option<String>,
    /// The type of event.
    pub kind: String,
    /// The text of a message.
    pub body: Option<String>,
    /// Further values.
    #[serde(default)]
    pub data: BTreeMap<String, String>,
}

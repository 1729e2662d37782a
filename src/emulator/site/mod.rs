//! What a site has before anything happens: people, teams, Jump groups, sessions, appliances.
//!
//! In: rows of a TOML file, which `load` reads and checks. Out: a [`Site`]. Nothing here changes while the emulator
//! runs; `state` does.

pub(crate) mod load;
mod past;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

pub use past::{Guest, Happening, PastCustomer, PastPresentation, PastSession, Presenter, Question};

/// A site. The keys of the TOML file are the names of the fields.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// The primary public hostname.
    pub hostname: String,
    /// The Company API Name (p. 50).
    pub company_name: String,
    /// The API version (p. 50).
    pub api_version: String,
    /// Version and build of the software (p. 38).
    pub version: String,
    /// How long a session key may last (p. 17).
    pub maximum_key_timeout_seconds: i64,
    /// Whether keys for the general queue are available without anybody logged in.
    #[serde(default)]
    pub general_queue_persistent: bool,
    /// Codes of the installed languages (p. 24).
    pub languages: Vec<String>,
    /// Short keys whose time was over before the emulator started.
    #[serde(default)]
    pub expired_keys: Vec<String>,
    /// The representatives, logged in or not.
    #[serde(default)]
    pub representatives: Vec<Representative>,
    /// The statuses a representative can have (p. 14).
    #[serde(default)]
    pub statuses: Vec<Status>,
    /// The support teams (p. 15).
    #[serde(default)]
    pub teams: Vec<Team>,
    /// The custom fields (p. 17).
    #[serde(default)]
    pub custom_fields: Vec<Named>,
    /// The skills (p. 17).
    #[serde(default)]
    pub skills: Vec<Named>,
    /// The Jump groups (p. 42).
    #[serde(default)]
    pub jump_groups: Vec<Named>,
    /// The Jump policies (p. 42).
    #[serde(default)]
    pub jump_policies: Vec<Named>,
    /// The session policies (p. 42).
    #[serde(default)]
    pub session_policies: Vec<Named>,
    /// The public portals (p. 42).
    #[serde(default)]
    pub portals: Vec<Portal>,
    /// The Jumpoints (p. 42); a connected one is a push agent (p. 33).
    #[serde(default)]
    pub jumpoints: Vec<Jumpoint>,
    /// The sessions that are running.
    #[serde(default)]
    pub sessions: Vec<Session>,
    /// The people who attend presentations (p. 33).
    #[serde(default)]
    pub attendees: Vec<Attendee>,
    /// The appliances (p. 30); the first is the one that answers.
    pub appliances: Vec<Appliance>,
    /// What check_health says (p. 38).
    pub health: Health,
    /// The sessions that were over before the emulator started.
    #[serde(default)]
    pub past_sessions: Vec<PastSession>,
    /// The presentations that began before the emulator started.
    #[serde(default)]
    pub past_presentations: Vec<PastPresentation>,
    /// What was done with Vault accounts: `90 41 rep:1 Password Changed: Manually Edited`, 90 seconds ago.
    #[serde(default)]
    pub vault_events: Vec<String>,
    /// Peaks of license usage: how many hours ago, then full licenses of logins and of extended availability,
    /// and chat licenses.
    #[serde(default)]
    pub license_peaks: Vec<[i64; 4]>,
    /// When the processes started anew: how many days before the day on which the emulator starts, and at which
    /// second of that day, in UTC.
    #[serde(default)]
    pub restarts: Vec<[i64; 2]>,
    /// The questions of the exit surveys.
    #[serde(default)]
    pub questions: Vec<Question>,
}

/// A representative.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Representative {
    /// The user id.
    pub id: i64,
    /// The username.
    pub username: String,
    /// The public display name.
    pub public_display_name: String,
    /// The private display name.
    pub private_display_name: String,
    /// Whether the account is an invited one.
    #[serde(default)]
    pub invited: bool,
    /// Whether a presentation is running.
    #[serde(default)]
    pub presenting: bool,
    /// Whether the representative shows in the list of the public site.
    #[serde(default)]
    pub showing_on_rep_list: bool,
    /// Whether sessions are assigned automatically.
    #[serde(default)]
    pub routing_enabled: bool,
    /// The code name of the status.
    pub status: String,
    /// The kind of license.
    pub license: String,
    /// The display number; the user id without one.
    pub display_number: Option<i64>,
    /// Earlier logins: how many seconds ago each began and ended when the emulator starts.
    #[serde(default)]
    pub past_logins: Vec<[i64; 2]>,
    /// The console; a representative without one is not logged in.
    pub client: Option<Client>,
    /// Whether the account was deleted. Reports of what was before still tell of it.
    #[serde(skip)]
    pub gone: bool,
}

/// A status of representatives.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Status {
    /// The code name.
    pub code_name: String,
    /// Counts as busy.
    #[serde(default)]
    pub busy: bool,
    /// Counts as idle.
    #[serde(default)]
    pub idle: bool,
}

/// A support team.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Team {
    /// The id.
    pub id: i64,
    /// The name.
    pub name: String,
    /// Whether the queue takes sessions with nobody logged in.
    #[serde(default)]
    pub persistent: bool,
    /// Ids of the representatives who are members.
    #[serde(default)]
    pub members: Vec<i64>,
    /// The issues.
    #[serde(default)]
    pub issues: Vec<Issue>,
    /// What happened outside sessions, each line beginning with how many seconds ago: `7200 chat 5 Hello`.
    #[serde(default)]
    pub past_events: Vec<String>,
}

/// An issue of a team.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Issue {
    /// The id.
    pub id: i64,
    /// The code name.
    pub code_name: String,
    /// The title.
    pub title: String,
    /// The priority of its sessions, unless they bring their own (p. 69).
    pub priority: Option<i64>,
    /// Code names of the skills of its sessions, unless they bring their own (p. 69).
    #[serde(default)]
    pub skills: Vec<String>,
}

/// Something with a code name and a name.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// The code name.
    pub code_name: String,
    /// The name that people see.
    pub name: String,
}

/// A public portal.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Portal {
    /// The hostname.
    pub hostname: String,
    /// The name.
    pub name: String,
}

/// A Jumpoint.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Jumpoint {
    /// The code name.
    pub code_name: String,
    /// The name.
    pub name: String,
    /// Its connection, if it is connected.
    pub client: Option<Client>,
}

/// A connected client (p. 33).
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// The id that holds while the client is connected.
    pub id: String,
    /// The hostname of its computer.
    pub hostname: String,
    /// The operating system.
    pub platform: String,
    /// The operating system in short.
    pub platform_id: String,
    /// Seconds away from UTC.
    pub timezone_offset: i64,
    /// The private IP address.
    pub private_ip: String,
    /// How long the client has been connected when the emulator starts.
    pub connected_seconds_ago: i64,
    /// What happened to the connection, from the first event to the last.
    pub events: Vec<String>,
}

/// A running session.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// The logging session id.
    pub lsid: String,
    /// Where it was put: `general`, `rep:1` or `team:1`.
    pub queue: String,
    /// Ids of the representatives who take part.
    #[serde(default)]
    pub representatives: Vec<i64>,
    /// The name of the customer.
    pub customer_name: String,
    /// `rdp` or `shelljump` for a session of that kind.
    pub non_interactive: Option<String>,
    /// The external key and custom fields that are set, by code name.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
    /// The customer's client.
    pub client: Client,
}

/// An attendee of a presentation.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Attendee {
    /// The name.
    pub name: String,
    /// The attendee's client.
    pub client: Client,
}

/// An appliance (p. 30).
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Appliance {
    /// The GUID.
    pub id: String,
    /// The name.
    pub name: String,
    /// The public hostname.
    pub public_hostname: String,
    /// `single`, `primary` or `traffic`.
    pub cluster_role: String,
    /// `none`, `primary` or `backup`.
    pub failover_role: String,
    /// Whether new clients may connect.
    pub accepting_connections: bool,
    /// Seconds away from UTC.
    pub timezone_offset: i64,
    /// How many pinned Jump Clients are connected (p. 31).
    #[serde(default)]
    pub pinned_clients: usize,
}

/// What check_health says (p. 38), but for the role.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Health {
    /// What is wrong; nothing is if it is absent.
    pub error_message: Option<String>,
    /// The IP addresses shared with the peer.
    #[serde(default)]
    pub shared_ips: Vec<String>,
    /// How long ago the last data sync was when the emulator starts.
    pub last_data_sync_seconds_ago: Option<i64>,
    /// How it went.
    #[serde(default)]
    pub last_data_sync_status: String,
    /// Whether the peer can be contacted.
    #[serde(default)]
    pub peer_unreachable: bool,
}

//! What the reports tell beside sessions: peaks of license usage (p. 136) and what was done with Vault
//! accounts (p. 139).
//!
//! In: tables of TOML. Out: the same, each at its instant before the emulator starts, in their order.

use serde::Deserialize;

use super::super::site::Site;

/// The event types of p. 139.
const VAULT_EVENTS: &[&str] = &[
    "Account Created",
    "Account Deleted",
    "Credentials Checked Out",
    "Credentials Checked In",
    "Password Changed",
    "Password Rotation Failed",
    "Credentials Used",
    "Credentials Force Checked In",
];

/// How many licenses were in use at a moment when nearly all were.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PastPeak {
    /// How long ago it was when the emulator starts.
    pub seconds_ago: i64,
    /// The kind of license.
    #[serde(rename = "type")]
    pub kind: String,
    /// In use by those who were logged in.
    pub login: i64,
    /// In use by those who were available though logged out.
    #[serde(default)]
    pub extended_contact: i64,
}

/// Something that was done with a Vault account.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PastVaultEvent {
    /// How long ago it was when the emulator starts.
    pub seconds_ago: i64,
    /// The id of the account.
    pub account: i64,
    /// One of the types of p. 139.
    pub event: String,
    /// `system`, `rep:5` or `api:touchmark`.
    pub by: String,
    /// What the type has to tell.
    pub data: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Peak {
    pub(crate) at_s: i64,
    pub(crate) kind: String,
    pub(crate) login: i64,
    pub(crate) extended_contact: i64,
}

#[derive(Clone, Debug)]
pub(crate) struct VaultEvent {
    pub(crate) at_s: i64,
    pub(crate) account: i64,
    pub(crate) event: String,
    pub(crate) by: String,
    pub(crate) data: Option<String>,
}

pub(super) fn peaks(site: &Site, now_s: i64) -> Vec<Peak> {
    let peak = |past: &PastPeak| Peak {
        at_s: now_s.saturating_sub(past.seconds_ago),
        kind: past.kind.clone(),
        login: past.login,
        extended_contact: past.extended_contact,
    };
    let mut all: Vec<Peak> = site.license_peaks.iter().map(peak).collect();
    all.sort_by_key(|peak| peak.at_s);
    all
}

pub(super) fn vault_events(site: &Site, now_s: i64) -> Vec<VaultEvent> {
    let event = |past: &PastVaultEvent| VaultEvent {
        at_s: now_s.saturating_sub(past.seconds_ago),
        account: past.account,
        event: past.event.clone(),
        by: past.by.clone(),
        data: past.data.clone(),
    };
    let mut all: Vec<VaultEvent> = site.vault_events.iter().map(event).collect();
    all.sort_by_key(|event| event.at_s);
    all
}

/// What does not hold together.
pub(super) fn check(site: &Site) -> Result<(), String> {
    for past in &site.vault_events {
        let event = &past.event;
        if !VAULT_EVENTS.contains(&event.as_str()) {
            return Err(format!("the Vault event `{event}` is none of {}", VAULT_EVENTS.join(", ")));
        }
        let known = match past.by.split_once(':') {
            None => past.by == "system",
            Some(("rep", id)) => site.representatives.iter().any(|rep| rep.id.to_string() == id),
            Some((word, _)) => word == "api",
        };
        if !known {
            return Err(format!("a Vault event is done by `{}`: write system, rep:ID or api:NAME", past.by));
        }
    }
    match site.license_peaks.iter().find(|peak| peak.login < 0 || peak.extended_contact < 0) {
        Some(peak) => Err(format!("the license peak {} seconds ago is below nought", peak.seconds_ago)),
        None => Ok(()),
    }
}

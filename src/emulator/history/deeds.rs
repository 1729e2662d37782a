//! What was done with Vault accounts, and how many licenses were in use, read from lines of a site's file.
//!
//! In: `860000 41 rep:1 Account Created`, and for licenses four numbers a line. Out: the same at their
//! instants, from the first to the last, or a message that says what is wrong.

use super::super::site::Site;

/// The types of event of a Vault account (p. 139).
pub(crate) const VAULT_EVENTS: &[&str] = &[
    "Account Created",
    "Account Deleted",
    "Credentials Checked Out",
    "Credentials Checked In",
    "Password Changed",
    "Password Rotation Failed",
    "Credentials Used",
    "Credentials Force Checked In",
];

/// Who does something with a Vault account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Doer {
    System,
    Rep(i64),
    /// The id of an API account.
    Api(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct VaultEvent {
    pub(crate) at_s: i64,
    pub(crate) account: i64,
    pub(crate) by: Doer,
    pub(crate) kind: String,
    pub(crate) data: String,
}

/// The most licenses in use within an hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Peak {
    pub(crate) at_s: i64,
    /// Full licenses of those who are logged in.
    pub(crate) login: i64,
    /// Full licenses of those in extended availability.
    pub(crate) extended: i64,
    /// Chat licenses, all of people who are logged in.
    pub(crate) chat: i64,
}

/// Reads a line; `at_s` is how long ago it was.
fn read(text: &str) -> Result<VaultEvent, String> {
    let wrong = |why: &str| format!("the Vault event `{text}` {why}");
    let mut parts = text.splitn(4, ' ');
    let mut number = || parts.next().and_then(|part| part.parse::<i64>().ok());
    let (ago, account) = (number(), number());
    let (Some(at_s), Some(account)) = (ago, account) else {
        return Err(wrong("must begin with seconds ago and the id of an account"));
    };
    let by = match parts.next().map(|who| who.split_once(':').unwrap_or((who, ""))) {
        Some(("system", "")) => Doer::System,
        Some(("rep", id)) => Doer::Rep(id.parse().map_err(|_| wrong("needs an id after rep:"))?),
        Some(("api", id)) if !id.is_empty() => Doer::Api(id.to_owned()),
        _ => return Err(wrong("must say who did it: system, rep:ID or api:ID")),
    };
    let rest = parts.next().unwrap_or_default();
    let (kind, data) = rest.split_once(": ").unwrap_or((rest, ""));
    if !VAULT_EVENTS.contains(&kind) {
        return Err(wrong(&format!("has an unknown type: choose one of {}", VAULT_EVENTS.join(", "))));
    }
    Ok(VaultEvent { at_s, account, by, kind: kind.to_owned(), data: data.to_owned() })
}

/// What of these lines does not hold together.
pub(super) fn check(site: &Site) -> Result<(), String> {
    for text in &site.vault_events {
        let event = read(text)?;
        let known = |id: i64| site.representatives.iter().any(|rep| rep.id == id);
        if matches!(event.by, Doer::Rep(id) if !known(id)) {
            return Err(format!("the Vault event `{text}` names nobody under [[representatives]]"));
        }
    }
    match site.license_peaks.iter().find(|peak| peak.iter().any(|number| *number < 0)) {
        Some(peak) => Err(format!("the license peak {peak:?} has a number below 0")),
        None => Ok(()),
    }
}

/// What was done with Vault accounts.
pub(super) fn vault(site: &Site, now_s: i64) -> Vec<VaultEvent> {
    let read = site.vault_events.iter().filter_map(|text| read(text).ok());
    let mut all: Vec<VaultEvent> =
        read.map(|event| VaultEvent { at_s: now_s.saturating_sub(event.at_s), ..event }).collect();
    all.sort_by_key(|event| event.at_s);
    all
}

/// The peaks, each at the beginning of its hour.
pub(super) fn peaks(site: &Site, now_s: i64) -> Vec<Peak> {
    let hour_s = now_s.div_euclid(3600).saturating_mul(3600);
    let peak = |[ago, login, extended, chat]: &[i64; 4]| Peak {
        at_s: hour_s.saturating_sub(ago.saturating_mul(3600)),
        login: *login,
        extended: *extended,
        chat: *chat,
    };
    let mut all: Vec<Peak> = site.license_peaks.iter().map(peak).collect();
    all.sort_by_key(|peak| peak.at_s);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_tell_who_did_what_with_which_account() {
        let event = read("90 41 api:x Password Changed: Manually Rotated").expect("an event");
        let kind = "Password Changed".to_owned();
        let by = Doer::Api("x".to_owned());
        assert_eq!(event, VaultEvent { at_s: 90, account: 41, by, kind, data: "Manually Rotated".to_owned() });
        for bad in ["", "x 41 system Account Created", "1 41 nobody Account Created", "1 41 rep:x Account Created"]
            .into_iter()
            .chain(["1 41 system Credential Checked Out", "1 41 api: Account Created"])
        {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_demo_site_has_every_type_of_vault_event() {
        let all = vault(&Site::demo(), 1_700_000_000);
        assert!(VAULT_EVENTS.iter().all(|kind| all.iter().any(|event| event.kind == *kind)));
    }
}

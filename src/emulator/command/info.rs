//! get_api_info (p. 50).
//!
//! In: the site and the account. Out: versions, the time, and what the account may do.

use super::super::auth::Access;
use super::super::clock::in_notation;
use super::super::state::State;
use super::super::xml::{Element, Kind, leaf, node};
use super::{Action, Call, Needs, Outcome};

pub(crate) const GET_API_INFO: Action = Action {
    name: "get_api_info",
    needs: Needs::Read,
    parameters: &[],
    custom_fields: false,
    list_root: None,
    message: None,
    error_named: false,
    run: get_api_info,
    hollow: |_, _| node("get_api_info"),
};

/// The twelve permissions in the order of the guide.
pub(crate) const PERMISSIONS: &[&str] = &[
    "perm_backup",
    "perm_command",
    "perm_configuration",
    "perm_configuration_vault_account",
    "perm_ecm",
    "perm_real_time_state",
    "perm_reporting_archive",
    "perm_reporting_license",
    "perm_reporting_presentation",
    "perm_reporting_support",
    "perm_reporting_vault",
    "perm_vault_backup",
];

fn get_api_info(state: &mut State, call: &Call<'_>) -> Outcome {
    let now = match () {
        () if call.broken("timestamp-stands-still") => 1_600_000_000,
        () if call.broken("timestamp-ahead") => call.now_s.saturating_add(400),
        () => call.now_s,
    };
    let now = in_notation(now, call.readings.of("api-info-timestamp-format"));
    let root = node("get_api_info")
        .child(leaf("api_version", &state.site.api_version, Kind::Version))
        .child(leaf("company_name", &state.site.company_name, Kind::Text))
        .child(leaf("timestamp", now, Kind::Time));
    Ok(Some(root.child(permissions(call))))
}

fn permissions(call: &Call<'_>) -> Element {
    let entries = PERMISSIONS.iter().map(|name| (*name, permission(call, name)));
    let kind = |name: &str| if name == "perm_command" { Kind::Choice } else { Kind::Flag };
    match call.readings.of("api-info-permissions") {
        "attributes" => {
            let all = entries.fold(node("permission"), |all, (name, value)| all.attribute(name, value, kind(name)));
            node("permissions").child(all)
        }
        "name_attribute" => {
            node("permissions").children(entries.map(|(name, value)| {
                leaf("permission", value, kind(name)).many().attribute("name", name, Kind::Choice)
            }))
        }
        "direct" => node("permissions").children(entries.map(|(name, value)| leaf(name, value, kind(name)))),
        _ => {
            let all = node("permission").children(entries.map(|(name, value)| leaf(name, value, kind(name))));
            node("permissions").child(all)
        }
    }
}

/// What the account may do. The emulator's accounts differ in the command API, in reports and in powers.
fn permission(call: &Call<'_>, name: &str) -> String {
    if name != "perm_command" {
        let permitted = match name {
            "perm_backup" => call.powers.backup,
            "perm_configuration" => call.powers.configuration,
            "perm_configuration_vault_account" => call.powers.vault_accounts,
            "perm_real_time_state" => call.powers.real_time,
            "perm_reporting_archive" => call.reports.archive,
            "perm_reporting_license" => call.reports.license,
            "perm_reporting_presentation" => call.reports.presentation,
            "perm_reporting_support" => call.reports.support,
            "perm_reporting_vault" => call.reports.vault,
            _ => true,
        };
        let permitted = (permitted || call.broken("flags-always-1")) && !call.broken("flags-always-0");
        return u8::from(permitted).to_string();
    }
    let always_full = call.broken("perm-command-always-full");
    let word = match call.access {
        _ if always_full => call.readings.of("perm-command-literal"),
        Access::Full if call.broken("perm-command-of-full-wrong") => "read_only",
        Access::Full => call.readings.of("perm-command-literal"),
        Access::ReadOnly => "read_only",
        Access::Deny => "deny",
    };
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{Lab, START_S, body, text};
    use super::PERMISSIONS;

    #[test]
    fn the_account_sees_its_permissions() {
        let lab = Lab::new();
        let xml = lab.get("action=get_api_info");
        assert_eq!((text(&xml, "api_version"), text(&xml, "company_name")), ("1.22.2", "Example"));
        assert_eq!(text(&xml, "timestamp"), START_S.to_string());
        for name in PERMISSIONS {
            assert_eq!(text(&xml, name), if *name == "perm_command" { "full" } else { "1" });
        }
        let read = body(&lab.send("touchmark-read", "GET", "action=get_api_info"));
        assert_eq!(text(&read, "perm_command"), "read_only");
        let support = body(&lab.send("touchmark-support-reports", "GET", "action=get_api_info"));
        assert_eq!((text(&support, "perm_reporting_support"), text(&support, "perm_reporting_vault")), ("1", "0"));
        let others = body(&lab.send("touchmark-other-reports", "GET", "action=get_api_info"));
        assert_eq!((text(&others, "perm_reporting_support"), text(&others, "perm_reporting_vault")), ("0", "1"));
    }
}

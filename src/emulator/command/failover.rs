//! set_failover_role (p. 40).
//!
//! In: the role this appliance is to have. Out: the roles of the pair are swapped, after a data sync if one
//! is asked for. The emulator's sync is done as soon as it is started.

use super::super::state::State;
use super::super::xml::Element;
use super::parameters::{Shape, optional, required};
use super::{Action, Call, Needs, Outcome, Refusal};

/// What is said when a data sync comes first.
pub(crate) const SYNC_MESSAGE: &str =
    "Successfully started data sync. Role change will occur upon successful completion";

pub(crate) const SET_FAILOVER_ROLE: Action = Action {
    name: "set_failover_role",
    needs: Needs::Full,
    parameters: &[
        required("role", Shape::Word(&["primary", "backup"])),
        optional("data_sync_first", Shape::Flag(&["1", "0"])),
        optional("force", Shape::Flag(&["1"])),
    ],
    custom_fields: false,
    list_root: None,
    message: Some("Successfully changed role"),
    error_named: true,
    run: set_failover_role,
    hollow: |_, call| message(call, false),
};

fn set_failover_role(state: &mut State, call: &Call<'_>) -> Outcome {
    let role = call.given.must("role");
    let present = state.site.appliances.first().map(|this| this.failover_role.clone()).unwrap_or_default();
    let sync = match call.given.text("data_sync_first") {
        Some(value) => value == "1",
        None => call.reads("failover-sync-default", "sync"),
    };
    let forced = call.given.flag("force");
    if present == "none" {
        return Err(Refusal::error("Failover is not configured"));
    }
    // The guide is silent on a role that the appliance has already; nothing would change.
    if present == role {
        if call.reads("role-already-held", "accepted") {
            return Ok(Some(message(call, sync)));
        }
        return Err(Refusal::error(format!("The appliance is {role} already")));
    }
    // A primary whose peer cannot be contacted becomes the backup by force alone (p. 40). Of a backup the guide says nothing: it takes
    // over. A peer that cannot be contacted keeps its role, and its data.
    let cut_off = state.site.health.peer_unreachable;
    if cut_off && (sync || role == "backup") {
        let forced = forced && role == "backup" && !call.broken("without-its-peer/force-of-no-use");
        if !forced && !call.broken("without-its-peer/not-asked-for") {
            if call.broken("without-its-peer/refused-and-done") {
                state.site.appliances[0].failover_role = role.to_owned();
            }
            let silent = call.broken("without-its-peer/error-without-message");
            return Err(Refusal::error(if silent { "" } else { "The peer cannot be contacted" }));
        }
    }
    let peer = if role == "primary" { "backup" } else { "primary" };
    let alone = cut_off || call.broken("peer-keeps-its-role");
    let unchanged = (sync && call.broken("sync-without-role-change"))
        || (cut_off && forced && call.broken("without-its-peer/forced-without-effect"));
    for (at, appliance) in state.site.appliances.iter_mut().enumerate() {
        if appliance.failover_role == "none" || unchanged || (at > 0 && alone) {
            continue;
        }
        appliance.failover_role = if at == 0 { role } else { peer }.to_owned();
    }
    if sync && !state.site.health.peer_unreachable && !call.broken("sync-not-recorded") {
        state.last_data_sync_s = Some(call.now_s);
        state.site.health.last_data_sync_status = "Success".to_owned();
    }
    Ok(Some(message(call, sync)))
}

fn message(call: &Call<'_>, sync: bool) -> Element {
    let swapped = call.broken("messages-swapped");
    call.success(if sync != swapped { SYNC_MESSAGE } else { call.action.message.unwrap_or_default() })
}

#[cfg(test)]
mod tests {
    use super::super::super::Config;
    use super::super::super::testing::{Lab, START_S, is_error, text, texts};

    #[test]
    fn the_roles_swap_and_a_data_sync_is_recorded() {
        let lab = Lab::new();
        lab.clock.advance(5_000);
        let plain = lab.get("action=set_failover_role&role=backup&data_sync_first=0");
        assert_eq!(text(&plain, "success"), "Successfully changed role");
        assert_eq!(texts(&lab.get("action=get_appliances"), "failover_role"), ["backup", "primary"]);
        assert!(is_error(&lab.get("action=set_failover_role&role=backup")));
        let synced = lab.get("action=set_failover_role&role=primary&data_sync_first=1");
        assert_eq!(text(&synced, "success"), super::SYNC_MESSAGE);
        let health = lab.get("action=check_health");
        assert!(health.contains(&format!("<last_data_sync_time ts=\"{}\">", START_S + 5)), "{health}");
        assert_eq!(text(&health, "failover_role"), "primary");
        for bad in ["", "&role=none", "&role=", "&role=backup&force=yes"] {
            assert!(is_error(&lab.get(&format!("action=set_failover_role{bad}"))), "{bad}");
        }
    }

    #[test]
    fn without_its_peer_a_primary_must_be_forced() {
        let mut config = Config::demo();
        config.site.health.peer_unreachable = true;
        let lab = Lab::of(config);
        assert!(is_error(&lab.get("action=set_failover_role&role=backup")));
        assert!(!is_error(&lab.get("action=set_failover_role&role=backup&force=1")));
        assert_eq!(texts(&lab.get("action=get_appliances"), "failover_role"), ["backup", "backup"]);
        assert!(is_error(&lab.get("action=set_failover_role&role=primary&data_sync_first=1")));
        assert!(!is_error(&lab.get("action=set_failover_role&role=primary")));
        assert_eq!(texts(&lab.get("action=get_appliances"), "failover_role"), ["primary", "backup"]);
    }

    #[test]
    fn with_a_defect_get_appliances_does_not_follow() {
        let id = "behaviour:command/set_failover_role:get-appliances-stale";
        let lab = Lab::with(super::super::super::find_defect(id).expect("a defect"));
        lab.get("action=set_failover_role&role=backup");
        assert_eq!(texts(&lab.get("action=get_appliances"), "failover_role"), ["primary", "backup"]);
        assert_eq!(text(&lab.get("action=check_health"), "failover_role"), "backup");
    }
}

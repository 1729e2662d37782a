//! get_appliances (p. 30), check_health (p. 38), and the HTTP check (p. 39).
//!
//! In: the appliances and the health of the first one. Out: all of them, or how the first one fares.

use super::super::answer::{Answer, Body};
use super::super::clock::iso;
use super::super::state::State;
use super::super::switches::ActiveDefects;
use super::super::xml::{Element, Kind, flag, leaf, node};
use super::{Action, Call, Needs, Outcome, hollow_list};

pub(crate) const GET_APPLIANCES: Action = Action {
    name: "get_appliances",
    needs: Needs::Read,
    parameters: &[],
    custom_fields: false,
    list_root: Some("appliances"),
    message: None,
    error_named: true,
    run: get_appliances,
    hollow: hollow_list,
};

pub(crate) const CHECK_HEALTH: Action = Action {
    name: "check_health",
    needs: Needs::Read,
    parameters: &[],
    custom_fields: false,
    list_root: None,
    message: None,
    error_named: false,
    run: check_health,
    hollow: |_, _| node("check_health").own(),
};

fn get_appliances(state: &mut State, call: &Call<'_>) -> Outcome {
    let first_only = call.broken("one-left-out");
    let listed = state.site.appliances.iter().take(if first_only { 1 } else { usize::MAX });
    let stale = call.defects.has("command/set_failover_role", "get-appliances-stale");
    let entries = listed.zip(&state.first_roles).map(|(appliance, first_role)| {
        let single = appliance.cluster_role == "single";
        let accepting = appliance.accepting_connections || single;
        let accepting = accepting && !call.broken("single-not-accepting");
        let id = match () {
            () if call.broken("ids-not-unique") => "6f2c1f0a4d7b4a5e9c83b2d10e5f7a64",
            () => appliance.id.as_str(),
        };
        let offset = appliance.timezone_offset;
        let offset = if call.broken("timezone-in-minutes") { offset / 60 } else { offset };
        let failover = if call.broken("failover-role-fixed") { "primary" } else { appliance.failover_role.as_str() };
        let failover = if stale { first_role } else { failover };
        let stranger = appliance.id != state.site.appliances[0].id && call.broken("stranger-listed");
        let failover = if stranger { "none" } else { failover };
        node("appliance")
            .many()
            .attribute("id", id, Kind::Guid)
            .child(leaf("name", &appliance.name, Kind::Text))
            .child(leaf("public_hostname", &appliance.public_hostname, Kind::Host))
            .child(leaf("cluster_role", &appliance.cluster_role, Kind::Choice))
            .child(leaf("failover_role", failover, Kind::Choice))
            .child(flag("accepting_connections", accepting))
            .child(leaf("timezone_offset", offset, Kind::Integer))
    });
    Ok(Some(node("appliances").children(entries)))
}

fn check_health(state: &mut State, call: &Call<'_>) -> Outcome {
    let (site, this) = (&state.site, state.site.appliances.first());
    let failover = this.map(|appliance| appliance.failover_role.as_str()).unwrap_or("none");
    let failover = if call.broken("failover-role-fixed") { "primary" } else { failover };
    let failover = if call.broken("failover-role-none") { "none" } else { failover };
    let message = site.health.error_message.as_deref();
    let spurious = call.broken("error-message-while-healthy");
    let message = if spurious { Some("The disk is nearly full") } else { message };
    let ill = call.defects.has("command/check_health_http", "ill-answered-with-200");
    let unhealthy = site.health.error_message.is_some() || ill || call.broken("failed-while-http-check-succeeds");
    let appliance = this.map(|appliance| {
        let id = if call.broken("appliance-id-unknown") { "00000000000000000000000000000000" } else { &appliance.id };
        let peer = site.appliances.last().filter(|_| call.broken("hostname-of-the-peer")).unwrap_or(appliance);
        leaf("appliance", &peer.public_hostname, Kind::Host).attribute("id", id, Kind::Guid)
    });
    let mut root = node("check_health").own().children(appliance);
    root = root.child(leaf("version", &site.version, Kind::Text)).child(flag("success", !unhealthy));
    root = root.children(message.map(|message| leaf("error_message", message, Kind::Text)));
    if call.broken("error-message-twice") {
        let message = || leaf("error_message", "The disk is nearly full", Kind::Text);
        root.children.retain(|child| child.name != "error_message");
        root = root.child(message()).child(message());
    }
    root = root.child(leaf("failover_role", failover, Kind::Choice));
    if !site.health.shared_ips.is_empty() {
        // Absent by rights where none is shared, so its absence alone contradicts nothing.
        let ips = site.health.shared_ips.iter().map(|ip| leaf("ip", ip, Kind::Address).many());
        root = root.child(node("enabled_shared_ips").dispensable().children(ips));
    }
    Ok(Some(root.children(last_sync(state, call, failover))))
}

/// The last data sync. Without failover there is none to tell of, and a topic how to say so.
fn last_sync(state: &State, call: &Call<'_>, failover: &str) -> Vec<Element> {
    if failover == "none" {
        let blank = || vec![leaf("last_data_sync_time", "", Kind::Text), leaf("last_data_sync_status", "", Kind::Text)];
        return if call.reads("sync-when-none", "empty") { blank() } else { Vec::new() };
    }
    let time = state.last_data_sync_s.map(|at_s| {
        let at_s = if call.broken("sync-time-to-come") { call.now_s.saturating_add(86_400) } else { at_s };
        let ts = if call.broken("ts-another-instant") { at_s + 3600 } else { at_s };
        let text = if call.broken("time-not-iso") { at_s.to_string() } else { iso(at_s) };
        leaf("last_data_sync_time", text, Kind::Time).attribute("ts", ts, Kind::Integer)
    });
    let status = leaf("last_data_sync_status", &state.site.health.last_data_sync_status, Kind::Text);
    vec![time.unwrap_or_else(|| node("last_data_sync_time")), status]
}

/// GET /check_health (p. 39): 200 or 500 and a few words, nothing else.
pub(crate) fn http_check(state: &State, defects: &ActiveDefects) -> Answer {
    let kind = "command/check_health_http";
    let broken = |what: &str| defects.has(kind, what);
    let this = state.site.appliances.first();
    let healthy = state.site.health.error_message.is_none();
    let words = if healthy { "The appliance is healthy." } else { "The appliance is not healthy." };
    let text = match () {
        () if broken("body-empty") => return Answer::new(kind, 200, Body::Empty),
        () if broken("version-told") => format!("{words} {}", state.site.version),
        () if broken("hostname-told") => {
            format!("{words} {}", this.map(|appliance| appliance.name.as_str()).unwrap_or_default())
        }
        () if broken("guid-told") => format!("{words} {}", this.map(|one| one.id.as_str()).unwrap_or_default()),
        () if broken("role-told") => {
            format!("{words} failover_role: {}", this.map(|one| one.failover_role.as_str()).unwrap_or_default())
        }
        () => words.to_owned(),
    };
    let status = match () {
        () if broken("500-while-healthy") => 500,
        () if broken("404") => 404,
        () if broken("204") => 204,
        () if broken("302-to-login") => 302,
        () if healthy => 200,
        () => 500,
    };
    Answer::text(kind, status, &format!("{text}\n"))
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{Lab, START_S, body, request, text, texts};
    use super::super::super::{Config, Emulator};

    #[test]
    fn both_appliances_of_the_pair_are_listed() {
        let xml = Lab::new().get("action=get_appliances");
        assert_eq!(
            (texts(&xml, "failover_role"), texts(&xml, "cluster_role")),
            (vec!["primary", "backup"], vec!["single"; 2])
        );
        assert_eq!(
            (texts(&xml, "accepting_connections"), texts(&xml, "timezone_offset")),
            (vec!["1"; 2], vec!["-18000"; 2])
        );
    }

    #[test]
    fn a_healthy_appliance_says_so_in_both_ways() {
        let lab = Lab::new();
        let xml = lab.get("action=check_health");
        assert_eq!((text(&xml, "success"), text(&xml, "failover_role")), ("1", "primary"));
        assert_eq!(texts(&xml, "ip"), ["203.0.113.10", "203.0.113.11"]);
        assert!(xml.contains(&format!("<last_data_sync_time ts=\"{}\">2023-11-14T21:43:20+00:00<", START_S - 1800)));
        assert!(!xml.contains("error_message"));
        let check = lab.emulator.handle(&request("GET", "/check_health", &[], ""));
        assert_eq!((check.status, body(&check).trim()), (200, "The appliance is healthy."));
    }

    #[test]
    fn so_does_a_sick_one_without_failover() {
        let mut config = Config::demo();
        config.site.health.error_message = Some("No space left".into());
        config.site.health.shared_ips.clear();
        config.site.appliances.truncate(1);
        config.site.appliances[0].failover_role = "none".into();
        let lab = Lab::of(config.clone());
        let xml = lab.get("action=check_health");
        assert_eq!((text(&xml, "success"), text(&xml, "error_message")), ("0", "No space left"));
        assert_eq!(text(&xml, "failover_role"), "none");
        assert!(!xml.contains("enabled_shared_ips") && !xml.contains("last_data_sync"));
        let emulator = Emulator::new(config, lab.clock.clone());
        assert_eq!(emulator.handle(&request("GET", "/check_health", &[], "")).status, 500);
    }

    #[test]
    fn with_a_defect_everybody_reads_the_answer_of_the_command() {
        let id = "behaviour:command/check_health_http:answer-of-the-command";
        let lab = Lab::with(super::super::super::find_defect(id).expect("a defect"));
        let check = lab.emulator.handle(&request("GET", "/check_health", &[], ""));
        assert_eq!((check.status, body(&check)), (200, lab.get("action=check_health")));
    }
}

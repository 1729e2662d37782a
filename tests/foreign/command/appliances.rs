//! In: commands about the appliance and its failover peer. Out: their names, roles and health.
//! Never: makes both of them primary.

use super::success;
use crate::foreign::civil::{ZONE, iso};
use crate::foreign::site::{GUID, PEER_GUID};
use crate::foreign::wire::{Fault, Parameters};
use crate::foreign::world::World;
use crate::foreign::xml::{Element, el, leaf};

fn role(backup: bool) -> &'static str {
    if backup { "backup" } else { "primary" }
}

/// p. 30
pub(crate) fn list(world: &mut World, _: &Parameters, _: i64) -> Result<Element, Fault> {
    let appliance = |guid: &str, name: &str, host: &str, backup: bool| {
        el("appliance")
            .attr("id", guid)
            .with(leaf("timezone_offset", ZONE))
            .with(leaf("accepting_connections", 1))
            .with(leaf("failover_role", role(backup)))
            .with(leaf("cluster_role", "single"))
            .with(leaf("public_hostname", host))
            .with(leaf("name", name))
    };
    let peer = format!("secours.{}", world.host);
    Ok(el("appliances").with(appliance(PEER_GUID, "Secours", &peer, !world.backup_role)).with(appliance(
        GUID,
        "Principale",
        &world.host,
        world.backup_role,
    )))
}

/// p. 38
pub(crate) fn health(world: &mut World, _: &Parameters, _: i64) -> Result<Element, Fault> {
    Ok(el("health_report")
        .with(leaf("last_data_sync_status", "Succeeded"))
        .with(leaf("last_data_sync_time", iso(world.synced)).attr("ts", world.synced))
        .with(el("enabled_shared_ips").with(leaf("ip", "198.51.100.200")).with(leaf("ip", "2001:db8::200")))
        .with(leaf("failover_role", role(world.backup_role)))
        .with(leaf("success", 1))
        .with(leaf("version", "23.2.1 (build 60814)"))
        .with(leaf("appliance", &world.host).attr("id", GUID)))
}

/// p. 40. A data sync is over before the next request comes; the role changes with it.
pub(crate) fn set_role(world: &mut World, parameters: &Parameters, now: i64) -> Result<Element, Fault> {
    parameters.need("role")?;
    let backup = parameters.choice("role", &["primary", "backup"])? == Some("backup");
    let sync = parameters.flag("data_sync_first")?;
    parameters.flag("force")?;
    world.backup_role = backup;
    if sync {
        world.synced = now;
        return Ok(success("Successfully started data sync. Role change will occur upon successful completion"));
    }
    Ok(success("Successfully changed role"))
}

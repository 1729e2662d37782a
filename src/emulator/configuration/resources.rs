//! The resources: what each must not share with its like, what it refers to, and what there is at the start.
//!
//! In: a site. Out: a table, and the first resources. What a resource looks like is said in the document.

use serde_json::{Value, json};

use super::super::clock::iso;
use super::super::site::Site;
use super::{Configuration, Item, id_of};

/// A kind of resource.
pub(super) struct Resource {
    /// The path of its collection, as the document has it.
    pub(super) template: &'static str,
    /// Properties that no two have in common.
    pub(super) unique: &'static [&'static str],
    /// Properties that hold the id of another resource, with the path of its collection.
    pub(super) refers: &'static [(&'static str, &'static str)],
}

pub(super) const RESOURCES: &[Resource] = &[
    resource("user", &["username"], &[]),
    resource("group-policy", &["name"], &[]),
    resource("group-policy/{id}/member", &["user_id"], &[("user_id", "user")]),
    resource("skill", &["code_name"], &[]),
    resource("jump-group", &["name", "code_name"], &[]),
    resource("jumpoint", &["name", "code_name"], &[]),
    resource("jump-client", &[], &[("jump_group_id", "jump-group")]),
    resource("jump-item/shell-jump", &[], &[("jumpoint_id", "jumpoint"), ("jump_group_id", "jump-group")]),
    resource("vault/account-group", &["name"], &[]),
    resource("vault/account", &[], &[("account_group_id", "vault/account-group")]),
];

const fn resource(
    template: &'static str,
    unique: &'static [&'static str],
    refers: &'static [(&'static str, &'static str)],
) -> Resource {
    Resource { template, unique, refers }
}

/// What the emulator itself sets in a new resource.
pub(super) fn set_by_us(template: &str, now_s: i64) -> Item {
    let set = match template {
        "user" => json!({"failed_logins": 0, "created_at": iso(now_s), "last_authentication": null}),
        "jumpoint" => json!({"connected": false}),
        "vault/account" => json!({"type": "generic", "personal": false, "last_checkout": null}),
        _ => json!({}),
    };
    set.as_object().cloned().unwrap_or_default()
}

/// What is counted anew whenever it is shown.
pub(super) fn counted(configuration: &Configuration, template: &str, item: &Item) -> Option<(&'static str, Value)> {
    let id = id_of(item);
    match template {
        "group-policy" => {
            let members = configuration.items(&format!("group-policy/{id}/member")).len();
            Some(("member_count", Value::from(members)))
        }
        "vault/account-group" => {
            let accounts = configuration.items("vault/account").iter();
            let inside = accounts.filter(|one| one.get("account_group_id").and_then(Value::as_i64) == Some(id));
            Some(("account_count", Value::from(inside.count())))
        }
        _ => None,
    }
}

/// Whether another resource refers to this one.
pub(super) fn in_use(configuration: &Configuration, path: &str, id: i64) -> bool {
    let referring = |(collection, item): (&str, &Item)| {
        let kind = RESOURCES.iter().find(|kind| fits(kind.template, collection));
        let refers = kind.map(|kind| kind.refers).unwrap_or_default();
        refers.iter().any(|(name, to)| *to == path && item.get(*name).and_then(Value::as_i64) == Some(id))
    };
    let all = configuration.collections.iter();
    all.flat_map(|(path, collection)| collection.items.iter().map(|item| (path.as_str(), item))).any(referring)
}

/// Whether a path is one of a template.
pub(super) fn fits(template: &str, path: &str) -> bool {
    let (parts, steps): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
    let alike = |(part, step): (&&str, &&str)| part.starts_with('{') || part == step;
    parts.len() == steps.len() && parts.iter().zip(&steps).all(alike)
}

/// The resources that a site has at the start: its people, places and Jump Clients.
pub(super) fn at_the_start(site: &Site, now_s: i64) -> Vec<(String, Item)> {
    let mut all: Vec<(&str, Value)> = Vec::new();
    for rep in &site.representatives {
        all.push((
            "user",
            json!({
                "id": rep.id, "username": rep.username,
                "public_display_name": rep.public_display_name, "private_display_name": rep.private_display_name,
                "email_address": null, "enabled": !rep.invited, "two_factor_authentication": "none",
                "failed_logins": 0, "created_at": iso(now_s - 86_400 * 30),
                "last_authentication": rep.client.as_ref().map(|one| iso(now_s - one.connected_seconds_ago)),
            }),
        ));
    }
    for (name, level) in [("Everybody", "restricted"), ("Administrators", "full")] {
        all.push((
            "group-policy",
            json!({
                "name": name, "description": null, "access_level": level, "session_timeout_minutes": 60,
                "allowed_actions": ["chat", "view"], "schedule": null,
            }),
        ));
    }
    if let Some(rep) = site.representatives.first() {
        all.push(("group-policy/1/member", json!({"user_id": rep.id})));
    }
    all.extend(site.skills.iter().map(|one| ("skill", json!({"name": one.name, "code_name": one.code_name}))));
    for group in &site.jump_groups {
        let (name, code) = (&group.name, &group.code_name);
        all.push(("jump-group", json!({"name": name, "code_name": code, "comments": null, "ecm_group_id": null})));
    }
    for jumpoint in &site.jumpoints {
        let platform = jumpoint.client.as_ref().map_or("windows", |client| match client.platform_id.as_str() {
            "linux" => "linux",
            _ => "windows",
        });
        all.push((
            "jumpoint",
            json!({
                "name": jumpoint.name, "code_name": jumpoint.code_name, "platform": platform, "enabled": true,
                "comments": null, "connected": jumpoint.client.is_some(),
            }),
        ));
    }
    let pinned = site.appliances.first().map_or(0, |appliance| appliance.pinned_clients.min(1000));
    if !site.jump_groups.is_empty() {
        all.extend((0..pinned).map(|at| ("jump-client", jump_client(at, site.jump_groups.len(), now_s))));
    }
    all.push(("vault/account-group", json!({"name": "Default", "description": null})));
    for name in ["Domain administrator", "Backup operator"] {
        all.push((
            "vault/account",
            json!({
                "name": name, "description": null, "username": name.to_lowercase().replace(' ', "."),
                "account_group_id": 1, "password": "unknown to everybody", "type": "windows_domain",
                "personal": false, "last_checkout": null,
            }),
        ));
    }
    let item = |(path, item): (&str, Value)| Some((path.to_owned(), item.as_object()?.clone()));
    all.into_iter().filter_map(item).collect()
}

fn jump_client(at: usize, groups: usize, now_s: i64) -> Value {
    let tag = ["office", "laboratory", "warehouse"][at % 3];
    json!({
        "name": format!("Workstation {:02}", at + 1),
        "connection_type": if at % 4 == 3 { "passive" } else { "active" },
        "jump_group_id": at % groups + 1,
        "tag": tag,
        "comments": "",
        "hostname": format!("WS-{:02}", at + 1),
        "operating_system": "Windows 11 Enterprise x64",
        "public_ip": format!("198.51.100.{}", at % 250 + 1),
        "last_connected": iso(now_s - 600 * at as i64),
    })
}

//! What there is when the emulator starts: what the site has, in the words of the edition, and what its rows add.
//!
//! In: a site, its accounts, an edition. Out: a [`Configuration`], made when it is first asked for. Whatever does not fit the edition, or
//! names what the site does not have, is left out.

use std::cell::OnceCell;
use std::sync::Arc;

use serde_json::{Value, json};

use super::super::auth::{Access, Account};
use super::super::clock::iso;
use super::super::site::{Jumpoint, Representative, Site};
use super::super::switches::ActiveDefects;
use super::edition::{Does, Edition};
use super::engine::names_nothing;
use super::fill::{Moment, fill};
use super::sample::sample;
use super::schema::{branch_of, list};
use super::store::{Configuration, Item};
use super::validate::{Check, Way};

/// What the site has when the emulator starts. It is a thousand resources, each held against its schema, and most emulators of tests and
/// proofs are never asked for one of them, so it is made on demand.
#[derive(Clone, Debug)]
pub(crate) struct Beginning {
    pub(super) edition: Arc<Edition>,
    site: Site,
    accounts: Vec<Account>,
    now_s: i64,
    made: OnceCell<Configuration>,
}

impl Beginning {
    pub(crate) fn new(edition: Arc<Edition>, site: &Site, accounts: &[Account], now_s: i64) -> Beginning {
        Beginning { edition, site: site.clone(), accounts: accounts.to_vec(), now_s, made: OnceCell::new() }
    }

    pub(super) fn get(&self) -> &Configuration {
        let make = || Configuration::new(self.edition.clone(), &self.site, &self.accounts, self.now_s);
        self.made.get_or_init(make)
    }

    pub(super) fn get_mut(&mut self) -> &mut Configuration {
        self.get();
        self.made.get_mut().expect("it was made in the line before")
    }
}

impl Configuration {
    pub(super) fn new(edition: Arc<Edition>, site: &Site, accounts: &[Account], now_s: i64) -> Configuration {
        let mut configuration = Configuration::empty(edition.clone());
        let moment = Moment { now_s, hostname: site.hostname.clone() };
        let mut users = 0;
        for (path, item) in of_site(site, accounts, now_s) {
            let admitted = admit(&mut configuration, &edition, &path, item, &moment);
            users += usize::from(admitted && path == "user");
        }
        configuration.peopled = !site.representatives.is_empty() && users == site.representatives.len();
        for (path, item) in edition.rules.at_the_start() {
            admit(&mut configuration, &edition, &path, item, &moment);
        }
        examples(&mut configuration, &edition, &moment);
        configuration
    }
}

/// Adds a resource, if it is one of the edition.
fn admit(configuration: &mut Configuration, edition: &Edition, path: &str, mut item: Item, moment: &Moment) -> bool {
    let single = edition.operation(path, Does::ShowSingle).is_some();
    if !edition.is_collection(path) && !single {
        return false;
    }
    adapt(edition, path, &mut item);
    let rule = edition.rule(path);
    if item.iter().any(|(name, value)| names_nothing(configuration, edition, rule, &item, name, value)) {
        return false;
    }
    if !single {
        fill(configuration, edition, path, &mut item, moment);
    }
    let defects = ActiveDefects::default();
    let shown = edition.operation(path, Does::Show).or_else(|| edition.operation(path, Does::List));
    if let Some(schema) = shown.and_then(|operation| operation.answer.as_ref()) {
        let schema = edition.document.resolve(schema);
        let mut check = Check::new(&edition.document, Way::Shown, &defects);
        let mut whole = item.clone();
        whole.entry("id").or_insert(Value::from(configuration.next_id(path)));
        check.value(schema.get("items").unwrap_or(schema), &Value::Object(whole), "", 0);
        if !check.faulty.is_empty() {
            return false;
        }
    }
    configuration.add(path, item);
    true
}

/// Texts that an edition spells otherwise: `windows` where it has `windows-x86`.
fn adapt(edition: &Edition, path: &str, item: &mut Item) {
    let Some(known) = branch_of(edition.shown(path), &Item::new()) else { return };
    for (name, value) in item.iter_mut() {
        let listed = known.get(name).map(|schema| list(schema, "enum")).unwrap_or_default();
        let Some(text) = value.as_str().filter(|_| !listed.is_empty() && !listed.contains(value)) else { continue };
        let alike = listed.iter().find(|one| one.as_str().is_some_and(|one| one.starts_with(text)));
        if let Some(other) = alike.cloned() {
            *value = other;
        }
    }
}

/// One resource of each collection whose schema or list has an example, where there is none.
fn examples(configuration: &mut Configuration, edition: &Edition, moment: &Moment) {
    for template in edition.paths.iter().filter(|template| !template.path.contains('{')) {
        let Some(list) = edition.operation(&template.path, Does::List) else { continue };
        let schema = list.answer.as_ref().map(|schema| edition.document.resolve(schema));
        let item = schema.map(|schema| edition.document.resolve(schema.get("items").unwrap_or(schema)));
        let Some(item) = item.filter(|item| item.get("example").is_some()) else { continue };
        if configuration.items(&template.path).is_empty()
            && let Value::Object(item) = sample(&edition.document, item)
        {
            admit(configuration, edition, &template.path, item, moment);
        }
    }
}

/// What the site has, with the path of its collection.
fn of_site(site: &Site, accounts: &[Account], now_s: i64) -> Vec<(String, Item)> {
    let mut all: Vec<(String, Value)> = Vec::new();
    let mut add = |path: &str, value: Value| all.push((path.to_owned(), value));
    site.portals
        .iter()
        .for_each(|portal| add("public-portal", json!({ "name": portal.name, "addresses": [portal.hostname] })));
    accounts.iter().for_each(|account| add("api-account", api_account(account)));
    site.representatives.iter().for_each(|rep| add("user", user(rep, now_s)));
    for one in &site.session_policies {
        // The first one is that of everybody, and cannot be named.
        let id = 2 + site.session_policies.iter().position(|other| other.code_name == one.code_name).unwrap_or(0);
        add(
            "session-policy",
            json!({ "id": id, "display_name": one.name, "code_name": one.code_name, "description": "" }),
        );
    }
    for one in &site.jump_policies {
        add("jump-policy", json!({ "display_name": one.name, "code_name": one.code_name, "description": "" }));
    }
    for status in &site.statuses {
        let mut letters = status.code_name.chars();
        let name: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
        let shown_as = if status.busy { "busy" } else { "away" };
        add("rep-status", json!({ "name": name, "code_name": status.code_name, "display_as": shown_as }));
    }
    for team in &site.teams {
        add("team", json!({ "id": team.id, "name": team.name, "persistent_queue": team.persistent }));
        team.members
            .iter()
            .for_each(|id| add(&format!("team/{}/user", team.id), json!({ "user_id": id, "role": "member" })));
    }
    site.skills.iter().for_each(|one| add("skill", json!({ "name": one.name, "code_name": one.code_name })));
    for group in &site.jump_groups {
        add("jump-group", json!({ "name": group.name, "code_name": group.code_name, "comments": null }));
    }
    for (at, one) in site.jumpoints.iter().enumerate() {
        add("jumpoint", jumpoint(one, at));
        if let Some(client) = &one.client {
            let since = iso(now_s - client.connected_seconds_ago);
            let node = json!({
                "last_connect_timestamp": since, "public_ip": format!("198.51.100.{}", at + 200), "private_ip": client.private_ip,
                "hostname": client.hostname,
            });
            add(&format!("jumpoint/{}/node", at + 1), node);
        }
    }
    let pinned = site.appliances.first().map_or(0, |appliance| appliance.pinned_clients.min(1000));
    if !site.jump_groups.is_empty() {
        (0..pinned).for_each(|at| add("jump-client", jump_client(at, site.jump_groups.len(), now_s)));
    }
    all.into_iter().filter_map(|(path, item)| Some((path, item.as_object()?.clone()))).collect()
}

fn user(rep: &Representative, now_s: i64) -> Value {
    let last = rep.client.as_ref().map(|one| iso(now_s - one.connected_seconds_ago));
    let mut user = json!({
        "id": rep.id, "username": rep.username,
        "public_display_name": rep.public_display_name, "private_display_name": rep.private_display_name,
        "enabled": !rep.invited, "two_factor_authentication": "none",
        "failed_logins": 0, "created_at": iso(now_s - 86_400 * 30),
        // Whoever came first sets up the site.
        "perm_admin": rep.id == 1, "perm_support_allowed": "full_support",
    });
    if let Some(last) = last {
        user["last_authentication"] = Value::from(last);
    }
    if let Some(number) = rep.display_number {
        user["display_number"] = Value::from(number);
    }
    user
}

fn jumpoint(one: &Jumpoint, at: usize) -> Value {
    let linux = one.client.as_ref().is_some_and(|client| client.platform_id == "linux");
    json!({
        "name": one.name, "code_name": one.code_name, "platform": if linux { "linux" } else { "windows" }, "enabled": true,
        "connected": one.client.is_some(),
        // The first one is several computers, so that another one can be installed.
        "clustered": at == 0, "shell_jump_enabled": true,
    })
}

fn jump_client(at: usize, groups: usize, now_s: i64) -> Value {
    let tag = ["office", "laboratory", "warehouse"][at % 3];
    let (name, last) = (format!("WS-{:02}", at + 1), iso(now_s - 600 * at as i64));
    json!({
        "name": format!("Workstation {:02}", at + 1),
        "connection_type": if at % 4 == 3 { "passive" } else { "active" },
        "jump_group_id": at % groups + 1,
        "tag": tag,
        "comments": "",
        "hostname": name, "fqdn": format!("{}.example.com", name.to_lowercase()),
        "operating_system": "Windows 11 Enterprise x64",
        "public_ip": format!("198.51.100.{}", at % 250 + 1), "private_ip": format!("10.10.30.{}", at % 250 + 1),
        "last_connected": last, "last_connect_timestamp": last, "last_access_timestamp": last,
        "install_mode": "service", "unavailable_reason": "none", "console_user": "",
    })
}

fn api_account(account: &Account) -> Value {
    let (reports, powers) = (account.reports, account.powers);
    let command = match account.command {
        Access::Full => "full_access",
        Access::ReadOnly => "read_only",
        Access::Deny => "deny",
    };
    json!({
        "name": account.client_id, "comments": "Of the emulator", "enabled": true, "ip_addresses": "", "client_id": account.client_id,
        "failed_login_attempts": 0, "perm_command": command,
        "perm_reporting_support": reports.support, "perm_reporting_presentation": reports.presentation,
        "perm_reporting_license": reports.license, "perm_reporting_archive": reports.archive, "perm_reporting_vault": reports.vault,
        "perm_backup": powers.backup, "perm_configuration": powers.configuration,
        "perm_configuration_vault_account": powers.vault_accounts, "perm_real_time_state": powers.real_time,
    })
}

//! The emulator as it comes: four accounts and one lively site.
//!
//! In: nothing. Out: a [`Config`], and the names that a harness may use against it.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::auth::{Access, Account, Rate};
use super::site::{Site, load_site};
use super::{Config, Readings};

impl Config {
    /// The demo accounts and the demo site, every reading at its default, no defect.
    pub fn demo() -> Config {
        let account = |id: &str, command: Access| Account {
            client_id: id.to_owned(),
            client_secret: if id == "touchmark" { "touchmark-demo-secret".to_owned() } else { format!("{id}-secret") },
            command,
            rate: Rate::HeadersOnly,
            used_this_hour: 0,
        };
        let spare =
            Account { rate: Rate::Enforced, used_this_hour: 14_600, ..account("touchmark-spare", Access::Full) };
        let accounts = vec![
            account("touchmark", Access::Full),
            account("touchmark-read", Access::ReadOnly),
            account("touchmark-deny", Access::Deny),
            spare,
            // Its hour is nearly used up, so that the limit of an hour can be met without an hour's requests.
            Account { rate: Rate::Enforced, used_this_hour: 14_970, ..account("touchmark-spent", Access::Full) },
        ];
        Config { accounts, readings: Readings::default(), defects: Vec::new(), site: Site::demo() }
    }
}

impl Site {
    /// The site with the sample names of the guide.
    pub fn demo() -> Site {
        static DEMO: OnceLock<Site> = OnceLock::new();
        let demo = DEMO.get_or_init(|| match load_site(include_str!("demo.toml")) {
            Ok(site) => site,
            Err(fault) => unreachable!("the demo site is part of the program, and a test loads it: {fault}"),
        });
        demo.clone()
    }
}

/// What the demo site has, by the fixture names of a harness.
pub fn demo_fixtures() -> BTreeMap<&'static str, &'static str> {
    BTreeMap::from([
        ("jump_group", "remote_access"),
        ("jumpoint", "London"),
        ("jump_policy", "Notify"),
        ("session_policy", "Servers"),
        ("public_portal", "support.example.com"),
        ("custom_field", "custom_field1"),
        ("custom_field2", "custom_field2"),
        ("issue_code", "other"),
        ("skill", "codename1"),
        ("skill2", "codename2"),
        ("rep_status", "busy"),
        ("language", "en-us"),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_site_loads_and_has_its_fixtures() {
        let (site, fixtures) = (Site::demo(), demo_fixtures());
        let codes = |named: &[super::super::site::Named]| -> Vec<String> {
            named.iter().map(|one| one.code_name.clone()).collect()
        };
        let has = |list: Vec<String>, key: &str| assert!(list.iter().any(|code| code == fixtures[key]), "{key}");
        has(codes(&site.jump_groups), "jump_group");
        has(codes(&site.jump_policies), "jump_policy");
        has(codes(&site.session_policies), "session_policy");
        has(codes(&site.custom_fields), "custom_field");
        has(codes(&site.custom_fields), "custom_field2");
        has(codes(&site.skills), "skill");
        has(codes(&site.skills), "skill2");
        has(site.languages.clone(), "language");
        has(site.statuses.iter().map(|status| status.code_name.clone()).collect(), "rep_status");
        has(site.portals.iter().map(|portal| portal.hostname.clone()).collect(), "public_portal");
        has(site.jumpoints.iter().map(|jumpoint| jumpoint.code_name.clone()).collect(), "jumpoint");
        let issues = site.teams.iter().flat_map(|team| &team.issues);
        has(issues.map(|issue| issue.code_name.clone()).collect(), "issue_code");
    }
}

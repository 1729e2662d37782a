//! The emulator as it comes: a handful of accounts and one lively site.
//!
//! In: nothing. Out: a [`Config`], and the names that a harness may use against it.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::appliance::Config;
use super::auth::{Account, Role};
use super::configuration::Edition;
use super::delay::Delay;
use super::site::{Site, load::load_site};
use super::switches::Readings;

impl Config {
    /// The demo accounts and the demo site, every reading at its default, no defect.
    pub fn demo() -> Config {
        let accounts = [
            ("touchmark", "touchmark-demo-secret", Role::Full),
            ("touchmark-read", "touchmark-read-secret", Role::ReadOnly),
            ("touchmark-deny", "touchmark-deny-secret", Role::Deny),
            ("touchmark-spare", "touchmark-spare-secret", Role::Spare),
            ("touchmark-spent", "touchmark-spent-secret", Role::Spent),
            ("touchmark-support-reports", "touchmark-support-reports-secret", Role::SupportReports),
            ("touchmark-other-reports", "touchmark-other-reports-secret", Role::OtherReports),
        ];
        let accounts = accounts.map(|(id, secret, role)| Account::new(id, secret, role)).to_vec();
        Config {
            accounts,
            readings: Readings::default(),
            defects: Vec::new(),
            site: Site::demo(),
            edition: Edition::short(),
            restart_after_ms: None,
            delay: Delay::default(),
        }
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
        // A representative and a team's member who is not logged in.
        ("known_logged_out_rep", "12"),
        ("known_logged_out_member", "12"),
        // A team with neither issue nor member, whose queue takes sessions all the same.
        ("known_empty_team", "3"),
        ("known_persistent_team", "3"),
        // A team of whom nobody is logged in, and whose queue takes no sessions then.
        ("known_unattended_team", "2"),
        ("known_issue", "2"),
        ("known_primary_host", "support.example.com"),
        // The peer, and an appliance with pinned Jump Clients.
        ("known_other_appliance", "b81d90e25c364f7fa0179d3c4e8b6a12"),
        ("known_pinned_appliance", "6f2c1f0a4d7b4a5e9c83b2d10e5f7a64"),
        // A username that two users have, and a short key whose time is over.
        ("known_shared_username", "shared"),
        ("known_expired_key", "4829375"),
        // Nobody else follows the real-time feed.
        ("known_feed_places", "30"),
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
        has(issues.clone().map(|issue| issue.code_name.clone()).collect(), "issue_code");
        has(issues.map(|issue| issue.id.to_string()).collect(), "known_issue");
        has(site.expired_keys.clone(), "known_expired_key");
    }

    #[test]
    fn the_known_people_and_teams_are_what_they_are_called() {
        let (site, fixtures) = (Site::demo(), demo_fixtures());
        let id = |key: &str| fixtures[key].parse::<i64>().expect("an id");
        let team = |key: &str| site.teams.iter().find(|team| team.id == id(key)).expect("a team");
        let out = |rep: i64| site.representatives.iter().any(|one| one.id == rep && one.client.is_none());
        assert!(out(id("known_logged_out_rep")) && out(id("known_logged_out_member")));
        assert!(site.teams.iter().any(|team| team.members.contains(&id("known_logged_out_member"))));
        let empty = team("known_empty_team");
        assert!(empty.issues.is_empty() && empty.members.is_empty());
        let unattended = team("known_unattended_team");
        assert!(!unattended.persistent && unattended.members.iter().all(|member| out(*member)));
        let persistent = team("known_persistent_team");
        assert!(persistent.persistent && persistent.members.iter().all(|member| out(*member)));
        let shared = fixtures["known_shared_username"];
        assert_eq!(site.representatives.iter().filter(|rep| rep.username == shared).count(), 2);
        assert!(site.appliances.iter().skip(1).any(|one| one.id == fixtures["known_other_appliance"]));
        let pinned = site.appliances.iter().find(|one| one.id == fixtures["known_pinned_appliance"]);
        assert!(pinned.is_some_and(|one| one.pinned_clients > 0));
        let primary = site.appliances.iter().find(|appliance| appliance.failover_role == "primary");
        assert_eq!(primary.map(|one| one.public_hostname.as_str()), Some(fixtures["known_primary_host"]));
    }
}

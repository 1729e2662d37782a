//! In: nothing. Out: what is configured on the site: people, teams, issues, fields, Jump groups, appliances.
//! Never: changes while the site runs.

use std::sync::LazyLock;

/// A representative's account.
#[derive(Debug)]
pub(crate) struct Rep {
    pub(crate) id: u32,
    pub(crate) username: &'static str,
    pub(crate) public: &'static str,
    pub(crate) private: &'static str,
    /// The display number (p. 86).
    pub(crate) number: u32,
    /// `Normal` or `Invited` (p. 12).
    pub(crate) kind: &'static str,
    pub(crate) on_list: bool,
    pub(crate) host: &'static str,
    pub(crate) private_ip: &'static str,
    pub(crate) public_ip: &'static str,
    pub(crate) os: &'static str,
    pub(crate) skills: &'static str,
}

/// A support team with its queue.
#[derive(Debug)]
pub(crate) struct Team {
    pub(crate) id: u32,
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    /// A persistent queue is active without anybody logged in (p. 119).
    pub(crate) persistent: bool,
    /// User ids and roles.
    pub(crate) members: Vec<(u32, &'static str)>,
}

/// An issue that customers choose from.
#[derive(Debug)]
pub(crate) struct Issue {
    pub(crate) id: u32,
    pub(crate) team: u32,
    pub(crate) code: &'static str,
    pub(crate) title: &'static str,
    pub(crate) priority: i64,
    pub(crate) skills: &'static str,
}

const REP_TABLE: &str = "
7|mireille|Mireille|Mireille Dupré|107|Normal|1|PC-MDUPRE|10.20.0.7|198.51.100.7:50107|Windows 11 Pro (x64)|networking,codename1
12|oskar|Oskar & Co|Oskar Lindqvist|112|Normal|1|LT-OSKAR|10.20.0.12|[2001:db8::d987]:56722|macOS 14.5|printing
23|anselm.invite|Invité Anselm|Anselm <externe>|123|Invited|0|EXT-23|192.168.7.23|203.0.113.23:41023|Ubuntu 22.04|
31|priya|Priya|Priya Raman|131|Normal|1|PC-PRAMAN|10.20.0.31|198.51.100.31:50131|Windows 10 Pro (x64)|networking,printing";

const TEAM_TABLE: &str = "
4|network|Réseau & télécoms|1|7=lead,12=member
9|desk|Poste de travail|1|12=manager,31=member
15|archivists|Archivistes|0|";

const ISSUE_TABLE: &str = "
11|4|vpn_down|VPN indisponible|1|networking
12|4|wifi|Wi-Fi lent <bureau>|3|
21|9|printer|Imprimante \"muette\"|2|printing
22|9|other|Autre|3|";

fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().filter(|line| !line.is_empty()).map(|line| line.split('|').collect())
}

fn cell(row: &[&'static str], at: usize) -> &'static str {
    row.get(at).copied().unwrap_or("")
}

fn count(row: &[&'static str], at: usize) -> u32 {
    cell(row, at).parse().unwrap_or(0)
}

fn reps() -> Vec<Rep> {
    let read = |row: Vec<&'static str>| Rep {
        id: count(&row, 0),
        username: cell(&row, 1),
        public: cell(&row, 2),
        private: cell(&row, 3),
        number: count(&row, 4),
        kind: cell(&row, 5),
        on_list: cell(&row, 6) == "1",
        host: cell(&row, 7),
        private_ip: cell(&row, 8),
        public_ip: cell(&row, 9),
        os: cell(&row, 10),
        skills: cell(&row, 11),
    };
    rows(REP_TABLE).map(read).collect()
}

fn teams() -> Vec<Team> {
    let member = |pair: &'static str| pair.split_once('=').and_then(|(id, role)| Some((id.parse().ok()?, role)));
    let read = |row: Vec<&'static str>| Team {
        id: count(&row, 0),
        code: cell(&row, 1),
        name: cell(&row, 2),
        persistent: cell(&row, 3) == "1",
        members: cell(&row, 4).split(',').filter_map(member).collect(),
    };
    rows(TEAM_TABLE).map(read).collect()
}

fn issues() -> Vec<Issue> {
    let read = |row: Vec<&'static str>| Issue {
        id: count(&row, 0),
        team: count(&row, 1),
        code: cell(&row, 2),
        title: cell(&row, 3),
        priority: i64::from(count(&row, 4)),
        skills: cell(&row, 5),
    };
    rows(ISSUE_TABLE).map(read).collect()
}

pub(crate) static REPS: LazyLock<Vec<Rep>> = LazyLock::new(reps);
pub(crate) static TEAMS: LazyLock<Vec<Team>> = LazyLock::new(teams);
pub(crate) static ISSUES: LazyLock<Vec<Issue>> = LazyLock::new(issues);

/// Code names and display names of the custom fields. The guide's examples use the first two (p. 56).
pub(crate) const FIELDS: &[(&str, &str)] =
    &[("custom_field1", "Numéro d'actif"), ("custom_field2", "Étage & bureau"), ("cost_centre", "Centre de coût")];
pub(crate) const SKILLS: &[&str] = &["networking", "printing", "french", "codename1", "codename2"];
/// Code names of the statuses that `set_rep_status` can set (p. 14).
pub(crate) const STATUSES: &[&str] = &["available", "busy", "idle", "lunch"];
/// The id of the general queue, which belongs to no team.
pub(crate) const GENERAL: u32 = 1;
/// Seconds a session key lives at most, and when nothing is asked (p. 18).
pub(crate) const KEY_TTL: i64 = 604_800;
/// Id, name and host of the Jumpoints.
pub(crate) const JUMPOINTS: &[(u32, &str, &str)] =
    &[(3, "Lyon01", "JP-LYON"), (5, "London", "JP-LONDON"), (8, "Network01", "JP-NET01")];
pub(crate) const JUMP_GROUPS: &[&str] = &["remote_access", "serveurs"];
pub(crate) const JUMP_POLICIES: &[&str] = &["Notify", "Nuit"];
pub(crate) const SESSION_POLICIES: &[&str] = &["Servers", "Lecture"];
/// Locale codes of the language packages (p. 24); all are installed here.
pub(crate) const LOCALES: &[&str] = &[
    "en-us", "de", "es", "es-sp", "fi", "fr", "it", "nl", "pt-br", "pt-pt", "sv-se", "tr", "ja", "zh-hans", "zh", "ru",
];
/// The GUIDs of this appliance and of its failover peer.
pub(crate) const GUID: &str = "5d0c7f3a9be14c6f8a21d4e6b7039c15";
pub(crate) const PEER_GUID: &str = "c1b8a2907f6d4e53a9e0f4b1d2863704";
/// Ids and names of the Vault accounts that the history knows.
/// Jump Clients that are installed and connected; they are counted but never listed (p. 31).
pub(crate) const PINNED: usize = 5;
pub(crate) const COMPANY: &str = "foreign";

pub(crate) fn rep(id: u32) -> Option<&'static Rep> {
    REPS.iter().find(|rep| rep.id == id)
}

pub(crate) fn rep_named(username: &str) -> Option<&'static Rep> {
    REPS.iter().find(|rep| rep.username == username)
}

pub(crate) fn team(id: u32) -> Option<&'static Team> {
    TEAMS.iter().find(|team| team.id == id)
}

pub(crate) fn issue(id: u32) -> Option<&'static Issue> {
    ISSUES.iter().find(|issue| issue.id == id)
}

pub(crate) fn issue_coded(code: &str) -> Option<&'static Issue> {
    ISSUES.iter().find(|issue| issue.code == code)
}

impl Team {
    pub(crate) fn has(&self, rep: u32) -> bool {
        self.members.iter().any(|(member, _)| *member == rep)
    }
}

/// Ids, hostnames and names of the public sites; the default one has id 1 (p. 83).
pub(crate) fn public_sites(host: &str) -> [(u32, String, &'static str); 2] {
    [(1, host.to_owned(), "Site principal"), (2, format!("annexe.{host}"), "Annexe <2>")]
}

//! An API account: who it is, what it may do, and how its rate is kept (pp. 6-7, pp. 50-51).

use std::fmt;

/// What an API account may do with the command API: the values of `perm_command` (p. 50).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Every command.
    Full,
    /// The commands that ask for read-only access.
    ReadOnly,
    /// None.
    Deny,
}

/// Which reports an API account may ask for (p. 50).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reports {
    /// Support sessions, their recordings and surveys, and teams.
    pub support: bool,
    /// Presentations and their recordings.
    pub presentation: bool,
    /// Archives.
    pub archive: bool,
    /// License usage.
    pub license: bool,
    /// What was done with Vault accounts.
    pub vault: bool,
}

impl Reports {
    /// Every report.
    pub const ALL: Reports = Reports { support: true, presentation: true, archive: true, license: true, vault: true };
    /// None.
    pub const NONE: Reports =
        Reports { support: false, presentation: false, archive: false, license: false, vault: false };
    /// Those of support sessions alone.
    pub const SUPPORT: Reports = Reports { support: true, ..Reports::NONE };
    /// All but those of support sessions.
    pub const OTHERS: Reports = Reports { support: false, ..Reports::ALL };
}

/// What else an API account may do (pp. 50-51).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Powers {
    /// The backup API.
    pub backup: bool,
    /// The Configuration API.
    pub configuration: bool,
    /// Vault accounts by way of the Configuration API.
    pub vault_accounts: bool,
    /// The real-time state API.
    pub real_time: bool,
}

impl Powers {
    /// All of it.
    pub const ALL: Powers = Powers { backup: true, configuration: true, vault_accounts: true, real_time: true };
    /// Nothing.
    pub const NONE: Powers = Powers { backup: false, configuration: false, vault_accounts: false, real_time: false };
}

/// Whether the limits of p. 7 refuse, or are only counted down in the headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rate {
    /// Requests over the rate are refused.
    Enforced,
    /// The headers count down and stop at zero; nothing is refused.
    HeadersOnly,
}

/// What an account is there for. A role gives its permissions, its rate and how much of its hour is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Everything is permitted.
    Full,
    /// Of the command API only what asks for read-only access.
    ReadOnly,
    /// Nothing is permitted.
    Deny,
    /// Everything is permitted, and it uses up tokens and rates that nobody else needs.
    Spare,
    /// The same, with an hour that is nearly used up: the limit of an hour is met without an hour's requests.
    Spent,
    /// Read-only, of the reports only those of support sessions, and nothing else.
    SupportReports,
    /// Read-only, and every report but those.
    OtherReports,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 7] =
        [Role::Full, Role::ReadOnly, Role::Deny, Role::Spare, Role::Spent, Role::SupportReports, Role::OtherReports];

    /// What `--account` and configuration files call it.
    pub fn word(self) -> &'static str {
        match self {
            Role::Full => "full",
            Role::ReadOnly => "read_only",
            Role::Deny => "deny",
            Role::Spare => "spare",
            Role::Spent => "spent",
            Role::SupportReports => "support_reports",
            Role::OtherReports => "other_reports",
        }
    }

    /// The role of that word.
    pub fn of(word: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.word() == word)
    }
}

/// An API account (p. 6).
#[derive(Clone)]
pub struct Account {
    /// The OAuth client id.
    pub client_id: String,
    /// The OAuth client secret.
    pub client_secret: String,
    /// What it is there for.
    pub role: Role,
    /// What the account may do.
    pub command: Access,
    /// Which reports it may ask for.
    pub reports: Reports,
    /// What else it may do.
    pub powers: Powers,
    /// How its rate is kept.
    pub rate: Rate,
    /// Requests already counted in the hour that begins with the emulator.
    pub used_this_hour: u32,
}

impl Account {
    /// An account with what its role gives it.
    pub fn new(client_id: &str, client_secret: &str, role: Role) -> Account {
        let command = match role {
            Role::Full | Role::Spare | Role::Spent => Access::Full,
            Role::ReadOnly | Role::SupportReports | Role::OtherReports => Access::ReadOnly,
            Role::Deny => Access::Deny,
        };
        let reports = match role {
            Role::Deny => Reports::NONE,
            Role::SupportReports => Reports::SUPPORT,
            Role::OtherReports => Reports::OTHERS,
            _ => Reports::ALL,
        };
        let used_this_hour = match role {
            Role::Spare => 14_600,
            Role::Spent => 14_970,
            _ => 0,
        };
        Account {
            client_id: client_id.to_owned(),
            client_secret: client_secret.to_owned(),
            role,
            command,
            reports,
            powers: if matches!(role, Role::Deny | Role::SupportReports) { Powers::NONE } else { Powers::ALL },
            rate: if matches!(role, Role::Spare | Role::Spent) { Rate::Enforced } else { Rate::HeadersOnly },
            used_this_hour,
        }
    }
}

impl fmt::Debug for Account {
    /// The secret stays out of every log.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Account").field("client_id", &self.client_id).field("command", &self.command).finish()
    }
}

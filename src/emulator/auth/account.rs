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
}

impl Powers {
    /// All of it.
    pub const ALL: Powers = Powers { backup: true, configuration: true, vault_accounts: true };
    /// Nothing.
    pub const NONE: Powers = Powers { backup: false, configuration: false, vault_accounts: false };
}

/// Whether the limits of p. 7 refuse, or are only counted down in the headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rate {
    /// Requests over the rate are refused.
    Enforced,
    /// The headers count down and stop at nought; nothing is refused.
    HeadersOnly,
}

/// An API account (p. 6).
#[derive(Clone)]
pub struct Account {
    /// The OAuth client id.
    pub client_id: String,
    /// The OAuth client secret.
    pub client_secret: String,
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

impl fmt::Debug for Account {
    /// The secret stays out of every log.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Account").field("client_id", &self.client_id).field("command", &self.command).finish()
    }
}

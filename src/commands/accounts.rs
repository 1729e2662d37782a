//! API accounts: what an operator says of them, and which role each has.
//!
//! In: options, environment and rows of `touchmark.toml`. Out: an account for each role. No message has a secret in it.

use std::{
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
    path::Path,
};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, de::Error};

use super::{Failure, files::read_bytes};
use crate::{model::credential::AccountRole, send::Account};

/// The variable of the environment that holds the client secret of the main account. It is no option, since a command line can be
/// seen by others.
pub(super) const SECRET_VARIABLE: &str = "BT_CLIENT_SECRET";

/// Help of `--account`.
pub(super) const HELP: &str = "An account and what it is for; without a role it is the main account";

/// Help of `--account` with every role.
pub(super) fn long_help() -> String {
    let roles = AccountRole::given().map(|role| format!("\n- {:<16} {}", format!("{}:", role.word()), role.meaning()));
    format!("{HELP}\n\nRoles:{}", roles.collect::<String>())
}

/// An account as it was typed, or as it stands in the file.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "AccountRow")]
pub(super) enum AccountOption {
    /// `ID:SECRET[:ROLE]`, not looked at yet: the parser of the command line would print it in its messages.
    Typed(SecretString),
    Row(AccountRow),
}

impl From<AccountRow> for AccountOption {
    fn from(row: AccountRow) -> Self {
        Self::Row(row)
    }
}

/// Takes any text as an account.
pub(super) fn typed(text: &str) -> Result<AccountOption, Infallible> {
    Ok(AccountOption::Typed(SecretString::from(text.to_owned())))
}

/// `[[account]]` of `touchmark.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountRow {
    client_id: Option<String>,
    client_id_env: Option<String>,
    client_secret: Option<SecretString>,
    client_secret_env: Option<String>,
    #[serde(default = "main_role", deserialize_with = "role_of_row")]
    role: AccountRole,
}

fn main_role() -> AccountRole {
    AccountRole::Full
}

fn role_of_row<'de, D: Deserializer<'de>>(from: D) -> Result<AccountRole, D::Error> {
    role(&String::deserialize(from)?).map_err(|says| D::Error::custom(says.lines().next().unwrap_or_default()))
}

/// All accounts of a run: those of the file, then the main account, then those of the command line; a later place wins over an earlier
/// one. In one place each role stands once.
pub(super) fn accounts(
    given: &[AccountOption],
    file: &str,
    client_id: Option<&str>,
    secret_file: Option<&Path>,
) -> Result<BTreeMap<AccountRole, Account>, Failure> {
    let mut accounts = BTreeMap::new();
    for option in given {
        if let AccountOption::Row(row) = option
            && accounts.insert(row.role, of_row(row, file)?).is_some()
        {
            return Err(twice(file, row.role));
        }
    }
    if let Some(client_id) = client_id.map(str::to_owned) {
        let secret = match secret_file {
            Some(path) => Some(secret_of_file(path)?),
            None => variable(SECRET_VARIABLE),
        };
        let client_secret = secret.ok_or_else(|| {
            Failure::usage("the client id has no secret\n  set BT_CLIENT_SECRET, or name a file with --secret-file")
        })?;
        accounts.insert(AccountRole::Full, Account { client_id, client_secret });
    } else if let Some(path) = secret_file {
        return Err(Failure::usage(format!(
            "--secret-file {}: there is no client id to which the secret belongs\n  give --client-id or BT_CLIENT_ID",
            path.display()
        )));
    }
    let mut typed = BTreeSet::new();
    for option in given {
        if let AccountOption::Typed(text) = option {
            let (role, account) = account(text.expose_secret())?;
            if !typed.insert(role) {
                return Err(twice("--account", role));
            }
            accounts.insert(role, account);
        }
    }
    Ok(accounts)
}

/// The roles of the accounts that were typed.
pub(super) fn typed_roles(given: &[AccountOption]) -> BTreeSet<AccountRole> {
    let role = |option: &AccountOption| match option {
        AccountOption::Typed(text) => account(text.expose_secret()).ok().map(|(role, _)| role),
        AccountOption::Row(_) => None,
    };
    given.iter().filter_map(role).collect()
}

fn twice(place: &str, role: AccountRole) -> Failure {
    Failure::usage(format!(
        "{place}: two accounts have the role {}\n  each role is one account; give the other a role of its own, or take it out",
        role.word()
    ))
}

/// The secret in a file: one line of text.
fn secret_of_file(path: &Path) -> Result<SecretString, Failure> {
    let fault = |says: &str| {
        Failure::usage(format!(
            "{}: {says}\n  write the client secret alone into it, as UTF-8 without a mark",
            path.display()
        ))
    };
    let bytes = read_bytes(path, "the client secret")?;
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(fault("it is UTF-16"));
    }
    if bytes.contains(&0) {
        return Err(fault("it has a zero byte in it, as UTF-16 has and no secret"));
    }
    let text = String::from_utf8(bytes).map_err(|_| fault("it is no UTF-8"))?;
    if text.starts_with('\u{feff}') {
        return Err(fault("a byte order mark stands before the secret"));
    }
    let secret = text.trim();
    if secret.is_empty() {
        return Err(fault("it is empty"));
    }
    if secret.contains(['\n', '\r']) {
        return Err(fault("it has more than one line"));
    }
    Ok(SecretString::from(secret.to_owned()))
}

fn of_row(row: &AccountRow, file: &str) -> Result<Account, Failure> {
    let client_id = match (&row.client_id, &row.client_id_env) {
        (Some(id), None) => id.clone(),
        (None, Some(name)) => of_variable(name, file)?.expose_secret().to_owned(),
        _ => return Err(Failure::usage(format!("{file}: an account needs either client_id or client_id_env"))),
    };
    let client_secret = match (&row.client_secret, &row.client_secret_env) {
        (Some(secret), None) => secret.clone(),
        (None, Some(name)) => of_variable(name, file)?,
        _ => {
            return Err(Failure::usage(format!(
                "{file}: the account {client_id} needs either client_secret or client_secret_env"
            )));
        }
    };
    if client_id.trim().is_empty() || client_secret.expose_secret().trim().is_empty() {
        return Err(Failure::usage(format!("{file}: an account has an empty client_id or client_secret")));
    }
    Ok(Account { client_id, client_secret })
}

fn of_variable(name: &str, file: &str) -> Result<SecretString, Failure> {
    variable(name).ok_or_else(|| {
        Failure::usage(format!(
            "{file}: the environment variable {name} is not set\n  set it, or take the account out that names it"
        ))
    })
}

/// A variable of the environment; an empty one counts as not set.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn variable(name: &str) -> Option<SecretString> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty()).map(SecretString::from)
}

/// `ID:SECRET[:ROLE]`. The message never has the secret in it.
pub(super) fn account(text: &str) -> Result<(AccountRole, Account), Failure> {
    let fault = || Failure::usage(format!("--account: write ID:SECRET or ID:SECRET:ROLE; the role is {}", roles("or")));
    let mut parts = text.splitn(3, ':');
    let (Some(id), Some(secret)) = (parts.next(), parts.next()) else { return Err(fault()) };
    if id.is_empty() || secret.is_empty() {
        return Err(fault());
    }
    let role = parts.next().map_or(Ok(main_role()), role).map_err(Failure::usage)?;
    Ok((role, Account { client_id: id.to_owned(), client_secret: SecretString::from(secret.to_owned()) }))
}

fn role(word: &str) -> Result<AccountRole, String> {
    // The word is not shown: after a secret with a colon in it, it may be the rest of the secret.
    AccountRole::given().find(|role| role.word() == word).ok_or_else(|| {
        format!(
            "the role of the account is not one of {}\n  \
             a secret with a colon in it goes into touchmark.toml or BT_CLIENT_SECRET",
            roles("and")
        )
    })
}

/// The roles of accounts in a sentence.
fn roles(last: &str) -> String {
    let words: Vec<&str> = AccountRole::given().map(AccountRole::word).collect();
    match words.split_last() {
        Some((end, rest)) => format!("{} {last} {end}", rest.join(", ")),
        None => String::new(),
    }
}

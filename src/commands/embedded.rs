//! The emulator of this program as the target of a run.
//!
//! In: deliberate defects and readings. Out: an address on loopback, with accounts and fixtures of the demo site.

use std::{collections::BTreeMap, sync::Arc};

use secrecy::SecretString;

use super::{Failure, options::Options, settings::Settings};
use crate::{
    emulator::{self, Emulator},
    library::LocalEmulator,
    model::credential::AccountRole,
    report::{self, Connection},
    run::{Plan, Restart},
    send::Account,
};

/// The emulator of this program, served on loopback for as long as this value lives.
pub(super) struct Embedded(LocalEmulator);

/// How the embedded emulator is reached once the run is over: by starting it again, with the defects and readings that it had.
pub(super) fn again(emulator: &[String]) -> (String, Connection) {
    let mut before = "touchmark emulate".to_owned();
    for text in emulator {
        let option = if text.contains('=') { "--reading" } else { "--defect" };
        before.push_str(&format!(" {option} {}", report::quote(text)));
    }
    ("http://127.0.0.1:8080".to_owned(), Connection { before: Some(before), ..Connection::default() })
}

impl Embedded {
    pub(super) fn start(options: &Options) -> Result<Self, Failure> {
        let mut config = emulator::Config::demo();
        for id in &options.defects {
            config.defects.push(emulator::find_defect(id).map_err(|says| {
                Failure::usage(format!("--defect: {says}\n  touchmark emulate --list-defects prints all of them"))
            })?);
        }
        for text in &options.readings {
            config.readings.set(emulator::Readings::parse(text).map_err(|says| {
                Failure::usage(format!("--reading: {says}\n  touchmark emulate --list-readings prints all of them"))
            })?);
        }
        LocalEmulator::of(config).map(Self).map_err(|error| Failure::ours(error.to_string()))
    }

    /// Its address.
    pub(super) fn base(&self) -> &str {
        self.0.url()
    }

    /// Accounts and fixtures of the demo site, where the operator gave none.
    pub(super) fn equip(&self, settings: &mut Settings) {
        settings.accounts = demo_accounts();
        demo_fixtures(&mut settings.plan, self.0.fixtures(), self.0.old_tokens());
        let restart = || started_anew(self.0.emulator());
        settings.plan.on_dead.get_or_insert_with(restart);
    }
}

/// Starts an emulator anew that died.
pub(super) fn started_anew(emulator: &Arc<Emulator>) -> Restart {
    let emulator = Arc::clone(emulator);
    Restart(Arc::new(move || {
        emulator.start_anew();
        Ok(())
    }))
}

/// The accounts of the demo site, by what they are for.
pub(super) fn demo_accounts() -> BTreeMap<AccountRole, Account> {
    accounts_of(&emulator::Config::demo())
}

/// The accounts of an emulator, by what they are for.
pub(super) fn accounts_of(config: &emulator::Config) -> BTreeMap<AccountRole, Account> {
    let account = |a: &emulator::Account| {
        let secret = SecretString::from(a.client_secret.clone());
        Some((a.role.word().parse().ok()?, Account { client_id: a.client_id.clone(), client_secret: secret }))
    };
    config.accounts.iter().filter_map(account).collect()
}

/// What the site of an emulator has that no documented call tells.
pub(super) fn demo_fixtures(plan: &mut Plan, open: BTreeMap<&str, String>, old_tokens: &[(&str, String)]) {
    plan.leave_out = emulator::absent().iter().map(|prefix| (*prefix).to_owned()).collect();
    for (name, value) in open {
        plan.fixtures.entry(name.to_owned()).or_insert(value);
    }
    for (name, token) in old_tokens {
        plan.secret_fixtures.entry((*name).to_owned()).or_insert_with(|| token.clone());
    }
}

//! The emulator of this program as the target of a run.
//!
//! In: deliberate defects and readings. Out: an address on loopback, with accounts and fixtures of the demo site. It is served by a
//! thread of its own for as long as its value lives.

use std::{collections::BTreeMap, sync::Arc};

use secrecy::SecretString;

use super::{Failure, options::Options, settings::Settings};
use crate::{
    emulator::{self, Clock, Emulator},
    model::credential::AccountRole,
    report::{self, Connection},
    run::{Plan, Restart},
    send::Account,
};

/// The emulator of this program, served on loopback by a thread of its own for as long as this value lives.
pub(super) struct Embedded {
    pub(super) base: String,
    old_tokens: Vec<(&'static str, String)>,
    emulator: Arc<Emulator>,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

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
        let emulator = Arc::new(Emulator::new(config, Clock::System));
        let old_tokens = emulator.old_tokens("touchmark");
        let served = Arc::clone(&emulator);
        let listener = std::net::TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.set_nonblocking(true).map(|()| listener))
            .map_err(|error| Failure::ours(format!("no port on loopback: {error}")))?;
        let address = listener.local_addr().map_err(|error| Failure::ours(error.to_string()))?;
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
            runtime.block_on(async move {
                let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
                let stopped = async move {
                    let _ = stopped.await;
                };
                // When it ends early the run finds nobody there, and says so.
                let _ = emulator::serve(listener, served, None, stopped).await;
            });
        });
        let base = format!("http://{address}");
        Ok(Self { base, old_tokens, emulator, stop: Some(stop), thread: Some(thread) })
    }

    /// Accounts and fixtures of the demo site, where the operator gave none.
    pub(super) fn equip(&self, settings: &mut Settings) {
        settings.accounts = demo_accounts();
        demo_fixtures(&mut settings.plan, &self.old_tokens);
        let restart = || started_anew(&self.emulator);
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

impl Drop for Embedded {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
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

/// What the demo site has that no documented call tells.
pub(super) fn demo_fixtures(plan: &mut Plan, old_tokens: &[(&str, String)]) {
    plan.leave_out = emulator::absent().iter().map(|prefix| (*prefix).to_owned()).collect();
    for (name, value) in emulator::demo_fixtures() {
        plan.fixtures.entry(name.to_owned()).or_insert_with(|| value.to_owned());
    }
    for (name, token) in old_tokens {
        plan.secret_fixtures.entry((*name).to_owned()).or_insert_with(|| token.clone());
    }
}

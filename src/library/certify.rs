//! A run against a target from a few lines of Rust.

use std::{
    collections::{BTreeMap, BTreeSet},
    hash::{BuildHasher as _, RandomState},
    sync::{Arc, atomic::AtomicBool},
    thread,
};

use secrecy::SecretString;

use super::{Conformance, LibraryError, LocalEmulator};
use crate::{
    emulator,
    model::{case::Class, credential::AccountRole, variables::Variables},
    report::{self, Circumstances, Connection, EMBEDDED, RunFacts, Target},
    run::{self, Plan, Run},
    send::{Account, Guard, Http, HttpSettings, Rate, Sender, address, host_of, without_credentials},
    spec::{self, Spec},
};

/// The most milliseconds that one exchange may take where nothing else is said.
const TIMEOUT_MS: u64 = 30_000;

/// A run that is made of what is asked for: which target, whose accounts, which requirements of the guide.
///
/// A target is only read unless [`allow`](Self::allow) says more. Nothing is written to disk, and nothing is printed.
///
/// ```no_run
/// use touchmark::Certify;
///
/// // In a test of one's own:
/// let conformance = Certify::target("https://support.example.com")
///     .account("the client id", "the client secret")
///     .only("command/")
///     .run()
///     .expect("a target that can be asked");
/// assert!(conformance.is_conformant(), "{conformance}");
/// ```
#[derive(Debug, Clone)]
pub struct Certify {
    target: String,
    accounts: BTreeMap<AccountRole, (String, SecretString)>,
    only: Vec<String>,
    allow: Class,
    seed: u64,
    cases: u32,
    rate: Rate,
    timeout_ms: u64,
    trusted_pem: Option<Vec<u8>>,
    insecure: bool,
    fixtures: Variables,
    secret_fixtures: Variables,
    known: BTreeMap<String, String>,
    of_emulator: bool,
}

impl Certify {
    /// A run against the target of this address; a bare host means https. It is read at 20 requests a second for each account, as the guide has
    /// it (p. 7).
    pub fn target(url: impl Into<String>) -> Self {
        let plan = Plan::default();
        Self {
            target: url.into(),
            accounts: BTreeMap::new(),
            only: Vec::new(),
            allow: Class::Read,
            seed: plan.seed,
            cases: plan.cases,
            rate: Rate::PerSecond(20),
            timeout_ms: TIMEOUT_MS,
            trusted_pem: None,
            insecure: false,
            fixtures: Variables::new(),
            secret_fixtures: Variables::new(),
            known: BTreeMap::new(),
            of_emulator: false,
        }
    }

    /// A run against an emulator of this program, with its accounts, as fast as it goes, and with everything allowed.
    #[must_use]
    pub fn emulator(emulator: &LocalEmulator) -> Self {
        let mut this = Self::target(emulator.url());
        for account in emulator::Config::demo().accounts {
            if let Ok(role) = account.role.word().parse() {
                this.accounts.insert(role, (account.client_id, SecretString::from(account.client_secret)));
            }
        }
        let open = emulator.fixtures().into_iter().map(|(name, value)| (name.to_owned(), value));
        this.fixtures.extend(open);
        let secret = emulator.old_tokens().iter().map(|(name, token)| ((*name).to_owned(), token.clone()));
        this.secret_fixtures.extend(secret);
        (this.allow, this.rate, this.of_emulator) = (Class::Disrupt, Rate::Off, true);
        this
    }

    /// The main account: an OAuth client id and its secret (p. 6). The secret stands in nothing that is shown.
    #[must_use]
    pub fn account(self, client_id: impl Into<String>, client_secret: impl Into<String>) -> Self {
        self.account_of(AccountRole::Full, client_id, client_secret)
    }

    /// An account with another role: with one that may only read, or nothing at all, permissions are tested too (p. 50).
    #[must_use]
    pub fn account_of(
        mut self,
        role: AccountRole,
        client_id: impl Into<String>,
        client_secret: impl Into<String>,
    ) -> Self {
        self.accounts.insert(role, (client_id.into(), SecretString::from(client_secret.into())));
        self
    }

    /// Only requirements whose id begins so; `=ID` for one alone. May be called again for more of them.
    #[must_use]
    pub fn only(mut self, id_prefix: impl Into<String>) -> Self {
        self.only.push(id_prefix.into());
        self
    }

    /// What may be touched. Read `docs/safety.md` first: no documented call deletes a Jump shortcut (p. 42), so those stay.
    #[must_use]
    pub fn allow(mut self, class: Class) -> Self {
        self.allow = class;
        self
    }

    /// Decides every drawn value: the same seed makes the same requests. 0 without it.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Cases of each property, 1 to 10,000; 6 without it.
    #[must_use]
    pub fn cases(mut self, count: u32) -> Self {
        self.cases = count.clamp(1, 10_000);
        self
    }

    /// Requests a second for each account, 1 to 1,000; none for as fast as it goes.
    #[must_use]
    pub fn rate(mut self, per_second: Option<u32>) -> Self {
        self.rate = per_second.map_or(Rate::Off, |number| Rate::PerSecond(number.clamp(1, 1_000)));
        self
    }

    /// The most milliseconds that one exchange may take, 10 to 3,600,000; 30,000 without it.
    #[must_use]
    pub fn timeout_ms(mut self, ms: u64) -> Self {
        self.timeout_ms = ms.clamp(10, 3_600_000);
        self
    }

    /// Certificates as PEM that are trusted besides those of the system.
    #[must_use]
    pub fn trust(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.trusted_pem = Some(pem.into());
        self
    }

    /// Takes any certificate, and sends the credentials in the clear to another machine where the address says http.
    #[must_use]
    pub fn insecure(mut self) -> Self {
        self.insecure = true;
        self
    }

    /// Says something of the target that no documented call tells, such as the code name of a `jump_group`; `docs/configuration.md` lists all.
    #[must_use]
    pub fn fixture(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.fixtures.insert(name.into(), value.into());
        self
    }

    /// Accepts gaps whose ids begin so, for a reason. They are still found, and do not count.
    #[must_use]
    pub fn known_gap(mut self, id_prefix: impl Into<String>, reason: impl Into<String>) -> Self {
        self.known.insert(id_prefix.into(), reason.into());
        self
    }

    /// Runs, and waits until it is over.
    ///
    /// # Errors
    /// What was asked for cannot be done, nobody answers, or the target does not take the credentials. A target that answers wrongly is
    /// no error: that is what the result says.
    pub fn run(self) -> Result<Conformance, LibraryError> {
        // A run has state that stays on one thread; on one of its own it may also be waited for inside an async runtime.
        match thread::spawn(move || self.here()).join() {
            Ok(done) => done,
            Err(_) => Err(LibraryError::Fault("the run ended in a panic".to_owned())),
        }
    }

    fn here(self) -> Result<Conformance, LibraryError> {
        let spec = spec::embedded().map_err(|faults| LibraryError::Fault(faults.to_string()))?;
        let base = address(&self.target, self.insecure).map_err(|why| {
            let shown = without_credentials(&self.target);
            LibraryError::Asked(format!(
                "{shown}: {why}; name a host such as support.example.com, or https://HOST[:PORT]"
            ))
        })?;
        let plan = self.plan(&spec, &base)?;
        let http = Http::new(&HttpSettings {
            base: base.clone(),
            ca_pem: self.trusted_pem.clone(),
            insecure: self.insecure,
            timeout_ms: self.timeout_ms,
        });
        let http =
            http.map_err(|why| LibraryError::Asked(format!("the certificates that are to be trusted: {why}")))?;
        let account = |(client_id, client_secret): &(String, SecretString)| Account {
            client_id: client_id.clone(),
            client_secret: client_secret.clone(),
        };
        let accounts = self.accounts.iter().map(|(role, of)| (*role, account(of))).collect();
        let sender = Sender::new(Box::new(http), accounts, self.rate, Guard::new(plan.allow));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| LibraryError::Fault(format!("no runtime: {error}")))?;
        let started_ms = sender.now_ms();
        let stop = Arc::new(AtomicBool::new(false));
        let run = runtime.block_on(run::run(&spec, &sender, &plan, &stop, &|_| {}))?;
        let duration_ms = u64::try_from(sender.now_ms() - started_ms).unwrap_or(0);
        Ok(Conformance::of(self.report(&spec, &plan, base, &run, duration_ms)))
    }

    fn plan(&self, spec: &Spec, base: &str) -> Result<Plan, LibraryError> {
        if let Some(prefix) = self.only.iter().find(|prefix| !spec.knows(prefix)) {
            return Err(LibraryError::Asked(format!(
                "`{prefix}`: no requirement's id starts with that; `touchmark spec list` prints all ids"
            )));
        }
        let names: BTreeSet<&String> = self.fixtures.keys().collect();
        if let Some(name) = names.into_iter().find(|name| !spec.knows_fixture(name)) {
            return Err(LibraryError::Asked(format!(
                "`{name}`: there is no such fixture; docs/configuration.md lists all of them"
            )));
        }
        let mut plan = Plan {
            seed: self.seed,
            cases: self.cases,
            only: self.only.clone(),
            allow: self.allow,
            fixtures: self.fixtures.clone(),
            secret_fixtures: self.secret_fixtures.clone(),
            ..Plan::default()
        };
        plan.fixtures.entry("host".to_owned()).or_insert_with(|| host_of(base));
        if self.of_emulator {
            plan.leave_out = emulator::absent().iter().map(|prefix| (*prefix).to_owned()).collect();
        } else {
            // No run meets what an earlier one left at a target of the caller's own.
            plan.run_word = drawn_word();
        }
        Ok(plan)
    }

    fn report(&self, spec: &Spec, plan: &Plan, base: String, run: &Run, duration_ms: u64) -> report::Report {
        let spec = run.extended.as_ref().unwrap_or(spec);
        let url = if self.of_emulator { EMBEDDED.to_owned() } else { base.clone() };
        let around = Circumstances {
            target: Target { url, api_version: run.api_version.clone() },
            base,
            reach: Connection { insecure: self.insecure, ..Connection::default() },
            run: RunFacts {
                seed: plan.seed,
                word: plan.run_word.clone(),
                cases: plan.cases,
                requests: run.requests,
                duration_ms,
                allow: plan.allow.word().to_owned(),
                rate: self.rate.to_string(),
                suites: Vec::new(),
                only: plan.only.clone(),
                emulator: Vec::new(),
                budget: None,
                failed_first: Vec::new(),
            },
            report_path: "report.json".to_owned(),
            known: self.known.clone(),
            strict: false,
        };
        report::build(spec, &run::selected(spec, plan), &run.judged, &run.records, around)
    }
}

/// A word that no other run has.
pub(crate) fn drawn_word() -> String {
    let mut number = RandomState::new().hash_one("a run");
    let digits = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let mut word = String::new();
    for _ in 0..8 {
        word.push(char::from(digits[usize::try_from(number % 36).unwrap_or(0)]));
        number /= 36;
    }
    word
}

//! One run against a target, from what was asked for to what its report needs: `certify` and `replay` share it.
//!
//! In: settings. Out: a finished run, or why nothing could be tested. Here stand the runtime, the network and the interrupt.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, atomic::Ordering},
    time::Instant,
};

use tokio::runtime::{Builder, Runtime};

use super::{
    Failure,
    embedded::{Embedded, again},
    exit,
    options::Options,
    progress::Progress,
    report_folder::Folder,
    say,
    settings::Settings,
    signals,
};
use crate::{
    model::{case::Class, suite::Suite},
    report::{self, Circumstances, Connection, EMBEDDED, Report, RunFacts, Target},
    run::{self, Abort, Looked, Plan, Run},
    send::{Guard, Http, HttpSettings, Sender, host_of},
    spec::Spec,
};

/// A finished run with what its report needs.
pub(super) struct Certified {
    pub(super) run: Run,
    pub(super) plan: Plan,
    target: Target,
    base: String,
    facts: RunFacts,
    reach: Connection,
    strict: bool,
}

impl Certified {
    /// What the report needs to know besides what was judged.
    pub(super) fn circumstances(&self, path: &Path, known: BTreeMap<String, String>) -> Circumstances {
        Circumstances {
            target: self.target.clone(),
            base: self.base.clone(),
            reach: self.reach.clone(),
            run: self.facts.clone(),
            report_path: path.display().to_string(),
            known,
            strict: self.strict,
        }
    }

    pub(super) fn report(&self, spec: &Spec, around: Circumstances) -> Report {
        let spec = self.run.extended.as_ref().unwrap_or(spec);
        let selected = run::selected(spec, &self.plan);
        report::build(spec, &selected, &self.run.judged, &self.run.records, around)
    }
}

/// Everything that a run needs and that can be wrong before anything is sent or written.
pub(super) struct Ready {
    base: String,
    http: Http,
    embedded: Option<Embedded>,
}

impl Ready {
    /// Makes a target reachable: the one that was named, or the embedded emulator, which is started.
    pub(super) fn new(settings: &mut Settings, options: &Options) -> Result<Self, Failure> {
        let (base, embedded) = match &settings.target {
            Some(base) => (base.clone(), None),
            None => {
                let embedded = Embedded::start(options)?;
                embedded.equip(settings);
                (embedded.base().to_owned(), Some(embedded))
            }
        };
        settings.plan.fixtures.entry("host".to_owned()).or_insert(host_of(&base));
        let http = Http::new(&HttpSettings {
            base: base.clone(),
            ca_pem: settings.ca_pem.clone(),
            insecure: settings.insecure,
            timeout_ms: settings.timeout_ms,
        })
        .map_err(|says| Failure::usage(format!("--ca: {says}")))?;
        Ok(Self { base, http, embedded })
    }

    /// Looks what the target has, without a test.
    pub(super) fn look(self, spec: &Spec, settings: &Settings) -> Result<Looked, Failure> {
        let Self { base, mut http, .. } = self;
        let runtime = runtime()?;
        let stop = signals::listen();
        http.stop_with(Arc::clone(&stop));
        let sender = Sender::new(Box::new(http), settings.accounts.clone(), settings.rate, Guard::new(Class::Read));
        say(&format!("touchmark {}: looking at {base}", env!("CARGO_PKG_VERSION")));
        let progress = Progress::new(None, &stop);
        let looked = runtime
            .block_on(async { run::looked(spec, &sender, &settings.plan, &stop, &|event| progress.tell(event)).await });
        progress.finish();
        if stop.load(Ordering::Relaxed) {
            return Err(Failure { code: exit::UNTESTED, says: "it was stopped; nothing was written".to_owned() });
        }
        looked.map_err(|abort| aborted(&base, &abort))
    }

    /// Runs the plan of some settings.
    pub(super) fn certify(
        self,
        spec: &Spec,
        settings: Settings,
        options: &Options,
        folder: Option<&Folder>,
    ) -> Result<Certified, Failure> {
        let Self { base, mut http, embedded } = self;
        let runtime = runtime()?;
        let stop = signals::listen();
        http.stop_with(Arc::clone(&stop));
        let sender =
            Sender::new(Box::new(http), settings.accounts.clone(), settings.rate, Guard::new(settings.plan.allow));
        let url = if embedded.is_some() { EMBEDDED.to_owned() } else { base.clone() };
        let does = if settings.plan.suites.contains(&Suite::Fuzz) { "fuzzing" } else { "certifying" };
        say(&format!("touchmark {}: {does} {}", env!("CARGO_PKG_VERSION"), described(&url, &base)));
        let progress = Progress::new(folder, &stop);
        #[expect(clippy::disallowed_methods, reason = "a report says how long its run took")]
        let started = Instant::now();
        let done = runtime
            .block_on(async { run::run(spec, &sender, &settings.plan, &stop, &|event| progress.tell(event)).await });
        progress.finish();
        let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let run = done.map_err(|abort| aborted(&url, &abort))?;
        let facts = RunFacts {
            seed: settings.plan.seed,
            word: settings.plan.run_word.clone(),
            cases: settings.plan.cases,
            requests: run.requests,
            duration_ms,
            allow: settings.plan.allow.word().to_owned(),
            rate: settings.rate.to_string(),
            suites: settings.plan.suites.clone(),
            only: settings.plan.only.clone(),
            emulator: options.defects.iter().chain(&options.readings).cloned().collect(),
            budget: settings.plan.budget.map(|budget| budget.to_string()),
            failed_first: settings.plan.first.iter().cloned().collect(),
        };
        let (base, reach) = match url.as_str() {
            EMBEDDED => again(&facts.emulator),
            _ => (base, options.reach()),
        };
        let target = Target { url, api_version: run.api_version.clone() };
        Ok(Certified { run, plan: settings.plan, target, base, facts, reach, strict: options.strict })
    }
}

fn runtime() -> Result<Runtime, Failure> {
    let built = Builder::new_current_thread().enable_all().build();
    built.map_err(|error| Failure::ours(format!("no runtime: {error}")))
}

fn described(url: &str, base: &str) -> String {
    if url == EMBEDDED { format!("the embedded emulator at {base}") } else { url.to_owned() }
}

fn aborted(url: &str, abort: &Abort) -> Failure {
    let says = match abort {
        Abort::Unreachable(why) => {
            format!(
                "{url} cannot be reached: {why}\n  check the address, whether it is http or https, and that the target is up; nothing was tested"
            )
        }
        Abort::Credentials(why) => {
            // A port that speaks TLS may say so in HTTP, and what is said to a request for a token is not kept.
            let tls = if url.starts_with("http://") { ", and whether it is https" } else { "" };
            format!(
                "{url} does not take the credentials: {why}\n  check the client id and secret of the API account{tls}; nothing was tested"
            )
        }
        Abort::Permission(why) => format!(
            "{url}: the account may not use the command API: {why}\n  give the API account read-only or full access; nothing was tested"
        ),
        Abort::Document(prefix, instead) => format!(
            "--only {prefix}: this follows from the document of {url}, which could not be read: {instead}\n  certify --only configuration/openapi/ shows why; nothing was tested"
        ),
        Abort::Unknown(prefix) => {
            return Failure::usage(format!(
                "--only {prefix}: no requirement's id starts with that, neither in the spec data nor by the document of {url}"
            ));
        }
    };
    Failure { code: exit::UNREACHABLE, says }
}

//! `touchmark certify`: run the suites against a target and write the report.

use std::{
    cell::Cell,
    collections::BTreeMap,
    fs,
    io::{IsTerminal, Write as _},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use secrecy::SecretString;

use super::{
    Failure, exit,
    known_gaps::read_known_gaps,
    load_spec, print, say,
    settings::{Options, Settings, read_file},
};
use crate::{
    emulator::{self, Clock, Emulator},
    model::{credential::AccountRole, record::Record},
    report::{self, Circumstances, EMBEDDED, JournalHead, Report, RunFacts, Target},
    run::{self, Abort, Event, Plan, Run},
    send::{Account, Guard, Http, HttpSettings, Rate, Sender},
    spec::Spec,
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) options: Options,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let spec = load_spec(arguments.options.specs.as_deref())?;
    let mut settings = Settings::of(&arguments.options, &spec)?;
    let known = known_gaps(&settings)?;
    if let Some(folder) = &arguments.options.resume {
        settings.plan.resumed = resumed(folder, &head(&spec, &settings))?;
    }
    let ready = Ready::new(&mut settings, &arguments.options)?;
    let folder = Folder::open(&settings.report_dir)?;
    folder.begin(&head(&spec, &settings));
    // What an earlier run found is not lost when this one does not come to its end either.
    for record in settings.plan.resumed.values().flatten() {
        folder.note(record);
    }
    let certified = match ready.certify(&spec, settings, &arguments.options, Some(&folder)) {
        Ok(certified) => certified,
        Err(failure) => {
            folder.put_back();
            return Err(failure);
        }
    };
    let report = certified.report(&spec, &folder.report(), known.clone());
    folder.write(&report, &certified)?;
    print(&report::to_text(&report));
    print(&format!(
        "{} in {:.1} s, seed {}; report in {}\n",
        report::plural(usize::try_from(report.run.requests).unwrap_or(usize::MAX), "request"),
        f64::from(u32::try_from(report.run.duration_ms).unwrap_or(u32::MAX)) / 1_000.0,
        report.run.seed,
        folder.path.display()
    ));
    unmatched(&known, &report)?;
    Ok(report.exit_code())
}

/// The head of the journal of a run with these settings.
fn head(spec: &Spec, settings: &Settings) -> JournalHead {
    JournalHead {
        journal: "touchmark".to_owned(),
        schema_version: report::JOURNAL_VERSION,
        digest: spec.digest.clone(),
        seed: settings.plan.seed,
        target: settings.target.clone().unwrap_or_else(|| EMBEDDED.to_owned()),
        only: settings.plan.only.clone(),
        suites: settings.plan.suites.clone(),
        api_version: None,
    }
}

/// The records of a run that was broken off, by requirement. They must be of the same target, seed and data.
fn resumed(folder: &Path, head: &JournalHead) -> Result<BTreeMap<String, Vec<Record>>, Failure> {
    let broken_off = folder.join("journal.jsonl.part");
    let path = if broken_off.exists() { broken_off } else { folder.join("journal.jsonl") };
    let fault = |says: String| {
        Failure::usage(format!("--resume {}: {says}\n  name the report folder of the run", path.display()))
    };
    let text = fs::read_to_string(&path).map_err(|error| fault(error.to_string()))?;
    let (theirs, records) = report::read_broken_off(&text).map_err(fault)?;
    let theirs = JournalHead { api_version: None, ..theirs };
    if theirs != *head {
        return Err(fault("it was another run: its target, seed or spec data differ".to_owned()));
    }
    let cases: BTreeMap<(String, u32), Record> = records
        .into_iter()
        .filter_map(|record| Some(((record.case.purpose.requirement()?.to_owned(), record.case.index), record)))
        .collect();
    let mut by_requirement: BTreeMap<String, Vec<Record>> = BTreeMap::new();
    for ((requirement, _), record) in cases {
        by_requirement.entry(requirement).or_default().push(record);
    }
    Ok(by_requirement)
}

/// A known gap that matches nothing would hide the next one.
fn unmatched(known: &BTreeMap<String, String>, report: &Report) -> Result<(), Failure> {
    match known.keys().find(|id| !report.gaps.iter().any(|gap| gap.requirement.starts_with(*id))) {
        None => Ok(()),
        Some(id) => Err(Failure {
            code: exit::GAPS,
            says: format!(
                "the known gap {id} was not seen any more\n  take it out of the file, so that it cannot hide a new one"
            ),
        }),
    }
}

fn known_gaps(settings: &Settings) -> Result<BTreeMap<String, String>, Failure> {
    let Some(path) = &settings.known_gaps else { return Ok(BTreeMap::new()) };
    let text = read_file(path, "known gaps")?;
    let now_s = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs());
    read_known_gaps(&text, i64::try_from(now_s).unwrap_or(i64::MAX))
        .map_err(|fault| Failure::usage(format!("{}:{fault}", path.display())))
}

/// A finished run with what its report needs.
pub(super) struct Certified {
    pub(super) run: Run,
    pub(super) plan: Plan,
    target: Target,
    base: String,
    facts: RunFacts,
}

impl Certified {
    pub(super) fn report(&self, spec: &Spec, path: &Path, known: BTreeMap<String, String>) -> Report {
        let spec = self.run.extended.as_ref().unwrap_or(spec);
        let selected = run::selected(spec, &self.plan);
        let around = Circumstances {
            target: self.target.clone(),
            base: self.base.clone(),
            run: self.facts.clone(),
            report_path: path.display().to_string(),
            known,
        };
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
                (embedded.base.clone(), Some(embedded))
            }
        };
        let host =
            reqwest::Url::parse(&base).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
        settings.plan.fixtures.entry("host".to_owned()).or_insert(host);
        let http = Http::new(&HttpSettings {
            base: base.clone(),
            ca_pem: settings.ca_pem.clone(),
            insecure: settings.insecure,
            timeout_ms: settings.timeout_ms,
        })
        .map_err(|says| Failure::usage(format!("--ca: {says}")))?;
        Ok(Self { base, http, embedded })
    }

    /// Runs the plan of some settings.
    pub(super) fn certify(
        self,
        spec: &Spec,
        settings: Settings,
        options: &Options,
        folder: Option<&Folder>,
    ) -> Result<Certified, Failure> {
        let Self { base, http, embedded } = self;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::ours(format!("no runtime: {error}")))?;
        let sender = Sender::new(Box::new(http), settings.accounts.clone(), settings.rate, Guard::new(settings.allow));
        let url = if embedded.is_some() { EMBEDDED.to_owned() } else { base.clone() };
        say(&format!("touchmark {}: certifying {}", env!("CARGO_PKG_VERSION"), described(&url, &base)));
        let stop = Arc::new(AtomicBool::new(false));
        let progress = Progress::new(folder);
        let started = Instant::now();
        let done = runtime.block_on(async {
            let interrupt = stop.clone();
            tokio::spawn(async move {
                if tokio::signal::ctrl_c().await.is_ok() {
                    interrupt.store(true, Ordering::Relaxed);
                }
            });
            run::run(spec, &sender, &settings.plan, &stop, &|event| progress.tell(event)).await
        });
        progress.finish();
        let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let run = done.map_err(|abort| aborted(&url, &abort))?;
        let facts = RunFacts {
            seed: settings.plan.seed,
            cases: settings.plan.cases,
            requests: run.requests,
            duration_ms,
            allow: settings.allow.word().to_owned(),
            rate: match settings.rate {
                Rate::Off => "off".to_owned(),
                Rate::PerSecond(n) => format!("{n}/s"),
            },
            suites: settings.plan.suites.clone(),
            only: settings.plan.only.clone(),
            emulator: options.defects.iter().chain(&options.readings).cloned().collect(),
        };
        let target = Target { url, api_version: run.api_version.clone() };
        Ok(Certified { run, plan: settings.plan, target, base, facts })
    }
}

fn described(url: &str, base: &str) -> String {
    if url == EMBEDDED { format!("the embedded emulator at {base}") } else { url.to_owned() }
}

fn aborted(url: &str, abort: &Abort) -> Failure {
    let says = match abort {
        Abort::Unreachable(why) => {
            format!("{url} cannot be reached: {why}\n  check the address and that the target is up; nothing was tested")
        }
        Abort::Credentials(why) => {
            format!(
                "{url} does not take the credentials: {why}\n  check the client id and secret of the API account; nothing was tested"
            )
        }
        Abort::Permission(why) => format!(
            "{url}: the account may not use the command API: {why}\n  give the API account read-only or full access; nothing was tested"
        ),
        Abort::Unknown(prefix) => {
            return Failure::usage(format!(
                "--only {prefix}: no requirement's id starts with that, neither in the spec data nor by the document of {url}"
            ));
        }
    };
    Failure { code: exit::UNREACHABLE, says }
}

/// The emulator of this program, served on loopback by a thread of its own for as long as this value lives.
struct Embedded {
    base: String,
    expired_token: Option<String>,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Embedded {
    fn start(options: &Options) -> Result<Self, Failure> {
        let mut config = emulator::Config::demo();
        for id in &options.defects {
            config.defects.push(emulator::find_defect(id).map_err(|says| Failure::usage(format!("--defect: {says}")))?);
        }
        for text in &options.readings {
            config
                .readings
                .set(emulator::Readings::parse(text).map_err(|says| Failure::usage(format!("--reading: {says}")))?);
        }
        let emulator = Arc::new(Emulator::new(config, Clock::System));
        let expired_token = emulator.expired_token("touchmark");
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
                let _ = emulator::serve(listener, emulator, None, stopped).await;
            });
        });
        Ok(Self { base: format!("http://{address}"), expired_token, stop: Some(stop), thread: Some(thread) })
    }

    /// Accounts and fixtures of the demo site, where the operator gave none.
    fn equip(&self, settings: &mut Settings) {
        settings.accounts = demo_accounts();
        demo_fixtures(&mut settings.plan, self.expired_token.clone());
    }
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
    let accounts = emulator::Config::demo().accounts;
    let role = |id: &str| match id {
        "touchmark" => Some(AccountRole::Full),
        "touchmark-read" => Some(AccountRole::ReadOnly),
        "touchmark-deny" => Some(AccountRole::Deny),
        "touchmark-spare" => Some(AccountRole::Spare),
        "touchmark-spent" => Some(AccountRole::Spent),
        "touchmark-support-reports" => Some(AccountRole::SupportReports),
        "touchmark-other-reports" => Some(AccountRole::OtherReports),
        _ => None,
    };
    accounts
        .into_iter()
        .filter_map(|a| {
            let account =
                Account { client_id: a.client_id.clone(), client_secret: SecretString::from(a.client_secret) };
            Some((role(&a.client_id)?, account))
        })
        .collect()
}

/// What the demo site has that no documented call tells.
pub(super) fn demo_fixtures(plan: &mut Plan, expired_token: Option<String>) {
    plan.leave_out = emulator::absent().iter().map(|prefix| (*prefix).to_owned()).collect();
    for (name, value) in emulator::demo_fixtures() {
        plan.fixtures.entry(name.to_owned()).or_insert_with(|| value.to_owned());
    }
    if let Some(token) = expired_token {
        plan.secret_fixtures.entry("expired_token".to_owned()).or_insert(token);
    }
}

/// The folder of a run's results.
pub(super) struct Folder {
    path: PathBuf,
    journal: std::cell::RefCell<fs::File>,
    /// The journal of an earlier run that was broken off.
    before: Option<Vec<u8>>,
}

impl Folder {
    /// Opens the folder before anything is sent, so that a run is not lost for want of a place to write to.
    fn open(path: &Path) -> Result<Self, Failure> {
        let fault = |error: std::io::Error| {
            Failure::usage(format!(
                "{}: the report cannot be written here: {error}\n  name another folder with --report-dir; nothing was sent",
                path.display()
            ))
        };
        fs::create_dir_all(path).map_err(fault)?;
        let part = path.join("journal.jsonl.part");
        let before = fs::read(&part).ok();
        let journal = fs::File::create(&part).map_err(fault)?;
        Ok(Self { path: path.to_owned(), journal: std::cell::RefCell::new(journal), before })
    }

    /// Starts the journal. From here on a run that is broken off can be taken up again.
    fn begin(&self, head: &JournalHead) {
        let _ = self.journal.borrow_mut().write_all(report::to_line(head).as_bytes());
    }

    fn report(&self) -> PathBuf {
        self.path.join("report.json")
    }

    fn write(&self, report: &Report, certified: &Certified) -> Result<(), Failure> {
        let fault = |error: std::io::Error| Failure::usage(format!("{}: {error}", self.path.display()));
        let text = serde_json::to_string_pretty(report).map_err(|error| Failure::ours(error.to_string()))?;
        let part = self.path.join("report.json.part");
        fs::write(&part, text + "\n").map_err(fault)?;
        fs::rename(&part, self.report()).map_err(fault)?;
        // The journal so far is in the order of arrival; the finished one is in the order of ids, as the verdicts are.
        let head = JournalHead {
            journal: "touchmark".to_owned(),
            schema_version: report::JOURNAL_VERSION,
            digest: report.guide.digest.clone(),
            seed: report.run.seed,
            target: report.target.url.clone(),
            only: report.run.only.clone(),
            suites: report.run.suites.clone(),
            api_version: report.target.api_version.clone(),
        };
        let part = self.path.join("journal.jsonl.part");
        let mut file = fs::File::create(&part).map_err(fault)?;
        file.write_all(report::to_line(&head).as_bytes()).map_err(fault)?;
        for record in &certified.run.records {
            file.write_all(report::to_line(record).as_bytes()).map_err(fault)?;
        }
        fs::rename(&part, self.path.join("journal.jsonl")).map_err(fault)
    }

    /// Leaves the folder as it was, since nothing was tested.
    fn put_back(&self) {
        let part = self.path.join("journal.jsonl.part");
        let _ = match &self.before {
            Some(bytes) => fs::write(&part, bytes),
            None => fs::remove_file(&part),
        };
    }

    /// Notes a record as it comes, for the case that the run does not come to its end.
    fn note(&self, record: &Record) {
        let _ = self.journal.borrow_mut().write_all(report::to_line(record).as_bytes());
    }
}

/// Shows how far the run is: a bar on a terminal, a few lines otherwise.
struct Progress<'a> {
    bar: ProgressBar,
    terminal: bool,
    total: Cell<usize>,
    told: Cell<usize>,
    folder: Option<&'a Folder>,
}

impl<'a> Progress<'a> {
    fn new(folder: Option<&'a Folder>) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let bar = if terminal { ProgressBar::new(0) } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg}") {
            bar.set_style(style);
        }
        Self { bar, terminal, total: Cell::new(0), told: Cell::new(0), folder }
    }

    fn tell(&self, event: Event<'_>) {
        match event {
            Event::Discovering => {
                if !self.terminal {
                    say("looking for the target's own representatives, teams and clients");
                }
                self.bar.set_message("looking around");
            }
            Event::Started { selected, to_send } => {
                self.total.set(to_send);
                self.bar.set_length(to_send as u64);
                if !self.terminal {
                    say(&format!("testing {}", report::plural(selected, "requirement")));
                }
            }
            Event::Told(id, _) => {
                let told = self.told.get() + 1;
                self.told.set(told);
                self.bar.set_position(told as u64);
                self.bar.set_message(id.to_owned());
                let (total, quarter) = (self.total.get(), self.total.get().div_ceil(4).max(1));
                if !self.terminal && told.is_multiple_of(quarter) && told < total {
                    say(&format!("{told} of {total}"));
                }
            }
            Event::Recorded(record) => {
                if let Some(folder) = self.folder {
                    folder.note(record);
                }
            }
        }
    }

    fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

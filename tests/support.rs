//! What the tests are made of: the emulator on a port of its own, the command line as a person types it, and what it writes.
//!
//! Nothing here leaves the machine, nothing sleeps, and every port and folder belongs to one test. What a test starts it ends.

use std::{
    collections::BTreeMap,
    fs,
    io::{Read, Write as _},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, mpsc},
    thread::{self, JoinHandle},
    time::Duration,
};

use serde_json::Value;
use touchmark::emulator::{self, Clock, Config, Emulator, TlsIdentity};

/// Longer than any command of these tests takes on a busy machine. One that takes longer hangs.
const COMMAND_MAX: Duration = Duration::from_secs(150);

// --- The emulator ---

/// The emulator on a port, for as long as this value lives.
pub(crate) struct Served {
    pub(crate) base: String,
    pub(crate) emulator: Arc<Emulator>,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Serves an emulator by a thread and a runtime of its own.
pub(crate) fn serve(config: Config) -> Served {
    serve_with(config, Clock::System, None)
}

/// The same by another clock, or over TLS.
pub(crate) fn serve_with(config: Config, clock: Clock, tls: Option<TlsIdentity>) -> Served {
    let emulator = Arc::new(Emulator::new(config, clock));
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.set_nonblocking(true).expect("a listener that does not block");
    let scheme = if tls.is_some() { "https" } else { "http" };
    let base = format!("{scheme}://{}", listener.local_addr().expect("an address"));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let served = emulator.clone();
    let thread = thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
            let stopped = async move {
                let _ = stopped.await;
            };
            emulator::serve(listener, served, tls, stopped).await.expect("a server that ends when it is told to");
        });
    });
    Served { base, emulator, stop: Some(stop), thread: Some(thread) }
}

/// The demo site with a deliberate defect.
pub(crate) fn with_defect(id: &str) -> Config {
    Config { defects: vec![emulator::find_defect(id).expect("a defect of the catalogue")], ..Config::demo() }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

// --- The command line ---

/// A folder to work in, and the program.
pub(crate) struct Cli {
    folder: tempfile::TempDir,
    environment: BTreeMap<String, String>,
}

/// What a command did.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Cli {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder"), environment: BTreeMap::new() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> &Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
        self
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The text of a journal.
    pub(crate) fn journal(&self, name: &str) -> String {
        let bytes = fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        touchmark::report::journal_text(&bytes).expect("a journal")
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) -> &mut Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Makes a target with the accounts and facts of the demo site the target of this folder.
    pub(crate) fn aim(&self, base: &str, emulator: &Emulator) -> &Self {
        let mut text = format!("target = \"{base}\"\nrate = \"off\"\n");
        for account in Config::demo().accounts {
            let (id, secret, role) = (&account.client_id, &account.client_secret, account.role.word());
            text.push_str(&format!(
                "\n[[account]]\nclient_id = {id:?}\nclient_secret = {secret:?}\nrole = \"{role}\"\n"
            ));
        }
        text.push_str("\n[fixtures]\n");
        for (name, value) in emulator.fixtures() {
            text.push_str(&format!("{name} = {value:?}\n"));
        }
        for (name, token) in emulator.old_tokens("touchmark") {
            text.push_str(&format!("{name} = {token:?}\n"));
        }
        self.write("touchmark.toml", &text)
    }

    /// Runs a command line in the folder, with nothing of the environment but where programs are.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_touchmark"));
        command.args(arguments);
        self.finish(command)
    }

    /// Runs a line as a person pastes it into a shell.
    pub(crate) fn shell(&self, line: &str) -> Ran {
        let mut command = Command::new("sh");
        command.args(["-c", line]);
        self.finish(command)
    }

    /// Starts a command line in the folder and leaves it to itself; what it says goes to the file `stderr`.
    pub(crate) fn start(&self, arguments: &[&str]) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_touchmark"));
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        let file = |name: &str| fs::File::create(self.path(name)).expect("a file can be written");
        command.stdout(file("stdout")).stderr(file("stderr")).spawn().expect("the command starts")
    }

    fn finish(&self, mut command: Command) -> Ran {
        let program = Path::new(env!("CARGO_BIN_EXE_touchmark")).parent().expect("the folder of the program");
        let path = format!("{}:{}", program.display(), variable("PATH").unwrap_or_default());
        command.env_clear().env("PATH", path).envs(&self.environment).current_dir(self.folder.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the command starts");
        let stdout = text_of(child.stdout.take());
        let stderr = text_of(child.stderr.take());
        let (Ok(stdout), Ok(stderr)) = (stdout.recv_timeout(COMMAND_MAX), stderr.recv_timeout(COMMAND_MAX)) else {
            let _ = child.kill();
            panic!("it hangs: {command:?}");
        };
        let code = child.wait().expect("an end").code().expect("an exit code, not a signal");
        Ran { code, stdout, stderr }
    }

    /// The report of the last run into the folder that is taken when none is named.
    pub(crate) fn report(&self) -> Report {
        Report(serde_json::from_str(&self.read("touchmark-report/report.json")).expect("report.json is JSON"))
    }

    /// A text of the program without what differs from run to run.
    pub(crate) fn clean(&self, text: &str) -> String {
        let here = self.folder.path().display().to_string();
        let text = text.replace(&here, "[FOLDER]");
        let patterns = [(r"127\.0\.0\.1:\d+", "127.0.0.1:[PORT]"), (r"column \d+", "column [N]")];
        patterns.iter().fold(text, |text, (pattern, with)| {
            regex::Regex::new(pattern).expect("a pattern").replace_all(&text, *with).into_owned()
        })
    }
}

/// Certifies a target in a folder of its own, with an account by its options.
pub(crate) fn certify_at(base: &str, options: &[&str]) -> (Cli, Ran) {
    let cli = Cli::new();
    let account = ["certify", "--target", base, "--account", "touchmark:touchmark-demo-secret", "--rate", "off"];
    let ran = cli.run(&[&account, options].concat());
    (cli, ran)
}

/// A number that a seed and a count decide (splitmix64).
pub(crate) fn drawn(seed: u64, count: u64) -> u64 {
    let mut z = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(count.wrapping_mul(0xBF58_476D_1CE4_E5B9));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Sends a signal to a process, as the shell that is there anyway does.
pub(crate) fn signal(name: &str, process: u32) {
    let sent = Command::new("sh").args(["-c", &format!("kill -{name} {process}")]).status();
    assert!(sent.is_ok_and(|status| status.success()), "no signal {name} could be sent");
}

/// Whether a program is installed that a test runs.
#[track_caller]
pub(crate) fn installed(program: &str) -> bool {
    let ran = Command::new(program).arg("--version").stdin(Stdio::null()).output();
    there(ran.is_ok_and(|ran| ran.status.success()), &format!("{program} is not installed"))
}

/// Whether there is what a test needs. Where there is not, this says that the test is skipped; in continuous integration that is a failure.
#[expect(clippy::disallowed_methods, reason = "what is printed by other means is not shown of a test that passes")]
#[track_caller]
pub(crate) fn there(found: bool, otherwise: &str) -> bool {
    if !found {
        let at = std::panic::Location::caller();
        let _ = writeln!(std::io::stderr(), "SKIPPED {}:{}: {otherwise}", at.file(), at.line());
        assert!(variable("CI").is_none(), "{otherwise}, and in continuous integration no test is skipped");
    }
    found
}

/// A variable of the environment of the tests.
#[expect(clippy::disallowed_methods, reason = "the one place where tests read the environment")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The seed with which a figure begins, so that one that was broken off is gone on with.
pub(crate) fn first_seed() -> u64 {
    variable("TOUCHMARK_FIRST").and_then(|text| text.parse().ok()).unwrap_or(0)
}

fn text_of(pipe: Option<impl Read + Send + 'static>) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            let _ = pipe.read_to_end(&mut bytes);
        }
        let _ = sender.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    receiver
}

impl Ran {
    #[track_caller]
    pub(crate) fn exits(&self, code: i32) -> &Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }
}

/// A `report.json`, read as anybody's program would.
pub(crate) struct Report(pub(crate) Value);

impl Report {
    /// Ids of the requirements that the target does not keep.
    pub(crate) fn gaps(&self) -> Vec<&str> {
        self.rows("gaps").map(|gap| text(gap, "requirement")).collect()
    }

    /// Ids and verdicts of all that was asked for.
    pub(crate) fn verdicts(&self) -> BTreeMap<&str, &str> {
        self.rows("requirements").map(|row| (text(row, "id"), text(row, "verdict"))).collect()
    }

    /// Ids of the requirements of a verdict.
    pub(crate) fn of(&self, verdict: &str) -> Vec<&str> {
        self.verdicts().into_iter().filter(|(_, v)| *v == verdict).map(|(id, _)| id).collect()
    }

    pub(crate) fn rows(&self, list: &str) -> impl Iterator<Item = &Value> {
        self.0[list].as_array().unwrap_or_else(|| panic!("no list `{list}`")).iter()
    }
}

pub(crate) fn text<'a>(row: &'a Value, member: &str) -> &'a str {
    row[member].as_str().unwrap_or_else(|| panic!("no text `{member}` in {row}"))
}

// --- Snapshots ---

/// Compares with `snapshots/NAME.snap`.
#[track_caller]
pub(crate) fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

//! What the tests are made of: the emulator on a port of its own, peers that answer as a test says, and the command line as a person
//! types it.
//!
//! Nothing here leaves the machine, nothing sleeps, and every port and folder belongs to one test. What a test starts it ends.

use std::{
    collections::BTreeMap,
    fs,
    io::{ErrorKind, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc,
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use serde_json::Value;
use touchmark::emulator::{self, Access, Clock, Config, Emulator, Rate};

/// Longer than any command of these tests takes on a busy machine. One that takes longer hangs.
const COMMAND_MAX: Duration = Duration::from_secs(150);

/// The most bytes of a request that a peer reads.
const REQUEST_BYTES_MAX: usize = 4 << 20;

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
    let emulator = Arc::new(Emulator::new(config, Clock::System));
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.set_nonblocking(true).expect("a listener that does not block");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let served = emulator.clone();
    let thread = thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
            let stopped = async move {
                let _ = stopped.await;
            };
            emulator::serve(listener, served, None, stopped).await.expect("a server that ends when it is told to");
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

// --- Peers ---

/// A request as it came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) target: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Asked {
    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// What the request asks the command API to do, wherever it says so.
    pub(crate) fn actions(&self) -> Vec<String> {
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        let body = String::from_utf8_lossy(&self.body);
        let all = query.split('&').chain(body.split('&'));
        all.filter_map(|pair| pair.strip_prefix("action=")).map(str::to_owned).collect()
    }
}

/// A lawful answer. The headers that belong to the connection are added when it is written.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn new(status: u16, kind: &str, body: &str) -> Self {
        Self { status, headers: vec![("content-type".to_owned(), kind.to_owned())], body: body.as_bytes().to_vec() }
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Puts one text for another in the body.
    pub(crate) fn replace(&mut self, from: &str, to: &str) {
        self.body = self.text().replace(from, to).into_bytes();
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} Status\r\n", self.status);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("content-length: {}\r\nconnection: close\r\n\r\n", self.body.len()));
        [head.into_bytes(), self.body.clone()].concat()
    }
}

/// What a peer does with a request.
pub(crate) enum Act {
    /// Answers lawfully.
    Reply(Reply),
    /// Writes these bytes and closes the connection.
    Bytes(Vec<u8>),
    /// Writes these bytes and nothing more until the client goes.
    Stall(Vec<u8>),
    /// Writes the first bytes, and then the second ones again and again until the client goes.
    Endless(Vec<u8>, Vec<u8>),
    /// Writes the first bytes, and then one more every twentieth of a second until the client goes.
    Drip(Vec<u8>),
}

/// Listens on a port of its own and does with each request what it was made to do, for as long as this value lives.
pub(crate) struct Peer {
    pub(crate) base: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    connections: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// A peer of whom everything is said by `act`.
pub(crate) fn peer(act: impl Fn(&Asked) -> Act + Send + Sync + 'static) -> Peer {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let peer = Peer { base, asked: Arc::default(), connections: Arc::default(), stop: Arc::default(), thread: None };
    let (asked, connections, stop) = (peer.asked.clone(), peer.connections.clone(), peer.stop.clone());
    let act = Arc::new(act);
    let thread = thread::spawn(move || {
        let mut open = Vec::new();
        for stream in listener.incoming() {
            if stop.load(Ordering::SeqCst) {
                break;
            }
            let Ok(stream) = stream else { continue };
            connections.fetch_add(1, Ordering::SeqCst);
            let (asked, act) = (asked.clone(), act.clone());
            open.push(thread::spawn(move || answer(stream, &asked, act.as_ref())));
        }
        for thread in open {
            let _ = thread.join();
        }
    });
    Peer { thread: Some(thread), ..peer }
}

/// A peer that asks an emulator and gives on what `change` makes of its answer.
pub(crate) fn proxy(behind: &Served, change: impl Fn(&Asked, &mut Reply) + Send + Sync + 'static) -> Peer {
    proxy_that(behind, move |asked, mut reply| {
        change(asked, &mut reply);
        Act::Reply(reply)
    })
}

/// A peer that asks an emulator and does what `act` says to its answer.
pub(crate) fn proxy_that(behind: &Served, act: impl Fn(&Asked, Reply) -> Act + Send + Sync + 'static) -> Peer {
    let upstream = behind.base.trim_start_matches("http://").to_owned();
    peer(move |asked| act(asked, forward(&upstream, asked)))
}

impl Peer {
    /// The requests so far, in the order in which they came whole.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        lock(&self.asked).clone()
    }

    /// How many connections were made, whatever came over them.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // One more connection wakes the one who waits for connections.
        let _ = TcpStream::connect(self.base.trim_start_matches("http://"));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn answer(mut stream: TcpStream, asked: &Mutex<Vec<Asked>>, act: &(dyn Fn(&Asked) -> Act + Send + Sync)) {
    let Some(request) = read_request(&mut stream) else { return };
    lock(asked).push(request.clone());
    // A client that went away while it was written to is what some of these tests are about.
    let _ = match act(&request) {
        Act::Reply(reply) => stream.write_all(&reply.to_bytes()),
        Act::Bytes(bytes) => stream.write_all(&bytes),
        Act::Stall(bytes) => stream.write_all(&bytes).map(|()| until_gone(&mut stream, None)),
        Act::Endless(first, again) => stream.write_all(&first).map(|()| while stream.write_all(&again).is_ok() {}),
        Act::Drip(first) => stream.write_all(&first).map(|()| until_gone(&mut stream, Some(b"x"))),
    };
    let _ = stream.shutdown(Shutdown::Both);
}

/// Waits until the client closes the connection, and writes a little now and then.
fn until_gone(stream: &mut TcpStream, drop: Option<&[u8]>) {
    let _ = stream.set_read_timeout(drop.map(|_| Duration::from_millis(50)));
    loop {
        match stream.read(&mut [0; 512]) {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                if drop.is_some_and(|bytes| stream.write_all(bytes).is_err()) {
                    return;
                }
            }
            Err(_) => return,
        }
    }
}

fn read_request(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at;
        }
        read_more(stream, &mut bytes)?;
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: Vec<(String, String)> = lines.filter_map(header_of).collect();
    let mut asked = Asked { method, target, headers, body: Vec::new() };
    let length: usize = asked.header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    while bytes.len() < end + 4 + length {
        read_more(stream, &mut bytes)?;
    }
    asked.body = bytes[end + 4..end + 4 + length].to_vec();
    Some(asked)
}

fn read_more(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Option<()> {
    let mut piece = [0; 16 * 1024];
    let count = stream.read(&mut piece).ok().filter(|count| *count > 0)?;
    bytes.extend_from_slice(&piece[..count]);
    (bytes.len() <= REQUEST_BYTES_MAX).then_some(())
}

fn header_of(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once(':')?;
    Some((name.to_ascii_lowercase(), value.trim().to_owned()))
}

/// Sends a request as it came and reads the whole answer.
fn forward(upstream: &str, asked: &Asked) -> Reply {
    let mut stream = TcpStream::connect(upstream).expect("the emulator behind the proxy");
    let mut head = format!("{} {} HTTP/1.1\r\n", asked.method, asked.target);
    for (name, value) in asked.headers.iter().filter(|(name, _)| name != "connection") {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("connection: close\r\n\r\n");
    stream.write_all(&[head.as_bytes(), &asked.body].concat()).expect("the emulator reads");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).expect("the emulator answers");
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("an HTTP answer");
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = head.split(' ').nth(1).and_then(|text| text.parse().ok()).expect("a status line");
    let of_the_connection = ["content-length", "connection", "transfer-encoding"];
    let headers = head.split("\r\n").skip(1).filter_map(header_of);
    let headers = headers.filter(|(name, _)| !of_the_connection.contains(&name.as_str())).collect();
    Reply { status, headers, body: bytes[end + 4..].to_vec() }
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

    pub(crate) fn set(&mut self, name: &str, value: &str) -> &mut Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Makes a target with the accounts and facts of the demo site the target of this folder.
    pub(crate) fn aim(&self, base: &str, emulator: &Emulator) -> &Self {
        let mut text = format!("target = \"{base}\"\nrate = \"off\"\n");
        for account in Config::demo().accounts {
            let (id, secret, role) = (&account.client_id, &account.client_secret, role(&account));
            text.push_str(&format!(
                "\n[[account]]\nclient_id = {id:?}\nclient_secret = {secret:?}\nrole = \"{role}\"\n"
            ));
        }
        text.push_str("\n[fixtures]\n");
        for (name, value) in emulator::demo_fixtures() {
            text.push_str(&format!("{name} = {value:?}\n"));
        }
        if let Some(token) = emulator.expired_token("touchmark") {
            text.push_str(&format!("expired_token = {token:?}\n"));
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

    fn finish(&self, mut command: Command) -> Ran {
        let program = Path::new(env!("CARGO_BIN_EXE_touchmark")).parent().expect("the folder of the program");
        let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
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
        let port = regex::Regex::new(r"127\.0\.0\.1:\d+").expect("a pattern");
        port.replace_all(&text, "127.0.0.1:[PORT]").into_owned()
    }
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

fn role(account: &emulator::Account) -> &'static str {
    match (account.command, account.rate) {
        (Access::Full, Rate::Enforced) if account.used_this_hour > 14_900 => "spent",
        (Access::Full, Rate::Enforced) => "spare",
        (Access::Full, Rate::HeadersOnly) => "full",
        (Access::ReadOnly, _) => "read_only",
        (Access::Deny, _) => "deny",
    }
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

    pub(crate) fn requirement(&self, id: &str) -> &Value {
        self.rows("requirements").find(|row| row["id"] == id).unwrap_or_else(|| panic!("{id} is not in the report"))
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

//! Clients that other people wrote, at the emulator's feed: packages of Python and npm, and a browser. What they are given to run in this
//! folder knows the guide alone.
//!
//! In: an emulator by a clock of the test's own, and what is done there. Out: the rows that a client has in the end, which must be those
//! that stand in the emulator, every one and every field. `.ci/witnesses` installs the packages; without them these tests are skipped.

mod demonstration;
mod load;
mod site;

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use serde_json::Value;
use touchmark::emulator::Config;

use crate::support::{installed, there, with_defect};
use site::Site;

/// Longer than a client takes for anything on a busy machine.
const CLIENT_MAX: Duration = Duration::from_secs(60);

/// The text that comes with the last change.
const LAST: &str = "the last value of all";

/// What a client runs on, its script, and the package that it needs.
#[derive(Clone, Copy)]
struct Witness {
    program: &'static str,
    script: &'static str,
    package: &'static str,
}

const WEBSOCKETS: Witness =
    Witness { program: "python3", script: "follow_websockets.py", package: "python/websockets" };
const WEBSOCKET_CLIENT: Witness =
    Witness { program: "python3", script: "follow_websocket_client.py", package: "python/websocket" };
const WS: Witness = Witness { program: "node", script: "follow_ws.js", package: "node_modules/ws" };

type Rows = BTreeMap<String, BTreeMap<String, BTreeMap<String, String>>>;

#[test]
fn a_client_by_websockets_has_the_rows_of_the_emulator() {
    check(WEBSOCKETS, false);
    check(WEBSOCKETS, true);
}

#[test]
fn a_client_by_websocket_client_has_the_rows_of_the_emulator() {
    check(WEBSOCKET_CLIENT, false);
    check(WEBSOCKET_CLIENT, true);
}

#[test]
fn a_client_by_ws_has_the_rows_of_the_emulator() {
    check(WS, false);
    check(WS, true);
}

#[test]
fn a_client_of_a_feed_that_loses_deletions_has_other_rows() {
    if !WEBSOCKETS.is_installed() {
        return;
    }
    let site = Site::open(with_defect("behaviour:feed/model:deletions-lost"), true);
    let client = site.client(WEBSOCKETS);
    client.messages(1);
    // What is lost is not waited for.
    site.work(&|| client.listen(Duration::from_millis(300)));
    site.end(LAST);
    assert_ne!(rows(&client.last()), site.rows());
}

#[track_caller]
fn check(witness: Witness, tls: bool) {
    if !witness.is_installed() {
        return;
    }
    let site = Site::open(Config::demo(), tls);
    let client = site.client(witness);
    follow(&site, &client);
    same(&rows(&client.last()), &site.rows());
}

/// Has a client follow all that is done at a site.
fn follow(site: &Site, client: &Client) {
    client.messages(1);
    site.work(&|| client.messages(1));
    site.restart();
    client.messages(2);
    site.end(LAST);
}

/// Fails with the first row that differs.
#[track_caller]
fn same(has: &Rows, stands: &Rows) {
    assert_eq!(has.keys().collect::<Vec<_>>(), stands.keys().collect::<Vec<_>>());
    for (table, rows) in stands {
        assert_eq!(has[table].keys().collect::<Vec<_>>(), rows.keys().collect::<Vec<_>>(), "{table}");
        rows.iter().for_each(|(id, row)| assert_eq!(&has[table][id], row, "{table} {id}"));
    }
}

impl Witness {
    #[track_caller]
    fn is_installed(self) -> bool {
        let package = self.package;
        installed(self.program)
            && there(folder().join(package).is_dir(), &format!("{package} is not there: sh .ci/witnesses installs it"))
    }
}

/// Where `.ci/witnesses` installs.
fn folder() -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_touchmark"));
    program.ancestors().nth(2).expect("the target folder").join("witnesses")
}

/// The rows of tables that have any, all values as texts.
fn rows(model: &Value) -> Rows {
    let members = |value: &Value| value.as_object().cloned().unwrap_or_default();
    let text = |value: Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text,
        other => other.to_string(),
    };
    let row = |row: &Value| members(row).into_iter().map(|(field, value)| (field, text(value))).collect();
    let rows = |rows: &Value| members(rows).iter().map(|(id, fields)| (id.clone(), row(fields))).collect();
    let tables = members(model).into_iter().map(|(table, all)| (table, rows(&all)));
    tables.filter(|(_, rows): &(_, BTreeMap<_, _>)| !rows.is_empty()).collect()
}

/// A client that runs. It is ended with the test.
struct Client {
    child: Child,
    lines: mpsc::Receiver<String>,
}

impl Client {
    fn of(witness: Witness, arguments: &[&str]) -> Self {
        let script = scripts().join(witness.script);
        let mut command = Command::new(witness.program);
        command.arg(script).args(arguments).env("PYTHONPATH", folder().join("python"));
        // Nothing is left in the folder of the scripts.
        command.env("NODE_PATH", folder().join("node_modules")).env("PYTHONDONTWRITEBYTECODE", "1");
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("it starts");
        let (sender, lines) = mpsc::channel();
        let said = BufReader::new(child.stdout.take().expect("a pipe"));
        thread::spawn(move || said.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { child, lines }
    }

    /// Waits until it has taken so many messages more.
    fn messages(&self, count: usize) {
        (0..count).for_each(|_| drop(self.line()));
    }

    /// Waits for a message, but not longer than that.
    fn listen(&self, time: Duration) {
        assert_ne!(self.lines.recv_timeout(time), Err(mpsc::RecvTimeoutError::Disconnected), "the client ended");
    }

    /// What it has in the end.
    fn last(&self) -> Value {
        loop {
            let line = self.line();
            if line.starts_with('{') {
                return serde_json::from_str(&line).expect("JSON");
            }
        }
    }

    fn line(&self) -> String {
        self.lines.recv_timeout(CLIENT_MAX).expect("the client says something")
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where the scripts are.
fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/witnesses")
}

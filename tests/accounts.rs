//! The accounts of `emulate`: every role can be named, and stands in the configuration that it writes.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use crate::support::{Cli, Report};

/// What a run asks for that needs the accounts `spare` and `spent`, besides what anybody may ask.
const ASKED: &[&str] = &["--only", "auth/rate_limit", "--allow", "disrupt"];

#[test]
fn the_demo_accounts_have_all_roles() {
    let cli = Cli::new();
    let emulator = Running::start(&cli, &[]);
    assert_eq!(roles(&cli), ["full", "read_only", "deny", "spare", "spent", "support_reports", "other_reports"]);
    assert_nothing_is_left_untested(&cli);
    drop(emulator);
}

#[test]
fn an_account_can_be_named_for_each_role() {
    let cli = Cli::new();
    let named = ["a:s1", "b:s2:spare", "c:s3:spent", "d:s4:deny", "e:s5:read_only", "f:s6:support_reports"];
    let named: Vec<&str> = named.into_iter().chain(["g:s7:other_reports"]).flat_map(|one| ["--account", one]).collect();
    let emulator = Running::start(&cli, &named);
    assert_eq!(roles(&cli), ["full", "spare", "spent", "deny", "read_only", "support_reports", "other_reports"]);
    assert_nothing_is_left_untested(&cli);
    drop(emulator);
}

#[test]
fn a_role_that_there_is_not_is_answered_with_those_that_there_are() {
    let out = Cli::new().run(&["emulate", "--account", "a:secret:spar"]).exits(2).stderr.clone();
    for role in ["full", "read_only", "deny", "spare", "spent", "support_reports", "other_reports"] {
        assert!(out.contains(role), "{role}: {out}");
    }
    assert!(!out.contains("secret:"), "{out}");
}

#[test]
fn a_configuration_that_certify_would_refuse_is_not_written() {
    for (accounts, expected) in [
        (["a:secret:spare", "b:secret2:spare"], "two accounts have the role spare"),
        (["a:secret:spare", "a:secret2:full"], "two accounts have the id a"),
    ] {
        let accounts = accounts.into_iter().flat_map(|one| ["--account", one]);
        let line: Vec<&str> = ["emulate", "--write-config", "touchmark.toml"].into_iter().chain(accounts).collect();
        let ran = Cli::new().run(&line);
        assert!(ran.exits(2).stderr.contains(expected), "{ran:?}");
    }
}

#[track_caller]
fn assert_nothing_is_left_untested(cli: &Cli) {
    cli.run(&[&["certify"], ASKED].concat()).exits(0);
    let Report(report) = cli.report();
    let rows = report["requirements"].as_array().expect("requirements");
    // What only time shows needs patience and no account.
    let waits = |row: &serde_json::Value| row["reason"].as_str().is_some_and(|reason| reason.contains("--patience"));
    let untested: Vec<_> = rows.iter().filter(|row| row["verdict"] != "pass" && !waits(row)).collect();
    assert!(rows.len() > 5 && untested.is_empty(), "{} asked for: {untested:#?}", rows.len());
}

/// The roles of the configuration that was written, in its order.
fn roles(cli: &Cli) -> Vec<String> {
    let text = cli.read("touchmark.toml");
    let roles = text.lines().filter_map(|line| line.strip_prefix("role = "));
    roles.map(|role| role.trim_matches('"').to_owned()).collect()
}

/// `touchmark emulate` in a folder, for as long as this value lives.
struct Running(Child);

impl Running {
    /// Starts it, and waits until it says where it listens: then it has written its configuration.
    fn start(cli: &Cli, options: &[&str]) -> Running {
        let mut command = Command::new(env!("CARGO_BIN_EXE_touchmark"));
        command.args(["emulate", "--listen", "127.0.0.1:0", "--write-config", "touchmark.toml"]).args(options);
        command.current_dir(cli.path("")).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut running = Running(command.spawn().expect("the command starts"));
        let mut line = String::new();
        let stdout = running.0.stdout.as_mut().expect("its output");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        assert!(line.starts_with("listening on http://127.0.0.1:"), "{line}");
        running
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

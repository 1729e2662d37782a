//! `touchmark emulate` as its users start it: how long answers take, whose certificate is shown, what it says of its visitors, and a site of
//! their own.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use serde_json::Value;
use touchmark::emulator::{Config, load_site, sections, site_schema};

use crate::docs::read;
use crate::support::{Cli, serve, variable};

/// An emulator of the command line, ended when it is let go.
struct Emulated {
    child: Child,
    url: String,
}

impl Emulated {
    fn start(cli: &Cli, options: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_touchmark"));
        command
            .args(["emulate", "--listen", "127.0.0.1:0", "--rate-limit", "off"])
            .args(options)
            .current_dir(cli.path(""));
        let log = std::fs::File::create(cli.path("log")).expect("a file can be written");
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn().expect("it starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("a pipe");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let url = line
            .trim()
            .strip_prefix("listening on ")
            .unwrap_or_else(|| panic!("{line}\n{}", cli.read("log")))
            .to_owned();
        Self { child, url }
    }
}

impl Drop for Emulated {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const ACCOUNT: [&str; 2] = ["--account", "touchmark:touchmark-demo-secret"];
const ONE: [&str; 4] = ["--only", "=command/get_appliances/smallest", "--rate", "off"];

#[test]
fn answers_take_their_time_and_visitors_are_named_with_the_rule_that_they_broke() {
    let cli = Cli::new();
    let emulated = Emulated::start(&cli, &["--latency", "60", "--jitter", "10", "--seed", "7", "--access-log"]);
    let line = [&["certify", "--target", &emulated.url][..], &ACCOUNT, &ONE].concat();
    cli.run(&line).exits(0);
    let requests = cli.report().0["run"]["requests"].as_u64().expect("a number");
    let took_ms = cli.report().0["run"]["duration_ms"].as_u64().expect("a number");
    assert!(requests >= 3 && took_ms >= requests * 60, "{requests} requests in {took_ms} ms");
    let refused = cli.run(&["certify", "--target", &emulated.url, "--account", "touchmark:wrong", "--only", ONE[1]]);
    refused.exits(4);
    let log = cli.read("log");
    for part in [
        "who is there and who came: http://127.0.0.1",
        "GET /api/command get_appliances touchmark 200",
        "POST /oauth2/token - - 401 refused: token (Authenticate to the Remote Support API, p. 7): ",
    ] {
        assert!(log.contains(part), "{part}\n{log}");
    }
    assert!(!log.contains("wrong") && !log.contains("-secret"), "{log}");
}

#[test]
fn a_certificate_of_ones_own_is_shown() {
    let cli = Cli::new();
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).expect("a certificate");
    cli.write("own.pem", &made.cert.pem()).write("own.key", &made.signing_key.serialize_pem());
    let emulated = Emulated::start(&cli, &["--tls", "--certificate", "own.pem", "--key", "own.key"]);
    assert!(emulated.url.starts_with("https://"), "{}", emulated.url);
    let line = [&["certify", "--target", &emulated.url][..], &ACCOUNT, &ONE].concat();
    cli.run(&line).exits(4);
    cli.run(&[&line[..], &["--ca", "own.pem"]].concat()).exits(0);
    assert_eq!(cli.read("own.pem"), made.cert.pem(), "it is read, and not written");
    for (options, says) in [
        (vec!["--tls", "--certificate", "own.key", "--key", "own.key"], "the certificate is no PEM"),
        (vec!["--tls", "--certificate", "own.pem", "--key", "own.pem"], "the key is no PEM"),
        (
            vec!["--tls", "--certificate", "own.pem", "--key", "missing"],
            "name a file that can be read as a private key",
        ),
        (vec!["--key", "own.key"], "--tls"),
        (vec!["--latency", "-1"], "--latency"),
    ] {
        let ran = cli.run(&[&["emulate"][..], &options].concat());
        assert!(ran.exits(2).stderr.contains(says), "{}", ran.stderr);
    }
}

#[test]
fn a_site_of_ones_own_has_a_schema_and_a_slip_in_it_is_named() {
    let path = "specs/format/site.json";
    let made = serde_json::to_string_pretty(&site_schema()).expect("JSON") + "\n";
    if variable("TOUCHMARK_DOCS").is_some_and(|word| word == "write") {
        std::fs::write(crate::docs::top().join(path), &made).expect("a file can be written");
    }
    assert!(read(path) == made, "{path}: renew it with TOUCHMARK_DOCS=write");
    let cli = Cli::new();
    assert_eq!(cli.run(&["emulate", "--data-schema"]).exits(0).stdout, made);
    let demo = read("src/emulator/demo.toml");
    let schema = jsonschema::validator_for(&site_schema()).expect("a schema");
    let of = |text: &str| serde_json::to_value(toml::from_str::<toml::Value>(text).expect("TOML")).expect("JSON");
    assert!(schema.is_valid(&of(&demo)));
    // The schema and the reader agree on what is none.
    for (from, to) in [
        ("company_name =", "compani_name ="),
        ("maximum_key_timeout_seconds = 86400", "maximum_key_timeout_seconds = \"a day\""),
        ("languages = [", "languages = [7, "),
    ] {
        let broken = demo.replacen(from, to, 1);
        assert!(broken != demo && !schema.is_valid(&of(&broken)) && load_site(&broken).is_err(), "{to}");
    }
    cli.write("site.toml", &demo.replacen("company_name =", "compani_name =", 1));
    let ran = cli.run(&["emulate", "--data", "site.toml"]);
    let says = "site.toml: line 5, column 1: there is no key `compani_name`; did you mean `company_name`?";
    assert!(ran.exits(2).stderr.contains(says), "{}", ran.stderr);
    // Every key says what it is for.
    let undescribed: Vec<String> = made_of(&site_schema(), "");
    assert!(undescribed.is_empty(), "{undescribed:?}");
}

/// The keys of a schema without a description, by their paths.
fn made_of(schema: &Value, path: &str) -> Vec<String> {
    let mut without = Vec::new();
    for (name, value) in schema["properties"].as_object().into_iter().flatten() {
        if value.get("description").is_none() {
            without.push(format!("{path}/{name}"));
        }
    }
    for (name, value) in schema["$defs"].as_object().into_iter().flatten() {
        without.extend(made_of(value, &format!("{path}/{name}")));
    }
    without
}

#[test]
fn the_rules_that_the_log_names_stand_where_the_spec_data_have_them() {
    let spec = touchmark::spec::embedded().expect("sound data");
    let mut compared = 0;
    for (kind, section, page) in sections().iter().filter(|(kind, ..)| !kind.ends_with('/')) {
        let endpoint = spec.endpoints.values().find(|endpoint| *endpoint.id == **kind);
        let Some(endpoint) = endpoint else { continue };
        assert_eq!((endpoint.title.as_str(), endpoint.page), (*section, *page), "{kind}");
        compared += 1;
    }
    assert!(compared > 30, "{compared}");
}

#[test]
fn the_page_of_who_is_there_is_not_there_where_nobody_asked_for_it() {
    let target = serve(Config::demo());
    let cli = Cli::new();
    let line = |url: &str| format!("curl -sS -o /dev/null -w '%{{http_code}} %{{content_type}}' {url}/_emulator");
    assert_eq!(cli.shell(&line(&target.base)).stdout, "404 text/plain; charset=UTF-8");
    let emulated = Emulated::start(&cli, &[]);
    assert_eq!(cli.shell(&line(&emulated.url)).stdout, "200 text/html; charset=UTF-8");
}

//! What a run is to do: options, environment and `touchmark.toml` in one.
//!
//! In: arguments and files. Out: [`Settings`]. An option wins over the environment, the environment over the file.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use clap::Args;
use secrecy::SecretString;
use serde::Deserialize;

use super::Failure;
use crate::{
    model::{case::Class, credential::AccountRole, suite::Suite, variables::Variables},
    run::Plan,
    send::{Account, Rate},
    spec::Spec,
};

/// The file that is read when no other is named.
const CONFIG_FILE: &str = "touchmark.toml";

/// The most bytes of a file that an option names.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// Options of `certify` and `plan`.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct Options {
    /// URL of the target; a bare host means https. Without one, the embedded emulator
    ///
    /// BT_API_HOST names it otherwise
    #[arg(long, value_name = "URL")]
    pub(super) target: Option<String>,
    /// OAuth client id of the main account; BT_CLIENT_ID holds it otherwise
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// A file that holds the client secret of the main account; BT_CLIENT_SECRET holds it otherwise
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// An account and what it is for: full (default), read_only, deny, spare, spent, support_reports or other_reports
    #[arg(long = "account", value_name = "ID:SECRET[:ROLE]")]
    accounts: Vec<String>,
    /// The most that may be touched; `read` for a named target, `disrupt` for the embedded emulator
    #[arg(long, value_enum)]
    allow: Option<Class>,
    /// Only requirements whose id starts with this; `=ID` for one alone
    #[arg(long, value_name = "ID-PREFIX")]
    only: Vec<String>,
    /// Only this kind of test
    #[arg(long = "suite", value_enum, value_name = "NAME")]
    suites: Vec<Suite>,
    /// Decides every drawn value; the same seed makes the same requests
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Cases of each property
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    cases: Option<u32>,
    /// Requests a second for each account, or off
    #[arg(long, value_name = "N/s|off")]
    rate: Option<Rate>,
    /// Endpoints that are tested side by side
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=64))]
    workers: Option<u16>,
    /// Test one part of the requirements: the K-th of N
    #[arg(long, value_name = "K/N")]
    shard: Option<String>,
    /// API version of the target, when it does not say it itself
    #[arg(long, value_name = "V")]
    api_version: Option<String>,
    /// Gaps that are known and accepted, with reason and expiry
    #[arg(long, value_name = "FILE")]
    pub(super) known_gaps: Option<PathBuf>,
    /// PEM file with certificates that are trusted besides those of the system
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Take any certificate, and speak plain http to other machines
    #[arg(long)]
    insecure: bool,
    /// Most milliseconds that one exchange may take
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u64).range(10..=3_600_000))]
    timeout_ms: Option<u64>,
    /// Folder for report.json and journal.jsonl
    #[arg(long, value_name = "DIR")]
    report_dir: Option<PathBuf>,
    /// Report folder of a run that was broken off; what it has whole is not sent again
    #[arg(long, value_name = "DIR")]
    pub(super) resume: Option<PathBuf>,
    /// Configuration file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Spec data of a folder instead of the data inside the program
    #[arg(long, value_name = "DIR")]
    pub(super) specs: Option<PathBuf>,
    /// A deliberate defect of the embedded emulator
    #[arg(long = "defect", value_name = "ID")]
    pub(super) defects: Vec<String>,
    /// A reading of the embedded emulator
    #[arg(long = "reading", value_name = "NAME=READING")]
    pub(super) readings: Vec<String>,
}

/// `touchmark.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfigFile {
    target: Option<String>,
    allow: Option<String>,
    only: Option<Vec<String>>,
    suites: Option<Vec<Suite>>,
    seed: Option<u64>,
    cases: Option<u32>,
    rate: Option<String>,
    workers: Option<u16>,
    shard: Option<String>,
    api_version: Option<String>,
    known_gaps: Option<PathBuf>,
    ca: Option<PathBuf>,
    insecure: Option<bool>,
    timeout_ms: Option<u64>,
    report_dir: Option<PathBuf>,
    #[serde(default)]
    account: Vec<AccountRow>,
    #[serde(default)]
    fixtures: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountRow {
    client_id: String,
    client_secret: Option<SecretString>,
    client_secret_env: Option<String>,
    role: Option<String>,
}

/// What a run is to do.
pub(super) struct Settings {
    /// Scheme, host and port; none for the embedded emulator.
    pub(super) target: Option<String>,
    pub(super) accounts: BTreeMap<AccountRole, Account>,
    pub(super) allow: Class,
    pub(super) rate: Rate,
    pub(super) plan: Plan,
    pub(super) known_gaps: Option<PathBuf>,
    pub(super) ca_pem: Option<Vec<u8>>,
    pub(super) insecure: bool,
    pub(super) timeout_ms: u64,
    pub(super) report_dir: PathBuf,
}

/// Reads the text of a `touchmark.toml`.
///
/// # Errors
/// The line of the first fault, and what it is.
pub fn read_config(text: &str) -> Result<ConfigFile, String> {
    toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let line = text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
        format!("{line}: {}", without_value(&error.message().trim().replace(['\n', '\r'], "; ")))
    })
}

/// A fault of the parser without the value that it quotes: it may be a secret at a wrong place.
fn without_value(says: &str) -> String {
    let kind = says.split_once(": ").map(|(kind, _)| kind).filter(|kind| kind.starts_with("invalid "));
    match (kind, says.rsplit_once(", expected ")) {
        (Some(kind), Some((_, expected))) => format!("{kind}, expected {expected}"),
        _ => says.to_owned(),
    }
}

/// Reads a small text file that the operator named.
pub(super) fn read_file(path: &Path, what: &str) -> Result<String, Failure> {
    let fault =
        |says: String| Failure::usage(format!("{}: {says}\n  name a file that can be read as {what}", path.display()));
    let size = fs::metadata(path).map_err(|error| fault(error.to_string()))?.len();
    if size > FILE_BYTES_MAX {
        return Err(fault(format!("it has {size} bytes, more than the {FILE_BYTES_MAX} that {what} may have")));
    }
    fs::read_to_string(path).map_err(|error| fault(error.to_string()))
}

fn config(options: &Options) -> Result<ConfigFile, Failure> {
    let path = match &options.config {
        Some(path) => path.clone(),
        None if Path::new(CONFIG_FILE).exists() => PathBuf::from(CONFIG_FILE),
        None => return Ok(ConfigFile::default()),
    };
    let text = read_file(&path, "the configuration")?;
    read_config(&text).map_err(|fault| Failure::usage(format!("{}:{fault}", path.display())))
}

impl Settings {
    /// Puts options, environment and file together.
    pub(super) fn of(options: &Options, spec: &Spec) -> Result<Self, Failure> {
        let file = config(options)?;
        let insecure = options.insecure || file.insecure.unwrap_or(false);
        let target = match options.target.clone().or_else(|| variable("BT_API_HOST")).or_else(|| file.target.clone()) {
            Some(text) => Some(base(&text, insecure)?),
            None => None,
        };
        if target.is_some() && !(options.defects.is_empty() && options.readings.is_empty()) {
            return Err(Failure::usage(
                "--defect and --reading change the embedded emulator; they do not go with --target",
            ));
        }
        // The embedded emulator has accounts of its own.
        let accounts = if target.is_some() { accounts(options, &file)? } else { BTreeMap::new() };
        if target.is_some() && accounts.is_empty() {
            return Err(Failure::usage(
                "no credentials for the target\n  set BT_CLIENT_ID and BT_CLIENT_SECRET, give --account ID:SECRET, or write an \
                 [[account]] in touchmark.toml",
            ));
        }
        let allow = match (options.allow, &file.allow) {
            (Some(class), _) => class,
            (None, Some(word)) => <Class as clap::ValueEnum>::from_str(word, false)
                .map_err(|_| Failure::usage(format!("allow = `{word}`: write read, write or disrupt")))?,
            (None, None) if target.is_some() => Class::Read,
            (None, None) => Class::Disrupt,
        };
        let rate = match (options.rate, &file.rate) {
            (Some(rate), _) => rate,
            (None, Some(text)) => text.parse().map_err(|says: String| Failure::usage(format!("rate: {says}")))?,
            (None, None) if target.is_some() => Rate::PerSecond(20),
            (None, None) => Rate::Off,
        };
        let ca_pem = match options.ca.as_ref().or(file.ca.as_ref()) {
            Some(path) => Some(read_file(path, "PEM certificates")?.into_bytes()),
            None => None,
        };
        Ok(Self {
            target,
            accounts,
            allow,
            rate,
            plan: plan(options, &file, spec)?,
            known_gaps: options.known_gaps.clone().or(file.known_gaps),
            ca_pem,
            insecure,
            timeout_ms: options.timeout_ms.or(file.timeout_ms).unwrap_or(30_000),
            report_dir: options
                .report_dir
                .clone()
                .or(file.report_dir)
                .unwrap_or_else(|| PathBuf::from("touchmark-report")),
        })
    }
}

fn plan(options: &Options, file: &ConfigFile, spec: &Spec) -> Result<Plan, Failure> {
    let only = if options.only.is_empty() { file.only.clone().unwrap_or_default() } else { options.only.clone() };
    for prefix in &only {
        if !spec.knows(prefix) {
            let near = nearest(prefix, spec.requirements.keys());
            return Err(Failure::usage(format!(
                "--only {prefix}: no requirement's id starts with that{near}\n  touchmark spec list prints all ids"
            )));
        }
    }
    let suites =
        if options.suites.is_empty() { file.suites.clone().unwrap_or_default() } else { options.suites.clone() };
    let version = options.api_version.as_ref().or(file.api_version.as_ref());
    let api_version = version
        .map(|text| text.parse())
        .transpose()
        .map_err(|says: String| Failure::usage(format!("--api-version: {says}")))?;
    let defaults = Plan::default();
    let (secret_fixtures, fixtures) = fixtures(&file.fixtures, spec)?;
    Ok(Plan {
        leave_out: Vec::new(),
        seed: options.seed.or(file.seed).unwrap_or(defaults.seed),
        cases: options.cases.or(file.cases).unwrap_or(defaults.cases),
        only,
        suites,
        workers: options.workers.or(file.workers).map_or(defaults.workers, usize::from),
        shard: shard(options.shard.as_ref().or(file.shard.as_ref()))?,
        api_version,
        fixtures,
        secret_fixtures,
        resumed: BTreeMap::new(),
    })
}

/// What the operator says of the target: what is secret, and the rest.
fn fixtures(said: &Variables, spec: &Spec) -> Result<(Variables, Variables), Failure> {
    if let Some(unknown) = said.keys().find(|name| !spec.knows_fixture(name)) {
        return Err(Failure::usage(format!(
            "[fixtures] {unknown}: no such fixture{}\n  docs/configuration.md lists all of them",
            nearest(unknown, spec.fixtures.keys())
        )));
    }
    let secret = |name: &String| spec.fixtures.get(name).is_some_and(|fixture| fixture.secret);
    Ok(said.clone().into_iter().partition(|(name, _)| secret(name)))
}

fn shard(text: Option<&String>) -> Result<(u32, u32), Failure> {
    let Some(text) = text else { return Ok((1, 1)) };
    let parts = text.split_once('/').and_then(|(k, n)| Some((k.parse().ok()?, n.parse().ok()?)));
    match parts {
        Some((k, n)) if (1..=n).contains(&k) => Ok((k, n)),
        _ => Err(Failure::usage(format!("--shard {text}: write K/N with K from 1 to N, such as 1/4"))),
    }
}

/// The id that is most like a text, as a hint.
pub(super) fn nearest<'a>(text: &str, ids: impl Iterator<Item = &'a String>) -> String {
    let alike = |id: &String| (strsim::jaro_winkler(text, id) * 1_000.0).round();
    let best = ids.max_by(|a, b| alike(a).total_cmp(&alike(b)).then_with(|| b.len().cmp(&a.len())));
    match best.filter(|id| alike(id) > 850.0) {
        Some(id) => format!("; did you mean {id}?"),
        None => String::new(),
    }
}

/// Scheme, host and port of a target.
fn base(text: &str, insecure: bool) -> Result<String, Failure> {
    // What stands before an @ may be a secret.
    let shown = text.rsplit('@').next().unwrap_or_default();
    let fault = |says: &str| {
        Failure::usage(format!(
            "--target {shown}: {says}\n  write a host such as support.example.com, or https://HOST[:PORT]"
        ))
    };
    let whole = if text.contains("://") { text.trim().to_owned() } else { format!("https://{}", text.trim()) };
    let url = reqwest::Url::parse(&whole).map_err(|error| fault(&format!("not a URL: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(fault("only http and https are spoken"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(fault("credentials do not belong in the URL"));
    }
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return Err(fault("only the site itself is named, without a path"));
    }
    let Some(host) = url.host_str().filter(|host| !host.is_empty()) else { return Err(fault("it names no host")) };
    let loopback = host == "localhost" || host.starts_with("127.") || host == "[::1]";
    if url.scheme() == "http" && !loopback && !insecure {
        return Err(Failure {
            code: super::exit::UNREACHABLE,
            says: format!(
                "--target {text}: plain http would send the credentials in the clear\n  use https, or say --insecure"
            ),
        });
    }
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    Ok(format!("{}://{host}{port}", url.scheme()))
}

fn accounts(options: &Options, file: &ConfigFile) -> Result<BTreeMap<AccountRole, Account>, Failure> {
    let mut accounts = BTreeMap::new();
    for row in &file.account {
        let secret = match (&row.client_secret, &row.client_secret_env) {
            (Some(secret), None) => secret.clone(),
            (None, Some(name)) => environment(name)
                .ok_or_else(|| Failure::usage(format!("touchmark.toml: the environment variable {name} is not set")))?,
            _ => {
                return Err(Failure::usage(format!(
                    "touchmark.toml: the account {} needs either client_secret or client_secret_env",
                    row.client_id
                )));
            }
        };
        let role = role(row.role.as_deref().unwrap_or("full"))?;
        accounts.insert(role, Account { client_id: row.client_id.clone(), client_secret: secret });
    }
    if let Some(client_id) = options.client_id.clone().or_else(|| variable("BT_CLIENT_ID")) {
        let secret = match &options.secret_file {
            Some(path) => Some(SecretString::from(read_file(path, "the client secret")?.trim().to_owned())),
            None => environment("BT_CLIENT_SECRET"),
        };
        let client_secret = secret.ok_or_else(|| {
            Failure::usage("the client id has no secret\n  set BT_CLIENT_SECRET, or name a file with --secret-file")
        })?;
        accounts.insert(AccountRole::Full, Account { client_id, client_secret });
    }
    for text in &options.accounts {
        let (role, account) = account(text)?;
        accounts.insert(role, account);
    }
    Ok(accounts)
}

/// A variable of the environment; an empty one counts as not set.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

fn environment(name: &str) -> Option<SecretString> {
    variable(name).map(SecretString::from)
}

/// `ID:SECRET[:ROLE]`. The message never has the secret in it.
pub(super) fn account(text: &str) -> Result<(AccountRole, Account), Failure> {
    let fault = || Failure::usage(format!("--account: write ID:SECRET or ID:SECRET:ROLE; the role is {}", roles("or")));
    let mut parts = text.splitn(3, ':');
    let (Some(id), Some(secret)) = (parts.next(), parts.next()) else { return Err(fault()) };
    if id.is_empty() || secret.is_empty() {
        return Err(fault());
    }
    let role = role(parts.next().unwrap_or("full"))?;
    Ok((role, Account { client_id: id.to_owned(), client_secret: SecretString::from(secret.to_owned()) }))
}

fn role(word: &str) -> Result<AccountRole, Failure> {
    let known = AccountRole::given().find(|role| role.word() == word);
    // The word is not shown: after a secret with a colon in it, it may be the rest of the secret.
    known.ok_or_else(|| {
        Failure::usage(format!(
            "what stands for the role of an account is none; there are {}\n  \
             a secret with a colon in it goes into touchmark.toml or BT_CLIENT_SECRET",
            roles("and")
        ))
    })
}

/// The roles of accounts in a sentence.
fn roles(last: &str) -> String {
    let words: Vec<&str> = AccountRole::given().map(AccountRole::word).collect();
    match words.split_last() {
        Some((end, rest)) => format!("{} {last} {end}", rest.join(", ")),
        None => String::new(),
    }
}

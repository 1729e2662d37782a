//! The options of `certify`, `plan` and `replay`, each of them one field. What only `certify` takes stands here as well.
//!
//! In: a command line, the environment and `touchmark.toml`. Out: [`Options`]. What was typed wins over the environment, the
//! environment over the file, the file over a default. The comment of a field is its help and its row in the documents; its name is
//! its key in the file, unless the file does not have it.

use std::{
    collections::BTreeSet,
    fmt, mem,
    path::{Path, PathBuf},
};

use clap::{ArgMatches, Args, Command, Error, FromArgMatches, Id, parser::ValueSource};
use serde::Deserialize;

use super::{
    Failure,
    accounts::{self, AccountOption},
    configuration,
    gaps_file::GapsWriting,
    option_values::{RepositoryFile, RunWord, Shard, Within, fixtures, from_text, seed, seed_of_file},
    places::{Places, is_one_file},
    report_files::ReportFile,
};
use crate::{
    model::{case::Class, suite::Suite, variables::Variables},
    report::{self, Connection},
    run::Plan,
    send::Rate,
    spec::Version,
};

/// Options of `certify`, `plan` and `replay`, and keys of `touchmark.toml`.
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Options {
    /// URL of the target; a bare host means https. Without one, the embedded emulator
    #[arg(long, value_name = "URL", env = "BT_API_HOST", hide_env_values = true)]
    pub(super) target: Option<String>,
    /// OAuth client id of the main account
    #[arg(long, hide_short_help = true, value_name = "ID", env = "BT_CLIENT_ID", hide_env_values = true)]
    #[serde(skip)]
    pub(super) client_id: Option<String>,
    /// A file that holds the client secret of the main account; BT_CLIENT_SECRET holds it otherwise
    #[arg(long, hide_short_help = true, value_name = "FILE")]
    #[serde(skip)]
    pub(super) secret_file: Option<PathBuf>,
    #[arg(long, hide_short_help = true, value_name = "ID:SECRET[:ROLE]", help = accounts::HELP, long_help = accounts::long_help())]
    #[arg(value_parser = accounts::typed)]
    pub(super) account: Vec<AccountOption>,
    /// The most that may be touched
    ///
    /// Without it, `read` for a named target and `disrupt` for the embedded emulator.
    #[arg(long, value_enum)]
    pub(super) allow: Option<Class>,
    /// Only requirements whose id starts with this; `=ID` for one alone
    #[arg(long, value_name = "ID-PREFIX")]
    pub(super) only: Vec<String>,
    /// Only this kind of test
    #[arg(long = "suite", hide_short_help = true, value_enum, value_name = "NAME")]
    pub(super) suites: Vec<Suite>,
    /// Decides every drawn value; the same seed makes the same requests
    #[arg(long, hide_short_help = true, allow_negative_numbers = true, value_name = "N", default_value_t = Plan::default().seed, value_parser = seed)]
    #[serde(deserialize_with = "seed_of_file")]
    pub(super) seed: u64,
    /// A word that all names hold which the run makes, so that it can be repeated byte for byte; drawn anew for each named target
    #[arg(long, hide_short_help = true, value_name = "WORD")]
    #[serde(deserialize_with = "from_text")]
    pub(super) run_word: Option<RunWord>,
    /// Cases of each property; half as many where it is about a single value
    #[arg(long, hide_short_help = true, allow_negative_numbers = true, value_name = "N", default_value_t = Within::of(Plan::default().cases))]
    pub(super) cases: Within<1, 10_000>,
    /// Requests a second for each account, or off; 20/s for a named target, off for the embedded emulator
    #[arg(long, hide_short_help = true, allow_hyphen_values = true, value_name = "N/s|off")]
    #[serde(deserialize_with = "from_text")]
    pub(super) rate: Option<Rate>,
    /// Endpoints that are tested side by side
    #[arg(long, hide_short_help = true, allow_negative_numbers = true, value_name = "N", default_value_t = Within::of(Plan::default().workers as u32))]
    pub(super) workers: Within<1, 64>,
    /// Test one part of the requirements: the K-th of N
    #[arg(long, hide_short_help = true, allow_hyphen_values = true, value_name = "K/N")]
    #[serde(deserialize_with = "from_text")]
    pub(super) shard: Option<Shard>,
    /// Most seconds that a case may wait for something to run out, such as a session key; what waits longer is not tested
    #[arg(long, hide_short_help = true, allow_negative_numbers = true, value_name = "S", default_value_t = Within::of(0))]
    pub(super) patience: Within<0, 86_400>,
    /// API version of the target, when it does not say it itself
    #[arg(long, hide_short_help = true, allow_hyphen_values = true, value_name = "V")]
    #[serde(deserialize_with = "from_text")]
    pub(super) api_version: Option<Version>,
    /// Gaps that are known and accepted, with reason and expiry
    #[arg(long, hide_short_help = true, value_name = "FILE")]
    pub(super) known_gaps: Option<PathBuf>,
    #[command(flatten)]
    #[serde(skip)]
    pub(super) gaps_writing: GapsWriting,
    /// What is unlike the rest of its topic, where the guide leaves it open, is a warning
    #[arg(long, hide_short_help = true)]
    pub(super) strict: bool,
    /// PEM file with certificates that are trusted besides those of the system
    #[arg(long, hide_short_help = true, value_name = "FILE")]
    pub(super) ca: Option<PathBuf>,
    /// Take any certificate, and speak plain http to other machines
    #[arg(long, hide_short_help = true)]
    pub(super) insecure: bool,
    /// Most milliseconds that one exchange may take
    #[arg(long, hide_short_help = true, allow_negative_numbers = true, value_name = "MS", default_value_t = Within::of(30_000))]
    pub(super) timeout_ms: Within<10, 3_600_000>,
    /// Folder for report.json and journal.jsonl.gz
    #[arg(long, hide_short_help = true, value_name = "DIR", default_value = "touchmark-report")]
    pub(super) report_dir: PathBuf,
    /// What the report is written as besides, such as `html` or `junit=results.xml`
    ///
    /// `sarif=-` is written to standard output, and what names no file into the report folder. It can be given several times.
    #[arg(long = "report", value_name = "FORMAT[=FILE]")]
    pub(super) reports: Vec<ReportFile>,
    /// The file of your repository at which SARIF shows what was found; GitHub shows an alert only at a file that is there
    #[arg(long, hide_short_help = true, value_name = "FILE")]
    #[serde(deserialize_with = "from_text")]
    pub(super) sarif_location: Option<RepositoryFile>,
    /// Most MiB of answers that are kept to be judged; what comes after them is not judged
    #[arg(long, hide_short_help = true, allow_negative_numbers = true, value_name = "MIB", default_value_t = Within::of(256))]
    pub(super) answers_max: Within<1, 65_536>,
    /// Most MiB that the journal may take on disk; a run that reaches it ends with what it has
    #[arg(long, hide_short_help = true, allow_negative_numbers = true, value_name = "MIB", default_value_t = Within::of(1_024))]
    pub(super) journal_max: Within<1, 1_048_576>,
    /// Keep journal, report and what they were made by in one file, from which `judge` makes the report again
    #[arg(long, hide_short_help = true, value_name = "FILE")]
    #[serde(skip)]
    pub(super) bundle: Option<PathBuf>,
    /// Sign what the run shows, in the bundle, with an Ed25519 key (PKCS#8, PEM)
    #[arg(long, hide_short_help = true, value_name = "KEY", requires = "bundle")]
    #[serde(skip)]
    pub(super) attest: Option<PathBuf>,
    /// Report folder of a run that was broken off, into which the rest is written; what it has whole is not sent again
    #[arg(long, hide_short_help = true, value_name = "DIR")]
    #[serde(skip)]
    pub(super) resume: Option<PathBuf>,
    /// Configuration file; touchmark.toml is read when it is there
    #[arg(long, hide_short_help = true, value_name = "FILE")]
    #[serde(skip)]
    pub(super) config: Option<PathBuf>,
    /// Spec data of a folder instead of the data inside the program
    #[arg(long, hide_short_help = true, value_name = "DIR")]
    #[serde(skip)]
    pub(super) specs: Option<PathBuf>,
    /// A deliberate defect of the embedded emulator
    #[arg(long = "defect", hide_short_help = true, value_name = "ID")]
    #[serde(skip)]
    pub(super) defects: Vec<String>,
    /// A reading of the embedded emulator
    #[arg(long = "reading", hide_short_help = true, value_name = "NAME=READING")]
    #[serde(skip)]
    pub(super) readings: Vec<String>,
    #[arg(skip)]
    #[serde(deserialize_with = "fixtures")]
    pub(super) fixtures: Variables,
    /// The keys of the file that hold, since neither the command line nor the environment says otherwise.
    #[arg(skip)]
    #[serde(skip)]
    pub(super) of_file: BTreeSet<String>,
}

impl Options {
    /// What was given that only a target of the operator's own has use for.
    pub(super) fn of_a_target(&self) -> Option<String> {
        let given = [
            (!self.account.is_empty(), "account"),
            (self.ca.is_some(), "ca"),
            (self.insecure, "insecure"),
            (self.client_id.is_some(), "client_id"),
            (self.secret_file.is_some(), "secret_file"),
        ];
        let (_, key) = given.into_iter().find(|(is_given, _)| *is_given)?;
        Some(match key {
            "client_id" => format!("{} (or BT_CLIENT_ID)", self.place(key)),
            _ => self.place(key),
        })
    }

    /// Where the value of an option stands, as messages name it: its key in the file, or the option itself.
    pub(super) fn place(&self, key: &str) -> String {
        match self.of_file.contains(key) {
            true => format!("{}: {key}", self.config_name()),
            false => format!("--{}", key.replace('_', "-")),
        }
    }

    /// How the target is reached from a command line. Accounts that were typed are typed again, with the variables that hold them.
    pub(super) fn reach(&self) -> Connection {
        let ca = self.ca.as_ref().map(|path| path.display().to_string());
        let mut replay = String::new();
        if let Some(config) = &self.config {
            replay.push_str(&format!(" --config {}", report::quote(&config.display().to_string())));
        }
        for role in accounts::typed_roles(&self.account) {
            let (id, secret) = report::account_variables(role);
            replay.push_str(&format!(" --account \"${id}:${secret}:{}\"", role.word()));
        }
        if let Some(ca) = &ca {
            replay.push_str(&format!(" --ca {}", report::quote(ca)));
        }
        if self.insecure {
            replay.push_str(" --insecure");
        }
        if self.patience.get() > 0 {
            replay.push_str(&format!(" --patience {}", self.patience.get()));
        }
        Connection { ca, insecure: self.insecure, before: None, replay }
    }

    /// What is read, and the folder that a run writes.
    pub(super) fn places_of_run(&self, report_dir: &Path) -> Places {
        let mut places = self.places();
        places.writes_run(report_dir);
        if let Some(folder) = self.resume.as_deref().filter(|folder| !is_one_file(folder, report_dir)) {
            places.reads_run("--resume", folder);
        }
        places
    }

    /// What is read.
    pub(super) fn places(&self) -> Places {
        let mut places = Places::default();
        let default = Some(Path::new(configuration::CONFIG_FILE)).filter(|path| path.exists());
        for (option, path) in [
            ("--config", self.config.as_deref().or(default)),
            ("--known-gaps", self.known_gaps.as_deref()),
            ("--ca", self.ca.as_deref()),
            ("--secret-file", self.secret_file.as_deref()),
            ("--attest", self.attest.as_deref()),
            ("--specs", self.specs.as_deref()),
        ] {
            path.into_iter().for_each(|path| places.reads(option, path));
        }
        places
    }

    /// The configuration file as messages name it.
    pub(super) fn config_name(&self) -> String {
        self.config.as_ref().map_or(configuration::CONFIG_FILE.to_owned(), |path| path.display().to_string())
    }
}

/// The options of a command line and of the environment, before the file is put below them.
#[derive(Clone)]
pub(super) struct CommandLine(ArgMatches);

impl CommandLine {
    /// Reads the file and puts everything together.
    pub(super) fn options(&self) -> Result<Options, Failure> {
        let (mut options, keys): (Options, _) = configuration::read(self.0.get_one::<PathBuf>("config"))?;
        let mut above = self.0.clone();
        let mut empty_host = false;
        options.of_file = keys.clone();
        for id in self.0.ids().map(Id::as_str) {
            let counts_not = match self.0.value_source(id) {
                Some(ValueSource::DefaultValue) => keys.contains(id),
                // A variable that is empty counts as not set.
                Some(ValueSource::EnvVariable) => {
                    self.0.get_raw(id).into_iter().flatten().all(|text| text.to_string_lossy().trim().is_empty())
                }
                _ => false,
            };
            empty_host |= counts_not && id == "target";
            match counts_not {
                true => _ = above.try_clear_id(id),
                false if self.0.value_source(id) != Some(ValueSource::DefaultValue) => _ = options.of_file.remove(id),
                false => {}
            }
        }
        // Accounts add up, by role; everything else is replaced.
        let rows = mem::take(&mut options.account);
        options.update_from_arg_matches(&above).map_err(|error| Failure::ours(error.to_string()))?;
        options.account.splice(0..0, rows);
        // Somebody meant to name a target: to certify the emulator instead would be a pass of nothing.
        if empty_host && options.target.is_none() {
            return Err(Failure::usage(
                "BT_API_HOST is set and empty\n  set it to the URL of the target; unset it to certify the emulator inside",
            ));
        }
        Ok(options)
    }

    /// Whether an option stands on the command line itself.
    pub(super) fn has(&self, id: &str) -> bool {
        self.0.value_source(id) == Some(ValueSource::CommandLine)
    }
}

/// Secrets may be among what was typed.
impl fmt::Debug for CommandLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CommandLine").finish_non_exhaustive()
    }
}

impl FromArgMatches for CommandLine {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        Ok(Self(matches.clone()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        self.0 = matches.clone();
        Ok(())
    }
}

impl Args for CommandLine {
    fn group_id() -> Option<Id> {
        Options::group_id()
    }

    fn augment_args(command: Command) -> Command {
        Options::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Options::augment_args_for_update(command)
    }
}

/// Reads the text of a `touchmark.toml`.
///
/// # Errors
/// The line of the first fault, and what it is.
pub fn read_config(text: &str) -> Result<Options, String> {
    configuration::parse(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_the_file_that_cannot_be_used_is_named_with_its_key_and_what_to_write() {
        let check = |text: &str, says: &str| {
            let fault = read_config(text).map(|_| ()).expect_err(text);
            assert_eq!(fault, says, "{text}");
        };
        let seed = "a whole number from 0 to 18446744073709551615";
        check("seed = -3", &format!("1: seed: -3 cannot be used; write {seed}"));
        check(
            "strict = true\nseed = 18446744073709551616",
            &format!("2: seed: 18446744073709551616 cannot be used; write {seed}"),
        );
        check("seed = 1.5", &format!("1: seed: invalid type, expected {seed}"));
        check("seed = \"3\"", &format!("1: seed: invalid type, expected {seed}"));
        check("cases = 0", "1: cases: 0 cannot be used; write a whole number from 1 to 10000");
        check("workers = 65", "1: workers: 65 cannot be used; write a whole number from 1 to 64");
        check("patience = -1", "1: patience: -1 cannot be used; write a whole number from 0 to 86400");
        check("timeout_ms = true", "1: timeout_ms: invalid type, expected a whole number from 10 to 3600000");
        check("rate = 20", "1: rate: invalid type, expected a text in quotes, as it stands on the command line");
        check("[fixtures]\nknown_feed_places = 3.5", "2: invalid type, expected a text in quotes or a whole number");
        // What stands where a key belongs may be a secret.
        check("[[account]]\nclient_id = \"a\"\nclient_secret = 7", "3: invalid type, expected a string");
        assert_eq!(read_config("[fixtures]\nknown_feed_places = 30").unwrap().fixtures["known_feed_places"], "30");
        assert_eq!(read_config("seed = 9223372036854775807").unwrap().seed, i64::MAX as u64);
    }
}

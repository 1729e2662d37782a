//! `touchmark init`: a `touchmark.toml` with comments, made of what a target has.
//!
//! In: how the target is reached. Out: the file, and a line that says what to do next. What is sent only reads; no secret is written, and
//! a file that exists stays as it is.

use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write as _},
    path::{Path, PathBuf},
};

use clap::Args;

use super::{
    Failure,
    accounts::{self, AccountOption},
    configuration::CONFIG_FILE,
    exit,
    init_file::file_of,
    load_spec,
    option_values::{Within, from_text_of},
    options::Options,
    print,
    settings::Settings,
    target_run::Ready,
};
use crate::{report::plural, send::Rate};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The file that is written; one that exists stays as it is
    #[arg(value_name = "FILE", default_value = CONFIG_FILE)]
    file: PathBuf,
    /// URL of the target; a bare host means https
    #[arg(long, value_name = "URL", env = "BT_API_HOST", hide_env_values = true)]
    target: Option<String>,
    /// OAuth client id of the main account; BT_CLIENT_SECRET holds its secret
    #[arg(long, value_name = "ID", env = "BT_CLIENT_ID", hide_env_values = true)]
    client_id: Option<String>,
    /// A file that holds the client secret of the main account
    #[arg(long, hide_short_help = true, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    #[arg(long, value_name = "ID:SECRET[:ROLE]", help = accounts::HELP, long_help = accounts::long_help())]
    #[arg(value_parser = accounts::typed)]
    account: Vec<AccountOption>,
    /// PEM file with certificates that are trusted besides those of the system
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Take any certificate, and speak plain http to other machines
    #[arg(long, hide_short_help = true)]
    insecure: bool,
    /// Requests a second, or off
    #[arg(long, hide_short_help = true, value_name = "N/s|off", default_value = "20/s", value_parser = from_text_of::<Rate>)]
    rate: Rate,
    /// Most milliseconds that one exchange may take
    #[arg(long, hide_short_help = true, allow_negative_numbers = true, value_name = "MS", default_value_t = Within::of(30_000))]
    timeout_ms: Within<10, 3_600_000>,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let options = options(arguments);
    if arguments.target.as_ref().is_none_or(|target| target.trim().is_empty()) {
        return Err(Failure::usage(
            "init asks a target what it has, and none is named\n  give --target or BT_API_HOST; for the emulator, \
             `touchmark emulate --write-config touchmark.toml` writes the file",
        ));
    }
    if fs::symlink_metadata(&arguments.file).is_ok() {
        return Err(exists(&arguments.file));
    }
    let spec = load_spec(None)?;
    let mut settings = Settings::of(&options, &spec)?;
    let ready = Ready::new(&mut settings, &options)?;
    let target = settings.target.clone().unwrap_or_default();
    let given: Vec<_> = settings.accounts.keys().copied().collect();
    let looked = ready.look(&spec, &settings)?;
    let text = file_of(&spec, &looked, &options, &target, &given);
    write_new(&arguments.file, &text)?;
    let findable = spec.fixtures.values().filter(|fixture| !fixture.found_by.is_empty()).count();
    let found =
        spec.fixtures.iter().filter(|(name, fixture)| !fixture.found_by.is_empty() && looked.found.contains_key(*name));
    print(&format!(
        "wrote {}: {} of {} that a run looks for, with {}\n\
         next: set the variables that it names, then `touchmark plan` and `touchmark certify`\n",
        arguments.file.display(),
        found.count(),
        plural(findable, "fact"),
        plural(usize::try_from(looked.requests).unwrap_or(usize::MAX), "request"),
    ));
    Ok(exit::CONFORMANT)
}

/// The same as options of a run. No file is read: there is none yet.
fn options(arguments: &Arguments) -> Options {
    Options {
        target: arguments.target.clone(),
        client_id: arguments.client_id.clone().filter(|id| !id.trim().is_empty()),
        secret_file: arguments.secret_file.clone(),
        account: arguments.account.clone(),
        ca: arguments.ca.clone(),
        insecure: arguments.insecure,
        rate: Some(arguments.rate),
        timeout_ms: arguments.timeout_ms,
        report_dir: PathBuf::from("touchmark-report"),
        ..Options::default()
    }
}

fn exists(path: &Path) -> Failure {
    Failure::usage(format!(
        "{}: the file exists, and stays as it is\n  name another one: `touchmark init other.toml`; nothing was sent",
        path.display()
    ))
}

/// Writes a file that does not exist yet.
fn write_new(path: &Path, text: &str) -> Result<(), Failure> {
    let written =
        OpenOptions::new().write(true).create_new(true).open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => exists(path),
        _ => Failure::usage(format!(
            "{}: cannot be written: {error}\n  name a file in a folder that can be written to",
            path.display()
        )),
    })
}

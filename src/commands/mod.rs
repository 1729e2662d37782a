//! One file a command.
//!
//! In: arguments. Out: an exit code. Only this room and `report` make text for people, and only this room prints it: results to
//! stdout, progress and errors to stderr.

mod accounts;
mod certify;
mod configuration;
mod embedded;
mod emulate;
mod files;
mod judge;
mod known_gaps;
mod matrix;
mod memory;
mod metrics;
mod nearest;
mod option_list;
mod option_values;
mod options;
mod plan;
mod progress;
mod prove;
mod replay;
mod report_folder;
mod settings;
mod spec;
mod target;
mod target_run;

use std::{ffi::OsString, io::Write as _, process::ExitCode};

use clap::{Parser, Subcommand};

pub use configuration::read_config;
pub use known_gaps::read_known_gaps;
pub use matrix::Matrix;
pub use memory::{InMemory, OnTheWay};
pub use option_list::{OptionRow, option_list};
pub use options::Options;
pub use prove::{Proof, prove};
pub use replay::read_report;

/// Certifies anything that claims to speak the BeyondTrust Remote Support 23.2 APIs.
#[derive(Debug, Parser)]
#[command(
    name = "touchmark",
    bin_name = "touchmark",
    version,
    about,
    arg_required_else_help = true,
    max_term_width = 100
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the suites against a target and write the report; without a target, against the embedded emulator
    Certify(certify::Arguments),
    /// Print what certify would send, and send nothing
    Plan(plan::Arguments),
    /// Serve the emulator on its own, for integrations and CI
    Emulate(emulate::Arguments),
    /// Show that every must requirement can fail: the kill matrix of requirements and deliberate defects
    Prove(prove::Arguments),
    /// Judge the journal of an earlier run again, or work out the metrics of archives, offline
    Judge(judge::Arguments),
    /// Send one gap of a report again
    Replay(replay::Arguments),
    /// Look at the spec data
    Spec(spec::Arguments),
}

/// The documented exit codes of `certify`.
pub mod exit {
    /// Conformant.
    pub const CONFORMANT: u8 = 0;
    /// Gaps.
    pub const GAPS: u8 = 1;
    /// The command line, a file or a folder cannot be used.
    pub const USAGE: u8 = 2;
    /// Nothing failed, but a must could not be tested.
    pub const UNTESTED: u8 = 3;
    /// The target cannot be reached, does not take the credentials, or must not be spoken to.
    pub const UNREACHABLE: u8 = 4;
    /// Our own fault.
    pub const OURS: u8 = 5;
}

/// Why a command did not do its work: one message, and the exit code.
#[derive(Debug)]
struct Failure {
    code: u8,
    says: String,
}

impl Failure {
    fn usage(says: impl Into<String>) -> Self {
        Self { code: exit::USAGE, says: says.into() }
    }

    fn ours(says: impl Into<String>) -> Self {
        Self { code: exit::OURS, says: says.into() }
    }
}

/// Runs a command line.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are no errors; clap knows where each belongs.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { exit::USAGE } else { exit::CONFORMANT });
        }
    };
    let done = match &arguments.command {
        Command::Certify(arguments) => certify::run(arguments),
        Command::Plan(arguments) => plan::run(arguments),
        Command::Emulate(arguments) => emulate::run(arguments),
        Command::Prove(arguments) => prove::run(arguments),
        Command::Judge(arguments) => judge::run(arguments),
        Command::Replay(arguments) => replay::run(arguments),
        Command::Spec(arguments) => spec::run(arguments),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            say(&format!("error: {}", failure.says));
            ExitCode::from(failure.code)
        }
    }
}

/// Prints to stdout. A reader that went away is no fault of ours.
#[expect(clippy::disallowed_methods, reason = "the one place that prints to stdout")]
fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Prints a line to stderr.
#[expect(clippy::disallowed_methods, reason = "the one place that prints to stderr")]
fn say(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// The spec data inside the program, or that of a folder.
fn load_spec(folder: Option<&std::path::Path>) -> Result<crate::spec::Spec, Failure> {
    let loaded = match folder {
        Some(folder) => crate::spec::from_folder(folder),
        None => crate::spec::embedded(),
    };
    loaded.map_err(|faults| Failure::usage(format!("the spec data cannot be used\n{faults}")))
}

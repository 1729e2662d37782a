//! One file a command.
//!
//! In: arguments. Out: an exit code. Only this room and `report` make text for people, and only this room prints it: results to
//! stdout, progress and errors to stderr.

mod accounts;
mod against;
mod bounds;
mod certificate;
mod certify;
mod configuration;
mod console;
mod embedded;
mod emulate;
mod failure;
mod files;
mod fuzz;
mod joined;
mod judge;
mod judge_bundle;
mod judge_export;
mod judge_journal;
mod judge_options;
mod judge_recording;
mod known_gaps;
mod matrix;
mod memory;
mod metrics;
mod nearest;
mod on_dead;
mod option_list;
mod option_values;
mod options;
mod plan;
mod progress;
mod prove;
mod replay;
mod report_files;
mod report_folder;
mod select;
mod settings;
mod signals;
mod snapshot;
mod snapshot_folder;
mod snapshot_review;
mod snapshot_show;
mod snapshot_source;
mod spec;
mod spec_export;
mod target;
mod target_run;
mod verify;

use std::{ffi::OsString, process::ExitCode};

use clap::{Parser, Subcommand};

pub use failure::exit;
pub use known_gaps::read_known_gaps;
pub use matrix::{Matrix, Noticed};
pub(crate) use memory::Called;
pub use memory::{InMemory, OnTheWay};
pub use option_list::{OptionRow, option_list};
pub use options::{Options, read_config};
pub use prove::{Proof, prove};
pub use replay::read_report;

use console::{flush, print, say, unprinted};
use failure::{Failure, load_spec, with_attacks};

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
    /// Send what no library sends, and write the report; without a target, against the embedded emulator
    Fuzz(fuzz::Arguments),
    /// Print what certify would send, and send nothing
    Plan(plan::Arguments),
    /// Serve the emulator on its own, for integrations and CI
    Emulate(emulate::Arguments),
    /// Show that every must requirement can fail: the kill matrix of requirements and deliberate defects
    Prove(prove::Arguments),
    /// Judge the journal of an earlier run again, or work out the metrics of archives, offline
    Judge(judge_options::JudgeOptions),
    /// Keep what a target answers, and compare another version, day or appliance with it
    Snapshot(snapshot::Arguments),
    /// Verify a signed bundle of a run: that nothing in it was changed, who signed it, and what it says
    Verify(verify::Arguments),
    /// Send one gap of a report again
    Replay(replay::Arguments),
    /// Print what stands where in an answer: the lines of a report use it
    Select(select::Arguments),
    /// Look at the spec data
    Spec(spec::Arguments),
}

/// Runs a command line.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are no errors; clap knows where each belongs.
            let printed = error.print();
            flush(printed);
            let lost = error.use_stderr() || unprinted();
            return ExitCode::from(if lost { exit::USAGE } else { exit::CONFORMANT });
        }
    };
    let done = match &arguments.command {
        Command::Certify(arguments) => certify::run(arguments),
        Command::Fuzz(arguments) => fuzz::run(arguments),
        Command::Plan(arguments) => plan::run(arguments),
        Command::Emulate(arguments) => emulate::run(arguments),
        Command::Prove(arguments) => prove::run(arguments),
        Command::Judge(arguments) => judge::run(arguments),
        Command::Snapshot(arguments) => snapshot::run(arguments),
        Command::Verify(arguments) => verify::run(arguments),
        Command::Replay(arguments) => replay::run(arguments),
        Command::Select(arguments) => select::run(arguments),
        Command::Spec(arguments) => spec::run(arguments),
    };
    match done {
        Ok(_) if unprinted() => ExitCode::from(exit::USAGE),
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            say(&format!("error: {}", failure.says));
            ExitCode::from(failure.code)
        }
    }
}

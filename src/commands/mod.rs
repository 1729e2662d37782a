//! One file a command.
//!
//! In: arguments. Out: an exit code. Only this room and `report` make text for people, and only this room prints it: results to
//! stdout, progress and errors to stderr.

mod accounts;
mod against;
mod beyond_certify;
mod bounds;
mod certificate;
mod certify;
mod configuration;
mod console;
mod economy;
mod embedded;
mod emulate;
mod emulate_manners;
mod examples;
mod failure;
mod files;
mod fuzz;
mod gaps_file;
mod init;
mod init_file;
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
mod noticing;
mod on_dead;
mod option_list;
mod option_values;
mod options;
mod places;
mod plan;
mod progress;
mod prove;
mod replay;
mod report_files;
mod report_folder;
mod select;
mod settings;
mod shell;
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
mod text_lines;
mod verify;

use std::{ffi::OsString, process::ExitCode};

use clap::{CommandFactory as _, Parser, Subcommand};

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
    about = "Certify whatever speaks the BeyondTrust Remote Support 23.2 APIs",
    arg_required_else_help = true,
    help_template = "{about-with-newline}{usage-heading} {usage}\n\n{all-args}",
    max_term_width = 100
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Ask a target what it has, and write a touchmark.toml
    ///
    /// The file has comments: what was found and what was not, what each account may do, and what the target refused. Secrets stay in the
    /// environment, and what is sent only reads.
    #[command(after_long_help = examples::INIT)]
    Init(init::Arguments),
    /// Test a target and write a report; the embedded emulator without one
    ///
    /// A target that is named is only read, unless --allow says more.
    #[command(after_long_help = examples::CERTIFY)]
    Certify(certify::Arguments),
    /// Send a target what no library sends, and write a report
    ///
    /// Without a target it is the embedded emulator.
    #[command(after_long_help = examples::FUZZ)]
    Fuzz(fuzz::Arguments),
    /// Print what certify would send, and send nothing
    #[command(after_long_help = examples::PLAN)]
    Plan(plan::Arguments),
    /// Serve the emulator on its own, for integrations and CI
    #[command(after_long_help = examples::EMULATE)]
    Emulate(emulate::Arguments),
    /// Show that every must can fail, by breaking the emulator
    ///
    /// It makes the kill matrix of requirements and deliberate defects.
    #[command(after_long_help = examples::PROVE)]
    Prove(prove::Arguments),
    /// Judge a journal, a bundle or a recording, offline
    ///
    /// Also works out the metrics of archives, and compares two reports.
    #[command(after_long_help = examples::JUDGE)]
    Judge(judge_options::JudgeOptions),
    /// Keep what a target answers, and compare with it later
    Snapshot(snapshot::Arguments),
    /// Verify a signed bundle: who signed it, and what it says
    ///
    /// Also says what was changed in it.
    #[command(after_long_help = examples::VERIFY)]
    Verify(verify::Arguments),
    /// Send one gap of a report again
    #[command(after_long_help = examples::REPLAY)]
    Replay(replay::Arguments),
    /// Print what stands where in an answer on standard input
    ///
    /// The lines of a report use it.
    #[command(after_long_help = examples::SELECT)]
    Select(select::Arguments),
    /// Look at the spec data
    Spec(spec::Arguments),
    /// Print completions for a shell
    #[command(after_long_help = examples::COMPLETIONS)]
    Completions(shell::Completions),
    /// Write manual pages into a folder
    #[command(after_long_help = examples::MAN)]
    Man(shell::Manual),
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
        Command::Init(arguments) => init::run(arguments),
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
        Command::Completions(arguments) => shell::completions(arguments, Arguments::command()),
        Command::Man(arguments) => shell::manual(arguments, Arguments::command()),
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

//! `touchmark snapshot`: what a target answered before, and what it answers now. Here are the arguments, `record` and `check`.
//!
//! In: options as those of `certify`, or journals of earlier runs. Out: files that people review, the differences, and an exit code.

use std::{collections::BTreeSet, path::PathBuf};

use clap::{Args, Subcommand};

use super::{
    Failure, exit,
    options::CommandLine,
    print, say,
    snapshot_folder::SnapshotFolder,
    snapshot_review, snapshot_show,
    snapshot_source::{Answers, Source},
};
use crate::{
    drift::{self, DriftLevel, JudgedNow},
    report::plural,
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Keep the answers of a target, without what is of the moment
    Record(RecordArguments),
    /// Compare the answers of a target with those that were kept
    Check(CheckArguments),
    /// Take over answers that differ, one by one
    Review(snapshot_review::Review),
    /// Take secrets and snapshots that no request is left for out of a folder
    Scrub(snapshot_review::Scrub),
}

#[derive(Debug, Args)]
struct RecordArguments {
    /// Folder of the snapshots
    #[arg(long, value_name = "DIR", default_value = "touchmark-snapshots")]
    dir: PathBuf,
    /// A journal, or the report folder of a run, whose answers are kept instead of asking the target; a second one tells noise
    #[arg(long, hide_short_help = true, value_name = "JOURNAL")]
    from: Vec<PathBuf>,
    /// Put the new snapshots in the place of those that the folder has
    #[arg(long)]
    replace: bool,
    #[command(flatten)]
    options: CommandLine,
}

#[derive(Debug, Args)]
struct CheckArguments {
    /// Folder of the snapshots
    #[arg(long, value_name = "DIR", default_value = "touchmark-snapshots")]
    dir: PathBuf,
    /// A journal, or the report folder of a run, whose answers are compared instead of asking the target
    #[arg(long, hide_short_help = true, value_name = "JOURNAL")]
    from: Option<PathBuf>,
    /// The least level at which the exit code is 1
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = DriftLevel::Change)]
    fail_on: DriftLevel,
    /// Write nothing for review into the folder
    #[arg(long, hide_short_help = true)]
    no_pending: bool,
    /// Print the differences as JSON
    #[arg(long, hide_short_help = true)]
    json: bool,
    #[command(flatten)]
    options: CommandLine,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    match &arguments.command {
        Command::Record(arguments) => record(arguments),
        Command::Check(arguments) => check(arguments),
        Command::Review(arguments) => snapshot_review::review(arguments),
        Command::Scrub(arguments) => snapshot_review::scrub(arguments),
    }
}

fn record(arguments: &RecordArguments) -> Result<u8, Failure> {
    let source = Source::of(&arguments.options)?;
    let folder = SnapshotFolder::at(&arguments.dir);
    if arguments.from.len() > 2 {
        return Err(Failure::usage(
            "--from: more than two journals\n  name one, and a second one of the same target to tell noise",
        ));
    }
    if !arguments.replace && folder.has_snapshots()? {
        return Err(Failure::usage(format!(
            "{}: the folder has snapshots\n  compare with them by `touchmark snapshot check`, name another folder with --dir, or add --replace; nothing was sent",
            arguments.dir.display()
        )));
    }
    let (first, second) = match arguments.from.as_slice() {
        [] => (source.ask()?, Some(source.ask()?)),
        [one, rest @ ..] => (source.read(one)?, rest.first().map(|two| source.read(two)).transpose()?),
    };
    let mut recording = first.recording;
    if recording.snapshots.is_empty() {
        return Err(Failure { code: exit::UNTESTED, says: "there is no answer to keep\n  see what became of the requests with `touchmark certify --suite stateful`".to_owned() });
    }
    let learned = match &second {
        None => {
            say(
                "one recording does not tell noise from change: name a second journal of the same target with another --from",
            );
            drift::LearnedNoise::default()
        }
        Some(second) => drift::learn(&first.spec, &recording, &second.recording),
    };
    learned.note(&mut recording);
    // What came only once may be absent the next time, too.
    recording.snapshots.retain(|id, _| !learned.alone.contains(id));
    let written = folder.replace(recording.snapshots.values())?;
    print(&snapshot_show::recorded(&learned, written, &arguments.dir));
    Ok(if learned.constants.is_empty() { exit::CONFORMANT } else { exit::GAPS })
}

fn check(arguments: &CheckArguments) -> Result<u8, Failure> {
    let source = Source::of(&arguments.options)?;
    let folder = SnapshotFolder::at(&arguments.dir);
    let mut before = folder.read(&source.spec().guide.edition)?;
    if before.is_empty() {
        return Err(Failure::usage(format!(
            "{}: there are no snapshots\n  make them with `touchmark snapshot record`; nothing was sent",
            arguments.dir.display()
        )));
    }
    let Answers { spec, recording, judged, asked } = match &arguments.from {
        Some(journal) => source.read(journal)?,
        None => source.ask()?,
    };
    // Who asks for a part gets to know of that part alone.
    let in_part = |id: &String| {
        let own = id.split('+').next().unwrap_or_default();
        source.is_whole() || asked.contains(own)
    };
    before.retain(|id, _| in_part(id));
    let now = JudgedNow { findings: &judged.findings, masked: &judged.masked };
    let found = drift::drift(&spec, &before, &recording, &now);
    let versions: BTreeSet<&str> = before.values().map(|snapshot| snapshot.head.version.as_str()).collect();
    let version = recording.snapshots.values().next().map_or("", |snapshot| snapshot.head.version.as_str());
    match arguments.json {
        true => print(&snapshot_show::json(&found)),
        false => print(&snapshot_show::drift(&found, &versions, version)),
    }
    if !arguments.no_pending {
        folder.write_pending(&found, before.keys())?;
        if !found.pending.is_empty() && !arguments.json {
            let count = plural(found.pending.len(), "answer");
            print(&format!("{count} to review: touchmark snapshot review --dir {}\n", arguments.dir.display()));
        }
    }
    Ok(exit_code(&found, arguments.fail_on))
}

/// Whether anything is as weighty as asked for. A snapshot that could not be compared counts as a change: it is not known to be equal.
fn exit_code(found: &drift::Drift, fail_on: DriftLevel) -> u8 {
    let uncompared = !found.stale.is_empty() || !found.missing.is_empty();
    let weighs = found.rows.iter().any(|row| row.level >= fail_on);
    match (weighs, uncompared) {
        (true, _) => exit::GAPS,
        (false, true) if fail_on <= DriftLevel::Change => exit::GAPS,
        _ if found.compared == 0 => exit::UNTESTED,
        _ => exit::CONFORMANT,
    }
}

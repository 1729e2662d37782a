//! `touchmark snapshot review` and `scrub`: what becomes of the files of a folder.
//!
//! In: snapshots, and what waits beside them. Out: answers that take the place of those before, one by one, and a folder without secrets
//! and without what no request is left for. Nothing is sent.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs,
    io::{self, BufRead, IsTerminal as _, Read as _},
    path::PathBuf,
};

use clap::Args;

use super::{
    Failure,
    embedded::demo_accounts,
    exit, load_spec,
    options::CommandLine,
    print,
    settings::Settings,
    snapshot_folder::{SnapshotFolder, read_snapshot},
};
use crate::{
    drift::{self, Branch, Mark, Moved, Snapshot},
    generate,
    model::case::Class,
    report::plural,
    send::{Guard, Http, HttpSettings, Sender},
    spec::Spec,
};

/// The most bytes of an answer that is typed.
const TYPED_MAX: u64 = 64;

/// The most differences that are shown of one answer.
const SHOWN_MAX: usize = 40;

#[derive(Debug, Args)]
pub(super) struct Review {
    /// Folder of the snapshots
    #[arg(long, value_name = "DIR", default_value = "touchmark-snapshots")]
    dir: PathBuf,
    /// Take over the answer of that id, or all answers in which nothing differs but what has that fingerprint
    #[arg(long, value_name = "ID")]
    accept: Vec<String>,
    /// Drop what waits, by the same ids
    #[arg(long, value_name = "ID")]
    reject: Vec<String>,
    /// Spec data of a folder instead of the data inside the program
    #[arg(long, value_name = "DIR")]
    specs: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Scrub {
    /// Folder of the snapshots
    #[arg(long, value_name = "DIR", default_value = "touchmark-snapshots")]
    dir: PathBuf,
    #[command(flatten)]
    options: CommandLine,
}

/// An answer that waits.
struct Waiting {
    id: String,
    /// None where there is no snapshot of it.
    moved: Option<Vec<(String, Moved)>>,
    is_stale: bool,
}

impl Waiting {
    /// Whether one of the ids names it, by its own id or by the fingerprints of all that differs.
    fn is_named(&self, ids: &BTreeSet<&str>) -> bool {
        let all = |moved: &Vec<(String, Moved)>| {
            !moved.is_empty() && moved.iter().all(|(fingerprint, _)| ids.contains(fingerprint.as_str()))
        };
        ids.contains(self.id.as_str()) || !self.is_stale && self.moved.as_ref().is_some_and(all)
    }

    fn has(&self, id: &str) -> bool {
        self.id == id || self.moved.iter().flatten().any(|(fingerprint, _)| fingerprint == id)
    }

    fn text(&self) -> String {
        let mut out = format!("{}\n", self.id);
        match &self.moved {
            None => out.push_str("  a new answer, of which there is no snapshot\n"),
            Some(_) if self.is_stale => out.push_str("  another request is sent by now\n"),
            Some(moved) => {
                for (fingerprint, one) in moved.iter().take(SHOWN_MAX) {
                    let _ = writeln!(out, "  {fingerprint} {:<8} {}", one.kind.word(), one.path);
                    one.was.lines().for_each(|line| _ = writeln!(out, "    - {line}"));
                    one.is.lines().for_each(|line| _ = writeln!(out, "    + {line}"));
                }
                if moved.len() > SHOWN_MAX {
                    let _ = writeln!(out, "  and {} more", moved.len() - SHOWN_MAX);
                }
            }
        }
        out
    }
}

pub(super) fn review(arguments: &Review) -> Result<u8, Failure> {
    let spec = load_spec(arguments.specs.as_deref())?;
    let folder = SnapshotFolder::at(&arguments.dir);
    let waiting = waiting(&spec, &folder)?;
    if arguments.accept.is_empty() && arguments.reject.is_empty() {
        return if io::stdin().is_terminal() {
            ask(&folder, &waiting, &mut io::stdin().lock())
        } else {
            Ok(show(&waiting))
        };
    }
    let accept: BTreeSet<&str> = arguments.accept.iter().map(String::as_str).collect();
    let reject: BTreeSet<&str> = arguments.reject.iter().map(String::as_str).collect();
    for id in accept.union(&reject) {
        if !waiting.iter().any(|one| one.has(id)) {
            return Err(Failure::usage(format!(
                "{id}: nothing of that id or fingerprint waits in {}\n  `touchmark snapshot review < /dev/null` lists what does; nothing was changed",
                arguments.dir.display()
            )));
        }
    }
    let (mut accepted, mut rejected) = (0, 0);
    for one in &waiting {
        match (one.is_named(&reject), one.is_named(&accept)) {
            (true, _) => {
                drop_it(&folder, &one.id)?;
                rejected += 1;
            }
            (false, true) => {
                take_over(&folder, &one.id)?;
                accepted += 1;
            }
            (false, false) if accept.iter().any(|id| one.has(id)) => {
                print(&format!("{}: it has other differences, too; name its id to take over all of them\n", one.id));
            }
            _ => {}
        }
    }
    print(&format!("{} taken over, {rejected} dropped\n", plural(accepted, "answer")));
    Ok(exit::CONFORMANT)
}

fn waiting(spec: &Spec, folder: &SnapshotFolder) -> Result<Vec<Waiting>, Failure> {
    let edition = &spec.guide.edition;
    let kept = folder.read(edition)?;
    let row = |(id, new): (String, Snapshot)| {
        let old = kept.get(&id);
        let moved = old.map(|old| drift::moved(spec, old, &new));
        Waiting { is_stale: old.is_some_and(|old| old.head.digest != new.head.digest), id, moved }
    };
    Ok(folder.read_pending(edition)?.into_iter().map(row).collect())
}

/// Lists what waits; nobody is there to ask.
fn show(waiting: &[Waiting]) -> u8 {
    waiting.iter().for_each(|one| print(&one.text()));
    match waiting.len() {
        0 => print("nothing waits for review\n"),
        count => print(&format!("{} to review: take one over with --accept ID\n", plural(count, "answer"))),
    }
    if waiting.is_empty() { exit::CONFORMANT } else { exit::GAPS }
}

/// Asks at the terminal for each, until there is an answer.
fn ask(folder: &SnapshotFolder, waiting: &[Waiting], typed: &mut impl BufRead) -> Result<u8, Failure> {
    if waiting.is_empty() {
        return Ok(show(waiting));
    }
    let mut left = 0;
    'all: for (number, one) in waiting.iter().enumerate() {
        print(&one.text());
        loop {
            print(&format!("{} of {}: [a]ccept, [r]eject, [s]kip, [q]uit? ", number + 1, waiting.len()));
            match answer(typed).as_deref() {
                Some("a" | "accept") => take_over(folder, &one.id)?,
                Some("r" | "reject") => drop_it(folder, &one.id)?,
                Some("s" | "skip") => left += 1,
                Some("q" | "quit") | None => {
                    left += waiting.len() - number;
                    break 'all;
                }
                Some(_) => {
                    print("write a, r, s or q\n");
                    continue;
                }
            }
            break;
        }
    }
    print(&format!("{} left to review\n", plural(left, "answer")));
    Ok(if left == 0 { exit::CONFORMANT } else { exit::GAPS })
}

/// The line that was typed; nothing where what was typed ends before the line does. A long one is no answer, neither to this question nor to
/// the next.
fn answer(typed: &mut impl BufRead) -> Option<String> {
    let mut line = Vec::new();
    loop {
        let mut more = Vec::new();
        typed.by_ref().take(TYPED_MAX).read_until(b'\n', &mut more).ok().filter(|count| *count > 0)?;
        let ends = more.ends_with(b"\n");
        match (line.is_empty(), ends) {
            (true, true) => return Some(String::from_utf8_lossy(&more).trim().to_lowercase()),
            (false, true) => return Some(String::new()),
            // The end of input at a terminal is not there any more when it is asked for again.
            (_, false) if more.len() < TYPED_MAX as usize => return None,
            (_, false) => line = more,
        }
    }
}

fn take_over(folder: &SnapshotFolder, id: &str) -> Result<(), Failure> {
    let (new, place) = (folder.pending_file(id), folder.file(id));
    fs::rename(&new, &place).map_err(|error| Failure::usage(format!("{}: {error}\n  it still waits", new.display())))
}

fn drop_it(folder: &SnapshotFolder, id: &str) -> Result<(), Failure> {
    let new = folder.pending_file(id);
    fs::remove_file(&new).map_err(|error| Failure::usage(format!("{}: {error}\n  it still waits", new.display())))
}

pub(super) fn scrub(arguments: &Scrub) -> Result<u8, Failure> {
    let options = arguments.options.options()?;
    let spec = load_spec(options.specs.as_deref())?;
    let settings = Settings::of(&options, &spec)?;
    let folder = SnapshotFolder::at(&arguments.dir);
    let sender = knows_secrets(&settings)?;
    let asked = asked(&spec, settings.plan.seed);
    let (mut cleaned, mut stale, mut unread) = (Vec::new(), Vec::new(), Vec::new());
    let files = [folder.files(".snap")?, folder.files(".snap.new")?].concat();
    // What is asked by the document of a target that document alone says.
    let is_stale = |one: &Snapshot| {
        let by_document = spec.is_documented(&one.head.id) && !spec.requirements.contains_key(own_id(&one.head.id));
        one.head.guide != spec.guide.edition
            || !by_document && !asked.contains(&(one.head.id.clone(), one.head.digest.clone()))
    };
    for path in &files {
        match read_snapshot(path) {
            Err(says) => unread.push(format!("{}: {says}", path.display())),
            Ok(one) if is_stale(&one) => stale.push(path.clone()),
            Ok(one) => {
                let clean = without_secrets(&sender, &one);
                if clean != one {
                    cleaned.push((path.clone(), clean.write()));
                }
            }
        }
    }
    folder.write_all(&cleaned)?;
    for path in &stale {
        fs::remove_file(path).map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?;
        print(&format!("removed {}: no such request is sent by now\n", path.display()));
    }
    cleaned.iter().for_each(|(path, _)| print(&format!("took a secret out of {}\n", path.display())));
    print(&format!("{} looked at, {} cleaned, {} removed\n", plural(files.len(), "file"), cleaned.len(), stale.len()));
    match unread.is_empty() {
        true => Ok(exit::CONFORMANT),
        false => Err(Failure::usage(format!(
            "{}\n  these files are no snapshots, and stay as they are: delete them, or take them back from version control",
            unread.join("\n")
        ))),
    }
}

/// The id of the requirement of a snapshot.
fn own_id(id: &str) -> &str {
    id.split('+').next().unwrap_or_default()
}

/// A sender that sends nothing and knows the secrets of the accounts.
fn knows_secrets(settings: &Settings) -> Result<Sender, Failure> {
    let base = "http://127.0.0.1".to_owned();
    let http = Http::new(&HttpSettings { base, ca_pem: None, insecure: true, timeout_ms: settings.timeout_ms })
        .map_err(Failure::ours)?;
    let accounts = if settings.accounts.is_empty() { demo_accounts() } else { settings.accounts.clone() };
    let sender = Sender::new(Box::new(http), accounts, settings.rate, Guard::new(Class::Read));
    settings.plan.secret_fixtures.values().for_each(|secret| sender.conceal(secret));
    Ok(sender)
}

/// The ids and digests of all that is asked with plain requests by now.
fn asked(spec: &Spec, seed: u64) -> BTreeSet<(String, String)> {
    let plain = spec.all().filter(|one| one.origin.is_plain() && one.class == Class::Read);
    plain
        .flat_map(|one| {
            generate::cases(spec, one, seed, 1).into_iter().flat_map(|drawn| drift::asked(&one.id, &drawn.case))
        })
        .collect()
}

fn without_secrets(sender: &Sender, snapshot: &Snapshot) -> Snapshot {
    let mut clean = snapshot.clone();
    clean.head.request = sender.redacted(&clean.head.request);
    for place in &mut clean.head.noise {
        *place = sender.redacted(place);
    }
    redact(sender, &mut clean.answer);
    clean
}

fn redact(sender: &Sender, branch: &mut Branch) {
    branch.name = sender.redacted(&branch.name);
    for mark in &mut branch.value {
        if let Mark::Text(text) = mark {
            *text = sender.redacted(text);
        }
    }
    branch.children.iter_mut().for_each(|child| redact(sender, child));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_a_whole_line() {
        let check = |typed: &str, expected: &[Option<&str>]| {
            let mut bytes = typed.as_bytes();
            for one in expected {
                assert_eq!(answer(&mut bytes).as_deref(), *one, "{typed:?}");
            }
        };
        check("a\nR \n\n", &[Some("a"), Some("r"), Some(""), None]);
        check("a", &[None]);
        let long = format!("{}\na\n", "x".repeat(200));
        check(&long, &[Some(""), Some("a"), None]);
    }
}

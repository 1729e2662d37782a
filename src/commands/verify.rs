//! `touchmark verify`: a signed bundle held against its signature, its digests and its seal.
//!
//! In: a bundle, and the public key that should have signed it. Out: three lines of what was certified, or all that does not hold. What it says
//! is read out of the signed statement alone. Whether the report follows from the journal is what `judge` finds out.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{
    Failure, exit,
    files::{read_at_most, read_bytes},
    print, say,
};
use crate::{
    certificate::{
        self, ATTESTATION, BUNDLE_BYTES_MAX, BundleFault, BundleMembers, Claims, KeyToVerify, PUBLIC_KEY, SIGNED,
        Statement,
    },
    report::plural,
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// A bundle that `certify --bundle FILE --attest KEY` wrote
    bundle: PathBuf,
    /// The public key that should have signed it (PEM); without one, the key that the bundle names
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let path = arguments.bundle.display();
    let asked = match &arguments.key {
        Some(file) => Some(
            KeyToVerify::of_pem(&read_bytes(file, "a public key")?)
                .map_err(|says| Failure::usage(format!("--key {}: {says}", file.display())))?,
        ),
        None => None,
    };
    let bytes = read_bundle(&arguments.bundle)?;
    let members = match certificate::unpack(&bytes) {
        Ok(members) => members,
        Err(fault @ BundleFault::NoBundle(_)) => return Err(no_bundle(&arguments.bundle, &fault)),
        Err(BundleFault::Changed(what)) => return Ok(changed(&arguments.bundle, &what)),
    };
    if members.file(ATTESTATION).is_empty() {
        return Err(Failure::usage(format!(
            "{path}: it is not signed, so nobody vouches for it; nothing in it was changed\n  certify --bundle FILE --attest KEY signs, and touchmark judge {path} makes the report again"
        )));
    }
    let statement = match verified(&members, asked.as_ref()) {
        Ok(statement) => statement,
        Err(says) => return Ok(changed(&arguments.bundle, &[says])),
    };
    print(&in_three_lines(statement.0.claims()));
    match asked {
        Some(_) => print(&format!("signed by the key {}, as asked for; nothing was changed\n", statement.1)),
        None => print(&format!(
            "signed by the key {}, which the bundle itself names: --key FILE holds it against one that you trust; nothing was changed\n",
            statement.1
        )),
    }
    Ok(exit::CONFORMANT)
}

/// The bytes of a bundle.
pub(super) fn read_bundle(path: &Path) -> Result<Vec<u8>, Failure> {
    let fault = |says: String| Failure::usage(format!("{}: {says}\n  name a bundle of a run", path.display()));
    read_at_most(path, BUNDLE_BYTES_MAX, "are read").map_err(fault)
}

/// The message about a file that is no bundle.
pub(super) fn no_bundle(path: &Path, fault: &BundleFault) -> Failure {
    Failure::usage(format!("{}: {fault}\n  name a file that certify --bundle wrote", path.display()))
}

/// Says all that does not hold.
fn changed(path: &Path, what: &[String]) -> u8 {
    say(&format!("{} does not hold:", path.display()));
    for one in what {
        say(&format!("  {one}"));
    }
    exit::GAPS
}

/// The statement of a bundle, and the name of the key that signed it.
fn verified(members: &BundleMembers, asked: Option<&KeyToVerify>) -> Result<(Statement, String), String> {
    let own = KeyToVerify::of_pem(members.file(PUBLIC_KEY)).map_err(|says| {
        let says = says.lines().next().unwrap_or_default();
        format!("{PUBLIC_KEY}: {says}")
    })?;
    let key = asked.unwrap_or(&own);
    let payload = certificate::open(members.file(ATTESTATION), key).map_err(|says| format!("{ATTESTATION}: {says}"))?;
    let statement = Statement::read(&payload).map_err(|says| format!("{ATTESTATION}: {says}"))?;
    for name in SIGNED {
        let found = certificate::digest(members.file(name));
        match statement.digest_of(name) {
            Some(signed) if signed == found => {}
            Some(signed) => return Err(format!("{name} has the SHA-256 {found}, and what was signed is {signed}")),
            None => return Err(format!("{name} is not among what was signed")),
        }
    }
    Ok((statement, key.name().to_owned()))
}

/// What was certified, when and against which edition, and what was not tested. What a target says in it goes on no line of its own.
fn in_three_lines(claims: &Claims) -> String {
    let line = |text: &str| text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>();
    let api = claims.api_version.as_ref().map(|version| format!(" (API {version})")).unwrap_or_default();
    let when = match &claims.sent {
        Some((from, to)) if from == to => format!("on {from}"),
        Some((from, to)) => format!("from {from} to {to}"),
        None => "without a request".to_owned(),
    };
    let [title, edition, version] = &claims.guide;
    let count = |word: &str| claims.counts.get(word).copied().unwrap_or(0);
    let known = match claims.known_gaps.len() {
        0 => String::new(),
        count => format!(", {} accepted", plural(count, "known gap")),
    };
    let musts = match claims.untested.must.len() {
        0 => String::new(),
        count => format!(" ({count} of them a `must`, such as {})", claims.untested.must[0]),
    };
    let asked_for = match claims.untested.asked_for.as_slice() {
        [] => "everything was asked for".to_owned(),
        some => format!("only {} was asked for", some.join(" ")),
    };
    let lines = [
        format!("certified   {}{api}: {}; {} pass{known}", claims.target, claims.verdict, count("pass")),
        format!(
            "when, what  {when}, against {title}, {edition} (API {version}), by {}, spec data {}",
            claims.program, claims.data
        ),
        format!(
            "not tested  {} inconclusive{musts}, {} not applicable, {} error; {asked_for}, with --allow {}",
            count("inconclusive"),
            count("not_applicable"),
            count("error"),
            claims.untested.allow
        ),
    ];
    lines.iter().map(|text| line(text) + "\n").collect()
}

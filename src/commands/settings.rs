//! What a run is to do, from its options.
//!
//! In: [`Options`] and the spec. Out: [`Settings`]: the target's address, accounts and a plan that selects something, or the first
//! option that cannot be followed. Nothing is sent.

use std::{collections::BTreeMap, path::PathBuf};

use super::{
    Failure,
    accounts::accounts,
    files::read_file,
    nearest::nearest,
    option_values::{RunWord, Shard},
    options::Options,
    target::base,
};
use crate::{
    library::drawn_word,
    model::{case::Class, credential::AccountRole, variables::Variables},
    run::Plan,
    send::{Account, Rate},
    spec::Spec,
};

/// What a run is to do.
pub(super) struct Settings {
    /// Scheme, host and port; none for the embedded emulator.
    pub(super) target: Option<String>,
    pub(super) accounts: BTreeMap<AccountRole, Account>,
    pub(super) rate: Rate,
    pub(super) plan: Plan,
    pub(super) known_gaps: Option<PathBuf>,
    pub(super) ca_pem: Option<Vec<u8>>,
    pub(super) insecure: bool,
    pub(super) timeout_ms: u64,
    pub(super) report_dir: PathBuf,
    /// The most bytes of the journal.
    pub(super) journal_bytes_max: u64,
}

impl Settings {
    /// Follows the options.
    pub(super) fn of(options: &Options, spec: &Spec) -> Result<Self, Failure> {
        let target =
            options.target.as_ref().map(|text| base(text, options.insecure, &options.place("target"))).transpose()?;
        if target.is_some() && !(options.defects.is_empty() && options.readings.is_empty()) {
            return Err(Failure::usage(
                "--defect and --reading change the embedded emulator; they do not go with --target",
            ));
        }
        if target.is_none()
            && let Some(given) = options.of_a_target()
        {
            return Err(Failure::usage(format!(
                "{given} is for a target, and none is named\n  give --target or BT_API_HOST; without one, the emulator inside is certified"
            )));
        }
        // The embedded emulator has accounts of its own.
        let accounts = if target.is_some() {
            accounts(
                &options.account,
                &options.config_name(),
                options.client_id.as_deref(),
                options.secret_file.as_deref(),
            )?
        } else {
            BTreeMap::new()
        };
        if target.is_some() && accounts.is_empty() {
            return Err(Failure::usage(
                "no credentials for the target\n  set BT_CLIENT_ID and BT_CLIENT_SECRET, give --account ID:SECRET, or write an \
                 [[account]] in touchmark.toml",
            ));
        }
        // What is ours may be touched in every way and as fast as it goes.
        let (allow, rate) =
            if target.is_some() { (Class::Read, Rate::PerSecond(20)) } else { (Class::Disrupt, Rate::Off) };
        if options.report_dir.as_os_str().is_empty() {
            return Err(Failure::usage(format!(
                "{} is empty\n  name a folder, or leave it out for touchmark-report",
                options.place("report_dir")
            )));
        }
        let ca_pem = match &options.ca {
            Some(path) => Some(read_file(path, "PEM certificates")?.into_bytes()),
            None => None,
        };
        Ok(Self {
            target,
            accounts,
            rate: options.rate.unwrap_or(rate),
            plan: Plan { allow: options.allow.unwrap_or(allow), ..plan(options, spec)? },
            known_gaps: options.known_gaps.clone(),
            ca_pem,
            insecure: options.insecure,
            timeout_ms: options.timeout_ms.get().into(),
            report_dir: options.report_dir.clone(),
            journal_bytes_max: u64::from(options.journal_max.get()) << 20,
        })
    }
}

fn plan(options: &Options, spec: &Spec) -> Result<Plan, Failure> {
    if options.only.iter().any(|prefix| prefix.trim().trim_start_matches('=').is_empty()) {
        return Err(Failure::usage(format!(
            "{} is empty\n  write how the ids begin, such as command/, or leave it out for all",
            options.place("only")
        )));
    }
    if let Some(version) = options.api_version.filter(|version| *version > spec.guide.api_version) {
        return Err(Failure::usage(format!(
            "{} {version}: the guide is for {}, and says nothing of later ones\n  leave it out for a later target",
            options.place("api_version"),
            spec.guide.api_version
        )));
    }
    for prefix in &options.only {
        if !spec.knows(prefix) {
            let near = nearest(prefix, spec.requirements.keys());
            return Err(Failure::usage(format!(
                "{} {prefix}: no requirement's id starts with that{near}\n  touchmark spec list prints all ids",
                options.place("only")
            )));
        }
    }
    let (secret_fixtures, fixtures) = fixtures(options, spec)?;
    let Shard(part, parts) = options.shard.unwrap_or(Shard(1, 1));
    Ok(Plan {
        seed: options.seed,
        run_word: match (&options.run_word, &options.target) {
            (Some(RunWord(word)), _) => word.clone(),
            // The embedded emulator is new in each run.
            (None, None) => String::new(),
            (None, Some(_)) => drawn_word(),
        },
        cases: options.cases.get(),
        only: options.only.clone(),
        suites: options.suites.clone(),
        workers: options.workers.get() as usize,
        shard: (part, parts),
        patience_s: options.patience.get(),
        api_version: options.api_version,
        fixtures,
        secret_fixtures,
        answers_bytes_max: (options.answers_max.get() as usize) << 20,
        ..Plan::default()
    })
}

/// What the operator says of the target: what is secret, and the rest.
fn fixtures(options: &Options, spec: &Spec) -> Result<(Variables, Variables), Failure> {
    let said = &options.fixtures;
    if let Some(unknown) = said.keys().find(|name| !spec.knows_fixture(name)) {
        return Err(Failure::usage(format!(
            "{}: [fixtures] {unknown}: no such fixture{}\n  docs/configuration.md lists all of them",
            options.config_name(),
            nearest(unknown, spec.fixtures.keys())
        )));
    }
    if let Some((blank, _)) = said.iter().find(|(_, value)| value.trim().is_empty()) {
        return Err(Failure::usage(format!(
            "{}: [fixtures] {blank} is empty\n  say what the target has, or leave it out",
            options.config_name()
        )));
    }
    if let Some((name, value, kind)) = said.iter().find_map(|(name, value)| {
        let kind = spec.fixtures.get(name)?.kind;
        (!kind.fits(value)).then_some((name, value, kind))
    }) {
        return Err(Failure::usage(format!(
            "{}: [fixtures] {name}: `{value}` is not {}\n  say what the target has, or leave it out",
            options.config_name(),
            kind.in_words()
        )));
    }
    if let Some((name, value, values)) = said.iter().find_map(|(name, value)| {
        let values = &spec.fixtures.get(name)?.values;
        (!values.is_empty() && !values.contains(value)).then_some((name, value, values))
    }) {
        return Err(Failure::usage(format!(
            "{}: [fixtures] {name}: `{value}` is none of {}\n  say what the target has, or leave it out",
            options.config_name(),
            values.join(", ")
        )));
    }
    let secret = |name: &String| spec.fixtures.get(name).is_some_and(|fixture| fixture.secret);
    Ok(said.clone().into_iter().partition(|(name, _)| secret(name)))
}

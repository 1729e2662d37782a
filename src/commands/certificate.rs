//! `certify --bundle`: a run as one file, signed where a key is named.
//!
//! In: options, and at the end of the run its files and its report. Out: the bundle, whole or not at all. That it can be written and that the
//! key is one is known before anything is sent.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

use super::{Failure, files::read_bytes, options::Options, report_folder::Folder};
use crate::{
    certificate::{
        self, ATTESTATION, Claims, JOURNAL, KeyToSign, MANIFEST, Manifest, PUBLIC_KEY, Program, REPORT, Statement,
        Untried,
    },
    decode::time,
    model::{record::Record, verdict::Verdict},
    report::{Circumstances, Gap, Report, quote, verdict_in_words},
    spec::Level,
};

/// A bundle that is to be written.
pub(super) struct Carrying {
    /// As it was typed, and where that leads.
    path: PathBuf,
    place: PathBuf,
    part: PathBuf,
    key: Option<KeyToSign>,
}

impl Drop for Carrying {
    /// Where the run did not come to its end, nothing is left.
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.part);
    }
}

impl Carrying {
    /// What some options ask for, before anything is sent.
    pub(super) fn begin(options: &Options) -> Result<Option<Self>, Failure> {
        let Some(path) = options.bundle.clone() else { return Ok(None) };
        let key = match &options.attest {
            Some(file) => Some(
                KeyToSign::of_pem(&read_bytes(file, "a private key")?)
                    .map_err(|says| Failure::usage(format!("--attest {}: {says}", file.display())))?,
            ),
            None => None,
        };
        let fault = |says: &str| {
            Failure::usage(format!(
                "--bundle {}: the bundle cannot be written here: {says}\n  name a file in a folder that is there; nothing was sent",
                path.display()
            ))
        };
        match fs::metadata(&path) {
            Ok(there) if there.is_dir() => return Err(fault("it is a folder")),
            Ok(there) if !there.is_file() => return Err(fault("it is no plain file")),
            _ => {}
        }
        // A link stays one.
        let place = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
        let mut part = place.clone().into_os_string();
        part.push(".part");
        let part = PathBuf::from(part);
        fs::File::create(&part).map_err(|error| fault(&error.to_string()))?;
        Ok(Some(Self { path, place, part, key }))
    }

    /// Writes the bundle of a run whose report is written, and says where it is.
    pub(super) fn write(
        &self,
        folder: &Folder,
        report: &Report,
        around: &Circumstances,
        records: &[Record],
    ) -> Result<String, Failure> {
        let name = self.path.display();
        let fault = |says: &str| {
            Failure::usage(format!(
                "--bundle {name}: the bundle cannot be written: {says}\n  report and journal are in {}",
                folder.path.display()
            ))
        };
        let read = |path: &Path| fs::read(path).map_err(|error| fault(&format!("{}: {error}", path.display())));
        let (journal, written) = (read(&folder.journal())?, read(&folder.report())?);
        let (journal_digest, report_digest) = (certificate::digest(&journal), certificate::digest(&written));
        let program =
            Program { name: report.tool.name.clone(), version: report.tool.version.clone(), sha256: own_digest() };
        let manifest = Manifest {
            bundle: "touchmark".to_owned(),
            schema_version: Manifest::VERSION,
            program: program.clone(),
            data: report.guide.digest.clone(),
            members: BTreeMap::from([
                (JOURNAL.to_owned(), journal_digest.clone()),
                (REPORT.to_owned(), report_digest.clone()),
            ]),
            circumstances: serde_json::to_value(around).map_err(|error| fault(&error.to_string()))?,
        };
        let manifest = serde_json::to_vec_pretty(&manifest).map_err(|error| fault(&error.to_string()))?;
        let mut members: Vec<(&str, &[u8])> = vec![(MANIFEST, &manifest), (REPORT, &written), (JOURNAL, &journal)];
        let signed = self.key.as_ref().map(|key| {
            let files =
                [(REPORT, report_digest), (JOURNAL, journal_digest), (MANIFEST, certificate::digest(&manifest))];
            let made_by = [
                (format!("{} {}", program.name, program.version), program.sha256),
                ("spec data".to_owned(), Some(report.guide.digest.clone())),
            ];
            let statement = Statement::of(&files, &made_by, claims(report, records));
            (certificate::seal(&statement.to_json(), key), key.public().pem())
        });
        if let Some((envelope, public)) = &signed {
            members.extend([(ATTESTATION, envelope.as_bytes()), (PUBLIC_KEY, public.as_bytes())]);
        }
        let bytes = certificate::pack(&members).map_err(|says| fault(&says))?;
        let put = || fs::write(&self.part, bytes).and_then(|()| fs::rename(&self.part, &self.place));
        put().map_err(|error: io::Error| fault(&error.to_string()))?;
        Ok(match &self.key {
            Some(key) => format!("bundle in {name}, signed by the key {}", key.public().name()),
            None => format!("bundle in {name}, not signed"),
        })
    }
}

/// SHA-256 of the program, as it stands on the disk.
fn own_digest() -> Option<String> {
    let mut file = fs::File::open(std::env::current_exe().ok()?).ok()?;
    let (mut hash, mut buffer) = (Sha256::new(), vec![0_u8; 1 << 16]);
    loop {
        match file.read(&mut buffer).ok()? {
            0 => break,
            count => hash.update(&buffer[..count]),
        }
    }
    Some(hash.finalize().iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}")))
}

/// What the certificate of a run says.
fn claims(report: &Report, records: &[Record]) -> Claims {
    let rows = || report.requirements.iter();
    let of = |wanted: Verdict| rows().filter(move |row| row.verdict == wanted);
    let counts = [
        (Verdict::Pass, report.summary.pass),
        (Verdict::Warn, report.summary.warn),
        (Verdict::Fail, report.summary.fail),
        (Verdict::Inconclusive, report.summary.inconclusive),
        (Verdict::NotApplicable, report.summary.not_applicable),
        (Verdict::Error, report.summary.error),
    ];
    let readings = rows().filter_map(|row| Some((row.topic.clone()?, row.reading.clone()?)));
    let untried = of(Verdict::Inconclusive).filter(|row| row.level == Level::Must.word() && row.known.is_none());
    let known = report.gaps.iter().filter_map(|gap| Some((gap.requirement.to_string(), gap.known.clone()?)));
    let counted = report.gaps.iter().filter(|gap| gap.counts());
    let id = |gap: &Gap| gap.requirement.to_string();
    Claims {
        verdict: verdict_in_words(report),
        target: tested(report),
        api_version: report.target.api_version.clone(),
        sent: sent(records),
        guide: [report.guide.title.clone(), report.guide.edition.clone(), report.guide.api_version.clone()],
        data: report.guide.digest.clone(),
        program: format!("{} {}", report.tool.name, report.tool.version),
        seed: report.run.seed,
        counts: counts.map(|(verdict, count)| (verdict.word().to_owned(), count)).into(),
        readings: readings.collect(),
        gaps: counted.map(id).collect(),
        warnings: report.gaps.iter().filter(|gap| !gap.counts() && gap.known.is_none()).map(id).collect(),
        known_gaps: known.collect(),
        untested: Untried {
            must: untried.map(|row| row.id.to_string()).collect(),
            asked_for: asked_for(report),
            allow: report.run.allow.clone(),
        },
    }
}

/// What was tested; of the emulator inside also what it did otherwise on purpose.
fn tested(report: &Report) -> String {
    match report.run.emulator.as_slice() {
        [] => report.target.url.clone(),
        some => format!("{} with {}", report.target.url, some.join(", ")),
    }
}

/// What was asked for where that is not everything.
fn asked_for(report: &Report) -> Vec<String> {
    let only = report.run.only.iter().map(|prefix| format!("--only {}", quote(prefix)));
    let suites = report.run.suites.iter().map(|suite| format!("--suite {}", suite.word()));
    only.chain(suites).collect()
}

/// When the first request was sent and the last one answered.
fn sent(records: &[Record]) -> Option<(String, String)> {
    let all = || records.iter().flat_map(|record| &record.exchanges);
    let first = all().map(|exchange| exchange.at_ms).min()?;
    let end = |took_ms: u64| i64::try_from(took_ms).unwrap_or(0);
    let last = all().map(|exchange| exchange.at_ms.saturating_add(end(exchange.took_ms))).max()?;
    Some((instant(first), instant(last)))
}

fn instant(ms: i64) -> String {
    time::in_utc(ms.div_euclid(1_000))
}

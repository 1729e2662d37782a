//! A bundle: a ZIP file of known members, none of them compressed again, with a seal over all its bytes in its comment.
//!
//! In: members, or the bytes of a bundle. Out: the bytes, or the members. Whatever is not as it was written is named: a member by its digest
//! or its checksum, and what stands between the members by the seal. Only members of known names are read, each once and up to a bound.

use std::{
    collections::BTreeMap,
    fmt,
    io::{Cursor, Read as _, Write as _},
};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter, write::SimpleFileOptions};

/// The member that names all others with their digests.
pub const MANIFEST: &str = "manifest.json";
/// The report of the run.
pub const REPORT: &str = "report.json";
/// The journal of the run.
pub const JOURNAL: &str = "journal.jsonl.gz";
/// The signed statement.
pub const ATTESTATION: &str = "attestation.json";
/// The key by which the statement can be verified.
pub const PUBLIC_KEY: &str = "public-key.pem";

/// The members that a signed statement is about.
pub const SIGNED: [&str; 3] = [JOURNAL, MANIFEST, REPORT];

/// The members that there may be, and the most bytes of each.
const MEMBERS: [(&str, u64); 5] =
    [(MANIFEST, 16 << 20), (JOURNAL, 1 << 30), (REPORT, 512 << 20), (ATTESTATION, 32 << 20), (PUBLIC_KEY, 64 << 10)];

/// The most bytes of a bundle.
pub const BUNDLE_BYTES_MAX: u64 = 2 << 30;

/// What the comment of a bundle begins with. The SHA-256 of all bytes before it follows, in hexadecimal digits.
const SEAL: &str = "touchmark-bundle-sha256:";

/// The count of those digits.
const DIGITS: usize = 64;

/// What a bundle is and what it was made by, beside the digests of its members.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Always `touchmark`.
    pub bundle: String,
    /// Version of this shape.
    pub schema_version: u32,
    /// The program that made the run.
    pub program: Program,
    /// SHA-256 of the spec data.
    pub data: String,
    /// SHA-256 of the other members, by name.
    pub members: BTreeMap<String, String>,
    /// What the report needs to know besides what is in the journal.
    pub circumstances: Value,
}

/// The program that made a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Program {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of its file; none where that could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

impl Manifest {
    /// The version of the shape that is written and read.
    pub const VERSION: u32 = 1;
}

/// The members of a bundle by name, each as its manifest has it.
#[derive(Debug, Clone, PartialEq)]
pub struct BundleMembers {
    /// The manifest.
    pub manifest: Manifest,
    /// All members.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl BundleMembers {
    /// A member; nothing where there is none of that name.
    #[must_use]
    pub fn file(&self, name: &str) -> &[u8] {
        self.files.get(name).map_or(&[], Vec::as_slice)
    }
}

/// Why a file is no bundle, or not the one that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BundleFault {
    /// It is none.
    NoBundle(String),
    /// It was one, and something was changed.
    Changed(Vec<String>),
}

impl fmt::Display for BundleFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoBundle(why) => write!(f, "it is no bundle: {why}"),
            Self::Changed(what) => write!(f, "it is not as it was written: {}", what.join("; ")),
        }
    }
}

impl std::error::Error for BundleFault {}

/// SHA-256 in hexadecimal digits.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(DIGITS), |hex, byte| format!("{hex}{byte:02x}"))
}

/// Writes a bundle. The same members make the same bytes.
///
/// # Errors
/// Where the members are too large for one.
pub fn pack(members: &[(&str, &[u8])]) -> Result<Vec<u8>, String> {
    if let Some((name, bytes)) = members.iter().find(|(name, bytes)| bytes.len() as u64 > most(name)) {
        return Err(format!("{name} has {} bytes, more than the {} that are read of one", bytes.len(), most(name)));
    }
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::DEFAULT)
        .unix_permissions(0o644);
    for (name, bytes) in members {
        writer.start_file(*name, options).map_err(|error| error.to_string())?;
        writer.write_all(bytes).map_err(|error| error.to_string())?;
    }
    writer.set_comment(format!("{SEAL}{}", "0".repeat(DIGITS))).map_err(|error| error.to_string())?;
    let mut bytes = writer.finish().map_err(|error| error.to_string())?.into_inner();
    let open = bytes.len() - DIGITS;
    let seal = digest(&bytes[..open]);
    bytes[open..].copy_from_slice(seal.as_bytes());
    Ok(bytes)
}

/// Reads a bundle and holds it against its seal and its own digests.
///
/// # Errors
/// All that is not as it was written, or why it is no bundle.
pub fn unpack(bytes: &[u8]) -> Result<BundleMembers, BundleFault> {
    let sealed = sealed(bytes);
    let files = match members(bytes) {
        Ok(files) => files,
        Err(why) if sealed.is_none() => return Err(BundleFault::NoBundle(why)),
        Err(why) => return Err(BundleFault::Changed(vec![why])),
    };
    let mut faults = Vec::new();
    let manifest = match (files.get(MANIFEST), sealed) {
        (None, None) => return Err(BundleFault::NoBundle(format!("it has no {MANIFEST}"))),
        (None, Some(_)) => Err(format!("{MANIFEST} is missing")),
        (Some(bytes), _) => manifest(bytes).map_err(|why| format!("{MANIFEST}: {why}")),
    };
    match &manifest {
        Ok(manifest) => faults.extend(unlike(manifest, &files)),
        Err(why) => faults.push(why.clone()),
    }
    match sealed {
        None => faults.push("its seal, which stands at its end, is missing".to_owned()),
        Some(true) => {}
        Some(false) if faults.is_empty() => faults.push(format!(
            "its seal does not fit: {MANIFEST}, {ATTESTATION}, {PUBLIC_KEY} or what stands between the members was changed"
        )),
        Some(false) => {}
    }
    match manifest {
        Ok(manifest) if faults.is_empty() => Ok(BundleMembers { manifest, files }),
        _ => Err(BundleFault::Changed(faults)),
    }
}

/// Whether bytes end as a bundle does.
#[must_use]
pub fn is_sealed(end: &[u8]) -> bool {
    end.len().checked_sub(DIGITS).is_some_and(|open| end[..open].ends_with(SEAL.as_bytes()))
}

/// Whether the seal fits; none where there is none.
fn sealed(bytes: &[u8]) -> Option<bool> {
    let open = bytes.len().checked_sub(DIGITS)?;
    let (before, seal) = bytes.split_at(open);
    before.ends_with(SEAL.as_bytes()).then(|| seal == digest(before).as_bytes())
}

fn most(name: &str) -> u64 {
    MEMBERS.iter().find(|(known, _)| *known == name).map_or(0, |(_, most)| *most)
}

fn members(bytes: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| format!("no ZIP file: {error}"))?;
    if archive.len() > MEMBERS.len() {
        return Err(format!("{} members, more than the {} that there may be", archive.len(), MEMBERS.len()));
    }
    let mut files = BTreeMap::new();
    for number in 0..archive.len() {
        let mut entry = archive.by_index(number).map_err(|error| format!("member {}: {error}", number + 1))?;
        let name: String = entry.name().chars().take(100).collect();
        let shown = name.escape_debug().to_string();
        let most = most(&name);
        if most == 0 {
            return Err(format!("`{shown}` is no member of a bundle"));
        }
        if entry.compression() != CompressionMethod::Stored {
            return Err(format!("{shown}: it is compressed once more"));
        }
        let mut content = Vec::new();
        entry.by_ref().take(most + 1).read_to_end(&mut content).map_err(|error| format!("{shown}: {error}"))?;
        if content.len() as u64 > most {
            return Err(format!("{shown}: it has more than the {most} bytes that are read"));
        }
        if files.insert(name, content).is_some() {
            return Err(format!("{shown} is there twice"));
        }
    }
    Ok(files)
}

fn manifest(bytes: &[u8]) -> Result<Manifest, String> {
    let manifest: Manifest = serde_json::from_slice(bytes).map_err(|error| format!("it cannot be read: {error}"))?;
    match manifest.bundle == "touchmark" && manifest.schema_version == Manifest::VERSION {
        true => Ok(manifest),
        false => Err(format!("it is none of schema version {}", Manifest::VERSION)),
    }
}

/// What is otherwise than the manifest has it.
fn unlike(manifest: &Manifest, files: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let mut faults = Vec::new();
    for name in [JOURNAL, REPORT] {
        match (files.get(name), manifest.members.get(name)) {
            (None, _) => faults.push(format!("{name} is missing")),
            (_, None) => faults.push(format!("{MANIFEST} has no digest of {name}")),
            (Some(content), Some(wanted)) => {
                let found = digest(content);
                if found != *wanted {
                    faults.push(format!("{name} has the SHA-256 {found}, and {MANIFEST} names {wanted}"));
                }
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundle() -> Vec<u8> {
        let (journal, report) = (&b"a journal"[..], &b"{\"a\": \"report\"}"[..]);
        let manifest = Manifest {
            bundle: "touchmark".to_owned(),
            schema_version: Manifest::VERSION,
            program: Program { name: "touchmark".to_owned(), version: "1".to_owned(), sha256: None },
            data: String::new(),
            members: [(JOURNAL, journal), (REPORT, report)].map(|(n, b)| (n.to_owned(), digest(b))).into(),
            circumstances: Value::Null,
        };
        let manifest = serde_json::to_vec(&manifest).unwrap();
        pack(&[(MANIFEST, &manifest), (REPORT, report), (JOURNAL, journal)]).unwrap()
    }

    #[test]
    fn what_is_packed_is_unpacked_and_the_same_members_make_the_same_bytes() {
        let bytes = bundle();
        assert_eq!(bytes, bundle());
        let members = unpack(&bytes).unwrap();
        assert_eq!(members.file(JOURNAL), b"a journal");
        assert_eq!(members.files.len(), 3);
    }

    #[test]
    fn every_changed_byte_is_named() {
        let bytes = bundle();
        for at in 0..bytes.len() {
            for flip in [0x01, 0x20, 0x80] {
                let mut changed = bytes.clone();
                changed[at] ^= flip;
                let fault = unpack(&changed).expect_err("a byte was changed");
                assert!(fault.to_string().len() > 30, "{at}: {fault}");
            }
        }
        for cut in 0..bytes.len() {
            assert!(unpack(&bytes[..cut]).is_err(), "{cut}");
        }
        let mut longer = bytes.clone();
        longer.push(b'0');
        assert!(unpack(&longer).is_err());
    }

    #[test]
    fn the_changed_member_is_named() {
        let bytes = bundle();
        let at = |text: &str| (0..bytes.len()).find(|at| bytes[*at..].starts_with(text.as_bytes())).unwrap();
        for (text, says) in [("a journal", JOURNAL), ("a\": \"report", REPORT), ("schema_version", MANIFEST)] {
            let mut changed = bytes.clone();
            changed[at(text) + 3] ^= 1;
            let fault = unpack(&changed).unwrap_err().to_string();
            assert!(fault.contains(says), "{text}: {fault}");
        }
    }

    #[test]
    fn what_is_no_bundle_and_what_has_more_in_it_is_refused() {
        #[track_caller]
        fn check(members: &[(&str, &[u8])], says: &str) {
            let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
            for (name, bytes) in members {
                writer.start_file(*name, SimpleFileOptions::default()).unwrap();
                writer.write_all(bytes).unwrap();
            }
            let bytes = writer.finish().unwrap().into_inner();
            let fault = unpack(&bytes).unwrap_err().to_string();
            assert!(fault.contains(says), "{fault}");
        }
        check(&[], "no manifest.json");
        check(&[("../manifest.json", b"{}")], "no member");
        check(&[("/etc/passwd", b"")], "no member");
        check(&[(MANIFEST, &[b'{'; 4_000])], "compressed once more");
        assert!(unpack(b"").unwrap_err().to_string().contains("no bundle"));
        assert!(unpack(b"{}").unwrap_err().to_string().contains("no bundle"));
    }
}

//! Reads `specs/` and gathers every fault at once, each with file, line and what to do. A key is a field in one of the `shape` files
//! (endpoints; requirements and steps; flows, fixtures and the guide; sequences) and gets its meaning in the `lower` file of that name.
//!
//! In: the embedded files, or a folder. Out: a [`Spec`], or [`LoadErrors`]. Nothing outside the folder is read.

mod lint;
mod lint_rows;
mod lint_variables;
mod located;
mod lower_archives;
mod lower_elements;
mod lower_endpoint;
mod lower_fixtures;
mod lower_flow;
mod lower_fuzz;
mod lower_guide;
mod lower_requirement;
mod lower_sequence;
mod lower_step;
mod lower_talk;
mod named;
mod names;
mod published;
mod reader;
mod shape;
mod shape_fuzz;
mod shape_others;
mod shape_sequence;
mod shape_steps;
mod shape_talk;
#[cfg(test)]
mod tests;
mod text;
mod words;

use std::{collections::BTreeMap, fmt, fs, path::Path, sync::Arc};

use include_dir::{Dir, include_dir};
use rayon::prelude::*;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

pub use published::{ShapeOf, to_json_schema};
pub(crate) use text::did_you_mean;

use located::OrderedRows;
use named::Named;
use reader::{Place, Reader};
use text::line_of;

use super::{derive, fuzz::attack::Attacks, select::Spec};
use crate::{model::variables, vocabulary::Schemas};

/// The most bytes of one spec file.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// The file of the commands of which sequences are made.
const SEQUENCES: &str = "sequences/commands.toml";

/// The folder of attacks, the file of texts that no answer has, and that of tests elsewhere that no attack is like.
const ATTACKS: &str = "fuzz/";
const TRACES: &str = "fuzz/traces.toml";
const LAWFUL: &str = "fuzz/lawful.toml";
const PEERS: &str = "fuzz/peers.toml";

/// The folder of the JSON Schemas of the format.
const FORMAT: &str = "format/";

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/specs");

/// What is wrong with the spec data, one line a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadErrors(pub Vec<String>);

impl fmt::Display for LoadErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for LoadErrors {}

/// The spec data inside the program.
///
/// # Errors
/// What cannot be read of the data. What else can be wrong with it costs time to find, so release builds do not look for it; a test keeps
/// the committed data free of it: see [`embedded_checked`].
pub fn embedded() -> Result<Spec, LoadErrors> {
    read(&embedded_files(), if cfg!(debug_assertions) { Lints::Asked } else { Lints::Held })
}

/// The spec data inside the program, looked at as that of a folder is.
///
/// # Errors
/// The faults of the data.
pub fn embedded_checked() -> Result<Spec, LoadErrors> {
    from_files(&embedded_files())
}

fn embedded_files() -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    gather_embedded(&EMBEDDED, &mut files);
    files
}

/// Whether it is asked what names in the data mean, beyond what reading it needs.
#[derive(Clone, Copy, PartialEq)]
enum Lints {
    Asked,
    /// They hold, as somebody asked before.
    Held,
}

/// The spec data of a folder that is laid out like `specs/`.
///
/// # Errors
/// The faults of the data, or that the folder cannot be read.
pub fn from_folder(folder: &Path) -> Result<Spec, LoadErrors> {
    let mut files = BTreeMap::new();
    let mut faults = Vec::new();
    gather_folder(folder, folder, &mut files, &mut faults);
    if faults.is_empty() && files.is_empty() {
        faults.push(format!("{}: no spec files here\n  name a folder laid out like specs/", folder.display()));
    }
    if faults.is_empty() { from_files(&files) } else { Err(LoadErrors(faults)) }
}

/// The spec data of files by their paths below `specs/`.
pub(crate) fn from_files(files: &BTreeMap<String, String>) -> Result<Spec, LoadErrors> {
    read(files, Lints::Asked)
}

fn read(files: &BTreeMap<String, String>, lints: Lints) -> Result<Spec, LoadErrors> {
    let mut reader = Reader::default();
    let (mut endpoint_files, mut flow_files, mut fixtures_file) = (Vec::new(), Vec::new(), None);
    let (mut sequences_file, mut texts) = (None, Vec::new());
    let (mut attacks, mut peers_file, mut lawful_file) = (Attacks::default(), None, None);
    let mut schemas = BTreeMap::new();
    for (path, text) in files {
        if let Some(name) = path.strip_prefix("schemas/") {
            schemas.insert(name.to_owned(), text.clone());
        } else if path.starts_with(FORMAT) {
            // What editors complete and check the other files with is made of the shapes, and no data.
        } else if path == "guide.toml" {
            if let Some(shape) = parse::<shape_others::GuideFile>(path, text, &mut reader.faults) {
                reader.guide(shape, Place { path, text });
            }
        } else if path == "fixtures.toml" {
            let rows = parse::<OrderedRows<shape_others::FixtureFile>>(path, text, &mut reader.faults);
            fixtures_file = rows.map(|rows| (path, text, rows));
        } else if let Some(name) = path.strip_prefix("flows/").and_then(|n| n.strip_suffix(".toml")) {
            text::unended_variables(path, text, &mut reader.faults);
            reader.named.extend(variables::names(text));
            if let Some(shape) = parse::<shape_others::FlowFile>(path, text, &mut reader.faults) {
                flow_files.push((name.to_owned(), path, text, shape));
            }
        } else if path == SEQUENCES {
            let shape = parse::<shape_sequence::SequencesFile>(path, text, &mut reader.faults);
            sequences_file = shape.map(|shape| (path, text, shape));
        } else if path == TRACES {
            let shape = parse::<shape_fuzz::TracesFile>(path, text, &mut reader.faults);
            attacks.traces = shape.map(|shape| shape.traces.into_values().flatten().collect()).unwrap_or_default();
        } else if path == LAWFUL {
            let shape = parse::<shape_fuzz::LawfulFile>(path, text, &mut reader.faults);
            lawful_file = shape.map(|shape| (path, text, shape));
        } else if path == PEERS {
            let shape = parse::<shape_fuzz::PeersFile>(path, text, &mut reader.faults);
            peers_file = shape.map(|shape| (path, text, shape));
        } else if path.starts_with(ATTACKS) && path.ends_with(".toml") {
            if let Some(shape) = parse::<shape_fuzz::FuzzFile>(path, text, &mut reader.faults) {
                attacks.rows.extend(reader.attacks(Place { path, text }, &shape));
            }
        } else if path.ends_with(".toml") {
            for (id, text) in names::texts(path, text, &mut reader.faults) {
                text::unended_variables(path, &text, &mut reader.faults);
                reader.named.extend(variables::names(&text));
                texts.push((id, path, text));
            }
        } else {
            reader.faults.push(format!(
                "specs/{path}: not a spec file\n  spec files end in .toml; schemas live in specs/schemas"
            ));
        }
    }
    // Parsing is half of the time that loading takes.
    let parsed: Vec<_> = (texts.into_par_iter())
        .map(|(id, path, text)| {
            let mut faults = Vec::new();
            let shape = parse::<shape::EndpointFile>(path, &text, &mut faults);
            (id, path, text, shape, faults)
        })
        .collect();
    for (id, path, text, shape, faults) in parsed {
        reader.faults.extend(faults);
        match shape {
            Some(shape) => endpoint_files.push((id, path, text, shape)),
            None => _ = reader.unread.insert(id.into()),
        }
    }
    reader.schemas = schemas.keys().cloned().collect();
    let endpoint_files: Vec<_> = endpoint_files
        .iter()
        .map(|(id, path, text, shape)| (id, Named::of(Place { path, text }, shape), shape))
        .collect();
    for (id, named, shape) in &endpoint_files {
        reader.endpoint(id, named, shape);
    }
    let of_files: Vec<_> = (endpoint_files.into_par_iter())
        .map(|(id, named, shape)| {
            let mut part = reader.part();
            let written = part.requirements(id, &named, shape);
            part.unused(&named);
            (part, written, reader.endpoints.get(id.as_str()).map(|endpoint| derive::requirements(endpoint)))
        })
        .collect();
    let mut requirements = BTreeMap::new();
    for (part, written, derived) in of_files {
        reader.join(part);
        for requirement in written.into_iter().chain(derived.into_iter().flatten()) {
            reader.insert(&mut requirements, requirement);
        }
    }
    let flows: BTreeMap<_, _> =
        flow_files.iter().map(|(name, path, text, shape)| (name.clone(), reader.flow(path, text, shape))).collect();
    let fixtures = match fixtures_file {
        Some((path, text, rows)) => reader.fixtures(Place { path, text }, &rows, &flows),
        None => BTreeMap::new(),
    };
    let sequences = sequences_file.map(|(path, text, shape)| reader.sequences(path, text, &shape)).unwrap_or_default();
    reader.rest_on_the_smallest(&mut requirements);
    if lints == Lints::Asked {
        reader.lint(&requirements);
        reader.lint_variables(&requirements, &flows, &fixtures);
        reader.lint_aside(&fixtures);
        reader.lint_sets();
        reader.lint_attacks(&attacks.rows);
    }
    attacks.read = lawful_file.and_then(|(path, text, shape)| reader.lawful(Place { path, text }, &shape));
    reader.lint_lawful(&attacks);
    if let Some((path, text, shape)) = peers_file {
        attacks.peers = reader.peers(Place { path, text }, &shape, &attacks.rows);
    }
    reader.lint_guide();
    let mut json_schemas = Schemas::default();
    json_schemas.extend(&schemas);
    for (name, says) in json_schemas.faults() {
        let says = text::on_one_line(says);
        reader.faults.push(format!("specs/schemas/{name}.json: no JSON Schema: {says}; mend it or take it out"));
    }
    let guide = reader.guide.take();
    if guide.is_none() && !reader.faults.iter().any(|f| f.starts_with("specs/guide.toml")) {
        reader
            .faults
            .push("specs/guide.toml: missing\n  it names the guide, its edition and its version table".to_owned());
    }
    match guide {
        Some(guide) if reader.faults.is_empty() => {
            let endpoints =
                reader.endpoints.into_iter().map(|(id, endpoint)| (id, Arc::unwrap_or_clone(endpoint))).collect();
            let digest = digest_of(files);
            let left_out = Vec::new();
            let requirements = requirements.into_iter().map(|(id, requirement)| (id, Arc::new(requirement))).collect();
            Ok(Spec {
                guide,
                endpoints,
                requirements,
                flows,
                sequences,
                fixtures,
                schemas,
                json_schemas,
                left_out,
                attacks,
                digest,
            })
        }
        _ => Err(LoadErrors(reader.faults)),
    }
}

fn digest_of(files: &BTreeMap<String, String>) -> String {
    let mut hash = Sha256::new();
    for (path, text) in files.iter().filter(|(path, _)| !path.starts_with(FORMAT)) {
        hash.update(path.as_bytes());
        hash.update([0]);
        hash.update(text.as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn parse<T: DeserializeOwned>(path: &str, text: &str, faults: &mut Vec<String>) -> Option<T> {
    match toml::from_str(text) {
        Ok(shape) => Some(shape),
        Err(error) => {
            let line = error.span().map_or(1, |span| line_of(text, span.start));
            faults.push(format!("specs/{path}:{line}: {}", error.message().trim().replace('\n', "; ")));
            None
        }
    }
}

fn gather_embedded(folder: &Dir<'_>, files: &mut BTreeMap<String, String>) {
    for file in folder.files() {
        let text = String::from_utf8_lossy(file.contents()).into_owned();
        files.insert(file.path().to_string_lossy().replace('\\', "/"), text);
    }
    for folder in folder.dirs() {
        gather_embedded(folder, files);
    }
}

fn gather_folder(top: &Path, folder: &Path, files: &mut BTreeMap<String, String>, faults: &mut Vec<String>) {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            faults.push(format!("{}: cannot be read: {error}\n  name a folder laid out like specs/", folder.display()));
            return;
        }
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            gather_folder(top, &path, files, faults);
            continue;
        }
        let name = path.strip_prefix(top).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        let size = fs::metadata(&path).map_or(0, |meta| meta.len());
        if size > FILE_BYTES_MAX {
            faults.push(format!("specs/{name}: {size} bytes, above the {FILE_BYTES_MAX} that a spec file may have"));
            continue;
        }
        match fs::read_to_string(&path) {
            Ok(text) => {
                files.insert(name, text);
            }
            Err(error) => faults.push(format!("specs/{name}: cannot be read: {error}")),
        }
    }
}

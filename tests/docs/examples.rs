//! The files that documents show can be read: `touchmark.toml`, known gaps, an endpoint.

use std::fs;

use touchmark::{
    commands::{read_config, read_known_gaps},
    spec,
};

use super::{documents, everything_below, none, top};

#[test]
fn every_file_in_a_document_can_be_read() {
    let mut faults = Vec::new();
    let mut seen = [0; 3];
    for document in documents() {
        for block in document.text.split("```toml\n").skip(1) {
            let text = block.split("```").next().unwrap_or_default();
            let (kind, read) = if text.contains("[[gap]]") {
                (0, read_known_gaps(text, 0).map(drop))
            } else if text.contains("[request]") {
                (1, endpoint(text))
            } else {
                (2, read_config(text).map(drop))
            };
            seen[kind] += 1;
            faults.extend(read.err().map(|fault| format!("{}: {fault}\n{text}", document.path)));
        }
    }
    none(&faults);
    assert!(seen.iter().all(|files| *files > 0), "known gaps, an endpoint and touchmark.toml are shown: {seen:?}");
}

/// Reads a file of spec data among all the others.
fn endpoint(text: &str) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for path in everything_below("specs/") {
        let place = folder.path().join(&path);
        if path.ends_with('/') {
            fs::create_dir_all(place).expect("a folder can be made");
        } else {
            fs::create_dir_all(place.parent().expect("a folder")).expect("a folder can be made");
            fs::copy(top().join(&path), place).expect("a file can be copied");
        }
    }
    fs::write(folder.path().join("specs/command/of_the_document.toml"), text).expect("a file can be written");
    let spec = spec::from_folder(&folder.path().join("specs")).map_err(|faults| faults.to_string())?;
    match spec.requirements.keys().any(|id| id.starts_with("command/of_the_document/")) {
        true => Ok(()),
        false => Err("nothing derives from it".to_owned()),
    }
}

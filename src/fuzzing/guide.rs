//! Laws of what requirements are made of: files of spec data, and the OpenAPI document of a target.
//! [`spec`] alone writes, into a temporary folder of its own that it takes away again.
//!
//! In: any bytes. Out: whether they came as far as the innermost check, or a panic that names the law that does not hold.

use std::{
    collections::hash_map::RandomState,
    fs,
    hash::{BuildHasher as _, Hasher as _},
    path::{Path, PathBuf},
};

use super::{SPEC, common::one_line, text};
use crate::{decode::openapi as openapi_reader, generate, spec as guide};

/// What derived requirements rest on, as small as it can be. Without it no file with a call is accepted.
const GROUND: &str = include_str!("ground.toml");

/// The guide, without changes: they would concern endpoints that are not there.
const GUIDE: &str = "title = \"A guide\"\nedition = \"1\"\napi_version = \"1.0.0\"\n";

/// The files that a spec file is read beside.
const BESIDE: [(&str, &str); 4] = [
    ("guide.toml", GUIDE),
    ("auth/errors.toml", GROUND),
    ("auth/token.toml", GROUND),
    ("command/general.toml", GROUND),
];

/// A spec file: a first line such as `command/x.toml`, then its text, beside the guide's own file and what derived requirements rest on.
/// Either every fault names a file below `specs/` on a line of its own with indented advice, or each requirement's id starts with its
/// endpoint's.
pub fn spec(data: &[u8]) -> bool {
    let Some(text) = text(data) else { return false };
    let (path, file) = text.split_once('\n').unwrap_or(("command/x.toml", text));
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"._".contains(&b));
    let parts: Vec<&str> = path.split('/').collect();
    if path.len() > 64 || !parts.iter().all(|part| plain(part) && part.trim_matches('.').len() == part.len()) {
        return false;
    }
    // No file can stand where another has a folder.
    let inside = |one: &str, other: &str| one != other && Path::new(one).starts_with(other);
    if BESIDE.iter().any(|(other, _)| inside(path, other) || inside(other, path)) {
        return false;
    }
    let folder = Folder::new();
    BESIDE.iter().for_each(|(path, text)| folder.write(path, text));
    folder.write(path, file);
    match guide::from_folder(&folder.0) {
        Ok(read) => {
            for (id, requirement) in &read.requirements {
                assert_eq!(*id, requirement.id);
                let rest = id.strip_prefix(requirement.endpoint.as_str());
                assert!(rest.is_some_and(|rest| rest.starts_with('/')), "{id} is not below its endpoint");
                assert!(read.endpoints.contains_key(&requirement.endpoint), "{id} has no endpoint");
            }
            assert!(guide::to_json(&read).is_object(), "what is accepted can be exported");
            let beside = |endpoint: &str| BESIDE.iter().any(|(path, _)| path.trim_end_matches(".toml") == endpoint);
            read.all().any(|requirement| !beside(&requirement.endpoint))
        }
        Err(faults) => {
            assert!(!faults.0.is_empty(), "refused without a fault");
            for fault in &faults.0 {
                assert!(fault.starts_with("specs/"), "a fault that names no file: {fault:?}");
                assert!(
                    fault.lines().skip(1).all(|line| line.starts_with("  ")),
                    "a fault of several lines: {fault:?}"
                );
            }
            false
        }
    }
}

/// A temporary folder that is taken away again.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        // Each of these states has keys of its own, so side by side no two calls share a folder.
        let name = RandomState::new().build_hasher().finish();
        let path = std::env::temp_dir().join(format!("touchmark-spec-{name:016x}"));
        fs::create_dir_all(&path).expect("the temporary folder can be written");
        Self(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap_or(&self.0)).expect("a folder can be made in it");
        fs::write(&path, text).expect("a file can be written in it");
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The most requirements of a document that are drawn.
const DRAWN_MAX: usize = 64;

/// OpenAPI documents: what is read and written again as JSON reads the same; what is made of a document stands below the Configuration
/// API, is called in a way that can be pasted, and can be drawn.
pub fn openapi(data: &[u8]) -> bool {
    let Some(text) = text(data) else { return false };
    let contract = match openapi_reader::read(text) {
        Ok(contract) => contract,
        Err(fault) => {
            one_line(&fault.to_string());
            return false;
        }
    };
    let again = openapi_reader::read(&contract.document.to_string()).expect("what was read can be read again");
    assert_eq!(again.operations.len(), contract.operations.len(), "other operations");
    // A number with a point may be read a little otherwise.
    if again.document == contract.document {
        assert_eq!(again, contract, "what is written reads otherwise");
    }
    let extended = guide::openapi::extend(&SPEC, &contract);
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~/{}".contains(c);
    let made = extended.spec.requirements.iter().filter(|(id, _)| !SPEC.requirements.contains_key(*id));
    let mut drawn = 0;
    for (id, requirement) in made {
        assert!(id.starts_with("configuration/") && id.chars().all(plain), "{id}");
        assert!(extended.spec.endpoints.contains_key(&requirement.endpoint), "{id} has no endpoint");
        if drawn < DRAWN_MAX {
            let cases = generate::cases(&extended.spec, requirement, 0, 1);
            assert_eq!(cases.len(), 1, "{id} cannot be drawn");
            drawn += 1;
        }
    }
    drawn > 0
}

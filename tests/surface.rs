//! What the crate promises, as a text whose changes are read like code, and what a package of it has.

use std::{collections::BTreeSet, fmt::Write as _, process::Command};

use crate::docs::{read, top};
use crate::support::snapshot;

#[test]
fn the_public_surface_is_this() {
    let crate_top = read("src/lib.rs");
    let mut out = String::new();
    let uses = regex::Regex::new(r"(?s)\npub use ([^;]+);").expect("a pattern");
    for found in uses.captures_iter(&crate_top) {
        let _ = writeln!(out, "pub use {}", found[1].split_whitespace().collect::<Vec<_>>().join(" "));
    }
    let item = r"(?m)^( *)(pub (?:fn|struct|enum) [^{;]+)|^(    [A-Z]\w+\(String\)),$";
    let item = regex::Regex::new(item).expect("a pattern");
    for file in ["certify", "conformance", "local_emulator", "answers", "error"] {
        let _ = writeln!(out, "\n{file}");
        let text = read(&format!("src/library/{file}.rs"));
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        for found in item.captures_iter(text) {
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            match (found.get(2), found.get(3)) {
                (Some(line), _) => _ = writeln!(out, "  {}{}", &found[1], words(line.as_str())),
                (_, Some(line)) => _ = writeln!(out, "      {}", words(line.as_str())),
                _ => {}
            }
        }
    }
    snapshot("public-surface", &out);
}

#[test]
fn everything_else_is_hidden() {
    let crate_top = read("src/lib.rs");
    let modules = regex::Regex::new(r"(?m)^(#\[doc\(hidden\)\]\n)?pub mod (\w+);").expect("a pattern");
    let shown: Vec<&str> = modules
        .captures_iter(&crate_top)
        .filter(|m| m.get(1).is_none())
        .map(|m| m.get(2).map_or("", |m| m.as_str()))
        .collect();
    assert_eq!(shown, Vec::<&str>::new(), "what is public stands at the top of the crate");
    assert!(modules.captures_iter(&crate_top).count() > 10);
}

#[test]
fn a_package_has_what_the_crate_is_made_of_and_nothing_else() {
    let listed = Command::new("cargo")
        .args(["package", "--list", "--allow-dirty", "--offline", "--manifest-path"])
        .arg(top().join("Cargo.toml"))
        .output()
        .expect("cargo");
    let names = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert!(listed.status.success(), "{}", String::from_utf8_lossy(&listed.stderr));
    let names: BTreeSet<&str> = names.lines().collect();
    let made = ["Cargo.toml.orig", ".cargo_vcs_info.json"];
    let known = ["Cargo.toml", "Cargo.lock", "LICENSE", "README.md", "CHANGELOG.md"];
    let strange: Vec<&&str> = names
        .iter()
        .filter(|name| !name.starts_with("src/") && !name.starts_with("specs/"))
        .filter(|name| !made.contains(name) && !known.contains(name))
        .collect();
    assert!(strange.is_empty(), "{strange:?}");
    for needed in ["LICENSE", "src/lib.rs", "src/emulator/demo.toml", "specs/guide.toml", "specs/schemas/command.xsd"] {
        assert!(names.contains(needed), "{needed}");
    }
    // What a registry asks of a crate.
    let manifest = read("Cargo.toml");
    for key in ["description = ", "license = ", "readme = ", "keywords = ", "rust-version = "] {
        assert!(manifest.contains(key), "{key}");
    }
    assert!(!manifest.contains("publish = false") && !manifest.contains("repository ="));
}

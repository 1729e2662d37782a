//! The recipes for other people's machines: they can be read, what they name is there and pinned, and their command lines do what they are for.
//!
//! A recipe runs in a folder of its own against the emulator, with fewer requirements; what installs or publishes is left out, by name.

use std::{fs, net::TcpListener};

use serde_json::Value;

use crate::docs::{read, top, words};
use crate::support::{Cli, installed};

/// Beginnings of lines that are not run, and why.
const NOT_RUN: &[(&str, &str)] = &[
    ("sudo ", "it changes the machine"),
    ("apt-get ", "it changes the machine"),
    ("cargo ", "the tests have built it"),
    ("export PATH=", "the tests have it on the path"),
    ("echo \"BT_API_HOST=", "it is for a target of one's own"),
    ("curl -fsSL -o touchmark.tar.gz ", "it fetches a release"),
    ("echo \"$TOUCHMARK_SHA256 ", "it holds that against its digest"),
    ("sh .ci/release ", "it takes minutes, and is run by hand"),
    ("gh ", "it publishes"),
];

/// The scripts of a recipe, in their order.
fn scripts(name: &str, text: &str) -> Result<Vec<String>, String> {
    if name.ends_with("Jenkinsfile") {
        let step = regex::Regex::new(r"(?m)^\s*sh '([^'\n]+)'$").expect("a pattern");
        let balanced = text.matches('{').count() == text.matches('}').count();
        let all = step.captures_iter(text).map(|found| found[1].to_owned());
        return if balanced { Ok(all.collect()) } else { Err("braces that do not match".to_owned()) };
    }
    let value: Value = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
    let mut all = Vec::new();
    gather(&value, &mut all);
    Ok(all)
}

/// What stands below `run`, `before_script` and `script`.
fn gather(value: &Value, all: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match (name.as_str(), value) {
                    ("run", Value::String(text)) => all.push(text.clone()),
                    ("script" | "before_script", Value::Array(lines)) => {
                        all.extend(lines.iter().filter_map(Value::as_str).map(str::to_owned));
                    }
                    _ => gather(value, all),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| gather(item, all)),
        _ => {}
    }
}

/// What is wrong with a recipe as it stands.
fn faults(cli: &Cli, name: &str, text: &str) -> Vec<String> {
    let scripts = match scripts(name, text) {
        Ok(scripts) => scripts,
        Err(fault) => return vec![format!("{name}: {fault}")],
    };
    let mut faults = Vec::new();
    let uses = regex::Regex::new(r"uses: (\S+)(.*)").expect("a pattern");
    let pinned = regex::Regex::new(r"^[\w-]+/[\w/-]+@[0-9a-f]{40}$").expect("a pattern");
    for found in uses.captures_iter(text) {
        if !pinned.is_match(&found[1]) || !found[2].starts_with(" # v") {
            faults.push(format!("{name}: `{}` is not pinned to a commit with its version behind it", found[0].trim()));
        }
    }
    let lines: Vec<&str> = scripts.iter().flat_map(|script| script.lines()).map(str::trim).collect();
    for line in lines.iter().filter(|line| line.starts_with("touchmark ")) {
        let words = words(line);
        let mut words: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
        words.push("--help");
        let ran = cli.run(&words);
        if ran.code != 0 {
            faults.push(format!("{name}: `{line}`: {}", ran.stderr.trim()));
        }
    }
    for path in lines.iter().filter_map(|line| line.strip_prefix("sh ")?.split(' ').next()) {
        if !top().join(path).exists() {
            faults.push(format!("{name}: there is no {path}"));
        }
    }
    if scripts.is_empty() {
        faults.push(format!("{name}: it does nothing"));
    }
    faults
}

fn recipes() -> Vec<(String, String)> {
    let folder = fs::read_dir(top().join("docs/recipes")).expect("docs/recipes");
    let mut names: Vec<String> =
        folder.flatten().map(|entry| format!("docs/recipes/{}", entry.file_name().to_string_lossy())).collect();
    names.sort();
    names.into_iter().map(|name| (read(&name), name)).map(|(text, name)| (name, text)).collect()
}

#[test]
fn every_recipe_can_be_read_and_typed() {
    let cli = Cli::new();
    let faults: Vec<String> = recipes().iter().flat_map(|(name, text)| faults(&cli, name, text)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(recipes().len() >= 5);
}

#[test]
fn a_recipe_that_is_wrong_is_noticed() {
    let cli = Cli::new();
    for (name, text, fault) in [
        ("a.yml", "jobs:\n  a:\n  steps: [", "a.yml: "),
        ("a.yml", "jobs: {}\n", "it does nothing"),
        ("a.yml", "steps:\n  - run: touchmark certify --junit\n", "--junit"),
        ("a.yml", "script:\n  - sh .ci/nothing\n", "there is no .ci/nothing"),
        ("a.yml", "steps:\n  - uses: actions/checkout@v4\n  - run: cargo build\n", "is not pinned"),
        ("Jenkinsfile", "stage {\n sh 'touchmark judg'\n}\n", "judg"),
        ("Jenkinsfile", "stage {\n sh 'touchmark plan'\n", "braces"),
    ] {
        let found = faults(&cli, name, text).join("\n");
        assert!(found.contains(fault), "{text}\n{found}");
    }
}

#[test]
fn every_recipe_does_what_it_is_for() {
    if !installed("curl") {
        return;
    }
    let mut not_run = vec![false; NOT_RUN.len()];
    for (name, text) in recipes() {
        let scripts = scripts(&name, &text).expect("a recipe");
        let lines = scripts.iter().flat_map(|script| script.lines()).map(str::trim).filter(|line| {
            let left_out = NOT_RUN.iter().position(|(beginning, _)| line.starts_with(beginning));
            if let Some(row) = left_out {
                not_run[row] = true;
            }
            left_out.is_none() && !line.is_empty()
        });
        let lines: Vec<&str> = lines.collect();
        if lines.is_empty() {
            continue;
        }
        let free = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let script = format!(
            "set -e\ntrap '[ -z \"$!\" ] || kill \"$!\"' EXIT\n{}\n",
            lines.join("\n").replace("127.0.0.1:8080", &format!("127.0.0.1:{free}"))
        );
        let cli = Cli::new();
        cli.write("touchmark.toml", "only = [\"command/get_api_info/smallest\"]\n");
        let ran = cli.shell(&script);
        assert_eq!(ran.code, 0, "{name}\n{script}\n{}\n{}", ran.stdout, ran.stderr);
        assert!(ran.stdout.contains("conformant in the 1 requirement asked for"), "{name}\n{}", ran.stdout);
        for made in words(&lines.join(" ")).iter().filter_map(|word| word.split_once('=')).map(|(_, file)| file) {
            if made.ends_with(".xml") || made.ends_with(".html") || made.ends_with(".sarif") {
                assert!(cli.path(made).exists(), "{name}: {made}");
            }
        }
    }
    for (row, (beginning, _)) in NOT_RUN.iter().enumerate() {
        assert!(not_run[row], "no recipe has a line that begins with `{beginning}`");
    }
}

#[test]
fn the_image_is_built_of_what_is_there_with_a_compiler_that_is_new_enough() {
    let (text, ignored, package) = (read("Dockerfile"), read(".dockerignore"), read("Cargo.toml"));
    let least =
        package.lines().find_map(|line| line.strip_prefix("rust-version = ")).expect("a version").trim_matches('"');
    let version = |text: &str| text.split('.').map(|part| part.parse::<u32>().unwrap_or(0)).collect::<Vec<_>>();
    let from = text.lines().find_map(|line| line.strip_prefix("FROM rust:")).expect("a compiler");
    assert!(version(from.split('-').next().unwrap_or_default()) >= version(least), "{from}, and {least} is needed");
    let mut copied = 0;
    for line in text.lines().filter_map(|line| line.strip_prefix("COPY ")).filter(|line| !line.starts_with("--from")) {
        let paths: Vec<&str> = line.split(' ').collect();
        for path in &paths[..paths.len() - 1] {
            assert!(top().join(path).exists(), "Dockerfile: there is no {path}");
            assert!(ignored.lines().any(|line| line == format!("!{path}")), ".dockerignore keeps {path} out");
            copied += 1;
        }
    }
    assert!(copied >= 4 && text.contains("ENTRYPOINT [\"touchmark\"]"), "{text}");
}

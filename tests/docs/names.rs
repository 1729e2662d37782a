//! What a document names exists: files, folders, links, headings, command lines, options.
//!
//! A path in code has capitals or `<…>` where a name of one's own stands: `specs/<chapter>/<endpoint>.toml`.

use std::collections::BTreeSet;

use crate::support::Cli;

use super::{Document, documents, everything_below, none, read, top};

/// Folders of the project. Code that begins with one of them is a path.
const FOLDERS: &[&str] = &["src/", "specs/", "tests/", "docs/", ".ci/", "snapshots/", "corpus/", "fuzz/"];

/// Paths that are made on a machine and are not in the project, and by what.
const MADE: &[(&str, &str)] = &[
    ("fuzz/corpus/", "cargo fuzz"),
    ("fuzz/artifacts/", "cargo fuzz"),
    ("target/", "cargo build"),
    ("fuzz/alive", "an id of fuzzing"),
    ("fuzz/ENDPOINT/", "ids of fuzzing"),
];

/// Commands of an `sh` block that are not Touchmark's own.
const OTHER_COMMANDS: &[&str] = &["cargo", "export", "cd", "git", "openssl"];

#[test]
fn every_path_in_a_document_exists() {
    let files = project();
    let mut faults = Vec::new();
    for document in documents() {
        let words = spans(&document.text).into_iter().chain(lines(&document.text));
        for word in words.flat_map(|code| code.split_whitespace().map(str::to_owned).collect::<Vec<_>>()) {
            let word = word.trim_matches(['\'', '"', ',', ';', '(', ')']);
            let path = FOLDERS.iter().any(|folder| word.starts_with(folder)) || word.ends_with(".md");
            let made = MADE.iter().any(|(made, _)| word.starts_with(made));
            if path && !made && !exists(word, &files) {
                faults.push(format!("{}: there is no {word}", document.path));
            }
        }
    }
    none(&faults);
}

#[test]
fn every_document_that_the_program_names_exists() {
    let name = regex::Regex::new(r"\b(?:docs/)?[A-Za-z-]+\.md\b").expect("a pattern");
    let mut faults = Vec::new();
    for path in everything_below("src/").into_iter().filter(|path| path.ends_with(".rs")) {
        for found in name.find_iter(&read(&path)) {
            if !top().join(found.as_str()).exists() {
                faults.push(format!("{path}: there is no {}", found.as_str()));
            }
        }
    }
    none(&faults);
}

#[test]
fn every_link_leads_to_a_document_and_a_heading() {
    let link = regex::Regex::new(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)").expect("a pattern");
    let mut faults = Vec::new();
    for document in documents() {
        for found in link.captures_iter(&document.text) {
            let target = if found[1].is_empty() { document.path.clone() } else { beside(&document.path, &found[1]) };
            if !top().join(&target).exists() {
                faults.push(format!("{}: there is no {target}", document.path));
            } else if let Some(heading) = found.get(2)
                && !headings(&read(&target)).contains(heading.as_str())
            {
                faults.push(format!("{}: {target} has no heading #{}", document.path, heading.as_str()));
            }
        }
    }
    none(&faults);
}

#[test]
fn every_command_line_in_a_document_can_be_typed() {
    let cli = Cli::new();
    let mut faults = Vec::new();
    for Document { path, text } in documents() {
        let inline = spans(&text).into_iter().filter(|code| code.starts_with("touchmark "));
        let typed: BTreeSet<String> = lines(&text).into_iter().chain(inline).collect();
        for line in typed {
            let words = words(&line);
            let Some((program, arguments)) = words.split_first() else { continue };
            match program.as_str() {
                // Everything before --help is read; with it nothing is done.
                "touchmark" => {
                    let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
                    if arguments.first() != Some(&"help") {
                        arguments.push("--help");
                    }
                    let ran = cli.run(&arguments);
                    if ran.code != 0 {
                        faults.push(format!("{path}: `{line}`\n  {}", ran.stderr.trim()));
                    }
                }
                // That the script is there is held by the paths.
                "sh" => {}
                other if OTHER_COMMANDS.contains(&other) || other.contains('=') => {}
                other => faults.push(format!("{path}: `{line}`: `{other}` is none of the commands of documents")),
            }
        }
    }
    none(&faults);
}

#[test]
fn every_option_stands_in_a_document_and_every_option_there_is_one() {
    let option = regex::Regex::new(r"(?:^|[\s\[`(])(--[a-z][a-z-]*)").expect("a pattern");
    let of = |text: &str| option.captures_iter(text).map(|found| found[1].to_owned()).collect::<BTreeSet<_>>();
    let cli = Cli::new();
    let mut known = BTreeSet::new();
    for command in commands(&cli) {
        let ran = cli.run(&[&["help"], &command.split(' ').collect::<Vec<_>>()[..]].concat());
        let listed: String = ran.stdout.lines().filter(|line| line.trim_start().starts_with('-')).collect();
        known.extend(of(&listed.replace("--", " --")));
    }
    known.retain(|name| !matches!(name.as_str(), "--help" | "--version"));
    assert!(known.len() > 30, "{known:?}");

    let documents = documents();
    let written: String = documents.iter().filter(|d| d.path.starts_with("docs/")).map(|d| d.text.as_str()).collect();
    let written = of(&written);
    let mut faults: Vec<String> =
        known.difference(&written).map(|name| format!("no document in docs/ has {name}")).collect();
    for document in &documents {
        for code in spans(&document.text).iter().filter(|code| code.starts_with("--")) {
            faults.extend(of(code).difference(&known).map(|name| format!("{}: there is no {name}", document.path)));
        }
    }
    none(&faults);
}

/// Every command, and those below `spec` and `snapshot`.
pub(crate) fn commands(cli: &Cli) -> Vec<String> {
    let below = |path: &[&str]| {
        let ran = cli.run(&[&["help"], path].concat());
        let names = ran.stdout.lines().skip_while(|line| *line != "Commands:").skip(1);
        let names = names.take_while(|line| !line.is_empty());
        // What is said of one may go on below it, further to the right.
        let names =
            names.filter_map(|line| line.strip_prefix("  ").filter(|rest| !rest.starts_with(' '))?.split(' ').next());
        names.filter(|name| *name != "help").map(str::to_owned).collect::<Vec<_>>()
    };
    let all = below(&[]);
    let named =
        |command: &str| below(&[command]).into_iter().map(|name| format!("{command} {name}")).collect::<Vec<_>>();
    assert!(all.len() > 5, "{all:?}");
    all.iter().cloned().chain(named("spec")).chain(named("snapshot")).collect()
}

fn project() -> Vec<String> {
    let names = std::fs::read_dir(top()).expect("the project").flatten().map(|entry| entry.file_name());
    let here = names.map(|name| name.to_string_lossy().into_owned()).filter(|name| top().join(name).is_file());
    here.chain(FOLDERS.iter().flat_map(|folder| everything_below(folder))).collect()
}

/// Whether a path names something of the project, wherever capitals, `<…>` or `*` stand for a name.
fn exists(path: &str, files: &[String]) -> bool {
    let path = path.trim_end_matches('/');
    if top().join(path).exists() {
        return true;
    }
    let open = regex::Regex::new(r"<[a-z-]+>|\b[A-Z]{2,}\b|\\\*").expect("a pattern");
    let escaped = regex::escape(path).replace("\\<", "<").replace("\\>", ">").replace("\\-", "-");
    let pattern = regex::Regex::new(&format!("^{}/?$", open.replace_all(&escaped, "[^/]+"))).expect("a pattern");
    open.is_match(&escaped) && files.iter().any(|file| pattern.is_match(file))
}

/// Code inside a text, without that of fenced blocks.
pub(super) fn spans(text: &str) -> Vec<String> {
    let mut fenced = false;
    let prose: Vec<&str> = text
        .lines()
        .filter(|line| {
            let fence = line.trim_start().starts_with("```");
            fenced ^= fence;
            !fenced && !fence
        })
        .collect();
    let code = regex::Regex::new("`([^`\n]+)`").expect("a pattern");
    code.captures_iter(&prose.join("\n")).map(|found| found[1].replace("\\|", "|")).collect()
}

/// The lines of `sh` blocks, without comments.
pub(super) fn lines(text: &str) -> Vec<String> {
    let blocks = text.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap_or_default());
    let joined = blocks.map(|block| block.replace("\\\n", " ")).collect::<String>();
    let lines = joined.lines().map(|line| line.split(" #").next().unwrap_or_default().trim().to_owned());
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
}

/// The words of a line as a shell sees them, up to what the line does with the output.
pub(crate) fn words(line: &str) -> Vec<String> {
    let word = regex::Regex::new(r#"'([^']*)'|"([^"]*)"|(\S+)"#).expect("a pattern");
    let all = word.captures_iter(line).map(|found| {
        let text = (1..=3).find_map(|n| found.get(n)).map_or("", |text| text.as_str());
        text.to_owned()
    });
    all.take_while(|word| !matches!(word.as_str(), ">" | "|" | "&&" | "||" | "&" | "2>&1")).collect()
}

/// A path that stands in a document, from the top.
fn beside(document: &str, path: &str) -> String {
    let folder = document.rsplit_once('/').map_or("", |(folder, _)| folder);
    match path.strip_prefix("../") {
        Some(above) => above.to_owned(),
        None if folder.is_empty() => path.to_owned(),
        None => format!("{folder}/{path}"),
    }
}

/// The headings of a document as links name them.
fn headings(text: &str) -> BTreeSet<String> {
    let mut fenced = false;
    let mut all = BTreeSet::new();
    for line in text.lines() {
        fenced ^= line.starts_with("```");
        if !fenced && line.starts_with('#') {
            let title = line.trim_start_matches('#').trim().to_lowercase();
            let kept = title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
            all.insert(kept.map(|c| if c == ' ' { '-' } else { c }).collect());
        }
    }
    all
}

#[test]
fn paths_lines_and_headings_are_read_as_a_person_reads_them() {
    let files = project();
    for path in ["src/lib.rs", "src", "specs/<chapter>/<endpoint>.toml", "specs/flows/NAME.toml", "specs/*/token.toml"]
    {
        assert!(exists(path, &files), "{path}");
    }
    for path in ["src/nowhere.rs", "nowhere/<chapter>.toml", "specs/flows/NAME.json"] {
        assert!(!exists(path, &files), "{path}");
    }
    let text = "`a` and\n```sh\nx y  # why\n# whole\n```\n`--b read\\|write`\n";
    assert_eq!((spans(text), lines(text)), (vec!["a".to_owned(), "--b read|write".to_owned()], vec!["x y".to_owned()]));
    assert_eq!(words("touchmark a 'b c' > out"), ["touchmark", "a", "b c"]);
    assert_eq!((beside("docs/a.md", "b.md"), beside("docs/a.md", "../C.md")), ("docs/b.md".into(), "C.md".into()));
    assert!(headings("# The target's own\n").contains("the-targets-own"));
}

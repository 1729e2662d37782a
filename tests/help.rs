//! What the program says of itself: short help on a screen, long help with examples that can be typed, completions, manual pages, and no
//! colours for who wants none.

use std::{collections::BTreeSet, fs};

use crate::docs::{commands, words};
use crate::support::{Cli, installed};

/// Lines and columns of the smallest terminal that is still in use.
const SCREEN: (usize, usize) = (24, 80);

#[test]
fn the_short_help_of_every_command_fits_on_a_screen() {
    let mut cli = Cli::new();
    cli.set("COLUMNS", &SCREEN.1.to_string());
    let mut faults = Vec::new();
    for command in commands(&cli).iter().map(String::as_str).chain([""]) {
        let mut line: Vec<&str> = command.split_whitespace().collect();
        line.push("-h");
        let ran = cli.run(&line);
        ran.exits(0);
        let (lines, columns) = (ran.stdout.lines().count(), ran.stdout.lines().map(|l| l.chars().count()).max());
        if lines > SCREEN.0 || columns.is_none_or(|columns| columns > SCREEN.1) {
            faults.push(format!("touchmark {command} -h: {lines} lines of up to {columns:?} columns\n{}", ran.stdout));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_example_of_the_long_help_can_be_typed() {
    let cli = Cli::new();
    let (mut faults, mut without, mut typed) = (Vec::new(), BTreeSet::new(), 0);
    for command in commands(&cli).iter().filter(|command| !command.contains(' ')) {
        let help = cli.run(&[command, "--help"]).stdout;
        if help.contains("\nCommands:\n") {
            continue;
        }
        let Some((_, examples)) = help.split_once("\nExamples:\n") else {
            without.insert(command.clone());
            continue;
        };
        for line in examples.lines().filter_map(|line| line.find("touchmark ").map(|at| &line[at..])) {
            // What stands after two spaces says what the example is for.
            let words = words(line.split("  ").next().unwrap_or_default());
            let mut words: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
            assert_eq!(words.first(), Some(&command.as_str()), "{line}");
            words.push("--help");
            let ran = cli.run(&words);
            typed += 1;
            if ran.code != 0 {
                faults.push(format!("`{line}`\n  {}", ran.stderr.trim()));
            }
        }
    }
    assert!(faults.is_empty() && without.is_empty(), "{}\nwithout examples: {without:?}", faults.join("\n"));
    assert!(typed >= 15, "{typed}");
}

#[test]
fn there_are_completions_and_a_manual_page_for_every_command() {
    let cli = Cli::new();
    let commands = commands(&cli);
    for shell in ["bash", "fish", "zsh"] {
        let ran = cli.run(&["completions", shell]);
        ran.exits(0);
        for name in commands.iter().flat_map(|command| command.split(' ')).chain(["only", "write-known-gaps"]) {
            assert!(ran.stdout.contains(name), "{shell} does not know {name}");
        }
        cli.write(shell, &ran.stdout);
    }
    if installed("bash") {
        let line = "touchmark certify --wri";
        let script = format!(
            ". ./bash; COMP_WORDS=({line}); COMP_CWORD=2; _touchmark touchmark --wri certify; echo \"${{COMPREPLY[*]}}\""
        );
        let completed = cli.shell(&format!("bash -c '{script}'"));
        assert_eq!(completed.exits(0).stdout.trim(), "--write-known-gaps", "{}", completed.stderr);
    }
    let ran = cli.run(&["man", "man1"]);
    assert_eq!(ran.exits(0).stdout, format!("{} pages in man1\n", commands.len() + 1));
    for name in commands.iter().map(|command| format!("touchmark-{}", command.replace(' ', "-"))) {
        let page = cli.read(&format!("man1/{name}.1"));
        assert!(page.contains(&format!(".TH {name} ")) && page.contains(".SH NAME"), "{page}");
    }
    assert!(cli.read("man1/touchmark-certify.1").contains("touchmark certify \\-\\-known\\-gaps gaps.toml"));
    cli.write("taken", "a file\n");
    let refused = cli.run(&["man", "taken"]);
    assert!(refused.exits(2).stderr.contains("name a folder that can be written to"), "{}", refused.stderr);
}

#[test]
fn who_wants_no_colours_gets_none_on_a_terminal() {
    if !installed("script") {
        return;
    }
    let mut cli = Cli::new();
    cli.set("TERM", "xterm-256color");
    let line = "script -qec 'touchmark certfy; touchmark certify --only command/get_api_info/smallest' /dev/null";
    let colours = |text: &str| {
        let colour = regex::Regex::new("\u{1b}\\[[0-9;]*m").expect("a pattern");
        colour.find_iter(text).map(|found| found.as_str().to_owned()).collect::<BTreeSet<_>>()
    };
    let coloured = cli.shell(line).stdout;
    assert!(!colours(&coloured).is_empty(), "on a terminal a fault has colours: {coloured:?}");
    cli.set("NO_COLOR", "1");
    let plain = cli.shell(line).stdout;
    assert!(plain.contains("unrecognized subcommand") && plain.contains("1 pass"), "{plain}");
    assert_eq!(colours(&plain), BTreeSet::new(), "{plain:?}");
    assert!(fs::read_dir(cli.path("touchmark-report")).is_ok());
}

//! Bad input at the command line: what is said, with which exit code, and that nothing is left behind.
//! Each message names where, what, and what to do. None of them holds a secret; nothing is printed to stdout.

use std::{fs, path::Path};

use touchmark::emulator::Config;

use crate::peers::{Act, Reply, peer};
use crate::support::{Cli, serve, snapshot, with_defect};

/// A command line that cannot be followed.
struct Bad {
    line: &'static str,
    code: i32,
    files: &'static [(&'static str, &'static str)],
}

const fn bad(line: &'static str, code: i32) -> Bad {
    Bad { line, code, files: &[] }
}

const fn with(files: &'static [(&'static str, &'static str)], line: &'static str, code: i32) -> Bad {
    Bad { line, code, files }
}

const GUIDE: &str = "title = \"A guide\"\nedition = \"1\"\napi_version = \"1.0.0\"\n";
const ENDPOINT: &str = "title = \"A\"\npage = 5\nsays = \"Does a.\"\nclass = \"read\"\n\n[request]\npath = \"/a\"\nmethods = [\"GET\"]\n\
    account = \"none\"\n";

#[test]
fn a_target_that_cannot_be_one_is_refused_before_anything_is_sent() {
    check(
        "bad-targets",
        &[
            bad("certify --target ftp://support.example.com", 2),
            bad("certify --target https://me:hunter2@support.example.com", 2),
            bad("certify --target ftp://me:hunter2@support.example.com", 2),
            bad("certify --target https://me:hunter2@support.example.com:99999", 2),
            bad("certify --target https://support.example.com/api", 2),
            bad("certify --target https://support.example.com?a=b", 2),
            bad("certify --target https://", 2),
            bad("certify --target https://support.example.com:99999", 2),
            bad("certify --target support.example.com", 2),
            bad("certify --target http://support.example.com --account a:b", 4),
            bad("plan --target http://support.example.com --account a:b", 4),
            bad(
                "certify --target support.example.com --account a:b --defect behaviour:auth/token:token-never-works",
                2,
            ),
            bad("certify --target support.example.com --account a:b --ca missing.pem", 2),
            with(
                &[("ca.pem", "no certificate\n")],
                "certify --target support.example.com --account a:b --ca ca.pem",
                2,
            ),
        ],
    );
}

#[test]
fn an_account_that_cannot_be_one_is_refused_without_a_word_of_its_secret() {
    check(
        "bad-accounts",
        &[
            bad("certify --target support.example.com --account only-an-id", 2),
            bad("certify --target support.example.com --account :hunter2", 2),
            bad("certify --target support.example.com --account an-id:", 2),
            bad("certify --target support.example.com --account an-id:hunter2:boss", 2),
            bad("certify --target support.example.com --account an-id:one:hunter2", 2),
            bad("certify --target support.example.com --account", 2),
            bad("certify --target support.example.com --client-id an-id", 2),
            bad("certify --client-id an-id", 2),
            bad("certify --target support.example.com --client-id an-id --secret-file missing", 2),
            bad("emulate --account an-id", 2),
        ],
    );
}

#[test]
fn an_option_that_cannot_be_followed_is_named() {
    check(
        "bad-options",
        &[
            bad("", 2),
            bad("certfy", 2),
            bad("certify --onli command", 2),
            bad("certify --only command/get_aplliances", 2),
            bad("certify --only nothing-like-it", 2),
            bad("certify --suite properties", 2),
            bad("certify --shard 0/4", 2),
            bad("certify --shard 5/4", 2),
            bad("certify --shard half", 2),
            bad("certify --rate fast", 2),
            bad("certify --rate 0/s", 2),
            bad("certify --seed -1", 2),
            bad("certify --cases 0", 2),
            bad("certify --workers 65", 2),
            bad("certify --timeout-ms 1", 2),
            bad("certify --allow everything", 2),
            bad("certify --api-version newest", 2),
            bad("certify --defect drop:auth/token:json/acces_token", 2),
            bad("certify --reading eror-placement=root", 2),
            bad("certify --reading error-placement=outside", 2),
            bad("certify --reading error-placement", 2),
            bad("certify --resume missing", 2),
            bad("emulate --listen nowhere", 2),
            bad("emulate --defect drop:nothing", 2),
            bad("emulate --certificate c.pem", 2),
            bad("emulate --rate-limit maybe", 2),
            bad("emulate --data missing.toml", 2),
            with(&[("site.toml", "hostnam = 'x'\n")], "emulate --data site.toml", 2),
            bad("prove --defect nothing-like-it", 2),
            bad("spec show command/get_appliances/smalest", 2),
            bad("spec list command/get_aplliances", 2),
            bad("spec export --format yaml", 2),
            bad("judge missing.jsonl", 2),
            bad("replay missing.json some/gap", 2),
            bad("replay", 2),
        ],
    );
}

#[test]
fn a_configuration_that_cannot_be_read_is_named_with_its_line() {
    const EMPTY: &str = "certify";
    check(
        "bad-configuration",
        &[
            bad("certify --config missing.toml", 2),
            with(&[("touchmark.toml", "seed = 1\ntarget = \"support.example.com\n")], EMPTY, 2),
            with(&[("touchmark.toml", "seed = 1\n\nsuits = ['limit']\n")], EMPTY, 2),
            with(&[("touchmark.toml", "# a comment\nseed = 'one'\n")], EMPTY, 2),
            with(&[("touchmark.toml", "allow = 'everything'\n")], EMPTY, 2),
            with(&[("touchmark.toml", "rate = 'fast'\n")], EMPTY, 2),
            with(&[("touchmark.toml", "shard = '3/2'\n")], EMPTY, 2),
            with(&[("touchmark.toml", "suites = ['limits']\n")], EMPTY, 2),
            with(&[("touchmark.toml", "only = ['command/nothing']\n")], EMPTY, 2),
            with(&[("touchmark.toml", "only = ['']\n")], EMPTY, 2),
            with(&[("touchmark.toml", "report_dir = ''\n")], EMPTY, 2),
            with(&[("touchmark.toml", "api_version = '99.0.0'\n")], "certify --api-version 98.0.0", 2),
            with(&[("touchmark.toml", "target = 'http://support.example.com'\n")], EMPTY, 4),
            with(&[("touchmark.toml", "target = ''\n")], EMPTY, 2),
            with(&[("touchmark.toml", "ca = 'ca.pem'\n")], EMPTY, 2),
            with(&[("touchmark.toml", "[[account]]\nclient_id = 'a'\nclient_secret = 'hunter2'\n")], EMPTY, 2),
            with(&[("touchmark.toml", "[fixtures]\napi_version = 'abc'\n")], EMPTY, 2),
            with(&[("touchmark.toml", "[fixtures]\nhost = 'a b'\n")], EMPTY, 2),
            with(&[("touchmark.toml", "target = 'support.example.com'\n[[account]]\nclient_id = 'a'\n")], EMPTY, 2),
            with(
                &[(
                    "touchmark.toml",
                    "target = 'support.example.com'\n[[account]]\nclient_id = 'a'\nclient_secret = 'hunter2'\nclient_secret_env = 'B'\n",
                )],
                EMPTY,
                2,
            ),
            with(
                &[(
                    "touchmark.toml",
                    "target = 'support.example.com'\n[[account]]\nclient_id = 'a'\nclient_secret_env = 'NOT_SET_HERE'\n",
                )],
                EMPTY,
                2,
            ),
            with(
                &[(
                    "touchmark.toml",
                    "target = 'support.example.com'\n[[account]]\nclient_id = 'a'\nclient_secret = 'hunter2'\nrole = 'boss'\n",
                )],
                EMPTY,
                2,
            ),
            with(
                &[(
                    "touchmark.toml",
                    "target = 'support.example.com'\n[[account]]\nclient_id = 'a'\nclient_secret = ['hunter2']\n",
                )],
                EMPTY,
                2,
            ),
            with(&[("touchmark.toml", "[fixtures]\nknown_empty_teem = '3'\n")], EMPTY, 2),
            with(&[("touchmark.toml", "[fixtures]\nfavourite_colour = 'red'\n")], EMPTY, 2),
            with(&[("gaps.toml", "[[gap]]\nid = 'a'\nreason = 'b'\n")], "certify --known-gaps gaps.toml", 2),
            with(
                &[("gaps.toml", "[[gap]]\nid = 'a'\nreason = 'b'\nexpires = 'tomorrow'\n")],
                "certify --known-gaps gaps.toml",
                2,
            ),
            with(
                &[("gaps.toml", "[[gap]]\nid = 'a'\nreason = ''\nexpires = '2999-01-01'\n")],
                "certify --known-gaps gaps.toml",
                2,
            ),
            bad("certify --known-gaps missing.toml", 2),
        ],
    );
}

#[test]
fn every_fault_of_the_spec_data_is_named_with_file_and_line() {
    const CHECK: &str = "spec check specs";
    check(
        "bad-specs",
        &[
            bad(CHECK, 2),
            with(&[("specs/command/a.toml", ENDPOINT)], CHECK, 2),
            with(&[("specs/guide.toml", "title = \"A guide\"\n")], CHECK, 2),
            with(&[("specs/guide.toml", GUIDE), ("specs/notes.txt", "x")], CHECK, 2),
            with(&[("specs/guide.toml", GUIDE), ("specs/command/a.toml", "title = \"A\"\npage = 5\n")], CHECK, 2),
            with(
                &[
                    ("specs/guide.toml", GUIDE),
                    ("specs/command/a.toml", "title = \"A\"\npage = 5\nsays = \"Does a.\"\nclas = \"read\"\n"),
                    (
                        "specs/command/b.toml",
                        "title = \"B\"\npage = 6\nsays = \"Does b.\"\nclass = \"bold\"\n\n[[elements]]\n\n[elements.rows]\n\
                         bs = { type = \"sequence\", says = \"All of them.\" }\n",
                    ),
                ],
                CHECK,
                2,
            ),
            with(
                &[
                    ("specs/guide.toml", GUIDE),
                    (
                        "specs/command/a.toml",
                        "title = \"A\"\npage = 5\nsays = \"Does a.\"\nclass = \"read\"\n\n[request]\npath = \"/a\"\n\
                         methods = [\"GET\"]\naccount = \"none\"\n\n[requirement.one]\npage = 5\n\
                         steps = [{ role = \"probe\", \
                         expect = [\"pleased\", { at = \"//[\", equals = \"1\" }, { at = \"status\", equalz = \"1\" }] }]\n",
                    ),
                ],
                CHECK,
                2,
            ),
            // What a run may end, what puts things back, and what nobody said of a fact.
            with(
                &[
                    ("specs/guide.toml", GUIDE),
                    (
                        "specs/command/a.toml",
                        "title = \"A\"\npage = 5\nsays = \"Does a.\"\nclass = \"write\"\n\n[request]\npath = \"/a\"\n\
                         methods = [\"GET\"]\naccount = \"none\"\n\n[requirement.one]\nmust = \"x\"\n\
                         steps = [{ use = \"all\" }]\nteardown = [{ role = \"probe\" }]\n\n\
                         [steps.all]\nrole = \"probe\"\nexpect = [\"accepted\"]\n\n\
                         [steps.all.capture]\n    theirs = { query = \"//customer[1]/lsid\", owns = \"session\" }\n    \
                         other = { query = \"//customer[name='${rep.id}']/lsid\", owns = \"session\" }\n    \
                         house = { query = \"//customer[name='${unique}']/lsid\", owns = \"house\" }\n    \
                         ours = { query = \"//customer[name='${unique}']/lsid\", owns = \"session\" }\n",
                    ),
                    (
                        "specs/flows/find.toml",
                        "title = \"F\"\nsays = \"Finds.\"\nwhen = \"discovery\"\n\n[[step]]\nendpoint = \"command/a\"\n\
                         capture = { found = \"//a\", known = \"//b\" }\n",
                    ),
                    ("specs/fixtures.toml", "[known]\nsays = \"It is known.\"\nsecret = true\n"),
                ],
                CHECK,
                2,
            ),
            with(&[("specs/guide.toml", "titel = 1\n")], "certify --specs specs", 2),
            with(&[("specs/guide.toml", "titel = 1\n")], "prove --specs specs", 2),
        ],
    );
}

#[test]
fn a_report_or_journal_that_cannot_be_read_is_named() {
    let cli = Cli::new();
    let one = ["certify", "--only", "command/get_appliances/smallest"];
    cli.run(&one).exits(0);
    let journal = cli.journal("touchmark-report/journal.jsonl.gz");
    let report = cli.read("touchmark-report/report.json");
    let lines: Vec<&str> = journal.lines().collect();
    assert!(lines.len() > 2, "{journal}");
    let cut = &lines[2][..lines[2].len() / 2];
    cli.write("broken.jsonl", &format!("{}\n{}\n{cut}\n", lines[0], lines[1]));
    cli.write("headless.jsonl", &format!("{}\n", lines[1]));
    cli.write("empty.jsonl", "");
    cli.write("later.jsonl", &lines[0].replace("\"schema_version\":5", "\"schema_version\":6"));
    cli.write("later.json", &report.replace("\"schema_version\": 1", "\"schema_version\": 2"));
    cli.write("more.json", &report.replace("\"schema_version\"", "\"surprise\": 1, \"schema_version\""));
    cli.write("text.json", "not a report\n");
    let mut out = String::new();
    for line in [
        "judge broken.jsonl",
        "judge headless.jsonl",
        "judge empty.jsonl",
        "judge later.jsonl",
        "judge touchmark-report/report.json",
        "judge touchmark-report/journal.jsonl.gz --only command/nothing",
        "replay touchmark-report/journal.jsonl.gz command/get_appliances/smallest",
        "replay touchmark-report/report.json command/get_appliances/smallest",
        "replay later.json command/get_appliances/smallest",
        "replay more.json command/get_appliances/smallest",
        "replay text.json command/get_appliances/smallest",
        "certify --only command/get_appliances/smallest --seed 1 --resume touchmark-report",
    ] {
        out.push_str(&refused(&cli, line, 2));
    }
    snapshot("bad-recordings", &out);
}

#[test]
fn where_no_report_can_be_written_nothing_is_sent() {
    let target = peer(|_| Act::Reply(Reply::new(200, "text/xml", "")));
    let cli = Cli::new();
    cli.write("taken", "a file\n");
    let mut out = String::new();
    for folder in ["taken", "taken/below"] {
        let line = format!("certify --target {} --account a:b --report-dir {folder}", target.base);
        out.push_str(&refused(&cli, &line, 2));
    }
    assert_eq!((target.connections(), cli.read("taken").as_str()), (0, "a file\n"));
    snapshot("bad-report-folder", &out);
}

#[test]
fn a_known_gap_that_matches_nothing_is_a_fault() {
    let cli = Cli::new();
    let row = |id: &str| format!("[[gap]]\nid = '{id}'\nreason = 'it is on the list'\nexpires = '2999-12-31'\n");
    let only = "command/get_appliances";
    cli.write("stale.toml", &row("command/get_appliances/schema"));
    let ran = cli.run(&["certify", "--only", only, "--known-gaps", "stale.toml"]);
    ran.exits(1);
    assert!(ran.stderr.contains("command/get_appliances/schema is no gap of this run"), "{}", ran.stderr);

    let defect = "drop:command/get_appliances:appliances/appliance";
    cli.write("known.toml", &row(only));
    let ran = cli.run(&["certify", "--only", only, "--defect", defect, "--known-gaps", "known.toml"]);
    ran.exits(0);
    assert!(ran.stdout.contains("known     it is on the list"), "{}", ran.stdout);
    cli.run(&["certify", "--only", only, "--defect", defect]).exits(1);
}

#[test]
fn an_option_wins_over_the_environment_and_the_environment_over_the_file() {
    let (file, environment, option) = (serve(Config::demo()), serve(Config::demo()), serve(Config::demo()));
    let mut cli = Cli::new();
    cli.aim(&file.base, &file.emulator);
    let line = ["certify", "--only", "command/get_appliances/smallest"];
    let target = |cli: &Cli| cli.report().0["target"]["url"].as_str().map(str::to_owned);
    cli.run(&line).exits(0);
    assert_eq!(target(&cli), Some(file.base.clone()));
    cli.set("BT_API_HOST", &environment.base);
    cli.set("BT_CLIENT_ID", "touchmark-read").set("BT_CLIENT_SECRET", "touchmark-read-secret");
    cli.run(&line).exits(0);
    assert_eq!(target(&cli), Some(environment.base.clone()));
    cli.run(&[&line[..], &["--target", &option.base]].concat()).exits(0);
    assert_eq!(target(&cli), Some(option.base.clone()));
    cli.set("BT_CLIENT_SECRET", "wrong");
    cli.run(&line).exits(4);
}

#[test]
fn the_emulator_says_where_it_listens_and_takes_no_other_port() {
    let taken = serve(with_defect("behaviour:auth/token:token-never-works"));
    let address = taken.base.trim_start_matches("http://");
    let out = refused(&Cli::new(), &format!("emulate --listen {address}"), 2);
    assert!(out.contains("picks a port"), "{out}");
}

/// Runs each line in a folder of its own and compares what all of them say with one snapshot.
#[track_caller]
fn check(name: &str, table: &[Bad]) {
    let mut out = String::new();
    for Bad { line, code, files } in table {
        let cli = Cli::new();
        for (file, text) in *files {
            cli.write(file, text);
            out.push_str(&format!("# {file}: {}\n", text.escape_debug()));
        }
        out.push_str(&refused(&cli, line, *code));
    }
    snapshot(name, &out);
}

/// Runs a line that must be refused: what it says, and that it leaves nothing behind.
#[track_caller]
fn refused(cli: &Cli, line: &str, code: i32) -> String {
    let before = files(&cli.path(""));
    let ran = cli.run(&line.split_whitespace().collect::<Vec<_>>());
    ran.exits(code);
    assert_eq!(ran.stdout, "", "{line}");
    assert!(!ran.stderr.contains("panicked") && !ran.stderr.contains("hunter2"), "{line}\n{}", ran.stderr);
    assert_eq!(files(&cli.path("")), before, "`{line}` leaves something behind");
    cli.clean(&format!("$ touchmark {line}\n{}exit {code}\n\n", ran.stderr))
}

fn files(folder: &Path) -> Vec<String> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        all.push(entry.path().display().to_string());
        if entry.path().is_dir() {
            all.extend(files(&entry.path()));
        }
    }
    all.sort();
    all
}

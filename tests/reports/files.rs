//! `--report FORMAT[=FILE]` as a person types it: where files go, and what becomes of one that cannot be written.

use crate::support::{Cli, text};

const ONE: [&str; 3] = ["certify", "--only", "command/get_api_info"];

#[test]
fn reports_are_written_where_they_are_asked_for() {
    let mut cli = Cli::new();
    cli.write("summary.md", "before\n").write("old.html", "old");
    let summary = cli.path("summary.md").display().to_string();
    cli.set("GITHUB_STEP_SUMMARY", &summary);
    let asked =
        ["--report", "junit", "--report", "html=old.html", "--report", "markdown", "--report", "json=copy.json"];
    let ran = cli.run(&[&ONE[..], &asked].concat());
    ran.exits(0);
    assert!(ran.stdout.contains("76 pass") && ran.stdout.contains("report in touchmark-report"), "{}", ran.stdout);
    assert!(cli.read("touchmark-report/report.junit.xml").contains("tests=\"76\" failures=\"0\""));
    assert!(cli.read("old.html").starts_with("<!DOCTYPE html>"));
    assert_eq!(cli.read("copy.json"), cli.read("touchmark-report/report.json"));
    let page = cli.read("touchmark-report/report.md");
    assert_eq!(cli.read("summary.md"), format!("before\n{page}"));

    // Beside a journal, and on standard output in place of the text.
    let judged = cli.run(&["judge", "touchmark-report/journal.jsonl.gz", "--report", "ctrf", "--report", "sarif=-"]);
    judged.exits(0);
    let read = |json: &str| serde_json::from_str::<serde_json::Value>(json).expect("JSON");
    assert_eq!(read(&cli.read("touchmark-report/judged.ctrf.json"))["results"]["summary"]["passed"], 76);
    assert_eq!(text(&read(&judged.stdout), "version"), "2.1.0");

    // At a file of the reader's own, where GitHub shows it.
    let at =
        ["judge", "touchmark-report", "--report", "code-scanning=at.sarif", "--report", "sarif=-", "--sarif-location"];
    let placed = read(&cli.run(&[&at[..], &["./docs/an api.md"]].concat()).exits(0).stdout);
    let place = &placed["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(place, "docs/an%20api.md");
    for wrong in ["/etc/passwd", "../up.md", "https://x/y", "", "docs/"] {
        let ran = cli.run(&[&at[..], &[wrong]].concat());
        assert!(ran.exits(2).stderr.contains("it is no file of a repository"), "{wrong}: {}", ran.stderr);
    }

    // A summary that is nearly full gets what fits, and one that is full nothing: GitHub would drop all of it.
    for (bytes, added) in [(1_000_000 - 400, Some("This summary is full")), (1_000_000, None)] {
        cli.write("summary.md", &"x".repeat(bytes));
        let ran = cli.run(&["judge", "touchmark-report/journal.jsonl.gz", "--report", "markdown"]);
        let all = cli.read("summary.md");
        assert!(
            ran.code == 0 && all.len() <= 1_000_000 && (all.len() > bytes) == added.is_some(),
            "{} of {bytes}",
            all.len()
        );
        assert!(added.is_none_or(|added| all.contains(added)) && ran.stderr.contains("is full") == added.is_none());
    }
}

#[test]
fn a_report_that_cannot_be_is_refused_before_anything_is_sent() {
    for (asked, says) in [
        ("pdf", "`pdf` is no format of a report"),
        ("hmtl", "did you mean `html`?"),
        ("html=", "no file behind `html=`"),
        ("html=gone/x.html", "there is no folder gone"),
        ("html=taken", "it is a folder"),
        ("html=touchmark-report/report.json", "another file goes there: report.json of --report-dir"),
        ("json=touchmark-report/journal.jsonl.gz", "another file goes there: journal.jsonl.gz of"),
    ] {
        let cli = Cli::new();
        cli.write("taken/file", "").write("touchmark-report/report.json", "before");
        let ran = cli.run(&[&ONE[..], &["--report", asked]].concat());
        ran.exits(2);
        assert!(ran.stderr.contains(says) && ran.stdout.is_empty(), "{asked}\n{}", ran.stderr);
        assert_eq!(cli.read("touchmark-report/report.json"), "before", "{asked}");
    }
    for asked in [["html=a", "junit=a"], ["html=-", "junit=-"]] {
        let ran = Cli::new().run(&[&ONE[..], &["--report", asked[0], "--report", asked[1]]].concat());
        ran.exits(2);
        assert!(ran.stderr.contains("name a file for"), "{}", ran.stderr);
    }
    let cli = Cli::new();
    cli.write("touchmark.toml", "reports = [\"hmtl\"]\n");
    let ran = cli.run(&ONE);
    ran.exits(2);
    assert!(ran.stderr.contains("touchmark.toml:1: reports: `hmtl` is no format"), "{}", ran.stderr);
}

#[test]
fn a_disk_that_is_full_costs_one_report_and_never_the_verdict() {
    let cli = Cli::new();
    let asked = ["--report", "html=/dev/full", "--report", "junit=good.xml", "--report", "ctrf=/dev/full/x"];
    let ran = cli.run(&[&ONE[..], &asked[..4]].concat());
    ran.exits(2);
    assert!(ran.stdout.contains("conformant in the 76 requirements asked for"), "{}", ran.stdout);
    assert!(ran.stderr.contains("/dev/full: the report cannot be written as html: No space left"), "{}", ran.stderr);
    assert!(cli.read("good.xml").ends_with("</testsuites>\n"));
    cli.run(&[&ONE[..], &asked].concat()).exits(2);
    // What stood there stays where the new one cannot be whole.
    cli.write("kept.html", "before").write("kept.html.part/file", "in the way");
    let ran = cli.run(&[&ONE[..], &["--report", "html=kept.html"]].concat());
    assert_eq!((ran.exits(2).code, cli.read("kept.html").as_str()), (2, "before"));
}

/// However a path is spelt, no command writes over what it reads, and no file is written twice.
#[test]
fn what_is_read_is_not_written_over_and_no_file_is_written_twice() {
    let cli = Cli::new();
    cli.run(&ONE).exits(0);
    cli.write("known.toml", "")
        .write("own.toml", "")
        .write("site.toml", "")
        .write("answers/command/get_api_info.xml", "<a/>");
    let link = |to: &str, from: &str| std::os::unix::fs::symlink(to, cli.path(from)).unwrap();
    link("known.toml", "link");
    link("touchmark-report", "also");
    let journal = "touchmark-report/journal.jsonl.gz";
    for line in [
        "certify --known-gaps known.toml --report html=./known.toml",
        "certify --known-gaps known.toml --report html=link",
        "certify --config own.toml --report html=own.toml",
        "certify --report html=a --report junit=./a",
        "certify --report html=a --report junit=a.part",
        "certify --report html=also/report.json",
        "certify --report html=a --bundle a",
        "certify --bundle touchmark-report/report.json",
        "fuzz --report html=also/journal.jsonl.gz",
        "replay touchmark-report/report.json command/x --report json=also/report.json",
        "judge touchmark-report/journal.jsonl.gz --report json=also/journal.jsonl.gz",
        "judge touchmark-report --report json=also/journal.jsonl.gz",
        "judge touchmark-report --report html=also/report.json",
        "judge touchmark-report --report html=a --export har=./a",
        "judge touchmark-report --export har=also/journal.jsonl.gz",
        "judge touchmark-report --known-gaps known.toml --report html=link",
        "judge touchmark-report --against touchmark-report/report.json --report html=also/report.json",
        "judge touchmark-report/report.json --against known.toml --report html=link",
        "judge answers --report json=answers/command/get_api_info.xml",
        "emulate --data site.toml --write-config ./site.toml",
        "emulate --tls --certificate a --write-config ./a",
    ] {
        let before = std::fs::read(cli.path(journal)).unwrap();
        let ran = cli.run(&line.split(' ').collect::<Vec<_>>());
        assert!(ran.code == 2 && ran.stdout.is_empty(), "{line}: {ran:?}");
        let says = ran.stderr.contains("this file is read") || ran.stderr.contains("another file goes there");
        assert!(says, "{line}: {}", ran.stderr);
        assert!(std::fs::read(cli.path(journal)).unwrap() == before, "{line}");
        assert!(["known.toml", "own.toml", "site.toml"].iter().all(|name| cli.read(name).is_empty()), "{line}");
    }
    // A device is no file, and the report may be written again over itself.
    cli.run(&["judge", journal, "--report", "html=/dev/null", "--report", "junit=/dev/null"]).exits(0);
    cli.run(&["judge", journal, "--report", "json=also/report.json"]).exits(0);
    cli.run(&["judge", "also", "--report-dir", "touchmark-report"]).exits(0);
    assert_eq!(cli.run(&[&ONE[..], &["--bundle", "/dev/null"]].concat()).exits(2).code, 2);
}

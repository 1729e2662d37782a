//! Reports in every format: that all of them say the same, whatever a target says, and stay within the bounds of who reads them.
//!
//! In: reports that are made here, and runs of the program. Validators of other people look at the same reports in `.ci/reports`.

mod files;
mod hostile;
mod site;

use std::collections::{BTreeMap, BTreeSet};

use quick_xml::{Reader, XmlVersion, events::Event};
use serde_json::Value;
use touchmark::{
    model::verdict::Verdict,
    report::{Format, Report, render, schema},
};

use crate::support::text;
use site::{report, verdict_of};

/// What a format says: the verdict of each id, as far as it has them, and the ids that keep the exit code from being 0.
#[derive(Debug, Default, PartialEq)]
struct Read {
    verdicts: BTreeMap<String, String>,
    failing: BTreeSet<String>,
}

fn rows<'a>(value: &'a Value, pointer: &str) -> &'a Vec<Value> {
    value.pointer(pointer).and_then(Value::as_array).unwrap_or_else(|| panic!("no list {pointer}"))
}

fn of_json(json: &str) -> Read {
    let value: Value = serde_json::from_str(json).expect("JSON");
    let mut read = Read::default();
    for row in rows(&value, "/requirements") {
        let (id, verdict, known) = (text(row, "id"), text(row, "verdict"), !row["known"].is_null());
        read.verdicts.insert(id.to_owned(), verdict.to_owned());
        let must = text(row, "level") == "must";
        let fails = match verdict {
            "error" => true,
            "fail" => !known && text(row, "level") != "should",
            "inconclusive" => !known && must,
            _ => false,
        };
        read.failing.extend(fails.then(|| id.to_owned()));
    }
    read
}

fn of_junit(xml: &str) -> Read {
    let (mut reader, mut read, mut case) = (Reader::from_str(xml), Read::default(), String::new());
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Start(element) | Event::Empty(element) => {
                let attribute = |name: &str| {
                    let found = element.try_get_attribute(name).expect("well-formed")?;
                    Some(found.normalized_value(XmlVersion::Implicit1_0).expect("known references").into_owned())
                };
                match element.name().as_ref() {
                    b"testcase" => {
                        case = attribute("name").expect("a name");
                        read.verdicts.insert(case.clone(), "pass".to_owned());
                    }
                    b"system-out" => _ = read.verdicts.insert(case.clone(), "warn".to_owned()),
                    b"failure" | b"skipped" => {
                        read.verdicts.insert(case.clone(), attribute("type").expect("a type"));
                        read.failing.extend((element.name().as_ref() == b"failure").then(|| case.clone()));
                    }
                    _ => {}
                }
            }
            Event::Eof => return read,
            _ => {}
        }
    }
}

fn of_sarif(json: &str) -> Read {
    let value: Value = serde_json::from_str(json).expect("JSON");
    let (rules, mut read) = (rows(&value, "/runs/0/tool/driver/rules"), Read::default());
    for (number, row) in rows(&value, "/runs/0/results").iter().enumerate() {
        assert_eq!((row["ruleIndex"].as_u64(), &rules[number]["id"]), (Some(number as u64), &row["ruleId"]));
        assert_eq!(row["kind"] == "fail", row["level"] != "none", "{row}");
        let verdict = match (text(row, "kind"), text(row, "level")) {
            ("pass", _) => "pass",
            ("notApplicable", _) => "not_applicable",
            ("open", _) => "inconclusive",
            ("review", _) => "error",
            (_, "warning") => "warn",
            _ => "fail",
        };
        let id = text(row, "ruleId").to_owned();
        read.failing.extend((verdict == "fail" && row["suppressions"].is_null()).then(|| id.clone()));
        read.verdicts.insert(id, verdict.to_owned());
    }
    read
}

fn of_ctrf(json: &str) -> Read {
    let value: Value = serde_json::from_str(json).expect("JSON");
    let mut read = Read::default();
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for row in rows(&value, "/results/tests") {
        let name = text(row, "name").to_owned();
        *counts.entry(text(row, "status")).or_default() += 1;
        read.failing.extend((row["status"] == "failed").then(|| name.clone()));
        read.verdicts.insert(name, text(row, "rawStatus").to_owned());
    }
    for status in ["passed", "failed", "skipped", "pending", "other"] {
        let count = value["results"]["summary"][status].as_u64();
        assert_eq!(count, Some(counts.get(status).copied().unwrap_or(0)), "{status}");
    }
    read
}

fn of_html(page: &str) -> BTreeMap<String, String> {
    let row = r#"<tr class="([pwfine])"><td>(?:<a href="\#[gr]\d+">)?([a-z ]+)(?:</a>)?</td><td>([^<]*)<"#;
    let row = regex::Regex::new(row).expect("a pattern");
    let unescaped =
        |text: &str| text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    let rows = row.captures_iter(page).map(|found| (unescaped(&found[3]), found[2].replace(' ', "_")));
    rows.collect()
}

#[test]
fn all_formats_agree_on_ids_verdicts_and_counts() {
    let report = report(300, "a plain text");
    let whole = of_json(&render(&report, Format::Json));
    assert_eq!(whole.verdicts.len(), 300);
    assert!(whole.failing.len() > 50 && whole.failing.len() < 250, "{}", whole.failing.len());
    // In JUnit a known gap is skipped, whatever it was.
    let mut junit = of_junit(&render(&report, Format::Junit));
    assert_eq!(junit.failing, whole.failing, "junit");
    for gap in report.gaps.iter().filter(|gap| gap.known.is_some()) {
        let word = junit.verdicts.insert(gap.requirement.to_string(), gap.verdict.word().to_owned());
        assert_eq!(word.as_deref(), Some(gap.verdict.word()), "{}", gap.requirement);
    }
    // A `should` that fails is a warning.
    let shoulds: Vec<&str> = whole
        .verdicts
        .keys()
        .map(String::as_str)
        .filter(|id| verdict_of(&report, id) == Verdict::Fail && level_of(&report, id) == "should")
        .collect();
    assert!(!shoulds.is_empty());
    for id in shoulds {
        if junit.verdicts.get(id).is_some_and(|word| word == "warn") {
            junit.verdicts.insert(id.to_owned(), "fail".to_owned());
        }
    }
    assert_eq!(junit.verdicts, whole.verdicts, "junit");
    assert_eq!(of_ctrf(&render(&report, Format::Ctrf)), whole, "ctrf");
    let sarif = of_sarif(&render(&report, Format::Sarif));
    assert_eq!(sarif.verdicts.keys().collect::<Vec<_>>(), whole.verdicts.keys().collect::<Vec<_>>(), "sarif");
    for (id, word) in &sarif.verdicts {
        assert!(*word == whole.verdicts[id] || (word == "warn" && level_of(&report, id) == "should"), "{id}: {word}");
    }
    let gaps: BTreeSet<String> =
        report.gaps.iter().filter(|gap| gap.counts()).map(|gap| gap.requirement.to_string()).collect();
    assert_eq!(sarif.failing, gaps, "sarif");
    let alerts = of_sarif(&render(&report, Format::CodeScanning));
    assert!(whole.failing.iter().all(|id| alerts.verdicts.contains_key(id)), "code-scanning");
    assert!(
        alerts.verdicts.keys().all(|id| !known(&report, id)) && !alerts.verdicts.values().any(|word| word == "pass")
    );
    let page = render(&report, Format::Html);
    assert_eq!(of_html(&page), whole.verdicts, "html");
    let counts = &report.summary;
    for (verdict, count) in [("fail", counts.fail), ("pass", counts.pass), ("not applicable", counts.not_applicable)] {
        assert!(page.contains(&format!("{verdict} ({count})")), "html: {verdict}");
    }
    assert_eq!(page.matches("<article").count(), report.gaps.len(), "html");
    let row = [counts.pass, counts.warn, counts.fail, counts.inconclusive, counts.not_applicable, counts.error];
    let row = row.map(|count| count.to_string());
    assert!(render(&report, Format::Markdown).contains(&format!("| {} |", row.join(" | "))), "markdown");
    let line = format!(
        "{} pass, {} warn, {} fail, {} inconclusive, {} not applicable, {} error\n",
        row[0], row[1], row[2], row[3], row[4], row[5]
    );
    assert!(render(&report, Format::Text).contains(&line), "text");
}

fn level_of<'a>(report: &'a Report, id: &str) -> &'a str {
    report.requirements.iter().find(|row| row.id == id).map_or("", |row| &row.level)
}

fn known(report: &Report, id: &str) -> bool {
    report.requirements.iter().any(|row| row.id == id && row.known.is_some())
}

#[test]
fn every_report_keeps_its_published_schema() {
    let path = "specs/format/report.json";
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let fresh = serde_json::to_string_pretty(&schema()).expect("JSON") + "\n";
    if crate::support::variable("TOUCHMARK_DOCS").is_some_and(|how| how == "write") {
        std::fs::write(&file, &fresh).expect("a file can be written");
    }
    assert!(
        std::fs::read_to_string(&file).is_ok_and(|text| text == fresh),
        "{path} is not fresh: run the tests with TOUCHMARK_DOCS=write"
    );
    let validator = jsonschema::validator_for(&schema()).expect("a schema");
    let made: Value = serde_json::from_str(&render(&report(40, "text"), Format::Json)).expect("JSON");
    let fault = validator.iter_errors(&made).next().map(|fault| fault.to_string());
    assert_eq!(fault, None);
    for (pointer, member) in
        [("", "gaps"), ("/summary", "pass"), ("/requirements/0", "id"), ("/gaps/0/request", "line")]
    {
        let mut broken = made.clone();
        broken.pointer_mut(pointer).and_then(Value::as_object_mut).expect("an object").remove(member);
        assert!(!validator.is_valid(&broken), "{pointer} without {member}");
    }
}

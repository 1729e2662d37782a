//! Whatever a target says, each format stays what it is, and within its bounds.

use std::io::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};
use touchmark::{
    decode::xsd,
    report::{Format, render},
};

use super::{of_ctrf, of_html, of_junit, of_sarif, site::report};
use crate::support::variable;

/// What JUnit's XML may have in it where Jenkins reads it, as far as a report has it: stricter than `junit-10.xsd` and never looser.
const JUNIT: &str = include_str!("junit.xsd");

/// What a target says.
fn hostile() -> Vec<String> {
    let all = [
        "a\0b\u{1}\u{1b}[31m\u{7f}\u{9b}\r\n\tc",
        "\u{fffe}\u{ffff}\u{fdd0}\u{1fffe}\u{202e}\u{2066}\u{feff}",
        "]]> <![CDATA[ --> <!-- <?xml ?>",
        "<script>alert(1)</script></style></script>",
        "<img src=x onerror=document.title='owned'>",
        "\"><svg onload=alert(1)>&lt;&#60;&amp;",
        "| a | b `c` ``d`` \\| \\` **e** [f](javascript:g) @h #1 https://i.example",
        "```\n# heading\n~~~\n</details><details>\n| x |",
        "{0} {{1}} [text](2) %s %n ${HOME} $(touch owned)",
        "äöü €😀 \u{301}\u{301}\u{301}",
    ];
    all.into_iter().map(str::to_owned).chain([" <b>&'\"|`".repeat(1_111), "x".repeat(10_000), String::new()]).collect()
}

#[test]
fn whatever_a_target_says_each_format_stays_what_it_is() {
    let mut documents = Vec::new();
    for says in hostile() {
        let report = report(60, &says);
        let junit = render(&report, Format::Junit);
        assert_eq!(of_junit(&junit).verdicts.len(), 60, "{says:?}");
        documents.push(junit);
        assert_eq!(of_sarif(&render(&report, Format::Sarif)).verdicts.len(), 60, "{says:?}");
        assert_eq!(of_ctrf(&render(&report, Format::Ctrf)).verdicts.len(), 60, "{says:?}");
        let page = render(&report, Format::Html);
        assert_eq!(of_html(&page).len(), 60, "{says:?}");
        for (tag, count) in
            [("<script", 1), ("</script", 1), ("<style", 1), ("</style", 1), ("<img", 0), ("onload=", 0)]
        {
            let found =
                page.matches(tag).count() - if tag == "onload=" { page.matches("svg onload=").count() } else { 0 };
            assert_eq!(found, count, "{tag}: {says:?}");
        }
        assert!(!page.contains("<svg onload"), "{says:?}");
        let summary = render(&report, Format::Markdown);
        check_markdown(&summary);
        for text in [page, summary, render(&report, Format::Text), render(&report, Format::Junit)] {
            let hidden =
                text.chars().find(|c| (c.is_control() && !"\n\t".contains(*c)) || "\u{202e}\u{fffe}".contains(*c));
            assert_eq!(hidden, None, "{says:?}");
        }
    }
    let documents: Vec<&str> = documents.iter().map(String::as_str).collect();
    for (number, fault) in xsd::validate(JUNIT, &documents).expect("a schema").into_iter().enumerate() {
        assert_eq!(fault, None, "{:?}", hostile()[number]);
    }
    let broken = documents[0].replacen("errors=\"0\"", "skipped=\"1\" errors=\"0\"", 1);
    assert!(xsd::validate(JUNIT, &[&broken]).is_ok_and(|faults| faults[0].is_some()), "Jenkins refuses it on the root");
}

/// At most so long, with every row of a table as wide as its head, and nothing of HTML but what it writes itself.
#[track_caller]
fn check_markdown(text: &str) {
    assert!(
        text.lines().count() <= 100 && text.len() <= 60 * 1024,
        "{} lines, {} bytes",
        text.lines().count(),
        text.len()
    );
    let mut width = None;
    for line in text.lines() {
        let bars = line.matches('|').count();
        match line.starts_with('|') {
            true => assert_eq!(*width.get_or_insert(bars), bars, "{line}"),
            false => width = None,
        }
        if !line.starts_with("    ") {
            let without = line.replace("<code>", "").replace("</code>", "");
            assert!(!without.contains(['<', '`', '[', '@', '\\']) || line.contains("of them `must`"), "{line}");
        }
    }
}

#[test]
fn a_report_stays_within_the_bounds_of_who_reads_it() {
    // Half of it is escaped, and grows.
    let said = "<b>&\" and ".repeat(400);
    let report_of = |count| report(count, &said);
    let large = report_of(10_000);
    let page = render(&large, Format::Html);
    assert!(page.len() < 2_000_000, "{} bytes", page.len());
    assert!(page.contains("<article") && page.contains("left out for want of room"));
    check_markdown(&render(&large, Format::Markdown));
    let modest = report(10_000, "2019");
    let page = render(&modest, Format::Html);
    assert!(
        page.len() < 2_000_000 && of_html(&page).len() == 10_000,
        "{} bytes, {} rows",
        page.len(),
        of_html(&page).len()
    );
    let sarif = render(&report_of(25_100), Format::Sarif);
    let read = of_sarif(&sarif);
    assert_eq!(read.verdicts.len(), 25_000);
    // What is left out is what the target keeps.
    assert!(
        sarif.contains("100 results left out") && read.verdicts.values().filter(|word| *word == "pass").count() > 1_000
    );
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(sarif.as_bytes()).expect("memory");
    let bytes = packed.finish().expect("memory").len();
    assert!(bytes < 10_000_000, "{bytes} bytes, packed");
}

#[test]
fn a_page_runs_its_own_script_and_loads_nothing() {
    let page = render(&report(50, "<img src=https://x.example/y>"), Format::Html);
    let between =
        |open: &str, close: &str| page.split(open).nth(1).and_then(|rest| rest.split(close).next()).expect("a part");
    let digest = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    let policy = between("Content-Security-Policy\" content=\"", "\"").replace("&#39;", "'");
    for part in ["default-src 'none'", "base-uri 'none'", "form-action 'none'"] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(policy.contains(&format!("style-src {}", digest(between("<style>", "</style>")))), "{policy}");
    assert!(policy.contains(&format!("script-src {}", digest(between("<script>", "</script>")))), "{policy}");
    // An address would be loaded by `src`, `href` or `url(`.
    for part in regex::Regex::new(r#"(?:src|href)="([^"]*)""#).expect("a pattern").captures_iter(&page) {
        assert!(part[1].starts_with('#') || part[1] == *"data:,", "{}", &part[1]);
    }
    assert!(!page.contains("url(") && !page.contains("@import"));
}

/// Writes what validators of other people read, where somebody asks for it.
#[test]
fn reports_for_other_peoples_validators() {
    let Some(folder) = variable("TOUCHMARK_REPORTS") else { return };
    let write = |name: String, text: String| {
        std::fs::write(std::path::Path::new(&folder).join(name), text).expect("a file can be written");
    };
    let whole = hostile().iter().filter(|says| says.len() < 1_000).cloned().collect::<Vec<_>>().join(" ");
    let reports = [("plain", 300, "2019"), ("hostile", 300, &whole), ("large", 10_000, "2019")];
    for (name, count, says) in reports {
        let report = report(count, says);
        for format in [
            Format::Json,
            Format::Junit,
            Format::Sarif,
            Format::CodeScanning,
            Format::Html,
            Format::Markdown,
            Format::Ctrf,
        ] {
            write(format!("{name}.{}", format.ending()), render(&report, format));
        }
    }
}

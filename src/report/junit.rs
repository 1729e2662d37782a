//! A report as JUnit's XML, valid under the schema of Jenkins' xUnit plugin (`junit-10.xsd`).
//!
//! In: a report. Out: a suite for each endpoint, a case for each requirement. What keeps the exit code from being 0 is a `failure`; what is
//! known, not applicable or not tested is `skipped` with the reason, so that nothing untested is green; a warning is a text of its case.
//! No `error`: readers and the schema do not agree on its name.

use std::{
    collections::{BTreeMap, HashMap},
    io,
};

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};

use super::{
    Gap, Report, RequirementRow,
    standing::{Standing, gaps_by_id, group},
    text,
    visible::{cut, on_one_line, visible},
};

/// The most characters of a message.
const MESSAGE_CHARS_MAX: usize = 1_000;

/// The most characters of what a case shows besides.
const DETAIL_CHARS_MAX: usize = 8_000;

/// The most bytes of all of that; cases after it have their message alone.
const DETAILS_BYTES_MAX: usize = 16 * 1024 * 1024;

type Xml = Writer<Vec<u8>>;

/// The report as XML.
pub(super) fn render(report: &Report) -> String {
    // Nothing fails that is written into memory.
    String::from_utf8(write(report).unwrap_or_default()).unwrap_or_default()
}

fn write(report: &Report) -> io::Result<Vec<u8>> {
    let mut suites: BTreeMap<&str, Vec<&RequirementRow>> = BTreeMap::new();
    for row in &report.requirements {
        suites.entry(group(&row.id)).or_default().push(row);
    }
    let gaps = gaps_by_id(report);
    let mut room = DETAILS_BYTES_MAX;
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let counts = Counts::of(report.requirements.iter());
    xml.create_element("testsuites")
        .with_attributes([
            ("name", "touchmark"),
            ("time", &seconds(report.run.duration_ms)),
            ("tests", &counts.tests),
            ("failures", &counts.failures),
            ("errors", "0"),
        ])
        .write_inner_content(|xml| {
            for (name, rows) in &suites {
                suite(xml, name, rows, report, &gaps, &mut room)?;
            }
            Ok(())
        })?;
    let mut bytes = xml.into_inner();
    bytes.push(b'\n');
    Ok(bytes)
}

fn suite(
    xml: &mut Xml,
    name: &str,
    rows: &[&RequirementRow],
    report: &Report,
    gaps: &HashMap<&str, &Gap>,
    room: &mut usize,
) -> io::Result<()> {
    let counts = Counts::of(rows.iter().copied());
    let name = on_one_line(name, MESSAGE_CHARS_MAX);
    let class = name.replace('.', "_").replace('/', ".");
    xml.create_element("testsuite")
        .with_attributes([
            ("name", name.as_str()),
            ("tests", &counts.tests),
            ("failures", &counts.failures),
            ("errors", "0"),
            ("skipped", &counts.skipped),
        ])
        .write_inner_content(|xml| {
            properties(xml, report)?;
            rows.iter().try_for_each(|row| case(xml, &class, row, gaps.get(row.id.as_str()).copied(), room))
        })?;
    Ok(())
}

fn properties(xml: &mut Xml, report: &Report) -> io::Result<()> {
    let facts = [
        ("tool", format!("{} {}", report.tool.name, report.tool.version)),
        ("target", on_one_line(&report.target.url, MESSAGE_CHARS_MAX)),
        ("guide", format!("{} ({})", report.guide.title, report.guide.api_version)),
        ("specs", report.guide.digest.clone()),
        ("seed", report.run.seed.to_string()),
    ];
    xml.create_element("properties").write_inner_content(|xml| {
        for (name, value) in &facts {
            let value = visible(value);
            xml.create_element("property").with_attributes([("name", *name), ("value", &value)]).write_empty()?;
        }
        Ok(())
    })?;
    Ok(())
}

fn case(xml: &mut Xml, class: &str, row: &RequirementRow, gap: Option<&Gap>, room: &mut usize) -> io::Result<()> {
    let name = on_one_line(&row.id, MESSAGE_CHARS_MAX);
    // How long a requirement took is not known: its answers are shared with others.
    let case = xml.create_element("testcase").with_attributes([
        ("name", name.as_str()),
        ("classname", class),
        ("time", "0.000"),
    ]);
    let element = match Standing::of(row) {
        Standing::Kept => return case.write_empty().map(|_| ()),
        Standing::Warned => "system-out",
        standing if standing.fails() => "failure",
        _ => "skipped",
    };
    let message = match (gap, &row.reason) {
        (Some(Gap { known: Some(why), .. }), _) => format!("known gap: {why}"),
        (Some(gap), _) => format!("expected {}; got {}", gap.expected, gap.got),
        (None, Some(reason)) => reason.clone(),
        (None, None) => row.verdict.word().to_owned(),
    };
    let message = on_one_line(&message, MESSAGE_CHARS_MAX);
    let detail = gap.map(|gap| visible(&cut(&text::gap(gap), DETAIL_CHARS_MAX)).into_owned()).filter(|detail| {
        let fits = detail.len() <= *room;
        *room = room.saturating_sub(detail.len());
        fits
    });
    case.write_inner_content(|xml| {
        let element = match element {
            "system-out" => xml.create_element(element),
            with_message => {
                xml.create_element(with_message).with_attributes([("type", row.verdict.word()), ("message", &message)])
            }
        };
        match detail {
            Some(detail) => element.write_text_content(BytesText::new(&detail))?,
            None => element.write_text_content(BytesText::new(&message))?,
        };
        Ok(())
    })?;
    Ok(())
}

/// Counts as attributes.
struct Counts {
    tests: String,
    failures: String,
    skipped: String,
}

impl Counts {
    fn of<'a>(rows: impl Iterator<Item = &'a RequirementRow>) -> Self {
        let (mut tests, mut failures, mut skipped) = (0, 0, 0);
        for row in rows {
            tests += 1;
            match Standing::of(row) {
                Standing::Kept | Standing::Warned => {}
                standing if standing.fails() => failures += 1,
                _ => skipped += 1,
            }
        }
        let [tests, failures, skipped] = [tests, failures, skipped].map(|count: usize| count.to_string());
        Self { tests, failures, skipped }
    }
}

fn seconds(ms: u64) -> String {
    format!("{}.{:03}", ms / 1_000, ms % 1_000)
}

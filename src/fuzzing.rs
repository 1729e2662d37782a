//! One law for each reader of bytes from outside.
//!
//! In: any bytes. Out: nothing, or a panic that names the law that does not hold. The fuzz targets in `fuzz/` and the replay of
//! `corpus/` in `tests/corpus.rs` call the same functions. Nothing here goes on the network or reads a clock; [`spec`] alone
//! writes, into a temporary folder of its own that it takes away again.

use std::{
    collections::{BTreeMap, hash_map::RandomState},
    fs,
    hash::{BuildHasher as _, Hasher as _},
    path::PathBuf,
    str,
    sync::LazyLock,
};

use serde_json::{Map, Value};

use crate::{
    commands,
    decode::{json as json_reader, openapi as openapi_reader, time as instants, xml as xml_reader},
    generate, judge,
    model::{
        case::{Case, Class, Purpose, Role},
        credential::{AccountRole, Credential},
        exchange::{Answer, Exchange, Outcome, Request},
        record::Record,
        suite::Suite,
        variables::{self as names, Variables},
        verdict::{Finding, Verdict},
    },
    report,
    spec::{self as guide, Endpoint, Query, Requirement, Spec},
};

mod media;

pub use crate::decode::archive::law::{archive_event, archive_state};
pub use media::{brcs, javascript, zip};

/// A law: any bytes go in, and it panics where it does not hold.
pub type Law = fn(&[u8]);

/// Every law by the name that its fuzz target and its folder of `corpus/` have.
pub const TARGETS: [(&str, Law); 18] = [
    ("answer", answer),
    ("archive_event", archive_event),
    ("archive_state", archive_state),
    ("brcs", brcs),
    ("config", config),
    ("javascript", javascript),
    ("journal", journal),
    ("json", json),
    ("known_gaps", known_gaps),
    ("openapi", openapi),
    ("query", query),
    ("report", report),
    ("spec", spec),
    ("time", time),
    ("variables", variables),
    ("xml", xml),
    ("xsd", xsd),
    ("zip", zip),
];

static SPEC: LazyLock<Spec> =
    LazyLock::new(|| guide::embedded().expect("a test keeps the embedded spec data free of faults"));

/// XML answers: what is read and written again reads the same, and libxml2 agrees on what is well-formed, or there is a name for
/// why it does not.
pub fn xml(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let second = judge::fuzzing::parses(text);
    let label = label_of(text);
    let same_text = LABELS.iter().any(|known| label.starts_with(known));
    match xml_reader::read(text) {
        Ok(root) => {
            assert!(same_text, "under the label {label} libxml2 reads another text");
            let as_labelled = text.is_ascii() || label.starts_with("utf");
            assert!(second.is_ok() || !as_labelled, "libxml2 does not take what our reader takes");
            if can_be_written(&root) {
                let again = xml_reader::read(&root.to_xml(&root.namespace));
                assert_eq!(again, Ok(in_one_namespace(&root, &root.namespace)), "what is written reads otherwise");
            }
        }
        Err(fault) => {
            assert!(fault.at <= text.len() as u64, "a fault behind the end: {fault:?}");
            // libxml2 takes a NUL after the root for the end of the document, and reads another text under other labels.
            let stricter = fault.kind.is_stricter_than_libxml2() || text.contains('\0') || !same_text;
            assert!(stricter || second.is_err(), "libxml2 takes what our reader does not: {fault:?}");
        }
    }
}

/// Encodings in which ASCII is ASCII. Any other label would let a target show libxml2 markup that our reader does not see.
const LABELS: [&str; 6] = ["utf-8", "utf8", "us-ascii", "ascii", "iso-8859-", "windows-125"];

/// The encoding that the declaration names, in lower case.
fn label_of(text: &str) -> String {
    let blanks = [' ', '\t', '\r', '\n'];
    let declaration =
        text.strip_prefix("<?xml").filter(|rest| rest.starts_with(blanks)).and_then(|rest| rest.split_once("?>"));
    let Some((_, value)) = declaration.and_then(|(inside, _)| inside.split_once("encoding")) else {
        return "utf-8".to_owned();
    };
    let value = value.trim_start_matches(blanks).trim_start_matches('=').trim_start_matches(blanks);
    value.trim_start_matches(['"', '\'']).split(['"', '\'']).next().unwrap_or_default().to_ascii_lowercase()
}

/// Prefixes are not kept, so what only they tell apart cannot be written again.
fn can_be_written(node: &xml_reader::Node) -> bool {
    let mut names: Vec<&str> = node.attributes.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names.len() == node.attributes.len() && !names.contains(&"xmlns") && node.children.iter().all(can_be_written)
}

fn in_one_namespace(node: &xml_reader::Node, namespace: &str) -> xml_reader::Node {
    xml_reader::Node {
        namespace: namespace.into(),
        children: node.children.iter().map(|child| in_one_namespace(child, namespace)).collect(),
        ..node.clone()
    }
}

/// A published schema and answers, with a line `---` before each answer: a schema that refers elsewhere is never compiled, one that
/// compiles can be used, and the verdict on an answer does not depend on the answers around it.
pub fn xsd(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let mut parts = text.split("\n---\n");
    let schema = parts.next().unwrap_or_default();
    let answers: Vec<String> =
        parts.take(4).filter(|answer| xml_reader::read(answer.trim_start()).is_ok()).map(str::to_owned).collect();
    let twice: Vec<String> =
        answers.iter().cloned().chain(answers.iter().map(|answer| format!("{answer}\n"))).collect();
    let documents: Vec<&str> = twice.iter().map(String::as_str).collect();
    let Some(faults) = judge::fuzzing::validate(schema, &documents) else { return };
    let root = xml_reader::read(schema.trim_start_matches('\u{feff}')).expect("only what our reader takes is compiled");
    let label = label_of(schema.trim_start_matches('\u{feff}'));
    assert!(
        LABELS.iter().any(|known| label.starts_with(known)),
        "under the label {label} libxml2 reads another schema"
    );
    root.walk(&mut |node| {
        assert_eq!(node.attribute("schemaLocation"), None, "a schema that refers elsewhere was compiled")
    });
    let faults = faults.expect("a schema that compiles can be used");
    assert_eq!(faults.len(), documents.len());
    assert_eq!(faults[..answers.len()], faults[answers.len()..], "the same answer twice, two verdicts");
    for (document, fault) in documents.iter().zip(&faults) {
        let alone = judge::fuzzing::validate(schema, &[document]);
        assert_eq!(alone, Some(Ok(vec![fault.clone()])), "an answer alone has another verdict than among others");
    }
}

/// An answer: a first line such as `command/get_api_info 200`, then the body. No answer is both accepted and refused, an error
/// status is a refusal, nothing that has no body is the documented XML, only what is accepted makes a pass, and what fails is
/// shown in the record.
pub fn answer(data: &[u8]) {
    let (head, body) =
        data.iter().position(|byte| *byte == b'\n').map_or((data, &[][..]), |at| (&data[..at], &data[at + 1..]));
    let head = String::from_utf8_lossy(head);
    let (id, status) = head.split_once(' ').unwrap_or((&head, "200"));
    let status = status.trim().parse().unwrap_or(200);
    let endpoint = SPEC.endpoints.get(id).or_else(|| SPEC.endpoints.values().nth(id.len() % SPEC.endpoints.len()));
    let endpoint = endpoint.expect("a remainder is less than the number of endpoints");
    let exchange = exchange_of(endpoint, status, body);
    let (accepted, refused) = (judge::accepted(&SPEC, &exchange), judge::refused(&SPEC, &exchange));
    assert!(!(accepted && refused), "both accepted and refused");
    assert!(!accepted || (200..300).contains(&status), "accepted with status {status}");
    assert!(refused || status < 400, "not refused with status {status}");
    let without_body = Answer { body: "".into(), ..answer_of(status, body) };
    let without_body = Exchange { outcome: Outcome::Answer(without_body), ..exchange.clone() };
    assert!(!(documents_xml(endpoint) && judge::accepted(&SPEC, &without_body)), "an empty body is accepted");
    let cut = Answer { cut: Some("after a while".to_owned()), ..answer_of(status, body) };
    let cut = Exchange { outcome: Outcome::Answer(cut), ..exchange.clone() };
    assert!(!judge::accepted(&SPEC, &cut), "an answer that is not whole is accepted");

    let selected: Vec<&Requirement> =
        SPEC.requirements.values().filter(|r| r.endpoint == endpoint.id && r.suite == Suite::Response).collect();
    let case = Case { purpose: Purpose::Requirement(String::new()), index: 0, steps: Vec::new() };
    let records = [Record { case, variables: Variables::new(), exchanges: vec![exchange] }];
    for finding in judged(&selected, &records).values() {
        assert!(
            finding.verdict != Verdict::Pass || accepted,
            "an answer that is not accepted makes a pass: {finding:?}"
        );
        assert_ne!(finding.verdict, Verdict::Error, "the bytes of a target are no fault of ours: {finding:?}");
    }
}

fn documents_xml(endpoint: &Endpoint) -> bool {
    let response = &endpoint.response;
    let documented = response.root.is_some() || response.success.is_some() || !endpoint.elements.is_empty();
    documented && response.json_schema.is_none() && !response.undocumented
}

fn answer_of(status: u16, body: &[u8]) -> Answer {
    Answer::of(status, Vec::new(), body.to_vec(), None)
}

fn exchange_of(endpoint: &Endpoint, status: u16, body: &[u8]) -> Exchange {
    Exchange {
        endpoint: endpoint.id.clone(),
        role: Role::Probe,
        step: 0,
        at_ms: 1_700_000_000_000,
        took_ms: 1,
        request: Request {
            method: "GET".to_owned(),
            path: endpoint.request.as_ref().map_or("/", |request| request.path.as_str()).to_owned(),
            query: String::new(),
            parameters: Vec::new(),
            headers: Vec::new(),
            credential: Credential::Token,
            account: AccountRole::Full,
            class: Class::Read,
            body: String::new(),
        },
        outcome: Outcome::Answer(answer_of(status, body)),
    }
}

/// Judges twice: the same records give the same findings, and every gap is shown by an exchange that is there.
fn judged(selected: &[&Requirement], records: &[Record]) -> BTreeMap<String, Finding> {
    let findings = judge::judge(&SPEC, selected, records, &BTreeMap::new()).findings;
    assert_eq!(
        judge::judge(&SPEC, selected, records, &BTreeMap::new()).findings,
        findings,
        "judged again, another finding"
    );
    for (id, finding) in &findings {
        let shown = finding.evidence.as_ref().and_then(|e| records.get(e.record)?.exchanges.get(e.exchange));
        let needed = matches!(finding.verdict, Verdict::Fail | Verdict::Warn);
        assert_eq!(needed, shown.is_some(), "{id}: a gap, and nothing else, is shown by an exchange: {finding:?}");
    }
    findings
}

/// JSON answers: what is read and written again reads the same. Our schemas for errors and tokens are fitted by objects with the
/// documented members and by nothing else.
pub fn json(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let Ok(value) = json_reader::read(text) else { return };
    assert_eq!(json_reader::read(&value.to_string()), Ok(value.clone()), "what is written reads otherwise");
    for (schema, validator) in JSON_SCHEMAS.iter() {
        let fits = |value: &Value| {
            let fits = validator.is_valid(value);
            assert_eq!(fits, fits_by_hand(schema, value), "{} of {value}", schema["title"]);
            fits
        };
        fits(&value);
        let Some(members) = value.as_object().map(|own| with_documented(schema, own)) else { continue };
        let whole = fits(&Value::Object(members.clone()));
        assert!(whole || value.get("access_token").is_some(), "the documented members do not fit: {members:?}");
        for name in required(schema) {
            let mut less = members.clone();
            less.remove(name);
            assert!(!fits(&Value::Object(less)), "it fits without `{name}`");
        }
    }
}

static JSON_SCHEMAS: LazyLock<Vec<(Value, jsonschema::Validator)>> = LazyLock::new(|| {
    let schema = |name: &&str| {
        let schema: Value = serde_json::from_str(&SPEC.schemas[*name]).expect("the schema is JSON");
        let validator = jsonschema::validator_for(&schema).expect("the schema is a JSON Schema");
        (schema, validator)
    };
    ["error.json", "token.json"].iter().map(schema).collect()
});

fn required(schema: &Value) -> impl Iterator<Item = &str> {
    schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// An object with the documented constants, and with a token when it has none.
fn with_documented(schema: &Value, own: &Map<String, Value>) -> Map<String, Value> {
    let mut members = own.clone();
    for name in required(schema) {
        match schema["properties"][name].get("const") {
            Some(constant) => {
                members.insert(name.to_owned(), constant.clone());
            }
            None => {
                members.entry(name).or_insert_with(|| Value::from("a-token"));
            }
        }
    }
    members
}

/// What the schemas say, said again without them: constants, and a token that can stand in a header.
fn fits_by_hand(schema: &Value, value: &Value) -> bool {
    let printable = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    value.is_object()
        && required(schema).all(|name| match (schema["properties"][name].get("const"), &value[name]) {
            (Some(Value::Number(constant)), Value::Number(number)) => constant.as_f64() == number.as_f64(),
            (Some(constant), found) => constant == found,
            (None, found) => found.as_str().is_some_and(printable),
        })
}

/// Instants: the first ten bytes choose one and a notation, and it reads back; all bytes as a text are an instant in one notation
/// at most, and only in the documented shape.
pub fn time(data: &[u8]) {
    let number = |from: usize, count: usize| {
        data.iter().skip(from).take(count).rev().fold(0_u64, |number, byte| number << 8 | u64::from(*byte))
    };
    let epoch = i64::try_from(number(0, 8) % (LAST_S - FIRST_S).unsigned_abs()).expect("a small remainder") + FIRST_S;
    let east_min = i64::try_from(number(8, 2) % (2 * EAST_MIN_MAX + 1)).expect("a small remainder") - 14 * 60;
    let sign = if east_min < 0 { '-' } else { '+' };
    let (hours, minutes) = (east_min.abs() / 60, east_min.abs() % 60);
    let (here, there) = (date_and_time(epoch), date_and_time(epoch + east_min * 60));
    for written in [
        format!("{here}Z"),
        format!("{here}.{}Z", number(8, 2)),
        format!("{there}{sign}{hours:02}:{minutes:02}"),
        format!("{there}{sign}{hours:02}{minutes:02}"),
    ] {
        assert_eq!(instants::instant(&written), Some(epoch), "{written}");
    }
    if (0..1_000_000_000_000).contains(&epoch) {
        assert_eq!(instants::instant(&epoch.to_string()), Some(epoch));
    }

    let Some(text) = text(data) else { return };
    let (seconds, calendar) = (instants::epoch(text), instants::iso8601(text));
    assert_eq!(instants::instant(text), seconds.or(calendar));
    assert!(seconds.is_none() || calendar.is_none(), "both notations");
    assert!(calendar.is_none() || has_documented_shape(text), "an instant of no documented shape");
    if let Some(epoch) = calendar.filter(|epoch| (FIRST_S..LAST_S).contains(epoch)) {
        assert_eq!(
            instants::instant(&format!("{}Z", date_and_time(epoch))),
            Some(epoch),
            "the same instant, written by us"
        );
    }
}

/// The second day of year 0, so that an offset stays within the four digits of a year.
const FIRST_S: i64 = -62_167_132_800;

/// The last day of year 9999.
const LAST_S: i64 = 253_402_214_400;

/// The farthest offset from UTC.
const EAST_MIN_MAX: u64 = 14 * 60;

/// `YYYY-MM-DDThh:mm:ss` in UTC, counted year by year and month by month, unlike the reader.
fn date_and_time(epoch: i64) -> String {
    let (mut day, second) = (epoch.div_euclid(86_400) + 719_528, epoch.rem_euclid(86_400));
    let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let mut year = day / 146_097 * 400;
    day %= 146_097;
    while day >= 365 + i64::from(leap(year)) {
        day -= 365 + i64::from(leap(year));
        year += 1;
    }
    let mut month = 1;
    for days in [31, 28 + i64::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30] {
        if day < days {
            break;
        }
        day -= days;
        month += 1;
    }
    let (hour, minute) = (second / 3_600, second / 60 % 60);
    format!("{year:04}-{month:02}-{:02}T{hour:02}:{minute:02}:{:02}", day + 1, second % 60)
}

/// Digits where `YYYY-MM-DDThh:mm:ss` has them, perhaps a fraction, then `Z` or an offset `±hh`, `±hhmm` or `±hh:mm`.
fn has_documented_shape(text: &str) -> bool {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let Some(rest) = shape.strip_prefix("0000-00-00T00:00:00") else { return false };
    let zone = rest.strip_prefix(".0").map_or(rest, |fraction| fraction.trim_start_matches('0'));
    ["Z", "+00", "-00", "+0000", "-0000", "+00:00", "-00:00"].contains(&zone)
}

/// A spec file: a first line such as `command/x.toml`, then its text, beside the guide's own file. Either every fault names a file
/// below `specs/` on a line of its own with indented advice, or each requirement's id starts with its endpoint's.
pub fn spec(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let (path, file) = text.split_once('\n').unwrap_or(("command/x.toml", text));
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"._".contains(&b));
    let parts: Vec<&str> = path.split('/').collect();
    if path.len() > 64 || !parts.iter().all(|part| plain(part) && part.trim_matches('.').len() == part.len()) {
        return;
    }
    let folder = Folder::new();
    folder.write("guide.toml", include_str!("../specs/guide.toml"));
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

/// OpenAPI documents: what is read and written again as JSON reads the same; what is made of a document stands below the Configuration
/// API, is called in a way that can be pasted, and can be drawn.
pub fn openapi(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let contract = match openapi_reader::read(text) {
        Ok(contract) => contract,
        Err(fault) => {
            let fault = fault.to_string();
            assert!(!fault.is_empty() && fault.lines().count() == 1, "a fault of several lines: {fault:?}");
            return;
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
    for (number, (id, requirement)) in made.enumerate() {
        assert!(id.starts_with("configuration/") && id.chars().all(plain), "{id}");
        assert!(extended.spec.endpoints.contains_key(&requirement.endpoint), "{id} has no endpoint");
        if number < 64 {
            let cases = generate::cases(&extended.spec, requirement, 0, 1);
            assert_eq!(cases.len(), 1, "{id} cannot be drawn");
        }
    }
}

/// Queries: what is read and written again is the same query.
pub fn query(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let Ok(query) = Query::parse(text) else { return };
    assert_eq!(Query::parse(&query.to_string()), Ok(query.clone()), "`{query}` reads otherwise");
}

/// `touchmark.toml`: a fault names a line of the file, and neither a fault nor what was read shows a client secret.
pub fn config(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let shown = match commands::read_config(text) {
        Ok(config) => format!("{config:?}"),
        Err(fault) => {
            in_a_line_of(text, &fault);
            fault
        }
    };
    let Ok(table) = text.parse::<toml::Table>() else { return };
    for secret in secrets(&table) {
        // What stands elsewhere in the file, or in our own words, may be shown.
        let telling =
            secret.len() >= 8 && secret.bytes().any(|b| b.is_ascii_digit()) && text.matches(&secret).count() < 2;
        assert!(!(telling && shown.contains(&secret)), "a secret is shown: {shown}");
    }
}

/// Whatever stands where a client secret belongs, of whatever type.
fn secrets(config: &toml::Table) -> Vec<String> {
    let in_words = |value: &toml::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match config.get("account") {
        Some(toml::Value::Array(rows)) => {
            rows.iter().filter_map(|row| row.get("client_secret")).map(in_words).collect()
        }
        Some(toml::Value::Table(row)) => row.get("client_secret").map(in_words).into_iter().collect(),
        Some(toml::Value::String(pair)) => {
            pair.split_once(':').map(|(_, secret)| secret.to_owned()).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// Known gaps: none of them comes back once it has expired, each has a reason, and a fault names a line of the file.
pub fn known_gaps(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let at = |now_s: i64| commands::read_known_gaps(text, now_s);
    let mut earlier = match at(i64::MIN) {
        Ok(known) => known,
        Err(fault) => {
            in_a_line_of(text, &fault);
            assert_eq!(at(i64::MAX), Err(fault), "whether a file can be read does not depend on the day");
            return;
        }
    };
    assert!(
        earlier.iter().all(|(id, reason)| !id.is_empty() && !reason.trim().is_empty()),
        "a gap without id or reason"
    );
    for now_s in [0, 1_733_270_400, 1_733_270_401, i64::MAX] {
        let later = at(now_s).expect("it could be read before");
        assert!(later.keys().all(|id| earlier.contains_key(id)), "a gap came back");
        earlier = later;
    }
    assert_eq!(earlier, BTreeMap::new(), "a gap that never expires");
}

/// A fault such as `12: what is wrong`, where the file has a line 12.
fn in_a_line_of(text: &str, fault: &str) {
    let line = fault.split_once(": ").and_then(|(line, _)| line.parse::<usize>().ok());
    let lines = text.matches('\n').count() + 1;
    assert!(line.is_some_and(|line| (1..=lines).contains(&line)), "no line of the file is named: {fault:?}");
    assert_eq!(fault.lines().count(), 1, "a fault of several lines: {fault:?}");
}

/// `report.json`: what is read and written again reads the same, and can be shown.
pub fn report(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let Ok(read) = commands::read_report(text) else { return };
    let written = serde_json::to_string(&read).expect("a report can be written");
    assert_eq!(commands::read_report(&written), Ok(read.clone()), "what is written reads otherwise");
    assert!(report::to_text(&read).ends_with('\n'), "nothing is shown of it");
}

/// Journals: what is read and written again reads the same, and its first records where it breaks off; a fault names a line that
/// is there; and what a journal says can be judged, with the same findings each time.
pub fn journal(data: &[u8]) {
    let Some(text) = text(data) else { return };
    match report::read_journal(text) {
        Ok((head, records)) => {
            let mut written = report::to_line(&head);
            written.extend(records.iter().map(report::to_line));
            assert_eq!(report::read_journal(&written), Ok((head, records.clone())), "what is written reads otherwise");
            broken_off(&written, text.len(), &records);
            let named =
                |r: &&Requirement| records.iter().any(|record| record.case.purpose.requirement() == Some(&r.id));
            let selected: Vec<&Requirement> = SPEC.requirements.values().filter(named).take(8).collect();
            judged(&selected, &records);
        }
        Err(fault) => {
            let fault = fault.strip_prefix("line ").expect("a fault names its line");
            in_a_line_of(text, fault);
        }
    }
}

/// A journal that ends anywhere behind its head gives its first records.
fn broken_off(written: &str, bytes: usize, records: &[Record]) {
    let head = written.find('\n').map_or(written.len(), |end| end + 1);
    let end = (head..=written.len()).cycle().skip(bytes).find(|end| written.is_char_boundary(*end)).unwrap_or(head);
    let (_, first) = report::read_broken_off(&written[..end]).expect("all its whole lines can be read");
    assert_eq!(first.len(), written[head..end].matches('\n').count());
    assert!(records.starts_with(&first), "what was broken off reads otherwise");
}

/// Variables: lines `name=value` up to the first empty one, then a text. Without `${` it stays as it is, with every name standing
/// for itself too; every value that is known is put in, and the first name that is not known is told.
pub fn variables(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let (head, text) = text.split_once("\n\n").unwrap_or(("", text));
    let known: Variables =
        head.lines().filter_map(|line| line.split_once('=')).map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
    let mentioned = names::names(text);
    if !text.contains("${") {
        assert_eq!(names::fill(text, &Variables::new()), Ok(text.to_owned()), "a text without variables changes");
    }
    let themselves: Variables = mentioned.iter().map(|name| (name.clone(), format!("${{{name}}}"))).collect();
    assert_eq!(names::fill(text, &themselves), Ok(text.to_owned()), "names that stand for themselves change the text");
    let unknown = mentioned.iter().find(|name| !known.contains_key(*name));
    match (names::fill(text, &known), unknown) {
        (Ok(filled), None) => same_pieces(&filled, mentioned.iter().map(|name| known[name].as_str())),
        (Err(name), Some(unknown)) => assert_eq!(name, *unknown, "not the first unknown name"),
        (filled, unknown) => panic!("{filled:?} with {unknown:?} unknown"),
    }
}

fn same_pieces<'a>(filled: &str, mut values: impl Iterator<Item = &'a str>) {
    assert!(values.all(|value| filled.contains(value)), "a known value is missing in {filled:?}");
}

/// Readers of text get only what is UTF-8; other bytes are refused or replaced before them.
fn text(data: &[u8]) -> Option<&str> {
    str::from_utf8(data).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_writer_of_dates_knows_leap_years_and_the_days_before_1970() {
        for (epoch, text) in [
            (0, "1970-01-01T00:00:00"),
            (-1, "1969-12-31T23:59:59"),
            (951_782_400, "2000-02-29T00:00:00"),
            (4_107_542_399, "2100-02-28T23:59:59"),
            (FIRST_S, "0000-01-02T00:00:00"),
            (LAST_S, "9999-12-31T00:00:00"),
        ] {
            assert_eq!(date_and_time(epoch), text);
        }
    }

    #[test]
    fn the_documented_members_fit_and_others_do_not() {
        json(b"{\"access_token\": \"abc\", \"expires_in\": 3600}");
        let (schema, validator) = &JSON_SCHEMAS[0];
        let fitting = Value::Object(with_documented(schema, &Map::new()));
        assert!(validator.is_valid(&fitting) && fits_by_hand(schema, &fitting));
        assert!(!fits_by_hand(schema, &Value::from("access_denied")));
    }

    #[test]
    #[should_panic(expected = "no line of the file is named")]
    fn a_fault_without_a_line_breaks_the_law() {
        in_a_line_of("one line", "2: something");
    }
}

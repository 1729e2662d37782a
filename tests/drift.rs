//! What snapshots keep of a target, and what is said of another version of it: drifts by kind and level, and nothing of what means nothing.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    fs,
    sync::LazyLock,
};

use touchmark::{
    commands::InMemory,
    drift::{self, Drift, JudgedNow, Recording, Snapshot},
    emulator::{self, Config, Readings, Response},
    model::{case::Class, exchange::Outcome},
    run::Run,
    spec::{self, Spec},
};

use crate::notations;

static SPEC: LazyLock<Spec> = LazyLock::new(|| spec::embedded().expect("sound data"));

/// What is kept in most of the tests.
const ONLY: [&str; 9] = [
    "command/get_logged_in_reps/",
    "command/check_health/",
    "command/get_api_info/",
    "command/schema/",
    "reporting/support_session/",
    "session/start_session_js/",
    "realtime/state_js/",
    "configuration/openapi/",
    "configuration/user/",
];

type Change = Box<dyn Fn(&mut Response)>;

fn play(only: &[&str], config: Config, change: Change) -> (Spec, Run) {
    let on_the_way = Box::new(move |_, _: &_, response: &mut Response| change(response));
    let only = only.iter().map(|one| (*one).to_owned()).collect();
    let run = InMemory { config, on_the_way, only, plain: true, allow: Class::Read, ..InMemory::default() };
    let mut run = run.run(&SPEC).expect("a target that can be asked");
    (run.extended.take().unwrap_or_else(|| SPEC.clone()), run)
}

fn recorded(spec: &Spec, run: &Run) -> Recording {
    drift::gather(spec, &run.records, run.api_version.as_deref())
}

static BEFORE: LazyLock<Recording> = LazyLock::new(|| {
    let (spec, run) = play(&ONLY, Config::demo(), Box::new(|_| {}));
    recorded(&spec, &run)
});

fn against(only: &[&str], config: Config, change: Change, of_records: impl Fn(&mut Run)) -> Drift {
    let (spec, mut run) = play(only, config, change);
    of_records(&mut run);
    let now = recorded(&spec, &run);
    let asked = |id: &String| only.iter().any(|prefix| id.starts_with(prefix));
    let before: BTreeMap<String, Snapshot> =
        BEFORE.snapshots.iter().filter(|(id, _)| asked(id)).map(|(id, one)| (id.clone(), one.clone())).collect();
    let judged = JudgedNow { findings: &run.judged.findings, masked: &run.judged.masked };
    let found = drift::drift(&spec, &before, &now, &judged);
    assert!(
        found.compared > 0 && found.stale.is_empty() && found.missing.is_empty() && found.unknown.is_empty(),
        "{found:#?}"
    );
    found
}

fn rows(found: &Drift) -> Vec<String> {
    found.rows.iter().map(|row| format!("{} {} {}", row.level.word(), row.kind, row.path)).collect()
}

/// Changes the body of an answer where it is UTF-8.
fn text(change: impl Fn(String) -> String + 'static) -> Change {
    Box::new(move |response| {
        if let Ok(text) = String::from_utf8(response.body.clone()) {
            response.body = change(text).into_bytes();
        }
    })
}

fn swap(old: &'static str, new: &'static str) -> Change {
    text(move |body| body.replace(old, new))
}

const REPS: &str = "command/get_logged_in_reps/";
const HEALTH: &str = "command/check_health/";
const INFO: &str = "command/get_api_info/";
const SESSIONS: &str = "reporting/support_session/";

/// What is wrong where a drift is not noticed as expected.
fn check(only: &str, config: Config, change: Change, expected: &str) -> Option<String> {
    let found = rows(&against(&[only], config, change, |_| {}));
    let noticed = found.iter().any(|row| row == expected);
    (!noticed).then(|| format!("{expected} is not among\n{}", found.join("\n")))
}

#[test]
fn defects_and_readings_of_the_emulator_are_noticed_by_kind_and_level() {
    let faults = RefCell::new(Vec::new());
    let defect = |id: &str, only: &str, expected: &str| {
        let defects = vec![emulator::find_defect(id).expect("a defect of the catalogue")];
        faults.borrow_mut().extend(check(only, Config { defects, ..Config::demo() }, Box::new(|_| {}), expected));
    };
    let rep = "body/logged_in_reps/rep";
    defect(
        "drop:command/get_logged_in_reps:logged_in_reps/rep/display_name",
        REPS,
        &format!("gap gone {rep}/display_name"),
    );
    defect("rename:command/get_logged_in_reps:logged_in_reps/rep/type", REPS, &format!("gap gone {rep}/type"));
    defect(
        "mistype:command/get_logged_in_reps:logged_in_reps/rep/logged_in_since",
        REPS,
        &format!("gap type {rep}/logged_in_since"),
    );
    defect("drop:command/get_logged_in_reps:logged_in_reps/rep/@id", REPS, &format!("gap gone {rep}/@id"));
    defect("duplicate:command/get_logged_in_reps:logged_in_reps/rep/type", REPS, &format!("gap count {rep}/type"));
    defect(
        "mistype:command/check_health:check_health/failover_role",
        HEALTH,
        "gap value body/check_health/failover_role",
    );
    defect("empty:command/check_health:check_health/appliance/@id", HEALTH, "gap type body/check_health/appliance/@id");
    defect("drop:auth/rate_limit:header/X-RateLimit-Limit", HEALTH, "change header headers/x-ratelimit-limit");
    let general = |name: &str| format!("behaviour:configuration/general:{name}");
    defect(&general("id-as-text"), "configuration/user/", "gap type body/id");
    defect(&general("enumeration-of-another"), "configuration/user/", "gap value body/two_factor_authentication");
    defect(&general("get-refused"), "configuration/user/get", "gap status status");
    let reading = |name: &str, only: &str, expected: &str| {
        let mut config = Config::demo();
        config.readings.set(Readings::parse(name).expect("a reading"));
        faults.borrow_mut().extend(check(only, config, Box::new(|_| {}), expected));
    };
    reading("logged-in-since-format=epoch", REPS, &format!("change type {rep}/logged_in_since"));
    reading("command-namespace=older", HEALTH, "change value body/check_health/@xmlns");
    reading("api-info-permissions=attributes", INFO, "change type body/get_api_info/permissions/permission");
    reading(
        "perm-command-literal=full_access",
        INFO,
        "note value body/get_api_info/permissions/permission/perm_command",
    );
    assert_eq!(faults.take(), Vec::<String>::new());
}

#[test]
fn answers_that_are_written_otherwise_are_noticed_by_kind_and_level() {
    let mut faults = Vec::new();
    let demo = Config::demo;
    faults.extend(check(
        INFO,
        demo(),
        swap("<api_version>1.22.2<", "<api_version>1.23.0<"),
        "change value body/get_api_info/api_version",
    ));
    faults.extend(check(INFO, demo(), swap(">Example<", ">Another<"), "note value body/get_api_info/company_name"));
    faults.extend(check(
        INFO,
        demo(),
        swap("</get_api_info>", "<more>1</more></get_api_info>"),
        "change new body/get_api_info/more",
    ));
    faults.extend(check(
        HEALTH,
        demo(),
        swap("<success>1</success>", "<success>yes</success>"),
        "gap type body/check_health/success",
    ));
    let other = Box::new(|response: &mut Response| response.headers.push(("X-Frame-Options".into(), "DENY".into())));
    faults.extend(check(HEALTH, demo(), other, "change header headers/x-frame-options"));
    let refused = Box::new(|response: &mut Response| {
        if response.body.windows(13).any(|window| window == b"<check_health") {
            response.status = 404;
        }
    });
    faults.extend(check(HEALTH, demo(), refused, "gap status status"));
    let turned = |body: String| match body.split_once("<rep ") {
        Some((head, reps)) if body.contains("<logged_in_reps") => {
            let reps = reps.replace("</logged_in_reps>", "");
            let reps: Vec<&str> = reps.split("<rep ").collect();
            let turned: String = reps.iter().rev().map(|rep| format!("<rep {rep}")).collect();
            format!("{head}{turned}</logged_in_reps>")
        }
        _ => body,
    };
    faults.extend(check(REPS, demo(), text(turned), "note order body/logged_in_reps/rep"));
    let fewer = |body: String| match body.rsplit_once("<rep ") {
        Some((before, _)) if body.contains("<logged_in_reps") => format!("{before}</logged_in_reps>"),
        _ => body,
    };
    faults.extend(check(REPS, demo(), text(fewer), "note count body/logged_in_reps/rep"));
    let links = regex::Regex::new("(kind=chat&amp;lsid=)[0-9a-f]{32}").expect("a pattern");
    let elsewhere = text(move |body| links.replace_all(&body, "${1}00112233445566778899aabbccddeeff").into_owned());
    faults.extend(check(
        SESSIONS,
        demo(),
        elsewhere,
        "change identity body/session_list/session/session_chat_view_url",
    ));
    faults.extend(check(
        "session/start_session_js/",
        demo(),
        swap("FULL: 'full'", "WHOLE: 'full'"),
        "change gone body/name BG.START_TYPE.FULL",
    ));
    faults.extend(check(
        "command/schema/",
        demo(),
        swap("<xs:enumeration value=\"Invited\"/>", ""),
        "change gone body/type account_type/value Invited",
    ));
    faults.extend(check(
        "configuration/openapi/",
        demo(),
        swap("enum: [none, optional, required]", "enum: [none, optional]"),
        "change gone body/operation GET /user/query parameter two_factor_authentication/value required",
    ));
    let slower =
        |run: &mut Run| run.records.iter_mut().flat_map(|one| &mut one.exchanges).for_each(|one| one.took_ms += 9_000);
    let found = rows(&against(&[HEALTH], demo(), Box::new(|_| {}), slower));
    assert_eq!(found, ["note timing took"]);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What becomes of answers.
enum Becomes {
    OnTheWay(Change),
    /// Once they were recorded, so that the run itself asks for what is there.
    Recorded(Box<dyn Fn(&str) -> String>),
}

fn every(pattern: &str, change: impl Fn(&str) -> String + 'static) -> Becomes {
    let pattern = regex::Regex::new(pattern).expect("a pattern");
    Becomes::Recorded(Box::new(move |body| {
        pattern.replace_all(body, |found: &regex::Captures<'_>| change(&found[0])).into_owned()
    }))
}

fn rewrite_records(run: &mut Run, change: &dyn Fn(&str) -> String) -> usize {
    let mut count = 0;
    for exchange in run.records.iter_mut().flat_map(|record| &mut record.exchanges) {
        if let Outcome::Answer(answer) = &mut exchange.outcome
            && answer.utf8
        {
            let body = change(&answer.body);
            count += usize::from(*body != *answer.body);
            answer.body = body.into();
        }
    }
    count
}

/// The paths of a document in another order.
fn turned(body: &str) -> String {
    match (body.find("\n  /user:\n"), body.find("\n  /group-policy:\n")) {
        (Some(one), Some(two)) if one < two => {
            let end = body[two + 1..].find("\n  /skill:\n").map_or(two, |at| two + 1 + at);
            format!("{}{}{}{}", &body[..one], &body[two..end], &body[one..two], &body[end..])
        }
        _ => body.to_owned(),
    }
}

#[test]
#[ignore = "long: sh .ci/run plays it"]
fn what_means_nothing_is_not_noticed() {
    let next = |c: char| "123456789abcdef0".chars().nth(c.to_digit(16).unwrap_or(0) as usize).unwrap_or(c);
    let changes: Vec<(&str, Becomes)> = vec![
        ("the same again", Becomes::OnTheWay(Box::new(|_| {}))),
        ("other ids of sessions", every(r"\b[0-9a-f]{32}\b", move |id| id.chars().map(next).collect())),
        ("other ids of representatives", every(r#"<rep id="\d+"#, |id| format!("{id}7"))),
        ("other ids of the Configuration API", every(r#""(?:user_)?id":\s*\d+"#, |id| format!("{id}7"))),
        ("other times", every(r"\b1[67]\d{8}\b", |time| (time.parse::<u64>().unwrap_or(0) + 86_400 * 9).to_string())),
        ("other days", every(r"\b20\d\d-\d\d-", |_| "2031-07-".to_owned())),
        (
            "attributes in another order",
            every(r#"gsnumber="\d+" id="\d+""#, |both| both.split(' ').rev().collect::<Vec<_>>().join(" ")),
        ),
        ("blanks round values", every("<(type|duration|lseq)>", |tag| format!("{tag}\n  "))),
        ("operations in another order", Becomes::Recorded(Box::new(turned))),
        ("comments in scripts", every("'use strict';", |strict| format!("/* as it was */ {strict}"))),
        ("comments in schemas", every("<xs:simpleType name=\"flag\">", |tag| format!("<!-- one -->{tag}"))),
        (
            "prefixes, quotes, comments and references",
            Becomes::OnTheWay(Box::new(|response| notations::rewrite(response, false))),
        ),
        ("headers in another order", Becomes::OnTheWay(Box::new(|response| response.headers.reverse()))),
        (
            "what is left of the hour",
            Becomes::OnTheWay(Box::new(|response| {
                let left = |name: &str| name.eq_ignore_ascii_case("x-ratelimit-remaining");
                response
                    .headers
                    .iter_mut()
                    .filter(|(name, _)| left(name))
                    .for_each(|(_, value)| *value = "7".to_owned());
            })),
        ),
    ];
    let mut faults = Vec::new();
    for (what, becomes) in changes {
        let found = match becomes {
            Becomes::OnTheWay(change) => against(&ONLY, Config::demo(), change, |_| {}),
            Becomes::Recorded(change) => against(&ONLY, Config::demo(), Box::new(|_| {}), |run| {
                assert!(rewrite_records(run, &change) > 0, "{what}: nothing was changed");
            }),
        };
        assert!(found.compared >= 15, "{}", found.compared);
        // The notations also have other charsets, which the head of an answer has to name.
        let names = |row: &String| row == "change header headers/content-type" && what.starts_with("prefixes");
        let rows: Vec<String> = rows(&found).into_iter().filter(|row| !names(row)).collect();
        if !rows.is_empty() {
            faults.push(format!("{what}: {rows:#?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_fingerprint_is_the_same_on_every_run_and_one_cause_is_one_row() {
    let found = || against(&[REPS], Config::demo(), swap("showing_on_rep_list>", "on_list>"), |_| {});
    let (one, two) = (found(), found());
    assert_eq!(one, two);
    let gone: Vec<_> = one.rows.iter().filter(|row| row.kind == "gone").collect();
    assert_eq!(gone.len(), 1, "{:#?}", one.rows);
    assert!(gone[0].fingerprint.len() == 12 && gone[0].fingerprint.bytes().all(|b| b.is_ascii_hexdigit()));
    assert!(gone[0].requirements.iter().all(|id| id.contains("showing_on_rep_list")), "{gone:?}");
    // What waits for review has the numbers of what was there before.
    let id = "command/get_logged_in_reps/smallest";
    let old = Snapshot::read(&BEFORE.snapshots[id].write()).expect("a snapshot");
    let fingerprints: BTreeSet<String> =
        drift::moved(&SPEC, &old, &one.pending[id]).into_iter().map(|(fingerprint, _)| fingerprint).collect();
    let rows: BTreeSet<String> = one.rows.iter().map(|row| row.fingerprint.clone()).collect();
    assert_eq!((fingerprints.len(), &fingerprints), (2, &rows));
}

#[test]
fn what_differs_between_two_recordings_is_noise_and_a_constant_among_it_is_a_gap() {
    let again = |change| {
        let (spec, run) = play(&[INFO], Config::demo(), change);
        let mut first = BEFORE.clone();
        first.snapshots.retain(|id, _| id.starts_with(INFO));
        let learned = drift::learn(&spec, &first, &recorded(&spec, &run));
        learned.note(&mut first);
        (first, learned)
    };
    let (first, learned) = again(swap(">Example<", ">Another<"));
    assert!(learned.constants.is_empty() && learned.alone.is_empty(), "{learned:?}");
    let snapshot = &first.snapshots["command/get_api_info/smallest"];
    assert_eq!(snapshot.head.noise, ["value body/get_api_info/company_name"]);
    // It is noise in another answer of the endpoint, too, where it was not caught.
    let mut first = first.clone();
    let mut more = BEFORE.snapshots["command/get_api_info/smallest"].clone();
    more.head.id = "command/get_api_info/example/all".to_owned();
    first.snapshots.insert(more.head.id.clone(), more);
    let (spec, run) = play(&[INFO], Config::demo(), swap(">Example<", ">A third<"));
    let judged = JudgedNow { findings: &run.judged.findings, masked: &run.judged.masked };
    let mut now = recorded(&spec, &run);
    let same = now.snapshots["command/get_api_info/smallest"].clone();
    now.snapshots.insert("command/get_api_info/example/all".to_owned(), same);
    let found = drift::drift(&spec, &first.snapshots, &now, &judged);
    assert_eq!((found.compared, found.rows), (2, Vec::new()));
    let (_, learned) = again(swap(">1.22.2<", ">1.22.3<"));
    let constants: Vec<String> = learned.constants.keys().map(|(_, moved)| moved.place()).collect();
    assert_eq!(constants, ["value body/get_api_info/api_version"]);
}

#[test]
fn another_request_makes_a_snapshot_stale_and_never_equal() {
    let (spec, run) = play(&[INFO], Config::demo(), Box::new(|_| {}));
    let mut before = BEFORE.snapshots.clone();
    before.retain(|id, _| id == "command/get_api_info/smallest");
    before.values_mut().for_each(|one| one.head.digest = "0011223344556677".to_owned());
    let judged = JudgedNow { findings: &run.judged.findings, masked: &run.judged.masked };
    let found = drift::drift(&spec, &before, &recorded(&spec, &run), &judged);
    assert_eq!((found.compared, found.stale.len(), found.pending.len()), (0, 1, 1));
}

/// insta compares a file that is there with what it is given, and panics where they differ.
#[test]
fn insta_takes_a_snapshot_for_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let (id, snapshot) = BEFORE.snapshots.iter().next().expect("a snapshot");
    let file = drift::file_name(id);
    let text = snapshot.write();
    fs::write(folder.path().join(&file), &text).expect("a file");
    let body = text.split("\n---\n").nth(1).expect("a body").to_owned();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder.path());
    settings.set_prepend_module_to_snapshot(false);
    let name = file.trim_end_matches(".snap").to_owned();
    settings.bind(|| insta::assert_snapshot!(name, body));
    assert_eq!(fs::read_to_string(folder.path().join(&file)).expect("a file"), text, "insta wrote it anew");
}

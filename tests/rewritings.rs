//! One value has many notations. Each answer is written anew in a way that XML or JSON lets it be written, and no verdict may change.

use std::collections::BTreeMap;

use touchmark::{
    commands::InMemory,
    emulator::Response,
    run::Run,
    spec::{self, Spec},
};

use crate::notations::rewrite;

fn verdicts(run: &Run) -> BTreeMap<String, String> {
    let of = |finding: &touchmark::model::verdict::Finding| {
        let why =
            finding.evidence.as_ref().map(|evidence| format!(" expected {} got {}", evidence.expected, evidence.got));
        let reason = finding.reason.clone().unwrap_or_default();
        (finding.verdict.word(), finding.reading.clone(), reason, why.unwrap_or_default())
    };
    run.judged.findings.iter().map(|(id, finding)| (id.to_string(), format!("{:?}", of(finding)))).collect()
}

/// How answers are written.
#[derive(Clone, Copy, PartialEq)]
enum Written {
    AsTheyCome,
    Anew,
    /// Anew, with what is of another namespace.
    WithMore,
}

fn run(spec: &Spec, written: Written, only: Vec<String>) -> BTreeMap<String, String> {
    let on_the_way = Box::new(move |_, _: &_, response: &mut Response| {
        if written != Written::AsTheyCome {
            rewrite(response, written == Written::WithMore);
        }
    });
    let run = InMemory { answers_bytes_max: 1 << 30, on_the_way, only, ..InMemory::default() }
        .run(spec)
        .expect("a target that can be certified");
    verdicts(&run)
}

#[test]
#[ignore = "long: sh .ci/run plays it"]
fn no_verdict_depends_on_how_an_answer_is_written() {
    let spec = spec::embedded().expect("sound data");
    let mut anew = run(&spec, Written::Anew, Vec::new());
    assert!(anew.len() > 5_000, "{}", anew.len());
    // What passes all the same needs no second run. The rest, and each reading, has to be as it is without.
    anew.retain(|_, verdict| !verdict.starts_with("(\"pass\", None"));
    let plain = run(&spec, Written::AsTheyCome, anew.keys().map(|id| format!("={id}")).collect());
    let faults: Vec<String> = anew
        .iter()
        .filter(|(id, verdict)| plain.get(*id) != Some(*verdict))
        .map(|(id, verdict)| {
            format!("{id}\n  as it was {}\n  anew      {verdict}", plain.get(id).map_or("missing", String::as_str))
        })
        .collect();
    assert!(faults.is_empty(), "{} differ:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn no_verdict_depends_on_what_a_target_adds_in_a_namespace_of_its_own() {
    let spec = spec::embedded().expect("sound data");
    let only = [
        "command/check_health",
        "command/get_connected_clients",
        "command/get_logged_in_reps",
        "command/get_api_info/response",
        "reporting/support_session/response",
    ];
    let only = || only.map(str::to_owned).to_vec();
    let (plain, more) = (run(&spec, Written::AsTheyCome, only()), run(&spec, Written::WithMore, only()));
    assert!(plain.len() > 100, "{}", plain.len());
    let faults: Vec<String> = more
        .iter()
        .filter(|(id, verdict)| plain.get(*id) != Some(*verdict))
        .map(|(id, verdict)| format!("{id}: {verdict}"))
        .collect();
    assert!(faults.is_empty(), "{} differ:\n{}", faults.len(), faults.join("\n"));
}

/// White space is collapsed round all of them (XSD part 2, 4.3.6), in an attribute as in a text.
#[test]
fn blanks_round_a_number_are_no_part_of_it() {
    let spec = spec::embedded().expect("sound data");
    let number = regex::bytes::Regex::new(r#"(="|>)(\d+)("|</)"#).expect("a pattern");
    let only = ["command/get_", "reporting/license_usage", "reporting/support_session/", "command/check_health/"];
    let verdicts_with = |blanks: bool| {
        let number = number.clone();
        let on_the_way = Box::new(move |_, _: &_, response: &mut Response| {
            let is_xml = response.headers.iter().any(|(_, value)| value.contains("xml"));
            if blanks && is_xml && !response.body.windows(9).any(|window| window == b"xs:schema") {
                response.body = number.replace_all(&response.body, &b"$1 $2\n $3"[..]).into_owned();
            }
        });
        let only = only.map(str::to_owned).to_vec();
        verdicts(&InMemory { on_the_way, only, ..InMemory::default() }.run(&spec).expect("a target"))
    };
    let (plain, blank) = (verdicts_with(false), verdicts_with(true));
    assert!(plain.len() > 400, "{}", plain.len());
    let faults: Vec<_> = blank.iter().filter(|(id, verdict)| plain.get(*id) != Some(*verdict)).collect();
    assert!(faults.is_empty(), "{} differ:\n{faults:#?}", faults.len());
}

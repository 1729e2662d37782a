//! The suite that a target's own OpenAPI document makes, against a small site in memory and that site with one fault each.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{LazyLock, Mutex, PoisonError, atomic::AtomicBool},
};

use secrecy::SecretString;
use touchmark::{
    judge,
    model::{case::Class, credential::AccountRole, verdict::Verdict},
    run::{self, Plan, Run},
    send::{Account, Allowance, Guard, Outgoing, Rate, Sender},
    spec::{self, Spec},
};

use crate::{
    peers::{Act, Reply, peer, tokens_and},
    site::{DOCUMENT, Site},
    support::{Cli, Report, serve, with_defect},
};

pub(crate) static SPEC: LazyLock<Spec> = LazyLock::new(|| spec::embedded().expect("sound data"));

pub(crate) fn certify(site: Site, allow: Class, seed: u64) -> Run {
    let account =
        |id: &str| Account { client_id: id.to_owned(), client_secret: SecretString::from(format!("{id}-secret")) };
    let accounts = BTreeMap::from([(AccountRole::Full, account("full")), (AccountRole::Deny, account("deny"))]);
    let plan = Plan { seed, only: vec!["configuration/".to_owned()], workers: 1, ..Plan::default() };
    let sender = Sender::new(Box::new(site), accounts, Rate::Off, Guard::new(allow));
    let stop = AtomicBool::new(false);
    futures_util::FutureExt::now_or_never(run::run(&SPEC, &sender, &plan, &stop, &|_| {}))
        .expect("memory never waits")
        .expect("a run")
}

pub(crate) fn of(run: &Run, verdict: Verdict) -> Vec<&str> {
    run.judged.findings.iter().filter(|(_, f)| f.verdict == verdict).map(|(id, _)| id.as_str()).collect()
}

pub(crate) fn gaps(run: &Run) -> Vec<&str> {
    [of(run, Verdict::Fail), of(run, Verdict::Warn)].concat()
}

#[test]
fn a_sound_site_keeps_all_that_its_document_states() {
    for seed in 0..4 {
        let site = Site::new("", DOCUMENT, 12);
        let left = site.left.clone();
        let run = certify(site, Class::Write, seed);
        let told: Vec<_> = run
            .judged
            .findings
            .iter()
            .filter(|(_, f)| !matches!(f.verdict, Verdict::Pass))
            .map(|(id, f)| format!("{id}: {} {:?} {:?}", f.verdict.word(), f.reason, f.evidence))
            .collect();
        assert_eq!(gaps(&run), Vec::<&str>::new(), "{told:#?}");
        assert_eq!(of(&run, Verdict::Error), Vec::<&str>::new());
        let passed = of(&run, Verdict::Pass);
        for id in [
            "configuration/openapi/served",
            "configuration/team/get/status",
            "configuration/team/get/schema",
            "configuration/team/get/pagination",
            "configuration/team/get/pagination/walk",
            "configuration/team/get/param/kind/valid",
            "configuration/team/get/param/per_page/invalid/above",
            "configuration/team/get/header/X-BT-Pagination-Total",
            "configuration/team/get/auth/none",
            "configuration/team/get/permission/deny",
            "configuration/team/post/cycle",
            "configuration/team/post/body/missing/kind",
            "configuration/team/post/body/valid",
            "configuration/team/{id}/get/unknown-id",
            "configuration/team/{id}/patch/status",
            "configuration/team/{id}/delete/auth/none",
            "configuration/team/{id}/member/{member_id}/get/schema",
            "configuration/tool/{platform}/get/status",
        ] {
            assert!(passed.contains(&id), "{id}: {told:#?}");
        }
        assert_eq!(*left.lock().expect("no panic"), 12, "what was made is taken away again");
        assert_eq!(run.judged.findings["configuration/restart/post/status"].verdict, Verdict::NotApplicable);
    }
}

/// A fault, and the gaps that it must give; the first must be there, nothing beside them may.
#[track_caller]
fn check(fault: &'static str, expected: &[&str]) {
    let run = certify(Site::new(fault, DOCUMENT, 12), Class::Write, 1);
    let gaps: BTreeSet<&str> = gaps(&run).into_iter().collect();
    assert_eq!(gaps, expected.iter().copied().collect(), "{fault}");
}

#[test]
fn each_fault_of_a_site_is_a_gap_where_it_is() {
    check(
        "auth",
        &[
            "configuration/team/get/auth/invalid",
            "configuration/team/get/auth/none",
            "configuration/team/{id}/get/auth/invalid",
            "configuration/team/{id}/get/auth/none",
            "configuration/team/{id}/member/get/auth/invalid",
            "configuration/team/{id}/member/get/auth/none",
            "configuration/team/{id}/member/{member_id}/get/auth/invalid",
            "configuration/team/{id}/member/{member_id}/get/auth/none",
            "configuration/tool/{platform}/get/auth/invalid",
            "configuration/tool/{platform}/get/auth/none",
            "configuration/team/get/permission/deny",
            "configuration/tool/{platform}/get/permission/deny",
        ],
    );
    check(
        "permission",
        &["configuration/team/get/permission/deny", "configuration/tool/{platform}/get/permission/deny"],
    );
    check("delete-auth", &["configuration/team/{id}/delete/auth/invalid", "configuration/team/{id}/delete/auth/none"]);
    check(
        "missing-status",
        &[
            "configuration/team/post/cycle",
            "configuration/team/{id}/get/unknown-id",
            "configuration/team/{id}/member/get/unknown-id",
            "configuration/team/{id}/member/{member_id}/get/unknown-id",
        ],
    );
    check(
        "media",
        &[
            "configuration/team/get/content-type",
            "configuration/team/post/content-type",
            "configuration/team/{id}/get/content-type",
            "configuration/team/{id}/member/get/content-type",
            "configuration/team/{id}/member/{member_id}/get/content-type",
            "configuration/team/{id}/patch/content-type",
        ],
    );
    check("make-status", &["configuration/team/post/status"]);
    check("patch-forgets", &["configuration/team/post/cycle"]);
    check("delete-forgets", &["configuration/team/post/cycle"]);
    check(
        "kind",
        &["configuration/team/post/body/invalid/kind/type", "configuration/team/post/body/invalid/kind/unlisted"],
    );
    check("missing", &["configuration/team/post/body/missing/kind"]);
    check(
        "size",
        &["configuration/team/post/body/invalid/size/above", "configuration/team/post/body/invalid/size/below"],
    );
    check(
        "per-page",
        &["configuration/team/get/param/per_page/invalid/above", "configuration/team/get/param/per_page/invalid/below"],
    );
    check("walk", &["configuration/team/get/pagination/walk"]);
    check("total", &["configuration/team/get/pagination/walk"]);
    check("headers", &["configuration/team/get/pagination"]);
    check("id", &["configuration/team/{id}/get/param/id/invalid/malformed"]);
    check("schema", &["configuration/team/{id}/get/schema"]);
    check("forgets-kind", &["configuration/team/post/schema"]);
    check("swaps-kind", &["configuration/team/post/cycle"]);
}

#[test]
fn a_run_that_may_only_read_sends_nothing_that_changes() {
    let site = Site::new("", DOCUMENT, 12);
    let asked = site.asked.clone();
    let run = certify(site, Class::Read, 1);
    let changing: Vec<String> = asked
        .lock()
        .expect("no panic")
        .iter()
        .filter(|line| !line.starts_with("GET ") && !line.contains("/oauth2/token"))
        .cloned()
        .collect();
    assert_eq!(changing, Vec::<String>::new());
    assert_eq!(gaps(&run), Vec::<&str>::new());
    assert!(of(&run, Verdict::Pass).contains(&"configuration/team/get/status"));
}

#[test]
fn an_account_that_may_use_nothing_tells_nothing_and_no_gap() {
    let run = certify(Site::new("forbidden", DOCUMENT, 12), Class::Write, 1);
    assert_eq!(gaps(&run), Vec::<&str>::new());
    let passed = of(&run, Verdict::Pass);
    assert!(passed.iter().all(|id| id.starts_with("configuration/openapi/")), "{passed:?}");
    let finding = &run.judged.findings["configuration/team/get/status"];
    assert_eq!(finding.verdict, Verdict::Inconclusive);
    assert!(
        finding.reason.as_ref().is_some_and(|reason| reason.contains("access to the Configuration API")),
        "{finding:?}"
    );
}

#[test]
fn a_document_that_is_refused_is_a_gap_only_where_the_account_has_the_permission() {
    let refused = certify(Site::new("document-refused", DOCUMENT, 12), Class::Read, 1);
    assert_eq!(gaps(&refused), Vec::<&str>::new());
    let finding = &refused.judged.findings["configuration/openapi/served"];
    assert_eq!(finding.verdict, Verdict::Inconclusive);
    assert!(
        finding.reason.as_ref().is_some_and(|reason| reason.contains("access to the Configuration API")),
        "{finding:?}"
    );
    assert_eq!(refused.judged.findings["configuration/openapi/granted"].verdict, Verdict::NotApplicable);
    let permitted = certify(Site::new("document-refused-to-the-permitted", DOCUMENT, 12), Class::Read, 1);
    assert_eq!(gaps(&permitted), ["configuration/openapi/granted"]);
}

#[test]
fn what_a_target_calls_ours_but_is_not_is_neither_changed_nor_taken_away() {
    let site = Site::new("steals", DOCUMENT, 12);
    let asked = site.asked.clone();
    let run = certify(site, Class::Write, 1);
    let touched: Vec<String> = asked
        .lock()
        .expect("no panic")
        .iter()
        .filter(|line| line.starts_with("PATCH ") || line.starts_with("DELETE ") || line.starts_with("PUT "))
        .cloned()
        .collect();
    assert_eq!(touched, Vec::<String>::new());
    assert!(gaps(&run).contains(&"configuration/team/post/cycle"), "{:?}", gaps(&run));
}

#[test]
fn a_document_that_does_not_come_whole_is_a_gap_of_that_alone() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/yaml\r\n";
    let cut = format!("{head}content-length: 999999\r\n\r\n{DOCUMENT}").into_bytes();
    let endless = format!("{head}\r\n{DOCUMENT}").into_bytes();
    let garbage = [format!("{head}\r\n").as_bytes(), &[0xff, 0xfe, 0x00, 0x80][..]].concat();
    // Side by side: each waits most of its time before it asks again.
    std::thread::scope(|scope| {
        for (name, bytes) in [("cut", cut), ("endless", endless), ("garbage", garbage)] {
            scope.spawn(move || {
                let target = tokens_and(move |asked| match asked.path() {
                    "/api/config/v1/openapi.yaml" if name == "endless" => {
                        Act::Endless(bytes.clone(), vec![b'#'; 64 * 1024])
                    }
                    "/api/config/v1/openapi.yaml" => Act::Bytes(bytes.clone()),
                    _ => Act::Reply(Reply::new(200, "text/xml", "<nothing/>")),
                });
                let cli = Cli::new();
                let account = ["--account", "full:full-secret", "--rate", "off", "--only", "configuration/"];
                cli.run(&[&["certify", "--target", &target.base][..], &account].concat()).exits(1);
                assert_eq!(cli.report().gaps(), ["configuration/openapi/served"], "{name}");
            });
        }
    });
}

#[test]
fn a_gap_by_a_document_is_sent_again_and_a_name_that_no_document_makes_is_refused() {
    let site = Mutex::new(Site::new("schema", DOCUMENT, 12));
    let target = peer(move |asked| {
        let site = site.lock().unwrap_or_else(PoisonError::into_inner);
        let (status, headers, body) = site.answer(&Outgoing {
            method: asked.method.clone(),
            target: asked.target.clone(),
            headers: asked.headers.clone(),
            authorization: asked.header("authorization").map(SecretString::from),
            body: asked.body.clone(),
            allowance: Allowance::Budget,
        });
        Act::Reply(Reply { status, headers, body: body.into_bytes() })
    });
    let cli = Cli::new();
    let at = ["--account", "full:full-secret", "--account", "deny:deny-secret:deny", "--rate", "off"];
    let id = "configuration/team/{id}/get/schema";
    cli.run(&[&["certify", "--target", &target.base, "--only", "configuration/team"][..], &at].concat()).exits(1);
    assert_eq!(cli.report().gaps(), [id]);
    let again = cli.run(&[&["replay", "touchmark-report/report.json", id][..], &at].concat());
    assert!(again.exits(1).stdout.contains(id), "{}", again.stdout);
    let judged = cli.run(&["judge", "touchmark-report/journal.jsonl.gz"]);
    assert!(judged.exits(1).stdout.contains(id), "{}", judged.stdout);
    let typo = cli.run(&[&["certify", "--target", &target.base, "--only", "configuration/teem"][..], &at].concat());
    assert!(typo.exits(2).stderr.contains("configuration/teem"), "{}", typo.stderr);
}

#[test]
fn where_there_is_nothing_of_a_kind_that_is_said_and_is_no_gap() {
    let run = certify(Site::new("", DOCUMENT, 0), Class::Read, 1);
    let finding = &run.judged.findings["configuration/team/{id}/get/status"];
    assert_eq!(finding.verdict, Verdict::NotApplicable);
    assert!(finding.reason.as_ref().is_some_and(|reason| reason.contains("make one at /team")), "{finding:?}");
    assert_eq!(gaps(&run), Vec::<&str>::new());
}

/// A document with one fault: its gap names the place, and the rest is tested.
#[track_caller]
fn faulty(from: &str, to: &str, gap: &str, place: &str) {
    assert!(DOCUMENT.contains(from), "{from}");
    let run = certify(Site::new("", &DOCUMENT.replacen(from, to, 1), 12), Class::Write, 1);
    assert_eq!(gaps(&run), [gap], "{to}");
    let got = run.judged.findings[gap].evidence.as_ref().map(|evidence| evidence.got.clone()).unwrap_or_default();
    assert!(got.contains(place), "{got}");
    assert!(of(&run, Verdict::Pass).contains(&"configuration/team/get/status"), "{to}");
}

#[test]
fn a_fault_of_the_document_is_a_gap_with_its_place_and_the_rest_is_tested() {
    let team = "/components/schemas/Team/properties";
    faulty("default: 10", "default: ten", "configuration/openapi/valid/defaults", &format!("{team}/size/default"));
    let allowed = "configuration/openapi/valid/allowed-defaults";
    faulty("default: 10", "default: -10", allowed, &format!("{team}/size/default"));
    faulty(
        "        pin: { type: string, writeOnly: true }",
        "        pin: { type: string, default: null, writeOnly: true }",
        "configuration/openapi/valid/defaults",
        &format!("{team}/pin/default"),
    );
    faulty(
        "pin: { type: string, writeOnly: true }",
        "pin: { type: string, writeOnly: true, required: false }",
        "configuration/openapi/valid/schemas",
        &format!("{team}/pin/required"),
    );
    faulty(
        "pin: { type: string, writeOnly: true }",
        "pin: { type: text, writeOnly: true }",
        "configuration/openapi/valid/schemas",
        &format!("{team}/pin/type"),
    );
    faulty(
        "operationId: member.list",
        "operationId: team.list",
        "configuration/openapi/valid/operation-ids",
        "member/get",
    );
    faulty(
        "      - { name: member_id, in: path",
        "      - { name: gone, in: path, required: true, schema: { type: integer } }\n      - { name: member_id, in: path",
        "configuration/openapi/valid/path-parameters",
        "/paths/~1team~1{id}~1member~1{member_id}/parameters/1",
    );
    faulty(
        "        pin: { type: string, writeOnly: true }",
        "        pin: { $ref: \"#/components/schemas/None\" }",
        "configuration/openapi/valid/references",
        &format!("{team}/pin"),
    );
    faulty(
        "      operationId: site.restart\n      responses:\n        \"204\": { description: It starts again. }",
        "      operationId: site.restart",
        "configuration/openapi/valid/responses",
        "/paths/~1restart/post",
    );
    faulty("  title: A small site\n", "", "configuration/openapi/valid/shape", "/info");
    faulty(
        "    Id: { type: integer,",
        "    Round: { allOf: [{ $ref: \"#/components/schemas/Round\" }] }\n    Id: { type: integer,",
        "configuration/openapi/valid/schemas",
        "/components/schemas/Round",
    );
}

#[test]
fn what_is_no_document_is_a_gap_of_that_alone() {
    for document in ["", "<html/>", "a: [", "openapi: 2.0", "openapi: 3.0.0", "just text", "&a [*a, *a]", "\u{0}"] {
        let run = certify(Site::new("", document, 12), Class::Write, 1);
        assert_eq!(gaps(&run), ["configuration/openapi/served"], "{document:?}");
    }
}

#[test]
fn a_journal_with_a_document_is_judged_again_with_the_same_findings() {
    let first = certify(Site::new("walk", DOCUMENT, 12), Class::Write, 1);
    let extended = run::extended(&SPEC, &first.records).expect("the document is in the journal");
    let plan = Plan { seed: 1, only: vec!["configuration/".to_owned()], ..Plan::default() };
    let selected: Vec<_> = run::selected(&extended, &plan)
        .into_iter()
        .filter(|r| first.records.iter().any(|record| record.case.purpose.requirement() == Some(&r.id)))
        .collect();
    assert!(selected.len() > 50);
    let again = judge::judge(&extended, &selected, &first.records, &BTreeMap::new());
    for requirement in selected {
        assert_eq!(again.findings[&requirement.id], first.judged.findings[&requirement.id], "{}", requirement.id);
    }
}

#[test]
#[ignore = "long: sh .ci/run plays it"]
fn what_an_earlier_run_left_hides_no_gap_of_a_later_one() {
    // What is not taken away stays, and a name that is taken is refused.
    for defect in ["delete-without-effect", "required-not-enforced", "maximum-length-not-enforced"] {
        let target = serve(with_defect(&format!("behaviour:configuration/general:{defect}")));
        let run = || {
            let cli = Cli::new();
            cli.aim(&target.base, &target.emulator);
            cli.run(&["certify", "--allow", "disrupt", "--only", "configuration"]).exits(1);
            cli.report()
        };
        let (first, second) = (run(), run());
        // What the first one left may make more of the second testable.
        assert!(first.gaps().iter().all(|gap| second.gaps().contains(gap)), "{defect}: {:?}", first.gaps());
        let word = |report: &Report| report.0["run"]["word"].as_str().map(str::to_owned);
        assert!(word(&first).is_some() && word(&first) != word(&second), "{defect}");
    }
}

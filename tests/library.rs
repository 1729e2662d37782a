//! Touchmark as a crate: what its public part does, and what it says where something cannot be done.

use touchmark::{AccountRole, Certify, Class, Format, LibraryError, LocalEmulator, Verdict, endpoints, read_answer};

const ONE: &str = "command/get_appliances";

#[test]
fn a_target_is_certified_from_a_few_lines_also_inside_a_runtime() {
    let emulator = LocalEmulator::start().expect("a port");
    let at = |id: &str, secret: &str| {
        let run = Certify::target(emulator.url()).account(id, secret).rate(None).only(ONE);
        run.account_of(AccountRole::ReadOnly, "touchmark-read", "touchmark-read-secret")
    };
    let found = at("touchmark", "touchmark-demo-secret").run().expect("a run");
    assert!(found.gaps().is_empty() && found.counts().pass > 10 && found.requests() > 10, "{found}");
    assert_eq!(found.verdict_of("command/get_appliances/smallest"), Some(Verdict::Pass));
    assert_eq!(found.verdict_of("command/get_api_info/smallest"), None);
    assert!(found.to_string().contains(" pass, ") && !found.written_as(Format::Json).contains("demo-secret"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let found = runtime.block_on(async { Certify::emulator(&emulator).only(ONE).allow(Class::Read).run() });
    assert!(found.expect("a run").is_conformant());

    let refused = at("touchmark", "wrong-secret").run();
    assert!(matches!(refused, Err(LibraryError::Credentials(_))), "{refused:?}");
    let shown = format!("{:?}", at("touchmark", "wrong-secret"));
    assert!(!shown.contains("wrong-secret"), "{shown}");
    let url = emulator.url().to_owned();
    drop(emulator);
    let gone = Certify::target(url).account("a", "b").run();
    assert!(matches!(gone, Err(LibraryError::Unreachable(_))), "{gone:?}");
}

#[test]
fn what_cannot_be_done_is_an_error_that_says_what_to_do() {
    let target = |url: &str| Certify::target(url).account("a", "b").only("=command/get_appliances/smallest");
    for (run, says) in [
        (target("ftp://support.example.com"), "only http and https are spoken; name a host"),
        (target("https://me:hunter2@support.example.com"), "credentials do not belong in the URL"),
        (target("http://support.example.com"), "in the clear"),
        (target("127.0.0.1:1").only("command/nothing"), "no requirement's id starts with that"),
        (target("127.0.0.1:1").fixture("colour", "red"), "there is no such fixture"),
        (target("127.0.0.1:1").trust("no certificate"), "that are to be trusted"),
    ] {
        let Err(LibraryError::Asked(said)) = run.run() else { panic!("{says}") };
        assert!(said.contains(says) && !said.contains("hunter2"), "{said}");
    }
    let nowhere = LocalEmulator::broken("drop:command/get_aplliances:appliances").err().expect("no such defect");
    assert!(nowhere.to_string().contains("get_appliances"), "{nowhere}");
    let none = Certify::target("127.0.0.1:1").only(ONE).run();
    assert!(matches!(none, Err(LibraryError::Credentials(_))), "{none:?}");
}

#[test]
fn a_defect_that_is_on_for_one_request_shows_in_one_and_no_other() {
    let emulator = LocalEmulator::start().expect("a port");
    let run = || Certify::emulator(&emulator).only("=command/get_appliances/smallest").run().expect("a run");
    // Only an answer of that kind has them: tokens and what the discovery asks before are as ever.
    emulator.break_once("behaviour:command/get_appliances:unknown-action").expect("a defect");
    emulator.break_once("drop:command/get_appliances:appliances/appliance").expect("a defect");
    assert_eq!(emulator.still_to_show(), 2);
    run();
    assert_eq!(emulator.still_to_show(), 0, "they have shown");
    assert!(run().is_conformant(), "and are gone");
    for (defect, says) in [
        ("behaviour:command/get_appliances:no-such-thing", "get_appliances"),
        ("drop:archive/state:queue/name", "of files or of the feed"),
    ] {
        let refused = emulator.break_once(defect).expect_err("no defect of one answer").to_string();
        assert!(refused.contains(says), "{refused}");
    }
}

#[test]
fn an_answer_that_somebody_has_is_read_and_judged() {
    let xml =
        "<logged_in_reps xmlns='https://www.beyondtrust.com/namespaces/API/command'><rep id='5'/></logged_in_reps>";
    let answer = read_answer("command/get_logged_in_reps", xml).expect("an endpoint");
    assert!(answer.is_accepted(), "{}", answer.summary());
    assert_eq!(answer.text_at("//rep/@id"), Ok(Some("5".to_owned())));
    assert_eq!(answer.text_at("//nobody"), Ok(None));
    assert!(matches!(answer.text_at("//["), Err(LibraryError::Asked(_))));
    let gap = "command/get_logged_in_reps/response/logged_in_reps/rep/username";
    assert!(answer.conformance().has_gap("command/get_logged_in_reps/response/"), "{}", answer.conformance());
    assert!(!answer.conformance().has_gap("command/get_support_teams"), "{gap}");
    for body in ["", "<a", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "\u{0}\u{1}"] {
        let answer = read_answer("command/get_logged_in_reps", body).expect("an endpoint");
        assert!(!answer.is_accepted() && !answer.conformance().is_conformant(), "{body:?}: {}", answer.summary());
    }
    let refused = read_answer("command/get_nothing", xml).expect_err("no endpoint").to_string();
    assert!(refused.contains("touchmark::endpoints()"), "{refused}");
    assert!(endpoints().iter().any(|id| id == "reporting/support_session") && endpoints().len() > 40);
}

//! What the program says of targets that differ from the emulator in one thing, and of those that are no target at all.
//!
//! A target that rejects everything, answers nothing or answers anything keeps no requirement; a target with one fault has the gaps of
//! that fault and no others.

use touchmark::spec;

use crate::peers::{Act, Peer, Reply, dead, peer, proxy, proxy_that, tokens_and};
use crate::support::{Cli, Ran, certify_at, serve, text};
use touchmark::emulator::Config;

const NAMESPACE: &str = "https://www.beyondtrust.com/namespaces/API/command";

// --- one fault, its gaps and no others ---

#[test]
#[ignore = "long: sh .ci/run plays it"]
fn an_element_that_is_left_out_is_a_gap_of_each_endpoint_that_has_it() {
    let behind = serve(Config::demo());
    let element = regex::bytes::Regex::new("<public_display_name>.*?</public_display_name>").expect("a pattern");
    let target = proxy(&behind, move |_, reply| reply.body = element.replace_all(&reply.body, &b""[..]).into_owned());
    let expected = ids(|id| id.contains("/response/") && id.ends_with("/public_display_name"));
    assert!(expected.len() > 3, "{expected:?}");
    let chapters = ["--allow", "disrupt", "--only", "command/", "--only", "reporting/"];
    let (cli, ran) = certify(&target, |cli| cli.aim(&target.base, &behind.emulator), &chapters);
    ran.exits(1);
    assert_eq!(cli.report().gaps(), expected);
}

#[test]
fn a_wrong_namespace_is_one_gap_and_not_one_for_each_answer() {
    let behind = serve(Config::demo());
    let target = proxy(&behind, |asked, reply| {
        if !asked.path().ends_with(".xsd") {
            reply.replace(NAMESPACE, "https://example.org/other");
        }
    });
    let (cli, ran) =
        certify(&target, |cli| cli.aim(&target.base, &behind.emulator), &["--allow", "disrupt", "--only", "command/"]);
    ran.exits(1);
    assert_eq!(cli.report().gaps(), ["command/general/namespace"]);
}

#[test]
fn a_status_of_200_for_a_wrong_token_is_a_gap_of_the_errors_alone() {
    let behind = serve(Config::demo());
    let target = proxy(&behind, |asked, reply| {
        if reply.status == 401 && asked.path() != "/oauth2/token" {
            reply.status = 200;
        }
    });
    only_gaps_of_the_errors(&target, |cli| cli.aim(&target.base, &behind.emulator));
}

#[test]
fn an_answer_to_a_wrong_token_is_a_gap_of_the_errors_alone() {
    let behind = serve(Config::demo());
    let target = proxy(&behind, |asked, reply| {
        if reply.status == 401 && asked.path() != "/oauth2/token" {
            *reply = Reply::new(200, "text/xml", &format!("<logged_in_reps xmlns=\"{NAMESPACE}\"></logged_in_reps>"));
            for (name, value) in [("x-ratelimit-limit", "15000"), ("x-ratelimit-remaining", "14000")] {
                reply.headers.push((name.to_owned(), value.to_owned()));
            }
        }
    });
    only_gaps_of_the_errors(&target, |cli| cli.aim(&target.base, &behind.emulator));
}

#[track_caller]
fn only_gaps_of_the_errors(target: &Peer, aim: impl Fn(&Cli) -> &Cli) {
    let (cli, ran) = certify(target, aim, &["--only", "auth/errors", "--only", "command/*/auth/"]);
    ran.exits(1);
    let report = cli.report();
    let gaps = report.gaps();
    assert!(!gaps.is_empty() && gaps.iter().all(|id| id.starts_with("auth/errors/")), "{gaps:?}");
}

// --- no target at all ---

#[test]
fn a_server_that_answers_500_to_everything_keeps_nothing() {
    let target = peer(|_| Act::Reply(Reply::new(500, "text/plain", "")));
    let ran = nothing_passes(&target, "");
    ran.exits(1);
}

#[test]
fn a_server_that_answers_an_empty_200_to_everything_keeps_nothing() {
    let target = peer(|_| Act::Reply(Reply::new(200, "text/xml", "")));
    let ran = nothing_passes(&target, "");
    ran.exits(1);
}

#[test]
fn a_server_that_gives_tokens_and_else_an_empty_200_keeps_no_command() {
    let target = tokens_and(|_| Act::Reply(Reply::new(200, "text/xml", "")));
    nothing_passes(&target, "command/").exits(1);
}

#[test]
fn a_server_that_gives_tokens_and_else_always_the_same_xml_keeps_no_command_that_it_does_not_answer() {
    let same = format!("<logged_in_reps xmlns=\"{NAMESPACE}\"/>");
    let target = tokens_and(move |_| Act::Reply(Reply::new(200, "text/xml", &same)));
    let ran = nothing_passes(&target, "command/join_session/");
    ran.exits(1);
}

#[test]
fn what_is_no_http_keeps_nothing() {
    let answers =
        [&b"\x00\x01\x02 garbage \xff\xfe\r\n\r\n"[..], b"", b"HTTP/1.1 999999 Far\r\n\r\n", b"SSH-2.0-OpenSSH\r\n"];
    // Side by side: each waits most of its time before it sends again.
    std::thread::scope(|scope| {
        for bytes in answers {
            scope.spawn(move || {
                let target = tokens_and(move |_| Act::Bytes(bytes.to_vec()));
                let ran = nothing_passes_only(&target, "command/", &["--only", "command/get_appliances"]);
                assert!(matches!(ran.code, 1 | 3), "{ran:?}");
            });
        }
    });
}

#[test]
fn a_body_that_is_cut_short_keeps_nothing() {
    let body = format!("<appliances xmlns=\"{NAMESPACE}\"/>");
    let cut = format!("HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\ncontent-length: 5000\r\n\r\n{body}");
    let target = tokens_and(move |_| Act::Bytes(cut.clone().into_bytes()));
    // Nothing else was answered, so it may be the network that cuts.
    nothing_passes_only(&target, "command/", &["--only", "command/get_appliances"]).exits(3);
}

#[test]
fn a_body_without_end_is_read_up_to_its_limit_and_keeps_nothing() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\n\r\n<a>".to_vec();
    let target = tokens_and(move |_| Act::Endless(head.clone(), vec![b'x'; 64 * 1024]));
    let ran = nothing_passes_only(&target, "command/", &["--only", "=command/get_appliances/smallest"]);
    ran.exits(1);
}

#[test]
fn a_body_that_drips_is_left_when_its_time_is_over() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\n\r\n<a>".to_vec();
    let target = tokens_and(move |_| Act::Drip(head.clone()));
    let only = ["--only", "=command/get_appliances/smallest", "--timeout-ms", "300"];
    nothing_passes_only(&target, "command/", &only).exits(3);
}

#[test]
fn a_target_that_never_answers_is_given_up() {
    let target = tokens_and(|_| Act::Stall(Vec::new()));
    let ran = nothing_passes_only(&target, "command/", &["--timeout-ms", "50"]);
    assert!(matches!(ran.code, 1 | 3), "{ran:?}");
    assert!(target.connections() < 70, "{} connections", target.connections());
}

#[test]
fn a_redirect_is_never_followed() {
    let elsewhere = peer(|_| Act::Reply(Reply::new(200, "text/xml", "")));
    for status in [301, 302, 303, 307, 308] {
        let to = elsewhere.base.clone();
        let target = tokens_and(move |asked| {
            let mut reply = Reply::new(status, "text/plain", "");
            reply.headers.push(("location".to_owned(), format!("{to}{}", asked.target)));
            Act::Reply(reply)
        });
        nothing_passes_only(&target, "command/", &["--only", "command/get_appliances"]).exits(1);
    }
    assert_eq!(elsewhere.connections(), 0);
}

#[test]
fn a_hang_on_one_path_loses_the_cases_of_that_path_alone() {
    let behind = serve(Config::demo());
    let target = proxy_that(&behind, |asked, reply| match asked.path() {
        "/check_health" => Act::Stall(b"HTTP/1.1 200".to_vec()),
        _ => Act::Reply(reply),
    });
    let only = ["--only", "command/check_health_http", "--only", "command/get_appliances", "--timeout-ms", "1000"];
    let (cli, ran) = certify(&target, |cli| cli.aim(&target.base, &behind.emulator), &only);
    ran.exits(1);
    let report = cli.report();
    for (id, verdict) in report.verdicts() {
        let lost = id.starts_with("command/check_health_http/");
        assert!(if lost { verdict != "pass" && verdict != "error" } else { verdict != "fail" }, "{id}: {verdict}");
    }
    assert!(report.of("pass").len() > 20, "{:?}", report.verdicts());
}

// --- nobody, or not for us ---

#[test]
fn a_dead_port_cannot_be_reached() {
    let (dead, _taken) = dead();
    let (cli, ran) = certify_at(&dead, &[]);
    ran.exits(4);
    assert_eq!(ran.stdout, "");
    assert!(ran.stderr.contains("cannot be reached"), "{}", ran.stderr);
    assert!(!cli.path("touchmark-report/report.json").exists(), "there is nothing to report");
}

#[test]
fn a_port_for_https_that_says_so_in_plain_http_is_told() {
    for page in [
        "<html><center>The plain HTTP request was sent to HTTPS port</center></html>",
        "<p>Reason: You're speaking plain HTTP to an SSL-enabled server port.</p>",
        "Client sent an HTTP request to an HTTPS server.",
        "Bad Request\r\nThis combination of host and port requires TLS.\r\n",
    ] {
        let target = peer(move |_| Act::Reply(Reply::new(400, "text/html", page)));
        let (_, ran) = certify_at(&target.base, &[]);
        ran.exits(4);
        assert!(ran.stderr.contains("what answers there speaks TLS"), "{}", ran.stderr);
        assert!(!ran.stderr.contains("credentials:"), "{}", ran.stderr);
    }
}

#[test]
fn wrong_credentials_are_said_once_and_tried_once() {
    let refusal = "{\"error\":\"invalid_client\"}";
    let target = peer(|_| Act::Reply(Reply::new(401, "application/json", refusal)));
    let (_, ran) = certify_at(&target.base, &[]);
    ran.exits(4);
    assert_eq!((ran.stdout.as_str(), ran.stderr.matches("credentials:").count()), ("", 1), "{}", ran.stderr);
    let asked: Vec<(String, String)> =
        target.asked().iter().map(|asked| (asked.method.clone(), asked.path().to_owned())).collect();
    assert_eq!(asked, [("POST".to_owned(), "/oauth2/token".to_owned())]);
}

#[test]
fn an_account_without_the_permission_is_told_so() {
    let denied = "{\"error\":\"access_denied\",\"message\":\"no\"}";
    let target = tokens_and(|_| Act::Reply(Reply::new(403, "application/json", denied)));
    let (_, ran) = certify_at(&target.base, &[]);
    ran.exits(4);
    assert!(ran.stdout.is_empty() && ran.stderr.contains("may not use the command API"), "{}", ran.stderr);
}

// --- how they are asked ---

fn certify(target: &Peer, aim: impl Fn(&Cli) -> &Cli, options: &[&str]) -> (Cli, Ran) {
    let cli = Cli::new();
    aim(&cli);
    let ran = cli.run(&[&["certify"], options].concat());
    assert!(target.connections() > 0, "nothing was sent: {}", ran.stderr);
    (cli, ran)
}

#[track_caller]
fn nothing_passes(target: &Peer, below: &str) -> Ran {
    nothing_passes_only(target, below, &["--allow", "disrupt"])
}

#[track_caller]
fn nothing_passes_only(target: &Peer, below: &str, options: &[&str]) -> Ran {
    let (cli, ran) = certify_at(&target.base, options);
    let report = cli.report();
    let passed: Vec<&str> = report.of("pass").into_iter().filter(|id| id.starts_with(below)).collect();
    assert!(passed.is_empty(), "{passed:?}");
    assert_eq!(report.of("error"), Vec::<&str>::new());
    assert!(report.rows("gaps").all(|gap| !text(gap, "got").is_empty()));
    ran
}

/// The ids of the catalogue that something holds of.
fn ids(holds: impl Fn(&str) -> bool) -> Vec<String> {
    let spec = spec::embedded().expect("sound data");
    spec.requirements.keys().filter(|id| holds(id)).map(ToString::to_string).collect()
}

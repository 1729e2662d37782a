//! What others recorded, judged without a target: HARs of browsers and proxies, saved answers, and folders of them.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Cli, Ran};

/// Endpoints with few requests, and their defect.
const AREA: [&str; 6] =
    ["certify", "--only", "command/get_logged_in_reps", "--only", "command/get_api_info", "--only=command/schema"];
const DEFECT: &str = "drop:command/get_logged_in_reps:logged_in_reps/rep/public_display_name";
const GAP: &str = "command/get_logged_in_reps/response/logged_in_reps/rep/public_display_name";
const REPS: &str = "action=get_logged_in_reps";

/// A command line where the exchanges of a run are in `run.har`.
fn exported(defects: &[&str]) -> Cli {
    let defects: Vec<&str> = defects.iter().flat_map(|id| ["--defect", id]).collect();
    exported_of(&[&AREA[..], &defects].concat())
}

fn exported_of(run: &[&str]) -> Cli {
    let cli = Cli::new();
    cli.run(run);
    cli.run(&["judge", "touchmark-report/journal.jsonl.gz", "--export", "har=run.har"]);
    cli
}

fn har(cli: &Cli) -> Value {
    serde_json::from_str(&cli.read("run.har")).unwrap()
}

/// The same as somebody else's program would write it.
fn foreign(cli: &Cli) -> Value {
    let mut har = har(cli);
    har["log"].as_object_mut().unwrap().remove("_touchmark");
    for entry in har["log"]["entries"].as_array_mut().unwrap() {
        entry.as_object_mut().unwrap().remove("_touchmark");
    }
    har
}

/// The entries of a HAR that list the representatives with success.
fn of_reps(har: &mut Value) -> Vec<&mut Value> {
    let entries = har["log"]["entries"].as_array_mut().unwrap().iter_mut();
    let lists = |entry: &&mut Value| {
        let url = entry["request"]["url"].as_str().unwrap_or_default();
        url.ends_with(REPS) && entry["request"]["method"] == "GET" && entry["response"]["status"] == 200
    };
    entries.filter(lists).collect()
}

fn judged(cli: &Cli, har: &Value, more: &[&str]) -> Ran {
    cli.write("other.har", &har.to_string());
    cli.run(&[&["judge", "other.har"], more].concat())
}

fn counts(ran: &Ran, verdict: &str) -> usize {
    let line = ran.stdout.lines().find(|line| line.contains(" pass, ")).unwrap_or_default();
    let count = line.split(", ").find_map(|part| part.strip_suffix(verdict)).unwrap_or_default();
    count.trim().parse().unwrap_or(0)
}

#[test]
fn an_exported_run_is_judged_as_its_journal_and_a_changed_answer_shows() {
    for defects in [&[][..], &[DEFECT]] {
        let cli = exported(defects);
        let journal = cli.run(&["judge", "touchmark-report/journal.jsonl.gz"]);
        let again = cli.run(&["judge", "run.har"]);
        assert_eq!((again.code, &again.stdout), (journal.code, &journal.stdout), "{defects:?}");
        assert!(!cli.read("run.har").contains("touchmark-demo-secret"));
    }
    let cli = exported(&[]);
    let mut har = har(&cli);
    for entry in of_reps(&mut har) {
        let text = entry["response"]["content"]["text"].as_str().unwrap().replace("public_display_name", "public_name");
        entry["response"]["content"]["text"] = json!(text);
    }
    // A body that is shorter than it is said to be is not whole, and shows nothing.
    assert_eq!(counts(&judged(&cli, &har, &[]), " fail"), 0);
    of_reps(&mut har).into_iter().for_each(|entry| entry["response"]["content"]["size"] = json!(-1));
    let ran = judged(&cli, &har, &[]);
    assert!(ran.exits(1).stdout.contains(&format!("FAIL {GAP}\n")), "{}", ran.stdout);
}

/// Whatever a run sends, refusals and faults of its own included: without knowing which request was which, nothing lawful becomes a gap.
#[test]
fn a_recording_of_a_sound_target_has_no_gap_and_of_a_broken_one_its_gap() {
    let sound = exported(&[]);
    let ran = judged(&sound, &foreign(&sound), &[]);
    assert!(ran.exits(0).stdout.contains(" pass, 0 warn, 0 fail, 0 inconclusive, "), "{}", ran.stdout);
    assert!(counts(&ran, " pass") > 40, "{}", ran.stdout);
    let broken = exported(&[DEFECT]);
    let ran = judged(&broken, &foreign(&broken), &[]);
    assert!(ran.exits(1).stdout.contains(&format!("FAIL {GAP}\n")), "{}", ran.stdout);
    assert_eq!(counts(&ran, " fail"), 1, "{}", ran.stdout);
}

/// What the target's own document says is held against the answers beside it, whatever a list was narrowed down by.
#[test]
fn answers_of_the_configuration_api_are_judged_by_the_document_in_the_recording() {
    let cli = exported_of(&["certify", "--only=configuration/openapi", "--only=configuration/jump-group"]);
    let mut har = foreign(&cli);
    let ran = judged(&cli, &har, &["--only=configuration"]);
    assert!(ran.exits(0).stdout.contains(" pass, 0 warn, 0 fail, 0 inconclusive, "), "{}", ran.stdout);
    let all = counts(&ran, " pass");
    assert!(all > 15, "{}", ran.stdout);
    let entries = har["log"]["entries"].as_array_mut().unwrap();
    let lists = |entry: &Value| entry["request"]["url"].as_str().unwrap_or_default().contains("/jump-group?name=");
    entries.retain(|entry| lists(entry) || entry["request"]["url"].as_str().unwrap_or_default().ends_with(".yaml"));
    for entry in entries.iter_mut().filter(|entry| lists(entry)) {
        entry["response"]["content"]["text"] = json!(r#"[{"id": "seven"}]"#);
        entry["response"]["content"]["size"] = json!(-1);
    }
    let ran = judged(&cli, &har, &["--only=configuration"]);
    assert!(ran.exits(1).stdout.contains("FAIL configuration/jump-group/get/schema\n"), "{}", ran.stdout);
}

#[test]
fn recordings_of_browsers_and_proxies_are_read_as_they_are() {
    let cli = exported(&[]);
    let whole = foreign(&cli);
    let plain = judged(&cli, &whole, &[]);
    #[track_caller]
    fn same(cli: &Cli, plain: &Ran, har: &Value) {
        let ran = judged(cli, har, &[]);
        assert_eq!((ran.code, counts(&ran, " pass")), (plain.code, counts(plain, " pass")), "{}", ran.stdout);
    }
    // Entries in any order.
    let mut turned = whole.clone();
    turned["log"]["entries"].as_array_mut().unwrap().reverse();
    same(&cli, &plain, &turned);
    // No credentials any more.
    let mut sanitised = whole.clone();
    for entry in sanitised["log"]["entries"].as_array_mut().unwrap() {
        entry["request"]["headers"].as_array_mut().unwrap().retain(|header| header["name"] != "Authorization");
    }
    same(&cli, &plain, &sanitised);
    // A text that is called base64.
    let mut called = whole.clone();
    of_reps(&mut called).into_iter().for_each(|entry| entry["response"]["content"]["encoding"] = json!("base64"));
    same(&cli, &plain, &called);
    // Bodies that are missing show nothing, and are no gap.
    let mut missing = whole.clone();
    for entry in of_reps(&mut missing) {
        entry["response"]["content"].as_object_mut().unwrap().remove("text");
    }
    missing["log"]["entries"].as_array_mut().unwrap().retain(|entry| !is_refused_list(entry));
    let ran = judged(&cli, &missing, &["--only", "command/get_logged_in_reps"]);
    assert_eq!(counts(&ran, " fail"), 0, "{}", ran.stdout);
    assert!(counts(&ran, " inconclusive") > 5 && ran.code == 3, "{}", ran.stdout);
    assert!(!ran.stdout.contains("could not be tested (target)"), "a browser loses bodies: {}", ran.stdout);
    // Two hosts are two targets.
    let mut hosts = whole.clone();
    of_reps(&mut hosts)[0]["request"]["url"] = json!(format!("https://Other.example/api/command?{REPS}"));
    let ran = judged(&cli, &hosts, &[]);
    assert!(ran.exits(2).stderr.contains("other.example (1 exchange)"), "{}", ran.stderr);
    let ran = judged(&cli, &hosts, &["--host", "other.example"]);
    assert!(ran.exits(0).stdout.contains(" pass, 0 warn, 0 fail"), "{}", ran.stdout);
}

/// Lists in another method than GET, which the run sends, too.
fn is_refused_list(entry: &Value) -> bool {
    let text = entry["request"].to_string();
    text.contains("get_logged_in_reps") && !entry["response"]["content"]["text"].is_null()
}

#[test]
fn no_secret_of_a_recording_is_kept() {
    let cli = exported(&[]);
    let mut har = foreign(&cli);
    let canaries =
        ["canary-token-0123456789", "canary-cookie-0123456789", "canary-secret-0123456789", "canary-answer-0123456789"];
    let basic = {
        use base64::{Engine as _, engine::general_purpose::STANDARD};
        STANDARD.encode(format!("id:{}", canaries[2]))
    };
    {
        let reps = of_reps(&mut har).remove(0);
        let headers = reps["request"]["headers"].as_array_mut().unwrap();
        headers.push(json!({ "name": "AUTHORIZATION", "value": format!("Bearer {}", canaries[0]) }));
        headers.push(json!({ "name": "Cookie", "value": format!("sid={}; lang=en", canaries[1]) }));
        // It comes back in another place, and encoded.
        let text = reps["response"]["content"]["text"].as_str().unwrap();
        let text = text.replace("</logged_in_reps>", &format!("<!-- {} {} --></logged_in_reps>", canaries[0], basic));
        reps["response"]["content"] = json!({ "size": text.len(), "mimeType": "text/xml", "text": text });
    }
    let token = json!({ "access_token": canaries[3], "token_type": "Bearer", "expires_in": 3600 }).to_string();
    let url = of_reps(&mut har).remove(0)["request"]["url"]
        .as_str()
        .unwrap()
        .replace(&format!("/api/command?{REPS}"), "/oauth2/token");
    har["log"]["entries"].as_array_mut().unwrap().push(json!({
        "startedDateTime": "2026-01-01T00:00:00Z",
        "request": { "method": "POST", "url": url, "headers": [],
            "postData": { "mimeType": "application/x-www-form-urlencoded",
                "text": format!("grant_type=client_credentials&client_id=id&client_secret={}", canaries[2]) } },
        "response": { "status": 200, "headers": [{ "name": "Content-Type", "value": "application/json" }],
            "content": { "size": token.len(), "mimeType": "application/json", "text": token } },
    }));
    let ran = judged(&cli, &har, &["--export", "har=kept.har"]);
    let kept = cli.read("kept.har");
    for secret in canaries.iter().copied().chain([basic.as_str()]) {
        assert!(!kept.contains(secret) && !ran.stdout.contains(secret), "{secret} is kept");
    }
    assert!(kept.contains("[redacted]") && kept.contains("/oauth2/token"), "the exchanges themselves are kept");
}

#[test]
fn saved_answers_are_judged_alone_and_in_a_folder() {
    let cli = exported(&[]);
    let mut har = foreign(&cli);
    let answer = of_reps(&mut har)[0]["response"]["content"]["text"].as_str().unwrap().to_owned();
    let broken = answer.replace("public_display_name", "public_name");
    cli.write("good.xml", &answer).write("bad.xml", &broken);
    let good = cli.run(&["judge", "good.xml", "--as", "command/get_logged_in_reps"]);
    assert!(good.exits(0).stdout.contains(" pass, 0 warn, 0 fail, 0 inconclusive, "), "{}", good.stdout);
    assert!(counts(&good, " pass") > 10, "{}", good.stdout);
    let as_reps = ["judge", "bad.xml", "--as", "get_logged_in_reps"];
    let bad = cli.run(&as_reps);
    assert!(bad.exits(1).stdout.contains(&format!("FAIL {GAP}\n")), "{}", bad.stdout);
    // A gap that is known is accepted, and the report folder is judged as any other.
    cli.write("known.toml", &format!("[[gap]]\nid = \"{GAP}\"\nreason = \"an old mock\"\nexpires = \"2999-01-01\"\n"));
    cli.run(&[&as_reps[..], &["--known-gaps", "known.toml", "--report-dir", "of-mocks"]].concat()).exits(0);
    assert!(cli.read("of-mocks/report.json").contains("an old mock"));
    cli.run(&["judge", "of-mocks"]).exits(1);
    fs::create_dir_all(cli.path("mocks/command")).unwrap();
    cli.write("mocks/command/get_logged_in_reps.two.xml", &answer).write("mocks/README.md", "text");
    let folder = cli.run(&["judge", "mocks"]);
    assert!(folder.exits(0).stderr.contains("1 file passed over, such as README.md"), "{}", folder.stderr);
    assert_eq!(counts(&folder, " pass"), counts(&good, " pass"));
    cli.write("mocks/get_logged_in_reps.xml", &broken);
    assert!(cli.run(&["judge", "mocks"]).exits(1).stdout.contains(GAP));
}

#[test]
fn an_answer_that_cannot_be_read_is_a_gap_beside_good_ones() {
    let cli = exported(&[]);
    let mut har = foreign(&cli);
    let answer = of_reps(&mut har)[0]["response"]["content"]["text"].as_str().unwrap().to_owned();
    fs::create_dir_all(cli.path("mocks/command")).unwrap();
    cli.write("mocks/command/get_logged_in_reps.good.xml", &answer);
    let half = &answer[..answer.len() / 2];
    for broken in [half, "<html><body>Sign in</body></html>", "", "{\"a\": 1}", "<support_teams/>"] {
        cli.write("mocks/command/get_logged_in_reps.xml", broken).write("one.xml", broken);
        for arguments in [&["judge", "mocks"][..], &["judge", "one.xml", "--as", "command/get_logged_in_reps"]] {
            let ran = cli.run(arguments);
            let gap = "FAIL command/get_logged_in_reps/response/logged_in_reps\n";
            assert!(ran.exits(1).stdout.contains(gap), "{broken}: {}", ran.stdout);
        }
    }
    // Beside good answers to other requests of a HAR, too.
    let sound = judged(&cli, &har, &[]);
    assert_eq!(sound.exits(0).stdout.matches("FAIL ").count(), 0);
    let mut entry = of_reps(&mut har)[0].clone();
    let url = entry["request"]["url"].as_str().unwrap().to_owned();
    entry["request"]["url"] = json!(format!("{url}&start=3"));
    let page = "<html><body>Sign in</body></html>";
    entry["response"]["content"] = json!({ "size": page.len(), "mimeType": "text/html", "text": page });
    har["log"]["entries"].as_array_mut().unwrap().push(entry);
    assert_eq!(judged(&cli, &har, &[]).exits(1).stdout.matches("FAIL ").count(), 1);
}

#[test]
fn what_is_no_recording_has_a_message() {
    #[track_caller]
    fn check(cli: &Cli, arguments: &[&str], says: &str) {
        let ran = cli.run(&[&["judge"], arguments].concat());
        assert!(ran.exits(2).stderr.contains(says), "{}", ran.stderr);
    }
    let cli = Cli::new();
    cli.write("no.har", "{\"log\": {\"entries\": 1}}")
        .write("text.har", "no JSON")
        .write("empty.har", "{\"log\": {\"entries\": []}}")
        .write("a.xml", "<a/>");
    let binary = json!({ "log": { "entries": [{ "request": { "method": "GET", "url": "https://h/api/command?action=get_api_info" },
        "response": { "status": 200, "content": { "size": 3, "text": "AP//", "encoding": "base64" } } }] } });
    cli.write("binary.har", &binary.to_string());
    fs::create_dir(cli.path("folder")).unwrap();
    check(&cli, &["no.har"], "no.har: it is no HAR file");
    check(&cli, &["text.har"], "text.har: it is no HAR file");
    check(&cli, &["empty.har"], "nothing in it is an exchange of an endpoint");
    check(&cli, &["folder"], "nothing in it is an exchange of an endpoint");
    check(&cli, &["a.xml", "--as", "command/get_logged_in_rep"], "no endpoint is called so; did you mean");
    check(&cli, &["a.xml"], "a.xml: line 1: not the head of a journal");
    check(&cli, &["missing.har"], "missing.har: ");
    check(&cli, &["no.har", "empty.har", "--host", "h"], "--host: it is for one recording");
    check(&cli, &["a.xml", "--api-version", "1.0.0"], "--api-version: it is for one recording");
    check(&cli, &["empty.har", "--host", "h"], "has no exchange of the API with it");
    check(&cli, &["empty.har", "--api-version", "x"], "--api-version x");
    let ran = cli.run(&["judge", "binary.har"]);
    assert!(ran.exits(1).stdout.contains("FAIL command/get_api_info/smallest"), "{}", ran.stdout);
}

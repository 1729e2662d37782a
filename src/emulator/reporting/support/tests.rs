//! Reports of support sessions agree with one another and with the command API. Only tests use it.

use super::super::super::testing::{Lab, START_S, body, is_error, text, texts};

const C69: &str = "c69a8e10bea9428f816cfababe9815fe";
const ALL: &str = "start_time=1699000000&duration=0";

fn sessions(lab: &Lab, rest: &str) -> String {
    lab.report(&format!("generate_report=SupportSession&{rest}"))
}

/// How many there are of the elements of a name that have attributes.
fn count(xml: &str, name: &str) -> usize {
    xml.matches(&format!("<{name} ")).count()
}

#[test]
fn windows_are_of_days_or_seconds_and_half_open() {
    let lab = Lab::new();
    let listed =
        |rest: &str| count(&lab.report(&format!("generate_report=SupportSessionListing&{rest}")), "session_summary");
    assert_eq!((listed(ALL), listed("start_date=2023-11-01&duration=0")), (25, 25));
    assert_eq!(listed("start_time=1699140000&duration=1"), 1);
    assert_eq!(listed("start_time=1699000000&duration=140000"), 0);
    assert_eq!(listed("start_time=1699000000&duration=140001"), 1);
    assert_eq!(listed("start_date=2023-11-04&duration=1"), 1);
    // Neither what runs nor what broke off has an end.
    assert_eq!(listed("end_time=1699000000&duration=0"), 20);
    assert_eq!(listed("end_time=1699140902&duration=1"), 1);
    for bad in
        ["", "start_date=2023-11-01", "duration=1", "start_date=2023-13-01&duration=0", "start_time=x&duration=0"]
            .into_iter()
            .chain(["start_time=1&duration=-1", "end_date=1&duration=0", "lsid=1"])
    {
        let xml = lab.report(&format!("generate_report=SupportSessionListing&{bad}"));
        assert!(is_error(&xml) && xml.contains("<session_summary_list xmlns="), "{bad}: {xml}");
    }
}

#[test]
fn sessions_are_found_by_id_and_limit() {
    let lab = Lab::new();
    let found = |rest: &str| count(&sessions(&lab, rest), "session");
    let bob = "5bf07601298b495b87310da9ce571e22";
    assert_eq!((found(&format!("lsid={C69}")), found(&format!("lsids={C69},{bob},0"))), (1, 2));
    assert_eq!((found("lsid=0"), found(&format!("lsid={bob}&limit=rep:1"))), (0, 1));
    let limited = |limit: &str| found(&format!("{ALL}&limit={limit}"));
    assert_eq!((limited("all"), limited("site:1"), limited("site:2"), limited("site:7")), (25, 23, 2, 0));
    let (teams, none) = (limited("team:all"), found(ALL) - limited("team:all"));
    assert_eq!(teams, limited("team:1") + limited("team:2") + limited("team:3"));
    assert!(none > 0 && limited("rep:5") > 1 && limited("members:1") > limited("rep:5"));
    assert_eq!(limited("members:1"), [1, 5, 151].map(|rep| limited(&format!("rep:{rep}"))).iter().sum::<usize>());
    assert!(is_error(&sessions(&lab, &format!("{ALL}&limit=team:[all]"))));
}

#[test]
fn what_a_command_does_is_in_the_report_of_its_session() {
    let lab = Lab::new();
    let c69 = || sessions(&lab, &format!("lsid={C69}"));
    let before = c69();
    assert_eq!((text(&before, "end_time"), text(&before, "duration")), ("", "00:25:00"));
    assert!(!before.contains("session_chat_view_url") && before.contains("gsnumber"));
    lab.get(&format!("action=join_session&lsid={C69}&rep_id=5"));
    lab.get(&format!("action=send_chat_message&lsid={C69}&body=Hello+there&impersonate=customer"));
    lab.get(&format!("action=set_session_attributes&lsid={C69}&session.custom.external_key=K9"));
    lab.clock.advance(60_000);
    lab.get(&format!("action=leave_session&lsid={C69}&rep_id=1"));
    lab.get(&format!("action=transfer_session&lsid={C69}&queue_id=team:2"));
    lab.get(&format!("action=transfer_session&lsid={C69}&queue_id=rep:5"));
    lab.clock.advance(60_000);
    lab.get(&format!("action=terminate_session&lsid={C69}"));
    let after = c69();
    assert_eq!(texts(&after, "username"), ["Chris Customer", "admin", "jsmith"]);
    assert_eq!((text(&after, "external_key"), text(&after, "body")), ("K9", "Hello there"));
    assert_eq!((text(&after, "duration"), texts(&after, "seconds_involved")), ("00:27:00", vec!["1555", "120"]));
    assert!(after.contains(&format!("<end_time timestamp=\"{}\">", START_S + 120)));
    assert!(after.contains("<primary_team id=\"2\">Night Watch</primary_team>") && after.contains("Session End"));
    assert!(after.contains("session_chat_view_url"));
    assert_eq!(texts(&after, "primary_rep"), ["Smith, Jo &lt;second line&gt;", "0", "1"]);
    assert_eq!(texts(&after, "session_owner"), ["1", "1"]);
    let listed = lab.report(&format!("generate_report=SupportSessionListing&{ALL}"));
    assert!(listed.contains(C69) && listed.contains("external_key=\"K9\""));
}

#[test]
fn a_virtual_customer_makes_a_session_that_is_reported() {
    let lab = Lab::new();
    let key = lab.get("action=generate_session_key&type=support&queue_id=team:1&session.custom.external_key=V1");
    let who = "name=Val&ip_address=192.0.2.7&operating_system=Plan%209&computer_name=PC7";
    lab.get(&format!("action=create_virtual_customer&short_key={}&{who}", text(&key, "short_key")));
    let xml = sessions(&lab, &format!("start_time={START_S}&duration=0"));
    assert_eq!((count(&xml, "session"), text(&xml, "external_key"), text(&xml, "hostname")), (1, "V1", "PC7"));
    assert!(xml.contains("<rep_list/>") && xml.contains("<team id=\"1\" primary_team=\"1\">Help Desk</team>"));
    assert_eq!(text(&xml, "private_ip"), "192.0.2.7");
}

#[test]
fn what_xml_cannot_hold_is_encoded_in_lines() {
    let xml = sessions(&Lab::new(), "lsid=6c9ecfd7f5b19ec6ace5ab8dfe76eb9d");
    let encoded = text(&xml, "encoded_body");
    let lines: Vec<&str> = encoded.split('\n').collect();
    assert!(lines.len() > 1 && lines[0].len() == 76 && lines.iter().all(|line| line.len() <= 76));
    assert_eq!(texts(&xml, "body"), ["I am back."]);
    // The representative came back by another connection.
    assert_eq!(texts(&xml, "username"), ["Gus Binary", "zoe.no\u{eb}l", "zoe.no\u{eb}l"]);
}

#[test]
fn summaries_count_every_session_once() {
    let lab = Lab::new();
    let rows = |kind: &str| {
        let xml = lab.report(&format!("generate_report=SupportSessionSummary&{ALL}&report_type={kind}"));
        texts(&xml, "total_sessions").iter().map(|total| total.parse::<usize>().expect("a number")).sum::<usize>()
    };
    let limited = |limit: &str| count(&sessions(&lab, &format!("{ALL}&limit={limit}")), "session");
    let owned: usize = [1, 5, 12, 31, 32, 151, 212].iter().map(|rep| limited(&format!("rep:{rep}"))).sum();
    assert_eq!((rows("site"), rows("team"), rows("rep")), (25, limited("team:all"), owned));
    assert!(is_error(&lab.report(&format!("generate_report=SupportSessionSummary&{ALL}"))));
    assert!(is_error(&lab.report(&format!("generate_report=SupportSessionSummary&{ALL}&report_type=all"))));
}

#[test]
fn recordings_are_files_each_of_its_own() {
    let lab = Lab::new();
    let get = |query: &str| lab.ask("touchmark", "GET", &format!("generate_report={query}"));
    let fay = "5b8dbec6e4a08db5fbd49a7ced65da8c";
    let mut seen = Vec::new();
    for query in ["SupportSessionRecording", "ShowMyScreenRecording&instance=0", "ShowMyScreenRecording&instance=1"]
        .into_iter()
        .chain(["CommandShellRecording&instance=0", "CommandShellRecording&instance=2"])
    {
        let answer = get(&format!("{query}&lsid={fay}"));
        assert!(answer.body.starts_with(b"\0\0\0\x18ftyp") && !seen.contains(&answer.body), "{query}");
        seen.push(answer.body);
    }
    for query in
        ["SupportSessionRecording&lsid=0", "SupportSessionRecording", &format!("SupportSessionRecording&lsid={C69}")]
            .into_iter()
            .chain([&format!("CommandShellRecording&lsid={fay}&instance=3") as &str])
            .chain([&format!("CommandShellRecording&lsid={fay}") as &str])
    {
        assert!(is_error(&body(&get(query))), "{query}");
    }
}

#[test]
fn surveys_are_told_with_all_their_questions() {
    let lab = Lab::new();
    let surveys = |rest: &str| lab.report(&format!("generate_report=SupportCustExitSurvey&{rest}"));
    let all = surveys(&format!("{ALL}&report_type=rep&id=all"));
    assert_eq!((count(&all, "exit_survey"), count(&all, "question")), (7, 35));
    for kind in ["radio", "checkbox", "select", "text", "textarea"] {
        assert!(all.contains(&format!("<type>{kind}</type>")));
    }
    let found = |rest: &str| count(&surveys(rest), "exit_survey");
    assert_eq!((found(&format!("{ALL}&report_type=rep&id=5")), found(&format!("{ALL}&report_type=team&id=3"))), (2, 2));
    assert_eq!(found(&format!("{ALL}&report_type=rep&id=all&site_id=2")), 1);
    assert_eq!(found("lsid=5bf07601298b495b87310da9ce571e22&report_type=team"), 1);
    assert_eq!(found(&format!("lsid={C69}&report_type=team")), 0);
    for bad in ["report_type=rep&id=all", &format!("{ALL}&report_type=rep"), &format!("{ALL}&id=all"), "lsid=0"] {
        assert!(is_error(&surveys(bad)), "{bad}");
    }
}

#[test]
fn teams_tell_who_was_there_before_the_first_event() {
    let lab = Lab::new();
    // Representatives 1 and 5 have been logged in for a while.
    let xml = lab.report("generate_report=SupportTeam&start_time=1699223900&duration=1000&team_id=1");
    assert_eq!((count(&xml, "team_activity"), count(&xml, "representative")), (1, 2));
    assert!(xml.contains("<end_time timestamp=\"1699224900\">2023-11-05T22:55:00+00:00</end_time>"));
    assert_eq!(texts(&xml, "body"), ["Good morning, everybody", "Good morning"]);
    let joined = lab.report("generate_report=SupportTeam&start_time=1699000000&duration=0&team_id=2");
    assert!(joined.contains("name=\"support_teams\" value=\";Night Watch\""));
    lab.get("action=send_chat_message&team_id=1&body=Now&impersonate=rep:1&to_rep=5");
    let now = lab.report(&format!("generate_report=SupportTeam&start_time={START_S}&duration=0"));
    assert!(now.contains("<destinations><destination gsnumber=") && text(&now, "body") == "Now");
}

#[test]
fn permissions_are_those_of_the_report() {
    let lab = Lab::new();
    let status =
        |account: &str, report: &str| lab.ask(account, "GET", &format!("generate_report={report}&{ALL}")).status;
    for (account, support, presentation) in
        [("touchmark", 200, 200), ("touchmark-read", 200, 200), ("touchmark-deny", 403, 403)]
            .into_iter()
            .chain([("touchmark-support-reports", 200, 403), ("touchmark-other-reports", 403, 200)])
    {
        let found = (status(account, "SupportSession"), status(account, "PresentationSession"));
        assert_eq!(found, (support, presentation), "{account}");
    }
    assert!(is_error(&lab.report("generate_report=Nothing")) && is_error(&lab.report("a=b")));
    let posted = body(&lab.ask("touchmark", "POST", &format!("generate_report=SupportSessionListing&{ALL}")));
    assert_eq!(posted, lab.report(&format!("generate_report=SupportSessionListing&{ALL}")));
}

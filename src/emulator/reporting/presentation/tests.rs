//! Reports of presentations agree with one another. Only tests use it.

use super::super::super::testing::{Lab, body, is_error, text, texts};

const ALL: &str = "start_time=1699000000&duration=0";
const RECORDED: &str = "Recorded";

fn sessions(lab: &Lab, rest: &str) -> String {
    lab.report(&format!("generate_report=PresentationSession&{rest}"))
}

fn count(xml: &str, name: &str) -> usize {
    xml.matches(&format!("<{name} ")).count()
}

/// The lsids of a listing: those with a recording, or those without.
fn listed(lab: &Lab, recording: &str) -> Vec<String> {
    let all = lab.report(&format!("generate_report=PresentationSessionListing&{ALL}"));
    let flag = format!("has_recording=\"{}\"", u8::from(recording == RECORDED));
    let mine = all.split("<presentation_summary ").filter(|part| part.contains(&flag));
    mine.filter_map(|part| part.split('"').nth(1)).map(str::to_owned).collect()
}

#[test]
fn what_runs_is_found_by_its_beginning_only() {
    let lab = Lab::new();
    assert_eq!(
        (count(&sessions(&lab, ALL), "session"), listed(&lab, RECORDED).len(), listed(&lab, "").len()),
        (12, 5, 7)
    );
    let running = sessions(&lab, "start_time=1699999000&duration=0");
    assert_eq!(
        (count(&running, "session"), text(&running, "end_time"), text(&running, "duration")),
        (1, "", "00:11:40")
    );
    assert!(!running.contains("_url>") && running.contains("<attendee gsnumber="));
    assert_eq!(count(&sessions(&lab, "end_time=1699000000&duration=0"), "session"), 11);
    assert!(is_error(&sessions(&lab, "")) && is_error(&sessions(&lab, "start_date=2023-11-01")));
    let lab = Lab::reading(&["presentation-in-progress=absent"]);
    assert_eq!(listed(&lab, RECORDED).len() + listed(&lab, "").len(), 11);
}

#[test]
fn presentations_are_found_by_id() {
    let lab = Lab::new();
    let lsids = listed(&lab, RECORDED);
    assert_eq!(count(&sessions(&lab, &format!("lsid={}", lsids[0])), "session"), 1);
    let one = sessions(&lab, &format!("lsids={},{},0", lsids[0], lsids[1]));
    assert_eq!((count(&one, "session"), texts(&one, "session_type")), (2, vec!["presentation"; 2]));
    assert_eq!(count(&sessions(&lab, "lsid=0"), "session"), 0);
    // A support session is none.
    assert_eq!(count(&sessions(&lab, "lsid=a5eaaa58591047b88556f944804227b0"), "session"), 0);
}

#[test]
fn everybody_who_does_something_was_there() {
    let xml = sessions(&Lab::new(), ALL);
    for one in xml.split("<session ").skip(1) {
        let numbers = |part: &str, of: &str| -> Vec<String> {
            let open = format!("<{of} gsnumber=\"");
            let parts = part.split(&open).skip(1);
            parts.map(|part| part.split('"').next().unwrap_or_default().to_owned()).collect()
        };
        let people = [numbers(one, "attendee"), numbers(one, "representative")].concat();
        for by in numbers(one, "performed_by") {
            assert!(by == "0" || people.contains(&by), "{by} in {one}");
        }
        assert!(!one.contains("session_recording_download_url") || one.contains("session_recording_view_url"));
    }
    assert!(xml.contains("<encoded_body>") && xml.contains("files><file name=\"slides.pdf\" size=\"20480\"/>"));
}

#[test]
fn only_examples_have_a_limit_and_it_is_read_in_three_ways() {
    let found = |lab: &Lab, limit: &str| count(&sessions(lab, &format!("{ALL}&limit={limit}")), "session");
    let lab = Lab::new();
    let kinds = ["all", "rep:5", "team:all", "team:1", "members:2", "site:2"].map(|limit| found(&lab, limit));
    assert_eq!(kinds, [12, 3, 10, 2, 8, 1]);
    assert!(is_error(&sessions(&lab, &format!("{ALL}&limit=nobody"))));
    assert_eq!(found(&Lab::reading(&["presentation-limit=ignored"]), "rep:5"), 12);
    assert!(is_error(&sessions(&Lab::reading(&["presentation-limit=refused"]), &format!("{ALL}&limit=all"))));
}

#[test]
fn recordings_are_files_and_the_old_name_is_as_good() {
    let lab = Lab::new();
    let get = |report: &str, lsid: &str| lab.ask("touchmark", "GET", &format!("generate_report={report}&lsid={lsid}"));
    let (recorded, none) = (listed(&lab, RECORDED), listed(&lab, ""));
    let video = get("PresentationSessionRecording", &recorded[0]);
    assert!(video.body.starts_with(b"\0\0\0\x18ftyp"));
    assert_eq!(get("PresentationRecording", &recorded[0]).body, video.body);
    assert!(get("PresentationSessionRecording", &recorded[1]).body != video.body);
    for lsid in none.iter().map(String::as_str).chain(["0"]) {
        assert!(is_error(&body(&get("PresentationSessionRecording", lsid))), "{lsid}");
    }
    let refused = Lab::reading(&["presentation-recording-alias=refused"]);
    assert!(is_error(&refused.report(&format!("generate_report=PresentationRecording&lsid={}", recorded[0]))));
}

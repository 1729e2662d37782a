//! Reports of presentations agree with one another. Only tests use it.

use super::super::super::testing::{Lab, START_S, body, is_error, text, texts};

const ALL: &str = "start_time=1699000000&duration=0";
const FIRST: &str = "6d547436638c41ad8f945388d2d465d2";

fn sessions(lab: &Lab, rest: &str) -> String {
    lab.report(&format!("generate_report=PresentationSession&{rest}"))
}

fn listing(lab: &Lab, rest: &str) -> String {
    lab.report(&format!("generate_report=PresentationSessionListing&{rest}"))
}

#[test]
fn windows_and_ids_choose_presentations() {
    let lab = Lab::new();
    let found = |rest: &str| sessions(&lab, rest).matches("<session ").count();
    let listed = |rest: &str| listing(&lab, rest).matches("<presentation_summary ").count();
    // One runs and one broke off: neither has an end.
    for (window, count) in [(ALL, 13), ("end_time=1699000000&duration=0", 11), ("start_date=2023-11-06&duration=1", 1)]
        .into_iter()
        .chain([("start_time=1699215000&duration=95000", 1), ("start_time=1699215000&duration=95001", 2)])
    {
        assert_eq!((found(window), listed(window)), (count, count), "{window}");
    }
    assert_eq!((found(&format!("lsid={FIRST}")), found("lsid=0"), found(&format!("lsids={FIRST},0"))), (1, 0, 1));
    let limited = |limit: &str| found(&format!("{ALL}&limit={limit}"));
    assert_eq!((limited("rep:5"), limited("team:1"), limited("team:2"), limited("site:2")), (4, 5, 8, 1));
    for bad in ["", "start_date=2023-11-01", "start_date=x&duration=0"] {
        assert!(is_error(&sessions(&lab, bad)) && is_error(&listing(&lab, bad)), "{bad}");
    }
    let absent = Lab::reading(&["presentation-in-progress=absent"]);
    assert_eq!(listing(&absent, ALL).matches("<presentation_summary ").count(), 12);
}

#[test]
fn a_presentation_is_told_with_its_people_and_events() {
    let xml = sessions(&Lab::new(), &format!("lsid={FIRST}"));
    assert_eq!((text(&xml, "session_type"), text(&xml, "duration")), ("presentation", "03:20:00"));
    assert_eq!(texts(&xml, "username"), ["Ana Listener", "Ben &lt;Listener&gt;", "jsmith", "admin"]);
    assert_eq!(texts(&xml, "seconds_involved"), ["12000", "3000"]);
    assert!(text(&xml, "encoded_body").contains('\n') && xml.contains("type=\"attendee\""));
    let start_s = START_S - 785_000;
    assert!(xml.contains(&format!("<start_time timestamp=\"{start_s}\">")));
    let gsnumbers = xml.split("gsnumber=\"").skip(1).filter_map(|part| part.split('"').next());
    let gsnumbers: Vec<&str> = gsnumbers.collect();
    // Four people come first; whoever does something is one of them, or the system.
    assert!(gsnumbers.iter().skip(4).all(|number| *number == "0" || gsnumbers[..4].contains(number)));
}

#[test]
fn recordings_are_those_of_the_listing() {
    let lab = Lab::new();
    let xml = listing(&lab, ALL);
    let of =
        |lsid: &str, report: &str| body(&lab.ask("touchmark", "GET", &format!("generate_report={report}&lsid={lsid}")));
    for entry in xml.split("<presentation_summary lsid=\"").skip(1) {
        let lsid = entry.split('"').next().expect("an lsid");
        let recorded = entry.starts_with(&format!("{lsid}\" has_recording=\"1\""));
        for report in ["PresentationSessionRecording", "PresentationRecording"] {
            assert_eq!(of(lsid, report).contains("ftyp"), recorded, "{report} {lsid}");
        }
        assert_eq!(sessions(&lab, &format!("lsid={lsid}")).contains("session_recording_download_url"), recorded);
    }
    assert!(is_error(&of("0", "PresentationRecording")));
}

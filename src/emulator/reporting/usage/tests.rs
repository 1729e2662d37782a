//! License usage and Vault accounts. Only tests use it.

use std::io::{Cursor, Read as _};

use super::super::super::testing::{Lab, header, is_error, text, texts};

fn usage(lab: &Lab, rest: &str) -> String {
    lab.report(&format!("generate_report=LicenseUsage&{rest}"))
}

#[test]
fn there_is_one_peak_a_group_and_it_is_the_highest() {
    let lab = Lab::new();
    let all = "start_time=1690000000&duration=0&group_by=";
    let found = ["hour", "day", "month"]
        .map(|group| usage(&lab, &format!("{all}{group}")).matches("<license_time_interval ").count());
    assert!(found[0] > found[1] && found[1] > found[2] && found[2] == 2, "{found:?}");
    // Two moments of one hour, of 19 and of 28 licenses.
    let hour = usage(&lab, "start_time=1699959600&duration=3600&group_by=hour");
    assert_eq!(
        (texts(&hour, "license_count"), text(&hour, "group_by")),
        (vec!["20", "18", "2", "7", "6", "1"], "hour")
    );
    assert!(hour.contains("timestamp=\"1699960600\" datetime=\"2023-11-14T11:16:40+00:00\""));
    assert!(hour.contains("<end_time timestamp=\"1699963200\">"));
    let empty = usage(&lab, "start_time=1699999990&duration=0&group_by=month");
    assert!(empty.contains("<license_time_intervals/>"));
    for bad in [
        "start_time=1&duration=0",
        "start_time=1&group_by=day",
        "group_by=day",
        "start_time=1&duration=0&group_by=year",
    ] {
        assert!(is_error(&usage(&lab, bad)), "{bad}");
    }
}

#[test]
fn endpoints_come_in_a_zip_file_of_tables() {
    let lab = Lab::new();
    lab.get("action=import_jump_shortcut&name=a,b&local_jump_hostname=HOST-1&group=servers");
    let answer = lab.ask("touchmark", "GET", "generate_report=EndpointLicenseUsage");
    assert_eq!(header(&answer, "Content-Type"), Some("application/zip"));
    let mut archive = zip::ZipArchive::new(Cursor::new(answer.body)).expect("a ZIP file");
    let mut table = |name: &str| {
        let mut text = String::new();
        archive.by_name(name).expect("a file").read_to_string(&mut text).expect("text");
        text
    };
    let (items, days, summary) = (table("jump_items.csv"), table("daily_counts.csv"), table("summary.csv"));
    assert!(items.contains("local_jump,\"a,b\",HOST-1,servers\r\n") && items.lines().count() > 17, "{items}");
    assert_eq!(days.lines().count(), 31);
    let used: usize = summary
        .lines()
        .find_map(|line| line.strip_prefix("endpoint_licenses_in_use,")?.parse().ok())
        .expect("a number");
    assert_eq!(used, items.lines().count() - 1);
    let status = |lab: &Lab, account: &str| lab.ask(account, "GET", "generate_report=EndpointLicenseUsage").status;
    let any = Lab::reading(&["endpoint-license-permission=any"]);
    assert_eq!((status(&lab, "touchmark-support-reports"), status(&any, "touchmark-support-reports")), (403, 200));
    assert_eq!((status(&lab, "touchmark-other-reports"), status(&any, "touchmark-deny")), (200, 403));
}

#[test]
fn vault_events_are_found_by_time_person_and_account() {
    let lab = Lab::new();
    let found = |rest: &str| {
        let xml = lab.report(&format!("generate_report=VaultAccountActivity&{rest}"));
        xml.matches("<vault_account_activity ").count()
    };
    let all = "start_time=1699000000&duration=0";
    assert_eq!((found(all), found("end_time=1699000000&duration=0")), (15, 15));
    assert_eq!((found("start_date=2023-11-05&duration=1"), found(&format!("{all}&limit=rep:5"))), (5, 3));
    let by_account: usize = [1, 2, 3].map(|id| found(&format!("{all}&limit=account:{id}"))).iter().sum();
    assert_eq!((by_account, found(&format!("{all}&limit=all")), found(&format!("{all}&limit=account:9"))), (15, 15, 0));
    let xml = lab.report(&format!("generate_report=VaultAccountActivity&{all}"));
    for kind in ["Account Created", "Account Deleted", "Credentials Checked Out", "Credentials Checked In"]
        .into_iter()
        .chain(["Password Changed", "Password Rotation Failed", "Credentials Used", "Credentials Force Checked In"])
    {
        assert!(xml.contains(&format!("event_type=\"{kind}\"")), "{kind}");
    }
    for bad in ["", "start_time=1", "start_time=1&duration=0&limit=team:1", "start_time=1&duration=0&limit=account: 1"]
    {
        assert!(is_error(&lab.report(&format!("generate_report=VaultAccountActivity&{bad}"))), "{bad}");
    }
}

//! A run as one file: its report is made again from it, a signature over it holds, and whatever is changed in it is named.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Cli, Ran};

const AREA: &str = "command/get_logged_in_reps";
const DEFECT: &str = "drop:command/get_logged_in_reps:logged_in_reps/rep/public_display_name";
const GAP: &str = "command/get_logged_in_reps/response/logged_in_reps/rep/public_display_name";

/// A key as `openssl genpkey -algorithm ed25519` writes it, and its public one as `openssl pkey -pubout` does.
const KEY: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH\n-----END PRIVATE KEY-----\n";
const OTHER: &str = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAIVKhIKJPUAdXRzjtZlVVC2Tsi5V1x+GB+jZi5kYhMYQ=\n-----END PUBLIC KEY-----\n";

/// A command line where a signed bundle of a run with one gap is.
fn certified() -> Cli {
    let cli = Cli::new();
    cli.write("key.pem", KEY).write("other.pem", OTHER);
    let ran = cli.run(&["certify", "--only", AREA, "--defect", DEFECT, "--bundle", "run.zip", "--attest", "key.pem"]);
    assert!(ran.exits(1).stdout.contains("bundle in run.zip, signed by the key "), "{}", ran.stdout);
    cli
}

#[test]
fn a_bundle_is_verified_made_again_and_signed_over_what_is_in_it() {
    let cli = certified();
    let verified = cli.run(&["verify", "run.zip"]);
    let lines: Vec<&str> = verified.exits(0).stdout.lines().collect();
    let begins =
        ["certified   embedded with drop:command/get_logged_in_reps:", "when, what  ", "not tested  3 inconclusive"];
    for (line, begin) in lines.iter().zip(begins) {
        assert!(line.starts_with(begin), "{line}");
    }
    assert!(lines[0].ends_with(" (API 1.22.2): not conformant: 1 gap; 41 pass"), "{lines:?}");
    assert!(lines[1].contains("23.2 API Programmer's Guide, 23.2 (API 1.22.2)") && lines.len() == 4, "{lines:?}");
    assert!(lines[2].contains("only --only command/get_logged_in_reps was asked for"), "{lines:?}");
    let again = cli.run(&["judge", "run.zip"]);
    assert!(again.exits(1).stdout.contains("follows from its journal, byte for byte"), "{}", again.stdout);
    let other = cli.run(&["verify", "run.zip", "--key", "other.pem"]);
    assert!(other.exits(1).stderr.contains("it is not signed by the key "), "{}", other.stderr);
    let statement = statement(&members(&cli.path("run.zip")));
    assert_eq!(statement["predicateType"], "https://in-toto.io/attestation/test-result/v0.1");
    assert_eq!(
        (&statement["predicate"]["result"], &statement["predicate"]["failedTests"]),
        (&json!("FAILED"), &json!([GAP]))
    );
    for (name, bytes) in members(&cli.path("run.zip")) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(!text.contains("touchmark-demo-secret") && !text.contains("BwcHBwcHBwcH"), "a secret is in {name}");
    }
}

#[test]
fn every_changed_byte_of_a_bundle_is_named() {
    let cli = certified();
    let whole = fs::read(cli.path("run.zip")).unwrap();
    // Each run of the program takes its time; the bundle's own tests change every byte of a small one.
    for at in (0..whole.len()).step_by(whole.len() / 12) {
        let mut changed = whole.clone();
        changed[at] ^= 0x10;
        fs::write(cli.path("changed.zip"), &changed).unwrap();
        let ran = cli.run(&["verify", "changed.zip"]);
        assert!(ran.exits(1).stderr.contains("changed.zip does not hold:\n  "), "{at}: {}", ran.stderr);
    }
    let mut changed = whole.clone();
    changed[0] ^= 0x10;
    fs::write(cli.path("changed.zip"), &changed).unwrap();
    let ran = cli.run(&["judge", "changed.zip"]);
    assert!(ran.exits(2).stderr.contains("changed.zip: it is not as it was written: "), "{}", ran.stderr);
    let unsound: usize = (0..whole.len())
        .step_by(97)
        .filter(|at| {
            let mut changed = whole.clone();
            changed[*at] ^= 0x01;
            touchmark::certificate::unpack(&changed).is_ok()
        })
        .count();
    assert_eq!(unsound, 0);
}

/// Whoever packs a bundle anew, with digests and seal that fit, has no signature for it, and `judge` finds another report.
#[test]
fn a_bundle_that_was_packed_anew_neither_holds_nor_follows() {
    let cli = certified();
    let mut members = members(&cli.path("run.zip"));
    let forged =
        |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap().replace("\"fail\": 1", "\"fail\": 0").into_bytes();
    let report = forged(&members[1].1);
    assert_ne!(report, members[1].1);
    let mut manifest: Value = serde_json::from_slice(&members[0].1).unwrap();
    manifest["members"]["report.json"] = json!(touchmark::certificate::digest(&report));
    members[0].1 = serde_json::to_vec(&manifest).unwrap();
    members[1].1 = report;
    let parts: Vec<(&str, &[u8])> = members.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    fs::write(cli.path("forged.zip"), touchmark::certificate::pack(&parts).unwrap()).unwrap();
    let ran = cli.run(&["verify", "forged.zip"]);
    assert!(ran.exits(1).stderr.contains("what was signed is"), "{}", ran.stderr);
    let ran = cli.run(&["judge", "forged.zip"]);
    let says = ["does not follow from its journal", "in the bundle  \"fail\": 0,", "made again     \"fail\": 1,"];
    assert!(says.iter().all(|text| ran.exits(1).stdout.contains(text)), "{}", ran.stdout);
}

#[test]
fn what_cannot_be_used_has_a_message_and_nothing_is_sent() {
    #[track_caller]
    fn check(ran: &Ran, says: &[&str]) {
        ran.exits(2);
        assert!(says.iter().all(|text| ran.stderr.contains(text)), "{}", ran.stderr);
        assert!(!ran.stderr.contains("certifying"), "{}", ran.stderr);
    }
    let cli = Cli::new();
    cli.write("none.pem", "secret").write("other.pem", OTHER).write("a.txt", "text");
    let certify = ["certify", "--only", AREA, "--bundle", "run.zip"];
    check(
        &cli.run(&[&certify[..], &["--attest", "none.pem"]].concat()),
        &["--attest none.pem: it is no PEM file", "openssl genpkey"],
    );
    check(&cli.run(&[&certify[..], &["--attest", "other.pem"]].concat()), &["holds a `PUBLIC KEY`"]);
    check(&cli.run(&["certify", "--attest", "none.pem"]), &["--bundle"]);
    check(
        &cli.run(&["certify", "--bundle", "no/run.zip"]),
        &["--bundle no/run.zip: the bundle cannot be written here"],
    );
    check(&cli.run(&["certify", "--bundle", "."]), &["it is a folder"]);
    assert!(
        !cli.path("run.zip").exists() && !cli.path("run.zip.part").exists() && !cli.path("touchmark-report").exists()
    );
    check(&cli.run(&["verify", "a.txt"]), &["a.txt: it is no bundle", "certify --bundle"]);
    check(&cli.run(&["verify", "a.txt", "--key", "none.pem"]), &["--key none.pem: it is no PEM file", "-pubout"]);
    cli.run(&certify).exits(0);
    check_unsigned(&cli.run(&["verify", "run.zip"]));
}

#[track_caller]
fn check_unsigned(ran: &Ran) {
    assert!(ran.exits(2).stderr.contains("run.zip: it is not signed"), "{}", ran.stderr);
}

/// The members of a bundle, in their order.
fn members(path: &std::path::Path) -> Vec<(String, Vec<u8>)> {
    let bytes = fs::read(path).unwrap();
    let mut all = touchmark::certificate::unpack(&bytes).unwrap().files;
    let names = ["manifest.json", "report.json", "journal.jsonl.gz", "attestation.json", "public-key.pem"];
    names.iter().filter_map(|name| all.remove_entry(*name)).collect()
}

fn statement(members: &[(String, Vec<u8>)]) -> Value {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let envelope: Value = serde_json::from_slice(&members[3].1).unwrap();
    assert_eq!(envelope["payloadType"], "application/vnd.in-toto+json");
    serde_json::from_slice(&STANDARD.decode(envelope["payload"].as_str().unwrap()).unwrap()).unwrap()
}

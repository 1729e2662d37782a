//! Metrics of archives in files, and what is said of files that are none.

use std::{fs, io::Write as _};

use flate2::{Compression, write::GzEncoder};

use crate::support::Cli;

const STATE: &str = concat!(
    "{\"queue\":{\"7\":{\"type\":\"personal\"}},\"representative\":{\"1\":{\"username\":\"ann\",\"connected\":1,\"queue_id\":7,",
    "\"console_in_focus\":1,\"routing_idle\":0,\"selected_support_session_id\":20}},\"support_session\":{\"20\":{\"queue_id\":7}},",
    "\"customer_client\":{\"40\":{\"connected\":1,\"support_session_id\":20}}}"
);
const FIRST: &str = concat!(
    "{\"type\":\"model_update\",\"timestamp\":1733184000,\"queue\":{\"7\":{\"name\":\"a\"}}}\n",
    "{\"type\":\"model_update\",\"timestamp\":1733184040,\"representative\":{\"1\":{\"routing_idle\":1}}}\n",
);
const SECOND: &str = "{\"type\":\"model_delete\",\"timestamp\":1733184600,\"representative\":[\"1\"]}\n";

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish()).unwrap()
}

/// The archives, plain and compressed, and some that are none.
fn files() -> Cli {
    let cli = Cli::new();
    cli.write("state.json", STATE).write("first.json", FIRST).write("second.json", SECOND);
    cli.write("event.json", "{\"type\":\"truncate_model\"}");
    cli.write("broken.json", &FIRST.replace("\"queue\":{", "\"queue\":["));
    let put = |name: &str, bytes: &[u8]| fs::write(cli.path(name), bytes).unwrap();
    put("state.gz", &gzip(STATE));
    put("second.gz", &gzip(SECOND));
    let file = gzip(FIRST);
    put("cut.gz", &file[..file.len() - 4]);
    put("junk.gz", &[file.as_slice(), b"junk"].concat());
    let mut wrong = file;
    let at = wrong.len() - 6;
    wrong[at] ^= 1;
    put("checksum.gz", &wrong);
    cli
}

#[test]
fn metrics_come_from_files_compressed_or_not() {
    let cli = files();
    let ran = cli.run(&["judge", "--metrics", "state.gz", "first.json", "second.gz"]);
    ran.exits(0);
    for line in [
        "from                 2024-12-03T00:00:00Z",
        "to                   2024-12-03T00:10:00Z",
        "logged in            1 to 1 representatives, 1.00 on average",
        "  logout             2024-12-03T00:10:00Z",
        "  work               0:00:40 in 1 session, 0:00:40 on average",
        "  without a session  0:10:00",
        "  idle               0:09:20",
    ] {
        assert!(ran.stdout.lines().any(|other| other == line), "{line}\n{}", ran.stdout);
    }
    let json = cli.run(&["judge", "--metrics", "state.json", "first.json", "second.json", "--json"]);
    let value: serde_json::Value = serde_json::from_str(&json.exits(0).stdout).unwrap();
    assert_eq!(value["representatives"]["ann"]["work_seconds"], 40);
    let window = ["judge", "--metrics", "state.json", "first.json", "--to", "2024-12-03T00:00:10Z", "--json"];
    let value: serde_json::Value = serde_json::from_str(&cli.run(&window).exits(0).stdout).unwrap();
    assert_eq!((&value["to"], &value["representatives"]["ann"]["work_seconds"]), (&1_733_184_010.into(), &10.into()));
}

#[test]
fn a_file_that_is_wrong_is_named_with_line_and_byte() {
    let cli = files();
    for (arguments, says) in [
        ("first.json second.json", "first.json: no state archive: line 2, byte"),
        ("event.json", "event.json: no state archive: it holds an event"),
        ("second.json", "second.json: no state archive: line 1, byte"),
        (
            "state.json second.json first.json",
            "first.json: no event archive that can be used: line 1, byte 0: it begins before",
        ),
        (
            "state.json state.json",
            "state.json: no event archive that can be used: line 1, byte 0: an event without a type",
        ),
        ("state.json broken.json", "broken.json: no event archive that can be used: line 1, byte"),
        (
            "state.json cut.gz",
            "cut.gz: no event archive that can be used: line 3, byte 163: the gzip file ends too early",
        ),
        ("state.json junk.gz", "line 3, byte 163: something stands after the end of the gzip file"),
        ("state.json checksum.gz", "line 3, byte 163: the checksum of the gzip file is wrong"),
        ("state.json missing.gz", "missing.gz: No such file"),
        ("state.json .", ".: it is a folder"),
        ("state.json", "no event says when it happened"),
        ("state.json first.json --from yesterday", "--from yesterday: no time"),
        ("state.json first.json --from 5 --to 5", "--from is not before --to"),
    ] {
        let arguments: Vec<&str> = ["judge", "--metrics"].into_iter().chain(arguments.split(' ')).collect();
        let ran = cli.run(&arguments);
        ran.exits(2);
        assert!(ran.stderr.contains(says), "{arguments:?}: {}", ran.stderr);
        assert!(ran.stdout.is_empty() && ran.stderr.contains("\n  "), "{arguments:?}: {}", ran.stderr);
    }
}

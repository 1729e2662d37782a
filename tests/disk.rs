//! A disk that is full from the n-th write on: the verdict is said, and a run that takes up what there is writes the same report as one that nothing
//! ended, times aside. Nothing of either is left at the target or in the folder.

use std::{collections::BTreeSet, fs};

use touchmark::emulator::Config;

use crate::{
    kills::sessions,
    replays::timeless,
    support::{Cli, drawn, first_seed, serve, variable},
};

/// The bytes by which a limit of a file is told.
const BLOCK: u64 = 512;

/// What is asked for: it reads, makes sessions, and makes and takes away things of the Configuration API.
const LINE: &str =
    "certify --seed 1 --run-word word --allow write --only command/get_session_attributes --only command/get_api_info";

/// What a run left in its folder.
fn files(cli: &Cli) -> BTreeSet<String> {
    let files =
        fs::read_dir(cli.path("touchmark-report")).expect("a folder").map(|file| file.expect("a file").file_name());
    files.map(|name| name.to_string_lossy().into_owned()).collect()
}

/// A report as it would be of any run of the same target: without times, the count of requests, and what the target counts.
fn report(cli: &Cli, base: &str) -> String {
    let count = regex::Regex::new("\"(requests|observations)\": [0-9]+").expect("a pattern");
    let text = timeless(&cli.read("touchmark-report/report.json")).replace(base, "[TARGET]");
    count.replace_all(&text, "\"$1\": [N]").into_owned()
}

/// With `TOUCHMARK_KILLS` set, at every write of the journal and of the report, by `.ci/kills`.
#[test]
fn where_the_disk_is_full_at_any_write_the_run_is_taken_up_and_says_the_same() {
    let behind = serve(Config::demo());
    let cli = Cli::new();
    cli.aim(&behind.base, &behind.emulator);
    let before = sessions(&behind);
    cli.shell(&format!("exec touchmark {LINE}")).exits(0);
    let (expected, whole) = (report(&cli, &behind.base), files(&cli));
    let size = |name: &str| fs::metadata(cli.path(&format!("touchmark-report/{name}"))).expect("a file").len();
    // While a run goes on its journal is larger than in the end.
    let blocks = (2 * size("journal.jsonl.gz")).max(size("report.json")).div_ceil(BLOCK) + 1;
    let all: Vec<u64> = match variable("TOUCHMARK_KILLS") {
        Some(_) => (first_seed()..blocks).collect(),
        None => (0..3).map(|count| drawn(7, count) % (blocks * 3 / 4)).collect(),
    };
    let mut full = 0;
    for limit in all {
        let behind = serve(Config::demo());
        let cli = Cli::new();
        cli.aim(&behind.base, &behind.emulator);
        let ran = cli.shell(&format!("trap '' XFSZ; ulimit -f {limit}; exec touchmark {LINE}"));
        if ran.code != 0 {
            full += 1;
            ran.exits(2);
            assert!(limit == 0 || ran.stdout.contains("conformant in the"), "{limit}: {ran:?}");
            assert!(!cli.path("touchmark-report/report.json").exists(), "{limit}: a report is whole or not there");
        }
        // A folder in which nothing could be begun has nothing to take up.
        let resume = if limit == 0 { "" } else { " --resume touchmark-report" };
        cli.shell(&format!("exec touchmark {LINE}{resume}")).exits(0);
        assert!(report(&cli, &behind.base) == expected, "{limit}: another report");
        assert_eq!(files(&cli), whole, "{limit}");
        assert_eq!(sessions(&behind), before, "{limit}: sessions are left");
    }
    assert!(full > 1, "the disk was full {full} times");
}

//! The network is not the target: what gets lost, is cut off, or comes late between the two makes no gap, and a clock that is off none.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, UNIX_EPOCH},
};

use touchmark::{
    commands::InMemory,
    emulator::{Config, Readings, Request, Response},
    model::{
        record::Record,
        verdict::{Blame, Verdict},
    },
    report::read_journal,
    run::Run,
    spec::{self, Spec},
};

use crate::{
    peers::{Act, Peer, Reply, forward, peer},
    support::{Cli, Report, Served, drawn, first_seed, serve, text, variable},
};

/// What happens to a request on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// The connection is closed before the target sees the request.
    Before,
    /// The connection is closed after the target has done what was asked.
    After,
    /// Nothing comes.
    Silence,
    /// The second half of the answer is missing.
    Truncated,
    /// A proxy answers for a target that it does not reach.
    Unavailable,
    /// The answer ends in its first line.
    HalfALine,
    /// Nobody is there for this and the next requests.
    Outage,
}

const FAULTS: [Fault; 7] = [
    Fault::Before,
    Fault::After,
    Fault::Silence,
    Fault::Truncated,
    Fault::Unavailable,
    Fault::HalfALine,
    Fault::Outage,
];

/// The count of requests that an outage takes.
const OUTAGE: u64 = 6;

/// A network before an emulator in which one request of `one_in` meets a fault; and the count of faults so far.
fn faulty(behind: &Served, seed: u64, one_in: u64) -> (Peer, Arc<AtomicUsize>) {
    let upstream = behind.base.trim_start_matches("http://").to_owned();
    let (count, until, faults) = (AtomicU64::new(0), AtomicU64::new(0), Arc::new(AtomicUsize::new(0)));
    let noted = Arc::clone(&faults);
    let network = peer(move |asked| {
        let at = count.fetch_add(1, Ordering::SeqCst);
        if at < until.load(Ordering::SeqCst) {
            return Act::Bytes(Vec::new());
        }
        let number = drawn(seed, at);
        if !number.is_multiple_of(one_in) {
            return Act::Reply(forward(&upstream, asked));
        }
        noted.fetch_add(1, Ordering::SeqCst);
        let nothing = || Act::Bytes(Vec::new());
        match FAULTS[usize::try_from(number / one_in % 7).unwrap()] {
            Fault::Before => nothing(),
            Fault::After => {
                forward(&upstream, asked);
                nothing()
            }
            Fault::Silence => Act::Stall(Vec::new()),
            Fault::Truncated => {
                let reply = forward(&upstream, asked);
                let bytes = reply.to_bytes();
                let half = bytes.len() - reply.body.len().div_ceil(2);
                Act::Bytes(bytes[..half].to_vec())
            }
            Fault::Unavailable => Act::Reply(Reply::new(503, "text/html", "<html>Service Unavailable</html>")),
            Fault::HalfALine => Act::Bytes(b"HTTP/1.1 2".to_vec()),
            Fault::Outage => {
                until.store(at + OUTAGE, Ordering::SeqCst);
                nothing()
            }
        }
    });
    (network, faults)
}

/// A run through a network.
fn certify(base: &str, behind: &Served, only: &str, seed: u64) -> Report {
    let cli = Cli::new();
    cli.aim(base, &behind.emulator);
    let seed = seed.to_string();
    let ran = cli.run(&["certify", "--only", only, "--timeout-ms", "700", "--allow", "disrupt", "--seed", &seed]);
    assert!(matches!(ran.code, 0 | 1 | 3), "{ran:?}");
    cli.report()
}

/// Requirements that the target is blamed for.
fn blamed(report: &Report) -> BTreeSet<String> {
    let rows = report.rows("requirements").filter(|row| row["blame"] == "target" || row["verdict"] == "fail");
    rows.map(|row| format!("{} ({})", text(row, "id"), row["reason"])).collect()
}

/// What came of a part that was certified through a faulty network.
#[derive(Default)]
struct Figure {
    faults: usize,
    /// Requirements that were tested, with faults and without.
    with: usize,
    without: usize,
}

impl Figure {
    fn add(&mut self, other: &Self) {
        self.faults += other.faults;
        self.with += other.with;
        self.without += other.without;
    }

    #[track_caller]
    fn is_at_least(&self, share: f64) {
        let Self { faults, with, without } = self;
        assert!(*with as f64 >= share * *without as f64, "{faults} faults: {with} are tested of {without}");
    }
}

/// Certifies a part through a faulty network and without faults. None of the faults may be blamed on the target.
#[track_caller]
fn check(only: &str, seed: u64, one_in: u64) -> Figure {
    let tested = |report: &Report| report.of("pass").len() + report.of("fail").len() + report.of("warn").len();
    let behind = serve(Config::demo());
    let sound = certify(&behind.base, &behind, only, seed);
    let behind = serve(Config::demo());
    let (network, faults) = faulty(&behind, seed, one_in);
    let report = certify(&network.base, &behind, only, seed);
    let blamed: Vec<String> = blamed(&report).difference(&blamed(&sound)).cloned().collect();
    assert_eq!(blamed, Vec::<String>::new(), "{only}, seed {seed}: the target is blamed for the network");
    Figure { faults: faults.load(Ordering::SeqCst), with: tested(&report), without: tested(&sound) }
}

/// With `TOUCHMARK_FAULTS` set to a number over all chapters, up to that number of faults: the figure of docs/safety.md, by `.ci/faults`.
#[test]
#[expect(clippy::print_stderr, reason = "a figure is printed as it grows")]
fn no_fault_of_the_network_is_one_of_the_target() {
    let Some(wanted) = variable("TOUCHMARK_FAULTS").and_then(|text| text.parse::<usize>().ok()) else {
        let mut all = check("command/get_support_teams", 1, 9);
        all.add(&check("command/transfer_session", 2, 9));
        all.is_at_least(0.9);
        assert!(all.faults > 20, "{} faults", all.faults);
        return;
    };
    let chapters = ["auth", "command", "client_script", "session", "reporting", "archive", "backup", "configuration"];
    let (mut all, mut seed) = (Figure::default(), first_seed());
    while all.faults < wanted {
        for chapter in chapters {
            let one = check(chapter, seed, 20);
            eprintln!("seed {seed}, {chapter}: {} faults, {} tested of {}", one.faults, one.with, one.without);
            all.add(&one);
        }
        seed += 1;
    }
    eprintln!("{} faults: {} tested of {}", all.faults, all.with, all.without);
    all.is_at_least(0.98);
}

fn run(spec: &Spec, run: InMemory) -> Run {
    run.run(spec).expect("somebody is there")
}

fn fails(run: &Run) -> Vec<String> {
    let failing = |verdict| matches!(verdict, Verdict::Fail | Verdict::Warn);
    let failing = run.judged.findings.iter().filter(|(_, finding)| failing(finding.verdict));
    failing.map(|(id, finding)| format!("{id}: {finding:?}")).collect()
}

#[test]
fn a_clock_that_is_off_is_found_and_allowed_for() {
    let spec = spec::embedded().expect("sound data");
    for offset_s in [300, 3_600, -3_600] {
        let only = ["command/get_", "reporting/license_usage", "archive/state"].map(str::to_owned).to_vec();
        let run = run(&spec, InMemory { only, ahead_ms: offset_s * 1_000, ..InMemory::default() });
        assert_eq!(fails(&run), Vec::<String>::new(), "a clock that is off by {offset_s} seconds");
        let said = format!("the clock of the target differs by {offset_s} seconds");
        assert!(run.judged.observations.iter().any(|one| one.what.starts_with(&said)), "{:?}", run.judged.observations);
    }
}

/// A proxy before the target writes the time of its own clock into each answer.
#[test]
fn a_clock_that_is_off_is_found_behind_a_proxy_whose_clock_is_right() {
    let spec = spec::embedded().expect("sound data");
    for offset_s in [7_200, -3_600] {
        let only = ["command/get_", "command/generate_session_key"].map(str::to_owned).to_vec();
        let dated = Box::new(move |at_ms: i64, _: &Request, response: &mut Response| {
            let right = UNIX_EPOCH + Duration::from_millis((at_ms - offset_s * 1_000).unsigned_abs());
            response.headers.push(("date".to_owned(), httpdate::fmt_http_date(right)));
        });
        let ahead_ms = offset_s * 1_000;
        let run = run(&spec, InMemory { only, ahead_ms, on_the_way: dated, ..InMemory::default() });
        assert_eq!(fails(&run), Vec::<String>::new(), "a clock that is off by {offset_s} seconds");
        let said = format!("the clock of the target differs by {offset_s} seconds");
        assert!(run.judged.observations.iter().any(|one| one.what.starts_with(&said)), "{:?}", run.judged.observations);
    }
}

/// How nobody is there for a while.
type Outage = fn(&mut Response);

#[test]
fn an_outage_of_seconds_is_waited_for() {
    let spec = spec::embedded().expect("sound data");
    let broken: Outage = |response| response.status = 0;
    let unavailable: Outage = |response| (response.status, response.body) = (503, b"Service Unavailable".to_vec());
    let only = ["command/generate_session_key", "command/get_appliances", "command/get_support_teams"];
    let only = only.map(str::to_owned).to_vec();
    let tested = |run: &Run| {
        let tested = |verdict| matches!(verdict, Verdict::Pass | Verdict::Fail | Verdict::Warn);
        run.judged.findings.values().filter(|finding| tested(finding.verdict)).count()
    };
    let sound = tested(&run(&spec, InMemory { only: only.clone(), ..InMemory::default() }));
    for (outage, nth, ms) in [(broken, 20, 500), (broken, 50, 3_000), (broken, 120, 12_000), (unavailable, 80, 12_000)]
    {
        let (count, began) = (AtomicUsize::new(0), AtomicU64::new(0));
        let on_the_way = Box::new(move |at_ms: i64, _: &Request, response: &mut Response| {
            let at_ms = at_ms.unsigned_abs();
            if count.fetch_add(1, Ordering::SeqCst) == nth {
                began.store(at_ms, Ordering::SeqCst);
            }
            let began = began.load(Ordering::SeqCst);
            if began > 0 && at_ms - began < ms {
                outage(response);
            }
        });
        let run = run(&spec, InMemory { only: only.clone(), on_the_way, ..InMemory::default() });
        assert_eq!(fails(&run), Vec::<String>::new(), "an outage of {ms} ms from request {nth} on");
        assert!(100 * tested(&run) >= 98 * sound, "{ms} ms from {nth}: {} are tested of {sound}", tested(&run));
    }
}

#[test]
fn a_token_that_is_refused_before_its_time_is_renewed_once() {
    let spec = spec::embedded().expect("sound data");
    let check = |refused: fn(usize) -> bool, gaps: bool| {
        let asked = AtomicUsize::new(0);
        let on_the_way = Box::new(move |_, request: &Request, response: &mut Response| {
            if request.target.contains("get_appliances") && refused(asked.fetch_add(1, Ordering::SeqCst)) {
                (response.status, response.body) = (401, br#"{"message":"The token is not valid"}"#.to_vec());
            }
        });
        let only = vec!["command/get_appliances".to_owned()];
        let run = run(&spec, InMemory { only, on_the_way, ..InMemory::default() });
        assert_eq!(!fails(&run).is_empty(), gaps, "{:?}", fails(&run));
        let renewed =
            |one: &touchmark::model::verdict::Observation| one.what.contains("a token was refused before its time");
        assert!(run.judged.observations.iter().any(renewed), "{:?}", run.judged.observations);
    };
    check(|number| number % 3 == 1, false);
    check(|_| true, true);
}

#[test]
fn only_an_accepted_answer_says_that_something_is_not_there() {
    let spec = spec::embedded().expect("sound data");
    let on_the_way = Box::new(move |_, request: &Request, response: &mut Response| {
        if request.target.contains("get_logged_in_reps") {
            response.status = 0;
        }
    });
    let only = vec!["command/set_rep_status".to_owned()];
    let run = run(&spec, InMemory { only, on_the_way, ..InMemory::default() });
    let lost: Vec<_> =
        run.judged.findings.values().filter(|finding| finding.verdict == Verdict::Inconclusive).collect();
    assert!(!lost.is_empty());
    for finding in lost {
        let reason = finding.reason.clone().unwrap_or_default();
        assert!(!reason.contains("logged in"), "{finding:?}");
        assert_eq!(finding.blame, Some(Blame::Network), "{finding:?}");
    }
}

#[test]
fn a_refusal_says_nothing_of_what_is_there() {
    let spec = spec::embedded().expect("sound data");
    let hints: Vec<String> = {
        let rows = spec.endpoints.values().flat_map(|endpoint| &endpoint.elements);
        rows.filter_map(|row| row.hint.clone())
            .filter(|hint| hint.contains("log a") || hint.contains("connect"))
            .collect()
    };
    assert!(!hints.is_empty());
    let count = AtomicUsize::new(0);
    let on_the_way = Box::new(move |_, request: &Request, response: &mut Response| {
        if request.target.starts_with("/api/") && count.fetch_add(1, Ordering::SeqCst) >= 30 {
            (response.status, response.body) = (401, br#"{"message":"The token is not valid"}"#.to_vec());
        }
    });
    let only = vec!["command/get_".to_owned()];
    let run = run(&spec, InMemory { only, on_the_way, ..InMemory::default() });
    let told: Vec<_> = run
        .judged
        .findings
        .iter()
        .filter(|(_, finding)| {
            let reason = finding.reason.clone().unwrap_or_default();
            hints.iter().any(|hint| reason.contains(hint.as_str())) || reason.contains("Jumpoint")
        })
        .collect();
    assert!(told.is_empty(), "{told:#?}");
}

#[test]
fn a_number_that_the_run_itself_changes_is_asked_for_alone() {
    let behind = serve(Config::demo());
    let cli = Cli::new();
    cli.aim(&behind.base, &behind.emulator);
    let only = [
        "--only",
        "command/get_logged_in_reps",
        "--only",
        "command/join_session",
        "--only",
        "command/transfer_session",
    ];
    let ran = cli.run(&[&["certify", "--allow", "write", "--workers", "8"], &only[..]].concat());
    assert!(matches!(ran.code, 0 | 3), "{ran:?}");
    let (_, records) = read_journal(&cli.journal("touchmark-report/journal.jsonl.gz")).expect("a journal");
    let alone = "command/get_logged_in_reps/session-count-rises";
    let is_its_own = |record: &Record| record.case.purpose.to_string().contains(alone);
    let times = |record: &Record| record.exchanges.iter().map(|sent| sent.at_ms).collect::<Vec<i64>>();
    let own: Vec<i64> = records.iter().filter(|record| is_its_own(record)).flat_map(times).collect();
    let (first, last) = (own.iter().min().expect("requests"), own.iter().max().expect("requests"));
    let others: Vec<String> = records
        .iter()
        .filter(|record| !is_its_own(record) && times(record).iter().any(|at| first < at && at < last))
        .map(|record| record.case.purpose.to_string())
        .collect();
    assert_eq!(others, Vec::<String>::new(), "sent between the first and the last request of {alone}");
}

#[test]
fn a_head_that_is_written_in_an_old_way_is_read_and_observed_once() {
    for (from, to, what) in [
        ("content-type: text", "content-type:\r\n text", "folded over several lines"),
        ("content-type:", "content-type :", "a blank stands before the colon"),
    ] {
        let behind = serve(Config::demo());
        let upstream = behind.base.trim_start_matches("http://").to_owned();
        let network = peer(move |asked| {
            let bytes = forward(&upstream, asked).to_bytes();
            Act::Bytes(String::from_utf8_lossy(&bytes).replacen(from, to, 1).into_bytes())
        });
        let report = certify(&network.base, &behind, "command/get_api_info", 1);
        assert_eq!(report.gaps(), Vec::<&str>::new(), "{what}");
        let seen = report.rows("observations").filter(|row| text(row, "what").contains(what)).count();
        assert_eq!(seen, 1, "{what}");
    }
}

/// The status of a request over the rate, where one of them is lost at a proxy.
#[test]
fn a_proxy_that_gives_up_in_a_burst_is_no_status_of_the_rate() {
    let spec = spec::embedded().expect("sound data");
    for status in [502, 504] {
        let over = AtomicUsize::new(0);
        let on_the_way = Box::new(move |_, _: &Request, response: &mut Response| {
            if response.status == 503 && over.fetch_add(1, Ordering::SeqCst) % 5 == 1 {
                (response.status, response.body) = (status, b"<html>Bad Gateway</html>".to_vec());
            }
        });
        let mut config = Config::demo();
        config.readings.set(Readings::parse("rate-limit-status=503").expect("a reading"));
        let only = vec!["auth/rate_limit/per-second/status".to_owned()];
        let run = run(&spec, InMemory { config, only, on_the_way, ..InMemory::default() });
        let finding = &run.judged.findings["auth/rate_limit/per-second/status"];
        assert_eq!((finding.verdict, finding.reading.as_deref()), (Verdict::Pass, Some("503")), "{finding:?}");
    }
}

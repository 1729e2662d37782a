//! Hostile targets: whatever answers, a run ends in bounded time and memory, and takes none of it for a target that keeps the guide.
//!
//! Each server is met at three moments: when the token is asked for, when the run looks for the target's own ids, and in the middle of
//! a run. `.ci/hostile` plays all of it at the defaults and writes the table of docs/hostile.md; the tests play a share with a short time-out.

mod bodies;
mod connections;
mod sockets;

use std::{
    collections::{BTreeMap, VecDeque},
    fmt::Write as _,
    fs,
    io::Write as _,
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    time::{Duration, Instant},
};

use touchmark::emulator::Config;

use crate::{
    peers::{Act, Asked, Peer, forward, peer, tokens_and},
    support::{Cli, Served, serve, variable},
};

/// What a run may take, whatever it meets.
const SECONDS_MAX: f64 = 90.0;
const MIB_MAX: u64 = if cfg!(feature = "fast") { 576 } else { 512 };

/// The count of runs of which the tests play one, and the seconds that a run of theirs may take.
const ONE_IN: u64 = 60;

/// Runs that go on side by side. They wait more than they work.
const SIDE_BY_SIDE: usize = 16;

/// The requests of a run that are answered lawfully before one is not.
const LAWFUL: u64 = 40;

/// A server by what it does to a request.
struct Bad {
    name: &'static str,
    act: Box<dyn Fn(&Asked) -> Act + Send + Sync>,
    /// Whether it opens WebSockets: in the middle of a run it is lawful elsewhere.
    talks: bool,
    /// Whether it never says anything wrong, and no answer of it ever comes to its end.
    mute: bool,
}

fn then(name: &'static str, act: impl Fn(&Asked) -> Act + Send + Sync + 'static) -> Bad {
    Bad { name, act: Box::new(act), talks: false, mute: false }
}

fn bytes(name: &'static str, bytes: &[u8]) -> Bad {
    let bytes = bytes.to_vec();
    then(name, move |_| Act::Bytes(bytes.clone()))
}

/// The same with bytes that take a while to make.
fn made(name: &'static str, make: impl Fn() -> Vec<u8> + Send + Sync + 'static) -> Bad {
    let bytes = OnceLock::new();
    then(name, move |_| Act::Bytes(bytes.get_or_init(&make).clone()))
}

fn silent(name: &'static str, bytes: &[u8]) -> Bad {
    let bytes = bytes.to_vec();
    Bad { mute: true, ..then(name, move |_| Act::Stall(bytes.clone())) }
}

fn drip(name: &'static str, bytes: &[u8]) -> Bad {
    let bytes = bytes.to_vec();
    Bad { mute: true, ..then(name, move |_| Act::Drip(bytes.clone())) }
}

/// Says at once what is no answer, and nothing more.
fn wrong(name: &'static str, bytes: &[u8]) -> Bad {
    Bad { mute: false, ..silent(name, bytes) }
}

/// The same, and a byte now and then.
fn dribble(name: &'static str, bytes: &[u8]) -> Bad {
    Bad { mute: false, ..drip(name, bytes) }
}

fn endless(name: &'static str, first: &[u8], again: &[u8]) -> Bad {
    let (first, again) = (first.to_vec(), again.to_vec());
    then(name, move |_| Act::Endless(first.clone(), again.clone()))
}

fn servers() -> Vec<Bad> {
    let sockets = sockets::all().into_iter().map(|one| Bad { talks: true, ..one });
    connections::all().into_iter().chain(bodies::all()).chain(sockets).collect()
}

/// When a run meets a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Moment {
    Token,
    Discovery,
    Middle,
}

const MOMENTS: [Moment; 3] = [Moment::Token, Moment::Discovery, Moment::Middle];

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
struct Met {
    code: i32,
    seconds: f64,
    mib: u64,
    /// What it says last.
    says: String,
}

/// Lets a run meet a server.
#[expect(clippy::disallowed_methods, reason = "how long a run takes is what is held against a bound")]
fn meet(bad: &'static Bad, moment: Moment, options: &[&str]) -> Met {
    let behind = (moment == Moment::Middle).then(|| serve(Config::demo()));
    let target = target(bad, moment, behind.as_ref());
    let cli = Cli::new();
    let only: &[&str] = match (bad.talks, moment) {
        (true, Moment::Middle) => {
            &["--only", "realtime/websocket/", "--only", "realtime/nw/", "--only", "command/get_appliances"]
        }
        _ => &["--only", "command/get_"],
    };
    let account =
        ["certify", "--target", &target.base, "--account", "touchmark:touchmark-demo-secret", "--rate", "off"];
    let began = Instant::now();
    let mut child = cli.start(&[&account, only, options].concat());
    let (_open, never) = mpsc::channel::<()>();
    let mut mib = 0;
    let code = loop {
        // The kernel's high-water mark is seen as long as the process is there.
        mib = peak(child.id()).unwrap_or(0).max(mib);
        if let Some(ended) = child.try_wait().expect("a child of ours") {
            break ended.code().unwrap_or(-1);
        }
        if began.elapsed() > 3 * Duration::from_secs_f64(SECONDS_MAX) {
            let _ = child.kill();
        }
        let _ = never.recv_timeout(Duration::from_millis(20));
    };
    let seconds = began.elapsed().as_secs_f64();
    let says = cli.read("stderr").lines().next_back().unwrap_or_default().to_owned();
    Met { code, seconds, mib, says }
}

fn target(bad: &'static Bad, moment: Moment, behind: Option<&Served>) -> Peer {
    let Some(behind) = behind else {
        return if moment == Moment::Token {
            peer(|asked| (bad.act)(asked))
        } else {
            tokens_and(|asked| (bad.act)(asked))
        };
    };
    let upstream = behind.base.trim_start_matches("http://").to_owned();
    let count = AtomicU64::new(0);
    peer(move |asked| {
        let lawful = match bad.talks {
            true => asked.path() != "/nw",
            false => count.fetch_add(1, Ordering::SeqCst) < LAWFUL,
        };
        if lawful { Act::Reply(forward(&upstream, asked)) } else { (bad.act)(asked) }
    })
}

/// The most memory that a process ever had, in MiB; none as long as it has that of its parent, from which it was started.
fn peak(process: u32) -> Option<u64> {
    let image = |process: &str| fs::read_link(format!("/proc/{process}/exe")).ok();
    if image(&process.to_string()) == image("self") {
        return None;
    }
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()? / 1_024)
}

/// In what a run leaves its bounds, or takes a server for something that it is not.
fn faults(bad: &Bad, moment: Moment, met: &Met) -> Vec<String> {
    let mut faults = Vec::new();
    let mut hold = |holds: bool, says: &str| {
        if !holds {
            faults.push(format!("{}, {moment:?}: {says}: {met:?}", bad.name));
        }
    };
    hold(matches!(met.code, 1 | 3 | 4), "it ends with 1, 3 or 4");
    hold(met.seconds <= SECONDS_MAX, "it ends in time");
    hold(met.mib <= MIB_MAX, "its memory has a bound");
    hold(!bad.mute || moment == Moment::Middle || met.code == 4, "what never answers cannot be reached");
    faults
}

/// Plays runs side by side; what each gave goes to `done` as it comes.
fn play(runs: VecDeque<(&'static Bad, Moment)>, options: &[&str], done: impl Fn(&'static Bad, Moment, Met) + Sync) {
    let runs = Mutex::new(runs);
    std::thread::scope(|scope| {
        for _ in 0..SIDE_BY_SIDE {
            scope.spawn(|| {
                let next = || runs.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                while let Some((bad, moment)) = next() {
                    done(bad, moment, meet(bad, moment, options));
                }
            });
        }
    });
}

fn hash(text: &str) -> u64 {
    text.bytes().fold(0xb9c6_7d87_562c_f701, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// With `TOUCHMARK_HOSTILE` set to a file, all runs at the defaults but those that stand in it already, and the table: `.ci/hostile`.
/// Otherwise a share, which the names draw.
#[test]
#[ignore = "long: sh .ci/run plays it"]
fn whatever_answers_a_run_ends_in_time_and_in_memory() {
    let servers: &'static [Bad] = Box::leak(servers().into_boxed_slice());
    assert!(servers.len() >= 90, "{}", servers.len());
    let all = servers.iter().flat_map(|bad| MOMENTS.map(|moment| (bad, moment)));
    let wrong = Mutex::new(Vec::new());
    let note = |bad: &Bad, moment, met: &Met| {
        wrong.lock().unwrap_or_else(PoisonError::into_inner).extend(faults(bad, moment, met));
    };
    match variable("TOUCHMARK_HOSTILE") {
        Some(path) => {
            let known = read(&path);
            let runs = all.filter(|(bad, moment)| !known.contains_key(&(bad.name.to_owned(), *moment))).collect();
            let file = Mutex::new(fs::OpenOptions::new().create(true).append(true).open(&path).expect("a file"));
            play(runs, &[], |bad, moment, met| {
                let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                let Met { code, seconds, mib, says } = met;
                writeln!(file, "{}\t{moment:?}\t{code}\t{seconds:.1}\t{mib}\t{says}", bad.name).expect("room");
            });
            let known = read(&path);
            for bad in servers {
                MOMENTS.iter().for_each(|moment| note(bad, *moment, &known[&(bad.name.to_owned(), *moment)]));
            }
            write_table(servers, &known);
        }
        None => {
            let drawn = |bad: &Bad, moment| hash(&format!("{}{moment:?}", bad.name)).is_multiple_of(ONE_IN);
            let runs: VecDeque<_> = all.filter(|(bad, moment)| drawn(bad, *moment)).collect();
            play(runs, &["--timeout-ms", "300"], |bad, moment, met| note(bad, moment, &met));
        }
    }
    let wrong = wrong.into_inner().unwrap_or_else(PoisonError::into_inner);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What was played already, by server and moment.
fn read(path: &str) -> BTreeMap<(String, Moment), Met> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let met = |line: &str| {
        let [name, moment, code, seconds, mib, says] = *line.split('\t').collect::<Vec<_>>().as_slice() else {
            return None;
        };
        let moment = MOMENTS.into_iter().find(|known| format!("{known:?}") == moment)?;
        let (code, seconds, mib) = (code.parse().ok()?, seconds.parse().ok()?, mib.parse().ok()?);
        Some(((name.to_owned(), moment), Met { code, seconds, mib, says: says.to_owned() }))
    };
    text.lines().filter_map(met).collect()
}

/// Writes the table of docs/hostile.md.
fn write_table(servers: &[Bad], known: &BTreeMap<(String, Moment), Met>) {
    let mut table =
        "| what answers | the token | the discovery | the middle of a run |\n| --- | --- | --- | --- |\n".to_owned();
    for bad in servers {
        let cell = |moment| {
            let Met { code, seconds, mib, .. } = &known[&(bad.name.to_owned(), moment)];
            format!("{code}, {seconds:.0} s, {mib} MiB")
        };
        let [token, discovery, middle] = MOMENTS.map(cell);
        let _ = writeln!(table, "| {} | {token} | {discovery} | {middle} |", bad.name);
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/hostile.md");
    let text = fs::read_to_string(path).expect("the document");
    let (begin, end) = ("<!-- hostile -->\n", "<!-- end of hostile -->");
    let (before, rest) = text.split_once(begin).expect("its marker");
    let (_, after) = rest.split_once(end).expect("its other marker");
    fs::write(path, format!("{before}{begin}{table}{end}{after}")).expect("the document can be written");
}

/// The table of the document has each server.
#[test]
fn the_table_has_every_server() {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/hostile.md")).expect("the document");
    let rows: Vec<&str> =
        text.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next()).skip(2).collect();
    let names: Vec<&str> = servers().iter().map(|bad| bad.name).collect();
    assert_eq!(rows, names);
}

//! Sequences of commands and races of two clients: what they reach, what goes wrong in them, and that what is shown is the shortest.

use std::collections::BTreeSet;

use touchmark::{
    commands::InMemory,
    emulator::{self, Config, Request, Response},
    generate::sequence,
    judge,
    model::{
        case::{Call, Purpose, RACE, Role, SEQUENCE},
        conversation::HEAR_MS,
        exchange::Exchange,
        record::Record,
        verdict::{Blame, Verdict},
    },
    report,
    run::Run,
    send::Rate,
    spec::{self, Spec},
};

use crate::support::Cli;

/// The most requests of all sequences and races of a run; what is heard of a feed that is open takes none.
const REQUESTS_MAX: usize = 1_600;

/// Each defect of sequences, and what notices it.
const NOTICED: &[(&str, &str)] = &[
    ("change-after-a-chat-lost", "lost"),
    ("joined-not-cleared", "lost"),
    ("attributes-to-unused-keys", "phantom"),
    ("end-clears-another", "lost"),
    ("joined-not-transferred", "report"),
    ("busy-twice-is-available", "lost"),
    ("refused-customer-comes", "refused"),
    ("late-after-a-transfer", "stale"),
    ("chat-brings-back", "reversed"),
    ("transferred-outlives-its-end", "answers"),
    ("feed-misses-changes-after-a-transfer", "feed-lost"),
    ("feed-misses-who-comes-back", "feed-lost"),
    ("feed-misses-the-second-transfer", "feed-lost"),
    ("feed-misses-a-status-after-a-chat", "feed-lost"),
    ("feed-keeps-customers-of-the-joined", "feed-lost"),
    ("feed-keeps-what-was-transferred", "feed-lost"),
    ("feed-gives-to-another", "feed-phantom"),
    ("feed-has-what-was-refused", "feed-refused"),
    ("feed-goes-back-with-a-status", "feed-reversed"),
    ("report-misses-changes-after-a-transfer", "feed-and-report"),
    ("report-misses-chats-after-a-leave", "report"),
    ("join-writes-back", "race"),
    ("change-writes-back", "race"),
    ("moving-writes-back", "race"),
];

fn run(spec: &Spec, defect: Option<&str>, only: &str) -> Run {
    let defects = defect.map(|what| {
        emulator::find_defect(&format!("behaviour:command/sequences:{what}")).unwrap_or_else(|says| panic!("{says}"))
    });
    let config = Config { defects: defects.into_iter().collect(), ..Config::demo() };
    InMemory { config, only: vec![only.to_owned()], ..InMemory::default() }.run(spec).expect("a run")
}

fn of<'r>(run: &'r Run, flow: &str) -> Vec<&'r Record> {
    let is = |record: &&Record| matches!(&record.case.purpose, Purpose::Flow { name, .. } if name == flow);
    run.records.iter().filter(is).collect()
}

#[test]
fn every_ordered_pair_of_commands_is_reached_and_most_commands_are_accepted() {
    let spec = spec::embedded().expect("sound data");
    let run = run(&spec, None, "command/sequences/");
    for (id, finding) in &run.judged.findings {
        assert_eq!(finding.verdict, Verdict::Pass, "{id}: {finding:?}");
    }
    let facts = run.judged.sequences.expect("sequences");
    let commands = spec.sequences.commands().count();
    assert_eq!((facts.pairs, facts.pairs_of), (commands * commands, commands * commands), "{facts:?}");
    assert!(facts.accepted * 100 >= facts.commands * 60, "{facts:?}");
    let exchanges = of(&run, SEQUENCE).into_iter().chain(of(&run, RACE)).flat_map(|record| &record.exchanges);
    let goes_on = |exchange: &&Exchange| {
        exchange.request().and_then(|request| request.talk.as_ref()).is_some_and(|talk| talk.goes_on)
    };
    let requests = exchanges.filter(|exchange| !goes_on(exchange)).count();
    assert!(requests <= REQUESTS_MAX, "{requests} requests");
}

#[test]
#[ignore = "long: sh .ci/run plays it"]
fn each_defect_is_noticed_in_the_way_in_which_it_goes_wrong() {
    let spec = spec::embedded().expect("sound data");
    let mut unnoticed = Vec::new();
    for (defect, word) in NOTICED {
        let run = run(&spec, Some(defect), "command/sequences/");
        let noticed =
            run.judged.findings.iter().filter(|(_, one)| matches!(one.verdict, Verdict::Fail | Verdict::Warn));
        let noticed: Vec<String> =
            noticed.filter_map(|(id, _)| Some(id.strip_prefix("command/sequences/")?.replace('/', "-"))).collect();
        if !noticed.iter().any(|one| one == word) {
            unnoticed.push((defect, noticed));
        }
    }
    assert!(unnoticed.is_empty(), "{unnoticed:?}");
    let catalogue: BTreeSet<String> = emulator::catalogue()
        .into_iter()
        .filter_map(|defect| defect.id.strip_prefix("behaviour:command/sequences:").map(str::to_owned))
        .collect();
    assert_eq!(catalogue, NOTICED.iter().map(|(defect, _)| (*defect).to_owned()).collect::<BTreeSet<_>>());
}

#[test]
#[ignore = "long: sh .ci/run plays it"]
fn without_any_one_of_its_steps_a_sequence_that_was_made_shorter_goes_wrong_no_more() {
    let spec = spec::embedded().expect("sound data");
    for (defect, word) in NOTICED.iter().filter(|(_, word)| *word != "race") {
        let run = run(&spec, Some(defect), "command/sequences/");
        let finding = &run.judged.findings[id_of(word).as_str()];
        let evidence = finding.evidence.as_ref().unwrap_or_else(|| panic!("{defect}: {finding:?}"));
        let shown = &run.records[evidence.record];
        let calls: Vec<Call> = shown
            .case
            .steps
            .iter()
            .filter(|step| step.role != Role::Teardown)
            .filter_map(|step| step.call.clone())
            .collect();
        assert!(calls.len() < 16, "{defect}: {calls:?}");
        let taken = judge::taken(&spec, &of(&run, SEQUENCE));
        let goes_wrong = |calls: &[Call]| {
            let played = play(&spec, defect, calls);
            judge::sequence_fault(&spec, &played, &taken, HEAR_MS).is_some_and(|fault| fault.word.word() == *word)
        };
        assert!(goes_wrong(&calls), "{defect}: {calls:?}");
        for step in 0..calls.len() {
            let shorter = sequence::without(&spec, &calls, step..step + 1);
            // Of nothing nothing goes wrong.
            assert!(
                shorter.is_empty() || !goes_wrong(&shorter),
                "{defect}: {:?} is not needed in {calls:?}",
                calls[step]
            );
        }
    }
}

#[test]
fn a_session_that_is_changed_while_it_is_moved_is_seen_to_be_wrong_by_races_that_the_seed_draws_alone() {
    let check = |spec: &Spec, verdict: Verdict| {
        let run = run(spec, Some("moving-writes-back"), "command/sequences/race");
        let finding = &run.judged.findings["command/sequences/race"];
        assert_eq!(finding.verdict, verdict, "{finding:?}");
    };
    let mut spec = spec::embedded().expect("sound data");
    check(&spec, Verdict::Fail);
    spec.sequences.races.retain(|race| !race.is_drawn());
    check(&spec, Verdict::Pass);
}

/// The time from the first to the last request of sequences, in milliseconds.
fn took_ms(run: &Run) -> i64 {
    let times = || of(run, SEQUENCE).into_iter().flat_map(|record| &record.exchanges).map(|exchange| exchange.at_ms);
    times().max().unwrap_or(0) - times().min().unwrap_or(0)
}

#[test]
fn what_a_feed_does_not_show_takes_two_minutes_to_make_short_and_not_twenty_seconds_a_try() {
    let spec = spec::embedded().expect("sound data");
    let run = run(&spec, Some("feed-misses-who-comes-back"), "command/sequences/");
    let finding = &run.judged.findings["command/sequences/feed/lost"];
    let evidence = finding.evidence.as_ref().unwrap_or_else(|| panic!("{finding:?}"));
    // Four sequences and two more plays of one, each waited for in full, the shortest of all, and what is sent besides.
    assert!(took_ms(&run) < 180_000, "{} ms", took_ms(&run));
    assert!(!evidence.got.contains("perhaps not the shortest"), "{evidence:?}");
    // A verdict rests on what was waited for in full.
    assert!(run.records[evidence.record].exchanges[evidence.exchange].took_ms >= HEAR_MS);
}

#[test]
fn a_sequence_that_could_not_be_made_the_shortest_in_a_minute_is_shown_and_says_so() {
    let spec = spec::embedded().expect("sound data");
    let lost = emulator::find_defect("behaviour:command/sequences:feed-misses-who-comes-back").expect("a defect");
    let config = Config { defects: vec![lost], ..Config::demo() };
    let only = vec!["command/sequences/".to_owned()];
    // Each play takes half a minute.
    let run = InMemory { config, only, rate: Rate::PerSecond(1), ..InMemory::default() };
    let run = run.run(&spec).expect("a run");
    let finding = &run.judged.findings["command/sequences/feed/lost"];
    let evidence = finding.evidence.as_ref().unwrap_or_else(|| panic!("{finding:?}"));
    assert!(evidence.got.contains("perhaps not the shortest"), "{evidence:?}");
}

/// The requirement of a word.
fn id_of(word: &str) -> String {
    match word.strip_prefix("feed-").filter(|word| *word != "and-report") {
        Some(word) => format!("command/sequences/feed/{word}"),
        None => format!("command/sequences/{word}"),
    }
}

/// Plays calls against an emulator of their own.
fn play(spec: &Spec, defect: &str, calls: &[Call]) -> Record {
    let defect = emulator::find_defect(&format!("behaviour:command/sequences:{defect}")).expect("a defect");
    let config = Config { defects: vec![defect], ..Config::demo() };
    let only = vec!["command/sequences/lost".to_owned()];
    let run = InMemory { config, only, calls: calls.to_vec(), confirmed_max: Some(0), ..InMemory::default() };
    let run = run.run(spec).expect("a run");
    of(&run, SEQUENCE)[0].clone()
}

#[test]
fn what_answers_that_were_lost_did_not_show_is_no_matter_of_the_target() {
    let spec = spec::embedded().expect("sound data");
    let on_the_way = Box::new(|_, request: &Request, response: &mut Response| {
        if request.target.contains("generate_report=") {
            response.status = 0;
        }
    });
    let only = vec!["command/sequences/".to_owned()];
    let run = InMemory { only, on_the_way, ..InMemory::default() }.run(&spec).expect("a run");
    let finding = &run.judged.findings["command/sequences/report"];
    assert_eq!((finding.verdict, finding.blame), (Verdict::Inconclusive, Some(Blame::Network)), "{finding:?}");
}

/// Where sequences are played side by side, over a socket.
#[test]
fn no_sequence_changes_a_representative_while_another_looks_at_what_it_made_of_it() {
    let cli = Cli::new();
    cli.run(&["certify", "--only", "command/sequences/"]);
    let journal = cli.journal("touchmark-report/journal.jsonl.gz");
    let (_, records) = report::read_journal(&journal).expect("a journal that can be read");
    let is_of_all = |exchange: &&Exchange| exchange.endpoint.as_str() == "command/set_rep_status";
    let mut plays: Vec<(i64, i64, &Purpose)> = Vec::new();
    for record in &records {
        if !matches!(&record.case.purpose, Purpose::Flow { name, .. } if name == SEQUENCE) {
            continue;
        }
        let mut changes = record.exchanges.iter().filter(is_of_all).map(|exchange| exchange.at_ms);
        if let (Some(first), Some(last)) = (changes.next(), record.exchanges.last()) {
            plays.push((first, last.at_ms, &record.case.purpose));
        }
    }
    plays.sort_by_key(|(first, ..)| *first);
    assert!(plays.len() > 10, "{plays:?}");
    for pair in plays.windows(2) {
        assert!(pair[0].1 <= pair[1].0, "{pair:?}");
    }
}

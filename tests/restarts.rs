//! An appliance that starts its processes anew while its feed is followed is no gap: the model is truncated, and comes again.

use touchmark::{commands::InMemory, emulator::Config, model::verdict::Verdict, spec};

#[test]
fn a_model_that_is_truncated_and_comes_again_accuses_nobody() {
    let spec = spec::embedded().expect("sound data");
    for after_ms in [0, 700, 1_200] {
        let config = Config { restart_after_ms: Some(after_ms), ..Config::demo() };
        let only =
            ["realtime/nw", "realtime/consistency", "realtime/lists", "realtime/limits"].map(str::to_owned).to_vec();
        let run = InMemory { config, only, ..InMemory::default() }.run(&spec).expect("a run");
        let accused = |verdict| matches!(verdict, Verdict::Fail | Verdict::Warn | Verdict::Error);
        let findings = run.judged.findings.iter().filter(|(_, finding)| accused(finding.verdict));
        let faults: Vec<String> = findings.map(|(id, finding)| format!("{id}: {:?}", finding.evidence)).collect();
        assert!(faults.is_empty(), "after {after_ms} ms: {}", faults.join("\n"));
        assert!(run.judged.observations.iter().any(|seen| seen.what.contains("truncated")), "after {after_ms} ms");
    }
}

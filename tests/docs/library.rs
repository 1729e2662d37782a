//! The program that the documents show to whoever calls Touchmark from Rust.

use touchmark::{
    commands::InMemory,
    emulator::{Config, find_defect},
    model::verdict::Verdict,
    spec,
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let guide = spec::embedded()?;
    let defect = find_defect("drop:command/get_api_info:get_api_info/timestamp")?;
    let config = Config { defects: vec![defect], ..Config::demo() };
    let only = vec!["command/get_api_info".to_owned()];
    let run = InMemory { config, only, ..InMemory::default() }.run(&guide).map_err(|abort| format!("{abort:?}"))?;
    let failed: Vec<_> = run.judged.findings.iter().filter(|(_, finding)| finding.verdict == Verdict::Fail).collect();
    assert!(failed.iter().any(|(id, _)| *id == "command/get_api_info/response/get_api_info/timestamp"));
    Ok(())
}

#[test]
fn the_program_of_the_documents_runs() {
    main().expect("a run");
}

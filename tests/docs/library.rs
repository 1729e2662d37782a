//! The program that the documents show to whoever calls Touchmark from Rust.

use touchmark::{Certify, LocalEmulator, read_answer};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let emulator = LocalEmulator::start()?;
    let sound = Certify::emulator(&emulator).only("command/get_appliances").run()?;
    assert!(sound.is_conformant(), "{sound}");

    let broken = LocalEmulator::broken("drop:command/get_appliances:appliances/appliance")?;
    let found = Certify::emulator(&broken).only("command/get_appliances").run()?;
    assert!(found.has_gap("command/get_appliances/response/appliances/appliance"), "{found}");

    let answer = read_answer("command/get_appliances", "<error>No such action</error>")?;
    assert!(!answer.is_accepted() && answer.summary().contains("No such action"), "{}", answer.summary());
    Ok(())
}

#[test]
fn the_program_of_the_documents_runs() {
    main().expect("a run");
}

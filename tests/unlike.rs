//! What the guide leaves open is no gap, but a target that departs from its own habit hears of it.

use touchmark::emulator::Config;

use crate::{
    peers::{Reply, proxy},
    support::{Cli, serve},
};

#[test]
fn one_that_departs_from_the_habit_of_the_others_is_named_and_a_warning_if_asked() {
    let behind = serve(Config::demo());
    let target = proxy(&behind, |asked, reply| {
        if asked.path() == "/api/command.ns" && asked.actions() == ["get_appliances"] {
            *reply = Reply::new(404, "text/plain", "Document Not Found\n");
        }
    });
    let cli = Cli::new();
    cli.aim(&target.base, &behind.emulator);
    let line = ["certify", "--only", "command/get_"];
    let ran = cli.run(&line);
    let report = cli.report();
    let rows: Vec<_> = report.rows("unlike").collect();
    assert!(rows.len() == 1 && rows[0]["topic"] == "ns-alias" && rows[0]["usual"] == "available", "{rows:?}");
    assert_eq!(rows[0]["others"][0]["requirement"], "command/get_appliances/alias/ns");
    assert!(ran.stdout.contains("ns-alias: 1 requirement gone, while "), "{}", ran.stdout);
    assert!(!report.gaps().contains(&"command/get_appliances/alias/ns"));

    let strict = cli.run(&[&line[..], &["--strict"]].concat());
    assert!(strict.stdout.contains("WARN command/get_appliances/alias/ns\n"), "{}", strict.stdout);
    assert_eq!(strict.code, ran.code, "a warning does not decide");
    let judged = cli.run(&["judge", "--strict", "touchmark-report/journal.jsonl.gz"]);
    assert!(judged.stdout.contains("WARN command/get_appliances/alias/ns\n"), "{}", judged.stdout);
}

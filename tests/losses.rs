//! Answers that are lost several times in a row at the same place: by chance that is the network, and each time it is what the target does.

use std::sync::atomic::{AtomicUsize, Ordering};

use touchmark::emulator::Config;

use crate::{
    peers::{Act, Asked, proxy_that},
    support::{Cli, serve, text},
};

/// Certifies a requirement where the second half is missing of that number of answers to certain requests, from the first on. Gives its verdict.
fn verdict(id: &str, lost: usize, which: impl Fn(&Asked) -> bool + Send + Sync + 'static) -> String {
    let behind = serve(Config::demo());
    let so_far = AtomicUsize::new(0);
    let network = proxy_that(&behind, move |asked, reply| {
        if !which(asked) || so_far.fetch_add(1, Ordering::SeqCst) >= lost {
            return Act::Reply(reply);
        }
        let bytes = reply.to_bytes();
        Act::Bytes(bytes[..bytes.len() - reply.body.len().div_ceil(2)].to_vec())
    });
    let cli = Cli::new();
    cli.aim(&network.base, &behind.emulator);
    cli.run(&["certify", "--allow", "disrupt", "--only", &format!("={id}")]);
    let report = cli.report();
    let row = report.rows("requirements").find(|row| text(row, "id") == id).expect("it is asked for").clone();
    text(&row, "verdict").to_owned()
}

fn asks(asked: &Asked, action: &str) -> bool {
    asked.actions().iter().any(|one| one == action)
}

#[test]
fn a_read_is_sent_again_also_where_its_case_changes_something() {
    let id = "command/get_connected_clients/own-session/representative-who-joined";
    let of_both = |asked: &Asked| {
        let both = ["representative,support_customer", "representative%2Csupport_customer"];
        asks(asked, "get_connected_clients") && both.iter().any(|types| asked.target.contains(types))
    };
    // Each of them came when the representative had joined.
    assert_eq!(verdict(id, 3, of_both), "pass");
}

#[test]
fn three_losses_in_a_row_are_no_gap_and_a_loss_each_time_is_one() {
    let id = "command/join_session/smallest";
    let joins = |asked: &Asked| asks(asked, "join_session");
    assert_eq!(verdict(id, 3, joins), "pass");
    assert_eq!(verdict(id, usize::MAX, joins), "fail");
}

#[test]
fn what_is_lost_at_another_turn_each_time_is_the_network() {
    let id = "auth/token/limit/thirty-first-is-made";
    let count = AtomicUsize::new(1);
    // Each play asks for thirty-one tokens, so none is without a loss.
    let every_twentieth = move |asked: &Asked| {
        asked.path().ends_with("/token") && count.fetch_add(1, Ordering::SeqCst).is_multiple_of(20)
    };
    assert_eq!(verdict(id, usize::MAX, every_twentieth), "inconclusive");
}

#[test]
fn what_is_lost_at_regular_intervals_is_the_network() {
    for every in [2, 3] {
        let count = AtomicUsize::new(1);
        let regularly = move |_: &Asked| count.fetch_add(1, Ordering::SeqCst).is_multiple_of(every);
        let verdict = verdict("auth/token/scheme-case", usize::MAX, regularly);
        assert!(["pass", "inconclusive"].contains(&verdict.as_str()), "every {every}: {verdict}");
    }
}

//! A client that follows the feed over TLS for long and under load: `.ci/feed` has it do so for ten minutes.
//!
//! In: how long, and row updates a second. Out: whether the client's rows are the emulator's in the end. Time is that of the machine, but
//! handed on by the test, so that it can stand still when the rows are compared.

use std::time::{Duration, Instant};

use touchmark::emulator::Config;

use super::{LAST, WEBSOCKETS, rows, same, site::Site};
use crate::support::variable;

/// How often time is handed on.
const STEP: Duration = Duration::from_millis(5);

/// Within which whatever is due has become a row, once time stands still.
const SETTLED: Duration = Duration::from_millis(200);

#[test]
#[expect(clippy::disallowed_methods, reason = "a load is so much in a time")]
fn a_client_follows_the_feed_over_tls_under_load() {
    let minutes = variable("TOUCHMARK_FEED_MINUTES").map(|text| text.parse::<f64>().expect("a number of minutes"));
    let time = Duration::from_secs_f64(minutes.map_or(2.0, |minutes| minutes * 60.0));
    let rate = if minutes.is_some() { 10_000 } else { 1_000 };
    if !WEBSOCKETS.is_installed() {
        return;
    }
    let site = Site::open(Config::demo(), true);
    site.served.emulator.load_feed(rate);
    let client = site.client(WEBSOCKETS);
    client.messages(1);
    let began = Instant::now();
    let (mut given_ms, mut commands) = (0, 0);
    while began.elapsed() < time {
        client.listen(STEP);
        let now_ms = i64::try_from(began.elapsed().as_millis()).expect("minutes");
        site.clock.advance(now_ms - given_ms);
        given_ms = now_ms;
        // A change of the site each second, besides.
        if now_ms / 1_000 > commands {
            commands = now_ms / 1_000;
            let status = if commands % 2 == 0 { "available" } else { "busy" };
            site.command(&format!("action=set_rep_status&rep_id=5&code_name={status}"));
        }
        if commands == 30 {
            site.served.emulator.restart_model();
            commands += 1;
        }
    }
    // What became due in the last step may become a row a little later.
    let mut stands = site.rows();
    loop {
        client.listen(SETTLED);
        let later = site.rows();
        if later == stands {
            break;
        }
        stands = later;
    }
    site.end(LAST);
    let has = rows(&client.last());
    assert_eq!(has["support_session"].values().filter(|row| row["customer_name"].starts_with("Load ")).count(), 1_000);
    same(&has, &site.rows());
}

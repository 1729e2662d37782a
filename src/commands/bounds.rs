//! What only fuzzing is asked: how far it goes, and what is done about a target that dies.
//!
//! In: a command line. Out: a part of the plan.

use clap::Args;

use super::{on_dead, option_values::Within, settings::Settings};

/// What only fuzzing is asked.
#[derive(Debug, Default, Args)]
pub(super) struct Bounds {
    /// A command for sh that starts the target anew; with it, it is found out of what a target died
    #[arg(long, hide_short_help = true, value_name = "CMD")]
    on_dead: Option<String>,
    /// Seconds for which requests go out: what was found is mutated until then; without it, a fixed number of times
    #[arg(long, allow_negative_numbers = true, value_name = "S")]
    time: Option<Within<1, 2_592_000>>,
    /// The most requests that go out; what was found is mutated until then
    #[arg(long, hide_short_help = true, allow_negative_numbers = true, value_name = "N")]
    requests: Option<Within<1, 4_294_967_295>>,
}

impl Bounds {
    pub(super) fn put_into(&self, settings: &mut Settings) {
        let plan = &mut settings.plan;
        plan.on_dead = self.on_dead.clone().map(on_dead::restart);
        plan.time_max_ms = self.time.map(|seconds| i64::from(seconds.get()) * 1_000);
        plan.requests_max = self.requests.map(|requests| u64::from(requests.get()));
    }
}

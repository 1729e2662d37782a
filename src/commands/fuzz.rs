//! `touchmark fuzz`: send what no library sends, and write the report. Its options are those of `certify`, and bounds of its own.

use clap::Args;

use super::{Failure, bounds::Bounds, certify, economy::Economy, options::CommandLine};
use crate::model::suite::Suite;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    options: CommandLine,
    #[command(flatten)]
    bounds: Bounds,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let mut options = arguments.options.options()?;
    if !options.suites.is_empty() {
        return Err(Failure::usage(
            "--suite is for certify\n  choose what is sent with --only, such as --only http/head/",
        ));
    }
    options.suites = vec![Suite::Fuzz];
    certify::played(&arguments.options, &options, &arguments.bounds, &Economy::default())
}

//! How a target is started anew that died of what it was sent: by a command of the operator's.
//!
//! In: a command line for a POSIX shell. Out: whether it came to a good end in time. What it prints goes to stderr.

use std::{
    process::{Command, Stdio},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use crate::run::Restart;

/// How long the command may take.
const RESTART_MAX: Duration = Duration::from_secs(120);

/// How often it is looked whether it has ended.
const LOOK: Duration = Duration::from_millis(20);

/// Starts the target anew with a command.
pub(super) fn restart(line: String) -> Restart {
    Restart(Arc::new(move || run(&line)))
}

#[expect(
    clippy::disallowed_methods,
    reason = "a command of the operator's may never end, and nothing else is done meanwhile"
)]
fn run(line: &str) -> Result<(), String> {
    let mut shell = Command::new("sh");
    shell.args(["-c", line]).stdin(Stdio::null()).stdout(Stdio::null());
    let mut child = shell.spawn().map_err(|error| error.to_string())?;
    let started = Instant::now();
    loop {
        match child.try_wait().map_err(|error| error.to_string())? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => return Err(status.to_string()),
            None if started.elapsed() > RESTART_MAX => {
                let _ = (child.kill(), child.wait());
                return Err(format!("it took longer than {} seconds", RESTART_MAX.as_secs()));
            }
            None => thread::sleep(LOOK),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_fails_starts_nothing() {
        for (line, starts) in [("true", true), ("exit 3", false), ("no-such-command-of-touchmark 2>&-", false)] {
            assert_eq!((restart(line.to_owned()).0)().is_ok(), starts, "{line}");
        }
    }
}

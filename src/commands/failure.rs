//! How a command ends that does not do its work: one message, and the exit code.
//!
//! In: what is wrong. Out: a [`Failure`], which the room prints. Nothing here prints or stops the program.

/// The documented exit codes of `certify`.
pub mod exit {
    /// Conformant.
    pub const CONFORMANT: u8 = 0;
    /// Gaps.
    pub const GAPS: u8 = 1;
    /// The command line, a file or a folder cannot be used.
    pub const USAGE: u8 = 2;
    /// Nothing failed, but a must could not be tested.
    pub const UNTESTED: u8 = 3;
    /// The target cannot be reached, does not take the credentials, must not be spoken to, or died of what it was sent.
    pub const UNREACHABLE: u8 = 4;
    /// Our own fault.
    pub const OURS: u8 = 5;
    /// Stopped by a second signal, without a report.
    pub const STOPPED: u8 = 130;
}

/// Why a command did not do its work: one message, and the exit code.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) code: u8,
    pub(super) says: String,
}

impl Failure {
    pub(super) fn usage(says: impl Into<String>) -> Self {
        Self { code: exit::USAGE, says: says.into() }
    }

    pub(super) fn ours(says: impl Into<String>) -> Self {
        Self { code: exit::OURS, says: says.into() }
    }
}

/// The spec data inside the program, or that of a folder.
pub(super) fn load_spec(folder: Option<&std::path::Path>) -> Result<crate::spec::Spec, Failure> {
    let loaded = match folder {
        Some(folder) => crate::spec::from_folder(folder),
        None => crate::spec::embedded(),
    };
    usable(loaded)
}

/// The spec data where it has no faults.
pub(super) fn usable(loaded: Result<crate::spec::Spec, crate::spec::LoadErrors>) -> Result<crate::spec::Spec, Failure> {
    loaded.map_err(|faults| Failure::usage(format!("the spec data cannot be used\n{faults}")))
}

/// The data with attacks, where those suites have them.
pub(super) fn with_attacks(spec: crate::spec::Spec, suites: &[crate::model::suite::Suite]) -> crate::spec::Spec {
    if suites.contains(&crate::model::suite::Suite::Fuzz) { crate::spec::fuzz::extend(&spec) } else { spec }
}

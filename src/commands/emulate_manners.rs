//! How `touchmark emulate` behaves beside what it answers: how long it takes, by which certificate it is known, what it says of its visitors.
//!
//! In: a command line. Out: parts of the emulator's configuration.

use std::path::PathBuf;

use clap::Args;

use super::{
    Failure,
    files::{read_bytes, read_file},
    option_values::{Within, seed},
};
use crate::emulator::{Delay, TlsIdentity};

/// How the emulator behaves beside what it answers.
#[derive(Debug, Args)]
pub(super) struct Manners {
    /// Milliseconds that each answer takes
    #[arg(long, hide_short_help = true, allow_negative_numbers = true, value_name = "MS", default_value_t = Within::of(0))]
    latency: Within<0, 600_000>,
    /// The most milliseconds that an answer takes beside that
    #[arg(long, hide_short_help = true, allow_negative_numbers = true, value_name = "MS", default_value_t = Within::of(0))]
    jitter: Within<0, 600_000>,
    /// Decides the jitter of each answer
    #[arg(long, hide_short_help = true, allow_negative_numbers = true, value_name = "N", default_value_t = 0, value_parser = seed)]
    seed: u64,
    /// The private key of --certificate, as PEM; that file is then read, and not written
    #[arg(long, hide_short_help = true, value_name = "FILE", requires_all = ["tls", "certificate"])]
    pub(super) key: Option<PathBuf>,
    /// Print a line for each request, with the rule that a refused one broke
    ///
    /// It goes to standard error, with who asked for what.
    #[arg(long)]
    pub(super) access_log: bool,
    /// Print the JSON Schema of --data
    #[arg(long, hide_short_help = true)]
    pub(super) data_schema: bool,
}

impl Manners {
    /// How long answers take.
    pub(super) fn delay(&self) -> Delay {
        Delay { latency_ms: self.latency.get(), jitter_ms: self.jitter.get(), seed: self.seed }
    }

    /// The certificate of the operator's own, where there is a key for it.
    pub(super) fn identity(&self, certificate: Option<&PathBuf>) -> Result<Option<TlsIdentity>, Failure> {
        let (Some(key), Some(certificate)) = (&self.key, certificate) else { return Ok(None) };
        let chain = read_bytes(certificate, "a certificate")?;
        let identity = TlsIdentity::of_pem(&chain, read_file(key, "a private key")?.as_bytes());
        identity.map(Some).map_err(|why| {
            let names = format!("--certificate {} with --key {}", certificate.display(), key.display());
            Failure::usage(format!("{names}: {why}\n  name a certificate and its private key, both as PEM"))
        })
    }
}

//! The integration tests: the program as its users meet it, and the rules that the compiler cannot check.
//!
//! One binary, one module a subject. What the modules share is in `support`, `peers` and `memory`.
#![allow(clippy::unwrap_used)]

/// As the program has it, so that what runs inside this binary takes as long as there.
#[cfg(feature = "fast")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

mod accounts;
mod archives;
mod bounds;
mod budgets;
mod causes;
mod certificates;
mod chunks;
mod circles;
mod cli;
mod configuration;
mod configuration_calls;
mod constants;
mod corpus;
mod disk;
mod docs;
mod documents;
mod drift;
mod echoes;
mod editions;
mod emulating;
mod exported;
mod exports;
mod failover;
mod feed_styles;
mod feeds;
mod figures;
mod foreign;
mod foreigner;
mod fuzz;
mod help;
mod hostile;
mod init;
mod integrations;
mod kills;
mod lawful;
mod library;
mod lines;
mod losses;
mod memory;
mod missing;
mod network;
mod notations;
mod patience;
mod peers;
mod proof;
mod readings;
mod recipes;
mod recordings;
mod replays;
mod reports;
mod restarts;
mod rewritings;
mod safety;
mod secrets;
mod sequences;
mod shards;
mod sharing;
mod signals;
mod site;
mod snapshot_files;
mod snapshots;
mod stops;
mod support;
mod surface;
mod targets;
mod teardown;
mod tidy;
mod unlike;
mod witnesses;

//! The integration tests: the program as its users meet it, and the rules that the compiler cannot check.
//!
//! One binary, one module a subject. What the modules share is in `support`, `peers` and `memory`.
#![allow(clippy::unwrap_used)]

mod accounts;
mod archives;
mod bounds;
mod certificates;
mod chunks;
mod circles;
mod cli;
mod configuration;
mod constants;
mod corpus;
mod disk;
mod docs;
mod documents;
mod drift;
mod echoes;
mod editions;
mod exported;
mod feeds;
mod figures;
mod foreign;
mod foreigner;
mod fuzz;
mod hostile;
mod kills;
mod lines;
mod memory;
mod missing;
mod network;
mod notations;
mod patience;
mod peers;
mod proof;
mod readings;
mod recordings;
mod replays;
mod reports;
mod restarts;
mod rewritings;
mod safety;
mod secrets;
mod sequences;
mod shards;
mod signals;
mod site;
mod snapshot_files;
mod snapshots;
mod stops;
mod support;
mod targets;
mod teardown;
mod tidy;
mod unlike;
mod witnesses;

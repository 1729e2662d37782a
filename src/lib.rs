//! Touchmark.
pub mod case;
pub mod decode;
pub mod exchange;
pub mod generate;
pub mod judge;
pub mod record;
pub mod report;
pub mod run;
pub mod send;
pub mod spec;
pub mod variables;
pub mod verdict;

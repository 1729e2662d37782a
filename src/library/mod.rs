//! Touchmark for Rust programs: to certify a target from a test, to have the emulator in one, to read and judge single answers.
//!
//! In: values. Out: values, or a [`LibraryError`]. What a target does is never an error, nothing here prints or ends the program, and
//! whatever goes wrong inside is an error, too. Everything blocks, also inside an async runtime.

mod answers;
mod certify;
mod conformance;
mod error;
mod local_emulator;

pub use answers::{JudgedAnswer, endpoints, read_answer};
pub use certify::Certify;
pub(crate) use certify::drawn_word;
pub use conformance::Conformance;
pub use error::LibraryError;
pub use local_emulator::LocalEmulator;

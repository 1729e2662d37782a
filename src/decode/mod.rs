//! Readers of what targets send, a file or folder for each format. Each has its law in `fuzzing/`.
//!
//! In: bytes from outside, bounded by the reader. Out: trees and values, or one sentence that says where the bytes are wrong.
//! Nothing here judges; nothing here follows a reference to anywhere else.

pub mod archive;
pub mod brcs;
pub mod charset;
pub mod coding;
pub mod har;
pub mod javascript;
pub mod json;
pub mod model;
pub mod openapi;
pub mod saved;
pub mod time;
pub mod websocket;
mod wide;
pub mod xml;
pub mod xsd;
pub mod zip;

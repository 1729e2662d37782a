//! The law stands at [`touchmark::fuzzing::journal`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    touchmark::fuzzing::journal(data);
});

//! The law stands at [`touchmark::fuzzing::json`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    touchmark::fuzzing::json(data);
});

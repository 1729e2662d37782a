//! The law stands at [`touchmark::fuzzing::certificates`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    touchmark::fuzzing::certificates(data);
});

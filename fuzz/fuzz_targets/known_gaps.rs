//! The law stands at [`touchmark::fuzzing::known_gaps`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    touchmark::fuzzing::known_gaps(data);
});

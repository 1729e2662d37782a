//! The law stands at [`touchmark::fuzzing::variables`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    touchmark::fuzzing::variables(data);
});

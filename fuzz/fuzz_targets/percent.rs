//! The law stands at [`touchmark::fuzzing::percent`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    touchmark::fuzzing::percent(data);
});

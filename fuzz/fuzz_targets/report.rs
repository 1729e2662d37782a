//! The law stands at [`touchmark::fuzzing::report`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    touchmark::fuzzing::report(data);
});

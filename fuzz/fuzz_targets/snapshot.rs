//! The law stands at [`touchmark::fuzzing::snapshot`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    touchmark::fuzzing::snapshot(data);
});

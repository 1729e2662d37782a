//! The law stands at [`touchmark::fuzzing::query`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    touchmark::fuzzing::query(data);
});

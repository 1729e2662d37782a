//! The law stands at [`touchmark::fuzzing::brcs`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    touchmark::fuzzing::brcs(data);
});

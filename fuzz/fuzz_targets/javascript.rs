//! The law stands at [`touchmark::fuzzing::javascript`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    touchmark::fuzzing::javascript(data);
});

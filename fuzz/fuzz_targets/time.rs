//! The law stands at [`touchmark::fuzzing::time`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    touchmark::fuzzing::time(data);
});

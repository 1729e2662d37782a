//! The law stands at [`touchmark::fuzzing::charset`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    touchmark::fuzzing::charset(data);
});

//! The law stands at [`touchmark::fuzzing::frames`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    touchmark::fuzzing::frames(data);
});

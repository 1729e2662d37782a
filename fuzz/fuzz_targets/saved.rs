//! The law stands at [`touchmark::fuzzing::saved`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    touchmark::fuzzing::saved(data);
});

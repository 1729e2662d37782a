//! The law stands at [`touchmark::fuzzing::zip`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    touchmark::fuzzing::zip(data);
});

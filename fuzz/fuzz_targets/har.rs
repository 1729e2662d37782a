//! The law stands at [`touchmark::fuzzing::har`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    touchmark::fuzzing::har(data);
});

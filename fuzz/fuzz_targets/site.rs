//! The law stands at [`touchmark::fuzzing::site`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    touchmark::fuzzing::site(data);
});

//! The law stands at [`touchmark::fuzzing::xml`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    touchmark::fuzzing::xml(data);
});

//! The law stands at [`touchmark::fuzzing::spec`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    touchmark::fuzzing::spec(data);
});

//! The law stands at [`touchmark::fuzzing::bundle`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    touchmark::fuzzing::bundle(data);
});

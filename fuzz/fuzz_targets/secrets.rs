//! The law stands at [`touchmark::fuzzing::secrets`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    touchmark::fuzzing::secrets(data);
});

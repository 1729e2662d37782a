//! The law stands at [`touchmark::fuzzing::openapi`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    touchmark::fuzzing::openapi(data);
});

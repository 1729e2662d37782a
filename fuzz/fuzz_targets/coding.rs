//! The law stands at [`touchmark::fuzzing::coding`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    touchmark::fuzzing::coding(data);
});

//! The law stands at [`touchmark::fuzzing::feed`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    touchmark::fuzzing::feed(data);
});

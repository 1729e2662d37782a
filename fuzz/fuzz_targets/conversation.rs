//! The law stands at [`touchmark::fuzzing::conversation`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    touchmark::fuzzing::conversation(data);
});

//! The law stands at [`touchmark::fuzzing::emulator_texts`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    touchmark::fuzzing::emulator_texts(data);
});

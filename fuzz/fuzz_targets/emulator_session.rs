//! The law stands at [`touchmark::fuzzing::emulator_session`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    touchmark::fuzzing::emulator_session(data);
});

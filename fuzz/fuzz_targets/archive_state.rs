//! The law stands at [`touchmark::fuzzing::archive_state`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    touchmark::fuzzing::archive_state(data);
});

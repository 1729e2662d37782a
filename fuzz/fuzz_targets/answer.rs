//! The law stands at [`touchmark::fuzzing::answer`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    touchmark::fuzzing::answer(data);
});

//! The law stands at [`touchmark::fuzzing::http_answer`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    touchmark::fuzzing::http_answer(data);
});

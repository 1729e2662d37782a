//! The law stands at [`touchmark::fuzzing::http_request`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    touchmark::fuzzing::http_request(data);
});

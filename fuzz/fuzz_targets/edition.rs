//! The law stands at [`touchmark::fuzzing::edition`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    touchmark::fuzzing::edition(data);
});

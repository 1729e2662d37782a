//! The law stands at [`touchmark::fuzzing::xsd`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    touchmark::fuzzing::xsd(data);
});

//! The law stands at [`touchmark::fuzzing::zip`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    touchmark::fuzzing::zip(data);
});

libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    touchmark::fuzzing::through_zip(data, size, max_size, seed, libfuzzer_sys::fuzzer_mutate)
});

//! How a fuzzer changes what is packed: it is unpacked, changed and packed again, since blind changes do not get past a checksum.
//!
//! In: bytes, what changes bytes, and a number by chance. Out: other bytes, within the same room. What cannot be unpacked is changed as it
//! is, and so is each fourth, so that the readers see broken packing too.

use std::io::{Cursor, Read as _, Write as _};

use flate2::read::MultiGzDecoder;
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::common::gzip;

/// Changes the first bytes of some room: how far it is used, how far it may be, and the result how far it is used then. The shape of
/// libFuzzer's own function.
pub type Mutate = fn(&mut [u8], usize, usize) -> usize;

/// The most bytes that are unpacked.
const UNPACKED_MAX: usize = 1 << 20;

/// Changes what a gzip file holds.
pub fn through_gzip(data: &mut [u8], size: usize, size_max: usize, chance: u32, mutate: Mutate) -> usize {
    let unpack = |bytes: &[u8]| {
        let mut plain = Vec::new();
        MultiGzDecoder::new(bytes).take(UNPACKED_MAX as u64).read_to_end(&mut plain).ok().map(|_| plain)
    };
    through(data, size, size_max, chance, mutate, unpack, |_, plain| Some(gzip(plain)))
}

/// Changes what an entry of a ZIP file holds.
pub fn through_zip(data: &mut [u8], size: usize, size_max: usize, chance: u32, mutate: Mutate) -> usize {
    let chosen = |count: usize| (chance as usize / 4).checked_rem(count);
    let unpack = |bytes: &[u8]| {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
        let mut plain = Vec::new();
        let entry = archive.by_index(chosen(archive.len())?).ok()?;
        entry.take(UNPACKED_MAX as u64).read_to_end(&mut plain).ok().map(|_| plain)
    };
    let pack = |bytes: &[u8], plain: &[u8]| {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let chosen = chosen(archive.len())?;
        for number in 0..archive.len() {
            let entry = archive.by_index_raw(number).ok()?;
            if number == chosen {
                let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
                writer.start_file(entry.name(), options).ok()?;
                writer.write_all(plain).ok()?;
            } else {
                writer.raw_copy_file(entry).ok()?;
            }
        }
        writer.finish().ok().map(Cursor::into_inner)
    };
    through(data, size, size_max, chance, mutate, unpack, pack)
}

fn through(
    data: &mut [u8],
    size: usize,
    size_max: usize,
    chance: u32,
    mutate: Mutate,
    unpack: impl Fn(&[u8]) -> Option<Vec<u8>>,
    pack: impl Fn(&[u8], &[u8]) -> Option<Vec<u8>>,
) -> usize {
    let again = || {
        let plain = unpack(&data[..size]).filter(|_| !chance.is_multiple_of(4))?;
        let mut room = plain.clone();
        room.resize(plain.len().max(size_max), 0);
        let used = mutate(&mut room, plain.len(), plain.len().max(size_max));
        pack(&data[..size], &room[..used]).filter(|packed| packed.len() <= size_max)
    };
    match again() {
        Some(packed) => {
            data[..packed.len()].copy_from_slice(&packed);
            packed.len()
        }
        None => mutate(data, size, size_max),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::zip as zip_reader;

    /// Puts an `x` before all.
    fn longer(room: &mut [u8], size: usize, _: usize) -> usize {
        room.copy_within(..size, 1);
        room[0] = b'x';
        size + 1
    }

    #[test]
    fn what_a_gzip_file_holds_is_changed_and_packed_again() {
        let mut data = gzip(b"one");
        let size = data.len();
        data.resize(256, 0);
        let used = through_gzip(&mut data, size, 256, 1, longer);
        let mut plain = String::new();
        MultiGzDecoder::new(&data[..used]).read_to_string(&mut plain).unwrap();
        assert_eq!(plain, "xone");
        assert_eq!(through_gzip(&mut data, used, 256, 4, longer), used + 1, "each fourth is changed as it is");
        assert_eq!(data[0], b'x');
    }

    #[test]
    fn what_an_entry_of_a_zip_file_holds_is_changed_and_the_others_stay() {
        let mut data = include_bytes!("../../corpus/zip/two-entries").to_vec();
        let size = data.len();
        let sizes = |bytes: &[u8]| {
            let listing = zip_reader::read(bytes).unwrap();
            listing.children.iter().map(|entry| entry.attribute("size").unwrap().parse().unwrap()).collect::<Vec<u64>>()
        };
        let before = sizes(&data);
        data.resize(4096, 0);
        let used = through_zip(&mut data, size, 4096, 5, longer);
        assert_eq!(sizes(&data[..used]), [before[0], before[1] + 1]);
    }
}

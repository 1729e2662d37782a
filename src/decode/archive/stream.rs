//! From the bytes of a file to lines of text.
//!
//! In: a reader. Out: the decompressed text, and its lines with number and byte. The members of a gzip file are read
//! one after another; what follows them and is no member is an error.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::GzDecoder;

use super::{ArchiveError, ArchiveErrorKind, FileError, Limits};

/// The decompressed text of a file, bounded. A file that does not begin as gzip does is its own text.
pub struct ArchiveText<R: BufRead> {
    file: Option<Compression<R>>,
    given: u64,
    most: u64,
}

enum Compression<R: BufRead> {
    Unread(R),
    Plain(R),
    Gzip(Box<GzDecoder<R>>),
}

/// The first byte of every gzip member, which no JSON text begins with.
const GZIP: u8 = 0x1f;

impl<R: BufRead> ArchiveText<R> {
    /// The text of a file.
    pub fn new(reader: R, limits: Limits) -> Self {
        Self { file: Some(Compression::Unread(reader)), given: 0, most: limits.bytes }
    }

    /// The bytes of the text that were read.
    pub fn given(&self) -> u64 {
        self.given
    }

    fn next_bytes(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.file.take() {
                None => return Ok(0),
                Some(Compression::Unread(mut reader)) => {
                    let first = peek(&mut reader)?;
                    self.file = Some(match first {
                        Some(GZIP) => Compression::Gzip(Box::new(GzDecoder::new(reader))),
                        _ => Compression::Plain(reader),
                    });
                }
                Some(Compression::Plain(mut reader)) => {
                    let n = retried(|| reader.read(into))?;
                    self.file = (n > 0).then_some(Compression::Plain(reader));
                    return Ok(n);
                }
                Some(Compression::Gzip(mut member)) => {
                    let n = retried(|| member.read(into)).map_err(of_gzip)?;
                    if n > 0 {
                        self.file = Some(Compression::Gzip(member));
                        return Ok(n);
                    }
                    let mut rest = member.into_inner();
                    self.file = match peek(&mut rest)? {
                        None => None,
                        Some(GZIP) => Some(Compression::Gzip(Box::new(GzDecoder::new(rest)))),
                        Some(_) => return Err(FileError::Rest.into()),
                    };
                }
            }
        }
    }
}

impl<R: BufRead> Read for ArchiveText<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        let n = self.next_bytes(into)?;
        self.given += n as u64;
        if self.given > self.most {
            self.file = None;
            return Err(FileError::TooLarge { bytes_max: self.most }.into());
        }
        Ok(n)
    }
}

fn peek<R: BufRead>(reader: &mut R) -> io::Result<Option<u8>> {
    retried(|| reader.fill_buf().map(|bytes| bytes.first().copied()))
}

fn retried<T>(mut read: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match read() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

/// What is wrong with a gzip file. The decompressor tells a checksum from a header in its sentence only.
fn of_gzip(error: io::Error) -> io::Error {
    let says = error.to_string();
    match error.kind() {
        io::ErrorKind::UnexpectedEof => FileError::CutOff.into(),
        io::ErrorKind::InvalidInput if says.contains("checksum") => FileError::Checksum.into(),
        io::ErrorKind::InvalidInput if says.contains("header") => FileError::Header.into(),
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => FileError::Corrupt.into(),
        _ => error,
    }
}

/// A line without its end.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// Its number, from 1.
    pub number: u64,
    /// The byte of the text at which it begins.
    pub at: u64,
    /// Its text.
    pub text: &'a str,
}

/// The lines of a text, one at a time, each bounded.
pub struct Lines<R: Read> {
    reader: BufReader<R>,
    line: Vec<u8>,
    number: u64,
    at: u64,
    most: usize,
}

impl<R: Read> Lines<R> {
    /// The lines of a text.
    pub fn new(text: R, limits: Limits) -> Self {
        let reader = BufReader::with_capacity(64 * 1024, text);
        Self { reader, line: Vec::new(), number: 0, at: 0, most: limits.line_bytes }
    }

    /// The next line, if there is one.
    ///
    /// # Errors
    /// The text cannot be read on, or the line is too long or no UTF-8.
    #[allow(clippy::should_implement_trait)] // a line is lent, which an iterator cannot do
    pub fn next(&mut self) -> Result<Option<Line<'_>>, ArchiveError> {
        self.at += self.line.len() as u64;
        self.line.clear();
        let number = self.number + 1;
        let most = self.most as u64 + 1;
        let read = self.reader.by_ref().take(most).read_until(b'\n', &mut self.line);
        if let Err(error) = read {
            return Err(ArchiveError::of_file(number, self.at + self.line.len() as u64, &error));
        }
        if self.line.is_empty() {
            return Ok(None);
        }
        self.number = number;
        let bytes = self.line.strip_suffix(b"\n").unwrap_or(&self.line);
        if bytes.len() > self.most {
            let kind = ArchiveErrorKind::LineTooLong { bytes_max: self.most };
            return Err(ArchiveError { line: number, at: self.at, kind });
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Some(Line { number, at: self.at, text })),
            Err(error) => {
                let at = self.at + error.valid_up_to() as u64;
                Err(ArchiveError { line: number, at, kind: ArchiveErrorKind::NotUtf8 })
            }
        }
    }
}

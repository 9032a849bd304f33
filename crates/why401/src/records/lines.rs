//! A stream cut into batches of whole lines. A batch is whatever one read gave: large where the input is fast, and at
//! once where it is slow.

use std::io::{self, ErrorKind, Read};

use memchr::{memchr, memchr_iter, memrchr};

/// Bytes that are asked for at once.
const CHUNK: usize = 128 << 10;
/// A longer line is skipped, without being held.
pub(super) const LONGEST: usize = 4 << 20;

/// Some lines.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Batch {
    /// The number of the first line, counted from 1.
    pub(super) first: u64,
    /// The lines, each with its line break; the last of the stream may have none.
    pub(super) bytes: Vec<u8>,
    /// Lines that were too long; in `bytes` they are empty.
    pub(super) too_long: Vec<u64>,
}

/// The stream.
pub(super) struct Lines {
    input: Box<dyn Read + Send>,
    /// The beginning of a line whose end was not read yet.
    rest: Vec<u8>,
    next: u64,
    is_skipping: bool,
    is_over: bool,
}

impl Lines {
    pub(super) fn new(input: Box<dyn Read + Send>) -> Self {
        Self { input, rest: Vec::new(), next: 1, is_skipping: false, is_over: false }
    }

    /// The next lines; `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Batch>> {
        if self.is_over {
            return Ok(None);
        }
        let mut batch = Batch { first: self.next, bytes: std::mem::take(&mut self.rest), too_long: Vec::new() };
        let bytes = &mut batch.bytes;
        loop {
            let mut start = bytes.len();
            bytes.resize(start + CHUNK, 0);
            let count = loop {
                match self.input.read(&mut bytes[start..]) {
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    other => break other?,
                }
            };
            bytes.truncate(start + count);
            if count == 0 {
                self.is_over = true;
                if self.is_skipping {
                    batch.too_long.push(batch.first);
                    bytes.clear();
                } else if bytes.is_empty() {
                    return Ok(None);
                }
                return Ok(Some(batch));
            }
            if self.is_skipping {
                // The line break stays, so that the line is counted.
                bytes.drain(..memchr(b'\n', bytes).unwrap_or(bytes.len()));
                start = 0;
                if bytes.is_empty() {
                    continue;
                }
                self.is_skipping = false;
                batch.too_long.push(batch.first);
            }
            if let Some(end) = memrchr(b'\n', &bytes[start..]) {
                self.rest = bytes.split_off(start + end + 1);
                self.next += memchr_iter(b'\n', bytes).count() as u64;
                return Ok(Some(batch));
            }
            if bytes.len() > LONGEST {
                self.is_skipping = true;
                bytes.clear();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its bytes in pieces of some size.
    struct Pieces(Vec<u8>, usize, usize);

    impl Read for Pieces {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let count = self.2.min(into.len()).min(self.0.len() - self.1);
            into[..count].copy_from_slice(&self.0[self.1..self.1 + count]);
            self.1 += count;
            Ok(count)
        }
    }

    fn all(text: &[u8], size: usize) -> Vec<(u64, Vec<u8>)> {
        let mut lines = Lines::new(Box::new(Pieces(text.to_vec(), 0, size)));
        let mut found = Vec::new();
        while let Some(batch) = lines.next().unwrap() {
            let lines = batch.bytes.split_inclusive(|byte| *byte == b'\n');
            for (number, line) in (batch.first..).zip(lines) {
                assert!(line.len() <= LONGEST + CHUNK);
                let line = if batch.too_long.contains(&number) { b"too long" } else { line };
                found.push((number, line.to_vec()));
            }
            if batch.bytes.is_empty() {
                found.extend(batch.too_long.iter().map(|number| (*number, b"too long".to_vec())));
            }
        }
        found
    }

    #[test]
    fn lines_are_whole_however_they_come() {
        let text = b"one\n\ntwo three\nfour";
        let expected: Vec<(u64, Vec<u8>)> =
            vec![(1, b"one\n".to_vec()), (2, b"\n".to_vec()), (3, b"two three\n".to_vec()), (4, b"four".to_vec())];
        for size in [1, 2, 3, 7, 100] {
            assert_eq!(all(text, size), expected, "{size}");
        }
        assert!(all(b"", 1).is_empty());
    }

    #[test]
    fn long_lines_are_not_held() {
        let mut text = b"a\n".to_vec();
        text.resize(text.len() + LONGEST * 3, b'x');
        let cut_off = all(&text, CHUNK);
        assert_eq!(cut_off[1], (2, b"too long".to_vec()));
        text.extend_from_slice(b"\nb\n");
        let found = all(&text, CHUNK);
        assert_eq!(found[1..], [(2, b"too long".to_vec()), (3, b"b\n".to_vec())]);
    }
}

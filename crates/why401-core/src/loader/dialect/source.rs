//! A file's bytes after a loader's own clean-up (byte-order mark, line ends), which still know where they stood.

use std::ops::Range;

/// The text that a parser works on, with the way back to the file.
pub(super) struct Source {
    /// The cleaned bytes.
    pub(super) bytes: Vec<u8>,
    /// From this offset in `bytes` on, an offset in the file is larger by the second number. Sorted.
    shifts: Vec<(usize, isize)>,
    /// Offsets in the file at which a line begins. Sorted, never empty.
    lines: Vec<usize>,
}

impl Source {
    /// The file as it is.
    pub(super) fn verbatim(file: &[u8]) -> Self {
        Self::rewritten(file, |_, _| None)
    }

    /// The file with some places replaced. `replace` gets an offset, never one within a character, and the bytes from
    /// there on, and says how many of them give way to what.
    pub(super) fn rewritten(file: &[u8], replace: impl Fn(usize, &[u8]) -> Option<(usize, &'static [u8])>) -> Self {
        let mut lines = vec![0];
        lines.extend(memchr::memchr_iter(b'\n', file).map(|feed| feed + 1));
        let mut source = Self { bytes: Vec::with_capacity(file.len()), shifts: Vec::new(), lines };
        let mut at = 0;
        while at < file.len() {
            let (taken, given) = match replace(at, &file[at..]) {
                Some((taken, given)) => (taken.max(1), given),
                None => (0, first_character(&file[at..])),
            };
            source.bytes.extend_from_slice(given);
            let taken = if taken == 0 { given.len() } else { taken };
            at += taken;
            if taken != given.len() {
                let shift = at as isize - source.bytes.len() as isize;
                source.shifts.push((source.bytes.len(), shift));
            }
        }
        source
    }

    /// The offset in the file of an offset in `bytes`.
    pub(super) fn origin(&self, at: usize) -> usize {
        let before = self.shifts.partition_point(|(from, _)| *from <= at);
        let shift = before.checked_sub(1).map_or(0, |last| self.shifts[last].1);
        at.saturating_add_signed(shift)
    }

    /// The range in the file of a range in `bytes`. A replaced place belongs to the range that ends after it.
    pub(super) fn span(&self, range: Range<usize>) -> Range<usize> {
        let start = self.origin(range.start);
        let end = match range.end.checked_sub(1) {
            Some(last) if range.end > range.start => self.origin(last) + 1,
            _ => start,
        };
        start..end.max(start)
    }

    /// The line of an offset in `bytes`, counted from 1.
    pub(super) fn line(&self, at: usize) -> u32 {
        let origin = self.origin(at);
        u32::try_from(self.lines.partition_point(|start| *start <= origin)).unwrap_or(u32::MAX)
    }
}

/// The bytes of the first character; one byte where they are not UTF-8.
fn first_character(text: &[u8]) -> &[u8] {
    let length = match text {
        [0..0x80, ..] => 1,
        _ => text[..text.len().min(4)]
            .utf8_chunks()
            .next()
            .and_then(|c| c.valid().chars().next())
            .map_or(1, char::len_utf8),
    };
    &text[..length]
}

/// A UTF-8 byte-order mark at the start of a file gives way to nothing.
pub(super) fn without_mark(at: usize, rest: &[u8]) -> Option<(usize, &'static [u8])> {
    (at == 0 && rest.starts_with(b"\xEF\xBB\xBF")).then_some((3, b""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_and_lines_lead_back_to_the_file() {
        let file = b"\xEF\xBB\xBFA=1\r\nB=2\r\nC=3";
        let crlf =
            |at, rest: &[u8]| without_mark(at, rest).or_else(|| rest.starts_with(b"\r\n").then_some((2, &b"\n"[..])));
        let source = Source::rewritten(file, crlf);
        assert_eq!(source.bytes, b"A=1\nB=2\nC=3");
        for (at, range, line) in [(0, 2..3, 1), (4, 6..7, 2), (8, 10..11, 3), (10, 10..11, 3)] {
            let written = &source.bytes[range.clone()];
            assert_eq!(&file[source.span(range)], written);
            assert_eq!(source.line(at), line);
        }
    }
}

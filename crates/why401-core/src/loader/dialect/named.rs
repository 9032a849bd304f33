//! Opening the files that a command line or a unit names one by one.

use super::super::{Content, Failure, File};

/// The bytes of a named file, or why it cannot be read.
pub(super) fn open<'a>(index: usize, file: &File<'a>) -> Result<&'a [u8], Failure> {
    match file.content {
        Content::Bytes(bytes) => Ok(bytes),
        Content::Missing => Err(note(index, None, "there is no such file")),
        Content::Folder => Err(note(index, None, "this is a folder, not a file")),
    }
}

/// One remark on a file, without any piece of a value.
pub(super) fn note(file: usize, line: Option<u32>, message: impl Into<String>) -> Failure {
    Failure { file, line, message: message.into() }
}

/// Where the lines of a file end.
pub(super) struct Lines(Vec<usize>);

impl Lines {
    pub(super) fn new(bytes: &[u8]) -> Self {
        Self(memchr::memchr_iter(b'\n', bytes).collect())
    }

    /// Number of the line on which the byte at `at` stands, counted from 1.
    pub(super) fn of(&self, at: usize) -> u32 {
        let before = self.0.partition_point(|end| *end < at);
        u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1)
    }
}

/// Whether this is a variable name that a shell accepts: a letter or `_`, then letters, digits and `_`.
pub(super) fn is_identifier(name: &[u8]) -> bool {
    name.first().is_some_and(|c| !c.is_ascii_digit()) && name.iter().all(|c| c.is_ascii_alphanumeric() || *c == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers() {
        for (name, is) in [("A", true), ("_a1", true), ("1a", false), ("", false), ("a.b", false), ("Ä", false)] {
            assert_eq!(is_identifier(name.as_bytes()), is, "{name:?}");
        }
    }

    #[test]
    fn lines_are_counted_from_one() {
        let lines = Lines::new(b"a\nb\n");
        assert_eq!([0, 1, 2, 99].map(|at| lines.of(at)), [1, 1, 2, 3]);
    }
}

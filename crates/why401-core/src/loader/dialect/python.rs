//! What Python's text handling means for an env file: its idea of blanks, of lines, of a readable file, and its `dict`.

use std::collections::HashMap;

use crate::loader::{Content, Failure, File};

/// What `str.isspace` and `\s` take for a blank: Unicode's white space and the four separators U+001C to U+001F.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}')
}

/// What ends a line in a file that was opened as text: `\n`, `\r\n` and a lone `\r`.
pub(super) fn is_line_end(c: char) -> bool {
    c == '\n' || c == '\r'
}

/// A blank that does not end the line.
pub(super) fn is_blank(c: char) -> bool {
    is_space(c) && !is_line_end(c)
}

/// The text with every line end as `\n`, as Python hands it to the program.
pub(super) fn newlines(text: &str) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() }
}

/// What opening a path as UTF-8 text gives.
pub(super) enum Opened<'a> {
    /// The text as it lies on the disk, line ends and byte order mark included.
    Text(&'a str),
    /// Nothing stands there.
    Missing,
    /// A folder stands there.
    Folder,
    /// A `UnicodeDecodeError`.
    Undecodable(Failure),
}

/// Opens `file` as UTF-8 text; `index` is its place among the files.
pub(super) fn open<'a>(index: usize, file: &File<'a>) -> Opened<'a> {
    match file.content {
        Content::Missing => Opened::Missing,
        Content::Folder => Opened::Folder,
        Content::Bytes(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Opened::Text(text),
            Err(error) => {
                let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
                let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
                let message = "the file is not UTF-8: Python stops with a UnicodeDecodeError".to_owned();
                Opened::Undecodable(Failure { file: index, line: u32::try_from(line).ok(), message })
            }
        },
    }
}

/// The failure of a program that opens a path where no readable file is.
pub(super) fn unreadable(index: usize, message: &str) -> Failure {
    Failure { file: index, line: None, message: message.to_owned() }
}

/// Counts lines as an editor does, for offsets that only grow.
pub(super) struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: u32,
}

impl<'a> Lines<'a> {
    /// Starts at the first line of `text`.
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, line: 1 }
    }

    /// The line of `offset`, counted from 1.
    pub(super) fn of(&mut self, offset: usize) -> u32 {
        let bytes = self.text.as_bytes();
        while self.at < offset.min(bytes.len()) {
            let next = bytes.get(self.at + 1).copied();
            match bytes.get(self.at) {
                Some(b'\n') => self.line += 1,
                Some(b'\r') if next != Some(b'\n') => self.line += 1,
                _ => {}
            }
            self.at += 1;
        }
        self.line
    }
}

/// A Python `dict`: a name keeps the place where it was first set, and the value that was set last.
pub(super) struct Dict<V> {
    entries: Vec<(String, V)>,
    places: HashMap<String, usize>,
}

impl<V> Dict<V> {
    pub(super) fn new() -> Self {
        Self { entries: Vec::new(), places: HashMap::new() }
    }

    pub(super) fn set(&mut self, name: String, value: V) {
        match self.places.get(&name).and_then(|&place| self.entries.get_mut(place)) {
            Some(entry) => entry.1 = value,
            None => {
                self.places.insert(name.clone(), self.entries.len());
                self.entries.push((name, value));
            }
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&V> {
        self.places.get(name).and_then(|&place| self.entries.get(place)).map(|(_, value)| value)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &V)> {
        self.entries.iter().map(|(name, value)| (name.as_str(), value))
    }
}

/// Why the operating system's environment refuses this variable (`os.environ` raises a `ValueError`), if it does.
pub(super) fn refused_by_environ(name: &str, value: &[u8]) -> Option<&'static str> {
    if name.is_empty() || name.contains('=') {
        Some("the name cannot stand in an environment: Python stops with a ValueError")
    } else if name.contains('\0') || value.contains(&0) {
        Some("a NUL character cannot stand in an environment: Python stops with a ValueError")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_are_pythons() {
        for c in
            ['\t', '\u{b}', '\u{c}', '\u{1c}', '\u{1f}', ' ', '\u{85}', '\u{a0}', '\u{2003}', '\u{2028}', '\u{3000}']
        {
            assert!(is_space(c), "{c:?}");
        }
        for c in ['\u{1b}', '\u{180e}', '\u{200b}', '\u{feff}', '\0'] {
            assert!(!is_space(c), "{c:?}");
        }
    }

    #[test]
    fn lines_are_an_editors() {
        let text = "a\r\nb\rc\nd";
        let mut lines = Lines::new(text);
        assert_eq!([0, 3, 5, 7].map(|offset| lines.of(offset)), [1, 2, 3, 4]);
    }

    #[test]
    fn a_dict_keeps_the_first_place_and_the_last_value() {
        let mut dict = Dict::new();
        for (name, value) in [("a", 1), ("b", 2), ("a", 3)] {
            dict.set(name.to_owned(), value);
        }
        assert_eq!(dict.iter().collect::<Vec<_>>(), [("a", &3), ("b", &2)]);
    }
}

//! Bytes that remember which of them a variable gave: cut, joined and encoded, they still know it.

use std::fmt;
use std::ops::Range;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::secret::Secret;

/// Text with marks. It may hold a credential, so it does not print.
#[derive(Clone, Default)]
pub(super) struct Text {
    bytes: Zeroizing<Vec<u8>>,
    marks: Vec<Mark>,
}

/// Where the value of a variable stands.
#[derive(Clone)]
struct Mark {
    span: Range<usize>,
    name: String,
    /// Whether it still is the reference, as it was written.
    open: bool,
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({})", self.secret().shape())
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self { bytes: Zeroizing::new(text.as_bytes().to_vec()), marks: Vec::new() }
    }
}

impl Text {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// As text; what is not UTF-8 is replaced.
    pub(super) fn lossy(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub(super) fn secret(&self) -> Secret {
        Secret::new(self.bytes.to_vec())
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(super) fn starts_with(&self, text: &str) -> bool {
        self.bytes.starts_with(text.as_bytes())
    }

    /// The variables that gave a part of it, each once.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for mark in &self.marks {
            if !names.contains(&mark.name) {
                names.push(mark.name.clone());
            }
        }
        names
    }

    /// Whether a reference still waits for its value.
    pub(super) fn is_open(&self) -> bool {
        self.marks.iter().any(|mark| mark.open)
    }

    pub(super) fn push(&mut self, other: &Self) {
        let at = self.bytes.len();
        self.bytes.extend_from_slice(&other.bytes);
        let moved =
            other.marks.iter().map(|mark| Mark { span: mark.span.start + at..mark.span.end + at, ..mark.clone() });
        self.marks.extend(moved);
    }

    pub(super) fn push_bytes(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    pub(super) fn push_str(&mut self, text: &str) {
        self.push_bytes(text.as_bytes());
    }

    /// Adds what a variable gave; `open`, where that is its reference only.
    pub(super) fn push_given(&mut self, name: &str, value: &[u8], open: bool) {
        let start = self.bytes.len();
        self.push_bytes(value);
        self.marks.push(Mark { span: start..self.bytes.len(), name: name.to_owned(), open });
    }

    /// A part, with its marks.
    pub(super) fn part(&self, span: Range<usize>) -> Self {
        let span = span.start.min(self.len())..span.end.min(self.len());
        let marks = self.marks.iter().filter(|mark| {
            mark.span.start < span.end && mark.span.end > span.start
                || mark.span.is_empty() && (span.start..=span.end).contains(&mark.span.start)
        });
        let marks = marks.map(|mark| {
            let within = |at: usize| at.clamp(span.start, span.end.max(span.start)) - span.start;
            Mark { span: within(mark.span.start)..within(mark.span.end), ..mark.clone() }
        });
        let marks = marks.collect();
        Self { bytes: Zeroizing::new(self.bytes.get(span).unwrap_or_default().to_vec()), marks }
    }

    pub(super) fn behind(&self, start: usize) -> Self {
        self.part(start..self.len())
    }

    pub(super) fn find(&self, byte: u8) -> Option<usize> {
        memchr::memchr(byte, &self.bytes)
    }

    /// What stands before and behind the first `byte`.
    pub(super) fn split_once(&self, byte: u8) -> Option<(Self, Self)> {
        let at = self.find(byte)?;
        Some((self.part(0..at), self.behind(at + 1)))
    }

    /// Without these bytes, wherever they stand; of no use to text with references.
    pub(super) fn without(&self, unwanted: &[u8]) -> Self {
        let mut kept = Self { marks: self.marks.clone(), ..Self::default() };
        kept.bytes.extend(self.bytes.iter().filter(|byte| !unwanted.contains(byte)));
        kept
    }

    pub(super) fn trim(&self) -> Self {
        let start = self.bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let end = self.len() - self.bytes.iter().rev().take_while(|byte| byte.is_ascii_whitespace()).count();
        self.part(start..end.max(start))
    }

    /// All of it in base64; the marks then stand for the whole.
    pub(super) fn base64(&self) -> Self {
        self.recoded(STANDARD.encode(&self.bytes).into_bytes())
    }

    /// Every byte but unreserved ones as `%XX`, as curl does it.
    pub(super) fn percent(&self) -> Self {
        let mut coded = Vec::new();
        for byte in self.bytes.iter() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(byte) {
                coded.push(*byte);
            } else {
                coded.extend(format!("%{byte:02X}").into_bytes());
            }
        }
        self.recoded(coded)
    }

    /// The same for a field of a form: blanks as plus signs.
    pub(super) fn form(&self) -> Self {
        let text = self.percent().lossy().replace("%20", "+");
        self.recoded(text.into_bytes())
    }

    /// Bytes outside ASCII as `%XX`.
    pub(super) fn ascii(&self, small: bool) -> Self {
        if self.bytes.is_ascii() {
            return self.clone();
        }
        let mut coded = Vec::new();
        for byte in self.bytes.iter() {
            match byte {
                0x80.. if small => coded.extend(format!("%{byte:02x}").into_bytes()),
                0x80.. => coded.extend(format!("%{byte:02X}").into_bytes()),
                _ => coded.push(*byte),
            }
        }
        self.recoded(coded)
    }

    /// `%XX` taken off.
    pub(super) fn decoded(&self) -> Self {
        let mut plain = Vec::new();
        let mut at = 0;
        while let Some(byte) = self.bytes.get(at) {
            let hex = self.bytes.get(at + 1..at + 3).and_then(|two| std::str::from_utf8(two).ok());
            let code = hex.filter(|_| *byte == b'%').and_then(|two| u8::from_str_radix(two, 16).ok());
            plain.push(code.unwrap_or(*byte));
            at += if code.is_some() { 3 } else { 1 };
        }
        if plain.len() == self.len() { self.clone() } else { self.recoded(plain) }
    }

    fn recoded(&self, bytes: Vec<u8>) -> Self {
        let span = 0..bytes.len();
        let marks = self.marks.iter().map(|mark| Mark { span: span.clone(), ..mark.clone() });
        let marks = marks.collect();
        Self { bytes: Zeroizing::new(bytes), marks }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_follow_their_bytes() {
        let mut text = Text::from("Authorization: Bearer ");
        text.push_given("KEY", b"a b", false);
        text.push_str("!");
        let (name, value) = text.split_once(b':').unwrap();
        assert!(name.names().is_empty());
        assert_eq!((value.lossy().as_str(), value.names()), (" Bearer a b!", vec!["KEY".to_owned()]));
        assert!(value.part(0..8).names().is_empty());
        assert_eq!(value.part(9..12).percent().lossy(), "%20b%21");
        assert_eq!(value.part(9..12).percent().names(), ["KEY"]);
        assert_eq!(Text::from("u%3Ap%zz").decoded().lossy(), "u:p%zz");
        assert_eq!(Text::from("a:b").base64().lossy(), "YTpi");
        assert!(value.part(90..99).is_empty() && value.behind(99).is_empty());
        assert!(!format!("{value:?}").contains("Bearer"));
    }
}

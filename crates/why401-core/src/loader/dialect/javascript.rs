//! What JavaScript makes of text, objects and `process.env`, as far as env files meet it: the loaders of the npm family
//! are regular expressions and plain objects, so these rules decide what they read.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::super::{Environment, Visible};
use crate::secret::Secret;

/// Whether `\s` matches and `trim()` removes it (ECMA-262, WhiteSpace and LineTerminator): U+FEFF is in, U+0085 is not.
pub(super) fn is_space(c: char) -> bool {
    matches!(c, '\t'..='\r' | ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}')
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}' | '\u{feff}')
}

/// Whether `.` does not match and `^` and `$` match beside it (ECMA-262, LineTerminator).
pub(super) fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

/// Whether `\w` matches.
pub(super) fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// `String.prototype.trim`.
pub(super) fn trim(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// Where the run of white space that begins at `from` ends.
pub(super) fn skip_spaces(text: &str, from: usize) -> usize {
    text.len() - text[from..].trim_start_matches(is_space).len()
}

/// Where the line ends that `from` is in: at its terminator or at the end of the text.
pub(super) fn line_end(text: &str, from: usize) -> usize {
    text[from..].find(is_line_end).map_or(text.len(), |at| from + at)
}

/// The first position from `from` on where `^` matches with the flag `m`.
pub(super) fn line_start(text: &str, from: usize) -> Option<usize> {
    if text[..from].chars().next_back().is_none_or(is_line_end) {
        return Some(from);
    }
    let end = line_end(text, from);
    text[end..].chars().next().map(|c| end + c.len_utf8())
}

/// `text.replace(pattern, by)` with two strings: the first occurrence only, and `$$`, `$&`, `` $` `` and `$'` in `by`
/// are not taken literally (ECMA-262, GetSubstitution).
pub(super) fn replace_first(text: &str, pattern: &str, by: &str) -> String {
    let Some((before, after)) = text.split_once(pattern) else { return text.to_owned() };
    let mut out = before.to_owned();
    let mut rest = by;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        let (inserted, used) = match rest[at + 1..].chars().next() {
            Some('$') => ("$", 2),
            Some('&') => (pattern, 2),
            Some('`') => (before, 2),
            Some('\'') => (after, 2),
            _ => ("$", 1),
        };
        out.push_str(inserted);
        rest = &rest[at + used..];
    }
    out.push_str(rest);
    out.push_str(after);
    out
}

/// A file's text as the loader sees it, with the way back to the bytes on the disk.
#[derive(Debug, Default)]
pub(super) struct Source {
    /// The decoded text.
    pub(super) text: String,
    /// Where the text stops running in step with the file: position in the text, position in the file.
    steps: Vec<(usize, usize)>,
}

impl Source {
    /// Decodes UTF-8 as Node does: what is no UTF-8 becomes U+FFFD, a byte order mark stays.
    pub(super) fn utf8(bytes: &[u8]) -> Self {
        let mut source = Self::default();
        let mut at = 0;
        for chunk in bytes.utf8_chunks() {
            source.push(chunk.valid(), at);
            at += chunk.valid().len();
            if !chunk.invalid().is_empty() {
                source.push("\u{fffd}", at);
                at += chunk.invalid().len();
            }
        }
        source.end(at)
    }

    /// Decodes little-endian UTF-16; a last odd byte is dropped.
    pub(super) fn utf16(bytes: &[u8]) -> Self {
        let mut source = Self::default();
        let mut at = 0;
        let units = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        for decoded in char::decode_utf16(units) {
            let c = decoded.unwrap_or(char::REPLACEMENT_CHARACTER);
            source.push(c.encode_utf8(&mut [0; 4]), at);
            at += 2 * c.len_utf16();
        }
        source.end(at)
    }

    /// The same with CR LF and a lone CR turned into LF.
    pub(super) fn fold_line_ends(self) -> Self {
        if !self.text.contains('\r') {
            return self;
        }
        let mut folded = Self::default();
        let mut at = 0;
        for part in self.text.split_inclusive('\r') {
            // The line feed of a CR LF stands at the head of the part after it.
            let skip = usize::from(at > 0 && part.starts_with('\n'));
            let (body, broken) = part[skip..].strip_suffix('\r').map_or((&part[skip..], false), |body| (body, true));
            self.copy(at + skip..at + skip + body.len(), &mut folded);
            at += part.len();
            if broken {
                folded.push("\n", self.position(at - 1));
            }
        }
        let end = self.position(self.text.len());
        folded.end(end)
    }

    /// The same without these pieces, which stand in order.
    pub(super) fn without(&self, pieces: &[Range<usize>]) -> Self {
        let mut rest = Self::default();
        let mut from = 0;
        for piece in pieces {
            self.copy(from..piece.start, &mut rest);
            from = piece.end;
        }
        self.copy(from..self.text.len(), &mut rest);
        rest.end(self.position(self.text.len()))
    }

    /// The position in the file of a position in the text.
    pub(super) fn position(&self, at: usize) -> usize {
        let step = self.steps.partition_point(|(text, _)| *text <= at);
        match step.checked_sub(1).and_then(|step| self.steps.get(step)) {
            Some((text, file)) => file + (at - text),
            None => at,
        }
    }

    /// The bytes in the file of a piece of the text.
    pub(super) fn span(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.position(range.start);
        // The end of a piece is the end of its last character, which may be shorter or longer in the file.
        start..self.position(range.end).max(start)
    }

    fn push(&mut self, text: &str, file: usize) {
        if !text.is_empty() {
            self.step(file);
            self.text.push_str(text);
        }
    }

    fn step(&mut self, file: usize) {
        if self.position(self.text.len()) != file {
            self.steps.push((self.text.len(), file));
        }
    }

    fn end(mut self, file: usize) -> Self {
        self.step(file);
        self
    }

    /// Appends a piece of this text to another source, with its steps.
    fn copy(&self, range: Range<usize>, to: &mut Self) {
        let mut from = range.start;
        let first = self.steps.partition_point(|(text, _)| *text <= range.start);
        let inner = self.steps[first..].iter().map(|(text, _)| *text).take_while(|text| *text < range.end);
        for until in inner.chain([range.end]) {
            to.push(&self.text[from..until], self.position(from));
            from = until;
        }
    }
}

/// A JavaScript object: keys in the order in which they were first set, those that are array indices before all others.
#[derive(Clone, Debug)]
pub(super) struct Object<T> {
    entries: Vec<(String, T)>,
    index: BTreeMap<String, usize>,
}

impl<T> Default for Object<T> {
    fn default() -> Self {
        Self { entries: Vec::new(), index: BTreeMap::new() }
    }
}

impl<T> Object<T> {
    pub(super) fn get(&self, key: &str) -> Option<&T> {
        self.index.get(key).and_then(|at| self.entries.get(*at)).map(|(_, value)| value)
    }

    /// Sets a key; a plain object takes no string under `__proto__`.
    pub(super) fn set(&mut self, key: &str, value: T) {
        if key != "__proto__" {
            self.set_own(key, value);
        }
    }

    /// Sets a key of an object for which `__proto__` is a name like any other.
    pub(super) fn set_own(&mut self, key: &str, value: T) {
        match self.index.get(key).and_then(|at| self.entries.get_mut(*at)) {
            Some((_, old)) => *old = value,
            None => {
                self.index.insert(key.to_owned(), self.entries.len());
                self.entries.push((key.to_owned(), value));
            }
        }
    }

    /// The keys in the order of `for … in`.
    pub(super) fn keys(&self) -> Vec<String> {
        let mut keys: Vec<&String> = self.entries.iter().map(|(key, _)| key).collect();
        keys.sort_by_key(|key| array_index(key).unwrap_or(u32::MAX));
        keys.into_iter().cloned().collect()
    }
}

/// The number of a key that is an array index as JavaScript writes one: no sign, no leading zero, below 2³² − 1.
fn array_index(key: &str) -> Option<u32> {
    let canonical = key == "0" || (!key.starts_with('0') && key.bytes().all(|b| b.is_ascii_digit()));
    key.parse().ok().filter(|number| canonical && *number < u32::MAX)
}

/// `process.env` while a loader works on it.
pub(super) struct ProcessEnv<'a> {
    before: &'a Environment,
    values: Object<(String, Option<usize>)>,
    /// Names whose value only the real loader can know, because it runs a command.
    unknown: BTreeSet<String>,
}

impl<'a> ProcessEnv<'a> {
    pub(super) fn new(before: &'a Environment) -> Self {
        let mut values = Object::default();
        for (name, value) in before {
            values.set_own(name, (String::from_utf8_lossy(value.expose()).into_owned(), None));
        }
        Self { before, values, unknown: BTreeSet::new() }
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(|(value, _)| value.as_str())
    }

    pub(super) fn keys(&self) -> Vec<String> {
        self.values.keys()
    }

    /// Which assignment a value came from; `None` where it was in the process before.
    pub(super) fn origin(&self, name: &str) -> Option<usize> {
        self.values.get(name).and_then(|(_, from)| *from)
    }

    /// Sets a variable; the system keeps nothing from a NUL on.
    pub(super) fn set(&mut self, name: &str, value: &str, from: Option<usize>) {
        let kept = value.split('\0').next().unwrap_or_default();
        self.values.set_own(name, (kept.to_owned(), from));
        self.unknown.remove(name);
    }

    /// Marks a variable as set, to a value that cannot be told.
    pub(super) fn set_unknown(&mut self, name: &str, from: Option<usize>) {
        self.set(name, "", from);
        self.unknown.insert(name.to_owned());
    }

    pub(super) fn is_unknown(&self, name: &str) -> bool {
        self.unknown.contains(name)
    }

    /// What the program sees.
    pub(super) fn into_values(self) -> BTreeMap<String, Visible> {
        let Self { before, values, unknown } = self;
        let known = values.entries.into_iter().filter(|(name, _)| !unknown.contains(name));
        known
            .map(|(name, (text, from))| {
                // A value of the process that nobody touched keeps its bytes, even where they are no UTF-8.
                let untouched =
                    before.get(&name).filter(|v| from.is_none() && String::from_utf8_lossy(v.expose()) == text);
                let value = untouched.cloned().unwrap_or_else(|| Secret::from(text.as_str()));
                (name, Visible { value, from })
            })
            .collect()
    }
}

/// `value.replace(/\\\$/g, '$')`, with which every expansion of the family ends.
pub(super) fn unescape_dollars(value: &str) -> Cow<'_, str> {
    if value.contains("\\$") { Cow::Owned(value.replace("\\$", "$")) } else { Cow::Borrowed(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replacing_the_first_occurrence() {
        for (text, pattern, by, expected) in [
            ("a-b-c", "-", "+", "a+b-c"),
            ("a-b", "x", "+", "a-b"),
            ("a-b", "-", "$$", "a$b"),
            ("a-b", "-", "[$&]", "a[-]b"),
            ("a-b", "-", "[$`$']", "a[ab]b"),
            ("a-b", "-", "$1$", "a$1$b"),
        ] {
            assert_eq!(replace_first(text, pattern, by), expected, "{text} {pattern} {by}");
        }
    }

    #[test]
    fn positions_lead_back_to_the_file() {
        let source = Source::utf8(b"A=\xff\xfe1\r\nB=2\rC=3").fold_line_ends();
        assert_eq!(source.text, "A=\u{fffd}\u{fffd}1\nB=2\nC=3");
        let at = |needle: char| source.position(source.text.find(needle).unwrap());
        assert_eq!([at('1'), at('B'), at('C'), at('3')], [4, 7, 11, 13]);
        assert_eq!(source.position(source.text.len()), 14);
        let wide = Source::utf16(b"\xff\xfeA\0=\0\x3d\xd8\x00\xde1\0x");
        assert_eq!((wide.text.as_str(), wide.position(wide.text.len() - 1)), ("\u{feff}A=\u{1f600}1", 10));
    }

    #[test]
    fn array_indices_come_first() {
        let mut object = Object::default();
        for key in ["b", "10", "2", "01", "a", "b"] {
            object.set(key, ());
        }
        assert_eq!(object.keys(), ["2", "10", "b", "01", "a"]);
    }
}

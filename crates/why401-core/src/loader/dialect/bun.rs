//! Bun: a parser and an expansion of its own, which works on bytes and takes quotes only where they stand alone.

use std::collections::BTreeMap;
use std::ops::Range;

use super::super::{Assignment, Content, Environment, Failure, File, Loaded, Loader, Process, Several, Visible};
use super::growth::Growth;
use super::{Dialect, overlay};
use crate::secret::Secret;

/// `bun run` and `bun --env-file`.
pub(super) const DIALECTS: &[Dialect] = &[Dialect { name: "bun", load }];

/// The files that Bun finds by itself stand with the winner first. Of those that a user names, the last wins.
fn load(loader: &Loader, files: &[File<'_>], before: &Environment) -> Loaded {
    let mut loaded = Loaded { values: overlay(before, &[], Process::Wins), ..Loaded::default() };
    let growth = Growth::default();
    let mut winner_first: Vec<_> = files.iter().enumerate().collect();
    if loader.several == Several::LastWins {
        winner_first.reverse();
    }
    for (index, file) in winner_first {
        match file.content {
            Content::Bytes(bytes) => read(index, bytes, &growth, &mut loaded),
            Content::Missing => {}
            Content::Folder => {
                loaded.warnings.push(Failure { file: index, line: None, message: "a folder, not a file".into() });
            }
        }
    }
    if growth.is_over() {
        return Loaded { failure: Some(Growth::failure(0)), values: overlay(before, &[], Process::Wins), ..loaded };
    }
    // JavaScript sees text: what is no UTF-8 becomes U+FFFD.
    for visible in loaded.values.values_mut() {
        if visible.from.is_some() {
            visible.value = text_of(&visible.value);
        }
    }
    loaded
}

fn text_of(value: &Secret) -> Secret {
    match value.expose_str() {
        Some(_) => value.clone(),
        None => Secret::from(&*String::from_utf8_lossy(value.expose())),
    }
}

/// Reads one file: nothing that was there before is replaced; within the file the last assignment to a name wins.
fn read(index: usize, bytes: &[u8], growth: &Growth, loaded: &mut Loaded) {
    let first = loaded.assignments.len();
    let mut order: Vec<String> = Vec::new();
    let start = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let mut parser = Parser { bytes, at: start, line: 1, counted: 0 };
    while parser.at < bytes.len() {
        let start = parser.at;
        let Some(name) = parser.name() else {
            parser.skip_line();
            let line = &bytes[start..parser.at];
            if line.iter().find(|b| !is_space(**b)).is_some_and(|b| *b != b'#') {
                let message = "not an assignment: the loader passes over this line without a word".into();
                let line = parser.line_of(start);
                loaded.warnings.push(Failure { file: index, line: Some(line), message });
            }
            continue;
        };
        let line = parser.line_of(name.start);
        let name = String::from_utf8_lossy(&bytes[name]).into_owned();
        let (value, span) = parser.value();
        let value = Secret::new(value);
        let number = loaded.assignments.len();
        loaded.assignments.push(Assignment { file: index, name: name.clone(), value: value.clone(), line, span });
        match loaded.values.get(&name) {
            None => order.push(name.clone()),
            Some(visible) if visible.from >= Some(first) => {}
            Some(_) => continue,
        }
        loaded.values.insert(name, Visible { value, from: Some(number) });
    }
    for name in order {
        let Some(Visible { value, from: Some(number) }) = loaded.values.get(&name) else { continue };
        let number = *number;
        // A value of one character is never expanded.
        if value.len() > 1 && value.expose().contains(&b'$') {
            let value = Secret::new(expanded(value.expose(), &loaded.values, growth, 0));
            if let Some(assignment) = loaded.assignments.get_mut(number) {
                assignment.value = value.clone();
            }
            loaded.values.insert(name, Visible { value, from: Some(number) });
        }
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t' | 0x0b | 0x0c | b' ' | b'\n' | b'\r')
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

struct Parser<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u32,
    counted: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_spaces(&mut self) {
        while self.peek().is_some_and(is_space) {
            self.at += 1;
        }
    }

    fn skip_line(&mut self) {
        let end = self.bytes[self.at..].iter().position(|b| matches!(b, b'\n' | b'\r'));
        self.at = end.map_or(self.bytes.len(), |end| self.at + end + 1);
    }

    /// A name with `=` behind it, or with `:` and white space; `export` may stand before it.
    fn name(&mut self) -> Option<Range<usize>> {
        self.skip_spaces();
        let start = self.at;
        let found = self.bare_name(true);
        if found.is_none() {
            self.at = start;
        }
        found
    }

    fn bare_name(&mut self, may_export: bool) -> Option<Range<usize>> {
        let start = self.at;
        while self.peek().is_some_and(is_name) {
            self.at += 1;
        }
        let name = start..self.at;
        if name.is_empty() {
            return None;
        }
        self.skip_spaces();
        let separator = self.at;
        if may_export && name.end < separator && &self.bytes[name.clone()] == b"export" {
            if let Some(name) = self.bare_name(false) {
                return Some(name);
            }
            self.at = separator;
        }
        match (self.peek()?, self.bytes.get(separator + 1)) {
            (b'=', _) => self.at += 1,
            (b':', Some(next)) if is_space(*next) => self.at += 2,
            _ => return None,
        }
        Some(name)
    }

    /// The value and its bytes as written.
    fn value(&mut self) -> (Vec<u8>, Range<usize>) {
        let start = self.at;
        self.skip_spaces();
        let Some(first) = self.peek() else { return (Vec::new(), start..start) };
        if matches!(first, b'"' | b'\'' | b'`')
            && let Some(found) = self.quoted(first)
        {
            return found;
        }
        let rest = &self.bytes[start..];
        let length = rest.iter().position(|b| matches!(b, b'#' | b'\r' | b'\n')).unwrap_or(rest.len());
        self.at = start + length;
        let line = &rest[..length];
        let Some(lead) = line.iter().position(|b| !is_space(*b)) else { return (Vec::new(), start..start) };
        let end = line.iter().rposition(|b| !is_space(*b)).map_or(lead, |last| last + 1);
        (line[lead..end].to_vec(), start + lead..start + end)
    }

    /// A value in quotes, up to the first one that no backslash precedes. What follows on its line is dropped.
    fn quoted(&mut self, quote: u8) -> Option<(Vec<u8>, Range<usize>)> {
        let open = self.at;
        let mut close = open + 1;
        while let Some(byte) = self.bytes.get(close) {
            if *byte == quote {
                self.at = close + 1;
                self.skip_line();
                return Some((unescaped(&self.bytes[open + 1..close], quote), open..close + 1));
            }
            close += if *byte == b'\\' { 2 } else { 1 };
        }
        None
    }

    /// The line of a position; positions only grow.
    fn line_of(&mut self, at: usize) -> u32 {
        let passed = self.bytes.get(self.counted..at).unwrap_or_default().iter().filter(|b| **b == b'\n').count();
        self.line = self.line.saturating_add(u32::try_from(passed).unwrap_or(u32::MAX));
        self.counted = self.counted.max(at);
        self.line
    }
}

/// What stands between quotes: `\n` and `\r` are made real between double ones, and every line end becomes a line feed.
fn unescaped(inside: &[u8], quote: u8) -> Vec<u8> {
    let mut out = Vec::with_capacity(inside.len());
    let mut bytes = inside.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match (byte, bytes.peek().copied()) {
            (b'\\', Some(next)) if quote == b'"' => {
                bytes.next();
                match next {
                    b'n' => out.push(b'\n'),
                    b'r' => out.push(b'\r'),
                    other => out.extend([b'\\', other]),
                }
            }
            (b'\r', Some(b'\n')) => {}
            (b'\r', _) => out.push(b'\n'),
            (byte, _) => out.push(byte),
        }
    }
    out
}

/// Defaults within defaults that are expanded; the one below them stays as written.
const DEEPEST: usize = 200;

/// The value with its references replaced: `$NAME`, `${NAME}` and `${NAME:-default}`; `\$` is a plain `$`. A name that
/// nothing sets is the empty string, and what is in its place is not looked at again.
fn expanded(value: &[u8], known: &BTreeMap<String, Visible>, growth: &Growth, depth: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len());
    let mut rest = value;
    let lookup = |name: &[u8]| {
        let found = known.get(std::str::from_utf8(name).ok()?)?.value.expose();
        growth.allows(found.len()).then_some(found)
    };
    while let Some(at) = rest.iter().position(|b| *b == b'$') {
        let (before, from) = rest.split_at(at);
        if let Some(before) = before.strip_suffix(b"\\") {
            out.extend(before);
            out.push(b'$');
            rest = &from[1..];
            continue;
        }
        out.extend(before);
        rest = &from[1..];
        if let Some(inside) = rest.strip_prefix(b"{") {
            let Some(close) = closing_brace(inside) else {
                out.extend(from);
                return out;
            };
            let inside = &inside[..close];
            let name = leading_name(inside);
            match (&inside[name.len()..], lookup(name)) {
                (b"", found) => out.extend(found.unwrap_or_default()),
                ([b':', b'-', ..], Some(found)) => out.extend(found),
                ([b':', b'-', default @ ..], None) if depth < DEEPEST => {
                    out.extend(expanded(default, known, growth, depth + 1));
                }
                ([b':', b'-', default @ ..], None) => out.extend(default),
                _ => out.extend(&from[..close + 3]),
            }
            rest = &from[close + 3..];
        } else {
            let name = leading_name(rest);
            if name.is_empty() {
                out.push(b'$');
            }
            out.extend(lookup(name).unwrap_or_default());
            rest = &rest[name.len()..];
        }
    }
    out.extend(rest);
    out
}

fn leading_name(text: &[u8]) -> &[u8] {
    let length = text.iter().position(|b| !(b.is_ascii_alphanumeric() || *b == b'_'));
    &text[..length.unwrap_or(text.len())]
}

/// The `}` that belongs to a `${` just before the text; others may stand in between, and a backslash hides what follows.
fn closing_brace(text: &[u8]) -> Option<usize> {
    let mut open = 1;
    let mut at = 0;
    while at < text.len() {
        match &text[at..] {
            [b'\\', _, ..] => at += 1,
            [b'$', b'{', ..] => {
                open += 1;
                at += 1;
            }
            [b'}', ..] => open -= 1,
            _ => {}
        }
        if open == 0 {
            return Some(at);
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_values_lines_and_spans() {
        for (file, expected) in [
            ("\u{feff}A=1 # x\r\n\nexport B : 2\n", vec![("A", "1", 1, "1"), ("B", "2", 3, "2")]),
            ("A='b' c\nD=`e\r\n\\`f`\n", vec![("A", "b", 1, "'b'"), ("D", "e\n\\`f", 2, "`e\r\n\\`f`")]),
            ("A=\n\n\"later\\n\"\nB=1", vec![("A", "later\n", 1, "\"later\\n\""), ("B", "1", 4, "1")]),
            ("A=\"open\nB=", vec![("A", "\"open", 1, "\"open"), ("B", "", 2, "")]),
            ("one two=3\nexport\nA=1\nA\u{a0}=2", vec![("A", "1", 3, "1")]),
        ] {
            let mut loaded = Loaded::default();
            read(0, file.as_bytes(), &Growth::default(), &mut loaded);
            let shown = |a: &Assignment| {
                let value = a.value.expose_str().unwrap_or_default().to_owned();
                (a.name.clone(), value, a.line, file[a.span.clone()].to_owned())
            };
            let found: Vec<_> = loaded.assignments.iter().map(shown).collect();
            let expected: Vec<_> =
                expected.into_iter().map(|(n, v, l, s)| (n.to_owned(), v.to_owned(), l, s.to_owned())).collect();
            assert_eq!(found, expected, "{file:?}");
        }
    }

    #[test]
    fn references() {
        let known = BTreeMap::from([("A".to_owned(), Visible { value: Secret::from("1"), from: None })]);
        for (value, expected) in [
            ("$A-${A}-$B.${B}", "1-1-."),
            ("a$$A$", "a$1$"),
            ("\\$A\\\\${A}", "$A\\${A}"),
            ("${B:-x${A}}${A:-x}${B:-}", "x11"),
            ("${B-x}${ A }${A:x}", "${B-x}${ A }${A:x}"),
            ("${B:-a\\}b}", "a\\}b"),
            ("${A", "${A"),
        ] {
            let found = expanded(value.as_bytes(), &known, &Growth::default(), 0);
            assert_eq!(String::from_utf8_lossy(&found), expected, "{value}");
        }
    }
}

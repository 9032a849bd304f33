//! The grammar of python-dotenv's files, in the three versions that are in use: 1.2, 0.21 (docker-compose 1) and
//! the 0.10 that dynaconf carries with it.

use std::ops::Range;

use super::python::{Lines, is_blank, is_line_end, is_space, newlines};

/// A version of the grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// Ships inside dynaconf: a value ends at two blanks, and only at spaces.
    V0_10,
    /// Debian's, used by docker-compose 1.
    V0_21,
    /// Of today: a backslash always takes the next character with it, and `A= # note` is empty.
    V1_2,
}

/// One statement that names a variable.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Binding {
    /// The variable.
    pub(super) name: String,
    /// Line of the name, from 1.
    pub(super) line: u32,
    /// What is assigned; `None` for a name without `=`.
    pub(super) value: Option<Written>,
}

/// A value in the file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Written {
    /// After unquoting and unescaping, before expansion.
    pub(super) text: String,
    /// Bytes of the file, quotes included.
    pub(super) span: Range<usize>,
}

/// A file taken apart.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    /// In reading order.
    pub(super) bindings: Vec<Binding>,
    /// Lines at which a statement starts that cannot be understood; it is passed over.
    pub(super) bad_lines: Vec<u32>,
}

/// Takes a file apart. A byte order mark is left to the caller: `start` is where reading begins.
pub(super) fn parse(text: &str, start: usize, version: Version) -> Parsed {
    let mut reader = Reader { text, at: start, lines: Lines::new(text), version };
    let mut parsed = Parsed::default();
    loop {
        reader.skip(is_space);
        if reader.rest().is_empty() {
            return parsed;
        }
        let statement = reader.at;
        match reader.statement() {
            Some(Some(binding)) => parsed.bindings.push(binding),
            Some(None) => {}
            None => {
                parsed.bad_lines.push(reader.lines.of(statement));
                reader.skip(|c| !is_line_end(c));
            }
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    lines: Lines<'a>,
    version: Version,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Passes over what `test` accepts and returns it.
    fn skip(&mut self, test: fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|c| !test(c)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    /// A statement up to the end of its line. `Some(None)`: a comment. `None`: not understood; the reader stands where
    /// it gave up, and the rest of that line is lost.
    fn statement(&mut self) -> Option<Option<Binding>> {
        if let Some(after) = self.rest().strip_prefix("export")
            && after.starts_with(is_blank)
        {
            self.at += "export".len();
            self.skip(is_blank);
        }
        let start = self.at;
        let name = self.name()?;
        self.skip(is_blank);
        let value = if self.peek() == Some('=') { Some(self.assigned()?) } else { None };
        self.end_of_statement()?;
        let line = self.lines.of(start);
        Some(name.map(|name| Binding { name, line, value }))
    }

    /// A name, bare or in single quotes; `Some(None)` before a comment.
    fn name(&mut self) -> Option<Option<String>> {
        match self.peek() {
            Some('#') => Some(None),
            Some('\'') => {
                let (name, _) = self.rest().get(1..)?.split_once('\'').filter(|(name, _)| !name.is_empty())?;
                self.at += name.len() + 2;
                Some(Some(newlines(name)))
            }
            _ => {
                let name = self.skip(|c| c != '=' && c != '#' && !is_space(c));
                (!name.is_empty()).then(|| Some(name.to_owned()))
            }
        }
    }

    /// The value after the `=` at which the reader stands.
    fn assigned(&mut self) -> Option<Written> {
        self.at += 1;
        let blanks = self.skip(is_blank);
        let start = self.at;
        match self.peek() {
            Some('#') if self.version == Version::V1_2 && !blanks.is_empty() => {
                Some(Written { text: String::new(), span: start..start })
            }
            Some(quote @ ('\'' | '"')) => {
                let inner = self.quoted(quote)?;
                self.at += inner.len() + 2;
                Some(Written { text: unescape(&newlines(inner), quote), span: start..self.at })
            }
            _ => {
                let text = if self.version == Version::V0_10 { self.words() } else { self.bare() };
                Some(Written { text: text.to_owned(), span: start..start + text.len() })
            }
        }
    }

    /// What stands between the quote at which the reader stands and the one that closes it.
    fn quoted(&self, quote: char) -> Option<&'a str> {
        let inner = self.rest().get(1..)?;
        let (mut escaped, mut last_escaped) = (false, None);
        for (at, c) in inner.char_indices() {
            if c == quote && !escaped {
                return inner.get(..at);
            }
            if c == quote {
                last_escaped = Some(at);
            }
            // The older grammars look one character back, so there `\\"` holds an escaped quote.
            escaped = c == '\\' && !(escaped && self.version == Version::V1_2);
        }
        // ... and if no other quote follows, the last escaped one closes the value after all.
        last_escaped.filter(|_| self.version != Version::V1_2).and_then(|at| inner.get(..at))
    }

    /// An unquoted value: the line up to a `#` after a blank, without trailing blanks.
    fn bare(&mut self) -> &'a str {
        let line = self.skip(|c| !is_line_end(c));
        let mut blank = false;
        for (at, c) in line.char_indices() {
            if c == '#' && blank {
                return line.get(..at).unwrap_or_default().trim_end_matches(is_space);
            }
            blank = is_space(c);
        }
        line.trim_end_matches(is_space)
    }

    /// An unquoted value in the oldest grammar: words with one space between them.
    fn words(&mut self) -> &'a str {
        let rest = self.rest();
        let start = self.at;
        loop {
            self.skip(|c| c != ' ' && !is_line_end(c));
            let mut ahead = self.rest().chars();
            match (ahead.next(), ahead.next()) {
                (Some(' '), Some(next)) if !matches!(next, ' ' | '#' | '\r' | '\n') => self.at += 1 + next.len_utf8(),
                _ => return rest.get(..self.at - start).unwrap_or_default(),
            }
        }
    }

    /// A comment or nothing, and the end of the line.
    fn end_of_statement(&mut self) -> Option<()> {
        let before = self.at;
        self.skip(is_blank);
        if self.peek() == Some('#') {
            self.skip(|c| !is_line_end(c));
        }
        if self.peek().is_none_or(is_line_end) {
            return Some(());
        }
        self.at = before;
        None
    }
}

/// Replaces the escapes that a quote knows: all of C's short ones in double quotes, `\\` and `\'` in single quotes.
fn unescape(text: &str, quote: char) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let meant = match (c, chars.clone().next()) {
            ('\\', Some(next @ ('\\' | '\''))) => Some(next),
            ('\\', Some(next)) if quote == '"' => match next {
                '"' => Some('"'),
                'a' => Some('\u{7}'),
                'b' => Some('\u{8}'),
                'f' => Some('\u{c}'),
                'n' => Some('\n'),
                'r' => Some('\r'),
                't' => Some('\t'),
                'v' => Some('\u{b}'),
                _ => None,
            },
            _ => None,
        };
        if meant.is_some() {
            chars.next();
        }
        out.push(meant.unwrap_or(c));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str, version: Version) -> Vec<(String, Option<String>)> {
        let parsed = parse(text, 0, version);
        parsed.bindings.into_iter().map(|b| (b.name, b.value.map(|v| v.text))).collect()
    }

    #[test]
    fn versions_differ() {
        use Version::{V0_10, V0_21, V1_2};
        for (text, v0_10, v0_21, v1_2) in [
            ("A= # note", Some("# note"), Some("# note"), Some("")),
            (r#"A="a\\" # b""#, Some(r#"a\" # b"#), Some(r#"a\" # b"#), Some(r"a\")),
            ("A=\"a\\\"\n", Some("a\\"), Some("a\\"), None),
            ("A=a\tb \t\n", Some("a\tb \t"), Some("a\tb"), Some("a\tb")),
            ("A=a  b", None, Some("a  b"), Some("a  b")),
            ("A=a\t# b", Some("a\t# b"), Some("a"), Some("a")),
        ] {
            for (version, expected) in [(V0_10, v0_10), (V0_21, v0_21), (V1_2, v1_2)] {
                let seen = values(text, version).into_iter().next().and_then(|(_, value)| value);
                assert_eq!(seen.as_deref(), expected, "{text:?} in {version:?}");
            }
        }
    }

    #[test]
    fn spans_and_lines_hold_the_value_as_written() {
        let text = "# a\r\n\r\n export 'B' = \"x\r\ny\" # note\r\nC=1 2  # c\nD\n?? x\n";
        let parsed = parse(text, 0, Version::V1_2);
        let seen: Vec<_> = parsed
            .bindings
            .iter()
            .map(|b| (b.name.as_str(), b.line, b.value.as_ref().map(|v| &text[v.span.clone()])))
            .collect();
        assert_eq!(seen, [("B", 3, Some("\"x\r\ny\"")), ("C", 5, Some("1 2")), ("D", 6, None)]);
        assert_eq!(parsed.bad_lines, [7]);
    }
}

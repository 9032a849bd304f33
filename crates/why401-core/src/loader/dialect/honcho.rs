//! honcho: each line goes through Python's `shlex` in POSIX mode, and its tokens are glued together again.

use std::collections::BTreeMap;
use std::ops::Range;

use super::super::{Assignment, Content, Environment, Failure, File, Loaded, Loader, Visible};
use super::named::{is_identifier, note};
use super::{Dialect, overlay};
use crate::secret::Secret;

/// `honcho run` and `honcho start`.
pub(super) const DIALECTS: &[Dialect] = &[Dialect { name: "honcho", load }];

/// All files are read as one, so the last assignment to a name wins. A line that `shlex` refuses ends the program.
fn load(loader: &Loader, files: &[File<'_>], before: &Environment) -> Loaded {
    let mut loaded = Loaded { values: overlay(before, &[], loader.process), ..Loaded::default() };
    for (index, file) in files.iter().enumerate() {
        let read = match file.content {
            Content::Bytes(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => read(index, text, &mut loaded),
                Err(_) => Err(note(index, None, "not UTF-8")),
            },
            Content::Missing => Ok(()),
            Content::Folder => {
                loaded.warnings.push(note(index, None, "a folder, not a file: it is passed over"));
                Ok(())
            }
        };
        if let Err(failure) = read {
            loaded.failure = Some(failure);
            return loaded;
        }
    }
    match seen(&loaded.assignments) {
        Ok(seen) => loaded.values.extend(seen),
        Err(failure) => loaded.failure = Some(failure),
    }
    loaded
}

/// What the command sees of the assignments.
fn seen(assignments: &[Assignment]) -> Result<BTreeMap<String, Visible>, Failure> {
    let mut seen = BTreeMap::new();
    let last: BTreeMap<&str, usize> =
        assignments.iter().zip(0..).map(|(a, number)| (a.name.as_str(), number)).collect();
    for (name, number) in last {
        let Some(assignment) = assignments.get(number) else { continue };
        if name.contains(['=', '\0']) || assignment.value.expose().contains(&0) {
            let message = "the system takes no variable with a NUL, or with `=` in its name";
            return Err(note(assignment.file, Some(assignment.line), message));
        }
        // The command is started by a shell, which hands on no other names.
        if is_identifier(name.as_bytes()) {
            seen.insert(name.to_owned(), Visible { value: assignment.value.clone(), from: Some(number) });
        }
    }
    Ok(seen)
}

fn read(index: usize, text: &str, loaded: &mut Loaded) -> Result<(), Failure> {
    let mut line = 1;
    let mut start = 0;
    while start < text.len() {
        let end = start + text[start..].find(ends_line).unwrap_or(text.len() - start);
        let tokens = tokens(&text[start..end]).map_err(|message| note(index, Some(line), message))?;
        match tokens.as_slice() {
            [] => {}
            [name, equals, first, .., last] | [name, equals, first @ last]
                if equals.text == "=" && is_name(&name.text) =>
            {
                let value: String = tokens[2..].iter().map(|token| token.text.as_str()).collect();
                let value = value.replace("\\n", "\n").replace("\\t", "\t");
                let span = start + first.span.start..start + last.span.end;
                let (name, value) = (name.text.clone(), Secret::from(value.as_str()));
                loaded.assignments.push(Assignment { file: index, name, value, line, span });
            }
            [_, equals] if equals.text == "=" => {
                loaded.warnings.push(note(index, Some(line), "honcho does not set a variable without a value"));
            }
            _ => {
                let message = "not an assignment: the loader passes over this line without a word";
                loaded.warnings.push(note(index, Some(line), message));
            }
        }
        let next = end + text[end..].chars().next().map_or(0, char::len_utf8);
        line += u32::from(text[end..].starts_with('\n'));
        start = next;
    }
    Ok(())
}

/// Where Python's `splitlines` splits. (A CR before an LF then ends an empty line more, which changes nothing.)
fn ends_line(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\x0b' | '\x0c' | '\x1c'..='\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether a name begins as one; what follows is not looked at.
fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

/// The letters of a word: everything else that is no blank, quote, backslash or `#` is a token by itself.
fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || (matches!(c, 'À'..='ÿ') && c != '×' && c != '÷')
}

struct Token {
    text: String,
    /// Its bytes in the line, quotes included.
    span: Range<usize>,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Between,
    Word,
    Quoted(char),
    /// Behind a backslash; within double quotes or not.
    Escaped(bool),
}

fn tokens(line: &str) -> Result<Vec<Token>, &'static str> {
    let mut tokens = Vec::new();
    let mut state = State::Between;
    let mut text = String::new();
    let mut start = 0;
    for (at, c) in line.char_indices() {
        match (state, c) {
            (State::Quoted(quote), c) if c == quote => state = State::Word,
            (State::Quoted('"'), '\\') => state = State::Escaped(true),
            (State::Quoted(_), c) => text.push(c),
            (State::Escaped(quoted), c) => {
                if quoted && !matches!(c, '\\' | '"') {
                    text.push('\\');
                }
                text.push(c);
                state = if quoted { State::Quoted('"') } else { State::Word };
            }
            (State::Word, c) if is_word(c) => text.push(c),
            (State::Word, '"' | '\'') => state = State::Quoted(c),
            (State::Word, '\\') => state = State::Escaped(false),
            (State::Word | State::Between, c) => {
                if state == State::Word {
                    tokens.push(Token { text: std::mem::take(&mut text), span: start..at });
                    state = State::Between;
                }
                start = at;
                match c {
                    ' ' | '\t' => {}
                    '#' => return Ok(tokens),
                    '"' | '\'' => state = State::Quoted(c),
                    '\\' => state = State::Escaped(false),
                    c if is_word(c) => {
                        text.push(c);
                        state = State::Word;
                    }
                    c => tokens.push(Token { text: c.into(), span: at..at + c.len_utf8() }),
                }
            }
        }
    }
    match state {
        State::Between => Ok(tokens),
        State::Word => {
            tokens.push(Token { text, span: start..line.len() });
            Ok(tokens)
        }
        State::Quoted(_) => Err("a quote without its partner, at which honcho ends with an error"),
        State::Escaped(_) => Err("a backslash at the end of the line, at which honcho ends with an error"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_values_lines_and_spans() {
        for (file, expected) in [
            (
                "A=1 2\r\n\r\nB = \"x \\\"y\\\"\" # z\n",
                Some(vec![("A", "12", 1, "1 2"), ("B", "x \"y\"", 3, "\"x \\\"y\\\"\"")]),
            ),
            ("A=a#b\nexport B=1\nC=\nD=''\n", Some(vec![("A", "a", 1, "a"), ("D", "", 4, "''")])),
            (
                "A='x\\ny'z\nB=a\\nb\u{2028}C=3",
                Some(vec![("A", "x\nyz", 1, "'x\\ny'z"), ("B", "anb", 2, "a\\nb"), ("C", "3", 2, "3")]),
            ),
            ("A=it's\n", None),
            ("A=x\\\n", None),
        ] {
            let mut loaded = Loaded::default();
            let read = read(0, file, &mut loaded);
            let shown = |a: &Assignment| {
                let value = a.value.expose_str().unwrap_or_default().to_owned();
                (a.name.clone(), value, a.line, file[a.span.clone()].to_owned())
            };
            let found: Vec<_> = loaded.assignments.iter().map(shown).collect();
            let expected = expected.map(|list| {
                list.into_iter().map(|(n, v, l, s)| (n.to_owned(), v.to_owned(), l, s.to_owned())).collect::<Vec<_>>()
            });
            assert_eq!(read.is_ok().then_some(found), expected, "{file:?}");
        }
    }
}

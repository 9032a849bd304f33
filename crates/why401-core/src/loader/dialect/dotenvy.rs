//! Rust's `dotenv` 0.15 and `dotenvy` 0.15: each assignment is set as soon as it is read, and the first error ends the
//! load; what was set before stays set. Both read a line alike; only dotenvy knows a byte-order mark and lets quotes
//! span lines.

use super::Dialect;
use super::reading::{Reading, bytes, fits};
use super::source::Source;
use crate::loader::{Environment, File, Loaded, Loader, Process};

/// The dialects of this family.
pub(super) const DIALECTS: &[Dialect] = &[
    Dialect { name: "rust-dotenv", load: |loader, files, process| load(loader, files, process, Lines::Single) },
    Dialect { name: "rust-dotenvy", load: |loader, files, process| load(loader, files, process, Lines::Quoted) },
];

/// What ends a statement.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Lines {
    /// The line's end, always.
    Single,
    /// The first line's end outside quotes.
    Quoted,
}

/// One statement of a file, taken apart.
pub(super) struct Statement<'a> {
    pub(super) name: &'a str,
    pub(super) name_at: usize,
    /// What follows the sign of equality, without blanks around it.
    pub(super) written: &'a str,
    pub(super) value_at: usize,
}

/// Why a line that is not text is refused.
pub(super) const NOT_UTF8: &str = "the line is not UTF-8";

fn load(loader: &Loader, files: &[File<'_>], process: &Environment, lines: Lines) -> Loaded {
    let mut reading = Reading::of(process);
    for (index, file) in files.iter().enumerate() {
        match bytes(file) {
            Ok(content) => read(&mut reading, index, content, loader.process, lines),
            Err(why) => reading.fail(index, None, why),
        }
        if reading.loaded.failure.is_some() {
            break;
        }
    }
    reading.loaded
}

fn read(reading: &mut Reading, file: usize, content: &[u8], rule: Process, lines: Lines) {
    let source = Source::verbatim(content);
    let mark = lines == Lines::Quoted && content.starts_with(b"\xEF\xBB\xBF");
    let mut at = if mark { 3 } else { 0 };
    while at < content.len() && !reading.is_over() {
        let line = source.line(at);
        let (text, next) = match statement_text(content, at, lines) {
            Ok(found) => found,
            Err(why) => return reading.fail(file, Some(line), why),
        };
        let statement = match split(text, at) {
            Ok(statement) => statement,
            Err(why) => return reading.fail(file, Some(line), why),
        };
        at = next;
        let Some(statement) = statement else { continue };
        let lookup = |name: &str| reading.get(name).and_then(|value| std::str::from_utf8(value).ok()).unwrap_or("");
        let (value, length) = match value(statement.written, lookup) {
            Ok(found) => found,
            Err(why) => return reading.fail(file, Some(source.line(statement.name_at)), why),
        };
        // A value of the process that is not UTF-8 counts as not set.
        let taken = reading.get(statement.name).is_some_and(|value| std::str::from_utf8(value).is_ok());
        let set = !taken || rule == Process::Loses;
        if set && value.contains('\0') {
            return reading.fail(file, Some(source.line(statement.name_at)), "the value holds a NUL byte");
        }
        let span = statement.value_at..statement.value_at + length;
        let name = (statement.name, statement.name_at);
        let assignment = reading.record((file, &source), name, (value.into_bytes(), span));
        if set {
            reading.set(assignment);
        }
    }
}

/// The text of the statement that begins at `start`, without its line end or comment, and where the next one begins.
pub(super) fn statement_text(content: &[u8], start: usize, lines: Lines) -> Result<(&str, usize), &'static str> {
    let mut state = State::Plain;
    let mut from = start;
    loop {
        if from == content.len() {
            return Err("the file ends inside quotes, after a backslash or after a blank");
        }
        let feed = memchr::memchr(b'\n', &content[from..]);
        let next = feed.map_or(content.len(), |feed| from + feed + 1);
        let line = std::str::from_utf8(&content[from..next]).map_err(|_| NOT_UTF8)?;
        let text = |end| std::str::from_utf8(&content[start..end]).map_err(|_| NOT_UTF8);
        let bare = match line.strip_suffix('\n') {
            Some(bare) => bare.strip_suffix('\r').unwrap_or(bare),
            None => line,
        };
        if lines == Lines::Single {
            return Ok((bare, next));
        }
        if from == start && line.trim_start().starts_with('#') {
            return Ok(("", next));
        }
        for (offset, c) in line.char_indices() {
            state = state.after(c);
            if state == State::Comment {
                return Ok((text(from + offset)?, next));
            }
        }
        if state == State::Plain {
            return Ok((text(from + bare.len())?, next));
        }
        from = next;
    }
}

/// Where a character leaves the search for a statement's end.
#[derive(Clone, Copy, PartialEq)]
enum State {
    Plain,
    Blank,
    Escape,
    Single,
    SingleEscape,
    Double,
    DoubleEscape,
    Comment,
}

impl State {
    fn after(self, c: char) -> Self {
        match (self, c) {
            (Self::Blank, '#') | (Self::Comment, _) => Self::Comment,
            (Self::Plain | Self::Blank, '\\') => Self::Escape,
            (Self::Plain | Self::Blank, '"') => Self::Double,
            (Self::Plain | Self::Blank, '\'') => Self::Single,
            (Self::Plain, c) if c.is_whitespace() && c != '\n' && c != '\r' => Self::Blank,
            (Self::Single, '\\') => Self::SingleEscape,
            (Self::Double, '\\') => Self::DoubleEscape,
            (Self::Single, '\'') | (Self::Double, '"') | (Self::Plain | Self::Blank | Self::Escape, _) => Self::Plain,
            (Self::Single | Self::SingleEscape, _) => Self::Single,
            (Self::Double | Self::DoubleEscape, _) => Self::Double,
        }
    }
}

/// Takes a statement apart; `None` for an empty line or a comment. `at` is the offset of `text`.
pub(super) fn split(text: &str, at: usize) -> Result<Option<Statement<'_>>, &'static str> {
    let text = text.trim_end();
    let offset = |rest: &str| at + text.len() - rest.len();
    let rest = text.trim_start();
    if rest.is_empty() || rest.starts_with('#') {
        return Ok(None);
    }
    let mut name_at = offset(rest);
    let (mut name, mut rest) = name_and_rest(rest)?;
    if name == "export" && !rest.starts_with('=') {
        name_at = offset(rest);
        (name, rest) = name_and_rest(rest)?;
    }
    let Some(rest) = rest.strip_prefix('=') else { return Err("no `=` follows the name") };
    let written = rest.trim_start();
    Ok(Some(Statement { name, name_at, written, value_at: offset(written) }))
}

fn name_and_rest(text: &str) -> Result<(&str, &str), &'static str> {
    if !text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        return Err("a name begins with a letter or `_`");
    }
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.')).unwrap_or(text.len());
    Ok((&text[..end], text[end..].trim_start()))
}

/// The value of what is written after the `=`, and how many bytes of it belong to the value.
pub(super) fn value<'v>(written: &str, lookup: impl Fn(&str) -> &'v str) -> Result<(String, usize), &'static str> {
    if written.starts_with('#') {
        return Ok((String::new(), 0));
    }
    let mut value = String::new();
    let mut double = false;
    let mut rest = written;
    while let Some(c) = rest.chars().next() {
        let length = written.len() - rest.len();
        rest = &rest[c.len_utf8()..];
        match c {
            '$' => rest = reference(rest, &mut value, &lookup)?,
            '\\' => {
                let Some(escaped) = rest.chars().next() else { break };
                rest = &rest[escaped.len_utf8()..];
                value.push(match escaped {
                    '\\' | '\'' | '"' | '$' | ' ' => escaped,
                    'n' => '\n',
                    _ => return Err("an unknown escape"),
                });
            }
            '"' => double = !double,
            '\'' if !double => {
                let (literal, after) = rest.split_once('\'').ok_or("a quote without its partner")?;
                value.push_str(literal);
                rest = after;
            }
            ' ' | '\t' if !double => {
                let after = rest.trim_start_matches([' ', '\t']);
                if after.is_empty() || after.starts_with('#') {
                    return Ok((value, length));
                }
                return Err("text after a blank, without quotes");
            }
            _ => value.push(c),
        }
    }
    if double {
        return Err("a quote without its partner");
    }
    Ok((value, written.len()))
}

/// Appends what a `$` stands for; answers the text after the reference.
fn reference<'t, 'v>(
    text: &'t str,
    value: &mut String,
    lookup: &impl Fn(&str) -> &'v str,
) -> Result<&'t str, &'static str> {
    if let Some(braced) = text.strip_prefix('{') {
        let (name, after) = braced.split_once('}').ok_or("`${` without its `}`")?;
        push(value, lookup(name));
        return Ok(after);
    }
    let end = text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len());
    push(value, lookup(&text[..end]));
    let after = &text[end..];
    // The character that ends the name is taken as it is: a quote there neither opens nor closes anything.
    match after.chars().next() {
        Some(c) if c != '$' => {
            value.push(c);
            Ok(&after[c.len_utf8()..])
        }
        _ => Ok(after),
    }
}

fn push(value: &mut String, given: &str) {
    if fits(value.len(), given.len()) {
        value.push_str(given);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values() {
        let lookup = |name: &str| if name == "B" { "2" } else { "" };
        for (written, given) in [
            ("abc", Ok("abc")),
            ("abc # note", Ok("abc")),
            ("abc#note", Ok("abc#note")),
            ("a b", Err("text after a blank, without quotes")),
            (r#"a" b"'c'"#, Ok("a bc")),
            (r"\n\$", Ok("\n$")),
            (r"\t", Err("an unknown escape")),
            ("'$B'", Ok("$B")),
            (r#""${B}""#, Ok("2")),
            ("$B_X", Ok("2_X")),
            ("$B x", Ok("2 x")),
            (r#""$B""#, Err("a quote without its partner")),
        ] {
            assert_eq!(value(written, lookup).map(|(value, _)| value), given.map(str::to_owned), "{written}");
        }
    }
}

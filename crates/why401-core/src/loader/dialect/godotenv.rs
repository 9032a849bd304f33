//! Go's `joho/godotenv` 1.5: one statement after the other, wherever lines end; a bad one refuses the whole file.

use std::collections::HashMap;

use super::Dialect;
use super::reading::{Reading, bytes, fits};
use super::source::Source;
use crate::loader::{Environment, File, Loaded, Loader};

/// The dialects of this family.
pub(super) const DIALECTS: &[Dialect] = &[Dialect { name: "godotenv", load }];

fn load(loader: &Loader, files: &[File<'_>], process: &Environment) -> Loaded {
    let mut reading = Reading::of(process);
    for (index, file) in files.iter().enumerate() {
        let content = match bytes(file) {
            Ok(content) => content,
            Err(why) => {
                reading.fail(index, None, why);
                break;
            }
        };
        let source = Source::rewritten(content, |_, rest| rest.starts_with(b"\r\n").then_some((2, b"\n")));
        let first = reading.loaded.assignments.len();
        if let Err((at, why)) = read(&mut reading, index, &source) {
            reading.loaded.assignments.truncate(first);
            reading.fail(index, Some(source.line(at)), why);
            break;
        }
        if reading.is_over() {
            break;
        }
        reading.set_last_from(first, loader.process);
    }
    reading.loaded
}

/// Where a statement went wrong, and how.
type Refusal = (usize, &'static str);

fn read(reading: &mut Reading, file: usize, source: &Source) -> Result<(), Refusal> {
    let text = &source.bytes[..];
    let mut ours = HashMap::new();
    let mut at = 0;
    while let Some(start) = statement_start(text, at).filter(|_| !reading.is_over()) {
        let (name, name_at, value_at) = name(text, start)?;
        let (value, end, next) = value(text, value_at, &ours).map_err(|why| (value_at, why))?;
        // The environment takes no variable without a name.
        if !name.is_empty() {
            reading.record((file, source), (&name, name_at), (value.clone(), value_at..end));
        }
        ours.insert(name.into_bytes(), value);
        at = next;
    }
    Ok(())
}

/// The first character at or after `at` that is neither blank nor in a comment.
fn statement_start(text: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let rest = &text[at..];
        let trimmed = trim_start(rest, char::is_whitespace);
        at += rest.len() - trimmed.len();
        match trimmed.first() {
            None => return None,
            Some(b'#') => at += memchr::memchr(b'\n', trimmed)?,
            Some(_) => return Some(at),
        }
    }
}

/// The name, where it begins, and where the value begins.
fn name(text: &[u8], start: usize) -> Result<(String, usize, usize), Refusal> {
    let mut rest = &text[start..];
    if let Some(after) = rest.strip_prefix(b"export") {
        let trimmed = trim_start(after, is_blank);
        if trimmed.len() < after.len() {
            rest = trimmed;
        }
    }
    let name_at = text.len() - rest.len();
    if rest.is_empty() {
        return Err((name_at, "`export` of nothing"));
    }
    // Where neither sign follows, all that is left is the value of a variable without a name.
    let (mut length, mut offset) = (0, 0);
    for (index, &byte) in rest.iter().enumerate() {
        match byte {
            b'=' | b':' => {
                (length, offset) = (index, index + 1);
                break;
            }
            // The real parser takes each byte for a character of Latin-1.
            _ if is_blank(char::from(byte)) || byte == b'_' || byte == b'.' || is_alphanumeric(byte) => {}
            _ => return Err((name_at, "a character that no name may hold, or no `=`")),
        }
    }
    let name = String::from_utf8_lossy(&rest[..length]).trim_end().to_owned();
    let value = trim_start(&rest[offset..], is_blank);
    Ok((name, name_at, text.len() - value.len()))
}

fn is_alphanumeric(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, 0xAA | 0xB2 | 0xB3 | 0xB5 | 0xB9 | 0xBA | 0xBC..=0xBE | 0xC0..=0xD6 | 0xD8..=0xF6 | 0xF8..=0xFF)
}

/// Blanks within a line.
fn is_blank(c: char) -> bool {
    matches!(c, '\t' | '\x0B' | '\x0C' | '\r' | ' ' | '\u{85}' | '\u{A0}')
}

/// The value that begins at `at`, where it ends as written, and where reading goes on.
fn value(text: &[u8], at: usize, ours: &HashMap<Vec<u8>, Vec<u8>>) -> Result<(Vec<u8>, usize, usize), &'static str> {
    let rest = &text[at..];
    let Some(&quote @ (b'"' | b'\'')) = rest.first() else {
        let length = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
        // Bytes that are not UTF-8 become U+FFFD here, and only here.
        let line = &rest[..length];
        let shown = each_invalid_byte_replaced(without_comment(line));
        let trimmed = shown.trim_matches(is_blank);
        let written = trim_end(without_comment(line));
        return Ok((expand(trimmed.as_bytes(), ours), at + written, at + length));
    };
    let closes = |index: &usize| rest[*index] == quote && rest[index - 1] != b'\\';
    let end = (1..rest.len()).find(closes).ok_or("a quote without its partner")?;
    let mut inner = &rest[..end];
    while let [first, tail @ ..] = inner
        && *first == quote
    {
        inner = tail;
    }
    while let [head @ .., last] = inner
        && *last == quote
    {
        inner = head;
    }
    let value = if quote == b'"' { expand(&unescape(inner), ours) } else { inner.to_vec() };
    Ok((value, at + end + 1, at + end + 1))
}

/// A line up to its last `#` that follows a blank.
fn without_comment(line: &[u8]) -> &[u8] {
    let comment = (1..line.len()).rev().find(|&index| line[index] == b'#' && ends_blank(&line[..index]));
    &line[..comment.unwrap_or(line.len())]
}

fn ends_blank(text: &[u8]) -> bool {
    trim_end(text) < text.len()
}

/// Length without the blanks at the end.
fn trim_end(text: &[u8]) -> usize {
    let mut length = text.len();
    loop {
        length = match &text[..length] {
            [.., 0xC2, 0x85 | 0xA0] => length - 2,
            [.., b'\t' | 0x0B | 0x0C | b'\r' | b' '] => length - 1,
            _ => return length,
        };
    }
}

fn trim_start(mut text: &[u8], blank: impl Fn(char) -> bool) -> &[u8] {
    while let Some(first) = first_char(text).filter(|first| blank(*first)) {
        text = &text[first.len_utf8()..];
    }
    text
}

/// The first character; `None` at the end and before bytes that are not UTF-8.
pub(super) fn first_char(text: &[u8]) -> Option<char> {
    let longest = &text[..text.len().min(4)];
    longest.utf8_chunks().next().and_then(|chunk| chunk.valid().chars().next())
}

fn each_invalid_byte_replaced(text: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    for chunk in text.utf8_chunks() {
        out.push_str(chunk.valid());
        out.extend(chunk.invalid().iter().map(|_| '\u{FFFD}'));
    }
    out
}

/// `\n` and `\r` become line breaks; then any other character but `$` loses the backslash before it.
fn unescape(text: &[u8]) -> Vec<u8> {
    let breaks = each_escape(text, |escaped, out| match escaped {
        b'\n' => false,
        b'n' => push(out, b"\n"),
        b'r' => push(out, b"\r"),
        other => push(out, &[b'\\', other]),
    });
    each_escape(&breaks, |escaped, out| escaped != b'$' && push(out, &[escaped]))
}

fn push(out: &mut Vec<u8>, bytes: &[u8]) -> bool {
    out.extend_from_slice(bytes);
    true
}

/// Copies the text; `replace` is asked about the byte after each backslash and answers whether it took both.
fn each_escape(text: &[u8], replace: impl Fn(u8, &mut Vec<u8>) -> bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let taken = match (text[at], text.get(at + 1)) {
            (b'\\', Some(&escaped)) => replace(escaped, &mut out),
            _ => false,
        };
        if !taken {
            out.push(text[at]);
        }
        at += if taken { 2 } else { 1 };
    }
    out
}

/// Replaces `$NAME`, `${NAME}` and even `$(NAME` by what the file has set; the process is not asked. Names are upper case.
fn expand(text: &[u8], ours: &HashMap<Vec<u8>, Vec<u8>>) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let escaped = text[at..].starts_with(b"\\$");
        if text[at] != b'$' && !escaped {
            out.push(text[at]);
            at += 1;
            continue;
        }
        let start = at;
        at += if escaped { 2 } else { 1 };
        let skip = |at: usize, byte: u8| if text.get(at) == Some(&byte) { at + 1 } else { at };
        at = skip(skip(at, b'('), b'{');
        let in_name = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
        let length = text[at..].iter().take_while(|byte| in_name(byte)).count();
        let name = &text[at..at + length];
        at = skip(at + length, b'}');
        match ours.get(name) {
            _ if escaped => out.extend_from_slice(&text[start + 1..at]),
            _ if name.is_empty() => out.extend_from_slice(&text[start..at]),
            Some(value) if fits(out.len(), value.len()) => out.extend_from_slice(value),
            _ => {}
        }
    }
    out
}

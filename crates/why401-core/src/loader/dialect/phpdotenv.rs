//! PHP's `vlucas/phpdotenv` 5, which Laravel uses: lines are joined where a double quote stays open, then each entry is
//! read, and a bad one refuses the whole file.

use std::collections::HashSet;
use std::ops::Range;

use super::Dialect;
use super::reading::{Reading, fits};
use super::source::{Source, without_mark};
use crate::loader::{Content, Environment, File, Loaded, Loader, Process, Several};

/// The dialects of this family.
pub(super) const DIALECTS: &[Dialect] = &[Dialect { name: "phpdotenv", load }];

fn load(loader: &Loader, files: &[File<'_>], process: &Environment) -> Loaded {
    let mut reading = Reading::of(process);
    let mut parts = Vec::new();
    let mut text = Vec::new();
    for (file, content) in files.iter().map(|file| file.content).enumerate() {
        let content = match content {
            Content::Missing => continue,
            // A folder opens, and reads as nothing.
            Content::Folder => &b""[..],
            Content::Bytes(bytes) => bytes,
        };
        // Several files are read as one text: a quote left open in one goes on in the next.
        if !parts.is_empty() {
            text.push(b'\n');
        }
        let source = Source::rewritten(content, |at, rest| match rest {
            [b'\r', b'\n', ..] => Some((2, b"\n")),
            [b'\r', ..] => Some((1, b"\n")),
            _ => without_mark(at, rest).or_else(|| fault(rest).map(|length| (length, &b"?"[..]))),
        });
        let start = text.len();
        text.extend_from_slice(&source.bytes);
        parts.push(Part { file, source, start });
        if loader.several == Several::OnlyFirst {
            break;
        }
    }
    if parts.is_empty() {
        reading.fail(0, None, "no file is there");
    }
    let part = |at: usize| parts[..parts.partition_point(|part| part.start <= at)].last();
    match entries(&text) {
        Ok(entries) => {
            let mut loaded = HashSet::new();
            for entry in entries {
                if reading.is_over() {
                    break;
                }
                if let Some(part) = part(entry.name_at) {
                    take(&mut reading, part, &entry, loader.process, &mut loaded);
                }
            }
        }
        Err((at, why)) => {
            if let Some(part) = part(at) {
                reading.fail(part.file, Some(part.source.line(at - part.start)), why);
            }
        }
    }
    reading.loaded
}

/// One file's share of the text.
struct Part {
    file: usize,
    source: Source,
    /// Where it begins.
    start: usize,
}

/// The length of the bytes at the start that are not UTF-8; they become one question mark.
fn fault(text: &[u8]) -> Option<usize> {
    let chunk = text[..text.len().min(4)].utf8_chunks().next()?;
    chunk.valid().is_empty().then(|| chunk.invalid().len())
}

/// Where an entry went wrong, and how.
type Refusal = (usize, &'static str);

struct Entry {
    name: String,
    name_at: usize,
    /// `None` where the name stands alone, which unsets it.
    value: Option<Value>,
}

#[derive(Default)]
struct Value {
    text: Vec<u8>,
    /// Where in `text` a reference may begin.
    dollars: Vec<usize>,
    /// Where the value stands, as written.
    place: Range<usize>,
}

/// Sets or unsets a name. What the process had stays, unless the rule says otherwise.
fn take(reading: &mut Reading, part: &Part, entry: &Entry, rule: Process, loaded: &mut HashSet<String>) {
    let kept = rule == Process::Wins && reading.get(&entry.name).is_some() && !loaded.contains(&entry.name);
    match &entry.value {
        Some(value) => {
            let text = resolve(reading, value);
            let end = part.source.bytes.len();
            let place = |at: usize| at.saturating_sub(part.start).min(end);
            let name = (&entry.name[..], place(entry.name_at));
            let span = place(value.place.start)..place(value.place.end);
            let index = reading.record((part.file, &part.source), name, (text, span));
            if !kept {
                reading.set(index);
                loaded.insert(entry.name.clone());
            }
        }
        None if !kept => {
            reading.loaded.values.remove(&entry.name);
            loaded.remove(&entry.name);
        }
        None => {}
    }
}

/// Replaces `${NAME}` where it is known, the last one first; what it gives may become part of a name before it.
fn resolve(reading: &Reading, value: &Value) -> Vec<u8> {
    let mut text = value.text.clone();
    for &at in value.dollars.iter().rev() {
        let Some(after) = text[at..].strip_prefix(b"${") else { continue };
        let length = after.iter().take_while(|byte| in_name(**byte)).count();
        if length == 0 || after.get(length) != Some(&b'}') {
            continue;
        }
        let name = String::from_utf8_lossy(&after[..length]);
        if let Some(known) = reading.get(&name).filter(|known| fits(text.len(), known.len())) {
            let known = known.to_vec();
            text.splice(at..at + length + 3, known);
        }
    }
    text
}

fn in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.'
}

/// All entries of a file, or the first that is malformed.
fn entries(text: &[u8]) -> Result<Vec<Entry>, Refusal> {
    let mut entries = Vec::new();
    let mut open = None;
    let mut at = 0;
    for line in text.split(|byte| *byte == b'\n') {
        let end = at + line.len();
        let begins = memchr::memmem::find(line, b"=\"").is_some() && !closes(line, true);
        let from = open.unwrap_or(at);
        if (begins || open.is_some()) && !closes(line, begins) {
            open = Some(from);
        } else {
            entries.extend(entry(&text[from..end], from)?);
            open = None;
        }
        at = end + 1;
    }
    // Lines after a quote that never closes are dropped without a word.
    Ok(entries)
}

/// Whether a quoted value may end on this line: a double quote stands after something that is no backslash; on the line
/// where it began there must be two.
fn closes(line: &[u8], began: bool) -> bool {
    if line == b"\"" {
        return true;
    }
    let mut without = Vec::with_capacity(line.len());
    let mut rest = line;
    while let Some((&byte, after)) = rest.split_first() {
        if rest.starts_with(b"\\\\") {
            rest = &rest[2..];
        } else {
            without.push(byte);
            rest = after;
        }
    }
    let quotes = without.windows(2).filter(|pair| pair[0] != b'\\' && pair[1] == b'"').count();
    quotes > usize::from(began)
}

/// One entry; `None` for an empty line or a comment.
fn entry(line: &[u8], at: usize) -> Result<Option<Entry>, Refusal> {
    if matches!(trim(line), [] | [b'#', ..]) {
        return Ok(None);
    }
    let Some(sign) = memchr::memchr(b'=', line) else {
        let (name, lead) = name(line).ok_or((at, "a malformed name, or a line without `=`"))?;
        return Ok(Some(Entry { name, name_at: at + lead, value: None }));
    };
    let left = trim(&line[..sign]);
    let start = at + blanks(line);
    if left.is_empty() {
        return Err((at, "`=` without a name"));
    }
    let (name, lead) = name(left).ok_or((at, "a malformed name"))?;
    let right = &line[sign + 1..];
    let from = at + sign + 1;
    let written = trim(right);
    let value = if written.is_empty() {
        Value { place: from..from, ..Value::default() }
    } else {
        value(written, from + blanks(right)).map_err(|why| (at, why))?
    };
    Ok(Some(Entry { name, name_at: start + lead, value: Some(value) }))
}

/// The name without `export` and quotes, and where it begins.
fn name(text: &[u8]) -> Option<(String, usize)> {
    let text = std::str::from_utf8(text).ok()?;
    let mut bare = text;
    // A name of one letter is too short for the check on `export`.
    let exported = text.strip_prefix("export").filter(|rest| rest.starts_with(is_space));
    if let Some(rest) = exported.filter(|_| text.chars().count() > 8) {
        bare = rest.trim_start_matches(|c: char| u8::try_from(c).is_ok_and(is_trimmed));
    }
    let mut lead = text.len() - bare.len();
    for quote in ['"', '\''] {
        let inner = bare.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
        if let Some(inner) = inner.filter(|inner| !inner.is_empty()) {
            (bare, lead) = (inner, lead + 1);
            break;
        }
    }
    (!bare.is_empty() && bare.bytes().all(in_name)).then(|| (bare.to_owned(), lead))
}

/// What PHP's `trim` takes away.
fn is_trimmed(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0 | 0x0B)
}

/// How many bytes `trim` takes away at the start.
fn blanks(text: &[u8]) -> usize {
    text.iter().take_while(|byte| is_trimmed(**byte)).count()
}

fn trim(text: &[u8]) -> &[u8] {
    let text = &text[blanks(text)..];
    let end = text.iter().rposition(|byte| !is_trimmed(*byte)).map_or(0, |last| last + 1);
    &text[..end]
}

/// What PHP's `ctype_space` takes for space.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0B' | '\x0C')
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Start,
    /// In form feeds and blanks before the text, which are kept.
    Lead,
    Bare,
    Single,
    Double,
    Escape,
    After,
}

/// Reads a value. `at` is its offset.
fn value(written: &[u8], at: usize) -> Result<Value, &'static str> {
    let mut value = Value { place: at..at, ..Value::default() };
    let mut state = State::Start;
    for (index, &byte) in written.iter().enumerate() {
        let space = is_space(char::from(byte));
        let before = state;
        let mut keep = None;
        state = match (state, byte) {
            (State::Start, b'\'') => State::Single,
            (State::Start, b'"') => State::Double,
            (State::Start | State::Lead | State::Bare | State::After, b'#') => return Ok(value),
            (State::Start | State::Lead, _) if space && !(state == State::Lead && byte == b'\n') => {
                keep = Some(byte);
                State::Lead
            }
            (State::Lead | State::Bare, _) if space => State::After,
            (State::Start | State::Lead | State::Bare, _) => {
                keep = Some(byte);
                State::Bare
            }
            (State::Single, b'\'') | (State::Double, b'"') => State::After,
            (State::Double, b'\\') => State::Escape,
            (State::Single | State::Double, _) => {
                keep = Some(byte);
                state
            }
            (State::Escape, _) => {
                keep = Some(escaped(byte).ok_or("an unknown escape")?);
                State::Double
            }
            (State::After, _) if space => State::After,
            (State::After, _) => return Err("text after a blank, without quotes"),
        };
        if let Some(kept) = keep {
            // A `$` that was escaped or stands in single quotes is no reference.
            if byte == b'$' && !matches!(before, State::Single | State::Escape) {
                value.dollars.push(value.text.len());
            }
            value.text.push(kept);
        }
        if state != State::After || !space {
            value.place.end = at + index + 1;
        }
    }
    match state {
        State::Single | State::Double | State::Escape => Err("a quote without its partner"),
        State::Start | State::Lead | State::Bare | State::After => Ok(value),
    }
}

fn escaped(byte: u8) -> Option<u8> {
    Some(match byte {
        b'"' | b'\\' | b'$' => byte,
        b'f' => 0x0C,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 0x0B,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values() {
        for (written, given) in [
            ("abc#note", Ok("abc")),
            ("abc # note", Ok("abc")),
            ("two words", Err("text after a blank, without quotes")),
            (r#"a"b"#, Ok(r#"a"b"#)),
            (r#""a\tb\"""#, Ok("a\tb\"")),
            (r#""a\b""#, Err("an unknown escape")),
            ("'a\\n' # note", Ok("a\\n")),
            ("'a'b", Err("text after a blank, without quotes")),
            ("\"a", Err("a quote without its partner")),
        ] {
            let got = value(written.as_bytes(), 0).map(|value| String::from_utf8_lossy(&value.text).into_owned());
            assert_eq!(got, given.map(str::to_owned), "{written}");
        }
    }

    #[test]
    fn names() {
        for (written, given) in
            [("A.b_1", Some("A.b_1")), ("export AB", Some("AB")), ("export A", None), ("'A'", Some("A")), ("A-B", None)]
        {
            assert_eq!(name(written.as_bytes()).map(|(name, _)| name).as_deref(), given, "{written}");
        }
    }

    #[test]
    fn a_quote_left_open_takes_the_rest_of_the_file_with_it() {
        let read = |text: &str| entries(text.as_bytes()).map(|entries| entries.len());
        assert_eq!(read("A=1\nB=\"x\ny\"\nC=3\n"), Ok(3));
        assert_eq!(read("A=1\nB=\"x\nC=3\n"), Ok(1));
    }
}

//! Go's `subosito/gotenv`, which viper uses: line by line, one pattern a line, and a bad line refuses the whole file.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

use regex::bytes::{Captures, Regex};

use super::Dialect;
use super::reading::{Reading, bytes, fits};
use super::source::Source;
use crate::loader::{Environment, File, Loaded, Loader};

/// The dialects of this family.
pub(super) const DIALECTS: &[Dialect] = &[Dialect { name: "gotenv", load }];

/// Go's line scanner gives up, without an error, at a line of this many bytes.
const LINE_LIMIT: usize = 64 * 1024;

/// How often a value may turn into further lines. The real program has no limit and ends with a full stack.
const DEPTH_LIMIT: usize = 32;

fn load(loader: &Loader, files: &[File<'_>], process: &Environment) -> Loaded {
    let mut reading = Reading::of(process);
    for (index, file) in files.iter().enumerate() {
        let content = match bytes(file) {
            Ok(content) => content,
            Err(_) if matches!(file.content, crate::loader::Content::Folder) => continue,
            Err(why) => {
                reading.fail(index, None, why);
                break;
            }
        };
        let first = reading.loaded.assignments.len();
        let source = Source::verbatim(content);
        let mut parser = Parser { file: index, source: &source, reading: &mut reading, ours: HashMap::new() };
        if let Err((line, why)) = parser.read() {
            reading.loaded.assignments.truncate(first);
            reading.fail(index, Some(line), why);
            break;
        }
        if reading.is_over() {
            break;
        }
        reading.set_last_from(first, loader.process);
    }
    reading.loaded
}

struct Parser<'a> {
    file: usize,
    source: &'a Source,
    reading: &'a mut Reading,
    /// What the file itself has given so far.
    ours: HashMap<String, Vec<u8>>,
}

impl Parser<'_> {
    fn read(&mut self) -> Result<(), (u32, &'static str)> {
        let content = &self.source.bytes;
        let mut at = if content.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
        while at < content.len() && !self.reading.is_over() {
            let end = memchr::memchr(b'\n', &content[at..]).map_or(content.len(), |feed| at + feed);
            let line = self.source.line(at);
            if end - at >= LINE_LIMIT {
                self.reading.warn(self.file, line, "a line of 64 KiB: it and all that follows are dropped silently");
                break;
            }
            let text = &content[at..end];
            let text = text.strip_suffix(b"\r").unwrap_or(text);
            self.statement(text, at, None, 0).map_err(|why| (line, why))?;
            at = end + 1;
        }
        Ok(())
    }

    /// Reads one line. `within` is the place of the value that the line came out of, where it stands in no file.
    fn statement(
        &mut self,
        text: &[u8],
        at: usize,
        within: Option<Range<usize>>,
        depth: usize,
    ) -> Result<(), &'static str> {
        let Some(found) = line_pattern().and_then(|pattern| pattern.captures(text)) else { return refuse(text) };
        let group = |index| found.get(index).map_or(0..0, |m| m.range());
        let name = String::from_utf8_lossy(&text[group(1)]).into_owned();
        let raw = &text[group(2)];
        let value = self.value(raw);
        let written = || {
            let bare = trim_spaces(raw);
            let start = match found.get(2) {
                Some(value) => {
                    value.start() + raw.iter().take_while(|byte| **byte == b' ').count().min(raw.len() - bare.len())
                }
                None => found.get(1).map_or(0, |name| sign_end(text, name.end())),
            };
            at + start..at + start + bare.len()
        };
        let span = within.clone().unwrap_or_else(written);
        let name_at = within.map_or(at + group(1).start, |place| place.start);
        // A value with `=` and line feeds is read on as further lines.
        let mut parts = split_lines(&value).into_iter();
        let first = parts.next().unwrap_or_default().to_vec();
        for part in parts {
            if depth == DEPTH_LIMIT {
                return Err("a value that unfolds into itself");
            }
            let part = part.to_vec();
            if let Err(why @ "a value that unfolds into itself") =
                self.statement(&part, at, Some(span.clone()), depth + 1)
            {
                return Err(why);
            }
        }
        self.ours.insert(name.clone(), first.clone());
        self.reading.record((self.file, self.source), (&name, name_at), (first, span));
        Ok(())
    }

    fn value(&self, raw: &[u8]) -> Vec<u8> {
        let double = raw.starts_with(b"\"");
        let single = raw.starts_with(b"'");
        let trimmed = trim_spaces(raw);
        let quote = |byte: Option<&u8>| matches!(byte, Some(b'"' | b'\''));
        let bare = match trimmed {
            [_, inner @ .., _] if quote(trimmed.first()) && quote(trimmed.last()) => inner,
            whole => whole,
        };
        let text = if double { unescape(bare) } else { bare.to_vec() };
        let Some(pattern) = variable_pattern() else { return text };
        let mut inserted = 0;
        let replace = |found: &Captures<'_>| -> Vec<u8> {
            let whole = &found[0];
            if let Some(escaped) = whole.strip_prefix(b"\\") {
                return escaped.to_vec();
            }
            match found.get(1) {
                Some(name) if !single => {
                    let name = String::from_utf8_lossy(name.as_bytes());
                    let ours = self.ours.get(name.as_ref()).map(Vec::as_slice);
                    let value = ours.or_else(|| self.reading.get(&name)).unwrap_or_default();
                    let value = if fits(inserted, value.len()) { value } else { whole };
                    inserted += value.len();
                    value.to_vec()
                }
                _ => whole.to_vec(),
            }
        };
        pattern.replace_all(&text, replace).into_owned()
    }
}

/// Where the value would begin, were there one: after the sign that follows the name.
fn sign_end(text: &[u8], from: usize) -> usize {
    text[from..].iter().position(|byte| matches!(byte, b'=' | b':')).map_or(from, |sign| from + sign + 1)
}

/// The lines of a value that the real parser takes apart; the whole value where it does not.
fn split_lines(value: &[u8]) -> Vec<&[u8]> {
    let whole = vec![value];
    if !value.contains(&b'=') {
        return whole;
    }
    let split = |separator: u8| value.split(move |byte| *byte == separator).collect::<Vec<_>>();
    let by_feed = split(b'\n');
    if by_feed.len() > 1 { by_feed } else { split(b'\r') }
}

/// `\n` and `\r` become line breaks; any other character but `$` loses the backslash before it.
fn unescape(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = &replace(&replace(text, b"\\n", b"\n"), b"\\r", b"\r")[..];
    while let Some((&byte, after)) = rest.split_first() {
        match after.first() {
            Some(&escaped) if byte == b'\\' && escaped != b'$' => {
                out.push(escaped);
                rest = &after[1..];
            }
            _ => {
                out.push(byte);
                rest = after;
            }
        }
    }
    out
}

fn replace(text: &[u8], from: &[u8; 2], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memmem::find(rest, from) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(to);
        rest = &rest[at + from.len()..];
    }
    out.extend_from_slice(rest);
    out
}

fn trim_spaces(mut text: &[u8]) -> &[u8] {
    while let [b' ', rest @ ..] | [rest @ .., b' '] = text {
        text = rest;
    }
    text
}

fn refuse(text: &[u8]) -> Result<(), &'static str> {
    let text = String::from_utf8_lossy(text);
    match text.trim() {
        "" => Ok(()),
        comment if comment.starts_with('#') => Ok(()),
        export if export.starts_with("export") => Err("`export` of a variable that is not set, or a malformed line"),
        _ => Err("the line is no assignment"),
    }
}

/// A name, a sign, then quoted or bare text, then perhaps a comment. Blanks are those of Go: no vertical tab.
fn line_pattern() -> Option<&'static Regex> {
    static PATTERN: OnceLock<Option<Regex>> = OnceLock::new();
    let blank = r"[\t\n\f\r ]";
    let build = || {
        Regex::new(&format!(
            r#"(?-u)\A{blank}*(?:export{blank}+)?([A-Za-z0-9_.]+)(?:{blank}*={blank}*|:{blank}+?)('(?:'|[^'])*'|"(?:"|[^"])*"|[^#\n]+)?{blank}*(?:\#[^\n]*)?\z"#
        ))
        .ok()
    };
    PATTERN.get_or_init(build).as_ref()
}

fn variable_pattern() -> Option<&'static Regex> {
    static PATTERN: OnceLock<Option<Regex>> = OnceLock::new();
    PATTERN.get_or_init(|| Regex::new(r"(?-u)\\?\$\{?([A-Z0-9_]+)?\}?").ok()).as_ref()
}

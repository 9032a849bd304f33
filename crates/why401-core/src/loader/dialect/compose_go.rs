//! Docker Compose v2: its `.env` and its `env_file`, as compose-go 2.4 reads them.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use regex::Regex;

use super::Dialect;
use super::compose_template::substitute;
use super::godotenv::first_char;
use super::reading::{Reading, bytes, last_wins};
use super::source::{Source, without_mark};
use crate::loader::{Environment, File, Loaded, Loader, Visible};
use crate::secret::Secret;

/// The dialects of this family.
pub(super) const DIALECTS: &[Dialect] = &[Dialect { name: "compose-go", load }];

fn load(loader: &Loader, files: &[File<'_>], process: &Environment) -> Loaded {
    // The result holds what the files give, and nothing else of the process.
    let mut reading = Reading::of(&Environment::new());
    for index in last_wins(loader, files.len()) {
        let outcome = bytes(&files[index]).map_err(|why| (None, why)).and_then(|content| {
            let source = Source::rewritten(content, without_mark);
            let earlier = reading.loaded.values.clone();
            let mut parser = Parser { file: index, source: &source, process, earlier, reading: &mut reading };
            parser.read().map_err(|(at, why)| (Some(source.line(at)), why))
        });
        if let Err((line, why)) = outcome {
            reading.fail(index, line, why);
        }
        if reading.is_over() {
            break;
        }
    }
    if reading.is_over() {
        reading.loaded.values.clear();
    }
    reading.loaded
}

/// Where a statement went wrong, and how.
type Refusal = (usize, &'static str);

struct Parser<'a> {
    file: usize,
    source: &'a Source,
    process: &'a Environment,
    /// What the files before this one gave.
    earlier: BTreeMap<String, Visible>,
    reading: &'a mut Reading,
}

impl Parser<'_> {
    fn read(&mut self) -> Result<(), Refusal> {
        let text = &self.source.bytes[..];
        let mut at = 0;
        while let Some(start) = statement_start(text, at).filter(|_| !self.reading.is_over()) {
            let name = Name::at(text, start)?;
            if name.text.contains(' ') {
                return Err((start, "a name with a blank in it, or a line without `=`"));
            }
            if name.inherited {
                // A name alone hands on the variable of the process.
                if let Some(value) = self.process.get(&name.text) {
                    let visible = Visible { value: value.clone(), from: None };
                    self.reading.loaded.values.insert(name.text, visible);
                }
                at = name.value_at;
                continue;
            }
            let (value, end, next) = self.value(name.value_at)?;
            let place = (self.file, self.source);
            let index = self.reading.record(place, (&name.text, name.start), (value, name.value_at..end));
            self.reading.set(index);
            at = next;
        }
        Ok(())
    }

    /// The value that begins at `at`, where it ends as written, and where reading goes on.
    fn value(&self, at: usize) -> Result<(Vec<u8>, usize, usize), Refusal> {
        let rest = &self.source.bytes[at..];
        let Some(&quote @ (b'"' | b'\'')) = rest.first() else {
            let feed = memchr::memchr(b'\n', rest);
            let line = &rest[..feed.unwrap_or(rest.len())];
            let bare = memchr::memmem::find(line, b" #").map_or(line, |comment| &line[..comment]);
            let bare = trim_end(bare);
            let next = feed.map_or(rest.len(), |feed| feed + 1);
            return Ok((self.expand(bare, at)?, at + bare.len(), at + next));
        };
        let mut inner = Vec::new();
        let mut escaped = false;
        for (index, &byte) in rest.iter().enumerate().skip(1) {
            match byte {
                b'\\' if !escaped => {
                    escaped = true;
                    continue;
                }
                _ if byte == quote && !escaped => {
                    let value = match quote {
                        b'"' => self.expand(&unescape(&inner), at)?,
                        _ => inner,
                    };
                    return Ok((value, at + index + 1, at + index + 1));
                }
                _ if escaped && byte != quote => inner.push(b'\\'),
                _ => {}
            }
            escaped = false;
            inner.push(byte);
        }
        Err((at, "a quote without its partner"))
    }

    /// Fills in references: the process goes before earlier files, and these go before this one.
    fn expand(&self, text: &[u8], at: usize) -> Result<Vec<u8>, Refusal> {
        let lookup = |name: &str| {
            let before = self.process.get(name).or_else(|| self.earlier.get(name).map(|visible| &visible.value));
            before.map(Secret::expose).or_else(|| self.reading.get(name))
        };
        substitute(text, &lookup).map_err(|fault| (at, fault.message()))
    }
}

struct Name {
    text: String,
    start: usize,
    /// Whether the line ends after the name.
    inherited: bool,
    /// Where the value begins, or the next line.
    value_at: usize,
}

impl Name {
    fn at(text: &[u8], start: usize) -> Result<Self, Refusal> {
        let mut at = start;
        let exported = text[at..].strip_prefix(b"export").and_then(<[u8]>::first);
        if matches!(exported, Some(b'\t' | b'\n' | 0x0C | b'\r' | b' ')) {
            at = skip(text, at + "export".len(), is_blank);
        }
        let start = at;
        if start == text.len() {
            return Err((start, "`export` of nothing"));
        }
        loop {
            let Some(c) = first_char(&text[at..]) else {
                if at < text.len() {
                    return Err((start, "a name that is not UTF-8"));
                }
                // Without a sign the rest of the file is the value of a variable without a name.
                return Ok(Self {
                    text: String::new(),
                    start,
                    inherited: false,
                    value_at: skip(text, start, is_blank),
                });
            };
            match c {
                '=' | ':' | '\n' => break,
                '_' | '.' | '-' | '[' | ']' => {}
                _ if is_blank(c) || is_letter_or_number(c) => {}
                _ => return Err((start, "a character that no name may hold")),
            }
            at += c.len_utf8();
        }
        let name = String::from_utf8_lossy(&text[start..at]).trim_end().to_owned();
        Ok(Self { text: name, start, inherited: text[at] == b'\n', value_at: skip(text, at + 1, is_blank) })
    }
}

/// The first character at or after `at` that is neither blank nor in a comment.
fn statement_start(text: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at = skip(text, at, char::is_whitespace);
        match text.get(at) {
            None => return None,
            Some(b'#') => at += memchr::memchr(b'\n', &text[at..])?,
            Some(_) => return Some(at),
        }
    }
}

fn skip(text: &[u8], mut at: usize, blank: impl Fn(char) -> bool) -> usize {
    while let Some(c) = first_char(&text[at..]).filter(|c| blank(*c)) {
        at += c.len_utf8();
    }
    at
}

/// Blanks within a line.
fn is_blank(c: char) -> bool {
    matches!(c, '\t' | '\x0B' | '\x0C' | '\r' | ' ' | '\u{85}' | '\u{A0}')
}

/// Go's letters and numbers. Rust would count some marks and signs among them.
fn is_letter_or_number(c: char) -> bool {
    static PATTERN: OnceLock<Option<Regex>> = OnceLock::new();
    let pattern = || PATTERN.get_or_init(|| Regex::new(r"[\p{L}\p{N}]").ok()).as_ref();
    c.is_ascii_alphanumeric() || (!c.is_ascii() && pattern().is_some_and(|p| p.is_match(c.encode_utf8(&mut [0; 4]))))
}

fn trim_end(text: &[u8]) -> &[u8] {
    let last = text.utf8_chunks().last();
    let Some(chunk) = last.filter(|chunk| chunk.invalid().is_empty()) else { return text };
    &text[..text.len() - (chunk.valid().len() - chunk.valid().trim_end().len())]
}

/// The escapes of a shell, and `\$` as the `$$` that the template knows.
fn unescape(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        let (given, taken) = match after.first().filter(|_| byte == b'\\') {
            Some(b'a') => (&b"\x07"[..], 2),
            Some(b'b') => (&b"\x08"[..], 2),
            Some(b'f') => (&b"\x0C"[..], 2),
            Some(b'n') => (&b"\n"[..], 2),
            Some(b'r') => (&b"\r"[..], 2),
            Some(b't') => (&b"\t"[..], 2),
            Some(b'v') => (&b"\x0B"[..], 2),
            Some(b'"') => (&b"\""[..], 2),
            Some(b'\\') => (&b"\\"[..], 2),
            Some(b'$') => (&b"$$"[..], 2),
            Some(b'0') => {
                let digits = after[1..].iter().take(3).take_while(|digit| digit.is_ascii_digit()).count();
                octal(&after[1..=digits], &mut out);
                (&b""[..], 2 + digits)
            }
            _ => (&rest[..1], 1),
        };
        out.extend_from_slice(given);
        rest = &rest[taken..];
    }
    out
}

/// `\0123` is a character by its octal number; of what is none, only the zero gets lost.
fn octal(digits: &[u8], out: &mut Vec<u8>) {
    let number = std::str::from_utf8(digits).ok().filter(|digits| digits.len() == 3);
    match number.and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
        Some(code) => out.extend_from_slice(char::from(code).encode_utf8(&mut [0; 4]).as_bytes()),
        None => {
            out.push(b'\\');
            out.extend_from_slice(digits);
        }
    }
}

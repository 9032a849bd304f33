//! systemd's `EnvironmentFile=`: a reader that goes byte by byte, with quotes, escapes and continuation lines but no
//! expansion, after which every name that is no identifier is dropped.

use super::super::{Assignment, Environment, File, Loaded, Loader};
use super::named::{Lines, is_identifier, note, open};
use super::{Dialect, overlay};
use crate::secret::Secret;

pub(super) const DIALECTS: &[Dialect] = &[Dialect { name: "systemd", load }];

fn load(loader: &Loader, files: &[File<'_>], process: &Environment) -> Loaded {
    let mut loaded = Loaded::default();
    for (index, file) in files.iter().enumerate() {
        let read = open(index, file).and_then(|bytes| {
            if memchr::memchr(0, bytes).is_some() {
                return Err(note(index, None, "the file holds a NUL byte"));
            }
            Reader::new(index, bytes, &mut loaded).read()
        });
        if let Err(failure) = read {
            loaded.failure = Some(failure);
            loaded.values = overlay(process, &[], loader.process);
            return loaded;
        }
    }
    loaded.values = overlay(process, &loaded.assignments, loader.process);
    loaded
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    BeforeName,
    Name,
    BeforeValue,
    Value,
    ValueEscape,
    Single,
    Double,
    DoubleEscape,
    Comment,
    CommentEscape,
}

struct Reader<'a> {
    file: usize,
    bytes: &'a [u8],
    lines: Lines,
    loaded: &'a mut Loaded,
    name: Vec<u8>,
    /// Where the name begins.
    name_at: usize,
    value: Vec<u8>,
    /// Length of the value without the blanks at its end.
    kept: usize,
    /// The value as written: its first byte that is no blank, and the byte after its last.
    span: Option<(usize, usize)>,
}

impl<'a> Reader<'a> {
    fn new(file: usize, bytes: &'a [u8], loaded: &'a mut Loaded) -> Self {
        Self {
            file,
            bytes,
            lines: Lines::new(bytes),
            loaded,
            name: Vec::new(),
            name_at: 0,
            value: Vec::new(),
            kept: 0,
            span: None,
        }
    }

    fn read(mut self) -> Result<(), super::super::Failure> {
        use State::*;
        let mut state = BeforeName;
        for (at, &c) in self.bytes.iter().enumerate() {
            let newline = c == b'\n' || c == b'\r';
            let blank = newline || c == b' ' || c == b'\t';
            if matches!(state, BeforeValue | Value | ValueEscape | Single | Double | DoubleEscape)
                && (!blank || matches!(state, Single | Double))
            {
                self.span = Some((self.span.map_or(at, |(start, _)| start), at + 1));
            }
            state = match state {
                BeforeName if c == b'#' || c == b';' => Comment,
                BeforeName if blank => BeforeName,
                BeforeName => {
                    (self.name, self.name_at) = (vec![c], at);
                    Name
                }
                Name if newline => {
                    let line = self.lines.of(self.name_at);
                    self.loaded.warnings.push(note(self.file, Some(line), "no = in this line: it is skipped"));
                    BeforeName
                }
                Name if c == b'=' => {
                    self.span = None;
                    self.value.clear();
                    BeforeValue
                }
                Name => {
                    self.name.push(c);
                    Name
                }
                BeforeValue | Value if newline => {
                    let kept = if state == Value { self.kept } else { self.value.len() };
                    self.push(at, kept)?;
                    BeforeName
                }
                BeforeValue if c == b'\'' => Single,
                BeforeValue if c == b'"' => Double,
                BeforeValue | Value if c == b'\\' => ValueEscape,
                BeforeValue if blank => BeforeValue,
                BeforeValue => {
                    self.keep(c);
                    Value
                }
                Value => {
                    self.value.push(c);
                    if !blank {
                        self.kept = self.value.len();
                    }
                    Value
                }
                ValueEscape => {
                    if !newline {
                        self.value.push(c);
                    }
                    self.kept = self.value.len();
                    Value
                }
                Single if c == b'\'' => BeforeValue,
                Double if c == b'"' => BeforeValue,
                Double if c == b'\\' => DoubleEscape,
                Single | Double => {
                    self.keep(c);
                    state
                }
                DoubleEscape => {
                    if b"\"\\`$".contains(&c) {
                        self.keep(c);
                    } else if c != b'\n' {
                        self.keep(b'\\');
                        self.keep(c);
                    }
                    Double
                }
                Comment if c == b'\\' => CommentEscape,
                Comment if newline => BeforeName,
                Comment | CommentEscape => Comment,
            };
        }
        match state {
            BeforeName | Name | Comment | CommentEscape => Ok(()),
            Value => self.push(self.bytes.len(), self.kept),
            _ => self.push(self.bytes.len(), self.value.len()),
        }
    }

    fn keep(&mut self, c: u8) {
        self.value.push(c);
        self.kept = self.value.len();
    }

    /// Takes the assignment that ends before the byte at `at`.
    fn push(&mut self, at: usize, kept: usize) -> Result<(), super::super::Failure> {
        let line = self.lines.of(self.name_at);
        self.value.truncate(kept);
        let name = std::mem::take(&mut self.name);
        let value = Secret::new(std::mem::take(&mut self.value));
        if std::str::from_utf8(&name).is_err() || value.expose_str().is_none() {
            return Err(note(self.file, Some(line), "the line is not UTF-8"));
        }
        let name = name.trim_ascii_end();
        match std::str::from_utf8(name) {
            Ok(name) if is_identifier(name.as_bytes()) => {
                let (start, end) = self.span.unwrap_or((at, at));
                let name = name.to_owned();
                self.loaded.assignments.push(Assignment { file: self.file, name, value, line, span: start..end });
            }
            _ => self.loaded.warnings.push(note(self.file, Some(line), "systemd drops a name that is no identifier")),
        }
        Ok(())
    }
}

//! The one-liners that hand a file's words to a command: `export $(cat .env | xargs)`, `export $(grep -v '^#' .env |
//! xargs)` and `env $(grep -v '^#' .env) COMMAND`.
//!
//! `grep` drops the lines that begin with `#`, `xargs` takes quotes and backslashes off, and what is left is split at
//! every blank, quoted or not. Nothing is expanded. Each byte is followed to the place in the file it came from.

use super::super::{Assignment, Environment, Failure, File, Loaded, Loader, Process};
use super::named::{Lines, is_identifier, note, open};
use super::{Dialect, overlay};
use crate::secret::Secret;

pub(super) const DIALECTS: &[Dialect] = &[
    Dialect { name: "export-xargs", load: |loader, files, process| load(loader, files, process, export, false, true) },
    Dialect {
        name: "export-grep-xargs",
        load: |loader, files, process| load(loader, files, process, export, true, true),
    },
    Dialect { name: "env-grep", load: |loader, files, process| load(loader, files, process, env, true, false) },
];

/// Names that bash keeps for itself: it refuses to set them.
const READ_ONLY: &[&str] = &["BASHOPTS", "BASH_VERSINFO", "EUID", "PPID", "SHELLOPTS", "UID"];

/// A byte and where it stands in the file.
type Placed = (u8, usize);

/// A word, and the byte after its last as written, quotes included.
struct Word {
    bytes: Vec<Placed>,
    end: usize,
}

impl Word {
    fn text(&self) -> Vec<u8> {
        self.bytes.iter().map(|(c, _)| *c).collect()
    }

    /// Name and value around the first `=`.
    fn split(&self) -> Option<(Vec<u8>, &[Placed], usize)> {
        let at = self.bytes.iter().position(|(c, _)| *c == b'=')?;
        let name = self.bytes[..at].iter().map(|(c, _)| *c).collect();
        Some((name, &self.bytes[at + 1..], self.bytes[at].1 + 1))
    }
}

/// Sets variables from the words of one file; what it says ends the whole command.
type Take = fn(&mut Reading<'_>, Vec<Word>) -> Result<(), Failure>;

struct Reading<'a> {
    file: usize,
    bytes: &'a [u8],
    lines: Lines,
    process: &'a mut Environment,
    loaded: &'a mut Loaded,
}

fn load(loader: &Loader, files: &[File<'_>], process: &Environment, take: Take, grep: bool, xargs: bool) -> Loaded {
    let mut loaded = Loaded::default();
    let mut before = process.clone();
    for (file, content) in files.iter().enumerate() {
        let bytes = match open(file, content) {
            Ok(bytes) => bytes,
            Err(warning) => {
                loaded.warnings.push(warning);
                continue;
            }
        };
        let mut reading = Reading { file, bytes, lines: Lines::new(bytes), process: &mut before, loaded: &mut loaded };
        let placed = if grep { reading.without_comments() } else { bytes.iter().copied().zip(0..).collect() };
        let words = if xargs { reading.through_xargs(&placed) } else { split(&placed) };
        if let Err(failure) = take(&mut reading, words) {
            loaded.failure = Some(failure);
            loaded.values = overlay(process, &[], Process::Loses);
            return loaded;
        }
    }
    loaded.values = overlay(&before, &loaded.assignments, loader.process);
    loaded
}

impl Reading<'_> {
    fn warn(&mut self, at: usize, message: &str) {
        let line = self.lines.of(at);
        self.loaded.warnings.push(note(self.file, Some(line), message));
    }

    fn push(&mut self, name: &[u8], value: Secret, span: std::ops::Range<usize>) {
        let name = String::from_utf8_lossy(name).into_owned();
        let line = self.lines.of(span.start);
        self.loaded.assignments.push(Assignment { file: self.file, name, value, line, span });
    }

    /// `grep -v '^#'`: a file with a NUL byte counts as binary and gives nothing; so does a line that is not UTF-8.
    fn without_comments(&mut self) -> Vec<Placed> {
        let mut out = Vec::with_capacity(self.bytes.len());
        if let Some(at) = memchr::memchr(0, self.bytes) {
            self.warn(at, "grep finds a NUL byte, calls the file binary and prints none of it");
            return out;
        }
        let mut start = 0;
        for line in self.bytes.split_inclusive(|c| *c == b'\n') {
            if !line.starts_with(b"#") {
                if std::str::from_utf8(line).is_ok() {
                    out.extend(line.iter().copied().zip(start..));
                } else {
                    self.warn(start, "grep calls a line that is not UTF-8 binary and does not print it");
                }
            }
            start += line.len();
        }
        out
    }

    /// What `xargs` gives to `echo`, split into words again by the shell.
    fn through_xargs(&mut self, text: &[Placed]) -> Vec<Word> {
        let mut arguments = self.arguments(text);
        let options = arguments.iter().take_while(|word| is_echo_option(&word.text())).count();
        for word in arguments.drain(..options) {
            let line = self.lines.of(word.end);
            self.loaded.warnings.push(note(self.file, Some(line), "echo takes this word for an option"));
        }
        arguments.into_iter().flat_map(|word| resplit(&word)).collect()
    }

    fn arguments(&mut self, text: &[Placed]) -> Vec<Word> {
        let mut words = Vec::new();
        let mut word: Option<Word> = None;
        let (mut quote, mut escaped, mut quote_at, mut between) = (None, false, 0, true);
        for &(c, at) in text {
            let put = |word: &mut Option<Word>| {
                let word = word.get_or_insert_with(|| Word { bytes: Vec::new(), end: at + 1 });
                word.bytes.push((c, at));
                word.end = at + 1;
            };
            if escaped {
                put(&mut word);
                escaped = false;
            } else if let Some(open) = quote {
                if c == open {
                    quote = None;
                    word.get_or_insert_with(|| Word { bytes: Vec::new(), end: at + 1 }).end = at + 1;
                } else if c == b'\n' {
                    break;
                } else {
                    put(&mut word);
                }
            } else if matches!(c, b' ' | b'\t' | b'\n') {
                words.extend(word.take());
                between = true;
                continue;
            } else if between && matches!(c, b'\r' | 0x0b | 0x0c) {
                continue;
            } else if c == b'\\' {
                escaped = true;
            } else if c == b'\'' || c == b'"' {
                (quote, quote_at) = (Some(c), at);
            } else {
                put(&mut word);
            }
            between = false;
        }
        if quote.is_some() {
            self.warn(quote_at, "xargs finds no second quote on this line and stops here; the rest is not read");
        } else {
            words.extend(word);
        }
        for word in &mut words {
            if let Some(at) = word.bytes.iter().position(|(c, _)| *c == 0) {
                word.bytes.truncate(at);
            }
        }
        if let Some(at) = words.iter().position(|word| word.bytes.len() >= LONGEST) {
            self.warn(words[at].end, "this word is longer than a line of xargs, which stops here");
            words.truncate(at);
        }
        words
    }
}

/// Bytes in which xargs builds `echo WORD`: 128 KiB, less the command and its NUL.
const LONGEST: usize = (128 << 10) - "echo".len() - 1;

fn is_echo_option(word: &[u8]) -> bool {
    word.strip_prefix(b"-").is_some_and(|rest| !rest.is_empty() && rest.iter().all(|c| b"neE".contains(c)))
}

/// The words between blanks, as a shell splits what a command printed.
fn split(text: &[Placed]) -> Vec<Word> {
    text.split(|(c, _)| matches!(c, b' ' | b'\t' | b'\n'))
        .filter_map(|part| part.last().map(|(_, at)| Word { bytes: part.to_vec(), end: at + 1 }))
        .collect()
}

fn resplit(word: &Word) -> Vec<Word> {
    let mut parts = split(&word.bytes);
    if let (Some(last), false) = (parts.last_mut(), word.bytes.last().is_some_and(|(c, _)| c.is_ascii_whitespace())) {
        last.end = word.end;
    }
    parts
}

/// bash's `export WORD…`.
fn export(reading: &mut Reading<'_>, words: Vec<Word>) -> Result<(), Failure> {
    let mut words = words.into_iter().peekable();
    let mut unexport = false;
    while let Some(word) = words.next_if(|word| word.text().starts_with(b"-") && word.bytes.len() > 1) {
        let text = word.text();
        if text == b"--" {
            break;
        }
        if !text[1..].iter().all(|c| b"np".contains(c)) {
            reading.warn(word.end, "export knows no such option and sets nothing");
            return Ok(());
        }
        unexport |= text.contains(&b'n');
    }
    for word in words {
        let Some((mut name, value, start)) = word.split() else {
            if !is_identifier(&word.text()) {
                reading.warn(word.end, "export takes no word that is neither a name nor an assignment");
            }
            continue;
        };
        let append = name.last() == Some(&b'+');
        if append {
            name.pop();
        }
        if !is_identifier(&name) {
            reading.warn(start, "export takes no name that is not made of letters, digits and _");
            continue;
        }
        if READ_ONLY.iter().any(|known| known.as_bytes() == name) {
            reading.warn(start, "bash keeps this variable for itself and does not set it");
            continue;
        }
        let mut bytes = Vec::new();
        if append {
            let known = |a: &&Assignment| a.name.as_bytes() == name;
            let earlier = reading.loaded.assignments.iter().rev().find(known).map(|a| &a.value);
            let earlier = earlier.or_else(|| std::str::from_utf8(&name).ok().and_then(|n| reading.process.get(n)));
            bytes.extend_from_slice(earlier.map(Secret::expose).unwrap_or_default());
        }
        bytes.extend(value.iter().map(|(c, _)| *c));
        if unexport {
            reading.warn(start, "export -n sets this variable for the shell alone");
            continue;
        }
        reading.push(&name, Secret::new(bytes), start..word.end.max(start));
    }
    Ok(())
}

/// GNU `env WORD… COMMAND`: the first word without `=` is the command.
fn env(reading: &mut Reading<'_>, words: Vec<Word>) -> Result<(), Failure> {
    let mut words = words.into_iter().peekable();
    while let Some(word) = words.next_if(|word| word.bytes.first().is_some_and(|(c, _)| *c == b'-')) {
        match word.text().as_slice() {
            b"--" => break,
            b"-" => {
                reading.process.clear();
                break;
            }
            b"-i" | b"--ignore-environment" => reading.process.clear(),
            b"-v" | b"--debug" => {}
            _ => {
                let line = reading.lines.of(word.end);
                return Err(note(reading.file, Some(line), "env takes this word for an option that it does not know"));
            }
        }
    }
    while let Some(word) = words.next() {
        let Some((name, value, start)) = word.split() else {
            // The command may be env once more.
            if word.text() == b"env" {
                return env(reading, words.collect());
            }
            let line = reading.lines.of(word.end);
            return Err(note(reading.file, Some(line), "env takes this word for the command to run"));
        };
        let value = Secret::new(value.iter().map(|(c, _)| *c).collect::<Vec<_>>());
        reading.push(&name, value, start..word.end.max(start));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<(String, usize)> {
        let bytes = text.as_bytes();
        let placed: Vec<Placed> = bytes.iter().copied().zip(0..).collect();
        let (mut process, mut loaded) = (Environment::new(), Loaded::default());
        let mut reading =
            Reading { file: 0, bytes, lines: Lines::new(bytes), process: &mut process, loaded: &mut loaded };
        let words = reading.through_xargs(&placed);
        words.iter().map(|word| (String::from_utf8(word.text()).unwrap(), word.end)).collect()
    }

    #[test]
    fn xargs_takes_quotes_off_and_the_shell_splits_again() {
        for (text, expected) in [
            ("A=\"a b\" C='d'\n", vec![("A=a", 4), ("b", 7), ("C=d", 13)]),
            ("A=a\\ b\\\\\n", vec![("A=a", 3), ("b\\", 8)]),
            ("A=1\nB=\"2\nC=3\n", vec![("A=1", 3)]),
            ("-n A=1\n", vec![("A=1", 6)]),
        ] {
            let expected: Vec<_> = expected.into_iter().map(|(word, end)| (word.to_owned(), end)).collect();
            assert_eq!(words(text), expected, "{text:?}");
        }
    }
}

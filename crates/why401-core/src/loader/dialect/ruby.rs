//! Ruby's `dotenv` gem, versions 2 and 3, also as Rails loads it: one pattern a line (2) or over the whole file (3),
//! then quotes, escapes, variables and commands.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use regex::{Captures, Regex};

use super::Dialect;
use super::command::{Ran, backquotes, parenthesised};
use super::reading::{Reading, bytes, fits};
use super::source::{Source, without_mark};
use crate::loader::{Content, Environment, File, Loaded, Loader, Process};

/// The dialects of this family.
pub(super) const DIALECTS: &[Dialect] = &[
    Dialect { name: "ruby-dotenv2", load: |loader, files, process| load(loader, files, process, Version::Two) },
    Dialect { name: "ruby-dotenv3", load: |loader, files, process| load(loader, files, process, Version::Three) },
];

#[derive(Clone, Copy, PartialEq)]
enum Version {
    Two,
    Three,
}

/// What `String#strip` takes away in Ruby.
const BLANK: [char; 7] = ['\t', '\n', '\x0B', '\x0C', '\r', ' ', '\0'];

fn load(loader: &Loader, files: &[File<'_>], process: &Environment, version: Version) -> Loaded {
    let mut reading = Reading::of(process);
    let mut unknown = HashSet::new();
    for (index, file) in files.iter().enumerate() {
        let content = match bytes(file) {
            Ok(content) => content,
            Err(_) if matches!(file.content, Content::Missing) || version == Version::Three => continue,
            Err(why) => {
                reading.fail(index, None, why);
                break;
            }
        };
        let source = match version {
            Version::Two => Source::rewritten(content, without_mark),
            Version::Three => Source::rewritten(content, |at, rest| match rest {
                [b'\r', b'\n', ..] => Some((2, b"\n")),
                [b'\r', ..] => Some((1, b"\n")),
                _ => without_mark(at, rest),
            }),
        };
        let Ok(text) = std::str::from_utf8(&source.bytes) else {
            reading.fail(index, None, "the file is not UTF-8");
            break;
        };
        let environment = reading.environment();
        let mut parser = Parser {
            file: index,
            source: &source,
            version,
            rule: loader.process,
            reading: &mut reading,
            unknown: &mut unknown,
            ours: HashMap::new(),
            order: Vec::new(),
            environment,
            missing: Cell::new(false),
        };
        let outcome = match version {
            Version::Two => parser.lines(text),
            Version::Three => parser.scan(text),
        };
        if parser.missing.get() {
            // The error is the one of a file that is not there, and is passed over like that.
            let line = parser.reading.loaded.assignments.last().map_or(1, |last| last.line);
            reading.warn(
                index,
                line,
                "a command in a value is no program: the whole file is passed over without a word",
            );
            continue;
        }
        if let Err((line, why)) = outcome.and_then(|()| parser.apply()) {
            reading.fail(index, line, why);
        }
        if reading.is_over() {
            break;
        }
    }
    reading.loaded
}

/// The line and the reason of an error.
type Refusal = (Option<u32>, &'static str);

struct Parser<'a> {
    file: usize,
    source: &'a Source,
    version: Version,
    rule: Process,
    reading: &'a mut Reading,
    /// Names whose value only a command that we do not run could tell.
    unknown: &'a mut HashSet<String>,
    /// What the file has given so far: the value, and the assignment that gave it.
    ours: HashMap<String, (Option<String>, Option<usize>)>,
    /// Names as they came.
    order: Vec<String>,
    /// What a command sees.
    environment: Environment,
    /// Whether a command is no program, which ends the reading.
    missing: Cell<bool>,
}

impl Parser<'_> {
    /// Version 2: each line alone.
    fn lines(&mut self, text: &str) -> Result<(), Refusal> {
        let mut at = 0;
        for line in text.split(['\n', '\r']) {
            if self.reading.is_over() || self.missing.get() {
                break;
            }
            if let Some(found) = pattern(self.version).and_then(|pattern| pattern.captures(line)) {
                self.assign(&found, at);
            } else {
                let mut words = line.split(|c: char| c != '\0' && BLANK.contains(&c)).filter(|word| !word.is_empty());
                let export = words.next() == Some("export");
                if export && words.any(|name| !self.ours.contains_key(name)) {
                    return Err((Some(self.source.line(at)), "`export` of a variable that is not set"));
                }
            }
            at += line.len() + 1;
        }
        Ok(())
    }

    /// Version 3: wherever the pattern fits.
    fn scan(&mut self, text: &str) -> Result<(), Refusal> {
        let Some(pattern) = pattern(self.version) else { return Ok(()) };
        for found in pattern.captures_iter(text) {
            if self.reading.is_over() || self.missing.get() {
                break;
            }
            let name = &found["key"];
            let kept = self.rule == Process::Wins && name != "DOTENV_LINEBREAK_MODE";
            let before = self.reading.get(name).filter(|_| kept).map(|v| String::from_utf8_lossy(v).into_owned());
            if before.is_none() && found.name("export").is_some() && found.name("value").is_none() {
                if !self.ours.contains_key(name) {
                    let at = found.name("key").map_or(0, |key| key.start());
                    return Err((Some(self.source.line(at)), "`export` of a variable that is not set"));
                }
                continue;
            }
            self.assign(&found, 0);
            if before.is_some() {
                self.ours.insert(name.to_owned(), (before, None));
            }
        }
        Ok(())
    }

    /// Takes one assignment. `base` is the offset of the text that the pattern saw.
    fn assign(&mut self, found: &Captures<'_>, base: usize) {
        let Some(name) = found.name("key") else { return };
        let place = match found.name("value") {
            Some(value) => {
                let bare = value.as_str().trim_matches(BLANK);
                let lead = value.as_str().len() - value.as_str().trim_start_matches(BLANK).len();
                let start = base + value.start() + lead.min(value.len() - bare.len());
                start..start + bare.len()
            }
            None => {
                let sign = found.name("sign").map_or(name.end(), |sign| sign.start() + 1);
                base + sign..base + sign
            }
        };
        let raw = found.name("value").map_or("", |value| value.as_str());
        let value = self.value(raw);
        if value.is_none() && self.reading.get(name.as_str()).is_none() {
            let line = self.source.line(base + name.start());
            self.reading.warn(self.file, line, "a command in the value was not run: what it gives is not known");
        }
        // What is written stands in for a value that we cannot know; it is not set.
        let bytes = value.clone().unwrap_or_else(|| raw.to_owned()).into_bytes();
        let at = base + name.start();
        let index = self.reading.record((self.file, self.source), (name.as_str(), at), (bytes, place));
        let name = name.as_str().to_owned();
        if !self.ours.contains_key(&name) {
            self.order.push(name.clone());
        }
        self.ours.insert(name, (value, Some(index)));
    }

    /// Hands what the file gave to the environment.
    fn apply(&mut self) -> Result<(), Refusal> {
        for name in std::mem::take(&mut self.order) {
            let Some((value, Some(index))) = self.ours.get(&name) else { continue };
            if self.rule == Process::Wins && (self.reading.get(&name).is_some() || self.unknown.contains(&name)) {
                continue;
            }
            match value {
                None => {
                    self.unknown.insert(name);
                }
                Some(value) if value.contains('\0') => return Err((None, "a value holds a NUL byte")),
                Some(_) => self.reading.set(*index),
            }
        }
        Ok(())
    }

    /// The value of what is written; `None` where only a command could tell.
    fn value(&self, raw: &str) -> Option<String> {
        let text = raw.trim_matches(BLANK);
        let (quote, mut text) = match text.chars().next() {
            Some(quote @ ('"' | '\'')) if text.len() > 1 && text.ends_with(quote) => {
                (Some(quote), text[1..text.len() - 1].to_owned())
            }
            _ => (None, text.to_owned()),
        };
        if quote == Some('\'') {
            return Some(text);
        }
        let double = quote == Some('"');
        match self.version {
            Version::Two => {
                if double {
                    text = unescape(&text.replace("\\n", "\n").replace("\\r", "\r"));
                }
                self.commands(&self.variables(&text)?)
            }
            Version::Three => {
                let breaks = || self.lookup("DOTENV_LINEBREAK_MODE").ok().flatten().as_deref() == Some("legacy");
                if double && breaks() {
                    text = text.replace("\\n", "\n").replace("\\r", "\r");
                } else if double {
                    text = text.replace("\\n", "\\\\n").replace("\\r", "\\\\r");
                }
                self.variables(&self.commands(&unescape(&text))?)
            }
        }
    }

    /// The value of a name; an error where only a command could tell.
    fn lookup(&self, name: &str) -> Result<Option<String>, ()> {
        let process = self.reading.get(name).map(|value| String::from_utf8_lossy(value).into_owned());
        let ours = match self.ours.get(name) {
            Some((None, _)) => Some(Err(())),
            Some((Some(value), _)) => Some(Ok(Some(value.clone()))),
            None => None,
        };
        let process_first = self.version == Version::Two && self.rule == Process::Wins;
        match (process_first, process, ours) {
            (true, Some(process), _) | (_, Some(process), None) => Ok(Some(process)),
            (_, _, Some(ours)) => ours,
            (_, None, None) if self.unknown.contains(name) => Err(()),
            (_, None, None) => Ok(None),
        }
    }

    /// Replaces `$NAME` and `${NAME}`; a backslash before the `$` keeps it, and goes.
    fn variables(&self, text: &str) -> Option<String> {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            let (before, found) = rest.split_at(at);
            let mut after = &found[1..];
            if after.starts_with('(') {
                out.push_str(before);
                out.push('$');
                rest = after;
                continue;
            }
            after = after.strip_prefix('{').unwrap_or(after);
            let name = &after[..after.find(|c| !in_name(c)).unwrap_or(after.len())];
            after = &after[name.len()..];
            after = after.strip_prefix('}').unwrap_or(after);
            let whole = &found[..found.len() - after.len()];
            if let Some(before) = before.strip_suffix('\\') {
                out.push_str(before);
                out.push_str(whole);
            } else {
                out.push_str(before);
                match name {
                    "" => out.push_str(whole),
                    name => {
                        let value = self.lookup(name).ok()?.unwrap_or_default();
                        out.push_str(if fits(out.len(), value.len()) { &value } else { whole });
                    }
                }
            }
            rest = after;
        }
        out.push_str(rest);
        Some(out)
    }

    /// Replaces `$(command)`; a backslash before the `$` keeps it, and goes.
    fn commands(&self, text: &str) -> Option<String> {
        let mut out = String::with_capacity(text.len());
        let groups = parenthesised(text.as_bytes());
        let mut at = 0;
        while let Some(start) = text[at..].find("$(").map(|found| at + found) {
            let before = &text[at..start];
            let Some(length) = groups.get(&(start + 1)) else {
                out.push_str(&text[at..=start]);
                at = start + 1;
                continue;
            };
            let whole = &text[start..=start + length];
            if let Some(before) = before.strip_suffix('\\') {
                out.push_str(before);
                out.push_str(whole);
            } else {
                out.push_str(before);
                let command = &whole[2..whole.len() - 1];
                let command = match self.version {
                    Version::Two => command.to_owned(),
                    Version::Three => self.variables(command)?,
                };
                match backquotes(&command, &self.environment)? {
                    Ran::Answered(answer) => {
                        let text = answer.text.strip_suffix('\n').unwrap_or(&answer.text);
                        out.push_str(
                            text.strip_suffix('\r').filter(|_| text.len() < answer.text.len()).unwrap_or(text),
                        );
                    }
                    Ran::Missing => self.missing.set(true),
                }
            }
            at = start + whole.len();
        }
        out.push_str(&text[at..]);
        Some(out)
    }
}

/// Ruby compares without regard to case, and so takes the long s and the Kelvin sign for letters.
fn in_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '\u{17F}' | '\u{212A}')
}

/// Any character but `$` loses the backslash before it.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match chars.next_if(|escaped| c == '\\' && *escaped != '$') {
            Some(escaped) => out.push(escaped),
            None => out.push(c),
        }
    }
    out
}

fn pattern(version: Version) -> Option<&'static Regex> {
    static TWO: OnceLock<Option<Regex>> = OnceLock::new();
    static THREE: OnceLock<Option<Regex>> = OnceLock::new();
    let blank = r"[\t\n\x0B\f\r ]";
    let key = "(?<key>[A-Za-z0-9_.]+)";
    match version {
        Version::Two => TWO.get_or_init(|| {
            // Within quotes of one kind anything may stand, these quotes included.
            let value = r#"'(?:'|[^'])*'|"(?:"|[^"])*"|[^#\n]+"#;
            Regex::new(&format!(
                r"\A{blank}*(?:export{blank}+)?{key}(?:{blank}*(?<sign>[=]){blank}*|:{blank}+?)(?<value>{value})?{blank}*(?:\#.*)?\z"
            ))
            .ok()
        }),
        Version::Three => THREE.get_or_init(|| {
            let value = format!(r#"{blank}*'(?:\\'|[^'])*'|{blank}*"(?:\\"|[^"])*"|[^\#\n]+"#);
            Regex::new(&format!(
                r"(?m:^){blank}*(?<export>export{blank}+)?{key}(?:(?:{blank}*(?<sign>[=]){blank}*?|:{blank}+?)(?<value>{value})?)?{blank}*(?:\#.*)?(?m:$)"
            ))
            .ok()
        }),
    }
    .as_ref()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_is_not_run_leaves_no_value() {
        for slug in ["ruby-dotenv", "ruby-dotenv3"] {
            let text = b"A=$(whoami)\nB=x$A\nC=$(echo a b)\nD='$(whoami)'\n";
            let file = File { path: ".env", content: Content::Bytes(text) };
            let loaded = Loader::find(slug).map(|loader| loader.load(&[file], &Environment::new())).unwrap_or_default();
            let given: Vec<_> = loaded.values.iter().map(|(name, seen)| (&name[..], seen.value.expose_str())).collect();
            assert_eq!(given, [("C", Some("a b")), ("D", Some("$(whoami)"))], "{slug}");
            assert_eq!(loaded.warnings.iter().map(|warning| warning.line).collect::<Vec<_>>(), [Some(1), Some(2)]);
        }
    }
}

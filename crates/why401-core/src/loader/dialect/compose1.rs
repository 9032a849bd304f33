//! docker-compose 1: the `.env` beside the Compose file, and the `env_file:` of a service. Both are read with
//! python-dotenv 0.21, a byte order mark allowed.

use std::collections::BTreeMap;

use super::Dialect;
use super::python::{Dict, Opened, open, unreadable};
use super::python_dotenv::{from_process, resolve, without_mark};
use super::python_dotenv_grammar::{Version, parse};
use crate::loader::{Environment, File, Loaded, Loader, Visible};
use crate::secret::Secret;

pub(super) const DIALECTS: &[Dialect] =
    &[Dialect { name: "compose1-dotenv", load: dotenv }, Dialect { name: "compose1-env_file", load: env_file }];

/// What `${NAME}` in the Compose file stands for: the shell's value, or else the one of `.env`. Names that no reference
/// can spell are left out.
fn dotenv(_: &Loader, files: &[File<'_>], process: &Environment) -> Loaded {
    let mut loaded = Loaded::default();
    let dict = match files.first().map(|file| open(0, file)) {
        Some(Opened::Text(text)) => read(0, text, process, &mut loaded),
        Some(Opened::Undecodable(failure)) => {
            return Loaded { values: from_process(process), failure: Some(failure), ..loaded };
        }
        Some(Opened::Missing | Opened::Folder) | None => Dict::new(),
    };
    for (name, at) in dict.iter().filter(|(name, _)| can_be_referred_to(name)) {
        // A bare name is known, and empty.
        let assignment = at.and_then(|at| loaded.assignments.get(at));
        let value = assignment.map(|assignment| as_config_prints(&assignment.value)).unwrap_or_default();
        loaded.values.insert(name.to_owned(), Visible { value, from: *at });
    }
    loaded.values.extend(process.iter().map(|(name, value)| {
        let value = as_config_prints(value);
        (name.clone(), Visible { value, from: None })
    }));
    loaded
}

/// The variables that a service gets from its env files: the last file wins, the shell has no say, except that a bare
/// name takes the shell's value.
fn env_file(_: &Loader, files: &[File<'_>], process: &Environment) -> Loaded {
    let mut loaded = Loaded::default();
    let mut merged: BTreeMap<String, Option<usize>> = BTreeMap::new();
    for (index, file) in files.iter().enumerate() {
        let text = match open(index, file) {
            Opened::Text(text) => text,
            Opened::Missing => {
                let failure = unreadable(index, "there is no such file: docker-compose stops");
                return Loaded { failure: Some(failure), ..loaded };
            }
            Opened::Folder => {
                let failure = unreadable(index, "a folder stands there: docker-compose stops");
                return Loaded { failure: Some(failure), ..loaded };
            }
            Opened::Undecodable(failure) => return Loaded { failure: Some(failure), ..loaded },
        };
        let dict = read(index, text, process, &mut loaded);
        if loaded.failure.is_some() {
            return loaded;
        }
        merged.extend(dict.iter().map(|(name, at)| (name.to_owned(), *at)));
    }
    for (name, at) in merged {
        let visible = match at.and_then(|at| loaded.assignments.get(at)) {
            Some(assignment) => Some(Visible { value: assignment.value.clone(), from: at }),
            None => process.get(&name).map(|value| Visible { value: value.clone(), from: None }),
        };
        if let Some(visible) = visible {
            loaded.values.insert(name, visible);
        }
    }
    loaded
}

fn read(index: usize, text: &str, process: &Environment, loaded: &mut Loaded) -> Dict<Option<usize>> {
    let parsed = parse(text, without_mark(text), Version::V0_21);
    resolve(parsed, index, true, &|name| process.get(name).cloned(), loaded)
}

/// Whether `${name}` is a reference in a Compose file.
fn can_be_referred_to(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The value as it comes out of `docker-compose config`. Its YAML keeps every character but one: a next-line character
/// (U+0085) that is printed raw is read back as a line break, which folds.
fn as_config_prints(value: &Secret) -> Secret {
    match value.expose_str() {
        Some(text) if text.contains('\u{85}') && is_printed_raw(text) => Secret::from(folded(text).as_str()),
        _ => value.clone(),
    }
}

/// Whether PyYAML writes the text in single quotes: printable throughout, and no space beside a line break.
fn is_printed_raw(text: &str) -> bool {
    let is_break = |c: char| matches!(c, '\n' | '\u{85}' | '\u{2028}' | '\u{2029}');
    let printable = |c: char| {
        matches!(c, '\n' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10fffe}')
            && c != '\u{feff}'
    };
    let beside = text.chars().zip(text.chars().skip(1));
    text.chars().all(printable)
        && beside.into_iter().all(|(a, b)| !(a == ' ' && is_break(b) || is_break(a) && b == ' '))
}

/// Folds the line breaks of a single-quoted YAML scalar that was written with its breaks as they are, plus one `\n`
/// before each run that begins with `\n`.
fn folded(text: &str) -> String {
    let is_break = |c: char| matches!(c, '\n' | '\u{85}' | '\u{2028}' | '\u{2029}');
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(is_break) {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let length = after.find(|c| !is_break(c)).unwrap_or(after.len());
        let (run, tail) = after.split_at(length);
        let mut breaks = run.chars().map(|c| if c == '\u{85}' { '\n' } else { c });
        // The first break of a run is the fold; one that is no `\n` stands for itself.
        let first = if run.starts_with('\n') { Some('\n') } else { breaks.next() };
        match first {
            Some('\n') if length == run.chars().next().map_or(0, char::len_utf8) && !run.starts_with('\n') => {
                out.push(' ');
            }
            Some('\n') | None => {}
            Some(other) => out.push(other),
        }
        out.extend(breaks);
        rest = tail;
    }
    out.push_str(rest);
    out
}

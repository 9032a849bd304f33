//! python-decouple and Starlette: one line, one variable, quotes taken off, nothing else.

use super::Dialect;
use super::python::{Lines, Opened, is_line_end, is_space, open, unreadable};
use super::python_dotenv::from_process;
use crate::loader::{Assignment, Environment, Failure, File, Loaded, Loader, Visible};
use crate::secret::Secret;

pub(super) const DIALECTS: &[Dialect] =
    &[Dialect { name: "decouple", load: decouple }, Dialect { name: "starlette", load: starlette }];

/// What `config(name)` answers with a `RepositoryEnv`: it opens its file or stops.
fn decouple(_: &Loader, files: &[File<'_>], process: &Environment) -> Loaded {
    match files.first().map(|file| open(0, file)) {
        Some(Opened::Missing) => failed(process, "there is no such file: decouple stops with a FileNotFoundError"),
        Some(Opened::Folder) => failed(process, "a folder stands there: decouple stops with an IsADirectoryError"),
        Some(opened) => read(opened, process),
        None => read(Opened::Missing, process),
    }
}

/// What `Config(".env")` answers: without a file it warns and goes on.
fn starlette(_: &Loader, files: &[File<'_>], process: &Environment) -> Loaded {
    let opened = files.first().map_or(Opened::Missing, |file| open(0, file));
    let missing = matches!(opened, Opened::Missing | Opened::Folder) && !files.is_empty();
    let mut loaded = read(opened, process);
    if missing {
        loaded.warnings.push(unreadable(0, "there is no such file: Starlette warns and goes on without it"));
    }
    loaded
}

fn failed(process: &Environment, message: &str) -> Loaded {
    Loaded { values: from_process(process), failure: Some(unreadable(0, message)), ..Loaded::default() }
}

fn read(opened: Opened<'_>, process: &Environment) -> Loaded {
    let mut loaded = Loaded { values: from_process(process), ..Loaded::default() };
    let text = match opened {
        Opened::Text(text) => text,
        Opened::Missing | Opened::Folder => return loaded,
        Opened::Undecodable(failure) => return Loaded { failure: Some(failure), ..loaded },
    };
    let mut lines = Lines::new(text);
    let mut start = 0;
    for whole in text.split(is_line_end) {
        let line = whole.trim_matches(is_space);
        let number = lines.of(start);
        let offset = start + (whole.len() - whole.trim_start_matches(is_space).len());
        // Every line end is one byte.
        start += whole.len() + 1;
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, after) = line.split_once('=').unwrap_or_default();
        let name = name.trim_end_matches(is_space);
        if name.is_empty() {
            let message = "the line is not NAME=VALUE, and passed over".to_owned();
            loaded.warnings.push(Failure { file: 0, line: Some(number), message });
            continue;
        }
        let written = after.trim_start_matches(is_space);
        let from = offset + line.len() - written.len();
        let assignment = Assignment {
            file: 0,
            name: name.to_owned(),
            value: Secret::from(unquoted(written)),
            line: number,
            span: from..from + written.len(),
        };
        if !process.contains_key(name) {
            let visible = Visible { value: assignment.value.clone(), from: Some(loaded.assignments.len()) };
            loaded.values.insert(name.to_owned(), visible);
        }
        loaded.assignments.push(assignment);
    }
    loaded
}

/// The value without the quotes around it, if it begins and ends with the same one.
fn unquoted(written: &str) -> &str {
    ['"', '\''].into_iter().find_map(|quote| written.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(written)
}

//! django-environ: what `Env.read_env` puts into `os.environ`, and what `env('NAME')` then makes of it.

use super::Dialect;
use super::python::{Dict, Lines, Opened, open, refused_by_environ};
use super::python_dotenv::from_process;
use crate::loader::{Assignment, Environment, Failure, File, Loaded, Loader, Process, Visible};
use crate::secret::Secret;

pub(super) const DIALECTS: &[Dialect] =
    &[Dialect { name: "django-environ", load: read_env }, Dialect { name: "django-environ-str", load: env_str }];

/// References that are followed for one variable before it counts as a circle.
const STEPS: usize = 300;

/// The environment after `read_env` of each file in turn. A missing file is passed over.
fn read_env(loader: &Loader, files: &[File<'_>], process: &Environment) -> Loaded {
    let mut loaded = Loaded { values: from_process(process), ..Loaded::default() };
    for (index, file) in files.iter().enumerate() {
        let text = match open(index, file) {
            Opened::Text(text) => text,
            Opened::Missing | Opened::Folder => continue,
            Opened::Undecodable(failure) => return Loaded { failure: Some(failure), ..loaded },
        };
        let dict = parse(index, text, &mut loaded);
        for (name, &at) in dict.iter() {
            let Some(assignment) = loaded.assignments.get(at) else { continue };
            if loader.process != Process::Loses && loaded.values.contains_key(name) {
                continue;
            }
            if let Some(why) = refused_by_environ(name, assignment.value.expose()) {
                let failure = Failure { file: index, line: Some(assignment.line), message: why.to_owned() };
                return Loaded { failure: Some(failure), ..loaded };
            }
            loaded.values.insert(name.to_owned(), Visible { value: assignment.value.clone(), from: Some(at) });
        }
    }
    loaded
}

/// What `env.str(name, default=None)` answers: a value that begins with `$` is the name of another variable, and an empty
/// value is as good as none.
fn env_str(loader: &Loader, files: &[File<'_>], process: &Environment) -> Loaded {
    let mut loaded = read_env(loader, files, process);
    let environment = loaded.values.clone();
    loaded.values.retain(|_, visible| {
        let mut value = visible.value.clone();
        for _ in 0..STEPS {
            let Some(rest) = value.expose().strip_prefix(b"$") else {
                let found = !value.is_empty();
                visible.value = value;
                return found;
            };
            let dollars = rest.iter().take_while(|byte| **byte == b'$').count();
            let named = rest.get(dollars..).and_then(|name| std::str::from_utf8(name).ok());
            match named.and_then(|name| environment.get(name)) {
                Some(next) => value = next.value.clone(),
                None => return false,
            }
        }
        false
    });
    loaded
}

/// Which assignment counts for each name.
fn parse(file: usize, text: &str, loaded: &mut Loaded) -> Dict<usize> {
    let mut dict = Dict::new();
    let mut lines = Lines::new(text);
    let mut start = 0;
    for line in text.split(ends_line) {
        let number = lines.of(start);
        match assignment(line) {
            Some((name, written)) => {
                let from = start + line.len() - written.len();
                dict.set(name.to_owned(), loaded.assignments.len());
                let value = Secret::from(value(written).as_str());
                let span = from..from + written.len();
                loaded.assignments.push(Assignment { file, name: name.to_owned(), value, line: number, span });
            }
            None if line.is_empty() || line.starts_with('#') => {}
            None => {
                let message = "the line is not NAME=VALUE from its first character on, and passed over".to_owned();
                loaded.warnings.push(Failure { file, line: Some(number), message });
            }
        }
        let end = text.get(start + line.len()..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        start += line.len() + end;
    }
    dict
}

/// What `str.splitlines` takes for the end of a line. `\r\n` gives an empty line in between, which says nothing.
fn ends_line(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Name and value of `NAME=VALUE` or `export NAME=VALUE`, with no blank anywhere but after `export`.
fn assignment(line: &str) -> Option<(&str, &str)> {
    let line = line.strip_prefix("export ").unwrap_or(line);
    let (name, value) = line.split_once('=')?;
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then_some((name, value))
}

/// The value without its quotes: single ones first, then double ones, in which a backslash makes the next character
/// plain, except that `\r`, `\n` and `\t` stay as they are written.
fn value(written: &str) -> String {
    let inner = within(written, '\'').unwrap_or(written);
    let Some(inner) = within(inner, '"') else { return inner.to_owned() };
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some(next @ ('r' | 'n' | 't')) => out.extend(['\\', next]),
            Some(next) => out.push(next),
            None => out.push('\\'),
        }
    }
    out
}

fn within(text: &str, quote: char) -> Option<&str> {
    text.strip_prefix(quote)?.strip_suffix(quote)
}

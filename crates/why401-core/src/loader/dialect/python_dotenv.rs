//! python-dotenv, environs and pydantic-settings: one parser, three ideas of who wins.

use std::collections::{BTreeMap, BTreeSet};

use super::Dialect;
use super::growth::Growth;
use super::python::{Dict, Opened, open, refused_by_environ, unreadable};
use super::python_dotenv_grammar::{Parsed, Version, Written, parse};
use crate::loader::{Assignment, Environment, Failure, File, Loaded, Loader, Process, Several, Visible};
use crate::secret::Secret;

pub(super) const DIALECTS: &[Dialect] = &[
    Dialect { name: "python-dotenv", load: load_dotenv },
    Dialect { name: "environs", load: environs },
    Dialect { name: "pydantic-settings", load: pydantic },
];

/// What `load_dotenv` leaves in `os.environ`: each file in turn is written over what was there before it.
fn load_dotenv(loader: &Loader, files: &[File<'_>], process: &Environment) -> Loaded {
    let mut loaded = Loaded { values: from_process(process), ..Loaded::default() };
    if process.get("PYTHON_DOTENV_DISABLED").and_then(Secret::expose_str).is_some_and(is_truthy) {
        return loaded;
    }
    let overrides = loader.process == Process::Loses;
    for (index, file) in files.iter().enumerate() {
        let text = match open(index, file) {
            Opened::Text(text) => text,
            Opened::Missing | Opened::Folder => continue,
            Opened::Undecodable(failure) => return Loaded { failure: Some(failure), ..loaded },
        };
        let parsed = parse(text, without_mark(text), Version::V1_2);
        let environment = std::mem::take(&mut loaded.values);
        let outside = |name: &str| environment.get(name).map(|seen| seen.value.clone());
        let dict = resolve(parsed, index, overrides, &outside, &mut loaded);
        loaded.values = environment;
        if loaded.failure.is_some() {
            return loaded;
        }
        for (name, assigned) in dict.iter() {
            let Some(at) = *assigned else { continue };
            let Some(assignment) = loaded.assignments.get(at) else { continue };
            if loaded.values.contains_key(name) && !overrides {
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

/// What `env.str(name)` answers after `read_env`: the process first, then a table of its own in which the first file
/// that sets a name wins.
pub(super) fn environs(_: &Loader, files: &[File<'_>], process: &Environment) -> Loaded {
    let mut loaded = Loaded { values: from_process(process), ..Loaded::default() };
    for (index, file) in files.iter().enumerate() {
        let text = match open(index, file) {
            Opened::Text(text) => text,
            Opened::Missing => continue,
            Opened::Folder => {
                loaded.failure = Some(unreadable(index, "a folder stands there: environs stops with a ValueError"));
                return loaded;
            }
            Opened::Undecodable(failure) => return Loaded { failure: Some(failure), ..loaded },
        };
        let parsed = parse(text, without_mark(text), Version::V1_2);
        let dict = resolve(parsed, index, true, &|name| process.get(name).cloned(), &mut loaded);
        if loaded.failure.is_some() {
            return loaded;
        }
        for (name, assigned) in dict.iter() {
            let Some((at, assignment)) = assigned.and_then(|at| Some((at, loaded.assignments.get(at)?))) else {
                continue;
            };
            let visible = Visible { value: assignment.value.clone(), from: Some(at) };
            loaded.values.entry(name.to_owned()).or_insert(visible);
        }
    }
    loaded
}

/// What the fields of a `BaseSettings` hold: names are compared in lower case, the process wins, then the last file.
fn pydantic(loader: &Loader, files: &[File<'_>], process: &Environment) -> Loaded {
    let mut loaded = Loaded::default();
    let mut spellings: BTreeSet<String> = process.keys().cloned().collect();
    let mut merged: Dict<Option<usize>> = Dict::new();
    for (index, file) in files.iter().enumerate() {
        let text = match open(index, file) {
            Opened::Text(text) => text,
            Opened::Missing | Opened::Folder => continue,
            Opened::Undecodable(failure) => {
                return Loaded { values: from_process(process), failure: Some(failure), ..loaded };
            }
        };
        let parsed = parse(text, without_mark(text), Version::V1_2);
        let dict = resolve(parsed, index, true, &|name| process.get(name).cloned(), &mut loaded);
        if loaded.failure.is_some() {
            return loaded;
        }
        for (name, assigned) in dict.iter() {
            spellings.insert(name.to_owned());
            let folded = name.to_lowercase();
            if loader.several == Several::FirstWins && merged.get(&folded).is_some_and(Option::is_some) {
                continue;
            }
            merged.set(folded, *assigned);
        }
    }
    let mut by_folded: BTreeMap<String, Visible> = BTreeMap::new();
    for (name, at) in merged.iter() {
        if let Some((at, assignment)) = at.and_then(|at| Some((at, loaded.assignments.get(at)?))) {
            by_folded.insert(name.to_owned(), Visible { value: assignment.value.clone(), from: Some(at) });
        }
    }
    for (name, value) in process {
        by_folded.insert(name.to_lowercase(), Visible { value: value.clone(), from: None });
    }
    // A field may be spelt as either side spells it.
    loaded.values = spellings
        .into_iter()
        .filter_map(|name| by_folded.get(&name.to_lowercase()).cloned().map(|visible| (name, visible)))
        .collect();
    loaded
}

/// What a program sees before any file is read.
pub(super) fn from_process(process: &Environment) -> BTreeMap<String, Visible> {
    process.iter().map(|(name, value)| (name.clone(), Visible { value: value.clone(), from: None })).collect()
}

/// Where reading begins: after one byte order mark.
pub(super) fn without_mark(text: &str) -> usize {
    if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
}

/// Expands the values of one file in reading order and notes them in `loaded`. The answer says for each name which
/// assignment counts; `None` where a bare name came last, which takes an earlier value away. A failure in `loaded` says
/// that the references grew without end.
///
/// `file_first`: a reference finds what the file set above it before what `outside` holds.
pub(super) fn resolve(
    parsed: Parsed,
    file: usize,
    file_first: bool,
    outside: &dyn Fn(&str) -> Option<Secret>,
    loaded: &mut Loaded,
) -> Dict<Option<usize>> {
    warn(&parsed, file, loaded);
    let mut dict: Dict<Option<usize>> = Dict::new();
    let growth = Growth::default();
    for binding in parsed.bindings {
        let Some(written) = binding.value else {
            dict.set(binding.name, None);
            continue;
        };
        let value = expand(&written.text, &|name| {
            // A bare name of the file is known, and empty.
            let inside = || {
                let at = dict.get(name)?;
                let value = at.and_then(|at| loaded.assignments.get(at)).map(|assignment| assignment.value.clone());
                Some(value.unwrap_or_default())
            };
            let found = if file_first { inside().or_else(|| outside(name)) } else { outside(name).or_else(inside) };
            found.filter(|found| growth.allows(found.len()))
        });
        if growth.is_over() {
            loaded.failure = Some(Growth::failure(file));
            return dict;
        }
        dict.set(binding.name.clone(), Some(loaded.assignments.len()));
        let Written { span, .. } = written;
        loaded.assignments.push(Assignment { file, name: binding.name, value, line: binding.line, span });
    }
    dict
}

/// Notes the statements that were passed over.
pub(super) fn warn(parsed: &Parsed, file: usize, loaded: &mut Loaded) {
    loaded.warnings.extend(parsed.bad_lines.iter().map(|&line| Failure {
        file,
        line: Some(line),
        message: "the statement is not understood and passed over".to_owned(),
    }));
}

/// Replaces `${NAME}` and `${NAME:-default}`. What is not set gives the default or nothing; what a reference gives is
/// not looked at again.
pub(super) fn expand(text: &str, lookup: &dyn Fn(&str) -> Option<Secret>) -> Secret {
    let mut out: Vec<u8> = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let (before, reference) = rest.split_at(at);
        out.extend(before.as_bytes());
        rest = match reference_at(reference) {
            Ok((name, default, after)) => {
                match lookup(name) {
                    Some(value) => out.extend(value.expose()),
                    None => out.extend(default.unwrap_or_default().as_bytes()),
                }
                after
            }
            Err(after) => {
                out.extend(reference.as_bytes().strip_suffix(after.as_bytes()).unwrap_or_default());
                after
            }
        };
    }
    out.extend(rest.as_bytes());
    Secret::new(out)
}

/// The name, the default and what follows the reference with which `text` begins. Where it is none, the text from which
/// the search goes on: every `${` before a stray `:` ends at that same `:`.
fn reference_at(text: &str) -> Result<(&str, Option<&str>, &str), &str> {
    let inner = text.get(2..).unwrap_or_default();
    let (name, after) = inner.find(['}', ':']).and_then(|at| inner.split_at_checked(at)).ok_or("")?;
    if let Some(after) = after.strip_prefix('}') {
        return Ok((name, None, after));
    }
    match after.strip_prefix(":-") {
        Some(default) => default.split_once('}').map(|(default, after)| (name, Some(default), after)).ok_or(""),
        None => Err(after),
    }
}

/// The words with which `PYTHON_DOTENV_DISABLED` switches `load_dotenv` off.
fn is_truthy(value: &str) -> bool {
    ["1", "true", "t", "yes", "y"].contains(&value.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references() {
        for (text, expected) in [
            ("a${B}c", "a2c"),
            ("${X:-y${B}}", "y${B}"),
            ("${B:+alt}$B", "${B:+alt}$B"),
            ("${${B}}", "}"),
            ("${X-y}", ""),
            ("${B", "${B"),
            ("$${B}", "$2"),
        ] {
            let seen = expand(text, &|name| (name == "B").then(|| Secret::from("2")));
            assert_eq!(seen.expose_str(), Some(expected), "{text}");
        }
    }
}

//! `uv run --env-file`: the lines of Rust's dotenvy, whose values uv collects for the command instead of setting them.

use std::collections::BTreeMap;

use super::super::{Assignment, Environment, File, Loaded, Loader, Visible};
use super::dotenvy::{Lines, NOT_UTF8, split, statement_text, value};
use super::growth::Growth;
use super::named::{note, open};
use super::source::Source;
use super::{Dialect, overlay};
use crate::secret::Secret;

/// `uv run` with one or more `--env-file`.
pub(super) const DIALECTS: &[Dialect] = &[Dialect { name: "uv", load }];

/// The file that was named last is read first, and what is set is never replaced. A malformed line costs a warning and
/// the rest of its file; a file that cannot be read ends the program.
fn load(loader: &Loader, files: &[File<'_>], before: &Environment) -> Loaded {
    let mut loaded = Loaded { values: overlay(before, &[], loader.process), ..Loaded::default() };
    let growth = Growth::default();
    for (index, file) in files.iter().enumerate().rev() {
        match open(index, file) {
            Ok(bytes) => read(index, bytes, before, &growth, &mut loaded),
            Err(failure) => loaded.failure = Some(failure),
        }
        if loaded.failure.is_some() {
            break;
        }
    }
    let with_nul = loaded.values.values().find(|visible| visible.value.expose().contains(&0));
    if let Some(assignment) = with_nul.and_then(|visible| loaded.assignments.get(visible.from?)) {
        let message = "the value holds a NUL, with which no command can be started";
        loaded.failure.get_or_insert(note(assignment.file, Some(assignment.line), message));
    }
    if loaded.failure.is_some() {
        loaded.values = overlay(before, &[], loader.process);
    }
    loaded
}

fn read(file: usize, bytes: &[u8], before: &Environment, growth: &Growth, loaded: &mut Loaded) {
    // References see the process and this file, of which the last assignment counts, but no other file.
    let mut so_far: BTreeMap<String, String> = BTreeMap::new();
    let source = Source::verbatim(bytes);
    let mut at = 0;
    while at < bytes.len() {
        let read = statement_text(bytes, at, Lines::Quoted).and_then(|(text, next)| {
            let Some(statement) = split(text, at)? else { return Ok((None, next)) };
            let lookup = |name: &str| {
                let own = before.get(name).and_then(Secret::expose_str);
                let found = own.or_else(|| so_far.get(name).map(String::as_str));
                found.filter(|found| growth.allows(found.len())).unwrap_or_default()
            };
            let (value, length) = value(statement.written, lookup)?;
            Ok((Some((statement, value, length)), next))
        });
        if growth.is_over() {
            loaded.failure = Some(Growth::failure(file));
            return;
        }
        let (found, next) = match read {
            Ok(found) => found,
            Err(NOT_UTF8) => {
                loaded.failure = Some(note(file, Some(source.line(at)), NOT_UTF8));
                return;
            }
            Err(why) => {
                let message = format!("{why}: uv warns and reads nothing from here on");
                loaded.warnings.push(note(file, Some(source.line(at)), message));
                return;
            }
        };
        at = next;
        let Some((statement, value, length)) = found else { continue };
        let name = statement.name.to_owned();
        let number = loaded.assignments.len();
        let line = source.line(statement.name_at);
        let span = statement.value_at..statement.value_at + length;
        so_far.insert(name.clone(), value.clone());
        let value = Secret::new(value.into_bytes());
        loaded.values.entry(name.clone()).or_insert_with(|| Visible { value: value.clone(), from: Some(number) });
        loaded.assignments.push(Assignment { file, name, value, line, span });
    }
}

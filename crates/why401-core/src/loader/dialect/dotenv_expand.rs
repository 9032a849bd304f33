//! npm's dotenv-expand 12: `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME:+other}`. Vite, dotenv-cli and others carry it.

use super::super::{Assignment, Environment, File, Loaded, Loader};
use super::Dialect;
use super::dotenv::{overrides, parse_file, populate, read};
use super::inherited::{Stuck, is_inherited, replacement};
use super::javascript::{Object, ProcessEnv, replace_first, unescape_dollars};
use crate::secret::Secret;

/// dotenv 17 with dotenv-expand 12 behind it, and dotenv-cli, which expands the whole environment.
pub(super) const DIALECTS: &[Dialect] =
    &[Dialect { name: "dotenv-expand12", load: load_expand12 }, Dialect { name: "dotenv-cli", load: load_cli }];

/// Replacements after which an expansion is taken to be one that never ends. The real loader runs out of stack there, or
/// of memory.
const MOST_STEPS: usize = 8_000;

/// Bytes that the replacements of one expansion may go through, all steps together.
const MOST_BYTES: usize = 1 << 24;

/// Counts the steps of one expansion.
#[derive(Default)]
pub(super) struct Steps {
    taken: usize,
    bytes: usize,
}

impl Steps {
    pub(super) fn next(&mut self, length: usize) -> Result<(), Stuck> {
        self.taken += 1;
        self.bytes = self.bytes.saturating_add(length);
        if self.taken > MOST_STEPS || self.bytes > MOST_BYTES { Err(Stuck::Endless) } else { Ok(()) }
    }
}

/// A reference in a value.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reference<'a> {
    /// As written, `$` and braces included.
    pub(super) written: &'a str,
    /// What is looked up.
    pub(super) name: &'a str,
    /// `:-`, `-`, `:+` or `+`.
    pub(super) operator: Option<&'a str>,
    /// What stands behind the operator.
    pub(super) other: &'a str,
}

impl<'a> Reference<'a> {
    /// The first reference whose `$` no backslash precedes.
    pub(super) fn first(value: &'a str) -> Option<Self> {
        value.match_indices('$').filter(|(at, _)| !value[..*at].ends_with('\\')).find_map(|(at, _)| {
            let rest = &value[at + 1..];
            if let Some(inside) = rest.strip_prefix('{').map(|inside| &inside[..inside.find(['{', '}']).unwrap_or(0)])
                && !inside.is_empty()
                && rest[1 + inside.len()..].starts_with('}')
            {
                return Some(Self::split(&value[at..at + inside.len() + 3], inside));
            }
            let bare = &rest[..rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len())];
            (!bare.is_empty() && !bare.starts_with(|c: char| c.is_ascii_digit()))
                .then(|| Self::split(&value[at..=at + bare.len()], bare))
        })
    }

    /// Splits at the first operator. Without one the real code splits at `null`, the text of the operator it did not
    /// find, so that a name with `null` in it is cut there.
    fn split(written: &'a str, expression: &'a str) -> Self {
        let at = expression.char_indices().find_map(|(at, _)| {
            let found = [":+", "+", ":-", "-"].into_iter().find(|operator| expression[at..].starts_with(operator))?;
            Some(at..at + found.len())
        });
        let operator = at.clone().map(|at| &expression[at]);
        let at = at.or_else(|| expression.find("null").map(|at| at..at + "null".len()));
        let (name, other) = at.map_or((expression, ""), |at| (&expression[..at.start], &expression[at.end..]));
        Self { written, name, operator, other }
    }
}

/// Expands one value. `lookup` answers for the process first and for what the file set before second; `set_before` for
/// the file alone.
pub(super) fn expand_value<'v>(
    value: &str,
    lookup: impl Fn(&str) -> Option<&'v str>,
    set_before: impl Fn(&str) -> Option<&'v str>,
) -> Result<String, Stuck> {
    let mut result = value.to_owned();
    let mut seen = std::collections::BTreeSet::new();
    let mut steps = Steps::default();
    while let Some(reference) = Reference::first(&result) {
        steps.next(result.len())?;
        seen.insert(result.clone());
        let found = lookup(reference.name);
        let inherited = found.is_none() && is_inherited(reference.name);
        let by = match (reference.operator, found.filter(|value| !value.is_empty())) {
            (Some(":+" | "+"), None) if !inherited => "",
            (Some(":+" | "+"), _) => reference.other,
            (_, _) if inherited => replacement(reference.name, reference.written)?,
            // A value that this expansion has passed through would lead in a circle.
            (_, Some(value)) if !seen.contains(value) => value,
            (_, _) => reference.other,
        };
        let next = replace_first(&result, reference.written, by);
        let done = set_before(reference.name) == Some(next.as_str());
        result = next;
        if done {
            break;
        }
    }
    Ok(result)
}

/// What stands under a name: its value and the number of the assignment it comes from.
pub(super) type Entry = (String, usize);

/// `expand({ parsed, processEnv })`: expands what a file set and writes it into `process`, where a value that is not
/// empty wins over the file's.
pub(super) fn expand(parsed: &mut Object<Entry>, process: &mut ProcessEnv<'_>) -> Result<(), Stuck> {
    let mut running: Object<String> = Object::default();
    for name in parsed.keys() {
        let Some((written, number)) = parsed.get(&name).cloned() else { continue };
        let own = process.get(&name).filter(|own| !own.is_empty() && *own != written);
        let value = match own {
            Some(own) => own.to_owned(),
            None => {
                let before = |name: &str| running.get(name).map(String::as_str);
                expand_value(&written, |name| process.get(name).or_else(|| before(name)), before)?
            }
        };
        let value = unescape_dollars(&value).into_owned();
        running.set(&name, value.clone());
        parsed.set(&name, (value, number));
    }
    write_back(parsed, process);
    Ok(())
}

/// Writes what was expanded into the process.
pub(super) fn write_back(parsed: &Object<Entry>, process: &mut ProcessEnv<'_>) {
    for name in parsed.keys() {
        if let Some((value, number)) = parsed.get(&name) {
            let kept = process.get(&name).is_some_and(|own| !own.is_empty());
            let from = if kept { process.origin(&name) } else { Some(*number) };
            process.set(&name, value, from);
        }
    }
}

/// Gives each assignment that stands in `process` the value that it has there.
pub(super) fn show_expanded(assignments: &mut [Assignment], process: &ProcessEnv<'_>) {
    for (number, assignment) in assignments.iter_mut().enumerate() {
        let value = process.get(&assignment.name).filter(|_| process.origin(&assignment.name) == Some(number));
        if let Some(value) = value {
            assignment.value = Secret::from(value);
        }
    }
}

/// Reads the files as dotenv does and hands what they set, and the process, to an expansion.
pub(super) fn load_and_expand(
    loader: &Loader,
    files: &[File<'_>],
    before: &Environment,
    expand: fn(&mut Object<Entry>, &mut ProcessEnv<'_>, &mut Loaded) -> Result<(), Stuck>,
) -> Loaded {
    let mut loaded = Loaded::default();
    let mut process = ProcessEnv::new(before);
    let mut all: Object<Entry> = Object::default();
    for (index, file) in files.iter().enumerate() {
        let Some(source) = read(index, file, &mut loaded) else { continue };
        let parsed = parse_file(index, source, &mut loaded);
        for name in parsed.keys() {
            if let Some(entry) = parsed.get(&name).filter(|_| overrides(loader) || all.get(&name).is_none()) {
                all.set(&name, entry.clone());
            }
        }
    }
    populate(&mut process, &all, overrides(loader));
    if let Err(stuck) = expand(&mut all, &mut process, &mut loaded) {
        loaded.failure = Some(stuck.failure(0));
    }
    show_expanded(&mut loaded.assignments, &process);
    loaded.values = process.into_values();
    loaded
}

fn load_expand12(loader: &Loader, files: &[File<'_>], before: &Environment) -> Loaded {
    load_and_expand(loader, files, before, |parsed, process, _| expand(parsed, process))
}

/// dotenv-cli loads file after file and then expands the whole environment, what was there before included.
fn load_cli(loader: &Loader, files: &[File<'_>], before: &Environment) -> Loaded {
    let mut loaded = Loaded::default();
    let mut process = ProcessEnv::new(before);
    for (index, file) in files.iter().enumerate() {
        let Some(source) = read(index, file, &mut loaded) else { continue };
        let parsed = parse_file(index, source, &mut loaded);
        populate(&mut process, &parsed, overrides(loader));
    }
    let mut running: Object<String> = Object::default();
    for name in process.keys() {
        let before = |name: &str| running.get(name).map(String::as_str);
        let lookup = |name: &str| process.get(name).or_else(|| before(name));
        match expand_value(process.get(&name).unwrap_or_default(), lookup, before) {
            Ok(value) => {
                let value = unescape_dollars(&value).into_owned();
                let from = process.origin(&name);
                running.set(&name, value.clone());
                process.set(&name, &value, from);
            }
            Err(stuck) => {
                loaded.failure = Some(stuck.failure(0));
                break;
            }
        }
    }
    show_expanded(&mut loaded.assignments, &process);
    loaded.values = process.into_values();
    loaded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references() {
        for (value, expected) in [
            ("plain \\$A", None),
            ("$1 ${} ${a{b} $", None),
            ("x${A}y", Some(("${A}", "A", None, ""))),
            ("$A_1-b", Some(("$A_1", "A_1", None, ""))),
            ("${A:-b-c}", Some(("${A:-b-c}", "A", Some(":-"), "b-c"))),
            ("${A+b}", Some(("${A+b}", "A", Some("+"), "b"))),
            ("$Anullb", Some(("$Anullb", "A", None, "b"))),
        ] {
            let found = Reference::first(value).map(|r| (r.written, r.name, r.operator, r.other));
            assert_eq!(found, expected, "{value}");
        }
    }

    #[test]
    fn circles_without_end_are_found() {
        let lookup = |name: &str| Some(if name == "A" { "1$B" } else { "2$B" });
        assert_eq!(expand_value("$A", lookup, |_| None), Err(Stuck::Endless));
    }
}

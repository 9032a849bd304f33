//! dynaconf with `load_dotenv=True`: python-dotenv 0.10 fills the environment, and every variable of it is then cast, by
//! TOML or by a word such as `@int` before it.
//!
//! What is no text is shown as Python's `repr` writes it. Values that only running code could tell (`@jinja`,
//! `@read_file`, format fields with attributes) count as not set, with a warning.

use std::collections::BTreeMap;

use super::Dialect;
use super::dynaconf_cast::{Cast, Wrong};
use super::dynaconf_settings::{LAZY_DEPTH, Settings, Stop};
use super::growth::Growth;
use super::python::{Dict, Opened, open, refused_by_environ};
use super::python_dotenv::{expand, from_process, warn};
use super::python_dotenv_grammar::{Version, parse};
use crate::loader::{Assignment, Environment, Failure, File, Loaded, Loader, Visible};
use crate::secret::Secret;

pub(super) const DIALECTS: &[Dialect] = &[Dialect { name: "dynaconf", load }];

/// What `settings.get(name)` answers for each name of the environment, and for the names that stand after `DYNACONF_`.
fn load(_: &Loader, files: &[File<'_>], process: &Environment) -> Loaded {
    let mut loaded = Loaded { values: from_process(process), ..Loaded::default() };
    let Some(file) = files.first() else { return cast_all(loaded, &[]) };
    let text = match open(0, file) {
        Opened::Text(text) => text,
        Opened::Missing | Opened::Folder => return cast_all(loaded, &[]),
        Opened::Undecodable(failure) => return Loaded { failure: Some(failure), ..loaded },
    };
    let order = assign(text, process, &mut loaded);
    if loaded.failure.is_some() {
        return loaded;
    }
    let mut set = Vec::new();
    for at in order {
        let Some(Assignment { name, value, line, .. }) = loaded.assignments.get(at) else { continue };
        if process.contains_key(name) {
            continue;
        }
        if let Some(why) = refused_by_environ(name, value.expose()) {
            let failure = Failure { file: 0, line: Some(*line), message: why.to_owned() };
            return Loaded { failure: Some(failure), ..loaded };
        }
        loaded.values.insert(name.clone(), Visible { value: value.clone(), from: Some(at) });
        set.push(name.clone());
    }
    cast_all(loaded, &set)
}

/// Notes the assignments; the answer holds those that count, in the order in which the environment is filled. A name
/// has its last value throughout, so that a reference sees it above the line too.
fn assign(text: &str, process: &Environment, loaded: &mut Loaded) -> Vec<usize> {
    let parsed = parse(text, 0, Version::V0_10);
    warn(&parsed, 0, loaded);
    let mut dict: Dict<Option<usize>> = Dict::new();
    for binding in parsed.bindings {
        let Some(written) = binding.value else {
            dict.set(binding.name, None);
            continue;
        };
        dict.set(binding.name.clone(), Some(loaded.assignments.len()));
        let value = Secret::from(written.text.as_str());
        let span = written.span;
        loaded.assignments.push(Assignment { file: 0, name: binding.name, value, line: binding.line, span });
    }
    let growth = Growth::default();
    let mut done: BTreeMap<&str, Option<usize>> = BTreeMap::new();
    let mut order = Vec::new();
    for (name, at) in dict.iter() {
        if let Some(at) = *at {
            let text = loaded.assignments.get(at).and_then(|a| a.value.expose_str()).unwrap_or_default();
            let value = expand(text, &|wanted| {
                let above = || {
                    let at = *done.get(wanted)?;
                    Some(at.and_then(|at| loaded.assignments.get(at)).map(|a| a.value.clone()).unwrap_or_default())
                };
                process.get(wanted).cloned().or_else(above).filter(|found| growth.allows(found.len()))
            });
            if growth.is_over() {
                loaded.failure = Some(Growth::failure(0));
                return order;
            }
            if let Some(assignment) = loaded.assignments.get_mut(at) {
                assignment.value = value;
            }
            order.push(at);
        }
        done.insert(name, *at);
    }
    order
}

/// Casts every variable of the environment: those of the process, then `set`, the ones the file brought, in order.
fn cast_all(mut loaded: Loaded, set: &[String]) -> Loaded {
    let environment = std::mem::take(&mut loaded.values);
    let before = environment.iter().filter(|(_, seen)| seen.from.is_none()).map(|(name, _)| name);
    let order: Vec<&String> = before.chain(set).collect();
    let mut settings = Settings::new(&environment);
    for prefix in ["DYNACONF_", ""] {
        for name in &order {
            let Some(key) = name.strip_prefix(prefix) else { continue };
            let Some(seen) = environment.get(*name) else { continue };
            let text = seen.value.expose_str().unwrap_or_default();
            match Cast::of_variable(text) {
                Ok(cast) => settings.set(key, cast),
                Err(why) => {
                    let line = seen.from.and_then(|at| loaded.assignments.get(at)).map(|a| a.line);
                    let message = format!("{}: dynaconf stops, and no setting can be read", why.0);
                    return Loaded { failure: Some(Failure { file: 0, line, message }), ..loaded };
                }
            }
        }
    }
    for (name, source) in order.iter().flat_map(|name| spellings(name).map(|spelling| (spelling, *name))) {
        let from = environment.get(source).and_then(|seen| seen.from);
        let line = from.and_then(|at| loaded.assignments.get(at)).map(|a| a.line);
        match settings.get(&name, LAZY_DEPTH) {
            Ok(Some(value)) => {
                let value = Secret::from(value.shown().as_str());
                loaded.values.insert(name, Visible { value, from });
            }
            Ok(None) => {}
            Err(Stop::Unknown(why)) => {
                loaded.warnings.push(Failure { file: 0, line, message: why.to_owned() });
            }
            Err(Stop::Failed(Wrong(why))) => {
                loaded.failure.get_or_insert(Failure { file: 0, line, message: why.to_owned() });
            }
        }
    }
    if settings.grew_over() {
        loaded.failure = Some(Growth::failure(0));
    }
    loaded
}

/// The names by which a program asks for what the variable `name` sets: its own, the one after `DYNACONF_`, and the
/// setting that either belongs to, in upper case.
fn spellings(name: &str) -> impl Iterator<Item = String> {
    let own = [name.strip_prefix("DYNACONF_").unwrap_or_default(), name].map(str::to_owned);
    let settings = own.clone().map(|name| {
        let end = name.find("__").into_iter().chain(name.find('.')).min().unwrap_or(name.len());
        name.get(..end).unwrap_or_default().to_uppercase()
    });
    settings.into_iter().chain(own).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loader::Content;

    fn read(text: &str) -> Loaded {
        let file = File { path: ".env", content: Content::Bytes(text.as_bytes()) };
        Loader::find("dynaconf").map(|loader| loader.load(&[file], &Environment::new())).unwrap_or_default()
    }

    #[test]
    fn names_lead_into_tables() {
        let loaded = read("DB__KEY=1\nDB__key=2\nDYNACONF_X=y\n");
        let seen: Vec<_> = loaded.values.iter().map(|(name, seen)| (name.as_str(), seen.value.expose_str())).collect();
        let expected = [("DB", "{'KEY': 2}"), ("DB__KEY", "2"), ("DB__key", "2"), ("DYNACONF_X", "y"), ("X", "y")];
        assert_eq!(seen, expected.map(|(name, value)| (name, Some(value))));
    }

    #[test]
    fn hostile_files_come_to_an_end() {
        let doubling = (1..50).map(|n| format!("A{n}=@format {{this.A{}}}{{this.A{}}}\n", n - 1, n - 1));
        for text in [
            format!("A0=0123456789\n{}", doubling.collect::<String>()),
            format!("A={}", "@merge ".repeat(100_000)),
            format!("A{}=1", ".a".repeat(100_000)),
            format!("A={}", "[".repeat(100_000)),
            format!("A={{{}=1}}", ["a"; 100_000].join(".")),
            format!("A=0x{}", "f".repeat(1_000_000)),
            "A=@get A\n".to_owned(),
        ] {
            let _ = read(&text);
        }
    }
}

//! Next.js: dotenv's parser with an expansion of its own, which also rewrites what the process had before.

use super::super::{Content, Environment, File, Loaded, Loader};
use super::Dialect;
use super::dotenv::{parse_file, read};
use super::dotenv_expand::{Entry, Steps, show_expanded};
use super::inherited::{Stuck, is_inherited, replacement};
use super::javascript::{Object, ProcessEnv, is_word, replace_first, unescape_dollars};

/// `loadEnvConfig` of `@next/env`.
pub(super) const DIALECTS: &[Dialect] = &[Dialect { name: "next", load }];

fn load(_: &Loader, files: &[File<'_>], before: &Environment) -> Loaded {
    let mut loaded = Loaded::default();
    let mut process = ProcessEnv::new(before);
    let mut first: Object<Entry> = Object::default();
    for (index, file) in files.iter().enumerate() {
        if matches!(file.content, Content::Folder) {
            continue;
        }
        let Some(source) = read(index, file, &mut loaded) else { continue };
        let mut parsed = parse_file(index, source, &mut loaded);
        // An expansion that never ends costs this file; the next one is read all the same.
        match expand(&mut parsed, &process) {
            Err(stuck) => loaded.warnings.push(stuck.failure(index)),
            Ok(()) => {
                for name in parsed.keys() {
                    if let Some((value, number)) = parsed.get(&name) {
                        let from = if process.get(&name).is_some() { process.origin(&name) } else { Some(*number) };
                        process.set(&name, value, from);
                        if !before.contains_key(&name) && first.get(&name).is_none() {
                            first.set(&name, (value.clone(), *number));
                        }
                    }
                }
            }
        }
    }
    // A later file expands an earlier one's value once more; what the program gets is the first result.
    for name in first.keys() {
        if let Some((value, number)) = first.get(&name) {
            process.set(&name, value, Some(*number));
        }
    }
    show_expanded(&mut loaded.assignments, &process);
    loaded.values = process.into_values();
    loaded
}

fn expand(parsed: &mut Object<Entry>, process: &ProcessEnv<'_>) -> Result<(), Stuck> {
    for name in parsed.keys() {
        let Some((written, number)) = parsed.get(&name).cloned() else { continue };
        let value = process.get(&name).map_or(written, str::to_owned);
        let value = unescape_dollars(&expand_value(value, parsed, process)?).into_owned();
        parsed.set(&name, (value, number));
    }
    Ok(())
}

/// Expands from the last `$` to the first. A `$` that no name follows ends it.
fn expand_value(mut value: String, parsed: &Object<Entry>, process: &ProcessEnv<'_>) -> Result<String, Stuck> {
    let mut steps = Steps::default();
    while let Some(at) = value.rmatch_indices('$').map(|(at, _)| at).find(|at| !value[..*at].ends_with('\\')) {
        steps.next(value.len())?;
        let Some((length, name, default)) = reference(&value[at..]) else { break };
        let filled = |value: &&str| !value.is_empty();
        let written = &value[at..at + length];
        let inherited = match name {
            _ if process.get(name).is_some() || !is_inherited(name) => None,
            "constructor" => Some("[object global]"),
            name => Some(replacement(name, written)?),
        };
        let own = inherited.or_else(|| process.get(name)).filter(filled).or(default.filter(filled));
        let by = own.or_else(|| parsed.get(name).map(|(value, _)| value.as_str())).unwrap_or_default();
        value = replace_first(&value, written, by);
    }
    Ok(value)
}

/// `$NAME`, `${NAME}`, `${NAME:-default}` at the start of a text, the braces taken one by one: its length, the name and
/// the default.
fn reference(text: &str) -> Option<(usize, &str, Option<&str>)> {
    let mut at = if text.starts_with("${") { 2 } else { 1 };
    let rest = &text[at..];
    let name = &rest[..rest.find(|c| !is_word(c)).unwrap_or(rest.len())];
    if name.is_empty() {
        return None;
    }
    at += name.len();
    let default = text[at..].strip_prefix(":-").map(|rest| &rest[..rest.find(['}', '\\']).unwrap_or(rest.len())]);
    at += default.map_or(0, |default| 2 + default.len());
    at += usize::from(text[at..].starts_with('}'));
    Some((at, name, default))
}

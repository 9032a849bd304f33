//! Vite's `loadEnv`: the parser of the Node that runs it, here 20, and dotenv-expand over all files together.

use super::super::{Content, Environment, File, Loaded, Visible};
use super::Dialect;
use super::dotenv_expand::{Entry, expand_value, show_expanded};
use super::growth::Growth;
use super::inherited::{Stuck, is_inherited};
use super::javascript::{Object, ProcessEnv, unescape_dollars};
use super::node::{NODE_20, Rules, parse};
use crate::secret::Secret;

/// `loadEnv(mode, dir, '')`, as it fills `import.meta.env` before the prefix decides.
pub(super) const DIALECTS: &[Dialect] =
    &[Dialect { name: "vite", load: |_, files, before| load(files, before, &NODE_20) }];

fn load(files: &[File<'_>], before: &Environment, rules: &Rules) -> Loaded {
    let mut loaded = Loaded::default();
    let mut parsed: Object<Entry> = Object::default();
    for (index, file) in files.iter().enumerate().rev() {
        if let Content::Bytes(bytes) = file.content {
            let object = parse_env(index, bytes, rules, &mut loaded);
            for name in object.keys() {
                if let Some(entry) = object.get(&name) {
                    parsed.set(&name, entry.clone());
                }
            }
        }
    }
    let mut process = ProcessEnv::new(before);
    // Vite keeps these for itself, as they are written.
    for (name, kept_as) in
        [("NODE_ENV", "VITE_USER_NODE_ENV"), ("BROWSER", "BROWSER"), ("BROWSER_ARGS", "BROWSER_ARGS")]
    {
        if let Some((value, number)) = parsed.get(name).filter(|(value, _)| !value.is_empty())
            && process.get(kept_as).is_none()
        {
            process.set(kept_as, value, Some(*number));
        }
    }
    if let Err(stuck) = expand(&mut parsed, &process) {
        loaded.failure = Some(stuck.failure(0));
    }
    let names = parsed.keys();
    let kept: Vec<&String> = names.iter().filter(|name| process.get(name).is_none()).collect();
    show_expanded(&mut loaded.assignments, &process);
    let mut values = process.into_values();
    for name in kept {
        if let Some((value, number)) = parsed.get(name) {
            let value = Secret::from(value.as_str());
            if let Some(assignment) = loaded.assignments.get_mut(*number) {
                assignment.value = value.clone();
            }
            values.insert(name.clone(), Visible { value, from: Some(*number) });
        }
    }
    loaded.values = values;
    loaded
}

/// `util.parseEnv`: what stands under each name at the end of a file, in the order of the names' bytes.
pub(super) fn parse_env(index: usize, bytes: &[u8], rules: &Rules, loaded: &mut Loaded) -> Object<Entry> {
    let read = parse(bytes, rules);
    let first = read.record(index, loaded);
    let mut numbered: Vec<_> = read.written.into_iter().zip(first..).collect();
    numbered.sort_by(|(one, _), (other, _)| one.name.cmp(&other.name));
    let mut object = Object::default();
    for (written, number) in numbered {
        object.set(&written.name, (written.value, number));
    }
    object
}

/// Every reference sees the process first and then all names of all files, those that follow not yet expanded.
fn expand(parsed: &mut Object<Entry>, process: &ProcessEnv<'_>) -> Result<(), Stuck> {
    let growth = Growth::default();
    for name in parsed.keys() {
        let Some((written, number)) = parsed.get(&name).cloned() else { continue };
        if process.get(&name).is_none() && is_inherited(&name) {
            return Err(Stuck::Inherited);
        }
        let own = process.get(&name).filter(|own| !own.is_empty() && *own != written);
        let value = match own {
            Some(own) => own.to_owned(),
            None => {
                let of_files = |name: &str| parsed.get(name).map(|(value, _)| value.as_str());
                let lookup = |name: &str| {
                    let found = process.get(name).or_else(|| of_files(name));
                    found.filter(|found| growth.allows(found.len()))
                };
                expand_value(&written, lookup, of_files)?
            }
        };
        if growth.is_over() {
            return Err(Stuck::Endless);
        }
        parsed.set(&name, (unescape_dollars(&value).into_owned(), number));
    }
    Ok(())
}

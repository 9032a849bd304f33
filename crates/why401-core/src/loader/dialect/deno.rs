//! Deno: the parser of Node 22 with references in unquoted and double-quoted values.

use super::super::{Content, Environment, Failure, File, Loaded, Process, Visible};
use super::growth::Growth;
use super::node::{DENO, Form, Parsed, Written, parse};
use super::{Dialect, overlay};
use crate::secret::Secret;
use std::collections::BTreeMap;

/// `deno run --env-file`.
pub(super) const DIALECTS: &[Dialect] = &[Dialect { name: "deno", load: |_, files, before| load(files, before) }];

/// The file that was named last is read first, and what is set is never replaced: so the last file wins, and within a
/// file the first assignment.
fn load(files: &[File<'_>], before: &Environment) -> Loaded {
    let mut loaded = Loaded { values: overlay(before, &[], Process::Wins), ..Loaded::default() };
    let growth = Growth::default();
    for (index, file) in files.iter().enumerate().rev() {
        let warning = |message: &str| Failure { file: index, line: None, message: message.into() };
        match file.content {
            _ if loaded.failure.is_some() => break,
            Content::Bytes(bytes) if std::str::from_utf8(bytes).is_ok() => read(index, bytes, &growth, &mut loaded),
            Content::Bytes(_) => loaded.warnings.push(warning("not UTF-8: the whole file is left out")),
            Content::Missing => loaded.warnings.push(warning("the file is not there; the program starts without it")),
            Content::Folder => loaded.warnings.push(warning("a folder, not a file; the program starts without it")),
        }
    }
    loaded
}

fn read(index: usize, bytes: &[u8], growth: &Growth, loaded: &mut Loaded) {
    let mut parsed: Parsed = parse(bytes, &DENO);
    expand(&mut parsed.written, &loaded.values, growth);
    if growth.is_over() {
        loaded.failure = Some(Growth::failure(index));
        return;
    }
    let first = parsed.record(index, loaded);
    for (number, Written { name, value, line, .. }) in (first..).zip(&parsed.written) {
        if name.contains('\0') || value.contains('\0') {
            let message = "a NUL: nothing from this line on is set".into();
            loaded.warnings.push(Failure { file: index, line: Some(*line), message });
            break;
        }
        if name.is_empty() {
            let message = "an assignment without a name, at which Deno itself crashes".into();
            loaded.failure = Some(Failure { file: index, line: Some(*line), message });
            return;
        }
        let value = || Visible { value: Secret::from(value.as_str()), from: Some(number) };
        loaded.values.entry(name.clone()).or_insert_with(value);
    }
}

/// References see the environment first and then what the file has set so far, the last assignment to a name counting.
fn expand(written: &mut [Written], environment: &BTreeMap<String, Visible>, growth: &Growth) {
    let mut so_far: BTreeMap<String, String> = BTreeMap::new();
    for Written { name, value, form, .. } in written {
        if matches!(form, Form::Bare | Form::Quoted('"')) && value.contains('$') {
            let lookup = |name: &str| {
                let outside = environment.get(name).and_then(|visible| visible.value.expose_str());
                let found = outside.or_else(|| so_far.get(name).map(String::as_str));
                found.filter(|found| growth.allows(found.len())).unwrap_or_default()
            };
            *value = expanded(value, lookup);
        }
        so_far.insert(name.clone(), value.clone());
    }
}

/// `$NAME` of ASCII letters, digits and `_`; `${…}` with anything in it, to the end of the value where nobody
/// closes it; `\$` is a plain `$`.
fn expanded<'v>(value: &str, lookup: impl Fn(&str) -> &'v str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find('$') {
        if let Some(before) = rest[..at].strip_suffix('\\') {
            out.push_str(before);
            out.push('$');
            rest = &rest[at + 1..];
            continue;
        }
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let (name, used) = match rest.strip_prefix('{') {
            Some(inside) => {
                let name = &inside[..inside.find('}').unwrap_or(inside.len())];
                (name, (name.len() + 2).min(rest.len()))
            }
            None => {
                let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
                (&rest[..length], length)
            }
        };
        out.push_str(lookup(name));
        rest = &rest[used..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references() {
        for (value, expected) in [
            ("$A-$A_b$_", "1-"),
            ("${A}${B:-x}", "1"),
            ("a\\$A", "a$A"),
            ("$", ""),
            ("x$$A", "x1"),
            ("x${A", "x1"),
            ("x${", "x"),
            ("\\\\$A", "\\$A"),
        ] {
            let lookup = |name: &str| if name == "A" { "1" } else { "" };
            assert_eq!(expanded(value, lookup), expected, "{value}");
        }
    }
}

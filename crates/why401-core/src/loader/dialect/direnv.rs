//! direnv's `dotenv`: each line must match one regular expression, then `$` is expanded as Go's `os.Expand` does it,
//! and the shell evaluates what comes out as `export` commands.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::super::{Assignment, Environment, File, Loaded, Loader};
use super::named::{Lines, is_identifier, note, open};
use super::{Dialect, overlay};
use crate::secret::Secret;

pub(super) const DIALECTS: &[Dialect] = &[Dialect { name: "direnv", load }];

/// A value may grow by expansion; no environment takes more than this many bytes.
const LARGEST: usize = 1 << 20;

static LINE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let blank = r"[\t\n\f\r ]";
    let value = r#"'(?:'|[^'])*'|"(?:"|[^"])*"|[^\t\n\f\r #]+"#;
    Regex::new(&format!(
        r"(?-u)\A{blank}*(?:|#.*|(?:export{blank}+)?([0-9A-Za-z_.]+)(?:{blank}*={blank}*|:{blank}+?)({value})?{blank}*(?:#.*)?)\z"
    ))
    .ok()
});

fn load(loader: &Loader, files: &[File<'_>], process: &Environment) -> Loaded {
    let mut loaded = Loaded::default();
    for (index, file) in files.iter().enumerate() {
        let before = overlay(process, &loaded.assignments, loader.process);
        let outer = before.into_iter().map(|(name, visible)| (name, visible.value)).collect();
        let read = open(index, file).and_then(|bytes| read(index, bytes, &outer, &mut loaded));
        if let Err(failure) = read {
            loaded.failure = Some(failure);
            loaded.values = overlay(process, &[], loader.process);
            return loaded;
        }
    }
    loaded.values = overlay(process, &loaded.assignments, loader.process);
    loaded
}

fn read(file: usize, bytes: &[u8], outer: &Environment, loaded: &mut Loaded) -> Result<(), super::super::Failure> {
    let lines = Lines::new(bytes);
    let mut known = BTreeMap::new();
    let mut start = 0;
    for text in bytes.split(|c| *c == b'\n' || *c == b'\r') {
        let at = start;
        start += text.len() + 1;
        let line = lines.of(at);
        let Some(found) = LINE.as_ref().and_then(|regex| regex.captures(text)) else {
            return Err(note(file, Some(line), "direnv takes no such line, and refuses the whole file"));
        };
        let Some(name) = found.get(1).and_then(|name| std::str::from_utf8(name.as_bytes()).ok()) else { continue };
        let (written, span) = found.get(2).map_or((&b""[..], at + text.len()..at + text.len()), |value| {
            (value.as_bytes(), at + value.start()..at + value.end())
        });
        let Some(value) = unquote(written, &known, outer) else {
            return Err(note(file, Some(line), "not followed: the value grows too long by expansion"));
        };
        known.insert(name.to_owned(), value.clone());
        if !is_identifier(name.as_bytes()) {
            loaded.warnings.push(note(file, Some(line), "the shell refuses to export a name that is no identifier"));
            continue;
        }
        let cut = memchr::memchr(0, &value).unwrap_or(value.len());
        let value = Secret::new(&value[..cut]);
        loaded.assignments.push(Assignment { file, name: name.to_owned(), value, line, span });
    }
    Ok(())
}

fn unquote(written: &[u8], known: &BTreeMap<String, Vec<u8>>, outer: &Environment) -> Option<Vec<u8>> {
    let expand = |text: &[u8]| expand(text, |name| look_up(name, known, outer));
    match written {
        [] | [_] => Some(written.to_vec()),
        [b'\'', inner @ .., b'\''] => Some(inner.to_vec()),
        [b'"', inner @ .., b'"'] => expand(&unescape(inner)),
        _ => expand(written),
    }
}

/// `\n` and `\r` become line ends, then a backslash before anything but `$` goes.
fn unescape(text: &[u8]) -> Vec<u8> {
    let text = replace(&replace(text, b"\\n", b'\n'), b"\\r", b'\r');
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_slice();
    loop {
        rest = match rest {
            [b'\\', c, after @ ..] if *c != b'$' => {
                out.push(*c);
                after
            }
            [c, after @ ..] => {
                out.push(*c);
                after
            }
            [] => return out,
        };
    }
}

fn replace(text: &[u8], from: &[u8; 2], to: u8) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        if let Some(after) = rest.strip_prefix(from) {
            out.push(to);
            rest = after;
        } else {
            out.push(*first);
            rest = after;
        }
    }
    out
}

/// The file's own names first, even when empty; then the process; `:-` gives a default for what is empty there.
fn look_up(inner: &[u8], known: &BTreeMap<String, Vec<u8>>, outer: &Environment) -> Vec<u8> {
    let at = memchr::memmem::find(inner, b":-");
    let (name, default) = at.map_or((inner, None), |at| (&inner[..at], Some(&inner[at + 2..])));
    let Ok(name) = std::str::from_utf8(name) else { return default.unwrap_or_default().to_vec() };
    if let Some(value) = known.get(name) {
        return value.clone();
    }
    match outer.get(name) {
        Some(value) if !value.is_empty() => value.expose().to_vec(),
        _ => default.unwrap_or_default().to_vec(),
    }
}

/// Go's `os.Expand`.
fn expand(text: &[u8], value_of: impl Fn(&[u8]) -> Vec<u8>) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'$', rest) {
        out.extend_from_slice(&rest[..at]);
        let after = &rest[at + 1..];
        if after.is_empty() {
            rest = &rest[at..];
            break;
        }
        let (name, width) = shell_name(after);
        match (name, width) {
            ([], 0) => out.push(b'$'),
            ([], _) => {}
            (name, _) => out.extend(value_of(name)),
        }
        if out.len() > LARGEST {
            return None;
        }
        rest = &after[width..];
    }
    out.extend_from_slice(rest);
    Some(out)
}

/// The name after a `$`, and how many bytes it takes. Broken syntax has no name, and its bytes are eaten.
fn shell_name(text: &[u8]) -> (&[u8], usize) {
    let special = |c: &u8| c.is_ascii_digit() || b"*#$@!?-".contains(c);
    match text {
        [b'{', c, b'}', ..] if special(c) => (&text[1..2], 3),
        [b'{', ..] => match memchr::memchr(b'}', text) {
            Some(end) => (&text[1..end], end + 1),
            None => (&[], 1),
        },
        [c, ..] if special(c) => (&text[..1], 1),
        _ => {
            let end = text.iter().position(|c| !c.is_ascii_alphanumeric() && *c != b'_').unwrap_or(text.len());
            (&text[..end], end)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expansion_is_that_of_go() {
        let value_of = |name: &[u8]| if name == b"B" { b"2".to_vec() } else { Vec::new() };
        for (text, gives) in [
            ("$B-${B}", "2-2"),
            ("a$", "a$"),
            ("a${}b", "ab"),
            ("${B", "B"),
            ("$(x)", "$(x)"),
            ("$$x", "x"),
            ("$-y", "y"),
        ] {
            assert_eq!(expand(text.as_bytes(), value_of).as_deref(), Some(gives.as_bytes()), "{text}");
        }
    }
}

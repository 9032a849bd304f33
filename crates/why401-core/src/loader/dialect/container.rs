//! `docker run --env-file` and `kubectl create … --from-env-file`: one `NAME=VALUE` a line, taken as it stands.
//!
//! Both read with Go's `bufio.Scanner`, look a name without `=` up in their own environment, and hand nothing else
//! of that environment on. They differ in which names they take and in what they make of a line that is too long.

use super::super::{Assignment, Environment, File, Loaded, Visible};
use super::Dialect;
use super::named::{note, open};
use crate::secret::Secret;

pub(super) const DIALECTS: &[Dialect] = &[
    Dialect { name: "docker", load: |_, files, process| load(files, process, &DOCKER) },
    Dialect { name: "kubectl", load: |_, files, process| load(files, process, &KUBECTL) },
];

/// `bufio.MaxScanTokenSize`: a line with its line end must fit.
const LONGEST: usize = 64 * 1024;

struct Rules {
    /// Why a name is refused.
    refuses: fn(&str) -> Option<&'static str>,
    /// A line that is too long, and every line after it, is dropped without a word.
    drops_long_lines: bool,
    /// A name may stand only once in all files.
    unique: bool,
    /// A name without `=` that the process does not have is set to nothing.
    sets_unknown_names: bool,
}

const DOCKER: Rules = Rules {
    refuses: |name| match name {
        "" => Some("there is no name before ="),
        _ if name.contains([' ', '\t']) => Some("docker takes no name with a blank in it"),
        _ => None,
    },
    drops_long_lines: false,
    unique: false,
    sets_unknown_names: false,
};

const KUBECTL: Rules = Rules {
    refuses: |name| {
        let wrong = |c: char| !(c.is_ascii_alphanumeric() || "-._".contains(c));
        if name.is_empty() || name.contains(wrong) || name.starts_with(|c: char| c.is_ascii_digit()) {
            Some("kubectl takes only names of letters, digits, -, . and _ that do not begin with a digit")
        } else if name == "." || name.starts_with("..") {
            Some("kubectl takes no name that is . or begins with ..")
        } else if name.len() > 253 {
            Some("kubectl takes no name of more than 253 characters")
        } else {
            None
        }
    },
    drops_long_lines: true,
    unique: true,
    sets_unknown_names: true,
};

fn load(files: &[File<'_>], process: &Environment, rules: &Rules) -> Loaded {
    let mut loaded = Loaded::default();
    for (index, file) in files.iter().enumerate() {
        let read = open(index, file).and_then(|bytes| {
            read(index, bytes, process, rules, &mut loaded).map_err(|(line, why)| note(index, Some(line), why))
        });
        if let Err(failure) = read {
            loaded.failure = Some(failure);
            loaded.values.clear();
            break;
        }
    }
    loaded
}

fn read(
    file: usize,
    bytes: &[u8],
    process: &Environment,
    rules: &Rules,
    loaded: &mut Loaded,
) -> Result<(), (u32, &'static str)> {
    let (mut start, mut number) = (0, 0);
    while start < bytes.len() {
        number += 1;
        let end = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |at| start + at);
        let next = end + 1;
        if end - start >= LONGEST {
            if rules.drops_long_lines {
                loaded.warnings.push(note(file, Some(number), "a line over 64 KiB: it and all after it are dropped"));
                return Ok(());
            }
            return Err((number, "a line is longer than 64 KiB"));
        }
        let line = &bytes[start..end];
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let text = std::str::from_utf8(line).map_err(|_| (number, "the line is not UTF-8"))?;
        let text = if number == 1 { text.strip_prefix('\u{feff}').unwrap_or(text) } else { text };
        let text = text.trim_start();
        if !text.is_empty() && !text.starts_with('#') {
            let stop = start + line.len();
            take(file, number, text, stop, process, rules, loaded).map_err(|why| (number, why))?;
        }
        start = next;
    }
    Ok(())
}

/// Takes one line that ends at byte `stop`.
fn take(
    file: usize,
    line: u32,
    text: &str,
    stop: usize,
    process: &Environment,
    rules: &Rules,
    loaded: &mut Loaded,
) -> Result<(), &'static str> {
    let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
    if let Some(why) = (rules.refuses)(name) {
        return Err(why);
    }
    if rules.unique && loaded.values.contains_key(name) {
        return Err("this name was set before, and kubectl takes each name once");
    }
    let inherited = if value.is_none() { process.get(name) } else { None };
    let visible = match (value, inherited) {
        (None, Some(value)) => Visible { value: value.clone(), from: None },
        (None, None) if !rules.sets_unknown_names => {
            loaded.warnings.push(note(file, Some(line), "no = in this line, and the process has no such variable"));
            return Ok(());
        }
        (value, _) => {
            let value = value.unwrap_or_default();
            loaded.assignments.push(Assignment {
                file,
                name: name.to_owned(),
                value: Secret::from(value),
                line,
                span: stop - value.len()..stop,
            });
            Visible { value: Secret::from(value), from: Some(loaded.assignments.len() - 1) }
        }
    };
    loaded.values.insert(name.to_owned(), visible);
    Ok(())
}

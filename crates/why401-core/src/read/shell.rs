//! Shell scripts: which variables they read and set.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use crate::expression::{Captures, Regex};

use super::Reader;
use crate::fact::{Fact, Origin, Place, Reads, Seen, Sets, Setter, Value};
use crate::secret::Secret;

pub(super) const SHELL: Reader = Reader { name: "shell scripts", takes, read };

fn takes(path: &str) -> bool {
    let name = super::name_of(path);
    [".sh", ".bash", ".zsh", ".ksh"].iter().any(|ending| name.ends_with(ending))
        || [".zshrc", ".zshenv", ".zprofile", ".bashrc", ".bash_profile", ".profile"].contains(&name)
}

fn read(path: &Arc<str>, text: &str) -> Vec<Fact> {
    static ASSIGNED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        // `export` goes to the programs that the script starts; without it the name is the script's own.
        Regex::new(r#"(?m)(?:^|[;&|]|\bdo |\bthen )[ \t]*(export |declare |local |readonly |readarray |read (?:-\w+ )*|for )?([A-Za-z_][A-Za-z0-9_]*)(?:(=)("[^"\n]*"|'[^'\n]*'|[^\s;&|]*)|[ \t;\n])"#).ok()
    });
    // Names in small letters are nobody's environment.
    static REFERENCE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"\$(?:([A-Z][A-Z0-9]*_[A-Z0-9_]*)|\{([A-Z][A-Z0-9]*_[A-Z0-9_]*)(:?[-=?+])?([^}]?))").ok()
    });
    let (Some(assigned), Some(reference)) = (ASSIGNED.as_ref(), REFERENCE.as_ref()) else { return Vec::new() };
    if !text.contains('$') && !text.contains("export ") {
        return Vec::new();
    }
    let fact = |span: std::ops::Range<usize>, seen: Seen| Fact {
        origin: Origin::File(Place::of(path, text.as_bytes(), &span)),
        span,
        seen,
    };
    let mut own: HashSet<&str> = HashSet::new();
    let mut facts = Vec::new();
    for found in assigned.captures_iter(text) {
        let word = found.get(1).map_or("", |word| word.as_str());
        let Some(name) = found.get(2).filter(|_| found.get(3).is_some() || !word.is_empty()) else { continue };
        if in_comment(text, name.start()) {
            continue;
        }
        // `KEY="${KEY:-}"` only gives it a default.
        let value = found.get(4).map_or("", |value| value.as_str());
        let itself =
            [format!("${}", name.as_str()), format!("${{{}", name.as_str())].iter().any(|it| value.contains(it));
        let only_exported = word == "export " && found.get(3).is_none();
        if !itself && !only_exported {
            own.insert(name.as_str());
        }
        if word == "export " && found.get(3).is_some() && !itself {
            let sets = Sets { name: name.as_str().to_owned(), value: value_of(value), by: Setter::Shell };
            facts.push(fact(name.range(), Seen::Sets(sets)));
        }
    }
    for found in reference.captures_iter(text) {
        let Some(name) = found.get(1).or_else(|| found.get(2)) else { continue };
        if own.contains(name.as_str()) || in_comment(text, name.start()) || in_single_quotes(text, name.start()) {
            continue;
        }
        let reads = Reads {
            name: name.as_str().to_owned(),
            through: "the shell",
            browser: false,
            fallback: falls_back(&found),
            top: false,
        };
        facts.push(fact(name.range(), Seen::Reads(reads)));
    }
    facts
}

/// `${NAME:-default}` and `${NAME+…}` cope with an unset name; `${NAME:?message}` does not.
fn falls_back(found: &Captures<'_>) -> bool {
    let operator = found.get(3).map_or("", |operator| operator.as_str());
    let default = found.get(4).is_some_and(|first| !first.as_str().is_empty());
    operator.ends_with('+') || default && operator.ends_with(['-', '='])
}

/// The value of an assignment: text, another name's value, or what only the run will show.
fn value_of(written: &str) -> Value {
    let single = written.len() > 1 && written.starts_with('\'');
    let inner = written.trim_matches(|c| c == '"' || c == '\'');
    let name = inner.strip_prefix('$').map(|rest| rest.trim_start_matches('{').trim_end_matches('}'));
    match name {
        Some(name) if !single && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') => {
            Value::Reference { name: name.to_owned(), scope: String::new() }
        }
        _ if !single && inner.contains(['$', '`']) => Value::Unknown,
        _ => Value::Literal(Secret::from(inner)),
    }
}

fn line_before(text: &str, at: usize) -> &str {
    let before = &text[..at];
    &before[before.rfind('\n').map_or(0, |line| line + 1)..]
}

fn in_comment(text: &str, at: usize) -> bool {
    let line = line_before(text, at);
    line.trim_start().starts_with('#') || line.contains(" # ")
}

/// An odd number of single quotes before it on the line, those between double quotes left aside.
fn in_single_quotes(text: &str, at: usize) -> bool {
    let (mut single, mut double) = (false, false);
    for byte in line_before(text, at).bytes() {
        match byte {
            b'\'' if !double => single = !single,
            b'"' if !single => double = !double,
            _ => {}
        }
    }
    single
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_scripts_read_and_set() {
        for (text, expected) in [
            ("echo \"$API_KEY\"\n", "reads API_KEY"),
            ("curl -H \"x: ${API_KEY:-none}\"\n", "reads API_KEY?"),
            (": \"${API_KEY:?missing}\"\n", "reads API_KEY"),
            ("API_KEY=abc\necho $API_KEY $OTHER_KEY\n", "reads OTHER_KEY"),
            ("API_KEY=\"${API_KEY:-}\"\necho $API_KEY\n", "reads API_KEY"),
            ("export API_KEY=abc\n", "sets API_KEY=text"),
            ("export API_KEY=$OTHER_KEY\n", "sets API_KEY=$OTHER_KEY reads OTHER_KEY"),
            ("export A_KEY=$(pass show a)\n", "sets A_KEY=?"),
            ("for A_KEY in x; do echo $A_KEY; done\n", ""),
            ("# echo $API_KEY\necho '$B_KEY' $path\n", ""),
        ] {
            let facts = read(&"a.sh".into(), text);
            let shown = facts.iter().filter_map(|fact| match &fact.seen {
                Seen::Reads(reads) => Some(format!("reads {}{}", reads.name, if reads.fallback { "?" } else { "" })),
                Seen::Sets(sets) => Some(match &sets.value {
                    Value::Literal(_) => format!("sets {}=text", sets.name),
                    Value::Reference { name, .. } => format!("sets {}=${name}", sets.name),
                    _ => format!("sets {}=?", sets.name),
                }),
                _ => None,
            });
            let shown: Vec<String> = shown.collect();
            let mut names: Vec<&String> = shown.iter().collect();
            names.dedup();
            assert_eq!(names.into_iter().cloned().collect::<Vec<_>>().join(" "), expected, "{text}");
        }
    }
}

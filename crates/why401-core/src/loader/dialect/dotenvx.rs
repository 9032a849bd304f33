//! dotenvx 1 and 2, and dotenv-expand 1000, which is made of the parts of dotenvx 2. These run `$(commands)`; why401
//! does not, and leaves the variable without a value where only running it would tell.

use std::collections::BTreeSet;

use super::super::{Content, Environment, Failure, File, Loaded, Loader};
use super::Dialect;
use super::dotenv::{Written, assignments, overrides, pass_over, unquote};
use super::dotenv_expand::{Entry, Reference, Steps, load_and_expand, show_expanded, write_back};
use super::inherited::{INHERITED, Stuck, is_inherited, replacement};
use super::javascript::{Object, ProcessEnv, Source, replace_first, unescape_dollars};
use super::shell::sh;
use crate::secret::Secret;

/// `dotenvx run`, and dotenv 17 with dotenv-expand 1000 behind it.
pub(super) const DIALECTS: &[Dialect] = &[
    Dialect { name: "dotenvx1", load: |loader, files, before| load(loader, files, before, Version::One) },
    Dialect { name: "dotenvx2", load: |loader, files, before| load(loader, files, before, Version::Two) },
    Dialect { name: "dotenv-expand1000", load: load_expand1000 },
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Version {
    One,
    Two,
}

/// Why a value cannot be told.
enum Unknown {
    /// The expansion does not end, or fails.
    Stuck(Stuck),
    /// It needs what only the real loader gets: the output of a command, a secret from a store or a private key.
    Asked(&'static str),
}

impl From<Stuck> for Unknown {
    fn from(stuck: Stuck) -> Self {
        Self::Stuck(stuck)
    }
}

const COMMAND: &str = "the loader runs a command here; it was not run, so the value is not known";
const REFERENCE: &str = "refers to a variable whose value is not known, because a command was not run";
const STORE: &str = "the loader asks a password manager here; it was not asked, so the value is not known";
const DECRYPTED: &str = "the loader decrypts this with the private key of the process; the value is not known";
const ENCRYPTED: &str = "encrypted: without the private key the program is given the ciphertext";

/// The variables that an expansion sees.
struct Scope<'s, 'e> {
    process: &'s ProcessEnv<'e>,
    /// What the file has set so far.
    running: &'s Object<String>,
    unknown: &'s BTreeSet<String>,
    file_first: bool,
    /// Values of the process that stand back behind the file's because the file put them there.
    placed: Option<&'s Object<Entry>>,
}

impl<'s> Scope<'s, '_> {
    fn get(&self, name: &str) -> Result<Option<&'s str>, Unknown> {
        let own = self.running.get(name).map(String::as_str);
        let placed = |value: &&str| self.placed.and_then(|all| all.get(name)).is_some_and(|(v, _)| v == value);
        let process = self.process.get(name).filter(|value| own.is_none() || !placed(value));
        let (found, unknown) = match (process, own) {
            (Some(value), None) => (Some(value), self.process.is_unknown(name)),
            (Some(value), Some(_)) if !self.file_first => (Some(value), self.process.is_unknown(name)),
            (_, own) => (own, self.unknown.contains(name)),
        };
        if unknown { Err(Unknown::Asked(REFERENCE)) } else { Ok(found) }
    }
}

fn load(loader: &Loader, files: &[File<'_>], before: &Environment, version: Version) -> Loaded {
    let mut loaded = Loaded::default();
    let mut process = ProcessEnv::new(before);
    for (index, file) in files.iter().enumerate() {
        let source = match file.content {
            Content::Bytes(bytes) if bytes.starts_with(b"\xff\xfe") => Source::utf16(bytes),
            Content::Bytes(bytes) => Source::utf8(bytes),
            Content::Missing | Content::Folder => {
                loaded.warnings.push(Failure { file: index, line: None, message: "missing file".into() });
                continue;
            }
        };
        let parsed = assignments(&source.fold_line_ends());
        pass_over(index, parsed.passed_over, &mut loaded);
        let mut reading = Reading {
            version,
            overload: overrides(loader),
            process: &process,
            running: Object::default(),
            unknown: BTreeSet::new(),
            literals: Object::default(),
        };
        let mut numbers = Object::default();
        let mut lost = false;
        for written in parsed.written {
            let (name, line) = (written.name.clone(), written.line);
            let known = process.get(&name).is_some() || !is_inherited(&name);
            let outcome = if known { reading.value(&written) } else { Err(Stuck::Inherited.into()) };
            let warn = |message: &str| Failure { file: index, line: Some(line), message: message.into() };
            // An assignment without a known value is shown as written, and sets nothing.
            let (value, shown) = match outcome {
                Ok(value) => {
                    reading.unknown.remove(&name);
                    if value.starts_with(PREFIX) {
                        loaded.warnings.push(warn(ENCRYPTED));
                    }
                    (value.clone(), value)
                }
                Err(Unknown::Asked(why)) => {
                    loaded.warnings.push(warn(why));
                    reading.unknown.insert(name.clone());
                    (String::new(), reading.clean(&written))
                }
                // The whole file is given up, and the program is started all the same.
                Err(Unknown::Stuck(Stuck::Inherited)) => {
                    loaded.warnings.push(warn(INHERITED));
                    lost = true;
                    break;
                }
                Err(Unknown::Stuck(stuck)) => {
                    loaded.failure = Some(Failure { line: Some(line), ..stuck.failure(index) });
                    break;
                }
            };
            reading.running.set(&name, value.clone());
            numbers.set(&name, written.record(index, &shown, &mut loaded));
        }
        if lost {
            continue;
        }
        let Reading { running, unknown, .. } = reading;
        for name in running.keys() {
            let Some(value) = running.get(&name) else { continue };
            let kept = process.get(&name).is_some() && !overrides(loader);
            let from = if kept { process.origin(&name) } else { numbers.get(&name).copied() };
            if unknown.contains(&name) {
                process.set_unknown(&name, from);
            } else if !process.is_unknown(&name) || overrides(loader) {
                process.set(&name, value, from);
            }
        }
        if loaded.failure.is_some() {
            break;
        }
    }
    show_expanded(&mut loaded.assignments, &process);
    loaded.values = process.into_values();
    loaded
}

/// What an encrypted value begins with.
const PREFIX: &str = "encrypted:";

/// One file while it is read.
struct Reading<'p, 'e> {
    version: Version,
    overload: bool,
    process: &'p ProcessEnv<'e>,
    running: Object<String>,
    unknown: BTreeSet<String>,
    /// Values in single quotes, which end an expansion that reaches them.
    literals: Object<String>,
}

impl Reading<'_, '_> {
    fn value(&mut self, written: &Written) -> Result<String, Unknown> {
        let name = written.name.as_str();
        let literal = written.quote() == Some('\'');
        let own = self.process.get(name);
        let kept = own.filter(|_| !self.overload);
        if kept.is_some() && self.process.is_unknown(name) {
            return Err(Unknown::Asked(REFERENCE));
        }
        let mut value = kept.map_or_else(|| self.clean(written), str::to_owned);
        if value.starts_with(PREFIX) {
            let keyed = |name: &String| name.starts_with("DOTENV_PRIVATE_KEY");
            return if self.process.keys().iter().any(keyed) { Err(Unknown::Asked(DECRYPTED)) } else { Ok(value) };
        }
        let mut evaluated = false;
        if !literal && own.is_none_or(|own| own == value) {
            // Where a command fails, the text stays as it was.
            if let Some(after) = self.evaluate(&value)? {
                evaluated = after != value;
                value = after;
            }
        }
        if !literal && !evaluated && (self.overload || own.is_none_or(str::is_empty)) {
            value = unescape_dollars(&self.expand(&value)?).into_owned();
        }
        if literal {
            self.literals.set(name, value.clone());
        }
        let stored = value.starts_with("op://") || value.starts_with("bw://");
        if self.version == Version::Two && kept.is_none() && stored {
            return Err(Unknown::Asked(STORE));
        }
        Ok(value)
    }

    fn clean(&self, written: &Written) -> String {
        let value = unquote(&written.raw);
        match (written.quote(), self.version) {
            (Some('"'), _) => value.replace("\\n", "\n").replace("\\r", "\r").replace("\\t", "\t"),
            (Some('\''), Version::Two) => value.replace("\\'", "'"),
            _ => value,
        }
    }

    fn evaluate(&self, value: &str) -> Result<Option<String>, Unknown> {
        let commands = if self.version == Version::One { commands1(value) } else { commands2(value) };
        evaluate(value, &commands, self.process, &self.running, &self.unknown)
    }

    fn expand(&self, value: &str) -> Result<String, Unknown> {
        let (running, unknown) = (&self.running, &self.unknown);
        let scope = Scope { process: self.process, running, unknown, file_first: self.overload, placed: None };
        let by = if self.version == Version::One { by_version1 } else { by_version2 };
        expand_value(value, &scope, &self.literals, by)
    }
}

/// What stands in for a reference whose name has this value.
type By = for<'a> fn(&Reference<'a>, Option<&'a str>) -> Result<&'a str, Stuck>;

fn by_version1<'a>(reference: &Reference<'a>, found: Option<&'a str>) -> Result<&'a str, Stuck> {
    let inherited = found.is_none() && is_inherited(reference.name);
    Ok(match (reference.operator, found.filter(|value| !value.is_empty())) {
        (Some(":+" | "+"), None) if !inherited => "",
        (Some(":+" | "+"), _) => reference.other,
        (_, None) if inherited => replacement(reference.name, reference.written)?,
        (_, value) => value.unwrap_or(reference.other),
    })
}

fn by_version2<'a>(reference: &Reference<'a>, found: Option<&'a str>) -> Result<&'a str, Stuck> {
    let filled = match found {
        None if is_inherited(reference.name) => Some(replacement(reference.name, reference.written)),
        found => found.filter(|value| !value.is_empty()).map(Ok),
    };
    Ok(match reference.operator {
        Some(":-") => filled.unwrap_or(Ok(reference.other))?,
        Some("-") => found.unwrap_or(reference.other),
        Some(":+") => filled.map_or("", |_| reference.other),
        Some("+") => found.map_or("", |_| reference.other),
        _ => filled.unwrap_or(Ok(""))?,
    })
}

fn expand_value(value: &str, scope: &Scope<'_, '_>, literals: &Object<String>, by: By) -> Result<String, Unknown> {
    let mut result = value.to_owned();
    let mut steps = Steps::default();
    while let Some(reference) = Reference::first(&result) {
        steps.next(result.len())?;
        let found = scope.get(reference.name)?;
        let next = replace_first(&result, reference.written, by(&reference, found)?);
        let literal = literals.get(reference.name).is_some_and(|literal| has_reference(literal));
        let done = found == Some(next.as_str()) || literal;
        result = next;
        if done {
            break;
        }
    }
    Ok(result)
}

/// Whether a literal looks like it has references, escaped or not.
fn has_reference(literal: &str) -> bool {
    literal.match_indices('$').any(|(at, _)| {
        let rest = &literal[at + 1..];
        let braced = rest.strip_prefix('{').is_some_and(|inside| inside.find('}').is_some_and(|end| end > 0));
        braced || rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
    })
}

/// Puts the output of each `$(command)` in its place; `None` where one of them fails.
fn evaluate(
    value: &str,
    commands: &[&str],
    process: &ProcessEnv<'_>,
    running: &Object<String>,
    unknown: &BTreeSet<String>,
) -> Result<Option<String>, Unknown> {
    if commands.is_empty() {
        return Ok(Some(value.to_owned()));
    }
    // What the file set stands before the process here.
    let from_process = process.keys().into_iter().filter_map(|name| Some((process.get(&name)?.into(), name)));
    let from_file = running.keys().into_iter().filter_map(|name| Some((running.get(&name)?.as_str().into(), name)));
    let environment: Environment =
        from_process.chain(from_file).map(|(value, name): (Secret, String)| (name, value)).collect();
    let untold = |name: &String| unknown.contains(name) || process.is_unknown(name);
    let mut result = value.to_owned();
    for written in commands {
        let inside = written.strip_prefix("$(").and_then(|rest| rest.strip_suffix(')')).unwrap_or_default();
        if environment.keys().any(|name| untold(name) && inside.contains(name)) {
            return Err(Unknown::Asked(REFERENCE));
        }
        if inside.is_empty() {
            return Ok(None);
        }
        let answer = sh(inside, &environment).ok_or(Unknown::Asked(COMMAND))?;
        if answer.status != 0 {
            return Ok(None);
        }
        result = replace_first(&result, written, answer.text.trim_end_matches(['\r', '\n']));
    }
    Ok(Some(result))
}

/// Version 1: up to the first `)`, or to the last one before the next `(`.
fn commands1(value: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = value[from..].find("$(").map(|at| from + at) {
        let Some(close) = value[start + 2..].find(')').map(|at| start + 2 + at) else { break };
        if close == start + 2 {
            from = close;
            continue;
        }
        let rest = &value[close + 1..];
        let run = &rest[..rest.find('(').unwrap_or(rest.len())];
        let end = run.rfind(')').map_or(close, |last| close + 1 + last);
        found.push(&value[start..=end]);
        from = end + 1;
    }
    found
}

/// Version 2: up to the `)` that belongs to it, quotes and inner parentheses minded.
fn commands2(value: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut from = 0;
    let mut open = 0;
    while let Some(start) = value[from..].find("$(").map(|at| from + at) {
        match closing(&value[start + 2..]) {
            Some(length) => {
                from = start + 2 + length;
                found.push(&value[start..from]);
            }
            None => {
                from = start + 2;
                open += 1;
                // Each one that is not closed costs a look at the whole rest; no honest value has this many.
                if open > 1_000 {
                    break;
                }
            }
        }
    }
    found
}

/// The length up to and with the closing parenthesis.
fn closing(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut quotes: Vec<Option<u8>> = vec![None];
    let mut at = 0;
    while let (Some(byte), Some(quote)) = (bytes.get(at).copied(), quotes.last_mut()) {
        at += 1;
        match (*quote, byte) {
            (Some(b'\''), byte) => *quote = quote.filter(|_| byte != b'\''),
            (_, b'\\') => at += 1,
            (Some(open), byte) if open == byte => *quote = None,
            (Some(_), b'$') if bytes.get(at) == Some(&b'(') => {
                quotes.push(None);
                at += 1;
            }
            (Some(_), _) => {}
            (None, b'\'' | b'"' | b'`') => *quote = Some(byte),
            (None, b'(') => quotes.push(None),
            (None, b')') => {
                quotes.pop();
                if quotes.is_empty() {
                    return Some(at);
                }
            }
            (None, _) => {}
        }
    }
    None
}

fn load_expand1000(loader: &Loader, files: &[File<'_>], before: &Environment) -> Loaded {
    load_and_expand(loader, files, before, expand1000)
}

/// Expands, then evaluates. A value of the process that equals what the file says counts as the file's.
fn expand1000(parsed: &mut Object<Entry>, process: &mut ProcessEnv<'_>, loaded: &mut Loaded) -> Result<(), Stuck> {
    let original = parsed.clone();
    let (mut running, mut unknown) = (Object::default(), BTreeSet::new());
    for name in parsed.keys() {
        let Some((written, number)) = parsed.get(&name).cloned() else { continue };
        let own = process.get(&name).filter(|own| !own.is_empty() && *own != written);
        let scope = Scope { process, running: &running, unknown: &unknown, file_first: false, placed: Some(&original) };
        let keyed = matches!(scope.get("DOTENV_PRIVATE_KEY"), Ok(Some(key)) if !key.is_empty());
        let outcome = match own {
            Some(own) => Ok(own.to_owned()),
            None if keyed && written.starts_with(PREFIX) => Err(Unknown::Asked(DECRYPTED)),
            None => expand_value(&written, &scope, &Object::default(), by_version2).and_then(|value| {
                let result = evaluate(&value, &commands2(&value), process, &running, &unknown)?;
                result.ok_or(Unknown::Stuck(Stuck::Command))
            }),
        };
        let value = match outcome {
            Ok(value) => unescape_dollars(&value).into_owned(),
            Err(Unknown::Stuck(stuck)) => return Err(stuck),
            Err(Unknown::Asked(why)) => {
                let place = loaded.assignments.get(number).map(|a| (a.file, a.line));
                let (file, line) = place.map_or((0, None), |(file, line)| (file, Some(line)));
                loaded.warnings.push(Failure { file, line, message: why.into() });
                unknown.insert(name.clone());
                String::new()
            }
        };
        running.set(&name, value.clone());
        parsed.set(&name, (value, number));
    }
    write_back(parsed, process);
    for name in unknown {
        let from = process.origin(&name);
        process.set_unknown(&name, from);
    }
    Ok(())
}

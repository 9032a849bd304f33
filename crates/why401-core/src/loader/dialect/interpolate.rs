//! The oldest expansion of the npm world, `$NAME` and `${NAME}` with braces taken one by one: Create React App carries it
//! with dotenv 10, c12 (Nuxt) with the parser of dotenv 17.

use super::super::{Environment, File, Loaded, Loader};
use super::Dialect;
use super::dotenv::{Written, parse_file, pass_over, read};
use super::dotenv_expand::{Entry, Steps, show_expanded};
use super::inherited::{Stuck, as_text, is_inherited, replacement};
use super::javascript::{Object, ProcessEnv, Source, is_line_end, is_space, is_word, replace_first, skip_spaces, trim};

/// `react-scripts` and `c12`.
pub(super) const DIALECTS: &[Dialect] =
    &[Dialect { name: "cra", load: load_cra }, Dialect { name: "c12", load: load_c12 }];

/// One `$` of a value with what belongs to it.
struct Match<'a> {
    /// `$NAME` as written, with the backslash before it if there is one.
    written: &'a str,
    escaped: bool,
    /// `None` for a `$` that no name follows.
    name: Option<&'a str>,
}

/// Every `$` of a value. A character before it, other than a line end, belongs to the match, so that of `$$A` only the
/// second `$` is one.
fn matches(value: &str, in_name: fn(char) -> bool) -> Vec<Match<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = value[at..].chars().next() {
        let next = at + c.len_utf8();
        let prefixed = !is_line_end(c) && value[next..].starts_with('$');
        if !prefixed && c != '$' {
            at = next;
            continue;
        }
        let dollar = if prefixed { next } else { at };
        let mut end = dollar + 1;
        end += usize::from(value[end..].starts_with('{'));
        let rest = &value[end..];
        let name = &rest[..rest.find(|c| !in_name(c)).unwrap_or(rest.len())];
        end += name.len();
        end += usize::from(value[end..].starts_with('}'));
        let escaped = prefixed && c == '\\';
        let written = if escaped { &value[at..end] } else { &value[dollar..end] };
        found.push(Match { written, escaped, name: Some(name).filter(|name| !name.is_empty()) });
        at = end;
    }
    found
}

/// dotenv 10: one assignment a line, nothing after it but white space.
fn line_of_dotenv10(line: &str) -> Option<(&str, std::ops::Range<usize>)> {
    let start = skip_spaces(line, 0);
    let rest = &line[start..];
    let end = start + rest.find(|c| !(is_word(c) || c == '.' || c == '-')).unwrap_or(rest.len());
    let equals = skip_spaces(line, end);
    if end == start || !line[equals..].starts_with('=') {
        return None;
    }
    let value = skip_spaces(line, equals + 1);
    let stop = value + line[value..].find(is_line_end).unwrap_or(line.len() - value);
    line[stop..].chars().all(is_space).then_some((&line[start..end], value..stop))
}

/// dotenv 10: quotes go only where both ends of the value, blanks behind it included, are the same quote.
fn value_of_dotenv10(raw: &str) -> String {
    let inside = |quote: char| raw.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    match (inside('"'), inside('\'')) {
        (Some(inside), _) => inside.replace("\\n", "\n"),
        (None, Some(inside)) => inside.to_owned(),
        (None, None) => trim(raw).to_owned(),
    }
}

fn parse_dotenv10(index: usize, source: Source, loaded: &mut Loaded) -> Object<Entry> {
    let source = source.fold_line_ends();
    let mut parsed = Object::default();
    let mut passed_over = Vec::new();
    let mut start = 0;
    for (line, number) in source.text.split('\n').zip(1..) {
        if let Some((name, raw)) = line_of_dotenv10(line) {
            let value = value_of_dotenv10(&line[raw.clone()]);
            let trimmed = trim(&line[raw.clone()]);
            let from = start + raw.start;
            let span = source.span(&(from..from + trimmed.len()));
            let written = Written { name: name.to_owned(), raw: trimmed.to_owned(), line: number, span };
            let number = written.record(index, &value, loaded);
            parsed.set(name, (value, number));
        } else if !trim(line).is_empty() && !trim(line).starts_with('#') {
            passed_over.push(number);
        }
        start += line.len() + 1;
    }
    pass_over(index, passed_over, loaded);
    parsed
}

/// File after file: what is not set yet is set, then everything that the file names is expanded in place.
fn load_cra(_: &Loader, files: &[File<'_>], before: &Environment) -> Loaded {
    let mut loaded = Loaded::default();
    let mut process = ProcessEnv::new(before);
    for (index, file) in files.iter().enumerate() {
        let Some(source) = read(index, file, &mut loaded) else { continue };
        let mut parsed = parse_dotenv10(index, source, &mut loaded);
        super::dotenv::populate(&mut process, &parsed, false);
        if let Err(stuck) = expand_cra(&mut parsed, &process) {
            loaded.failure = Some(stuck.failure(index));
            break;
        }
        for name in parsed.keys() {
            if let Some((value, _)) = parsed.get(&name) {
                let from = process.origin(&name);
                process.set(&name, value, from);
            }
        }
    }
    show_expanded(&mut loaded.assignments, &process);
    loaded.values = process.into_values();
    loaded
}

fn expand_cra(parsed: &mut Object<Entry>, process: &ProcessEnv<'_>) -> Result<(), Stuck> {
    for name in parsed.keys() {
        // What the file set hides the function that the loader asks.
        if process.get("hasOwnProperty").is_some() {
            return Err(Stuck::Inherited);
        }
        let Some((written, number)) = parsed.get(&name) else { continue };
        let number = *number;
        let own = process.get(&name).unwrap_or(written);
        let value = interpolate_cra(own, parsed, process, &mut Steps::default(), 0)?;
        parsed.set(&name, (value, number));
    }
    Ok(())
}

fn interpolate_cra(
    value: &str,
    parsed: &Object<Entry>,
    process: &ProcessEnv<'_>,
    steps: &mut Steps,
    depth: usize,
) -> Result<String, Stuck> {
    let mut result = value.to_owned();
    for found in matches(value, is_word) {
        steps.next(result.len())?;
        if found.escaped {
            result = replace_first(&result, found.written, &found.written.replacen("\\$", "$", 1));
            continue;
        }
        if depth > DEEPEST {
            return Err(Stuck::Endless);
        }
        let name = found.name.unwrap_or("undefined");
        if process.get(name).is_none() && parsed.get(name).is_none() && is_inherited(name) {
            return Err(Stuck::Inherited);
        }
        let of_file = || found.name.and_then(|name| parsed.get(name)).map(|(value, _)| value.as_str());
        let by = process.get(name).or_else(of_file).unwrap_or_default();
        let by = interpolate_cra(by, parsed, process, steps, depth + 1)?;
        result = replace_first(&result, found.written, &by);
    }
    Ok(result)
}

/// References within references after which they are taken to lead in a circle.
const DEEPEST: usize = 1_000;

/// The file sets what the process does not have, everything together is expanded, and what was not set is kept.
fn load_c12(_: &Loader, files: &[File<'_>], before: &Environment) -> Loaded {
    let mut loaded = Loaded::default();
    let mut process = ProcessEnv::new(before);
    let mut target: Object<(String, Option<usize>)> = Object::default();
    for name in process.keys() {
        target.set_own(&name, (process.get(&name).unwrap_or_default().to_owned(), None));
    }
    for (index, file) in files.iter().enumerate() {
        let Some(source) = read(index, file, &mut loaded) else { continue };
        let parsed = parse_file(index, source, &mut loaded);
        for name in parsed.keys() {
            if let Some((value, number)) = parsed.get(&name).filter(|_| !before.contains_key(&name)) {
                target.set(&name, (value.clone(), Some(*number)));
            }
        }
    }
    for name in target.keys() {
        let Some((value, from)) = target.get(&name) else { continue };
        let from = *from;
        if is_inherited(&name) {
            target.set_own(&name, (as_text(&name), from));
            continue;
        }
        match interpolate_c12(value, &target, &mut Vec::new(), &mut Steps::default()) {
            Ok(value) => target.set(&name, (value, from)),
            Err(stuck) => {
                loaded.failure = Some(stuck.failure(0));
                break;
            }
        }
    }
    for name in target.keys().iter().filter(|name| !name.starts_with('_')) {
        if let Some((value, Some(number))) = target.get(name) {
            process.set(name, value, Some(*number));
        }
    }
    show_expanded(&mut loaded.assignments, &process);
    loaded.values = process.into_values();
    loaded
}

/// A name that nothing sets stays as written. One that leads back to itself empties the value so far.
fn interpolate_c12(
    value: &str,
    target: &Object<(String, Option<usize>)>,
    parents: &mut Vec<String>,
    steps: &mut Steps,
) -> Result<String, Stuck> {
    let mut result = value.to_owned();
    for found in matches(value, |c| is_word(c) || c == ':') {
        steps.next(result.len())?;
        let name = found.name.unwrap_or("undefined");
        if found.escaped {
            result = replace_first(&result, found.written, &found.written.replacen("\\$", "$", 1));
        } else if parents.iter().any(|parent| parent == name) {
            result.clear();
        } else if is_inherited(name) {
            result = replace_first(&result, found.written, replacement(name, found.written)?);
        } else if let Some((by, _)) = target.get(name) {
            if parents.len() > DEEPEST {
                return Err(Stuck::Endless);
            }
            parents.push(name.to_owned());
            let by = interpolate_c12(by, target, parents, steps)?;
            parents.pop();
            result = replace_first(&result, found.written, &by);
        }
    }
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dotenv10_values() {
        for (line, expected) in [
            ("A=\"b\"", Some(("A", "b"))),
            ("A=\"b\" ", Some(("A", "\"b\""))),
            ("A=\"", Some(("A", "\""))),
            (" A = b # c ", Some(("A", "b # c"))),
            ("export A=b", None),
            ("A=b\u{2028}c", None),
            ("A=b\u{2028}", Some(("A", "b"))),
        ] {
            let found = line_of_dotenv10(line).map(|(name, raw)| (name, value_of_dotenv10(&line[raw])));
            assert_eq!(found, expected.map(|(n, v)| (n, v.to_owned())), "{line}");
        }
    }
}

//! PHP's `symfony/dotenv`: strict about blanks, quotes and names; the first fault refuses the file.

use std::collections::{BTreeSet, HashMap};

use super::Dialect;
use super::command::parenthesised;
use super::reading::{Reading, bytes, fits, last_wins};
use super::source::Source;
use crate::loader::{Content, Environment, File, Loaded, Loader, Process};

/// The dialects of this family.
pub(super) const DIALECTS: &[Dialect] = &[Dialect { name: "symfony", load }];

fn load(loader: &Loader, files: &[File<'_>], process: &Environment) -> Loaded {
    let mut reading = Reading::of(process);
    let mut loaded = BTreeSet::new();
    let there = |name: &str| files.iter().any(|file| is(file, name) && !matches!(file.content, Content::Missing));
    let several = files.len() > 1;
    for index in last_wins(loader, files.len()) {
        let file = &files[index];
        // Beside `.env` the others are optional, and `.env.dist` stands in where there is no `.env`.
        let absent = matches!(file.content, Content::Missing) && (!is(file, ".env") || there(".env.dist"));
        if several && (absent || is(file, ".env.dist") && there(".env")) {
            continue;
        }
        let content = match bytes(file) {
            Ok(content) if content.starts_with(b"\xEF\xBB\xBF") => Err("the file begins with a byte-order mark"),
            other => other,
        };
        let content = match content {
            Ok(content) => content,
            Err(why) => {
                reading.fail(index, None, why);
                break;
            }
        };
        let source = Source::rewritten(content, |_, rest| match rest {
            [b'\r', b'\n', ..] => Some((2, b"\n")),
            [b'\r', ..] => Some((1, b"\n")),
            _ => None,
        });
        let first = reading.loaded.assignments.len();
        let ours = HashMap::new();
        let mut parser =
            Parser { file: index, source: &source, at: 0, process, reading: &mut reading, loaded: &loaded, ours };
        if let Err((at, why)) = parser.read() {
            reading.loaded.assignments.truncate(first);
            reading.fail(index, Some(source.line(at)), why);
            break;
        }
        if reading.is_over() {
            break;
        }
        populate(&mut reading, first, process, loader.process, &mut loaded);
    }
    reading.loaded
}

fn is(file: &File<'_>, name: &str) -> bool {
    file.path.rsplit(['/', '\\']).next() == Some(name)
}

/// Hands the assignments from `first` on to the environment.
fn populate(reading: &mut Reading, first: usize, process: &Environment, rule: Process, loaded: &mut BTreeSet<String>) {
    for index in first..reading.loaded.assignments.len() {
        let name = reading.loaded.assignments[index].name.clone();
        if rule == Process::Wins && !loaded.contains(&name) && visible(process, &name).is_some() {
            continue;
        }
        reading.set(index);
        loaded.insert(name);
    }
}

/// A variable of the process as PHP's superglobals show it: a name that a request header could forge is not trusted.
fn visible<'p>(process: &'p Environment, name: &str) -> Option<&'p [u8]> {
    process.get(name).filter(|_| !name.starts_with("HTTP_")).map(|value| value.expose())
}

/// Where reading stopped, and why.
type Refusal = (usize, &'static str);

struct Parser<'a> {
    file: usize,
    source: &'a Source,
    at: usize,
    process: &'a Environment,
    reading: &'a mut Reading,
    /// Names that an earlier file has set.
    loaded: &'a BTreeSet<String>,
    /// What this file has given so far.
    ours: HashMap<String, Vec<u8>>,
}

impl Parser<'_> {
    fn read(&mut self) -> Result<(), Refusal> {
        let text = &self.source.bytes[..];
        self.skip_empty_lines();
        while self.at < text.len() && !self.reading.is_over() {
            let (name, name_at) = self.name()?;
            let start = self.at;
            let (value, end) = self.value(name_at)?;
            self.give(&name, name_at, value, (start, end));
            self.skip_empty_lines();
        }
        Ok(())
    }

    fn give(&mut self, name: &str, name_at: usize, value: Vec<u8>, (start, end): (usize, usize)) {
        self.ours.insert(name.to_owned(), value.clone());
        self.reading.record((self.file, self.source), (name, name_at), (value, start..end));
    }

    fn skip_empty_lines(&mut self) {
        let text = &self.source.bytes[..];
        while let Some(&byte) = text.get(self.at) {
            match byte {
                b'#' => self.at = memchr::memchr(b'\n', &text[self.at..]).map_or(text.len(), |feed| self.at + feed),
                _ if is_space(byte) => self.at += 1,
                _ => break,
            }
        }
    }

    /// The name and where it begins. Reading goes on after the `=`.
    fn name(&mut self) -> Result<(String, usize), Refusal> {
        let rest = &self.source.bytes[self.at..];
        let exported = rest.strip_prefix(b"export").map(|after| (after, blanks(after)));
        let lead = match exported {
            Some((after, blanks)) if blanks > 0 && name_length(&after[blanks..]) > 0 => "export".len() + blanks,
            _ => 0,
        };
        let start = self.at + lead;
        let name = &rest[lead..lead + name_length(&rest[lead..])];
        if name.is_empty() {
            return Err((start, "a name that begins with neither a letter nor `_` and a letter"));
        }
        if rest.get(lead + name.len()) != Some(&b'=') {
            return Err((start, "no `=` right after the name"));
        }
        self.at = start + name.len() + 1;
        Ok((String::from_utf8_lossy(name).into_owned(), start))
    }

    /// The value and where it ends as written.
    fn value(&mut self, name_at: usize) -> Result<(Vec<u8>, usize), Refusal> {
        let text = &self.source.bytes[..];
        let start = self.at;
        let after = start + blanks(&text[start..]);
        match text.get(after) {
            None | Some(b'\n' | b'#') => {
                self.at = after;
                return Ok((Vec::new(), start));
            }
            Some(_) if after > start => return Err((start, "a blank before the value")),
            Some(_) => {}
        }
        let mut value = Vec::new();
        let mut end = start;
        while let Some(&byte) = text.get(self.at).filter(|byte| **byte != b'\n') {
            let part = match byte {
                b'\'' => self.single_quoted()?,
                b'"' => self.double_quoted(name_at)?,
                _ => {
                    let from = self.at;
                    let (part, blank) = self.unquoted(name_at)?;
                    if blank == self.at - from {
                        // Nothing but blanks: the value ended before them.
                        if text.get(self.at) == Some(&b'#') {
                            break;
                        }
                        continue;
                    }
                    end = self.at - blank;
                    value.extend(part);
                    if text.get(self.at) == Some(&b'#') {
                        break;
                    }
                    continue;
                }
            };
            end = self.at;
            value.extend(part);
        }
        Ok((value, end))
    }

    fn single_quoted(&mut self) -> Result<Vec<u8>, Refusal> {
        let inner = &self.source.bytes[self.at + 1..];
        let end = memchr::memchr(b'\'', inner).ok_or((self.at, "a quote without its partner"))?;
        self.at += end + 2;
        Ok(inner[..end].to_vec())
    }

    fn double_quoted(&mut self, name_at: usize) -> Result<Vec<u8>, Refusal> {
        let text = &self.source.bytes[..];
        let start = self.at;
        let closes = |at: usize| {
            let escaped = text[at - 1] == b'\\' && (at < 2 || text[at - 2] != b'\\');
            text[at] == b'"' && !escaped
        };
        let end = (start + 1..text.len()).find(|at| closes(*at)).ok_or((start, "a quote without its partner"))?;
        self.at = end + 1;
        let inner = replace(&text[start + 1..end], b"\\\"", b"\"");
        let inner = replace(&replace(&inner, b"\\r", b"\r"), b"\\n", b"\n");
        self.resolve(&inner, name_at, (start, end + 1))
    }

    /// A part without quotes, and how many blanks it ends with as written.
    fn unquoted(&mut self, name_at: usize) -> Result<(Vec<u8>, usize), Refusal> {
        let text = &self.source.bytes[..];
        let start = self.at;
        let mut value = Vec::new();
        let mut before = text[start - 1];
        while let Some(&byte) = text.get(self.at) {
            let comment = byte == b'#' && matches!(before, b' ' | b'\t');
            if comment || matches!(byte, b'\n' | b'"' | b'\'') {
                break;
            }
            let next = text.get(self.at + 1).copied();
            let taken = match next.filter(|next| byte == b'\\' && matches!(next, b'"' | b'\'')) {
                Some(quote) => {
                    self.at += 1;
                    quote
                }
                None => byte,
            };
            value.push(taken);
            before = taken;
            self.at += 1;
            if taken == b'$' && next == Some(b'(') {
                let length = nested(&text[self.at..]).ok_or((start, "a `$(` without its `)`"))?;
                value.extend_from_slice(&text[self.at..self.at + length]);
                self.at += length;
            }
        }
        let trimmed = value.iter().rposition(|byte| !is_trimmed(*byte)).map_or(0, |last| last + 1);
        let blank = value.len() - trimmed;
        value.truncate(trimmed);
        let resolved = self.resolve(&value, name_at, (start, self.at - blank))?;
        if resolved == value && value.iter().any(|byte| is_space(*byte)) {
            return Err((start, "a value with blanks needs quotes"));
        }
        Ok((resolved, blank))
    }

    fn resolve(&mut self, text: &[u8], name_at: usize, place: (usize, usize)) -> Result<Vec<u8>, Refusal> {
        if !text.contains(&b'$') {
            return Ok(replace(text, b"\\\\", b"\\"));
        }
        let text = without_commands(text).map_err(|why| (place.0, why))?;
        let text = self.variables(&text, name_at, place)?;
        Ok(replace(&text, b"\\\\", b"\\"))
    }

    /// Replaces `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME:=default}`.
    fn variables(&mut self, text: &[u8], name_at: usize, place: (usize, usize)) -> Result<Vec<u8>, Refusal> {
        let mut out = Vec::with_capacity(text.len());
        let mut at = 0;
        while at < text.len() {
            let Some(found) = Reference::at(&text[at..]) else {
                // A run of backslashes is looked at as a whole.
                let run = text[at..].iter().take_while(|byte| **byte == b'\\').count().max(1);
                out.extend_from_slice(&text[at..at + run]);
                at += run;
                continue;
            };
            let whole = &text[at..at + found.length];
            at += found.length;
            if found.backslashes % 2 == 1 {
                out.extend_from_slice(&whole[1..]);
                continue;
            }
            if found.name.is_empty() && found.default.is_none() && !found.closed {
                out.extend_from_slice(whole);
                continue;
            }
            if found.opened && !found.closed {
                return Err((place.0, "a `${` without its `}`"));
            }
            let name = String::from_utf8_lossy(found.name).into_owned();
            let mut value = self.lookup(&name);
            if let Some(default) = found.default.filter(|_| value.is_empty()) {
                if default.iter().any(|byte| matches!(byte, b'\'' | b'"' | b'{' | b'$')) {
                    return Err((place.0, "a default with a quote, `{` or `$` in it"));
                }
                value = default[2..].to_vec();
                if default[1] == b'=' {
                    self.give(&name, name_at, value.clone(), place);
                }
            }
            out.extend_from_slice(&whole[..found.backslashes]);
            if fits(out.len(), value.len()) {
                out.extend(value);
            }
            if found.closed && !found.opened {
                out.push(b'}');
            }
        }
        Ok(out)
    }

    fn lookup(&self, name: &str) -> Vec<u8> {
        let ours = self.ours.get(name).map(Vec::as_slice);
        let value = if self.loaded.contains(name) {
            ours.or_else(|| self.reading.get(name))
        } else {
            visible(self.process, name).or(ours).or_else(|| self.reading.get(name))
        };
        value.unwrap_or_default().to_vec()
    }
}

/// One reference, taken apart.
struct Reference<'t> {
    length: usize,
    backslashes: usize,
    opened: bool,
    name: &'t [u8],
    /// `:-default` or `:=default`.
    default: Option<&'t [u8]>,
    closed: bool,
}

impl<'t> Reference<'t> {
    /// The reference that the text begins with.
    fn at(text: &'t [u8]) -> Option<Self> {
        let backslashes = text.iter().take_while(|byte| **byte == b'\\').count();
        let after = text[backslashes..].strip_prefix(b"$").filter(|after| !after.starts_with(b"("))?;
        let (opened, rest) = strip(after, b'{');
        let (name, rest) = rest.split_at(name_length(rest));
        let (default, rest) = match rest {
            [b':', b'-' | b'=', operand @ ..] => {
                let end = memchr::memchr(b'}', operand).unwrap_or(operand.len());
                (Some(&rest[..end + 2]), &operand[end..])
            }
            _ => (None, rest),
        };
        let (closed, rest) = strip(rest, b'}');
        Some(Self { length: text.len() - rest.len(), backslashes, opened, name, default, closed })
    }
}

fn strip(text: &[u8], byte: u8) -> (bool, &[u8]) {
    match text.split_first() {
        Some((first, rest)) if *first == byte => (true, rest),
        _ => (false, text),
    }
}

/// `\$(command)` loses its backslash. A command that is not escaped is an error without the component that runs it.
fn without_commands(text: &[u8]) -> Result<Vec<u8>, &'static str> {
    let mut out = Vec::with_capacity(text.len());
    let groups = parenthesised(text);
    let mut at = 0;
    while at < text.len() {
        let escaped = text[at..].starts_with(b"\\$");
        let dollar = if escaped { at + 1 } else { at };
        let length = text.get(dollar).filter(|byte| **byte == b'$').and_then(|_| groups.get(&(dollar + 1)));
        match length {
            Some(_) if !escaped => return Err("a command, which only the Process component could run"),
            Some(length) => {
                out.extend_from_slice(&text[dollar..=dollar + length]);
                at = dollar + 1 + length;
            }
            None => {
                out.push(text[at]);
                at += 1;
            }
        }
    }
    Ok(out)
}

/// The length of balanced parentheses within one line.
fn nested(text: &[u8]) -> Option<usize> {
    let mut open = 0_usize;
    for (index, byte) in text.iter().enumerate() {
        match byte {
            b'(' => open += 1,
            b')' => open -= 1,
            b'\n' => return None,
            _ => {}
        }
        if open == 0 {
            return Some(index + 1);
        }
    }
    None
}

fn name_length(text: &[u8]) -> usize {
    let lead = usize::from(text.first() == Some(&b'_'));
    if !text.get(lead).is_some_and(u8::is_ascii_alphabetic) {
        return 0;
    }
    lead + text[lead..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count()
}

fn blanks(text: &[u8]) -> usize {
    text.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0B | 0x0C)
}

/// What PHP's `rtrim` takes away.
fn is_trimmed(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0 | 0x0B)
}

fn replace(text: &[u8], from: &[u8; 2], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memmem::find(rest, from) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(to);
        rest = &rest[at + from.len()..];
    }
    out.extend_from_slice(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references() {
        for (text, given) in [
            ("$A", Some("$A")),
            ("\\\\$A}x", Some("\\\\$A}")),
            ("${A:-b c}d", Some("${A:-b c}")),
            ("$A:-b c", Some("$A:-b c")),
            ("${", Some("${")),
            ("$(a)", None),
            ("A", None),
        ] {
            let found = Reference::at(text.as_bytes()).map(|found| &text[..found.length]);
            assert_eq!(found, given, "{text}");
        }
    }

    #[test]
    fn env_dist_stands_in_for_a_missing_env() {
        let loader = Loader::find("php-symfony").unwrap();
        let there = |path, text: &'static str| File { path, content: Content::Bytes(text.as_bytes()) };
        let absent = File { path: ".env", content: Content::Missing };
        let local = there(".env.local", "B=1\n");
        let dist = there(".env.dist", "A=dist\n");
        let load = |files: &[File<'_>]| {
            let loaded = loader.load(files, &Environment::new());
            (
                loaded.failure.is_some(),
                loaded.values.get("A").and_then(|seen| seen.value.expose_str().map(str::to_owned)),
            )
        };
        assert_eq!(load(&[local, there(".env", "A=env\n"), dist]), (false, Some("env".to_owned())));
        assert_eq!(load(&[local, absent, dist]), (false, Some("dist".to_owned())));
        assert_eq!(load(&[local, absent]), (true, None));
    }
}

//! Expansion of words: tildes, parameters, command substitution, splitting into fields.
//!
//! Globbing is left out: a pattern is taken to match no file, and so stands for itself.

use super::super::named::is_identifier;
use super::pattern::{Pattern, character_length};
use super::run::{End, Shell};
use super::syntax::{Flavor, Operation, Parameter, Part, Word};

/// A value may grow by expansion; no environment takes more than this many bytes.
const LARGEST: usize = 1 << 20;
/// Steps that matching a pattern may take.
const LONGEST_MATCH: usize = 50_000_000;

/// Bytes that came out of a part.
struct Piece {
    bytes: Vec<u8>,
    quoted: bool,
    /// Blanks in it separate fields.
    split: bool,
}

/// Where a tilde counts.
#[derive(Clone, Copy, PartialEq)]
enum Tilde {
    Nowhere,
    Start,
    /// At the start and after each colon.
    Colons,
}

impl Shell {
    /// The value of an assignment: one field, tildes after `=` and `:`.
    pub(super) fn value(&mut self, parts: &[Part]) -> Result<Vec<u8>, End> {
        self.joined(parts, Tilde::Colons)
    }

    /// One field without splitting.
    pub(super) fn single(&mut self, parts: &[Part]) -> Result<Vec<u8>, End> {
        self.joined(parts, Tilde::Start)
    }

    fn joined(&mut self, parts: &[Part], tilde: Tilde) -> Result<Vec<u8>, End> {
        let pieces = self.pieces(parts, tilde, false)?;
        Ok(pieces.into_iter().flat_map(|piece| piece.bytes).collect())
    }

    /// The fields of a command's word.
    pub(super) fn fields(&mut self, word: &Word) -> Result<Vec<Vec<u8>>, End> {
        let pieces = self.pieces(&word.parts, Tilde::Start, false)?;
        let ifs = self.variables.get("IFS").and_then(|ifs| ifs.value.clone()).unwrap_or_else(|| b" \t\n".to_vec());
        let white = |c: u8| matches!(c, b' ' | b'\t' | b'\n') && ifs.contains(&c);
        let mut fields = Vec::new();
        let mut field: Option<Vec<u8>> = None;
        let mut after_white = false;
        for piece in pieces {
            if !piece.split {
                if !piece.bytes.is_empty() || piece.quoted {
                    field.get_or_insert_default().extend(piece.bytes);
                    after_white = false;
                }
                continue;
            }
            for c in piece.bytes {
                if white(c) {
                    after_white |= field.is_some();
                    fields.extend(field.take());
                } else if ifs.contains(&c) {
                    if after_white && field.is_none() {
                        after_white = false;
                    } else {
                        fields.push(field.take().unwrap_or_default());
                    }
                } else {
                    field.get_or_insert_default().push(c);
                    after_white = false;
                }
            }
        }
        fields.extend(field);
        Ok(fields)
    }

    fn pieces(&mut self, parts: &[Part], tilde: Tilde, split_text: bool) -> Result<Vec<Piece>, End> {
        let mut pieces = Vec::new();
        for (index, part) in parts.iter().enumerate() {
            match part {
                Part::Text { bytes, quoted: true } => {
                    pieces.push(Piece { bytes: bytes.clone(), quoted: true, split: false });
                }
                Part::Text { bytes, quoted: false } => {
                    let last = index + 1 == parts.len();
                    let bytes = self.tildes(bytes, tilde, index == 0, last);
                    pieces.push(Piece { bytes, quoted: false, split: split_text });
                }
                Part::Parameter { parameter, operation, quoted } => {
                    self.parameter(parameter, operation, *quoted, &mut pieces)?;
                }
                Part::Command { list, quoted, line } => {
                    let bytes = self.substitute(list.as_ref(), *line)?;
                    pieces.push(Piece { bytes, quoted: *quoted, split: !*quoted });
                }
                Part::Arithmetic { expression, quoted } => {
                    let text = self.joined(expression, Tilde::Nowhere)?;
                    let bytes = self.calculate(&text)?.to_string().into_bytes();
                    pieces.push(Piece { bytes, quoted: *quoted, split: !*quoted });
                }
                Part::Bad => {
                    return Err(self.refusal("the shell calls what stands in ${…} a bad substitution"));
                }
                Part::NotFollowed(what) => return Err(End::NotFollowed(what)),
            }
            if pieces.iter().map(|piece| piece.bytes.len()).sum::<usize>() > LARGEST {
                return Err(End::NotFollowed("a value that grows too long by expansion"));
            }
        }
        Ok(pieces)
    }

    fn tildes(&mut self, text: &[u8], tilde: Tilde, first: bool, last: bool) -> Vec<u8> {
        if tilde == Tilde::Nowhere || !text.contains(&b'~') {
            return text.to_vec();
        }
        let mut out = Vec::with_capacity(text.len());
        let mut at = 0;
        while at < text.len() {
            let starts = (at == 0 && first) || (tilde == Tilde::Colons && at > 0 && text[at - 1] == b':');
            let end = text[at..].iter().position(|c| *c == b'/' || (*c == b':' && tilde == Tilde::Colons));
            let end = end.map_or(text.len(), |length| at + length);
            if text[at] == b'~' && starts && (end < text.len() || last) {
                match self.home(&text[at + 1..end]) {
                    Some(home) => out.extend(home),
                    None => out.extend_from_slice(&text[at..end]),
                }
                at = end;
            } else {
                out.push(text[at]);
                at += 1;
            }
        }
        out
    }

    fn home(&mut self, user: &[u8]) -> Option<Vec<u8>> {
        let name = match (user, self.flavor) {
            (b"", _) => "HOME",
            (b"+", Flavor::Bash) => "PWD",
            (b"-", Flavor::Bash) => "OLDPWD",
            _ => {
                self.warn("a user's home folder is not looked up: the tilde is taken as it stands");
                return None;
            }
        };
        let value = self.variables.get(name).and_then(|variable| variable.value.clone());
        if value.is_none() {
            self.warn("HOME is not known: the tilde is taken as it stands");
        }
        value
    }

    /// The value of a parameter; `None` where it is unset.
    fn look_up(&mut self, parameter: &Parameter) -> Option<Vec<u8>> {
        match parameter {
            Parameter::Name(name) => {
                if let Some(variable) = self.variables.get(name.as_str()) {
                    return variable.value.clone();
                }
                self.own(name)
            }
            Parameter::Positional(number) => self.positional.get(number - 1).cloned(),
            Parameter::Special(b'@' | b'*') => (!self.positional.is_empty()).then(|| self.positional.join(&b' ')),
            Parameter::Special(b'#') => Some(self.positional.len().to_string().into_bytes()),
            Parameter::Special(b'?') => {
                if !self.status_known {
                    self.warn("$? depends on a command that was not run: it is taken as not found");
                }
                Some(self.status.to_string().into_bytes())
            }
            Parameter::Special(b'!') => None,
            Parameter::Special(_) => {
                self.guessed = true;
                self.warn("$$, $- and $0 differ from run to run: taken as empty");
                Some(Vec::new())
            }
        }
    }

    /// Variables that the shell sets itself.
    fn own(&mut self, name: &str) -> Option<Vec<u8>> {
        const BASH: &[&str] = &[
            "BASH",
            "BASHOPTS",
            "BASHPID",
            "BASH_VERSION",
            "COMP_WORDBREAKS",
            "DIRSTACK",
            "EPOCHREALTIME",
            "EPOCHSECONDS",
            "EUID",
            "GROUPS",
            "HOSTNAME",
            "HOSTTYPE",
            "MACHTYPE",
            "OSTYPE",
            "PATH",
            "PPID",
            "PWD",
            "RANDOM",
            "SECONDS",
            "SHELL",
            "SHELLOPTS",
            "SHLVL",
            "SRANDOM",
            "TERM",
            "UID",
            "BASH_SOURCE",
            "BASH_LINENO",
            "BASH_VERSINFO",
            "_",
        ];
        const DASH: &[&str] = &["PATH", "PPID", "PWD", "PS1", "_"];
        match (name, self.flavor) {
            ("IFS", _) => return Some(b" \t\n".to_vec()),
            ("OPTIND", _) => return Some(b"1".to_vec()),
            ("OPTERR", Flavor::Bash) => return Some(b"1".to_vec()),
            ("PS2", Flavor::Dash) => return Some(b"> ".to_vec()),
            ("PS4", _) => return Some(b"+ ".to_vec()),
            ("LINENO", _) => return Some(self.line.to_string().into_bytes()),
            _ => {}
        }
        let known = if self.flavor == Flavor::Bash { BASH } else { DASH };
        if known.contains(&name) {
            self.warn("a variable that the shell sets itself is not known here: taken as empty");
            return Some(Vec::new());
        }
        None
    }

    fn parameter(
        &mut self,
        parameter: &Parameter,
        operation: &Operation,
        quoted: bool,
        pieces: &mut Vec<Piece>,
    ) -> Result<(), End> {
        let value = self.look_up(parameter);
        let all = matches!(parameter, Parameter::Special(b'@' | b'*'));
        let tested = matches!(operation, Operation::Test { .. });
        if value.is_none() && self.nounset && !tested && !all {
            return Err(End::Exit("a variable is not set, and set -u is on"));
        }
        let characters = self.flavor == Flavor::Bash;
        let bytes = match operation {
            Operation::Plain => {
                if value.is_none() && parameter == &Parameter::Special(b'@') {
                    return Ok(());
                }
                value.unwrap_or_default()
            }
            Operation::Length if all => self.positional.len().to_string().into_bytes(),
            Operation::Length => {
                let value = value.unwrap_or_default();
                let length = if characters { count(&value) } else { value.len() };
                length.to_string().into_bytes()
            }
            Operation::Test { sign, colon, word, span } => {
                let unset = value.as_ref().is_none_or(|value| *colon && value.is_empty());
                match (sign, unset) {
                    (b'+', true) => Vec::new(),
                    (b'+', false) | (b'-', true) => {
                        let mut inner =
                            self.pieces(word, if quoted { Tilde::Nowhere } else { Tilde::Start }, !quoted)?;
                        if quoted {
                            inner.iter_mut().for_each(|piece| (piece.quoted, piece.split) = (true, false));
                        }
                        if inner.is_empty() {
                            inner.push(Piece { bytes: Vec::new(), quoted, split: !quoted });
                        }
                        pieces.append(&mut inner);
                        return Ok(());
                    }
                    (b'=', true) => {
                        let Parameter::Name(name) = parameter else {
                            return Err(self.refusal("the shell cannot assign to this parameter"));
                        };
                        let value = self.joined(word, if quoted { Tilde::Nowhere } else { Tilde::Start })?;
                        self.assign(name, value.clone(), span.clone())?;
                        value
                    }
                    (b'?', true) => {
                        return Err(End::Exit("${…:?} finds the variable unset, and the shell ends"));
                    }
                    _ => value.unwrap_or_default(),
                }
            }
            Operation::Strip { end, longest, pattern } => {
                let pattern = self.pattern(pattern)?;
                strip(&value.unwrap_or_default(), &pattern, *end, *longest, characters)?
            }
            Operation::Replace { sign, from, to } => {
                let from = self.pattern(from)?;
                let to = self.joined(to, Tilde::Start)?;
                replace(&value.unwrap_or_default(), &from, &to, *sign)?
            }
            Operation::Substring { offset, length } => {
                let offset = self.number(offset)?;
                let length = length.as_ref().map(|length| self.number(length)).transpose()?;
                if all {
                    return Err(End::NotFollowed("a slice of the positional parameters"));
                }
                substring(&value.unwrap_or_default(), offset, length)
                    .ok_or_else(|| self.refusal("the shell takes no such length in ${…}"))?
            }
            Operation::Case { upper, all } => {
                let value = value.unwrap_or_default();
                let text = String::from_utf8(value).map_err(|_| End::NotFollowed("a change of case outside UTF-8"))?;
                change_case(&text, *upper, *all).into_bytes()
            }
            Operation::Indirect => {
                let name = value.ok_or_else(|| self.refusal("${!…} stands before a variable that is not set"))?;
                let name = String::from_utf8(name).unwrap_or_default();
                if name.is_empty() || !is_identifier(name.as_bytes()) {
                    // Digits and marks name parameters of the shell; anything else is refused.
                    let special = !name.is_empty() && name.bytes().all(|c| c.is_ascii_digit());
                    let special =
                        special || matches!(name.as_bytes(), [b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!']);
                    return Err(match special || name.contains('[') {
                        true => End::NotFollowed("an indirect expansion"),
                        false => self.refusal("${!…} finds no name of a variable"),
                    });
                }
                self.look_up(&Parameter::Name(name)).unwrap_or_default()
            }
        };
        pieces.push(Piece { bytes, quoted, split: !quoted });
        Ok(())
    }

    /// The value of an arithmetic expression.
    pub(super) fn calculate(&mut self, text: &[u8]) -> Result<i64, End> {
        let value_of = |name: &str| self.look_up(&Parameter::Name(name.to_owned())).unwrap_or_default();
        super::arithmetic::evaluate(text, value_of).ok_or(End::NotFollowed("arithmetic"))
    }

    fn pattern(&mut self, parts: &[Part]) -> Result<Vec<(u8, bool)>, End> {
        let pieces = self.pieces(parts, Tilde::Start, false)?;
        Ok(pieces.into_iter().flat_map(|p| p.bytes.into_iter().map(move |c| (c, p.quoted))).collect())
    }

    fn number(&mut self, parts: &[Part]) -> Result<i64, End> {
        let text = self.joined(parts, Tilde::Nowhere)?;
        self.calculate(&text)
    }
}

fn count(text: &[u8]) -> usize {
    let (mut at, mut characters) = (0, 0);
    while at < text.len() {
        at += character_length(&text[at..]);
        characters += 1;
    }
    characters
}

fn matching(pattern: &[(u8, bool)], text: &[u8], characters: bool) -> Result<Pattern, End> {
    if pattern.len().saturating_mul(text.len()) > LONGEST_MATCH {
        return Err(End::NotFollowed("a pattern over a long value"));
    }
    Ok(Pattern::new(pattern, characters))
}

fn strip(value: &[u8], pattern: &[(u8, bool)], end: bool, longest: bool, characters: bool) -> Result<Vec<u8>, End> {
    let matcher = matching(pattern, value, characters)?;
    if !end {
        let lengths = matcher.beginnings(value);
        let cut = if longest { lengths.last() } else { lengths.first() };
        return Ok(value[cut.copied().unwrap_or(0)..].to_vec());
    }
    if pattern.len().saturating_mul(value.len()).saturating_mul(value.len()) > LONGEST_MATCH {
        return Err(End::NotFollowed("a pattern over a long value"));
    }
    let mut starts: Vec<usize> = (0..=value.len()).collect();
    if !longest {
        starts.reverse();
    }
    let cut = starts.into_iter().find(|start| matcher.matches(&value[*start..]));
    Ok(value[..cut.unwrap_or(value.len())].to_vec())
}

fn replace(value: &[u8], from: &[(u8, bool)], to: &[u8], sign: Option<u8>) -> Result<Vec<u8>, End> {
    let matcher = matching(from, value, true)?;
    if from.len().saturating_mul(value.len()).saturating_mul(value.len()) > LONGEST_MATCH {
        return Err(End::NotFollowed("a pattern over a long value"));
    }
    if from.is_empty() && sign.is_none_or(|sign| sign == b'/') {
        return Ok(value.to_vec());
    }
    if sign == Some(b'%') {
        let start = (0..=value.len()).find(|start| matcher.matches(&value[*start..]));
        return Ok(start.map_or_else(|| value.to_vec(), |start| [&value[..start], to].concat()));
    }
    let mut out = Vec::new();
    let mut at = 0;
    while at < value.len() {
        let length =
            matcher.beginnings(&value[at..]).last().copied().filter(|length| *length > 0 || sign == Some(b'#'));
        match length {
            Some(length) => {
                out.extend_from_slice(to);
                at += length;
                if sign != Some(b'/') {
                    break;
                }
            }
            None if sign == Some(b'#') => break,
            None => {
                let length = character_length(&value[at..]);
                out.extend_from_slice(&value[at..at + length]);
                at += length;
            }
        }
    }
    if value.is_empty() && matcher.matches(b"") {
        out.extend_from_slice(to);
    }
    out.extend_from_slice(&value[at..]);
    Ok(out)
}

/// `None` where the length is negative and reaches before the offset.
fn substring(value: &[u8], offset: i64, length: Option<i64>) -> Option<Vec<u8>> {
    let mut ends = vec![0];
    while let Some(at) = ends.last().copied().filter(|at| *at < value.len()) {
        ends.push(at + character_length(&value[at..]));
    }
    let count = i64::try_from(ends.len() - 1).ok()?;
    let start = if offset < 0 { count + offset } else { offset };
    if start < 0 || start > count {
        return Some(Vec::new());
    }
    let end = match length {
        None => count,
        Some(length) if length < 0 => count + length,
        Some(length) => count.min(start.saturating_add(length)),
    };
    if end < start {
        return None;
    }
    let at = |index: i64| usize::try_from(index).ok().and_then(|index| ends.get(index)).copied();
    Some(value[at(start)?..at(end)?].to_vec())
}

fn change_case(text: &str, upper: bool, all: bool) -> String {
    let change = |c: char| {
        let mut changed: Vec<char> = if upper { c.to_uppercase().collect() } else { c.to_lowercase().collect() };
        if changed.len() == 1 { changed.pop().unwrap_or(c) } else { c }
    };
    text.chars().enumerate().map(|(index, c)| if all || index == 0 { change(c) } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn substrings() {
        for (offset, length, gives) in [
            (0, Some(2), Some("hé")),
            (-2, None, Some("lo")),
            (1, Some(-1), Some("él")),
            (9, None, Some("")),
            (3, Some(-3), None),
        ] {
            let found = substring("hélo".as_bytes(), offset, length);
            assert_eq!(found.as_deref(), gives.map(str::as_bytes), "{offset} {length:?}");
        }
    }
}

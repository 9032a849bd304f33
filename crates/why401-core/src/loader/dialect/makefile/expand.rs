//! make's `$`: references, substitution references and the automatic variables of a recipe. Functions are not
//! followed, and `$(shell …)` is never run.

use super::Variables;

/// When a text is expanded.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Moment {
    /// While the makefile is read.
    Reading,
    /// When the recipe of the target `all` starts.
    Recipe,
}

/// A value may grow by expansion; no environment takes more than this many bytes.
const LARGEST: usize = 1 << 20;
/// References in references.
const DEEPEST: usize = 200;
/// References in all.
const MOST: usize = 200_000;

/// make's functions, other than `shell`.
const FUNCTIONS: &[&str] = &[
    "abspath",
    "addprefix",
    "addsuffix",
    "and",
    "basename",
    "call",
    "dir",
    "error",
    "eval",
    "file",
    "filter",
    "filter-out",
    "findstring",
    "firstword",
    "flavor",
    "foreach",
    "guile",
    "if",
    "info",
    "join",
    "lastword",
    "notdir",
    "or",
    "origin",
    "patsubst",
    "realpath",
    "sort",
    "strip",
    "subst",
    "suffix",
    "value",
    "warning",
    "wildcard",
    "word",
    "wordlist",
    "words",
];

/// Variables that make sets by itself.
const OWN: &[&str] = &[
    "AR",
    "AS",
    "CC",
    "CO",
    "CPP",
    "CTANGLE",
    "CURDIR",
    "CWEAVE",
    "CXX",
    "FC",
    "GET",
    "LD",
    "LEX",
    "LINT",
    "M2C",
    "MAKE",
    "MAKECMDGOALS",
    "MAKEFILE_LIST",
    "MAKEFLAGS",
    "MAKEINFO",
    "MAKELEVEL",
    "MAKE_COMMAND",
    "MAKE_HOST",
    "MAKE_VERSION",
    "OBJC",
    "PC",
    "RM",
    "SHELL",
    "SUFFIXES",
    "TANGLE",
    "TEX",
    "TEXI2DVI",
    "WEAVE",
    "YACC",
];

pub(super) struct Expander<'a> {
    variables: &'a Variables,
    moment: Moment,
    open: Vec<Vec<u8>>,
    steps: usize,
    /// How many commands were not run.
    pub(super) commands: usize,
}

impl<'a> Expander<'a> {
    pub(super) fn new(variables: &'a Variables, moment: Moment) -> Self {
        Self { variables, moment, open: Vec::new(), steps: 0, commands: 0 }
    }

    pub(super) fn expand(&mut self, text: &[u8]) -> Result<Vec<u8>, String> {
        let mut out = Vec::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = memchr::memchr(b'$', rest) {
            out.extend_from_slice(&rest[..at]);
            let after = &rest[at + 1..];
            rest = match after.first() {
                None | Some(b'$') => {
                    out.push(b'$');
                    after.get(1..).unwrap_or_default()
                }
                Some(b'(') => self.reference(&after[1..], b'(', b')', &mut out)?,
                Some(b'{') => self.reference(&after[1..], b'{', b'}', &mut out)?,
                Some(_) => {
                    self.variable(&after[..1], &mut out)?;
                    &after[1..]
                }
            };
            within_limit(&out)?;
        }
        out.extend_from_slice(rest);
        Ok(out)
    }

    /// Expands what stands after `$(`; gives what follows the reference.
    fn reference<'t>(&mut self, text: &'t [u8], open: u8, close: u8, out: &mut Vec<u8>) -> Result<&'t [u8], String> {
        let word = text.iter().position(|c| !(c.is_ascii_lowercase() || *c == b'-')).unwrap_or(text.len());
        if word > 0 && text.get(word).is_none_or(|c| super::lines::is_space(*c)) {
            let (name, call) = text.split_at(word);
            if name == b"shell" {
                let end = matching(call, open, close).ok_or("a call of a function of make is not closed")?;
                self.commands += 1;
                return Ok(&call[end + 1..]);
            }
            if FUNCTIONS.iter().any(|known| known.as_bytes() == name) {
                return Err("not followed: a function of make".into());
            }
        }
        let first = memchr::memchr(close, text).ok_or("a reference to a variable is not closed")?;
        if !text[..first].contains(&b'$') {
            self.named(&text[..first], out)?;
            return Ok(&text[first + 1..]);
        }
        match matching(text, open, close) {
            Some(end) => {
                let name = self.nested(|this| this.expand(&text[..end]))?;
                self.named(&name, out)?;
                Ok(&text[end + 1..])
            }
            None => {
                self.named(&text[..first], out)?;
                Ok(&[])
            }
        }
    }

    /// `NAME` or `NAME:from=to`.
    fn named(&mut self, name: &[u8], out: &mut Vec<u8>) -> Result<(), String> {
        let Some(colon) = memchr::memchr(b':', name) else { return self.variable(name, out) };
        let Some(equals) = memchr::memchr(b'=', &name[colon..]) else { return self.variable(name, out) };
        let (from, to) = (&name[colon + 1..colon + equals], &name[colon + equals + 1..]);
        let mut value = Vec::new();
        self.variable(&name[..colon], &mut value)?;
        let words = value.split(|c| super::lines::is_space(*c)).filter(|word| !word.is_empty());
        for (index, word) in words.enumerate() {
            if index > 0 {
                out.push(b' ');
            }
            out.extend(substitute(word, from, to));
        }
        Ok(())
    }

    fn variable(&mut self, name: &[u8], out: &mut Vec<u8>) -> Result<(), String> {
        self.steps += 1;
        if self.steps > MOST {
            return Err("not followed: too many references".into());
        }
        let variables = self.variables;
        let Some(variable) = variables.get(name) else {
            if is_own(name) {
                return Err("not followed: a variable that make sets by itself".into());
            }
            if self.moment == Moment::Recipe {
                out.extend_from_slice(automatic(name));
            }
            return Ok(());
        };
        if !variable.recursive {
            out.extend_from_slice(&variable.text);
            return Ok(());
        }
        if self.open.iter().any(|open| open == name) {
            return Err("a variable refers to itself".into());
        }
        self.open.push(name.to_vec());
        let value = self.nested(|this| this.expand(&variable.text));
        self.open.pop();
        out.extend(value?);
        Ok(())
    }

    fn nested(&mut self, run: impl FnOnce(&mut Self) -> Result<Vec<u8>, String>) -> Result<Vec<u8>, String> {
        if self.open.len() > DEEPEST {
            return Err("not followed: references nested too deep".into());
        }
        self.open.push(Vec::new());
        let value = run(self);
        self.open.pop();
        value
    }
}

/// Whether make has this variable before it reads any file.
pub(super) fn is_own(name: &[u8]) -> bool {
    OWN.iter().any(|own| own.as_bytes() == name)
}

pub(super) fn within_limit(text: &[u8]) -> Result<(), String> {
    if text.len() > LARGEST { Err("not followed: the value grows too long by expansion".into()) } else { Ok(()) }
}

/// Where the bracket that closes the text's first level stands.
fn matching(text: &[u8], open: u8, close: u8) -> Option<usize> {
    let mut depth = 0;
    text.iter().position(|c| {
        depth += i32::from(*c == open) - i32::from(*c == close);
        depth < 0
    })
}

/// What the automatic variables of a target without prerequisites, called `all`, hold.
fn automatic(name: &[u8]) -> &'static [u8] {
    match name {
        b"@" | b"@F" => b"all",
        b"@D" => b".",
        _ => b"",
    }
}

/// `$(NAME:from=to)` on one word: `%` stands for any text; without it `from` is an ending.
fn substitute(word: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let (before, after) = match memchr::memchr(b'%', from) {
        Some(at) => (&from[..at], &from[at + 1..]),
        None => (&b""[..], from),
    };
    let stem = word.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    let Some(stem) = stem else { return word.to_vec() };
    match (from.contains(&b'%'), memchr::memchr(b'%', to)) {
        (true, None) => to.to_vec(),
        (true, Some(at)) => [&to[..at], stem, &to[at + 1..]].concat(),
        (false, _) => [stem, to].concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn substitution_references() {
        for (word, from, to, gives) in [
            ("a.x", "x", "y", "a.y"),
            ("lib-a.x", "lib-%.x", "%.y", "a.y"),
            ("a", "b", "c", "a"),
            ("ab", "%b", "c", "c"),
        ] {
            assert_eq!(substitute(word.as_bytes(), from.as_bytes(), to.as_bytes()), gives.as_bytes());
        }
    }
}

//! Local names and what they are bound to: one hop from a name to a variable, a text or a URL.

use std::collections::HashMap;
use std::ops::Range;

use super::lexer::Kind;
use super::reads::Read;
use super::source::Source;

/// The bindings of a file, by name without sigils.
pub(super) struct Locals<'a> {
    bound: HashMap<&'a str, Vec<Binding>>,
}

/// One binding of a name.
#[derive(Clone, Debug)]
pub(super) struct Binding {
    /// The token of the name.
    pub(super) at: usize,
    /// The tokens of what it is bound to.
    pub(super) value: Range<usize>,
    /// Whether it is a field of an object, not a variable.
    pub(super) field: bool,
}

impl<'a> Locals<'a> {
    pub(super) fn of(source: &Source<'a>, reads: &[Read]) -> Self {
        let mut bound: HashMap<&'a str, Vec<Binding>> = HashMap::new();
        let mut add = |at: usize, value: Range<usize>, field: bool| {
            if !value.is_empty() {
                bound.entry(bare(source.word(at))).or_default().push(Binding { at, value, field });
            }
        };
        for index in 1..source.tokens.len() {
            if let Some(name) = assigned(source, index) {
                let value = value_at(source, index + 1);
                add(name, value, source.is_member(name));
            } else if let Some((name, at)) = field(source, index) {
                let value = value_at(source, at);
                let read = reads.iter().any(|read| value.contains(&read.tokens.start));
                let text = value.len() == 1 && source.whole_text(value.start).is_some_and(|text| text.len() > 11);
                if read || text {
                    add(name, value, true);
                }
            }
        }
        // `const { A, B: b } = process.env`: the names in the braces are reads themselves.
        for read in reads {
            if read.tokens.len() == 1 && source.kind(read.tokens.start) == Some(Kind::Name) {
                let local = if source.is(read.tokens.end, b':') { read.tokens.end + 1 } else { read.tokens.start };
                add(local, read.tokens.clone(), false);
            }
        }
        Self { bound }
    }

    /// What `name` is bound to where the token `at` stands: the nearest binding before it, or else the first one.
    pub(super) fn binding(&self, name: &str, at: usize, member: bool) -> Option<&Binding> {
        let all = self.bound.get(bare(name))?;
        let fits = |binding: &&Binding| (!binding.field || member) && !binding.value.contains(&at) && binding.at != at;
        let before = all.iter().filter(fits).filter(|binding| binding.at < at);
        before.max_by_key(|binding| binding.at).or_else(|| all.iter().find(fits))
    }
}

/// The name without the sigil that some languages put before it.
fn bare(name: &str) -> &str {
    name.trim_start_matches(['$', '@'])
}

/// The token of the name that the `=` at `index` gives a value to.
fn assigned(source: &Source<'_>, index: usize) -> Option<usize> {
    if !source.is(index, b'=') || source.is(index + 1, b'=') || source.is(index + 1, b'>') || source.is(index + 1, b'~')
    {
        return None;
    }
    let before = index.checked_sub(1)?;
    match source.kind(before)? {
        Kind::Name => {
            // `name: Type = …`, `val name: String = …`: the name stands before the colon.
            if before >= 2 && source.is(before - 1, b':') && source.name(before - 2).is_some() {
                return Some(before - 2);
            }
            // `value, found := …` gives the first name what is meant.
            if before >= 2 && source.is(before - 1, b',') && source.kind(before - 2) == Some(Kind::Name) {
                return Some(before - 2);
            }
            Some(before)
        }
        Kind::Mark(b':') if before >= 1 => {
            let name = before - 1;
            source.name(name)?;
            if name >= 2 && source.is(name - 1, b',') && source.name(name - 2).is_some() {
                return Some(name - 2);
            }
            Some(name)
        }
        // `key: str | None = …`, `string? key = …`, `let key: Option<String> = …`.
        Kind::Mark(b'>' | b'?' | b']') => (index.saturating_sub(9)..before)
            .rev()
            .take_while(|at| !matches!(source.kind(*at), Some(Kind::Mark(b';' | b'{' | b'(' | b'='))))
            .find(|at| source.is(*at, b':') && *at > 0 && source.name(*at - 1).is_some())
            .map(|colon| colon - 1),
        _ => None,
    }
}

/// A field of an object or dict at `index`: its name's token and the index of its value.
fn field(source: &Source<'_>, index: usize) -> Option<(usize, usize)> {
    let name = matches!(source.kind(index), Some(Kind::Name)) || source.whole_text(index).is_some();
    if !name {
        return None;
    }
    if source.is(index + 1, b':') && !source.is(index + 2, b':') && !source.is(index + 2, b'=') {
        return Some((index, index + 2));
    }
    source.are(index + 1, b"=>").then_some((index, index + 3))
}

/// The tokens of the value that begins at `index`.
pub(super) fn value_at(source: &Source<'_>, index: usize) -> Range<usize> {
    let mut at = index;
    while at < source.tokens.len() {
        match source.kind(at) {
            Some(Kind::Mark(b',' | b';' | b')' | b']' | b'}') | Kind::Close | Kind::End) => break,
            _ if at > index && source.breaks(at) => break,
            _ => at = source.after(at),
        }
    }
    index..at.min(source.tokens.len()).max(index)
}
